"""A field to race on: invented ministries' pages, a fast server for them, and a driver for each runner."""

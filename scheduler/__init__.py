"""When: one pass over what is due, and the daemon that calls it."""

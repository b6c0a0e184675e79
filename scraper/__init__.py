"""The outside world becomes values: fetch, decode, read."""

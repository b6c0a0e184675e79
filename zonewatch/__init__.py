"""The face: command line and settings."""

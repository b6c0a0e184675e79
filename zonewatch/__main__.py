"""`python -m zonewatch` is the command line."""

from zonewatch.cli import main

main()

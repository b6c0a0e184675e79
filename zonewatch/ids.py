"""The ids that people type: F17 for a finding, V1234 for a visit."""

LONGEST = 12
"""digits of a number that no row can have; what is longer is cut to so many (int() refuses 4,300)"""


def number_in(name: str, letter: str) -> int | None:
    """Read the number of an id that begins with `letter`, in either case; None if it is no such id."""
    digits = name[1:]
    if name[:1].upper() != letter or not digits.isdecimal():
        return None
    return int(digits.lstrip("0")[:LONGEST] or "0")

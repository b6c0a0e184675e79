"""Shapes: what readings have in common, published as files so that their frames can lean on them.

A shape never changes once a database may hold frames that lean on it; a better one gets the next number.
"""

from functools import cache
from importlib.resources import files
from typing import Final

NEWEST: Final = 1
"""The shape that is leant on now."""


@cache
def shape(number: int | None) -> bytes:
    """Return a shape's bytes as its file has them, b"" for None."""
    return b"" if number is None else files(__package__).joinpath(f"{number}.txt").read_bytes()

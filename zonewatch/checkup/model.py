"""What `doctor` finds: one line a thing, with the way out where it is not well."""

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How bad it is."""

    OK = "ok"
    WARNING = "warning"
    """something is worse than it should be, and nothing is missed for it"""
    STOPS = "stops"
    """the monitor stands still, is blind, or nobody hears of what it sees"""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at: its name, how it is, and what to do about it."""

    name: str
    level: Level
    says: str
    way_out: str = ""


def well(name: str, says: str) -> Check:
    """Say that a thing is as it should be."""
    return Check(name, Level.OK, says)


def warns(name: str, says: str, way_out: str) -> Check:
    """Say that a thing is worse than it should be."""
    return Check(name, Level.WARNING, says, way_out)


def stops(name: str, says: str, way_out: str) -> Check:
    """Say that a thing stops or blinds the monitor."""
    return Check(name, Level.STOPS, says, way_out)

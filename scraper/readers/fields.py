"""From candidates to a field: the first by precedence wins, the others stay beside it, conflicts are said."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Generic, NamedTuple, TypeVar

from scraper.model import Candidate, FieldReading

Value = TypeVar("Value", str, date)
_SIGNS = re.compile(r"[\W_]+")


class Found(NamedTuple, Generic[Value]):
    """A value and where it stands; one that is not `sure` is never taken, only shown."""

    value: Value
    where: str
    sure: bool = True


@dataclass(frozen=True, slots=True)
class Chosen(Generic[Value]):
    """What became of a field: its value, how it was read, and what speaks against it."""

    value: Value | None
    reading: FieldReading
    warnings: tuple[str, ...] = ()


def choose(name: str, found: Iterable[Found[Value]], same: Callable[[Value, Value], bool]) -> Chosen[Value]:
    """Take the first sure candidate; None if there is none.

    Each other candidate is kept once; one that is not `same` is a warning.
    """
    candidates = list(dict.fromkeys(found))
    taken = next((candidate for candidate in candidates if candidate.sure), None)
    others = [candidate for candidate in candidates if candidate is not taken]
    shown = tuple(Candidate(str(other.value), other.where) for other in others)
    if taken is None:
        return Chosen(None, FieldReading(name, None, shown))
    against = dict.fromkeys(
        f"{name}: {taken.where} says {taken.value}, {other.where} says {other.value}"
        for other in others
        if not same(taken.value, other.value)
    )
    return Chosen(taken.value, FieldReading(name, taken.where, shown), tuple(against))


def equal(one: Value, other: Value) -> bool:
    """Whether two values are one."""
    return one == other


def alike(one: str, other: str) -> bool:
    """Whether two texts are one but for blanks and punctuation, or one holds the whole other."""
    plain, beside = _SIGNS.sub("", one), _SIGNS.sub("", other)
    return plain in beside or beside in plain

"""What a course may ask of the scheduler, and what it is answered."""

from collections.abc import Generator
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

from monitor.model import Kept, Look, Record, Role
from scraper.model import Fetch

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Hold:
    """Wait until every course that needs nobody else has ended.

    `look` and `fetch` are given where nothing answered: whether that is the source's fault or our own
    outage shows only when the other hosts have been asked. `here`: the courses of the same site suffice.
    """

    role: Role
    look: Look | None = None
    fetch: Fetch | None = None
    here: bool = False


@dataclass(frozen=True, slots=True)
class Settlement:
    """What the whole pass showed: `outage` says why we were cut off ourselves, if we were.

    `resolved` are the registered domains whose names were resolved in this pass.
    """

    outage: str | None = None
    resolved: tuple[str, ...] = ()


Step: TypeAlias = Look | Record | Hold
Answer: TypeAlias = Fetch | Kept | Settlement
Steps: TypeAlias = Generator[Step, Answer, T]


def fetch(look: Look) -> Steps[Fetch]:
    """Have an address fetched."""
    answer = yield look
    assert isinstance(answer, Fetch)
    return answer


def keep(record: Record) -> Steps[Kept]:
    """Have a visit kept, whole or not at all."""
    answer = yield record
    assert isinstance(answer, Kept)
    return answer


def hold(hold: Hold) -> Steps[Settlement]:
    """Wait for the others."""
    answer = yield hold
    assert isinstance(answer, Settlement)
    return answer

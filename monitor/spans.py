"""What happened to a source within a period, and what a person says of it. Values only."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from monitor.model import Snapshot, State
from scraper.model import OutcomeKind


@dataclass(frozen=True, slots=True)
class Span:
    """A source within a period.

    `number` is the source's number in the database. `first` is the snapshot that stood when the period
    began, or else the first one taken in it; `last` the one that stood when it ended. `seen_before` says
    whether the last visit before the period was good (None: there was none). `visits` and `good` count
    those of the period; `last_visit` and `last_good` are the newest up to its end, from whenever.
    """

    source: str
    number: int
    first: Snapshot | None
    last: Snapshot | None
    seen_before: bool | None
    visits: int
    good: int
    last_visit: int | None
    last_at: datetime | None
    last_outcome: OutcomeKind | None
    last_rule: str
    last_good: int | None
    last_good_at: datetime | None

    @property
    def row(self) -> str:
        """The row of a sheet that compares these two snapshots, the same whenever it is made: `R12-51-67`."""
        return f"R{self.number}-{self.first.id if self.first else 0}-{self.last.id if self.last else 0}"


@dataclass(frozen=True, slots=True)
class Stretch:
    """A time through which a source's state stayed the same, as its visits saw it."""

    state: State
    since: datetime
    until: datetime


class Verdict(StrEnum):
    """What a person finds a change to be."""

    LANGUAGE = "language altered"
    CONTENT = "content"
    REMOVED = "removed"
    REPEATED = "repeated"
    INSIGNIFICANT = "insignificant"


class Importance(StrEnum):
    """How much a change matters to a person; the machine's priority is another field."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a person says of one row of a sheet; `decided` is None while it is only proposed."""

    verdict: Verdict | None = None
    importance: Importance | None = None
    note: str | None = None
    decided: datetime | None = None

    @property
    def says_something(self) -> bool:
        """Whether anything is filled in."""
        return bool(self.verdict or self.importance or self.note)

    def same_as(self, other: "Judgement | None") -> bool:
        """Tell whether two judgements say the same, whenever they were given."""
        mine = (self.verdict, self.importance, self.note)
        return mine == ((other.verdict, other.importance, other.note) if other else (None, None, None))

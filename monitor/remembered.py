"""What was read before and is opened only if somebody asks what it says.

Most visits bring the bytes of the last good one. What they say is known and was judged; to open it costs
more than all the rest of such a visit.
"""

from collections.abc import Callable
from typing import Any

from monitor.model import Look, ReadBy, Seen, Snapshot
from scraper.model import Fetch, Outcome, Reading


class Remembered(Snapshot):
    """A snapshot whose `reading` is opened the first time that it is asked for; equal to an open one.

    `read_by` says who read it, as far as its visit tells; `corrected`, that a later reader read it anew.
    """

    __slots__ = ("_opens", "corrected", "read_by")
    corrected: bool
    read_by: ReadBy | None
    _opens: Callable[[], Reading]

    @classmethod
    def closed(
        cls, opens: Callable[[], Reading], *, read_by: ReadBy | None, corrected: bool, **fields: Any
    ) -> "Remembered":
        """Return a snapshot from all its fields but the reading, which `opens` gives."""
        made = cls.__new__(cls)
        every = {**fields, "_opens": opens, "read_by": read_by, "corrected": corrected}
        for name, value in every.items():
            object.__setattr__(made, name, value)
        return made

    def __getattr__(self, name: str) -> Any:
        # Python asks this for slots that hold nothing yet.
        if name != "reading":
            raise AttributeError(name)
        object.__setattr__(self, "reading", self._opens())
        return self.reading

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Snapshot) and _fields(self) == _fields(other)

    def __hash__(self) -> int:
        return hash(_fields(self))


def _fields(one: Snapshot) -> tuple[object, ...]:
    return (one.id, one.source, one.visit, one.taken, one.url, one.reading, one.digest)


class SeenAgain(Seen):
    """A visit that met what the last good one had met: its `reading` is that of the `snapshot`."""

    __slots__ = ("snapshot",)
    snapshot: Snapshot

    @classmethod
    def of(cls, look: Look, fetch: Fetch, outcome: Outcome, snapshot: Snapshot) -> "SeenAgain":
        """Return a visit with the snapshot that says what it read."""
        made = cls.__new__(cls)
        fields = {"look": look, "fetch": fetch, "outcome": outcome, "snapshot": snapshot}
        for name, value in fields.items():
            object.__setattr__(made, name, value)
        return made

    def __getattr__(self, name: str) -> Any:
        if name != "reading":
            raise AttributeError(name)
        object.__setattr__(self, "reading", self.snapshot.reading)
        return self.reading

    def __eq__(self, other: object) -> bool:
        mine = (self.look, self.fetch, self.outcome, self.reading)
        return isinstance(other, Seen) and mine == (other.look, other.fetch, other.outcome, other.reading)

    def __hash__(self) -> int:
        return hash((self.look, self.fetch, self.outcome, self.reading))

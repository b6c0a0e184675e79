"""What a pass did: its own account, which reports and messages are made from."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from monitor.model import Finding, Role, Visit
from scheduler.due import PutOff


@dataclass(slots=True)
class Pass:
    """What a pass did, in the order of its visits."""

    dossiers: tuple[str, ...]
    now: datetime
    started: datetime
    finished: datetime | None = None
    visits: list[Visit] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    outage: str | None = None
    broken_off: bool = False
    """the pass was told to stop; what it had not looked at stays due"""
    put_off: PutOff = field(default_factory=PutOff)
    """what was not looked at because a site is to be left alone; it stays due"""
    faults: list[str] = field(default_factory=list)
    """sources at which this program failed, and how; they stay due"""
    asked: dict[str, bool] = field(default_factory=dict)
    """host: whether any HTTP answer came from it"""
    resolved: set[str] = field(default_factory=set)
    """registered domains whose name was resolved"""

    @property
    def outcomes(self) -> dict[str, int]:
        """How many visits came to what, probes left out."""
        return dict(Counter(visit.outcome.kind.value for visit in self.looked))

    @property
    def checked(self) -> int:
        """How many sources, candidates and successors were looked at."""
        return len(self.looked)

    @property
    def looked(self) -> tuple[Visit, ...]:
        """The visits to sources, candidates and successors."""
        return tuple(visit for visit in self.visits if visit.role is not Role.PROBE)

"""What the pages show, as values: gathered by `zonewatch.desk.service`, rendered by templates."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.claims import Check, Result
from monitor.dossier import Dossier, Zone
from monitor.model import FindingKind, Snapshot, Source, Standing, State, Visit
from reports.charts import Chart
from reports.differences import Differences
from reports.footnotes import Footnote
from reports.model import Item
from scraper.model import Hop, Notice
from storage.memory import Pass
from storage.reviewing import Mark, SnapshotHead


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose desk it is: one dossier's, or all enabled ones' together."""

    dossiers: tuple[Dossier, ...]
    one: Dossier | None = None

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of the dossiers."""
        return tuple(dossier.id for dossier in self.dossiers)


@dataclass(frozen=True, slots=True)
class DossierRow:
    """A dossier in the list of them, with how many findings wait."""

    dossier: Dossier
    waiting: int


@dataclass(frozen=True, slots=True)
class Health:
    """How the monitor does.

    `last` is the newest pass that ended, `running` says that another is under way, `silent_for` is the time
    since the last one (None: none ever ended). `links` counts the citations by state (None: unresolved).
    """

    last: Pass | None
    running: bool
    silent_for: timedelta | None
    links: Mapping[State | None, int]
    lists_seen: int
    lists: int
    overdue: int

    @property
    def citations(self) -> int:
        """All citations."""
        return sum(self.links.values())

    @property
    def works(self) -> int:
        """Citations whose page can be had."""
        return self.links.get(State.ALIVE, 0) + self.links.get(State.MOVED, 0)


@dataclass(frozen=True, slots=True)
class Today:
    """The first page: what waits (the first of `waiting`), what was decided lately, how the monitor does."""

    scope: Scope
    now: datetime
    waiting: tuple[Item, ...]
    counts: Mapping[FindingKind, int]
    done: tuple[Item, ...]
    health: Health

    @property
    def total(self) -> int:
        """How many findings wait."""
        return sum(self.counts.values())


@dataclass(frozen=True, slots=True)
class Address:
    """An address that concerns a finding: what it is to it, and how it stands (None: not watched)."""

    role: str
    url: str
    state: State | None = None


@dataclass(frozen=True, slots=True)
class FindingPage:
    """A finding with the notice that it is about, the visits that show it, and its place in the queue.

    `taken` is the snapshot that `notice` was read from. `place` counts from 1; it is 0 for a finding
    that does not wait.
    """

    item: Item
    dossier: Dossier | None
    notice: Notice | None
    taken: Snapshot | None
    visits: tuple[Visit, ...]
    snapshots: tuple[SnapshotHead, ...]
    addresses: tuple[Address, ...]
    terms: tuple[tuple[str, str], ...]
    place: int
    waiting: int
    previous: int | None
    next: int | None


@dataclass(frozen=True, slots=True)
class Run:
    """Visits running that came to the same."""

    first: Mark
    last: Mark
    count: int


@dataclass(frozen=True, slots=True)
class SourcePage:
    """All that is known of a source: `runs` tells of all visits, `visits` is one page of them."""

    id: str
    source: Source | None
    standing: Standing | None
    findings: tuple[Item, ...]
    runs: tuple[Run, ...]
    story: tuple[str, ...]
    visits: tuple[Visit, ...]
    older: int | None
    count: int
    snapshots: tuple[SnapshotHead, ...]
    notice: Notice | None
    terms: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class VisitPage:
    """One visit, with every answer on the way and the snapshot that it made or confirmed."""

    visit: Visit
    hops: tuple[Hop, ...]
    size: int | None
    snapshot: Snapshot | None
    earlier: int | None
    later: int | None


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A source in a list of them."""

    source: Source
    state: State
    since: datetime | None
    last_good: datetime | None
    next_due: datetime | None


@dataclass(frozen=True, slots=True)
class DiffPage:
    """Two snapshots of a source, what differs between them, and all that it has, the newest first."""

    source: str
    before: Snapshot
    after: Snapshot
    found: Differences
    snapshots: tuple[SnapshotHead, ...]


@dataclass(frozen=True, slots=True)
class LinkRow:
    """A citation: its footnote, the source behind it, since when the link is as it is, and by which rule."""

    footnote: Footnote
    source: str | None
    since: datetime | None
    rule: str


@dataclass(frozen=True, slots=True)
class LinksPage:
    """The citations of a dossier with what was accepted, and each one's health over time."""

    dossier: Dossier
    rows: tuple[LinkRow, ...]
    charts: tuple[Chart, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of the table: `result` is what the pages say of it, None where nothing is claimed."""

    text: str
    zh: str | None
    result: Result | None
    checks: tuple[Check, ...]


@dataclass(frozen=True, slots=True)
class ZoneLine:
    """A zone of the table; `joined` says that a person accepted it, `days` are those from signing on."""

    zone: Zone
    joined: bool
    days: int | None
    document_number: str | None
    created: Cell
    announced: Cell
    strengths: tuple[Cell, ...]

    @property
    def checks(self) -> tuple[Check, ...]:
        """Every check of the zone's claims."""
        cells = (self.created, self.announced, *self.strengths)
        return tuple(check for cell in cells for check in cell.checks)


@dataclass(frozen=True, slots=True)
class ZonesPage:
    """The table of a dossier as it stands, the zones that wait for review, and the charts of both."""

    dossier: Dossier
    lines: tuple[ZoneLine, ...]
    waiting: tuple[Item, ...]
    charts: tuple[Chart, ...]

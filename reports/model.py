"""What goes into a report, and what it says once it is built; every format renders the same `Report`.

Times are aware and in UTC; days are dates in Beijing, as the pages print them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal, TypeAlias

from monitor.dossier import Dossier, Goal
from monitor.model import Finding, FindingKind, ReviewState, Source, Standing, State
from monitor.spans import Stretch

Op: TypeAlias = Literal["equal", "delete", "insert", "gap"]
"""What happened to a piece of text; `gap` stands for text that did not change and is not shown."""


@dataclass(frozen=True, slots=True)
class DossierView:
    """All that is known of a dossier at the time of a report, gathered by whoever has the store.

    `findings` are those raised in the period, every open one, and the accepted new zones of all times (they
    are part of the table). The mappings are keyed by source id; `visits_in_period` counts visits,
    `stretches` are the states of the period.
    """

    dossier: Dossier
    findings: tuple[Finding, ...]
    standings: Mapping[str, Standing]
    sources: tuple[Source, ...]
    rows_known: Mapping[str, int]
    newest_row: Mapping[str, date | None]
    visits_in_period: Mapping[str, int]
    stretches: Mapping[str, tuple[Stretch, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PassView:
    """One pass: `checked` counts sources looked at, `outcomes` visits by outcome kind.

    `own_outage` says that the pass was blind by a fault on this side and recorded nothing against any source.
    """

    started: datetime
    finished: datetime
    checked: int
    own_outage: bool
    outcomes: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text in a diff."""

    op: Op
    text: str


@dataclass(frozen=True, slots=True)
class Edit:
    """One change of a notice, by character; `what` names the field, paragraph or attachment."""

    what: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """A finding as a report shows it.

    `is_new` says that it was raised in the period; `days` are those between signing and publication, where
    both are known; `edits` are its changes, unchanged text shortened.
    """

    finding: Finding
    is_new: bool
    days: int | None
    edits: tuple[Edit, ...] = ()

    @property
    def label(self) -> str:
        """The finding's id, `F17`."""
        return f"F{self.finding.id}"


@dataclass(frozen=True, slots=True)
class Group:
    """Findings of one kind, newest first."""

    kind: FindingKind
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class LinkHealth:
    """A citation today.

    `state` is None where the printed address is unresolved and nothing is followed for it. `url` is the
    address that works today, `followed` the one looked at, whether it works or not. `notes` say how the
    print was repaired, or why it was not, and how the page is followed; `rule` why the state is what it is.
    """

    footnote: int
    what: str
    zh: str | None
    printed: str
    url: str | None
    followed: str | None
    state: State | None
    since: datetime | None
    last_good: datetime | None
    notes: tuple[str, ...]
    rule: str

    @property
    def works(self) -> bool:
        """Whether the page can be had today."""
        return self.url is not None


@dataclass(frozen=True, slots=True)
class ListHealth:
    """A list of notices today; `back_to` bounds how far back it is read, `because` says why it is off.

    `read` says that it was seen in the period, `rule` why the state is what it is.
    """

    id: str
    url: str
    enabled: bool
    because: str | None
    state: State
    since: datetime | None
    last_good: datetime | None
    rule: str
    read: bool
    rows: int
    newest: date | None
    back_to: date | None


@dataclass(frozen=True, slots=True)
class ZoneRow:
    """A zone of the table as it stands today; `finding` and `review` are None for those of the dossier."""

    zh: str
    en: str
    province: str | None
    signed: date | None
    published: date | None
    days: int | None
    document_number: str | None
    footnote: int | None
    finding: int | None
    review: ReviewState | None
    is_new: bool


@dataclass(frozen=True, slots=True)
class Count:
    """The zones counted against the goal: those of the dossier, those found since, and their sum."""

    known: int
    found: int
    goal: Goal | None

    @property
    def total(self) -> int:
        """All zones that stand today."""
        return self.known + self.found


@dataclass(frozen=True, slots=True)
class Strip:
    """A source's states over the period, in order; `label` names it for people."""

    source: str
    label: str
    stretches: tuple[Stretch, ...]


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of a dossier was looked at in the period, and how far back its lists are read.

    `back_to` is the latest bound of the lists that were read: every one of them reaches back at least so far.
    It is None where no list was read, or one of them has no bound.
    """

    looked: int
    enabled: int
    visits: int
    lists_read: int
    lists: int
    back_to: date | None


@dataclass(frozen=True, slots=True)
class Section:
    """What a report says of one dossier.

    `new_zones` are raised in the period or still open; `groups` the same for all other kinds, the heaviest
    first; `dismissed` what a person set aside in the period.
    """

    id: str
    title: str
    publisher: str
    published: date
    new_zones: tuple[Item, ...]
    groups: tuple[Group, ...]
    dismissed: tuple[Item, ...]
    links: tuple[LinkHealth, ...]
    lists: tuple[ListHealth, ...]
    zones: tuple[ZoneRow, ...]
    count: Count
    coverage: Coverage
    strips: tuple[Strip, ...] = ()

    @property
    def items(self) -> tuple[Item, ...]:
        """Every finding of the section, in the order shown."""
        others = tuple(item for group in self.groups for item in group.items)
        return (*self.new_zones, *others, *self.dismissed)


@dataclass(frozen=True, slots=True)
class Report:
    """What happened after `since` (None: ever) up to `generated`, with its verdict in a sentence or few.

    `outcomes` counts the visits of all passes by outcome kind, the most frequent first.
    """

    generated: datetime
    since: datetime | None
    verdict: str
    sections: tuple[Section, ...]
    passes: tuple[PassView, ...]
    outcomes: tuple[tuple[str, int], ...]

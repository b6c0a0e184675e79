"""The API's documents about what is known: sources, zones, citations, visits, differences, hits."""

from datetime import date
from typing import Any, Literal

from pydantic import Field

from monitor.model import Role, State
from scraper.model import OutcomeKind
from zonewatch.desk.contract import Change, FindingId, Instant, Model, VisitId, Zone


class Dossier(Model):
    """A dossier, and how much it knows."""

    id: str
    title: str
    publisher: str
    published: date
    zones: int
    citations: int
    lists: int


class Dossiers(Model):
    """The enabled dossiers."""

    dossiers: list[Dossier]


class Source(Model):
    """A source and how it stands; `off` is one that its dossier does not look at."""

    id: str
    role: Role
    url: str
    followed_at: str | None
    enabled: bool
    because: str | None
    footnote: int | None
    interval_seconds: float
    state: State | Literal["off"]
    since: Instant | None
    last_good: Instant | None
    next_due: Instant | None
    rule: str | None


class Sources(Model):
    """Sources in the order of their dossiers."""

    sources: list[Source]


class Strength(Model):
    """What a zone is said to be good at."""

    en: str
    zh: str | None


class ZoneRow(Model):
    """A zone of the table: the dossier's own (`known`), an accepted one, or one that waits (`open`)."""

    dossier: str
    zone: Zone
    created: date | None
    announced: date | None
    footnote: int | None
    strengths: list[Strength]
    state: Literal["known", "accepted", "open"]
    finding: FindingId | None


class Zones(Model):
    """The table as it stands."""

    zones: list[ZoneRow]


class Footnote(Model):
    """A citation as printed, as it stands, and where its page can be had."""

    footnote: int
    what: str
    printed: str
    status: Literal["intact", "repaired", "unresolved"]
    state: State | None
    followed: str | None
    works: str | None
    last_seen: Instant | None
    title: str | None
    document_number: str | None
    published: date | None
    issuer: str | None
    archived: str | None
    note: str
    why_not_archived: str | None


class Footnotes(Model):
    """The footnotes of a dossier."""

    footnotes: list[Footnote]


class Visit(Model):
    """One look at one address."""

    visit: VisitId
    source: str
    role: Role
    via: str | None
    at: Instant
    url: str
    final_url: str
    status: int | None
    outcome: OutcomeKind
    rule: str
    detail: str
    state: State
    snapshot: int | None
    body: str | None
    origin: str


class Visits(Model):
    """Visits to a source, the newest first."""

    visits: list[Visit]


class RowChange(Model):
    """One row of a list that came, went or changed."""

    kind: Literal["row"]
    what: str
    before: str | None
    after: str | None


class Differences(Model):
    """What changed between two snapshots."""

    from_: int = Field(alias="from")
    to: int
    changes: list[Change | RowChange]


class Story(Model):
    """A source told in sentences."""

    source: str
    story: list[str]


class Hit(Model):
    """A notice that holds what was looked for."""

    snapshot: int
    source: str
    dossier: str
    role: Role
    url: str
    day: date
    published: date | None
    document_number: str | None
    taken: Instant
    title: str
    excerpt: str


class Hits(Model):
    """A page of hits; `next` is what `after` takes for the one that follows."""

    hits: list[Hit]
    next: str | None
    at_most: int


Report = dict[str, Any]
"""A report as `report --format json` writes it."""

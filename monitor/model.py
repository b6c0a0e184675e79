"""The values that carry meaning: sources, visits, what changed, what a person should hear.

All frozen. Times are aware and in UTC; days are dates in Beijing, as the pages print them.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from scraper.hours import Hours
from scraper.model import Completeness, Fetch, Outcome, Reading


class Role(StrEnum):
    """Why an address is looked at."""

    NOTICE = "notice"
    LISTING = "listing"
    CANDIDATE = "candidate"
    """the page behind a row of a list that might be of ours"""
    SUCCESSOR = "successor"
    """an address where a page that is gone may stand now"""
    PROBE = "probe"
    """a random sibling, asked for to see how the site answers for pages that do not exist"""


@dataclass(frozen=True, slots=True)
class Place:
    """A place in both languages; `province` is Chinese, a municipality's its own full name (`北京市`)."""

    zh: str
    en: str
    province: str | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """One address that a dossier wants looked at.

    `id` is dossier/name. `alternatives` are other addresses at which the same source is known to
    have stood, asked only when `url` fails. `zone` is the Chinese name of the zone that the page
    is cited for, `footnote` the footnote that cites it. `back_to` bounds how far a list is read.
    """

    id: str
    dossier: str
    role: Role
    url: str
    interval: timedelta = timedelta(days=1)
    alternatives: tuple[str, ...] = ()
    zone: str | None = None
    footnote: int | None = None
    title: str | None = None
    document_number: str | None = None
    report_all: bool = False
    back_to: date | None = None
    enabled: bool = True
    because: str | None = None
    """why a source is off, or how it came to be followed"""
    reader: str | None = None
    """the family that reads it, where the dossier maps a new host to a known one"""
    rarest: timedelta | None = None
    """the longest time between two looks at a page that has long been still; None: always the interval"""
    hours: Hours | None = None
    """the hours of weekdays in which it is looked at, as long as it is well"""
    mornings: timedelta | None = None
    """the time between two looks on weekday mornings in Beijing"""


class State(StrEnum):
    """What is known of a link (a contract with other programs)."""

    UNKNOWN = "unknown"
    ALIVE = "alive"
    FAILING = "failing"
    UNSTABLE = "unstable"
    SUSPECTED = "suspected"
    DEAD = "dead"
    UNSEEN = "unseen"
    MOVED = "moved"


@dataclass(frozen=True, slots=True)
class Look:
    """A wish to visit an address: the monitor proposes it, the scheduler fetches it.

    `source` is the id of the source that it is for; `via` the id of the list or source that led
    there. `etag` and `last_modified` are sent back to the server that gave them; `body` is the sha256 of
    what it gave with them: those bytes are known, and are not read again.
    """

    source: str
    dossier: str
    role: Role
    url: str
    via: str | None = None
    reader: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    body: str | None = None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What a good visit read, kept where it differs from the last."""

    id: int
    source: str
    visit: int
    taken: datetime
    url: str
    reading: Reading
    digest: str
    """sha256 over what is compared (see `monitor.changes.digest`)"""


@dataclass(frozen=True, slots=True)
class Visit:
    """One look at one address, as kept."""

    id: int
    source: str
    role: Role
    via: str | None
    url: str
    final_url: str
    at: datetime
    seconds: float
    status: int | None
    outcome: Outcome
    state: State
    snapshot: int | None = None
    body: str | None = None
    """sha256 of the raw body, under which it is kept"""
    origin: str = "network"
    """`network`, `replay`, `by hand`, …"""
    completeness: Completeness = Completeness.NONE
    text: str | None = None
    """sha256 of the decoded text in UTF-8"""
    reader: str | None = None
    """the reader, and its layout, of the reading that the visit stands on"""
    layout: str | None = None
    readers: int | None = None
    """the version of the readers at work (`scraper.readers.VERSION`)"""
    settings: str | None = None
    """sha256 of the settings that it was made with"""
    digest: str | None = None
    """its link in the chain of its source's visits (see `storage.chain`)"""


class ChangeKind(StrEnum):
    """Where two snapshots of a notice differ."""

    TITLE = "title"
    FIELD = "field"
    TEXT = "text"
    ATTACHMENT = "attachment"


@dataclass(frozen=True, slots=True)
class Change:
    """One difference between two snapshots, `what` names the field, paragraph or attachment."""

    kind: ChangeKind
    what: str
    before: str | None
    after: str | None


class FindingKind(StrEnum):
    """What a person can be told (a contract with other programs)."""

    NEW_ZONE = "new_zone"
    ZONE_MENTIONED = "zone_mentioned"
    NEW_NOTICE = "new_notice"
    EDITED = "edited"
    SUPERSEDED = "superseded"
    CITATION_RESOLVED = "citation_resolved"
    MOVED = "moved"
    CLAIM_CONTRADICTED = "claim_contradicted"
    CLAIM_LOST = "claim_lost"
    LINK_SUSPECTED = "link_suspected"
    LINK_DEAD = "link_dead"
    LINK_RECOVERED = "link_recovered"
    CANNOT_SEE = "cannot_see"
    COVERAGE_GAP = "coverage_gap"
    LAYOUT_BROKE = "layout_broke"


class Severity(StrEnum):
    """How much a finding matters."""

    HIGH = "high"
    NORMAL = "normal"
    LOW = "low"


class ReviewState(StrEnum):
    """What a person has said of a finding."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DISMISSED = "dismissed"


@dataclass(frozen=True, slots=True)
class Draft:
    """A finding before it is kept: `key` makes it unique, so that it is raised once.

    `evidence` and `snapshots` are filled by the store's numbers of the visits that show it;
    a draft names them by `visits` already kept, the visit that raises it is added on keeping.
    """

    key: str
    dossier: str
    kind: FindingKind
    severity: Severity
    subject: str
    url: str
    title: str
    because: tuple[str, ...]
    zone: Place | None = None
    published: date | None = None
    signed: date | None = None
    document_number: str | None = None
    changes: tuple[Change, ...] = ()
    visits: tuple[int, ...] = ()
    replaces: tuple[str, ...] = ()
    """keys of weaker findings that this one takes the place of (a mention, once the letter comes)"""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something worth a person's time, with the reason and the visits that show it."""

    id: int
    draft: Draft
    raised: datetime
    evidence: tuple[int, ...]
    state: ReviewState = ReviewState.OPEN
    note: str | None = None
    decided: datetime | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """A fetch with what it came to and what was read from it, before it is kept."""

    look: Look
    fetch: Fetch
    outcome: Outcome
    reading: Reading | None = None


@dataclass(frozen=True, slots=True)
class LinkState:
    """A link's standing as a fold over its visits; see `monitor.links` for the ladders.

    Each tally holds the times of the checks that counted. `episode` numbers the failures, so that
    a link that is dead again after a recovery is news again.
    """

    state: State = State.UNKNOWN
    since: datetime | None = None
    last_good: datetime | None = None
    last_visit: datetime | None = None
    hard: tuple[datetime, ...] = ()
    slow: tuple[datetime, ...] = ()
    unseen: tuple[datetime, ...] = ()
    episode: int = 0
    rule: str = ""
    looked_back: datetime | None = None
    """when the old address of a moved page was asked last"""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a list as remembered: `key` is its canonical address, else title and date.

    `verdict` is what its title was classified as; `settled` is False while its page still has to be
    fetched (it could not be, or the pass ended first).
    """

    key: str
    url: str
    title: str
    published: date | None
    document_number: str | None
    verdict: str
    settled: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """All that is remembered of a source between passes.

    `url` is the address it is followed at now (None: the dossier's own); `etag` and `last_modified`
    are the server's own validators for `body`, sent back verbatim. `layout_failures` counts visits
    running whose body passed the gate and fitted no layout.
    """

    source: str
    link: LinkState = LinkState()
    url: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    body: str | None = None
    snapshot: Snapshot | None = None
    next_due: datetime | None = None
    layout_failures: int = 0


@dataclass(frozen=True, slots=True)
class Probe:
    """How a site answered for a page that cannot exist, remembered by directory.

    Without a status nothing was learned: no answer came, or a wall's. `canonical` is the address that the
    answer's page named as its own.
    """

    directory: str
    at: datetime
    url: str
    final_url: str
    status: int | None
    text: str
    """the text of the answer's page, blanks folded"""
    canonical: str | None = None


@dataclass(frozen=True, slots=True)
class ReadBy:
    """The reader and its layout that gave a reading, and the version of the readers at work."""

    reader: str | None = None
    layout: str | None = None
    readers: int | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """Everything that one visit leaves behind; kept whole or not at all.

    `new_reading` is given where a snapshot is to be kept (with the `digest` of what is compared);
    `rows` are a list's rows to remember or update; `follow` are sources that this visit brought
    (a new zone's letter, a resolved citation); `drafts` are raised unless their key is known.
    `standing.snapshot` is the one before this visit; the store puts the new one in its place. `state` is
    the link's at this visit where the standing does not say it: a visit from elsewhere.
    """

    seen: Seen
    standing: Standing | None
    new_reading: Reading | None = None
    digest: str | None = None
    rows: tuple[Row, ...] = ()
    rows_of: str | None = None
    """the list that `rows` belong to, if not the look's own source"""
    follow: tuple[Source, ...] = ()
    drafts: tuple[Draft, ...] = ()
    probe: Probe | None = None
    origin: str = "network"
    state: State = State.UNKNOWN
    settings: str | None = None
    """the settings that the visit was made with, as JSON without secrets"""
    read_by: ReadBy | None = None
    """what read a visit from elsewhere; None: today's readers, if it was read"""


@dataclass(frozen=True, slots=True)
class Kept:
    """What the store made of a record: the visit's number, and the findings that are new."""

    visit: Visit
    snapshot: Snapshot | None
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Recognition:
    """How a dossier's announcements are told apart; every word of it comes from the dossier's file.

    `frame` is the title of an announcement: literal text with `{place}` and `{phrase}`, and
    alternatives as `(建设|创建)`. `issuers` may sign it, `numbers` are the prefixes of its document
    number (`国科函规`), `hosts` the only official ones. `look_alikes` are programmes that share words
    with the phrase and are never ours.
    """

    phrase: str
    frame: str
    issuers: tuple[str, ...]
    numbers: tuple[str, ...]
    hosts: tuple[str, ...]
    look_alikes: tuple[str, ...] = ()

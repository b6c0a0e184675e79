"""One pass over what is due: the place where the stages meet.

The courses of `monitor.course` propose addresses and judge what comes; this module fetches for them,
keeps their visits, and says at each barrier whether the world failed or we did.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from monitor import links, outage
from monitor.course import listing, notice
from monitor.course.context import Context
from monitor.course.steps import Settlement, Steps
from monitor.dossier import Dossier, baseline, sources
from monitor.model import Finding, FindingKind, Kept, Look, Record, Role, Source, Standing, Visit
from scheduler.clock import Clock
from scheduler.drive import Drive
from scraper.addresses import host, registered_domain
from scraper.fetch import Fetcher, Validators
from scraper.model import Fetch, OutcomeKind, Trouble
from storage.store import Store, Tenure

Progress = Callable[[int, int], None]

UNASKED = frozenset({Trouble.ROBOTS, Trouble.POLICY})
"""Troubles of our own choice: the host was not asked, so its silence means nothing."""
NAMELESS = frozenset({Trouble.NO_SUCH_NAME, Trouble.NAME_FAILS, Trouble.PROXY})
"""Troubles that do not show that a name was resolved."""


@dataclass(frozen=True, slots=True)
class Selection:
    """What a pass looks at: sources by id, or all that is due; `everything` overrides what is due."""

    ids: frozenset[str] = frozenset()
    everything: bool = False


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


def run(
    dossiers: Sequence[Dossier],
    store: Store,
    fetcher: Fetcher,
    *,
    clock: Clock,
    lease: Tenure,
    selection: Selection = Selection(),
    workers: int = 1,
    origin: str = "network",
    canaries: Sequence[str] = (),
    stopped: Callable[[], bool] = lambda: False,
    progress: Progress = lambda done, known: None,
) -> Pass:
    """Look at what is due of these dossiers; keep every visit, raise what is new.

    The pass ends early, between two visits, once `stopped` says so; what it had not looked at stays due.
    """
    now = clock()
    done = Pass(tuple(dossier.id for dossier in dossiers), now, started=now)
    worker = _Worker(store, fetcher, done, lease, origin, clock, tuple(canaries), progress)
    number = store.begin_pass(now)
    notices, listings = worker.courses(dossiers, selection)
    Drive(worker.ask, worker.keep, worker.settle, workers, stopped).run(notices, listings)
    done.finished = clock()
    done.broken_off = stopped()
    done.outage = done.outage or _cut_off(done)
    store.end_pass(
        number,
        finished=done.finished,
        checked=done.checked,
        own_outage=done.outage is not None,
        outcomes=done.outcomes,
    )
    return done


def _cut_off(done: Pass) -> str | None:
    """Call a pass an outage that has seen nothing else, be it of one host alone."""
    if not done.looked or any(visit.outcome.kind is not OutcomeKind.OWN_OUTAGE for visit in done.looked):
        return None
    return done.looked[0].outcome.detail or done.looked[0].outcome.rule


def context_of(dossier: Dossier, store: Store, now: datetime) -> Context:
    """Put together what the courses of a dossier know: its sources, what was followed and accepted."""
    accepted = tuple(finding.draft.zone for finding in store.accepted_zones(dossier.id) if finding.draft.zone)
    return Context(
        dossier=dossier,
        now=now,
        memory=store,
        sources=known_sources(dossier, store),
        baseline=(*baseline(dossier), *accepted),
    )


def known_sources(dossier: Dossier, store: Store) -> tuple[Source, ...]:
    """Return the sources of a dossier's file and those that were followed since, each id once.

    A page that was taken for a cut-off footnote's and that a person dismissed is followed no more.
    """
    found = {source.id: source for source in sources(dossier)}
    wrong = store.dismissed(dossier.id, FindingKind.CITATION_RESOLVED)
    for source in store.followed(dossier.id):
        if source.id not in wrong:
            found.setdefault(source.id, source)
    return tuple(found.values())


def next_due(dossiers: Sequence[Dossier], store: Store, now: datetime) -> datetime | None:
    """Return when the first enabled source is due; None if there is none."""
    times = [
        now if is_due(source, standing, now) else standing.next_due or now
        for context in (context_of(dossier, store, now) for dossier in dossiers)
        for source in context.sources
        for standing in [context.standing(source.id)]
        if source.enabled
    ]
    return min(times, default=None)


def due(context: Context, selection: Selection, *, replayed: bool = False) -> Iterable[Source]:
    """Yield the enabled sources of a dossier that a selection takes or whose time has come.

    A list is due at once where an interrupted pass remembered its rows and never looked behind them.
    """
    for source in context.sources:
        if not source.enabled or (selection.ids and source.id not in selection.ids):
            continue
        standing = context.standing(source.id)
        timely = selection.everything or is_due(source, standing, context.now, replayed=replayed)
        if timely or (source.role is Role.LISTING and listing.left_unlooked(source, context)):
            yield source


def is_due(source: Source, standing: Standing, now: datetime, *, replayed: bool = False) -> bool:
    """Tell whether a source's time has come; a twentieth of its interval early counts as on time.

    A cron that fires half a second earlier today than yesterday must not skip the day; half an hour
    is the most that is forgiven. A time further off than any look is ever put was set by a clock that was
    wrong, and blinds nobody; in a replay it is that of a later day, which was replayed before.
    """
    if standing.next_due is None:
        return True
    forgiven = min(source.interval / 20, timedelta(minutes=30))
    wait = standing.next_due - now
    return wait <= forgiven or (wait > links.furthest(source.interval) and not replayed)


@dataclass(slots=True)
class _Worker:
    """What a drive does for its courses: ask the network, keep in the store, settle at barriers."""

    store: Store
    fetcher: Fetcher
    done: Pass
    lease: Tenure
    origin: str
    clock: Clock
    canaries: tuple[str, ...]
    progress: Progress
    expected: int = 0

    def courses(
        self, dossiers: Sequence[Dossier], selection: Selection
    ) -> tuple[list[Steps[None]], list[Steps[None]]]:
        """Start the courses of what is due: the single documents, then the lists."""
        notices: list[Steps[None]] = []
        listings: list[Steps[None]] = []
        for dossier in dossiers:
            context = context_of(dossier, self.store, self.done.now)
            context = replace(context, everything=selection.everything)
            for source in due(context, selection, replayed=self.origin == "replay"):
                if source.role is Role.LISTING:
                    listings.append(listing.course(source, context))
                else:
                    notices.append(notice.course(source, context))
        self.expected = len(notices) + len(listings)
        return notices, listings

    def ask(self, look: Look) -> Fetch:
        """Fetch an address (in a worker thread), and note what its host's silence or answer shows."""
        fetch = self.fetcher.fetch(look.url, Validators(look.etag, look.last_modified))
        if fetch.trouble in UNASKED and not fetch.answered:
            return fetch
        site = host(look.url)
        self.done.asked[site] = self.done.asked.get(site, False) or fetch.answered
        if fetch.answered or fetch.trouble not in NAMELESS:
            self.done.resolved.add(registered_domain(look.url))
        return fetch

    def keep(self, record: Record) -> Kept:
        """Keep a visit whole, and remember it for the pass's own account."""
        kept = self.store.keep(replace(record, origin=self.origin), now=self.clock(), lease=self.lease)
        self.done.visits.append(kept.visit)
        self.done.findings.extend(kept.findings)
        self.progress(len(self.done.visits), self.expected)
        return kept

    def settle(self) -> Settlement:
        """Say at a barrier what the pass has shown so far: whose fault a silence is."""
        silent = not any(self.done.asked.values())
        dead = [url for url in self.canaries if not self.fetcher.fetch(url).answered] if silent else []
        canaries_silent = bool(self.canaries) and len(dead) == len(self.canaries)
        self.done.outage = outage.own_outage(tuple(self.done.asked.items()), canaries_silent)
        return Settlement(self.done.outage, tuple(self.done.resolved))

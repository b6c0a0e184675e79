"""What a drive does for its courses: ask the network, keep in the store, settle at barriers."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Protocol
from weakref import WeakKeyDictionary

from monitor import outage
from monitor.course import listing, notice
from monitor.course.context import Context
from monitor.course.steps import Settlement, Steps
from monitor.dossier import Dossier, baseline
from monitor.model import Kept, Look, Record, Role, Source
from scheduler import pace
from scheduler.account import Pass
from scheduler.clock import Clock
from scheduler.crew import Afar, Crew
from scheduler.drive import in_turn
from scheduler.due import Selection, due, known_sources
from scheduler.judgement import alike_since
from scheduler.recall import Recall
from scraper.addresses import host, registered_domain, server
from scraper.fetch import NO_VALIDATORS, Validators
from scraper.model import Fetch, Trouble
from scraper.outpost import Outpost
from scraper.policy import Policy
from storage.store import Store, Tenure

Progress = Callable[[int, int], None]
SOON = timedelta(minutes=1)
MENDED = timedelta(hours=1)
"""How long a source is put off at which this program failed."""

NETWORK = "network"
UNASKED = frozenset({Trouble.ROBOTS, Trouble.POLICY, Trouble.RESTING})
"""Troubles of our own choice: the host was not asked, so its silence means nothing."""
MOST_ASKED_AGAIN = 3
"""Hosts that answered earlier in a pass and are asked once more where others fell silent."""
NAMELESS = frozenset({Trouble.NO_SUCH_NAME, Trouble.NAME_FAILS, Trouble.PROXY})
"""Troubles that do not show that a name was resolved."""


class Asks(Protocol):
    """What fetches by the manners of a policy: the network's door, or what was kept of it."""

    policy: Policy

    def fetch(self, url: str, validators: Validators = NO_VALIDATORS) -> Fetch:
        """Give what an address answers; whatever happens is a value."""

    def rest_of(self, fetch: Fetch) -> datetime | None:
        """Tell until when a site is left alone for whose sake a fetch was not made."""

    def proxy_of(self, url: str) -> str | None:
        """Name the proxy that an address is asked through, None for none."""


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


@dataclass(slots=True)
class Hands:
    """What a drive does for its courses: ask the network, keep in the store, settle at barriers."""

    store: Store
    fetcher: Asks
    done: Pass
    lease: Tenure
    origin: str
    settings: str | None
    clock: Clock
    canaries: tuple[str, ...]
    progress: Progress
    expected: int = 0
    servers: int = 0
    """how many servers the expected sources are at"""
    of: WeakKeyDictionary[Steps[None], str] = field(default_factory=WeakKeyDictionary)
    """the source of each course under way"""
    contexts: dict[str, Context] = field(default_factory=dict)
    """what the courses of each dossier know"""
    sources: dict[str, Source] = field(default_factory=dict)
    probed: set[str] = field(default_factory=set)
    answering: dict[str, str] = field(default_factory=dict)
    """host: an address at which it answered in this pass"""
    silent: set[str] = field(default_factory=set)
    """hosts that were silent since the last barrier"""
    broken: str | None = None
    addresses: dict[str, str | None] = field(default_factory=dict)
    recalls: dict[str, Recall] = field(default_factory=dict)
    """what the courses of each dossier remember"""
    settle_first: Callable[[str | None], None] = lambda source: None
    """has what was seen kept before somebody reads of it (`Drive.keep_first`)"""

    def recall(self, upcoming: Sequence[str]) -> Recall:
        """Make the memory of courses over these sources."""
        return Recall(self.store, upcoming, settle=lambda source: self.settle_first(source))  # noqa: PLW0108 - set later

    def courses(
        self, dossiers: Sequence[Dossier], selection: Selection
    ) -> tuple[Iterator[Steps[None]], Iterator[Steps[None]]]:
        """Give the courses of what is due, begun as they are taken: the single documents, then the lists."""
        wanted = [source for dossier in dossiers for source in self._wanted(dossier, selection)]
        self.expected, self.servers = len(wanted), len({server(source.url) for source in wanted})
        notices = in_turn(source for source in wanted if source.role is not Role.LISTING)
        listings = in_turn(source for source in wanted if source.role is Role.LISTING)
        return self._begun(notices, notice.course), self._begun(listings, listing.course)

    def _wanted(self, dossier: Dossier, selection: Selection) -> list[Source]:
        """Choose what is looked at, and put together what its courses know."""
        context = context_of(dossier, self.store, self.done.now)
        context = replace(
            context, everything=selection.everything, probed=self.probed, addresses=self.addresses
        )
        replayed = self.origin == "replay"
        wanted = due(context, self.store, selection, replayed=replayed, put_off=self.done.put_off)
        recall = self.recall([source.id for source in in_turn(wanted)])
        since = alike_since(context, self.store, self.done.now)
        self.contexts[dossier.id] = replace(context, memory=recall, alike_since=since)
        self.recalls[dossier.id] = recall
        return wanted

    def _begun(
        self, sources: Iterable[Source], begin: Callable[[Source, Context], Steps[None]]
    ) -> Iterator[Steps[None]]:
        for source in sources:
            course = begin(source, self.contexts[source.dossier])
            self.of[course], self.sources[source.id] = source.id, source
            yield course

    def enlist(self, outpost: Outpost) -> Crew:
        """Have an outpost fetch from now on; return it as a crew."""
        self.fetcher = outpost
        return Afar(outpost, self.note)

    def ask(self, look: Look) -> Fetch:
        """Fetch an address (in a thread of the crew), and note what its host's silence or answer shows."""
        fetch = self.fetcher.fetch(look.url, Validators(look.etag, look.last_modified))
        self.note(look.url, fetch)
        _ = fetch.digest  # reckoned in this thread, where it holds nobody up
        return fetch

    def note(self, url: str, fetch: Fetch) -> None:
        """Remember of a host that it answered and where, or that it is silent now."""
        if fetch.trouble in UNASKED and not fetch.answered:
            return
        site = host(url)
        if fetch.answered:
            self.answering[site] = url
        else:
            self.silent.add(site)
        self.done.asked[site] = self.done.asked.get(site, False) or fetch.answered
        if fetch.answered or fetch.trouble not in NAMELESS:
            self.done.resolved.add(registered_domain(url))

    def wait(self, look: Look, fetch: Fetch) -> None:
        """Put a source off whose site is to be left alone, until it may be asked."""
        until = self.fetcher.rest_of(fetch) or self.clock() + SOON
        self.done.put_off.add(look, until)

    def blame(self, course: Steps[None], error: Exception) -> None:
        """Put a source off at which this program itself failed: the others must not suffer."""
        source = self.of[course]
        self.done.put_off.sources[source] = self.clock() + MENDED
        self.done.faults.append(f"{source}: {type(error).__name__}: {' '.join(str(error).split())}")

    def keep(self, records: Sequence[Record]) -> tuple[Kept, ...]:
        """Keep visits whole, all or none, and remember them for the pass's own account."""
        ready = [self._marked(self._timed(record)) for record in records]
        kept = self.store.keep_all(ready, now=self.clock(), lease=self.lease)
        for record, one in zip(ready, kept, strict=True):
            self._remember(record, one)
        return kept

    def _timed(self, record: Record) -> Record:
        """Say when a source is to be looked at next, at its own pace."""
        source = self.sources.get(record.standing.source) if record.standing else None
        if source is not None:
            asleep = self.fetcher.policy.quiet.get(host(record.seen.look.url))
            record = pace.timed(record, source, self.done.now, asleep)
        return record

    def _remember(self, record: Record, kept: Kept) -> None:
        if record.standing:
            self.addresses[record.standing.source] = record.standing.url
        self.recalls[record.seen.look.dossier].kept(record, kept)
        self.done.visits.append(kept.visit)
        self.done.findings.extend(kept.findings)
        self.progress(len(self.done.visits), self.expected)

    def _marked(self, record: Record) -> Record:
        """Say from where a visit was made (a proxy sees another world) and under which settings."""
        proxy = self.fetcher.proxy_of(record.seen.look.url) if self.origin == NETWORK else None
        origin = f"{NETWORK} through {proxy}" if proxy else self.origin
        return replace(record, origin=origin, settings=self.settings)

    def settle(self) -> Settlement:
        """Say at a barrier what the pass has shown so far: whose fault a silence is.

        A line that broke in mid-pass stays broken for the silences of this pass.
        """
        silent, self.silent = self.silent, set()
        if silent and self.broken is None:
            self.broken = self._line_broke(silent)
        self.done.outage = self.broken or outage.own_outage(tuple(self.done.asked.items()))
        return Settlement(self.done.outage, tuple(self.done.resolved))

    def _line_broke(self, silent: set[str]) -> str | None:
        """Ask the canaries whether we are cut off, else a few hosts that answered earlier in this pass."""
        if self.canaries:
            answers = (self.fetcher.fetch(url).answered for url in self.canaries)
            return None if any(answers) else outage.CANARIES_SILENT
        others = sorted(self.answering, key=lambda site: site in silent)[:MOST_ASKED_AGAIN]
        again = {site: self._answers_still(self.answering[site]) for site in others}
        return outage.fell_silent(again, silent)

    def _answers_still(self, url: str) -> bool:
        """Ask a host again; one that we may not ask just now is not silent for it."""
        fetch = self.fetcher.fetch(url)
        return fetch.answered or fetch.trouble in UNASKED

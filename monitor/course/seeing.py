"""One look at one address: fetched, judged, read, with a probe where only a probe can tell."""

from dataclasses import dataclass, replace
from datetime import timedelta
from http import HTTPStatus
from urllib.parse import urljoin

from monitor import changes, outage
from monitor.course.context import Context
from monitor.course.steps import Hold, Steps, fetch, hold, keep
from monitor.gate import Known, NeedsProbe, gate, good, judge_probe, share_within
from monitor.model import Look, Probe, Record, Role, Seen, Snapshot, Source, Standing
from monitor.remembered import SeenAgain
from scraper import sanity
from scraper.addresses import directory, random_sibling, registered_domain
from scraper.decode import decode
from scraper.model import (
    Completeness,
    Fetch,
    Listing,
    Notice,
    Outcome,
    OutcomeKind,
    Reading,
    Trouble,
    Unreadable,
)
from scraper.outcome import PAGE_ENDS, end_missing, ending, transport_outcome
from scraper.readers import read_answer
from scraper.readers.page import parse_page, text_of

PROBE_LIFE = timedelta(days=1)
"""A directory is probed at most once a day (DESIGN section 5)."""

OF_THE_PAGE = 0.95
"""Of a cut body's 5-grams so many stand in the last good one, hours of build and counters aside."""

OURS = frozenset({Trouble.ROBOTS, Trouble.POLICY, Trouble.RESTING})
"""Troubles that we decide ourselves: no other host can tell more about them."""


@dataclass(frozen=True, slots=True)
class Page:
    """A page's whole text, menus and all, and the address that it names as its own."""

    text: str = ""
    canonical: str | None = None


def look_at(source: Source, standing: Standing) -> Look:
    """Propose the source's address, or for a notice the one where it is followed now.

    A list is asked at its own address first, always: one that it had before may go on answering and
    bring nothing new. Validators go only to the address that gave them, and only where what they stand
    for was read.
    """
    url = source.url if source.role is Role.LISTING else standing.url or source.url
    return with_validators(
        Look(source.id, source.dossier, source.role, url, reader=source.reader), source, standing
    )


def with_validators(look: Look, source: Source, standing: Standing) -> Look:
    """Add the validators that an address gave at the last good visit."""
    ours = look.url == (standing.url or source.url) and standing.snapshot and not standing.layout_failures
    if not ours:
        return look
    return replace(look, etag=standing.etag, last_modified=standing.last_modified, body=standing.body)


def see(look: Look, source: Source, context: Context) -> Steps[Seen]:
    """Visit an address and come to an outcome; nothing is kept but a probe."""
    answer = yield from fetch(look)
    last = _met_again(answer, context.standing(source.id))
    if last:
        return SeenAgain.of(look, answer, good(answer, "same bytes"), last)
    outcome = transport_outcome(answer, asked=bool(look.etag or look.last_modified))
    if outcome is None or outcome.rule == "no_text":
        outcome = _begun(answer, context.standing(source.id), context) or outcome
    if outcome is None:
        return (yield from _judged(look, answer, source, context))
    if not answer.answered and answer.trouble not in OURS:
        settlement = yield from hold(Hold(look.role, look, answer))
        names_resolve = outage.names_resolve(registered_domain(look.url), settlement.resolved)
        outcome = outage.settled(outcome, settlement.outage, names_resolve)
    snapshot = context.snapshot(source.id)
    if outcome.is_good and snapshot:
        return SeenAgain.of(look, answer, outcome, snapshot)
    return Seen(look, answer, outcome)


def _met_again(answer: Fetch, standing: Standing) -> Snapshot | None:
    """Return the last good snapshot if a whole answer has its bytes again, as no wall has."""
    whole = answer.trouble is None and answer.status == HTTPStatus.OK
    whole = whole and answer.completeness is Completeness.WHOLE and not standing.layout_failures
    return standing.snapshot if whole and standing.body == answer.digest.hex() else None


def _judged(look: Look, answer: Fetch, source: Source, context: Context) -> Steps[Seen]:
    """Judge a whole answer by its content: gate, probe, sanity."""
    standing = context.standing(source.id)
    reading = read_answer(answer, look.reader)
    alike = _alike(reading, standing)
    if alike:
        standing = replace(standing, snapshot=alike)
    verdict = gate(answer, reading, known_of(source, standing), look.role)
    if isinstance(verdict, NeedsProbe):
        verdict = yield from _probed(look, answer, verdict, context)
    ended = alike is not None and ending(answer.content) in PAGE_ENDS
    verdict = (verdict.is_good and not ended and _cut(answer, standing, context)) or verdict
    if not verdict.is_good:
        return Seen(look, answer, verdict)
    sane = _sane(reading, look.role, standing, context)
    if alike and sane is reading:
        return SeenAgain.of(look, answer, verdict, alike)
    return Seen(look, answer, verdict, sane)


def _alike(reading: Reading, standing: Standing) -> Snapshot | None:
    """Return the last good snapshot as this page says it again, to the letter of what is compared.

    Only a counter or a menu has moved then; what the page said before need not be opened.
    """
    last = standing.snapshot
    if last is None or not isinstance(reading, Notice | Listing) or changes.digest(reading) != last.digest:
        return None
    return Snapshot(last.id, last.source, last.visit, last.taken, last.url, reading, last.digest)


def _begun(answer: Fetch, standing: Standing, context: Context) -> Outcome | None:
    """Notice, before any gate, a body that only begins as the last good one did: it was cut on the way.

    However little of it came, that little is of the page: nothing else stands in the page's place.
    """
    if standing.snapshot is None or ending(answer.content) in PAGE_ENDS or not answer.content.strip():
        return None
    before = context.memory.fetch_of(standing.snapshot.visit).content
    cut = end_missing(answer.content, ending(before))
    return cut if cut and share_within(answer.content, before) >= OF_THE_PAGE else None


def _cut(answer: Fetch, standing: Standing, context: Context) -> Outcome | None:
    """Notice a page without the closing tag that its last good body had: it was cut on the way."""
    if standing.snapshot is None or not isinstance(standing.snapshot.reading, Notice):
        return None
    before = context.memory.fetch_of(standing.snapshot.visit).content
    return end_missing(answer.content, ending(before))


def known_of(source: Source, standing: Standing) -> Known:
    """Put together what a page of this source must agree with."""
    notice = standing.snapshot.reading if standing.snapshot else None
    zones = (source.zone,) if source.zone else ()
    if isinstance(notice, Notice):
        return Known(notice.title, notice.document_number, notice.text, zones)
    return Known(source.title, source.document_number, "", zones)


def _sane(reading: Reading, role: Role, standing: Standing, context: Context) -> Reading:
    """Set aside a reading that cannot be true, or that is no reading of what was asked for."""
    wanted: tuple[type, ...] = (Listing,) if role is Role.LISTING else (Notice,)
    if role is Role.SUCCESSOR:
        wanted = (Notice, Listing)
    if isinstance(reading, Unreadable) or not isinstance(reading, wanted):
        said = reading.because if isinstance(reading, Unreadable) else "another kind of page"
        return Unreadable(said)
    previous = standing.snapshot.reading if standing.snapshot else None
    complaints = sanity.check(reading, today=context.today, previous=previous)
    if role is Role.NOTICE and isinstance(reading, Notice) and isinstance(previous, Notice):
        complaints = (*complaints, *_lost(previous, reading))
    return Unreadable("; ".join(complaints)) if complaints else reading


def _lost(before: Notice, after: Notice) -> tuple[str, ...]:
    """Doubt a reading by another layout that lacks what the page used to state: the template changed."""
    if before.layout == after.layout:
        return ()
    names = ("published", "signed", "document_number")
    gone = [name for name in names if getattr(before, name) and not getattr(after, name)]
    return (f"{after.layout} fits where {before.layout} did, without {', '.join(gone)}",) if gone else ()


def _probed(look: Look, answer: Fetch, doubt: NeedsProbe, context: Context) -> Steps[Outcome]:
    """Settle a doubt by the site's answer for a page that cannot exist, at most one a folder and day."""
    probe = None
    if context.asks_probes:
        probe = (yield from _remembered(look, answer.requested, context)) or (
            yield from _probe(look, answer.requested, context)
        )
        if probe.status is None and not doubt.unless.is_good:
            said = "the site gave no answer to a probe"
            return Outcome(OutcomeKind.EMPTY, f"{doubt.because}, no probe", said)
    page = page_of(answer)
    nothing = Probe(directory(answer.requested), context.now, "", "", None, "")
    return judge_probe(answer, page.text, probe or nothing, doubt, page.canonical)


def _remembered(look: Look, url: str, context: Context) -> Steps[Probe | None]:
    """Give the folder's probe of the last day; one that another course is just asking for is waited for."""
    folder = directory(url)
    probe = _fresh(context.memory.probe(folder), context)
    if probe is None and folder in context.probed:
        yield from hold(Hold(look.role, here=True))
        probe = _fresh(context.memory.probe(folder), context)
    return probe


def _fresh(probe: Probe | None, context: Context) -> Probe | None:
    return probe if probe and timedelta(0) <= context.now - probe.at < PROBE_LIFE else None


def _probe(look: Look, url: str, context: Context) -> Steps[Probe]:
    """Ask for a page that cannot exist; a wall and a silence are remembered too: neither is asked twice."""
    context.probed.add(directory(url))
    sibling = random_sibling(url, f"{context.today}")
    answer = yield from fetch(Look(look.source, look.dossier, Role.PROBE, sibling, via=look.source))
    outcome = transport_outcome(answer, asked=False)
    probe = Probe(directory(url), context.now, sibling, answer.url, None, "")
    walled = outcome is not None and outcome.kind is OutcomeKind.WALL
    if answer.answered and answer.trouble is None and not walled:
        page = page_of(answer) if answer.content else Page()
        probe = replace(probe, status=answer.status, text=page.text, canonical=page.canonical)
    seen = Seen(
        Look(look.source, look.dossier, Role.PROBE, sibling, via=look.source),
        answer,
        outcome or good(answer, "a probe"),
    )
    yield from keep(Record(seen, standing=None, probe=probe))
    return probe


def page_of(answer: Fetch) -> Page:
    """Return the whole text of an answer's page, and its canonical link made absolute."""
    page = parse_page(decode(answer.content, answer.header("Content-Type")).text, answer.url)
    links = page.root.xpath("//link[@rel='canonical']/@href")
    return Page(text_of(page.root), urljoin(answer.url, str(links[0])) if links else None)

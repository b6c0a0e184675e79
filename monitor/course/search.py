"""Where a lost notice went: candidates asked one after another, believed only by what they say."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from monitor import batch, links, successors
from monitor.course.context import Context
from monitor.course.moving import expectation, moved_record, verified
from monitor.course.seeing import see
from monitor.course.steps import Hold, Steps, hold, keep
from monitor.dossier import refiled
from monitor.model import Look, Record, Role, Row, Seen, Source, Standing, State
from monitor.paragraphs import folded
from monitor.searches import questions
from monitor.successors import Expected
from monitor.zones import Evidence, classify, same_place
from scraper.addresses import registered_domain
from scraper.chinese import normalise_number
from scraper.model import Entry, Listing

MOST_CANDIDATES = 8
"""So many addresses are asked a pass; a ministry's re-filing and the plain variants are fewer."""
MOST_HITS = 4
"""Pages that an answer of a search names and that are looked at: the same document stands in few places."""
MOST_NEIGHBOURS = 8
"""Addresses beside those of its batch: three pages to either side of one, and two by rules."""
STANDING = frozenset({State.ALIVE, State.MOVED})


@dataclass(slots=True)
class Trail:
    """A search under way: what was asked, and the last look that failed, kept once it is clear what follows.

    Only the last of all puts the source's next look off, so that a search which a pass's end cut short is
    taken again at once.
    """

    source: Source
    context: Context
    expected: Expected
    asked: set[str] = field(default_factory=set)
    failed: Seen | None = None


def course(source: Source, context: Context) -> Steps[None]:
    """Ask the likely addresses until one shows the notice; it is followed there from then on.

    First where rules and lists put it, then what searches answer, last what the others of its batch tell,
    once they have been sought themselves.
    """
    standing = context.standing(source.id)
    trail = Trail(source, context, expectation(source, context), {standing.url or source.url})
    found = yield from _any_of(candidates(source, standing, context), trail)
    found = found or (yield from _searched(trail))
    found = found or (yield from _beside(trail))
    if not found:
        yield from _keep_failed(trail, last=True)


def is_promising(source: Source, context: Context) -> bool:
    """Tell whether there is anything to ask for a lost notice."""
    known = expectation(source, context)
    asks = any(questions(search, known) for search in context.dossier.searches if search.enabled)
    return asks or bool(candidates(source, context.standing(source.id), context))


def _any_of(urls: Iterable[str], trail: Trail) -> Steps[bool]:
    """Ask addresses, none twice, until one shows the notice."""
    for url in urls:
        if url in trail.asked:
            continue
        trail.asked.add(url)
        yield from _keep_failed(trail)
        seen = yield from see(_look(url, trail), trail.source, trail.context)
        evidence = verified(seen, trail.expected)
        if evidence:
            yield from keep(moved_record(seen, trail.source, trail.context, evidence))
            return True
        trail.failed = seen
    return False


def _searched(trail: Trail) -> Steps[bool]:
    """Ask the dossier's searches, and the pages that they name and that may be it."""
    source, context = trail.source, trail.context
    unknown = Source(source.id + "/search", source.dossier, Role.LISTING, source.url)
    for search in context.dossier.searches:
        for url in questions(search, trail.expected) if search.enabled else ():
            yield from _keep_failed(trail)
            trail.failed = yield from see(_look(url, trail), unknown, context)
            if (yield from _any_of(_hits(trail.failed, url, trail), trail)):
                return True
    return False


def _hits(seen: Seen, asked: str, trail: Trail) -> list[str]:
    """Take the pages of an answer that may be the notice and were not asked yet, the first few.

    A copy of it on a stranger's site is no successor: only the domains of the library, of the notice's own
    address and of the dossier's official hosts count.
    """
    entries = seen.reading.entries if seen.outcome.is_good and isinstance(seen.reading, Listing) else ()
    hosts = trail.context.dossier.recognition.hosts
    known = {
        registered_domain(url) for url in (asked, trail.source.url, *(f"https://{name}" for name in hosts))
    }
    fitting = (
        entry.url
        for entry in entries
        if registered_domain(entry.url) in known and _may_be(entry, trail.expected, trail.context)
    )
    return [url for url in dict.fromkeys(fitting) if url not in trail.asked][:MOST_HITS]


def _beside(trail: Trail) -> Steps[bool]:
    """Ask where the others of its batch went, and how others moved, when they have been sought, too."""
    context = trail.context
    if len(context.notices()) < 2:
        return False
    yield from hold(Hold(trail.source.role))
    if not context.members:
        context.members.update((source.id, _member(source, context)) for source in context.notices())
    lost = _member(trail.source, context)
    others = (other for name, other in context.members.items() if name != trail.source.id)
    wanted = batch.beside(lost, others)
    return (yield from _any_of(wanted[:MOST_NEIGHBOURS], trail))


def _member(source: Source, context: Context) -> batch.Member:
    """Put together what tells a notice's batch: the page's own word, else the dossier's."""
    standing, notice = context.standing(source.id), context.known_notice(source.id)
    created = next((zone.created for zone in context.dossier.zones if zone.zh == source.zone), None)
    stands = standing.url or source.url
    return batch.Member(
        cited=source.url,
        stands=stands if standing.link.state in STANDING else None,
        signed=(notice.signed if notice else None) or created,
        number=(notice.document_number if notice else None) or source.document_number,
    )


def _look(url: str, trail: Trail) -> Look:
    source = trail.source
    return Look(source.id, source.dossier, Role.SUCCESSOR, url, via=source.id, reader=source.reader)


def _keep_failed(trail: Trail, *, last: bool = False) -> Steps[None]:
    """Keep the look that showed nothing; the last one says when the source is looked at next."""
    if trail.failed is None:
        return
    seen, trail.failed = trail.failed, None
    standing = trail.context.standing(trail.source.id)
    if last:
        due = links.next_check(standing.link, trail.source.interval, trail.context.now)
        standing = replace(standing, next_due=due)
    yield from keep(Record(seen, standing=standing))


def candidates(source: Source, standing: Standing, context: Context) -> tuple[str, ...]:
    """List the addresses to ask: re-filed, respelt, and what the watched lists show of it."""
    tried = standing.url or source.url
    proposed = successors.proposals(
        source,
        standing.snapshot,
        refiled(source.url, context.dossier.refilings),
        tuple(_listed(source, context)),
    )
    return tuple(url for url in dict.fromkeys((source.url, *proposed)) if url != tried)[:MOST_CANDIDATES]


def _listed(source: Source, context: Context) -> Iterator[str]:
    """Yield addresses of watched rows that have the notice's title or number, or its zone."""
    expected = expectation(source, context)
    for listing in context.listings():
        for row in context.memory.rows(listing.id).values():
            if _may_be(row, expected, context):
                yield row.url


def _may_be(row: Row | Entry, expected: Expected, context: Context) -> bool:
    """Tell whether a row may be the notice looked for: by title, by number, or by the zone that it names."""
    numbers = [normalise_number(number or "") for number in (row.document_number, expected.document_number)]
    if all(numbers) and numbers[0] == numbers[1]:
        return True
    if expected.title and folded(row.title) == folded(expected.title):
        return True
    return any(_names(zone, row.title, row.url, context) for zone in expected.zones)


def _names(zone: str, title: str, url: str, context: Context) -> bool:
    verdict = classify(Evidence(title=title, url=url), context.dossier.recognition, context.baseline)
    return any(same_place(zone, place.zh) for place in verdict.places)

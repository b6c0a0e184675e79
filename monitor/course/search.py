"""Where a lost notice went: candidates asked one after another, believed only by what they say."""

from collections.abc import Iterator
from dataclasses import replace

from monitor import links, successors
from monitor.course.claims import claim_drafts
from monitor.course.context import Context
from monitor.course.records import good_standing, with_snapshot
from monitor.course.seeing import see
from monitor.course.steps import Steps, keep
from monitor.dossier import refiled
from monitor.drafts import draft
from monitor.model import Draft, FindingKind, Look, Record, Role, Seen, Source, Standing
from monitor.paragraphs import folded
from monitor.successors import Expected
from monitor.zones import Evidence, classify, same_place
from scraper.addresses import match_key, page_id
from scraper.model import Notice
from scraper.outcome import redirect_kind

MOST_CANDIDATES = 8
"""So many addresses are asked a pass; a ministry's re-filing and the plain variants are fewer."""


def course(source: Source, context: Context) -> Steps[None]:
    """Ask the likely addresses until one shows the notice; it is followed there from then on."""
    standing = context.standing(source.id)
    expected = expectation(source, context)
    proposed = candidates(source, standing, context)
    for url in proposed:
        look = Look(source.id, source.dossier, Role.SUCCESSOR, url, via=source.id, reader=source.reader)
        seen = yield from see(look, source, context)
        evidence = verified(seen, expected)
        if evidence:
            yield from keep(moved_record(seen, source, context, evidence))
            return
        after = context.standing(source.id)
        if url == proposed[-1]:
            after = replace(after, next_due=links.next_check(after.link, source.interval, context.now))
        yield from keep(Record(seen, standing=after))


def candidates(source: Source, standing: Standing, context: Context) -> tuple[str, ...]:
    """List the addresses to ask: re-filed, respelt, and what the watched lists show of it."""
    tried = standing.url or source.url
    proposed = successors.proposals(
        source,
        standing.snapshot,
        refiled(source.url, context.dossier.refilings),
        tuple(_listed(source, standing, context)),
    )
    return tuple(url for url in dict.fromkeys((source.url, *proposed)) if url != tried)[:MOST_CANDIDATES]


def _listed(source: Source, standing: Standing, context: Context) -> Iterator[str]:
    """Yield addresses of watched rows that have the notice's title or number, or its zone."""
    known = standing.snapshot.reading if standing.snapshot else None
    for listing in context.listings():
        for row in context.memory.rows(listing.id).values():
            same_title = isinstance(known, Notice) and folded(row.title) == folded(known.title or "")
            if same_title or (source.zone and _names(source.zone, row.title, row.url, context)):
                yield row.url


def _names(zone: str, title: str, url: str, context: Context) -> bool:
    verdict = classify(Evidence(title=title, url=url), context.dossier.recognition, context.baseline)
    return any(same_place(zone, place.zh) for place in verdict.places)


def expectation(source: Source, context: Context) -> Expected:
    """Put together what a page must agree with to be this notice."""
    seen = context.known_notice(source.id)
    return Expected(
        title=seen.title if seen else source.title,
        document_number=seen.document_number if seen else source.document_number,
        page_id=page_id(source.url),
        zones=(source.zone,) if source.zone else (),
        phrase=context.dossier.recognition.phrase,
    )


def verified(seen: Seen, expected: Expected) -> tuple[str, ...] | None:
    """Give the evidence that a visit shows the notice looked for; None if it does not."""
    if not seen.outcome.is_good or not isinstance(seen.reading, Notice):
        return None
    return successors.verify(seen.reading, seen.fetch.url, expected)


def moved_record(seen: Seen, source: Source, context: Context, evidence: tuple[str, ...]) -> Record:
    """Record a verified successor: the source is followed there, with its history."""
    standing = context.standing(source.id)
    url = seen.fetch.url
    after = good_standing(seen, source, standing, context, moved_to=url)
    notice = seen.reading if isinstance(seen.reading, Notice) else None
    raised = (
        [] if successors.is_trivial_move(source.url, url) else [moved(source, url, notice, evidence, context)]
    )
    if notice:
        raised += claim_drafts(notice, url, source, context)
    return with_snapshot(Record(seen, standing=after, drafts=tuple(raised)), standing)


def moved(
    source: Source, url: str, notice: Notice | None, evidence: tuple[str, ...], context: Context
) -> Draft:
    """Say where a notice stands now, with the evidence."""
    snapshot = context.snapshot(source.id)
    return draft(
        FindingKind.MOVED,
        source,
        source.id,
        match_key(url),
        url=url,
        because=(f"{source.url} no longer shows it", *evidence),
        notice=notice,
        zone=context.place_of(source),
        visits=(snapshot.visit,) if snapshot else (),
    )


def by_redirect(seen: Seen, source: Source, context: Context) -> tuple[str, ...] | None:
    """Give the evidence where a permanent redirect (301, 308) led to the verified notice elsewhere."""
    url = seen.fetch.url
    if redirect_kind(seen.fetch) != "permanent" or successors.is_trivial_move(source.url, url):
        return None
    evidence = verified(seen, expectation(source, context))
    return (f"{seen.fetch.requested} redirects there for good", *evidence) if evidence else None

"""What proves that a page is the notice looked for, and what it leaves behind that it stands elsewhere."""

from monitor import successors
from monitor.course.claims import claim_drafts
from monitor.course.context import Context
from monitor.course.records import good_standing, with_snapshot
from monitor.drafts import draft
from monitor.model import Draft, FindingKind, Record, Seen, Source
from monitor.successors import Expected
from scraper.addresses import match_key, page_id
from scraper.model import Notice
from scraper.outcome import redirect_kind


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
    before = context.standing(source.id).url or source.url
    return draft(
        FindingKind.MOVED,
        source,
        source.id,
        match_key(url),
        url=url,
        because=(f"{before} no longer shows it", *evidence),
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

"""What a visit leaves behind: the source's new standing, and what is said of its link."""

from collections.abc import Iterator
from dataclasses import replace

from monitor import changes, links
from monitor.course.context import Context
from monitor.drafts import draft
from monitor.model import Draft, FindingKind, LinkState, Record, Role, Seen, Source, Standing
from monitor.remembered import SeenAgain
from scraper.addresses import host, same_page
from scraper.model import Listing, Notice, OutcomeKind, Unreadable

TROUBLED = 2
"""A layout is said to have broken at the second visit running (DESIGN section 3, rule 4)."""


def good_standing(
    seen: Seen, source: Source, standing: Standing, context: Context, *, moved_to: str | None = None
) -> Standing:
    """Step a standing by a good visit; `moved_to` is where the source is followed from now on."""
    link = links.step(standing.link, seen.outcome, seen.fetch.started)
    url = moved_to or standing.url
    if url and source.role is Role.NOTICE and not same_page(url, source.url):
        before = standing.link
        link = links.step_moved(replace(link, state=before.state, since=before.since), seen.fetch.started)
    unchanged = seen.outcome.kind is OutcomeKind.NOT_MODIFIED
    fetch = seen.fetch
    return replace(
        standing,
        link=link,
        url=url,
        etag=fetch.header("ETag") or (standing.etag if unchanged else None),
        last_modified=fetch.header("Last-Modified") or (standing.last_modified if unchanged else None),
        body=standing.body if unchanged else fetch.digest.hex(),
        next_due=context.now + source.interval,
        layout_failures=0 if _read(seen) else standing.layout_failures + 1,
    )


def _read(seen: Seen) -> bool:
    return isinstance(seen, SeenAgain) or isinstance(seen.reading, Notice | Listing)


def with_snapshot(record: Record, standing: Standing) -> Record:
    """Give a record its reading to keep where that differs from the last snapshot."""
    if isinstance(record.seen, SeenAgain):
        return replace(record, read_by=getattr(record.seen.snapshot, "read_by", None))
    reading = record.seen.reading
    if not isinstance(reading, Notice | Listing):
        return record
    digest = changes.digest(reading)
    if standing.snapshot and standing.snapshot.digest == digest:
        return record
    return replace(record, new_reading=reading, digest=digest)


def failed_record(seen: Seen, source: Source, context: Context, *, searched: bool = True) -> Record:
    """Record a visit to a source that did not see its page.

    Our own outage leaves the source due, and so does a search for it that is still to come: what ends
    a pass before its time must not put the search off.
    """
    standing = context.standing(source.id)
    if seen.outcome.kind is OutcomeKind.OWN_OUTAGE:
        return Record(seen, standing=standing)
    link = links.step(standing.link, seen.outcome, seen.fetch.started)
    due = links.next_check(link, source.interval, context.now) if searched else standing.next_due
    after = replace(standing, link=link, next_due=due)
    return Record(seen, standing=after, drafts=tuple(link_drafts(standing.link, link, source, context)))


def listing_record(seen: Seen, source: Source, context: Context) -> Record:
    """Record the first page of a list that was seen; it stays due until its walk has ended.

    The standing's address is where the list was seen last, to which its validators belong.
    """
    standing = context.standing(source.id)
    at = seen.look.url if seen.look.url != source.url else None
    after = good_standing(seen, source, replace(standing, url=at), context)
    after = replace(after, next_due=standing.next_due)
    record = Record(
        seen=seen,
        standing=after,
        drafts=(
            *link_drafts(standing.link, after.link, source, context),
            *layout_drafts(seen, standing, source, context),
        ),
    )
    return with_snapshot(record, standing)


def layout_drafts(seen: Seen, standing: Standing, source: Source, context: Context) -> Iterator[Draft]:
    """Say that no layout fits any more, at the second visit running; the last good snapshot stands.

    The first of the two is the one that passed the gate last; its hour names the break, so that another
    one after a repair is raised again.
    """
    if standing.layout_failures + 1 != TROUBLED or not isinstance(seen.reading, Unreadable):
        return
    first = standing.link.last_good or seen.fetch.started
    yield draft(
        FindingKind.LAYOUT_BROKE,
        source,
        source.id,
        first.isoformat(),
        url=seen.fetch.url,
        because=(seen.reading.because, "the page passed the content gate at two visits running"),
        visits=context.memory.visits_at(source.id, (first,)),
    )


def link_drafts(before: LinkState, after: LinkState, source: Source, context: Context) -> Iterator[Draft]:
    """Say what became of a link at this visit, once an episode."""
    for kind in links.events(before, after):
        if kind is FindingKind.CANNOT_SEE:
            yield _cannot_see(after, source, context)
            continue
        counted = after.hard or after.slow or before.hard or before.slow
        yield draft(
            kind,
            source,
            source.id,
            after.episode,
            url=context.standing(source.id).url or source.url,
            because=(after.rule,),
            notice=context.known_notice(source.id),
            zone=context.place_of(source),
            visits=context.memory.visits_at(source.id, counted),
        )


def _cannot_see(link: LinkState, source: Source, context: Context) -> Draft:
    """Raise one finding for the whole host where none of its sources can be seen."""
    site = host(source.url)
    siblings = [
        other
        for other in context.sources
        if other.enabled and host(other.url) == site and other.id != source.id
    ]
    unseen = [context.standing(other.id).link.unseen for other in siblings]
    whole = bool(siblings) and all(unseen)
    since = min(times[0] for times in (link.unseen, *(unseen if whole else ())) if times)
    return draft(
        FindingKind.CANNOT_SEE,
        source,
        site if whole else source.id,
        since.date(),
        url=source.url,
        title=f"nothing on {site} can be seen" if whole else None,
        because=(link.rule, f"not seen since {since:%Y-%m-%d}; whether it is there cannot be said from here"),
        notice=None if whole else context.known_notice(source.id),
        visits=context.memory.visits_at(source.id, link.unseen),
    )

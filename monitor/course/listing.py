"""The course of a list: its pages down to known ground, and the pages behind rows of ours.

Rows are a set: order, roll-off and pinned rows mean nothing. A row is remembered only when the walk
has reached known ground, so that an interrupted walk is taken again from its start.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta

from monitor import coverage, drafts, links
from monitor.course import candidate
from monitor.course.context import Context
from monitor.course.names import source_of
from monitor.course.records import failed_record, listing_record
from monitor.course.seeing import look_at, see, with_validators
from monitor.course.steps import Hold, Steps, hold, keep
from monitor.drafts import draft
from monitor.model import Draft, FindingKind, Look, Record, Role, Row, Seen, Source, Standing, State
from monitor.paragraphs import folded
from monitor.zones import Evidence, VerdictKind, classify
from scraper.addresses import match_key, same_page
from scraper.chinese import BEIJING
from scraper.model import Entry, Listing
from scraper.readers import feeds

BROKEN_OFF = timedelta(hours=1)
"""How soon a walk that broke off is taken again."""
RECENT = 50
"""Visits of a list that are looked back on: more than two walks have."""
MOST_PAGES = 60
"""A walk ends here whatever the pager says: 60 pages of 20 rows are more than a ministry posts in a year."""


@dataclass(slots=True)
class Walk:
    """What a walk over a list's pages has found so far."""

    known: dict[str, Row]
    fresh: dict[str, Row] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)
    pages: int = 0


def course(source: Source, context: Context) -> Steps[None]:
    """Read a list back to known ground, then look at each row that might be of ours."""
    standing = context.standing(source.id)
    seen = yield from see(look_at(source, standing), source, context)
    if not seen.outcome.is_good:
        others = _others(seen, source, standing) if links.is_hard(seen.outcome.kind) else ()
        record = failed_record(seen, source, context, searched=not others)
        yield from keep(record if others else _with_gap(record, source, (), context))
        seen = (yield from _elsewhere(others, source, context)) or seen
    fresh: dict[str, Row] = {}
    if seen.outcome.is_good:
        fresh = yield from _walk(seen, source, context)
    yield from _candidates(fresh, source, context)


def left_unlooked(source: Source, context: Context) -> bool:
    """Tell whether a pass ended between the remembering of a list's rows and the first look behind one."""
    rows = context.memory.unsettled(source.id)
    return any(
        context.memory.standing(source_of(row, source).id) is None and not _followed(row.url, context)
        for row in rows
    )


def _others(failed: Seen, source: Source, standing: Standing) -> tuple[str, ...]:
    """List the other addresses at which the list is known to have stood, the latest first."""
    known = dict.fromkeys((standing.url or source.url, *source.alternatives))
    return tuple(url for url in known if url != failed.look.url)


def _elsewhere(others: tuple[str, ...], source: Source, context: Context) -> Steps[Seen | None]:
    """Ask a list's other addresses; what may have passed it by is only said where none answers."""
    if others:
        yield from hold(Hold(source.role))
    for url in others:
        standing = context.standing(source.id)
        look = Look(source.id, source.dossier, Role.SUCCESSOR, url, via=source.id, reader=source.reader)
        seen = yield from see(with_validators(look, source, standing), source, context)
        if seen.outcome.is_good and isinstance(seen.reading, Listing):
            return seen
        record = Record(seen, standing=standing)
        if url == others[-1]:
            due = links.next_check(standing.link, source.interval, context.now)
            record = _with_gap(replace(record, standing=replace(standing, next_due=due)), source, (), context)
        yield from keep(record)
    return None


def _walk(seen: Seen, source: Source, context: Context) -> Steps[dict[str, Row]]:
    """Read page after page down to known ground; give the rows that are new."""
    walk = Walk(context.memory.rows(source.id))
    while True:
        walk.pages += 1
        listing = seen.reading if isinstance(seen.reading, Listing) else None
        following = _take(listing, walk, source, context) if listing else None
        last = following is None or walk.pages >= MOST_PAGES
        if walk.pages == 1:
            record = listing_record(seen, source, context)
        else:
            record = Record(seen, standing=context.standing(source.id))
        if last and listing:
            record = _with_rows(record, walk, source, context)
        if last and record.standing:
            due = context.now + source.interval
            record = replace(record, standing=replace(record.standing, next_due=due))
        if last:
            record = _with_gap(record, source, walk.fresh.values(), context)
        if last and following is not None:
            record = replace(record, drafts=(*record.drafts, _unfinished(source, context)))
        elif last and listing and (lost := _ran_past(listing, walk, source, context)):
            record = replace(record, drafts=(*record.drafts, lost))
        yield from keep(record)
        if last or following is None:
            break
        look = Look(source.id, source.dossier, Role.LISTING, following, via=source.id, reader=source.reader)
        seen = yield from see(look, source, context)
        if not seen.outcome.is_good:
            yield from keep(_broken_off(seen, source, context))
            break
    return walk.fresh


def _with_rows(record: Record, walk: Walk, source: Source, context: Context) -> Record:
    """Add what a walk that ended has found: rows to remember, and those to report from the second on."""
    raised = tuple(_new_notices(walk.fresh.values(), source)) if walk.known else ()
    rows = (*walk.fresh.values(), *_judged_since(walk.known.values(), source, context))
    return replace(record, rows=rows, rows_of=source.id, drafts=record.drafts + raised)


def _broken_off(seen: Seen, source: Source, context: Context) -> Record:
    """Record a walk that ended at a page that could not be seen: taken again soon, said the second time."""
    due = context.now + min(source.interval, BROKEN_OFF)
    record = Record(seen, standing=replace(context.standing(source.id), next_due=due))
    before = [visit for visit in context.memory.visits(source.id, limit=RECENT) if visit.url == seen.look.url]
    if not before or before[0].outcome.is_good:
        return record
    outcome = seen.outcome
    because = (
        f"{seen.look.url} could not be seen at two walks running: {outcome.kind.value} {outcome.detail}",
        "what stands on it and behind it was not read",
    )
    raised = draft(
        FindingKind.COVERAGE_GAP,
        source,
        source.id,
        "walk",
        match_key(seen.look.url),
        before[0].at.date(),
        url=seen.look.url,
        because=because,
        visits=(before[0].id,),
    )
    return replace(record, drafts=(raised,) if len(before) < 2 or before[1].outcome.is_good else ())


def _with_gap(record: Record, source: Source, fresh: Iterable[Row], context: Context) -> Record:
    """Add what speaks for news having passed the list by, if anything does."""
    rows = (*context.memory.rows(source.id).values(), *fresh)
    standing = record.standing or context.standing(source.id)
    because = coverage.gap(source, standing, rows, context.now)
    if because is None:
        return record
    seen = standing.link.last_good
    if context.standing(source.id).link.last_good is None:
        return record
    newest = max((row.published for row in rows if row.published), default=None)
    since = newest if standing.link.state is State.ALIVE else seen and seen.date()
    raised = draft(FindingKind.COVERAGE_GAP, source, source.id, since, url=source.url, because=(because,))
    return replace(record, drafts=(*record.drafts, raised))


def _unfinished(source: Source, context: Context) -> Draft:
    because = (f"{MOST_PAGES} pages were read and no known ground was reached; older rows were not seen",)
    return draft(
        FindingKind.COVERAGE_GAP, source, source.id, "pages", context.today, url=source.url, because=because
    )


def _ran_past(listing: Listing, walk: Walk, source: Source, context: Context) -> Draft | None:
    """Say that a list ended before any row that was known: what stood between came and went unseen.

    A list whose addresses were rewritten shows its rows under their titles still. One that is read back to
    a day has shown all since that day, and a search's answer is no row of time.
    """
    titles = {folded(row.title) for row in walk.known.values()}
    known = any(row.key in walk.known or folded(row.title) in titles for row in walk.rows)
    beyond = source.back_to and any(row.published and row.published < source.back_to for row in walk.rows)
    if not walk.known or not walk.rows or known or beyond or listing.layout == feeds.SEARCH:
        return None
    last = context.standing(source.id).link.last_good
    because = (
        f"none of the {len(walk.rows)} rows that {source.id} shows was there when it was seen last"
        + (f", on {last.astimezone(BEIJING):%Y-%m-%d}" if last else ""),
        "rows may have come and gone in between; the list has no further page to look for them on",
    )
    since = last.date() if last else context.today
    return draft(
        FindingKind.COVERAGE_GAP, source, source.id, "ran past", since, url=source.url, because=because
    )


def _take(listing: Listing, walk: Walk, source: Source, context: Context) -> str | None:
    """Add a page's rows; give the next page's address unless this one stands on known ground."""
    rows = [_row(entry, context) for entry in listing.entries]
    walk.rows += rows
    fresh = [row for row in rows if row.key not in walk.known and row.key not in walk.fresh]
    walk.fresh |= {row.key: row for row in fresh}
    horizon = source.back_to
    beyond = horizon is not None and all(row.published and row.published < horizon for row in rows)
    return listing.next if fresh and not beyond else None


def row_key(entry: Entry) -> str:
    """Name a row by its page's address, else by its title and day."""
    return match_key(entry.url) if entry.url else f"{entry.title}|{entry.published}"


def _row(entry: Entry, context: Context) -> Row:
    evidence = Evidence(title=entry.title, url=entry.url, document_number=entry.document_number)
    verdict = classify(evidence, context.dossier.recognition, context.baseline).verdict
    return Row(
        key=row_key(entry),
        url=entry.url,
        title=entry.title,
        published=entry.published,
        document_number=entry.document_number,
        verdict=verdict.value,
        settled=verdict is VerdictKind.NONE or _followed(entry.url, context),
    )


def _judged_since(rows: Iterable[Row], listing: Source, context: Context) -> Iterator[Row]:
    """Settle the remembered rows whose pages were judged by way of another list."""
    for row in rows:
        if not row.settled and (_followed(row.url, context) or _judged(row, listing, context)):
            yield replace(row, settled=True)


def _judged(row: Row, listing: Source, context: Context) -> bool:
    return context.standing(source_of(row, listing).id).snapshot is not None


def _followed(url: str, context: Context) -> bool:
    return any(
        same_page(url, known)
        for source in context.notices()
        for known in (source.url, context.address(source.id))
        if known
    )


def _new_notices(rows: Iterable[Row], source: Source) -> Iterable[Draft]:
    if source.report_all:
        for row in rows:
            yield drafts.new_notice(source, row)


def _candidates(fresh: dict[str, Row], source: Source, context: Context) -> Steps[None]:
    """Look at every row whose page has not been judged yet, once a pass whatever list shows it."""
    for row in (context.memory.rows(source.id) | fresh).values():
        if not row.settled and row.key not in context.claimed and candidate.is_due(row, source, context):
            context.claimed.add(row.key)
            yield from candidate.course(row, source, context)

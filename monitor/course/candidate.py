"""The course of a page behind a row: fetched once, judged from the page, followed if it is of ours."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from monitor import links
from monitor.course.claims import claim_drafts
from monitor.course.context import Context
from monitor.course.names import source_of
from monitor.course.records import good_standing, with_snapshot
from monitor.course.seeing import see
from monitor.course.steps import Steps, keep
from monitor.course.verdicts import citation_for, mentions_of_row, superseded, verdict_on, zone_drafts
from monitor.dossier import Citation, citation_source
from monitor.drafts import draft
from monitor.model import Draft, FindingKind, Look, Record, Role, Row, Seen, Source, State
from monitor.neighbours import neighbours
from monitor.zones import Verdict, VerdictKind, same_place
from scraper.addresses import match_key
from scraper.model import Notice

PATIENCE = 3
"""Visits at which a page that is there and that no layout fits is given up, unless its row names a zone."""


def is_due(row: Row, listing: Source, context: Context) -> bool:
    """Tell whether the page behind a row is to be asked: never tried, or its own time has come.

    A twentieth of a day early counts as on time; a time beyond any that is ever set was a wrong clock's.
    """
    due = context.standing(source_of(row, listing).id).next_due
    wait = due - context.now if due and not context.everything else timedelta(0)
    return not links.DAY / 20 < wait <= links.furthest(listing.interval)


def course(row: Row, listing: Source, context: Context) -> Steps[None]:
    """Judge the page behind a row; where it cannot be seen the row is tried again."""
    source = source_of(row, listing)
    if context.snapshot(source.id):
        return
    look = Look(source.id, source.dossier, Role.CANDIDATE, row.url, via=listing.id)
    seen = yield from see(look, source, context)
    if seen.outcome.is_good and isinstance(seen.reading, Notice):
        if _brings_zone(verdict_on(seen.reading, seen.fetch.url, context), source, context):
            yield from _batch(seen.fetch.url, listing, context)
        yield from keep(_record(seen, seen.reading, row, source, listing, context))
    else:
        yield from keep(_unseen(seen, row, source, listing, context))


def _batch(url: str, listing: Source, context: Context) -> Steps[None]:
    """Look at the neighbours of a new zone's letter, which no list may show yet; each once a pass.

    Before the letter is kept: where a process is killed in between, the letter is new to the next one too.
    """
    rows = context.memory.rows(listing.id)
    for near in neighbours(url):
        key = match_key(near)
        if key in context.claimed or key in rows:
            continue
        context.claimed.add(key)
        row = Row(key, near, "", None, None, "neighbour", settled=True)
        source = replace(source_of(row, listing), because=f"beside {url}")
        if context.snapshot(source.id):
            continue
        look = Look(source.id, source.dossier, Role.CANDIDATE, near, via=listing.id)
        seen = yield from see(look, source, context)
        notice = seen.reading if seen.outcome.is_good and isinstance(seen.reading, Notice) else None
        if notice and verdict_on(notice, seen.fetch.url, context).verdict is VerdictKind.NEW_ZONE:
            yield from keep(_record(seen, notice, row, source, listing, context))
        else:
            yield from keep(Record(seen, standing=None))


def _record(
    seen: Seen, notice: Notice, row: Row, source: Source, listing: Source, context: Context
) -> Record:
    url = seen.fetch.url
    verdict = verdict_on(notice, url, context)
    citation = citation_for(url, verdict, context)
    if citation:
        source = citation_source(context.dossier, citation, url, because=f"resolved by a row of {listing.id}")
    elif verdict.verdict is VerdictKind.NEW_ZONE and verdict.zone:
        source = replace(source, zone=verdict.zone.zh, url=url)
    raised = [
        *(_resolved(citation, notice, url, source, context) if citation else ()),
        *zone_drafts(verdict, notice, url, source, context),
        *superseded(notice, url, source, context),
        *claim_drafts(notice, url, source, context),
    ]
    standing = context.standing(source.id)
    record = Record(
        seen=replace(seen, look=replace(seen.look, source=source.id)),
        standing=good_standing(seen, source, standing, context),
        rows=_remembered(replace(row, verdict=verdict.verdict.value, settled=True), listing, context),
        rows_of=listing.id,
        follow=(source,) if citation or _brings_zone(verdict, source, context) else (),
        drafts=tuple(raised),
    )
    return with_snapshot(record, standing)


def _remembered(row: Row, listing: Source, context: Context) -> tuple[Row, ...]:
    """Update a row that a whole walk has remembered; an interrupted walk remembers none."""
    return (row,) if row.key in context.memory.rows(listing.id) else ()


def _resolved(
    citation: Citation, notice: Notice, url: str, source: Source, context: Context
) -> Iterator[Draft]:
    yield draft(
        FindingKind.CITATION_RESOLVED,
        source,
        source.id,
        match_key(url),
        url=url,
        because=(
            f"footnote {citation.footnote} prints {citation.printed}, and this address goes on from there",
            f"the page names {citation.zone}: {notice.title}",
        ),
        notice=notice,
        zone=context.place_of(source),
    )


def _brings_zone(verdict: Verdict, source: Source, context: Context) -> bool:
    """Tell whether a page is a letter that names a zone never raised before; such a letter is followed."""
    raised = context.memory.zones_raised(source.dossier)
    return verdict.verdict is VerdictKind.NEW_ZONE and not all(
        any(same_place(place.zh, old.zh) for old in raised) for place in verdict.places
    )


def _unseen(seen: Seen, row: Row, source: Source, listing: Source, context: Context) -> Record:
    """Remember a row whose page could not be seen; given up only when the page is dead.

    It is asked again at the list's next look, and from then on once a day at most, however often the list is.
    From the second try on, a row that announces a new zone is said as a mention: the list is an
    official page too, and the letter, once seen, takes the mention's place.
    """
    standing = context.standing(source.id)
    link = links.step(standing.link, seen.outcome, seen.fetch.started)
    broken = standing.layout_failures + seen.outcome.is_good
    pace = max(listing.interval, links.DAY) if standing.link.last_visit else listing.interval
    due = links.next_check(link, pace, context.now)
    after = replace(standing, link=link, next_due=due, layout_failures=broken)
    given_up = link.state is State.DEAD or (broken >= PATIENCE and row.verdict != VerdictKind.NEW_ZONE)
    because = (
        f"a row of {listing.id} reads {row.title}",
        f"its page could not be read: {seen.outcome.rule} {seen.outcome.detail}".rstrip(),
    )
    raised = mentions_of_row(row, source, because, context) if standing.link.last_visit else ()
    return Record(
        seen=seen,
        standing=after,
        rows=_remembered(replace(row, settled=given_up), listing, context),
        rows_of=listing.id,
        drafts=tuple(raised),
    )

"""The course of a single document: seen, compared with before, followed where it went."""

from collections.abc import Iterator
from dataclasses import replace

from monitor import changes, links
from monitor.course import moving, search
from monitor.course.claims import claim_drafts
from monitor.course.context import Context
from monitor.course.records import failed_record, good_standing, layout_drafts, link_drafts, with_snapshot
from monitor.course.seeing import look_at, see
from monitor.course.steps import Hold, Steps, hold, keep
from monitor.course.verdicts import superseded, superseded_before
from monitor.drafts import draft
from monitor.model import (
    Change,
    ChangeKind,
    Draft,
    FindingKind,
    Look,
    Record,
    Role,
    Seen,
    Snapshot,
    Source,
    State,
)
from scraper.addresses import same_page
from scraper.model import Notice, OutcomeKind


def course(source: Source, context: Context) -> Steps[None]:
    """Look at a notice; where it is hard to find, look for where it went."""
    seen = yield from see(look_at(source, context.standing(source.id)), source, context)
    if seen.outcome.is_good:
        yield from keep(good_record(seen, source, context))
        yield from look_back(source, context)
        return
    lost = links.is_hard(seen.outcome.kind)
    promising = lost and search.is_promising(source, context)
    yield from keep(failed_record(seen, source, context, searched=not promising))
    if lost:
        yield from hold(Hold(source.role))
        yield from search.course(source, context)


def look_back(source: Source, context: Context) -> Steps[None]:
    """Ask a moved page's old address once a month; what it answers is kept, and raises nothing."""
    link = context.standing(source.id).link
    since = link.looked_back or link.since
    if link.state is not State.MOVED or since is None:
        return
    if since <= context.now < links.next_check(link, source.interval, since):
        return
    look = Look(source.id, source.dossier, Role.SUCCESSOR, source.url, via=source.id, reader=source.reader)
    seen = yield from see(look, source, context)
    standing = context.standing(source.id)
    if seen.outcome.kind is not OutcomeKind.OWN_OUTAGE:
        standing = replace(standing, link=replace(standing.link, looked_back=context.now))
    yield from keep(Record(seen, standing=standing))


def good_record(seen: Seen, source: Source, context: Context) -> Record:
    """Judge a page that was seen: what changed, what it repeals, whether it moved."""
    standing = context.standing(source.id)
    evidence = moving.by_redirect(seen, source, context)
    target = seen.fetch.url if evidence else None
    after = good_standing(seen, source, standing, context, moved_to=target)
    raised = [
        *link_drafts(standing.link, after.link, source, context),
        *layout_drafts(seen, standing, source, context),
    ]
    if not context.judged(seen, standing) and isinstance(seen.reading, Notice):
        raised += edited(seen.reading, seen.fetch.url, standing.snapshot, source, context)
        raised += superseded(seen.reading, seen.fetch.url, source, context)
        raised += claim_drafts(seen.reading, seen.fetch.url, source, context)
        if standing.snapshot is None:
            raised += superseded_before(seen.reading, source, context)
    if evidence and not (standing.url and same_page(standing.url, seen.fetch.url)):
        raised += _moved(seen, source, evidence, context)
    return with_snapshot(Record(seen, standing=after, drafts=tuple(raised)), standing)


def _moved(seen: Seen, source: Source, evidence: tuple[str, ...], context: Context) -> Iterator[Draft]:
    if isinstance(seen.reading, Notice):
        yield moving.moved(source, seen.fetch.url, seen.reading, evidence, context)


def edited(
    notice: Notice, url: str, before: Snapshot | None, source: Source, context: Context
) -> Iterator[Draft]:
    """Say where a notice differs from the last good snapshot, character by character."""
    if before is None or not isinstance(before.reading, Notice):
        return
    found = comparable(changes.compare(before.reading, notice), before.reading, notice)
    if found:
        yield draft(
            FindingKind.EDITED,
            source,
            source.id,
            changes.digest(notice),
            url=url,
            because=(f"changed since the snapshot of {before.taken:%Y-%m-%d}: {_named(found)}",),
            notice=notice,
            zone=context.place_of(source),
            changes=found,
            visits=(before.visit,),
        )


def comparable(found: tuple[Change, ...], before: Notice, after: Notice) -> tuple[Change, ...]:
    """Leave out what only a new template brings: a header field that one of two layouts does not have."""
    if before.layout == after.layout:
        return found
    return tuple(
        change
        for change in found
        if change.kind is not ChangeKind.FIELD or (change.before is not None and change.after is not None)
    )


def _named(found: tuple[Change, ...]) -> str:
    return ", ".join(dict.fromkeys(change.what for change in found))

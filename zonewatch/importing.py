"""Pages brought by hand: a saved file becomes a visit, through the courses that judge the network's pages.

Only what a page shows is kept. A file that is not the page (a challenge, a soft 404, another document) is
refused with the reason, and nothing is held against the source: it is the file that failed.
"""

import difflib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.course.by_hand import Target, addresses, is_proved, targets, unprobed
from monitor.course.steps import Answer
from monitor.model import Kept, Look, Record, State
from scheduler.hands import context_of
from scraper.mhtml import SavedPage, SavedPageError, read_saved
from scraper.model import Completeness, Fetch, Hop, Listing, Notice, Unreadable
from storage.store import Store, Tenure
from zonewatch.app import App, say
from zonewatch.commands.read import content_of
from zonewatch.errors import ZonewatchError
from zonewatch.leasing import leased

if TYPE_CHECKING:
    from monitor.course.context import Context

ORIGIN = "by hand"


@dataclass(frozen=True, slots=True)
class Imported:
    """One visit that a saved page became, and how the link stood before it."""

    kept: Kept
    before: State


@dataclass(frozen=True, slots=True)
class Brought:
    """A page from elsewhere: its file, the address that it is taken for, the hour at which it was seen.

    `fetch` is what a visit would have got; `origin` marks the visits that come of it. One of the `past`, from
    before what is known of its source, is kept for the record: it changes nothing and raises nothing.
    """

    file: Path
    url: str
    at: datetime
    fetch: Fetch
    origin: str = ORIGIN
    past: bool = False


def _as_fetched(page: SavedPage, url: str, at: datetime) -> Fetch:
    """Return a page as a visit would have got it: one answer with status 200, at this address."""
    hop = Hop(url, 200, (("Content-Type", page.content_type),))
    return Fetch(url, at, 0.0, (hop,), page.content, page.content, Completeness.WHOLE)


def import_page(
    app: App, file: Path, *, url: str | None, at: datetime | None, dossier_ids: Sequence[str]
) -> tuple[Imported, ...]:
    """Take a saved page as a visit of every source whose page it is.

    In: the file (HTML or MHTML), its address unless the file names it, the hour at which it was seen (None:
    now), the dossiers to look in (none: all enabled). Out: the visits kept. Raises ZonewatchError for a file
    that holds no page, an address that nothing watched stands at, a page that is not what it is taken for,
    and an hour in the future or before the source's newest visit.
    """
    brought = bring(app, file, url, at)
    dossiers = app.chosen(dossier_ids)
    with app.store() as store, leased(store, app.clock) as lease:
        store.seal(app.clock())
        contexts = [unprobed(context_of(dossier, store, brought.at)) for dossier in dossiers]
        found = [(target, context) for context in contexts for target in targets(brought.url, context)]
        if not found:
            raise ZonewatchError(_nowhere(brought.url, contexts))
        for target, _ in found:
            _refuse_rewinding(target, brought, store)
        return _played(found, brought, store, now=app.clock(), lease=lease)


def _played(
    found: "Sequence[tuple[Target, Context]]", brought: Brought, store: Store, *, now: datetime, lease: Tenure
) -> tuple[Imported, ...]:
    """Take the page for each source that it is asked for; what one refuses is said, unless all do."""
    taken: list[Imported] = []
    refused: list[ZonewatchError] = []
    for target, context in found:
        try:
            taken += play(target, brought, context, store, now=now, lease=lease)
        except ZonewatchError as error:
            refused.append(error)
    if not taken:
        raise refused[0]
    for refusal in refused:
        say(f"zonewatch: {refusal.message}")
    return tuple(taken)


def bring(app: App, file: Path, url: str | None, at: datetime | None) -> Brought:
    """Read a saved file; `url` decides where the file names another address."""
    data = content_of(file)
    if len(data) > app.settings.max_bytes:
        raise ZonewatchError(f"{file}: larger than max_bytes ({app.settings.max_bytes})")
    try:
        page = read_saved(data)
    except SavedPageError as error:
        raise ZonewatchError(f"{file}: {error}") from error
    address = url or page.url
    if address is None:
        raise ZonewatchError(f"{file}: the file does not say where it was saved from: name it with --url")
    if page.url and page.url != address:
        say(f"zonewatch: the file was saved from {page.url}; it is taken for {address} as --url says")
    now = app.clock()
    if at is not None and at > now:
        raise ZonewatchError(f"{at.isoformat()} lies in the future; now is {now.isoformat()}")
    address = address.strip().partition("#")[0]
    return Brought(file, address, at or now, _as_fetched(page, address, at or now))


def play(
    target: Target, brought: Brought, context: "Context", store: Store, *, now: datetime, lease: Tenure
) -> tuple[Imported, ...]:
    """Drive a course with the one page at hand; it ends where it would ask for another."""
    before = context.standing(target.source.id).link.state
    kept: list[Kept] = []
    answer: Answer | None = None
    while True:
        try:
            step = target.steps.send(answer)  # type: ignore[arg-type]
        except StopIteration:
            break
        if isinstance(step, Record):
            record = _accepted(step, target, brought, context)
            kept.append(store.keep(record, now=now, lease=lease))
            answer = kept[-1]
            if brought.past:
                target.steps.close()
                break
        elif isinstance(step, Look) and not kept:
            answer = brought.fetch
        else:
            target.steps.close()
            break
    if not kept:
        raise ZonewatchError(f"{target.source.id}: this page was judged before (zonewatch history shows it)")
    return tuple(Imported(one, before) for one in kept)


def _accepted(record: Record, target: Target, brought: Brought, context: "Context") -> Record:
    """Make a record one of a visit by hand; refuse one that would be held against the source."""
    because = _refusal(record, target, context)
    if because:
        refused = f"{brought.file} is not taken for {brought.url} ({target.source.id}): {because}"
        raise ZonewatchError(f"{refused}; nothing was recorded")
    look = replace(record.seen.look, url=brought.url)
    made = replace(record, origin=brought.origin, seen=replace(record.seen, look=look))
    made = _unlisted(made) if target.as_ == "citation" else made
    return _for_the_record(made) if brought.past else made


def _for_the_record(record: Record) -> Record:
    """Take everything away that would change what is known, or raise something."""
    return replace(record, standing=None, rows=(), rows_of=None, follow=(), drafts=(), probe=None)


def _refusal(record: Record, target: Target, context: "Context") -> str | None:
    outcome, reading = record.seen.outcome, record.seen.reading
    if not outcome.is_good:
        return f"{outcome.kind.value} by the rule {outcome.rule}: {outcome.detail}"
    if not isinstance(reading, Notice | Listing):
        return reading.because if isinstance(reading, Unreadable) else "it cannot be read"
    unproved = target.as_ == "successor" and record.standing is None
    if unproved or not is_proved(record.seen, target, context):
        return f"nothing on it proves that it is what stood at {target.source.url}"
    if target.as_ == "citation" and not any(source.footnote for source in record.follow):
        return "it fits what a cut-off footnote prints, but does not name that footnote's zone"
    return None


def _unlisted(record: Record) -> Record:
    """Take the list away that a page resolving a footnote by hand never stood on."""
    follow = tuple(replace(source, because="resolved by a page brought by hand") for source in record.follow)
    seen = replace(record.seen, look=replace(record.seen.look, via=None))
    return replace(record, seen=seen, rows=(), rows_of=None, follow=follow)


def _refuse_rewinding(target: Target, brought: Brought, store: Store) -> None:
    """Refuse a page older than the source's newest visit: what is known since would be undone."""
    for newest in store.visits(target.source.id, limit=1):
        if newest.at > brought.at:
            raise ZonewatchError(
                f"{target.source.id} was visited at {newest.at:%Y-%m-%dT%H:%M:%SZ} (V{newest.id}), after "
                f"{brought.at:%Y-%m-%dT%H:%M:%SZ}: an older page would undo what is known since"
            )


def _nowhere(url: str, contexts: "Sequence[Context]") -> str:
    known = [one for context in contexts for source in context.sources for one in addresses(source, context)]
    near = difflib.get_close_matches(url, dict.fromkeys(known), n=3, cutoff=0.6)
    return (
        f"no source, row or footnote stands at {url}; near it are {', '.join(near) or 'none'} "
        "(zonewatch sources lists all; an address of its own is watched once a dossier cites it)"
    )

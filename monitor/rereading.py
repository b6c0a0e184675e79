"""What today's readers and today's judgement would make of what was kept: differences, field by field.

Two things are held against each other: a snapshot's reading and the reading that its body gives today; the
findings that were raised and those that the same visits raise today.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias

from monitor.changes import compare
from monitor.model import Finding, FindingKind, Visit
from scraper.addresses import match_key
from scraper.model import Entry, Listing, Notice, Reading, Refused, Unreadable

FETCHED = frozenset({"network", "replay"})
"""Origins of visits that a pass made; all others were brought, one page at a time."""
A_PASS = timedelta(hours=1)
"""Within which visits are taken for those of one pass, where no pass is known (an imported archive's)."""
PLAIN = (
    "url",
    "reader",
    "layout",
    "title",
    "document_number",
    "issuer",
    "addressee",
    "index_number",
    "source",
    "official",
)


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that today's readers read otherwise; None where it is not stated."""

    field: str
    before: str | None
    after: str | None


def differences(before: Reading | None, after: Reading) -> tuple[Difference, ...]:
    """Tell where two readings of the same bytes differ; empty exactly where they are equal.

    First come the differences that a reader of the page would see (`monitor.changes.compare`), then those
    of characters that are compared alike, then how it was read: reader, layout, place of each field.
    """
    if before == after:
        return ()
    if isinstance(before, Notice) and isinstance(after, Notice):
        return tuple(_of_notices(before, after))
    if isinstance(before, Listing) and isinstance(after, Listing):
        return tuple(_of_listings(before, after))
    return (Difference("reading", named(before), named(after)),)


def named(reading: Reading | None) -> str | None:
    """Say in a few words what a reading is."""
    if isinstance(reading, Notice):
        return f"a notice, {reading.title}"
    if isinstance(reading, Listing):
        return f"a list of {len(reading.entries)} rows"
    if isinstance(reading, Refused | Unreadable):
        return f"{type(reading).__name__.lower()}: {reading.because}"
    return None


def _of_notices(before: Notice, after: Notice) -> Iterator[Difference]:
    seen = compare(before, after)
    yield from (Difference(change.what, change.before, change.after) for change in seen)
    told = {change.what for change in seen}
    for name in PLAIN:
        old, new = getattr(before, name), getattr(after, name)
        if old != new and name.replace("_", " ") not in told:
            yield Difference(name, _shown(old), _shown(new))
    if before.text != after.text and not any(change.kind.value == "text" for change in seen):
        yield Difference("text", f"{len(before.text)} characters", f"{len(after.text)}, read alike")
    if before.attachments != after.attachments and not any(one.kind.value == "attachment" for one in seen):
        yield Difference("attachments", _joined(before.attachments), _joined(after.attachments))
    yield from _how(before, after)


def _how(before: Notice | Listing, after: Notice | Listing) -> Iterator[Difference]:
    if isinstance(before, Notice) and isinstance(after, Notice):
        old, new = ({one.name: one for one in reading.fields} for reading in (before, after))
        for name in dict.fromkeys((*old, *new)):
            if old.get(name) != new.get(name):
                yield Difference(f"place of {name}", _place(old.get(name)), _place(new.get(name)))
    if before.warnings != after.warnings:
        yield Difference("warnings", "; ".join(before.warnings) or None, "; ".join(after.warnings) or None)


def _of_listings(before: Listing, after: Listing) -> Iterator[Difference]:
    old, new = _rows(before.entries), _rows(after.entries)
    changed = [key for key in dict.fromkeys((*old, *new)) if old.get(key) != new.get(key)]
    for key in changed:
        yield Difference(f"row {key}", _row(old.get(key)), _row(new.get(key)))
    if not changed and before.entries != after.entries:
        yield Difference("order of rows", str(len(before.entries)), str(len(after.entries)))
    for name in ("url", "reader", "layout", "next"):
        if getattr(before, name) != getattr(after, name):
            yield Difference(name, _shown(getattr(before, name)), _shown(getattr(after, name)))
    yield from _how(before, after)


def _rows(entries: Iterable[Entry]) -> dict[str, Entry]:
    return {match_key(entry.url) if entry.url else entry.title: entry for entry in entries}


def _row(entry: Entry | None) -> str | None:
    if entry is None:
        return None
    printed = (entry.title, entry.published, entry.document_number, entry.url)
    return ", ".join(str(one) for one in printed if one)


def _shown(value: object) -> str | None:
    return None if value is None else str(value)


def _joined(values: Iterable[object]) -> str | None:
    return "; ".join(map(str, values)) or None


def _place(field: object) -> str | None:
    where = getattr(field, "where", None)
    others = len(getattr(field, "candidates", ()))
    return None if field is None else f"{where or 'not found'}, {others} candidates"


@dataclass(frozen=True, slots=True)
class Sitting:
    """Visits that one pass made, or one that was brought by hand: judged together, at one hour."""

    now: datetime
    visits: tuple[Visit, ...]

    @property
    def brought(self) -> bool:
        """Whether a person, or an archive of other people's, brought the page."""
        return was_brought(self.visits[0])


def was_brought(visit: Visit) -> bool:
    """Tell a page that was brought from one that a pass fetched, be it in the database it was exported from.

    `warc:FILE (network)` is what an import calls a visit that the file itself calls one of the network.
    """
    return (visit.origin.partition(" (")[2].removesuffix(")") or visit.origin) not in FETCHED


def sittings(
    visits: Iterable[Visit], passes: Sequence[tuple[datetime, datetime | None]]
) -> Iterator[Sitting]:
    """Put visits, in the order in which they were kept, together as their passes made them.

    `passes` are the hours at which passes began and ended (None: killed), the earliest first. Passes that
    began at one hour are told apart by the same look made twice.
    """
    gathered: list[Visit] = []
    looks: set[tuple[object, ...]] = set()
    now: datetime | None = None
    for visit in visits:
        look = (visit.source, visit.role, visit.url, visit.via)
        hour = _hour(visit, passes, now if gathered else None)
        alone = was_brought(visit) or (gathered and was_brought(gathered[0]))
        if gathered and now and (alone or hour != now or look in looks):
            yield Sitting(now, tuple(gathered))
            gathered, looks = [], set()
            hour = _hour(visit, passes, None)
        now = hour
        gathered.append(visit)
        looks.add(look)
    if gathered and now:
        yield Sitting(now, tuple(gathered))


def _hour(
    visit: Visit, passes: Sequence[tuple[datetime, datetime | None]], sitting: datetime | None
) -> datetime:
    """Return when the pass of a visit began; where none is known, that of the visits just before it."""
    place = 0 if was_brought(visit) else bisect_right(passes, visit.at, key=lambda one: one[0])
    began, ended = passes[place - 1] if place else (visit.at, visit.at)
    if place and (ended is None or visit.at <= ended):
        return began
    near = sitting is not None and timedelta() <= visit.at - sitting <= A_PASS
    return sitting if sitting and near else visit.at


@dataclass(frozen=True, slots=True)
class Judged:
    """Findings held against those of today: `unfounded` would not be raised, `missed` were not."""

    unfounded: tuple[Finding, ...]
    missed: tuple[Finding, ...]


Hour: TypeAlias = Callable[[int], datetime | None]
"""The hour of a visit by its number."""


def judged(raised: Iterable[Finding], today: Iterable[Finding], at: Hour, again: Hour) -> Judged:
    """Hold the findings that were raised against those that the same visits raise today.

    Two are the same by their key; else by kind, subject and the hour of the newest visit that shows them, for
    a key may hold the digest of a reading. `at` knows the visits of the database, `again` those of today's
    judgement.
    """
    known, new = {one.draft.key: one for one in raised}, {one.draft.key: one for one in today}
    left = {_name(one, at): one for key, one in known.items() if key not in new}
    fresh = {_name(one, again): one for key, one in new.items() if key not in known}
    return Judged(
        tuple(one for name, one in left.items() if name not in fresh),
        tuple(one for name, one in fresh.items() if name not in left),
    )


def _name(finding: Finding, hour: Hour) -> tuple[FindingKind, str, str | None, datetime | None]:
    zone = finding.draft.zone
    return finding.draft.kind, finding.draft.subject, zone.zh if zone else None, hour(max(finding.evidence))

"""From what is known to what a report says. Pure: time and values are arguments."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime

from monitor.dossier import Dossier, Zone
from monitor.model import Finding, FindingKind, ReviewState, Severity, Standing
from reports import health
from reports.edits import edit
from reports.model import (
    Count,
    Coverage,
    DossierView,
    Group,
    Item,
    ListHealth,
    PassView,
    Report,
    Section,
    Strip,
    ZoneRow,
)
from reports.verdict import verdict
from reports.words import HEADINGS
from scraper.model import Notice

WEIGHT = {severity: place for place, severity in enumerate(Severity)}
ORDER = {kind: place for place, kind in enumerate(HEADINGS)}


def build(
    *,
    now: datetime,
    since: datetime | None,
    dossiers: Sequence[DossierView],
    passes: Sequence[PassView],
) -> Report:
    """Build the report of the period after `since` (None: of all times) up to `now`.

    `passes` are those of the period, oldest first. Both times are aware.
    """
    sections = tuple(_section(view, since) for view in dossiers)
    outcomes: Counter[str] = Counter()
    for one in passes:
        outcomes.update(one.outcomes)
    return Report(
        generated=now,
        since=since,
        verdict=verdict(sections, passes, since),
        sections=sections,
        passes=tuple(passes),
        outcomes=tuple(outcomes.most_common()),
    )


def _section(view: DossierView, since: datetime | None) -> Section:
    dossier = view.dossier
    items = [item_of(finding, since) for finding in view.findings]
    kept = [item for item in items if _concerns(item)]
    lists = health.lists(view, since)
    zones = tuple(zone_rows(dossier, items, view.standings))
    return Section(
        id=dossier.id,
        title=dossier.title,
        publisher=dossier.publisher,
        published=dossier.published,
        new_zones=tuple(sorted((item for item in kept if _is_zone(item)), key=_by_day)),
        groups=tuple(_groups(item for item in kept if not _is_zone(item))),
        dismissed=tuple(item for item in items if _was_dismissed(item, since)),
        links=health.links(view),
        lists=lists,
        zones=zones,
        count=Count(len(dossier.zones), len(zones) - len(dossier.zones), dossier.goal),
        coverage=_coverage(view, lists),
        strips=tuple(_strips(view)),
    )


def _strips(view: DossierView) -> Iterator[Strip]:
    names = {zone.zh: zone.en for zone in view.dossier.zones}
    names |= {one.draft.zone.zh: one.draft.zone.en for one in view.findings if one.draft.zone}
    for source in view.sources:
        if stretches := view.stretches.get(source.id):
            what = names.get(source.zone or "", source.zone or "")
            yield Strip(source.id, f"{source.id.partition('/')[2]} {what}".strip(), tuple(stretches))


def item_of(finding: Finding, since: datetime | None = None) -> Item:
    """Make a finding ready to be shown; it is new where it was raised after `since` (None: ever)."""
    draft = finding.draft
    return Item(
        finding=finding,
        is_new=since is None or finding.raised > since,
        days=_days(draft.signed, draft.published),
        edits=tuple(map(edit, draft.changes)),
    )


def _days(signed: date | None, published: date | None) -> int | None:
    return (published - signed).days if signed and published else None


def _concerns(item: Item) -> bool:
    state = item.finding.state
    return state is ReviewState.OPEN or (item.is_new and state is not ReviewState.DISMISSED)


def _was_dismissed(item: Item, since: datetime | None) -> bool:
    decided = item.finding.decided
    lately = item.is_new or (decided is not None and since is not None and decided > since)
    return lately and item.finding.state is ReviewState.DISMISSED


def _is_zone(item: Item) -> bool:
    return item.finding.draft.kind is FindingKind.NEW_ZONE


def _by_day(item: Item) -> tuple[date, str, int]:
    draft = item.finding.draft
    return draft.published or date.max, draft.document_number or "", item.finding.id


def _groups(items: Iterable[Item]) -> Iterator[Group]:
    found: dict[FindingKind, list[Item]] = {}
    for item in sorted(items, key=lambda item: (-item.finding.raised.timestamp(), item.finding.id)):
        found.setdefault(item.finding.draft.kind, []).append(item)
    for kind in sorted(found, key=lambda kind: (_heaviest(found[kind]), ORDER[kind])):
        yield Group(kind, tuple(found[kind]))


def _heaviest(items: Iterable[Item]) -> int:
    return min(WEIGHT[item.finding.draft.severity] for item in items)


def zone_rows(
    dossier: Dossier, items: Sequence[Item], standings: Mapping[str, Standing]
) -> Iterator[ZoneRow]:
    """Give the zones of the dossier's file, then those found since that no person dismissed, by their day.

    In: findings (others than new zones are passed over), the standings of the cited pages by source id.
    """
    known = {zone.zh for zone in dossier.zones}
    yield from (_known_zone(zone, dossier, standings) for zone in dossier.zones)
    for item in sorted(filter(_is_zone, items), key=_by_day):
        place = item.finding.draft.zone
        if place and place.zh not in known and item.finding.state is not ReviewState.DISMISSED:
            known.add(place.zh)
            yield _found_zone(item)


def _known_zone(zone: Zone, dossier: Dossier, standings: Mapping[str, Standing]) -> ZoneRow:
    return ZoneRow(
        zh=zone.zh,
        en=zone.en,
        province=zone.province,
        signed=zone.created,
        published=zone.announced,
        days=_days(zone.created, zone.announced),
        document_number=_number(zone.footnote, dossier, standings),
        footnote=zone.footnote,
        finding=None,
        review=None,
        is_new=False,
    )


def _number(footnote: int, dossier: Dossier, standings: Mapping[str, Standing]) -> str | None:
    """Give the document number that the cited page showed when last seen, else the dossier's own."""
    standing = standings.get(f"{dossier.id}/fn{footnote:02}")
    reading = standing.snapshot.reading if standing and standing.snapshot else None
    if isinstance(reading, Notice) and reading.document_number:
        return reading.document_number
    return next((one.number for one in dossier.citations if one.footnote == footnote), None)


def _found_zone(item: Item) -> ZoneRow:
    draft = item.finding.draft
    return ZoneRow(
        zh=draft.zone.zh if draft.zone else draft.title,
        en=draft.zone.en if draft.zone else "",
        province=draft.zone.province if draft.zone else None,
        signed=draft.signed,
        published=draft.published,
        days=item.days,
        document_number=draft.document_number,
        footnote=None,
        finding=item.finding.id,
        review=item.finding.state,
        is_new=item.is_new,
    )


def _coverage(view: DossierView, lists: Sequence[ListHealth]) -> Coverage:
    enabled = [source for source in view.sources if source.enabled]
    read = [one for one in lists if one.enabled and one.read]
    bounds = [one.back_to for one in read if one.back_to]
    visits = [view.visits_in_period.get(source.id, 0) for source in enabled]
    return Coverage(
        looked=sum(count > 0 for count in visits),
        enabled=len(enabled),
        visits=sum(visits),
        lists_read=len(read),
        lists=sum(one.enabled for one in lists),
        back_to=max(bounds) if bounds and len(bounds) == len(read) else None,
    )

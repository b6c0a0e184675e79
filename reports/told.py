"""What the formats for reading have in common: sentences and cells made of a report's values."""

from collections.abc import Iterable, Iterator

from monitor.model import FindingKind, State
from reports.health import WORKING
from reports.model import (
    Count,
    Coverage,
    Item,
    LinkHealth,
    ListHealth,
    PassView,
    Piece,
    Report,
    Section,
    ZoneRow,
)
from reports.words import HEADINGS, REVIEW, counted, day, day_of, lag, moment, outcome, state

MARKS = {"delete": ("[-", "-]"), "insert": ("{+", "+}")}
"""How a diff is written where there is no colour: as wdiff does it."""

ABOUT_KNOWN_PAGES = frozenset(
    {
        FindingKind.EDITED,
        FindingKind.MOVED,
        FindingKind.LINK_SUSPECTED,
        FindingKind.LINK_DEAD,
        FindingKind.LINK_RECOVERED,
        FindingKind.CANNOT_SEE,
        FindingKind.COVERAGE_GAP,
        FindingKind.LAYOUT_BROKE,
    }
)
"""Findings about a page that the reader knows: its province and its dates are no news."""

LINK_HEAD = ("fn", "cited for", "state", "since", "last seen good")
LIST_HEAD = ("list", "state", "last seen", "rows", "newest row", "read back to")
ZONE_HEAD = ("zone", "中文", "signed", "published", "lag", "document", "known from")
PASS_HEAD = ("outcome", "visits")


def period(report: Report) -> str:
    """Name the period of a report."""
    start = f"since {moment(report.since)}" if report.since else "from the first visit on"
    return f"{start}, up to {moment(report.generated)}"


def name(item: Item) -> str:
    """Name a finding: its zone in English, else its title."""
    draft = item.finding.draft
    return draft.zone.en if draft.zone else draft.title


def facts(item: Item) -> Iterator[tuple[str, str]]:
    """Give a finding's facts as labels and values, only those that are known and tell something."""
    draft = item.finding.draft
    news = draft.kind not in ABOUT_KNOWN_PAGES
    told = {
        "title": draft.title if draft.zone else "",
        "province": draft.zone.province if draft.zone and news else "",
        "signed": day(draft.signed) if draft.signed and news else "",
        "published": _published(item) if news else "",
        "document": draft.document_number,
        "evidence": ", ".join(f"V{visit}" for visit in item.finding.evidence),
    }
    yield from ((label, value) for label, value in told.items() if value)


def _published(item: Item) -> str:
    published = item.finding.draft.published
    if published is None or item.days is None:
        return day(published) if published else ""
    after = "on the same day" if item.days == 0 else f"{counted(item.days, 'day')} after signing"
    return f"{day(published)}, {after}"


def once(rows: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Leave a label out where the row before has the same."""
    before = ""
    for label, value in rows:
        yield "" if label == before else label, value
        before = label


def review(item: Item) -> str:
    """Say what a person has said of a finding, with the note, and whether it is new."""
    note = f": {item.finding.note}" if item.finding.note else ""
    return f"{'new, ' if item.is_new else 'from before, '}{REVIEW[item.finding.state]}{note}"


def heading(kind: FindingKind, count: int) -> str:
    """Head a group of findings with their number."""
    return f"{HEADINGS[kind]} ({count})"


def marked(pieces: Iterable[Piece]) -> str:
    """Write a diff as plain text: `[-taken out-]{+put in+}`."""
    return "".join(piece.text.join(MARKS.get(piece.op, ("", ""))) for piece in pieces)


def goal(count: Count) -> str:
    """Count the zones against the goal: `11 + 7 = 18 zones of about 20 by 2023`."""
    total = f"{count.known} + {count.found} = {count.total}" if count.found else f"{count.total}"
    zones = "zone" if count.total == 1 else "zones"
    if count.goal is None:
        return f"{total} {zones}"
    return f"{total} {zones} of {'about ' if count.goal.about else ''}{count.goal.count} by {count.goal.by}"


def link_cells(link: LinkHealth) -> tuple[str, ...]:
    """Give a citation's cells under `LINK_HEAD`."""
    what = f"{link.what} {link.zh}" if link.zh and link.zh != link.what else link.what
    return str(link.footnote), what, state(link.state), day_of(link.since), day_of(link.last_good)


def link_notes(link: LinkHealth) -> Iterator[tuple[str, str]]:
    """Give a citation's addresses and how they are known, as labels and values."""
    yield "printed", link.printed
    yield "today", link.url or "no address is known to work"
    if link.followed and not link.works:
        yield "looked at", link.followed
    yield from (("how" if link.followed else "why", note) for note in link.notes)
    if link.rule and link.state is not State.ALIVE:
        yield "because", link.rule


def list_cells(one: ListHealth) -> tuple[str, ...]:
    """Give a list's cells under `LIST_HEAD`."""
    shown = state(one.state) if one.enabled else "off"
    back_to = one.back_to if one.last_good else None
    name = one.id.rpartition("/")[2]
    return name, shown, day_of(one.last_good), f"{one.rows:,}", day(one.newest), day(back_to)


def list_why(one: ListHealth) -> str:
    """Say why a list is off, or does not work; nothing where all is well."""
    if not one.enabled:
        return one.because or "no reason given"
    return "" if one.state in WORKING else one.rule


def zone_cells(zone: ZoneRow) -> tuple[str, ...]:
    """Give a zone's cells under `ZONE_HEAD`."""
    days = day(zone.signed), day(zone.published), lag(zone.days)
    return zone.en, zone.zh, *days, zone.document_number or "–", known_from(zone)


def known_from(zone: ZoneRow) -> str:
    """Say where a zone of the table is known from: a footnote, or a finding and its review."""
    if zone.review is None:
        return f"footnote {zone.footnote}"
    return f"F{zone.finding}, {'new, ' if zone.is_new else ''}{REVIEW[zone.review]}"


def looked(coverage: Coverage) -> str:
    """Prove a silence: how much of a dossier was looked at, and how far back its lists are read."""
    sources = f"{coverage.looked} of {counted(coverage.enabled, 'source')} looked at"
    visits = f"in {counted(coverage.visits, 'visit')}"
    read = f"{coverage.lists_read} of {counted(coverage.lists, 'list')} read"
    back = f" back to {day(coverage.back_to)}" if coverage.back_to else ""
    return f"{sources} {visits}; {read}{back}."


def passes(report: Report) -> str:
    """Say how many passes ran, when the first and last, and which of them were blind."""
    ran: tuple[PassView, ...] = report.passes
    if not ran:
        return "No pass ran in this period."
    blind = sum(one.own_outage for one in ran)
    when = f"the first {moment(ran[0].started)}, the last {moment(ran[-1].started)}"
    outage = f" {blind} of them saw nothing, by a fault on this side." if blind else ""
    return f"{counted(len(ran), 'pass', 'passes')} ran: {when}.{outage}"


def outcomes(report: Report) -> Iterator[tuple[str, str]]:
    """Give the cells under `PASS_HEAD`."""
    return ((outcome(kind), f"{count:,}") for kind, count in report.outcomes)


def nothing_new(section: Section) -> bool:
    """Tell whether a section has no finding to show."""
    return not section.items

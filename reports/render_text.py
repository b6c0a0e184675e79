"""Reports for a terminal: plain, aligned, nothing in them that a terminal would obey."""

from collections.abc import Iterable, Iterator

from rich.cells import cell_len

from monitor.model import FindingKind
from reports import told
from reports.clean import clean
from reports.columns import padded, table
from reports.model import Item, Report, Section

LABEL = 11
"""Columns of the longest label and a blank."""


def render(report: Report) -> str:
    """Write a report as plain text, lines ended by newlines."""
    return "".join(f"{clean(line).rstrip()}\n" for line in _lines(report))


def _lines(report: Report) -> Iterator[str]:
    yield report.verdict
    yield f"({told.period(report)})"
    for section in report.sections:
        yield from _section(section)
    yield from _headed("What was looked at", "─")
    yield told.passes(report)
    for section in report.sections:
        yield f"{section.id}: {told.looked(section.coverage)}"
    if report.outcomes:
        yield ""
        yield from table(told.PASS_HEAD, told.outcomes(report))


def _section(section: Section) -> Iterator[str]:
    yield from _headed(section.title, "═")
    yield f"{section.publisher}, {section.published} · {section.id} · {told.goal(section.count)}"
    if told.nothing_new(section):
        yield from ("", "No finding is new, and none waits.")
    yield from _findings(told.heading(FindingKind.NEW_ZONE, len(section.new_zones)), section.new_zones)
    for group in section.groups:
        yield from _findings(told.heading(group.kind, len(group.items)), group.items)
    yield from _findings(f"Dismissed ({len(section.dismissed)})", section.dismissed)
    yield from _links(section)
    yield from _lists(section)
    yield from _headed(f"Zones: {told.goal(section.count)}", "─")
    yield from table(told.ZONE_HEAD, map(told.zone_cells, section.zones))


def _headed(heading: str, rule: str) -> Iterator[str]:
    yield ""
    yield heading
    yield rule * cell_len(clean(heading))


def _findings(heading: str, items: Iterable[Item]) -> Iterator[str]:
    for place, item in enumerate(items):
        yield from _headed(heading, "─") if place == 0 else ("",)
        yield from _finding(item)


def _finding(item: Item) -> Iterator[str]:
    draft = item.finding.draft
    zone = f" {draft.zone.zh}" if draft.zone else ""
    yield f"{item.label}  {told.name(item)}{zone}  ({told.review(item)})"
    yield from _labelled(told.facts(item))
    yield from _labelled([("address", draft.url)])
    yield from _labelled(("because", reason) for reason in draft.because)
    yield from _labelled(("changed", f"{edit.what}: {told.marked(edit.pieces)}") for edit in item.edits)


def _labelled(rows: Iterable[tuple[str, str]]) -> Iterator[str]:
    return (f"     {padded(label, LABEL)}{value}" for label, value in told.once(rows))


def _links(section: Section) -> Iterator[str]:
    works = sum(link.works for link in section.links)
    yield from _headed(f"Citations: {works} of {len(section.links)} work", "─")
    head, rule, *rows = table(told.LINK_HEAD, map(told.link_cells, section.links))
    yield from (head, rule)
    for row, link in zip(rows, section.links, strict=True):
        yield row
        yield from _labelled(told.link_notes(link))


def _lists(section: Section) -> Iterator[str]:
    yield from _headed("Lists", "─")
    head, rule, *rows = table(told.LIST_HEAD, map(told.list_cells, section.lists))
    yield from (head, rule)
    for row, one in zip(rows, section.lists, strict=True):
        yield row
        why = told.list_why(one)
        yield from _labelled([("address", one.url), *([("because", why)] if why else [])])

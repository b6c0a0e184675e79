"""Findings as an Atom feed (RFC 4287)."""

import re
from collections.abc import Iterator
from datetime import datetime
from uuid import NAMESPACE_URL, uuid5
from xml.etree import ElementTree as ET

from monitor.model import Finding
from reports import told
from reports.clean import clean
from reports.json_ import instant
from reports.model import Item, Report
from reports.words import HEADINGS

ATOM = "http://www.w3.org/2005/Atom"
ET.register_namespace("", ATOM)


def render(report: Report) -> str:
    """Write the findings of a report as a feed, the latest change first.

    An entry's id derives from the finding's key alone (RFC 4287, 4.2.6: it never changes); what is `updated`
    is the person's decision, else the raising.
    """
    items = sorted((item for section in report.sections for item in section.items), key=_entry_order)
    feed = ET.Element(_tag("feed"))
    _child(feed, "id", _urn("feed", *(section.id for section in report.sections)))
    _child(feed, "title", "zonewatch: " + ", ".join(section.title for section in report.sections))
    _child(feed, "subtitle", report.verdict)
    _child(feed, "updated", _time(max((_updated(item.finding) for item in items), default=report.generated)))
    _child(_child(feed, "author"), "name", "zonewatch")
    for item in items:
        _entry(feed, item)
    ET.indent(feed)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{ET.tostring(feed, encoding="unicode")}\n'


def _entry(feed: ET.Element, item: Item) -> None:
    draft = item.finding.draft
    entry = _child(feed, "entry")
    _child(entry, "id", _urn("finding", draft.key))
    _child(entry, "title", _title(item))
    _child(entry, "updated", _time(_updated(item.finding)))
    _child(entry, "published", _time(item.finding.raised))
    if re.match(r"https?://[^\s<>\"{}|\\^`]+\Z", clean(draft.url)):
        _child(entry, "link", rel="alternate", href=clean(draft.url))
    _child(entry, "category", term=draft.kind.value, label=HEADINGS[draft.kind])
    _child(entry, "content", "\n".join(_content(item)), type="text")


def _title(item: Item) -> str:
    draft = item.finding.draft
    zone = f"{draft.zone.en} {draft.zone.zh}: " if draft.zone else ""
    return f"{HEADINGS[draft.kind]}: {zone}{draft.title}"


def _content(item: Item) -> Iterator[str]:
    yield f"{item.label}, {told.review(item)}."
    yield from (f"{label}: {value}" for label, value in told.facts(item))
    yield f"address: {item.finding.draft.url}"
    yield from (f"because: {reason}" for reason in item.finding.draft.because)
    yield from (f"changed: {edit.what}: {told.marked(edit.pieces)}" for edit in item.edits)


def _entry_order(item: Item) -> tuple[float, int]:
    return -_updated(item.finding).timestamp(), -item.finding.id


def _updated(finding: Finding) -> datetime:
    return finding.decided or finding.raised


def _time(at: datetime) -> str:
    return instant(at) or ""


def _urn(*parts: str) -> str:
    name = "|".join(("zonewatch", *parts)).encode("ascii", "backslashreplace").decode()
    return uuid5(NAMESPACE_URL, name).urn


def _child(parent: ET.Element, name: str, text: str | None = None, **attributes: str) -> ET.Element:
    child = ET.SubElement(parent, _tag(name), attributes)
    child.text = "\n".join(map(clean, text.split("\n"))) if text is not None else None
    return child


def _tag(name: str) -> str:
    return f"{{{ATOM}}}{name}"

"""Sources of a dossier within a period, for tests of the sheet."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from monitor.model import Role, Snapshot, Source
from monitor.spans import Span
from reports.sheet import Line, Sheet, SheetView, sheet
from scraper.model import Attachment, Entry, Listing, Notice, OutcomeKind, Reading
from tests.reports_sample import pilot_zones

SINCE = datetime(2026, 11, 1, 4, tzinfo=UTC)
UNTIL = SINCE + timedelta(days=7)
URL = "https://www.most.gov.cn/qtwj/t20191018_149420.html"
TEXT = (
    "安徽省人民政府：\n你省关于支持合肥市建设国家新一代人工智能创新发展试验区的来函收悉。\n"
    "一、支持合肥市建设试验区，围绕国家重大战略和合肥市经济社会发展需求，探索新机制。\n"
    "二、请加强组织领导，统筹各方面资源，落实各项政策举措。"
)
NOTICE = Notice(
    URL,
    "most",
    "most/disclosure",
    "科技部关于支持合肥建设国家新一代人工智能创新发展试验区的函",
    date(2019, 10, 18),
    date(2019, 10, 17),
    "国科函规〔2019〕185号",
    "科技部",
    text=TEXT,
    attachments=(Attachment("https://www.most.gov.cn/qtwj/W1.doc", "附件1"),),
)
ROWS = tuple(
    Entry(f"https://www.most.gov.cn/qtwj/{at}.html", f"通知{at}", date(2026, 10, at)) for at in (9, 8, 7)
)
LISTING = Listing("https://www.most.gov.cn/qtwj/", "most", "list", ROWS)


def snapshot(number: int, reading: Reading, source: str = "ai-pilot-zones/fn05", url: str = URL) -> Snapshot:
    return Snapshot(number, source, number * 10, SINCE, url, reading, f"d{number}")


def span(first: Reading | None, last: Reading | None = None, **more: Any) -> Span:
    """A source whose snapshots were these; with one reading only, nothing changed."""
    name, number = more.pop("source", "ai-pilot-zones/fn05"), more.pop("number", 5)
    before = snapshot(51, first, name) if first else None
    after = before if last is None or last == first else snapshot(67, last, name)
    values: dict[str, Any] = {
        "seen_before": True,
        "visits": 7,
        "good": 7,
        "last_visit": 70,
        "last_at": UNTIL,
        "last_outcome": OutcomeKind.GOOD,
        "last_rule": "",
        "last_good": 70,
        "last_good_at": UNTIL,
    }
    return Span(name, number, before, after, **(values | more))


def source(name: str = "fn05", role: Role = Role.NOTICE, **more: Any) -> Source:
    return Source(f"ai-pilot-zones/{name}", "ai-pilot-zones", role, **({"url": URL} | more))


def view(*pairs: tuple[Source, Span], **more: Any) -> SheetView:
    values: dict[str, Any] = {"findings": (), "judgements": {}}
    return SheetView(
        dossier=pilot_zones(),
        sources=tuple(one for one, _ in pairs),
        spans={one.id: replace(what, source=one.id) for one, what in pairs},
        **(values | more),
    )


def made(*pairs: tuple[Source, Span], **more: Any) -> Sheet:
    return sheet(view(*pairs, **more), since=SINCE, until=UNTIL)


def line(first: Reading | None, last: Reading | None = None, **more: Any) -> Line:
    """The only row of a sheet of one source."""
    (only,) = made((source(), span(first, last, **more))).lines
    return only


def edited(**values: Any) -> Notice:
    return replace(NOTICE, **values)

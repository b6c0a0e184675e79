"""Values to keep, each with something in every corner, and ways to make one that differs."""

import gzip
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from monitor.model import (
    Change,
    ChangeKind,
    Draft,
    FindingKind,
    LinkState,
    Look,
    Place,
    Probe,
    Record,
    Role,
    Row,
    Seen,
    Severity,
    Source,
    Standing,
    State,
)
from scraper.model import (
    Attachment,
    Candidate,
    Completeness,
    Fetch,
    FieldReading,
    Hop,
    Notice,
    Outcome,
    OutcomeKind,
    Tls,
)

NOW = datetime(2026, 12, 1, 4, tzinfo=UTC)
HOUR = timedelta(hours=1)
DOSSIER = "ai-pilot-zones"
SOURCE = f"{DOSSIER}/fn05"
LIST = f"{DOSSIER}/most-qtwj"
URL = "https://www.most.gov.cn/xxgk/xinxifenlei/fdzdgknr/qtwj/qtwj2020/202009/t20200904_158645.html"
OLD_URL = "http://www.most.gov.cn/mostinfo/xinxifenlei/fgzc/gfxwj/gfxwj2020/202009/t20200904_158645.htm"
PAGE = "<title>科技部关于支持广州市建设国家新一代人工智能创新发展试验区的函</title>".encode() * 40
GUANGZHOU = Place("广州", "Guangzhou", "广东省")


def headers(at: datetime = NOW, **more: str) -> tuple[tuple[str, str], ...]:
    return (
        ("Date", at.strftime("%a, %d %b %Y %H:%M:%S GMT")),
        ("Server", "nginx"),
        ("Content-Type", "text/html"),
        ("ETag", '"5f51f2a4-1d2b"'),
        ("Last-Modified", "Fri, 04 Sep 2020 08:28:00 GMT"),
        ("Set-Cookie", "a=1"),
        ("Set-Cookie", "b=2"),
        *more.items(),
    )


def hop(url: str = URL, status: int = 200, at: datetime = NOW, **more: Any) -> Hop:
    asked = (("Host", "www.most.gov.cn"), ("User-Agent", "zonewatch/0.1"), ("Accept-Encoding", "gzip"))
    tls = Tls("TLSv1.3", "5f" * 32, legacy=True)
    values = {"request_headers": asked, "peer": "203.0.113.7:443", "tls": tls, "seconds": 0.125}
    return Hop(url, status, headers(at), **(values | more))


def fetch(at: datetime = NOW, body: bytes = PAGE, **more: Any) -> Fetch:
    hops = (hop(OLD_URL, 301, at, location=URL, tls=None), hop(at=at))
    values = {"requested": OLD_URL, "hops": hops, "content": body, "completeness": Completeness.WHOLE}
    return Fetch(started=at, seconds=0.75, body=body, **(values | more))


def zipped(at: datetime = NOW, content: bytes = PAGE) -> Fetch:
    return fetch(at, body=gzip.compress(content, mtime=0), content=content)


def not_modified(at: datetime = NOW) -> Fetch:
    hops = (hop(status=304, at=at, seconds=round((at - NOW).total_seconds() % 7 / 3, 6)),)
    return fetch(at, body=b"", content=b"", hops=hops, completeness=Completeness.NONE, requested=URL)


def look(source: str = SOURCE, **more: Any) -> Look:
    return Look(source, **({"dossier": DOSSIER, "role": Role.NOTICE, "url": OLD_URL} | more))


def notice(title: str = "科技部关于支持广州市建设国家新一代人工智能创新发展试验区的函") -> Notice:
    return Notice(
        url=URL,
        reader="most",
        layout="disclosure",
        title=title,
        published=date(2020, 9, 4),
        signed=date(2020, 9, 3),
        document_number="国科函规〔2020〕171号",
        text="广东省人民政府：\n\n来函收悉。" * 20,
        attachments=(Attachment(URL + "/W02.doc", "附件"),),
        official=True,
        fields=(FieldReading("published", "table.bd1", (Candidate("2020-09-04", "meta"),)),),
        warnings=("发布日期 twice",),
    )


def link(state: State = State.ALIVE, *hard: datetime) -> LinkState:
    return LinkState(state=state, since=NOW, last_good=NOW, last_visit=NOW, hard=hard, episode=2, rule="good")


def standing(source: str = SOURCE, **more: Any) -> Standing:
    values = {"link": link(), "etag": '"5f51f2a4-1d2b"', "next_due": NOW + timedelta(days=1)}
    return Standing(source, **(values | more))


def record(seen_at: datetime = NOW, *, source: str = SOURCE, got: Fetch | None = None, **more: Any) -> Record:
    """A good visit with its standing; what else it leaves behind is for the caller to say."""
    seen = Seen(look(source), got or fetch(seen_at), Outcome(OutcomeKind.GOOD, "gate", "a letter"))
    return replace(Record(seen, standing(source)), **more)


def draft(key: str = "new_zone ai-pilot-zones 广州", **more: Any) -> Draft:
    values = {
        "dossier": DOSSIER,
        "kind": FindingKind.NEW_ZONE,
        "severity": Severity.HIGH,
        "subject": LIST,
        "url": URL,
        "title": "科技部关于支持广州市建设国家新一代人工智能创新发展试验区的函",
        "because": ("the frame fits", "广州 is not in the baseline"),
        "zone": GUANGZHOU,
        "published": date(2020, 9, 4),
        "signed": date(2020, 9, 3),
        "document_number": "国科函规〔2020〕171号",
        "changes": (Change(ChangeKind.TEXT, "3", "旧", None),),
    }
    return Draft(key, **(values | more))


def row(key: str = URL, **more: Any) -> Row:
    values = {
        "url": URL,
        "title": "科技部关于支持广州市建设…",
        "published": date(2020, 9, 4),
        "document_number": None,
        "verdict": "mention",
        "settled": False,
    }
    return Row(key, **(values | more))


def followed(name: str = "guangzhou", **more: Any) -> Source:
    values = {
        "dossier": DOSSIER,
        "role": Role.NOTICE,
        "url": URL,
        "interval": timedelta(hours=12, microseconds=1),
        "alternatives": (OLD_URL,),
        "zone": "广州",
        "back_to": date(2019, 2, 20),
    }
    return Source(f"{DOSSIER}/{name}", **(values | more))


def probe(**more: Any) -> Probe:
    values = {"directory": "https://www.most.gov.cn/tztg/", "at": NOW, "url": URL, "final_url": URL}
    return Probe(**(values | {"status": 404, "text": "页面不存在"} | more))


def full_record(seen_at: datetime = NOW) -> Record:
    """A visit that leaves behind something of every kind."""
    return record(
        seen_at,
        new_reading=notice(),
        digest="d1",
        rows=(row(), row("b", settled=True)),
        rows_of=LIST,
        follow=(followed(),),
        drafts=(draft(),),
        probe=probe(),
        settings='{"pause":2.0}',
    )

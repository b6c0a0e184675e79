"""A large database for the desk's benchmark: notices that the store keeps, and copies of their rows.

Keeping takes ten milliseconds a notice, so 100,000 would take a quarter of an hour; a copy of rows is as good
for every question that a page asks. All is made of the same seed.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from pathlib import Path

from sqlalchemy import Connection, create_engine, text
from sqlalchemy.orm import Session

from monitor.model import (
    Change,
    ChangeKind,
    Draft,
    FindingKind,
    LinkState,
    Look,
    Place,
    Record,
    Role,
    Row,
    Seen,
    Severity,
    Snapshot,
    Source,
    Standing,
    State,
)
from monitor.search_words import index_words
from scraper.model import Completeness, Fetch, Hop, Notice, Outcome, OutcomeKind
from storage.search_index import snapshots_in_order
from storage.store import Store
from zonewatch.progress import progress_bar

NOW = datetime(2026, 12, 1, 4, tzinfo=UTC)
DOSSIER = "ai-pilot-zones"
LIST = f"{DOSSIER}/most-qtwj"
OWN = 2000
"""Notices that go through the store; a quarter as many sources are watched."""
OFFICES = ("科技部", "国务院办公厅", "工业和信息化部", "国家发展改革委", "财政部", "教育部", "浙江省人民政府")
DEEDS = ("关于印发", "关于支持", "关于公布", "关于开展", "关于组织申报", "关于废止")
THINGS = (
    *(
        "国家新一代人工智能创新发展试验区",
        "重点研发计划项目",
        "大数据综合试验区",
        "高新技术企业认定",
        "科技重大专项",
    ),
    *(
        "智能网联汽车应用",
        "数字乡村",
        "德清县县域智能治理",
        "知识产权保护",
        "基础研究十年规划",
        "绿色技术银行",
    ),
)
ENDS = ("的通知", "的函", "名单的公告", "管理办法", "实施意见")


@dataclass(frozen=True, slots=True)
class Size:
    """How much is made: `own` notices go through the store, two a watched source; the rest are copies."""

    notices: int
    visits: int
    most_own: int = OWN

    @property
    def own(self) -> int:
        """Notices that the store keeps."""
        return min(self.most_own, self.notices)

    @property
    def watched(self) -> int:
        """Sources that are looked at day after day."""
        return self.own // 4

    @property
    def copies(self) -> int:
        """How often the candidates are copied."""
        return (self.notices - self.own) // (self.own - 2 * self.watched)

    @property
    def days(self) -> int:
        """How many days of looks make up the visits."""
        return max(1, (self.visits - self.notices) // self.watched)


def titled(chance: random.Random) -> str:
    """Make up a title as ministries write them."""
    return "".join(chance.choice(words) for words in (OFFICES, DEEDS, THINGS, ENDS))


def written(at: int, chance: random.Random, watched: str | None = None) -> Notice:
    """Make up a notice of a few paragraphs."""
    title = titled(chance)
    published = date(2012, 1, 1) + timedelta(days=chance.randrange(5400))
    paragraphs = [
        f"{chance.choice(OFFICES)}{titled(chance)}，编号{chance.randrange(10**6)}。" * 2 for _ in range(6)
    ]
    return Notice(
        url=f"https://www.most.gov.cn/{watched or 'tztg'}/t{at:06}.html",
        reader="most",
        layout="disclosure",
        title=title,
        published=published,
        signed=published - timedelta(days=chance.randrange(30)),
        document_number=f"国科发规〔{published.year}〕{at % 400 + 1}号",
        text="\n\n".join(paragraphs),
        official=True,
    )


def fetched(url: str, at: datetime, body: bytes) -> Fetch:
    """Give what a server answered."""
    heads = (("Content-Type", "text/html; charset=utf-8"), ("Server", "nginx"))
    hop = Hop(url, 200, heads, seconds=0.2)
    return Fetch(url, at, 0.3, (hop,), body, body, Completeness.WHOLE)


def kept(at: int, source: Source, reading: Notice, when: datetime) -> Record:
    """Make the record of a visit that read a notice, with the row of the list that led to it."""
    url = reading.url
    seen = Seen(
        Look(source.id, DOSSIER, source.role, url, via=LIST if source.role is Role.CANDIDATE else None),
        fetched(url, when, f"<title>{reading.title}</title>{reading.text}".encode()),
        Outcome(OutcomeKind.GOOD, "gate", "a letter"),
    )
    link = LinkState(state=State.ALIVE, since=when, last_good=when, last_visit=when, rule="good")
    standing = Standing(source.id, link, url=url, next_due=NOW + timedelta(hours=at % 24))
    row = Row(url, url, reading.title or "", reading.published, reading.document_number, "none", settled=True)
    return Record(
        seen,
        standing,
        new_reading=reading,
        digest=f"{at:064x}",
        rows=(row,),
        rows_of=LIST,
        drafts=tuple(raised(at, source, reading)),
    )


def raised(at: int, source: Source, reading: Notice) -> Iterator[Draft]:
    """Raise a finding for every thirtieth notice."""
    if at % 30:
        return
    kinds = (FindingKind.NEW_NOTICE, FindingKind.EDITED, FindingKind.LINK_DEAD, FindingKind.NEW_ZONE)
    kind = kinds[at // 30 % 4] if at % 600 == 0 else kinds[at // 30 % 3]
    place = Place(f"县{at}", f"County {at}", "浙江省") if kind is FindingKind.NEW_ZONE else None
    yield Draft(
        key=f"{kind}|{at}",
        dossier=DOSSIER,
        kind=kind,
        severity=Severity.HIGH if place else Severity.NORMAL,
        subject=source.id,
        url=reading.url,
        title=reading.title or "",
        because=("the page says so",),
        zone=place,
        published=reading.published,
        signed=reading.signed,
        document_number=reading.document_number,
        changes=(Change(ChangeKind.TEXT, "¶3", reading.text[:80], reading.text[5:80]),)
        if at % 60 == 0
        else (),
    )


def records(size: Size) -> Iterator[Record]:
    """Make notices for the store: of followed sources, each edited once, and behind rows of a list."""
    chance = random.Random(8)
    for at in range(size.own):
        when = NOW - timedelta(days=1800) + timedelta(minutes=20 * at)
        if at < 2 * size.watched:
            name = f"{DOSSIER}/watched-{at % size.watched:04}"
            source = Source(name, DOSSIER, Role.NOTICE, "https://www.most.gov.cn/")
            made = kept(at, source, written(at % size.watched, chance, "watched"), when)
            yield replace(made, follow=(replace(source, url=made.seen.look.url),))
        else:
            source = Source(f"{DOSSIER}/row-{at:06}", DOSSIER, Role.CANDIDATE, "https://www.most.gov.cn/")
            yield kept(at, source, written(at, chance), when)


def fill(path: Path, size: Size) -> None:
    """Make the database: some notices through the store, the rest as copies of their rows."""
    with Store.open(str(path)) as store, progress_bar("notices") as tell:
        for number, record in enumerate(records(size)):
            store.keep(record, now=NOW)
            tell(number, size.own)
        for day in range(size.days):
            began = NOW - timedelta(days=size.days - day)
            store.end_pass(
                store.begin_pass(began),
                finished=began + timedelta(minutes=20),
                checked=size.watched,
                own_outage=False,
                outcomes={"good": size.watched},
            )
        store.report_sent(NOW - timedelta(days=7))
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection, progress_bar("copies") as tell:
        for number in range(1, size.copies + 1):
            copy(connection, number)
            tell(number, size.copies)
        repeat(connection, size)
        connection.execute(text(REVIEWED))
        connection.execute(text("ANALYZE"))
    engine.dispose()


COPIES = (
    """INSERT INTO source (id, name, dossier) SELECT id + :off, name || '-' || :number, dossier
    FROM source WHERE id < :stride AND name LIKE :rows""",
    """INSERT INTO visit (id, source_id, circumstance_id, at, seconds, url_id, via_id, head_id, body_id)
    SELECT id + :off, source_id + :off, circumstance_id, at + :number * 60000000, seconds, url_id, via_id,
    head_id, body_id FROM visit
    WHERE id < :stride AND source_id IN (SELECT id FROM source WHERE name LIKE :rows)""",
    """INSERT INTO snapshot (id, visit_id, source_id, taken, url_id, kind, digest, leaning, reading, shape)
    SELECT id + :off, visit_id + :off, source_id + :off, taken + :number * 60000000, url_id, kind, digest,
    leaning, reading, shape FROM snapshot
    WHERE id < :stride AND source_id IN (SELECT id FROM source WHERE name LIKE :rows)""",
    """INSERT INTO searchable (snapshot_id, day)
    SELECT snapshot_id + :off, date(day, '-' || :number || ' days') FROM searchable
    WHERE snapshot_id + :off IN (SELECT id FROM snapshot)""",
    """INSERT INTO standing (source_id, state, link, url, snapshot_id, next_due, layout_failures)
    SELECT source_id + :off, state, link, url, snapshot_id + :off, next_due, 0 FROM standing
    WHERE source_id + :off IN (SELECT id FROM source) AND source_id < :stride""",
    """INSERT INTO list_row (list_id, digest, visit_id, place, key, url, title, published, document_number,
    verdict, settled) SELECT list_id, CAST(digest || :number AS BLOB), visit_id + :off, place, key || :number,
    url, title, published, document_number, verdict, settled FROM list_row
    WHERE visit_id + :off IN (SELECT id FROM visit)
    AND visit_id < :stride""",
    """INSERT INTO finding (id, digest, key, dossier, kind, severity, subject, url, title, because, zone,
    published, signed, document_number, changes, replaces, visit_id, raised, state, note, decided)
    SELECT id + :off, CAST(digest || :number AS BLOB), key || :number, dossier, kind, severity,
    subject || '-' || :number, url, title, because, NULL, published, signed, document_number, changes,
    replaces, visit_id + :off, raised, state, note, decided FROM finding
    WHERE id < :stride AND kind != 'new_zone' AND visit_id + :off IN (SELECT id FROM visit)""",
)
"""A candidate once more, under another name and numbers, with all that stands behind it."""
STRIDE = 10_000
REVIEWED = """
UPDATE finding SET raised = datetime((SELECT at / 1000000 FROM visit WHERE visit.id = visit_id), 'unixepoch'),
  decided = CASE WHEN (id + id / 10000) % 20 THEN '2026-11-01 00:00:00' END,
  state = CASE WHEN (id + id / 10000) % 20 THEN 'accepted' ELSE 'open' END
"""
"""Raised when the visit was made; of twenty one waits."""
REPEAT = """
WITH RECURSIVE day(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM day WHERE n < :days),
  last AS (SELECT max(visit.id) AS id FROM visit JOIN source ON source.id = visit.source_id
    WHERE source.name LIKE :watched GROUP BY visit.source_id)
INSERT INTO visit (source_id, circumstance_id, at, seconds, url_id, head_id, body_id)
SELECT visit.source_id, CASE WHEN (n + visit.source_id) % 53 < 3 THEN :gone ELSE visit.circumstance_id END,
  :now - (:days - n) * 86400000000 - visit.source_id * 1000000, seconds, url_id, head_id, body_id
FROM day CROSS JOIN visit JOIN last ON last.id = visit.id ORDER BY n
"""
GONE = """
INSERT INTO circumstance
  (digest, role, status, outcome, rule, detail, state, completeness, trouble_detail, origin)
SELECT x'00', role, 404, 'gone', 'not found', '', 'failing', completeness, '', origin
FROM circumstance LIMIT 1
"""


def copy(connection: Connection, number: int) -> None:
    """Add every candidate once more."""
    values = {"off": number * STRIDE, "number": number, "stride": STRIDE, "rows": f"{DOSSIER}/row-%"}
    for statement in COPIES:
        connection.execute(
            text(statement), {name: values[name] for name in values if f":{name}" in statement}
        )
    for snapshot, words in searched(connection):
        values = {"id": snapshot + number * STRIDE, "words": words}
        connection.execute(text("INSERT INTO search (rowid, words) VALUES (:id, :words)"), values)


@lru_cache(maxsize=1)
def searched(connection: Connection) -> tuple[tuple[int, str], ...]:
    """Give the words of each candidate's notice, as the store indexes them."""
    with Session(connection) as session:
        wish = text(
            "SELECT snapshot.id FROM snapshot JOIN source ON source.id = source_id WHERE name LIKE :rows"
        )
        numbers = session.scalars(wish, {"rows": f"{DOSSIER}/row-%"}).all()
        found = snapshots_in_order(session, tuple(number for number in numbers if number < STRIDE))
        return tuple((one.id, " ".join(index_words(said(one)))) for one in found)


def said(snapshot: Snapshot) -> str:
    """Give what search finds a notice by."""
    reading = snapshot.reading
    return f"{reading.title}\n{reading.text}" if isinstance(reading, Notice) else ""


def repeat(connection: Connection, size: Size) -> None:
    """Add the visits that found nothing new, or nothing at all, a day each, as five years would."""
    gone = connection.execute(text(GONE)).lastrowid
    micro = int(NOW.timestamp()) * 1_000_000
    values = {"days": size.days, "gone": gone, "now": micro, "watched": f"{DOSSIER}/watched-%"}
    connection.execute(text(REPEAT), values)

"""Search over what was read, the same on both databases."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from monitor.model import Role
from monitor.searching import Found, Wish
from scraper.model import Listing, Refused
from storage import search as searching
from storage.errors import StoreError
from storage.search_index import index_missing
from storage.store import Store
from tests.store.samples import NOW, fetch, hop, look, notice, record

GUANGZHOU = notice()
DEQING = replace(
    notice("科技部关于支持浙江省德清县建设国家新一代人工智能创新发展试验区的函"),
    published=date(2019, 11, 5),
    document_number="国科函规〔2019〕166号",
    text="浙江省人民政府：\n你省关于支持德清县建设试验区的来函收悉。经研究，现函复如下。",
)


def put(store: Store, reading: Any, source: str = "ai-pilot-zones/fn05", **more: Any) -> int:
    """Keep a visit that read this; return the snapshot's number."""
    url = more.pop("url", "https://www.most.gov.cn/t1.html")
    dossier = source.partition("/")[0]
    got = fetch(NOW, requested=url, hops=(hop(url),))
    made = record(source=source, got=got, new_reading=reading, digest=str(id(reading)))
    asked = look(source, dossier=dossier, url=url, **more)
    kept = store.keep(replace(made, seen=replace(made.seen, look=asked)), now=NOW)
    assert kept.snapshot
    return kept.snapshot.id


def found(store: Store, wish: str = "", **more: Any) -> Found:
    return store.search(Wish(wish, **more))


def numbers(store: Store, wish: str = "", **more: Any) -> list[int]:
    return [hit.snapshot for hit in found(store, wish, **more).hits]


def marks(pieces: Any) -> str:
    return "".join(f"[{one.text}]" if one.hit else one.text for one in pieces)


@pytest.fixture
def two(store: Store) -> tuple[Store, int, int]:
    return store, put(store, DEQING, "ai-pilot-zones/fn08"), put(store, GUANGZHOU, "ai-pilot-zones/gz")


@pytest.mark.parametrize("wish", ["德清", "德清县", "浙江 德清", "试验区的来函", "经研究，现函复如下"])
def test_a_notice_is_found_by_its_title_and_its_text(two: tuple[Store, int, int], wish: str) -> None:
    store, deqing, _ = two
    assert numbers(store, wish) == [deqing]


def test_a_hit_says_where_it_stands_and_shows_what_was_looked_for(two: tuple[Store, int, int]) -> None:
    store, deqing, _ = two
    (hit,) = found(store, "德清").hits
    assert (hit.snapshot, hit.source, hit.dossier) == (deqing, "ai-pilot-zones/fn08", "ai-pilot-zones")
    assert (hit.day, hit.published, hit.document_number) == (
        DEQING.published,
        DEQING.published,
        DEQING.document_number,
    )
    assert (hit.role, hit.url, hit.taken) == (Role.NOTICE, "https://www.most.gov.cn/t1.html", NOW)
    assert marks(hit.title).startswith("科技部关于支持浙江省[德清]县")
    assert (
        marks(hit.excerpt)
        == "浙江省人民政府：\n你省关于支持[德清]县建设试验区的来函收悉。经研究，现函复如下。"
    )


def test_every_term_must_be_there_and_as_it_was_typed(two: tuple[Store, int, int]) -> None:
    store, deqing, guangzhou = two
    assert numbers(store, "试验区") == [guangzhou, deqing], "the latest day first"
    assert numbers(store, "德清 广州") == []
    assert numbers(store, "创新 人工智能 试验区 浙江") == [deqing]
    assert numbers(store, "智能人工") == [], "both words are there, but not so"


def test_without_a_term_everything_is_listed(two: tuple[Store, int, int]) -> None:
    store, deqing, guangzhou = two
    assert numbers(store) == [guangzhou, deqing]
    assert numbers(store, "——") == []


def test_what_is_no_notice_is_not_searched(store: Store) -> None:
    put(store, Listing("u", "most", "l", ()), "ai-pilot-zones/list")
    put(store, Refused("德清 a wall"), "ai-pilot-zones/wall")
    assert found(store) == Found((), None, 0)


def test_a_search_can_be_narrowed(store: Store) -> None:
    one = put(store, DEQING, "ai-pilot-zones/fn08", url="https://www.most.gov.cn/a.html")
    other = put(store, GUANGZHOU, "energy/x", url="http://kjt.zj.gov.cn:8080/b.html", role=Role.CANDIDATE)
    assert numbers(store, "试验区", dossier="energy") == [other]
    assert numbers(store, "试验区", role=Role.NOTICE) == [one]
    assert numbers(store, since=date(2020, 1, 1)) == [other]
    assert numbers(store, until=date(2019, 11, 5)) == [one]
    assert numbers(store, since=date(2019, 11, 6), until=date(2020, 1, 1)) == []
    assert numbers(store, host="most.gov.cn") == numbers(store, host="WWW.MOST.GOV.CN.") == [one]
    assert numbers(store, host="zj.gov.cn") == [other]
    assert numbers(store, host="gov.cn") == [other, one]
    assert numbers(store, host="ost.gov.cn") == numbers(store, host="%") == []


def test_a_notice_without_a_day_counts_on_the_day_it_was_seen(store: Store) -> None:
    put(store, replace(DEQING, published=None))
    (hit,) = found(store, "德清").hits
    assert (hit.day, hit.published) == (date(2026, 12, 1), None)


def test_only_the_last_snapshot_of_a_source_is_found_unless_asked(store: Store) -> None:
    old = put(store, DEQING)
    new = put(store, replace(DEQING, text="全文已修改。", title="另一标题"))
    assert numbers(store, "德清") == []
    assert numbers(store, "德清", earlier=True) == [old]
    assert numbers(store, "修改") == [new]


def test_pages_follow_each_other_and_lose_nothing(store: Store) -> None:
    days = [date(2020, 1, 1) + timedelta(days=at // 3) for at in range(23)]
    kept = [
        put(store, replace(DEQING, published=day, title=f"德清第{at}号"), f"d/{at}")
        for at, day in enumerate(days)
    ]
    pages = list(paged(store, "德清", limit=5))
    assert [len(page) for page in pages] == [5, 5, 5, 5, 3]
    assert [number for page in pages for number in page] == [
        number for _, number in sorted(zip(days, kept, strict=True), reverse=True)
    ]
    assert found(store, "德清", limit=5).at_most == 23


def test_a_full_last_page_is_the_last(store: Store) -> None:
    for at in range(4):
        put(store, DEQING, f"d/{at}")
    assert [len(page) for page in paged(store, "德清", limit=2)] == [2, 2]


def test_a_page_stays_the_same_when_newer_notices_come(store: Store) -> None:
    for at in range(6):
        put(store, DEQING, f"d/{at}")
    after = found(store, "德清", limit=3).next
    before = numbers(store, "德清", limit=3, after=after)
    put(store, replace(DEQING, published=date(2022, 1, 1)), "d/new")
    assert numbers(store, "德清", limit=3, after=after) == before


def paged(store: Store, wish: str, limit: int) -> Iterator[list[int]]:
    after = None
    while True:
        page = found(store, wish, limit=limit, after=after)
        yield [hit.snapshot for hit in page.hits]
        if page.next is None:
            return
        after = page.next


def test_a_page_reads_only_so_many_and_goes_on_from_there(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "MOST_READ", 3)
    wanted = put(store, replace(DEQING, text="创新和发展，创新发展。", published=date(2000, 1, 1)), "d/old")
    for at in range(7):
        put(store, replace(DEQING, title="函", text="发展，然后创新。"), f"d/{at}")
    pages = list(paged(store, "创新发展", limit=5))
    assert pages == [[], [], [wanted]]


@pytest.mark.parametrize("after", ["x", "20200101", "20209901-1", "20200101-x", "", "-"])
def test_a_page_that_never_was_is_refused(store: Store, after: str) -> None:
    with pytest.raises(StoreError, match="no page of a search begins"):
        found(store, "德清", after=after)


@pytest.mark.parametrize(
    "hostile",
    [
        *("'", "德清' OR '1'='1", 'NEAR("a" "b")', "words:x", "*", "a* OR b", "\\", "%", "_"),
        *("\x00德清", "\ud800", "()", "- & | ! :*", "德清:*", "德清)"),
    ],
)
def test_no_query_is_understood_as_a_language(two: tuple[Store, int, int], hostile: str) -> None:
    store, deqing, _ = two
    assert numbers(store, hostile) in ([], [deqing])


def test_text_of_any_kind_can_be_kept_and_found(store: Store) -> None:
    odd = put(
        store, replace(DEQING, title="\x00\ud800题", text="𠀀𠀁 x\x00y\udfff " + "字" * 100_000), "d/odd"
    )
    assert numbers(store, "题") == [odd]
    assert numbers(store, "𠀀𠀁") == [odd]


def test_a_text_of_a_megabyte_of_different_words_is_kept(store: Store) -> None:
    chars = "".join(chr(0x4E00 + (at * 7919) % 20_000) for at in range(340_000))
    big = put(store, replace(DEQING, text=chars), "d/big")
    assert numbers(store, "德清") == [big]


def test_the_index_is_written_with_the_snapshot_or_not_at_all(store: Store) -> None:
    with pytest.raises(ValueError, match="digest"):
        store.keep(record(new_reading=DEQING, digest=None), now=NOW)
    assert found(store).at_most == 0
    put(store, DEQING)
    with store._read() as session:
        assert session.scalar(text("SELECT count(*) FROM searchable")) == 1


def test_indexing_again_changes_nothing_and_tells_how_far_it_is(two: tuple[Store, int, int]) -> None:
    store, deqing, guangzhou = two
    told: list[tuple[int, int]] = []
    with store._write() as session:
        session.execute(text("DELETE FROM searchable"))
        assert index_missing(session, lambda done, known: told.append((done, known))) == 2
        assert index_missing(session) == 0
    assert told == [(1, 2), (2, 2)]
    assert numbers(store, "试验区") == [guangzhou, deqing]


def test_a_snapshot_that_is_gone_is_not_found(two: tuple[Store, int, int]) -> None:
    store, deqing, guangzhou = two
    with store._write() as session:
        session.execute(text("UPDATE standing SET snapshot_id = NULL"))
        session.execute(text("DELETE FROM snapshot WHERE id = :id"), {"id": deqing})
    assert numbers(store, "试验区") == [guangzhou]

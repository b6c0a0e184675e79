"""The JSON lists of gov.cn: rows, days in Beijing, and what is no list although it is JSON."""

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.model import Entry, Listing, Unreadable
from scraper.readers.feeds import NEWEST, NOTHING_FOUND, SEARCH, SELECTORS, day, read_json

ZUIXIN = "https://www.gov.cn/zhengce/zuixin/ZUIXINZHENGCE.json"
SOUSUO = "https://sousuo.www.gov.cn/search-gov/data?q=x"


def newest(*rows: Any) -> Listing:
    found = read_json(json.dumps(rows, ensure_ascii=False), ZUIXIN)
    assert isinstance(found, Listing)
    return found


def answer(**groups: Any) -> dict[str, Any]:
    lists = {name: {"totalCount": len(rows or ()), "listVO": rows} for name, rows in groups.items()}
    return {"code": 200, "msg": "操作成功", "searchVO": {"totalCount": 0, "catMap": lists}}


def search(**groups: Any) -> Listing:
    found = read_json(json.dumps(answer(**groups)), SOUSUO)
    assert isinstance(found, Listing)
    return found


def millis(year: int, month: int, day_: int, hour: int = 0) -> int:
    """Milliseconds of an hour in Beijing."""
    return int((datetime(year, month, day_, hour, tzinfo=UTC) - timedelta(hours=8)).timestamp() * 1000)


SUZHOU = {
    "title": "科技部关于支持苏州市建设<br/>国家新一代<em>人工智能</em>创新发展试验区的函",
    "url": "http://www.gov.cn/zhengce/zhengceku/2021-03/25/content_5595549.htm",
    "pcode": "国科函规〔2021〕63号",
    "puborg": "科技部",
    "pubtime": millis(2021, 3, 25),
    "ptime": millis(2021, 3, 19),
}


def test_the_newest_policies_are_rows_in_their_order() -> None:
    found = newest(
        {
            "TITLE": "国务院关于一件事的决定",
            "SUB_TITLE": "",
            "URL": "./content_1.htm",
            "DOCRELPUBTIME": "2026-09-11",
        },
        {
            "TITLE": "办法",
            "URL": "https://www.gov.cn/zhengce/content/202609/content_2.htm",
            "DOCRELPUBTIME": "2026-09-10",
        },
    )
    assert (found.reader, found.layout, found.next, found.warnings) == ("govcn", NEWEST, None, ())
    assert found.entries == (
        Entry("https://www.gov.cn/zhengce/zuixin/content_1.htm", "国务院关于一件事的决定", date(2026, 9, 11)),
        Entry("https://www.gov.cn/zhengce/content/202609/content_2.htm", "办法", date(2026, 9, 10)),
    )


def test_a_row_without_title_or_address_is_left_out_and_said() -> None:
    good = {"TITLE": "办法", "URL": "a.htm", "DOCRELPUBTIME": "2026-09-10"}
    found = newest(good, {"TITLE": "", "URL": "b.htm"}, {"TITLE": "无址"}, "no row")
    assert len(found.entries) == 1
    assert "3 of 4 rows" in found.warnings[0]


def test_an_empty_list_of_policies_names_what_was_looked_for() -> None:
    assert newest().entries == ()
    assert SELECTORS[NEWEST] in newest().warnings[0]


def test_the_four_groups_of_a_search_are_one_list() -> None:
    groups = {
        name: [{**SUZHOU, "url": f"/{name}.htm"}] for name in ("gongwen", "bumenfile", "otherfile", "gongbao")
    }
    found = search(**groups)
    assert found.layout == SEARCH
    assert [entry.url.rpartition("/")[2] for entry in found.entries] == [f"{name}.htm" for name in groups]


def test_a_hit_has_its_whole_title_its_number_and_the_day_of_publication() -> None:
    (entry,) = search(bumenfile=[SUZHOU]).entries
    assert entry == Entry(
        SUZHOU["url"],  # type: ignore[arg-type]
        "科技部关于支持苏州市建设国家新一代人工智能创新发展试验区的函",
        date(2021, 3, 25),
        "国科函规〔2021〕63号",
    )


def test_a_search_without_hits_is_a_good_list() -> None:
    for nothing in (
        answer(gongwen=[], bumenfile=None),
        answer(),
        {"code": NOTHING_FOUND, "msg": "没有找到", "searchVO": None},
    ):
        found = read_json(json.dumps(nothing), SOUSUO)
        assert isinstance(found, Listing)
        assert (found.entries, found.warnings) == ((), ())


@pytest.mark.parametrize(
    "document",
    [
        {"code": 500, "msg": "系统繁忙", "searchVO": None},
        {"code": 200, "searchVO": {"totalCount": 0}},
        {"code": 200, "searchVO": {"catMap": []}},
        {"error": "x"},
        [{"name": "x"}],
    ],
)
def test_json_of_another_shape_is_no_empty_list(document: Any) -> None:
    found = read_json(json.dumps(document, ensure_ascii=False), SOUSUO)
    assert isinstance(found, Unreadable)
    assert "$" in found.because or "shape" in found.because


def test_a_busy_search_is_quoted() -> None:
    found = read_json('{"code":500,"msg":"系统繁忙","searchVO":null}', SOUSUO)
    assert isinstance(found, Unreadable) and "系统繁忙" in found.because


def test_json_cut_short_is_said_and_no_page_is_json() -> None:
    assert isinstance(read_json('[{"TITLE": "办法", "URL": "a', ZUIXIN), Unreadable)
    assert isinstance(read_json("[" * 100_000, ZUIXIN), Unreadable)
    for text in ("", "<html></html>", "[转发] 关于一件事的通知", "{{ title }}", "null", "12", "[1, 2]"):
        assert read_json(text, ZUIXIN) is None


def test_a_byte_order_mark_hides_no_json() -> None:
    assert isinstance(read_json('\ufeff[{"TITLE": "办法", "URL": "a.htm"}]', ZUIXIN), Listing)


def test_without_an_address_rows_keep_theirs() -> None:
    found = read_json('[{"TITLE": "办法", "URL": "./a.htm"}]', None)
    assert isinstance(found, Listing) and found.entries[0].url == "./a.htm"


@given(st.dates(date(1990, 1, 1), date(2099, 12, 31)), st.integers(0, 23))
def test_every_hour_of_a_beijing_day_is_that_day(expected: date, hour: int) -> None:
    at = millis(expected.year, expected.month, expected.day, hour)
    assert day(at) == day(str(at)) == day(float(at)) == expected


@pytest.mark.parametrize("value", [None, "", "soon", [], {}, 10**30, -(10**30), float("inf"), float("nan")])
def test_what_is_no_time_has_no_day(value: Any) -> None:
    assert day(value) is None


@pytest.mark.parametrize("printed", ["2021.03.25", "2021-03-25", "2021-03-25 10:03:00", "2021年3月25日"])
def test_a_printed_day_is_read(printed: str) -> None:
    assert day(printed) == date(2021, 3, 25)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["searchVO", "catMap", "listVO", "title", "url", "TITLE", "URL", "pubtime", "x"]),
            inner,
        )
    ),
)


@given(JSON)
def test_no_json_breaks_the_reader(document: Any) -> None:
    found = read_json(json.dumps(document), SOUSUO)
    assert found is None or isinstance(found, Listing | Unreadable)
    assert found == read_json(json.dumps(document), SOUSUO)

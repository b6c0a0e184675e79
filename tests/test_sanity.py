"""Sanity: readings that cannot be true although a layout fits."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.model import Entry, FieldReading, Listing, Notice, Refused, Unreadable
from scraper.readers import feeds
from scraper.readers.lists import LAYOUTS, SELECTORS
from scraper.sanity import check

TODAY = date(2021, 12, 7)
LETTER = Notice(
    url="https://www.most.gov.cn/xxgk/xinxifenlei/fdzdgknr/qtwj/qtwj2021/202112/t20211207_178439.html",
    reader="most",
    layout="most/disclosure-2021",
    title="科技部关于支持沈阳建设国家新一代人工智能创新发展试验区的函",
    published=date(2021, 12, 7),
    signed=date(2021, 11, 13),
    fields=(FieldReading("title", "label 标题"), FieldReading("published", "label 发布日期")),
)


def rows(count: int, title: str = "关于第{}件事的通知", day: date | None = TODAY) -> Listing:
    entries = tuple(Entry(f"https://a.gov.cn/{n}.html", title.format(n), day) for n in range(count))
    return Listing("https://a.gov.cn/", "most", "most/list-2021", entries)


def test_an_ordinary_letter_and_an_ordinary_list_pass() -> None:
    assert check(LETTER, today=TODAY) == ()
    assert check(rows(20), today=TODAY, previous=rows(20)) == ()


@pytest.mark.parametrize("field", ["published", "signed"])
def test_a_date_in_the_future_is_said_with_its_selector(field: str) -> None:
    (complaint,) = check(replace(LETTER, **{field: TODAY + timedelta(1)}), today=TODAY)  # type: ignore[arg-type]
    assert "future" in complaint and field in complaint and "most/disclosure-2021" in complaint
    assert ("label 发布日期" in complaint) == (field == "published")


@given(st.dates(), st.dates())
def test_only_days_after_today_are_the_future(day: date, today: date) -> None:
    assert bool(check(replace(LETTER, published=day, signed=None), today=today)) == (day > today)


@pytest.mark.parametrize("title", [None, "", "　"])
def test_an_empty_title_is_said(title: str | None) -> None:
    (complaint,) = check(replace(LETTER, title=title), today=TODAY)
    assert "title is empty" in complaint and "label 标题" in complaint


@pytest.mark.parametrize(
    "title",
    [
        "中华人民共和国科学技术部",
        "农业农村部",
        "中国政府网",
        "天津市人民政府门户网站",
        "国家税务总局",
        "首页",
        "国家发展和改革委员会",
    ],
)
def test_a_title_that_is_the_sites_name_is_said(title: str) -> None:
    (complaint,) = check(replace(LETTER, title=title), today=TODAY)
    assert "site's name" in complaint


def test_a_title_that_is_the_source_is_the_sites_name_too() -> None:
    assert check(replace(LETTER, title="农业农村部新闻办", source="农业农村部新闻办"), today=TODAY)


@pytest.mark.parametrize(
    "title",
    [
        "2018年全国科技经费投入统计公报",
        "农业产业化国家重点龙头企业名单",
        "国务院关于提请审议国务院机构改革方案的议案",
        "关于设立国家数据局",
        "我国将布局建设20个左右新一代人工智能创新发展试验区",
    ],
)
def test_a_short_title_is_no_sites_name(title: str) -> None:
    assert check(replace(LETTER, title=title), today=TODAY) == ()


def test_a_list_without_rows_is_said_with_its_selector() -> None:
    (complaint,) = check(rows(0), today=TODAY)
    assert "no rows" in complaint and SELECTORS["most/list-2021"] in complaint


def test_a_search_may_find_nothing() -> None:
    assert check(Listing(None, "govcn", feeds.SEARCH, ()), today=TODAY) == ()
    assert check(Listing(None, "govcn", feeds.NEWEST, ()), today=TODAY) != ()


@given(st.integers(0, 9))
def test_three_titles_alike_are_a_broken_selector_and_two_are_not(count: int) -> None:
    complaints = check(rows(count, "政策"), today=TODAY)
    assert any("titles" in complaint for complaint in complaints) == (count >= 3)


@given(now=st.integers(1, 40), before=st.integers(0, 40))
def test_fewer_than_half_the_rows_of_eight_or_more_are_said(now: int, before: int) -> None:
    complaints = check(rows(now), today=TODAY, previous=rows(before))
    assert bool(complaints) == (before >= 8 and now < before / 2)


def test_a_shrunken_list_says_both_figures() -> None:
    (complaint,) = check(rows(3), today=TODAY, previous=rows(20))
    assert "3 rows, 20 the last time" in complaint


def test_rows_in_the_future_are_counted() -> None:
    late = rows(2, day=date(2031, 1, 1))
    mixed = replace(late, entries=(*late.entries, Entry("https://a.gov.cn/x", "无日期", None)))
    (complaint,) = check(mixed, today=TODAY)
    assert "2 of 3 rows" in complaint and "2031-01-01" in complaint


def test_what_was_refused_has_said_enough() -> None:
    assert check(Refused("a challenge"), today=TODAY) == check(Unreadable("no layout"), today=TODAY) == ()


def test_a_previous_reading_of_another_kind_is_no_yardstick() -> None:
    assert check(rows(1), today=TODAY, previous=LETTER) == ()


def test_every_layout_of_a_list_can_be_named() -> None:
    for layout in LAYOUTS:
        (complaint,) = check(replace(rows(0), layout=layout.name), today=TODAY)
        assert layout.selector in complaint

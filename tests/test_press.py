"""The press: the rules by which facts become pages, lists and days."""

from dataclasses import replace
from datetime import date, timedelta
from email.utils import parsedate_to_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import UndefinedError

from fixtures.press import pages
from fixtures.press.documents import Document, copies, letters, notices
from fixtures.press.folder import DAYS, index, item
from fixtures.press.sites import (
    QTWJ,
    REDESIGN,
    ZJGX,
    Answer,
    address,
    bound,
    disclosure,
    etag,
    gone,
    hosts,
    over_https,
    published,
    rows,
    stamp,
    world,
)

HEFEI = next(letter for letter in letters() if letter.slug == "hefei")
REVISION = next(notice for notice in notices() if notice.slug == "guideline-2020")
days = st.dates(date(2020, 3, 1), date(2022, 2, 1))


def test_documents_have_names_of_their_own() -> None:
    slugs = [document.slug for document in (*letters(), *copies(), *notices())]
    assert len(slugs) == len(set(slugs))


def test_numbers_and_page_ids_are_unique() -> None:
    assert len({letter.number for letter in letters()}) == len({letter.id for letter in letters()}) == 18


@given(days)
def test_nothing_stands_anywhere_before_its_publication(day: date) -> None:
    standing = world(day)
    for document in (*letters(), *copies(), *notices()):
        if document.published > day:
            assert document.old not in standing and document.new not in standing


@given(days)
def test_what_is_published_is_sorted_newest_first(day: date) -> None:
    out = [document.published for document in published(day, *letters(), *notices())]
    assert out == sorted(out, reverse=True)
    assert all(shown <= day for shown in out)


@given(days)
def test_an_address_stands_on_one_site_only(day: date) -> None:
    secure = {url for url, answer in world(day).items() if answer.status == 200 and url.startswith("https:")}
    assert bool(secure) == (day >= REDESIGN)


def test_a_letter_signed_by_a_city_speaks_to_the_city() -> None:
    opening = {letter.slug: letter.body[0][:2] for letter in letters()}
    assert {slug for slug, you in opening.items() if you == "你市"} == {
        "beijing",
        "shanghai",
        "tianjin",
        "chongqing",
    }
    assert set(opening.values()) == {"你市", "你省"}


def test_a_copy_says_what_the_letter_says() -> None:
    for copy in copies():
        letter = next(letter for letter in letters() if f"govcn-{letter.slug}" == copy.slug)
        assert (copy.title, copy.number, copy.signed, copy.body) == (
            letter.title,
            letter.number,
            letter.signed,
            letter.body,
        )
        assert copy.published == letter.published + timedelta(days=1)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2020-10-30", REVISION.old),
        ("2020-12-23", REVISION.old),
        ("2020-12-24", REVISION.old_refiled),
        ("2021-03-10", REVISION.new),
    ],
)
def test_a_document_stands_where_it_was_last_filed(day: str, expected: str) -> None:
    assert address(REVISION, date.fromisoformat(day)) == expected


def test_a_slip_stands_until_it_is_put_right() -> None:
    assert HEFEI.corrected is not None
    before, after = disclosure(HEFEI, HEFEI.corrected - timedelta(days=1)), disclosure(HEFEI, HEFEI.corrected)
    wrong, right = (word.encode() for word in HEFEI.slip)
    assert wrong in before.body and right not in before.body
    assert right in after.body and wrong not in after.body
    assert disclosure(HEFEI, HEFEI.corrected + timedelta(days=30)) == after


@pytest.mark.parametrize(
    ("file", "day", "expected"),
    [
        ("gfxwj2019/201910/t20191018_149420.htm", "2021-03-10", Answer(404)),
        ("gfxwj2020/202003/t20200309_152219.htm", "2021-03-10", Answer(302, {"Location": "/"})),
        ("gfxwj2020/202010/t20201029_159432.htm", "2020-12-24", Answer(404)),
    ],
)
def test_an_old_address_goes_as_its_year_says(file: str, day: str, expected: Answer) -> None:
    assert (
        gone(f"http://www.most.gov.cn/mostinfo/xinxifenlei/fgzc/gfxwj/{file}", date.fromisoformat(day))
        == expected
    )


def test_only_the_ministry_sends_the_rest_to_its_front_page_and_only_since_the_redesign() -> None:
    told = {day: hosts(day) for day in DAYS}
    assert {host for told_hosts in told.values() for host in told_hosts} == {"www.most.gov.cn", "www.gov.cn"}
    sending = [day for day, told_hosts in told.items() if "redirect" in told_hosts["www.most.gov.cn"]]
    assert sending == [day for day in DAYS if day >= REDESIGN]


def test_a_site_over_https_answers_http_with_its_own_path() -> None:
    plain = {"http://www.gov.cn/a.htm": Answer(200, {}, b"x", "a")}
    assert over_https(plain) == {
        "https://www.gov.cn/a.htm": plain["http://www.gov.cn/a.htm"],
        "http://www.gov.cn/a.htm": Answer(301, {"Location": "https://www.gov.cn/a.htm"}),
    }


@given(st.integers(1, 40))
def test_a_list_is_cut_into_pages_that_lose_no_row(count: int) -> None:
    listed = [
        pages.Row(
            f"{QTWJ.first.removesuffix('index.html')}qtwj2021/t{number}.html", f"标题{number}。", REDESIGN
        )
        for number in range(count)
    ]
    printed = bound(QTWJ, listed)
    assert len(printed) == -(-count // QTWJ.size)
    assert next(iter(printed)) == QTWJ.first
    text = "".join(answer.body.decode() for answer in printed.values())
    assert all(
        f">标题{number}。<" in text and f'"./qtwj2021/t{number}.html"' in text for number in range(count)
    )


def test_old_lists_are_gbk_without_validators_and_new_ones_utf_8_with() -> None:
    day = DAYS[0]
    old = bound(ZJGX, rows(published(day, *letters()), day))
    new = bound(QTWJ, rows(published(REDESIGN, *letters()), REDESIGN))
    assert {tuple(answer.headers) for answer in old.values()} == {("Content-Type",)}
    assert all("科技部" in answer.body.decode("gb18030") for answer in old.values())
    assert all(answer.headers["ETag"] == etag(answer.body) for answer in new.values())


@pytest.mark.parametrize(
    ("url", "base", "expected"),
    [
        ("http://h/m/x/fgzc/gfxwj/a/t1.htm", "http://h/m/x/zjgx/index.htm", "../fgzc/gfxwj/a/t1.htm"),
        ("http://h/m/x/fgzc/gfxwj/a/t1.htm", "http://h/m/x/fgzc/gfxwj/index.htm", "./a/t1.htm"),
        ("https://h/tztg/202009/t1.html", "https://h/tztg/", "./202009/t1.html"),
        ("https://h/kjbgz/t1.html", "https://h/tztg/", "../kjbgz/t1.html"),
    ],
)
def test_a_row_is_addressed_from_its_lists_folder(url: str, base: str, expected: str) -> None:
    assert pages.relative([pages.Row(url, "标题", REDESIGN)], base)[0].href == expected


@given(st.text(min_size=1, max_size=60))
def test_a_title_is_cut_short_only_where_it_is_long(title: str) -> None:
    short = pages.Row("u", title, REDESIGN).short
    assert short == title if len(title) <= pages.CUT else short == f"{title[: pages.CUT]}..."


def test_what_is_filled_in_is_escaped() -> None:
    odd = replace(HEFEI, title="<b>甲</b>&乙")
    for printed in (pages.gbk(odd, odd.old), pages.disclosure(odd, odd.new, migrated=True)):
        text = printed.decode("gb18030" if b"charset=GBK" in printed else "utf-8")
        assert "&lt;b&gt;甲&lt;/b&gt;&amp;乙" in text and "<b>甲" not in text


def test_a_template_that_asks_for_what_nobody_gives_is_an_error() -> None:
    template = pages.templates().from_string("{{ page.nobody }}")
    with pytest.raises(UndefinedError):
        template.render(page=HEFEI)


@pytest.mark.parametrize("document", [*letters(), *(each for each in notices() if each.body and each.column)])
def test_a_migrated_page_writes_its_signing_day_as_iso_and_a_new_one_in_chinese(document: Document) -> None:
    assert document.signed is not None
    text = disclosure(document, DAYS[-1]).body.decode()
    assert (f"<td>{document.signed}</td>" in text) == (document.published < REDESIGN)
    assert (f"<td>{document.signed:%Y年%m月%d日}</td>" in text) == (document.published >= REDESIGN)


@given(days, st.times())
def test_a_stamp_is_the_same_moment_in_london(day: date, time: object) -> None:
    hour = str(time)[:5]
    moment = parsedate_to_datetime(stamp(day, hour)) + timedelta(hours=8)
    assert moment.strftime("%Y-%m-%d %H:%M") == f"{day} {hour}"


def test_an_index_has_one_item_a_line() -> None:
    lines = index(
        [{"host": "www.gov.cn", "status": 404}, item("http://a/", Answer(200, {}, b"x", "a"))]
    ).decode()
    assert lines.splitlines() == [
        "[",
        '{"host": "www.gov.cn", "status": 404},',
        '{"url": "http://a/", "status": 200, "headers": {}, "file": "a.html"}',
        "]",
    ]
    assert "file" not in item("http://a/", Answer(404))

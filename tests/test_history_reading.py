"""The history as it is read: replayed day by day, each page and list gives what the press put into it."""

from collections.abc import Iterator
from datetime import date
from typing import Any
from urllib.parse import urlsplit

import pytest

from fixtures.press.documents import Document, copies, letters, notices
from fixtures.press.folder import DAYS, HISTORY
from fixtures.press.sites import (
    BMWJ,
    BMWJ_ROWS,
    GFXWJ,
    GFXWJ_BEFORE,
    QTWJ,
    REDESIGN,
    TZTG,
    TZTG_BEFORE,
    ZJGX,
    Column,
    address,
    published,
)
from scraper.model import Entry, Listing, Notice, Reading, Refused
from scraper.policy import Validators
from scraper.readers import read_body
from scraper.replay import Answer, Day, open_history

HISTORY_DAYS = {day.date: day for day in open_history(HISTORY)}
NOTHING = Validators()


def ask(day: Day, url: str, validators: Validators = NOTHING) -> Answer:
    answer = day.archive.answer(url, validators=validators)
    assert answer is not None, url
    return answer


def read(day: Day, url: str) -> Reading:
    answer = ask(day, url)
    assert answer.status == 200, url
    return read_body(answer.body, answer.header("Content-Type"), url)[1]


def with_pages() -> list[Document]:
    return [document for document in (*letters(), *copies(), *notices()) if document.body]


def stands(document: Document, day: date) -> str:
    """Where a document stood on a day, gov.cn over https since it moved."""
    if document.column:
        return address(document, day)
    return document.old.replace("http:", "https:") if day >= REDESIGN else document.old


def appearances() -> Iterator[Any]:
    """Each document once at each address that it had, on the first day there."""
    seen = set()
    for day in DAYS:
        for document in with_pages():
            url = stands(document, day)
            if document.published <= day and url not in seen:
                seen.add(url)
                yield pytest.param(document, day, url, id=f"{day}-{document.slug}")


@pytest.mark.parametrize(("document", "day", "url"), list(appearances()))
def test_every_page_is_read_right(document: Document, day: date, url: str) -> None:
    notice = read(HISTORY_DAYS[day], url)
    assert isinstance(notice, Notice), notice
    assert (notice.title, notice.published) == (document.title, document.published)
    assert notice.reader == ("most" if document.column else "govcn")
    assert notice.official is True
    if document.number:
        assert (notice.signed, notice.document_number) == (document.signed, document.number)
    if document.number and day >= REDESIGN and document.column:
        assert notice.issuer == document.issuer
        assert (notice.index_number or "") == document.index_number
    if document.addressee:
        assert notice.addressee == document.addressee


@pytest.mark.parametrize("document", with_pages(), ids=lambda document: document.slug)
def test_a_body_is_read_whole(document: Document) -> None:
    day = next(day for day in DAYS if day >= document.published)
    notice = read(HISTORY_DAYS[day], stands(document, day))
    assert isinstance(notice, Notice)
    lines = notice.text.splitlines()
    assert [paragraph for paragraph in document.body if paragraph not in lines] == []


@pytest.mark.parametrize(
    "letter", [each for each in letters() if each.published < REDESIGN], ids=lambda letter: letter.slug
)
def test_moving_a_letter_changes_no_word_of_it(letter: Document) -> None:
    """The old template keeps the caption of its QR code inside #Zoom, behind the end of the content."""
    before = read(HISTORY_DAYS[date(2020, 12, 24)], letter.old)
    after = read(HISTORY_DAYS[REDESIGN], letter.new)
    assert isinstance(before, Notice) and isinstance(after, Notice)
    assert (before.title, before.signed, before.document_number) == (
        after.title,
        after.signed,
        after.document_number,
    )
    assert before.text.removesuffix("\n扫一扫在手机打开当前页") == after.text


def columns() -> Iterator[Any]:
    for day in DAYS:
        for column in (QTWJ, GFXWJ, TZTG) if day >= REDESIGN else (ZJGX, GFXWJ_BEFORE, TZTG_BEFORE):
            yield pytest.param(day, column, id=f"{day}-{column.name}")


def listed(column: Column, day: date) -> list[Document]:
    """What a list holds on a day, newest first."""
    kept = {
        "zjgx": {"letter", "normative", "other"},
        "gfxwj": {"normative"} if day >= REDESIGN else {"letter", "normative", "other"},
        "qtwj": {"letter", "other"},
        "tztg": {"tztg"},
    }[column.name]
    every = published(day, *letters(), *notices())
    return [each for each in every if each.column in kept or (column.name == "tztg" and each.announced)]


@pytest.mark.parametrize(("day", "column"), list(columns()))
def test_following_a_list_to_its_end_gives_every_row_once(day: date, column: Column) -> None:
    entries: list[Entry] = []
    url: str | None = column.first
    lengths = []
    while url:
        listing = read(HISTORY_DAYS[day], url)
        assert isinstance(listing, Listing), listing
        assert listing.warnings == ()
        entries += listing.entries
        lengths.append(len(listing.entries))
        url = listing.next
    documents = listed(column, day)
    assert [(entry.url, entry.title, entry.published) for entry in entries] == [
        (address(document, day), document.title, document.published) for document in documents
    ]
    assert len(lengths) > 1 or len(documents) <= column.size
    assert all(length == column.size for length in lengths[:-1])


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_the_list_of_departments_documents_shows_the_newest_ten(day: date) -> None:
    listing = read(HISTORY_DAYS[day], BMWJ.replace("http:", "https:") if day >= REDESIGN else BMWJ)
    assert isinstance(listing, Listing)
    every = published(day, *copies(), *(each for each in notices() if "/zhengceku/" in each.old))
    assert [(entry.url, entry.title, entry.published) for entry in listing.entries] == [
        (document.old, document.title, document.published) for document in every[:BMWJ_ROWS]
    ]
    assert listing.next is None


@pytest.mark.parametrize(
    ("slug", "first"), [("jinan", "2020-03-12"), ("xian", "2020-03-12"), ("harbin", "2021-12-07")]
)
def test_a_letter_is_reached_from_the_lists_on_the_day_it_matters(slug: str, first: str) -> None:
    letter = next(letter for letter in letters() if letter.slug == slug)
    day = date.fromisoformat(first)
    page = (QTWJ if day >= REDESIGN else ZJGX).first
    listing = read(HISTORY_DAYS[day], page)
    assert isinstance(listing, Listing)
    assert address(letter, day) in {entry.url for entry in listing.entries}


def test_the_march_batch_runs_over_a_page() -> None:
    listing = read(HISTORY_DAYS[date(2020, 3, 12)], ZJGX.first)
    assert isinstance(listing, Listing) and listing.next
    following = read(HISTORY_DAYS[date(2020, 3, 12)], listing.next)
    assert isinstance(following, Listing)
    assert {entry.published for entry in listing.entries} == {date(2020, 3, 9)}
    assert following.entries[0].published == date(2020, 3, 9)


def test_the_front_page_is_no_notice_and_no_list() -> None:
    home = read(HISTORY_DAYS[REDESIGN], "https://www.most.gov.cn/")
    assert isinstance(home, Refused) and home.what == "home"


def test_what_does_not_exist_answers_as_the_site_did() -> None:
    sibling = "http://www.most.gov.cn/mostinfo/xinxifenlei/fgzc/gfxwj/gfxwj2020/202003/t20200309_000001.htm"
    before, after = HISTORY_DAYS[date(2020, 12, 24)], HISTORY_DAYS[REDESIGN]
    assert ask(before, sibling).status == 404
    assert (ask(after, sibling).status, ask(after, sibling).header("Location")) == (302, "/")
    letter = ask(after, sibling.replace("000001", "152219"))
    assert (letter.status, letter.header("Location")) == (302, "/")
    assert ask(after, "http://www.most.gov.cn/").status == 301
    assert ask(after, "https://www.most.gov.cn/robots.txt").status == 404
    assert ask(after, "https://www.gov.cn/zhengce/zuixin/ZUIXINZHENGCE.json").status == 404


def test_a_host_that_is_not_in_the_story_has_no_network() -> None:
    for day in HISTORY_DAYS.values():
        for url in (
            "https://sousuo.www.gov.cn/search-gov/data",
            "http://most.gov.cn/",
            "https://example.org/",
        ):
            assert day.archive.answer(url, validators=NOTHING) is None, urlsplit(url).hostname


def test_an_unchanged_page_answers_304_and_an_edited_one_does_not() -> None:
    quiet, edited = HISTORY_DAYS[date(2021, 3, 25)], HISTORY_DAYS[date(2021, 11, 20)]
    for letter in letters():
        if letter.published < REDESIGN:
            seen = Validators(ask(quiet, letter.new).header("ETag"))
            assert ask(edited, letter.new, seen).status == (200 if letter.slug == "hefei" else 304), (
                letter.slug
            )

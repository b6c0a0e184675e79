"""The course of a list: rows are a set, the walk ends on known ground, only letters of ours are opened."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fixtures.press.pages import Row
from monitor.drafts import new_notice
from monitor.model import Role, Source
from monitor.model import Row as KeptRow
from tests.site import (
    GFXWJ,
    GUANGZHOU,
    HEFEI,
    HTML,
    QTWJ,
    START,
    WUHAN,
    Monitor,
    Pages,
    bound,
    dossier_text,
    filler,
    page,
    row,
)

DAY = timedelta(days=1)
FIRST, SECOND, THIRD = (QTWJ.replace("index.html", f"index{part}.html") for part in ("", "_1", "_2"))


@pytest.fixture
def pages() -> Pages:
    """Two letters stand; the list shows three rows of nothing."""
    made = Pages()
    for letter in (HEFEI, GUANGZHOU):
        made.put(letter.url, page(letter))
    show(made, fillers(3))
    return made


@pytest.fixture
def monitor(tmp_path: Path, pages: Pages) -> Iterator[Monitor]:
    with Monitor(tmp_path, pages, dossier_text(lists=[{"name": "list", "url": QTWJ}])) as made:
        yield made


def fillers(count: int, start: int = 0) -> list[Row]:
    return [filler(start + number) for number in range(count)]


def show(pages: Pages, rows: Sequence[Row], size: int = 100, first: str = QTWJ) -> None:
    for url, body in bound(first, rows, size).items():
        pages.put(url, body)


def walked(monitor: Monitor) -> list[str]:
    """The pages of the list that a pass asked for, and forget them."""
    found = [url for url in monitor.pages.asked if "/index" in url]
    monitor.pages.asked.clear()
    return found


def remembered(monitor: Monitor, name: str = "list") -> set[str]:
    return {kept.title for kept in monitor.store.rows(f"d/{name}").values()}


def test_a_first_walk_reads_every_page_and_opens_only_rows_of_ours(monitor: Monitor, pages: Pages) -> None:
    show(pages, [*fillers(3), row(GUANGZHOU), filler(9)], size=2)
    assert monitor.said(START) == ["new_zone Guangzhou"]
    assert walked(monitor) == [FIRST, SECOND, THIRD]
    assert pages.times(filler(0).href) == 0
    assert len(remembered(monitor)) == 5


def test_a_walk_ends_at_the_first_page_of_known_rows(monitor: Monitor, pages: Pages) -> None:
    show(pages, fillers(6), size=2)
    monitor.at(START)
    assert len(walked(monitor)) == 3
    monitor.at(START + DAY)
    assert walked(monitor) == [FIRST]
    show(pages, [*fillers(1, start=20), *fillers(6)], size=2)
    monitor.at(START + 2 * DAY)
    assert walked(monitor) == [FIRST, SECOND]
    assert filler(20).title in remembered(monitor)


def test_a_page_that_the_list_shifted_to_is_known_ground_too(monitor: Monitor, pages: Pages) -> None:
    show(pages, fillers(8), size=2)
    monitor.at(START)
    walked(monitor)
    show(pages, [row(GUANGZHOU), filler(30), *fillers(8)], size=2)
    assert monitor.said(START + DAY) == ["new_zone Guangzhou"]
    assert walked(monitor) == [FIRST, SECOND]


def test_a_pinned_old_row_does_not_end_the_walk_before_the_new_ones(monitor: Monitor, pages: Pages) -> None:
    show(pages, fillers(6), size=2)
    monitor.at(START)
    pinned = filler(5)
    show(pages, [pinned, filler(40), pinned, row(GUANGZHOU), *fillers(6)], size=2)
    assert monitor.said(START + DAY) == ["new_zone Guangzhou"]


def test_a_walk_goes_back_no_further_than_the_dossier_asks(tmp_path: Path, pages: Pages) -> None:
    days = [date(2022, 2, 20), date(2022, 2, 19), date(2021, 5, 1), date(2021, 4, 1), date(2020, 1, 1)]
    show(pages, [filler(number, day) for number, day in enumerate(days)], size=1)
    wanted = {"name": "list", "url": QTWJ, "back_to": date(2022, 1, 1)}
    with Monitor(tmp_path, pages, dossier_text(lists=[wanted])) as monitor:
        monitor.at(START)
        assert walked(monitor) == [FIRST, SECOND, THIRD]
        monitor.at(START + DAY)
        assert walked(monitor) == [FIRST]


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.permutations(range(6)), shown=st.integers(2, 6))
def test_order_and_roll_off_mean_nothing(
    tmp_path_factory: pytest.TempPathFactory, order: list[int], shown: int
) -> None:
    pages = Pages()
    pages.put(HEFEI.url, page(HEFEI))
    show(pages, fillers(6))
    wanted = {"name": "list", "url": QTWJ, "report": "all"}
    with Monitor(tmp_path_factory.mktemp("d"), pages, dossier_text(lists=[wanted])) as monitor:
        monitor.at(START)
        show(pages, [filler(number) for number in order[:shown]])
        assert monitor.said(START + DAY) == []
        show(pages, fillers(6))
        assert monitor.said(START + 2 * DAY) == []
        assert len(remembered(monitor)) == 6


def test_an_interrupted_walk_is_taken_again_from_its_start(monitor: Monitor, pages: Pages) -> None:
    show(pages, fillers(2))
    monitor.at(START)
    show(pages, [*fillers(2, start=50), filler(52), row(GUANGZHOU), *fillers(2)], size=2)
    pages.put(SECOND, b"", 503)
    monitor.at(START + DAY)
    assert remembered(monitor) == {one.title for one in fillers(2)}
    show(pages, [*fillers(2, start=50), filler(52), row(GUANGZHOU), *fillers(2)], size=2)
    assert "new_zone Guangzhou" in monitor.said(START + 2 * DAY)
    assert len(remembered(monitor)) == 6


def test_a_letter_on_an_interrupted_walks_first_page_is_raised_at_once(
    monitor: Monitor, pages: Pages
) -> None:
    monitor.at(START)
    show(pages, [row(GUANGZHOU), filler(60), filler(61)], size=2)
    pages.put(SECOND, b"", 503)
    assert "new_zone Guangzhou" in monitor.said(START + DAY)


def test_a_list_that_reports_all_says_nothing_at_its_first_visit(tmp_path: Path, pages: Pages) -> None:
    wanted = {"name": "list", "url": QTWJ, "report": "all"}
    with Monitor(tmp_path, pages, dossier_text(lists=[wanted])) as monitor:
        assert monitor.said(START) == []
        show(pages, [filler(70), *fillers(3)])
        assert monitor.said(START + DAY) == ["new_notice list"]
        assert monitor.findings("new_notice")[0].draft.title == filler(70).title
        assert monitor.said(START + 2 * DAY) == []


def test_a_list_that_reports_what_matches_says_nothing_of_other_rows(monitor: Monitor, pages: Pages) -> None:
    monitor.at(START)
    show(pages, [filler(70), *fillers(3)])
    assert monitor.said(START + DAY) == []


def test_the_same_letter_on_two_lists_is_fetched_once_and_raised_once(tmp_path: Path, pages: Pages) -> None:
    lists = [{"name": "one", "url": QTWJ}, {"name": "two", "url": GFXWJ}]
    for first in (QTWJ, GFXWJ):
        show(pages, [row(GUANGZHOU), *fillers(2)], first=first)
    with Monitor(tmp_path, pages, dossier_text(lists=lists)) as monitor:
        assert monitor.said(START) == ["new_zone Guangzhou"]
        assert pages.times(GUANGZHOU.url) == 1
        assert monitor.said(START + DAY) == []
        assert pages.times(GUANGZHOU.url) == 2, "from now on it is a source, looked at once a pass"
        assert all(
            kept.settled for name in ("one", "two") for kept in monitor.store.rows(f"d/{name}").values()
        )


def test_a_list_asks_its_former_address_only_when_its_own_fails(tmp_path: Path, pages: Pages) -> None:
    former = "http://www.most.gov.cn/mostinfo/xinxifenlei/fgzc/gfxwj/index.html"
    show(pages, [row(GUANGZHOU), *fillers(2)], first=former)
    pages.take_away(QTWJ)
    wanted = {"name": "list", "url": QTWJ, "formerly": [former]}
    with Monitor(tmp_path, pages, dossier_text(lists=[wanted])) as monitor:
        assert "new_zone Guangzhou" in monitor.said(START)
        assert monitor.standing("list").url == former
    pages.asked.clear()
    show(pages, fillers(3))
    other = tmp_path / "other"
    other.mkdir()
    with Monitor(other, pages, dossier_text(lists=[wanted])) as monitor:
        monitor.at(START)
        assert pages.times(former) == 0


def test_an_empty_list_is_no_good_list(monitor: Monitor, pages: Pages) -> None:
    monitor.at(START)
    pages.put(QTWJ, bound(QTWJ, [filler(0)])[QTWJ].replace(b"<li>", b"<!--").replace(b"</li>", b"-->"))
    done = monitor.at(START + DAY, "list")
    assert [visit.outcome.kind.value for visit in done.looked] == ["empty"]
    assert done.findings == []
    assert len(remembered(monitor)) == 3


def test_a_list_behind_a_wall_costs_no_row(monitor: Monitor, pages: Pages) -> None:
    monitor.at(START)
    before = remembered(monitor)
    pages.put(QTWJ, b"<html><script>document.cookie='__jsl_clearance=1'</script></html>", 521, HTML)
    assert monitor.said(START + DAY, "list") == []
    assert remembered(monitor) == before
    show(pages, [row(GUANGZHOU), *fillers(3)])
    assert monitor.said(START + 2 * DAY, "list") == ["new_zone Guangzhou"]


def test_a_batch_is_read_as_a_batch(monitor: Monitor, pages: Pages) -> None:
    pages.put(WUHAN.url, page(WUHAN))
    show(pages, [row(GUANGZHOU), *fillers(2)])
    assert sorted(monitor.said(START)) == ["new_zone Guangzhou", "new_zone Wuhan"]
    assert max(pages.times(url) for url in (GUANGZHOU.url, WUHAN.url)) == 1
    show(pages, [row(WUHAN), row(GUANGZHOU), *fillers(2)])
    assert monitor.said(START + DAY) == []


def test_neighbours_that_are_not_there_are_no_sources(monitor: Monitor, pages: Pages) -> None:
    show(pages, [row(GUANGZHOU), *fillers(2)])
    monitor.at(START)
    names = {source.url for source in monitor.store.followed("d")}
    assert names == {GUANGZHOU.url}


def test_a_page_that_breaks_a_walk_off_twice_is_said_once_and_the_walk_is_taken_again(
    monitor: Monitor, pages: Pages
) -> None:
    show(pages, [*fillers(2), row(GUANGZHOU), *fillers(3, start=10)], size=2)
    whole = pages.answers[SECOND]
    pages.put(SECOND, b"busy", 503)
    assert monitor.said(START) == []
    assert remembered(monitor) == set()
    assert [said.split()[0] for said in monitor.said(START + DAY)] == ["coverage_gap"]
    assert monitor.said(START + 2 * DAY) == []
    due = monitor.standing("list").next_due
    assert due and timedelta(0) <= due - (START + 2 * DAY + timedelta(hours=1)) < timedelta(minutes=3)
    pages.answers[SECOND] = whole
    assert monitor.said(START + 3 * DAY) == ["new_zone Guangzhou"]


def unfinished(monitor: Monitor) -> list[str]:
    return [found.draft.because[0] for found in monitor.findings("coverage_gap")]


def test_a_list_of_one_page_that_shows_no_known_row_after_months_has_a_gap(
    monitor: Monitor, pages: Pages
) -> None:
    monitor.at(START)
    show(pages, fillers(3, start=50))
    assert monitor.said(START + 120 * DAY) == ["coverage_gap list"]
    (because,) = unfinished(monitor)
    assert "none of the 3 rows" in because and "2022-03-01" in because
    assert monitor.said(START + 121 * DAY) == []


def test_a_list_that_still_shows_one_known_row_has_no_gap(monitor: Monitor, pages: Pages) -> None:
    monitor.at(START)
    show(pages, [*fillers(3, start=50), filler(2)])
    assert monitor.said(START + 120 * DAY) == []


def test_rows_that_were_given_new_addresses_are_known_by_their_titles(monitor: Monitor, pages: Pages) -> None:
    monitor.at(START)
    show(pages, [replace(row, href=row.href.replace("qtwj/", "zfwj/")) for row in fillers(3)])
    assert monitor.said(START + 120 * DAY) == []


def test_a_list_that_was_read_back_to_its_day_has_no_gap(tmp_path: Path, pages: Pages) -> None:
    wanted = {"name": "list", "url": QTWJ, "back_to": date(2022, 1, 1)}
    with Monitor(tmp_path, pages, dossier_text(lists=[wanted])) as monitor:
        monitor.at(START)
        show(pages, [*fillers(3, start=50), filler(60, date(2021, 12, 1))])
        assert monitor.said(START + 120 * DAY) == []


def test_rows_without_an_address_are_each_news_of_their_own() -> None:
    source = Source("d/list", "d", Role.LISTING, QTWJ)
    rows = [KeptRow(f"{title}|None", "", title, None, None, "none", True) for title in ("甲", "乙")]
    one, other = (new_notice(source, row) for row in rows)
    assert one.key != other.key
    assert one.url == other.url == QTWJ

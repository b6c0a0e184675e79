"""A gap in coverage is said when rows may have come and gone, and never for a quiet list."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.coverage import SHORTEST_REACH, SHORTEST_SILENCE, gap, in_order
from monitor.model import LinkState, Role, Row, Snapshot, Source, Standing, State
from scheduler.due import Selection, known_sources
from scraper.model import Entry, Listing
from zonewatch.app import App, Options
from zonewatch.shipped import shipped
from zonewatch.watching import history, visit_day

NOW = datetime(2021, 12, 7, 4, tzinfo=UTC)
TODAY = date(2021, 12, 7)
DAY = timedelta(days=1)
LIST = Source("ai-pilot-zones/most-qtwj", "ai-pilot-zones", Role.LISTING, "https://www.most.gov.cn/qtwj/")


def entries(days: Iterable[date | None]) -> tuple[Entry, ...]:
    return tuple(Entry(f"https://www.most.gov.cn/t_{at}.html", "题", day) for at, day in enumerate(days))


def rows(days: Iterable[date]) -> list[Row]:
    return [Row(str(at), "", "题", day, None, "none", True) for at, day in enumerate(days)]


def standing(
    page: Sequence[date | None] = (TODAY, TODAY - 9 * DAY),
    *,
    seen: datetime = NOW,
    state: State = State.ALIVE,
) -> Standing:
    listing = Listing(LIST.url, "most", "list", entries(page))
    link = LinkState(state=state, last_good=seen, last_visit=NOW)
    return Standing(LIST.id, link, snapshot=Snapshot(1, LIST.id, 1, seen, LIST.url, listing, "x"))


def every(days: int, times: int, newest: date = TODAY) -> list[date]:
    return [newest - days * step * DAY for step in range(times)]


def test_a_list_unseen_for_longer_than_its_first_page_reaches_back_has_a_gap() -> None:
    said = gap(LIST, standing(seen=NOW - 10 * DAY, state=State.UNSEEN), rows([TODAY]), NOW)
    assert said is not None
    for words in ("most-qtwj", "10 days", "since 2021-11-27", "9 days", "2 rows from 2021-11-28"):
        assert words in said


def test_a_list_unseen_for_less_has_none() -> None:
    assert gap(LIST, standing(seen=NOW - 9 * DAY, state=State.UNSEEN), rows([TODAY]), NOW) is None


def test_a_list_just_seen_is_not_unseen_however_short_its_page() -> None:
    assert gap(LIST, standing([TODAY]), rows([TODAY]), NOW) is None


def test_a_night_of_maintenance_is_no_gap_for_a_page_of_one_day() -> None:
    page = [TODAY] * 20
    assert gap(LIST, standing(page, seen=NOW - SHORTEST_REACH * DAY), [], NOW) is None
    assert gap(LIST, standing(page, seen=NOW - (SHORTEST_REACH + 1) * DAY), [], NOW) is not None


def test_pinned_rows_do_not_make_a_list_reach_further_back() -> None:
    page = [date(2017, 1, 1), date(2019, 5, 1), TODAY, TODAY - 2 * DAY, TODAY - 5 * DAY]
    assert in_order(entries(page)) == (TODAY, TODAY - 2 * DAY, TODAY - 5 * DAY)
    assert gap(LIST, standing(page, seen=NOW - 6 * DAY), [], NOW) is not None


def test_a_list_never_seen_or_without_days_is_not_judged() -> None:
    assert gap(LIST, Standing(LIST.id), [], NOW) is None
    assert gap(LIST, standing([None, None], seen=NOW - 400 * DAY, state=State.UNSEEN), [], NOW) is None


def test_a_list_silent_for_three_times_its_longest_usual_pause_has_a_gap() -> None:
    newest = TODAY - 61 * DAY
    said = gap(LIST, standing(), rows(every(20, 30, newest)), NOW)
    assert said is not None
    assert "nothing new for 61 days, since 2021-10-07" in said
    assert "20 days or less" in said
    assert gap(LIST, standing(), rows(every(20, 30, TODAY - 60 * DAY)), NOW) is None


def test_a_busy_list_may_be_silent_over_a_long_holiday() -> None:
    assert gap(LIST, standing(), rows(every(1, 90, TODAY - SHORTEST_SILENCE * DAY)), NOW) is None
    assert gap(LIST, standing(), rows(every(1, 90, TODAY - (SHORTEST_SILENCE + 1) * DAY)), NOW) is not None


def test_one_long_pause_in_a_year_of_rows_is_no_rhythm() -> None:
    days = every(2, 60, TODAY - 40 * DAY)
    once = [*days, *every(2, 60, days[-1] - 300 * DAY)]
    assert gap(LIST, standing(), rows(once), NOW) is not None


def test_a_few_rows_make_no_rhythm() -> None:
    assert gap(LIST, standing(), rows(every(1, 11, TODAY - 300 * DAY)), NOW) is None


def test_a_list_that_cannot_be_seen_is_not_called_silent() -> None:
    blind = standing(seen=NOW - DAY, state=State.UNSEEN)
    assert gap(LIST, blind, rows(every(1, 90, TODAY - 90 * DAY)), NOW) is None


def test_a_row_dated_in_the_future_breaks_no_silence() -> None:
    days = [*every(1, 90, TODAY - 90 * DAY), TODAY + 400 * DAY]
    assert gap(LIST, standing(), rows(days), NOW) is not None


@given(st.lists(st.dates(date(2019, 1, 1), TODAY), max_size=30))
def test_what_is_kept_of_a_page_is_in_order_and_ends_with_its_last_row(days: list[date]) -> None:
    kept = in_order(entries(days))
    assert list(kept) == sorted(kept, reverse=True)
    assert kept[-1:] == tuple(days[-1:])


@given(st.lists(st.dates(date(2019, 1, 1), TODAY), min_size=1, max_size=60), st.permutations(range(60)))
def test_the_order_of_remembered_rows_means_nothing(days: list[date], order: list[int]) -> None:
    known = rows(days)
    mixed = [known[at] for at in order if at < len(known)]
    assert gap(LIST, standing(), known, NOW) == gap(LIST, standing(), mixed, NOW)


def lists_of_the_history(folder: Path) -> Iterator[tuple[Source, Standing, list[Row], datetime]]:
    app = App(Options(db=str(folder / "zonewatch.db")))
    dossier = app.dossier("ai-pilot-zones")
    with app.store() as store:
        for day in history(app, shipped("history")):
            visit_day(app, store, (dossier,), day, Selection())
            for source in known_sources(dossier, store):
                known = store.standing(source.id) if source.role is Role.LISTING else None
                if known:
                    yield source, known, list(store.rows(source.id).values()), day.now


def test_the_shipped_history_has_no_gap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    looked = list(lists_of_the_history(tmp_path))
    assert len({source.id for source, *_ in looked}) == 4
    assert [gap(*one) for one in looked if gap(*one)] == []
    source, last, known, now = looked[-1]
    away = replace(last, link=replace(last.link, last_good=now - 4000 * DAY, state=State.DEAD))
    assert gap(source, away, known, now) is not None

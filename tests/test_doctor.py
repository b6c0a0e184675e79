"""The doctor: what merely warns is told from what stops or blinds the monitor, and changes nothing."""

import json
import os
import shutil
import socket
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st
from letters import LETTERS

from monitor.messages import MessageState
from monitor.model import LinkState, Role, Source, Standing, State
from scheduler.outbox import Line, NotSent
from scheduler.routes import Route
from scraper.policy import Policy
from scraper.rests import Rest
from storage.memory import Pass
from storage.store import Store, holder_name
from storage.wellbeing import ReadRate
from tests.site import START, Monitor, Pages, cited, dossier_text, page
from zonewatch.checkup import house, line, messages, sites
from zonewatch.checkup.model import Check, Level
from zonewatch.cli import cli

NOW = datetime(2026, 11, 20, 4, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def levels(checks: Iterator[Check]) -> list[str]:
    return [check.level.value for check in checks]


def ended(ago: timedelta, *, outage: bool = False, finished: bool = True) -> Pass:
    return Pass(1, NOW - ago, NOW - ago if finished else None, 3, outage, {"good": 3})


@pytest.mark.parametrize(
    ("version", "level"),
    [((3, 40, 1), "warning"), ((3, 51, 2), "warning"), ((3, 51, 3), "ok"), ((4, 0, 0), "ok")],
)
def test_a_sqlite_with_the_wal_bug_is_warned_of(version: tuple[int, ...], level: str) -> None:
    assert levels(house.sqlite(Path("z.db"), version)) == [level]
    assert levels(house.sqlite(None, version)) == []


@pytest.mark.parametrize(
    ("free", "grown", "level"),
    [
        (2**40, 0, "ok"),
        (2**40, 2**30, "ok"),
        (2**33, 2**30, "warning"),
        (2**20, 0, "stops"),
        (2**27, 2**30, "stops"),
    ],
)
def test_a_disk_that_is_full_within_a_week_stops_and_within_a_year_warns(
    free: int, grown: int, level: str
) -> None:
    assert house.room(free, grown, "/data").level == level


@pytest.mark.parametrize(
    ("kept", "waiting", "level"),
    [
        ((), None, "stops"),
        ((ended(HOUR, finished=False),), None, "stops"),
        ((ended(HOUR),), NOW - HOUR, "ok"),
        ((ended(3 * DAY),), NOW - 2 * DAY, "stops"),
        ((ended(3 * DAY),), NOW + DAY, "ok"),
        ((ended(HOUR, finished=False), ended(DAY)), NOW, "warning"),
        ((ended(HOUR, outage=True), ended(DAY)), NOW, "warning"),
        ((ended(HOUR, outage=True),) * 3, NOW, "stops"),
    ],
)
def test_passes_that_do_not_run_or_see_nothing_stop(
    kept: tuple[Pass, ...], waiting: datetime | None, level: str
) -> None:
    assert house.passes(kept, waiting, NOW, busy=False).level == level


def test_a_pass_under_way_is_no_trouble() -> None:
    kept = (ended(HOUR, finished=False), ended(2 * DAY))
    assert house.passes(kept, NOW - 2 * DAY, NOW, busy=True).level is Level.OK


def dated(off: timedelta, *hosts: str, said: str | None = None) -> list[tuple[str, str, datetime]]:
    header = said or (NOW + off).strftime("%a, %d %b %Y %H:%M:%S GMT")
    return [(name, header, NOW) for name in hosts]


@pytest.mark.parametrize(
    ("off", "level"),
    [
        (timedelta(), "ok"),
        (timedelta(seconds=90), "ok"),
        (timedelta(minutes=5), "warning"),
        (timedelta(minutes=-5), "warning"),
        (2 * HOUR, "stops"),
        (-40 * DAY, "stops"),
    ],
)
def test_our_clock_is_held_against_the_servers(off: timedelta, level: str) -> None:
    assert sites.clock(dated(off, "a", "b", "c")).level == level


def test_one_wrong_server_and_old_copies_out_of_caches_do_not_make_our_clock_wrong() -> None:
    fresh = dated(timedelta(), "a", "b")
    assert sites.clock([*fresh, *dated(40 * DAY, "c")]).level is Level.OK
    assert sites.clock([*fresh, *dated(-9 * HOUR, "a", "b")]).level is Level.OK


@given(st.text())
def test_no_date_header_breaks_the_doctor(said: str) -> None:
    assert sites.clock(dated(timedelta(), "a", said=said or "x")).level in Level


def source(name: str, role: Role = Role.NOTICE) -> Source:
    return Source(f"d/{name}", "d", role, f"http://{name}.cn/", interval=DAY)


def standing(name: str, seen: timedelta | None, state: State = State.ALIVE, layout: int = 0) -> Standing:
    good = None if seen is None else NOW - seen
    link = LinkState(state, last_good=good, last_visit=NOW - HOUR)
    return Standing(f"d/{name}", link, layout_failures=layout)


def judged(*found: tuple[Source, Standing | None]) -> dict[str, str]:
    standings = {one.source: one for _, one in found if one}
    checks = sites.sources([each for each, _ in found], standings, NOW)
    return {check.name: check.level.value for check in checks}


def test_a_source_not_seen_for_a_week_is_warned_of_and_the_others_are_not() -> None:
    others = [(source(name), standing(name, DAY)) for name in ("b", "c")]
    assert judged((source("a"), standing("a", 60 * DAY, State.UNSEEN)), *others) == {
        "d/a": "warning",
        "sources d": "ok",
    }


def test_a_dead_link_is_news_and_no_blindness() -> None:
    assert judged((source("a"), standing("a", 90 * DAY, State.DEAD))) == {"sources d": "ok"}


def test_half_of_the_sources_unseen_or_every_list_blinds_the_monitor() -> None:
    blind = standing("a", 90 * DAY, State.UNSEEN)
    assert judged((source("a"), blind), (source("b"), standing("b", HOUR)))["sources d"] == "stops"
    notices = [(source(name), standing(name, DAY)) for name in ("b", "c", "e")]
    assert judged((source("a", Role.LISTING), blind), *notices)["sources d"] == "stops"


def test_a_layout_that_broke_twice_and_a_source_never_looked_at_are_named() -> None:
    seen = [(source(name), standing(name, DAY)) for name in ("x", "y", "z", "w")]
    found = judged((source("a"), standing("a", HOUR, layout=2)), (source("b"), None), *seen)
    assert found == {"d/a": "warning", "d/b": "warning", "sources d": "ok"}


def test_where_all_are_unseen_a_few_are_named() -> None:
    many = [(source(f"s{number}"), None) for number in range(40)]
    found = judged(*many)
    assert found.pop("sources d") == "stops"
    assert len(found) == sites.MOST_NAMED


def test_nothing_enabled_stops() -> None:
    assert judged() == {"sources": "stops"}


@pytest.mark.parametrize(
    ("now", "before", "level"),
    [
        (ReadRate(100, 100), ReadRate(100, 100), "ok"),
        (ReadRate(100, 80), ReadRate(100, 100), "warning"),
        (ReadRate(100, 0), ReadRate(100, 100), "stops"),
        (ReadRate(100, 91), ReadRate(100, 91), "ok"),
        (ReadRate(3, 0), ReadRate(100, 100), "ok"),
        (ReadRate(20, 17), ReadRate(0, 0), "warning"),
    ],
)
def test_a_falling_share_of_readable_pages_is_a_redesign(now: ReadRate, before: ReadRate, level: str) -> None:
    assert levels(sites.readers({"a.cn": now}, {"a.cn": before})) == [level]


class Taken:
    limit = 1000

    def send(self, message: object) -> None:
        """Take it."""

    def put(self, title: str, body: str, token: str) -> None:
        """Take it."""


def refuse() -> Taken:
    raise NotSent("the environment has no MAIL")


def route(name: str, *, works: bool = True) -> Line:
    return Line(Route(name), Taken if works else refuse)


@pytest.mark.parametrize(
    ("counts", "works", "level"),
    [
        ({}, True, "ok"),
        ({("mail", MessageState.SENT): 9}, True, "ok"),
        ({("mail", MessageState.WAITING): 2}, True, "warning"),
        ({("mail", MessageState.FAILED): 1}, True, "stops"),
        ({}, False, "stops"),
    ],
)
def test_messages_that_reach_nobody_stop_and_those_that_wait_warn(
    counts: messages.Counts, works: bool, level: str
) -> None:
    assert levels(messages.notifications([route("mail", works=works)], counts)) == [level]


def test_messages_of_a_route_that_is_no_more_are_named() -> None:
    assert levels(messages.notifications([], {("old", MessageState.WAITING): 1})) == ["ok", "warning"]


def test_a_proxy_that_is_not_there_stops_and_one_that_is_does_not() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        there = server.getsockname()[1]
        urls = ["http://a.cn/", "http://a.cn/b"]
        assert levels(line.proxies(urls, Policy(proxies={"a.cn": f"http://127.0.0.1:{there}"}))) == ["ok"]
    assert levels(line.proxies(urls, Policy(proxies={"a.cn": f"http://127.0.0.1:{there}"}))) == ["stops"]
    assert levels(line.proxies(urls, Policy())) == []


def test_a_name_that_cannot_exist_does_not_resolve() -> None:
    assert line.unresolved("zonewatch.invalid")
    assert line.unresolved("127.0.0.1") is None


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database after three good passes over one letter, its page a redesign the month after."""
    folder = tmp_path_factory.mktemp("watched")
    letter = LETTERS[0]
    pages = Pages()
    pages.put(letter.url, page(letter), 200, ("Date", "Tue, 01 Mar 2022 04:00:00 GMT"))
    text = dossier_text(citations=[cited(letter, 1)], zones=[letter])
    (folder / "dossiers").mkdir()
    (folder / "dossiers" / "d.toml").write_text(text, "utf-8")
    with Monitor(folder, pages, text) as monitor:
        for day in range(6):
            pages.put(letter.url, page(letter, extra=f"四、第{day}次修改。"))
            monitor.at(START + day * DAY)
    return folder


@pytest.fixture(autouse=True)
def plain_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("ZONEWATCH_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))


def doctor(folder: Path, *words: str, now: str = "2022-03-07T05:00:00Z", **settings: str) -> Result:
    env = {
        "ZONEWATCH_DB": str(folder / "zonewatch.db"),
        "ZONEWATCH_DOSSIERS": str(folder / "dossiers"),
        "ZONEWATCH_CONTACT": "watch@example.org",
        "ZONEWATCH_NOW": now,
        **settings,
    }
    return CliRunner().invoke(cli, ["doctor", "--offline", *words], env=env)


def checks_of(ran: Result) -> dict[str, dict[str, str]]:
    return {check["name"]: check for check in json.loads(ran.stdout)["checks"]}


def test_the_store_counts_what_was_read_and_what_it_grew_by(watched: Path) -> None:
    with Store.open(str(watched / "zonewatch.db")) as store:
        host = LETTERS[0].url.split("/")[2]
        assert store.readings(START, START + 30 * DAY) == {host: ReadRate(6, 6)}
        assert store.readings(START + 30 * DAY, START + 60 * DAY) == {}
        size = store.size(START)
        assert size.total == (watched / "zonewatch.db").stat().st_size or size.total % 512 == 0
        assert size.total == size.grown
        assert 0 < store.size(START + 3 * DAY).grown < size.total
        assert store.size(START + 30 * DAY).grown == 0


def test_the_doctor_of_a_database_says_what_stops_and_exits_with_1(watched: Path) -> None:
    shipped_unseen = doctor(watched, "--json")
    assert shipped_unseen.exit_code == 1, shipped_unseen.stderr
    found = checks_of(shipped_unseen)
    assert found["sources d"]["level"] == "ok"
    assert found["sources ai-pilot-zones"]["level"] == "stops"
    assert found["readers"]["level"] == "ok"
    assert all(check["way_out"] for check in found.values() if check["level"] != "ok")


def test_the_doctor_changes_nothing_and_makes_no_database(watched: Path, tmp_path: Path) -> None:
    before = (watched / "zonewatch.db").read_bytes()
    doctor(watched)
    assert (watched / "zonewatch.db").read_bytes() == before
    (tmp_path / "dossiers").mkdir()
    none = doctor(tmp_path)
    assert none.exit_code == 1
    assert "STOPS    database" in none.stdout
    assert not (tmp_path / "zonewatch.db").exists()


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"ZONEWATCH_PAUSE": "soon"}, "pause"),
        ({"ZONEWATCH_DB": "mysql://a/b"}, "mysql"),
        ({"ZONEWATCH_DB": "/dev/null/z.db"}, "z.db"),
    ],
)
def test_what_is_broken_is_a_line_and_no_traceback(
    watched: Path, settings: dict[str, str], named: str
) -> None:
    ran = doctor(watched, **settings)
    assert ran.exit_code == 1
    assert named in ran.stdout
    assert isinstance(ran.exception, SystemExit)


def test_a_file_that_is_no_database_is_a_line(tmp_path: Path) -> None:
    (tmp_path / "dossiers").mkdir()
    (tmp_path / "zonewatch.db").write_bytes(b"no database at all" * 99)
    ran = doctor(tmp_path)
    assert ran.exit_code == 1
    assert isinstance(ran.exception, SystemExit)


def test_hostile_words_of_a_page_do_not_steer_the_terminal(watched: Path, tmp_path: Path) -> None:
    shutil.copytree(watched, tmp_path / "w")
    with Store.open(str(tmp_path / "w" / "zonewatch.db")) as store:
        store.take_lease("\x1b[31mevil\u202e:1:1", datetime(2022, 3, 7, 5, tzinfo=UTC), 600)
        store.lane_put("http://x.cn", Rest(NOW, 1, "x"))
    said = doctor(tmp_path / "w").stdout
    assert "\x1b" not in said
    assert "\u202e" not in said
    assert "evil" in said


def test_who_holds_the_lease_is_named(watched: Path, tmp_path: Path) -> None:
    shutil.copytree(watched, tmp_path / "w")
    with Store.open(str(tmp_path / "w" / "zonewatch.db")) as store:
        assert store.take_lease(holder_name(), datetime(2022, 3, 7, 5, tzinfo=UTC), 600)
    assert checks_of(doctor(tmp_path / "w", "--json"))["lease"]["says"].startswith("held by")


def test_the_version_that_is_judged_is_the_one_at_work() -> None:
    assert sqlite3.sqlite_version in next(house.sqlite(Path("z.db"))).says

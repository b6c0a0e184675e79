"""The daemon: looks when something is due, ends cleanly in the middle of a pass, goes on where it was."""

import json
import os
import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from letters import LETTERS

from scheduler.clock import fixed
from scheduler.daemon import LONGEST_SLEEP, SHORTEST_SLEEP, Daemon
from storage.store import Store
from tests.site import PROGRAM, QTWJ, Pages, bound, cited, dossier_text, environment, filler, page, serve

CITED = LETTERS[:3]
SOURCES = ["d/fn01", "d/fn02", "d/fn03", "d/list"]
NOW = datetime(2022, 3, 1, 4, tzinfo=UTC)


class Town:
    """A site on loopback with three cited letters and a list, a dossier of them, and the program."""

    def __init__(self, base: str, pages: Pages, folder: Path) -> None:
        self.pages, self.folder, self.db = pages, folder, folder / "zonewatch.db"
        self.urls = [f"{base}/{letter.place.en}/t20200101_{letter.page}.html" for letter in CITED]
        for letter, url in zip(CITED, self.urls, strict=True):
            pages.put(url, page(letter, url), 200, ("ETag", f'"{letter.page}"'))
        self.list = pages.put(f"{base}/list/index.html", bound(QTWJ, [filler(1), filler(2)])[QTWJ])
        citations = [
            cited(letter, number, url=url)
            for number, (letter, url) in enumerate(zip(CITED, self.urls, strict=True), 1)
        ]
        lists = [{"name": "list", "url": self.list, "interval": "6h"}]
        (folder / "dossiers").mkdir()
        text = dossier_text(citations=citations, zones=CITED, lists=lists, hosts=["127.0.0.1"])
        (folder / "dossiers" / "d.toml").write_text(text, "utf-8")
        self.env = environment(
            folder,
            ZONEWATCH_DOSSIERS=str(folder / "dossiers"),
            ZONEWATCH_ALLOW_PRIVATE="1",
            ZONEWATCH_PAUSE="0",
            ZONEWATCH_CONTACT="watch@example.org",
            ZONEWATCH_DB=str(self.db),
        )

    def start(self) -> subprocess.Popen[str]:
        """Start the daemon."""
        return subprocess.Popen(
            [PROGRAM, "run", "--dossier", "d"],
            env=self.env,
            cwd=self.folder,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def check(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run `check` to its end."""
        command = [PROGRAM, "check", "--dossier", "d", *words]
        return subprocess.run(
            command, env=self.env, cwd=self.folder, text=True, capture_output=True, check=False, timeout=60
        )

    def visited(self) -> list[str]:
        """The sources in the order of their visits."""
        with Store.open(str(self.db)) as store:
            visits = [visit for name in SOURCES for visit in store.visits(name)]
        return [visit.source for visit in sorted(visits, key=lambda visit: visit.id)]


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    pages = Pages()
    with serve(pages) as base:
        yield Town(base, pages, tmp_path)


@contextmanager
def running(town: Town) -> Iterator[subprocess.Popen[str]]:
    """Run the daemon for as long as the block lasts; it is killed only where a test has failed."""
    daemon = town.start()
    try:
        yield daemon
    finally:
        if daemon.poll() is None:
            daemon.kill()
        daemon.communicate()


def until(true: Callable[[], bool], seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)


def ended(daemon: subprocess.Popen[str], number: int) -> tuple[int, float, str]:
    """Send a signal; give the exit code, the seconds until the end, and what was said on standard error."""
    start = time.monotonic()
    daemon.send_signal(number)
    _, said = daemon.communicate(timeout=20)
    return daemon.returncode, time.monotonic() - start, said


def whole(town: Town) -> None:
    """Every visit that is kept has all that belongs to it."""
    with sqlite3.connect(town.db) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    connection.close()
    with Store.open(str(town.db)) as store:
        for name in SOURCES:
            visits = store.visits(name)
            standing = store.standing(name)
            assert (standing is None) == (not visits)
            for visit in visits:
                assert store.fetch_of(visit.id).status == visit.status == 200
            if standing:
                assert standing.link.last_visit == max(visit.at for visit in visits)
                assert standing.snapshot is not None


def test_it_looks_at_what_is_due_and_then_waits(town: Town) -> None:
    with running(town) as daemon:
        until(lambda: town.db.exists() and len(town.pages.asked) == 4)
        time.sleep(2.5)
        assert len(town.pages.asked) == 4, "nothing is due any more"
        code, _, said = ended(daemon, signal.SIGTERM)
    assert code == 0
    assert len(said.splitlines()) == 1 and "4 good" in said
    assert town.visited() == SOURCES
    whole(town)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_in_the_middle_of_a_pass_ends_it_cleanly_and_the_next_start_goes_on(
    town: Town, number: int
) -> None:
    town.pages.delays[town.urls[1]] = 60
    with running(town) as daemon:
        until(lambda: town.urls[1] in town.pages.asked)
        code, seconds, said = ended(daemon, number)
    assert (code, "Traceback" in said) == (0, False)
    assert seconds < 10
    assert town.visited() == ["d/fn01"]
    whole(town)
    town.pages.delays.clear()
    with running(town) as daemon:
        until(lambda: town.visited() == SOURCES)
        assert ended(daemon, signal.SIGTERM)[0] == 0
    assert town.pages.times(town.urls[0]) == 1, "its time had not come again"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_second_signal_changes_nothing(town: Town, number: int) -> None:
    town.pages.delays[town.urls[1]] = 60
    with running(town) as daemon:
        until(lambda: town.urls[1] in town.pages.asked)
        daemon.send_signal(number)
        daemon.send_signal(number)
        code, seconds, said = ended(daemon, number)
    assert (code, "Traceback" in said, seconds < 10) == (0, False, True)
    whole(town)


def test_a_hang_up_takes_a_new_dossier_and_leaves_the_old_in_force_where_it_is_broken(town: Town) -> None:
    path = town.folder / "dossiers" / "d.toml"
    text = path.read_text("utf-8")
    with running(town) as daemon:
        until(lambda: len(town.pages.asked) == 4)
        path.write_text("title = 1", "utf-8")
        daemon.send_signal(signal.SIGHUP)
        time.sleep(1)
        path.write_text(text.replace('name = "list"', 'name = "other"'), "utf-8")
        daemon.send_signal(signal.SIGHUP)
        until(lambda: town.pages.times(town.list) == 2)
        code, _, said = ended(daemon, signal.SIGTERM)
    assert (code, "Traceback" in said) == (0, False)
    assert said.count("stays in force") == 1 and said.count("were read again") == 1
    assert len(town.pages.asked) == 5, "only the list of a new name was due"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_check_that_is_told_to_stop_keeps_what_it_has_and_says_so(town: Town, number: int) -> None:
    town.pages.delays[town.urls[1]] = 60
    command = [PROGRAM, "check", "--dossier", "d"]
    with subprocess.Popen(command, env=town.env, cwd=town.folder, text=True, stderr=subprocess.PIPE) as check:
        until(lambda: town.urls[1] in town.pages.asked)
        code, seconds, said = ended(check, number)
    assert (code, seconds < 10) == (1, True)
    assert said.splitlines()[-1] == "zonewatch: stopped; what was not looked at stays due"
    assert town.visited() == ["d/fn01"]
    whole(town)


def test_a_stop_before_anything_was_due_again_is_at_once(town: Town) -> None:
    assert town.check().returncode == 0
    with running(town) as daemon:
        until(lambda: daemon.poll() is not None or _holds_lease(town))
        time.sleep(1)
        code, seconds, _ = ended(daemon, signal.SIGTERM)
    assert code == 0 and seconds < 5
    assert town.visited() == SOURCES


def _holds_lease(town: Town) -> bool:
    with Store.open(str(town.db)) as store:
        return store.lease_holder(datetime.now(UTC)) is not None


def test_a_check_beside_it_ends_at_once_with_75_and_one_line(town: Town) -> None:
    town.pages.delays[town.urls[0]] = 60
    with running(town) as daemon:
        until(lambda: town.urls[0] in town.pages.asked)
        beside = town.check("--all")
        assert (beside.returncode, beside.stdout) == (75, "")
        assert len(beside.stderr.splitlines()) == 1
        assert ended(daemon, signal.SIGTERM)[0] == 0
    assert town.pages.asked == [town.urls[0]]


def test_a_killed_one_frees_the_lease_at_once_and_leaves_nothing_half_kept(town: Town) -> None:
    town.pages.delays[town.urls[2]] = 60
    with running(town) as daemon:
        until(lambda: town.urls[2] in town.pages.asked)
        daemon.kill()
        daemon.communicate()
    town.pages.delays.clear()
    whole(town)
    assert town.visited() == SOURCES[:2]
    done = town.check("--json")
    assert done.returncode == 0, done.stderr
    assert [one["id"] for one in json.loads(done.stdout)["sources"]] == SOURCES[2:]


def test_two_checks_at_once_do_no_harm(town: Town) -> None:
    """Of two that start together one works and the other leaves; no source is visited twice."""
    town.pages.delays[town.urls[0]] = 3
    assert town.check("--source", "d/list").returncode == 0
    command = [PROGRAM, "check", "--dossier", "d"]
    both = [subprocess.Popen(command, env=town.env, stderr=subprocess.PIPE) for _ in range(2)]
    for one in both:
        one.communicate(timeout=60)
    assert sorted(one.returncode for one in both) == [0, 75]
    assert sorted(town.visited()) == SOURCES


def test_the_daemon_wakes_when_the_next_source_is_due() -> None:
    times: list[datetime] = []

    def one_pass() -> datetime:
        times.append(datetime.now(UTC))
        if len(times) == 3:
            os.kill(os.getpid(), signal.SIGTERM)
        return times[-1] + timedelta(seconds=1)

    before = signal.getsignal(signal.SIGTERM)
    daemon = Daemon(one_pass)
    daemon.run()
    assert daemon.stop.is_set()
    assert len(times) == 3
    assert all(later - earlier >= timedelta(seconds=0.9) for earlier, later in pairwise(times))
    assert signal.getsignal(signal.SIGTERM) is before


@pytest.mark.parametrize(
    ("due", "expected"),
    [
        (None, LONGEST_SLEEP),
        (timedelta(days=3), LONGEST_SLEEP),
        (timedelta(minutes=5), timedelta(minutes=5)),
        (timedelta(0), SHORTEST_SLEEP),
        (timedelta(days=-3), SHORTEST_SLEEP),
    ],
)
def test_the_daemon_neither_spins_nor_sleeps_for_an_age(due: timedelta | None, expected: timedelta) -> None:
    daemon = Daemon(lambda: None, fixed(NOW))
    assert daemon.next_run(None if due is None else NOW + due) == NOW + expected

"""A pass over many pages has them fetched by a process of its own; it finds and keeps the same."""

import json
import os
import subprocess
import time
from pathlib import Path

import psutil
import pytest

from benchmarks.field.runners import Runner, zonewatch
from benchmarks.passes import Server, serving
from scraper.fetch import Fetcher
from scraper.model import OutcomeKind
from scraper.policy import Policy
from storage.store import Store
from zonewatch.app import App
from zonewatch.outposts import MANY, OFTEN, begun_early, outpost

PAGES = MANY + 20


@pytest.fixture
def server():
    with serving(PAGES) as made:
        made.tell("/_set?validators=0&noise=0")
        yield made


def begun(runner: Runner) -> "subprocess.Popen[str]":
    environment = os.environ | runner.environment
    pipe = subprocess.PIPE
    return subprocess.Popen(runner.command, env=environment, stdout=pipe, stderr=pipe, text=True)


def ran(runner: Runner) -> dict[str, object]:
    process = begun(runner)
    out, err = process.communicate(timeout=120)
    assert process.returncode in (0, 1), err
    told: dict[str, object] = json.loads(out)
    return told


def kept(folder: Path) -> list[tuple[object, ...]]:
    """Say what a database holds of each visit and of what was read there, times and numbers aside."""
    with Store.open(str(folder / "zonewatch.db"), create=False) as store:
        found = []
        for number in range(1, PAGES + 1):
            for visit in store.visits(f"field/fn{number:02}"):
                fetch = store.fetch_of(visit.id)
                hops = [(hop.url, hop.status, [name for name, _ in hop.headers]) for hop in fetch.hops]
                found.append((visit.source, visit.outcome.kind, visit.body, visit.text, visit.state, hops))
            found[-1] += tuple(shot.reading for shot in store.snapshots(f"field/fn{number:02}"))
    return found


def test_what_is_found_and_kept_is_the_same(server: Server, tmp_path: Path) -> None:
    folders = [tmp_path / "threads", tmp_path / "outpost"]
    for folder in folders:
        folder.mkdir()
    runners = [
        zonewatch(folder, server.urls(PAGES), Path(), workers=workers)
        for folder, workers in zip(folders, (1, 8), strict=True)
    ]
    for orders in ((), ("/_change?percent=10",), ("/_set?validators=1",), ()):
        server.tell(*orders)
        one, other = map(ran, runners)
        assert one["outcomes"] == other["outcomes"]
    one, other = map(kept, folders)
    assert len(one) == 4 * PAGES
    assert one == other
    assert {kind for _, kind, *_ in one} == {OutcomeKind.GOOD, OutcomeKind.NOT_MODIFIED}
    assert len({body for _, _, body, *_ in one}) > PAGES


def test_a_pass_whose_fetching_process_is_killed_goes_on_without_it(server: Server, tmp_path: Path) -> None:
    server.tell("/_set?delay_ms=40")
    process = begun(zonewatch(tmp_path, server.urls(PAGES), Path(), workers=8))
    try:
        child = fetching(process)
        while server.tell("/_stats")["asked"] < 30:
            time.sleep(0.02)
        child.kill()
        out, err = process.communicate(timeout=120)
    finally:
        process.kill()
    assert process.returncode == 0, err
    assert "the process that fetched was lost (exit -9); going on without it" in err
    assert json.loads(out)["outcomes"] == {"good": PAGES}
    assert len(kept(tmp_path)) == PAGES


def fetching(process: "subprocess.Popen[str]") -> psutil.Process:
    """Wait for the process that fetches for another."""
    ends = time.monotonic() + 30
    while time.monotonic() < ends:
        for child in psutil.Process(process.pid).children():
            if "scraper.afar" in child.cmdline():
                return child
        time.sleep(0.02)
    raise AssertionError("no process was begun that fetches")


@pytest.mark.parametrize(
    ("sources", "servers", "told", "pays"),
    [
        (MANY, 1000, {}, True),
        (MANY - 1, 1000, {}, False),
        (MANY, OFTEN * 2 - 1, {}, False),
        (MANY, OFTEN * 2, {}, True),
        (MANY, 1, {"pause": "0"}, True),
        (MANY, 1000, {"workers": "1"}, False),
        (MANY, 1000, {"now": "2026-12-01T04:00:00Z"}, False),
    ],
)
def test_a_process_is_begun_where_it_pays(
    sources: int, servers: int, told: dict[str, str], pays: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    for name, value in told.items():
        monkeypatch.setenv(f"ZONEWATCH_{name.upper()}", value)
    app = App()
    with Fetcher(Policy(), now=app.clock) as fetcher:
        made = outpost(app, fetcher, sources, servers)
        if made is not None:
            made.close()
    assert (made is not None) is pays


def test_a_process_that_nobody_needed_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    urls = [f"http://127.0.0.1:1/{number}.html" for number in range(MANY)]
    for name, value in zonewatch(tmp_path, urls, Path()).environment.items():
        monkeypatch.setenv(name, value)
    app = App()
    with begun_early(app, ["field"]):
        assert app.begun is not None
        process = psutil.Process(app.begun.process.pid)
        assert process.is_running()
    assert not process.is_running()
    with begun_early(app := App(), ["ai-pilot-zones"]):
        assert app.begun is None


def test_where_no_process_can_be_begun_the_pass_goes_on_in_this_one(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    monkeypatch.setattr("sys.executable", "/nowhere/python")
    app = App()
    with Fetcher(Policy(), now=app.clock) as fetcher:
        assert outpost(app, fetcher, MANY, 1000) is None
    assert "no process could be begun to fetch (No such file or directory)" in capsys.readouterr().err

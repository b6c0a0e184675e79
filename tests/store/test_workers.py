"""Workers as their users start them: what they refuse, how they stand, and three of them at work."""

import json
import os
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from benchmarks.workers import live
from scheduler.clock import wall
from storage.crew import TOGETHER, CrewMember
from storage.rounds import TurnReport
from storage.store import Store
from zonewatch import metrics
from zonewatch.app import App, Options
from zonewatch.cli import cli

SOURCES = ["ai-pilot-zones/fn02"]


@pytest.fixture(autouse=True)
def plain_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CONFIG", "DATA"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name))


def run(db: str, *words: str) -> Result:
    result = CliRunner().invoke(cli, ["--db", db, *words])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def test_sqlite_is_refused_with_the_way_out(tmp_path: Path) -> None:
    done = run(str(tmp_path / "zw.db"), "worker")
    assert (done.exit_code, done.stdout) == (1, "")
    assert "db copy --to postgresql://" in done.stderr and "zonewatch run" in done.stderr


def test_an_hour_to_pretend_is_refused(tmp_path: Path) -> None:
    done = run(str(tmp_path / "zw.db"), "worker", "--now", "2026-12-01")
    assert done.exit_code == 1 and "leave `now` out" in done.stderr


def test_without_the_engine_its_name_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "procrastinate", None)
    monkeypatch.setattr(Store, "is_shared", property(lambda store: True))
    done = run(str(tmp_path / "zw.db"), "worker")
    assert done.exit_code == 1 and "pip install 'zonewatch[worker]'" in done.stderr


def test_where_a_pass_is_at_work_a_worker_leaves(store: Store, kind: str, shared: str) -> None:
    if kind == "sqlite":
        return
    assert store.take_lease("there:1:0-a", wall(), 600)
    done = run(shared, "worker")
    assert done.exit_code == 75 and "there:1:0-a" in done.stderr


def test_where_workers_are_a_pass_leaves(store: Store, kind: str, tmp_path: Path, shared: str) -> None:
    assert store.take_lease(TOGETHER, wall(), 600)
    db = shared if kind == "postgresql" else str(tmp_path / "zonewatch.db")
    done = run(db, "check", "--dossier", "ai-pilot-zones")
    assert done.exit_code == 75 and "(workers)" in done.stderr


def test_the_standing_tells_of_workers_lanes_and_what_waits(store: Store, kind: str, tmp_path: Path) -> None:
    now = wall()
    under = store.take_lease(TOGETHER, now, 600)
    assert under
    turns = {"a.cn": ["ai-pilot-zones/fn02"], "b.cn": ["ai-pilot-zones/fn03"]}
    store.begin_round(
        now, dossiers=["ai-pilot-zones"], lists=(), turns=turns, report=TurnReport(), lease=under
    )
    assert store.take_lease("me:1:0-a", now, 600, name="host a.cn", under=under)
    for name, age in (("me:1:0-a", 1), ("you:2:0-b", 100)):
        member = CrewMember(name, "here", "0.1.0", now, now - timedelta(seconds=age), busy=1)
        if kind == "postgresql":
            store.beat(member, (), now)
    address = store._engine.url.render_as_string(hide_password=False)
    said = json.loads(run(address, "worker", "--status", "--dossier", "ai-pilot-zones", "--json").stdout)
    assert said["lanes"] == [{"host": "a.cn", "holder": "me:1:0-a"}]
    assert (said["waiting"], said["round"]["hosts_left"]) == (["b.cn"], 2)
    assert said["sources_due"] > 10 and said["oldest_due"]["since"] is None
    states = {one["name"]: one["state"] for one in said["workers"]}
    assert states == ({} if kind == "sqlite" else {"me:1:0-a": "working", "you:2:0-b": "silent"})
    shown = run(address, "worker", "--status").stdout
    assert "2 hosts left, 1 lanes in use" in shown and "since ever" in shown
    dossiers = App(Options(db=address)).chosen(["ai-pilot-zones"])
    text = metrics.text_of(metrics.families(store, dossiers, now)).decode()
    assert "zonewatch_hosts_waiting 1.0" in text and "zonewatch_hosts_at_work 1.0" in text


def test_where_nobody_works_that_is_said(tmp_path: Path) -> None:
    said = run(str(tmp_path / "zw.db"), "worker", "--status").stdout
    assert said.startswith("no worker is at work\n") and "no round is open" in said


@pytest.mark.skipif(os.name != "posix", reason="a worker is killed and drained by signals")
@pytest.mark.timeout(400)
def test_three_workers_do_what_one_process_does(postgresql: str) -> None:
    told = live(hosts=50, pages=500, pause=0.2, db=postgresql)
    assert told.wrong == [], "\n".join(told.lines)

"""Several processes at one database, and processes that are killed: nothing is lost, nothing half kept."""

import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from samples import LIST
from sqlalchemy import func, select

from storage import engine, schema
from storage.base import Base
from storage.errors import StoreError
from storage.memory_schema import Setting
from storage.store import Store, schema_status

HERE = Path(__file__).parent
SEED = 20200904


@contextmanager
def writers(address: str, number: int, *words: str) -> Iterator[list[subprocess.Popen[str]]]:
    """Processes that stand at the open database, waiting for a line on their standard input."""
    paths = os.pathsep.join((str(HERE), str(HERE.parents[1])))
    started = [
        subprocess.Popen(
            [sys.executable, str(HERE / "writer.py"), address, f"p/{turn}", *words],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=os.environ | {"PYTHONPATH": paths},
        )
        for turn in range(number)
    ]
    try:
        yield started
    finally:
        for process in started:
            process.kill()
            process.communicate()


def line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def all_ready(processes: list[subprocess.Popen[str]]) -> None:
    silent = [process for process in processes if line(process) != "ready"]
    assert not silent, silent[0].communicate()[1]


def go(process: subprocess.Popen[str]) -> None:
    assert process.stdin is not None
    process.stdin.write("go\n")
    process.stdin.flush()


def everything_is_whole(store: Store) -> None:
    """No visit without what it left, nothing left without its visit."""
    with store._read() as session:

        def number(table: type[Base]) -> int:
            return session.scalar(select(func.count()).select_from(table)) or 0

        visits = number(schema.Visit)
        sources = tuple(session.scalars(select(schema.SourceName.name)))
        assert number(schema.Snapshot) == number(schema.Body) == visits
        assert number(schema.Finding) == visits + bool(visits)
        if store._engine.dialect.name == "sqlite":
            connection = session.connection()
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
            assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
    for source in sources:
        for visit in store.visits(source):
            assert store.fetch_of(visit.id).body
            assert visit.snapshot is not None
            assert store.snapshot(visit.snapshot) is not None


def test_two_writers_at_once_wait_for_each_other(address: str) -> None:
    Store.open(address).close()
    with writers(address, 2, "25") as processes:
        all_ready(processes)
        said = [(process, go(process))[0] for process in processes]
        outcomes = [process.communicate() for process in said]
    assert [error for _, error in outcomes] == ["", ""]
    numbers = [int(word) for out, _ in outcomes for word in out.split()]
    assert sorted(numbers) == sorted(set(numbers))
    with Store.open(address, create=False) as store:
        assert [len(store.visits(f"p/{turn}")) for turn in range(2)] == [25, 25]
        assert len(store.findings()) == 51
        everything_is_whole(store)


def test_many_processes_make_one_database(address: str) -> None:
    with writers(address, 5, "1") as processes:
        all_ready(processes)
        for process in processes:
            go(process)
        assert [process.communicate()[1] for process in processes] == [""] * 5
    assert schema_status(address)[0] == schema_status(address)[1]
    with Store.open(address) as store:
        everything_is_whole(store)


def test_of_many_processes_one_takes_the_lease(address: str) -> None:
    Store.open(address).close()
    with writers(address, 4, "0", "take") as processes:
        all_ready(processes)
        for process in processes:
            go(process)
        assert sorted(line(process) for process in processes) == ["False"] * 3 + ["True"]


def test_a_process_killed_while_keeping_leaves_whole_visits_only(address: str) -> None:
    Store.open(address).close()
    chance, told = random.Random(SEED), 0
    for _ in range(4):
        with writers(address, 1, "100000") as [process]:
            all_ready([process])
            go(process)
            last = line(process)
            time.sleep(chance.uniform(0, 0.15))
            process.kill()
            assert process.stdout is not None
            told = max(int(word) for word in (last, *process.stdout.read().split()))
        with Store.open(address, create=False) as store:
            assert store.visit(told) is not None, "what was acknowledged is there"
            # The next pass carries on: the same keys are known, and are not raised again.
            everything_is_whole_but_for_turns(store)


def everything_is_whole_but_for_turns(store: Store) -> None:
    visits = store.visits("p/0", newest_first=False)
    assert visits
    assert all(store.fetch_of(visit.id).body for visit in visits)
    assert all(visit.snapshot for visit in visits)
    turns = {snapshot.digest for snapshot in store.snapshots("p/0")}
    assert {finding.draft.key for finding in store.findings()} == {f"p/0 {turn}" for turn in turns} | {
        "one that all raise"
    }
    assert len(store.rows("p/0")) == 2
    assert store.rows(LIST) == {}


def test_a_process_killed_while_making_a_database_leaves_it_usable(tmp_path: Path) -> None:
    chance = random.Random(SEED)
    for turn in range(6):
        address = str(tmp_path / f"{turn}.db")
        with writers(address, 1, "1") as [process]:
            deadline = time.monotonic() + 30
            while not Path(address).exists() and time.monotonic() < deadline:
                time.sleep(0.001)
            time.sleep(chance.uniform(0, 0.03))
            process.kill()
        with Store.open(address) as store:
            assert store.standings() == {}


def test_a_reader_is_not_kept_out_by_a_writer(address: str) -> None:
    with Store.open(address) as store, Store.open(address) as reader, store._write() as session:
        session.add(schema.SourceName(name="d/a", dossier="d"))
        session.flush()
        assert reader.standings() == {}


def test_a_writer_that_is_cut_off_in_mid_sentence_does_not_keep_the_pen(
    store: Store, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a machine without a network PostgreSQL hears for two hours that it still writes."""
    if kind == "sqlite":  # its pen is let go with its process
        return
    monkeypatch.setattr(engine, "SILENT_SECONDS", 1)
    cut, written = threading.Event(), threading.Event()

    def falls_silent() -> None:
        with store._write() as session:
            session.add(Setting(key="lost", value="1"))
            session.flush()
            cut.set()
            written.wait(30)

    def writes() -> None:
        with pytest.raises(StoreError, match="idle-in-transaction"):
            falls_silent()

    silent = threading.Thread(target=writes)
    silent.start()
    assert cut.wait(10)
    behind = [threading.Thread(target=store.meta_put, args=("late", "1")) for _ in range(3)]
    for thread in behind:
        thread.start()
    with Store.open(store.server_address) as other:
        other.meta_put("kept", "1")
    assert store.meta_get("late") is None, "the others of the silent machine stand behind it, not before us"
    written.set()
    for thread in (silent, *behind):
        thread.join(10)
        assert not thread.is_alive()
    assert store.meta_get("late") == "1"
    assert (store.meta_get("kept"), store.meta_get("lost")) == ("1", None)

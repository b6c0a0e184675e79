"""`prune`: what its user types, and what is left afterwards."""

import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from monitor.claim_table import confirming
from storage.retention import Retention
from storage.store import Store
from zonewatch.app import App
from zonewatch.cli import cli
from zonewatch.pruning import claimed
from zonewatch.shipped import shipped

LATER = "2030-01-01T00:00:00Z"
NOW = datetime(2030, 1, 1, tzinfo=UTC)
DAYS = ("2020-03-12", "2020-09-04")


def zonewatch(*words: object) -> Result:
    return CliRunner().invoke(cli, [str(word) for word in words])


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("told") / "zonewatch.db"
    for day in DAYS:
        told = zonewatch("--db", path, "check", "--replay", shipped("history"), "--now", f"{day}T04:00:00Z")
        assert told.exit_code == 0, told.output
    return path


@pytest.fixture
def db(told: Path, tmp_path: Path) -> Path:
    made = tmp_path / "zonewatch.db"
    made.write_bytes(told.read_bytes())
    return made


def prune(db: Path, *words: object) -> Any:
    result = zonewatch("--db", db, "--now", LATER, "prune", *words, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def content(db: Path) -> Any:
    with closing(sqlite3.connect(db)) as connection:
        return connection.execute("SELECT id, data FROM body").fetchall()


def test_it_is_said_first_and_done_with_yes(db: Path) -> None:
    before = content(db)
    said = prune(db, "--keep-days", 30)
    assert not said["done"] and said["bodies"] > 0 and content(db) == before
    done = prune(db, "--keep-days", 30, "--yes")
    assert {**done, "done": False, "database": said["database"]} == said
    assert done["database"]["after"] == db.stat().st_size < done["database"]["before"]
    assert sum(not data for _, data in content(db)) == said["bodies"]
    assert prune(db, "--keep-days", 30, "--yes")["bodies"] == 0


def test_what_people_read_stays_as_it_was(db: Path, tmp_path: Path) -> None:
    asked = (("findings", "--all"), ("sources",))
    before = [zonewatch("--db", db, *words, "--json", "--now", LATER).stdout for words in asked]
    prune(db, "--keep-visits", 0, "--yes")
    assert [zonewatch("--db", db, *words, "--json", "--now", LATER).stdout for words in asked] == before
    verified = zonewatch("--db", db, "verify")
    assert verified.exit_code == 0 and " pruned), " in verified.stdout and verified.stdout.endswith("whole\n")
    archive = tmp_path / "all.warc.gz"
    assert zonewatch("--db", db, "export", "warc", "-o", archive).exit_code == 0
    assert zonewatch("--db", tmp_path / "new.db", "import", "warc", archive).exit_code == 0
    assert zonewatch("--db", tmp_path / "new.db", "verify").exit_code == 0


def test_what_is_gone_is_not_judged_again(db: Path) -> None:
    prune(db, "--keep-days", 30, "--yes")
    told = json.loads(zonewatch("--db", db, "reparse", "--dry-run", "--json").stdout)
    assert told["untold"] > 0
    assert (told["readings"], told["unfounded"], told["missed"]) == ([], [], [])


def test_the_page_that_confirmed_a_claim_last_is_kept(db: Path) -> None:
    app = App()
    with Store.open(str(db)) as store:
        visits = set(claimed(app.dossiers, store))
        assert visits
        prune(db, "--keep-visits", 0, "--yes")
        assert all(store.whole_fetch_of(number).body for number in visits)
        dossier = app.dossier("ai-pilot-zones")
        assert confirming(dossier, {}) == frozenset()


def test_it_is_told_in_lines(db: Path) -> None:
    said = zonewatch("--db", db, "--now", LATER, "prune", "--keep-days", 30).stdout.splitlines()
    assert "bodies would go, of visits from 2020-03-12 to 2020-" in said[0]
    assert said[1].startswith("Kept although as old: ") and " for findings, " in said[1]
    assert said[-1] == "Nothing was changed; --yes does it."
    done = zonewatch("--db", db, "--now", LATER, "prune", "--keep-days", 30, "--yes").stdout.splitlines()
    assert " bodies went, " in done[0] and done[-1].startswith("The database takes ")
    again = zonewatch("--db", db, "--now", LATER, "prune", "--keep-days", 30, "--yes").stdout.splitlines()
    assert again[0] == "No body is old enough to go." and len(again) == 2


def test_without_a_rule_nothing_goes(db: Path) -> None:
    for words in ((), ("--yes",), ("--keep-days", "-1"), ("--keep-days", "999999")):
        assert zonewatch("--db", db, "prune", *words).exit_code == 2


def test_another_process_at_work_keeps_it_out(db: Path) -> None:
    from zonewatch.leasing import leased

    app = App()
    with Store.open(str(db)) as store, leased(store, app.clock):
        assert zonewatch("--db", db, "prune", "--keep-days", 30).exit_code == 0
        refused = zonewatch("--db", db, "prune", "--keep-days", 30, "--yes")
    assert refused.exit_code == 75 and refused.stderr.count("\n") == 1


def test_room_that_could_not_be_given_back_is_given_back_the_next_time(db: Path) -> None:
    with Store.open(str(db)) as store:
        done = store.prune(store.prunable(Retention(visits=0)).bodies, NOW)
        assert done.bodies and store.has_free_room()
    size = prune(db, "--keep-visits", 0, "--yes")["database"]
    assert size["after"] < size["before"]
    with Store.open(str(db)) as store:
        assert not store.has_free_room()

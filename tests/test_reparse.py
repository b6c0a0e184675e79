"""`reparse`: what an earlier program read and judged, read and judged again as it would be today."""

import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import delete, select

from monitor import changes
from monitor.model import FindingKind
from scraper.model import Notice
from storage import schema
from storage.frames import squeeze
from storage.names import fingerprint
from storage.outbox_schema import Message
from storage.store import Store, holder_name
from storage.values import reading_to_bytes
from zonewatch.app import App
from zonewatch.cli import cli
from zonewatch.rereading import Rereader, put_down
from zonewatch.shipped import shipped

DAYS = ("2020-09-03", "2020-09-04")
HEFEI = "ai-pilot-zones/fn07"


@pytest.fixture(autouse=True)
def plain_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("ZONEWATCH_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))


def zonewatch(*words: object, code: int = 0) -> Result:
    result = CliRunner().invoke(cli, [str(word) for word in words])
    assert result.exit_code == code, result.output
    return result


@pytest.fixture(scope="module")
def two_days(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("two") / "z.db"
    for day in DAYS:
        zonewatch("--db", path, "check", "--replay", shipped("history"), "--now", f"{day}T04:00:00Z")
    return path


@pytest.fixture
def db(two_days: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(two_days, tmp_path / "z.db"))


@pytest.fixture
def store(db: Path) -> Iterator[Store]:
    with Store.open(str(db)) as opened:
        yield opened


def reparse(db: Path, *words: object) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(zonewatch("--db", db, "reparse", "--json", *words).stdout)
    return document


def a_notice(store: Store) -> tuple[int, Notice]:
    """A snapshot that is a notice with a number and a date."""
    for snapshot in store.snapshots_in_order():
        if isinstance(snapshot.reading, Notice) and snapshot.reading.document_number:
            return snapshot.id, snapshot.reading
    raise AssertionError


def read_by_an_earlier_program(store: Store, number: int, reading: Notice) -> None:
    """Put a reading into a snapshot as an earlier program's reader would have left it."""
    with store._write() as session:
        row = session.get_one(schema.Snapshot, number)
        row.reading, row.digest = squeeze(reading_to_bytes(reading)), changes.digest(reading)


def forget(store: Store, kind: FindingKind) -> list[str]:
    """Take the findings of a kind away, as if they had never been raised."""
    keys = [one.draft.key for one in store.findings(open_only=False) if one.draft.kind is kind]
    with store._write() as session:
        numbers = select(schema.Finding.id).where(schema.Finding.digest.in_(map(fingerprint, keys)))
        session.execute(delete(schema.Evidence).where(schema.Evidence.finding_id.in_(numbers)))
        session.execute(delete(Message))
        session.execute(delete(schema.Finding).where(schema.Finding.digest.in_(map(fingerprint, keys))))
    return keys


def test_what_todays_program_kept_is_read_and_judged_the_same_today(db: Path) -> None:
    told = reparse(db)
    assert (told["readings"], told["unfounded"], told["missed"], told["changed"]) == ([], [], [], 0)
    assert told["read"] > 15 and told["judged"] > 40 and told["lost"] == 0


def test_a_field_that_is_read_otherwise_is_printed_and_a_dry_run_changes_nothing(
    db: Path, store: Store
) -> None:
    number, true = a_notice(store)
    read_by_an_earlier_program(store, number, replace(true, document_number=None))
    before = db.read_bytes()
    lines = zonewatch("--db", db, "reparse", "--dry-run").stdout.splitlines()
    assert db.read_bytes() == before
    assert any(f"snapshot {number}" in line for line in lines)
    assert f"    document number: - → {true.document_number}" in lines
    assert "1 readings would be put down" in lines[-1]


def test_todays_reading_becomes_the_snapshots_and_the_former_one_is_kept(db: Path, store: Store) -> None:
    number, true = a_notice(store)
    wrong = replace(true, title="另一标题")
    read_by_an_earlier_program(store, number, wrong)
    bodies = {visit.id: visit.body for visit in store.visits_in_order()}
    told = reparse(db)
    assert told["dry_run"] is False and told["changed"] == 1
    (row,) = told["readings"]
    assert (row["snapshot"], row["field"]) == (number, "title")
    assert (row["before"], row["after"]) == ("另一标题", true.title)
    snapshot = store.snapshot(number)
    assert snapshot and (snapshot.reading, snapshot.digest) == (true, changes.digest(true))
    assert store.former_readings(number) == (wrong, true)
    assert {visit.id: visit.body for visit in store.visits_in_order()} == bodies
    assert reparse(db)["changed"] == 0


def test_what_is_read_since_is_what_the_next_visit_is_compared_with(db: Path, store: Store) -> None:
    (snapshot,) = store.snapshots(HEFEI)
    assert isinstance(snapshot.reading, Notice)
    read_by_an_earlier_program(store, snapshot.id, replace(snapshot.reading, title="另一标题"))
    now = store.passes()[0].started
    for found in Rereader(store, App().chosen(())).differing(lambda done, known: None):
        put_down(store, found, now)
    standing = store.standing(HEFEI)
    assert standing and standing.snapshot and standing.snapshot.digest == snapshot.digest
    assert standing.snapshot.reading == snapshot.reading


def test_a_second_rereading_takes_the_place_of_the_first(store: Store) -> None:
    number, true = a_notice(store)
    now = store.passes()[0].started
    readings = [replace(true, title=title) for title in ("一", "二")]
    for reading in readings:
        store.put_reading(number, reading, changes.digest(reading), now)
    assert store.former_readings(number) == (true, *readings)
    snapshot = store.snapshot(number)
    assert snapshot and snapshot.reading == readings[-1]
    assert [one.id for one in store.snapshots_in_order()].count(number) == 1


def test_a_finding_that_was_missed_is_listed_and_not_raised(db: Path, store: Store) -> None:
    assert len(forget(store, FindingKind.NEW_ZONE)) == 2
    lines = zonewatch("--db", db, "reparse").stdout
    assert "Would be raised today, and was not:" in lines
    assert "Guangzhou" in lines and "Wuhan" in lines
    assert lines.splitlines()[-1].endswith("0 findings unfounded, 2 missed")
    assert not [one for one in store.findings() if one.draft.kind is FindingKind.NEW_ZONE]


def test_a_finding_that_todays_judgement_does_not_raise_is_listed_and_kept(db: Path, store: Store) -> None:
    (first, *_) = store.findings()
    with store._write() as session:
        row = session.get_one(schema.Finding, first.id)
        row.kind, row.key, row.digest = FindingKind.EDITED, "edited|x", fingerprint("edited|x")
    told = reparse(db)
    assert [one["id"] for one in told["unfounded"]] == [f"F{first.id}"]
    assert store.finding(first.id) is not None


def test_what_people_decided_is_decided_at_the_same_hour_again(db: Path, store: Store) -> None:
    new = [one for one in store.findings() if one.draft.kind is FindingKind.NEW_ZONE]
    for one in new:
        zonewatch("--db", db, "--now", "2020-09-05T04:00:00Z", "accept", f"F{one.id}")
    zonewatch("--db", db, "check", "--replay", shipped("history"), "--now", "2020-10-30T04:00:00Z")
    told = reparse(db, "--dry-run")
    assert (told["unfounded"], told["missed"]) == ([], [])


def test_since_leaves_out_what_was_seen_and_raised_before(db: Path, store: Store) -> None:
    number, true = a_notice(store)
    read_by_an_earlier_program(store, number, replace(true, title="另一标题"))
    forget(store, FindingKind.CITATION_RESOLVED)
    told = reparse(db, "--dry-run", "--since", "2020-09-03T00:00:00Z")
    assert told["missed"] and told["readings"]
    told = reparse(db, "--dry-run", "--since", "2020-09-04T00:00:00Z")
    assert (told["readings"], told["missed"], told["unfounded"]) == ([], [], [])


def test_another_dossier_has_nothing_to_read(db: Path) -> None:
    told = reparse(db, "--dossier", "miit-pilot-areas")
    assert (told["read"], told["judged"]) == (0, 0)


def test_a_damaged_body_costs_itself_alone_and_is_counted(db: Path, store: Store) -> None:
    number, _ = a_notice(store)
    snapshot = store.snapshot(number)
    visit = snapshot and store.visit(snapshot.visit)
    assert visit and visit.body
    with store._write() as session:
        row = session.scalar(select(schema.Body).where(schema.Body.digest == bytes.fromhex(visit.body)))
        assert row is not None
        row.data = row.data[: len(row.data) // 2]
    told = reparse(db, "--dry-run")
    assert told["lost"] == 1 and told["readings"] == []


def test_a_page_that_is_not_readable_today_keeps_its_reading(db: Path, store: Store) -> None:
    (snapshot,) = store.snapshots(HEFEI)
    with store._write() as session:
        row = session.get_one(schema.Visit, snapshot.visit)
        nothing = session.scalar(
            select(schema.Body).where(schema.Body.id != row.body_id, schema.Body.size < 99)
        )
        other = nothing or schema.Body(digest=fingerprint("x"), size=1, data=squeeze(b"x"))
        session.add(other)
        session.flush()
        row.body_id, row.content_size, row.content_id = other.id, None, None
    told = reparse(db)
    assert [row["field"] for row in told["readings"]] == ["reading"]
    assert told["changed"] == 0
    kept = store.snapshot(snapshot.id)
    assert kept and kept.reading == snapshot.reading


def test_it_keeps_out_while_another_process_is_at_work_but_looks_on(db: Path, store: Store) -> None:
    now = store.passes()[0].started
    tenure = store.take_lease(holder_name(), now, 3600.0)
    assert tenure is not None
    result = zonewatch("--db", db, "--now", now.isoformat(), "reparse", code=75)
    assert len(result.stderr.splitlines()) == 1
    reparse(db, "--dry-run", "--dossier", "miit-pilot-areas")


def test_an_empty_database_has_nothing_to_read(tmp_path: Path) -> None:
    assert reparse(tmp_path / "new.db")["judged"] == 0

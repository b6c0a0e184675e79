"""A copy is the database: every row of every table, from one moment, on either kind of database."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from samples import HOUR, NOW, SOURCE, notice, record

from fixtures.databases import VERSIONS, make
from fixtures.databases.__main__ import rows
from monitor.searching import Wish
from monitor.spans import Judgement, Verdict
from storage.copying import copy
from storage.store import Store, StoreError, schema_status, upgrade

GUANGZHOU = "story/t20200904_158650"


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database that a program lived with, and what people and later readers said since."""
    path = tmp_path_factory.mktemp("told") / "zonewatch.db"
    make(VERSIONS[-1], str(path))
    upgrade(str(path))
    with Store.open(str(path)) as store:
        snapshot = store.snapshots(GUANGZHOU)[0]
        store.put_reading(snapshot.id, notice(), "d2", NOW)
        row = store.row_of_finding(1)
        assert row
        store.judge({row: Judgement(Verdict.CONTENT, None, "真", NOW)}, now=NOW)
        store.keep(record(NOW), now=NOW)
        gone = store.keep(record(NOW + HOUR), now=NOW + HOUR).visit.id
        store.take_lease("me:1:2", NOW, 300)
    change(path, "DELETE FROM standing WHERE url LIKE '%158645%'", f"DELETE FROM visit WHERE id = {gone}")
    return path


@pytest.fixture
def source(told: Path, tmp_path: Path) -> Path:
    made = tmp_path / "source.db"
    made.write_bytes(told.read_bytes())
    return made


def change(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        for statement in statements:
            connection.execute(statement)


def content(path: Path) -> dict[str, Any]:
    """What stands in a database, but for who is at work on it."""
    return {name: table for name, table in rows(path).items() if name != "lease"}


class Struck(Exception):  # noqa: N818 - no error: a kill
    pass


@pytest.fixture
def small_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.copying.AT_ONCE", 1)
    monkeypatch.setattr("storage.copying.MOST_ROWS", 25)


def interrupted(source: Path, target: str, share: float) -> None:
    def struck(done: int, known: int) -> None:
        if done >= share * known:
            raise Struck

    with pytest.raises(Struck):
        copy(str(source), target, struck)


def test_a_copy_there_and_back_is_what_it_was(source: Path, address: str, tmp_path: Path) -> None:
    there = copy(str(source), address)
    back = copy(address, str(tmp_path / "back.db"))
    assert content(tmp_path / "back.db") == content(source)
    assert [(one.name, one.rows, one.sha256) for one in there.tables] == [
        (one.name, one.rows, one.sha256) for one in back.tables
    ]
    assert (there.already, there.loose) == (0, (SOURCE,))  # its last visit was taken out above


def test_every_table_is_copied(source: Path, tmp_path: Path) -> None:
    copied = copy(str(source), str(tmp_path / "copy.db"))
    with closing(sqlite3.connect(source)) as connection:
        found = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    ours = {name for (name,) in found if not name.startswith(("search", "sqlite_", "zonewatch_version"))}
    assert {table.name for table in copied.tables} == ours - {"lease"}
    assert copied.rows == sum(len(table["rows"]) for table in content(source).values())


def test_a_copy_is_used_like_the_original(source: Path, address: str) -> None:
    copy(str(source), address)
    with Store.open(str(source)) as before, Store.open(address) as after:
        assert after.findings(open_only=False) == before.findings(open_only=False)
        assert after.visits(SOURCE) == before.visits(SOURCE)
        assert after.search(Wish("广州")) == before.search(Wish("广州"))
        assert after.lease_holder(NOW) is None
        kept = [store.keep(record(NOW + 2 * HOUR), now=NOW).visit.id for store in (before, after)]
        assert kept[0] == kept[1] == max(visit.id for visit in after.visits_in_order())
        with pytest.raises(StoreError, match=r"(?i)foreign key"), after._write() as session:
            session.connection().exec_driver_sql("INSERT INTO head (source_id, data) VALUES (4711, '')")


@pytest.mark.usefixtures("small_steps")
def test_a_copy_that_was_interrupted_goes_on(source: Path, address: str, tmp_path: Path) -> None:
    interrupted(source, address, 0.3)
    for use in (Store.open, upgrade, schema_status):
        with pytest.raises(StoreError, match="a copy that is not whole yet; run `zonewatch db copy` again"):
            use(address)
    interrupted(source, address, 0.9)
    copied = copy(str(source), address)
    assert copied.already == copied.rows  # the second time it was struck while it verified
    copy(address, str(tmp_path / "back.db"))
    assert content(tmp_path / "back.db") == content(source)


@pytest.mark.usefixtures("small_steps")
def test_a_copy_goes_on_over_what_has_changed_meanwhile(source: Path, tmp_path: Path) -> None:
    target = str(tmp_path / "copy.db")
    interrupted(source, target, 0.6)
    change(source, "UPDATE finding SET note = 'other' WHERE id = 1", "DELETE FROM list_row")
    with Store.open(str(source)) as store:
        store.keep(record(NOW + 3 * HOUR), now=NOW)
    copied = copy(str(source), target)
    assert 0 < copied.already < copied.rows
    assert content(tmp_path / "copy.db") == content(source)


def test_a_copy_of_a_database_in_use_is_one_state_of_it(source: Path, tmp_path: Path) -> None:
    target = str(tmp_path / "copy.db")
    before = content(source)

    def written(_done: int, _known: int) -> None:
        with Store.open(str(source)) as store:
            store.keep(record(NOW + 3 * HOUR), now=NOW)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("storage.copying.AT_ONCE", 100)
        copy(str(source), target, written)
    assert content(source) != before
    assert content(tmp_path / "copy.db") == before


def test_a_row_that_came_out_otherwise_is_noticed(source: Path, tmp_path: Path) -> None:
    target = tmp_path / "copy.db"

    def struck(done: int, known: int) -> None:
        if 0.4 < done / known < 0.5 and target.exists():
            change(target, "UPDATE address SET url = url || '?'")

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("storage.copying.AT_ONCE", 10)
        with pytest.raises(StoreError, match="its table address is not what was copied"):
            copy(str(source), str(target), struck)
    assert copy(str(source), str(target)).already > 0
    assert content(target) == content(source)


def test_a_copy_that_is_there_already_is_left_as_it_is(source: Path, address: str) -> None:
    made = copy(str(source), address)
    again = copy(str(source), address)
    assert (again.tables, again.already) == (made.tables, made.rows)


@pytest.mark.parametrize("statement", ["DELETE FROM list_row", "UPDATE finding SET note = 'other'"])
@pytest.mark.parametrize("changed", ["source", "copy"])
def test_what_holds_other_data_is_no_target(
    source: Path, tmp_path: Path, changed: str, statement: str
) -> None:
    target = tmp_path / "copy.db"
    copy(str(source), str(target))
    change(tmp_path / f"{changed}.db", statement)
    before = content(target)
    with pytest.raises(StoreError, match="holds a database already, and another one; name one that is not"):
        copy(str(source), str(target))
    assert content(target) == before


def test_what_is_no_database_of_ours_is_no_target(source: Path, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="is the database itself"):
        copy(str(source), str(tmp_path / "." / "source.db"))
    (tmp_path / "note.txt").write_text("no database", encoding="utf-8")
    with pytest.raises(StoreError, match="cannot be used as a database"):
        copy(str(source), str(tmp_path / "note.txt"))


def test_an_empty_database_is_a_target(source: Path, tmp_path: Path) -> None:
    Store.open(str(tmp_path / "copy.db")).close()
    assert copy(str(source), str(tmp_path / "copy.db")).already == 0


def test_what_is_absent_or_older_is_not_copied(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="there is no database here"):
        copy(str(tmp_path / "none.db"), str(tmp_path / "copy.db"))
    make(VERSIONS[0], str(tmp_path / "old.db"))
    with pytest.raises(StoreError, match="zonewatch db upgrade"):
        copy(str(tmp_path / "old.db"), str(tmp_path / "copy.db"))
    assert not (tmp_path / "copy.db").exists()


def test_a_copy_that_another_version_began_is_refused(source: Path, tmp_path: Path) -> None:
    target = tmp_path / "copy.db"
    copy(str(source), str(target))
    change(target, "UPDATE zonewatch_version SET version_num = 'copying 0003'")
    with pytest.raises(StoreError, match="another version of zonewatch began; delete it"):
        copy(str(source), str(target))

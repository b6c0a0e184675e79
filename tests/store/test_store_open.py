"""A database is made where there is none, used where it is ours, and left alone in one line otherwise."""

import re
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from samples import NOW, SOURCE, full_record, record

import storage
from storage import engine, migrate
from storage.base import Base
from storage.store import Store, StoreError, schema_status, upgrade

REVISIONS = ScriptDirectory(str(Path(storage.__file__).parent / "migrations"))


def refusal(attempt: Callable[[], object]) -> str:
    with pytest.raises(StoreError) as caught:
        attempt()
    said = str(caught.value)
    assert "\n" not in said
    return said


def set_version(address: str, version: str) -> None:
    with Store.open(address) as store, store._write() as session:
        session.connection().exec_driver_sql(f"UPDATE {migrate.VERSION_TABLE} SET version_num = '{version}'")


def test_an_absent_database_is_made_with_the_newest_schema(address: str) -> None:
    with Store.open(address) as store:
        assert store.standings() == {}
    assert schema_status(address) == (migrate.NEWEST, migrate.NEWEST)


def test_what_was_kept_is_there_when_it_is_opened_again(address: str) -> None:
    with Store.open(address) as store:
        kept = store.keep(full_record(), now=NOW)
    with Store.open(address, create=False) as store:
        assert store.visits(SOURCE) == (kept.visit,)


def test_opening_twice_at_once_is_no_trouble(address: str) -> None:
    with Store.open(address) as one, Store.open(address) as other:
        one.keep(record(), now=NOW)
        other.keep(record(), now=NOW)
        assert len(one.visits(SOURCE)) == len(other.visits(SOURCE)) == 2


def test_the_folder_is_made_too(tmp_path: Path) -> None:
    path = tmp_path / "not" / "yet" / "zonewatch.db"
    with Store.open(str(path)) as store:
        assert store.address == str(path)
    assert path.exists()


def test_an_address_and_a_path_name_the_same_file(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    Store.open(f"sqlite:///{path}").close()
    assert schema_status(str(path)) == (migrate.NEWEST, migrate.NEWEST)


def test_the_home_folder_may_be_abbreviated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    Store.open("~/a.db").close()
    assert (tmp_path / "a.db").exists()


def test_a_database_in_memory_works_like_any_other() -> None:
    with Store.open("sqlite://") as store:
        kept = store.keep(full_record(), now=NOW)
        assert store.visits(SOURCE) == (kept.visit,)
        assert store.address == "a database in memory"


def test_an_absent_database_is_refused_where_none_may_be_made(address: str) -> None:
    said = refusal(lambda: Store.open(address, create=False))
    assert str(engine.parse_address(address).database) in said
    assert "zonewatch check" in said
    refusal(lambda: schema_status(address))


def test_an_empty_file_is_no_database_yet(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    path.touch()
    assert "is empty" in refusal(lambda: Store.open(str(path), create=False))
    assert schema_status(str(path)) == (None, migrate.NEWEST)
    Store.open(str(path)).close()
    assert schema_status(str(path)) == (migrate.NEWEST, migrate.NEWEST)


def test_a_file_that_is_no_database_is_refused_and_untouched(tmp_path: Path) -> None:
    path = tmp_path / "thesis.docx"
    path.write_bytes(b"PK\x03\x04" + b"words " * 500)
    before = path.read_bytes()
    said = refusal(lambda: Store.open(str(path)))
    assert str(path) in said
    assert "not a database" in said
    assert path.read_bytes() == before


def test_a_damaged_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    Store.open(str(path)).close()
    data = bytearray(path.read_bytes())
    data[100:4096] = b"\xff" * 3996
    path.write_bytes(data)
    assert str(path) in refusal(lambda: Store.open(str(path)))


def test_the_database_of_another_program_is_refused_and_untouched(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE recipe (id INTEGER)")
    connection.close()
    for attempt in (Store.open, upgrade, schema_status):
        assert "another program" in refusal(lambda attempt=attempt: attempt(str(path)))  # type: ignore[misc]
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("recipe",)]
    connection.close()


def test_a_folder_is_refused(tmp_path: Path) -> None:
    assert "is a folder" in refusal(lambda: Store.open(str(tmp_path)))


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    said = refusal(lambda: Store.open(str(tmp_path / "file" / "sub" / "a.db")))
    assert "folder cannot be made" in said
    assert "--db" in said


def test_a_file_that_may_not_be_written_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.db"
    Store.open(str(path)).close()
    monkeypatch.setattr(engine.os, "access", lambda *_: False)  # root may write everything
    assert "permissions" in refusal(lambda: Store.open(str(path)))


def test_a_write_that_the_database_refuses_is_one_line(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    Store.open(str(path)).close()
    with Store.open(f"sqlite:///file:{path}?mode=ro&uri=true") as store:
        assert store.standings() == {}
        assert "readonly" in refusal(lambda: store.keep(record(), now=NOW))


def test_a_full_disk_is_one_line_and_nothing_is_half_kept(tmp_path: Path) -> None:
    with Store.open(str(tmp_path / "a.db")) as store:
        store.keep(record(), now=NOW)
        with store._read() as session:
            pages = session.connection().exec_driver_sql("PRAGMA page_count").scalar_one()
            session.connection().exec_driver_sql(f"PRAGMA max_page_count = {pages}")
        said = refusal(lambda: [store.keep(full_record(), now=NOW) for _ in range(200)])
        assert "full" in said
        assert all(store.fetch_of(visit.id).body for visit in store.visits(SOURCE))


@pytest.mark.parametrize(
    ("address", "word"),
    [
        ("mysql://localhost/a", "mysql is not supported"),
        ("://", "not a database address"),
        ("postgresql://host:port/a", "not a database address"),
        ("postgresql://nobody@127.0.0.1:1/a", "no connection"),
    ],
)
def test_an_address_that_leads_nowhere_is_refused_with_the_reason(address: str, word: str) -> None:
    assert word in refusal(lambda: Store.open(address))


def test_a_missing_driver_is_named_with_the_way_to_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "psycopg", None)
    assert "zonewatch[postgresql]" in refusal(lambda: Store.open("postgresql://localhost/a"))


def test_a_password_is_never_shown() -> None:
    said = refusal(lambda: Store.open("postgresql://me:geheim@127.0.0.1:1/a"))
    assert "geheim" not in said
    assert "127.0.0.1" in said


def test_any_way_to_write_a_postgresql_address_leads_to_psycopg() -> None:
    for scheme in ("postgresql", "postgres", "postgresql+psycopg2"):
        assert engine.parse_address(f"{scheme}://h/a").drivername == "postgresql+psycopg"


def test_a_newer_schema_is_refused_in_one_sentence(address: str) -> None:
    set_version(address, "9999")
    for attempt in (Store.open, upgrade):
        said = refusal(lambda attempt=attempt: attempt(address))  # type: ignore[misc]
        assert "newer zonewatch" in said
        assert "9999" in said
    assert schema_status(address) == ("9999", migrate.NEWEST)


def test_an_older_schema_is_refused_with_the_command_that_helps(address: str) -> None:
    set_version(address, "0000")
    assert "`zonewatch db upgrade`" in refusal(lambda: Store.open(address))
    assert schema_status(address) == ("0000", migrate.NEWEST)


def test_upgrade_makes_what_is_absent_and_leaves_what_is_newest(address: str) -> None:
    upgrade(address)
    with Store.open(address, create=False) as store:
        store.keep(record(), now=NOW)
    upgrade(address)
    with Store.open(address, create=False) as store:
        assert len(store.visits(SOURCE)) == 1


def test_the_newest_schema_is_the_last_revision() -> None:
    assert REVISIONS.get_current_head() == migrate.NEWEST


def test_revisions_are_numbered_in_their_order() -> None:
    numbers = [revision.revision for revision in REVISIONS.walk_revisions()][::-1]
    assert numbers == [f"{place:04}" for place in range(1, len(numbers) + 1)]
    assert all(
        re.match(rf"{number}_\w+\.py", Path(REVISIONS.get_revision(number).path).name) for number in numbers
    )


def test_models_and_migrations_agree(store: Store) -> None:
    def ours(_thing: object, name: str | None, kind: str, *_: object) -> bool:
        text_index = name == "search" or (name or "").startswith("search_")
        return not (kind == "table" and (name == migrate.VERSION_TABLE or text_index))

    with store._engine.connect() as connection:
        options = {"compare_type": True, "include_object": ours}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, Base.metadata) == []


def test_foreign_keys_point_somewhere_and_are_held(store: Store) -> None:
    with pytest.raises(StoreError, match=r"(?i)foreign key"), store._write() as session:
        session.connection().exec_driver_sql("INSERT INTO head (source_id, data) VALUES (4711, '')")


def test_sqlite_is_set_up_to_lose_nothing(tmp_path: Path) -> None:
    wanted = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 60_000}
    with Store.open(str(tmp_path / "a.db")) as store, store._read() as session:
        connection = session.connection()
        assert {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in wanted} == wanted


def test_a_migration_that_fails_leaves_no_table(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    import alembic.op

    made = alembic.op.create_table

    def strike(name: str, *parts: object, **more: object) -> object:
        if name == "finding":
            raise OSError("the disk is gone")
        return made(name, *parts, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(alembic.op, "create_table", strike)
    with pytest.raises(OSError, match="disk"):
        Store.open(address)
    monkeypatch.undo()
    assert schema_status(address) == (None, migrate.NEWEST)
    with Store.open(address) as store:
        assert store.standings() == {}


def test_a_file_that_was_cut_off_is_told_with_the_way_out(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    Store.open(str(path)).close()
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(StoreError, match=r"a\.db: cannot be used as a database .* import warc FILE"):
        Store.open(str(path))

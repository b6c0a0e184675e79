"""What a copy asks of its two databases: made ready, marked while it is not whole, and finished.

A copy's rows come in no order that foreign keys could follow (a body may lean on a later one). SQLite is told
not to look at the keys meanwhile and checks them all in the end; PostgreSQL's are taken away, written down,
and added again, which checks them.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from sqlalchemy import (
    URL,
    ColumnElement,
    Connection,
    Engine,
    Table,
    Text,
    collate,
    delete,
    event,
    func,
    inspect,
    literal,
    select,
    text,
    tuple_,
)
from sqlalchemy.orm import Session

from storage.base import Base
from storage.engine import WRITER, connect, prepare_place, shown
from storage.errors import StoreError
from storage.migrate import (
    NEWEST,
    UNFINISHED,
    VERSION_TABLE,
    bring_to_newest,
    current,
    refuse_loose_ends,
    refuse_newer,
    refuse_older,
    version_in,
)
from storage.search_index import index_missing

KEYS: Final = "zonewatch_copying"
"""The table of an unfinished copy in PostgreSQL that holds the foreign keys taken away."""
OTHER_DATA: Final = "holds a database already, and another one; name one that is not there yet"
TAKING: Final = f"""
    CREATE TABLE {KEYS} AS
    SELECT CAST(CAST(conrelid AS regclass) AS text) AS place, quote_ident(conname) AS name,
        pg_get_constraintdef(oid) AS said
    FROM pg_constraint WHERE contype = 'f' AND connamespace = CAST(current_schema() AS regnamespace)
"""  # noqa: S608 - no word of a stranger's


@contextmanager
def opened_source(address: URL) -> Iterator[Engine]:
    """Open what is to be copied; raises StoreError if it is absent, empty, older or newer."""
    prepare_place(address, create=False)
    with _closed_after(connect(address)) as engine:
        found = current(engine)
        refuse_newer(engine, found)
        refuse_older(engine, found)
        if found is None:
            raise StoreError(f"{shown(address)}: is empty, there is nothing to copy")
        yield engine


@contextmanager
def opened_target(address: URL) -> Iterator[tuple[Engine, bool]]:
    """Open a database that is absent, empty or an unfinished copy, marked as one from now on.

    One that has data is left alone, and given with True. Raises StoreError for what is none of today's.
    """
    prepare_place(address, create=True)
    with _closed_after(connect(address)) as engine:
        if engine.dialect.name == "sqlite":
            event.listen(engine, "connect", _without_keys)
        found = version_in(engine)
        has_data = found == NEWEST and not _is_empty(engine)
        if not has_data and found != f"{UNFINISHED}{NEWEST}":
            _refuse_others(engine, found)
            _begin(engine)
        yield engine, has_data


@contextmanager
def _closed_after(engine: Engine) -> Iterator[Engine]:
    try:
        yield engine
    finally:
        engine.dispose()


def _refuse_others(engine: Engine, found: str | None) -> None:
    place = shown(engine.url)
    if found and found.startswith(UNFINISHED):
        raise StoreError(f"{place}: is a copy that another version of zonewatch began; delete it")
    if found not in (None, NEWEST):
        raise StoreError(f"{place}: {OTHER_DATA}")


def _without_keys(connection: Any, _record: object) -> None:
    connection.execute("PRAGMA foreign_keys = OFF")


def _is_empty(engine: Engine) -> bool:
    with engine.connect() as connection:
        names = [name for name in inspect(connection).get_table_names() if name in Base.metadata.tables]
        return not any(connection.execute(text(f'SELECT 1 FROM "{name}" LIMIT 1')).first() for name in names)  # noqa: S608


def _begin(engine: Engine) -> None:
    """Give a target its tables, and mark it as unfinished."""
    bring_to_newest(engine)
    with engine.execution_options(**{WRITER: True}).begin() as connection:
        if engine.dialect.name != "sqlite":
            _take_keys_away(connection)
        _set_version(connection, f"{UNFINISHED}{NEWEST}")


def _set_version(connection: Connection, version: str) -> None:
    connection.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = :version"), {"version": version})  # noqa: S608


def _take_keys_away(connection: Connection) -> None:
    connection.execute(text(TAKING))
    for place, name, _ in connection.exec_driver_sql(f"SELECT * FROM {KEYS}").all():  # noqa: S608
        connection.exec_driver_sql(f"ALTER TABLE {place} DROP CONSTRAINT {name}")


def _give_keys_back(connection: Connection) -> None:
    for place, name, said in connection.exec_driver_sql(f"SELECT * FROM {KEYS}").all():  # noqa: S608
        connection.exec_driver_sql(f"ALTER TABLE {place} ADD CONSTRAINT {name} {said}")
    connection.exec_driver_sql(f"DROP TABLE {KEYS}")


def finish(connection: Connection, numbers: Mapping[str, int]) -> None:
    """Make a copied target one that can be used: foreign keys, counting on, search, the schema's number."""
    if connection.dialect.name == "sqlite":
        refuse_loose_ends(connection)
        count_on_in_sqlite(connection, numbers)
    else:
        _give_keys_back(connection)
        for name, last in numbers.items():
            said = text("SELECT setval(pg_get_serial_sequence(:name, 'id'), :at, :given)")
            connection.execute(said, {"name": name, "at": max(1, last), "given": last > 0})
    with Session(connection) as session:
        index_missing(session)
        session.flush()
    _set_version(connection, NEWEST)


def count_on_in_sqlite(connection: Connection, numbers: Mapping[str, int]) -> None:
    """Have SQLite give no number twice, in the tables whose numbers people hold on to."""
    for name, last in numbers.items():
        if not Base.metadata.tables[name].dialect_options["sqlite"]["autoincrement"]:
            continue
        connection.exec_driver_sql("DELETE FROM sqlite_sequence WHERE name = ?", (name,))
        if last:
            connection.exec_driver_sql("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", (name, last))


def last_numbers(connection: Connection, tables: Iterable[Table]) -> dict[str, int]:
    """Return the last number that each table gave, to a row that is still there or not."""
    counting = [table for table in tables if [column.name for column in table.primary_key] == ["id"]]
    return {table.name: max(_given(connection, table), _highest(connection, table)) for table in counting}


def _highest(connection: Connection, table: Table) -> int:
    return connection.scalar(select(func.max(table.c.id))) or 0


def _given(connection: Connection, table: Table) -> int:
    if connection.dialect.name == "sqlite":
        said = text("SELECT seq FROM sqlite_sequence WHERE name = :name")
        return connection.scalar(said, {"name": table.name}) or 0
    sequence = connection.scalar(text("SELECT pg_get_serial_sequence(:name, 'id')"), {"name": table.name})
    last, given = connection.exec_driver_sql(f"SELECT last_value, is_called FROM {sequence}").one()  # noqa: S608
    return int(last) if given else 0


def key(connection: Connection, table: Table) -> list[ColumnElement[Any]]:
    """Return what a table is ordered by: its key, texts by their bytes as SQLite does."""
    binary = "BINARY" if connection.dialect.name == "sqlite" else "C"
    return [collate(one, binary) if isinstance(one.type, Text) else one for one in table.primary_key]


def delete_after(connection: Connection, table: Table, row: tuple[Any, ...] | None) -> None:
    """Delete a table's rows after one, in the order of `key`; all, if there is none."""
    wish = delete(table)
    if row is not None:
        values = dict(zip(table.columns.keys(), row, strict=True))
        at = (literal(values[one.name], one.type) for one in table.primary_key)
        wish = wish.where(tuple_(*key(connection, table)) > tuple_(*at))
    connection.execute(wish)

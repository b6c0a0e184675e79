"""From an address to an engine: SQLite and PostgreSQL made to behave alike.

A writer holds the only pen from its first statement on: BEGIN IMMEDIATE in SQLite (a transaction
that reads first and writes later fails at once with "database is locked", FACTS section 5.9), an
advisory lock for the length of the transaction in PostgreSQL. So writers queue and never deadlock.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import sleep
from typing import Any, Final

import sqlalchemy
from sqlalchemy import URL, Connection, Engine, event
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.pool import StaticPool

from storage.errors import StoreError

BUSY_SECONDS: Final = 60
"""how long a SQLite connection waits for another writer; one transaction takes milliseconds"""
SILENT_SECONDS: Final = 10
"""how long a writer of PostgreSQL may say nothing within a transaction: one that is cut off there would keep
the pen from all others until TCP gives it up, two hours later"""
PAGE_BYTES: Final = 1024
"""the size of a SQLite file's pages: frames of some 3,000 bytes fill them, where of pages of 4,096 a fifth
stays empty (1,000 pages of `shared/bench/pages.py` with all records: 5.2 MB instead of 5.9)"""
WRITERS_LOCK: Final = 0x7A6F6E65
"""the key of PostgreSQL's advisory lock: `zone` in ASCII"""
NO_ROOM: Final = ("disk is full", "disk I/O error", "No space left on device")
"""what SQLite (SQLITE_FULL, SQLITE_IOERR) and PostgreSQL (53100) say of a disk that takes no more"""
WAY_OUT: Final = "make room and run it again, what was kept is safe"
WRITER: Final = "zonewatch_writer"
"""the execution option that makes a transaction a writer's"""


def parse_address(address: str) -> URL:
    """Return a database's address from any SQLAlchemy address or a plain file path.

    Raises StoreError for what is neither, and for databases other than SQLite and PostgreSQL.
    """
    if "://" not in address:
        return URL.create("sqlite", database=str(Path(address).expanduser()))
    try:
        url = sqlalchemy.make_url(address)
    except (ArgumentError, ValueError):
        raise StoreError(
            f"not a database address: {address} (give a file or an SQLAlchemy address)"
        ) from None
    family = url.drivername.partition("+")[0]
    if family in {"postgresql", "postgres"}:
        return url.set(drivername="postgresql+psycopg")
    if family != "sqlite":
        raise StoreError(f"{family} is not supported: use a SQLite file or a postgresql:// address")
    return url


def shown(url: URL) -> str:
    """Return the address as a person should see it: a file's path, or the address without password."""
    return url.database or "a database in memory" if is_sqlite(url) else url.render_as_string()


def is_sqlite(url: URL) -> bool:
    """Tell the two kinds of database apart."""
    return url.get_backend_name() == "sqlite"


def file_of(url: URL) -> Path | None:
    """Return the file of a SQLite database; None for one in memory, a `file:` address or PostgreSQL."""
    plain = is_sqlite(url) and url.database and url.database != ":memory:" and "uri" not in url.query
    return Path(str(url.database)) if plain else None


def connect(url: URL) -> Engine:
    """Return an engine; nothing is opened yet. Raises StoreError if the driver is not installed."""
    in_memory = is_sqlite(url) and url.database in {None, "", ":memory:"}
    try:
        engine = sqlalchemy.create_engine(url, **({"poolclass": StaticPool} if in_memory else {}))
    except ModuleNotFoundError as missing:
        raise StoreError(f"{missing.name} is not installed: pip install 'zonewatch[postgresql]'") from None
    if is_sqlite(url):
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        event.listen(engine, "begin", _begin_postgresql)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None
    connection.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
    connection.execute(f"PRAGMA page_size = {PAGE_BYTES}")  # of a file that is made now; others keep theirs
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA synchronous = FULL")
    _write_ahead(connection)


def _write_ahead(connection: Any) -> None:
    # Turning a new file to WAL needs it alone, and SQLite does not always wait for that by itself.
    for tries_left in range(BUSY_SECONDS * 100, -1, -1):
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except connection.OperationalError as error:
            if "locked" not in str(error) or not tries_left:
                raise
            sleep(0.01)
        else:
            return


def _begin_sqlite(connection: Connection) -> None:
    writer = connection.get_execution_options().get(WRITER)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writer else "BEGIN")


def _begin_postgresql(connection: Connection) -> None:
    if connection.get_execution_options().get(WRITER):
        silence = f"SET LOCAL idle_in_transaction_session_timeout = '{SILENT_SECONDS}s'"
        connection.exec_driver_sql(f"{silence}; SELECT pg_advisory_xact_lock({WRITERS_LOCK})")


def prepare_place(url: URL, *, create: bool) -> None:
    """Make the folder of a SQLite file, or the PostgreSQL database, if absent and `create`.

    Raises StoreError if it is absent and `create` is False, or cannot be made, read or written.
    """
    path = file_of(url)
    if path is not None:
        _prepare_file(path, create=create)
    elif not is_sqlite(url):
        _prepare_database(url, create=create)


def _prepare_file(path: Path, *, create: bool) -> None:
    if not create and not path.exists():
        raise StoreError(f"{path}: there is no database here (zonewatch check makes one)")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(
            f"{path}: its folder cannot be made ({error.strerror}); choose another with --db"
        ) from None
    if path.is_dir():
        raise StoreError(f"{path}: is a folder; --db takes the file in it")
    if not os.access(path if path.exists() else path.parent, os.R_OK | os.W_OK):
        raise StoreError(
            f"{path}: cannot be read and written; mend its permissions or choose another with --db"
        )


def _prepare_database(url: URL, *, create: bool) -> None:
    if _trouble(url) is None:
        return
    if _is_absent(url):
        if not create:
            raise StoreError(f"{shown(url)}: there is no such database (zonewatch check makes one)")
        _make_database(url)
    trouble = _trouble(url)  # asked again: another process may just have made it
    if trouble is not None:
        raise StoreError(f"{shown(url)}: no connection ({trouble})")


def _trouble(url: URL) -> str | None:
    engine = connect(url)
    try:
        engine.connect().close()
    except SQLAlchemyError as error:
        return first_line(error)
    finally:
        engine.dispose()
    return None


@contextmanager
def _server_of(url: URL) -> Iterator[Connection]:
    """Open the database that every PostgreSQL server has, each statement a transaction of its own."""
    engine = connect(url.set(database="postgres"))
    try:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            yield connection
    finally:
        engine.dispose()


def _lists(server: Connection, name: str | None) -> bool:
    asked = "SELECT count(*) FROM pg_database WHERE datname = %s"
    return server.exec_driver_sql(asked, (name,)).scalar() == 1


def _is_absent(url: URL) -> bool:
    try:
        with _server_of(url) as server:
            return not _lists(server, url.database)
    except SQLAlchemyError:
        return False


def _make_database(url: URL) -> None:
    try:
        with _server_of(url) as server:
            server.exec_driver_sql(f"SELECT pg_advisory_lock({WRITERS_LOCK})")  # let go with the connection
            name = server.dialect.identifier_preparer.quote_identifier(url.database or "")
            if not _lists(server, url.database):
                server.exec_driver_sql(f"CREATE DATABASE {name} ENCODING 'UTF8' TEMPLATE template0")
    except SQLAlchemyError as error:
        raise StoreError(f"{shown(url)}: cannot be made ({first_line(error)})") from None


def first_line(error: BaseException) -> str:
    """Return what the database itself said, in one line; of a full disk also the way out."""
    said = str(getattr(error, "orig", None) or error).strip()
    line = said.splitlines()[0] if said else type(error).__name__
    return f"{line}; {WAY_OUT}" if any(words in line for words in NO_ROOM) else line

"""Where the store's rooms meet the database: one way to read, one way to write, one kind of error."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from functools import cache
from threading import Lock
from typing import Final, TypeVar, cast

from sqlalchemy import Engine, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import StatementError
from sqlalchemy.exc import TimeoutError as OutOfConnections
from sqlalchemy.orm import Session

from storage.base import Base
from storage.engine import WRITER, first_line, is_sqlite, shown
from storage.errors import StoreError

T = TypeVar("T")
AT_ONCE: Final = 500
"""values in one query; SQLite takes 999 parameters at least"""


class Desk:
    """What every part of `storage.store.Store` works at.

    Safe to be used by several threads: each transaction has a session and a connection of its own. Of a
    PostgreSQL's writers one a process waits for the pen, so that of a machine that is cut off from it only
    one can come into the pen's possession.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._in_line = nullcontext() if is_sqlite(engine.url) else Lock()
        self._writing = engine.execution_options(**{WRITER: True})

    @contextmanager
    def _read(self) -> Iterator[Session]:
        """Open a session that sees one state of the database; raises StoreError for its troubles."""
        with self._in_our_words(), Session(self._engine) as session:
            yield session

    @contextmanager
    def _write(self) -> Iterator[Session]:
        """Open the one transaction that may write now; it is kept whole, or not at all on any error."""
        with self._in_our_words(), self._in_line, Session(self._writing) as session, session.begin():
            yield session

    @contextmanager
    def _in_our_words(self) -> Iterator[None]:
        try:
            yield
        except (StatementError, OutOfConnections) as error:
            raise StoreError(f"{shown(self._engine.url)}: {first_line(error)}") from error


def portions(values: Iterable[T]) -> Iterator[list[T]]:
    """Yield values in lists that fit into one query each."""
    every = list(values)
    return (every[at : at + AT_ONCE] for at in range(0, len(every), AT_ONCE))


def insert(session: Session, table: type[Base]) -> sqlite.Insert | postgresql.Insert:
    """Return the dialect's own INSERT, the one that knows ON CONFLICT."""
    return _insert(session.get_bind().dialect.name, table)


def _insert(dialect: str, table: type[Base]) -> sqlite.Insert | postgresql.Insert:
    into = cast(Table, table.__table__)
    return sqlite.insert(into) if dialect == "sqlite" else postgresql.insert(into)


def upsert(
    session: Session,
    table: type[Base],
    key: tuple[str, ...],
    *rows: Mapping[str, object],
    once: tuple[str, ...] = (),
) -> None:
    """Insert rows of equal columns, or give the rows of the same `key` these values.

    The columns named in `once` keep the value that they were given first.
    """
    if rows:
        wish = _upsert(session.get_bind().dialect.name, table, key, tuple(rows[0]), once)
        session.connection().execute(wish, [dict(row) for row in rows])


@cache
def _upsert(
    dialect: str, table: type[Base], key: tuple[str, ...], columns: tuple[str, ...], once: tuple[str, ...]
) -> sqlite.Insert | postgresql.Insert:
    wish = _insert(dialect, table)
    fresh = {name: wish.excluded[name] for name in columns if name not in key + once}
    return wish.on_conflict_do_update(index_elements=key, set_=fresh)

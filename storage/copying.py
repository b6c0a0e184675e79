"""A database copied into another, table by table: SQLite to PostgreSQL and back; the backup of one in use.

The source is read in one transaction: the copy is one state of it, whatever is written meanwhile. While the
copy is not whole, the number of its schema says so and no program opens it; run again, it goes on after the
last row that is as it should be. In the end every table is read again, and its digest must be the source's.
"""

from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any, Final, TypeAlias

from sqlalchemy import URL, Column, Connection, Engine, LargeBinary, MetaData, Table, func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.types import TypeDecorator, TypeEngine

from storage import copy_targets as targets
from storage.base import Base
from storage.columns import Moment, UtcTime
from storage.engine import WRITER, file_of, first_line, parse_address, shown
from storage.errors import StoreError
from storage.schema import SourceName, Visit

Progress: TypeAlias = Callable[[int, int], None]
Row: TypeAlias = tuple[Any, ...]
LEFT_OUT: Final = frozenset({"lease", "searchable"})
"""Who is at work on the source is not at work on the copy; what search finds by is made anew."""
MOST_ROWS, MOST_BYTES = 2_000, 4_000_000
"""What one transaction takes."""
AT_ONCE, BLOBS_AT_ONCE = 1_000, 16
"""Rows that a cursor brings at a time; a body may have megabytes."""


@dataclass(frozen=True, slots=True)
class CopiedTable:
    """A table of a copy; `sha256` is over its rows, the same in the source and read again from the copy."""

    name: str
    rows: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Copied:
    """A whole copy: where from and to as a person should see it; `already` rows were there before.

    `loose` are the sources whose chain does not end in their tip: damage of the original, copied with it.
    """

    source: str
    target: str
    tables: tuple[CopiedTable, ...]
    already: int
    loose: tuple[str, ...]

    @property
    def rows(self) -> int:
        """How many rows it has."""
        return sum(table.rows for table in self.tables)


def copy(source: str, target: str, progress: Progress = lambda done, known: None) -> Copied:
    """Copy the database at an address into another, which is made if absent, and verify it.

    `progress` is called with how many rows were gone through and how many there are; each is gone through
    twice. Raises StoreError if the source cannot be read, if the target holds anything but a copy of it,
    finished or not, or if the copy is not what was copied; run again, it goes on.
    """
    given, wanted = parse_address(source), parse_address(target)
    if _is_same(given, wanted):
        raise StoreError(f"{shown(wanted)}: is the database itself; name another for its copy")
    try:
        with (
            targets.opened_source(given) as reading,
            targets.opened_target(wanted) as (writing, has_data),
            _one_state(reading) as database,
        ):
            copying = _Copying(database, writing, progress)
            return copying.compare() if has_data else copying.run()
    except SQLAlchemyError as error:
        raise StoreError(f"{shown(wanted)}: not whole yet, run it again ({first_line(error)})") from None


def _is_same(one: URL, other: URL) -> bool:
    here, there = file_of(one), file_of(other)
    return bool(one == other or (here and there and here.resolve() == there.resolve()))


@contextmanager
def _one_state(engine: Engine) -> Iterator[Connection]:
    """Open a transaction in which the source is what it was when this began."""
    with engine.connect() as connection:
        if engine.dialect.name != "sqlite":
            connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        with connection.begin():
            yield connection


def plain_tables() -> tuple[Table, ...]:
    """Return the tables that are copied, parents first, with columns that hold what the databases hold."""
    import storage.store  # noqa: F401, PLC0415 - whoever has loaded it knows all tables

    tables = MetaData()
    return tuple(
        Table(table.name, tables, *(_plain(column) for column in table.columns))
        for table in Base.metadata.sorted_tables
        if table.name not in LEFT_OUT
    )


def _plain(column: Column[Any]) -> Column[Any]:
    kind: TypeEngine[Any] = column.type
    if isinstance(kind, TypeDecorator) and not isinstance(kind, UtcTime | Moment):
        kind = kind.impl_instance
    return Column(column.name, kind, primary_key=column.primary_key)


class _Copying:
    """One copy at work."""

    def __init__(self, source: Connection, target: Engine, progress: Progress) -> None:
        self._source, self._target = source, target
        self._writing = target.execution_options(**{WRITER: True})
        self._progress = progress
        self._done = self._known = self._already = 0

    def run(self) -> Copied:
        tables = plain_tables()
        counted = (select(func.count()).select_from(table) for table in tables)
        self._known = 2 * sum(self._source.scalar(count) or 0 for count in counted)
        copied = tuple(self._table(table) for table in tables)
        for table, made in zip(tables, copied, strict=True):
            self._verify(table, made)
        with self._writing.begin() as connection:
            targets.finish(connection, targets.last_numbers(self._source, tables))
        return self._copied(copied)

    def compare(self) -> Copied:
        """Return the copy that is there already; raises StoreError if it is not all the same."""
        same = tuple(self._same(table) for table in plain_tables())
        self._already = sum(table.rows for table in same)
        return self._copied(same)

    def _same(self, table: Table) -> CopiedTable:
        counting = _Counting(_rows(self._source, table))
        rows = iter(counting)
        with self._target.connect() as target, closing(_rows(target, table)) as there:
            if _alike(rows, there)[1] is not None or next(there, None) is not None:
                raise StoreError(f"{shown(self._target.url)}: {targets.OTHER_DATA}")
        return CopiedTable(table.name, counting.rows, counting.sha256)

    def _copied(self, tables: tuple[CopiedTable, ...]) -> Copied:
        with self._target.connect() as connection:
            loose = _loose(connection)
        addresses = (shown(self._source.engine.url), shown(self._target.url))
        return Copied(*addresses, tables, self._already, loose)

    def _table(self, table: Table) -> CopiedTable:
        """Make a table of the target the source's."""
        counting = _Counting(self._gone_through(_rows(self._source, table)))
        rows = iter(counting)
        with self._target.connect() as target, closing(_rows(target, table)) as there:
            kept, first = _alike(rows, there)
        with self._writing.begin() as target:
            targets.delete_after(target, table, kept)
        self._already += counting.rows - (first is not None)
        for some in _in_portions(rows, first):
            with self._writing.begin() as target:
                names = [column.name for column in table.columns]
                target.execute(table.insert(), [dict(zip(names, row, strict=True)) for row in some])
        return CopiedTable(table.name, counting.rows, counting.sha256)

    def _verify(self, table: Table, made: CopiedTable) -> None:
        with self._target.connect() as target:
            counting = _Counting(self._gone_through(_rows(target, table)))
            for _ in counting:
                pass
        if (counting.rows, counting.sha256) != (made.rows, made.sha256):
            raise StoreError(
                f"{shown(self._target.url)}: its table {table.name} is not what was copied"
                f" ({counting.rows} rows of {made.rows}); run it again"
            )

    def _gone_through(self, rows: Iterator[Row]) -> Iterator[Row]:
        for row in rows:
            yield row
            self._done += 1
            if self._done % AT_ONCE == 0 or self._done == self._known:
                self._progress(self._done, self._known)


class _Counting:
    """Rows counted and digested on their way."""

    def __init__(self, rows: Iterator[Row]) -> None:
        self._rows = rows
        self._digest = sha256()
        self.rows = 0

    def __iter__(self) -> Iterator[Row]:
        for row in self._rows:
            self.rows += 1
            self._digest.update(b"".join(map(_bytes, row)) + b"\n")
            yield row

    @property
    def sha256(self) -> str:
        return self._digest.hexdigest()


def _bytes(value: object) -> bytes:
    """Return a value with its kind and length, so that no two rows read the same."""
    if isinstance(value, bytes):
        return b"b%d:%b" % (len(value), value)
    if isinstance(value, bool | int | float) or value is None:
        return f"{value!r};".encode()
    said = (value.isoformat() if isinstance(value, date) else str(value)).encode()
    return b"s%d:%b" % (len(said), said)


def _rows(connection: Connection, table: Table) -> Generator[Row, None, None]:
    """Yield a table's rows in the order of its key, the same on both kinds of database."""
    blobs = any(
        isinstance(column.type, LargeBinary) and column.name in ("data", "reading") for column in table.c
    )
    size = BLOBS_AT_ONCE if blobs else AT_ONCE
    wish = select(table).order_by(*targets.key(connection, table))
    with connection.execute(wish, execution_options={"yield_per": size}) as found:
        yield from map(tuple, found)


def _alike(wanted: Iterator[Row], there: Iterator[Row]) -> tuple[Row | None, Row | None]:
    """Go along two tables while they are the same; the last row that is, and the first wanted that is not."""
    last = None
    for row in wanted:
        if next(there, None) != row:
            return last, row
        last = row
    return last, None


def _in_portions(rows: Iterator[Row], first: Row | None) -> Iterator[list[Row]]:
    """Yield rows as many at a time as a transaction takes."""
    portion, size = [] if first is None else [first], 0
    for row in rows:
        portion.append(row)
        size += sum(len(value) for value in row if isinstance(value, bytes))
        if len(portion) >= MOST_ROWS or size >= MOST_BYTES:
            yield portion
            portion, size = [], 0
    if portion:
        yield portion


def _loose(connection: Connection) -> tuple[str, ...]:
    """Return the sources whose chain does not end in the digest that stands beside them."""
    visit = Visit
    newest = select(visit.digest).where(visit.source_id == SourceName.id).order_by(visit.id.desc()).limit(1)
    wish = select(SourceName.name).where(SourceName.tip.is_distinct_from(newest.scalar_subquery()))
    return tuple(connection.scalars(wish.order_by(SourceName.name)))

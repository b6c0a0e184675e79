"""The tables themselves: values that their columns cannot hold, and rows that point at nothing."""

from collections.abc import Callable, Iterator
from typing import Any, Final

from sqlalchemy import (
    Boolean,
    Column,
    Dialect,
    ForeignKey,
    Integer,
    LargeBinary,
    Table,
    Text,
    exists,
    func,
    select,
    type_coerce,
)
from sqlalchemy.orm import Session
from sqlalchemy.types import NullType

from storage.damage import UNREADABLE, Damage, Kind, damage_of
from storage.schema import SourceName

MOST: Final = 20
"""Lines that one check may give: a table that is noise to its end need not be told to its end."""
ELSEWHERE: Final = frozenset({"visit.body_id", "visit.content_id", "visit.head_id"})
"""References that are told with what they point at."""
PLAIN: Final = ((Boolean, int), (Integer, int), (Text, str))
"""What SQLite gives for columns that need no reading; it holds text in a column of numbers, if told to."""


def unreadable(session: Session, table: Table) -> Iterator[Damage]:
    """Find values that cannot be what their column is for; blobs have digests of their own."""
    columns = [column for column in table.columns if not isinstance(column.type, LargeBinary)]
    dialect = session.get_bind().dialect
    readers = [_reader(column, dialect) for column in columns]
    raw = [type_coerce(column, NullType()) for column in columns]
    found = 0
    for values in session.execute(select(*raw).execution_options(yield_per=1000)):
        row = dict(zip((column.name for column in columns), values, strict=True))
        for column, read, value in zip(columns, readers, values, strict=True):
            if value is None or _is_legible(read, value):
                continue
            yield _of_row(session, table, column, row)
            found += 1
            if found == MOST:
                return


def _reader(column: Column[Any], dialect: Dialect) -> Callable[[Any], Any]:
    """Return what makes a value of the program of a column's, as a query would."""
    made: Callable[[Any], Any] | None = column.type.dialect_impl(dialect).result_processor(dialect, None)
    kind = next((kind for one, kind in PLAIN if isinstance(column.type.dialect_impl(dialect), one)), None)
    if kind is None or dialect.name != "sqlite":
        return made or (lambda value: value)

    def read(value: Any) -> Any:
        if not isinstance(value, kind):
            raise TypeError
        return made(value) if made else value

    return read


def _is_legible(read: Callable[[Any], Any], value: Any) -> bool:
    try:
        read(value)
    except UNREADABLE:
        return False
    return True


def _of_row(session: Session, table: Table, column: Column[Any], row: dict[str, Any]) -> Damage:
    key = [row[one.name] for one in table.primary_key]
    named = _source(session, row.get("source_id", row.get("list_id")))
    said = f"its {column.name} cannot be read: {ascii(row[column.name])[:60]}"
    what = f"{table.name} {'/'.join(str(one)[:20] for one in key)}: {said}"
    number = key[0] if key and isinstance(key[0], int) else 0
    visit = row.get("id") if table.name == "visit" else row.get("visit_id")
    place = f"{table.name}.{column.name}"
    if isinstance(visit, int):
        return damage_of(session, Kind.ROW, what, visit, number, 1, place)
    return Damage(Kind.ROW, what, number, source=named, place=place)


def _source(session: Session, number: object) -> str | None:
    name: str | None = None
    if isinstance(number, int):
        name = session.scalar(select(SourceName.name).where(SourceName.id == number))
    return name


def dangling(session: Session, key: ForeignKey) -> Iterator[Damage]:
    """Find rows of a table whose foreign key points at nothing, those together that point at the same."""
    place = f"{key.parent.table.name}.{key.parent.name}"
    if place in ELSEWHERE:
        return
    table, target = key.parent.table, key.column.table.alias()
    there = exists().where(target.c[key.column.name] == key.parent)
    visit = table.c.id if table.name == "visit" else table.c.get("visit_id")
    first = func.min(visit) if visit is not None else None
    wish = select(key.parent, func.count(), *(() if first is None else (first,)))
    wish = wish.where(key.parent.is_not(None), ~there).group_by(key.parent).limit(MOST)
    for value, count, *visits in session.execute(wish):
        rows = f"a row of {table.name} points" if count == 1 else f"{count} rows of {table.name} point"
        what = f"{rows} at {key.column.table.name} {value}, which is not there ({place})"
        number = value if isinstance(value, int) else 0
        touched = visits[0] if visits else None
        yield damage_of(session, Kind.REFERENCE, what, touched, number, count if visits else 0, place)

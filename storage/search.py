"""Full text over all notices kept, the same on both databases: written with the snapshot, read page by page.

The database finds the notices whose words fit (SQLite: FTS5 without content, PostgreSQL: a GIN index),
the newest first; each is then read, and shown if it holds the terms as they were typed. So what is
shown is exact, whatever the index holds in excess, and a page costs a bounded number of readings.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, TypeAlias, cast

from sqlalchemy import ColumnElement, Select, column, func, literal_column, select, table, text
from sqlalchemy.orm import Session, aliased

from monitor.model import Snapshot
from monitor.search_words import Clause, clauses, terms
from monitor.searching import Found, Hit, Wish, excerpt, holds, marked
from scraper.addresses import host
from scraper.model import Notice
from storage import schema
from storage.desk import Desk
from storage.errors import StoreError
from storage.search_index import is_sqlite, snapshots_in_order

MOST_READ: Final = 300
"""notices that are read for one page; each takes a third of a millisecond"""

FIRST: Final = 500
"""matches that are asked for at first, and counted exactly; SQLite takes 999 parameters at least"""
Place: TypeAlias = tuple[date, int]
"""A day and a snapshot's number: where a page of hits ends."""

_SQLITE = table("search", column("rowid"), column("words"))
_POSTGRESQL = table("search", column("id"), column("words"))


class Search(Desk):
    """What was read, found again."""

    def search(self, wish: Wish) -> Found:
        """Return the notices that hold every term of a wish, the latest day first.

        Without a term all are returned that the rest of the wish lets through. Raises StoreError for an
        `after` that no page gave.
        """
        looked_for = terms(wish.text)
        with self._read() as session:
            latest = _chunk(session, wish, looked_for, None, FIRST)
            at_most = _at_most(session, wish, looked_for, latest)
            hits: list[Hit] = []
            last = None
            for read, (row, snapshot) in enumerate(_candidates(session, wish, looked_for, latest)):
                if len(hits) == wish.limit or read == MOST_READ:
                    return Found(tuple(hits), last, at_most)
                last = f"{row.day:%Y%m%d}-{row.snapshot_id}"
                if _holds(snapshot, wish, looked_for):
                    hits.append(_hit(row, snapshot, looked_for))
            return Found(tuple(hits), None, at_most)


def _holds(snapshot: Snapshot, wish: Wish, looked_for: tuple[str, ...]) -> bool:
    reading = snapshot.reading
    if not isinstance(reading, Notice) or not _on(wish.host, snapshot):
        return False
    return holds(looked_for, reading.title or "", reading.text)


def _hit(row: Any, snapshot: Snapshot, looked_for: tuple[str, ...]) -> Hit:
    notice = cast(Notice, snapshot.reading)
    return Hit(
        snapshot=snapshot.id,
        source=snapshot.source,
        dossier=row.dossier,
        role=row.role,
        url=snapshot.url,
        day=row.day,
        published=notice.published,
        document_number=notice.document_number,
        taken=snapshot.taken,
        title=marked(notice.title or "", looked_for),
        excerpt=excerpt(notice.text, looked_for),
    )


def _at_most(session: Session, wish: Wish, looked_for: tuple[str, ...], latest: "Chunk") -> int:
    """Count what may fit: the latest as the wish narrows them, what is beyond by its words alone."""
    if latest.end is None:
        return len(latest.rows)
    every = _matching(session, wish, looked_for, None).order_by(None).subquery()
    return len(latest.rows) + (session.scalar(select(func.count()).select_from(every)) or 0) - FIRST


def _matching(
    session: Session, wish: Wish, looked_for: tuple[str, ...], after: Place | None
) -> Select[int, date]:
    """Select what the index and the days let through, the latest day first; nothing else is joined."""
    day, number = schema.Searchable.day, schema.Searchable.snapshot_id
    query = select(number, day).order_by(day.desc(), number.desc())
    if wish.since is not None:
        query = query.where(day >= wish.since)
    if wish.until is not None:
        query = query.where(day <= wish.until)
    if after is not None:
        query = query.where((day < after[0]) | ((day == after[0]) & (number < after[1])))
    wanted = tuple(dict.fromkeys(clause for term in looked_for for clause in clauses(term)))
    if not wanted:
        return query
    if is_sqlite(session):
        match = text("search MATCH :words").bindparams(words=_fts5(wanted))
        return query.join(_SQLITE, _SQLITE.c.rowid == number).where(match)
    match = text("search.words @@ CAST(:words AS tsquery)").bindparams(words=_tsquery(wanted))
    return query.join(_POSTGRESQL, _POSTGRESQL.c.id == number).where(match)


def _fts5(wanted: Iterable[Clause]) -> str:
    """Say clauses in FTS5's language; words hold no quotes."""
    each = (" OR ".join(f'"{one.word}"{" *" if one.prefix else ""}' for one in clause) for clause in wanted)
    return " AND ".join(f"({clause})" for clause in each)


def _tsquery(wanted: Iterable[Clause]) -> str:
    """Say clauses in PostgreSQL's language."""
    each = (" | ".join(f"'{one.word}'{':*' if one.prefix else ''}" for one in clause) for clause in wanted)
    return " & ".join(f"({clause})" for clause in each)


def _narrowed(numbers: Sequence[int], wish: Wish) -> Select[*tuple[Any, ...]]:
    """Select of some matches those that the rest of the wish lets through, the latest day first."""
    searchable, snapshot = schema.Searchable, schema.Snapshot
    source, visit = schema.SourceName, schema.Visit
    return (
        select(searchable.snapshot_id, searchable.day, source.dossier, visit.role)
        .join(snapshot, snapshot.id == searchable.snapshot_id)
        .join(source, source.id == snapshot.source_id)
        .join(visit, visit.id == snapshot.visit_id)
        .where(searchable.snapshot_id.in_(numbers), *_conditions(wish))
        .order_by(searchable.day.desc(), searchable.snapshot_id.desc())
    )


def _conditions(wish: Wish) -> Iterator[ColumnElement[bool]]:
    if wish.dossier is not None:
        yield schema.SourceName.dossier == wish.dossier
    if wish.role is not None:
        yield schema.Visit.role == wish.role
    if wish.host is not None:
        url = func.lower(schema.Address.url)
        near = select(schema.Address.id).where(url.contains(_host(wish.host), autoescape=True))
        yield schema.Snapshot.url_id.in_(near)
    if not wish.earlier:
        later = aliased(schema.Snapshot)
        same = (later.source_id == schema.Snapshot.source_id, later.id > schema.Snapshot.id)
        yield ~select(literal_column("1")).select_from(later).where(*same).exists()


def _host(typed: str) -> str:
    return typed.strip().lower().strip(".")


def _on(wanted: str | None, snapshot: Snapshot) -> bool:
    if wanted is None:
        return True
    found = host(snapshot.url)
    return found == _host(wanted) or found.endswith(f".{_host(wanted)}")


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some matches as the wish narrows them; `end` is the place of the last, None where no more follow."""

    rows: tuple[Any, ...]
    end: Place | None


def _chunk(
    session: Session, wish: Wish, looked_for: tuple[str, ...], after: Place | None, size: int
) -> Chunk:
    found = session.execute(_matching(session, wish, looked_for, after).limit(size)).all()
    numbers = [row.snapshot_id for row in found]
    rows = (
        row
        for at in range(0, len(numbers), FIRST)
        for row in session.execute(_narrowed(numbers[at : at + FIRST], wish))
    )
    last = found[-1] if len(found) == size else None
    return Chunk(tuple(rows), (last.day, last.snapshot_id) if last else None)


def _candidates(
    session: Session, wish: Wish, looked_for: tuple[str, ...], latest: Chunk
) -> Iterator[tuple[Any, Snapshot]]:
    """Yield what may fit with its snapshot, the latest day first.

    The index is asked for a few at first, for ten times as many whenever they were not enough.
    """
    after, size = _place(wish.after), FIRST
    chunk = latest if after is None else _chunk(session, wish, looked_for, after, size)
    while True:
        numbers = tuple(row.snapshot_id for row in chunk.rows)
        yield from zip(chunk.rows, snapshots_in_order(session, numbers), strict=True)
        if chunk.end is None:
            return
        size *= 10
        chunk = _chunk(session, wish, looked_for, chunk.end, size)


def _place(after: str | None) -> Place | None:
    if after is None:
        return None
    day, _, number = after.partition("-")
    try:
        return date.fromisoformat(day), int(number)
    except ValueError:
        raise StoreError(f"no page of a search begins after {after!r}") from None

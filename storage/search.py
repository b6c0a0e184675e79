"""Full text over all notices kept, the same on both databases: written with the snapshot, read page by page.

The database finds the notices whose words fit (SQLite: FTS5 without content, PostgreSQL: a GIN index),
the newest first; each is then read, and shown if it holds the terms as they were typed. So what is
shown is exact, whatever the index holds in excess, and a page costs a bounded number of readings.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, Final, cast

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
from storage.search_index import BATCH, is_sqlite, snapshots_in_order

MOST_READ: Final = 300
"""notices that are read for one page; each takes a third of a millisecond"""

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
            query = _candidates(session, wish, looked_for)
            at_most = session.scalar(select(func.count()).select_from(query.subquery())) or 0
            hits: list[Hit] = []
            last = None
            for read, (row, snapshot) in enumerate(_batches(session, query, wish)):
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


def _candidates(session: Session, wish: Wish, looked_for: tuple[str, ...]) -> Select[*tuple[Any, ...]]:
    searchable, snapshot, source, visit = (
        schema.Searchable,
        schema.Snapshot,
        schema.SourceName,
        schema.Visit,
    )
    query = (
        select(searchable.snapshot_id, searchable.day, source.dossier, visit.role)
        .join(snapshot, snapshot.id == searchable.snapshot_id)
        .join(source, source.id == snapshot.source_id)
        .join(visit, visit.id == snapshot.visit_id)
        .where(*_narrowed(wish))
    )
    wanted = tuple(dict.fromkeys(clause for term in looked_for for clause in clauses(term)))
    if not wanted:
        return query
    if is_sqlite(session):
        match = text("search MATCH :words").bindparams(words=_fts5(wanted))
        return query.join(_SQLITE, _SQLITE.c.rowid == searchable.snapshot_id).where(match)
    match = text("search.words @@ CAST(:words AS tsquery)").bindparams(words=_tsquery(wanted))
    return query.join(_POSTGRESQL, _POSTGRESQL.c.id == searchable.snapshot_id).where(match)


def _fts5(wanted: Iterable[Clause]) -> str:
    """Say clauses in FTS5's language; words hold no quotes."""
    each = (" OR ".join(f'"{one.word}"{" *" if one.prefix else ""}' for one in clause) for clause in wanted)
    return " AND ".join(f"({clause})" for clause in each)


def _tsquery(wanted: Iterable[Clause]) -> str:
    """Say clauses in PostgreSQL's language."""
    each = (" | ".join(f"'{one.word}'{':*' if one.prefix else ''}" for one in clause) for clause in wanted)
    return " & ".join(f"({clause})" for clause in each)


def _narrowed(wish: Wish) -> Iterator[ColumnElement[bool]]:
    if wish.dossier is not None:
        yield schema.SourceName.dossier == wish.dossier
    if wish.since is not None:
        yield schema.Searchable.day >= wish.since
    if wish.until is not None:
        yield schema.Searchable.day <= wish.until
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


def _batches(session: Session, query: Select[*tuple[Any, ...]], wish: Wish) -> Iterator[tuple[Any, Snapshot]]:
    """Yield the candidates with their snapshots, the latest day first, read a few at a time."""
    after = _place(wish.after)
    day, number = schema.Searchable.day, schema.Searchable.snapshot_id
    while True:
        page = query.order_by(day.desc(), number.desc()).limit(BATCH)
        if after is not None:
            page = page.where((day < after[0]) | ((day == after[0]) & (number < after[1])))
        rows = session.execute(page).all()
        snapshots = {
            one.id: one for one in snapshots_in_order(session, tuple(row.snapshot_id for row in rows))
        }
        yield from ((row, snapshots[row.snapshot_id]) for row in rows)
        if len(rows) < BATCH:
            return
        after = rows[-1].day, rows[-1].snapshot_id


def _place(after: str | None) -> tuple[date, int] | None:
    if after is None:
        return None
    day, _, number = after.partition("-")
    try:
        return date.fromisoformat(day), int(number)
    except ValueError:
        raise StoreError(f"no page of a search begins after {after!r}") from None

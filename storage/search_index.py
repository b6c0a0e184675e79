"""What search finds notices by: their words, written with the snapshot."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Final

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from monitor.model import Snapshot
from monitor.search_words import index_words
from scraper.chinese import BEIJING
from scraper.model import Notice
from storage import schema
from storage.desk import upsert
from storage.snapshots import pages_of, snapshot_of, snapshots_with_names

BATCH: Final = 60
"""notices that are read at a time"""


def put_searchable(session: Session, number: int, snapshot: Snapshot) -> None:
    """Make a snapshot findable by what its title and text say now; only notices are."""
    reading = snapshot.reading
    if not isinstance(reading, Notice):
        return
    upsert(session, schema.Searchable, ("snapshot_id",), {"snapshot_id": number, "day": _day(snapshot)})
    words = index_words(f"{reading.title or ''}\n{reading.text}")
    if is_sqlite(session):
        said = text("INSERT INTO search (rowid, words) VALUES (:id, :words)")
        session.execute(said, {"id": number, "words": " ".join(words)})
    else:
        said = text(
            "INSERT INTO search (id, words) VALUES (:id, array_to_tsvector(CAST(:words AS text[])))"
            " ON CONFLICT (id) DO UPDATE SET words = EXCLUDED.words"
        )
        session.execute(said, {"id": number, "words": list(words)})


def put_again(session: Session, number: int, before: Snapshot | None, after: Snapshot | None) -> None:
    """Make a snapshot findable by what it says now, and no longer by what it was read as before.

    A contentless index of FTS5 forgets a row only if it is told the very words that were put in.
    """
    if after is None or before == after:
        return
    if before and is_sqlite(session) and isinstance(before.reading, Notice):
        words = index_words(f"{before.reading.title or ''}\n{before.reading.text}")
        said = text("INSERT INTO search (search, rowid, words) VALUES ('delete', :id, :words)")
        session.execute(said, {"id": number, "words": " ".join(words)})
    put_searchable(session, number, after)


def index_missing(session: Session, progress: Callable[[int, int], None] = lambda done, known: None) -> int:
    """Make every notice findable that is not; return how many were made so.

    `progress` is called with how many are done and how many there are.
    """
    missing = tuple(
        session.scalars(
            select(schema.Snapshot.id)
            .outerjoin(schema.Searchable, schema.Searchable.snapshot_id == schema.Snapshot.id)
            .where(schema.Snapshot.kind == "notice", schema.Searchable.snapshot_id.is_(None))
            .order_by(schema.Snapshot.id)
        )
    )
    for done, snapshot in enumerate(snapshots_in_order(session, missing), 1):
        put_searchable(session, snapshot.id, snapshot)
        progress(done, len(missing))
    return len(missing)


def snapshots_in_order(session: Session, numbers: tuple[int, ...]) -> Iterator[Snapshot]:
    """Yield the snapshots of these numbers, in their order; read a few at a time."""
    for at in range(0, len(numbers), BATCH):
        some = numbers[at : at + BATCH]
        rows = session.execute(snapshots_with_names().where(schema.Snapshot.id.in_(some))).all()
        pages = pages_of(session, [row[0].visit_id for row in rows])
        found = {row[0].id: snapshot_of(session, *row) for row in rows}
        del pages
        yield from (found[number] for number in some)


def _day(snapshot: Snapshot) -> date:
    published = snapshot.reading.published if isinstance(snapshot.reading, Notice) else None
    return published or snapshot.taken.astimezone(BEIJING).date()


def is_sqlite(session: Session) -> bool:
    """Tell which of the two kinds of index a session's database has."""
    return session.get_bind().dialect.name == "sqlite"

"""What is remembered of sources between passes: their standing, the rows of lists, those followed."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from sqlalchemy import Row as ResultRow
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from monitor.model import Record, Row, Source, Standing
from storage import schema
from storage.desk import Desk, portions, upsert
from storage.names import fingerprint, source_number
from storage.pen import pen
from storage.snapshots import PARTS, joined, snapshot_of


def put_standing(session: Session, record: Record, snapshot: int | None) -> None:
    """Have it written at the transaction's end where a source stands; `snapshot` is this visit's, if any."""
    standing = record.standing
    if standing is None:
        return
    before = standing.snapshot.id if standing.snapshot else None
    number = source_number(session, standing.source, record.seen.look.dossier)
    pen(session).standings[number] = {
        "source_id": number,
        "state": standing.link.state,
        "link": standing.link,
        "url": standing.url,
        "etag": standing.etag,
        "last_modified": standing.last_modified,
        "body": standing.body,
        "snapshot_id": snapshot or before,
        "next_due": standing.next_due,
        "layout_failures": standing.layout_failures,
    }


def put_rows(session: Session, record: Record, visit: int) -> None:
    """Remember a list's rows, or what became of those remembered."""
    look = record.seen.look
    if not record.rows:
        return
    number = source_number(session, record.rows_of or look.source, look.dossier)
    rows = (_row_columns(row, number, visit, place) for place, row in enumerate(record.rows))
    upsert(session, schema.ListRow, ("list_id", "digest"), *rows, once=("visit_id", "place"))


def _row_columns(row: Row, list_id: int, visit: int, place: int) -> dict[str, object]:
    return {
        "list_id": list_id,
        "digest": fingerprint(row.key),
        "visit_id": visit,
        "place": place,
        "key": row.key,
        "url": row.url,
        "title": row.title,
        "published": row.published,
        "document_number": row.document_number,
        "verdict": row.verdict,
        "settled": row.settled,
    }


def put_followed(session: Session, record: Record, visit: int) -> None:
    """Remember the sources that a visit brought."""
    for source in record.follow:
        number = source_number(session, source.id, source.dossier)
        row = {"source_id": number, "visit_id": visit, "dossier": source.dossier, "source": source}
        upsert(session, schema.Followed, ("source_id",), row, once=("visit_id",))


def _standings() -> Select[*tuple[Any, ...]]:
    standing = schema.Standing
    wish = (
        select(standing, schema.SourceName.name, *PARTS)
        .join(schema.SourceName, standing.source_id == schema.SourceName.id)
        .outerjoin(schema.Snapshot, standing.snapshot_id == schema.Snapshot.id)
    )
    return joined(wish)


def _heads() -> Select[*tuple[Any, ...]]:
    standing, source = schema.Standing, schema.SourceName
    return select(standing, source.name).join(source, standing.source_id == source.id)


def _head(kept: schema.Standing, name: str) -> Standing:
    """Return where a source stands, without what was read there."""
    return Standing(
        source=name,
        link=kept.link,
        url=kept.url,
        etag=kept.etag,
        last_modified=kept.last_modified,
        body=kept.body,
        next_due=kept.next_due,
        layout_failures=kept.layout_failures,
    )


def _standing(session: Session, result: ResultRow[*tuple[Any, ...]]) -> Standing:
    kept, name, snapshot, *parts = result
    return replace(_head(kept, name), snapshot=snapshot and snapshot_of(session, snapshot, *parts))


def row_of(kept: schema.ListRow) -> Row:
    """Return a remembered row of a list from its table's."""
    return Row(
        kept.key, kept.url, kept.title, kept.published, kept.document_number, kept.verdict, kept.settled
    )


def standing_in(session: Session, source: str) -> Standing | None:
    """Return where a source stands, None if it was never kept."""
    row = session.execute(_standings().where(schema.SourceName.name == source)).one_or_none()
    return None if row is None else _standing(session, row)


class Standings(Desk):
    """What the next pass starts from."""

    def standing(self, source: str) -> Standing | None:
        """Return where a source stands, None if it was never kept."""
        with self._read() as session:
            return standing_in(session, source)

    def standings(self, dossier: str | None = None) -> dict[str, Standing]:
        """Return where the sources of a dossier (None: of all) stand, by their ids, the first due first."""
        wish = _standings().order_by(schema.Standing.next_due.nulls_first(), schema.SourceName.name)
        if dossier is not None:
            wish = wish.where(schema.SourceName.dossier == dossier)
        with self._read() as session:
            found = [_standing(session, row) for row in session.execute(wish).all()]
            return {standing.source: standing for standing in found}

    def standings_of(self, sources: Iterable[str], *, readings: bool = True) -> dict[str, Standing]:
        """Return where these sources stand, those that were ever kept, by their ids.

        Without `readings` their snapshots are None, which costs a tenth where the readings are not wanted.
        """
        found = dict[str, Standing]()
        with self._read() as session:
            for some in portions(sources):
                wish = _standings() if readings else _heads()
                rows = session.execute(wish.where(schema.SourceName.name.in_(some))).all()
                made = (_standing(session, row) if readings else _head(*row) for row in rows)
                found |= {standing.source: standing for standing in made}
        return found

    def followed(self, dossier: str) -> tuple[Source, ...]:
        """Return the sources of a dossier that the program added, in the order of their coming."""
        kept = schema.Followed
        wish = select(kept.source).where(kept.dossier == dossier).order_by(kept.visit_id, kept.source_id)
        with self._read() as session:
            return tuple(session.scalars(wish))

    def rows(self, list_id: str) -> dict[str, Row]:
        """Return the rows remembered of a list, by their keys, in the order of their coming."""
        with self._read() as session:
            return {kept.key: row_of(kept) for kept in session.scalars(_rows_of(list_id))}

    def unsettled(self, list_id: str) -> tuple[Row, ...]:
        """Return the rows of a list whose page still has to be fetched, in the order of their coming."""
        with self._read() as session:
            wish = _rows_of(list_id).where(schema.ListRow.settled.is_(False))
            return tuple(map(row_of, session.scalars(wish)))


def _rows_of(list_id: str) -> Select[schema.ListRow]:
    wish = select(schema.ListRow).join(schema.SourceName, schema.ListRow.list_id == schema.SourceName.id)
    return wish.where(schema.SourceName.name == list_id).order_by(
        schema.ListRow.visit_id, schema.ListRow.place
    )

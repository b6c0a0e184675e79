"""Visits and snapshots: how they are written, and read again as the values they were."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Row as ResultRow
from sqlalchemy import Select, select
from sqlalchemy.orm import Session, aliased

from monitor.model import Record, Snapshot, State, Visit
from scraper.model import Fetch, Hop, Outcome
from storage import schema
from storage.bodies import open_body, open_content, put_body, put_content, squeeze, unsqueeze
from storage.columns import MOST_ROWS
from storage.desk import Desk
from storage.errors import StoreError
from storage.heads import open_hops, put_hops
from storage.links import own_visits
from storage.names import address_number, source_number
from storage.values import kind_of, reading_from_bytes, reading_to_bytes

FINAL = aliased(schema.Address)
VIA = aliased(schema.SourceName)


def put_visit(session: Session, record: Record) -> schema.Visit:
    """Write the row of a visit with its body and hops; return it with its number."""
    look, fetch, outcome = record.seen.look, record.seen.fetch, record.seen.outcome
    source_id = source_number(session, look.source, look.dossier)
    head_id, hops = put_hops(session, source_id, fetch.hops)
    size, content_id = put_content(session, fetch)
    row = schema.Visit(
        source_id=source_id,
        role=look.role,
        via_id=None if look.via is None else source_number(session, look.via, look.dossier),
        url_id=address_number(session, look.url),
        requested_id=None if fetch.requested == look.url else address_number(session, fetch.requested),
        final_id=None if fetch.url == look.url else address_number(session, fetch.url),
        at=fetch.started,
        seconds=fetch.seconds,
        status=fetch.status,
        outcome=outcome.kind,
        rule=outcome.rule,
        detail=outcome.detail,
        state=_state(record),
        completeness=fetch.completeness,
        trouble=fetch.trouble,
        trouble_detail=fetch.detail,
        head_id=head_id,
        hops=hops,
        body_id=put_body(session, fetch.body),
        content_size=size,
        content_id=content_id,
        origin=record.origin,
    )
    session.add(row)
    session.flush()
    return row


def _state(record: Record) -> State:
    standing = record.standing
    return standing.link.state if standing and record.state is State.UNKNOWN else record.state


def put_snapshot(session: Session, record: Record, visit: schema.Visit) -> int | None:
    """Write what a visit read, if the record says so; return the snapshot's number.

    Raises ValueError for a new reading without the digest of what is compared.
    """
    if record.new_reading is None:
        return None
    if record.digest is None:
        raise ValueError("a new reading is kept with the digest of what is compared")
    row = schema.Snapshot(
        visit_id=visit.id,
        source_id=visit.source_id,
        taken=visit.at,
        url_id=visit.final_id or visit.url_id,
        kind=kind_of(record.new_reading),
        digest=record.digest,
        reading=squeeze(reading_to_bytes(record.new_reading)),
    )
    session.add(row)
    session.flush()
    return row.id


def visits_with_names() -> Select[*tuple[Any, ...]]:
    """Return the query behind every visit; `visit_of` reads its rows."""
    visit, source, url, body = schema.Visit, schema.SourceName, schema.Address, schema.Body
    columns = (visit, source.name, VIA.name, url.url, FINAL.url, body.digest, schema.Snapshot.id)
    return (
        select(*columns)
        .join(source, visit.source_id == source.id)
        .join(url, visit.url_id == url.id)
        .outerjoin(VIA, visit.via_id == VIA.id)
        .outerjoin(FINAL, visit.final_id == FINAL.id)
        .outerjoin(body, visit.body_id == body.id)
        .outerjoin(schema.Snapshot, schema.Snapshot.visit_id == visit.id)
    )


def visit_of(row: ResultRow[*tuple[Any, ...]]) -> Visit:
    """Return a visit from its row and the names that it points at."""
    kept, source, via, url, final, body, snapshot = row
    return Visit(
        id=kept.id,
        source=source,
        role=kept.role,
        via=via,
        url=url,
        final_url=final or url,
        at=kept.at,
        seconds=kept.seconds,
        status=kept.status,
        outcome=Outcome(kept.outcome, kept.rule, kept.detail),
        state=kept.state,
        snapshot=snapshot,
        body=body and body.hex(),
        origin=kept.origin,
    )


def snapshots_with_names() -> Select[*tuple[Any, ...]]:
    """Return the query behind every snapshot; `snapshot_of` reads its rows."""
    snapshot, source, url = schema.Snapshot, schema.SourceName, schema.Address
    return (
        select(snapshot, source.name, url.url)
        .join(source, snapshot.source_id == source.id)
        .join(url, snapshot.url_id == url.id)
    )


def snapshot_of(kept: schema.Snapshot, source: str, url: str) -> Snapshot:
    """Return a snapshot from its row and the two names that it points at, as it is read since."""
    plain = unsqueeze(kept.reading)
    if kept.reread:
        plain = unsqueeze(kept.reread.reading, plain)
    return Snapshot(
        id=kept.id,
        source=source,
        visit=kept.visit_id,
        taken=kept.taken,
        url=url,
        reading=reading_from_bytes(plain),
        digest=kept.reread.digest if kept.reread else kept.digest,
    )


def visit_in(session: Session, number: int) -> Visit | None:
    """Return a visit by its number."""
    if number > MOST_ROWS:
        return None
    row = session.execute(visits_with_names().where(schema.Visit.id == number)).one_or_none()
    return None if row is None else visit_of(row)


def snapshot_in(session: Session, number: int | None) -> Snapshot | None:
    """Return a snapshot by its number."""
    if number is not None and number > MOST_ROWS:
        return None
    row = session.execute(snapshots_with_names().where(schema.Snapshot.id == number)).one_or_none()
    return None if row is None else snapshot_of(*row)


class Visits(Desk):
    """What was seen, read again."""

    def visit(self, number: int) -> Visit | None:
        """Return a visit by its number (the 1234 of V1234), None if there is none."""
        with self._read() as session:
            return visit_in(session, number)

    def visits(
        self, source: str, *, limit: int | None = None, newest_first: bool = True
    ) -> tuple[Visit, ...]:
        """Return a source's visits by time; `limit` takes so many of the newest (or of the oldest)."""
        order = (schema.Visit.at, schema.Visit.id)
        wish = visits_with_names().where(schema.SourceName.name == source).limit(limit)
        wish = wish.order_by(*(column.desc() for column in order) if newest_first else order)
        with self._read() as session:
            return tuple(map(visit_of, session.execute(wish)))

    def visits_at(self, source: str, times: Iterable[datetime]) -> tuple[int, ...]:
        """Return the numbers of a source's own visits begun at these times, the oldest first.

        The times are those of `Visit.at` (a fetch's start), as `LinkState` tallies them. A probe, a search
        for a successor and a list's further pages stand under the source's name and are not its visits.
        """
        named = select(schema.SourceName.id).where(schema.SourceName.name == source)
        with self._read() as session:
            number = session.scalar(named)
            return () if number is None else tuple(row for row, _ in own_visits(session, number, times))

    def hops(self, number: int) -> tuple[Hop, ...]:
        """Return a visit's requests and answers in order; none for a visit that does not exist."""
        with self._read() as session:
            row = session.get(schema.Visit, number) if number <= MOST_ROWS else None
            return _hops(session, row) if row else ()

    def body(self, sha256: str) -> bytes:
        """Return a body as received, by its sha256 in hexadecimal.

        Raises StoreError if there is none, or if it is not what its sha256 says any more.
        """
        with self._read() as session:
            row = session.scalar(select(schema.Body).where(schema.Body.digest == bytes.fromhex(sha256)))
            if row is None:
                raise StoreError(f"no body {sha256} has been kept")
            return open_body(row)

    def fetch_of(self, number: int) -> Fetch:
        """Return the fetch of a visit, equal to the one that was kept; StoreError if there is none."""
        with self._read() as session:
            return fetch_in(session, number)

    def snapshots(self, source: str) -> tuple[Snapshot, ...]:
        """Return a source's snapshots, the oldest first."""
        wish = snapshots_with_names().where(schema.SourceName.name == source)
        with self._read() as session:
            rows = session.execute(wish.order_by(schema.Snapshot.taken, schema.Snapshot.id))
            return tuple(snapshot_of(*row) for row in rows)

    def snapshot(self, number: int) -> Snapshot | None:
        """Return a snapshot by its number, None if there is none."""
        with self._read() as session:
            return snapshot_in(session, number)


def _hops(session: Session, row: schema.Visit) -> tuple[Hop, ...]:
    return open_hops(session.get(schema.Head, row.head_id) if row.head_id else None, row.hops)


def _body(session: Session, number: int | None) -> schema.Body | None:
    return session.get(schema.Body, number) if number else None


def fetch_in(session: Session, number: int) -> Fetch:
    """Return the fetch of a visit; StoreError if there is none."""
    row = session.get(schema.Visit, number) if number <= MOST_ROWS else None
    if row is None:
        raise StoreError(f"there is no visit V{number}")
    requested = session.get_one(schema.Address, row.requested_id or row.url_id)
    body = open_body(_body(session, row.body_id))
    return Fetch(
        requested=requested.url,
        started=row.at,
        seconds=row.seconds,
        hops=_hops(session, row),
        body=body,
        content=open_content(body, row.content_size, _body(session, row.content_id)),
        completeness=row.completeness,
        trouble=row.trouble,
        detail=row.trouble_detail,
    )

"""Visits and snapshots: how they are written, and read again as the values they were."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Row as ResultRow
from sqlalchemy import Select, select
from sqlalchemy.orm import Session, aliased

from monitor.model import Visit
from scraper.model import Fetch, Hop, Outcome
from storage import schema
from storage.bodies import body_of, content_of, open_body
from storage.columns import MOST_ROWS
from storage.desk import Desk
from storage.errors import BodyGone, StoreError
from storage.heads import hops_of
from storage.links import own_visits
from storage.proof_schema import PRUNED, Gone

FINAL = aliased(schema.Address)
VIA = aliased(schema.SourceName)


def visits_with_names() -> Select[*tuple[Any, ...]]:
    """Return the query behind every visit; `visit_of` reads its rows."""
    visit, source, url, body = schema.Visit, schema.SourceName, schema.Address, schema.Body
    columns = (visit, schema.Circumstance, source.name, VIA.name, url.url, FINAL.url)
    return (
        select(*columns, body.digest, body.text, schema.Configuration.digest, schema.Snapshot.id)
        .join(schema.Circumstance, visit.circumstance_id == schema.Circumstance.id)
        .join(source, visit.source_id == source.id)
        .join(url, visit.url_id == url.id)
        .outerjoin(VIA, visit.via_id == VIA.id)
        .outerjoin(FINAL, visit.final_id == FINAL.id)
        .outerjoin(body, visit.body_id == body.id)
        .outerjoin(schema.Configuration, schema.Circumstance.configuration_id == schema.Configuration.id)
        .outerjoin(schema.Snapshot, schema.Snapshot.visit_id == visit.id)
    )


def visit_of(row: ResultRow[*tuple[Any, ...]]) -> Visit:
    """Return a visit from its row and the names that it points at."""
    kept, common, source, via, url, final, body, text, settings, snapshot = row
    return Visit(
        id=kept.id,
        source=source,
        role=common.role,
        via=via,
        url=url,
        final_url=final or url,
        at=kept.at,
        seconds=kept.seconds,
        status=common.status,
        outcome=Outcome(common.outcome, common.rule, common.detail),
        state=common.state,
        snapshot=snapshot,
        body=body and body.hex(),
        origin=common.origin,
        completeness=common.completeness,
        text=kept.text or text,
        reader=common.reader,
        layout=common.layout,
        readers=common.readers,
        settings=settings,
        digest=kept.digest,
    )


def visit_in(session: Session, number: int) -> Visit | None:
    """Return a visit by its number."""
    if number > MOST_ROWS:
        return None
    row = session.execute(visits_with_names().where(schema.Visit.id == number)).one_or_none()
    return None if row is None else visit_of(row)


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
            return hops_of(session, row) if row else ()

    def body(self, sha256: str) -> bytes:
        """Return a body as received, by its sha256 in hexadecimal.

        Raises StoreError if there is none, if it is gone, or if it is not what its sha256 says any more.
        """
        with self._read() as session:
            row = session.scalar(select(schema.Body).where(schema.Body.digest == bytes.fromhex(sha256)))
            if row is None:
                raise StoreError(f"no body {sha256} has been kept")
            if not row.data:
                raise BodyGone(f"the body {sha256} {_what_became(session, row.id)}")
            return open_body(row)

    def fetch_of(self, number: int) -> Fetch:
        """Return the fetch of a visit, equal to the one that was kept; StoreError if there is none.

        A body that is gone reads as none; see `whole_fetch_of`.
        """
        with self._read() as session:
            return fetch_in(session, number)

    def whole_fetch_of(self, number: int) -> Fetch:
        """Return the fetch of a visit; BodyGone says when and why its body went, if it is gone."""
        with self._read() as session:
            row = session.get(schema.Visit, number) if number <= MOST_ROWS else None
            for body in filter(None, (row.body_id, row.content_id) if row else ()):
                if session.get(Gone, ("body", body)):
                    raise BodyGone(f"V{number}: its body {_what_became(session, body)}")
            return fetch_in(session, number)


def _what_became(session: Session, body: int) -> str:
    """Say what became of a body that is not here any more."""
    gone = session.get(Gone, ("body", body))
    if gone is not None and gone.why == PRUNED:
        return f"was pruned on {gone.at:%Y-%m-%d}"
    why = f"{gone.at:%Y-%m-%d}: {gone.why}" if gone else "nobody put down why"
    return f"is not here any more ({why})"


def fetch_in(session: Session, number: int) -> Fetch:
    """Return the fetch of a visit; StoreError if there is none."""
    row = session.get(schema.Visit, number) if number <= MOST_ROWS else None
    if row is None:
        raise StoreError(f"there is no visit V{number}")
    requested = session.get_one(schema.Address, row.requested_id or row.url_id)
    common = session.get_one(schema.Circumstance, row.circumstance_id)
    return Fetch(
        requested=requested.url,
        started=row.at,
        seconds=row.seconds,
        hops=hops_of(session, row),
        body=body_of(session, row),
        content=content_of(session, row),
        completeness=common.completeness,
        trouble=common.trouble,
        detail=common.trouble_detail,
    )

"""Snapshots: what good visits read, kept leaning on the page that it was read from.

A reading repeats its page's text and the names of its own fields, so its zstd frame takes the visit's
content for a dictionary, after a published shape (`storage.shapes`): some 250 bytes where alone it takes
3,000. It leans on bytes as received and never on anything that a later program might derive otherwise.
"""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, aliased

from monitor.model import Snapshot, Visit
from storage import schema
from storage.bodies import content_of
from storage.columns import MOST_ROWS
from storage.desk import Desk
from storage.frames import PAGE, squeeze, unsqueeze
from storage.names import address_number
from storage.pen import add, pen
from storage.shapes import READING, shape, with_page
from storage.values import reading_from_bytes

SOURCE: Final = aliased(schema.SourceName)
URL: Final = aliased(schema.Address)
PARTS: Final = (schema.Snapshot, SOURCE.name, URL.url)
"""What `snapshot_of` wants of a snapshot; `joined` says where it stands."""

LARGEST_PAGE: Final = 2**20
"""bytes of content to lean on: what is larger is no page, and costs memory whenever it is read"""
WORTH_IT: Final = 2
"""how many times smaller than alone a frame must be to lean on a page"""


def put_snapshot(
    session: Session, visit: Visit, kind: str, digest: str, reading: bytes, content: bytes
) -> int:
    """Write what a visit read, return its number: the `kind` and JSON of a reading, the `digest` compared."""
    frame, leaning, leant_on = leaning_frame(reading, content)
    return add(
        session,
        schema.Snapshot,
        visit_id=visit.id,
        source_id=pen(session).sources[visit.source],
        taken=visit.at,
        url_id=address_number(session, visit.final_url),
        kind=kind,
        digest=digest,
        leaning=leaning,
        reading=frame,
        shape=leant_on,
    )


def leaning_frame(reading: bytes, content: bytes) -> tuple[bytes, bool, int]:
    """Return a frame of a reading's JSON, whether it leans on the content, and the shape that it leans on."""
    alone = squeeze(reading, shape(READING))
    if not content or len(content) > LARGEST_PAGE:
        return alone, False, READING
    leaning = squeeze(reading, with_page(READING, content), PAGE)
    leans = len(leaning) * WORTH_IT <= len(alone)
    return (leaning, True, READING) if leans else (alone, False, READING)


def open_reading(session: Session, kept: schema.Snapshot) -> bytes:
    """Return a reading's JSON as it was kept; raises StoreError if it or its page is damaged."""
    if not kept.leaning:
        return unsqueeze(kept.reading, shape(kept.shape))
    content = content_of(session, session.get_one(schema.Visit, kept.visit_id))
    return unsqueeze(kept.reading, with_page(kept.shape, content))


def pages_of(session: Session, visits: Sequence[int]) -> tuple[object, ...]:
    """Load visits with their bodies, on which readings lean, in two queries instead of two for each.

    They stay at hand as long as what is returned is held: a session forgets what nobody holds.
    """
    rows = session.scalars(select(schema.Visit).where(schema.Visit.id.in_(visits))).all()
    bodies = {number for row in rows for number in (row.content_id or row.body_id,) if number}
    return (*rows, *session.scalars(select(schema.Body).where(schema.Body.id.in_(bodies))))


def joined(wish: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """Add to a query on `schema.Snapshot` what `PARTS` names beside it, be the snapshot there or not."""
    named = wish.outerjoin(SOURCE, schema.Snapshot.source_id == SOURCE.id)
    return named.outerjoin(URL, schema.Snapshot.url_id == URL.id)


def snapshot_of(session: Session, kept: schema.Snapshot, source: str, url: str) -> Snapshot:
    """Return a snapshot from `PARTS`, as it is read since."""
    plain = open_reading(session, kept)
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


def snapshot_in(session: Session, number: int | None) -> Snapshot | None:
    """Return a snapshot by its number."""
    if number is None or number > MOST_ROWS:
        return None
    row = session.execute(snapshots_with_names().where(schema.Snapshot.id == number)).one_or_none()
    return None if row is None else snapshot_of(session, *row)


def snapshots_with_names() -> Select[*tuple[Any, ...]]:
    """Return the query behind every snapshot; `snapshot_of` reads its rows."""
    return joined(select(*PARTS).select_from(schema.Snapshot))


class Snapshots(Desk):
    """What good visits read, read again."""

    def snapshots(self, source: str) -> tuple[Snapshot, ...]:
        """Return a source's snapshots, the oldest first."""
        wish = (
            snapshots_with_names()
            .where(SOURCE.name == source)
            .order_by(schema.Snapshot.taken, schema.Snapshot.id)
        )
        with self._read() as session:
            return tuple(snapshot_of(session, *row) for row in session.execute(wish).all())

    def snapshot(self, number: int) -> Snapshot | None:
        """Return a snapshot by its number, None if there is none."""
        with self._read() as session:
            return snapshot_in(session, number)

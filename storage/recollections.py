"""Where many sources stand, read in one query for a pass; readings stay closed until somebody asks."""

from collections.abc import Iterable
from functools import partial
from typing import Any, Final

from sqlalchemy import Row as ResultRow
from sqlalchemy import Select, exists, select
from sqlalchemy.orm import aliased

from monitor.model import ReadBy, Snapshot, Standing
from monitor.remembered import Remembered
from scraper.model import Listing, Notice, Reading
from scraper.readers import VERSION
from storage import schema
from storage.desk import portions
from storage.errors import StoreError
from storage.snapshots import Snapshots

_NAME: Final = schema.SourceName
_OF: Final = aliased(schema.SourceName)
"""whose snapshot it is: a source may stand on one that was taken for another"""


def _wish() -> Select[*tuple[Any, ...]]:
    standing, snapshot, common = schema.Standing, schema.Snapshot, schema.Circumstance
    corrected = exists().where(schema.Rereading.snapshot_id == snapshot.id, schema.Rereading.stands)
    where_it_stands = (
        standing.link,
        standing.url,
        standing.etag,
        standing.last_modified,
        standing.body,
        standing.next_due,
        standing.layout_failures,
    )
    read = (snapshot.visit_id, snapshot.taken, snapshot.digest, _OF.name, schema.Address.url)
    return (
        select(_NAME.name, snapshot.id, *where_it_stands, *read, common.reader, common.layout, corrected)
        .join(_NAME, standing.source_id == _NAME.id)
        .outerjoin(snapshot, standing.snapshot_id == snapshot.id)
        .outerjoin(_OF, snapshot.source_id == _OF.id)
        .outerjoin(schema.Address, snapshot.url_id == schema.Address.id)
        .outerjoin(schema.Visit, snapshot.visit_id == schema.Visit.id)
        .outerjoin(common, schema.Visit.circumstance_id == common.id)
    )


_WISH: Final = _wish()


class Recollections(Snapshots):
    """What a pass begins with."""

    def remembered(self, sources: Iterable[str]) -> dict[str, Standing]:
        """Return where these sources stand, those that were ever kept, by their ids.

        Equal to `standings_of`, but a snapshot's reading is read when it is first asked for, which raises
        StoreError if it is damaged.
        """
        found = dict[str, Standing]()
        with self._read() as session:
            for some in portions(sources):
                rows = session.execute(_WISH.where(_NAME.name.in_(some)))
                found |= {row[0]: self._standing(row) for row in rows}
        return found

    def closed(self, snapshot: Snapshot) -> Remembered:
        """Return a snapshot that was just taken without its reading, which is read again if asked for."""
        read = snapshot.reading
        read_by = ReadBy(read.reader, read.layout, VERSION) if isinstance(read, Notice | Listing) else None
        return Remembered.closed(
            partial(self._reading, snapshot.id),
            read_by=read_by,
            corrected=False,
            id=snapshot.id,
            source=snapshot.source,
            visit=snapshot.visit,
            taken=snapshot.taken,
            url=snapshot.url,
            digest=snapshot.digest,
        )

    def _standing(self, row: ResultRow[*tuple[Any, ...]]) -> Standing:
        name, snapshot, link, url, etag, last_modified, body, next_due, layout_failures, *read = row
        return Standing(
            source=name,
            link=link,
            url=url,
            etag=etag,
            last_modified=last_modified,
            body=body,
            snapshot=None if snapshot is None else self._closed(snapshot, *read),
            next_due=next_due,
            layout_failures=layout_failures,
        )

    def _closed(self, number: int, *read: Any) -> Remembered:
        visit, taken, digest, source, url, reader, layout, corrected = read
        opens = partial(self._reading, number)
        return Remembered.closed(
            opens,
            read_by=ReadBy(reader, layout, VERSION) if reader else None,
            corrected=corrected,
            id=number,
            source=source,
            visit=visit,
            taken=taken,
            url=url,
            digest=digest,
        )

    def _reading(self, number: int) -> Reading:
        snapshot = self.snapshot(number)
        if snapshot is None:
            raise StoreError(f"the snapshot S{number} is not there any more")
        return snapshot.reading

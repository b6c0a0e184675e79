"""Sources that a person brought in as a list: many at once, each page once in a dossier."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from monitor.model import Source
from scraper.addresses import match_key
from storage.desk import Desk, insert, portions
from storage.imported_schema import Imported
from storage.names import fingerprint
from storage.schema import SourceName


class Imports(Desk):
    """What was brought in beside the dossiers' files."""

    def add_imported(
        self,
        sources: Sequence[Source],
        at: datetime,
        progress: Callable[[int, int], None] = lambda done, known: None,
    ) -> int:
        """Add sources in one transaction; return how many are new.

        One whose page its dossier has from an earlier list already is left as it is.
        """
        added = done = 0
        with self._write() as session:
            for some in portions(sources):
                added += _add(session, some, at)
                done += len(some)
                progress(done, len(sources))
        return added

    def imported(self, dossier: str) -> tuple[Source, ...]:
        """Return the sources that were brought into a dossier, in the order of their coming."""
        wish = (
            select(SourceName.name, *Imported.__table__.c)
            .join(SourceName, Imported.source_id == SourceName.id)
            .where(Imported.dossier == dossier)
            .order_by(Imported.source_id)
        )
        with self._read() as session:
            return tuple(_source(row) for row in session.execute(wish))

    def remove_imported(self, ids: Sequence[str]) -> tuple[str, ...]:
        """Take sources off the lists; return those that were on one. Their visits stay."""
        gone: list[str] = []
        with self._write() as session:
            for some in portions(ids):
                wish = select(SourceName.id, SourceName.name).join(
                    Imported, Imported.source_id == SourceName.id
                )
                found = session.execute(wish.where(SourceName.name.in_(some))).all()
                session.execute(delete(Imported).where(Imported.source_id.in_([row.id for row in found])))
                gone += [row.name for row in found]
        return tuple(gone)


def _add(session: Session, sources: Sequence[Source], at: datetime) -> int:
    names = [{"name": source.id, "dossier": source.dossier} for source in sources]
    session.execute(insert(session, SourceName).on_conflict_do_nothing(), names)
    wish = select(SourceName.name, SourceName.id).where(SourceName.name.in_([one.id for one in sources]))
    numbers = {row.name: row.id for row in session.execute(wish)}
    before = _numbers(session, numbers.values())
    rows = [_columns(source, numbers[source.id], at) for source in sources]
    session.execute(insert(session, Imported).on_conflict_do_nothing(), rows)
    return len(_numbers(session, numbers.values()) - before)


def _numbers(session: Session, numbers: Iterable[int]) -> set[int]:
    return set(session.scalars(select(Imported.source_id).where(Imported.source_id.in_(list(numbers)))))


def _columns(source: Source, number: int, at: datetime) -> dict[str, Any]:
    return {
        "source_id": number,
        "dossier": source.dossier,
        "digest": fingerprint(match_key(source.url)),
        "at": at,
        "url": source.url,
        "role": source.role,
        "seconds": int(source.interval.total_seconds()),
        "title": source.title,
        "document_number": source.document_number,
        "zone": source.zone,
        "footnote": source.footnote,
        "because": source.because,
    }


def _source(row: Any) -> Source:
    return Source(
        id=row.name,
        dossier=row.dossier,
        role=row.role,
        url=row.url,
        interval=timedelta(seconds=row.seconds),
        title=row.title,
        document_number=row.document_number,
        zone=row.zone,
        footnote=row.footnote,
        because=row.because,
    )

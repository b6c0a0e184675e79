"""What people say of a sheet's rows, kept apart from what the machine says."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from monitor.spans import Importance, Judgement, Verdict
from storage import schema
from storage.columns import MOST_ROWS
from storage.desk import Desk, upsert
from storage.errors import StoreError
from storage.judgement_schema import Judgement as Row

_ROW = re.compile(r"R(\d{1,18})-(\d{1,18})-(\d{1,18})")


class Judgements(Desk):
    """What was said of the rows of sheets."""

    def judgements(self, sources: Iterable[str] | None = None) -> dict[str, Judgement]:
        """Return what was said of these sources' rows (None: of all), by row (`monitor.spans.Span.row`)."""
        wanted = None if sources is None else set(sources)
        wish = select(Row, schema.SourceName.name).join(schema.SourceName)
        with self._read() as session:
            return {
                f"R{row.source_id}-{row.first}-{row.last}": _judgement(row)
                for row, name in session.execute(wish)
                if wanted is None or name in wanted
            }

    def source_of_row(self, row: str) -> str | None:
        """Return the source that a row is of; None if no row can have this name here.

        Its snapshots must be that source's own.
        """
        place = _place(row)
        if place is None:
            return None
        with self._read() as session:
            source = session.get(schema.SourceName, place[0])
            for number in filter(None, place[1:]):
                snapshot = session.get(schema.Snapshot, number)
                if snapshot is None or snapshot.source_id != place[0]:
                    return None
            return source.name if source else None

    def row_of_finding(self, number: int) -> str | None:
        """Return the row that shows a finding: its source's last two snapshots when it was raised."""
        with self._read() as session:
            finding = session.get(schema.Finding, number) if number <= MOST_ROWS else None
            named = schema.SourceName.name == (finding.subject if finding else None)
            source = session.scalar(select(schema.SourceName.id).where(named))
            if finding is None or source is None:
                return None
            snapshot = schema.Snapshot
            theirs = (snapshot.source_id == source, snapshot.visit_id <= finding.visit_id)
            newest = select(snapshot.id).where(*theirs).order_by(snapshot.id.desc()).limit(2)
            last, first, *_ = (*session.scalars(newest), 0, 0)
            return f"R{source}-{first or last}-{last}"

    def judge(self, said: Mapping[str, Judgement], *, now: datetime) -> None:
        """Keep what a person says of rows, all or nothing; an empty judgement takes back an earlier one.

        Raises StoreError for a row that cannot be.
        """
        with self._write() as session:
            for row, judgement in said.items():
                place = _place(row)
                if place is None:
                    raise StoreError(f"{row} is no row of a sheet")
                _put(session, place, judgement, now)


def _put(session: Session, place: tuple[int, int, int], judgement: Judgement, now: datetime) -> None:
    key = dict(zip(("source_id", "first", "last"), place, strict=True))
    if judgement.says_something:
        said = {"verdict": judgement.verdict, "importance": judgement.importance, "note": judgement.note}
        upsert(session, Row, tuple(key), {**key, **said, "decided": now})
    else:
        session.execute(delete(Row).filter_by(**key))


def _place(row: str) -> tuple[int, int, int] | None:
    matched = _ROW.fullmatch(row)
    numbers = tuple(int(one) for one in matched.groups()) if matched else ()
    return (numbers[0], numbers[1], numbers[2]) if numbers and max(numbers) <= MOST_ROWS else None


def _judgement(row: Row) -> Judgement:
    return Judgement(
        verdict=Verdict(row.verdict) if row.verdict else None,
        importance=Importance(row.importance) if row.importance else None,
        note=row.note,
        decided=row.decided,
    )

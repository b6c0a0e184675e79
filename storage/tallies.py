"""Sums over what was kept, each one query that loads no visit and no row, so that a report costs no years."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, select

from storage import schema
from storage.desk import Desk, portions


@dataclass(frozen=True, slots=True)
class RowsKnown:
    """How many rows of a list are remembered, and the day of the newest that has one."""

    count: int
    newest: date | None


class Tallies(Desk):
    """What a report counts."""

    def visits_counted(self, sources: Sequence[str], since: datetime | None) -> dict[str, int]:
        """Count the visits to each source after a moment (None: ever), without those never visited."""
        visit, source = schema.Visit, schema.SourceName
        later = [] if since is None else [visit.at > since]
        with self._read() as session:
            return {
                name: count
                for names in portions(sources)
                for name, count in session.execute(
                    select(source.name, func.count(visit.id))
                    .join(visit, visit.source_id == source.id)
                    .where(_one_of(names), *later)
                    .group_by(source.name)
                )
            }

    def rows_known(self, lists: Sequence[str]) -> dict[str, RowsKnown]:
        """Tell of the rows of each list, without lists of which none is remembered."""
        row, source = schema.ListRow, schema.SourceName
        with self._read() as session:
            return {
                name: RowsKnown(count, newest)
                for names in portions(lists)
                for name, count, newest in session.execute(
                    select(source.name, func.count(), func.max(row.published))
                    .join(row, row.list_id == source.id)
                    .where(_one_of(names))
                    .group_by(source.name)
                )
            }


def _one_of(names: Sequence[str]) -> ColumnElement[bool]:
    return schema.SourceName.name.in_(names)

"""When sources are due: asked so that the answer costs what is due, not what is known."""

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any, Final, TypeAlias

from sqlalchemy import ColumnElement, Engine, Select, literal, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute

from monitor.model import State
from storage import schema
from storage.columns import MOST_ROWS, Moment
from storage.desk import AT_ONCE, Desk, portions

Due: TypeAlias = dict[str, tuple[datetime | None, State]]
"""By a source's id: when it is due (None: at once), and its state."""

FEW: Final = 5_000
"""names up to which it is quicker to ask by name than for all"""


class Agenda(Desk):
    """What the scheduler asks before a pass."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(engine)
        self._kept: frozenset[str] = frozenset()

    def due_times(self, dossier: str) -> Due:
        """Return when each source of a dossier that was ever kept is due, and its state."""
        return self._due(schema.SourceName.dossier == dossier)

    def due_of(self, sources: Collection[str]) -> Due:
        """Return when these sources are due, those that were ever kept, and their states."""
        found = Due()
        for some in portions(sources):
            found |= self._due(schema.SourceName.name.in_(some))
        return found

    def due_by(self, dossier: str, until: datetime, beyond: datetime) -> Due:
        """Return what is due `until` a time, and what is put off `beyond` another; not what lies between.

        The index of the times answers it: what is between costs nothing. The state is told only of what is
        put off, where it says how far is too far; of what is due it is unknown.
        """
        due = schema.Standing.next_due
        late = max(until, beyond)
        with self._read() as session:
            found = {
                source: (time, State.UNKNOWN)
                for where in (due.is_(None), due <= until)
                for source, time in session.execute(_by_time(dossier, where, due))
            }
            put_off = session.execute(_by_time(dossier, due > late, due, schema.Standing.state))
            return found | {source: (time, state) for source, time, state in put_off}

    def due_after(self, dossier: str, after: datetime) -> Iterator[tuple[str, datetime]]:
        """Yield the sources due after a time, the first due first; few are in memory at a time."""
        standing, name = schema.Standing, schema.SourceName
        place = (standing.next_due, standing.source_id)
        wish = select(name.name, standing.next_due, name.id).join(name, standing.source_id == name.id)
        wish = wish.where(_of(dossier)).order_by(*place).limit(AT_ONCE)
        number = MOST_ROWS
        while True:
            later = tuple_(*place) > tuple_(literal(after, Moment()), number)
            with self._read() as session:
                rows = session.execute(wish.where(later)).all()
            yield from ((source, time) for source, time, _ in rows if time is not None)
            if len(rows) < AT_ONCE:
                return
            after, number = rows[-1][1] or after, rows[-1][2]

    def never_kept(self, sources: Collection[str]) -> frozenset[str]:
        """Return those of these sources of which nothing was ever kept.

        What was kept once stays kept, so it is asked of the database once.
        """
        if self._kept.issuperset(sources):
            return frozenset()
        unsure = frozenset(sources) - self._kept
        self._kept |= self._kept_of(unsure)
        return unsure - self._kept

    def unsettled_lists(self, dossier: str) -> set[str]:
        """Return the lists of a dossier that hold rows whose page still has to be fetched."""
        row, name = schema.ListRow, schema.SourceName
        wish = select(name.name).join(row, row.list_id == name.id).where(row.settled.is_(False))
        with self._read() as session:
            return set(session.scalars(wish.where(name.dossier == dossier).distinct()))

    def _due(self, *where: ColumnElement[bool]) -> Due:
        standing, name = schema.Standing, schema.SourceName
        wish = select(name.name, standing.next_due, standing.state)
        wish = wish.join(name, standing.source_id == name.id).where(*where)
        with self._read() as session:
            return {source: (time, state) for source, time, state in session.execute(wish)}

    def _kept_of(self, names: frozenset[str]) -> frozenset[str]:
        """Return those of these names that have a standing."""
        if len(names) > FEW:
            return names & self._names(_kept_names())
        found = frozenset[str]()
        for some in portions(names):
            found |= self._names(_kept_names().where(schema.SourceName.name.in_(some)))
        return found

    def _names(self, wish: Select[Any]) -> frozenset[str]:
        with self._read() as session:
            return frozenset(session.scalars(wish))


def _of(dossier: str) -> ColumnElement[bool]:
    """Say whose sources are meant in a way that keeps the database to the index of the times."""
    return schema.SourceName.dossier.concat("") == dossier


def _by_time(dossier: str, where: ColumnElement[bool], *columns: InstrumentedAttribute[Any]) -> Select[Any]:
    """Return the query for the names of a dossier's sources and columns of their standings.

    The bound is none; it has SQLite take the index of the times first. Without statistics it takes a range of
    times for a quarter of all, and goes through the names instead.
    """
    standing = schema.Standing
    first = select(standing.source_id, *columns).where(where).order_by(standing.next_due).limit(MOST_ROWS)
    timed = first.subquery()
    names = select(schema.SourceName.name, *(timed.c[column.key] for column in columns))
    return names.join(timed, timed.c.source_id == schema.SourceName.id).where(_of(dossier))


def _kept_names() -> Select[Any]:
    return select(schema.SourceName.name).join(
        schema.Standing, schema.Standing.source_id == schema.SourceName.id
    )

"""What happened to sources within a period: the two snapshots that bound it, and what was seen last."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, ScalarSelect, Select, func, select
from sqlalchemy.orm import Session, aliased

from monitor.model import Snapshot, State
from monitor.spans import Span, Stretch
from scraper.model import GOOD_KINDS
from storage import schema
from storage.desk import Desk, portions
from storage.search_index import snapshots_in_order

GOOD: Final = tuple(GOOD_KINDS)


class Spans(Desk):
    """What a period did to sources."""

    def spans(
        self, sources: Sequence[str], *, since: datetime, until: datetime, quiet: bool = True
    ) -> dict[str, Span]:
        """Return what happened to sources after `since` up to `until`, without those never visited.

        Without `quiet` the snapshots of sources to which nothing happened are left out: they are most.
        """
        with self._read() as session:
            rows = [row for some in portions(sources) for row in _rows(session, some, since, until)]
            told = [row for row in rows if quiet or _something(row)]
            wanted = {number for row in told for number in (row.first, row.last) if number}
            snapshots = {one.id: one for one in snapshots_in_order(session, tuple(sorted(wanted)))}
            return {row.name: _span(row, snapshots) for row in rows if row.last_visit}

    def stretches(
        self, sources: Sequence[str], *, since: datetime, until: datetime
    ) -> dict[str, tuple[Stretch, ...]]:
        """Return the states of sources from their first visit after `since` on, as times without a change.

        A state lasts until the visit that saw another; the last one until `until`.
        """
        found: dict[str, list[tuple[State, datetime]]] = {}
        with self._read() as session:
            for some in portions(sources):
                for name, state, begun in session.execute(_turns(some, since, until)):
                    found.setdefault(name, []).append((state, begun))
        return {name: tuple(_stretched(turns, until)) for name, turns in found.items()}


def _something(row: Any) -> bool:
    return bool(row.first != row.last or (row.before in GOOD) != (row.last_outcome in GOOD))


def _turns(names: Sequence[str], since: datetime, until: datetime) -> Select[*tuple[Any, ...]]:
    """Select the visits that saw another state than the one before, each source's in order."""
    visit, source = schema.Visit, schema.SourceName
    order = (visit.at, visit.id)
    before = func.lag(visit.state).over(partition_by=visit.source_id, order_by=order).label("before")
    seen = (
        select(source.name, visit.state, visit.at, visit.id, before)
        .join(source, source.id == visit.source_id)
        .where(source.name.in_(names), visit.at > since, visit.at <= until)
        .subquery()
    )
    turned = (seen.c.before.is_(None)) | (seen.c.before != seen.c.state)
    return select(seen.c.name, seen.c.state, seen.c.at).where(turned).order_by(seen.c.at, seen.c.id)


def _stretched(turns: Sequence[tuple[State, datetime]], until: datetime) -> Iterator[Stretch]:
    ends = [*(begun for _, begun in turns[1:]), until]
    for (state, begun), end in zip(turns, ends, strict=True):
        yield Stretch(state, begun, end)


def _rows(session: Session, names: Sequence[str], since: datetime, until: datetime) -> Iterator[Any]:
    source, visit = schema.SourceName, schema.Visit
    up_to = visit.at <= until
    inside = (up_to, visit.at > since)
    before = _snapshot(schema.Snapshot.taken <= since, newest=True)
    within = _snapshot((schema.Snapshot.taken > since) & (schema.Snapshot.taken <= until), newest=False)
    last, last_good = aliased(schema.Visit), aliased(schema.Visit)
    wish = (
        select(
            source.id,
            source.name,
            func.coalesce(before, within).label("first"),
            _snapshot(schema.Snapshot.taken <= until, newest=True).label("last"),
            _visit(schema.Visit.outcome, visit.at <= since).label("before"),
            _count(*inside).label("visits"),
            _count(*inside, visit.outcome.in_(GOOD)).label("good"),
            last.id.label("last_visit"),
            last.at.label("last_at"),
            last.outcome.label("last_outcome"),
            last.rule.label("last_rule"),
            last_good.id.label("last_good"),
            last_good.at.label("last_good_at"),
        )
        .select_from(source)
        .outerjoin(last, last.id == _visit(visit.id, up_to))
        .outerjoin(last_good, last_good.id == _visit(visit.id, up_to, visit.outcome.in_(GOOD)))
        .where(source.name.in_(names))
    )
    return iter(session.execute(wish))


def _snapshot(within: ColumnElement[bool], *, newest: bool) -> ScalarSelect[int]:
    """Select the newest or the oldest snapshot of a source in a time."""
    snapshot = schema.Snapshot
    order = (snapshot.taken, snapshot.id)
    return (
        select(snapshot.id)
        .where(snapshot.source_id == schema.SourceName.id, within)
        .order_by(*(one.desc() if newest else one for one in order))
        .limit(1)
        .correlate(schema.SourceName)
        .scalar_subquery()
    )


def _visit(what: Any, *within: ColumnElement[bool]) -> ScalarSelect[Any]:
    """Select something of a source's last visit in a time."""
    visit = schema.Visit
    return (
        select(what)
        .where(visit.source_id == schema.SourceName.id, *within)
        .order_by(visit.at.desc(), visit.id.desc())
        .limit(1)
        .correlate(schema.SourceName)
        .scalar_subquery()
    )


def _count(*within: ColumnElement[bool]) -> ScalarSelect[int]:
    visit = schema.Visit
    return (
        select(func.count())
        .select_from(visit)
        .where(visit.source_id == schema.SourceName.id, *within)
        .correlate(schema.SourceName)
        .scalar_subquery()
    )


def _span(row: Any, snapshots: dict[int, Snapshot]) -> Span:
    return Span(
        source=row.name,
        number=row.id,
        first=snapshots.get(row.first),
        last=snapshots.get(row.last),
        seen_before=None if row.before is None else row.before in GOOD,
        visits=row.visits,
        good=row.good,
        last_visit=row.last_visit,
        last_at=row.last_at,
        last_outcome=row.last_outcome,
        last_rule=row.last_rule or "",
        last_good=row.last_good,
        last_good_at=row.last_good_at,
    )

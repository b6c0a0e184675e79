"""How the store and what it watches do: size and growth, how pages were read, what servers' clocks said."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, case, func, select, text

from monitor.model import Role
from scraper.addresses import host
from scraper.model import OutcomeKind
from storage import schema
from storage.desk import Desk
from storage.heads import hops_of

READ_ROLES: Final = (Role.NOTICE, Role.LISTING)
"""What must be readable; a page behind a row of a list may be anything."""
A_ROW: Final = 400
"""bytes of a visit's row with its indexes, measured over the replayed history"""
NEWEST: Final = 200
"""visits whose Date header is looked at"""


@dataclass(frozen=True, slots=True)
class Size:
    """What a database takes: `total` bytes in all, of which about `grown` since a moment."""

    total: int
    grown: int


@dataclass(frozen=True, slots=True)
class ReadRate:
    """Of so many whole, good answers of a host, so many could be read."""

    answers: int
    read: int


class Wellbeing(Desk):
    """What `doctor` and the metrics ask."""

    def size(self, since: datetime) -> Size:
        """Return what the database takes, and about what was added since: by the share of what is kept."""
        with self._read() as session:
            sqlite = session.get_bind().dialect.name == "sqlite"
            asked = SQLITE_SIZE if sqlite else "SELECT pg_database_size(current_database())"
            total = int(session.scalar(text(asked)) or 0)
            kept, fresh = (sum(session.scalar(wish) or 0 for wish in _parts(at)) for at in (None, since))
        return Size(total, round(total * fresh / kept) if kept else 0)

    def readings(self, since: datetime, until: datetime) -> Mapping[str, ReadRate]:
        """Return by host how many good answers of a time could be read (`until` excluded)."""
        visit, common = schema.Visit, schema.Circumstance
        wish = (
            select(schema.Address.url, func.count(), func.sum(case((common.reader.is_not(None), 1), else_=0)))
            .select_from(visit)
            .join(common, visit.circumstance_id == common.id)
            .join(schema.Address, visit.url_id == schema.Address.id)
            .where(visit.at >= since, visit.at < until)
            .where(common.outcome == OutcomeKind.GOOD, common.role.in_(READ_ROLES))
            .group_by(schema.Address.url)
        )
        found: dict[str, ReadRate] = {}
        with self._read() as session:
            for url, answers, read in session.execute(wish):
                before = found.get(host(url), ReadRate(0, 0))
                found[host(url)] = ReadRate(before.answers + answers, before.read + read)
        return found

    def dates(self, since: datetime) -> tuple[tuple[str, str, datetime], ...]:
        """Return host, Date header and our own hour of the newest answers over the network since a moment."""
        visit, common = schema.Visit, schema.Circumstance
        wish = (
            select(visit)
            .join(common, visit.circumstance_id == common.id)
            .where(visit.at >= since, common.status.is_not(None), common.origin.startswith("network"))
            .order_by(visit.id.desc())
            .limit(NEWEST)
        )
        found = []
        with self._read() as session:
            for row in session.scalars(wish):
                hop = hops_of(session, row)[-1]
                said = next((value for name, value in hop.headers if name.lower() == "date"), None)
                if said:
                    found.append((host(hop.url), said, row.at + timedelta(seconds=row.seconds)))
        return tuple(found)

    def findings_by_state(self) -> Mapping[tuple[str, str, str], int]:
        """Count the findings by dossier, kind and what a person said."""
        finding = schema.Finding
        wish = select(finding.dossier, finding.kind, finding.state, func.count())
        with self._read() as session:
            rows = session.execute(wish.group_by(finding.dossier, finding.kind, finding.state))
            return {(dossier, kind.value, state.value): count for dossier, kind, state, count in rows}


SQLITE_SIZE: Final = "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"


def _parts(since: datetime | None) -> tuple[Select[Any], ...]:
    """Select the bytes of bodies, heads, readings and visits kept since a moment (None: ever)."""
    visit = schema.Visit
    earlier = visit.at < since if since else visit.id < 0
    bodies = _beyond(schema.Body.id, func.max(visit.body_id), earlier)
    heads = _beyond(schema.Head.id, func.max(visit.head_id), earlier)
    snapshot = schema.Snapshot.taken >= since if since else schema.Snapshot.id > 0
    visits = visit.at >= since if since else visit.id > 0
    return (
        select(func.sum(func.length(schema.Body.data))).where(bodies),
        select(func.sum(func.length(schema.Head.data))).where(heads),
        select(func.sum(func.length(schema.Snapshot.reading))).where(snapshot),
        select(func.sum(A_ROW + func.coalesce(func.length(visit.hops), 0))).where(visits),
    )


def _beyond(number: Any, newest: Any, earlier: ColumnElement[bool]) -> ColumnElement[bool]:
    """Take the rows of a greater number than any that an earlier visit points at."""
    known: ColumnElement[bool] = number > func.coalesce(select(newest).where(earlier).scalar_subquery(), 0)
    return known

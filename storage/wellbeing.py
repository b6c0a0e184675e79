"""How the store and what it watches do: size and growth, how pages were read, what servers' clocks said."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final, Self

from sqlalchemy import ColumnElement, Select, case, func, select, text
from sqlalchemy.orm import Session

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

    _sums: "_Sums | None" = None

    def size(self, since: datetime) -> Size:
        """Return what the database takes, and about what was added since the beginning of a day.

        About: by the share of what is kept. Asked again for the same day, only new rows are read, so that
        a store of a million visits is not summed up for every metric.
        """
        day = since.replace(hour=0, minute=0, second=0, microsecond=0)
        with self._read() as session:
            sqlite = session.get_bind().dialect.name == "sqlite"
            asked = SQLITE_SIZE if sqlite else "SELECT pg_database_size(current_database())"
            total = int(session.scalar(text(asked)) or 0)
            known = self._sums
            sums = known if known and known.day == day else _Sums.begun(session, day)
            self._sums = sums = sums.grown(session)
        return Size(total, round(total * sums.fresh / sums.kept) if sums.kept else 0)

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


@dataclass(frozen=True, slots=True)
class _Sums:
    """Bytes of what was ever kept, and of what was kept from a day on, up to the rows that were seen."""

    day: datetime
    edges: tuple[int, int]
    """the newest body and head that an earlier visit points at"""
    seen: tuple[int, ...] = (0, 0, 0, 0)
    kept: int = 0
    fresh: int = 0

    @classmethod
    def begun(cls, session: Session, day: datetime) -> Self:
        visit = schema.Visit
        newest = select(func.max(visit.body_id), func.max(visit.head_id)).where(visit.at < day)
        body, head = session.execute(newest).one()
        return cls(day, (body or 0, head or 0))

    def grown(self, session: Session) -> Self:
        """Add the rows that have come since; of what was kept once, only the prunings go unseen."""
        found = [session.execute(wish).one() for wish in self._wishes()]
        return replace(
            self,
            seen=tuple(row[0] or before for row, before in zip(found, self.seen, strict=True)),
            kept=self.kept + sum(row[1] or 0 for row in found),
            fresh=self.fresh + sum(row[2] or 0 for row in found),
        )

    def _wishes(self) -> Iterator[Select[Any]]:
        body, head, snapshot, visit = schema.Body, schema.Head, schema.Snapshot, schema.Visit
        last_body, last_head = self.edges
        parts: tuple[tuple[Any, Any, ColumnElement[bool]], ...] = (
            (body.id, func.length(body.data), body.id > last_body),
            (head.id, func.length(head.data), head.id > last_head),
            (snapshot.id, func.length(snapshot.reading), snapshot.taken >= self.day),
            (visit.id, A_ROW + func.coalesce(func.length(visit.hops), 0), visit.at >= self.day),
        )
        for (number, length, fresh), seen in zip(parts, self.seen, strict=True):
            yield select(func.max(number), func.sum(length), func.sum(case((fresh, length)))).where(
                number > seen
            )

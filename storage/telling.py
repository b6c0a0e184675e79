"""Everything that was kept of a visit, told again as the record that it was kept from."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from monitor.model import Finding, Look, ReadBy, Record, Role, Row, Seen, Snapshot, Visit
from storage import schema
from storage.desk import Desk
from storage.errors import StoreError
from storage.findings import findings_in
from storage.snapshots import snapshot_in
from storage.standings import row_of, standing_in
from storage.visits import fetch_in, visit_in

CHUNK = 100
"""visits that are read in one transaction: a pass that writes meanwhile is not kept waiting"""


@dataclass(frozen=True, slots=True)
class Told:
    """A visit with all that it left behind.

    `record` is it as a record to keep: `standing` stands there at a source's newest visit only, and is
    where the source stands now; so are the `rows` that this visit saw first. `findings` are those that
    it raised, as decided by now.
    """

    visit: Visit
    record: Record
    snapshot: Snapshot | None
    findings: tuple[Finding, ...]


class Telling(Desk):
    """The way out, for other people's tools."""

    def dossiers(self) -> tuple[str, ...]:
        """Return the dossiers that have a source here, by name."""
        wish = select(schema.SourceName.dossier).distinct().order_by(schema.SourceName.dossier)
        with self._read() as session:
            return tuple(session.scalars(wish))

    def how_many(self, dossiers: Sequence[str] = (), since: datetime | None = None) -> int:
        """Return how many visits `tell` tells."""
        with self._read() as session:
            return session.scalar(_chosen(func.count(schema.Visit.id), dossiers, since)) or 0

    def tell(self, dossiers: Sequence[str] = (), since: datetime | None = None) -> Iterator[Told]:
        """Yield visits in the order of their keeping, memory for a few at a time.

        `dossiers` keeps those of their sources, `since` those begun at that time or later.
        """
        with self._read() as session:
            newest = _newest(session)
        last = 0
        while True:
            with self._read() as session:
                wish = _chosen(schema.Visit.id, dossiers, since).where(schema.Visit.id > last)
                numbers = tuple(session.scalars(wish.order_by(schema.Visit.id).limit(CHUNK)))
                chunk = _Chunk(session, numbers, newest)
                for number in numbers:
                    yield chunk.told(number)
            if not numbers:
                return
            last = numbers[-1]

    def begun(self, source: str, at: datetime) -> tuple[Visit, ...]:
        """Return a source's visits begun at this very time, the oldest first."""
        visit = schema.Visit
        wish = select(visit.id).join(schema.SourceName, visit.source_id == schema.SourceName.id)
        wish = wish.where(schema.SourceName.name == source, visit.at == at).order_by(visit.id)
        with self._read() as session:
            found = (visit_in(session, number) for number in tuple(session.scalars(wish)))
            return tuple(visit for visit in found if visit)

    def snapshot_with(self, source: str, digest: str) -> Snapshot | None:
        """Return a source's newest snapshot of this digest, None if there is none."""
        snapshot = schema.Snapshot
        wish = select(func.max(snapshot.id)).where(snapshot.digest == digest)
        wish = wish.join(schema.SourceName, snapshot.source_id == schema.SourceName.id)
        with self._read() as session:
            return snapshot_in(session, session.scalar(wish.where(schema.SourceName.name == source)))


def _chosen(what: Any, dossiers: Sequence[str], since: datetime | None) -> Select[Any]:
    wish = select(what)
    if dossiers:
        wish = wish.join(schema.SourceName, schema.Visit.source_id == schema.SourceName.id)
        wish = wish.where(schema.SourceName.dossier.in_(dossiers))
    return wish if since is None else wish.where(schema.Visit.at >= since)


def _newest(session: Session) -> frozenset[int]:
    """Return the numbers of each source's newest visit that was no probe."""
    wish = select(func.max(schema.Visit.id)).where(schema.Visit.role != Role.PROBE)
    return frozenset(session.scalars(wish.group_by(schema.Visit.source_id)))


class _Chunk:
    """What some visits left behind, looked up for all of them at once."""

    def __init__(self, session: Session, numbers: Sequence[int], newest: frozenset[int]) -> None:
        self._session = session
        self._newest = newest
        self._rows = self._by_visit(schema.ListRow, numbers, schema.ListRow.place)
        self._follow = self._by_visit(schema.Followed, numbers, schema.Followed.source_id)
        self._findings = self._raised(numbers)

    def told(self, number: int) -> Told:
        """Put a visit together again."""
        visit = visit_in(self._session, number)
        if visit is None:
            raise StoreError(f"visit V{number} cannot be read")
        findings = tuple(self._findings[number])
        snapshot = snapshot_in(self._session, visit.snapshot)
        name, rows = self._list(number)
        look = Look(visit.source, self._dossier(visit), visit.role, visit.url, visit.via)
        seen = Seen(look, fetch_in(self._session, number), visit.outcome)
        record = Record(
            seen=seen,
            standing=standing_in(self._session, visit.source) if number in self._newest else None,
            new_reading=snapshot.reading if snapshot else None,
            digest=snapshot.digest if snapshot else None,
            rows=rows,
            rows_of=name,
            follow=tuple(kept.source for kept in self._follow[number]),
            drafts=tuple(finding.draft for finding in findings),
            origin=visit.origin,
            state=visit.state,
            settings=self._settings(visit.settings),
            read_by=ReadBy(visit.reader, visit.layout, visit.readers),
        )
        return Told(visit, record, snapshot, findings)

    def _list(self, visit: int) -> tuple[str | None, tuple[Row, ...]]:
        kept = self._rows[visit]
        if not kept:
            return None, ()
        return self._session.get_one(schema.SourceName, kept[0].list_id).name, tuple(map(row_of, kept))

    def _settings(self, digest: str | None) -> str | None:
        wish = select(schema.Configuration.text).where(schema.Configuration.digest == digest)
        return None if digest is None else self._session.scalar(wish)

    def _dossier(self, visit: Visit) -> str:
        wish = select(schema.SourceName.dossier).where(schema.SourceName.name == visit.source)
        return str(self._session.scalar(wish))

    def _raised(self, numbers: Sequence[int]) -> dict[int, list[Finding]]:
        finding = schema.Finding
        wish = select(finding.id, finding.visit_id).where(finding.visit_id.in_(numbers))
        raised_by = {row.id: row.visit_id for row in self._session.execute(wish)}
        found: dict[int, list[Finding]] = defaultdict(list)
        for one in findings_in(self._session, finding.id.in_(raised_by)) if raised_by else ():
            found[raised_by[one.id]].append(one)
        return found

    def _by_visit(self, table: Any, numbers: Sequence[int], order: Any) -> dict[int, list[Any]]:
        found: dict[int, list[Any]] = defaultdict(list)
        wish = select(table).where(table.visit_id.in_(numbers)).order_by(table.visit_id, order)
        for row in self._session.scalars(wish):
            found[row.visit_id].append(row)
        return found

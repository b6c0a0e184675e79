"""What a review desk asks: how many findings wait and in which order, marks of visits, heads of snapshots.

Each is one query that loads no reading and no body, so that a page costs the same after years.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Integer, Select, case, func, literal, select, tuple_
from sqlalchemy import cast as sql_cast

from monitor.model import Finding, FindingKind, ReviewState, Role, Severity, State, Visit
from scraper.model import OutcomeKind
from storage import schema
from storage.desk import Desk
from storage.findings import findings_in
from storage.visits import visit_of, visits_with_names

HEAVIEST = {severity: place for place, severity in enumerate(Severity)}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which findings: of these dossiers, in these states, of these kinds (none: of all), about a subject."""

    dossiers: tuple[str, ...]
    states: tuple[ReviewState, ...] = (ReviewState.OPEN,)
    kinds: tuple[FindingKind, ...] = ()
    subject: str | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """A visit as a mark on a line of time."""

    visit: int
    at: datetime
    role: Role
    outcome: OutcomeKind
    state: State
    rule: str
    detail: str


@dataclass(frozen=True, slots=True)
class SnapshotHead:
    """A snapshot without its reading: `kind` is the kind of reading, `body` the sha256 of its page."""

    id: int
    source: str
    visit: int
    taken: datetime
    url: str
    kind: str
    digest: str
    body: str | None
    origin: str


class Reviewing(Desk):
    """The questions of the review desk."""

    def count_findings(self, wanted: Wanted) -> dict[FindingKind, int]:
        """Count findings by kind."""
        kind = schema.Finding.kind
        wish = select(kind, func.count()).where(*_where(wanted)).group_by(kind)
        with self._read() as session:
            return {found: int(count) for found, count in session.execute(wish)}

    def review_queue(self, wanted: Wanted, order: Sequence[FindingKind]) -> tuple[int, ...]:
        """Return the numbers of findings in the order of a review.

        That is: by kind as `order` says; within it the heaviest, then what was published first, then what
        was raised first.
        """
        finding = schema.Finding
        weight = case(HEAVIEST, value=finding.severity, else_=len(HEAVIEST))
        place = case({kind: at for at, kind in enumerate(order)}, value=finding.kind, else_=len(order))
        keys = (place, weight, finding.published.nulls_last(), finding.id)
        with self._read() as session:
            return tuple(session.scalars(select(finding.id).where(*_where(wanted)).order_by(*keys)))

    def findings_by(self, numbers: Sequence[int]) -> tuple[Finding, ...]:
        """Return findings in the order of these numbers, those that there are."""
        with self._read() as session:
            found = {one.id: one for one in findings_in(session, schema.Finding.id.in_(numbers))}
        return tuple(found[number] for number in numbers if number in found)

    def lately_decided(self, dossiers: Sequence[str], limit: int) -> tuple[Finding, ...]:
        """Return the findings decided last, the latest first."""
        finding = schema.Finding
        wish = select(finding.id).where(finding.dossier.in_(dossiers), finding.decided.is_not(None))
        with self._read() as session:
            numbers = session.scalars(wish.order_by(finding.decided.desc(), finding.id.desc()).limit(limit))
            return self.findings_by(tuple(numbers))

    def marks(self, source: str, limit: int) -> tuple[Mark, ...]:
        """Return the newest so many visits to a source as marks, the oldest of them first."""
        visit = schema.Visit
        wish = select(
            visit.id, visit.at, visit.role, visit.outcome, visit.state, visit.rule, visit.detail
        ).where(visit.source_id == _number(source))
        wish = wish.order_by(visit.at.desc(), visit.id.desc()).limit(limit)
        with self._read() as session:
            return tuple(Mark(*row) for row in reversed(session.execute(wish).all()))

    def count_visits(self, source: str) -> int:
        """Count the visits to a source."""
        wish = select(func.count()).where(schema.Visit.source_id == _number(source))
        with self._read() as session:
            return session.scalar(wish) or 0

    def visits_before(self, source: str, before: int | None, limit: int) -> tuple[Visit, ...]:
        """Return so many visits to a source from before one of them on (None: the newest), newest first."""
        visit = schema.Visit
        wish = visits_with_names().where(visit.source_id == _number(source))
        if before is not None:
            last = select(visit.at).where(visit.id == before).scalar_subquery()
            wish = wish.where(tuple_(visit.at, visit.id) < tuple_(last, before))
        with self._read() as session:
            rows = session.execute(wish.order_by(visit.at.desc(), visit.id.desc()).limit(limit))
            return tuple(map(visit_of, rows))

    def beside(self, visit: Visit) -> tuple[int | None, int | None]:
        """Return the visits to the same source before and after this one."""
        kept = schema.Visit
        here = tuple_(literal(visit.at, kept.at.type), literal(visit.id))
        wish = select(kept.id).where(kept.source_id == _number(visit.source)).limit(1)
        at = tuple_(kept.at, kept.id)
        with self._read() as session:
            earlier = session.scalar(wish.where(at < here).order_by(kept.at.desc(), kept.id.desc()))
            return earlier, session.scalar(wish.where(at > here).order_by(kept.at, kept.id))

    def body_size(self, sha256: str) -> int | None:
        """Return how many bytes a body has, None if none of that sha256 was kept."""
        with self._read() as session:
            digest = schema.Body.digest == bytes.fromhex(sha256)
            return session.scalar(select(schema.Body.size).where(digest))

    def snapshot_heads(self, source: str, limit: int) -> tuple[SnapshotHead, ...]:
        """Return the newest so many snapshots of a source, the newest first, without their readings."""
        snapshot = schema.Snapshot
        wish = _heads().where(snapshot.source_id == _number(source))
        wish = wish.order_by(snapshot.taken.desc(), snapshot.id.desc()).limit(limit)
        with self._read() as session:
            return tuple(_head(row) for row in session.execute(wish))


def _where(wanted: Wanted) -> list[ColumnElement[bool]]:
    finding = schema.Finding
    where = [finding.dossier.in_(wanted.dossiers), finding.state.in_(wanted.states)]
    where += [finding.kind.in_(wanted.kinds)] if wanted.kinds else []
    return where + ([finding.subject == wanted.subject] if wanted.subject else [])


def _number(source: str) -> ColumnElement[int]:
    wish = select(schema.SourceName.id).where(schema.SourceName.name == source)
    return sql_cast(wish.scalar_subquery(), Integer)


_HeadRow = tuple[int, str, int, datetime, str, str, str, bytes | None, str]


def _heads() -> Select[*_HeadRow]:
    snapshot, source, url, visit = schema.Snapshot, schema.SourceName, schema.Address, schema.Visit
    columns = (snapshot.id, source.name, snapshot.visit_id, snapshot.taken, url.url, snapshot.kind)
    return (
        select(*columns, snapshot.digest, schema.Body.digest, visit.origin)
        .join(source, snapshot.source_id == source.id)
        .join(url, snapshot.url_id == url.id)
        .join(visit, snapshot.visit_id == visit.id)
        .outerjoin(schema.Body, visit.body_id == schema.Body.id)
    )


def _head(row: _HeadRow) -> SnapshotHead:
    number, source, visit, taken, url, kind, digest, body, origin = row
    return SnapshotHead(number, source, visit, taken, url, kind, digest, body.hex() if body else None, origin)

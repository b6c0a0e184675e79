"""Everything kept held against its digests, chains and seals; what does not hold is named.

Nothing is changed here (`storage.repairing` does that), and memory stays the same: rows are read a few at a
time, each in a transaction of its own, so that a pass that writes meanwhile is not kept waiting.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any, Final, TypeAlias

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from storage import schema
from storage.base import Base
from storage.bodies import open_body
from storage.chain import digest
from storage.chains import laid_out, link_of, taken_by
from storage.damage import UNREADABLE, Checked, Damage, Kind, damage_of
from storage.desk import Desk
from storage.errors import HINT, NotThere, StoreError
from storage.heads import hops_of
from storage.proof_schema import Gone
from storage.seals import Seal, kept_seals, rooted
from storage.snapshots import open_reading
from storage.tables import MOST, dangling, unreadable
from storage.values import reading_from_bytes

CHUNK: Final = 100
Progress: TypeAlias = Callable[[int, int], None]
Reading: TypeAlias = Callable[[], AbstractContextManager[Session]]


class Verifying(Desk):
    """The walk over all that was kept."""

    def verify(self, checked: Checked, progress: Progress = lambda done, known: None) -> Iterator[Damage]:
        """Yield what is damaged; `checked` counts what was looked at, `progress` is told of it."""
        walk = _Walk(self._read, checked, progress)
        for step in (walk.database, walk.rows, walk.references, walk.bodies, walk.visits, walk.seals):
            try:
                yield from step()
            except UNREADABLE as error:
                yield Damage(Kind.DATABASE, _said(error))


class _Walk:
    """One verification under way."""

    def __init__(self, read: Reading, checked: Checked, progress: Progress) -> None:
        self._read = read
        self._checked = checked
        self._progress = progress
        self._done = self._known = 0
        self._lost: set[int] = set()
        """the bodies that are damaged or not there: what follows from that is not told again"""
        self._illegible = False
        self._marked: frozenset[tuple[str, int]] = frozenset()

    def database(self) -> Iterator[Damage]:
        """Ask SQLite for its own check; PostgreSQL holds its pages against checksums whenever it reads."""
        with self._read() as session:
            for table in (schema.Body, schema.Visit):
                self._known += session.scalar(select(func.count()).select_from(table)) or 0
            if session.get_bind().dialect.name != "sqlite":
                return
            said = session.connection().exec_driver_sql(f"PRAGMA integrity_check({MOST})").scalars().all()
        yield from (Damage(Kind.DATABASE, line) for line in said if line != "ok")

    def references(self) -> Iterator[Damage]:
        """Find rows that point at rows which are not there."""
        for table in Base.metadata.sorted_tables:
            for key in sorted(table.foreign_keys, key=lambda key: key.parent.name):
                with self._read() as session:
                    yield from dangling(session, key)

    def rows(self) -> Iterator[Damage]:
        """Find values that no program of ours can have written."""
        for table in Base.metadata.sorted_tables:
            with self._read() as session:
                for one in unreadable(session, table):
                    self._illegible = True
                    yield one

    def bodies(self) -> Iterator[Damage]:
        """Open every body and hold it against its sha256; find those that are not there at all."""
        for numbers in self._numbers(schema.Body.id):
            with self._read() as session:
                for number in numbers:
                    yield from self._noted(_check_body(session, number))
                    session.expunge_all()
                    self._checked.bodies += 1
                    self._step()
        for column in (schema.Visit.body_id, schema.Visit.content_id):
            with self._read() as session:
                yield from self._noted(_absent_bodies(session, column))

    def _noted(self, found: Iterator[Damage]) -> Iterator[Damage]:
        for one in found:
            self._lost.add(one.number)
            yield one

    def visits(self) -> Iterator[Damage]:
        """Walk each source's visits in their order: hops, readings, and the chain that binds them."""
        of_visits = (Kind.HOPS, Kind.VISIT, Kind.READING)
        with self._read() as session:
            marks = session.execute(select(Gone.kind, Gone.number).where(Gone.kind.in_(of_visits)))
            self._marked = frozenset((kind, number) for kind, number in marks)
            sources = session.execute(select(schema.SourceName.id, schema.SourceName.name)).all()
        for number, name in sources:
            yield from self._chain(number, name)
            self._checked.sources += 1

    def _chain(self, source: int, name: str) -> Iterator[Damage]:
        before: str | None = None
        for numbers in self._numbers(schema.Visit.id, schema.Visit.source_id == source):
            with self._read() as session:
                at_hand = _laid_out(session, numbers)
                for number in numbers:
                    self._checked.visits += 1
                    self._step()
                    try:
                        row = session.get_one(schema.Visit, number)
                    except UNREADABLE:  # told with its row
                        before = session.scalar(select(schema.Visit.digest).where(schema.Visit.id == number))
                        continue
                    yield from self._visit(session, row, name, before)
                    before = row.digest or before
                del at_hand
        with self._read() as session:
            tip = session.scalar(select(schema.SourceName.tip).where(schema.SourceName.id == source))
        if tip != before:
            what = "its newest visits are not those that were kept last"
            yield from self._unmarked(Damage(Kind.CHAIN, what, source, source=name))

    def _visit(
        self, session: Session, row: schema.Visit, source: str, before: str | None
    ) -> Iterator[Damage]:
        """Hold one visit against its link; what cannot be read is named, and leaves the link unreckoned."""

        def damage(kind: Kind, what: str, number: int) -> Damage:
            return Damage(kind, what, number, row.id, source, row.at, 1)

        broken = []
        try:
            hops_of(session, row)
        except UNREADABLE as error:
            broken.append(damage(Kind.HOPS, f"its hops cannot be read: {_said(error)}", row.id))
        taken = taken_by(session, row.id)
        if taken is not None:
            self._checked.snapshots += 1
            try:
                reading_from_bytes(open_reading(session, taken))
            except UNREADABLE as error:
                broken.append(damage(Kind.READING, f"its reading cannot be read: {_said(error)}", taken.id))
        yield from broken
        marks = {(Kind.HOPS, row.id), (Kind.VISIT, row.id), (Kind.READING, taken.id if taken else 0)}
        if broken or self._marked & marks or self._lost & {row.body_id, row.content_id}:
            return
        try:
            holds = row.digest is None or digest(link_of(session, row, row.previous or before)) == row.digest
        except NotThere:  # told with the reference
            return
        except UNREADABLE as error:
            if not self._illegible:  # told with its row
                yield damage(Kind.VISIT, f"it cannot be held against its digest: {_said(error)}", row.id)
            return
        if row.digest is None and before is not None:
            yield damage(Kind.VISIT, "it has no digest, though one before it has", row.id)
        elif not holds:
            what = "what is kept of it, or of the visit before it, is not what was kept"
            yield damage(Kind.VISIT, what, row.id)

    def seals(self) -> Iterator[Damage]:
        """Reckon the root of every sealed day again."""
        with self._read() as session:
            kept = kept_seals(session)
        last = 0
        for one in kept:
            with self._read() as session:
                count, root = rooted(session, one.seal.first, one.seal.last)
            if one.seal.digest != one.digest or one.seal.first != last + 1:
                what = f"the seal of {one.seal.day} is not what was sealed"
                yield from self._unmarked(Damage(Kind.SEAL, what, one.id))
            elif (count, root) != (one.seal.visits, one.seal.root):
                said = self._differing(one.seal, count)
                what = f"the visits under the seal of {one.seal.day} are not those sealed: {said}"
                yield from self._unmarked(Damage(Kind.SEAL, what, one.id, visits=one.seal.visits))
            last = one.seal.last
            self._checked.days += 1
        with self._read() as session:
            wish = select(func.count(schema.Visit.id)).where(schema.Visit.id > last)
            self._checked.unsealed = session.scalar(wish) or 0

    def _differing(self, seal: Seal, count: int) -> str:
        """Say what is another than under a seal, with the numbers that are not there."""
        said = f"{count} visits of {seal.visits}"
        if count == seal.visits:
            return "another root"
        if not 0 < seal.visits - count <= MOST:
            return said
        with self._read() as session:
            wish = select(schema.Visit.id).where(schema.Visit.id.between(seal.first, seal.last))
            there = set(session.scalars(wish))
        gaps = [f"V{number}" for number in range(seal.first, seal.last + 1) if number not in there]
        return f"{said} ({', '.join(gaps)} not there)" if 0 < len(gaps) <= MOST else said

    def _unmarked(self, damage: Damage) -> Iterator[Damage]:
        """Pass on a damage that nobody has put down yet."""
        with self._read() as session:
            if session.get(Gone, (damage.kind.value, damage.number)) is None:
                yield damage

    def _numbers(self, column: Any, *where: Any) -> Iterator[tuple[int, ...]]:
        """Yield numbers of rows in their order, a few at a time."""
        last = 0
        while True:
            with self._read() as session:
                wish = select(column).where(column > last, *where).order_by(column).limit(CHUNK)
                numbers = tuple(session.scalars(wish))
            if not numbers:
                return
            yield numbers
            last = numbers[-1]

    def _step(self) -> None:
        self._done += 1
        self._progress(self._done, self._known)


def _laid_out(session: Session, visits: Sequence[int]) -> tuple[object, ...]:
    """Load visits at once where all of them can be read; else each by itself, later, tells which cannot."""
    try:
        return laid_out(session, visits)
    except UNREADABLE:
        return ()


def _said(error: Exception) -> str:
    return " ".join(str(error).removesuffix(HINT).split())


def _check_body(session: Session, number: int) -> Iterator[Damage]:
    row = session.get_one(schema.Body, number)
    try:
        if not row.data and session.get(Gone, (Kind.BODY.value, number)) is None:
            raise StoreError(f"the body {row.digest.hex()} is empty, and nothing says why")
        open_body(row)
    except StoreError as error:
        visit = schema.Visit
        used = (visit.body_id == number) | (visit.content_id == number)
        first, count = session.execute(select(func.min(visit.id), func.count()).where(used)).one()
        yield damage_of(session, Kind.BODY, str(error), first, number, count)


def _absent_bodies(session: Session, column: Any) -> Iterator[Damage]:
    """Find bodies that visits point at and that are not there."""
    visit = schema.Visit
    wish = select(column, func.min(visit.id), func.count()).group_by(column)
    there = exists().where(schema.Body.id == column)
    for number, first, count in session.execute(wish.where(column.is_not(None), ~there).limit(MOST)):
        yield damage_of(session, Kind.BODY, f"its body {number} is not there", first, number, count)

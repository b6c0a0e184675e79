"""Everything kept held against its digests, chains and seals; what does not hold is named.

Nothing is changed here (`storage.repairing` does that), and memory stays the same: rows are read a few at a
time, each in a transaction of its own, so that a pass that writes meanwhile is not kept waiting.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, TypeAlias

from sqlalchemy import ForeignKey, exists, func, select
from sqlalchemy.orm import Session

from storage import schema
from storage.base import Base
from storage.bodies import open_body
from storage.chain import digest
from storage.chains import link_of
from storage.desk import Desk
from storage.errors import StoreError
from storage.heads import hops_of
from storage.proof_schema import Gone
from storage.seals import kept_seals, rooted
from storage.snapshots import open_reading
from storage.values import reading_from_bytes

CHUNK: Final = 100
MOST: Final = 20
"""Lines that one check of the database itself may give."""
Progress: TypeAlias = Callable[[int, int], None]
Reading: TypeAlias = Callable[[], AbstractContextManager[Session]]


class Kind(StrEnum):
    """What is damaged (a contract with other programs)."""

    DATABASE = "database"
    REFERENCE = "reference"
    BODY = "body"
    HOPS = "hops"
    READING = "reading"
    VISIT = "visit"
    CHAIN = "chain"
    SEAL = "seal"
    STAMP = "stamp"


@dataclass(frozen=True, slots=True)
class Damage:
    """One thing that does not hold.

    `number` is its row's; `visit` is the first of `visits` that it touches, with its source and its time.
    """

    kind: Kind
    what: str
    number: int = 0
    visit: int | None = None
    source: str | None = None
    at: datetime | None = None
    visits: int = 0


@dataclass(slots=True)
class Checked:
    """How much was looked at."""

    visits: int = 0
    bodies: int = 0
    snapshots: int = 0
    sources: int = 0
    days: int = 0
    stamps: int = 0
    unsealed: int = 0


class Verifying(Desk):
    """The walk over all that was kept."""

    def verify(self, checked: Checked, progress: Progress = lambda done, known: None) -> Iterator[Damage]:
        """Yield what is damaged; `checked` counts what was looked at, `progress` is told of it."""
        walk = _Walk(self._read, checked, progress)
        for step in (walk.database, walk.references, walk.bodies, walk.visits, walk.seals):
            try:
                yield from step()
            except StoreError as error:
                yield Damage(Kind.DATABASE, str(error))


class _Walk:
    """One verification under way."""

    def __init__(self, read: Reading, checked: Checked, progress: Progress) -> None:
        self._read = read
        self._checked = checked
        self._progress = progress
        self._done = self._known = 0

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
                    yield from _dangling(session, key)

    def bodies(self) -> Iterator[Damage]:
        """Open every body and hold it against its sha256."""
        for numbers in self._numbers(schema.Body.id):
            with self._read() as session:
                for number in numbers:
                    yield from _check_body(session, number)
                    session.expunge_all()
                    self._checked.bodies += 1
                    self._step()

    def visits(self) -> Iterator[Damage]:
        """Walk each source's visits in their order: hops, readings, and the chain that binds them."""
        with self._read() as session:
            sources = session.execute(select(schema.SourceName.id, schema.SourceName.name)).all()
        for number, name in sources:
            yield from self._chain(number, name)
            self._checked.sources += 1

    def _chain(self, source: int, name: str) -> Iterator[Damage]:
        before: str | None = None
        for numbers in self._numbers(schema.Visit.id, schema.Visit.source_id == source):
            with self._read() as session:
                for number in numbers:
                    row = session.get_one(schema.Visit, number)
                    yield from _check_visit(session, row, name, before, self._checked)
                    before = row.digest or before
                    self._checked.visits += 1
                    self._step()
        with self._read() as session:
            tip = session.get_one(schema.SourceName, source).tip
        if tip != before:
            yield Damage(
                Kind.CHAIN, "its newest visits are not those that were kept last", source, source=name
            )

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
                said = f"{count} visits of {one.seal.visits}" if count != one.seal.visits else "another root"
                what = f"the visits under the seal of {one.seal.day} are not those sealed: {said}"
                yield from self._unmarked(Damage(Kind.SEAL, what, one.id, visits=one.seal.visits))
            last = one.seal.last
            self._checked.days += 1
        with self._read() as session:
            wish = select(func.count(schema.Visit.id)).where(schema.Visit.id > last)
            self._checked.unsealed = session.scalar(wish) or 0

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


def _dangling(session: Session, key: ForeignKey) -> Iterator[Damage]:
    """Find rows of a table whose foreign key points at nothing."""
    target = key.column.table.alias()
    there = exists().where(target.c[key.column.name] == key.parent)
    wish = select(key.parent).where(key.parent.is_not(None), ~there).limit(MOST)
    for value in session.scalars(wish):
        what = f"{key.parent.table.name}.{key.parent.name} points at {key.target_fullname} {value}, not there"
        yield Damage(Kind.REFERENCE, what, value)


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


def _check_visit(
    session: Session, row: schema.Visit, source: str, before: str | None, checked: Checked
) -> Iterator[Damage]:
    """Hold one visit against its link; what cannot be read is named, and leaves the link unreckoned."""

    def damage(kind: Kind, what: str, number: int) -> Damage:
        return Damage(kind, what, number, row.id, source, row.at, 1)

    broken = []
    try:
        hops_of(session, row)
    except (StoreError, ValueError) as error:
        broken.append(damage(Kind.HOPS, f"its hops cannot be read: {error}", row.id))
    taken = session.scalar(select(schema.Snapshot).where(schema.Snapshot.visit_id == row.id))
    if taken is not None:
        checked.snapshots += 1
        try:
            reading_from_bytes(open_reading(session, taken))
        except (StoreError, ValueError, KeyError) as error:
            broken.append(damage(Kind.READING, f"its reading cannot be read: {error}", taken.id))
    yield from broken
    if broken or _is_marked(session, row.id, taken):
        return
    if row.digest is None and before is not None:
        yield damage(Kind.VISIT, "it has no digest, though one before it has", row.id)
    elif row.digest is not None and digest(link_of(session, row, row.previous or before)) != row.digest:
        what = "what is kept of it, or of the visit before it, is not what was kept"
        yield damage(Kind.VISIT, what, row.id)


def _is_marked(session: Session, visit: int, taken: schema.Snapshot | None) -> bool:
    """Tell whether something that a visit's digest is over was set aside."""
    keys = [(Kind.HOPS, visit), (Kind.VISIT, visit)] + ([(Kind.READING, taken.id)] if taken else [])
    return any(session.get(Gone, (kind.value, number)) for kind, number in keys)


def damage_of(session: Session, kind: Kind, what: str, visit: int | None, number: int, count: int) -> Damage:
    """Return a damage with the first visit that it touches."""
    if visit is None:
        return Damage(kind, what, number)
    row = session.get_one(schema.Visit, visit)
    name = session.get_one(schema.SourceName, row.source_id).name
    return Damage(kind, what, number, visit, name, row.at, count)

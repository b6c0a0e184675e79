"""A seal a day: one digest over everything that was kept, each leaning on the one before.

A day (UTC) is sealed by the first pass or import after it, before that keeps anything. Its seal covers every
visit that no seal covers yet up to the last one begun before midnight; in the order of their numbers, so that
what is imported later belongs to the day on which it came. docs/archives.md says what is hashed.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from typing import Any, Final

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from storage import schema
from storage.desk import Desk
from storage.merkle import root
from storage.proof_schema import Seal as SealRow
from storage.proof_schema import Stamp as StampRow

FORM: Final = 1
"""The number of the form that is hashed; another form gets another number."""


@dataclass(frozen=True, slots=True)
class Seal:
    """One day's seal: the visits that it covers by number, how many of them have a digest, their root.

    Digests are sha256 in hexadecimal; `previous` is the seal's before, None for the first.
    """

    day: date
    first: int
    last: int
    visits: int
    root: str
    previous: str | None = None

    @property
    def digest(self) -> str:
        """The digest that the next seal leans on, and that a time stamp is for."""
        return sha256(self.canonical).hexdigest()

    @property
    def canonical(self) -> bytes:
        """What is hashed: JSON in its canonical form (RFC 8785)."""
        plain = {
            "form": FORM,
            "day": self.day.isoformat(),
            "first": self.first,
            "last": self.last,
            "visits": self.visits,
            "root": self.root,
            "previous": self.previous,
        }
        return json.dumps(plain, sort_keys=True, separators=(",", ":")).encode()


@dataclass(frozen=True, slots=True)
class KeptSeal:
    """A seal as kept: its number, the digest that stands beside it, and the stamp under it, if any."""

    id: int
    seal: Seal
    digest: str
    stamp: bytes | None = None
    authority: str | None = None


class Seals(Desk):
    """Days closed for good."""

    def seal(self, now: datetime) -> KeptSeal | None:
        """Seal the day before `now` (UTC); None where it is sealed, or nothing came before midnight."""
        midnight = datetime.combine(now.astimezone(UTC).date(), time(), UTC)
        day = (midnight - timedelta(days=1)).date()
        with self._read() as session:
            if _last_number(session, day, midnight) is None:
                return None
        with self._write() as session:
            last = _last_number(session, day, midnight)  # asked again: another process may just have done it
            if last is None:
                return None
            before = session.scalar(select(SealRow).order_by(SealRow.id.desc()).limit(1))
            return _put(session, day, before, last)

    def seals(self) -> Iterator[KeptSeal]:
        """Yield the seals, the oldest first."""
        with self._read() as session:
            kept = kept_seals(session)
        yield from kept

    def unstamped(self) -> tuple[KeptSeal, ...]:
        """Return the seals that nobody has stamped, the oldest first."""
        return tuple(kept for kept in self.seals() if kept.stamp is None)

    def put_stamp(self, seal: int, authority: str, answer: bytes) -> None:
        """Keep an authority's answer for a seal; one that it has already stays."""
        with self._write() as session:
            if session.get(StampRow, seal) is None:
                session.add(StampRow(seal_id=seal, authority=authority, answer=answer))


def _last_number(session: Session, day: date, midnight: datetime) -> int | None:
    """Return the last visit that a seal of this day would cover, None if there is to be none."""
    if session.scalar(select(SealRow.id).where(SealRow.day == day)) is not None:
        return None
    covered = session.scalar(select(func.max(SealRow.last))) or 0
    visit = schema.Visit
    wish = select(func.max(visit.id)).where(visit.id > covered, visit.at < midnight)
    return session.scalar(wish.where(visit.digest.is_not(None)))


def _put(session: Session, day: date, before: SealRow | None, last: int) -> KeptSeal:
    first = before.last + 1 if before else 1
    visits, made = rooted(session, first, last)
    seal = Seal(day, first, last, visits, made, before.digest if before else None)
    row = SealRow(day=day, first=first, last=last, visits=visits, root=made, digest=seal.digest)
    session.add(row)
    session.flush()
    return KeptSeal(row.id, seal, seal.digest)


def rooted(session: Session, first: int, last: int) -> tuple[int, str]:
    """Return how many digests there are in a range of visits, and their root; memory stays the same."""
    visit = schema.Visit
    wish = select(visit.digest).where(visit.id.between(first, last), visit.digest.is_not(None))
    count = 0

    def digests() -> Iterator[bytes]:
        nonlocal count
        for digest in session.scalars(wish.order_by(visit.id).execution_options(yield_per=1000)):
            count += 1
            yield bytes.fromhex(digest or "")

    made = root(digests()).hex()
    return count, made


def kept_seals(session: Session) -> tuple[KeptSeal, ...]:
    """Return the seals with their stamps, the oldest first."""
    kept: list[KeptSeal] = []
    for row, stamp in session.execute(_seals()):
        kept.append(_kept(row, stamp, kept[-1].digest if kept else None))
    return tuple(kept)


def _seals() -> Select[*tuple[Any, ...]]:
    return select(SealRow, StampRow).outerjoin(StampRow, StampRow.seal_id == SealRow.id).order_by(SealRow.id)


def _kept(row: SealRow, stamp: StampRow | None, previous: str | None) -> KeptSeal:
    seal = Seal(row.day, row.first, row.last, row.visits, row.root, previous)
    return KeptSeal(
        row.id, seal, row.digest, stamp.answer if stamp else None, stamp.authority if stamp else None
    )

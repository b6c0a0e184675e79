"""The chains as kept: a visit's link reckoned again from its rows, a source's links in order."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session, defer, joinedload
from sqlalchemy.orm.interfaces import ORMOption

from scraper.model import Outcome
from storage import schema
from storage.base import Base
from storage.chain import Link, digest
from storage.columns import MOST_ROWS
from storage.desk import Desk
from storage.errors import HINT, NotThere, StoreError
from storage.heads import hops_of
from storage.snapshots import open_reading

T = TypeVar("T", bound=Base)
TAKEN: Final = "taken"
"""where a session holds the snapshots of the visits that were laid out"""


@dataclass(frozen=True, slots=True)
class KeptLink:
    """A visit's number, the digest that stands beside it (None: it is older than the chain), and its link."""

    visit: int
    digest: str | None
    link: Link

    @property
    def holds(self) -> bool:
        """Whether what is kept is what was hashed; True where no digest was kept."""
        return self.digest is None or digest(self.link) == self.digest


class Chains(Desk):
    """What `verify` walks along."""

    def link(self, number: int) -> Link:
        """Return a visit's link of its chain, from what is kept; StoreError if it is absent or damaged."""
        with self._read() as session:
            row = session.get(schema.Visit, number) if number <= MOST_ROWS else None
            if row is None:
                raise StoreError(f"there is no visit V{number}")
            return link_of(session, row, row.previous or _digest_before(session, row))

    def links(self, source: str) -> Iterator[KeptLink]:
        """Yield a source's links in the order of its visits' numbers; StoreError where one is damaged."""
        wish = select(schema.Visit.id).join(schema.SourceName, schema.Visit.source_id == schema.SourceName.id)
        with self._read() as session:
            before = None
            for number in session.scalars(
                wish.where(schema.SourceName.name == source).order_by(schema.Visit.id)
            ).all():
                row = session.get_one(schema.Visit, number)
                yield KeptLink(number, row.digest, link_of(session, row, row.previous or before))
                before = row.digest
                session.expunge_all()

    def tip(self, source: str) -> str | None:
        """Return the digest of a source's newest visit, as it stands beside the source's name."""
        with self._read() as session:
            return session.scalar(select(schema.SourceName.tip).where(schema.SourceName.name == source))


def holds(session: Session, row: schema.Visit) -> bool:
    """Tell whether what is kept of a visit gives its digest; raises StoreError where it cannot be read."""
    return row.digest is None or digest_of(session, row) == row.digest


def digest_of(session: Session, row: schema.Visit) -> str:
    """Return the digest that what is kept of a visit gives now; StoreError where it cannot be read."""
    return digest(link_of(session, row, row.previous or _digest_before(session, row)))


def _digest_before(session: Session, row: schema.Visit) -> str | None:
    visit = schema.Visit
    wish = select(visit.digest).where(visit.source_id == row.source_id, visit.id < row.id)
    return session.scalar(wish.order_by(visit.id.desc()).limit(1))


def laid_out(session: Session, visits: Sequence[int]) -> tuple[object, ...]:
    """Load visits with all that their links are made of, in a few queries instead of a dozen for each.

    They stay at hand as long as what is returned is held: a session forgets what nobody holds.
    """
    rows = session.scalars(select(schema.Visit).where(schema.Visit.id.in_(visits))).all()
    heads, bodies, addresses = set[int | None](), set[int | None](), set[int | None]()
    for row in rows:
        heads.add(row.head_id)
        bodies |= {row.body_id, row.content_id}
        addresses |= {row.url_id, row.requested_id, row.final_id}
    found = [
        *_all_of(session, schema.Head, heads, joinedload(schema.Head.base)),
        *_all_of(session, schema.Body, bodies, defer(schema.Body.data)),
        *_all_of(session, schema.Address, addresses),
        *_all_of(session, schema.Circumstance, {row.circumstance_id for row in rows}),
        *_all_of(session, schema.SourceName, {row.source_id for row in rows} | {row.via_id for row in rows}),
        *session.scalars(select(schema.Configuration)),
    ]
    taken = session.scalars(select(schema.Snapshot).where(schema.Snapshot.visit_id.in_(visits)))
    session.info[TAKEN] = dict.fromkeys(visits) | {one.visit_id: one for one in taken}
    return (*rows, *found)


def _all_of(
    session: Session, table: Any, numbers: Collection[int | None], *options: ORMOption
) -> Iterator[object]:
    wanted = [number for number in numbers if number is not None]
    return iter(
        session.scalars(select(table).where(table.id.in_(wanted)).options(*options)) if wanted else ()
    )


def taken_by(session: Session, visit: int) -> schema.Snapshot | None:
    """Return the snapshot that a visit took, if it took one."""
    known: dict[int, schema.Snapshot | None] = session.info.get(TAKEN, {})
    if visit in known:
        return known[visit]
    return session.scalar(select(schema.Snapshot).where(schema.Snapshot.visit_id == visit))


def link_of(session: Session, row: schema.Visit, previous: str | None) -> Link:
    """Return a visit's link from its row; raises StoreError where something of it is damaged."""
    common = _there(session, schema.Circumstance, row.circumstance_id)
    body, content = _body(session, row.body_id), _body(session, row.content_id)
    taken = taken_by(session, row.id)
    return Link(
        source=_name(session, row.source_id),
        role=common.role,
        via=_name(session, row.via_id) if row.via_id else None,
        url=_url(session, row.url_id),
        requested=_url(session, row.requested_id or row.url_id),
        final=_url(session, row.final_id or row.url_id),
        started=row.at,
        seconds=row.seconds,
        hops=hops_of(session, row),
        body=body.digest.hex() if body else None,
        content=content.digest.hex() if content else None,
        content_size=row.content_size,
        text=row.text or (body.text if body else None),
        completeness=common.completeness,
        trouble=common.trouble,
        trouble_detail=common.trouble_detail,
        outcome=Outcome(common.outcome, common.rule, common.detail),
        state=common.state,
        origin=common.origin,
        reader=common.reader,
        layout=common.layout,
        readers=common.readers,
        settings=_settings(session, common.configuration_id),
        snapshot=taken.digest if taken else None,
        reading=sha256(open_reading(session, taken)).hexdigest() if taken else None,
        previous=previous,
    )


def _name(session: Session, number: int) -> str:
    return _there(session, schema.SourceName, number).name


def _url(session: Session, number: int) -> str:
    return _there(session, schema.Address, number).url


def _body(session: Session, number: int | None) -> schema.Body | None:
    return _there(session, schema.Body, number, defer(schema.Body.data)) if number else None


def _settings(session: Session, number: int | None) -> str | None:
    return _there(session, schema.Configuration, number).digest if number else None


def _there(session: Session, table: type[T], number: int, *options: ORMOption) -> T:
    row = session.get(table, number, options=options)
    if row is None:
        raise NotThere(f"the {table.__tablename__} {number} is not there{HINT}")
    return row

"""Asking at once for the rows that many visits are going to point at, instead of for each by each."""

from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session, joinedload

from storage.desk import portions
from storage.heads import plain_of
from storage.pen import KnownBody, KnownHead, pen
from storage.proof_schema import Gone
from storage.schema import Address, Body, Head, SourceName, Standing


def foresee(
    session: Session, *, sources: Iterable[str], addresses: Iterable[bytes], bodies: Iterable[bytes]
) -> None:
    """Read what is there of these: sources by name, with how they stand; the rest by sha256."""
    known = pen(session)
    _foresee_sources(session, set(sources) - known.sources.keys())
    found = select(Address.digest, Address.id)
    for some in portions(set(addresses) - known.addresses.keys()):
        known.addresses |= {row[0]: row[1] for row in session.execute(found.where(Address.digest.in_(some)))}
    _foresee_bodies(session, set(bodies) - known.bodies.keys())


def _foresee_sources(session: Session, names: Collection[str]) -> None:
    known, fresh = pen(session), list[int]()
    found = select(SourceName.name, SourceName.id, SourceName.tip, Standing.link)
    found = found.outerjoin(Standing, Standing.source_id == SourceName.id)
    for some in portions(names):
        for name, number, tip, link in session.execute(found.where(SourceName.name.in_(some))):
            known.sources[name], known.tips[number], known.links[number] = number, tip, link
            fresh.append(number)
    known.heads |= dict.fromkeys(fresh)
    for numbers in portions(fresh):
        newest = select(func.max(Head.id)).where(Head.source_id.in_(numbers)).group_by(Head.source_id)
        wish = select(Head).where(Head.id.in_(newest)).options(joinedload(Head.base))
        for head in session.scalars(wish):
            known.heads[head.source_id] = KnownHead(head.id, plain_of(head))


def _foresee_bodies(session: Session, digests: Collection[bytes]) -> None:
    known = pen(session)
    known.bodies |= dict.fromkeys(digests)
    gone = exists().where(Gone.kind == "body", Gone.number == Body.id)
    wish: Any = select(Body.id, Body.digest, Body.text, gone)
    for some in portions(digests):
        rows = session.execute(wish.where(Body.digest.in_(some)))
        known.bodies |= {row[1]: KnownBody(*row) for row in rows}


def known_body(session: Session, digest: bytes) -> KnownBody | None:
    """Return a body that is there, by its sha256."""
    if digest not in pen(session).bodies:
        _foresee_bodies(session, (digest,))
    return pen(session).bodies[digest]

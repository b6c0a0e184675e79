"""The hops of a visit (addresses, headers in order, peer, TLS) in few bytes.

From visit to visit a site's headers differ in a date and little more. The first visit of a source
keeps its hops whole as a *head*; a later one keeps a zstd frame that leans on it (the head is the
frame's dictionary), some 30 to 70 bytes instead of 500, and becomes a new head when it is too different.
A head itself leans on the newest of its site that leans on none. So never more than two heads have
to be read for a visit.
"""

from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from scraper.model import Hop
from storage import values
from storage.errors import HINT, NotThere, StoreError
from storage.frames import squeeze, squeeze_shaped, unsqueeze_shaped
from storage.names import site_number
from storage.pen import KnownHead, add, pen
from storage.schema import Head, Visit
from storage.shapes import HOPS as SHAPE

HOPS: Final = tuple[Hop, ...]
WORTH_IT: Final = 2
"""how many times smaller than alone a frame must be to lean on a head"""


def put_hops(
    session: Session, source_id: int, site: str, hops: tuple[Hop, ...]
) -> tuple[int | None, bytes | None]:
    """Keep hops, which a site answered; return the visit's `head_id` and `hops`: both None for no hops."""
    if not hops:
        return None, None
    plain = values.to_bytes(values.document(HOPS, hops))
    alone = len(squeeze(plain))
    newest = _newest(session, source_id)
    leaning = _leaning(plain, newest)
    if newest and len(leaning) * WORTH_IT <= alone:
        return newest.id, leaning
    site_id = site_number(session, site) if site else None
    first = _first(session, site_id)
    leaning = _leaning(plain, first)
    base = first.id if first and len(leaning) * WORTH_IT <= alone else None
    data = leaning if base else squeeze_shaped(plain, SHAPE)
    number = add(session, Head, source_id=source_id, site_id=site_id, base_id=base, data=data)
    head = pen(session).heads[source_id] = KnownHead(number, plain)
    if site_id and base is None:
        pen(session).first_heads[site_id] = head
    return number, None


def _leaning(plain: bytes, head: KnownHead | None) -> bytes:
    """Return a frame that leans on a head; what stands for itself where there is none to lean on."""
    return squeeze_shaped(plain, SHAPE, head.plain) if head and head.plain else plain


def _newest(session: Session, source_id: int) -> KnownHead | None:
    heads = pen(session).heads
    if source_id not in heads:
        wish = select(Head).where(Head.source_id == source_id).order_by(Head.id.desc()).limit(1)
        heads[source_id] = _known(session.scalar(wish))
    return heads[source_id]


def _known(head: Head | None) -> KnownHead | None:
    return KnownHead(head.id, plain_of(head)) if head else None


def plain_of(head: Head) -> bytes:
    """Return what hops can lean on; nothing does on a damaged head, which `verify` names."""
    try:
        return _opened(head)
    except StoreError:
        return b""


def _opened(head: Head) -> bytes:
    return unsqueeze_shaped(head.data, unsqueeze_shaped(head.base.data) if head.base else b"")


def _first(session: Session, site_id: int | None) -> KnownHead | None:
    """Return the newest head of a site that leans on none."""
    if site_id is None:
        return None
    heads = pen(session).first_heads
    if site_id not in heads:
        wish = select(Head).where(Head.site_id == site_id, Head.base_id.is_(None))
        heads[site_id] = _known(session.scalar(wish.order_by(Head.id.desc()).limit(1)))
    return heads[site_id]


def hops_of(session: Session, visit: Visit) -> tuple[Hop, ...]:
    """Return the hops of a visit; raises StoreError if they are damaged."""
    head = session.get(Head, visit.head_id) if visit.head_id else None
    if visit.head_id and head is None:
        raise NotThere(f"the head {visit.head_id} is not there{HINT}")
    return open_hops(head, visit.hops)


def open_hops(head: Head | None, leaning: bytes | None) -> tuple[Hop, ...]:
    """Return the hops of a visit from its head's row and its `hops`."""
    if head is None:
        return ()
    plain = _opened(head)
    hops: tuple[Hop, ...] = values.value_of(
        HOPS, values.from_bytes(unsqueeze_shaped(leaning, plain) if leaning else plain)
    )
    return hops

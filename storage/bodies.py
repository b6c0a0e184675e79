"""Bodies as received, once by content.

What was inflated from a body (`Fetch.content`) is not kept beside it where it can be had again:
`content_size` is NULL where both are the same, else the number of bytes to inflate; only what
zlib does not give again byte for byte (a coding that others inflated) is kept as a body of its own.
"""

import zlib
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from scraper.model import Fetch
from storage.dictionaries import frame_of, plain_of
from storage.errors import StoreError
from storage.foresight import known_body
from storage.frames import squeeze
from storage.names import site_number
from storage.pen import KnownBody, add, pen
from storage.proof_schema import Gone
from storage.schema import Body, Visit

GZIP_OR_ZLIB: Final = 47
"""zlib's window bits that take either header"""


UNKNOWN: Final = "unknown"


@dataclass(frozen=True, slots=True)
class Page:
    """What a body came from: its source's number, its site's name, and whether it is text.

    Only text leans on others and is leant on: what is packed already (a PDF, a gzip coding) shares nothing.
    """

    source_id: int
    site: str
    is_text: bool


def put_body(
    session: Session, data: bytes, page: Page, text: str | None = None, digest: bytes | None = None
) -> KnownBody | None:
    """Keep bytes once, by their sha256 (`digest`, where it is known); None if there are none.

    `page` says what bytes that are new may lean on, `text` is the sha256 of what they were decoded to.
    """
    if not data:
        return None
    digest = digest or sha256(data).digest()
    known = known_body(session, digest)
    if known is not None:
        return _again(session, known, data)
    frame = frame_of(session, data, site=_site(session, page), before=_before(session, page))
    where = {"dictionary_id": frame.dictionary, "base_id": frame.base}
    number = add(session, Body, digest=digest, size=len(data), text=text, data=frame.data, **where)
    body = pen(session).bodies[digest] = KnownBody(number, digest, text)
    return body


def _site(session: Session, page: Page) -> int | None:
    return site_number(session, page.site) if page.is_text and page.site else None


def _before(session: Session, page: Page) -> Body | None:
    """Return the body that the source's newest visit with a body has."""
    if not page.is_text or pen(session).tips.get(page.source_id, UNKNOWN) is None:
        return None
    wish = select(Body).join(Visit, Visit.body_id == Body.id).where(Visit.source_id == page.source_id)
    return session.scalar(wish.order_by(Visit.at.desc(), Visit.id.desc()).limit(1))


def _again(session: Session, known: KnownBody, data: bytes) -> KnownBody:
    """Return the row of bytes that came again; where they were gone, they are here now."""
    if not known.gone:
        return known
    session.get_one(Body, known.id).data = squeeze(data)
    session.delete(session.get_one(Gone, ("body", known.id)))
    session.flush()
    body = pen(session).bodies[known.digest] = replace(known, gone=False)
    return body


def open_body(body: Body | None) -> bytes:
    """Return the bytes as received; none of a body that is gone (`storage.proof_schema.Gone`).

    Raises StoreError if they are not what their sha256 says.
    """
    if body is None or not body.data:
        return b""
    data = plain_of(body)
    if sha256(data).digest() != body.digest:
        raise StoreError(f"the body {body.digest.hex()} is damaged: its sha256 differs")
    return data


def is_coded(fetch: Fetch) -> bool:
    """Tell whether a body came packed, so that its content is another."""
    return fetch.content != fetch.body


def put_content(session: Session, fetch: Fetch, page: Page) -> tuple[int | None, KnownBody | None]:
    """Keep what is needed to have `fetch.content` again; return `content_size` and `content_id`'s row."""
    if not is_coded(fetch):
        return None, None
    size = len(fetch.content)
    if inflated(fetch.body, size + 1) == fetch.content or not size:
        return size, None
    return size, put_body(session, fetch.content, page)


def body_of(session: Session, visit: Visit) -> bytes:
    """Return the body of a visit as received; raises StoreError if it is damaged."""
    return open_body(session.get(Body, visit.body_id) if visit.body_id else None)


def content_of(session: Session, visit: Visit) -> bytes:
    """Return what the body of a visit was inflated to; raises StoreError if it is damaged."""
    if visit.content_id:
        return open_body(session.get(Body, visit.content_id))
    return open_content(body_of(session, visit), visit.content_size)


def inflated(body: bytes, at_most: int) -> bytes | None:
    """Return the first `at_most` bytes that zlib makes of a body, None if it makes nothing of it."""
    try:
        return zlib.decompressobj(GZIP_OR_ZLIB).decompress(body, at_most)
    except zlib.error:
        return None


def open_content(body: bytes, size: int | None) -> bytes:
    """Return a visit's content from its body and `content_size`, where no content is kept beside it."""
    if size is None:
        return body
    return inflated(body, size) or b"" if size else b""

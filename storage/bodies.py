"""Bodies once by content, and every blob as a zstd frame (RFC 8878).

What was inflated from a body (`Fetch.content`) is not kept beside it where it can be had again:
`content_size` is NULL where both are the same, else the number of bytes to inflate; only what
zlib does not give again byte for byte (a coding that others inflated) is kept as a body of its own.
"""

import sys
import zlib
from hashlib import sha256
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session, defer

from scraper.model import Fetch
from storage.errors import StoreError
from storage.proof_schema import Gone
from storage.schema import Body, Visit

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

LEVEL: Final = 6
SHORTEST_DICTIONARY: Final = 8
"""bytes that zstd wants of a dictionary"""
GZIP_OR_ZLIB: Final = 47
"""zlib's window bits that take either header"""


def squeeze(data: bytes, like: bytes = b"") -> bytes:
    """Return a zstd frame of `data`; one that leans on `like` needs the same to be opened."""
    return zstd.compress(data, level=LEVEL, zstd_dict=_dictionary(like))


def unsqueeze(frame: bytes, like: bytes = b"") -> bytes:
    """Return what `squeeze` was given; raises StoreError if the frame is damaged."""
    try:
        return zstd.decompress(frame, zstd_dict=_dictionary(like))
    except zstd.ZstdError as error:
        raise StoreError(f"something kept is damaged: {error}") from None


def _dictionary(like: bytes) -> zstd.ZstdDict | None:
    return zstd.ZstdDict(like, is_raw=True) if len(like) >= SHORTEST_DICTIONARY else None


def fingerprint(text: str) -> bytes:
    """Return the sha256 under which a text of any length is found."""
    return sha256(text.encode("utf-8", "surrogatepass")).digest()


def put_body(session: Session, data: bytes, text: str | None = None) -> Body | None:
    """Keep bytes once, by their sha256; return their row, None if there are none.

    `text` is the sha256 of what they were decoded to, kept with bytes that are new.
    """
    if not data:
        return None
    digest = sha256(data).digest()
    known = session.scalar(select(Body).where(Body.digest == digest).options(defer(Body.data)))
    if known is not None:
        return _again(session, known, data)
    body = Body(digest=digest, size=len(data), text=text, data=squeeze(data))
    session.add(body)
    session.flush()
    return body


def _again(session: Session, known: Body, data: bytes) -> Body:
    """Return the row of bytes that came again; where they were gone, they are here now."""
    gone = session.get(Gone, ("body", known.id))
    if gone is not None:
        known.data = squeeze(data)
        session.delete(gone)
    return known


def open_body(body: Body | None) -> bytes:
    """Return the bytes as received; none of a body that is gone (`storage.proof_schema.Gone`).

    Raises StoreError if they are not what their sha256 says.
    """
    if body is None or not body.data:
        return b""
    data = unsqueeze(body.data)
    if sha256(data).digest() != body.digest:
        raise StoreError(f"the body {body.digest.hex()} is damaged: its sha256 differs")
    return data


def put_content(session: Session, fetch: Fetch) -> tuple[int | None, Body | None]:
    """Keep what is needed to have `fetch.content` again; return `content_size` and `content_id`'s row."""
    if fetch.content == fetch.body:
        return None, None
    size = len(fetch.content)
    if inflated(fetch.body, size + 1) == fetch.content or not size:
        return size, None
    return size, put_body(session, fetch.content)


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

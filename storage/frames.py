"""Zstd frames (RFC 8878), alone or leaning on other bytes: their raw-content dictionary.

What is small leans on a published shape first (`storage.shapes`); the shape's number stands before the frame.
"""

import sys
from typing import Final

from storage.errors import StoreError
from storage.shapes import shape

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

LEVEL: Final = 6
CLOSE: Final = 3
"""the level for bytes that differ little from what they lean on, and for very many of them"""
FAMILY: Final = 15
"""the level for a page that leans on another of its site.

1,000 pages of `shared/bench/pages.py` (41 MB), each leaning on the first of its site, take 3.79 MB at
level 3 (0.15 ms a page), 3.75 at 9 (0.5 ms), 3.56 at 12 (2.3 ms), 3.16 at 15 (3.3 ms), 3.14 at 19 (4.1 ms).
"""
PAGE: Final = 9
"""the level for a reading that leans on its page: 256 bytes in 0.3 ms where level 6 gives 598"""
ZSTD: Final = 0x28
"""the first byte of a frame; no shape has this number"""
SHORTEST_DICTIONARY: Final = 8
"""bytes that zstd wants of a dictionary"""


def squeeze(data: bytes, like: bytes = b"", level: int = LEVEL) -> bytes:
    """Return a zstd frame of `data`; one that leans on `like` needs the same to be opened."""
    return zstd.compress(data, level=level, zstd_dict=_dictionary(like))


def unsqueeze(frame: bytes, like: bytes = b"") -> bytes:
    """Return what `squeeze` was given; raises StoreError if the frame is damaged."""
    try:
        return zstd.decompress(frame, zstd_dict=_dictionary(like))
    except zstd.ZstdError as error:
        raise StoreError(f"something kept is damaged: {error}") from None


def ready(like: bytes) -> zstd.ZstdDict:
    """Return bytes made ready to be leant on very often."""
    return zstd.ZstdDict(like, is_raw=True)


def squeeze_ready(data: bytes, like: zstd.ZstdDict, level: int) -> bytes:
    """Return what `squeeze` does, in less time from the second frame on that leans on the same."""
    return zstd.compress(data, level=level, zstd_dict=like.as_digested_dict)


def squeeze_shaped(data: bytes, number: int, like: bytes = b"") -> bytes:
    """Return the number of a shape and a frame of `data` that leans on it and then on `like`."""
    return bytes([number]) + squeeze(data, shape(number) + like, PAGE)


def unsqueeze_shaped(shaped: bytes, like: bytes = b"") -> bytes:
    """Return what `squeeze_shaped` was given, or `squeeze` before there were shapes.

    Raises StoreError if the frame is damaged.
    """
    if shaped[:1] == bytes([ZSTD]):
        return unsqueeze(shaped, like)
    return unsqueeze(shaped[1:], shape(shaped[0] if shaped else None) + like)


def _dictionary(like: bytes) -> zstd.ZstdDict | None:
    return zstd.ZstdDict(like, is_raw=True) if len(like) >= SHORTEST_DICTIONARY else None

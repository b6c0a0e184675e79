"""Zstd frames (RFC 8878), alone or leaning on other bytes: their raw-content dictionary."""

import sys
from typing import Final

from storage.errors import StoreError

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


def _dictionary(like: bytes) -> zstd.ZstdDict | None:
    return zstd.ZstdDict(like, is_raw=True) if len(like) >= SHORTEST_DICTIONARY else None

"""Families: a dictionary made of a site's first page and of what its next ones have that it has not.

A page alone, as a dictionary, knows the site's frame; some pages know its words, too: 1,000 pages of
`shared/bench/pages.py` with their dictionaries take 3.11 MB where they lean on families of nine, 3.13 of six,
3.39 on one page. More pages gain little, a trained dictionary over the same bytes gains nothing. The words
stand last, where they are nearest.
"""

import re
from collections import deque
from collections.abc import Iterable
from functools import lru_cache
from threading import Lock
from typing import Final

from storage.frames import FAMILY, ready, squeeze_ready, unsqueeze

MARK: Final = b"\0family\0"
"""how a family's bytes begin"""
PAGES: Final = 8
"""pages that are gathered behind a site's first"""
MOST_BYTES: Final = 100_000
"""what is taken of them at most"""
AT_HAND: Final = 16
"""dictionaries that are kept ready: some 2 MB each"""
_PIECE: Final = re.compile(rb"(?=<)")
_wanted: Final[deque[bytes]] = deque(maxlen=AT_HAND)


def gathered(first: bytes, others: Iterable[bytes]) -> bytes:
    """Return a family of pages: the first whole, then what the others have of their own."""
    seen, pieces = set(_PIECE.split(first)), list[bytes]()
    for page in others:
        for piece in _PIECE.split(page):
            if piece not in seen:
                seen.add(piece)
                pieces.append(piece)
    return MARK + first + b"".join(pieces)[:MOST_BYTES]


def is_family(like: bytes) -> bool:
    """Tell a family from a page."""
    return like.startswith(MARK)


def squeeze_in(data: bytes, family: bytes) -> bytes | None:
    """Return a frame of a page that leans on its family, None if that is not ready to be leant on.

    To make one ready costs 18 ms, to lean on it then 4 ms, no more than on a page. So one becomes ready when
    it is wanted a second time among the last few: where pages of very many sites alternate, none does.
    """
    often = is_wanted(family)
    _wanted.append(family)
    return _ready(family).squeeze(data) if often else None


def squeeze_first(data: bytes, family: bytes) -> bytes:
    """Return a frame of one of many pages that lean on a family from now on: it is made ready for them."""
    _wanted.append(family)
    return _ready(family).squeeze(data)


def is_wanted(family: bytes) -> bool:
    """Tell whether `squeeze_in` was asked for a family a short while ago."""
    return family in _wanted


class _Ready:
    """A family made ready, for several threads; the first page that leans on it is squeezed alone.

    zstd digests a dictionary when it is used first at a level, and that two threads must not do at once.
    """

    def __init__(self, family: bytes) -> None:
        self._like = ready(family)
        self._first = Lock()
        self._digested = False

    def squeeze(self, data: bytes) -> bytes:
        if not self._digested:
            with self._first:
                frame = squeeze_ready(data, self._like, FAMILY)
                self._digested = True
                return frame
        return squeeze_ready(data, self._like, FAMILY)


@lru_cache(maxsize=AT_HAND)
def opened(data: bytes, base: bytes | None) -> bytes:
    """Return a dictionary's bytes from its frame and that of the one which it leans on, opened once."""
    return unsqueeze(data, unsqueeze(base) if base else b"")


_ready = lru_cache(maxsize=AT_HAND)(_Ready)

"""Families: a dictionary made of a site's first page and of what its next ones have that it has not.

A page alone, as a dictionary, knows the site's frame; some pages know its words, too: 1,000 pages of
`shared/bench/pages.py` take 2.81 MB where they lean on a family of six, 3.06 on one page. More pages gain
little and are further away (2.79 for twelve), a trained dictionary over the same bytes gains nothing.
"""

import re
from collections import deque
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from storage.frames import FAMILY, ready, squeeze_ready, unsqueeze

MARK: Final = b"\0family\0"
"""how a family's bytes begin"""
PAGES: Final = 5
"""pages that are gathered behind a site's first"""
MOST_BYTES: Final = 100_000
"""what is taken of them at most"""
AT_HAND: Final = 16
"""dictionaries that are kept ready: some 2 MB each"""
_PIECE: Final = re.compile(rb"(?=<)")
_wanted: Final[deque[bytes]] = deque(maxlen=AT_HAND)


def gathered(first: bytes, others: Iterable[bytes]) -> bytes:
    """Return a family of pages: what the others have of their own, then the first whole."""
    seen, pieces = set(_PIECE.split(first)), list[bytes]()
    for page in others:
        for piece in _PIECE.split(page):
            if piece not in seen:
                seen.add(piece)
                pieces.append(piece)
    return MARK + b"".join(pieces)[-MOST_BYTES:] + first


def is_family(like: bytes) -> bool:
    """Tell a family from a page."""
    return like.startswith(MARK)


def squeeze_in(data: bytes, family: bytes) -> bytes | None:
    """Return a frame of a page that leans on its family, None if that is not ready to be leant on.

    To make one ready costs 18 ms, to lean on it then 4 ms, no more than on a page. So one becomes ready when
    it is wanted a second time among the last few: where pages of very many sites alternate, none does.
    """
    often = family in _wanted
    _wanted.append(family)
    return squeeze_ready(data, _ready(family), FAMILY) if often else None


@lru_cache(maxsize=AT_HAND)
def opened(data: bytes, base: bytes | None) -> bytes:
    """Return a dictionary's bytes from its frame and that of the one which it leans on, opened once."""
    return unsqueeze(data, unsqueeze(base) if base else b"")


_ready = lru_cache(maxsize=AT_HAND)(ready)

"""Shapes: what readings, links and hops have in common, published as files so that frames can lean on them.

A shape never changes once a database may hold frames that lean on it; a better one gets the next number.
"""

import re
from functools import cache
from importlib.resources import files
from typing import Final

from storage.errors import HINT, StoreError

WHOLE_PAGE: Final = 1
"""a reading's, followed by the whole page as received"""
READING: Final = 2
"""a reading's, followed by the page's words"""
LINK: Final = 3
HOPS: Final = 4

_BETWEEN_TAGS: Final = re.compile(rb">([^<]+)")
_BLANK: Final = b"\t\n\r \xe3\x80"
"""what words are freed of at both ends: blanks, and the bytes that begin the ideographic one in UTF-8"""


@cache
def shape(number: int | None) -> bytes:
    """Return a shape's bytes as its file has them, b"" for None; StoreError for one that is not known."""
    if number is None:
        return b""
    try:
        return files(__package__).joinpath(f"{number}.txt").read_bytes()
    except FileNotFoundError:
        raise StoreError(f"something kept is damaged: there is no shape {number}{HINT}") from None


def with_page(number: int | None, content: bytes) -> bytes:
    """Return the bytes that a reading leans on: a shape, and what its kind takes of a page."""
    return shape(number) + (content if number in {None, WHOLE_PAGE} else words_of(content))


def words_of(page: bytes) -> bytes:
    r"""Return what stands between a page's tags, the pieces joined by the two characters `\n`.

    So a notice's text as JSON is one run of it, where the page itself has tags between its paragraphs:
    1,000 readings of `shared/bench/pages.py` take 144 kB instead of 288.
    """
    pieces = (piece.strip(_BLANK) for piece in _BETWEEN_TAGS.findall(page))
    return rb"\n".join(filter(None, pieces))

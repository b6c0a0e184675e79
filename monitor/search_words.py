"""What a text is found by: pairs of Chinese characters, and the words of other scripts. Pure.

Chinese has no blanks between words. Indexed are the pairs of neighbouring characters but those that
belong to two words of two or more characters each, by jieba's dictionary: 德清县人民政府 is found by 德清,
清县, 人民 and 政府, and not by 县人, which is no word. Two pairs that follow each other are never both left
out, so that a term of three characters or more is found wherever it stands, however it is cut. That takes
a fifth of the space of all pairs on bench pages, two thirds on real ones.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple, TypeAlias

from monitor.paragraphs import folded
from scraper.chinese import UNSEEN

LONGEST = 40
"""Characters of a word in another script by which it is found."""
MOST = 50_000
"""Different words of one text that are kept: PostgreSQL takes at most a megabyte of them."""

BREAK = "\n"
_CHINESE = "\\u3005-\\u3007\\u3400-\\u4dbf\\u4e00-\\u9fff\\uf900-\\ufaff\\U00020000-\\U0003ffff"
_RUN = re.compile(f"([{_CHINESE}]+)|([^\\W_{_CHINESE}]+)")
_BROKEN = re.compile(f"(?<=[{_CHINESE}])\\s+(?=[{_CHINESE}])")


class Needle(NamedTuple):
    """A word to look for; `prefix` says that words which begin with it are meant too."""

    word: str
    prefix: bool = False


Clause: TypeAlias = tuple[Needle, ...]
"""Needles of which one must be among a text's words."""


def normalised(text: str) -> str:
    """Return a text in the form in which it is searched: NFKC, no case, no breaks within Chinese."""
    plain = UNSEEN.sub("", unicodedata.normalize("NFKC", text)).casefold()
    return _BROKEN.sub("", plain)


def index_words(text: str) -> tuple[str, ...]:
    """Return the words under which a text is kept, each once, in the order of the text."""
    found: dict[str, None] = {}
    runs = dict.fromkeys(_RUN.findall(normalised(text)))
    cuts = _cut(chinese for chinese, _ in runs if chinese)
    for chinese, other in runs:
        found.update(dict.fromkeys(_pairs(next(cuts))[: 4 * MOST] if chinese else (other[:LONGEST],)))
        if len(found) >= MOST:
            break
    return tuple(found)[:MOST]


def clauses(term: str) -> tuple[Clause, ...]:
    """Return what holds of the words of every text that holds a term; nothing for a term without words.

    The texts found may still lack the term itself: its words may stand apart.
    """
    runs = _RUN.findall(normalised(term))
    found = [clause for run in runs for clause in (_chinese(run[0]) if run[0] else _other(run[1]))]
    telling = [clause for clause in found if len(clause[0].word) > 1 or clause[0].word.isascii()]
    return tuple(dict.fromkeys(telling or found))


def terms(wish: str) -> tuple[str, ...]:
    """Split what a person typed into terms that all must be found; blanks within quotes hold together."""
    found = (quoted or plain for quoted, plain in re.findall(r'["“”]([^"“”]+)["“”]|([^\s"“”]+)', wish))
    return tuple(dict.fromkeys(term for term in map(folded_term, found) if term))


def folded_term(term: str) -> str:
    """Return a term in the form in which it is compared with a text's `folded_term`."""
    return folded(term).casefold()


def _cut(runs: Iterable[str]) -> Iterator[list[str]]:
    """Cut runs of Chinese into words, many by one call: a break between them is a word that no run has."""
    import rjieba  # noqa: PLC0415 - its dictionary costs a tenth of a second, and few commands cut words

    words: list[str] = []
    for joined in _joined(runs):
        for word in rjieba.cut(joined, False):
            if word != BREAK:
                words.append(word)
                continue
            yield words
            words = []


def _joined(runs: Iterable[str]) -> Iterator[str]:
    """Join runs, a break after each, to texts of bounded length."""
    some, length = list[str](), 0
    for run in runs:
        some.append(f"{run[: 10 * MOST]}{BREAK}")
        length += len(some[-1])
        if length > MOST:
            yield "".join(some)
            some, length = [], 0
    yield "".join(some)


def _pairs(words: Sequence[str]) -> list[str]:
    """Return what a run of Chinese is kept under: the pairs within words, those beside a single character.

    Single characters are kept by themselves too.
    """
    before, found = "", list[str]()
    for word in words:
        if len(word) == 1:
            found.append(word)
        if len(before) == 1 or (before and len(word) == 1):
            found.append(before[-1] + word[0])
        if len(word) == 2:  # most are
            found.append(word)
        elif len(word) > 2:
            found += [word[at : at + 2] for at in range(len(word) - 1)]
        before = word
    return found


def _chinese(run: str) -> Iterator[Clause]:
    """Yield for each two pairs that follow each other that one of them is kept; see the module."""
    pairs = [Needle(run[at : at + 2]) for at in range(len(run) - 1)]
    if not pairs:
        yield (Needle(run, prefix=True),)
    elif len(pairs) == 1:
        yield (pairs[0],)
    else:
        yield from pairwise(pairs)


def _other(run: str) -> Iterator[Clause]:
    yield (Needle(run[:LONGEST], prefix=True),)

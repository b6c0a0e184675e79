"""What changed within a text, in pieces that a person can read: words stay whole, Chinese ones too.

Chinese is cut into words by jieba's dictionary, so that an edited word is shown as that word and not as
the one character of it that two words happen to share.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import takewhile
from typing import Literal, NamedTuple, TypeAlias

from monitor.alignment import aligned

Op: TypeAlias = Literal["equal", "delete", "insert"]

ISLAND = 6
"""Characters that stayed between two edits and are still shown as edited, if no longer than either."""


LONG = 4_000
"""From so many characters on, sentences are compared first, then the words of those that differ."""
COMMON = 2
"""Characters that two edited words have in common at an end and that are shown as kept: a word of its own."""

_SENTENCE = re.compile(r"[^。；！？\n|]*+[。；！？\n|]|[^。；！？\n|]++")
_HALF = re.compile(r"[\ud800-\udfff]")


class _Stretch(NamedTuple):
    """Text that stayed, and the edit behind it: what went and what came."""

    same: str
    gone: str
    come: str


def inline(before: str, after: str) -> tuple[tuple[Op, str], ...]:
    """Tell two texts apart word by word, in pieces that a person can read.

    The equal and deleted pieces make up `before`, the equal and inserted ones `after`. Islands of
    equal characters that are shorter than the edits around them are shown as edited. Texts of any
    length are compared in time.
    """
    if before == after:
        return (("equal", before),) if before else ()
    ops: tuple[Op, Op, Op] = ("equal", "delete", "insert")
    cut = _by_sentences if len(before) + len(after) > LONG else _by_words
    stretches = _without_islands(_joined(cut(before, after)))
    return tuple((op, text) for stretch in stretches for op, text in zip(ops, stretch, strict=True) if text)


def words(text: str) -> list[str]:
    """Cut a text into words; together they are the text again, whatever characters it holds."""
    import rjieba  # noqa: PLC0415 - its dictionary costs a tenth of a second, and few commands cut words

    found, at = [], 0
    for word in rjieba.cut(_HALF.sub("\ufffd", text)):
        found.append(text[at : at + len(word)])
        at += len(word)
    return found


def _by_words(before: str, after: str) -> Iterator[_Stretch]:
    return _stretches(words(before), words(after))


def _by_sentences(before: str, after: str) -> Iterator[_Stretch]:
    for coarse in _stretches(_SENTENCE.findall(before), _SENTENCE.findall(after)):
        yield coarse._replace(gone="", come="")
        yield from _by_words(coarse.gone, coarse.come)


def _stretches(before: list[str], after: list[str]) -> Iterator[_Stretch]:
    for block in aligned(before, after):
        old, new = before[block.old_from : block.old_to], after[block.new_from : block.new_to]
        if block.same:
            yield _Stretch("".join(old), "", "")
        else:
            yield from _trimmed("".join(old), "".join(new))


def _trimmed(gone: str, come: str) -> Iterator[_Stretch]:
    """Take off what both sides begin and end with (有限公司 in 股份有限公司), but cut no number in two."""
    head = _common(gone, come)
    tail = _common(gone[head:][::-1], come[head:][::-1])
    end_of_gone, end_of_come = len(gone) - tail, len(come) - tail
    yield _Stretch(gone[:head], gone[head:end_of_gone], come[head:end_of_come])
    yield _Stretch(gone[end_of_gone:], "", "")


def _common(one: str, other: str) -> int:
    """Count the characters both begin with that make a word of their own."""
    count = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
    while count and _inside_a_number(one, count) | _inside_a_number(other, count):
        count -= 1
    return count if count >= COMMON else 0


def _inside_a_number(text: str, at: int) -> bool:
    around = text[at - 1 : at + 1]
    return len(around) == 2 and around.isascii() and around.isalnum()


def _joined(stretches: Iterable[_Stretch]) -> Iterator[_Stretch]:
    """Put the text that stayed before the edit that follows it, and edits without text between as one."""
    same = gone = come = ""
    for stretch in stretches:
        if stretch.same and (gone or come):
            yield _Stretch(same, gone, come)
            same = gone = come = ""
        same += stretch.same
        gone += stretch.gone
        come += stretch.come
    yield _Stretch(same, gone, come)


def _without_islands(stretches: Iterable[_Stretch]) -> list[_Stretch]:
    """Take a short text that stayed between two longer edits into one edit."""
    kept: list[_Stretch] = []
    for stretch in stretches:
        kept.append(stretch)
        while len(kept) > 1 and _is_island(kept[-2], kept[-1]):
            (same, gone, come), (island, more_gone, more_come) = kept[-2:]
            kept[-2:] = [_Stretch(same, gone + island + more_gone, come + island + more_come)]
    return kept


def _is_island(before: _Stretch, behind: _Stretch) -> bool:
    length = len(behind.same)
    return (
        length <= ISLAND
        and length <= max(len(before.gone), len(before.come))
        and length <= max(len(behind.gone), len(behind.come))
    )

"""Two sequences laid side by side by what both hold in the same order: characters, words or paragraphs.

The longest common subsequence, found bit-parallel by rapidfuzz, where the product of both lengths allows
it; what is longer is first cut at items that stand once on either side (the patience diff of Bram Cohen).
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from rapidfuzz.distance import Indel

MOST_CELLS = 25_000_000
"""The comparison costs the product of both lengths, a bit each: 3 MB and a hundredth of a second here."""


class Block(NamedTuple):
    """A stretch `[old_from:old_to]` that answers `[new_from:new_to]`; `same` says item for item."""

    same: bool
    old_from: int
    old_to: int
    new_from: int
    new_to: int


def aligned(old: Sequence[Hashable], new: Sequence[Hashable]) -> tuple[Block, ...]:
    """Lay two sequences side by side: blocks that are the same, and between them blocks that differ.

    The blocks cover both sequences in order, none is empty on both sides, and no two that differ are
    neighbours. Any length is dealt with in time: what has no common item to hold on to is one block.
    """
    numbers: dict[Hashable, int] = {}
    left, right = ([numbers.setdefault(item, len(numbers)) for item in side] for side in (old, new))
    return tuple(_merged(_between(left, right, Block(False, 0, len(left), 0, len(right)))))


def _between(old: list[int], new: list[int], inside: Block) -> Iterator[Block]:
    """Align one stretch: what begins and ends alike first, then by what its size allows."""
    _, a, b, c, d = inside
    head = 0
    while a + head < b and c + head < d and old[a + head] == new[c + head]:
        head += 1
    tail = 0
    while a + head < b - tail and c + head < d - tail and old[b - tail - 1] == new[d - tail - 1]:
        tail += 1
    yield Block(True, a, a + head, c, c + head)
    core = Block(False, a + head, b - tail, c + head, d - tail)
    by = (
        _by_all
        if (core.old_to - core.old_from) * (core.new_to - core.new_from) <= MOST_CELLS
        else _by_anchors
    )
    yield from by(old, new, core)
    yield Block(True, b - tail, b, d - tail, d)


def _by_all(old: list[int], new: list[int], core: Block) -> Iterator[Block]:
    _, a, b, c, d = core
    for op in Indel.opcodes(old[a:b], new[c:d]):
        yield Block(op.tag == "equal", a + op.src_start, a + op.src_end, c + op.dest_start, c + op.dest_end)


def _by_anchors(old: list[int], new: list[int], core: Block) -> Iterator[Block]:
    _, a, b, c, d = core
    anchors = _anchors(old[a:b], new[c:d])
    if not anchors:
        yield core
        return
    for (i, j), (k, m) in pairwise([(-1, -1), *anchors, (b - a, d - c)]):
        if i >= 0:
            yield Block(True, a + i, a + i + 1, c + j, c + j + 1)
        yield from _between(old, new, Block(False, a + i + 1, a + k, c + j + 1, c + m))


def _anchors(old: list[int], new: list[int]) -> list[tuple[int, int]]:
    """Give the longest run of pairs, rising on both sides, of items that stand once on either."""
    once_old, once_new = Counter(old), Counter(new)
    where = {item: at for at, item in enumerate(new) if once_new[item] == 1}
    pairs = [(at, where[item]) for at, item in enumerate(old) if once_old[item] == 1 and item in where]
    ends: list[int] = []
    best: list[int] = []
    before: list[int] = []
    for at, (_, place) in enumerate(pairs):
        length = bisect_left(ends, place)
        before.append(best[length - 1] if length else -1)
        ends[length : length + 1], best[length : length + 1] = [place], [at]
    return _followed_back(pairs, before, best[-1] if best else -1)


def _followed_back(pairs: list[tuple[int, int]], before: list[int], last: int) -> list[tuple[int, int]]:
    found = []
    while last >= 0:
        found.append(pairs[last])
        last = before[last]
    return found[::-1]


def _merged(blocks: Iterator[Block]) -> Iterator[Block]:
    """Join neighbours of one kind, and leave out what is empty."""
    open_block: Block | None = None
    for block in blocks:
        if block.old_from == block.old_to and block.new_from == block.new_to:
            continue
        if open_block and open_block.same == block.same:
            open_block = open_block._replace(old_to=block.old_to, new_to=block.new_to)
            continue
        if open_block:
            yield open_block
        open_block = block
    if open_block:
        yield open_block

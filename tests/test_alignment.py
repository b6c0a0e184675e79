"""Two sequences side by side: nothing lost, nothing in another order, in time whatever their length."""

import random
import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor import alignment
from monitor.alignment import Block, aligned

items = st.lists(st.integers(0, 5), max_size=30)


def longest_common(old: list[int], new: list[int]) -> int:
    """The textbook's table: the length of the longest common subsequence."""
    above = [0] * (len(new) + 1)
    for one in old:
        row = [0]
        for at, other in enumerate(new):
            row.append(above[at] + 1 if one == other else max(row[-1], above[at + 1]))
        above = row
    return above[-1]


def kept(blocks: tuple[Block, ...]) -> int:
    return sum(block.old_to - block.old_from for block in blocks if block.same)


def check_cover(old: list[int], new: list[int], blocks: tuple[Block, ...]) -> None:
    """The blocks hold both sequences whole and in order, and what they call the same is."""
    assert [x for block in blocks for x in old[block.old_from : block.old_to]] == old
    assert [x for block in blocks for x in new[block.new_from : block.new_to]] == new
    for block in blocks:
        there = old[block.old_from : block.old_to]
        assert (there == new[block.new_from : block.new_to]) or not block.same
        assert block.old_from < block.old_to or block.new_from < block.new_to
    assert all(one.same != other.same for one, other in pairwise(blocks))


@given(items, items)
def test_blocks_cover_both_sides_in_order_and_keep_the_most_that_can_be_kept(
    old: list[int], new: list[int]
) -> None:
    blocks = aligned(old, new)
    check_cover(old, new, blocks)
    assert kept(blocks) == longest_common(old, new)


@given(items, items)
def test_blocks_cover_both_sides_when_cut_at_what_stands_once(old: list[int], new: list[int]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(alignment, "MOST_CELLS", 0)
        check_cover(old, new, aligned(old, new))


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("", "", []),
        ("abc", "abc", [(True, 0, 3, 0, 3)]),
        ("", "a", [(False, 0, 0, 0, 1)]),
        ("axc", "ayc", [(True, 0, 1, 0, 1), (False, 1, 2, 1, 2), (True, 2, 3, 2, 3)]),
        ("abab", "ab", [(True, 0, 2, 0, 2), (False, 2, 4, 2, 2)]),
    ],
)
def test_what_begins_or_ends_alike_is_kept(
    old: str, new: str, expected: list[tuple[bool, int, int, int, int]]
) -> None:
    assert aligned(old, new) == tuple(Block(*one) for one in expected)


def long_ones() -> dict[str, tuple[list[int], list[int]]]:
    dice = random.Random(7)
    shuffled = list(range(60_000))
    dice.shuffle(shuffled)
    rows = list(range(60_000))
    edited = [-one if one % 50 == 3 else one for one in rows]
    return {
        "edited here and there": (rows, edited),
        "shuffled": (rows, shuffled),
        "nothing in common": (rows, [-1 - one for one in rows]),
        "all the same": ([0] * 60_000, [1, *[0] * 50_000, 1]),
        "few kinds": ([dice.randrange(9) for _ in rows], [dice.randrange(9) for _ in rows]),
    }


@pytest.mark.parametrize("case", list(long_ones()))
def test_no_shape_of_a_long_text_takes_long(case: str) -> None:
    old, new = long_ones()[case]
    start = time.process_time()
    blocks = aligned(old, new)
    assert time.process_time() - start < 2
    check_cover(old, new, blocks)


def test_a_long_text_edited_here_and_there_keeps_the_rest() -> None:
    old, new = long_ones()["edited here and there"]
    assert kept(aligned(old, new)) == 60_000 - 1_200

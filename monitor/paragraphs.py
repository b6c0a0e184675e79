"""Two texts paragraph by paragraph: the same, edited, moved, gone or new."""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from rapidfuzz import fuzz, process

from monitor.alignment import aligned
from scraper.chinese import UNSEEN, fold

ALIKE = 60.0
"""Two paragraphs this alike, in rapidfuzz's percent, are one paragraph that was edited."""
ALIKE_ELSEWHERE = 80.0
"""A paragraph that stands elsewhere and was edited too has to be this alike to be taken for the same."""
EVIDENT = 90.0
"""The next paragraph, if so much alike, is the one; no further one is looked at."""
LOOK_AHEAD = 40
"""Paragraphs among which an edited one is looked for."""
TELLING = 12
"""Characters of a paragraph that may have moved and been edited; shorter ones are alike by chance."""
COMPARED = 4_000
"""Characters of a paragraph by which it is told whether two are alike."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A line of a text: its number from 1, its text, and the form in which it is compared."""

    number: int
    text: str
    key: str


@dataclass(frozen=True, slots=True)
class Pair:
    """A paragraph before and after; one of them is None where it came or went.

    `same` says that nothing happened to it, or that only line breaks did: such a stretch may have
    more lines on one side.
    """

    old: Paragraph | None
    new: Paragraph | None
    same: bool = False
    moved: bool = False

    @property
    def before(self) -> str | None:
        """The text as it was."""
        return self.old.text if self.old else None

    @property
    def after(self) -> str | None:
        """The text as it is."""
        return self.new.text if self.new else None

    @property
    def what(self) -> str:
        """Name the paragraph: `paragraph 3`, by where it stands now, or `paragraph 3, now 7`."""
        if self.old and self.new and self.moved:
            return f"paragraph {self.old.number}, now {self.new.number}"
        shown = self.new or self.old
        return f"paragraph {shown.number if shown else 0}"


def folded(text: str) -> str:
    """Return a text in the form in which it is compared: NFKC, without blanks and unseen characters.

    Idempotent; an edit that leaves this form as it is is none.
    """
    wide = UNSEEN.sub("", unicodedata.normalize("NFKC", text))
    return unicodedata.normalize("NFKC", "".join(wide.split()))


def paragraphs(text: str) -> tuple[Paragraph, ...]:
    """Cut a text into its paragraphs; lines in which nothing is to be seen are none."""
    lines = ((fold(line), folded(line)) for line in text.splitlines())
    return tuple(Paragraph(at, *line) for at, line in enumerate((pair for pair in lines if pair[1]), 1))


def paired(before: str, after: str) -> tuple[Pair, ...]:
    """Lay two texts side by side, every paragraph of both once, in the order of `before`.

    What came stands where it came; what moved stands where it was.
    """
    old, new = paragraphs(before), paragraphs(after)
    if "".join(one.key for one in old) == "".join(one.key for one in new):
        return tuple(_side_by_side(old, new))
    return tuple(_with_moves(list(_in_place(old, new))))


def _side_by_side(old: Sequence[Paragraph], new: Sequence[Paragraph]) -> Iterator[Pair]:
    return (Pair(*pair, same=True) for pair in zip_longest(old, new))


def _in_place(old: Sequence[Paragraph], new: Sequence[Paragraph]) -> Iterator[Pair]:
    for block in aligned([one.key for one in old], [one.key for one in new]):
        gone, come = old[block.old_from : block.old_to], new[block.new_from : block.new_to]
        if block.same or "".join(one.key for one in gone) == "".join(one.key for one in come):
            yield from _side_by_side(gone, come)
        else:
            yield from _edited(gone, come)


def _edited(gone: Sequence[Paragraph], come: Sequence[Paragraph]) -> Iterator[Pair]:
    """Pair the paragraphs of a stretch in order, each with the most alike; the rest went or came."""
    keys = [one.key[:COMPARED] for one in come]
    at = 0
    for old in gone:
        ahead = _most_alike(old.key[:COMPARED], keys[at : at + LOOK_AHEAD])
        if ahead is None:
            yield Pair(old, None)
            continue
        yield from (Pair(None, new) for new in come[at : at + ahead])
        yield Pair(old, come[at + ahead])
        at += ahead + 1
    yield from (Pair(None, new) for new in come[at:])


def _most_alike(key: str, ahead: Sequence[str]) -> int | None:
    if ahead and fuzz.ratio(key, ahead[0], score_cutoff=EVIDENT):
        return 0
    best = process.extractOne(key, ahead, scorer=fuzz.ratio, score_cutoff=ALIKE)
    return best[2] if best else None


def _with_moves(pairs: list[Pair]) -> Iterator[Pair]:
    """Join what went in one place with what came in another, word for word or nearly so."""
    gone = [pair.old for pair in pairs if pair.old and not pair.new and not pair.same]
    come = [pair.new for pair in pairs if pair.new and not pair.old and not pair.same]
    moves = _exact(gone, come)
    taken = {one.number for one in moves.values()}
    moves |= _nearly(
        (one for one in gone if one.number not in moves), (one for one in come if one.number not in taken)
    )
    arrived = {one.number for one in moves.values()}
    for pair in pairs:
        if pair.same or (pair.old and pair.new):
            yield pair
        elif pair.old:
            there = moves.get(pair.old.number)
            yield Pair(pair.old, there, moved=there is not None)
        elif pair.new and pair.new.number not in arrived:
            yield pair


def _exact(gone: Iterable[Paragraph], come: Iterable[Paragraph]) -> dict[int, Paragraph]:
    waiting: dict[str, list[Paragraph]] = {}
    for new in come:
        waiting.setdefault(new.key, []).append(new)
    return {old.number: waiting[old.key].pop(0) for old in gone if waiting.get(old.key)}


def _nearly(gone: Iterable[Paragraph], come: Iterable[Paragraph]) -> dict[int, Paragraph]:
    free = [one for one in come if len(one.key) >= TELLING][: LOOK_AHEAD * 5]
    found: dict[int, Paragraph] = {}
    for old in [one for one in gone if len(one.key) >= TELLING][: LOOK_AHEAD * 5]:
        keys = [one.key[:COMPARED] for one in free]
        cutoff = ALIKE_ELSEWHERE
        best = process.extractOne(old.key[:COMPARED], keys, scorer=fuzz.ratio, score_cutoff=cutoff)
        if best:
            found[old.number] = free.pop(best[2])
    return found

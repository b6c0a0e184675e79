"""Two snapshots of a page side by side: header fields, paragraphs, attachments; or the rows of a list.

One value serves the terminal, the desk and the sheet. Edits are shown by word (see `monitor.inline`), and
what is told as changed here is exactly what `monitor.changes.compare` tells.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Literal, TypeAlias

from monitor.changes import FIELDS, attached
from monitor.inline import inline
from monitor.paragraphs import Pair, folded, paired
from reports.model import Piece
from scraper.addresses import match_key
from scraper.chinese import fold
from scraper.model import Entry, Listing, Notice, Reading

Kind: TypeAlias = Literal["same", "edited", "gone", "come", "moved", "arrived", "gap"]
"""What happened to a paragraph. One that moved has two rows: `moved` where it was, `arrived` where it is."""


@dataclass(frozen=True, slots=True)
class Row:
    """A paragraph before and after: its numbers from 1, and its text in pieces, taken out and put in.

    A `gap` stands for `hidden` paragraphs that did not change and are not shown.
    """

    kind: Kind
    old: int | None
    new: int | None
    pieces: tuple[Piece, ...] = ()
    hidden: int = 0

    @property
    def left(self) -> tuple[Piece, ...]:
        """The paragraph as it was; nothing where there was none."""
        return () if self.kind == "arrived" else tuple(one for one in self.pieces if one.op != "insert")

    @property
    def right(self) -> tuple[Piece, ...]:
        """The paragraph as it is; nothing where there is none."""
        return () if self.kind == "moved" else tuple(one for one in self.pieces if one.op != "delete")

    @property
    def before(self) -> str | None:
        """The text of `left`, None where there is none."""
        return "".join(one.text for one in self.left) or None

    @property
    def after(self) -> str | None:
        """The text of `right`, None where there is none."""
        return "".join(one.text for one in self.right) or None


@dataclass(frozen=True, slots=True)
class Field:
    """A header field before and after, `label` for people; `pieces` tell both apart where they differ."""

    label: str
    before: str | None
    after: str | None
    changed: bool
    pieces: tuple[Piece, ...] = ()


@dataclass(frozen=True, slots=True)
class File:
    """An attachment, by its place beside the page or its address, and its text before and after."""

    place: str
    before: str | None
    after: str | None
    changed: bool
    pieces: tuple[Piece, ...] = ()


@dataclass(frozen=True, slots=True)
class Weight:
    """How much changed: characters taken out and put in, the longest run of either, paragraphs that moved.

    `share` is the part of both texts that was taken out or put in, from 0 to 1. Header fields and
    attachments are counted by number; blanks do not count.
    """

    gone: int
    come: int
    longest: int
    moved: int
    share: float
    fields: int
    files: int

    @property
    def nothing(self) -> bool:
        """Whether nothing changed at all."""
        return not (self.gone or self.come or self.moved or self.fields or self.files)


@dataclass(frozen=True)
class Differences:
    """All that differs between two snapshots, and what stayed around it."""

    fields: tuple[Field, ...]
    rows: tuple[Row, ...]
    files: tuple[File, ...]

    @cached_property
    def weight(self) -> Weight:
        """Measure how much changed."""
        gone, come = (self._lengths(op) for op in ("delete", "insert"))
        both = 2 * sum(self._lengths("equal")) + sum(gone) + sum(come)
        return Weight(
            gone=sum(gone),
            come=sum(come),
            longest=max((*gone, *come), default=0),
            moved=sum(row.kind == "moved" for row in self.rows),
            share=(sum(gone) + sum(come)) / both if both else 0.0,
            fields=sum(one.changed for one in self.fields),
            files=sum(one.changed for one in self.files),
        )

    def shortened(self, context: int = 2) -> tuple[Row, ...]:
        """Give the rows with only so many unchanged paragraphs around each change, and gaps for the rest."""
        return tuple(_shortened(self.rows, context))

    def _lengths(self, op: str) -> list[int]:
        return [
            len("".join(piece.text.split()))
            for row in self.rows
            if row.kind != "arrived"
            for piece in row.pieces
            if piece.op == op
        ]


def differences(before: Reading, after: Reading) -> Differences:
    """Lay two snapshots of one source side by side, two documents or two lists.

    Raises ValueError for anything else.
    """
    if isinstance(before, Notice) and isinstance(after, Notice):
        return Differences(
            fields=tuple(_fields(before, after)),
            rows=tuple(_rows(paired(before.text, after.text))),
            files=tuple(_files(before, after)),
        )
    if isinstance(before, Listing) and isinstance(after, Listing):
        return Differences((), tuple(_entries(before, after)), ())
    raise ValueError("only two documents or two lists can be laid side by side")


def _pieces(before: str | None, after: str | None) -> tuple[Piece, ...]:
    return tuple(Piece(op, text) for op, text in inline(before or "", after or ""))


def _printed(value: str | date | None) -> str | None:
    return value.isoformat() if isinstance(value, date) else fold(value) if value else None


def _fields(before: Notice, after: Notice) -> Iterator[Field]:
    for name in ("title", *FIELDS):
        old, new = _printed(getattr(before, name)), _printed(getattr(after, name))
        changed = folded(old or "") != folded(new or "")
        yield Field(name.replace("_", " "), old, new, changed, _pieces(old, new) if changed else ())


def _files(before: Notice, after: Notice) -> Iterator[File]:
    old, new = attached(before), attached(after)
    for place in dict.fromkeys((*old, *new)):
        was, now = old.get(place), new.get(place)
        changed = was is None or now is None or folded(was) != folded(now)
        yield File(place, was, now, changed, _pieces(was, now) if changed else ())


def _rows(pairs: Sequence[Pair]) -> Iterator[Row]:
    """Turn pairs into rows in the order of both texts: what moved stands twice."""
    arriving = {pair.new.number: pair for pair in pairs if pair.new and pair.moved}
    reached = 0
    for pair in pairs:
        if pair.new and not pair.moved:
            yield from _arrived(arriving, reached, pair.new.number)
            reached = pair.new.number
        yield _row(pair)
    yield from _arrived(arriving, reached, max(arriving, default=0) + 1)


def _arrived(arriving: dict[int, Pair], after: int, before: int) -> Iterator[Row]:
    for number in range(after + 1, before):
        if number in arriving:
            yield replace(_row(arriving[number]), kind="arrived")


def _row(pair: Pair) -> Row:
    old, new = (one.number if one else None for one in (pair.old, pair.new))
    if pair.same:
        return Row("same", old, new, (Piece("equal", pair.after or pair.before or ""),))
    kind: Kind = "moved" if pair.moved else "come" if old is None else "gone" if new is None else "edited"
    return Row(kind, old, new, _pieces(pair.before, pair.after))


def _entries(before: Listing, after: Listing) -> Iterator[Row]:
    """Lay the rows of a list side by side: what came first, in the page's order; order itself is no news."""
    old, new = ({match_key(one.url): _entry(one) for one in listing.entries} for listing in (before, after))
    numbers = {key: at for at, key in enumerate(old, 1)}
    for at, (key, text) in enumerate(new.items(), 1):
        if key not in old:
            yield Row("come", None, at, _pieces(None, text))
        elif folded(old[key]) == folded(text):
            yield Row("same", numbers[key], at, (Piece("equal", text),))
        else:
            yield Row("edited", numbers[key], at, _pieces(old[key], text))
    yield from (Row("gone", numbers[key], None, _pieces(old[key], None)) for key in old if key not in new)


def _entry(one: Entry) -> str:
    parts = (_printed(one.published), fold(one.title), one.document_number)
    return " ".join(part for part in parts if part)


def _shortened(rows: Sequence[Row], context: int) -> Iterator[Row]:
    changed = [at for at, row in enumerate(rows) if row.kind != "same"]
    near = {place for at in changed for place in range(at - context, at + context + 1)}
    hidden = 0
    for at, row in enumerate(rows):
        if at not in near:
            hidden += 1
            continue
        yield from _gap(hidden)
        hidden = 0
        yield row
    yield from _gap(hidden)


def _gap(hidden: int) -> Iterable[Row]:
    return (Row("gap", None, None, hidden=hidden),) if hidden else ()

"""What changed in a notice, as a diff by character that shows only what is needed to read it."""

from collections.abc import Iterator, Sequence

from monitor.inline import inline
from monitor.model import Change
from reports.model import Edit, Piece

CONTEXT = 24
"""Characters kept on either side of a change: a clause of a Chinese notice."""
LONGEST = 600
"""Characters of one run put in or taken out that are shown: a long paragraph of a Chinese notice."""
GAP = Piece("gap", "…")


def edit(change: Change) -> Edit:
    """Compare both sides of a change; a side that is None counts as empty."""
    pieces = [Piece(op, text) for op, text in inline(change.before or "", change.after or "")]
    return Edit(what=change.what, pieces=tuple(shortened(pieces)))


def shortened(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """Keep every change and `CONTEXT` characters around it; a gap stands for what is left out.

    A run put in or taken out of more than `LONGEST` characters is cut, and the gap counts the rest.
    """
    last = len(pieces) - 1
    for place, piece in enumerate(pieces):
        if piece.op == "equal":
            yield from _context(piece.text, before=place > 0, after=place < last)
        else:
            yield Piece(piece.op, piece.text[:LONGEST])
            if (rest := len(piece.text) - LONGEST) > 0:
                yield Piece("gap", f"… {rest:,} more characters …")


def _context(text: str, *, before: bool, after: bool) -> Iterator[Piece]:
    kept = CONTEXT * (before + after)
    if len(text) <= kept + 1:
        yield Piece("equal", text)
        return
    if before:
        yield Piece("equal", text[:CONTEXT])
    yield GAP
    if after:
        yield Piece("equal", text[-CONTEXT:])

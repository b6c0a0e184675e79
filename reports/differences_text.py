"""The differences of two snapshots for a terminal: unified, a paragraph a line."""

from collections.abc import Iterator

from reports.clean import clean
from reports.differences import Differences, Row
from reports.told import marked
from reports.words import counted

MARKS = {"same": " ", "edited": "~", "gone": "-", "come": "+", "moved": "<", "arrived": ">", "gap": " "}
"""What stands before a paragraph: `~` edited, `-` gone, `+` new, `<` moved away, `>` moved here."""


def lines(found: Differences, context: int = 2) -> Iterator[str]:
    """Print differences: what went in [-brackets-], what came in {+braces+}; a last line weighs them.

    Paragraphs stand under their numbers before and after, `context` unchanged ones around each change.
    """
    yield from (clean(f"{one.label}: {marked(one.pieces)}") for one in found.fields if one.changed)
    rows = found.shortened(context) if any(row.kind != "same" for row in found.rows) else ()
    width = len(str(max((max(row.old or 0, row.new or 0) for row in rows), default=0)))
    yield from (clean(_line(row, width)) for row in rows)
    yield from (clean(f"attachment {one.place}: {marked(one.pieces)}") for one in found.files if one.changed)
    yield weighed(found)


def weighed(found: Differences) -> str:
    """Say in a sentence how much changed."""
    weight = found.weight
    if weight.nothing:
        return "Nothing differs but blanks and line breaks."
    share = f", {weight.share:.0%} of the text" if weight.share >= 0.005 else ""
    told = [
        f"{counted(weight.gone, 'character')} taken out and {weight.come:,} put in{share}",
        *([f"{counted(weight.moved, 'paragraph')} moved"] if weight.moved else []),
        *([f"{counted(weight.fields, 'header field')} changed"] if weight.fields else []),
        *([f"{counted(weight.files, 'attachment')} changed"] if weight.files else []),
    ]
    return f"{'; '.join(told)}."


def _line(row: Row, width: int) -> str:
    if row.kind == "gap":
        return f"  {'':{2 * width}}  … {counted(row.hidden, 'paragraph')} unchanged …"
    numbers = f"{row.old or '':>{width}} {row.new or '':>{width}}"
    where = {"moved": f"(to {row.new}) ", "arrived": f"(from {row.old}) "}.get(row.kind, "")
    return f"{MARKS[row.kind]} {numbers}  {where}{marked(row.pieces)}"

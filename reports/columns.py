"""Plain text in columns: a Chinese character is two columns wide."""

from collections.abc import Iterable, Iterator, Sequence

from rich.cells import cell_len

from reports.clean import clean


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Lay out cells under their head, a rule between; every row has as many cells as the head."""
    lines = [[clean(cell) for cell in row] for row in (head, *rows)]
    widths = [max(map(cell_len, column)) for column in zip(*lines, strict=True)]
    lines.insert(1, ["─" * width for width in widths])
    for line in lines:
        yield "  ".join(padded(cell, width) for cell, width in zip(line, widths, strict=True)).rstrip()


def padded(text: str, width: int) -> str:
    """Fill a text with blanks up to a width in columns."""
    return text + " " * (width - cell_len(text))

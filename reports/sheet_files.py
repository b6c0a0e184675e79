"""The sheet as a file: CSV, XLSX with lists to choose from, JSON."""

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from monitor.spans import Importance, Judgement, Verdict
from reports.csv_ import cell
from reports.differences_text import weighed
from reports.json_ import dumps, instant
from reports.sheet import Line, Sheet
from reports.told import marked
from reports.words import outcome

if TYPE_CHECKING:
    from reports.xlsx import Value

FORMATS = ("csv", "xlsx", "json")
COLUMNS = (
    "row", "priority", "why", "block", "source", "title", "address", "changed", "difference",
    "text changed %", "longest change", "key terms", "list", "findings",
    "last good visit", "last visit", "outcome", "visits", "verdict", "importance", "note", "judged",
)  # fmt: skip
FILLED = ("verdict", "importance", "note")
"""The columns that a person fills in; all others are told by the machine and never read back."""
LONGEST = 2_000
"""Characters of a difference in a cell; all of it is on the desk and in `zonewatch diff`."""


def render(made: Sheet, form: str) -> str | bytes:
    """Write a sheet in one of `FORMATS`; only xlsx is bytes. Raises ValueError for another form."""
    if form == "csv":
        return _csv(made)
    if form == "xlsx":
        return _xlsx(made)
    if form == "json":
        return f"{dumps(as_document(made))}\n"
    raise ValueError(f"expected one of {', '.join(FORMATS)}, found {form}")


def as_document(made: Sheet) -> dict[str, Any]:
    """Give a sheet as plain values."""
    return {
        "dossier": made.dossier,
        "since": instant(made.since),
        "until": instant(made.until),
        "quiet": made.quiet,
        "rows": [_as_row(line, block.number) for block in made.blocks for line in block.lines],
    }


def _as_row(line: Line, block: int) -> dict[str, Any]:
    span, judged = line.span, line.judgement
    weight = line.found.weight if line.found else None
    return {
        "row": line.id,
        "block": block,
        "source": line.source.id,
        "title": line.title,
        "url": line.url,
        "priority": line.priority,
        "parts": [{"points": part.points, "why": part.why} for part in line.parts],
        "from": span.first.id if span.first else None,
        "to": span.last.id if span.last else None,
        "share": weight.share if weight else 0.0,
        "longest": weight.longest if weight else 0,
        "terms": {one.term: one.by for one in line.terms},
        "unlisted": line.unlisted,
        "findings": [f"F{number}" for number in line.findings],
        "last_good": instant(span.last_good_at),
        "last_visit": instant(span.last_at),
        "outcome": span.last_outcome.value if span.last_outcome else None,
        "visits": span.visits,
        "judgement": _as_judgement(judged) if judged else None,
    }


def _as_judgement(judged: Judgement) -> dict[str, str | None]:
    return {
        "verdict": judged.verdict.value if judged.verdict else None,
        "importance": judged.importance.value if judged.importance else None,
        "note": judged.note,
        "decided": instant(judged.decided),
    }


def _csv(made: Sheet) -> str:
    sheet = io.StringIO()
    writer = csv.writer(sheet)
    writer.writerow(COLUMNS)
    for values in _rows(made):
        writer.writerow([cell(one) if isinstance(one, str) else "" if one is None else one for one in values])
    return sheet.getvalue()


def _xlsx(made: Sheet) -> bytes:
    from reports.xlsx import workbook  # noqa: PLC0415 - openpyxl is only needed here

    choices: dict[str, Sequence[str]] = {"verdict": list(Verdict), "importance": list(Importance)}
    return workbook({"sheet": (COLUMNS, list(_rows(made)))}, choices=choices)


def _rows(made: Sheet) -> Iterator[tuple["Value", ...]]:
    for block in made.blocks:
        for place, line in enumerate(block.lines):
            shown = _difference(line) if place == 0 else f"the same as {block.lines[0].id}"
            yield _cells(line, block.number, shown if line.found else "")


def _cells(line: Line, block: int, difference: str) -> tuple["Value", ...]:
    span, weight, judged = line.span, line.found.weight if line.found else None, line.judgement or Judgement()
    return (
        line.id,
        line.priority,
        "; ".join(f"{part.points}: {part.why}" for part in line.parts),
        block,
        line.source.id,
        line.title,
        line.url,
        weighed(line.found) if line.found else "",
        difference,
        round(100 * weight.share) if weight else 0,
        weight.longest if weight else 0,
        ", ".join(one.shown for one in line.terms),
        "link gone from its list" if line.unlisted else "",
        " ".join(f"F{number}" for number in line.findings),
        _visit(span.last_good, span.last_good_at),
        _visit(span.last_visit, span.last_at),
        outcome(span.last_outcome.value) if span.last_outcome else "",
        span.visits,
        judged.verdict or "",
        judged.importance or "",
        judged.note or "",
        instant(judged.decided) or "",
    )


def _visit(number: int | None, at: datetime | None) -> str:
    return f"V{number} {instant(at)}" if number and at else "never"


def _difference(line: Line) -> str:
    """Show what changed on one line, paragraph by paragraph, without what stayed around it."""
    if line.found is None:
        return ""
    told = [
        *(f"{one.label}: {marked(one.pieces)}" for one in line.found.fields if one.changed),
        *(marked(row.pieces) for row in line.found.rows if row.kind in ("edited", "gone", "come")),
        *(f"attachment {one.place}: {marked(one.pieces)}" for one in line.found.files if one.changed),
    ]
    shown = " ¶ ".join(told)
    return shown if len(shown) <= LONGEST else f"{shown[:LONGEST]}… ({len(shown) - LONGEST:,} more)"

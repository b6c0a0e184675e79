"""Sheets for spreadsheets (Office Open XML), with no cell that a spreadsheet would run.

Text is text by its type, and what looks like a formula begins with an apostrophe all the same, so that it
stays harmless when the sheet is saved as CSV.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import TypeAlias

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from reports import csv_, told
from reports.csv_ import cell as harmless
from reports.model import Report
from reports.words import moment

Value: TypeAlias = str | int | date | None

DAY_FORMAT = "mmmm d, yyyy"
WIDEST = 60
"""Characters of a column; longer cells are wrapped."""
LONGEST = 32_767
"""Characters that a cell may hold (Excel specifications and limits)."""


def render(report: Report) -> bytes:
    """Write a report as sheets: findings in the columns of `reports.csv_`, and what proves its silence."""
    head, *rows = csv.reader(io.StringIO(csv_.render(report)))
    links = [
        (section.id, *told.link_cells(one), one.printed, one.url or "")
        for section in report.sections
        for one in section.links
    ]
    lists = [
        (section.id, *told.list_cells(one), one.url, told.list_why(one))
        for section in report.sections
        for one in section.lists
    ]
    return workbook(
        {
            "findings": (head, rows),
            "links": (("dossier", *told.LINK_HEAD, "printed", "works at"), links),
            "lists": (("dossier", *told.LIST_HEAD, "address", "why"), lists),
            "coverage": (("what", "said"), list(_coverage(report))),
        }
    )


def _coverage(report: Report) -> Iterator[tuple[str, str]]:
    yield "verdict", report.verdict
    yield "from", moment(report.since) if report.since else "the beginning"
    yield "to", moment(report.generated)
    yield "passes", told.passes(report)
    yield from ((section.id, told.looked(section.coverage)) for section in report.sections)
    yield from ((f"visits: {kind}", count) for kind, count in told.outcomes(report))


def workbook(
    sheets: Mapping[str, tuple[Sequence[str], Iterable[Sequence[Value]]]],
    choices: Mapping[str, Sequence[str]] = MappingProxyType({}),
) -> bytes:
    """Write sheets by name, each a head and rows; days are days, numbers numbers, all else text.

    `choices` gives the columns in which one of a few words is chosen.
    """
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, (head, rows) in sheets.items():
        sheet = book.create_sheet(name)
        grid = [head, *rows]
        for row, values in enumerate(grid, start=1):
            for column, value in enumerate(values, start=1):
                _put(sheet.cell(row, column), value, bold=row == 1)
        for column, values in enumerate(zip(*grid, strict=True), start=1):
            width = max(len(str(value or "")) for value in values) + 2
            sheet.column_dimensions[get_column_letter(column)].width = min(width, WIDEST)
            if values[0] in choices and len(grid) > 1:
                sheet.add_data_validation(_choice(choices[values[0]], get_column_letter(column), len(grid)))
        sheet.freeze_panes = "A2"
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def _choice(words: Sequence[str], letter: str, last: int) -> DataValidation:
    """Let a cell take only these words, chosen from a list."""
    said = ",".join(words)
    chosen = DataValidation(type="list", formula1=f'"{said}"', allow_blank=True)
    chosen.error, chosen.errorTitle = f"one of: {', '.join(words)}", "not one of the words"
    chosen.add(f"{letter}2:{letter}{last}")
    return chosen


def _put(cell: Cell, value: Value, *, bold: bool) -> None:
    if isinstance(value, str):
        cell.value = _text(value)
        cell.data_type = "s"
        cell.alignment = Alignment(vertical="top", wrap_text=True)
    else:
        cell.value = value
        cell.alignment = Alignment(vertical="top", horizontal="left")
    if isinstance(value, date):
        cell.number_format = DAY_FORMAT
    if bold:
        cell.font = Font(bold=True)


def _text(value: str) -> str:
    """Return a text that a cell can hold: harmless, once only, and no longer than a cell."""
    shown = value if value.startswith("'") and harmless(value[1:]) == value else harmless(value)
    return shown[:LONGEST]

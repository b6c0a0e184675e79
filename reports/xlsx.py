"""Sheets for spreadsheets (Office Open XML), with no cell that a spreadsheet would run.

Text is text by its type, and what looks like a formula begins with an apostrophe all the same, so that it
stays harmless when the sheet is saved as CSV.
"""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import TypeAlias

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from reports import csv_
from reports.csv_ import cell as harmless
from reports.model import Report

Value: TypeAlias = str | int | date | None

DAY_FORMAT = "mmmm d, yyyy"
WIDEST = 60
"""Characters of a column; longer cells are wrapped."""
LONGEST = 32_767
"""Characters that a cell may hold (Excel specifications and limits)."""


def render(report: Report) -> bytes:
    """Write all findings of a report as a sheet, the columns of `reports.csv_`."""
    head, *rows = csv.reader(io.StringIO(csv_.render(report)))
    return workbook({"findings": (head, rows)})


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

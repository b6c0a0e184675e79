"""A filled-in sheet read back: CSV or XLSX, as spreadsheets save them."""

import csv
import io
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from monitor.spans import Importance, Judgement, Verdict
from reports.csv_ import plain
from reports.sheet_files import FILLED

LARGEST = 50_000_000
"""Bytes that a file may have; a sheet of 10,000 rows has 3,000,000."""
UNPACKED = 400_000_000
"""Bytes that a spreadsheet may have when it is unpacked."""


class SheetError(Exception):
    """A file that is no sheet of ours; the message says what is missing."""


@dataclass(frozen=True, slots=True)
class Filled:
    """A row of a filled-in sheet: its line in the file from 1, its id, the findings beside it.

    `judgement.decided` is when the row had been judged before, as the file says; `wrong` names what
    cannot be understood in it.
    """

    line: int
    row: str
    findings: tuple[int, ...]
    judgement: Judgement
    judged: str
    wrong: tuple[str, ...]


def read(content: bytes) -> tuple[Filled, ...]:
    """Read a sheet back, CSV or XLSX by its content; rows in which nothing is filled in are left out.

    A CSV may be UTF-8 or GB 18030, with commas, semicolons or tabs, as spreadsheets save it. Raises
    SheetError for a file that is neither, or has not the columns `row` and those to fill in.
    """
    if len(content) > LARGEST:
        raise SheetError(f"{len(content):,} bytes are no sheet; it may have {LARGEST:,}")
    grid = _grid_of_xlsx(content) if content.startswith(b"PK") else _grid_of_csv(content)
    head = next(grid, [])
    places = {name.strip().casefold(): at for at, name in enumerate(head)}
    missing = [name for name in ("row", *FILLED) if name not in places]
    if missing:
        raise SheetError(f"no column `{missing[0]}`: the first line has to name the columns as exported")
    rows = (_filled(number, _Cells(cells, places)) for number, cells in enumerate(grid, 2))
    return tuple(row for row in rows if row.judgement.says_something or row.wrong or row.judged)


@dataclass(frozen=True, slots=True)
class _Cells:
    values: Sequence[str]
    places: dict[str, int]

    def __getitem__(self, name: str) -> str:
        at = self.places.get(name, len(self.values))
        return plain(self.values[at]).strip() if at < len(self.values) else ""


def _filled(number: int, cells: _Cells) -> Filled:
    wrong: list[str] = []
    verdict = _choice(Verdict, cells["verdict"], "verdict", wrong)
    importance = _choice(Importance, cells["importance"], "importance", wrong)
    return Filled(
        line=number,
        row=cells["row"].upper(),
        findings=tuple(int(one[1:]) for one in cells["findings"].upper().split() if one[1:].isdecimal()),
        judgement=Judgement(verdict, importance, cells["note"] or None),
        judged=cells["judged"],
        wrong=tuple(wrong),
    )


def _choice(kind: Any, typed: str, name: str, wrong: list[str]) -> Any:
    if not typed:
        return None
    try:
        return kind(" ".join(typed.casefold().split()))
    except ValueError:
        wrong.append(f"{name} {typed!r} is none of: {', '.join(kind)}")
        return None


def _grid_of_csv(content: bytes) -> Iterator[list[str]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("gb18030", "replace")
    first = text.splitlines()[0] if text.strip() else ""
    separator = max(",;\t", key=first.count)
    try:
        yield from csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    except csv.Error as error:
        raise SheetError(f"no CSV that can be read: {error}") from None


def _grid_of_xlsx(content: bytes) -> Iterator[list[str]]:
    from openpyxl import load_workbook  # noqa: PLC0415 - only needed here
    from openpyxl.utils.exceptions import InvalidFileException  # noqa: PLC0415

    _refuse_bombs(content)
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, OSError) as error:
        raise SheetError(f"no spreadsheet that can be read: {error}") from None
    try:
        for values in book.worksheets[0].iter_rows(values_only=True):
            yield ["" if value is None else str(value) for value in values]
    finally:
        book.close()


def _refuse_bombs(content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            size = sum(one.file_size for one in packed.infolist())
    except (zipfile.BadZipFile, ValueError) as error:
        raise SheetError(f"no spreadsheet that can be read: {error}") from None
    if size > UNPACKED:
        raise SheetError(f"a spreadsheet of {size:,} bytes is no sheet; it may have {UNPACKED:,}")

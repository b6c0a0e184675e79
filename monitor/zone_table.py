"""The table of zones in a translation: names with footnote marks, days, strengths with Chinese terms.

Cells stand between tabs, or between two blanks and more; a row may run on over a page break.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from monitor.dossier_model import Strength

SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_DIGITS = str.maketrans(SUPERSCRIPTS, "0123456789")
_CHINESE = "\u3400-\u4dbf\u4e00-\u9fff"
_GLOSS = re.compile(rf"\s*[(（]([^()（）]*[{_CHINESE}][^()（）]*)[)）]")
_MARK = re.compile(rf"\s*([{SUPERSCRIPTS}]{{1,3}}|[\[(]?(?<!\d)\d{{1,3}}[\])]?)$")
_TOKEN = re.compile(r"[(（][^)）]*[)）]?|[,，;；]|[^(（,，;；]+")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DATE = re.compile(
    r"(?:(?P<month>[A-Z][a-z]{2,8})\.?\s+(?P<day>\d{1,2})(?:st|nd|rd|th)?,?"
    r"|(?P<day2>\d{1,2})(?:st|nd|rd|th)?\s+(?P<month2>[A-Z][a-z]{2,8})\.?,?)\s+(?P<year>\d{4})"
    r"|(?P<iso>\d{4}-\d\d-\d\d)"
)
_PREPOSITION = re.compile(r"\b(?:in|including|such as|across)\s", re.IGNORECASE)
_CREATED = re.compile(r"creat|establish|approv|sign|found", re.IGNORECASE)
_ANNOUNCED = re.compile(r"announc|publi|upload|releas", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Row:
    """A zone as the table prints it; `zh` only where the name has it in brackets."""

    en: str
    zh: str | None
    footnote: int | None
    created: date | None
    announced: date | None
    strengths: str


@dataclass(frozen=True, slots=True)
class _Table:
    """The rows so far; `column` is where the last cell of the last row began, in characters."""

    rows: tuple[Row, ...] = ()
    announced_first: bool = False
    headed: bool = False
    column: int = 0


def plain_digits(mark: str) -> int:
    """Return the number that a footnote mark shows, superscript or not, in brackets or not."""
    return int(re.sub(r"\D", "", mark.translate(_DIGITS)))


def english_date(text: str) -> date | None:
    """Read a day written as English texts do (`March 9, 2020`, `9 Mar. 2020`, `2020-03-09`), else None."""
    found = _DATE.fullmatch(text.strip())
    if not found:
        return None
    try:
        if found["iso"]:
            return date.fromisoformat(found["iso"])
        month = (found["month"] or found["month2"]).lower()[:3]
        return date(int(found["year"]), _MONTHS.index(month) + 1, int(found["day"] or found["day2"]))
    except ValueError:
        return None


def rows(lines: Sequence[str]) -> tuple[Row, ...]:
    """Return the table's rows in order, each whole; none where the text has no such table."""
    table = _Table()
    for line in lines:
        table = _read(line, table)
    return table.rows


def _read(line: str, table: _Table) -> _Table:
    cells = _cells(line)
    days = [day for day in map(english_date, cells) if day]
    if not days:
        headed = len(cells) >= 3 and any(map(_ANNOUNCED.search, cells)) and any(map(_CREATED.search, cells))
        return _headed(cells, table) if headed else _continued(line, cells, table)
    name = _name(cells[0]) if not english_date(cells[0]) else ("", None, None)
    if len(cells) < 3 or not re.search(r"[^\W\d]", name[0]) or not (table.headed or name[2]):
        return table
    if table.announced_first:
        days = [*days[1:2], days[0]]
    created, announced = (days[0], days[1]) if len(days) > 1 else (None, days[0])
    last = max(at for at, cell in enumerate(cells) if english_date(cell))
    row = Row(*name, created, announced, " ".join(cells[last + 1 :]).strip())
    column = line.find(cells[last + 1]) if last + 1 < len(cells) else len(line)
    return replace(table, rows=(*table.rows, row), column=column)


def _cells(line: str) -> list[str]:
    cells = line.split("\t") if "\t" in line else re.split(r"[^\S\n]{2,}", line.rstrip())
    return [cell.strip() for cell in cells]


def _headed(cells: Sequence[str], table: _Table) -> _Table:
    first = next(cell for cell in cells if _ANNOUNCED.search(cell) or _CREATED.search(cell))
    return replace(table, headed=True, announced_first=not _CREATED.search(first))


def _continued(line: str, cells: Sequence[str], table: _Table) -> _Table:
    """Join the rest of a row's last cell: a line whose other cells are empty.

    Between blanks it stands below that cell, or far enough in and goes on in small letters.
    """
    inside = len(cells) > 1 and cells[-1] and not any(cells[:-1]) and "://" not in line
    indent = len(line) - len(line.lstrip(" "))
    below = indent >= max(2, table.column - 4) or (indent >= 8 and cells[-1][:1].islower())
    if not (table.rows and inside and ("\t" in line or below)):
        return table
    row = table.rows[-1]
    whole = replace(row, strengths=f"{row.strengths} {cells[-1]}".strip())
    return replace(table, rows=(*table.rows[:-1], whole))


def _name(cell: str) -> tuple[str, str | None, int | None]:
    mark = _MARK.search(cell)
    name = cell[: mark.start()] if mark else cell
    gloss = _GLOSS.search(name)
    en = _GLOSS.sub("", name).replace("’", "'").strip()
    footnote = plain_digits(mark[1]) or None if mark else None
    return en, gloss[1].strip() if gloss else None, footnote


def strengths(text: str) -> tuple[Strength, ...]:
    """Split a cell of strengths into its parts, each with the Chinese term that it gives in brackets.

    Commas and semicolons part them, not those in brackets; so does `and` after a Chinese term. Where
    semicolons stand, the commas of a series (`applications in A, B, and C`) belong to one strength.
    """
    groups = _split(text, ";；")
    parts = [part for group in groups for part in (_series(group) if len(groups) > 1 else _list(group))]
    return tuple(_strength(piece) for part in parts for piece in _terms(part) if piece)


def _split(text: str, marks: str) -> list[str]:
    pieces = [""]
    for token in _TOKEN.findall(text):
        pieces = [*pieces, ""] if token in marks else [*pieces[:-1], pieces[-1] + token]
    return [" ".join(piece.split()) for piece in pieces if piece.strip()]


def _list(group: str) -> list[str]:
    return [re.sub(r"^and\s+", "", part) for part in _split(group, ",，")]


def _series(group: str) -> list[str]:
    parts = _split(group, ",，")
    starts = [at for at, part in enumerate(parts[:-1]) if _PREPOSITION.search(part)]
    if len(parts) < 2 or not parts[-1].startswith("and ") or not starts:
        return _list(group)
    return [*parts[: starts[-1]], ", ".join(parts[starts[-1] :])]


def _terms(part: str) -> list[str]:
    return re.split(rf"(?<=[{_CHINESE}][)）])\s+and\s+", part)


def _strength(piece: str) -> Strength:
    gloss = _GLOSS.search(piece)
    en = _GLOSS.sub("", piece).strip()
    return Strength(en or (gloss[1] if gloss else piece), gloss[1].strip() if gloss else None)

"""Lists of sources as people have them: a table, addresses line by line, or a folder of documents.

Nothing here knows what is watched already: lines in, sources or refusals out, each with where it stood.
"""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from hashlib import sha256
from pathlib import Path, PurePosixPath

from pydantic import TypeAdapter, ValidationError

from monitor.citations import Cited, cite
from monitor.dossier_schema import Address, Interval, ListName
from monitor.model import Role, Source
from scraper.addresses import canonical, match_key, split
from zonewatch.errors import ZonewatchError

DAY = timedelta(days=1)
LONGEST = 4000
"""Characters of an address; a database's index takes some 2,700 bytes, servers refuse from 8,000 on."""
COLUMNS = {
    "url": ("url", "address", "link", "网址", "链接"),
    "name": ("name", "id"),
    "title": ("title", "标题"),
    "number": ("number", "document_number", "文号"),
    "zone": ("zone",),
    "footnote": ("footnote",),
    "interval": ("interval",),
    "role": ("role",),
    "because": ("because", "note"),
}
"""The columns of a table and the words by which each is known, in any case."""
DOCUMENTS = (".txt", ".md", ".text")
_ADDRESS: TypeAdapter[str] = TypeAdapter(Address)
_INTERVAL: TypeAdapter[timedelta] = TypeAdapter(Interval)
_NAME: TypeAdapter[str] = TypeAdapter(ListName)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a list: `where` it stands (`list.csv:7`), and a source, or why it gives none."""

    where: str
    source: Source | None = None
    refused: str | None = None


@dataclass(frozen=True, slots=True)
class SourceList:
    """What a file or a folder holds, in its order, read as it is asked for.

    `size` is how much of it there is at most, `unused` are columns that mean nothing here.
    """

    lines: Iterator[Line]
    size: int
    unused: tuple[str, ...] = ()


def read_list(path: Path, dossier: str) -> SourceList:
    """Read a list of sources for a dossier.

    A folder's documents are read for their citations; a file whose first line names a column of
    addresses is a table, any other holds one address a line (blank lines and those that begin with # count
    for nothing). Raises `ZonewatchError` where there is nothing to read.
    """
    if path.is_dir():
        return _documents(path, dossier)
    lines = _text(path).splitlines()
    header = next((line for line in lines if line.strip()), "")
    delimiter = max(",;\t", key=header.count)
    named = {_column(cell) for cell in next(csv.reader([header], delimiter=delimiter), [])}
    if "url" in named:
        return _table(path, lines, delimiter, dossier)
    if path.suffix.lower() in (".csv", ".tsv") and header.count(delimiter):
        raise ZonewatchError(
            f"{path}: expected a first line that names a column `url`, found {header[:80]!r}"
        )
    return SourceList(_addresses(path, lines, dossier), len(lines))


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise ZonewatchError(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ZonewatchError(f"{path}: expected a text in UTF-8: {error.reason} at {error.start}") from error


def _addresses(path: Path, lines: Iterable[str], dossier: str) -> Iterator[Line]:
    for number, line in enumerate(lines, 1):
        if line.strip() and not line.lstrip().startswith("#"):
            yield _line(f"{path.name}:{number}", {"url": line.strip()}, dossier)


def _table(path: Path, lines: list[str], delimiter: str, dossier: str) -> SourceList:
    reader = csv.reader((line + "\n" for line in lines), delimiter=delimiter)
    header = next(cells for cells in reader if any(cells))
    columns = [_column(cell) for cell in header]
    unused = tuple(cell for cell, name in zip(header, columns, strict=True) if cell.strip() and not name)

    def rows() -> Iterator[Line]:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                row = {name: cell.strip() for name, cell in zip(columns, cells, strict=False) if name}
                yield _line(f"{path.name}:{reader.line_num}", row, dossier)

    return SourceList(rows(), len(lines), unused)


def _column(cell: str) -> str | None:
    word = cell.strip().lower()
    return next((name for name, words in COLUMNS.items() if word in words), None)


def _documents(folder: Path, dossier: str) -> SourceList:
    paths = sorted(path for path in folder.rglob("*") if path.suffix.lower() in DOCUMENTS and path.is_file())
    if not paths:
        raise ZonewatchError(f"{folder}: holds no document ({', '.join(DOCUMENTS)})")
    return SourceList((line for path in paths for line in _cited(path, folder, dossier)), len(paths))


def _cited(path: Path, folder: Path, dossier: str) -> Iterator[Line]:
    """Give the citations of a document as lines; one that cannot be read is a line that is refused."""
    name = path.relative_to(folder).as_posix()
    try:
        citations = cite(_text(path)).citations
    except ZonewatchError as error:
        yield Line(name, refused=error.message.partition(": ")[2])
        return
    for citation in citations:
        yield _citation(citation, name, dossier)


def _citation(citation: Cited, name: str, dossier: str) -> Line:
    where = f"{name}: footnote {citation.footnote}"
    if citation.url is None:
        return Line(where, refused=f"has no address: {citation.because or 'unresolved'}")
    repairs = f", repaired ({'; '.join(citation.repairs)})" if citation.repairs else ""
    because = f"footnote {citation.footnote} of {name}{repairs}"
    return _line(where, {"url": citation.url, "because": because}, dossier)


def _line(where: str, row: Mapping[str, str], dossier: str) -> Line:
    try:
        return Line(where, _source(row, dossier))
    except ValidationError as error:
        said = str(error.errors()[0]["msg"]).removeprefix("Value error, ")
        return Line(where, refused=f"expected {said}, found {str(error.errors()[0]['input'])[:120]!r}")
    except ValueError as error:
        return Line(where, refused=str(error))


def _source(row: Mapping[str, str], dossier: str) -> Source:
    url = _ADDRESS.validate_python(row.get("url", ""))
    if len(url) > LONGEST:
        raise ValueError(f"expected an address of at most {LONGEST} characters, found {len(url)}")
    if "@" in (split(url).authority or ""):
        raise ValueError("expected an address without a user name in it")
    url = canonical(url)
    name = _name(row["name"]) if row.get("name") else name_of(url)
    return Source(
        id=f"{dossier}/{name}",
        dossier=dossier,
        role=_role(row.get("role") or "notice"),
        url=url,
        interval=_interval(row["interval"]) if row.get("interval") else DAY,
        title=row.get("title") or None,
        document_number=row.get("number") or None,
        zone=row.get("zone") or None,
        footnote=_footnote(row["footnote"]) if row.get("footnote") else None,
        because=row.get("because") or "imported",
    )


def _name(text: str) -> str:
    return _NAME.validate_python(text.rpartition("/")[2])


@lru_cache(maxsize=64)
def _interval(text: str) -> timedelta:
    return _INTERVAL.validate_python(text)


def _role(text: str) -> Role:
    if text not in (Role.NOTICE, Role.LISTING):
        raise ValueError(f"expected the role notice or listing, found {text[:40]!r}")
    return Role(text)


def _footnote(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and 0 < len(text) < 7 and int(text)):
        raise ValueError(f"expected a footnote's number, found {text[:40]!r}")
    return int(text)


def name_of(url: str) -> str:
    """Name an imported source by its page: the file's name and eight digits out of its loose address.

    The same page has the same name in every list: `t20200904-158650-1f0c93ab`.
    """
    key = match_key(url)
    words = re.sub("[^a-z0-9]+", "-", PurePosixPath(key).stem.lower())[:40].strip("-")
    return f"{words or 'page'}-{sha256(key.encode()).hexdigest()[:8]}"

"""The fixture folder is the test: `fixtures/<reader>/<case>/` holds a page and what is to be read in it.

- `page.html`: the body as received, whatever its type; never re-encoded.
- `page.json`: url, status, headers, fetched, sha256 (of page.html), origin (`captured …` or
  `reconstructed`), reader (the family that reads it, or null: the template chooses).
- `expected.json`: what `parse --json` prints, the text as digest and both ends.

After web-poet (a folder is a test that names the field which differs) and juriscraper (a missing
expectation is written and still fails, until a person has looked).
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from scraper.model import Headers, Listing, Notice, Reading
from scraper.readers import read_body
from scraper.readers.document import as_document

OTHERS = frozenset({"history"})
"""Folders beside the readers' that hold no cases: days to replay."""

END = 60
"""Characters of a text's beginning and end that an expectation shows beside its digest."""

FILES = ("page.html", "page.json", "expected.json")
REQUIRED = ("url", "status", "headers", "fetched", "sha256", "origin", "reader")


@dataclass(frozen=True, slots=True)
class Case:
    """One fixture folder; reading its files is left to who asks."""

    folder: Path

    @property
    def id(self) -> str:
        """The case as people name it: reader/case."""
        return f"{self.folder.parent.name}/{self.folder.name}"

    @property
    def content(self) -> bytes:
        """The bytes of the page, as received."""
        return (self.folder / "page.html").read_bytes()

    @property
    def meta(self) -> dict[str, Any]:
        """What page.json says of the bytes."""
        return dict(json.loads((self.folder / "page.json").read_text("utf-8")))

    @property
    def expected(self) -> dict[str, Any] | None:
        """The document that is to be read; None if nobody has written it yet."""
        path = self.folder / "expected.json"
        return dict(json.loads(path.read_text("utf-8"))) if path.exists() else None


def collect(root: Path) -> list[Case]:
    """Return the cases under a fixtures folder, in the order of their names.

    A folder with one of the three files is a case; what it lacks is for `check` to say.
    """
    folders = {path.parent for name in FILES for path in root.glob(f"*/*/{name}")}
    return [Case(folder) for folder in sorted(folders) if folder.parent.name not in OTHERS]


def check(case: Case) -> list[str]:
    """Return how the reading differs from the expectation, one line a field; empty: as expected.

    Files missing, or bytes that are not those which page.json describes, are said instead. A missing
    expectation is written and still counts as a difference.
    """
    if faults := list(damage(case)):
        return faults
    actual, expected = observed(case), case.expected
    if expected is None:
        accept(case)
        return ["expected.json: was missing; it has been written, look at it and run again"]
    return list(differences(expected, actual))


def accept(case: Case) -> None:
    """Write what is read now as the expectation."""
    write_json(case.folder / "expected.json", observed(case))


def add(
    root: Path,
    *,
    content: bytes,
    url: str | None,
    status: int,
    headers: Headers,
    fetched: datetime,
    origin: str,
    reader: str | None,
    name: str | None,
) -> Case:
    """Make a case of a body and how it came; the expectation is left to the first `check`.

    `fetched` is aware; `origin` begins with `captured` or is `reconstructed`, else ValueError. The
    folder is the reader's; without one, that of the family whose template fits (`generic` if none).
    Without a name the address names the case; a number is added where the name is taken.
    """
    if not re.match(r"captured\b|reconstructed$", origin):
        raise ValueError(f"origin must be `captured …` or `reconstructed`, not {origin!r}")
    meta = {
        "url": url,
        "status": status,
        "headers": [list(header) for header in headers],
        "fetched": fetched.isoformat(),
        "sha256": sha256(content).hexdigest(),
        "origin": origin,
        "reader": reader,
    }
    family = reader or family_of(read(content, meta))
    folder = free_folder(root / family, slug(name or name_of(url)))
    folder.mkdir(parents=True)
    (folder / "page.html").write_bytes(content)
    write_json(folder / "page.json", meta)
    return Case(folder)


def family_of(reading: Reading) -> str:
    """Return the family that read a page; what nobody read is a case of the generic one."""
    return reading.reader if isinstance(reading, Notice | Listing) else "generic"


def read(content: bytes, meta: Mapping[str, Any]) -> Reading:
    """Read a body as a visit would, given what page.json says of it."""
    headers = meta["headers"].items() if isinstance(meta["headers"], Mapping) else meta["headers"]
    types = (str(value) for key, value in headers if key.lower() == "content-type")
    return read_body(content, next(types, None), meta["url"], meta["reader"])[1]


def observed(case: Case) -> dict[str, Any]:
    """Return the document that is read now, in the form of an expectation."""
    document: dict[str, Any] = dict(as_document(read(case.content, case.meta)))
    text = document.get("text")
    if isinstance(text, str):
        document["text"] = digest(text)
    return json.loads(json.dumps(document))  # type: ignore[no-any-return]


def digest(text: str) -> dict[str, Any]:
    """Return a text's length, SHA-256 (of its UTF-8), beginning and end."""
    code = sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return {"characters": len(text), "sha256": code, "begins": text[:END], "ends": text[-END:]}


def damage(case: Case) -> Iterator[str]:
    """Yield what is wrong with the files themselves."""
    for name in FILES[:2]:
        if not (case.folder / name).exists():
            yield f"{name}: missing"
            return
    meta = case.meta
    yield from (f"page.json: {key} is missing" for key in REQUIRED if key not in meta)
    actual = sha256(case.content).hexdigest()
    if meta.get("sha256") != actual:
        yield f"sha256: page.json says {meta.get('sha256')}, page.html is {actual}; was it re-encoded?"


def differences(expected: Any, actual: Any, field: str = "") -> Iterator[str]:
    """Yield each place where two documents differ: `entries[3].title: expected …, read …`."""
    if isinstance(expected, Mapping) and isinstance(actual, Mapping):
        for key in {**expected, **actual}:
            name = f"{field}.{key}" if field else str(key)
            yield from differences(expected.get(key), actual.get(key), name)
    elif isinstance(expected, list) and isinstance(actual, list) and len(expected) == len(actual):
        for position, (one, other) in enumerate(zip(expected, actual, strict=True)):
            yield from differences(one, other, f"{field}[{position}]")
    elif expected != actual:
        yield f"{field}: expected {brief(expected)}, read {brief(actual)}"


def brief(value: Any) -> str:
    """Return a value as JSON, cut to a line."""
    shown = json.dumps(value, ensure_ascii=False)
    return shown if len(shown) <= 200 else f"{shown[:200]}…"


def write_json(path: Path, value: Any) -> None:
    """Write JSON as git likes it: readable, one value a line, a last line feed."""
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", "utf-8", newline="\n")


def name_of(url: str | None) -> str:
    """Return the last step of an address that says something, without its extension."""
    steps = [step for step in urlsplit(url or "").path.split("/") if step]
    return steps[-1].partition(".")[0] if steps else urlsplit(url or "").hostname or "page"


def slug(name: str) -> str:
    """Return a name fit for a folder on any system."""
    return re.sub(r"[^\w\u4e00-\u9fff]+", "-", name).strip("-")[:80] or "page"


def free_folder(parent: Path, name: str) -> Path:
    """Return the first folder of that name, or name-2, name-3, …, that does not exist."""
    folders = (parent / (name if number == 1 else f"{name}-{number}") for number in count(1))
    return next(folder for folder in folders if not folder.exists())

"""Visits as a WACZ 1.1.1 package: a WARC file, its index, its pages and a description, in one ZIP file.

Web Archive Collection Zipped (Webrecorder, specs.webrecorder.net/wacz/1.1.1): archive and index are stored
as they are, so that a reader over HTTP fetches only what it shows; all else is deflated.
"""

import json
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import IO, Any, Final

from monitor.model import Role
from scraper.model import Notice
from storage.cdxj import Sorted, blocks, line_of
from storage.telling import Told
from storage.warc_out import Teller, Writer, warcinfo
from storage.warc_records import Record, address, date

VERSION: Final = "1.1.1"
ARCHIVE: Final = "archive/data.warc.gz"
INDEX: Final = "indexes/index.cdx.gz"
PAGES: Final = "pages/pages.jsonl"
_NAME: Final = ARCHIVE.rpartition("/")[2]


@dataclass(frozen=True, slots=True)
class Package:
    """What a package holds besides the visits: whose program wrote it, when, what they are."""

    version: str
    now: datetime
    title: str


class _Zip:
    """A ZIP file whose members are measured and digested as they are written."""

    def __init__(self, out: IO[bytes], now: datetime) -> None:
        self._zip = zipfile.ZipFile(out, "w", allowZip64=True)
        self._time = now.astimezone(UTC).timetuple()[:6]
        self.resources: list[dict[str, Any]] = []

    def put(self, path: str, pieces: Iterable[bytes], *, stored: bool = False) -> None:
        """Write a member piece by piece; it becomes a resource of the package."""
        digest, size = sha256(), 0
        with self.open(path, stored=stored) as member:
            for piece in pieces:
                member.write(piece)
                digest.update(piece)
                size += len(piece)
        self.note(path, digest.hexdigest(), size)

    def note(self, path: str, digest: str, size: int) -> None:
        """Note a member as a resource."""
        name = path.rpartition("/")[2]
        self.resources.append({"name": name, "path": path, "hash": f"sha256:{digest}", "bytes": size})

    def open(self, path: str, *, stored: bool) -> IO[bytes]:
        """Open a member to be written, of any size."""
        info = zipfile.ZipInfo(path, self._time)
        info.compress_type = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
        info.external_attr = 0o644 << 16
        return self._zip.open(info, "w", force_zip64=True)

    def close(self) -> None:
        """Write the directory of the file."""
        self._zip.close()


def write_wacz(out: IO[bytes], visits: Iterable[Told], package: Package) -> tuple[int, int]:
    """Write visits as a package to a file that can be gone back in; return how many, and their records.

    Memory stays the same: the index is sorted in temporary files.
    """
    with (
        closing(_Zip(out, package.now)) as packed,
        closing(Sorted()) as lines,
        tempfile.TemporaryFile("w+b") as pages,
    ):
        with packed.open(ARCHIVE, stored=True) as member:
            writer = Writer(member)
            count = _archive(writer, visits, package, lines, pages)
        packed.note(ARCHIVE, writer.sha256, writer.size)
        _index(packed, lines)
        pages.seek(0)
        packed.put(PAGES, pages)
        _describe(packed, package)
    return count, writer.records


def _archive(
    writer: Writer, visits: Iterable[Told], package: Package, lines: Sorted, pages: IO[bytes]
) -> int:
    """Write the WARC file; put down what its records' index lines are, and which are pages."""
    writer.put(warcinfo(version=package.version, name=_NAME, now=package.now, what=package.title))
    teller, count = Teller(), 0
    pages.write(_json_line({"format": "json-pages-1.0", "id": "pages", "title": "All Pages"}))
    for told in visits:
        count += 1
        shown = None
        for record in teller.records(told):
            offset, length = writer.put(record)
            line = line_of(record, filename=_NAME, offset=offset, length=length)
            if line:
                lines.put(line)
                shown = record
        if shown and _is_page(told, shown):
            pages.write(_json_line(_page(told)))
    return count


def _is_page(told: Told, record: Record) -> bool:
    """Tell whether a visit is to be found in the list of pages: one that showed something new."""
    good = told.visit.outcome.is_good and told.visit.role is not Role.PROBE
    return good and record.kind != "revisit" and bool(told.record.seen.fetch.body)


def _page(told: Told) -> dict[str, Any]:
    reading = told.snapshot.reading if told.snapshot else None
    title = reading.title if isinstance(reading, Notice) and reading.title else told.visit.source
    visit = told.visit
    return {"id": f"V{visit.id}", "url": address(visit.final_url), "ts": date(visit.at), "title": title}


def _index(packed: _Zip, lines: Sorted) -> None:
    """Write the index in blocks, then the index of blocks, which is small."""
    of_blocks: list[str] = []

    def data() -> Iterator[bytes]:
        for block, line in blocks(lines, INDEX.rpartition("/")[2]):
            of_blocks.append(line)
            yield block

    packed.put(INDEX, data(), stored=True)
    packed.put(INDEX.replace(".cdx.gz", ".idx"), [line.encode() for line in of_blocks])


def _describe(packed: _Zip, package: Package) -> None:
    """Write what the package holds, and the digest of that."""
    described = {
        "profile": "data-package",
        "resources": packed.resources,
        "title": package.title,
        "created": date(package.now.replace(microsecond=0)),
        "wacz_version": VERSION,
        "software": f"zonewatch/{package.version}",
    }
    data = json.dumps(described, indent=2, ensure_ascii=False).encode()
    named = {"path": "datapackage.json", "hash": f"sha256:{sha256(data).hexdigest()}"}
    packed.put("datapackage.json", [data])
    packed.put("datapackage-digest.json", [json.dumps(named, indent=2).encode()])


def _json_line(said: dict[str, Any]) -> bytes:
    return f"{json.dumps(said, ensure_ascii=False)}\n".encode()

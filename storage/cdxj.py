"""The index of a WARC file as CDXJ lines: where the capture of an address stands, sorted by its key.

A line is `key time {json}`, as pywb, wabac.js and cdxj-indexer read it; in a WACZ they stand in gzip blocks,
and a second index says which line begins each block.
"""

import heapq
import json
import re
import tempfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from hashlib import sha256
from itertools import islice
from typing import IO, Final
from urllib.parse import urlsplit

from storage.warc_records import GZIP, HTTP_RESPONSE, Record

SPILL_BYTES: Final = 32 * 2**20
"""of lines that are sorted in memory; more go to temporary files"""
BLOCK_LINES: Final = 300
INDEXED: Final = frozenset({"response", "revisit", "resource"})
_WWW: Final = re.compile(r"^www\d*\.")
_PORTS: Final = {"http": 80, "https": 443}


def sort_key(url: str) -> str:
    """Return the key that an address is sorted and found by (SURT): `cn,gov,most)/tztg?a=1`.

    The host backwards, without www; path and query in lower case, the query's parts in order; no scheme.
    """
    parts = urlsplit(url)
    host = _WWW.sub("", (parts.hostname or "").lower())
    try:
        port = parts.port
    except ValueError:
        port = None
    named = ",".join(reversed(host.split("."))) if not host.replace(".", "").isdecimal() else host
    where = f":{port}" if port and port != _PORTS.get(parts.scheme) else ""
    path = parts.path.lower().rstrip("/") or "/"
    query = "&".join(sorted(parts.query.lower().split("&")))
    return f"{named}{where}){path}" + (f"?{query}" if query else "")


def line_of(record: Record, *, filename: str, offset: int, length: int) -> str | None:
    """Return the line of a record that stands in a file at an offset; None for one that is no capture."""
    if record.kind not in INDEXED:
        return None
    fields = dict(record.fields)
    url = fields["WARC-Target-URI"]
    said = {
        "url": url,
        "mime": _media_type(record),
        "status": _status(record),
        "digest": fields.get("WARC-Payload-Digest"),
        "length": str(length),
        "offset": str(offset),
        "filename": filename,
    }
    time = re.sub(r"\D", "", fields["WARC-Date"])[:14]
    kept = {name: value for name, value in said.items() if value is not None}
    return f"{sort_key(url)} {time} {json.dumps(kept)}\n"


def _media_type(record: Record) -> str:
    if record.kind == "revisit":
        return "warc/revisit"
    named = dict(record.fields)["Content-Type"]
    if named == HTTP_RESPONSE:
        head = record.block.partition(b"\r\n\r\n")[0]
        found = re.search(rb"(?im)^content-type:[ \t]*([^\r\n]*)", head)
        named = found[1].decode("latin-1") if found else ""
    return re.split(r"[;\s]", named.strip(), maxsplit=1)[0] or "unk"


def _status(record: Record) -> str:
    return "200" if record.kind == "resource" else record.block[9:12].decode("ascii", "replace")


class Sorted:
    """Lines that come in any order and go in theirs; `SPILL_BYTES` of them are in memory at most."""

    def __init__(self, most: int = SPILL_BYTES) -> None:
        self._most = most
        self._held: list[str] = []
        self._size = 0
        self._files = ExitStack()
        self._spilled: list[IO[str]] = []

    def put(self, line: str) -> None:
        """Take a line, its end included."""
        self._held.append(line)
        self._size += len(line)
        if self._size > self._most:
            self._spill()

    def close(self) -> None:
        """Take the temporary files away."""
        self._files.close()

    def __iter__(self) -> Iterator[str]:
        """Yield every line, sorted by its bytes."""
        for file in self._spilled:
            file.seek(0)
        return heapq.merge(*self._spilled, sorted(self._held))

    def _spill(self) -> None:
        opened = tempfile.TemporaryFile("w+", encoding="utf-8", newline="\n")  # noqa: SIM115 - closed by `close`
        file = self._files.enter_context(opened)
        file.writelines(sorted(self._held))
        self._spilled.append(file)
        self._held, self._size = [], 0


def blocks(lines: Iterable[str], filename: str) -> Iterator[tuple[bytes, str]]:
    """Yield gzip blocks of sorted lines, each with its own line for the index of blocks.

    `filename` is that of the file of blocks; the first index line says so and comes with an empty block.
    """
    meta = {"format": "cdxj-gzip-1.0", "filename": filename}
    yield b"", f"!meta 0 {json.dumps(meta)}\n"
    source, offset = iter(lines), 0
    while block := list(islice(source, BLOCK_LINES)):
        machine = zlib.compressobj(wbits=GZIP)
        data = machine.compress("".join(block).encode()) + machine.flush()
        place = {"offset": offset, "length": len(data), "digest": f"sha256:{sha256(data).hexdigest()}"}
        yield data, f"{block[0].partition(' {')[0]} {json.dumps(place)}\n"
        offset += len(data)

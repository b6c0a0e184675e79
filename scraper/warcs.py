"""The records of a WARC file (ISO 28500:2017, versions 1.0 and 1.1), whole or refused.

warcio reads them; what it lets pass is held against the standard here: every gzip member has to end with
its own checksum, every block to be as long as its head says and to fit its digest. A file that a crash,
a full disk or a flipped bit has touched is refused with the number and the offset of the record.
"""

import binascii
import gzip
import hashlib
import zlib
from base64 import b16decode, b32decode, urlsafe_b64decode
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Final, cast

from warcio.archiveiterator import ArchiveIterator
from warcio.recordloader import ArcWarcRecord

from scraper.model import Headers

GZIP: Final = b"\x1f\x8b"
GZIP_HEAD: Final = 10
"""bytes of a gzip member's head (RFC 1952, section 2.3); its time and system are under no checksum"""
_STEP: Final = 1 << 16
_MOST: Final = 64 << 20
"""bytes of a block that are held; of a longer one only these, for no page is that long"""
SOFTWARE: Final = b"\r\nsoftware: zonewatch/"
"""what the first record of a file of ours says of its writer"""
WARCINFO: Final = b"WARC-Type: warcinfo"
"""what the first record of a section says of itself"""
_ALGORITHMS: Final = {"md5", "sha1", "sha256", "sha384", "sha512"}


class WarcError(ValueError):
    """A file that is no WARC, or a damaged one; one line with the record's number and its offset."""


@dataclass(frozen=True, slots=True)
class WarcRecord:
    """One record: its place in the file, its named fields in order, and its block as recorded.

    `cut` says that the block was longer than is held.
    """

    number: int
    offset: int
    fields: Headers
    block: bytes
    cut: bool = False

    @property
    def kind(self) -> str:
        """Its WARC-Type."""
        return self.field("WARC-Type") or ""

    @property
    def id(self) -> str:
        """Its WARC-Record-ID, `<urn:…>`."""
        return self.field("WARC-Record-ID") or ""

    @property
    def url(self) -> str:
        """Its target's address, "" if it has none; some writers put it in angle brackets."""
        return (self.field("WARC-Target-URI") or "").strip("<>")

    @property
    def at(self) -> datetime:
        """Its WARC-Date; raises WarcError where there is none to be read."""
        said = self.field("WARC-Date") or ""
        try:
            at = datetime.fromisoformat(said)
        except ValueError:
            raise self.trouble(f"WARC-Date {said!r} is no time") from None
        return at if at.tzinfo else at.replace(tzinfo=UTC)

    def field(self, name: str) -> str | None:
        """Return the first field of that name (any case)."""
        return next(iter(self.all(name)), None)

    def all(self, name: str) -> tuple[str, ...]:
        """Return every field of that name (any case), in order."""
        wanted = name.lower()
        return tuple(value for key, value in self.fields if key.lower() == wanted)

    def trouble(self, what: str) -> WarcError:
        """Return the error that names this record."""
        return _trouble(self.number, self.offset, what)


class WarcFile:
    """A WARC file, gzip or plain, looked through once for its gzip members: each must be whole.

    A file that was zipped as one (`gzip FILE.warc`) is read inflated, its offsets are in what comes out.
    Raises OSError or WarcError.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        with path.open("rb") as file:
            zipped = file.read(len(GZIP)) == GZIP
            self._as_one = zipped and _check_members(file)

    def __iter__(self) -> Iterator[WarcRecord]:
        """Yield the records in order, memory for one at a time; WarcError at the first damaged one."""
        with self._open() as file:
            yield from _records(file)

    def at(self, offset: int) -> WarcRecord:
        """Return the record that begins at an offset, as `WarcRecord.offset` told it."""
        with self._open() as file:
            file.seek(offset)
            return replace(next(_records(file)), offset=offset)

    def _open(self) -> IO[bytes]:
        return cast("IO[bytes]", gzip.open(self._path)) if self._as_one else self._path.open("rb")


def check_whole(file: WarcFile) -> int:
    """Read a WARC file from end to end and return how many records it has; WarcError if it has none."""
    count = sum(1 for _ in file)
    if not count:
        raise WarcError("no WARC records in it")
    return count


def _check_members(file: IO[bytes]) -> bool:
    """Inflate every gzip member of a file for its checksum; tell whether there is but one.

    What this program writes has the same head on every member: a flipped bit in it, which no checksum
    covers, is found too.
    """
    offset, number, ours = 0, 0, b""
    while head := _head(file, offset, number + 1):
        number += 1
        end, begins = _member(file, offset, number)
        if WARCINFO in begins:
            ours = head if SOFTWARE in begins else b""
        if ours and head != ours:
            raise _trouble(number, offset, "its gzip head is not that of the other records")
        offset = end
    return number == 1


def _head(file: IO[bytes], offset: int, number: int) -> bytes:
    file.seek(offset)
    head = file.read(GZIP_HEAD)
    if head and not head.startswith(GZIP):
        raise _trouble(number, offset, "no gzip member begins here")
    return head


def _member(file: IO[bytes], offset: int, number: int) -> tuple[int, bytes]:
    """Inflate one member; return where it ends, and how its content begins."""
    file.seek(offset)
    machine, begins = zlib.decompressobj(16 + zlib.MAX_WBITS), b""
    while not machine.eof:
        piece = machine.unconsumed_tail or file.read(_STEP)
        if not piece:
            raise _trouble(number, offset, "cut off")
        try:
            made = machine.decompress(piece, _STEP)
        except zlib.error as error:
            raise _trouble(number, offset, f"damaged ({error})") from None
        begins = begins or made
    return file.tell() - len(machine.unused_data), begins


def _records(file: IO[bytes]) -> Iterator[WarcRecord]:
    number = 0
    records = ArchiveIterator(file, no_record_parse=True)
    records.INC_RECORD = ""  # warcio's own warning on standard error; what it is about is raised below
    while True:
        number, offset = number + 1, cast("int", records.offset)
        try:
            record = next(records, None)
        except OSError:
            raise
        except Exception as error:  # warcio lets whatever a broken record causes through
            raise _trouble(number, offset, f"no record: {' '.join(str(error).split())[:200]}") from error
        if record is None:
            return
        made = _record(number, offset, record)
        records.read_to_end()
        if records.err_count:
            raise made.trouble("its block does not end where its Content-Length says")
        yield made


def _record(number: int, offset: int, record: ArcWarcRecord) -> WarcRecord:
    """Read a record's block; raises WarcError if it is not as its head says."""
    fields = tuple(record.rec_headers.headers)
    if record.format != "warc" or not record.rec_type:
        raise _trouble(number, offset, "no WARC record")
    declared = WarcRecord(number, offset, fields, b"").field("Content-Length") or ""
    if not (declared.isascii() and declared.isdecimal()):
        raise _trouble(number, offset, f"Content-Length {declared!r} is no number")
    digest = _digest(WarcRecord(number, offset, fields, b"").field("WARC-Block-Digest"))
    held, length = bytearray(), 0
    machine = hashlib.new(digest[0], usedforsecurity=False) if digest else None
    while piece := record.raw_stream.read(_STEP):
        length += len(piece)
        held += piece[: max(0, _MOST - len(held))]
        if machine:
            machine.update(piece)
    made = WarcRecord(number, offset, fields, bytes(held), cut=length > len(held))
    if length < int(declared):
        raise made.trouble(f"cut off: {length} of {declared} bytes")
    if machine and digest and machine.digest() != digest[1]:
        raise made.trouble("damaged: its block is not that of its WARC-Block-Digest")
    return made


def _digest(named: str | None) -> tuple[str, bytes] | None:
    """Read `algorithm:value`, the value in hexadecimal, base32 or base64; None for what is none of these."""
    algorithm, _, value = (named or "").partition(":")
    algorithm = algorithm.lower().replace("-", "")
    if algorithm not in _ALGORITHMS:
        return None
    size = hashlib.new(algorithm, usedforsecurity=False).digest_size
    for decode in (b16decode, b32decode, urlsafe_b64decode):
        try:
            made = decode(value.upper() if decode is not urlsafe_b64decode else value.replace("+", "-"))
        except (binascii.Error, ValueError):
            continue
        if len(made) == size:
            return algorithm, made
    return None


def payload_sha256(record: WarcRecord) -> bytes | None:
    """Return the sha256 that a record gives its payload, if it gives one."""
    digest = _digest(record.field("WARC-Payload-Digest"))
    return digest[1] if digest and digest[0] == "sha256" else None


def _trouble(number: int, offset: int, what: str) -> WarcError:
    return WarcError(f"record {number} at byte {offset}: {what}")

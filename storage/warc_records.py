"""WARC/1.1 records (ISO 28500:2017) in bytes, each a gzip member of its own; pure.

warcio's writer knows SHA-1 only and encodes headers its own way; here a record says what was received.
The same values give the same bytes: no clock, no random number, and a gzip head that never differs.
"""

import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Final
from urllib.parse import quote, urlsplit
from uuid import NAMESPACE_URL, uuid5

from scraper.exchanges import ORIGINAL
from scraper.model import Headers, Hop, Tls

LEVEL: Final = 6
GZIP: Final = 16 + zlib.MAX_WBITS
HTTP_RESPONSE: Final = "application/http; msgtype=response"
HTTP_REQUEST: Final = "application/http; msgtype=request"
PROFILE: Final = "http://netpreserve.org/warc/1.1/revisit/"
_IN_ADDRESSES: Final = "".join(map(chr, range(0x21, 0x7F)))
_UNSAYABLE: Final = frozenset("\r\n\0")


@dataclass(frozen=True, slots=True)
class Record:
    """A record to write: its type, its named fields in order (id, date and target too), and its block."""

    kind: str
    fields: Headers
    block: bytes = b""


def member(record: Record) -> bytes:
    """Return a record as a gzip member, with its length and the sha256 of its block."""
    fields = (
        ("WARC-Type", record.kind),
        *record.fields,
        ("WARC-Block-Digest", f"sha256:{sha256(record.block).hexdigest()}"),
        ("Content-Length", str(len(record.block))),
    )
    head = "".join(f"{name}: {value}\r\n" for name, value in fields)
    machine = zlib.compressobj(LEVEL, zlib.DEFLATED, GZIP)
    made = machine.compress(f"WARC/1.1\r\n{head}\r\n".encode())
    return made + machine.compress(record.block) + machine.compress(b"\r\n\r\n") + machine.flush()


def record_id(*names: object) -> str:
    """Return the identifier of the record that these names make the one it is: the same ones, the same id."""
    return f"<{uuid5(NAMESPACE_URL, 'zonewatch:' + '/'.join(map(str, names))).urn}>"


def date(at: datetime) -> str:
    """Write a time as WARC-Date, with the fraction that it has (version 1.1 allows one)."""
    said = at.astimezone(UTC).isoformat(timespec="microseconds" if at.microsecond else "seconds")
    return said.replace("+00:00", "Z")


def address(url: str) -> str:
    """Return an address as a URI: what no URI may hold is percent-encoded, all else stays as it is."""
    return quote(url, safe=_IN_ADDRESSES)


def request_block(hop: Hop) -> bytes:
    """Return a request as it was sent; its first line is put together again from the address."""
    parts = urlsplit(address(hop.url))
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return f"GET {target} HTTP/1.1\r\n{_lines(hop.request_headers)}\r\n".encode("utf-8", "replace")


def response_head(hop: Hop) -> bytes:
    """Return an answer's head as it was received.

    The reason phrase was not kept and stands empty, as RFC 9112, section 4, allows. Transfer coding was
    undone on receiving, so that its header is set aside under another name.
    """
    version = hop.http_version if hop.http_version in ("HTTP/1.0", "HTTP/1.1") else "HTTP/1.1"
    lines = tuple(
        (ORIGINAL + name if name.lower() == "transfer-encoding" else name, value)
        for name, value in hop.headers
    )
    return f"{version} {hop.status} \r\n{_lines(lines)}\r\n".encode("utf-8", "replace")


def is_sayable(headers: Headers) -> bool:
    """Tell whether headers can be read again from a head as they are."""
    return all(
        name.isascii()
        and name == name.strip()
        and value == value.strip()
        and not name.startswith(ORIGINAL)
        and not (_UNSAYABLE | {":"}) & set(name)
        and not _UNSAYABLE & set(value)
        and _encodes(value)
        for name, value in headers
    )


def protocols(hop: Hop) -> Headers:
    """Return the fields that say how an answer came: the address asked, HTTP's and TLS's versions."""
    spoken = [hop.http_version.lower().replace("http/2", "h2")]
    spoken += [_tls(hop.tls)] if hop.tls else []
    peer = (("WARC-IP-Address", hop.peer),) if hop.peer else ()
    return (*peer, *(("WARC-Protocol", one) for one in spoken))


def _tls(tls: Tls) -> str:
    """Write `TLSv1.3` as WARC-Protocol names it: `tls/1.3`."""
    return tls.version.lower().replace("tlsv", "tls/")


def _lines(headers: Iterable[tuple[str, str]]) -> str:
    said = (f"{name}: {value}" for name, value in headers)
    return "".join(f"{line.translate(_FLAT)}\r\n" for line in said)


_FLAT: Final = {ord(sign): " " for sign in _UNSAYABLE}


def _encodes(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True

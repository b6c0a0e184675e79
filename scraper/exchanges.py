"""What WARC records hold: HTTP messages, and the answers that a replay gives in the network's place."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Final, NamedTuple

from warcio.bufferedreaders import ChunkedDataException, ChunkedDataReader
from warcio.statusandheaders import StatusAndHeadersParser

from scraper.model import Headers
from scraper.replay import Answer
from scraper.warcs import WarcFile, WarcRecord

ORIGINAL: Final = "X-Archive-Orig-"
"""before the name of a header that was true of the wire and not of what is kept: Transfer-Encoding, undone"""
_HTTP = StatusAndHeadersParser([], verify=False)


class Exchanged(NamedTuple):
    """An HTTP message out of a record's block: its first line, its headers, and its body, whole or not."""

    line: str
    headers: Headers
    payload: bytes
    whole: bool

    @property
    def status(self) -> int | None:
        """A response's status, None for what is no response."""
        version, code = (*self.line.split(" ", 2), "")[:2]
        return int(code) if version.startswith("HTTP/") and code.isascii() and code.isdecimal() else None


class Recorded(NamedTuple):
    """One answer as recorded: when (UTC), for which address, and what."""

    at: datetime
    url: str
    answer: Answer


def exchanged(record: WarcRecord) -> Exchanged | None:
    """Read the HTTP message in a record's block; None where there is none.

    The payload is as recorded, content coding kept; transfer coding is undone where the record still
    has it (RFC 9112, section 7).
    """
    stream = BytesIO(record.block)
    try:
        head = _HTTP.parse(stream)
    except EOFError:
        return None
    if not head.protocol:
        return None
    headers = tuple((name, value) for name, value in head.headers)
    payload, whole = stream.read(), not record.cut and record.field("WARC-Truncated") is None
    if any(name.lower() == "transfer-encoding" and "chunked" in value.lower() for name, value in headers):
        payload, ended = _unchunked(payload)
        whole = whole and ended
    return Exchanged(f"{head.protocol} {head.statusline}".strip(), headers, payload, whole)


def _unchunked(payload: bytes) -> tuple[bytes, bool]:
    """Undo chunks, unless a writer did so and left the header; tell whether the last one is there."""
    try:
        made = ChunkedDataReader(BytesIO(payload), raise_exceptions=True).read()
    except ChunkedDataException as error:
        cut = "Ran out" in str(error)
        return (ChunkedDataReader(BytesIO(payload)).read(), False) if cut else (payload, True)
    return made, True


def read_answers(path: Path) -> Iterator[Recorded]:
    """Yield the answers of a WARC file in its order, those of revisit and resource records too.

    A revisit has its own head and the payload that it refers to; where a server said that nothing had
    changed, it stands for the whole answer before. One that refers to nothing in the file is passed over.
    Raises as `WarcFile`, once the answers before the damage are out.
    """
    known: dict[str, Answer] = {}
    for record in WarcFile(path):
        answer = answer_of(record, known)
        if answer is not None:
            known.update(dict.fromkeys(names_of(record), answer))
            yield Recorded(record.at, record.url, answer)


def answer_of(record: WarcRecord, known: Mapping[str, Answer]) -> Answer | None:
    """Return the answer that a record holds, None if it holds none.

    `known` gives the answers that a revisit may refer to, by identifier, payload digest or address.
    """
    if record.kind == "resource" and record.url.startswith(("http://", "https://")):
        kind = record.field("Content-Type") or "text/html"
        return Answer(200, (("Content-Type", kind),), record.block, cut=record.cut)
    said = exchanged(record) if record.kind in ("response", "revisit") else None
    if record.kind == "response" and said and said.status:
        return Answer(said.status, said.headers, said.payload, cut=not said.whole)
    if record.kind != "revisit":
        return None
    before = next((known[name] for name in _referred(record) if name in known), None)
    if before is None or said is None or said.status in (None, 304):
        return before
    return Answer(said.status, said.headers, before.body, cut=before.cut)


def names_of(record: WarcRecord) -> tuple[str, ...]:
    """List what a revisit record may call this one by."""
    return tuple(filter(None, (record.id, record.field("WARC-Payload-Digest"), record.url)))


def _referred(record: WarcRecord) -> tuple[str, ...]:
    names = (record.field(f"WARC-{name}") for name in ("Refers-To", "Payload-Digest"))
    url = (record.field("WARC-Refers-To-Target-URI") or "").strip("<>")
    return tuple(filter(None, (*names, url)))

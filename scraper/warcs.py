"""The responses in a WARC file (ISO 28500), read by warcio, as answers to replay."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from warcio.archiveiterator import ArchiveIterator
from warcio.bufferedreaders import ChunkedDataReader
from warcio.recordloader import ArcWarcRecord

from scraper.replay import Answer


class Recorded(NamedTuple):
    """One answer as recorded: when (UTC), for which address, and what."""

    at: datetime
    url: str
    answer: Answer


def read_warc(path: Path) -> list[Recorded]:
    """Read the response and revisit records of a WARC file, gzip or plain, in the file's order.

    Transfer coding is undone where the record still has it. Raises OSError or ValueError for what is
    no WARC file or is broken.
    """
    with path.open("rb") as file:
        try:
            return list(_records(ArchiveIterator(file)))
        except OSError:
            raise
        except Exception as error:  # warcio lets whatever a broken record causes through
            raise ValueError(f"broken record: {error}") from error


def _records(records: ArchiveIterator) -> Iterator[Recorded]:
    """Yield the answers; payloads are remembered by what a revisit record may call them."""
    payloads: dict[str, Answer] = {}
    for record in records:
        if record.rec_type not in ("response", "revisit") or record.http_headers is None:
            continue
        answer = _answer(record) if record.rec_type == "response" else _revisited(record, payloads)
        if answer is not None:
            at, url = _at(record), record.rec_headers.get_header("WARC-Target-URI").strip("<>")
            payloads.update(dict.fromkeys(_names(record, url), answer))
            yield Recorded(at, url, answer)


def _names(record: ArcWarcRecord, url: str) -> list[str]:
    headers = record.rec_headers
    named = [headers.get_header("WARC-Record-ID"), headers.get_header("WARC-Payload-Digest")]
    return [name for name in (*named, url) if name]


def _revisited(record: ArcWarcRecord, payloads: dict[str, Answer]) -> Answer | None:
    """Find the answer whose payload a revisit record says came again."""
    headers = record.rec_headers
    by = ("WARC-Refers-To", "WARC-Payload-Digest", "WARC-Refers-To-Target-URI")
    names = [
        name.strip("<>") if key.endswith("URI") else name for key in by if (name := headers.get_header(key))
    ]
    return next((payloads[name] for name in names if name in payloads), None)


def _answer(record: ArcWarcRecord) -> Answer | None:
    code = record.http_headers.get_statuscode()
    if not code.isdecimal():
        return None
    chunked = (record.http_headers.get_header("Transfer-Encoding") or "").lower() == "chunked"
    stream = ChunkedDataReader(record.raw_stream) if chunked else record.raw_stream
    pairs = tuple((name, value) for name, value in record.http_headers.headers)
    return Answer(int(code), pairs, stream.read())


def _at(record: ArcWarcRecord) -> datetime:
    at = datetime.fromisoformat(record.rec_headers.get_header("WARC-Date"))
    return at if at.tzinfo else at.replace(tzinfo=UTC)

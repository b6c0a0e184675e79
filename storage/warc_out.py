"""Visits as WARC/1.1 records: what was asked, what came, and what it came to.

A visit is a request and a response for each hop (what came again, or did not change, is a revisit of the
record before), and a metadata record with all that HTTP has no place for. Documented in docs/archives.md.
"""

from collections import OrderedDict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import IO, Final, Generic, TypeVar

from scraper.inflate import inflate
from scraper.model import Completeness, Fetch, Headers, Hop, Trouble
from storage.telling import Told
from storage.warc_forms import MEDIA_TYPE, Ids, form_of, is_gone, to_bytes
from storage.warc_records import (
    HTTP_REQUEST,
    HTTP_RESPONSE,
    PROFILE,
    Record,
    address,
    date,
    member,
    protocols,
    record_id,
    request_block,
    response_head,
)

BY_HAND: Final = "by hand"
"""The origin of a page without its exchange: it is a resource record, since nobody asked a server."""
REMEMBERED: Final = 20_000
"""Bodies that a later record may refer to; one seen longer ago is written again. Some 10 MB at most."""
_LATE: Final = frozenset({Trouble.DEADLINE, Trouble.TIMED_OUT})
K = TypeVar("K")
V = TypeVar("V")


class _Recent(Generic[K, V]):
    """A mapping that forgets what was not asked for longest."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._held: OrderedDict[K, V] = OrderedDict()

    def get(self, key: K) -> V | None:
        if key in self._held:
            self._held.move_to_end(key)
        return self._held.get(key)

    def put(self, key: K, value: V) -> None:
        self._held[key] = value
        self._held.move_to_end(key)
        if len(self._held) > self._most:
            self._held.popitem(last=False)


@dataclass(frozen=True, slots=True)
class _Written:
    """A record that a revisit may refer to."""

    id: str
    url: str
    date: str


def warcinfo(*, version: str, name: str, now: datetime, what: str) -> Record:
    """Return the first record of a file: who wrote it, when, and how to read the rest.

    `version` is the program's, `name` the file's, `what` says which visits these are.
    """
    said = (
        ("software", f"zonewatch/{version}"),
        ("format", "WARC File Format 1.1"),
        ("conformsTo", "https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/"),
        ("description", what),
        ("robots", "classic"),
    )
    block = "".join(f"{key}: {value}\r\n" for key, value in said).encode()
    fields = (
        ("WARC-Record-ID", record_id("warcinfo", name, now, sha256(block).hexdigest())),
        ("WARC-Date", date(now)),
        *((("WARC-Filename", name),) if name else ()),
        ("Content-Type", "application/warc-fields"),
    )
    return Record("warcinfo", fields, block)


class Teller:
    """Makes the records of one visit after the other, and remembers what later ones can refer to."""

    def __init__(self) -> None:
        self._bodies: _Recent[bytes, _Written] = _Recent(REMEMBERED)
        self._newest: _Recent[str, _Written] = _Recent(REMEMBERED)

    def records(self, told: Told) -> Iterator[Record]:
        """Yield a visit's records, the metadata record last."""
        fetch, name = told.record.seen.fetch, _name(told)
        responses: list[str] = []
        requests: list[str | None] = []
        for number, hop in enumerate(fetch.hops):
            asked = record_id(name, number, "request") if hop.request_headers else None
            last = hop is fetch.hops[-1] and hop.location is None
            answer = self._answer(told, hop, f"{name}/{number}", whole=last)
            if asked:
                concurrent = ("WARC-Concurrent-To", _id(answer))
                fields = (*_begins(asked, told, hop.url), concurrent, ("Content-Type", HTTP_REQUEST))
                yield Record("request", fields, request_block(hop))
            yield answer
            responses.append(_id(answer))
            requests.append(asked)
        conversion = record_id(name, "conversion") if _is_beyond_zlib(fetch) else None
        if conversion:
            fields = (*_begins(conversion, told, fetch.url), ("WARC-Refers-To", responses[-1]))
            yield Record("conversion", (*fields, ("Content-Type", "application/octet-stream")), fetch.content)
        ids = Ids(tuple(responses), tuple(requests), conversion)
        fields = (
            *_begins(record_id(name, "metadata"), told, told.visit.url),
            *(("WARC-Concurrent-To", one) for one in responses),
            ("Content-Type", MEDIA_TYPE),
        )
        yield Record("metadata", fields, to_bytes(form_of(told, ids)))

    def _answer(self, told: Told, hop: Hop, name: str, *, whole: bool) -> Record:
        """Return the record of one hop; `whole` says that the visit's body is this hop's."""
        fetch = told.record.seen.fetch
        body = fetch.body if whole else b""
        if hop.status == 304:
            return self._unchanged(told, hop, name)
        digest = sha256(body).digest()
        written = self._bodies.get(digest) if body else None
        payload = ("WARC-Payload-Digest", f"sha256:{digest.hex()}")
        cut = _cut(fetch) if whole else _left_unread(hop)
        if whole and is_gone(told):
            cut = (("WARC-Truncated", "unspecified"),)
        if written:
            fields = (*_refers(f"{PROFILE}identical-payload-digest", written), payload, *cut)
            made = _response("revisit", told, hop, name, fields, response_head(hop))
        elif told.visit.origin == BY_HAND:
            fields = (*_begins(record_id(name, "resource"), told, hop.url), payload)
            made = Record("resource", (*fields, ("Content-Type", _media_type(hop))), body)
        else:
            made = _response("response", told, hop, name, (payload, *cut), response_head(hop) + body)
        if body:
            self._remember(told, hop, digest, written or _Written(_id(made), hop.url, date(told.visit.at)))
        return made

    def _remember(self, told: Told, hop: Hop, digest: bytes, written: _Written) -> None:
        self._bodies.put(digest, written)
        if told.visit.outcome.is_good:
            self._newest.put(f"{told.visit.source} {hop.url}", written)

    def _unchanged(self, told: Told, hop: Hop, name: str) -> Record:
        """Return a server's word that nothing has changed since the last good answer, if that is here."""
        before = self._newest.get(f"{told.visit.source} {hop.url}")
        profile = f"{PROFILE}server-not-modified"
        fields = _refers(profile, before) if before else (("WARC-Profile", profile),)
        return _response("revisit", told, hop, name, fields, response_head(hop))


class Writer:
    """A stream that records go to, counted, measured and digested on the way."""

    def __init__(self, out: IO[bytes]) -> None:
        self._out = out
        self._digest = sha256()
        self.size = 0
        self.records = 0

    def put(self, record: Record) -> tuple[int, int]:
        """Write a record; return where it begins and how many bytes it takes."""
        data = member(record)
        self._out.write(data)
        self._digest.update(data)
        self.size += len(data)
        self.records += 1
        return self.size - len(data), len(data)

    @property
    def sha256(self) -> str:
        """The digest of all that was written, in hexadecimal."""
        return self._digest.hexdigest()


def tell(visits: Iterable[Told]) -> Iterator[Record]:
    """Yield the records of visits in their order; memory stays the same however many there are."""
    teller = Teller()
    for told in visits:
        yield from teller.records(told)


def _name(told: Told) -> str:
    """Name a visit by what never changes of it."""
    visit = told.visit
    facts = (visit.source, visit.id, visit.at.isoformat(), visit.url, visit.body, visit.outcome.kind.value)
    return "/".join(map(str, facts))


def _id(record: Record) -> str:
    return dict(record.fields)["WARC-Record-ID"]


def _begins(number: str, told: Told, url: str) -> Headers:
    """Return the fields that every record of a visit begins with; one visit is one capture, one date."""
    return (
        ("WARC-Record-ID", number),
        ("WARC-Date", date(told.visit.at)),
        ("WARC-Target-URI", address(url)),
    )


def _response(kind: str, told: Told, hop: Hop, name: str, fields: Headers, block: bytes) -> Record:
    begins = _begins(record_id(name, kind, *(value for _, value in fields)), told, hop.url)
    return Record(kind, (*begins, *protocols(hop), *fields, ("Content-Type", HTTP_RESPONSE)), block)


def _refers(profile: str, written: _Written) -> Headers:
    return (
        ("WARC-Profile", profile),
        ("WARC-Refers-To", written.id),
        ("WARC-Refers-To-Target-URI", address(written.url)),
        ("WARC-Refers-To-Date", written.date),
    )


def _media_type(hop: Hop) -> str:
    return next((value for name, value in hop.headers if name.lower() == "content-type"), "text/html")


def _cut(fetch: Fetch) -> Headers:
    """Say why the end of a body is missing, in the words of the standard (section 5.13)."""
    if fetch.completeness is Completeness.SHORT:
        return (("WARC-Truncated", "time" if fetch.trouble in _LATE else "disconnect"),)
    if fetch.trouble is Trouble.TOO_LARGE:
        return (("WARC-Truncated", "length"),)
    return ()


def _left_unread(hop: Hop) -> Headers:
    """Say that a redirect's body was not read, unless there was none."""
    told = {name.lower(): value for name, value in hop.headers}
    empty = told.get("content-length", "").strip() == "0"
    return () if empty else (("WARC-Truncated", "unspecified"),)


def _is_beyond_zlib(fetch: Fetch) -> bool:
    """Tell whether the content is not what comes out of the body by the coding that its header names."""
    if fetch.content == fetch.body:
        return False
    coding = ",".join(value for name, value in fetch.headers if name.lower() == "content-encoding")
    return inflate(fetch.body, coding, len(fetch.content)).content != fetch.content

"""What a metadata record says of a visit (JSON), and back: all that a request and a response cannot carry.

Documented for other programs in docs/archives.md. `FORM` is its version: what is added later has a
default, what changes its meaning gets a new number.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import Any, Final, TypeAlias

from pydantic import ValidationError

from monitor.model import Finding, Look, ReadBy, Record, Role, Row, Seen, Source, Standing, State
from scraper.inflate import inflate
from scraper.model import Completeness, Fetch, Headers, Hop, Outcome, Reading, Tls, Trouble
from storage import values
from storage.telling import Told
from storage.warc_records import is_sayable

FORM: Final = 1
MEDIA_TYPE: Final = "application/json"
Document: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True)
class HopForm:
    """One request and answer beside its records: `response` and `request` are their identifiers.

    Headers stand here only where a record's head cannot say them.
    """

    url: str
    status: int
    response: str
    request: str | None = None
    peer: str | None = None
    tls: Tls | None = None
    http_version: str = "HTTP/1.1"
    seconds: float = 0.0
    location: str | None = None
    headers: Headers | None = None
    request_headers: Headers | None = None


@dataclass(frozen=True, slots=True)
class SnapshotForm:
    """What a visit read, where that differed from before; `digest` is over what is compared."""

    url: str
    digest: str
    reading: Any


@dataclass(frozen=True, slots=True)
class SnapshotKey:
    """The snapshot that a standing leans on: whose it is, and its digest."""

    source: str
    digest: str


@dataclass(frozen=True, slots=True)
class VisitForm:
    """The whole document; `visit` is the number that the visit had in the database it comes from.

    `body` is the sha256 of the payload as received, and `gone` says that the database has lost it; `content`
    is that of the same inflated, where it is another, and `conversion` the record that holds it, where zlib
    does not make it from the payload.
    """

    zonewatch: int
    visit: int
    source: str
    dossier: str
    role: Role
    url: str
    requested: str
    at: datetime
    seconds: float
    outcome: Outcome
    state: State
    completeness: Completeness
    origin: str
    via: str | None = None
    trouble: Trouble | None = None
    detail: str = ""
    hops: tuple[HopForm, ...] = ()
    body: str | None = None
    gone: bool = False
    content: str | None = None
    content_size: int | None = None
    conversion: str | None = None
    snapshot: SnapshotForm | None = None
    rows_of: str | None = None
    rows: tuple[Row, ...] = ()
    follow: tuple[Source, ...] = ()
    findings: tuple[Finding, ...] = ()
    read_by: ReadBy | None = None
    settings: str | None = None
    standing: Standing | None = None
    standing_on: SnapshotKey | None = None


class FormError(ValueError):
    """A metadata record that is none of ours, or of a newer program; the message says so."""


@dataclass(frozen=True, slots=True)
class Ids:
    """The identifiers of a visit's records: a response and perhaps a request for each hop."""

    responses: tuple[str, ...] = ()
    requests: tuple[str | None, ...] = ()
    conversion: str | None = None


def form_of(told: Told, ids: Ids) -> VisitForm:
    """Put together what a visit's metadata record says."""
    visit, record, fetch = told.visit, told.record, told.record.seen.fetch
    standing = record.standing
    on = standing.snapshot if standing else None
    differs = fetch.content != fetch.body
    return VisitForm(
        zonewatch=FORM,
        visit=visit.id,
        source=visit.source,
        dossier=record.seen.look.dossier,
        role=visit.role,
        url=visit.url,
        requested=fetch.requested,
        at=visit.at,
        seconds=fetch.seconds,
        outcome=visit.outcome,
        state=visit.state,
        completeness=fetch.completeness,
        origin=visit.origin,
        via=visit.via,
        trouble=fetch.trouble,
        detail=fetch.detail,
        hops=tuple(_hop_form(*each) for each in zip(fetch.hops, ids.responses, ids.requests, strict=True)),
        body=sha256(fetch.body).hexdigest() if fetch.body else visit.body,
        gone=is_gone(told),
        content=sha256(fetch.content).hexdigest() if differs else None,
        content_size=len(fetch.content) if differs else None,
        conversion=ids.conversion,
        snapshot=_snapshot_form(told),
        rows_of=record.rows_of,
        rows=record.rows,
        follow=record.follow,
        findings=told.findings,
        read_by=record.read_by,
        settings=record.settings,
        standing=replace(standing, snapshot=None) if standing else None,
        standing_on=SnapshotKey(on.source, on.digest) if on else None,
    )


def is_gone(told: Told) -> bool:
    """Tell whether a visit had a body that is not here any more."""
    return told.visit.body is not None and not told.record.seen.fetch.body


def _hop_form(hop: Hop, response: str, request: str | None) -> HopForm:
    asked_so = is_sayable(hop.request_headers)
    return HopForm(
        url=hop.url,
        status=hop.status,
        response=response,
        request=request,
        peer=hop.peer,
        tls=hop.tls,
        http_version=hop.http_version,
        seconds=hop.seconds,
        location=hop.location,
        headers=None if is_sayable(hop.headers) else hop.headers,
        request_headers=None if asked_so else hop.request_headers,
    )


def _snapshot_form(told: Told) -> SnapshotForm | None:
    if told.snapshot is None:
        return None
    reading = told.snapshot.reading
    word = values.kind_of(reading)
    plain = {"kind": word, **values.document(values.KINDS[word], reading)}
    return SnapshotForm(told.snapshot.url, told.snapshot.digest, plain)


def to_bytes(form: VisitForm) -> bytes:
    """Return a form as compact JSON."""
    return values.to_text(values.document(VisitForm, form)).encode()


def from_bytes(data: bytes) -> VisitForm:
    """Read a form; raises FormError for what is none, and for one of a newer program."""
    try:
        plain = values.from_bytes(data)
        version = plain["zonewatch"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise FormError("no metadata of zonewatch") from None
    if version != FORM:
        raise FormError(f"metadata of a newer zonewatch (form {version!r}, this one knows {FORM})")
    try:
        form: VisitForm = values.value_of(VisitForm, plain)
    except (ValidationError, ValueError) as error:
        first = error.errors(include_url=False)[0] if isinstance(error, ValidationError) else None
        where = ".".join(map(str, first["loc"])) if first else ""
        raise FormError(f"metadata of zonewatch that cannot be read: {where}") from None
    return form


def reading_of(form: VisitForm) -> Reading | None:
    """Return what the visit read, if its snapshot is told."""
    if form.snapshot is None:
        return None
    plain = dict(form.snapshot.reading)
    reading: Reading = values.value_of(values.KINDS[plain.pop("kind")], plain)
    return reading


def fetch_of(form: VisitForm, headers: Mapping[str, Headers], body: bytes, conversion: bytes | None) -> Fetch:
    """Put a fetch together from its metadata, the headers of its records by their ids, and its body.

    Raises FormError where they do not belong together.
    """
    if (sha256(body).hexdigest() if body else None) != (None if form.gone else form.body):
        raise FormError("its body is not the one that its metadata names")
    try:
        hops = tuple(_hop(hop, headers) for hop in form.hops)
    except KeyError as missing:
        raise FormError(f"its record {missing} is missing") from None
    coding = ",".join(
        value for hop in hops[-1:] for name, value in hop.headers if name.lower() == "content-encoding"
    )
    content = body if form.content is None else conversion
    if content is None:
        content = inflate(body, coding, form.content_size or 0).content
    if form.content is not None and sha256(content).hexdigest() != form.content:
        raise FormError("its content is not the one that its metadata names")
    return Fetch(
        requested=form.requested,
        started=form.at,
        seconds=form.seconds,
        hops=hops,
        body=body,
        content=content,
        completeness=form.completeness,
        trouble=form.trouble,
        detail=form.detail,
    )


def _hop(form: HopForm, headers: Mapping[str, Headers]) -> Hop:
    asked = form.request_headers
    if asked is None:
        asked = headers[form.request] if form.request else ()
    return Hop(
        url=form.url,
        status=form.status,
        headers=headers[form.response] if form.headers is None else form.headers,
        request_headers=asked,
        peer=form.peer,
        tls=form.tls,
        http_version=form.http_version,
        seconds=form.seconds,
        location=form.location,
    )


def look_of(form: VisitForm) -> Look:
    """Return the wish that the visit fulfilled."""
    return Look(form.source, form.dossier, form.role, form.url, form.via)


def record_of(form: VisitForm, fetch: Fetch, origin: str) -> Record:
    """Return the record that keeps this visit, without its standing and its findings."""
    return Record(
        seen=Seen(look_of(form), fetch, form.outcome),
        standing=None,
        new_reading=reading_of(form),
        digest=form.snapshot.digest if form.snapshot else None,
        rows=form.rows,
        rows_of=form.rows_of,
        follow=form.follow,
        origin=origin,
        state=form.state,
        settings=form.settings,
        read_by=form.read_by or ReadBy(),
    )

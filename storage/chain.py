"""The chain of a source's visits: each visit's digest is over all that is kept of it and the digest before.

Pure: `verify` and `db copy` reckon with the same two functions, and `docs/store.md` says byte for byte
what another program has to hash.
"""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Final

from monitor.model import Role, State
from scraper.model import Completeness, Hop, Outcome, Tls, Trouble
from storage.values import said, words

FORM: Final = 1
"""The number of the canonical form; another form gets another number."""


@dataclass(frozen=True, slots=True)
class Link:
    """Everything that is kept of a visit. Digests are sha256 in hexadecimal, None for what is not there.

    `body` is of the bytes as received, `content` of what they were inflated to where that is kept
    beside them (`content_size` counts its bytes where they are others than the body), `text` of the
    decoded text in UTF-8; `snapshot` is the digest of what is compared, `reading` of the reading's
    JSON as kept. `previous` is the digest of the source's visit before.
    """

    source: str
    role: Role
    via: str | None
    url: str
    requested: str
    final: str
    started: datetime
    seconds: float
    hops: tuple[Hop, ...]
    completeness: Completeness
    trouble: Trouble | None
    trouble_detail: str
    outcome: Outcome
    state: State
    origin: str
    body: str | None = None
    content: str | None = None
    content_size: int | None = None
    text: str | None = None
    reader: str | None = None
    layout: str | None = None
    readers: int | None = None
    settings: str | None = None
    snapshot: str | None = None
    reading: str | None = None
    previous: str | None = None


def digest(link: Link) -> str:
    """Return a visit's link of the chain: the sha256 of its canonical form, in hexadecimal."""
    return sha256(canonical(link)).hexdigest()


def canonical(link: Link) -> bytes:
    """Return all that is kept of a visit as JSON in its canonical form (RFC 8785)."""
    # The keys are ASCII, the numbers whole and small: here the standard's form is Python's own.
    plain = json.dumps(_form(link), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return plain.encode()


def _form(link: Link) -> dict[str, Any]:
    return {
        "form": FORM,
        "source": words(link.source),
        "role": link.role.value,
        "via": said(link.via),
        "url": words(link.url),
        "requested": words(link.requested),
        "final": words(link.final),
        "started": link.started.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        "microseconds": _microseconds(link.seconds),
        "hops": [_hop(hop) for hop in link.hops],
        "body": link.body,
        "content": link.content,
        "content_size": link.content_size,
        "text": link.text,
        "completeness": link.completeness.value,
        "trouble": None if link.trouble is None else link.trouble.value,
        "trouble_detail": words(link.trouble_detail),
        "outcome": link.outcome.kind.value,
        "rule": words(link.outcome.rule),
        "detail": words(link.outcome.detail),
        "state": link.state.value,
        "origin": words(link.origin),
        "reader": said(link.reader),
        "layout": said(link.layout),
        "readers": link.readers,
        "settings": link.settings,
        "snapshot": said(link.snapshot),
        "reading": link.reading,
        "previous": link.previous,
    }


def _hop(hop: Hop) -> dict[str, Any]:
    return {
        "url": words(hop.url),
        "status": hop.status,
        "http_version": words(hop.http_version),
        "headers": [[words(name), words(value)] for name, value in hop.headers],
        "request_headers": [[words(name), words(value)] for name, value in hop.request_headers],
        "peer": said(hop.peer),
        "tls": None if hop.tls is None else _tls(hop.tls),
        "microseconds": _microseconds(hop.seconds),
        "location": said(hop.location),
    }


def _tls(tls: Tls) -> dict[str, Any]:
    return {
        "version": words(tls.version),
        "certificate_sha256": words(tls.certificate_sha256),
        "legacy": tls.legacy,
    }


def _microseconds(seconds: float) -> int:
    return round(seconds * 1_000_000)

"""Time stamps of an authority (RFC 3161): what is asked, what came back, whether it proves the hour. Pure.

The authority is sent a digest, never what it was made from. Its answer is kept whole; it can be checked
years later, without a network, against the authority's certificates. rfc3161-client reads and checks it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from scraper.model import Fetch

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

QUERY: Final = "application/timestamp-query"
REPLY: Final = "application/timestamp-reply"
WAY_OUT: Final = "pip install 'zonewatch[timestamps]'"


class StampError(Exception):
    """A stamp that was not given, or that proves nothing; the message is one line that says why."""


@dataclass(frozen=True, slots=True)
class Question:
    """What an authority is asked: the request in DER, and the number that its answer must repeat."""

    request: bytes
    nonce: int


def question(data: bytes) -> Question:
    """Make a request for a stamp over the sha256 of `data`, certificates wanted with it."""
    library = _library()
    builder = library.TimestampRequestBuilder().data(data).hash_algorithm(library.HashAlgorithm.SHA256)
    made = builder.nonce(nonce=True).cert_request(cert_request=True).build()
    return Question(made.as_bytes(), made.nonce)


def granted(answer: Fetch, data: bytes, asked: Question) -> bytes:
    """Return the stamp out of an authority's answer, in DER; raises StampError if it is none for this."""
    if answer.trouble is not None or answer.status != 200:
        raise StampError(f"{answer.url}: {answer.detail or f'status {answer.status}'}")
    stamp = _read(answer.content)
    if stamp.status not in (0, 1):
        raise StampError(
            f"{answer.url}: refused: {'; '.join(stamp.status_string) or f'status {stamp.status}'}"
        )
    if stamp.tst_info.nonce != asked.nonce or not _is_over(stamp, data):
        raise StampError(f"{answer.url}: the stamp is not for what it was asked for")
    return answer.content


def stamped_at(stamp: bytes) -> datetime:
    """Return the time that a stamp states; raises StampError if it is none."""
    at: datetime = _read(stamp).tst_info.gen_time
    return at.astimezone(UTC)


def check(stamp: bytes, data: bytes, certificates: "Sequence[Certificate]") -> datetime:
    """Return the time at which an authority saw `data`; raises StampError where its stamp does not prove it.

    `certificates` are those that are trusted: the authority's root, and others on the way to it.
    """
    library, read = _library(), _read(stamp)
    builder = library.VerifierBuilder()
    for one in certificates:
        is_root = one.issuer == one.subject
        builder = builder.add_root_certificate(one) if is_root else builder.add_intermediate_certificate(one)
    try:
        builder.build().verify_message(read, data)
    except (library.VerificationError, ValueError) as error:
        raise StampError(f"the stamp does not hold: {_reason(str(error))}") from None
    return stamped_at(stamp)


def certificates_of(pem: bytes) -> "tuple[Certificate, ...]":
    """Read the certificates of a PEM file; raises StampError if there are none, or no root among them."""
    _library()
    from cryptography.x509 import load_pem_x509_certificates  # noqa: PLC0415 - heavy, and only needed here

    try:
        found = tuple(load_pem_x509_certificates(pem))
    except ValueError as error:
        raise StampError(f"no certificates in PEM: {' '.join(str(error).split())}") from None
    if not any(one.issuer == one.subject for one in found):
        raise StampError("no root certificate (one that signed itself) is in it")
    return found


def _reason(said: str) -> str:
    """Return the last reason out of what OpenSSL says, which is long; else all that was said."""
    reasons = re.findall(r'(?:reason|data): "([^"]*)"', said)
    return reasons[-1].rstrip(":") if reasons else " ".join(said.split())


def _read(stamp: bytes) -> Any:
    try:
        return _library().decode_timestamp_response(stamp)
    except ValueError:
        raise StampError("no time stamp") from None


def _is_over(stamp: Any, data: bytes) -> bool:
    from hashlib import sha256  # noqa: PLC0415

    return bool(stamp.tst_info.message_imprint.message == sha256(data).digest())


def _library() -> Any:
    try:
        import rfc3161_client  # noqa: PLC0415 - an extra, and heavy
    except ModuleNotFoundError:
        raise StampError(f"time stamps need rfc3161-client: {WAY_OUT}") from None
    return rfc3161_client

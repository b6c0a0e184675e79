"""The TLS of a hostile site, well or badly."""

import ssl
import warnings
from collections.abc import Callable
from datetime import UTC, datetime

import trustme

from tests.net.serving import Action, hanging, reset

PAST = datetime(2020, 1, 1, tzinfo=UTC)
PLAIN = b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"


def greeting(kind: str) -> Action | None:
    """What a site does in a handshake's place, if that is the fault."""
    return {
        "plain": lambda sock, _: sock.recv(999) and sock.sendall(PLAIN),
        "reset": lambda sock, _: sock.recv(999) and reset(sock),
        "hang": hanging(),
    }.get(kind)


def context(kind: str, authority: trustme.CA) -> ssl.SSLContext:
    """A server's context that is right but for one thing; of any other kind, that is right."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    signer = trustme.CA() if kind == "unknown authority" else authority
    name = "www.other.gov.cn" if kind == "wrong host" else "127.0.0.1"
    signer.issue_cert(name, not_after=PAST if kind == "expired" else None).configure_cert(made)
    worsen: dict[str, Callable[[ssl.SSLContext], None]] = {"too old": _old, "no cipher": _odd}
    worsen.get(kind, lambda _: None)(made)
    return made


def _old(made: ssl.SSLContext) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        made.minimum_version = ssl.TLSVersion.TLSv1
        made.maximum_version = ssl.TLSVersion.TLSv1_1
    made.set_ciphers("DEFAULT@SECLEVEL=0")


def _odd(made: ssl.SSLContext) -> None:
    made.maximum_version = ssl.TLSVersion.TLSv1_2
    made.set_ciphers("PSK-AES128-CBC-SHA256:@SECLEVEL=0")

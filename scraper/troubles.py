"""What can break on the way to an answer, each told apart from the operating system's words."""

import errno
import socket
import ssl

from scraper.model import Trouble

STOPPED = "stopped"
"""The detail of a fetch that ended because the program was asked to stop; nothing is known of the site."""

_NO_SUCH_NAME = frozenset({socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)})
_REFUSED = frozenset({errno.ECONNREFUSED, errno.EHOSTUNREACH, errno.ENETUNREACH, errno.EACCES, errno.EPERM})
_VERIFY = {
    "expired": frozenset({10}),
    "wrong_host": frozenset({62, 64}),
    "unknown_authority": frozenset({2, 18, 19, 20, 21, 24, 27}),
    "protocol_too_old": frozenset({66, 67, 68}),
}
"""OpenSSL's X509_V_ERR_* numbers by what they mean to a person."""
_TOO_OLD = (
    "UNSUPPORTED_PROTOCOL",
    "PROTOCOL_VERSION",
    "UNSAFE_LEGACY_RENEGOTIATION",
    "DH_KEY_TOO_SMALL",
    "KEY_TOO_SMALL",
    "MD_TOO_WEAK",
    "WRONG_SSL_VERSION",
)


class Broken(Exception):  # noqa: N818 - it is news of a site, not an error of the program
    """An exchange that ended before its time: the trouble's kind, and the phase and cause in words."""

    def __init__(self, trouble: Trouble, detail: str) -> None:
        super().__init__(detail)
        self.trouble = trouble
        self.detail = detail


class CutShort(Exception):  # noqa: N818
    """A body that its sender ended before the length or the last chunk that it had announced."""


def stopped() -> Broken:
    """Make the trouble of a visit that was broken off because the program stops."""
    return Broken(Trouble.DEADLINE, STOPPED)


def name_trouble(error: OSError) -> Broken:
    """Tell a name that does not exist from one that could not be looked up for now (getaddrinfo(3))."""
    kind = Trouble.NO_SUCH_NAME if error.errno in _NO_SUCH_NAME else Trouble.NAME_FAILS
    return Broken(kind, f"name: {error.strerror or error}")


def socket_trouble(error: OSError, phase: str) -> Broken:
    """Tell refused, timed out and reset apart by the error's number; `phase` goes into the detail."""
    if isinstance(error, ssl.SSLError):
        return tls_trouble(error, phase)
    kind = Trouble.RESET
    if error.errno == errno.ETIMEDOUT:
        kind = Trouble.TIMED_OUT
    elif phase == "connect" or error.errno in _REFUSED:
        kind = Trouble.REFUSED
    return Broken(kind, f"{phase}: {error.strerror or error}")


def tls_trouble(error: ssl.SSLError, phase: str = "tls") -> Broken:
    """Unwrap the root cause of a TLS failure; an end without a farewell is a reset.

    The detail begins with one of the stable words `expired`, `wrong_host`, `unknown_authority`,
    `protocol_too_old`, `other`, then a colon and OpenSSL's own text.
    """
    if isinstance(error, ssl.SSLEOFError):
        return Broken(Trouble.RESET, f"{phase}: the server closed the connection")
    text = getattr(error, "verify_message", "") or _reason(error) or str(error)
    return Broken(Trouble.TLS, f"{_tls_word(error)}: {text}")


def _tls_word(error: ssl.SSLError) -> str:
    code = getattr(error, "verify_code", None)
    known = next((word for word, codes in _VERIFY.items() if code in codes), None)
    if known is None and any(reason in _reason(error) for reason in _TOO_OLD):
        return "protocol_too_old"
    return known or "other"


def _reason(error: ssl.SSLError) -> str:
    """Give OpenSSL's mnemonic, which an error made by Python itself lacks."""
    return getattr(error, "reason", None) or ""

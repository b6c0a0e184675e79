"""TLS: one context for all, a weaker one for the few that are named; both verify."""

import hashlib
import os
import ssl
from functools import cached_property

import certifi

from scraper.model import Tls

OP_LEGACY_SERVER_CONNECT = 0x4
"""OpenSSL's SSL_OP_LEGACY_SERVER_CONNECT (`ssl` has the name only since Python 3.12)."""


class Contexts:
    """The two TLS contexts, each made at its first use (25 ms, DESIGN section 6).

    Trusted are the authorities of SSL_CERT_FILE and SSL_CERT_DIR, else the system's, else certifi's.
    """

    def __init__(self, legacy_hosts: frozenset[str]) -> None:
        self._legacy_hosts = frozenset(name.lower() for name in legacy_hosts)

    def of(self, host: str) -> ssl.SSLContext:
        """Give the context for a host (lower case)."""
        return self.legacy if self.is_legacy(host) else self.strict

    def is_legacy(self, host: str) -> bool:
        """Tell whether a host is one of those named for the weaker context."""
        return host in self._legacy_hosts

    @cached_property
    def strict(self) -> ssl.SSLContext:
        """The context for all hosts but the named ones."""
        return _context()

    @cached_property
    def legacy(self) -> ssl.SSLContext:
        """The context for servers that OpenSSL 3 refuses; it still verifies (FACTS section 5, trap 5)."""
        context = _context()
        context.options |= OP_LEGACY_SERVER_CONNECT
        context.set_ciphers("DEFAULT@SECLEVEL=1")
        return context


def facts(connection: ssl.SSLObject, *, legacy: bool) -> Tls:
    """Give what a finished handshake showed: protocol version and the certificate's sha256 in hex."""
    certificate = connection.getpeercert(binary_form=True) or b""
    return Tls(connection.version() or "", hashlib.sha256(certificate).hexdigest(), legacy)


def _context() -> ssl.SSLContext:
    context = ssl.create_default_context()
    # Python 3.13 adds RFC 5280's letter, which authorities of company proxies and old ones fail.
    context.verify_flags &= ~getattr(ssl, "VERIFY_X509_STRICT", ssl.VerifyFlags(0))
    context.set_alpn_protocols(["http/1.1"])
    if not _system_has_authorities(context):
        context.load_verify_locations(certifi.where())
    return context


def _system_has_authorities(context: ssl.SSLContext) -> bool:
    paths = ssl.get_default_verify_paths()
    named = os.environ.get(paths.openssl_cafile_env) or os.environ.get(paths.openssl_capath_env)
    return bool(named or context.cert_store_stats()["x509_ca"] or (paths.capath and os.listdir(paths.capath)))

"""TLS: always verified, and each kind of failure told apart."""

import hashlib
import socket
import ssl
import warnings
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from serving import answer, dripping, hanging, listening, redirect, reset

from scraper.model import Tls, Trouble

PAST = datetime(2020, 1, 1, tzinfo=UTC)
Context = Callable[..., ssl.SSLContext]


@pytest.fixture
def authority(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> trustme.CA:
    """An authority that the program trusts through SSL_CERT_FILE."""
    made = trustme.CA()
    made.cert_pem.write_to_path(tmp_path / "ca.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    return made


@pytest.fixture
def context(authority: trustme.CA) -> Context:
    """A server's context with a certificate of the trusted authority, or one as told."""

    def make(*names: str, ca: trustme.CA | None = None, not_after: datetime | None = None) -> ssl.SSLContext:
        made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        cert = (ca or authority).issue_cert(*(names or ("127.0.0.1",)), not_after=not_after)
        cert.configure_cert(made)
        return made

    return make


def weak_context(folder: Path) -> tuple[ssl.SSLContext, Path]:
    """A server as FACTS section 5, trap 5: its key of 1024 bits is too small for OpenSSL 3's defaults."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    key = rsa.generate_private_key(public_exponent=65537, key_size=1024)
    now = datetime.now(UTC)
    from ipaddress import ip_address

    names = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    build = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    build = build.serial_number(7).not_valid_before(now - timedelta(1)).not_valid_after(now + timedelta(1))
    cert = build.add_extension(names, critical=False).sign(key, hashes.SHA256())
    pem = cert.public_bytes(serialization.Encoding.PEM)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "weak.pem").write_bytes(pem)
    (folder / "weak.key").write_bytes(private)
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.set_ciphers("DEFAULT@SECLEVEL=0")
    made.load_cert_chain(folder / "weak.pem", folder / "weak.key")
    return made, folder / "weak.pem"


def test_a_verified_page_shows_its_tls(site, fetcher, context: Context) -> None:
    home = site({"/": answer(b"ok")}, context=context())
    got = fetcher().fetch(home.url())
    assert (got.trouble, got.body, got.hops[0].peer) == (None, b"ok", "127.0.0.1")
    seen = ssl.get_server_certificate(("127.0.0.1", home.port))
    digest = hashlib.sha256(ssl.PEM_cert_to_DER_cert(seen)).hexdigest()
    assert got.hops[0].tls == Tls("TLSv1.3", digest, legacy=False)


def test_the_name_is_kept_for_the_certificate_where_the_address_is_pinned(site, fetcher, context) -> None:
    home = site({"/": answer(b"ok")}, context=context("www.example.gov.cn"), name="www.example.gov.cn")
    one = fetcher(resolve=lambda name, port: ("127.0.0.1",))
    assert one.fetch(home.url()).body == b"ok"
    assert one.fetch(home.url().replace("cn:", "cn.:")).body == b"ok"


def test_an_expired_certificate(site, fetcher, context: Context) -> None:
    got = fetcher().fetch(site({}, context=context(not_after=PAST)).url())
    assert got.trouble is Trouble.TLS and got.detail.startswith("expired: ")


def test_a_certificate_for_another_host(site, fetcher, context: Context) -> None:
    got = fetcher().fetch(site({}, context=context("www.other.gov.cn")).url())
    assert got.trouble is Trouble.TLS and got.detail.startswith("wrong_host: ")
    named = fetcher(resolve=lambda name, port: ("127.0.0.1",))
    home = site({}, context=context("www.other.gov.cn"), name="www.example.gov.cn")
    assert named.fetch(home.url()).detail.startswith("wrong_host: ")


def test_an_unknown_authority(site, fetcher, context: Context) -> None:
    got = fetcher().fetch(site({}, context=context(ca=trustme.CA())).url())
    assert got.trouble is Trouble.TLS and got.detail.startswith("unknown_authority: ")


def test_a_protocol_that_is_too_old(site, fetcher, context: Context) -> None:
    old = context()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        old.minimum_version = ssl.TLSVersion.TLSv1
        old.maximum_version = ssl.TLSVersion.TLSv1_1
    old.set_ciphers("DEFAULT@SECLEVEL=0")
    got = fetcher().fetch(site({}, context=old).url())
    assert got.trouble is Trouble.TLS and got.detail.startswith("protocol_too_old: ")


def test_a_handshake_that_finds_nothing_in_common(site, fetcher, context: Context) -> None:
    odd = context()
    odd.maximum_version = ssl.TLSVersion.TLSv1_2
    odd.set_ciphers("PSK-AES128-CBC-SHA256:@SECLEVEL=0")
    got = fetcher().fetch(site({}, context=odd).url())
    assert got.trouble is Trouble.TLS and got.detail.startswith("other: ")


def test_plain_http_on_the_secure_port(site, fetcher) -> None:
    home = site({})
    home.scheme = "https"
    with listening(lambda sock: (sock.recv(999), sock.sendall(b"HTTP/1.1 400 Bad\r\n\r\n"))) as port:
        got = fetcher().fetch(f"https://127.0.0.1:{port}/")
    assert got.trouble is Trouble.TLS and got.detail.startswith("other: ")


def test_a_handshake_that_hangs_or_drips_is_cut_off_on_time(fetcher) -> None:
    for act in (hanging(), dripping(b"\x16\x03\x03\x40\x00\x02\x00\x3f\xfc", b"\x00")):
        with listening(lambda sock, act=act: act(sock, b"")) as port:
            got = fetcher(deadline=1.0).fetch(f"https://127.0.0.1:{port}/")
        assert (got.trouble, got.detail[:4]) == (Trouble.DEADLINE, "tls:")


@pytest.mark.parametrize("end", [reset, lambda sock: sock.close()])
def test_a_handshake_that_is_broken_off_is_a_reset(fetcher, end) -> None:
    with listening(lambda sock: (sock.recv(999), end(sock))) as port:
        got = fetcher().fetch(f"https://127.0.0.1:{port}/")
    assert (got.trouble, got.detail[:4]) == (Trouble.RESET, "tls:")


def test_an_end_without_farewell_ends_an_old_body_and_shortens_a_measured_one(site, fetcher, context) -> None:
    def rude(data: bytes):
        def act(sock, _request) -> None:
            sock.sendall(data)
            sock.shutdown(socket.SHUT_RDWR)

        return act

    home = site(
        {"/old": rude(b"HTTP/1.0 200 OK\r\n\r\nold"), "/cut": rude(answer(b"cut", length=9))},
        context=context(),
    )
    one = fetcher()
    assert one.fetch(home.url("/old")).completeness == "whole"
    assert one.fetch(home.url("/cut")).completeness == "short"


def test_a_named_host_gets_the_weaker_context_and_it_is_recorded(
    site, fetcher, tmp_path, monkeypatch
) -> None:
    weak, trusted = weak_context(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    home = site({"/": answer(b"old")}, context=weak)
    strict = fetcher().fetch(home.url())
    assert strict.trouble is Trouble.TLS and strict.detail.startswith("protocol_too_old: ")
    got = fetcher(legacy_tls_hosts=frozenset({"127.0.0.1"})).fetch(home.url())
    assert got.body == b"old" and got.hops[0].tls is not None and got.hops[0].tls.legacy


def test_the_weaker_context_still_verifies(site, fetcher, context: Context) -> None:
    legacy = {"legacy_tls_hosts": frozenset({"127.0.0.1"})}
    unknown = fetcher(**legacy).fetch(site({}, context=context(ca=trustme.CA())).url())
    assert unknown.detail.startswith("unknown_authority: ")
    expired = fetcher(**legacy).fetch(site({}, context=context(not_after=PAST)).url())
    assert expired.detail.startswith("expired: ")


def test_a_redirect_from_http_to_https_shows_tls_where_there_is_tls(site, fetcher, context: Context) -> None:
    secure = site({"/": answer(b"ok")}, context=context())
    got = fetcher().fetch(site({"/": redirect(secure.url(), 301)}).url())
    assert [hop.tls is not None for hop in got.hops] == [False, True]


def test_a_trouble_at_the_second_hop_keeps_the_first(site, fetcher, context: Context) -> None:
    expired = site({}, context=context(not_after=PAST))
    got = fetcher().fetch(site({"/": redirect(expired.url(), 301)}).url())
    assert got.trouble is Trouble.TLS and [hop.status for hop in got.hops] == [301]

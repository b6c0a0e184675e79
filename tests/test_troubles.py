"""Troubles told apart, and the manners that the program keeps to."""

import ast
import errno
import os
import socket
import ssl
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.model import Trouble
from scraper.policy import Policy, Validators
from scraper.tls import OP_LEGACY_SERVER_CONNECT, Contexts
from scraper.troubles import name_trouble, socket_trouble, tls_trouble

SCRAPER = Path(__file__).parents[1] / "scraper"


@pytest.mark.parametrize(
    ("number", "phase", "trouble"),
    [
        (errno.ECONNREFUSED, "connect", Trouble.REFUSED),
        (errno.EHOSTUNREACH, "connect", Trouble.REFUSED),
        (errno.ENETUNREACH, "connect", Trouble.REFUSED),
        (errno.EADDRNOTAVAIL, "connect", Trouble.REFUSED),
        (errno.ETIMEDOUT, "connect", Trouble.TIMED_OUT),
        (errno.ETIMEDOUT, "body", Trouble.TIMED_OUT),
        (errno.ECONNRESET, "headers", Trouble.RESET),
        (errno.EPIPE, "tls", Trouble.RESET),
        (errno.ECONNABORTED, "body", Trouble.RESET),
    ],
)
def test_the_systems_number_tells_the_trouble(number: int, phase: str, trouble: Trouble) -> None:
    broken = socket_trouble(OSError(number, os.strerror(number)), phase)
    assert (broken.trouble, broken.detail) == (trouble, f"{phase}: {os.strerror(number)}")


@given(st.integers(1, 200), st.sampled_from(["connect", "tls", "headers", "body"]))
def test_every_number_has_a_trouble_of_the_network(number: int, phase: str) -> None:
    found = socket_trouble(OSError(number, "x"), phase).trouble
    assert found in (Trouble.REFUSED, Trouble.RESET, Trouble.TIMED_OUT)


def test_only_a_definite_answer_says_that_a_name_does_not_exist() -> None:
    codes = {value for name, value in vars(socket).items() if name.startswith("EAI_")}
    absent = {
        code for code in codes if name_trouble(socket.gaierror(code, "x")).trouble is Trouble.NO_SUCH_NAME
    }
    assert absent == {socket.EAI_NONAME, socket.EAI_NODATA}


def certificate_error(code: int, message: str) -> ssl.SSLCertVerificationError:
    error = ssl.SSLCertVerificationError(1, "certificate verify failed")
    error.verify_code, error.verify_message = code, message
    return error


@pytest.mark.parametrize(
    ("code", "word"),
    [
        (10, "expired"),
        (62, "wrong_host"),
        (64, "wrong_host"),
        (18, "unknown_authority"),
        (19, "unknown_authority"),
        (20, "unknown_authority"),
        (66, "protocol_too_old"),
        (9, "other"),
        (23, "other"),
    ],
)
def test_the_root_cause_of_a_bad_certificate_comes_first(code: int, word: str) -> None:
    broken = tls_trouble(certificate_error(code, "as OpenSSL says"))
    assert (broken.trouble, broken.detail) == (Trouble.TLS, f"{word}: as OpenSSL says")


def test_an_end_in_the_handshake_is_a_reset() -> None:
    assert tls_trouble(ssl.SSLEOFError(8, "EOF occurred")).trouble is Trouble.RESET
    assert socket_trouble(ssl.SSLError(1, "odd"), "tls").trouble is Trouble.TLS


def test_both_contexts_verify_names_and_chains() -> None:
    contexts = Contexts(frozenset({"OLD.gov.cn"}))
    for context in (contexts.strict, contexts.legacy):
        assert context.check_hostname and context.verify_mode is ssl.CERT_REQUIRED
        assert context.minimum_version >= ssl.TLSVersion.TLSv1_2


def test_the_weaker_context_is_for_the_named_hosts_only() -> None:
    contexts = Contexts(frozenset({"OLD.gov.cn"}))
    assert contexts.of("old.gov.cn") is contexts.legacy
    assert contexts.of("www.old.gov.cn") is contexts.of("a.cn") is contexts.strict
    assert contexts.legacy.options & OP_LEGACY_SERVER_CONNECT
    assert not contexts.strict.options & OP_LEGACY_SERVER_CONNECT


def test_authorities_come_from_the_usual_variable(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "none.pem").write_text("")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "none.pem"))
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path))
    assert Contexts(frozenset()).strict.cert_store_stats()["x509_ca"] == 0


def test_without_any_authority_of_the_system_certifis_are_trusted(monkeypatch, tmp_path: Path) -> None:
    paths = ssl.get_default_verify_paths()._replace(capath=None)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "absent"))
    monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path / "absent"))
    monkeypatch.setattr(ssl, "get_default_verify_paths", lambda: paths._replace(
        openssl_cafile_env="UNSET_HERE", openssl_capath_env="UNSET_HERE"))  # fmt: skip
    assert Contexts(frozenset()).strict.cert_store_stats()["x509_ca"] > 50


def test_the_user_agent_names_the_program_and_whom_to_write_to() -> None:
    assert Policy().user_agent == "zonewatch/0.1"
    assert Policy(contact="mailto:a@b.cn", version="2").user_agent == "zonewatch/2 (+mailto:a@b.cn)"


@given(st.text())
def test_no_contact_breaks_the_header(contact: str) -> None:
    agent = Policy(contact=contact).user_agent
    assert agent.isascii() and agent.isprintable()


def test_only_validators_that_are_known_are_sent() -> None:
    assert Validators().lines == ()
    assert Validators('"e"', "Mon").lines == (("If-None-Match", '"e"'), ("If-Modified-Since", "Mon"))


def test_the_defaults_are_the_documented_ones() -> None:
    policy = Policy()
    assert (policy.pause, policy.deadline, policy.max_bytes, policy.max_redirects) == (2, 60, 10 * 2**20, 10)
    assert policy.ports == {80, 443} and policy.robots and not policy.allow_private


def imported(file: Path) -> set[str]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    names = [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
    names += [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    return {name.partition(".")[0] for name in names}


@pytest.mark.parametrize(
    ("library", "doors"),
    [
        ("httpx", {"door.py"}),
        ("httpcore", {"streams.py", "transport.py"}),
        ("protego", {"robots.py"}),
        ("warcio", {"exchanges.py", "warcs.py"}),
        ("socket", {"begun.py", "sockets.py", "streams.py", "troubles.py"}),
    ],
)
def test_each_outside_thing_has_one_door(library: str, doors: set[str]) -> None:
    assert {file.name for file in SCRAPER.rglob("*.py") if library in imported(file)} == doors

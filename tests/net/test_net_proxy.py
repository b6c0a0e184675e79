"""Proxies: chosen by the usual variables, told apart from the sites behind them."""

import socket
import ssl
import threading
from base64 import b64encode
from contextlib import suppress
from datetime import UTC, datetime

import pytest
import trustme
from serving import Asked, answer, dripping, hanging, listening, read_head, redirect, serving

from scraper.fetch import Fetcher
from scraper.model import Trouble
from scraper.policy import Policy
from scraper.proxies import Proxies

SITE = "http://www.example.gov.cn/a"
SECURE = "https://www.example.gov.cn/a"


@pytest.fixture
def authority(tmp_path, monkeypatch) -> trustme.CA:
    made = trustme.CA()
    made.cert_pem.write_to_path(tmp_path / "ca.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    return made


@pytest.fixture
def forward(site):
    """A proxy for http: it answers for any site."""
    told = answer(b"through", X_Via="proxy")
    return site({SITE: told, "http://www.example.gov.cn/robots.txt": answer(b"", "404 No")})


def pump(one: socket.socket, other: socket.socket) -> None:
    with suppress(OSError):
        while data := one.recv(65536):
            other.sendall(data)
    with suppress(OSError):
        other.shutdown(socket.SHUT_WR)


@pytest.fixture
def tunnel(stack):
    """A proxy for https: it connects every CONNECT to the port given, or answers as told."""

    def make(to: int = 0, told: bytes = b"HTTP/1.1 200 Connection established\r\n\r\n"):
        seen: list[Asked] = []

        def handle(sock: socket.socket) -> None:
            seen.append(Asked(0.0, read_head(sock)))
            sock.sendall(told)
            if b" 200 " in told:
                with socket.create_connection(("127.0.0.1", to)) as inner:
                    threading.Thread(target=pump, args=(inner, sock), daemon=True).start()
                    pump(sock, inner)

        return stack.enter_context(listening(handle)), seen

    return make


def test_http_goes_through_the_proxy_in_absolute_form_and_unresolved(forward, fetcher, monkeypatch) -> None:
    def never(name: str, port: int):
        assert name == "127.0.0.1"
        return ("127.0.0.1",)

    monkeypatch.setenv("http_proxy", forward.url())
    got = fetcher(allow_private=False, resolve=never).fetch(SITE)
    assert (got.body, got.hops[0].peer) == (b"through", None)
    assert [asked.target for asked in forward.asked] == ["http://www.example.gov.cn/robots.txt", SITE]
    assert forward.asked[1].header("Host") == "www.example.gov.cn"


def test_https_goes_through_a_tunnel_verified_end_to_end(
    tunnel, site, fetcher, authority, monkeypatch
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("www.example.gov.cn").configure_cert(context)
    home = site({"/a": answer(b"secure")}, context=context)
    port, seen = tunnel(home.port)
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{port}")
    got = fetcher(allow_private=False).fetch(SECURE)
    assert (got.trouble, got.body, got.hops[0].peer) == (None, b"secure", None)
    assert got.hops[0].tls is not None
    assert seen[0].head.startswith(b"CONNECT www.example.gov.cn:443 HTTP/1.1\r\n")


def test_a_proxy_that_opens_tls_is_believed_only_with_a_trusted_authority(
    tunnel, site, fetcher, authority, monkeypatch
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("www.example.gov.cn").configure_cert(context)
    port, _ = tunnel(site({"/a": answer(b"forged")}, context=context).port)
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{port}")
    got = fetcher().fetch(SECURE)
    assert got.trouble is Trouble.TLS and got.detail.startswith("unknown_authority: ")


def test_a_proxy_may_itself_speak_tls(stack, fetcher, authority, monkeypatch) -> None:
    outer, inner = (ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER) for _ in range(2))
    authority.issue_cert("127.0.0.1").configure_cert(outer)
    authority.issue_cert("www.example.gov.cn").configure_cert(inner)
    home = stack.enter_context(serving({"/a": answer(b"twice")}, context=inner))

    def handle(sock: socket.socket) -> None:
        with outer.wrap_socket(sock, server_side=True) as secure:
            read_head(secure)
            secure.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
            with socket.create_connection(("127.0.0.1", home.port)) as target:
                threading.Thread(target=pump, args=(target, secure), daemon=True).start()
                pump(secure, target)

    port = stack.enter_context(listening(handle))
    monkeypatch.setenv("HTTPS_PROXY", f"https://127.0.0.1:{port}")
    assert fetcher().fetch(SECURE).body == b"twice"


@pytest.mark.parametrize("status", ["407 Auth", "502 Bad Gateway", "503 Busy", "504 Late", "403 No"])
def test_a_proxy_that_refuses_a_tunnel_is_the_proxys_trouble(
    tunnel, fetcher, monkeypatch, status: str
) -> None:
    port, _ = tunnel(told=f"HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n".encode())
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{port}")
    got = fetcher().fetch(SECURE)
    assert got.trouble is Trouble.PROXY and status[:3] in got.detail


def test_a_proxy_that_wants_a_password_is_the_proxys_trouble_over_http_too(
    site, fetcher, monkeypatch
) -> None:
    home = site({"http://www.example.gov.cn/robots.txt": answer(b"", "407 Auth")})
    monkeypatch.setenv("HTTP_PROXY", home.url())
    assert fetcher().fetch(SITE).trouble is Trouble.PROXY


@pytest.mark.parametrize("url", [SITE, SECURE])
def test_a_proxy_that_is_not_there_is_the_proxys_trouble(fetcher, monkeypatch, url: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    monkeypatch.setenv("ALL_PROXY", f"http://127.0.0.1:{port}")
    assert fetcher().fetch(url).trouble is Trouble.PROXY
    monkeypatch.setenv("ALL_PROXY", "http://proxy.invalid:3128")
    assert fetcher(deadline=20).fetch(url).trouble is Trouble.PROXY


@pytest.mark.parametrize("proxy", ["socks5://127.0.0.1:1080", "gopher://x", "http://", "http://h:port"])
def test_a_proxy_of_an_unknown_kind_is_the_proxys_trouble(fetcher, monkeypatch, proxy: str) -> None:
    monkeypatch.setenv("ALL_PROXY", proxy)
    assert fetcher().fetch(SITE).trouble is Trouble.PROXY


@pytest.mark.parametrize("noise", [b"garbage\r\n\r\n", b""])
def test_a_proxy_that_talks_nonsense_is_the_proxys_trouble(
    tunnel, fetcher, monkeypatch, noise: bytes
) -> None:
    port, _ = tunnel(told=noise)
    monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{port}")
    assert fetcher().fetch(SECURE).trouble is Trouble.PROXY


def test_a_proxy_that_drips_or_hangs_is_cut_off_on_time(stack, fetcher, monkeypatch) -> None:
    for act in (hanging(), dripping(b"HTTP/1.1 200 OK\r\nX: ")):
        port = stack.enter_context(listening(lambda sock, act=act: act(sock, read_head(sock))))
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{port}")
        got = fetcher(deadline=1.0).fetch(SECURE)
        assert (got.trouble, got.detail[:6]) == (Trouble.DEADLINE, "proxy:")


def test_the_name_and_password_in_a_proxys_address_are_sent_to_it(forward, fetcher, monkeypatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", forward.url("").replace("//", "//me:se%40cret@"))
    got = fetcher().fetch(SITE)
    assert forward.asked[0].header("Proxy-Authorization") == "Basic " + b64encode(b"me:se@cret").decode()
    assert "se@cret" not in repr(got) and "Proxy" not in repr(got.hops[0].request_headers)


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1/", "http://169.254.169.254/", "http://[::1]/", "http://2130706433/"]
)
def test_a_literal_private_address_does_not_reach_the_proxy(forward, fetcher, monkeypatch, url: str) -> None:
    monkeypatch.setenv("HTTP_PROXY", forward.url())
    assert fetcher(allow_private=False).fetch(url).trouble is Trouble.POLICY
    assert forward.connections == 0


def test_a_redirect_may_lead_out_of_the_proxys_reach(forward, site, fetcher, monkeypatch) -> None:
    home = site({"/b": answer(b"direct")})
    forward.answers[SITE] = redirect(home.url("/b"))
    monkeypatch.setenv("HTTP_PROXY", forward.url())
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    got = fetcher().fetch(SITE)
    assert got.body == b"direct" and [hop.peer for hop in got.hops] == [None, "127.0.0.1"]


def test_a_hosts_own_proxy_goes_before_the_environments(forward, fetcher, monkeypatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://proxy.invalid:1")
    got = fetcher(proxies={"www.example.gov.cn": forward.url()}).fetch(SITE)
    assert got.body == b"through"


@pytest.mark.parametrize(
    ("variables", "url", "expected"),
    [
        ({"http_proxy": "http://p:1"}, SITE, "http://p:1"),
        ({"HTTP_PROXY": "p:1"}, SITE, "http://p:1"),
        ({"HTTPS_PROXY": "http://p:1"}, SITE, None),
        ({"HTTPS_PROXY": "http://p:1"}, SECURE, "http://p:1"),
        ({"ALL_PROXY": "http://p:1"}, SECURE, "http://p:1"),
        ({"ALL_PROXY": "http://p:1", "HTTP_PROXY": "http://q:1"}, SITE, "http://q:1"),
        ({"HTTP_PROXY": "http://p:1", "NO_PROXY": "*"}, SITE, None),
        ({"HTTP_PROXY": "http://p:1", "no_proxy": "a.cn, .Gov.cn"}, SITE, None),
        ({"HTTP_PROXY": "http://p:1", "NO_PROXY": "www.example.gov.cn"}, SITE, None),
        ({"HTTP_PROXY": "http://p:1", "NO_PROXY": "ample.gov.cn"}, SITE, "http://p:1"),
        ({"HTTP_PROXY": "http://p:1", "NO_PROXY": "10.0.0.0/8"}, "http://10.2.3.4/", None),
        ({"HTTP_PROXY": "http://p:1", "NO_PROXY": "10.0.0.0/8,,"}, SITE, "http://p:1"),
        ({"HTTP_PROXY": "http://p:1", "NO_PROXY": "::1"}, "http://[::1]/", None),
        ({}, SITE, None),
    ],
)
def test_the_usual_variables_say_which_proxy(monkeypatch, variables, url: str, expected: str | None) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert Proxies({}).of(url) == expected


def test_an_empty_proxy_for_a_host_means_none(monkeypatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://p:1")
    assert Proxies({"WWW.Example.gov.cn": ""}).of(SITE) is None


def test_a_proxy_is_named_without_its_password() -> None:
    """It is kept beside each visit as the way by which a page was seen."""
    proxies = {"a.cn": "http://user:secret@proxy.cn:3128", "b.cn": "", "c.cn": "proxy.cn"}
    with Fetcher(Policy(proxies=proxies), now=lambda: datetime(2026, 1, 1, tzinfo=UTC)) as fetcher:
        named = [fetcher.proxy_of(f"https://{name}/x") for name in proxies]
    assert named == ["proxy.cn:3128", None, "proxy.cn:80"]

"""Names: resolved once, every address checked, the checked one connected to."""

import socket
import threading
import time

import pytest
from serving import answer, redirect

from scraper.model import Trouble

PUBLIC = "http://www.example.gov.cn/"


def failing(code: int):
    def resolve(name: str, port: int):
        raise socket.gaierror(code, "as told")

    return resolve


@pytest.mark.parametrize(
    ("code", "trouble"),
    [
        (socket.EAI_NONAME, Trouble.NO_SUCH_NAME),
        (socket.EAI_NODATA, Trouble.NO_SUCH_NAME),
        (socket.EAI_AGAIN, Trouble.NAME_FAILS),
        (socket.EAI_FAIL, Trouble.NAME_FAILS),
        (socket.EAI_SYSTEM, Trouble.NAME_FAILS),
    ],
)
def test_a_name_that_does_not_exist_is_told_from_one_that_fails(fetcher, code: int, trouble: Trouble) -> None:
    got = fetcher(resolve=failing(code)).fetch(PUBLIC)
    assert (got.trouble, got.hops, got.detail) == (trouble, (), "name: as told")


def test_a_literal_address_is_not_looked_up(fetcher, site) -> None:
    home = site({"/": answer(b"ok")})
    assert fetcher(resolve=failing(socket.EAI_FAIL)).fetch(home.url()).body == b"ok"


def test_a_name_without_addresses_does_not_exist(fetcher) -> None:
    assert fetcher(resolve=lambda name, port: ()).fetch(PUBLIC).trouble is Trouble.NO_SUCH_NAME


def test_the_system_knows_no_invalid_name(fetcher) -> None:
    got = fetcher(deadline=20).fetch("http://nothing.invalid/")
    assert got.trouble in (Trouble.NO_SUCH_NAME, Trouble.NAME_FAILS)


def test_a_name_that_hangs_ends_with_the_deadline(fetcher) -> None:
    free = threading.Event()

    def hang(name: str, port: int):
        free.wait(10)
        return ()

    began = time.monotonic()
    got = fetcher(resolve=hang, deadline=0.3).fetch(PUBLIC)
    free.set()
    assert (got.trouble, got.detail[:5]) == (Trouble.DEADLINE, "name:")
    assert time.monotonic() - began < 3


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "::1", "10.1.2.3", "169.254.169.254", "::ffff:127.0.0.1", "100.64.0.1"]
)
def test_a_name_that_leads_to_a_private_place_is_blocked_before_any_connection(
    fetcher, site, address
) -> None:
    home = site({"/": answer(b"secret")})
    one = fetcher(
        allow_private=False, ports=frozenset({80, home.port}), resolve=lambda name, port: (address,)
    )
    got = one.fetch(f"http://www.example.gov.cn:{home.port}/")
    assert got.trouble is Trouble.POLICY and "www.example.gov.cn" in got.detail
    assert home.connections == 0


def test_one_private_address_among_public_ones_blocks_the_name(fetcher) -> None:
    one = fetcher(allow_private=False, resolve=lambda name, port: ("8.8.8.8", "127.0.0.1"))
    assert one.fetch(PUBLIC).trouble is Trouble.POLICY


def test_a_name_that_changes_its_answer_is_not_asked_twice(fetcher, site) -> None:
    """Rebinding: the first answer is checked, and the same address is connected to for robots and page."""
    asked: list[str] = []

    def rebinding(name: str, port: int):
        asked.append(name)
        return ("127.0.0.1",) if len(asked) == 1 else ("169.254.169.254",)

    home = site({"/": redirect("/b"), "/b": answer(b"ok")})
    got = fetcher(resolve=rebinding).fetch(f"http://rebind.example.gov.cn:{home.port}/")
    assert (got.body, asked) == (b"ok", ["rebind.example.gov.cn"])
    assert home.pages[0].header("Host") == f"rebind.example.gov.cn:{home.port}"
    assert got.hops[0].peer == "127.0.0.1"


def test_a_redirect_to_a_name_with_a_private_address_is_blocked(fetcher, site) -> None:
    home = site({"/": redirect("http://inside.gov.cn/")})
    told = {"www.example.gov.cn": ("127.0.0.1",), "inside.gov.cn": ("169.254.1.1",)}
    one = fetcher(resolve=lambda name, port: told[name])
    got = one.fetch(f"http://www.example.gov.cn:{home.port}/")
    assert got.trouble is Trouble.POLICY and len(got.hops) == 1


def test_the_next_address_is_tried_where_the_first_refuses(fetcher, site) -> None:
    home = site({"/": answer(b"ok")})
    one = fetcher(resolve=lambda name, port: ("127.0.0.2", "127.0.0.1"))
    got = one.fetch(f"http://www.example.gov.cn:{home.port}/")
    assert (got.body, got.hops[0].peer) == (b"ok", "127.0.0.1")


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1/", "http://www.gov.cn:8080/", "http://a@b.cn/", "ftp://b.cn/"]
)
def test_a_forbidden_address_is_not_even_looked_up(fetcher, url: str) -> None:
    def never(name: str, port: int):
        raise AssertionError(name)

    got = fetcher(allow_private=False, resolve=never).fetch(url)
    assert (got.trouble, got.hops) == (Trouble.POLICY, ())

"""Whatever its spelling and whoever names it: a forbidden place is refused before a connection is made.

Connections are counted twice: by a listener on loopback that would be reached, and by the interpreter, whose
audit hook (PEP 578) sees every connection and every look-up that this process tries.
"""

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from nameserver import NameServer, nameserver
from serving import answer, redirect

from scraper.addresses import host
from scraper.fetch import Fetcher, Policy
from scraper.model import Fetch, Headers, Trouble
from scraper.transport import Limits, Line
from scraper.troubles import Broken
from scraper.visit import Exchange, Reply
from scraper.watch import Watch
from tests.forbidden import ANSWERS, FORBIDDEN, LOOPBACK
from tests.net.conftest import NOW

PAGE = "http://www.example.gov.cn/a.html"
TRIED: list[tuple[str, object]] = []
WATCHED = threading.local()


def hook(event: str, args: tuple[object, ...]) -> None:
    if getattr(WATCHED, "on", False) and event in ("socket.connect", "socket.getaddrinfo", "socket.sendto"):
        TRIED.append((event, args[-1] if event != "socket.getaddrinfo" else args[0]))


sys.addaudithook(hook)


@contextmanager
def watched() -> Iterator[list[tuple[str, object]]]:
    """Give the connections and look-ups that this thread tries within."""
    TRIED.clear()
    WATCHED.on = True
    try:
        yield TRIED
    finally:
        WATCHED.on = False


def test_the_tables_are_long_and_name_each_spelling_once() -> None:
    assert len(set(FORBIDDEN)) == len(FORBIDDEN) >= 60
    assert len(set(LOOPBACK)) == len(LOOPBACK) >= 50
    assert len(set(ANSWERS)) == len(ANSWERS) >= 25


@pytest.mark.parametrize("url", FORBIDDEN)
def test_a_forbidden_address_is_neither_looked_up_nor_connected_to(fetcher, url: str) -> None:
    with watched() as tried:
        got: Fetch = fetcher(allow_private=False).fetch(url)
    assert (got.trouble, got.hops, tried) == (Trouble.POLICY, (), [])
    assert got.detail


@pytest.mark.parametrize("host", LOOPBACK)
def test_no_spelling_of_this_machine_reaches_a_listener_on_it(fetcher, site, host: str) -> None:
    home = site({"/": answer(b"secret")})
    one = fetcher(allow_private=False, ports=frozenset({80, 443, home.port}))
    with watched() as tried:
        got = one.fetch(f"http://{host}:{home.port}/")
    assert (got.trouble, got.body, tried, home.connections) == (Trouble.POLICY, b"", [], 0)


def test_the_listener_and_the_hook_would_count_what_is_allowed(fetcher, site) -> None:
    home = site({"/": answer(b"secret")})
    with watched() as tried:
        got = fetcher(robots=False).fetch(f"http://127.0.0.1:{home.port}/")
    assert (got.body, home.connections) == (b"secret", 1)
    assert tried == [("socket.connect", ("127.0.0.1", home.port))]


def sending(to: str, asked: list[str]) -> Exchange:
    """A public site that sends every visitor on."""

    def exchange(address: str, extra: Headers) -> Reply:
        asked.append(address)
        return Reply(302, (("Location", to),), (), iter(()), lambda: None, to)

    return exchange


ONWARD = [*FORBIDDEN, *(f"//{host}/" for host in LOOPBACK)]


@pytest.mark.parametrize("to", ONWARD)
def test_a_redirect_to_a_forbidden_address_is_not_followed(to: str) -> None:
    """Some spellings mean a public place once they are joined to the page's address, as browsers do."""
    trouble, asked = followed(to)
    assert trouble is Trouble.POLICY or {host(url) for url in asked} <= PUBLIC


def test_nearly_all_of_them_are_refused_behind_a_redirect_too() -> None:
    refused = [to for to in ONWARD if followed(to) == (Trouble.POLICY, [PAGE])]
    assert len(refused) >= 0.9 * len(ONWARD)


PUBLIC = {"www.example.gov.cn", "www.gov.cn"}


def followed(to: str) -> tuple[Trouble | None, list[str]]:
    """Visit a page that sends on: the trouble, and what was asked behind the guard."""
    asked: list[str] = []
    door = sending(to, asked)
    with (
        watched() as tried,
        Fetcher(Policy(pause=0, robots=False), now=lambda: NOW, door=lambda watch: door) as one,
    ):
        got = one.fetch(PAGE)
    assert tried == []
    return got.trouble, asked


@pytest.mark.parametrize("address", ANSWERS)
def test_a_name_that_dns_leads_to_a_forbidden_place_is_not_connected_to(
    fetcher, site, names, address: str
) -> None:
    home = site({"/": answer(b"secret")})
    names.answers["www.example.gov.cn"] = [[address], ["127.0.0.1"]]
    one = fetcher(allow_private=False, ports=frozenset({80, home.port}), resolve=names.resolve)
    with watched() as tried:
        got = one.fetch(f"http://www.example.gov.cn:{home.port}/")
    assert (got.trouble, got.hops, home.connections) == (Trouble.POLICY, (), 0)
    assert "www.example.gov.cn" in got.detail
    assert not [each for each in tried if each[0] == "socket.connect"]


@pytest.mark.parametrize("address", ANSWERS)
def test_each_hop_of_a_visit_has_its_addresses_checked(address: str) -> None:
    line = Line(Watch(5, lambda: False), lambda name, port: ("8.8.8.8", address), Limits(1, 1), 1.0, False)
    with watched() as tried, pytest.raises(Broken) as refused:
        line.connect_tcp("inside.example.gov.cn", 80)
    assert (refused.value.trouble, tried) == (Trouble.POLICY, [])


@pytest.fixture
def names(stack) -> NameServer:
    made: NameServer = stack.enter_context(nameserver({}))
    return made


def test_a_name_that_is_bound_anew_in_mid_visit_stays_at_the_address_that_was_checked(
    fetcher, site, names
) -> None:
    """Rebinding: robots.txt, the page and a redirect within the site are asked at the first answer."""
    home = site({"/": redirect("/b"), "/b": answer(b"ok")})
    names.answers["rebind.gov.cn"] = [["127.0.0.1"], ["169.254.169.254"]]
    with watched() as tried:
        got = fetcher(resolve=names.resolve).fetch(f"http://rebind.gov.cn:{home.port}/")
    assert (got.body, names.asked) == (b"ok", ["rebind.gov.cn"])
    assert {each[1] for each in tried if each[0] == "socket.connect"} == {("127.0.0.1", home.port)}
    assert home.pages[-1].header("Host") == f"rebind.gov.cn:{home.port}"


def test_a_name_that_is_bound_anew_between_two_visits_is_checked_anew(fetcher, site, names) -> None:
    home = site({"/": answer(b"ok")})
    names.answers["rebind.gov.cn"] = [["127.0.0.1"], ["169.254.169.254"]]
    one = fetcher(resolve=names.resolve)
    assert one.fetch(f"http://rebind.gov.cn:{home.port}/").body == b"ok"
    before = home.connections
    again = one.fetch(f"http://rebind.gov.cn:{home.port}/")
    assert (again.trouble, again.hops, home.connections) == (Trouble.POLICY, (), before)


@pytest.mark.parametrize("order", [["127.0.0.1", "169.254.1.1"], ["169.254.1.1", "127.0.0.1"]])
def test_one_forbidden_address_among_a_names_refuses_it_whole(fetcher, site, names, order: list[str]) -> None:
    home = site({"/": answer(b"ok")})
    names.answers["both.gov.cn"] = [order]
    got = fetcher(resolve=names.resolve).fetch(f"http://both.gov.cn:{home.port}/")
    assert (got.trouble, home.connections) == (Trouble.POLICY, 0)


def test_a_redirect_to_a_name_that_dns_leads_inside_is_not_followed(fetcher, site, names) -> None:
    home = site({"/": redirect("http://inside.gov.cn/latest/meta-data/")})
    names.answers |= {"www.gov.cn": [["127.0.0.1"]], "inside.gov.cn": [["::ffff:169.254.169.254"]]}
    with watched() as tried:
        got = fetcher(resolve=names.resolve).fetch(f"http://www.gov.cn:{home.port}/")
    assert (got.trouble, len(got.hops)) == (Trouble.POLICY, 1)
    assert {each[1] for each in tried if each[0] == "socket.connect"} == {("127.0.0.1", home.port)}

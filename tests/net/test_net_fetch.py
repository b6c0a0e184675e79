"""A visit on a friendly network: what is asked, what is kept, where it goes."""

import gzip
import threading
import time
import zlib
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from serving import answer, hanging, redirect

from scraper.fetch import STOPPED, Validators
from scraper.model import Completeness, Trouble
from scraper.robots import RememberedHere, RobotsAnswer

PAGE = "<html><head><title>通知</title></head><body>正文</body></html>".encode()


def test_a_page_is_kept_as_received(site, fetcher) -> None:
    home = site({"/a.htm": answer(PAGE, Content_Type="text/html", X_Odd="one", x_odd="two", ETag='"1"')})
    got = fetcher().fetch(home.url("/a.htm#top"))
    assert (got.trouble, got.status, got.completeness) == (None, 200, Completeness.WHOLE)
    assert got.body == got.content == PAGE
    assert got.requested == home.url("/a.htm#top") and got.url == home.url("/a.htm")
    assert [pair for pair in got.headers if pair[0].lower() == "x-odd"] == [
        ("X-Odd", "one"),
        ("x-odd", "two"),
    ]
    assert got.hops[0].peer == "127.0.0.1" and got.hops[0].tls is None
    assert got.started == datetime(2026, 12, 1, 4, tzinfo=UTC)
    assert 0 < got.seconds < 10


def test_the_program_gives_its_name_and_asks_for_gzip_only(site, fetcher) -> None:
    home = site({"/": answer(PAGE)})
    got = fetcher(contact="mailto:ops@example.org\r\nX: y").fetch(home.url())
    asked = home.pages[0]
    assert asked.header("User-Agent") == "zonewatch/0.1 (+mailto:ops@example.orgX: y)"
    assert asked.header("Accept-Encoding") == "gzip"
    assert asked.header("Host") == f"127.0.0.1:{home.port}"
    assert asked.head.startswith(b"GET / HTTP/1.1\r\n")
    assert ("User-Agent", asked.header("User-Agent")) in got.hops[0].request_headers


@pytest.mark.parametrize(
    ("coding", "coded"),
    [
        ("gzip", gzip.compress(PAGE, mtime=0)),
        ("deflate", zlib.compress(PAGE)),
        ("deflate", zlib.compress(PAGE)[2:-4]),
    ],
)
def test_the_body_stays_coded_and_the_content_is_inflated(site, fetcher, coding: str, coded: bytes) -> None:
    got = fetcher().fetch(site({"/": answer(coded, Content_Encoding=coding)}).url())
    assert (got.body, got.content, got.completeness) == (coded, PAGE, Completeness.WHOLE)


def test_a_chunked_body_is_kept_without_its_chunks(site, fetcher) -> None:
    chunks = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n3;x=y\r\nfgh\r\n0\r\n\r\n"
    got = fetcher().fetch(site({"/": chunks}).url())
    assert (got.body, got.completeness, got.trouble) == (b"abcdefgh", Completeness.WHOLE, None)


def test_an_old_server_ends_its_body_by_hanging_up(site, fetcher) -> None:
    got = fetcher().fetch(site({"/": b"HTTP/1.0 200 OK\r\n\r\nold"}).url())
    assert (got.body, got.completeness, got.hops[0].http_version) == (b"old", Completeness.WHOLE, "HTTP/1.0")


def test_validators_are_sent_verbatim_with_the_first_request_only(site, fetcher) -> None:
    home = site({"/a": redirect("/b"), "/b": answer(PAGE)})
    fetcher().fetch(home.url("/a"), Validators('W/"x y"', "Tue, 03 Mar 2020 01:02:03 GMT"))
    first, second = home.pages
    assert first.header("If-None-Match") == 'W/"x y"'
    assert first.header("If-Modified-Since") == "Tue, 03 Mar 2020 01:02:03 GMT"
    assert second.header("If-None-Match") is None and second.header("If-Modified-Since") is None
    robots = next(asked for asked in home.asked if asked.target == "/robots.txt")
    assert robots.header("If-None-Match") is None


@pytest.mark.parametrize("status", ["304 Not Modified", "204 No Content"])
def test_an_answer_without_a_body_has_none_even_if_one_is_sent(site, fetcher, status: str) -> None:
    got = fetcher().fetch(site({"/": answer(b"smuggled", status)}).url())
    assert (got.body, got.completeness, got.trouble) == (b"", Completeness.NONE, None)
    assert got.status == int(status[:3])


def test_an_unasked_part_is_kept_as_it_is(site, fetcher) -> None:
    got = fetcher().fetch(site({"/": answer(b"half", "206 Partial Content")}).url())
    assert (got.status, got.body, got.completeness) == (206, b"half", Completeness.WHOLE)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_followed_and_its_hop_kept(site, fetcher, status: int) -> None:
    home = site({"/a/b": redirect("../c?x=1#y", status), "/c?x=1": answer(PAGE)})
    got = fetcher().fetch(home.url("/a/b"))
    assert [hop.status for hop in got.hops] == [status, 200]
    assert got.hops[0].location == home.url("/c?x=1") == got.url
    assert got.body == PAGE


@pytest.mark.parametrize("status", [300, 304, 305, 399])
def test_other_answers_with_a_location_are_not_followed(site, fetcher, status: int) -> None:
    got = fetcher().fetch(site({"/a": redirect("/b", status)}).url("/a"))
    assert [hop.status for hop in got.hops] == [status] and got.hops[0].location is None


def test_a_redirect_without_a_location_is_an_answer(site, fetcher) -> None:
    got = fetcher().fetch(site({"/": answer(b"where?", "302 Found")}).url())
    assert (got.status, got.body, got.trouble) == (302, b"where?", None)


@pytest.mark.parametrize("raw", ["/通知.htm".encode(), "/通知.htm".encode("gb18030"), b"/a b.htm"])
def test_a_location_in_any_charset_keeps_its_bytes(site, fetcher, raw: bytes) -> None:
    def send(sock, _request) -> None:
        sock.sendall(b"HTTP/1.1 302 Found\r\nLocation: " + raw + b"\r\nContent-Length: 0\r\n\r\n")

    home = site({"/": send})
    got = fetcher().fetch(home.url())
    expected = "".join(chr(byte) if 0x20 < byte < 0x7F else f"%{byte:02X}" for byte in raw)
    assert home.pages[1].target == expected
    assert got.url == home.url(expected)


def test_an_address_with_chinese_in_it_is_asked_for_in_utf8(site, fetcher) -> None:
    home = site({"/%E9%80%9A%E7%9F%A5": answer(PAGE)})
    assert fetcher().fetch(home.url("/通知")).body == PAGE


def test_a_cookie_from_a_redirect_comes_back_within_the_visit_and_never_after(site, fetcher) -> None:
    def gate(sock, request: bytes) -> None:
        sock.sendall(
            answer(PAGE) if b"Cookie: pass=1" in request else redirect("/", Set_Cookie="pass=1; path=/")
        )

    home = site({"/": gate})
    fetch = fetcher().fetch
    assert [hop.status for hop in fetch(home.url()).hops] == [302, 200]
    assert [hop.status for hop in fetch(home.url()).hops] == [302, 200]
    assert ["Cookie" in dict(hop.request_headers) for hop in fetch(home.url()).hops] == [False, True]


def test_a_cookie_does_not_go_to_another_host(site, fetcher) -> None:
    other = site({"/": answer(PAGE)}, name="localhost")
    home = site({"/": redirect(other.url(), Set_Cookie="secret=1")})
    assert fetcher().fetch(home.url()).body == PAGE
    assert other.pages[0].header("Cookie") is None


def test_redirects_end_after_ten_with_the_hops_kept(site, fetcher) -> None:
    home = site({f"/{number}": redirect(f"/{number + 1}") for number in range(50)})
    got = fetcher().fetch(home.url("/0"))
    assert got.trouble is Trouble.REDIRECTS and len(got.hops) == 11 and got.body == b""


@pytest.mark.parametrize("path", ["/a", "/self"])
def test_a_loop_of_redirects_ends_early(site, fetcher, path: str) -> None:
    home = site({"/a": redirect("/b"), "/b": redirect("/a"), "/self": redirect("/self")})
    got = fetcher().fetch(home.url(path))
    assert got.trouble is Trouble.REDIRECTS and "loop" in got.detail and 2 <= len(got.hops) <= 3


def test_a_disallowed_address_is_not_asked(site, fetcher) -> None:
    home = site({"/robots.txt": answer(b"User-agent: *\nDisallow: /private/\n"), "/open": answer(PAGE)})
    fetch = fetcher().fetch
    refused = fetch(home.url("/private/a"))
    assert (refused.trouble, refused.hops) == (Trouble.ROBOTS, ())
    assert fetch(home.url("/open")).body == PAGE
    assert [asked.target for asked in home.asked] == ["/robots.txt", "/open"]


def test_a_redirect_to_a_disallowed_address_is_not_followed(site, fetcher) -> None:
    other = site({"/robots.txt": answer(b"User-agent: zonewatch\nDisallow: /\n")})
    home = site({"/": redirect(other.url("/x"))})
    got = fetcher().fetch(home.url())
    assert got.trouble is Trouble.ROBOTS and len(got.hops) == 1 and not other.pages


def test_robots_can_be_switched_off_in_the_policy(site, fetcher) -> None:
    home = site({"/robots.txt": answer(b"User-agent: *\nDisallow: /\n"), "/": answer(PAGE)})
    assert fetcher(robots=False).fetch(home.url()).body == PAGE
    assert len(home.asked) == 1


def test_robots_is_asked_once_a_day(site, fetcher) -> None:
    home = site({"/": answer(PAGE)})
    at = [datetime(2026, 12, 1, tzinfo=UTC)]
    fetch = fetcher(now=lambda: at[0]).fetch
    for hours in (0, 1, 23, 25, 26):
        at[0] = datetime(2026, 12, 1, tzinfo=UTC) + timedelta(hours=hours)
        assert fetch(home.url()).status == 200
    assert len(home.asked) - len(home.pages) == 2


def test_a_failing_robots_forbids_for_now(site, fetcher) -> None:
    home = site({"/robots.txt": answer(b"", "503 Busy"), "/": answer(PAGE)})
    got = fetcher().fetch(home.url())
    assert (got.trouble, got.detail.split(" (")[0]) == (Trouble.ROBOTS, "robots.txt answers 503")
    assert not home.pages


def test_a_robots_that_gets_no_answer_is_the_networks_trouble(site, fetcher) -> None:
    memory = RememberedHere()
    home = site({"/robots.txt": hanging(), "/": answer(PAGE)})
    got = fetcher(robots=memory, deadline=0.4).fetch(home.url())
    assert got.trouble is Trouble.DEADLINE and not home.pages
    assert memory.get(f"http://127.0.0.1:{home.port}") is None


def test_a_robots_elsewhere_is_read_there(site, fetcher) -> None:
    other = site({"/r": answer(gzip.compress(b"User-agent: *\nDisallow: /x\n"), Content_Encoding="gzip")})
    home = site({"/robots.txt": redirect(other.url("/r")), "/x": answer(PAGE), "/y": answer(PAGE)})
    fetch = fetcher().fetch
    assert fetch(home.url("/x")).trouble is Trouble.ROBOTS
    assert fetch(home.url("/y")).body == PAGE


@pytest.mark.parametrize("told", ["/robots.txt", "file:///etc/passwd", "http://169.254.169.254/robots.txt"])
def test_a_robots_that_leads_nowhere_is_none(site, fetcher, told: str) -> None:
    home = site({"/robots.txt": redirect(told), "/": answer(PAGE)})
    assert fetcher().fetch(home.url()).body == PAGE


def test_a_remembered_robots_is_not_asked_again(site, fetcher) -> None:
    home = site({"/": answer(PAGE)})
    memory = RememberedHere()
    text = "User-agent: *\nDisallow: /\n"
    memory.put(f"http://127.0.0.1:{home.port}", RobotsAnswer(datetime(2026, 12, 1, tzinfo=UTC), 200, text))
    assert fetcher(robots=memory).fetch(home.url()).trouble is Trouble.ROBOTS
    assert home.connections == 0


def test_a_lane_is_never_asked_faster_than_its_pause(site, fetcher) -> None:
    home = site({"/": answer(PAGE), "/a": redirect("/b"), "/b": answer(PAGE)})
    fetch = fetcher(pause=0.15).fetch
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(fetch, [home.url(), home.url("/a"), home.url()]))
    times = [asked.at for asked in home.asked]
    assert len(times) == 5
    assert min(later - earlier for earlier, later in pairwise(times)) >= 0.15


def test_a_crawl_delay_lengthens_the_pause(site, fetcher) -> None:
    home = site({"/robots.txt": answer(b"User-agent: *\nCrawl-delay: 0.3\n"), "/": answer(PAGE)})
    fetcher(pause=0.01).fetch(home.url())
    assert home.asked[1].at - home.asked[0].at >= 0.3


def test_waiting_for_the_lane_costs_a_visit_nothing_of_its_deadline(site, fetcher) -> None:
    home = site({"/": answer(PAGE)})
    got = fetcher(pause=1.2, deadline=1.0).fetch(home.url())
    assert got.trouble is None and got.seconds < 1.0


def test_lanes_do_not_wait_for_each_other(site, fetcher) -> None:
    sites = [site({"/": answer(PAGE)}) for _ in range(4)]
    fetch = fetcher(pause=1.0).fetch
    began = time.monotonic()
    with ThreadPoolExecutor(4) as pool:
        got = list(pool.map(fetch, [one.url() for one in sites]))
    assert {one.status for one in got} == {200}
    assert time.monotonic() - began < 3.5


@pytest.mark.parametrize("where", ["network", "pause"])
def test_a_stop_ends_a_visit_at_once(site, fetcher, where: str) -> None:
    stop = threading.Event()
    home = site({"/robots.txt": hanging() if where == "network" else answer(b"", "404 No")})
    threading.Timer(0.1, stop.set).start()
    began = time.monotonic()
    got = fetcher(pause=30, deadline=30, stop=stop).fetch(home.url())
    assert (got.trouble, got.detail) == (Trouble.DEADLINE, STOPPED)
    assert time.monotonic() - began < 5


def test_leaving_the_context_ends_the_visits_under_way(site, fetcher) -> None:
    one = fetcher(deadline=30)
    threading.Timer(0.1, one.close).start()
    assert one.fetch(site({"/robots.txt": hanging()}).url()).detail == STOPPED


def test_many_threads_share_a_fetcher(site, fetcher) -> None:
    pages = {f"/{number}": answer(str(number).encode() * 100) for number in range(40)}
    sites = [site(pages) for _ in range(4)]
    fetch = fetcher(deadline=20).fetch
    wanted = [(one.url(path), path[1:].encode() * 100) for one in sites for path in pages]
    with ThreadPoolExecutor(16) as pool:
        got = list(pool.map(fetch, [url for url, _ in wanted]))
    assert [one.body for one in got] == [body for _, body in wanted]
    assert all(len(one.asked) == 41 for one in sites)

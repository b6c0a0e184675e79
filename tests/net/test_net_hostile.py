"""A hostile network: every fault becomes the right value, on time and within bounds."""

import gzip
import random
import socket
import time
import tracemalloc
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from serving import Action, answer, dripping, flooding, hanging, redirect, resetting

from scraper.model import Completeness, Fetch, Trouble

OK = b"HTTP/1.1 200 OK\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n\r\n"
MANY = b"".join(b"X-%d: y\r\n" % number for number in range(250))


@pytest.fixture
def visit(site, fetcher) -> Callable[..., Fetch]:
    """Visit a page that answers as told, within 0.7 s and 1 MB, and see that it ends on time."""

    def go(told: bytes | Action, **policy: Any) -> Fetch:
        home = site({"/": told})
        began = time.monotonic()
        one = fetcher(**{"deadline": 0.7, "max_bytes": 1_000_000, **policy})
        got = one.fetch(home.url())
        assert time.monotonic() - began < policy.get("deadline", 0.7) + 2
        return got

    return go


@pytest.mark.parametrize(
    ("told", "phase"),
    [
        (hanging(), "headers"),
        (hanging(b"HTTP/1.1 20"), "headers"),
        (hanging(OK + b"X: y\r\n"), "headers"),
        (dripping(OK + b"X: "), "headers"),
        (dripping(OK, b"X: y\r\n"), "headers"),
        (dripping(b"", b"HTTP/1.1 100 Continue\r\n\r\n"), "headers"),
        (hanging(answer(b"", length=100)), "body"),
        (dripping(answer(b"", length=100_000)), "body"),
        (dripping(CHUNKED, b"1\r\nx\r\n"), "body"),
        (dripping(CHUNKED + b"5;"), "body"),
        (dripping(b"HTTP/1.0 200 OK\r\n\r\n"), "body"),
        (hanging(CHUNKED + b"5\r\nabcde\r\n0\r\n"), "body"),
    ],
)
def test_what_never_ends_is_cut_off_on_time_and_names_the_phase(visit, told: Action, phase: str) -> None:
    got = visit(told)
    assert got.trouble is Trouble.DEADLINE
    assert got.detail.startswith(f"{phase}:")
    assert got.answered == (phase == "body")


def test_what_dripped_in_time_is_kept(visit) -> None:
    got = visit(dripping(answer(b"", length=100_000)))
    assert 0 < len(got.body) < 30 and set(got.body) == {ord("x")}
    assert got.completeness is Completeness.SHORT and got.status == 200


@pytest.mark.parametrize(
    "told",
    [
        answer(b"only this", length=1000),
        answer(b"", length=1),
        CHUNKED + b"9\r\nonly this\r\n",
        CHUNKED + b"ff\r\nonly this",
        CHUNKED + b"9\r\nonly this",
        CHUNKED,
        CHUNKED + b"9\r\nonly this\r\n0\r\n",
    ],
)
def test_a_body_shorter_than_promised_is_short_and_kept(visit, told: bytes) -> None:
    got = visit(told)
    assert (got.trouble, got.status, got.completeness) == (None, 200, Completeness.SHORT)
    assert got.body in (b"only this", b"")
    assert (b"only this" in told) == (got.body == b"only this")
    assert got.detail.startswith("body:")


def test_bytes_beyond_the_promised_length_do_not_count(visit) -> None:
    got = visit(answer(b"12345 and more", length=5))
    assert (got.trouble, got.body, got.completeness) == (None, b"12345", Completeness.WHOLE)


def test_a_reset_within_the_body_keeps_what_came(visit) -> None:
    got = visit(resetting(answer(b"begun", length=100)))
    assert (got.trouble, got.body, got.completeness) == (Trouble.RESET, b"begun", Completeness.SHORT)
    assert got.detail.startswith("body:") and got.status == 200


@pytest.mark.parametrize("told", [resetting(), b"", resetting(OK)])
def test_a_connection_lost_before_the_answer_is_a_reset(visit, told: bytes | Action) -> None:
    got = visit(told)
    assert (got.trouble, got.hops) == (Trouble.RESET, ())
    assert got.detail.startswith("headers:")


@pytest.mark.parametrize(
    "told",
    [
        b"SSH-2.0-OpenSSH_9.9\r\n\r\n",
        b"\x16\x03\x01\x00\x05hello\r\n\r\n",
        b"<html>no head at all</html>\n\n",
        b"\x00" * 5000,
        random.Random(7).randbytes(20_000),
        b"HTTP/1.1 abc OK\r\n\r\n",
        b"HTTP/1.1 2000 OK\r\n\r\n",
        b"HTTP/9.9.9 200 OK\r\n\r\n",
        OK + b"no colon here\r\n\r\n",
        OK + b": nameless\r\n\r\n",
        OK + b" folded first\r\n\r\n",
        OK + b"Bad Name: x\r\n\r\n",
        OK + b"Content-Length: many\r\n\r\n",
        OK + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nabcde",
        OK + b"Content-Length: -1\r\n\r\n",
        OK + b"Transfer-Encoding: chunked, chunked\r\n\r\n",
        OK + b"Transfer-Encoding: rot13\r\n\r\n",
        OK + b"X: \x00\r\n\r\n",
        OK + b"X: y",
    ],
)
def test_garbage_is_a_protocol_trouble(visit, told: bytes) -> None:
    got = visit(told)
    assert (got.trouble, got.hops) == (Trouble.PROTOCOL, ())
    assert got.detail


@pytest.mark.parametrize("chunk", [b"xyz\r\n", b"-5\r\nabcde\r\n", b"5\r\nabcdeX", b"f" * 30 + b"\r\n"])
def test_a_broken_chunk_is_a_protocol_trouble_in_the_body(visit, chunk: bytes) -> None:
    got = visit(CHUNKED + b"4\r\ngood\r\n" + chunk + b"0\r\n\r\n")
    assert (got.trouble, got.status, got.completeness) == (Trouble.PROTOCOL, 200, Completeness.SHORT)
    assert got.body.startswith(b"good")


@pytest.mark.parametrize(
    "told",
    [
        flooding(OK, b"X-Flood: " + b"y" * 1000 + b"\r\n"),
        flooding(OK + b"X: ", b"y" * 65536),
        flooding(OK, b"X: y\r\n" * 1000),
        flooding(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 100),
        flooding(b"", b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" * 100),
        flooding(b"", b"y" * 65536),
        OK + b"X: " + b"y" * 66_000 + b"\r\n\r\n",
        OK + MANY + b"\r\n",
    ],
)
def test_a_flood_of_headers_is_refused_at_the_limit(visit, told: bytes | Action) -> None:
    got = visit(told, deadline=3.0)
    assert (got.trouble, got.hops) == (Trouble.PROTOCOL, ())
    assert got.detail in ("headers: more than 65536 bytes", "headers: 250 lines")


def test_a_flood_of_trailers_is_refused_with_the_body_kept(visit) -> None:
    got = visit(flooding(CHUNKED + b"4\r\nbody\r\n0\r\n", b"X: y\r\n" * 1000), deadline=3.0)
    assert (got.trouble, got.status, got.body) == (Trouble.PROTOCOL, 200, b"body")


def test_a_large_head_within_the_limits_is_taken(visit) -> None:
    got = visit(OK + b"X: " + b"y" * 60_000 + b"\r\nContent-Length: 2\r\n\r\nok")
    assert (got.trouble, got.body) == (None, b"ok")


def test_a_few_interim_answers_are_passed_over(visit) -> None:
    got = visit(b"HTTP/1.1 100 Continue\r\n\r\n" * 3 + b"HTTP/1.1 103 Hints\r\n\r\n" + answer(b"ok"))
    assert (got.trouble, got.status, got.body, len(got.hops)) == (None, 200, b"ok", 1)


@pytest.mark.parametrize(
    "told",
    [
        flooding(b"HTTP/1.0 200 OK\r\n\r\n", b"x" * 65536),
        flooding(CHUNKED, b"ffff\r\n" + b"x" * 65535 + b"\r\n"),
        answer(b"x" * 1_500_000),
    ],
)
def test_an_endless_body_is_cut_at_the_limit(visit, told: bytes | Action) -> None:
    got = visit(told, deadline=5.0)
    assert (got.trouble, got.completeness) == (Trouble.TOO_LARGE, Completeness.TOO_LARGE)
    assert got.body == b"x" * 1_000_000


def test_a_bomb_is_too_large_and_costs_no_memory(visit) -> None:
    bomb = gzip.compress(b"\0" * 100_000_000)
    tracemalloc.start()
    got = visit(answer(bomb, Content_Encoding="gzip"))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (got.trouble, got.completeness) == (None, Completeness.TOO_LARGE)
    assert got.body == bomb and len(got.content) == 1_000_000
    assert peak < 20_000_000


def test_gzip_without_its_end_is_cut_coding(visit) -> None:
    got = visit(answer(gzip.compress(b"text" * 1000)[:-8], Content_Encoding="gzip"))
    assert (got.trouble, got.completeness) == (None, Completeness.CUT_CODING)
    assert got.content == b"text" * 1000


def test_a_coding_that_was_not_asked_for_leaves_no_content(visit) -> None:
    got = visit(answer(b"\x0b\x02\x80brotli\x03", Content_Encoding="br"))
    assert (got.content, got.completeness) == (b"", Completeness.CUT_CODING)
    assert "br" in got.detail and got.body


def test_a_short_body_counts_as_short_before_its_coding(visit) -> None:
    whole = gzip.compress(b"text" * 1000)
    got = visit(answer(whole[:-8], length=len(whole), Content_Encoding="gzip"))
    assert got.completeness is Completeness.SHORT and b"text" in got.content


@pytest.mark.parametrize(
    "to",
    [
        "file:///etc/passwd",
        "FILE:///etc/passwd",
        "ftp://ftp.gov.cn/",
        "javascript:alert(1)",
        "data:text/html,x",
        "http://169.254.169.254/latest/",
        "http://[::ffff:169.254.169.254]/",
        "http://2852039166/",
        "http://0xa9.0xfe.0xa9.0xfe/",
        "http://0/",
        "//user:pass@www.gov.cn/",
        "http://[bad/",
        "https:",
        "http://www.gov.cn\\@x/",
    ],
)
def test_a_redirect_to_a_forbidden_place_is_blocked_with_its_hop_kept(visit, to: str) -> None:
    got = visit(redirect(to))
    assert got.trouble is Trouble.POLICY and got.detail
    assert [hop.status for hop in got.hops] == [302] and got.hops[0].location


@pytest.mark.parametrize(
    "cookie", ["=", ";;;", "a=b; expires=never; Domain=..; Path", "\x01=\x02", "a" * 5000]
)
def test_odd_cookies_break_nothing(site, fetcher, cookie: str) -> None:
    home = site({"/": redirect("/b", Set_Cookie=cookie), "/b": answer(b"ok")})
    got = fetcher().fetch(home.url())
    assert got.body == b"ok" or got.trouble is Trouble.PROTOCOL


def test_nobody_there_is_refused(fetcher) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    got = fetcher().fetch(f"http://127.0.0.1:{port}/")
    assert (got.trouble, got.detail, got.hops) == (Trouble.REFUSED, "connect: Connection refused", ())


def test_a_full_queue_is_timed_out_in_the_connection(fetcher) -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full:
        address = full.getsockname()
        waiting = [socket.socket() for _ in range(4)]
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(address)
        time.sleep(0.05)
        got = fetcher(connect=0.4).fetch(f"http://127.0.0.1:{address[1]}/")
        late = fetcher(deadline=0.3).fetch(f"http://127.0.0.1:{address[1]}/")
        for one in waiting:
            one.close()
    assert (got.trouble, got.detail[:8]) == (Trouble.TIMED_OUT, "connect:")
    assert (late.trouble, late.detail[:8]) == (Trouble.DEADLINE, "connect:")


def test_an_answer_sent_before_the_question_is_taken(site, fetcher) -> None:
    home = site({"/": answer(b"early")})
    assert fetcher(contact="x" * 20_000).fetch(home.url()).body == b"early"


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=200), st.sampled_from([b"", OK, CHUNKED, OK + b"Content-Length: 9\r\n\r\n"]))
def test_no_bytes_on_the_wire_raise(site, fetcher, noise: bytes, head: bytes) -> None:
    home = site({"/": head + noise})
    got = fetcher(deadline=5.0, robots=False).fetch(home.url())
    assert got.trouble in (None, Trouble.PROTOCOL, Trouble.RESET)


@given(st.text())
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_address_raises(fetcher, url: str) -> None:
    one = fetcher(allow_private=False, ports=frozenset(), robots=False)
    assert one.fetch(url).trouble is Trouble.POLICY
    assert one.fetch(f"http://{url}").trouble is Trouble.POLICY

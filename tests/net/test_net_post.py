"""Forms and further headers: sent once, to the address that was meant, under a visit's bounds."""

from collections.abc import Callable

import pytest
from serving import answer, dripping, hanging, redirect, serving

from scraper.model import Trouble

FORM = {"url": "http://www.gov.cn/页?a=1&b=2"}
SECRET = ("Authorization", "LOW key:secret")


def echo(sock, head: bytes) -> None:
    """Answer with the body that was sent."""
    _, _, body = head.partition(b"\r\n\r\n")
    while not body.endswith(b"b%3D2"):
        body += sock.recv(65536)
    sock.sendall(answer(body))


def test_a_form_is_posted_with_its_length_and_type(site, fetcher) -> None:
    home = site({"/save": echo})
    got = fetcher().post(home.url("/save"), FORM, headers=(SECRET,))
    (asked,) = home.pages
    assert asked.head.startswith(b"POST /save HTTP/1.1\r\n")
    assert asked.header("Content-Type") == "application/x-www-form-urlencoded"
    sent = b"url=http%3A%2F%2Fwww.gov.cn%2F%E9%A1%B5%3Fa%3D1%26b%3D2"
    assert asked.header("Content-Length") == str(len(sent))
    assert got.body == sent
    assert asked.header("Authorization") == SECRET[1]


def test_a_fetch_carries_its_headers_and_no_body(site, fetcher) -> None:
    home = site({"/": answer(b"ok")})
    fetcher().fetch(home.url(), headers=(("Accept-Datetime", "Thu, 12 Mar 2020 12:00:00 GMT"),))
    (asked,) = home.pages
    assert asked.head.startswith(b"GET / ") and asked.header("Content-Length") is None
    assert asked.header("Accept-Datetime") == "Thu, 12 Mar 2020 12:00:00 GMT"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_followed_without_form_and_secret(site, fetcher, status: int) -> None:
    other = site({"/there": answer(b"done")})
    home = site({"/save": redirect(other.url("/there"), status)})
    assert fetcher().post(home.url("/save"), FORM, headers=(SECRET,)).body == b"done"
    (asked,) = other.pages
    assert asked.head.startswith(b"GET ") and asked.header("Authorization") is None
    assert asked.header("Content-Type") is None


def test_a_redirect_back_to_the_forms_own_address_posts_nothing_again(site, fetcher) -> None:
    home = site({"/save": redirect("/save", Set_Cookie="a=1")})
    got = fetcher().post(home.url("/save"), FORM)
    assert got.trouble is Trouble.REDIRECTS
    assert [asked.head[:4] for asked in home.pages].count(b"POST") == 1


def test_robots_is_asked_first_and_gets_neither_form_nor_secret(site, fetcher) -> None:
    home = site({"/save": answer(b"ok")})
    fetcher().post(home.url("/save"), FORM, headers=(SECRET,))
    robots, _ = home.asked
    assert robots.target == "/robots.txt" and robots.head.startswith(b"GET ")
    assert robots.header("Authorization") is None


@pytest.mark.parametrize("told", [hanging(), dripping(answer(b"", length=99999))])
def test_a_form_keeps_the_deadline(told: Callable[..., None], fetcher) -> None:
    with serving({"/save": told}) as home:
        assert fetcher(deadline=0.5).post(home.url("/save"), FORM).trouble is Trouble.DEADLINE


def test_a_form_is_never_sent_where_no_page_would_be_asked(fetcher) -> None:
    refused = fetcher(allow_private=False).post("http://127.0.0.1/save", FORM)
    assert refused.trouble is Trouble.POLICY and refused.hops == ()


def test_the_limits_of_a_visit_hold_for_a_forms_answer(site, fetcher) -> None:
    home = site({"/save": answer(b"x" * 5000)})
    assert fetcher(max_bytes=1024).post(home.url("/save"), FORM).trouble is Trouble.TOO_LARGE

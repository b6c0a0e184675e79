"""robots.txt: what the standard says, and what sites put in its place."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.robots import MAX_AGE, MAX_PACE, RememberedHere, RobotsAnswer, objection, pace

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
PAGE = "https://www.most.gov.cn/tztg/a.html"


def answer(text: str, status: int | None = 200) -> RobotsAnswer:
    return RobotsAnswer(NOON, status, text)


def test_a_disallowed_path_is_not_fetched_and_another_is() -> None:
    rules = answer("User-agent: *\nDisallow: /tztg/\n")
    assert objection(rules, PAGE) == "robots.txt disallows this address"
    assert objection(rules, "https://www.most.gov.cn/xxgk/") is None


def test_the_rules_for_our_own_name_go_before_those_for_all() -> None:
    assert objection(answer("User-agent: *\nDisallow: /\n\nUser-agent: zonewatch\nAllow: /\n"), PAGE) is None
    assert objection(answer("User-agent: *\nAllow: /\n\nUser-agent: ZoneWatch\nDisallow: /\n"), PAGE)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 429, 451, 301])
def test_a_site_without_robots_allows(status: int) -> None:
    assert objection(answer("User-agent: *\nDisallow: /\n", status), PAGE) is None


@pytest.mark.parametrize("status", [500, 502, 503, 521])
def test_a_server_that_fails_forbids_for_now_and_says_so(status: int) -> None:
    assert objection(answer("", status), PAGE) == f"robots.txt answers {status}"


def test_no_status_forbids() -> None:
    assert objection(answer("", None), PAGE) == "robots.txt gave no answer"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "<!DOCTYPE html><html><head><title>404</title></head><body><a href='/'>首页</a></body></html>",
        "\ufeffUser-agent: *\nAllow: /\n",
        "\x00\x01\x02",
    ],
)
def test_html_or_nothing_in_its_place_allows(text: str) -> None:
    assert objection(answer(text), PAGE) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("User-agent: *\nCrawl-delay: 7\n", 7.0),
        ("User-agent: *\nRequest-rate: 1/10\n", 10.0),
        ("User-agent: *\nCrawl-delay: 3\nRequest-rate: 2/10\n", 5.0),
        ("User-agent: *\nCrawl-delay: 86400\n", MAX_PACE),
        ("User-agent: *\nCrawl-delay: -5\n", 0.0),
        ("User-agent: *\nCrawl-delay: soon\n", 0.0),
        ("User-agent: *\nCrawl-delay: nan\n", 0.0),
        ("User-agent: *\nCrawl-delay: inf\n", 0.0),
        ("User-agent: *\nRequest-rate: 0/10\n", 0.0),
        ("User-agent: other\nCrawl-delay: 9\n", 0.0),
        ("", 0.0),
    ],
)
def test_the_pace_is_what_the_site_asks_for_within_reason(text: str, expected: float) -> None:
    assert pace(answer(text)) == expected


def test_a_missing_robots_asks_for_no_pace() -> None:
    assert pace(answer("User-agent: *\nCrawl-delay: 9\n", 404)) == 0.0


def test_an_answer_holds_for_a_day() -> None:
    assert answer("").fresh(NOON + MAX_AGE - timedelta(seconds=1))
    assert not answer("").fresh(NOON + MAX_AGE)


def test_an_error_is_asked_again_within_hours() -> None:
    assert answer("", 503).fresh(NOON + timedelta(minutes=59))
    assert not answer("", 503).fresh(NOON + timedelta(hours=1))


def test_an_answer_from_the_future_does_not_hold() -> None:
    assert not answer("").fresh(NOON - timedelta(seconds=1))


def test_what_was_put_is_got_and_nothing_else() -> None:
    memory = RememberedHere()
    memory.put("https://a.cn", answer("a"))
    assert memory.get("https://a.cn") == answer("a")
    assert memory.get("http://a.cn") is None


@given(st.text())
def test_no_text_breaks_the_reading(text: str) -> None:
    objection(answer(text), PAGE)
    assert 0.0 <= pace(answer(text)) <= MAX_PACE


@given(st.sampled_from(["Crawl-delay: ", "Request-rate: ", "Disallow: ", "Visit-time: "]), st.text())
def test_no_value_breaks_the_reading(directive: str, value: str) -> None:
    told = answer(f"User-agent: *\n{directive}{value}\n")
    objection(told, PAGE)
    assert 0.0 <= pace(told) <= MAX_PACE

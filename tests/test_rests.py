"""How long a site wants to be left alone: by its own word, else ours; and who asks for no rest at all."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.rests import FIRST, MOST_ASKED, MOST_GUESSED, Rest, RestedHere, asked_rest

NOW = datetime(2026, 12, 1, 4, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def held(status: int, *headers: tuple[str, str], before: Rest | None = None) -> timedelta | None:
    rest = asked_rest(status, headers, NOW, before)
    return rest.until - NOW if rest else None


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(("said", "seconds"), [("120", 120), (" 7 ", 7), ("0", 0)])
def test_seconds_are_held_to_the_second(status: int, said: str, seconds: int) -> None:
    assert held(status, ("Retry-After", said)) == timedelta(seconds=seconds)


@pytest.mark.parametrize("name", ["Retry-After", "retry-after", "RETRY-AFTER"])
def test_a_header_has_no_case(name: str) -> None:
    assert held(429, (name, "60")) == MINUTE


def test_a_date_is_held_against_the_servers_own_clock() -> None:
    """Its clock may be a day off; what it means is the span between the two."""
    theirs = NOW - timedelta(days=1)
    headers = (("Date", _http(theirs)), ("Retry-After", _http(theirs + 5 * MINUTE)))
    assert held(503, *headers) == 5 * MINUTE


def test_a_date_without_a_clock_is_held_against_ours() -> None:
    assert held(503, ("Retry-After", _http(NOW + 5 * MINUTE))) == 5 * MINUTE


@pytest.mark.parametrize(
    "said",
    [
        "Tue, 01 Dec 2026 04:05:00 GMT",
        "Tuesday, 01-Dec-26 04:05:00 GMT",
        "Tue Dec  1 04:05:00 2026",
    ],
)
def test_all_three_forms_of_an_http_date_are_read(said: str) -> None:
    assert held(503, ("Retry-After", said)) == 5 * MINUTE


def test_a_date_that_is_past_asks_for_nothing_more() -> None:
    assert held(429, ("Retry-After", _http(NOW - MINUTE))) == timedelta(0)


@pytest.mark.parametrize("said", ["", "soon", "-5", "1.5", "１２０", "Tue, 99 Dec", "NaN"])
def test_what_is_neither_is_passed_over(said: str) -> None:
    assert held(429, ("Retry-After", said)) == FIRST
    assert held(503, ("Retry-After", said)) is None


@pytest.mark.parametrize("said", ["86401", "999999999999999999999999", "Fri, 01 Dec 2079 04:05:00 GMT"])
def test_nobody_is_left_alone_for_longer_than_a_day(said: str) -> None:
    assert held(429, ("Retry-After", said)) == MOST_ASKED


def test_429_without_a_time_doubles_from_strike_to_strike_up_to_a_bound() -> None:
    rests: list[Rest] = []
    for _ in range(8):
        rest = asked_rest(429, (), NOW, rests[-1] if rests else None)
        assert rest
        rests.append(rest)
    spans = [rest.until - NOW for rest in rests]
    assert spans[:4] == [FIRST, 2 * FIRST, 4 * FIRST, 8 * FIRST]
    assert set(spans[5:]) == {MOST_GUESSED}
    assert [rest.strikes for rest in rests] == list(range(1, 9))


def test_the_reason_can_be_read() -> None:
    rest = asked_rest(429, (), NOW, Rest(NOW, 1, ""))
    assert rest and rest.because == "429, the second running"
    rest = asked_rest(503, (("Retry-After", "120"),), NOW, None)
    assert rest and rest.because == "503, Retry-After 120 s"


@pytest.mark.parametrize("status", [200, 301, 304, 403, 404, 412, 500, 502, 521])
def test_no_other_answer_asks_for_a_rest(status: int) -> None:
    assert held(status, ("Retry-After", "60")) is None


@given(st.text(), st.text(), st.integers(0, 10**6))
def test_whatever_is_said_the_rest_is_bounded(said: str, date: str, strikes: int) -> None:
    span = held(429, ("Retry-After", said), ("Date", date), before=Rest(NOW, strikes, ""))
    assert span is not None and timedelta(0) <= span <= MOST_ASKED


def test_a_rest_is_remembered_until_the_origin_answers_again() -> None:
    memory, rest = RestedHere(), Rest(NOW, 1, "429")
    memory.put("https://a.cn", None)
    memory.put("https://a.cn", rest)
    assert (memory.get("https://a.cn"), memory.get("https://b.cn")) == (rest, None)
    memory.put("https://a.cn", None)
    assert memory.get("https://a.cn") is None


def _http(at: datetime) -> str:
    return format_datetime(at, usegmt=True)

"""A site that asks to be left alone is left alone, by every visit, until its time has come."""

import time
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from serving import answer, redirect

from scraper.hours import read_hours
from scraper.lanes import Lanes
from scraper.model import Trouble
from scraper.rests import FIRST, Rest, RestedHere

NOW = datetime(2026, 12, 1, 4, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
PAGE = b"<html><title>a page</title></html>"


class Hand:
    """A clock that the test sets."""

    def __init__(self) -> None:
        self.at = NOW

    def __call__(self) -> datetime:
        return self.at


def lane(home) -> str:
    return f"http://127.0.0.1:{home.port}"


def full(seconds: str, status: str = "429 Too Many Requests"):
    return answer(b"slower", status, Retry_After=seconds)


def test_after_429_nothing_more_is_asked_until_its_time(site, fetcher) -> None:
    home, hand = site({"/a": full("600"), "/b": answer(PAGE)}), Hand()
    made = fetcher(now=hand)
    assert made.fetch(home.url("/a")).status == 429
    asked = home.connections
    for _ in range(3):
        got = made.fetch(home.url("/b"))
        assert (got.trouble, got.answered) == (Trouble.RESTING, False)
        assert "Retry-After 600 s" in got.detail and "2026-12-01T04:10:00Z" in got.detail
        assert made.rest_of(got) == NOW + 10 * MINUTE
    assert home.connections == asked
    hand.at += 10 * MINUTE
    assert made.fetch(home.url("/b")).body == PAGE


def test_503_with_a_time_rests_and_without_one_does_not(site, fetcher) -> None:
    says = site({"/": full("600", "503 Busy")})
    made = fetcher()
    assert [made.fetch(says.url()).trouble for _ in range(2)] == [None, Trouble.RESTING]
    silent = site({"/": answer(b"", "503 Busy")})
    assert [made.fetch(silent.url()).status for _ in range(2)] == [503, 503]


def test_the_rest_lasts_over_a_restart(site, fetcher) -> None:
    home, memory = site({"/": full("600")}), RestedHere()
    fetcher(rests=memory).fetch(home.url())
    asked = home.connections
    assert fetcher(rests=memory).fetch(home.url()).trouble is Trouble.RESTING
    assert home.connections == asked


def test_refusals_running_are_counted_and_a_good_answer_ends_the_count(site, fetcher) -> None:
    answers = {"/": answer(b"", "429 No")}
    home, hand, memory = site(answers), Hand(), RestedHere()
    made = fetcher(now=hand, rests=memory)
    for strike in (1, 2, 3):
        made.fetch(home.url())
        rest = memory.get(lane(home))
        assert rest == Rest(hand.at + FIRST * 2 ** (strike - 1), strike, rest.because)
        hand.at = rest.until
    home.answers["/"] = answer(PAGE)
    assert made.fetch(home.url()).body == PAGE
    assert memory.get(lane(home)) is None


def test_a_short_rest_is_waited_for(site, fetcher) -> None:
    home = site({"/a": full("1"), "/b": answer(PAGE)})
    made = fetcher(now=lambda: datetime.now(UTC))
    made.fetch(home.url("/a"))
    assert made.fetch(home.url("/b")).body == PAGE
    times = [asked.at for asked in home.asked if asked.target in ("/a", "/b")]
    assert times[1] - times[0] >= 0.95


def test_a_robots_txt_that_asks_for_a_rest_is_heard(site, fetcher) -> None:
    home = site({"/robots.txt": full("600"), "/": answer(PAGE)})
    assert fetcher().fetch(home.url()).trouble is Trouble.RESTING
    assert [asked.target for asked in home.asked] == ["/robots.txt"]


def test_a_robots_txt_that_asks_for_a_rest_takes_no_wish_back(site, fetcher) -> None:
    wishes = answer(b"User-agent: *\nCrawl-delay: 7\nDisallow: /no\n", Content_Type="text/plain")
    home, hand = site({"/robots.txt": wishes, "/no": answer(PAGE)}), Hand()
    made = fetcher(now=hand)
    assert made.fetch(home.url("/no")).trouble is Trouble.ROBOTS
    home.answers["/robots.txt"] = full("600")
    hand.at += timedelta(hours=25)
    assert made.fetch(home.url("/no")).trouble in (Trouble.RESTING, Trouble.ROBOTS)
    hand.at += 11 * MINUTE
    assert made.fetch(home.url("/no")).trouble is Trouble.ROBOTS


def test_a_redirect_to_a_site_that_rests_is_not_followed(site, fetcher) -> None:
    there = site({"/": full("600")})
    here = site({"/": redirect(there.url())})
    made = fetcher()
    made.fetch(there.url())
    asked = there.connections
    got = made.fetch(here.url())
    assert got.trouble is Trouble.RESTING and there.connections == asked
    assert made.rest_of(got) == NOW + 10 * MINUTE


def test_one_sites_rest_is_not_anothers(site, fetcher) -> None:
    tired, awake = site({"/": full("600")}), site({"/": answer(PAGE)})
    made = fetcher()
    made.fetch(tired.url())
    assert made.fetch(awake.url()).body == PAGE


def test_at_night_a_site_that_sleeps_is_not_asked(site, fetcher) -> None:
    home, hand = site({"/": answer(PAGE)}), Hand()
    made = fetcher(now=hand, quiet={"127.0.0.1": read_hours("23:00-06:00")})
    hand.at = datetime(2026, 12, 1, 16, tzinfo=UTC)  # midnight in Beijing
    got = made.fetch(home.url())
    assert (got.trouble, home.connections) == (Trouble.RESTING, 0)
    hand.at = made.rest_of(got)
    assert hand.at == datetime(2026, 12, 1, 22, tzinfo=UTC)
    assert made.fetch(home.url()).body == PAGE


@pytest.mark.parametrize(("idle", "waits"), [(0.0, True), (3600.0, False), (None, False)])
def test_a_new_process_keeps_the_pause_that_the_one_before_began(site, fetcher, idle, waits: bool) -> None:
    home = site({"/": answer(PAGE)})
    began = time.monotonic()
    fetcher(pause=0.5, lanes=Lanes(idle=idle), robots=False).fetch(home.url())
    assert (time.monotonic() - began >= 0.5) is waits


def test_lanes_that_are_handed_on_keep_the_pause_between_two_passes(site, fetcher) -> None:
    home, lanes = site({"/": answer(PAGE)}), Lanes()
    for _ in range(3):
        fetcher(pause=0.3, lanes=lanes, robots=False).fetch(home.url())
    times = [asked.at for asked in home.asked]
    assert min(later - earlier for earlier, later in pairwise(times)) >= 0.3

"""A good guest, as the whole program is one: a site that asks for a rest has it from cron and daemon."""

import signal
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.site import Pages, serve
from tests.test_daemon import Town, ended, running, until


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    pages = Pages()
    with serve(pages) as base:
        yield Town(base, pages, tmp_path)


def tire(town: Town, number: int, status: int = 429, *headers: tuple[str, str]) -> None:
    """Have a page answer that we ask too much."""
    url = town.urls[number]
    found = town.pages.answers[url]
    town.pages.put(url, found.body, status, *headers)


def lanes(town: Town) -> list[tuple[str, int]]:
    with sqlite3.connect(town.db) as connection:
        found = connection.execute("SELECT because, strikes FROM lane").fetchall()
    connection.close()
    return found


def test_after_429_no_other_page_of_the_site_is_asked_by_this_pass_or_the_next(town: Town) -> None:
    tire(town, 0, 429, ("Retry-After", "3600"))
    for _ in range(2):
        done = town.check()
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
        assert town.pages.asked == [town.urls[0]]
    assert lanes(town) == [("429, Retry-After 3600 s", 1)]
    assert town.visited() == ["d/fn01"], "what was not asked is no visit"


def test_all_asks_nevertheless_and_a_good_answer_ends_the_rest(town: Town) -> None:
    tire(town, 0, 429, ("Retry-After", "3600"))
    town.check()
    town.pages.put(town.urls[0], town.pages.answers[town.urls[0]].body)
    assert town.check("--all").returncode == 0
    assert set(town.pages.asked) == {*town.urls, town.list}
    assert lanes(town) == []


def test_a_rest_that_is_asked_for_anew_holds_for_all_too(town: Town) -> None:
    for number in range(3):
        tire(town, number, 429)
    town.check("--all")
    town.check("--all")
    assert town.pages.asked == town.urls[:2]
    assert lanes(town) == [("429, the second running", 2)]


def test_the_daemon_waits_for_the_end_of_a_rest_and_does_not_spin(town: Town) -> None:
    tire(town, 0, 503, ("Retry-After", "3600"))
    with running(town) as daemon:
        until(lambda: town.pages.asked == [town.urls[0]])
        time.sleep(3.5)
        code, _, said = ended(daemon, signal.SIGTERM)
    assert (code, len(said.splitlines())) == (0, 1), said
    assert "3 put off until their site may be asked" in said
    assert town.pages.asked == [town.urls[0]]


def test_a_short_rest_ends_within_the_pass(town: Town) -> None:
    tire(town, 0, 429, ("Retry-After", "2"))
    assert town.check().returncode == 0
    assert town.pages.asked == [*town.urls, town.list]

"""A fortnight of the daemon under a clock of its own: a twenty-fifth of `make torture`."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from benchmarks.daemon_year import SLACK, Life, Year, complaints, lived, peaceful, rows
from benchmarks.simulated import Span
from monitor.messages import MessageState
from zonewatch.unattended import FEELERS, OUTAGE_PAUSE

BEGINS = datetime(2020, 12, 15, tzinfo=UTC)
"""Nine days before two new zones are announced."""
DAYS = 14
pytestmark = pytest.mark.timeout(600)  # a quarter of a minute where nothing else runs


@pytest.fixture(scope="module")
def peace() -> Year:
    return peaceful(DAYS, BEGINS)


@pytest.fixture(scope="module")
def year() -> Year:
    return lived(DAYS, 7, BEGINS)


def test_a_disturbed_fortnight_brings_what_a_peaceful_one_does_and_every_look_in_its_time(
    year: Year, peace: Year
) -> None:
    assert list(complaints(year, peace)) == []


def test_while_our_line_is_down_few_are_tried_and_all_once_it_is_up(tmp_path: Path) -> None:
    lasts = timedelta(hours=5)
    year = Life(tmp_path, BEGINS, 1, {"ours": [Span(BEGINS, lasts)]}).live([])
    tries = lasts // OUTAGE_PAUSE
    assert len(year.sources) <= year.blind <= len(year.sources) + tries * FEELERS
    assert year.looks.keys() == year.sources.keys()
    assert max(year.latest.values()) <= SLACK and year.raised


def test_it_was_disturbed_and_had_something_to_find(year: Year, peace: Year) -> None:
    assert year.events["kill"] and year.events["sleep"]
    assert year.refused == year.events["second"] >= 4
    assert sum("new_zone" in key for key in peace.keys) >= 2
    assert sum(year.looks.values()) > 300 and len(year.looks) >= 20
    assert year.closest and year.requests > 400
    assert {one.route for one in year.messages} == {"hook", "digest"} and year.put_off and year.took


def test_what_it_came_to_is_told_in_rows(year: Year, peace: Year) -> None:
    told = dict(rows(year, peace))
    assert told["second daemons let in, sent away"] == f"0, {year.refused}"
    assert told["findings raised, kept, in peace"].count(str(len(peace.keys))) == 3


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"keys": set()}, "lost: "),
        ({"keys": {"new_zone|d|nowhere"}}, "invented: new_zone|d|nowhere"),
        ({"raised": ["a", "a"]}, "raised 2 times: a"),
        ({"raised": []}, "told and kept differ"),
        ({"latest": {"d/a": timedelta(hours=1)}}, "d/a was looked at 1:00:00 late"),
        ({"earliest": timedelta(minutes=1)}, "0:01:00 too early"),
        ({"closest": {"www.miit.gov.cn": 6.9}}, "www.miit.gov.cn was asked 6.90 s after"),
        ({"closest": {"a.cn": 1.9}}, "a.cn was asked 1.90 s after"),
        ({"intrusions": 1}, "1 requests of sites that had asked"),
        ({"took": Counter(["t"])}, "the webhook took 1 messages"),
        ({"messages": ()}, "the webhook took"),
        ({"findings": {99: BEGINS}}, "F99 was never told on route hook"),
        ({"said": ["zonewatch: this pass failed: x"]}, "the daemon said: zonewatch: this pass failed: x"),
        ({"let_in": 1}, "1 second daemons were let in"),
        ({"memory": [100, 110, 120, 140]}, "memory grew from 110 to 140 MB"),
    ],
)
def test_what_does_not_hold_is_named(year: Year, peace: Year, wrong: dict[str, object], said: str) -> None:
    assert any(said in line for line in complaints(replace(year, **wrong), peace))  # type: ignore[arg-type]


def test_messages_that_wait_for_ever_or_tell_a_finding_twice_are_named(year: Year, peace: Year) -> None:
    (first, *others) = (one for one in year.messages if one.route == "hook")
    waits = replace(first, state=MessageState.WAITING, sent=None)
    given_up = replace(first, state=MessageState.FAILED, sent=None)
    for messages, said in (
        ((waits, *others), f"{first.label} has waited since"),
        ((given_up, *others), "a message was given up"),
        ((first, first, *others), f"F{first.text.findings[0]} was told 2 times on route hook"),
    ):
        assert any(said in line for line in complaints(replace(year, messages=messages), peace))


def test_a_source_that_is_looked_at_too_often_or_too_rarely_is_named(year: Year, peace: Year) -> None:
    name = "ai-pilot-zones/most-qtwj"
    for looks in (0, 10_000):
        counted = year.looks.copy()
        counted[name] = looks
        assert any(name in line for line in complaints(replace(year, looks=counted), peace))

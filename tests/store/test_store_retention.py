"""What nothing rests on may go; what was seen, and the proof of it, stays."""

from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from samples import HOUR, NOW, SOURCE, draft, fetch, hop, link, record, standing
from sqlalchemy import func, select

from monitor.changes import digest as compared
from scraper.model import Notice
from scraper.readers import read_body
from storage import schema
from storage.errors import BodyGone
from storage.proof_schema import Gone
from storage.retention import Freed, Retention
from storage.store import Store
from storage.verifying import Checked, Kind
from tests.site import HEFEI, page

DAY = timedelta(days=1)
YEARS = NOW + 900 * DAY
LETTER = page(HEFEI)


def letter(day: int, *, source: str = SOURCE, word: str | None = None, noise: int = 4000, **more: Any) -> Any:
    """A visit on a day that saw the letter in words of that day, and took a snapshot of it.

    `noise` bytes of the page are like no other page's, so that it leans on none.
    """
    at = NOW + day * DAY
    body = LETTER.replace("合肥".encode(), (word or f"合肥{source}{day}").encode())
    body += b"<!--" + Random(word or day).randbytes(noise).hex().encode() + b"-->"
    got = fetch(at, body=body, content=body, hops=(hop(HEFEI.url, at=at),), requested=HEFEI.url)
    reading = read_body(body, "text/html", HEFEI.url)[1]
    assert isinstance(reading, Notice)
    made = record(at, source=source, got=got)
    seen = replace(made.seen, reading=reading)
    return replace(made, **{"seen": seen, "new_reading": reading, "digest": compared(reading), **more})


@pytest.fixture
def year(store: Store) -> Store:
    """A source that changed on each of six days, with nothing raised: V1 to V6."""
    for day in range(6):
        store.keep(letter(day, standing=None, drafts=()), now=NOW + day * DAY)
    return store


def prune(store: Store, rule: Retention) -> Freed:
    return store.prune(store.prunable(rule).bodies, YEARS)


def gone(store: Store) -> set[int]:
    """The visits whose bodies are gone."""
    found = set()
    for visit in store.visits_in_order():
        try:
            store.whole_fetch_of(visit.id)
        except BodyGone:
            found.add(visit.id)
    return found


def test_what_is_older_goes_and_the_newest_good_state_stays(year: Store) -> None:
    freed = prune(year, Retention(since=NOW + 3 * DAY))
    assert freed.bodies == 3 and freed.bytes > 0 and freed.size > freed.bytes
    assert gone(year) == {1, 2, 3}
    prune(year, Retention(since=YEARS))
    assert gone(year) == {1, 2, 3, 4, 5}


def test_so_many_of_the_newest_visits_stay(year: Store) -> None:
    prune(year, Retention(visits=2))
    assert gone(year) == {1, 2, 3, 4}


def test_what_one_of_two_rules_keeps_is_kept(year: Store) -> None:
    prune(year, Retention(since=NOW + 4 * DAY, visits=3))
    assert gone(year) == {1, 2, 3}
    prune(year, Retention(since=NOW + 2 * DAY, visits=1))
    assert gone(year) == {1, 2, 3}


def test_a_rule_is_wanted(year: Store) -> None:
    with pytest.raises(ValueError, match="by age or by count"):
        year.prunable(Retention())


def test_what_a_finding_or_a_claim_rests_on_stays(year: Store) -> None:
    raised = replace(draft(), visits=(3,))
    year.keep(letter(6, standing=None, drafts=(raised,)), now=NOW + 6 * DAY)
    year.keep(letter(7, standing=None, drafts=()), now=NOW + 7 * DAY)
    rule = Retention(since=YEARS, claimed=frozenset({2}))
    assert year.prunable(rule).needed == {"findings": 2, "claims": 1, "good states": 1}
    prune(year, rule)
    assert gone(year) == {1, 4, 5, 6}  # 3 and 7 show the finding, 2 the claim, 8 is the newest


def test_where_a_source_stands_stays(store: Store) -> None:
    """A standing may lean on a snapshot that is not the newest good visit's."""
    kept = store.keep(letter(0, standing=None, drafts=()), now=NOW)
    for day in (1, 2):
        store.keep(letter(day, standing=None, drafts=()), now=NOW + day * DAY)
    there = standing(snapshot=kept.snapshot, link=link())
    store.keep(letter(3, standing=there, new_reading=None, digest=None, drafts=()), now=NOW + 3 * DAY)
    prune(store, Retention(since=YEARS))
    assert gone(store) == {2, 3}


def test_a_body_that_a_younger_visit_saw_too_stays(store: Store) -> None:
    store.keep(letter(0, word="同", standing=None, drafts=()), now=NOW)
    store.keep(letter(1, standing=None, drafts=()), now=NOW + DAY)
    store.keep(letter(9, source=f"{SOURCE}x", word="同", standing=None, drafts=()), now=NOW + 9 * DAY)
    store.keep(letter(10, source=f"{SOURCE}x", standing=None, drafts=()), now=NOW + 10 * DAY)
    assert store.prunable(Retention(since=NOW + 5 * DAY)).bodies == ()
    prune(store, Retention(since=NOW + 9 * DAY + HOUR))
    assert gone(store) == {1, 3}


def test_the_forecast_is_what_is_freed_and_changes_nothing(year: Store) -> None:
    found = year.prunable(Retention(since=NOW + 3 * DAY))
    assert (found.first, found.last) == (NOW, NOW + 2 * DAY)
    forecast = year.forecast(found.bodies)
    assert gone(year) == set()
    assert year.prune(found.bodies, YEARS) == forecast


def test_visits_readings_and_the_proof_of_them_stay(year: Store) -> None:
    before = [year.visits(SOURCE), year.snapshots(SOURCE), list(year.links(SOURCE))]
    prune(year, Retention(visits=1))
    assert [year.visits(SOURCE), year.snapshots(SOURCE), list(year.links(SOURCE))] == before
    assert list(year.verify(Checked())) == []
    assert (year.pruned(), year.missing(), year.aside()) == (5, (), ())


def test_a_pruned_body_says_when_it_went(year: Store) -> None:
    visit = year.visit(1)
    assert visit and visit.body
    prune(year, Retention(visits=1))
    with pytest.raises(BodyGone, match=f"the body {visit.body} was pruned on {YEARS:%Y-%m-%d}"):
        year.body(visit.body)
    with pytest.raises(BodyGone, match="V1: its body was pruned on"):
        year.whole_fetch_of(1)
    assert (year.fetch_of(1).body, year.fetch_of(1).status) == (b"", 200)
    assert year.whole_fetch_of(6) == year.fetch_of(6)


def test_a_pruned_body_that_comes_again_is_here_again(year: Store) -> None:
    prune(year, Retention(visits=1))
    again = letter(0, standing=None, drafts=())
    year.keep(replace(again, new_reading=None, digest=None), now=YEARS)
    assert gone(year) == {2, 3, 4, 5}
    assert year.fetch_of(1).body == again.seen.fetch.body
    assert list(year.verify(Checked())) == []


def test_a_body_that_is_empty_without_a_mark_is_damage(year: Store) -> None:
    prune(year, Retention(visits=1))
    with year._write() as session:
        mark = session.scalars(select(Gone)).first()
        session.delete(mark)
    (found,) = year.verify(Checked())
    assert found.kind is Kind.BODY and "nothing says why" in found.what


def test_versions_that_stay_lean_on_the_oldest_of_them(store: Store) -> None:
    for day in range(6):
        store.keep(letter(day, noise=0, standing=None, drafts=()), now=NOW + day * DAY)
    bodies = [store.fetch_of(number).body for number in range(1, 7)]
    before = [store.snapshot(number) for number in range(1, 7)]
    forecast = store.forecast(store.prunable(Retention(since=NOW + 3 * DAY)).bodies)
    assert prune(store, Retention(since=NOW + 3 * DAY)) == forecast
    assert gone(store) == {1, 2, 3}
    with store._read() as session:
        assert session.scalars(select(schema.Body.base_id).order_by(schema.Body.id)).all() == [
            *(None, None, None, None, 4, 4)
        ]
    assert [store.fetch_of(number).body for number in range(4, 7)] == bodies[3:]
    assert [store.snapshot(number) for number in range(1, 7)] == before
    assert list(store.verify(Checked())) == []


def test_a_body_under_a_reading_that_is_damaged_stays(year: Store) -> None:
    with year._write() as session:
        row = session.get_one(schema.Snapshot, 1)
        assert row.leaning
        row.reading = b"?"
    assert prune(year, Retention(visits=1)).damaged == 1
    assert gone(year) == {2, 3, 4, 5}


def test_a_database_is_made_smaller(year: Store, kind: str) -> None:
    before = year.how_large()
    prune(year, Retention(visits=1))
    year.shrink()
    assert year.how_large() < before if kind == "sqlite" else year.how_large() > 0
    with year._read() as session:
        assert session.scalar(select(func.count()).select_from(schema.Visit)) == 6

"""What was kept, read again in its order; a later reading counts, and the first one stays."""

from dataclasses import replace
from datetime import timedelta

import pytest
from samples import HOUR, NOW, OLD_URL, SOURCE, fetch, full_record, look, not_modified, notice, record

from monitor.model import Seen
from monitor.searching import Wish
from scraper.model import Fetch, Listing, Outcome, OutcomeKind, Trouble
from storage import readings
from storage.store import Store, StoreError

LATER = NOW + timedelta(days=9)


def kept(store: Store, title: str = "广州") -> int:
    made = store.keep(record(new_reading=notice(title), digest=title), now=NOW).snapshot
    assert made
    return made.id


def test_a_later_reading_counts_and_the_first_one_stays(store: Store) -> None:
    number = kept(store)
    for title in ("武汉", "苏州"):
        store.put_reading(number, notice(title), f"d{title}", LATER)
    snapshot = store.snapshot(number)
    assert snapshot and (snapshot.reading, snapshot.digest) == (notice("苏州"), "d苏州")
    assert store.snapshots(SOURCE) == (snapshot,)
    assert store.former_readings(number) == (notice("广州"), notice("武汉"), notice("苏州"))


def test_a_standing_points_at_what_a_snapshot_is_read_as_today(store: Store) -> None:
    number = kept(store)
    store.put_reading(number, notice("武汉"), "d2", LATER)
    now = store.standing(SOURCE)
    assert now and now.snapshot == store.snapshot(number)
    assert store.standings()[SOURCE] == now


def test_a_later_reading_may_be_of_another_kind(store: Store) -> None:
    number = kept(store)
    listing = Listing(OLD_URL, "most", "rows", ())
    store.put_reading(number, listing, "d2", LATER)
    snapshot = store.snapshot(number)
    assert snapshot and snapshot.reading == listing


def test_what_is_read_since_is_found_and_what_was_read_before_is_not(store: Store) -> None:
    number = kept(store, "支持广州市建设试验区")
    store.put_reading(number, replace(notice("支持武汉市建设试验区"), text="正文"), "d2", LATER)
    assert [hit.snapshot for hit in store.search(Wish("武汉市")).hits] == [number]
    assert store.search(Wish("广州市")).hits == ()
    assert store.search(Wish("广州市")).at_most == 0


def test_a_reading_of_no_snapshot_is_refused(store: Store) -> None:
    with pytest.raises(StoreError, match="no snapshot 7"):
        store.put_reading(7, notice(), "d", LATER)
    assert store.former_readings(7) == ()


def test_everything_comes_in_the_order_of_its_keeping_however_much(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readings, "AT_ONCE", 3)
    made = [
        store.keep(record(NOW - turn * HOUR, new_reading=notice(str(turn)), digest=str(turn)), now=NOW)
        for turn in range(7)
    ]
    assert list(store.visits_in_order()) == [one.visit for one in made]
    assert list(store.snapshots_in_order()) == [one.snapshot for one in made]
    assert store.newest_visit() == made[-1].visit.id


def test_an_empty_store_has_nothing_in_order(store: Store) -> None:
    assert (store.newest_visit(), list(store.visits_in_order()), list(store.snapshots_in_order())) == (
        0,
        [],
        [],
    )


def look_at(store: Store, days: int, got: Fetch | None = None) -> int:
    at = NOW + timedelta(days=days)
    seen = Seen(look(), got or fetch(at), Outcome(OutcomeKind.GOOD, "gate"))
    return store.keep(replace(full_record(), seen=seen, drafts=()), now=NOW).visit.id


def test_the_visit_nearest_to_an_hour_is_the_last_before_it_else_the_first_after(store: Store) -> None:
    days = (3, 1, 8)
    numbers = {day: look_at(store, day) for day in days}
    asked = {0: 1, 1: 1, 2: 1, 3: 3, 7: 3, 9: 8}
    found = {day: store.visit_near(OLD_URL, NOW + timedelta(days=day)) for day in asked}
    assert found == {day: numbers[nearest] for day, nearest in asked.items()}
    assert store.visit_near("http://nobody.example/", NOW) is None


def test_of_visits_that_brought_no_body_one_that_did_is_chosen_where_it_is_wanted(store: Store) -> None:
    whole = look_at(store, 1)
    unchanged = look_at(store, 2, not_modified(NOW + timedelta(days=2)))
    at = NOW + timedelta(days=3)
    silent = look_at(store, 3, Fetch(OLD_URL, at, 1.0, trouble=Trouble.TIMED_OUT))
    assert store.visit_near(OLD_URL, at) == silent
    assert store.visit_near(OLD_URL, at, answered=True) == whole
    assert store.visit_near(OLD_URL, at - HOUR) == unchanged

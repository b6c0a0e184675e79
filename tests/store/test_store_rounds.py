"""What workers share in the store: leases over hosts, rounds, signs of life; lanes on PostgreSQL alone."""

import threading
import time
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
from samples import NOW, SOURCE, record

from scheduler.work.lanes import SharedLanes
from scraper.model import Fetch, Trouble
from scraper.troubles import Broken
from storage.crew import TOGETHER, CrewMember
from storage.rounds import AskedHost, HeldAt, Shared, TurnReport
from storage.store import LeaseLost, Store, StoreError, Tenure

MINUTE = timedelta(minutes=1)
ME, YOU = "me:1:0-a", "you:2:0-b"
SILENCE = Fetch("http://a.cn/1", NOW, 2.5, trouble=Trouble.TIMED_OUT, detail="connect: 10 s are over")


def together(store: Store) -> Tenure:
    tenure = store.take_lease(TOGETHER, NOW, 300)
    assert tenure
    return tenure


def opened(store: Store, tenure: Tenure, **turns: list[str]) -> Shared:
    shared = store.begin_round(
        NOW, dossiers=["d"], lists=["d/list"], turns=turns, report=TurnReport({}, ()), lease=tenure
    )
    assert shared
    return shared


def test_workers_hold_the_lease_together_and_keep_everybody_else_out(store: Store) -> None:
    first = together(store)
    assert together(store).token == first.token, "all of them hold one"
    assert store.take_lease(ME, NOW, 60) is None
    assert store.lease_holder(NOW) == TOGETHER


def test_workers_are_kept_out_by_a_pass(store: Store) -> None:
    assert store.take_lease(ME, NOW, 60)
    assert store.take_lease(TOGETHER, NOW, 60) is None


def test_each_host_has_a_lease_of_its_own(store: Store) -> None:
    under = together(store)
    mine = store.take_lease(ME, NOW, 60, name="host a.cn", under=under)
    assert mine and store.take_lease(YOU, NOW, 60, name="host a.cn", under=under) is None
    assert store.take_lease(YOU, NOW, 60, name="host b.cn", under=under)
    assert store.hosts_at_work(NOW) == {"a.cn": ME, "b.cn": YOU}
    assert store.hosts_at_work(NOW + 2 * MINUTE) == {}
    later = store.take_lease(YOU, NOW + 2 * MINUTE, 60, name="host a.cn", under=under)
    assert later and later.token == mine.token + 1


def test_a_zombie_keeps_nothing_whichever_lease_it_lost(store: Store) -> None:
    under = together(store)
    mine = store.take_lease(ME, NOW, 60, name="host a.cn", under=under)
    assert mine
    store.keep(record(NOW), now=NOW, lease=mine)
    assert store.take_lease(YOU, NOW + 2 * MINUTE, 60, name="host a.cn", under=under)
    with pytest.raises(LeaseLost):
        store.keep(record(NOW + 3 * MINUTE), now=NOW, lease=mine)
    other = store.take_lease(ME, NOW, 600, name="host b.cn", under=under)
    assert other and store.take_lease(YOU, NOW + 10 * MINUTE, 60), "the whole crew was away"
    with pytest.raises(LeaseLost):
        store.keep(record(NOW + 3 * MINUTE), now=NOW, lease=other)
    assert len(store.visits(SOURCE)) == 1


def test_a_round_is_opened_once_and_ends(store: Store) -> None:
    under = together(store)
    shared = opened(store, under, **{"a.cn": ["d/1"], "b.cn": ["d/2", "d/3"]})
    assert store.open_round() == shared == store.last_round()
    again = store.begin_round(NOW, dossiers=(), lists=(), turns={}, report=TurnReport(), lease=under)
    assert again is None
    report = TurnReport(put_off={"d/1": NOW + MINUTE}, faults=("d/2: oh",))
    store.end_round(shared, NOW + MINUTE, report, under)
    assert store.open_round() is None
    last = store.last_round()
    assert last and (last.put_off, last.faults) == ({"d/1": NOW + MINUTE}, ("d/2: oh",))
    assert opened(store, under).id > shared.id


def test_a_turn_is_over_when_it_is_done_and_the_last_one_says_so(store: Store) -> None:
    under = together(store)
    shared = opened(store, under, **{"a.cn": ["d/1"], "b.cn": ["d/2"]})
    first = store.take_turn(shared.id, "a.cn", under)
    assert first and (first.sources, first.attempts) == (("d/1",), 0)
    assert not store.end_turn(shared.id, "a.cn", TurnReport(), under, done=False)
    again = store.take_turn(shared.id, "a.cn", under)
    assert again and again.attempts == 1
    assert not store.end_turn(shared.id, "a.cn", TurnReport(), under, done=True)
    assert store.take_turn(shared.id, "a.cn", under) is None
    assert [turn.host for turn in store.turns_left(shared.id)] == ["b.cn"]
    assert store.end_turn(shared.id, "b.cn", TurnReport(), under, done=True)
    assert store.take_turn(shared.id, "nowhere.cn", under) is None


def test_what_a_turn_saw_waits_for_the_end_as_it_was(store: Store) -> None:
    under = together(store)
    shared = opened(store, under, **{"a.cn": ["d/1"]})
    held = (HeldAt("d/1", "silent", SILENCE), HeldAt("d/2", "lost"))
    asked = (AskedHost("a.cn", None, "a.cn"), AskedHost("b.cn", "http://b.cn/", None))
    store.end_turn(shared.id, "a.cn", TurnReport(asked, held, {"d/9": NOW}), under, done=False)
    assert store.held_in(shared.id) == held
    assert store.asked_in(shared.id) == asked
    later = TurnReport((AskedHost("a.cn", "http://a.cn/", None), AskedHost("b.cn", None, None)))
    store.end_turn(shared.id, "a.cn", later, under, done=True)
    assert store.asked_in(shared.id) == (AskedHost("a.cn", "http://a.cn/", "a.cn"), asked[1])


def test_what_was_visited_in_a_round_is_told_by_numbers_not_by_clocks(store: Store) -> None:
    store.keep(record(NOW), now=NOW)
    shared = opened(store, together(store))
    assert store.seen_in_round(shared, [SOURCE, "d/2"]) == {}
    assert store.outcomes_since(shared.before) == {}
    store.keep(record(NOW - timedelta(days=1)), now=NOW)
    assert list(store.seen_in_round(shared, [SOURCE, "d/2"])) == [SOURCE]
    assert sum(store.outcomes_since(shared.before).values()) == 1


def test_the_crew_is_who_gave_a_sign_of_life(store: Store, kind: str) -> None:
    if kind == "sqlite":
        assert not store.is_shared
        return
    under = together(store)
    one = CrewMember("one", "here", "1.0", NOW, NOW, busy=2)
    other = replace(one, name="two", machine="there", began=NOW + MINUTE)
    mine = store.take_lease("one", NOW, 60, name="host a.cn", under=under)
    assert mine
    for member in (other, one):
        store.beat(member, (under, mine), NOW + 5 * MINUTE)
    store.beat(replace(one, seen=NOW + MINUTE, began=NOW + MINUTE, busy=0), (), NOW)
    assert store.crew() == (replace(one, seen=NOW + MINUTE, busy=0), other)
    assert store.hosts_at_work(NOW + 4 * MINUTE) == {"a.cn": "one"}, "its leases are held on"
    store.sign_off("one", NOW + MINUTE, 10 * MINUTE)
    assert store.lease_holder(NOW) == TOGETHER
    store.sign_off("two", NOW + MINUTE, 10 * MINUTE)
    assert (store.crew(), store.lease_holder(NOW)) == ((), None), "the last one lets the others in"


def test_a_sign_of_life_does_not_hold_on_to_what_was_lost(store: Store, kind: str) -> None:
    if kind == "sqlite":
        return
    under = together(store)
    mine = store.take_lease(ME, NOW, 60, name="host a.cn", under=under)
    yours = store.take_lease(YOU, NOW + 2 * MINUTE, 60, name="host a.cn", under=under)
    assert mine and yours
    store.beat(CrewMember("me", "here", "1.0", NOW, NOW), (mine,), NOW + 60 * MINUTE)
    assert store.hosts_at_work(NOW + 4 * MINUTE) == {}


def test_a_schema_that_moved_on_is_noticed(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    store.refuse_moved_schema()
    monkeypatch.setattr("storage.crew.NEWEST", "0001")
    with pytest.raises(StoreError, match="was upgraded meanwhile"):
        store.refuse_moved_schema()


def test_a_server_gets_its_pause_between_two_workers(store: Store, kind: str) -> None:
    if kind == "sqlite":
        return
    pause, times = 0.15, list[tuple[float, float]]()

    def work(lanes: SharedLanes) -> None:
        for _ in range(4):
            with lanes.turn("a.cn", pause, lambda: False):
                began = time.monotonic()
                time.sleep(0.01)
                times.append((began, time.monotonic()))

    workers = [threading.Thread(target=work, args=(SharedLanes(store, name, 60),)) for name in (ME, YOU)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    times.sort()
    assert len(times) == 8
    assert all(after[0] - before[1] >= pause for before, after in pairwise(times))


def test_a_lane_is_taken_over_when_its_holders_time_is_over(store: Store, kind: str) -> None:
    if kind == "sqlite":
        return
    assert store.lane_take("a.cn", "elsewhere:1:0-a", 0.1, 0.2) == 0
    assert 0 < store.lane_take("a.cn", YOU, 0.1, 60) <= 0.2
    time.sleep(0.31)
    assert store.lane_take("a.cn", YOU, 0.1, 60) == 0
    store.lane_leave("a.cn", "elsewhere:1:0-a", heard=True)
    assert store.lane_take("a.cn", ME, 0.0, 60) > 0, "one who lost it does not give it up"


def test_a_request_that_never_went_out_asks_for_no_pause(store: Store, kind: str) -> None:
    if kind == "sqlite":
        return
    with pytest.raises(Broken), SharedLanes(store, ME, 60).turn("a.cn", 60, lambda: False):
        raise Broken(Trouble.NO_SUCH_NAME, "name")
    assert store.lane_take("a.cn", YOU, 60, 60) == 0


def test_a_halt_is_heard_while_waiting_for_another_workers_pause(store: Store, kind: str) -> None:
    if kind == "sqlite":
        return
    assert store.lane_take("a.cn", YOU, 0, 60) == 0
    began = time.monotonic()
    halted = iter([False, False, False, True, True])
    with pytest.raises(Broken), SharedLanes(store, ME, 60).turn("a.cn", 1, lambda: next(halted)):
        raise AssertionError("the lane is another's")
    assert time.monotonic() - began < 5

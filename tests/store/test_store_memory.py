"""Small things are remembered exactly, and the newest counts."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from samples import HOUR, NOW, probe, record

from scraper.rests import Rest
from storage.memory import Pass
from storage.store import Store, StoreError

ORIGIN = "https://www.most.gov.cn"


def test_robots_are_remembered_with_time_and_status(store: Store) -> None:
    assert store.robots_get(ORIGIN) is None
    store.robots_put(ORIGIN, NOW, 200, "User-agent: *\nDisallow: /")
    assert store.robots_get(ORIGIN) == (NOW, 200, "User-agent: *\nDisallow: /")
    store.robots_put(ORIGIN, NOW + HOUR, None, "")
    assert store.robots_get(ORIGIN) == (NOW + HOUR, None, "")
    assert store.robots_get("http://www.most.gov.cn") is None


def test_robots_may_be_put_from_many_threads(store: Store) -> None:
    def put(number: int) -> None:
        store.robots_put(f"https://{number % 7}.example", NOW, 200, str(number))
        assert store.robots_get(f"https://{number % 7}.example") is not None

    with ThreadPoolExecutor(10) as threads:
        list(threads.map(put, range(70)))
    assert all(store.robots_get(f"https://{number}.example") for number in range(7))


def test_threads_and_keeping_do_not_stand_in_each_others_way(store: Store) -> None:
    with ThreadPoolExecutor(4) as threads:
        puts = [threads.submit(store.robots_put, f"http://{n}", NOW, 200, "") for n in range(40)]
        for hours in range(10):
            store.keep(record(NOW + hours * HOUR), now=NOW)
        assert [put.result(timeout=60) for put in puts] == [None] * 40


def test_a_lane_is_left_alone_until_its_time(store: Store) -> None:
    assert store.lane_get(ORIGIN) is None
    store.lane_put(ORIGIN, Rest(NOW, 1, "429"))
    longer = Rest(NOW + HOUR, 2, "429, Retry-After 3600 s")
    store.lane_put(ORIGIN, longer)
    assert store.lane_get(ORIGIN) == longer


def test_a_lane_is_forgotten(store: Store) -> None:
    store.lane_put(ORIGIN, Rest(NOW, 1, "429"))
    store.lane_put(ORIGIN, None)
    store.lane_put("https://never.example", None)
    assert store.lane_get(ORIGIN) is None


def test_all_that_rest_or_rested_last_are_listed(store: Store) -> None:
    rests = {f"https://{n}.example": Rest(NOW + n * HOUR, n, f"{n}") for n in (3, 0, 1, 2)}
    for origin, rest in rests.items():
        store.lane_put(origin, rest)
    assert list(store.rests().items()) == sorted(rests.items())
    store.lane_put("https://1.example", None)
    assert "https://1.example" not in store.rests()


def test_the_newest_probe_of_a_directory_counts(store: Store) -> None:
    store.keep(record(probe=probe()), now=NOW)
    store.keep(record(probe=probe(status=200, text="首页", at=NOW + HOUR)), now=NOW)
    store.keep(record(), now=NOW)
    assert store.probe(probe().directory) == probe(status=200, text="首页", at=NOW + HOUR)
    assert store.probe("https://other.example/") is None


def test_a_directory_of_any_length_is_remembered(store: Store) -> None:
    far = probe(directory="https://a.example/" + "深/" * 4000)
    store.keep(record(probe=far), now=NOW)
    assert store.probe(far.directory) == far


def test_a_pass_is_put_down_when_it_begins_and_when_it_ends(store: Store) -> None:
    number = store.begin_pass(NOW)
    assert store.passes() == (Pass(number, NOW, None, 0, False, {}),)
    ended = {"finished": NOW + HOUR, "checked": 17, "own_outage": True, "outcomes": {"good": 9, "gone": 8}}
    store.end_pass(number, **ended)  # type: ignore[arg-type]
    assert store.passes() == (Pass(number, NOW, NOW + HOUR, 17, True, {"good": 9, "gone": 8}),)


def test_passes_come_newest_first_and_as_many_as_asked(store: Store) -> None:
    numbers = [store.begin_pass(NOW + hours * HOUR) for hours in range(3)]
    assert [one.id for one in store.passes()] == numbers[::-1]
    assert [one.id for one in store.passes(2)] == numbers[:0:-1]


def test_a_pass_that_never_began_cannot_end(store: Store) -> None:
    with pytest.raises(StoreError, match="no pass 9"):
        store.end_pass(9, finished=NOW, checked=0, own_outage=False, outcomes={})


def test_settings_are_remembered_under_their_names(store: Store) -> None:
    assert store.meta_get("token") is None
    store.meta_put("token", "a")
    store.meta_put("token", "b")
    store.meta_put("other", "")
    assert (store.meta_get("token"), store.meta_get("other")) == ("b", "")


def test_the_last_report_is_remembered_to_the_microsecond(store: Store) -> None:
    assert store.last_report() is None
    for at in (NOW, NOW + timedelta(microseconds=1)):
        store.report_sent(at)
        assert store.last_report() == at

"""Lanes: one at a time, never faster than the pause, and no wait outlives a stop."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.lanes import Lanes
from scraper.model import Trouble
from scraper.troubles import STOPPED, Broken
from scraper.watch import Watch


def never() -> bool:
    return False


class Hands:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.at = 100.0

    def clock(self) -> float:
        return self.at

    def sleep(self, seconds: float) -> None:
        assert seconds > 0
        self.at += seconds


@given(st.lists(st.tuples(st.sampled_from("ab"), st.floats(0, 30), st.floats(0, 9)), max_size=12))
def test_two_requests_of_a_lane_are_a_pause_apart(asked: list[tuple[str, float, float]]) -> None:
    hands = Hands()
    lanes = Lanes(hands.clock, hands.sleep)
    ended: dict[str, float] = {}
    for name, pause, takes in asked:
        with lanes.turn(name, pause, never):
            assert hands.at - ended.get(name, -1e9) >= pause - 1e-6
            hands.at += takes
        ended[name] = hands.at


def test_the_first_request_and_other_lanes_do_not_wait() -> None:
    hands = Hands()
    lanes = Lanes(hands.clock, hands.sleep)
    for name in ("a", "b", "c"):
        with lanes.turn(name, 1000, never):
            assert hands.at == 100.0


def test_a_lane_holds_one_request_at_a_time() -> None:
    lanes = Lanes()
    inside: list[str] = []
    most: list[int] = []

    def visit(number: int) -> None:
        with lanes.turn("a", 0, never):
            inside.append(str(number))
            most.append(len(inside))
            time.sleep(0.005)
            inside.pop()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(visit, range(24)))
    assert most == [1] * 24


def test_a_trouble_counts_as_a_request() -> None:
    hands = Hands()
    lanes = Lanes(hands.clock, hands.sleep)
    with pytest.raises(RuntimeError), lanes.turn("a", 5, never):
        raise RuntimeError
    with lanes.turn("a", 5, never):
        assert hands.at >= 105.0


@pytest.mark.parametrize("trouble", [Trouble.NO_SUCH_NAME, Trouble.NAME_FAILS, Trouble.POLICY])
def test_a_request_that_never_reached_the_host_needs_no_rest(trouble: Trouble) -> None:
    hands = Hands()
    lanes = Lanes(hands.clock, hands.sleep)
    with pytest.raises(Broken), lanes.turn("a", 5, never):
        raise Broken(trouble, "not heard")
    with lanes.turn("a", 5, never):
        assert hands.at == 100.0


def test_a_stop_ends_the_pause() -> None:
    lanes, stop = Lanes(), threading.Event()
    with lanes.turn("a", 0, never):
        pass
    threading.Timer(0.05, stop.set).start()
    began = time.monotonic()
    with pytest.raises(Broken) as broken, lanes.turn("a", 60, stop.is_set):
        pass
    assert broken.value.detail == STOPPED
    assert time.monotonic() - began < 5


def test_a_stop_ends_the_wait_for_a_busy_lane() -> None:
    lanes, stop = Lanes(), threading.Event()
    threading.Timer(0.05, stop.set).start()
    with lanes.turn("a", 0, never), pytest.raises(Broken) as broken, lanes.turn("a", 0, stop.is_set):
        pass
    assert broken.value.detail == STOPPED


def test_a_wait_that_was_stopped_is_no_request() -> None:
    hands = Hands()
    lanes = Lanes(hands.clock, hands.sleep)
    with pytest.raises(Broken), lanes.turn("a", 9, lambda: True):
        pass
    with lanes.turn("a", 9, never):
        assert hands.at == 100.0


def test_a_visits_clock_stands_still_while_it_waits() -> None:
    hands = Hands()
    watch = Watch(10, never, hands.clock)
    with watch.running():
        hands.at += 4
    hands.at += 1000
    assert watch.spent == 4
    with watch.running():
        hands.at += 5.5
        assert 0 < watch.wait() <= 0.5


def test_a_spent_budget_names_the_phase() -> None:
    hands = Hands()
    watch = Watch(10, never, hands.clock)
    watch.phase = "body"
    with watch.running():
        hands.at += 10
        with pytest.raises(Broken) as broken:
            watch.wait()
    assert broken.value.trouble is Trouble.DEADLINE
    assert broken.value.detail.startswith("body:")


def test_a_stop_goes_before_everything() -> None:
    with pytest.raises(Broken) as broken:
        Watch(10, lambda: True).wait()
    assert (broken.value.trouble, broken.value.detail) == (Trouble.DEADLINE, STOPPED)

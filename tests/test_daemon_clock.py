"""The daemon and the two clocks: what the machine slept through is caught up once, whatever the hour says."""

import os
import signal
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.daemon import GRACE, LONGEST_SLEEP, SHORTEST_SLEEP, TROUBLE_PAUSE, Daemon
from scheduler.signals import answering, stopping

NOW = datetime(2026, 3, 29, 0, 30, tzinfo=UTC)
"""Half an hour before clocks go forward in Europe."""
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class Clocks:
    """A wall clock that people set, and a monotonic one that only runs."""

    def __init__(self) -> None:
        self.at, self.runs = NOW, 1000.0

    def wall(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return self.runs

    def pass_by(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)
        self.runs += seconds


def daemon(clocks: Clocks, **more: object) -> Daemon:
    return Daemon(lambda: None, clocks.wall, monotonic=clocks.monotonic, **more)  # type: ignore[arg-type]


def test_while_both_clocks_agree_there_is_no_reason_to_look_at_once() -> None:
    clocks = Clocks()
    made = daemon(clocks)
    for seconds in (5, 5, 3600, 86400):
        clocks.pass_by(seconds)
        assert not made.look_around()


@pytest.mark.parametrize("jump", [3 * DAY, -3 * DAY, HOUR, -HOUR, timedelta(minutes=2)])
def test_a_sleep_and_a_clock_that_was_set_are_reasons_to_look_at_once_and_only_once(jump: timedelta) -> None:
    clocks = Clocks()
    made = daemon(clocks)
    clocks.at += jump
    assert made.look_around()
    clocks.pass_by(5)
    assert not made.look_around()


@given(st.lists(st.floats(-1, 1), max_size=50))
def test_a_clock_that_ntp_nudges_is_no_reason(nudges: list[float]) -> None:
    clocks = Clocks()
    made = daemon(clocks)
    for nudge in nudges:
        clocks.pass_by(5)
        clocks.at += timedelta(seconds=nudge)
        assert not made.look_around()


def test_a_change_of_what_is_watched_is_a_reason_and_a_hang_up_asks_for_it() -> None:
    asked: list[bool] = []
    made = daemon(Clocks(), glance=lambda wanted: asked.append(wanted) or len(asked) == 2)
    assert [made.look_around() for _ in range(3)] == [False, True, False]
    made._hang_up()
    assert made.look_around()
    assert asked == [False, False, False, True]


def test_the_hosts_own_time_of_day_does_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    """Clocks go forward in Berlin at 01:00 UTC; nothing is skipped or done twice, for all is in UTC."""
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    try:
        clocks = Clocks()
        made = daemon(clocks)
        moments = []
        for _ in range(4):
            moments.append(made.next_run(clocks.at + HOUR / 2))
            clocks.pass_by(1800)
            assert not made.look_around()
        assert moments == [NOW + HOUR / 2 * turn for turn in (1, 2, 3, 4)]
    finally:
        monkeypatch.undo()
        time.tzset()


def test_an_error_of_a_pass_is_told_and_the_next_is_tried_after_a_pause() -> None:
    told: list[Exception] = []

    def fails() -> datetime:
        raise OSError("the disk is full")

    made = Daemon(fails, lambda: NOW, told.append)
    assert made.tick() == NOW + TROUBLE_PAUSE
    assert [str(error) for error in told] == ["the disk is full"]


@given(st.none() | st.timedeltas(timedelta(days=-4000), timedelta(days=4000)))
def test_the_next_look_is_neither_at_once_nor_after_an_age(due: timedelta | None) -> None:
    moment = Daemon(lambda: None, lambda: NOW).next_run(None if due is None else NOW + due)
    assert NOW + SHORTEST_SLEEP <= moment <= NOW + LONGEST_SLEEP


def until(true: Callable[[], bool], seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.01)


def while_running(made: Daemon, act: Callable[[], None]) -> bool:
    """Run a daemon in this thread, and act on it from another."""
    acting = threading.Thread(target=act)
    acting.start()
    try:
        return made.run()
    finally:
        acting.join()


def test_a_hang_up_wakes_a_sleeping_daemon_at_once() -> None:
    passes: list[float] = []

    def one_pass() -> datetime:
        passes.append(time.monotonic())
        return datetime.now(UTC) + HOUR

    def act() -> None:
        until(lambda: len(passes) == 1)
        os.kill(os.getpid(), signal.SIGHUP)
        until(lambda: len(passes) == 2)
        made.end()

    made = Daemon(one_pass)
    assert while_running(made, act)
    assert passes[1] - passes[0] < 3


def test_reasons_that_come_during_a_pass_lead_to_one_more_pass() -> None:
    """A pass that overruns is never joined by a second one."""
    going, together, passes = [], [], []

    def one_pass() -> datetime:
        going.append(1)
        together.append(len(going))
        passes.append(1)
        time.sleep(0.5)
        going.pop()
        return datetime.now(UTC) + HOUR

    def act() -> None:
        until(lambda: len(passes) == 1)
        for _ in range(5):
            os.kill(os.getpid(), signal.SIGHUP)
            time.sleep(0.05)
        until(lambda: len(passes) == 2 and not going)
        time.sleep(0.3)
        made.end()

    made = Daemon(one_pass)
    assert while_running(made, act)
    assert (len(passes), max(together)) == (2, 1)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signals_upon_signals_end_it_once(number: int) -> None:
    begun, sent = threading.Event(), threading.Event()

    def one_pass() -> None:
        begun.set()
        sent.wait(20)

    def act() -> None:
        begun.wait(20)
        for _ in range(50):
            os.kill(os.getpid(), number)
        sent.set()

    made = Daemon(one_pass)
    assert while_running(made, act)
    assert made.stop.is_set()


def test_a_signal_before_the_first_pass_is_heard() -> None:
    made = Daemon(lambda: None)
    made.end()
    started = time.monotonic()
    assert made.run()
    assert time.monotonic() - started < 2


def test_a_pass_that_does_not_end_is_given_up_after_its_grace(monkeypatch: pytest.MonkeyPatch) -> None:
    assert GRACE < 10
    monkeypatch.setattr("scheduler.daemon.GRACE", 0.3)
    begun, release = threading.Event(), threading.Event()

    def one_pass() -> None:
        begun.set()
        release.wait(20)

    def act() -> None:
        begun.wait(20)
        made.end()

    made = Daemon(one_pass)
    started = time.monotonic()
    assert not while_running(made, act)
    assert time.monotonic() - started < 5
    release.set()


def test_what_was_installed_before_is_back_afterwards() -> None:
    before = [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)]
    stop = threading.Event()
    with stopping(stop):
        os.kill(os.getpid(), signal.SIGTERM)
        os.kill(os.getpid(), signal.SIGINT)
        until(stop.is_set)
    assert [signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)] == before


def test_outside_the_main_thread_signals_are_left_alone() -> None:
    before, seen = signal.getsignal(signal.SIGTERM), []

    def beside() -> None:
        with answering({signal.SIGTERM: lambda: None}):
            seen.append(signal.getsignal(signal.SIGTERM))

    thread = threading.Thread(target=beside)
    thread.start()
    thread.join()
    assert seen == [before]

"""Threads that work off lines of tasks."""

import threading
import time

import pytest

from scraper.turns import Turns


def test_a_line_is_worked_off_in_order_one_at_a_time_and_lines_run_side_by_side() -> None:
    turns, lock, now, most, done = Turns(3), threading.Lock(), dict.fromkeys("abc", 0), [], []

    def task(line: str, number: int) -> None:
        with lock:
            now[line] += 1
            most.append((now[line], sum(now.values())))
        time.sleep(0.005)
        with lock:
            now[line] -= 1
            done.append((line, number))

    futures = [
        turns.submit(line, lambda line=line, number=number: task(line, number))
        for number in range(10)
        for line in "abc"
    ]
    for future in futures:
        future.result(5)
    turns.close()
    assert {one for one, _ in most} == {1}
    assert max(together for _, together in most) > 1
    for line in "abc":
        assert [number for name, number in done if name == line] == list(range(10))


def test_lines_take_turns_on_one_thread() -> None:
    turns, done, begin = Turns(1), [], threading.Event()
    futures = [turns.submit("z", begin.wait)]
    futures += [turns.submit(line, lambda line=line: done.append(line)) for line in "aabb"]
    begin.set()
    for future in futures:
        future.result(5)
    turns.close()
    assert "".join(done) == "abab"


def test_an_error_is_its_own_tasks_alone() -> None:
    turns = Turns(1)
    bad, good = turns.submit("a", lambda: 1 / 0), turns.submit("a", lambda: 2)
    assert good.result(5) == 2
    with pytest.raises(ZeroDivisionError):
        bad.result(5)
    turns.close()

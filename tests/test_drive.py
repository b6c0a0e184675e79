"""The loop that drives courses: order, lanes, barriers, a clean stop."""

import threading
import time
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from monitor.course.steps import Hold, Settlement, Steps, fetch, hold, keep
from monitor.model import Kept, Look, Record, Role, Seen, Source, Standing, State, Visit
from scheduler.drive import AHEAD, MOST_AT_ONCE, Drive, in_turn
from scraper.model import Fetch, Outcome, OutcomeKind, Trouble
from scraper.troubles import STOPPED
from storage.errors import StoreError

NOW = datetime(2020, 9, 4, 4, tzinfo=UTC)


def look(url: str) -> Look:
    return Look("d/s", "d", Role.NOTICE, url)


def answer(asked: Look) -> Fetch:
    return Fetch(asked.url, NOW, 0.0)


def never(records: Sequence[Record]) -> tuple[Kept, ...]:
    raise AssertionError(f"nothing is kept in this test: {records}")


def drive(ask=answer, workers: int = 1, settle=Settlement, stopped=lambda: False) -> Drive:
    return Drive(ask, never, settle, workers, stopped)


def asks(log: list[str], *urls: str) -> Steps[None]:
    for url in urls:
        log.append((yield from fetch(look(url))).requested)


def test_a_course_gets_the_answer_to_what_it_asked() -> None:
    log: list[str] = []
    drive().run([asks(log, "http://a.cn/1", "http://b.cn/2")])
    assert log == ["http://a.cn/1", "http://b.cn/2"]


def test_a_group_starts_when_the_one_before_has_nothing_left_to_fetch() -> None:
    log: list[str] = []
    drive().run([asks(log, "http://a.cn/1", "http://a.cn/2")], [asks(log, "http://b.cn/3")])
    assert log == ["http://a.cn/1", "http://a.cn/2", "http://b.cn/3"]


def test_a_lane_has_one_request_at_a_time_and_lanes_run_side_by_side() -> None:
    lock, now, most, together = threading.Lock(), {}, {}, []

    def ask(asked: Look) -> Fetch:
        lane = asked.url.split("/")[2]
        with lock:
            now[lane] = now.get(lane, 0) + 1
            most[lane] = max(most.get(lane, 0), now[lane])
            together.append(sum(now.values()))
        time.sleep(0.01)
        with lock:
            now[lane] -= 1
        return answer(asked)

    log: list[str] = []
    drive(ask, workers=3).run([asks(log, f"http://{lane}.cn/{n}") for lane in "abc" for n in range(4)])
    assert len(log) == 12
    assert set(most.values()) == {1}
    assert max(together) > 1


def test_a_held_course_goes_on_when_the_others_are_done_and_lists_go_first() -> None:
    log: list[str] = []

    def holds(name: str, role: Role) -> Steps[None]:
        settled = yield from hold(Hold(role))
        log.append(f"{name} {settled.outage}")

    drive(settle=lambda: Settlement("cut off")).run(
        [holds("notice", Role.NOTICE), holds("list", Role.LISTING)], [asks(log, "http://a.cn/1")]
    )
    assert log == ["http://a.cn/1", "list cut off", "notice cut off"]


def test_a_stop_closes_every_course_between_two_visits() -> None:
    log: list[str] = []
    ended: list[str] = []

    def course(name: str) -> Steps[None]:
        try:
            yield from asks(log, f"http://{name}.cn/1", f"http://{name}.cn/2")
        finally:
            ended.append(name)

    drive(stopped=lambda: bool(log)).run([course("a"), course("b")])
    assert log == ["http://a.cn/1"]
    assert sorted(ended) == ["a", "b"]


def test_servers_take_turns_so_that_none_is_waited_for_while_others_are_free() -> None:
    """A worker that goes on with the server it has just asked would only sit out its pause."""
    asked: list[str] = []

    def ask(look: Look) -> Fetch:
        asked.append(look.url.split("/")[2][0])
        return answer(look)

    log: list[str] = []
    courses = [asks(log, *(f"http://{lane}.cn/{n}" for n in range(3))) for lane in "abc"]
    drive(ask).run(courses)
    assert "".join(asked) == "abcabcabc"


def test_http_and_https_of_a_host_are_asked_one_at_a_time() -> None:
    together, most = [], []

    def ask(look: Look) -> Fetch:
        together.append(look)
        most.append(len(together))
        time.sleep(0.02)
        together.remove(look)
        return answer(look)

    log: list[str] = []
    drive(ask, workers=2).run([asks(log, f"{scheme}://a.cn/") for scheme in ("http", "https")])
    assert most == [1, 1]


def test_a_course_whose_site_rests_ends_and_is_told() -> None:
    log: list[str] = []
    told: list[str] = []
    ended: list[str] = []

    def course(name: str) -> Steps[None]:
        try:
            yield from asks(log, f"http://{name}.cn/1", f"http://{name}.cn/2")
        finally:
            ended.append(name)

    def ask(look: Look) -> Fetch:
        rests = Trouble.RESTING if look.url == "http://b.cn/2" else None
        return Fetch(look.url, NOW, 0.0, trouble=rests)

    made = drive(ask)
    made.put_off = lambda look, fetch: told.append(look.url)
    made.run([course("a"), course("b")])
    assert told == ["http://b.cn/2"]
    assert sorted(log) == ["http://a.cn/1", "http://a.cn/2", "http://b.cn/1"]
    assert sorted(ended) == ["a", "b"]


def test_a_tired_pass_begins_nothing_more_and_brings_to_an_end_what_it_began() -> None:
    log: list[str] = []
    made = drive()
    made.tired = lambda: bool(log)
    made.run(
        [asks(log, f"http://a.cn/{n}/1", f"http://a.cn/{n}/2") for n in range(3)], [asks(log, "http://b.cn/")]
    )
    assert log == ["http://a.cn/0/1", "http://a.cn/0/2"]


def test_an_error_in_a_course_can_cost_that_course_only() -> None:
    def broken() -> Iterator[Look]:
        yield look("http://a.cn/1")
        raise RuntimeError("a fault of ours")

    log: list[str] = []
    faults: list[tuple[object, str]] = []
    bad = broken()
    made = drive()
    made.fault = lambda course, error: faults.append((course, str(error)))
    made.run([bad, asks(log, "http://a.cn/2", "http://b.cn/3")])
    assert log == ["http://a.cn/2", "http://b.cn/3"]
    assert faults == [(bad, "a fault of ours")]


def test_an_error_of_the_store_ends_the_pass() -> None:
    def reads() -> Iterator[Look]:
        yield look("http://a.cn/1")
        raise StoreError("the disk is gone")

    made = drive()
    made.fault = lambda course, error: None
    with pytest.raises(StoreError):
        made.run([reads()])


@pytest.mark.parametrize("servers", [20, 2000])
def test_a_step_costs_the_same_however_many_servers_wait(servers: int) -> None:
    """Measured in what is scanned: every server is taken from the line once a request, and put back once."""

    class Line(deque[str]):
        moves = 0

        def popleft(self) -> str:
            Line.moves += 1
            return super().popleft()

        def __iter__(self) -> Iterator[str]:
            raise AssertionError("the line was walked")

    log: list[str] = []
    made = drive()
    made.lines.ready = Line()
    made.run([asks(log, f"http://s{n}.cn/1", f"http://s{n}.cn/2") for n in range(servers)])
    assert (len(log), Line.moves) == (2 * servers, 2 * servers)


def test_an_error_in_a_course_is_not_swallowed() -> None:
    def broken() -> Iterator[Look]:
        yield look("http://a.cn/1")
        raise RuntimeError("a fault of ours")

    with pytest.raises(RuntimeError, match="a fault of ours"):
        drive().run([broken()])


GOOD = Outcome(OutcomeKind.GOOD, "a test")


def keeps(*urls: str) -> Steps[None]:
    for url in urls:
        seen = yield from fetch(look(url))
        kept = yield from keep(Record(Seen(look(url), seen, GOOD), None))
        assert kept.visit.url == url


def kept(record: Record) -> Kept:
    asked = record.seen.look
    visit = Visit(1, asked.source, asked.role, None, asked.url, asked.url, NOW, 0.0, 200, GOOD, State.ALIVE)
    return Kept(visit, None, ())


def test_visits_that_have_come_together_are_kept_together() -> None:
    urls, batches, answered = [f"http://h{number}.cn/" for number in range(8)], [], threading.Barrier(8)

    def ask(asked: Look) -> Fetch:
        answered.wait(5)
        return answer(asked)

    def keep_all(records: Sequence[Record]) -> tuple[Kept, ...]:
        if not batches:
            time.sleep(0.2)  # the others have come meanwhile
        batches.append(len(records))
        return tuple(map(kept, records))

    Drive(ask, keep_all, Settlement, 8).run([keeps(url) for url in urls])
    assert sum(batches) == 8
    assert len(batches) <= 2


def test_what_was_seen_is_kept_before_somebody_reads_of_it() -> None:
    written: list[str] = []

    def keep_all(records: Sequence[Record]) -> tuple[Kept, ...]:
        written.extend(record.seen.look.url for record in records)
        return tuple(map(kept, records))

    made = Drive(answer, keep_all, Settlement, 1)
    found: list[list[str]] = []

    def reads(url: str, source: str | None) -> Steps[None]:
        yield from fetch(look(url))
        made.keep_first(source)
        found.append(list(written))

    def stands(url: str) -> Steps[None]:
        seen = yield from fetch(look(url))
        yield from keep(Record(Seen(look(url), seen, GOOD), Standing("d/s")))

    made.run([stands("http://a.cn/1"), reads("http://a.cn/2", "d/other"), reads("http://a.cn/3", "d/s")])
    made.run([stands("http://a.cn/4"), reads("http://a.cn/5", None)])
    assert found == [[], ["http://a.cn/1"], ["http://a.cn/1", "http://a.cn/4"]]


def test_where_visits_do_not_wait_for_each_other_a_server_waits_for_its_last_one_to_be_kept() -> None:
    log: list[str] = []

    def ask(asked: Look) -> Fetch:
        log.append(f"ask {asked.url}")
        return answer(asked)

    def keep_all(records: Sequence[Record]) -> tuple[Kept, ...]:
        log.extend(f"keep {record.seen.look.url}" for record in records)
        return tuple(map(kept, records))

    urls = [f"http://a.cn/{page}" for page in range(20)]
    Drive(ask, keep_all, Settlement, 1, moment=0.0).run([keeps(url) for url in urls])
    assert log == [f"{what} {url}" for url in urls for what in ("ask", "keep")]


def test_a_visit_waits_for_no_slow_server_to_be_kept() -> None:
    written, slow = threading.Event(), []

    def ask(asked: Look) -> Fetch:
        if asked.url.startswith("http://slow"):
            slow.append(written.wait(5))
        return answer(asked)

    def keep_all(records: Sequence[Record]) -> tuple[Kept, ...]:
        written.set()
        return tuple(map(kept, records))

    Drive(ask, keep_all, Settlement, 2).run([keeps("http://slow.cn/"), keeps("http://a.cn/")])
    assert slow == [True]


def test_visits_of_one_server_are_kept_together_too() -> None:
    batches: list[int] = []

    def keep_all(records: Sequence[Record]) -> tuple[Kept, ...]:
        batches.append(len(records))
        return tuple(map(kept, records))

    Drive(answer, keep_all, Settlement, 1).run([keeps(f"http://a.cn/{number}") for number in range(100)])
    assert sum(batches) == 100
    assert MOST_AT_ONCE in batches


def test_what_had_answered_before_a_stop_is_kept_and_what_was_broken_off_is_not() -> None:
    stop, written = threading.Event(), []

    def ask(asked: Look) -> Fetch:
        if asked.url.startswith("http://slow"):
            stop.wait(5)
            return replace(answer(asked), trouble=Trouble.DEADLINE, detail=STOPPED)
        if asked.url == "http://a.cn/2":
            stop.set()
        return answer(asked)

    def keep_all(records: Sequence[Record]) -> tuple[Kept, ...]:
        written.extend(record.seen.look.url for record in records)
        return tuple(map(kept, records))

    courses = [keeps("http://slow.cn/"), keeps("http://a.cn/1", "http://a.cn/2", "http://a.cn/3")]
    Drive(ask, keep_all, Settlement, 2, stop.is_set).run(courses)
    assert written == ["http://a.cn/1", "http://a.cn/2"]


def test_courses_are_begun_as_they_are_needed() -> None:
    begun, most = [], [0]

    def many() -> Iterator[Steps[None]]:
        for number in range(AHEAD * 2):
            begun.append(number)
            yield asks([], f"http://h{number % 50}.cn/{number}")

    def ask(asked: Look) -> Fetch:
        most[0] = max(most[0], len(begun) - int(asked.url.rpartition("/")[2]))
        return answer(asked)

    drive(ask, workers=4).run(many())
    assert len(begun) == AHEAD * 2
    assert most[0] <= AHEAD + 60


def test_servers_take_turns_and_each_keeps_its_order() -> None:
    urls = ["http://a.cn/1", "http://a.cn/2", "http://b.cn/1", "http://a.cn/3", "https://b.cn/2"]
    turns = [one.url for one in in_turn(Source(url, "d", Role.NOTICE, url) for url in urls)]
    assert turns == ["http://a.cn/1", "http://b.cn/1", "http://a.cn/2", "https://b.cn/2", "http://a.cn/3"]

"""Rounds: hosts' turns and an end, together what a pass in one process is; broken off and taken again."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from letters import LETTERS

from monitor.course import notice
from monitor.course.context import Context
from monitor.course.resuming import Left, left_at
from monitor.course.steps import Hold, Steps
from monitor.model import Look, Role, Source
from scheduler.clock import fixed
from scheduler.work.rounds import Went, end_round, open_round, visit_host
from scheduler.work.shift import Shift
from scraper.fetch import Fetcher
from scraper.model import Fetch
from scraper.policy import Policy
from storage.crew import TOGETHER
from storage.rounds import Shared
from storage.store import LeaseLost, holder_name
from tests.site import (
    GUANGZHOU,
    QTWJ,
    START,
    WUHAN,
    Monitor,
    Pages,
    bound,
    dossier_text,
    filler,
    name_of,
    page,
    row,
)

DAY = timedelta(days=1)
ELSEWHERE = "http://www.gov.cn/zhengce/t{day}_{page}.html"
REFILING = {
    "from": "http://www.gov.cn/zhengce/{name}.html",
    "to": ["http://www.gov.cn/zhengceku/{name}.html"],
}
KNOWN = LETTERS[:9]


def url_of(number: int) -> str:
    """Spread the letters over three hosts."""
    letter = KNOWN[number]
    if number % 3 == 0:
        return letter.url
    host = "http://www.gov.cn/zhengce" if number % 3 == 1 else "http://big5.www.gov.cn/a"
    return f"{host}/t{letter.day}_{letter.page}.html"


def sites() -> Pages:
    pages = Pages()
    for number, letter in enumerate(KNOWN):
        pages.put(url_of(number), page(letter, url_of(number)))
    for url, body in bound(QTWJ, [filler(1), filler(2)]).items():
        pages.put(url, body)
    return pages


def turn_the_page(pages: Pages) -> None:
    """The second day: one is edited, one gone, one moved, a host silent, the list shows two new zones."""
    pages.put(url_of(0), page(KNOWN[0], url_of(0), slip=("智能语音", "量子语音")))
    pages.take_away(url_of(1))
    pages.take_away(url_of(4))
    there = url_of(4).replace("/zhengce/", "/zhengceku/")
    pages.put(there, page(KNOWN[4], there))
    for number in (2, 5, 8):
        pages.take_away(url_of(number))
    for url, body in bound(QTWJ, [*map(row, (GUANGZHOU, WUHAN)), filler(1), filler(2)]).items():
        pages.put(url, body)
    for letter in (GUANGZHOU, WUHAN):
        pages.put(letter.url, page(letter))


@pytest.fixture
def monitors(tmp_path: Path) -> Iterator[Callable[[str], Monitor]]:
    """Make monitors of the same dossier, each with pages and a database of its own."""
    made: list[Monitor] = []

    def make(name: str) -> Monitor:
        (tmp_path / name).mkdir()
        cite = [
            {"footnote": number + 1, "url": url_of(number), "for": letter.place.zh}
            for number, letter in enumerate(KNOWN)
        ]
        lists = [{"name": "qtwj", "url": QTWJ, "report": "all"}]
        text = dossier_text(citations=cite, zones=KNOWN, lists=lists, refilings=[REFILING])
        made.append(Monitor(tmp_path / name, sites(), text))
        return made[-1]

    yield make
    for monitor in made:
        monitor.store.close()


@contextmanager
def at_work(monitor: Monitor, now: datetime, stopped: Callable[[], bool] = lambda: False) -> Iterator[Shift]:
    """A worker at an hour, over the monitor's pages."""
    clock = fixed(now)
    lease = monitor.store.take_lease(TOGETHER, now, 60)
    assert lease
    with Fetcher(Policy(pause=0), now=clock, archive=monitor.pages) as fetcher:
        yield Shift(
            monitor.store, fetcher, clock, lease, dossiers=lambda: (monitor.dossier,), stopped=stopped
        )
    monitor.store.sign_off("nobody", now, DAY)


def opened(shift: Shift) -> Shared:
    shared = open_round(shift)
    assert shared
    return shared


def shared_pass(monitor: Monitor, now: datetime) -> list[str]:
    """Have workers live through a pass, each host by another; name what it raised."""
    with at_work(monitor, now) as first:
        shared = opened(first)
        hosts = [turn.host for turn in monitor.store.turns_left(shared.id)]
    went = []
    for host in hosts:
        with at_work(monitor, now) as another:
            went.append(visit_host(another, shared, host))
    assert went == [Went.DONE] * (len(hosts) - 1) + [Went.LAST]
    with at_work(monitor, now) as last:
        done = end_round(last, shared)
    assert done
    return sorted(map(name_of, done.findings))


def outcomes(monitor: Monitor, now: datetime) -> list[tuple[str, str, str, str]]:
    """Every visit of an hour: of which source, in which role, to what it came, and the source's state."""
    names = [f"fn{number + 1:02}" for number in range(len(KNOWN))]
    visits = [visit for name in ("qtwj", *names) for visit in monitor.store.visits(f"d/{name}")]
    return sorted(
        (visit.source, visit.role.value, visit.outcome.kind.value, visit.state.value)
        for visit in visits
        if visit.at == now
    )


def test_a_round_raises_what_a_pass_in_one_process_raises(monitors: Callable[[str], Monitor]) -> None:
    alone, shared = monitors("alone"), monitors("shared")
    assert alone.said(START, everything=False) == shared_pass(shared, START)
    for monitor in (alone, shared):
        turn_the_page(monitor.pages)
    raised = alone.said(START + DAY, everything=False)
    assert raised == shared_pass(shared, START + DAY)
    assert {line.partition(" ")[0] for line in raised} >= {"edited", "moved", "new_zone", "new_notice"}
    assert outcomes(alone, START + DAY) == outcomes(shared, START + DAY)
    assert sorted(alone.pages.asked) == sorted(shared.pages.asked), "and nobody was asked more often"


def test_our_own_outage_shows_over_all_workers(monitors: Callable[[str], Monitor]) -> None:
    monitor = monitors("cut off")
    shared_pass(monitor, START)
    monitor.pages.answers.clear()
    monitor.pages.hosts.clear()
    assert shared_pass(monitor, START + DAY) == []
    assert {outcome for _, _, outcome, _ in outcomes(monitor, START + DAY)} == {"own_outage"}
    assert monitor.store.passes(1)[0].own_outage
    with at_work(monitor, START + DAY + timedelta(minutes=5)) as shift:
        assert open_round(shift) is None, "the sites are left alone for a while"
    with at_work(monitor, START + DAY + timedelta(minutes=11)) as shift:
        assert open_round(shift)


def test_a_turn_that_was_broken_off_goes_on_where_it_was(monitors: Callable[[str], Monitor]) -> None:
    monitor, alone = monitors("broken off"), monitors("alone")
    for one in (monitor, alone):
        one.at(START, everything=False)
        turn_the_page(one.pages)
        one.pages.asked.clear()
    now, host = START + DAY, "www.gov.cn"
    asked = monitor.pages.asked
    with at_work(monitor, now, stopped=lambda: sum(host in url for url in asked) >= 2) as shift:
        shared = opened(shift)
        assert visit_host(shift, shared, host) is Went.GIVEN_BACK
    done = shared_rest(monitor, shared, now)
    assert sorted(done) == alone.said(now, everything=False)
    assert outcomes(monitor, now) == outcomes(alone, now)
    twice = [url for url in set(asked) if asked.count(url) > alone.pages.asked.count(url)]
    assert len(twice) <= 1, "only the page in hand was asked again"


def shared_rest(monitor: Monitor, shared: Shared, now: datetime) -> list[str]:
    with at_work(monitor, now) as shift:
        for turn in monitor.store.turns_left(shared.id):
            visit_host(shift, shared, turn.host)
        done = end_round(shift, shared)
    assert done
    return [name_of(finding) for finding in done.findings]


@pytest.mark.parametrize("asked", [1, 4, 7])
def test_an_end_that_was_broken_off_is_taken_again_without_doubling(
    monitors: Callable[[str], Monitor], asked: int
) -> None:
    monitor, alone = monitors("broken off"), monitors("alone")
    for one in (monitor, alone):
        one.at(START, everything=False)
        turn_the_page(one.pages)
    now = START + DAY
    with at_work(monitor, now) as shift:
        shared = opened(shift)
        for turn in monitor.store.turns_left(shared.id):
            visit_host(shift, shared, turn.host)
    before = len(monitor.pages.asked)
    with at_work(monitor, now, stopped=lambda: len(monitor.pages.asked) - before >= asked) as shift:
        broken_off = end_round(shift, shared)
    if broken_off is None:
        shared_rest(monitor, shared, now)
    assert sorted(map(name_of, monitor.findings())) == sorted(
        [*map(name_of, alone.findings()), *alone.said(now, everything=False)]
    )
    assert [one for one in outcomes(monitor, now) if one[1] == "notice"] == [
        one for one in outcomes(alone, now) if one[1] == "notice"
    ]


def test_a_worker_that_lost_its_host_writes_nothing(monitors: Callable[[str], Monitor]) -> None:
    monitor = monitors("zombie")
    with at_work(monitor, START) as zombie:
        shared = opened(zombie)
        host = monitor.store.turns_left(shared.id)[0].host

        def stolen() -> bool:
            """Another takes the host over while the first one's request is under way."""
            if monitor.pages.asked:
                monitor.store.take_lease(holder_name(), START + DAY, 60, name=f"host {host}")
            return False

        zombie.stopped = stolen
        with pytest.raises(LeaseLost):
            visit_host(zombie, shared, host)
    assert outcomes(monitor, START) == []
    assert host in [turn.host for turn in monitor.store.turns_left(shared.id)]


def test_a_host_is_one_workers_at_a_time(monitors: Callable[[str], Monitor]) -> None:
    monitor = monitors("two")
    with at_work(monitor, START) as shift:
        shared = opened(shift)
        assert open_round(shift) is None, "a round is open"
        with shift.holding("host www.gov.cn") as tenure:
            assert tenure and visit_host(shift, shared, "www.gov.cn") is Went.ELSEWHERE
        assert visit_host(shift, shared, "www.gov.cn") is Went.DONE
        assert visit_host(shift, shared, "www.gov.cn") is Went.DONE
        assert end_round(shift, shared) is None, "other hosts are left"
    assert len([url for url in monitor.pages.asked if "www.gov.cn/zhengce" in url]) == 3


def test_a_host_at_which_every_worker_dies_is_left_to_the_next_round(
    monitors: Callable[[str], Monitor],
) -> None:
    monitor = monitors("deadly")
    with at_work(monitor, START) as shift:
        shared = opened(shift)
        shift.stopped = lambda: True
        assert [visit_host(shift, shared, "www.gov.cn") for _ in range(5)] == [Went.GIVEN_BACK] * 5
        shift.stopped = lambda: False
        assert visit_host(shift, shared, "www.gov.cn") is Went.DONE
        for turn in monitor.store.turns_left(shared.id):
            visit_host(shift, shared, turn.host)
        done = end_round(shift, shared)
    assert done and done.faults == [
        "www.gov.cn: 5 workers began there and came to no end; its sources stay due"
    ]
    with at_work(monitor, START + timedelta(hours=1)) as shift:
        shared = opened(shift)
    assert [turn.host for turn in monitor.store.turns_left(shared.id)] == ["www.gov.cn"]


def test_an_error_of_ours_costs_its_source_alone_and_not_at_once_again(
    monitors: Callable[[str], Monitor], monkeypatch: pytest.MonkeyPatch
) -> None:
    monitor = monitors("faulty")
    with at_work(monitor, START) as shift:
        shared = opened(shift)
        course = notice.course

        def failing(source: Source, context: Context) -> Steps[None]:
            if source.id == "d/fn02":
                raise ZeroDivisionError("a fault")
            yield from course(source, context)

        monkeypatch.setattr(notice, "course", failing)
        for turn in monitor.store.turns_left(shared.id):
            visit_host(shift, shared, turn.host)
        done = end_round(shift, shared)
    assert done and len(done.faults) == 1 and done.faults[0].startswith("d/fn02: ZeroDivisionError")
    assert done.checked == len(KNOWN)
    with at_work(monitor, START + timedelta(minutes=5)) as shift:
        assert open_round(shift) is None
    with at_work(monitor, START + timedelta(minutes=61)) as shift:
        assert [turn.sources for turn in monitor.store.turns_left(opened(shift).id)] == [("d/fn02",)]


def test_nothing_due_opens_no_round(monitors: Callable[[str], Monitor]) -> None:
    monitor = monitors("quiet")
    shared_pass(monitor, START)
    passes = len(monitor.store.passes())
    with at_work(monitor, START + timedelta(hours=1)) as shift:
        assert open_round(shift) is None
    assert len(monitor.store.passes()) == passes


def test_where_a_course_held_is_told_by_what_it_waits_for() -> None:
    look = Look("d/a", "d", Role.NOTICE, "http://a.cn/")
    silence = Fetch("http://a.cn/", START, 1.0)
    assert left_at(Hold(Role.NOTICE, look, silence)) is Left.SILENT
    assert left_at(Hold(Role.NOTICE, replace(look, role=Role.SUCCESSOR), silence)) is Left.BEHIND
    assert left_at(Hold(Role.NOTICE)) is Left.LOST
    assert left_at(Hold(Role.NOTICE, here=True)) is None

"""The engine on a real PostgreSQL: rounds to their end, jobs of other versions, jobs of the dead."""

import asyncio
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from samples import NOW

from monitor.dossier import Dossier, loads
from scheduler.clock import fixed
from scheduler.work.engine import QUEUE, SCHEMA, Engine, prepare
from scheduler.work.rounds import RoundPass, open_round
from scheduler.work.shift import Shift
from scraper.fetch import Fetcher
from scraper.policy import Policy
from storage.crew import TOGETHER
from storage.store import Store
from tests.site import HEFEI, WUHAN, Pages, dossier_text, page

LETTERS = (HEFEI, WUHAN)
PATIENCE = 60


@pytest.fixture
def kind() -> str:
    """The engine is PostgreSQL's alone."""
    return "postgresql"


@pytest.fixture
def pages() -> Pages:
    pages = Pages()
    for letter in LETTERS:
        pages.put(letter.url, page(letter))
    return pages


@pytest.fixture
def dossier(tmp_path: Any) -> Dossier:
    return loads(dossier_text(zones=LETTERS), tmp_path / "d.toml")


@pytest.fixture
def shift(store: Store, pages: Pages, dossier: Dossier) -> Iterator[Shift]:
    lease = store.take_lease(TOGETHER, NOW, 600)
    assert lease
    with Fetcher(Policy(pause=0), now=fixed(NOW), archive=pages) as fetcher:
        yield Shift(store, fetcher, fixed(NOW), lease, dossiers=lambda: (dossier,), workers=2)
    with psycopg.connect(store.server_address) as connection:
        connection.execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE".encode())


def until(done: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not done():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.02)


def jobs(store: Store) -> list[tuple[str, str, str]]:
    with psycopg.connect(store.server_address) as connection:
        wish = f"SELECT task_name, queue_name, status::text FROM {SCHEMA}.procrastinate_jobs ORDER BY id"
        return connection.execute(wish.encode()).fetchall()


def test_two_engines_bring_a_round_to_its_end_and_come_to_a_stop(shift: Shift, pages: Pages) -> None:
    ended, clean = list[RoundPass](), list[bool]()
    engines = [Engine(shift.store.server_address, shift, after=ended.append) for _ in range(2)]
    threads = [threading.Thread(target=lambda one=one: clean.append(one.run())) for one in engines]
    for thread in threads:
        thread.start()
    until(lambda: bool(ended))
    for engine in engines:
        engine.end()
    for thread in threads:
        thread.join(PATIENCE)
    assert clean == [True, True]
    assert [(done.checked, done.outcomes) for done in ended] == [(2, {"good": 2})]
    assert sorted(pages.asked) == sorted(letter.url for letter in LETTERS)
    assert shift.store.open_round() is None


async def _defer(engine: Engine, queue: str, words: dict[str, Any]) -> None:
    async with engine.app.open_async():
        await engine.app.configure_task("visit", queue=queue).defer_async(**words)


def done(coroutine: Coroutine[Any, Any, object]) -> None:
    """Run a coroutine in a thread of its own: a browser's test may have left a loop running in ours."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, coroutine).result(PATIENCE)


def test_a_word_that_it_does_not_know_is_passed_over_and_a_form_it_does_not_know_left(shift: Shift) -> None:
    shared = open_round(shift)
    assert shared
    prepare(shift.store.server_address)
    ended: list[RoundPass] = []
    engine = Engine(shift.store.server_address, shift, after=ended.append)
    words = {"round": shared.id, "host": "www.most.gov.cn", "colour": "red", "depth": 3}
    done(_defer(engine, QUEUE, words))
    done(_defer(engine, "zonewatch-2", {"shape": "another"}))
    thread = threading.Thread(target=engine.run)
    thread.start()
    until(lambda: bool(ended))
    engine.end()
    thread.join(PATIENCE)
    assert ("visit", "zonewatch-2", "todo") in jobs(shift.store)
    assert all(status != "failed" for _, _, status in jobs(shift.store))


def test_jobs_of_a_worker_that_is_silent_are_put_back(shift: Shift) -> None:
    address = shift.store.server_address
    prepare(address)
    prepare(address)  # the second time there is nothing to make
    engine = Engine(address, shift)
    for host in ("a.cn", "b.cn"):
        done(_defer(engine, QUEUE, {"round": 1, "host": host}))
    with psycopg.connect(address) as connection:
        connection.execute(f"SET search_path = {SCHEMA}".encode())
        for seconds in (0, 3600):
            connection.execute(
                "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - %s)",
                (timedelta(seconds=seconds),),
            )
        connection.execute("UPDATE procrastinate_jobs SET status = 'doing', worker_id = id")

    async def rescue() -> None:
        async with engine.app.open_async():
            await engine._rescue(timestamp=7, colour="red")

    done(rescue())
    assert [status for _, _, status in jobs(shift.store)] == ["doing", "todo"], "the living keep theirs"


def test_an_engine_without_its_database_says_so_and_tries_again(
    shift: Shift, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scheduler.work.engine.AGAIN", 0.05)
    address, troubles = shift.store.server_address, list[Exception]()
    ended: list[RoundPass] = []
    engine = Engine(address, shift, after=ended.append, trouble=troubles.append)
    opening = engine.app.open_async

    def failing(*given: Any) -> Any:
        """The database is away twice."""
        if len(troubles) < 2:
            raise psycopg.OperationalError("the server is away")
        return opening(*given)

    monkeypatch.setattr(engine.app, "open_async", failing)
    thread = threading.Thread(target=engine.run)
    thread.start()
    until(lambda: bool(ended))
    engine.end()
    thread.join(PATIENCE)
    assert [str(error) for error in troubles] == ["the server is away"] * 2


def test_a_visit_that_does_not_end_is_given_back_and_holds_nobody_up(
    shift: Shift, pages: Pages, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scheduler.work.engine.GRACE", 0.3)
    release, clean = threading.Event(), list[bool]()
    fetch = shift.fetcher.fetch

    def stuck(*given: Any) -> Any:
        pages.asked.append("stuck")
        release.wait(PATIENCE)
        return fetch(*given)

    monkeypatch.setattr(shift.fetcher, "fetch", stuck)
    seen: list[tuple[str, str, str]] = []

    def abandon() -> None:
        seen.extend(one for one in jobs(shift.store) if one[0] == "visit")
        release.set()  # a process would end here

    engine = Engine(shift.store.server_address, shift, abandon=abandon)
    thread = threading.Thread(target=lambda: clean.append(engine.run()))
    thread.start()
    until(lambda: "stuck" in pages.asked)
    engine.end()
    thread.join(PATIENCE)
    assert (clean, seen) == ([False], [("visit", QUEUE, "todo")])

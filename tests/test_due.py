"""What is due where sites rest: nobody is forgotten, nobody asked in vain, and the daemon does not spin."""

from datetime import UTC, datetime, timedelta

import pytest

from monitor.model import Look, Role
from scheduler.due import PutOff, Selection, due, next_due
from scheduler.one_pass import MENDED, context_of
from scraper.fetch import Fetcher
from scraper.model import Fetch
from scraper.policy import Policy
from storage.store import holder_name
from tests.site import GUANGZHOU, QTWJ, START, Monitor, Pages, bound, cited, dossier_text, filler, page, row

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LATER = START + HOUR


@pytest.fixture
def monitor(tmp_path):
    pages = Pages()
    pages.put(GUANGZHOU.url, page(GUANGZHOU))
    pages.put(QTWJ, bound(QTWJ, [filler(1)])[QTWJ])
    told = dossier_text(
        citations=[cited(GUANGZHOU, 1)], zones=(GUANGZHOU,), lists=[{"name": "list", "url": QTWJ}]
    )
    with Monitor(tmp_path, pages, told) as made:
        yield made


def names(monitor: Monitor, now: datetime, put_off: PutOff) -> list[str]:
    context = context_of(monitor.dossier, monitor.store, now)
    return [source.id for source in due(context, monitor.store, Selection(), put_off=put_off)]


def test_what_is_put_off_is_not_due_until_its_time(monitor: Monitor) -> None:
    put_off = PutOff(sources={"d/fn01": LATER})
    assert names(monitor, START, put_off) == ["d/list"]
    put_off.forget(START)
    assert next_due((monitor.dossier,), monitor.store, START, put_off) == START
    monitor.at(START, "list", everything=False)
    assert next_due((monitor.dossier,), monitor.store, START, put_off) == LATER
    put_off.forget(LATER)
    assert names(monitor, LATER, put_off) == ["d/fn01"]


def test_what_rests_behind_a_row_does_not_keep_its_list_from_being_looked_at() -> None:
    put_off = PutOff()
    put_off.add(Look("d/t1", "d", Role.CANDIDATE, "https://b.cn/1", via="d/list"), LATER)
    assert (put_off.sources, put_off.behind) == ({}, {"d/list": LATER})
    put_off.add(Look("d/fn01", "d", Role.SUCCESSOR, "https://b.cn/2", via="d/fn01"), LATER)
    assert put_off.sources == {"d/fn01": LATER}
    put_off.forget(LATER)
    assert put_off == PutOff()


def test_rows_whose_pages_rest_do_not_make_their_list_due_at_once(monitor: Monitor) -> None:
    monitor.pages.put(QTWJ, bound(QTWJ, [row(GUANGZHOU)])[QTWJ])
    context = context_of(monitor.dossier, monitor.store, START)
    assert "d/list" in [one.id for one in due(context, monitor.store, Selection(), put_off=PutOff())]
    assert "d/list" in names(monitor, START, PutOff(behind={"d/list": LATER})), "it is due by itself"


def test_a_fault_of_ours_costs_one_source_an_hour_and_the_others_nothing(
    monitor: Monitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise RuntimeError("a reader's fault\nin two lines")

    monkeypatch.setattr("monitor.course.notice.see", fails)
    put_off = PutOff()
    done = tolerant(monitor, START, put_off)
    assert done.faults == ["d/fn01: RuntimeError: a reader's fault in two lines"]
    assert [visit.source for visit in done.looked] == ["d/list"]
    assert put_off.sources == {"d/fn01": START + MENDED}
    assert next_due((monitor.dossier,), monitor.store, START, put_off) == START + MENDED
    monkeypatch.undo()
    assert [visit.source for visit in tolerant(monitor, START + MENDED, put_off).looked] == ["d/fn01"]


def test_elsewhere_a_fault_of_ours_is_raised(monitor: Monitor, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object, **__: object) -> None:
        raise RuntimeError("a reader's fault")

    monkeypatch.setattr("monitor.course.notice.see", fails)
    with pytest.raises(RuntimeError, match="fault"):
        monitor.at(START)


def tolerant(monitor: Monitor, now: datetime, put_off: PutOff):
    """Run a pass as the daemon does."""
    from scheduler import one_pass

    lease = monitor.store.take_lease(holder_name(), now, 60)
    with Fetcher(Policy(pause=0), now=lambda: now, archive=monitor.pages) as fetcher:
        done = one_pass.run(
            (monitor.dossier,),
            monitor.store,
            fetcher,
            clock=lambda: now,
            lease=lease,
            put_off=put_off,
            tolerant=True,
        )
    monitor.store.release_lease(lease, now)
    return done


def test_a_pass_over_its_budget_leaves_the_rest_due(monitor: Monitor) -> None:
    from scheduler import one_pass

    moments = iter([START, START, *(START + HOUR * n for n in range(1, 99))])
    lease = monitor.store.take_lease(holder_name(), START, 60)
    with Fetcher(Policy(pause=0), now=lambda: START, archive=monitor.pages) as fetcher:
        done = one_pass.run(
            (monitor.dossier,),
            monitor.store,
            fetcher,
            clock=lambda: next(moments),
            lease=lease,
            budget=timedelta(minutes=15),
        )
    monitor.store.release_lease(lease, START)
    assert [visit.source for visit in done.looked] == ["d/fn01"]
    assert not done.broken_off
    assert names(monitor, START, PutOff()) == ["d/list"]


def test_a_rest_that_nobody_remembers_puts_a_source_off_for_a_minute() -> None:
    with Fetcher(Policy(), now=lambda: datetime(2026, 1, 1, tzinfo=UTC)) as fetcher:
        assert fetcher.rest_of(Fetch("https://a.cn/", START, 0.0)) is None

"""What is due where sites rest: nobody is forgotten, nobody asked in vain, and the daemon does not spin."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.model import LinkState, Look, Role, Source, State
from scheduler.due import PutOff, Selection, due, is_due, next_due
from scheduler.hands import MENDED, context_of
from scraper.fetch import Fetcher
from scraper.model import Fetch
from scraper.policy import Policy
from storage import schema
from storage.names import source_number
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


@dataclass(frozen=True, slots=True)
class Put:
    """How a source stands: its interval, and by how much it is due from now on (None: never looked at)."""

    interval: timedelta
    wait: timedelta | None
    at_once: bool = False
    state: State = State.ALIVE
    enabled: bool = True


MINUTES = st.integers(-3000, 90 * 24 * 60).map(lambda minutes: timedelta(minutes=minutes))
PUTS = st.builds(
    Put,
    st.sampled_from((HOUR, DAY, 30 * DAY)),
    st.one_of(st.none(), MINUTES),
    st.booleans(),
    st.sampled_from((State.ALIVE, State.MOVED, State.FAILING)),
    st.booleans(),
)


@pytest.fixture(scope="module")
def looked_once(tmp_path_factory):
    pages = Pages()
    pages.put(GUANGZHOU.url, page(GUANGZHOU))
    told = dossier_text(citations=[cited(GUANGZHOU, 1)], zones=(GUANGZHOU,))
    with Monitor(tmp_path_factory.mktemp("due"), pages, told) as made:
        made.at(START)
        yield made


def put(monitor: Monitor, dossier: str, puts: Sequence[Put]) -> tuple[Source, ...]:
    """Write sources straight into the tables: a hundred of them through passes would take a second."""
    found = tuple(
        Source(f"{dossier}/s{at}", dossier, Role.NOTICE, "https://a.cn/1", one.interval, enabled=one.enabled)
        for at, one in enumerate(puts)
    )
    with monitor.store._write() as session:
        for one, source in zip(puts, found, strict=True):
            number = source_number(session, source.id, dossier)
            session.add(schema.Followed(source_id=number, visit_id=1, dossier=dossier, source=source))
            if one.wait is not None:
                due = None if one.at_once else START + one.wait
                standing = schema.Standing(
                    source_id=number, state=one.state, link=LinkState(), next_due=due, layout_failures=0
                )
                session.add(standing)
    return found


@settings(max_examples=40, deadline=None)
@given(puts=st.lists(PUTS, max_size=8), put_off=st.sets(st.integers(0, 7)), replayed=st.booleans())
def test_asking_only_for_what_is_due_finds_what_asking_for_all_does(
    looked_once: Monitor, puts: list[Put], put_off: set[int], replayed: bool
) -> None:
    store, dossier = looked_once.store, replace(looked_once.dossier, id=uuid4().hex, citations=())
    known = put(looked_once, dossier.id, puts)
    waits = PutOff(sources={f"{dossier.id}/s{at}": START + 5 * HOUR for at in put_off})
    times = {
        source.id: (None, State.UNKNOWN)
        if one.wait is None
        else (None if one.at_once else START + one.wait, one.state)
        for source, one in zip(known, puts, strict=True)
    }
    context = replace(context_of(looked_once.dossier, store, START), dossier=dossier, sources=known)
    now_due = [one for one in known if one.enabled and came(one, times, replayed=replayed)]
    never = datetime.min.replace(tzinfo=UTC)
    wanted = sorted(
        (one for one in now_due if one.id not in waits.sources), key=lambda one: times[one.id][0] or never
    )
    assert due(context, store, Selection(), replayed=replayed, put_off=waits) == wanted
    turns = [
        max(START if came(one, times) else times[one.id][0] or START, waits.sources.get(one.id, START))
        for one in known
        if one.enabled
    ]
    assert next_due((dossier,), store, START, waits) == min(turns, default=None)


def came(source: Source, times: dict[str, tuple[datetime | None, State]], *, replayed: bool = False) -> bool:
    time, state = times[source.id]
    return is_due(source, time, START, state=state, replayed=replayed)

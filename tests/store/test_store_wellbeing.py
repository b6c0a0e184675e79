"""How the store does, the same on both databases."""

from dataclasses import replace
from datetime import timedelta

from scraper.model import Outcome, OutcomeKind, Unreadable
from storage.store import Store
from storage.wellbeing import ReadRate
from tests.store.samples import DOSSIER, HOUR, LIST, NOW, URL, draft, fetch, look, notice, record

DAY = timedelta(days=1)
HOST = URL.split("/")[2]


def keep(store: Store, day: int, *, read: bool = True, kind: OutcomeKind = OutcomeKind.GOOD) -> None:
    at = NOW + day * DAY
    made = record(at, got=fetch(at))
    reading = notice("甲") if read else Unreadable("no layout fits")
    store.keep(
        replace(made, seen=replace(made.seen, outcome=Outcome(kind, "rule", ""), reading=reading)), now=at
    )


def test_good_answers_are_counted_by_host_with_those_that_were_read(store: Store) -> None:
    for day, read in enumerate([True, True, False]):
        keep(store, day, read=read)
    keep(store, 3, kind=OutcomeKind.WALL)
    assert store.readings(NOW, NOW + 9 * DAY) == {HOST: ReadRate(3, 2)}
    assert store.readings(NOW + DAY, NOW + 2 * DAY) == {HOST: ReadRate(1, 1)}
    assert store.readings(NOW + 9 * DAY, NOW + 10 * DAY) == {}


def test_the_size_grows_by_what_was_kept_since(store: Store) -> None:
    assert store.size(NOW).grown == 0
    keep(store, 0)
    keep(store, 40)
    size = store.size(NOW + 10 * DAY)
    assert 0 < size.grown < size.total
    assert store.size(NOW - DAY).grown == size.total
    assert store.size(NOW + 50 * DAY).grown == 0


def test_a_store_that_was_asked_before_says_what_one_that_never_was_does(store: Store) -> None:
    for day in (0, 40, 41):
        keep(store, day)
        said = store.size(NOW + 10 * DAY + HOUR)
        assert Store(store._engine).size(NOW + 10 * DAY) == said
    assert said.grown > 0


def test_the_dates_of_servers_come_with_our_own_hour(store: Store) -> None:
    keep(store, 0)
    ((host, said, ours),) = store.dates(NOW - HOUR)
    assert host and said == NOW.strftime("%a, %d %b %Y %H:%M:%S GMT")
    assert timedelta(0) <= ours - NOW < HOUR
    assert store.dates(NOW + DAY) == ()


def test_findings_are_counted_by_dossier_kind_and_state(store: Store) -> None:
    at = NOW
    made = record(at, got=fetch(at), drafts=(draft(key="a"), draft(key="b")))
    store.keep(replace(made, seen=replace(made.seen, look=look(LIST))), now=at)
    (((dossier, _, state), count),) = store.findings_by_state().items()
    assert (dossier, state, count) == (DOSSIER, "open", 2)

"""What a pass remembers: the same as the store holds, asked for at once, opened only where somebody asks."""

from dataclasses import replace

import pytest
from sqlalchemy import text

from monitor.model import Standing, State
from monitor.remembered import Remembered
from scheduler.recall import FRESH, Recall
from storage.errors import StoreError
from storage.store import Store
from tests.store.samples import HOUR, NOW, SOURCE, full_record, record

OTHER = "x/other"


def test_what_is_remembered_is_what_the_store_holds(store: Store) -> None:
    store.keep(full_record(), now=NOW)
    store.keep(record(source=OTHER), now=NOW)
    names = [SOURCE, OTHER, "x/never"]
    assert store.remembered(names) == store.standings_of(names)
    assert store.remembered(()) == {}


def test_a_reading_is_opened_when_it_is_asked_for_and_equal_to_an_open_one(store: Store) -> None:
    made = full_record()
    store.keep(replace(made, seen=replace(made.seen, reading=made.new_reading)), now=NOW)
    remembered, held = store.remembered([SOURCE])[SOURCE].snapshot, store.standing(SOURCE).snapshot
    assert isinstance(remembered, Remembered)
    assert (remembered == held, held == remembered, hash(remembered) == hash(held)) == (True, True, True)
    assert remembered != replace(held, id=held.id + 1)
    assert remembered.read_by.reader == held.reading.reader


def test_what_is_damaged_hurts_only_who_asks_for_it(store: Store) -> None:
    store.keep(full_record(), now=NOW)
    with store._write() as session:
        session.execute(text("UPDATE snapshot SET reading = :data"), {"data": b"damaged"})
    standing = store.remembered([SOURCE])[SOURCE]
    assert standing.link.state is State.ALIVE
    with pytest.raises(StoreError, match="damaged"):
        _ = standing.snapshot.reading


HOSTILE = ("plain", 'W/"\ud800"', "with\0nul", "é\udfff")


@pytest.mark.parametrize("etag", HOSTILE)
def test_a_pass_takes_down_what_the_store_holds_after_a_visit(store: Store, etag: str) -> None:
    recall = Recall(store, [SOURCE])
    assert recall.standing(SOURCE) is None
    for hours in range(3):
        made = full_record(NOW + hours * HOUR)
        made = replace(made, standing=replace(made.standing, etag=etag, last_modified=etag, snapshot=None))
        before = recall.standing(SOURCE)
        if before:
            made = replace(made, standing=replace(made.standing, snapshot=before.snapshot))
        if hours == 2:
            made = replace(made, new_reading=None, digest=None)
        recall.kept(made, store.keep(made, now=NOW))
        assert recall.standing(SOURCE) == store.standing(SOURCE)
    assert isinstance(recall.standing(SOURCE).snapshot, Remembered), "ten thousand texts are not held"


def test_many_sources_are_asked_for_together(store: Store) -> None:
    names = [f"x/{number}" for number in range(300)]
    store.keep_all([record(source=name) for name in names[:3]], now=NOW)
    asked: list[int] = []

    class Counting(Store):
        def remembered(self, sources: object) -> dict[str, Standing]:
            wanted = tuple(sources)
            asked.append(len(wanted))
            return super().remembered(wanted)

    recall = Recall(Counting(store._engine), names)
    assert [recall.standing(name) is None for name in names] == [False] * 3 + [True] * 297
    assert asked == [200, 100]


def test_what_a_person_decides_during_a_pass_counts_within_a_second(store: Store) -> None:
    store.keep(full_record(), now=NOW)
    now = [0.0]
    recall = Recall(store, [SOURCE], clock=lambda: now[0])
    link = recall.standing(SOURCE).link
    store.put_link(SOURCE, replace(link, state=State.SUSPECTED), NOW)
    now[0] = FRESH + 0.1
    assert recall.standing(SOURCE).link.state is State.SUSPECTED
    store.put_link(SOURCE, link, NOW)
    assert recall.standing(SOURCE).link.state is State.SUSPECTED, "it was asked a moment ago"
    now[0] += FRESH + 0.1
    assert recall.standing(SOURCE).link == link

"""What is due is found by its time: what is not due costs nothing."""

from dataclasses import replace
from datetime import timedelta

import pytest
from samples import DOSSIER, HOUR, NOW, look, record, standing

from monitor.model import Record, State
from storage import agenda
from storage.store import Store

DAY = timedelta(days=1)


def due(name: str, after: timedelta | None, dossier: str = DOSSIER) -> Record:
    source = f"{dossier}/{name}"
    kept = record(standing=standing(source=source, next_due=None if after is None else NOW + after))
    return replace(kept, seen=replace(kept.seen, look=look(source=source, dossier=dossier)))


@pytest.fixture
def filled(store: Store) -> Store:
    kept = (
        due("now", timedelta()),
        due("soon", HOUR),
        due("late", 40 * DAY),
        due("at-once", None),
        due("other", timedelta(), "another"),
    )
    store.keep_all(kept, now=NOW)
    return store


def names(found: object) -> list[str]:
    assert isinstance(found, dict | frozenset)
    return sorted(name.removeprefix(f"{DOSSIER}/") for name in found)


def test_what_is_due_by_a_time_or_put_off_too_far_is_found_and_nothing_between(filled: Store) -> None:
    assert names(filled.due_by(DOSSIER, NOW, NOW + DAY)) == ["at-once", "late", "now"]
    assert names(filled.due_by(DOSSIER, NOW - HOUR, NOW + 50 * DAY)) == ["at-once"]
    assert filled.due_by(DOSSIER, NOW + 60 * DAY, NOW).keys() == filled.due_times(DOSSIER).keys()
    late = f"{DOSSIER}/late"
    assert filled.due_by(DOSSIER, NOW, NOW + DAY)[late] == filled.due_times(DOSSIER)[late]
    assert filled.due_by(DOSSIER, NOW, NOW)[f"{DOSSIER}/now"] == (NOW, State.UNKNOWN)


def test_sources_asked_for_by_name_are_found_where_they_were_kept(filled: Store) -> None:
    wanted = {
        name: when for name, when in filled.due_times(DOSSIER).items() if name.endswith(("now", "soon"))
    }
    assert filled.due_of([*wanted, f"{DOSSIER}/unheard-of"]) == wanted
    assert filled.due_of(()) == {}


def test_what_is_due_later_comes_in_the_order_of_its_time_whatever_the_batch(
    filled: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled.keep_all([due(f"tie-{at}", HOUR) for at in range(5)], now=NOW)
    whole = list(filled.due_after(DOSSIER, NOW))
    monkeypatch.setattr(agenda, "AT_ONCE", 2)
    assert list(filled.due_after(DOSSIER, NOW)) == whole
    assert [name.removeprefix(f"{DOSSIER}/") for name, _ in whole] == [
        "soon",
        *(f"tie-{at}" for at in range(5)),
        "late",
    ]
    assert [time - NOW for _, time in whole] == [HOUR] * 6 + [40 * DAY]


@pytest.mark.parametrize("few", [0, 5_000])
def test_a_source_is_never_kept_until_it_is(filled: Store, monkeypatch: pytest.MonkeyPatch, few: int) -> None:
    monkeypatch.setattr(agenda, "FEW", few)
    asked = [f"{DOSSIER}/now", f"{DOSSIER}/new"]
    assert names(filled.never_kept(asked)) == ["new"]
    filled.keep(due("new", HOUR), now=NOW)
    assert names(filled.never_kept(asked)) == []

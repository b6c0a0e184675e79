"""Sums and heads: what a report counts, what a list of sources shows, without a reading loaded."""

from dataclasses import replace
from datetime import date, timedelta

from monitor.model import FindingKind, ReviewState
from storage.store import Store
from storage.tallies import RowsKnown
from tests.store.samples import DOSSIER, HOUR, LIST, NOW, SOURCE, draft, notice, record, row

OTHER = f"{DOSSIER}/fn06"


def test_visits_are_counted_by_source_after_a_moment(store: Store) -> None:
    for at in range(3):
        store.keep(record(NOW + at * HOUR), now=NOW)
    store.keep(record(NOW, source=OTHER), now=NOW)
    assert store.visits_counted((SOURCE, OTHER, "x/y"), None) == {SOURCE: 3, OTHER: 1}
    assert store.visits_counted((SOURCE, OTHER), NOW) == {SOURCE: 2}
    assert store.visits_counted((OTHER,), None) == {OTHER: 1}
    assert store.visits_counted((), None) == {}


def test_rows_of_lists_are_counted_with_the_newest_day(store: Store) -> None:
    dated = replace(row("a"), published=date(2020, 9, 4))
    undated = replace(row("b"), published=None)
    store.keep(record(source=LIST, rows=(dated, undated)), now=NOW)
    assert store.rows_known((LIST, SOURCE)) == {LIST: RowsKnown(2, date(2020, 9, 4))}


def test_standings_come_with_their_readings_or_without(store: Store) -> None:
    store.keep(record(new_reading=notice(), digest="a"), now=NOW)
    store.keep(record(source=OTHER), now=NOW)
    whole = store.standings_of((SOURCE, OTHER, "x/y"))
    assert set(whole) == {SOURCE, OTHER}
    assert whole[SOURCE] == store.standing(SOURCE)
    assert whole[SOURCE].snapshot is not None
    heads = store.standings_of((SOURCE, OTHER), readings=False)
    assert heads[SOURCE] == replace(whole[SOURCE], snapshot=None)
    assert heads[OTHER] == whole[OTHER]


def test_more_sources_than_one_query_takes_are_all_found(store: Store) -> None:
    store.keep(record(), now=NOW)
    names = (*(f"x/{at}" for at in range(1200)), SOURCE)
    assert set(store.standings_of(names)) == set(store.visits_counted(names, None)) == {SOURCE}


def test_accepted_findings_are_asked_for_by_kind_and_zones_that_nobody_dismissed(store: Store) -> None:
    edit = draft("edit", kind=FindingKind.EDITED, zone=None)
    store.keep(record(drafts=(draft("a"), draft("b"), edit)), now=NOW)
    for number, state in ((1, ReviewState.ACCEPTED), (2, ReviewState.DISMISSED), (3, ReviewState.ACCEPTED)):
        store.decide(number, state, "said", NOW + timedelta(hours=1))
    assert [one.id for one in store.accepted(DOSSIER, {FindingKind.EDITED})] == [3]
    assert [one.id for one in store.accepted(DOSSIER, set(FindingKind))] == [1, 3]
    assert [one.id for one in store.zones_found(DOSSIER)] == [1]
    store.decide(2, ReviewState.OPEN, None, NOW)
    assert [one.id for one in store.zones_found(DOSSIER)] == [1, 2]

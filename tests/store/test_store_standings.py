"""What the next pass starts from is what the last one left."""

from dataclasses import replace
from datetime import timedelta

import pytest
from samples import (
    DOSSIER,
    HOUR,
    LIST,
    NOW,
    SOURCE,
    followed,
    full_record,
    link,
    look,
    notice,
    record,
    row,
    standing,
)

from monitor.model import Role, Seen, State
from storage.store import Store


def test_a_standing_comes_back_with_its_ladder(store: Store) -> None:
    left = standing(
        link=link(State.FAILING, NOW, NOW + timedelta(hours=20, microseconds=1)),
        url="https://elsewhere.example/",
        last_modified="Fri, 04 Sep 2020 08:28:00 GMT",
        body="ab" * 32,
        layout_failures=1,
    )
    store.keep(record(standing=left), now=NOW)
    assert store.standing(SOURCE) == left
    assert store.standing("no/such") is None


def test_the_later_standing_takes_the_place_of_the_earlier(store: Store) -> None:
    store.keep(record(), now=NOW)
    later = standing(link=link(State.DEAD), etag=None, next_due=None)
    store.keep(record(NOW + HOUR, standing=later), now=NOW)
    assert store.standings() == {SOURCE: later}


def test_a_new_snapshot_becomes_the_reference(store: Store) -> None:
    first = store.keep(record(new_reading=notice("one"), digest="1"), now=NOW)
    later = record(new_reading=notice("two"), digest="2", standing=standing(snapshot=first.snapshot))
    second = store.keep(later, now=NOW)
    stands = store.standing(SOURCE)
    assert stands is not None
    assert stands.snapshot == second.snapshot != first.snapshot


def test_without_a_new_snapshot_the_reference_stays(store: Store) -> None:
    first = store.keep(record(new_reading=notice(), digest="1"), now=NOW)
    store.keep(record(standing=standing(snapshot=first.snapshot)), now=NOW)
    stands = store.standing(SOURCE)
    assert stands is not None
    assert stands.snapshot == first.snapshot


def test_a_candidates_visit_leaves_every_standing_alone(store: Store) -> None:
    store.keep(record(), now=NOW)
    before = store.standings()
    store.keep(record(standing=None, new_reading=notice(), digest="c"), now=NOW)
    assert store.standings() == before


def test_a_visit_may_move_another_sources_standing(store: Store) -> None:
    successor = record(standing=standing(LIST))
    seen = Seen(look(role=Role.SUCCESSOR), successor.seen.fetch, successor.seen.outcome)
    store.keep(replace(successor, seen=seen), now=NOW)
    assert set(store.standings()) == {LIST}


def test_standings_come_with_the_first_due_first(store: Store) -> None:
    for name, due in (("b/late", NOW + HOUR), ("b/soon", NOW), ("b/never", None)):
        store.keep(record(source=name, standing=standing(name, next_due=due)), now=NOW)
    assert list(store.standings()) == ["b/never", "b/soon", "b/late"]


def test_a_dossier_sees_its_own_standings(store: Store) -> None:
    other = record(source="other/a", standing=standing("other/a"))
    seen = Seen(look("other/a", dossier="other"), other.seen.fetch, other.seen.outcome)
    store.keep_all([record(), replace(other, seen=seen)], now=NOW)
    assert set(store.standings("other")) == {"other/a"}
    assert set(store.standings(DOSSIER)) == {SOURCE}
    assert set(store.standings()) == {"other/a", SOURCE}
    assert store.standings("none") == {}


def test_followed_sources_come_back_in_the_order_of_their_coming(store: Store) -> None:
    store.keep(record(follow=(followed("b"), followed("a"))), now=NOW)
    store.keep(record(follow=(followed("c", dossier="other"),)), now=NOW)
    assert store.followed(DOSSIER) == (followed("b"), followed("a"))
    assert store.followed("other") == (followed("c", dossier="other"),)
    assert store.followed("none") == ()


def test_a_source_followed_again_is_brought_up_to_date(store: Store) -> None:
    store.keep(record(follow=(followed("a"), followed("b"))), now=NOW)
    store.keep(record(follow=(followed("a", url="https://new.example/"),)), now=NOW)
    assert store.followed(DOSSIER) == (followed("a", url="https://new.example/"), followed("b"))


def test_a_lists_rows_are_remembered_under_their_keys(store: Store) -> None:
    rows = (row("z", settled=True), row("a", published=None, document_number="国科函规〔2020〕171号"))
    store.keep(record(source=LIST, rows=rows), now=NOW)
    assert list(store.rows(LIST).values()) == list(rows)
    assert list(store.rows(LIST)) == ["z", "a"]
    assert store.rows(SOURCE) == {}


def test_rows_belong_to_the_list_that_led_there(store: Store) -> None:
    store.keep(record(rows=(row(),), rows_of=LIST), now=NOW)
    assert (len(store.rows(LIST)), store.rows(SOURCE)) == (1, {})


def test_a_row_is_unsettled_until_its_page_was_fetched(store: Store) -> None:
    store.keep(record(source=LIST, rows=(row("a"), row("b", settled=True), row("c"))), now=NOW)
    assert store.unsettled(LIST) == (row("a"), row("c"))
    settled = row("a", settled=True, verdict="known_zone")
    store.keep(record(rows=(settled,), rows_of=LIST), now=NOW)
    assert store.unsettled(LIST) == (row("c"),)
    assert list(store.rows(LIST).values()) == [settled, row("b", settled=True), row("c")]


def test_one_key_on_two_lists_is_two_rows(store: Store) -> None:
    store.keep_all([record(source=name, rows=(row("a"),)) for name in ("x/1", "x/2")], now=NOW)
    assert store.unsettled("x/1") == store.unsettled("x/2") == (row("a"),)


@pytest.mark.parametrize("length", [1, 5_000])
def test_a_row_may_be_keyed_by_title_and_date_of_any_length(store: Store, length: int) -> None:
    key = "科技部关于" * length + " 2020-09-04"
    store.keep(record(source=LIST, rows=(row(key), row(key + "x"))), now=NOW)
    assert list(store.rows(LIST)) == [key, key + "x"]


def test_hundreds_of_rows_go_in_at_once(store: Store) -> None:
    rows = tuple(row(f"k{number}") for number in range(700))
    store.keep(record(source=LIST, rows=rows), now=NOW)
    assert store.unsettled(LIST) == rows


def test_a_record_of_everything_leaves_everything(store: Store) -> None:
    kept = store.keep(full_record(), now=NOW)
    stands = store.standing(SOURCE)
    assert stands is not None
    assert stands.snapshot == kept.snapshot
    assert (len(store.rows(LIST)), store.followed(DOSSIER)) == (2, (followed(),))

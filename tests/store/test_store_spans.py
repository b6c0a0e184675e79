"""What a period did to a source, and what people said of it, the same on both databases."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from monitor.model import LinkState, Standing, State
from monitor.spans import Importance, Judgement, Span, Stretch, Verdict
from scraper.model import Outcome, OutcomeKind
from storage.errors import StoreError
from storage.store import Store
from tests.store.samples import NOW, draft, fetch, look, notice, record

A, B = "ai-pilot-zones/a", "ai-pilot-zones/b"
DAY = timedelta(days=1)


def visit(
    store: Store, day: int, title: str | None = None, kind: OutcomeKind = OutcomeKind.GOOD, source: str = A
) -> int | None:
    """Keep a visit of that day, with a snapshot if it read something new; return the snapshot's number."""
    at = NOW + day * DAY
    reading = notice(title) if title else None
    made = record(at, source=source, got=fetch(at), new_reading=reading, digest=title)
    seen = replace(made.seen, look=look(source), outcome=Outcome(kind, "rule", ""))
    kept = store.keep(replace(made, seen=seen), now=at)
    return kept.snapshot.id if kept.snapshot else None


def span(store: Store, first: int, last: int, source: str = A) -> Span:
    found = store.spans([source], since=day(first), until=day(last))
    return found[source]


def day(number: int) -> datetime:
    return NOW + number * DAY


def numbers(found: Span) -> tuple[int | None, int | None]:
    return found.first and found.first.id, found.last and found.last.id


def test_a_period_is_bound_by_the_snapshots_that_stood_at_its_ends(store: Store) -> None:
    one, two, three = (visit(store, at, title) for at, title in ((0, "甲"), (3, "乙"), (6, "丙")))
    visit(store, 8)
    assert numbers(span(store, 1, 7)) == (one, three)
    assert numbers(span(store, 1, 5)) == (one, two)
    assert numbers(span(store, 4, 5)) == (two, two)
    assert numbers(span(store, 6, 9)) == (three, three)
    assert numbers(span(store, 0, 3)) == (one, two), "what stood when it began counts as its first"


def test_before_the_first_snapshot_the_first_of_the_period_counts(store: Store) -> None:
    one, two = visit(store, 2, "甲"), visit(store, 4, "乙")
    assert numbers(span(store, 0, 5)) == (one, two)


def test_visits_are_counted_and_the_last_good_one_stands_beside_the_last(store: Store) -> None:
    visit(store, 0, "甲")
    visit(store, 2)
    visit(store, 3, kind=OutcomeKind.GONE)
    visit(store, 9)
    found = span(store, 1, 5)
    assert (found.visits, found.good, found.seen_before) == (2, 1, True)
    assert (found.last_visit, found.last_at, found.last_outcome) == (3, day(3), OutcomeKind.GONE)
    assert (found.last_good, found.last_good_at) == (2, day(2))
    later = span(store, 3, 5)
    assert (later.visits, later.last_good, later.seen_before) == (0, 2, False)


@pytest.mark.parametrize("kind", [OutcomeKind.NOT_MODIFIED, OutcomeKind.REDIRECTED])
def test_an_unchanged_page_is_a_good_one(store: Store, kind: OutcomeKind) -> None:
    visit(store, 1, kind=kind)
    found = span(store, 0, 5)
    assert (found.good, found.last_good, found.seen_before, numbers(found)) == (1, 1, None, (None, None))


def test_sources_never_visited_up_to_then_are_left_out(store: Store) -> None:
    visit(store, 4, "甲")
    visit(store, 0, "甲", source=B)
    assert set(store.spans([A, B, "ai-pilot-zones/none"], since=day(1), until=day(3))) == {B}
    assert store.spans([], since=day(0), until=day(1)) == {}


def test_more_sources_than_a_query_takes_are_asked_for_in_parts(store: Store) -> None:
    visit(store, 0, "甲")
    many = [f"ai-pilot-zones/{at}" for at in range(1200)]
    assert set(store.spans([*many, A], since=day(-1), until=day(1))) == {A}


SAID = Judgement(Verdict.CONTENT, Importance.HIGH, "=1+1 “换行\n”", NOW)


def test_what_is_said_of_a_row_is_kept_with_its_hour_and_can_be_changed_and_taken_back(store: Store) -> None:
    one, two = visit(store, 0, "甲"), visit(store, 3, "乙")
    row = span(store, 1, 5).row
    assert row == f"R1-{one}-{two}"
    store.judge({row: SAID}, now=NOW)
    assert store.judgements() == store.judgements([A]) == {row: SAID}
    assert store.judgements([B]) == {}
    store.judge({row: Judgement(note="新")}, now=day(1))
    assert store.judgements() == {row: Judgement(note="新", decided=day(1))}
    store.judge({row: Judgement()}, now=day(2))
    assert store.judgements() == {}


def test_a_row_must_be_of_a_source_and_its_own_snapshots(store: Store) -> None:
    one, other = visit(store, 0, "甲"), visit(store, 0, "乙", source=B)
    assert store.source_of_row(f"R1-{one}-{one}") == A
    assert store.source_of_row("R1-0-0") == A
    for wrong in (
        f"R1-{one}-{other}",
        "R9-0-0",
        f"R1-{one}-99",
        "R1-1",
        "x",
        "",
        "R1--1",
        "R99999999999-0-0",
    ):
        assert store.source_of_row(wrong) is None


def test_nothing_is_kept_where_one_row_cannot_be(store: Store) -> None:
    visit(store, 0, "甲")
    with pytest.raises(StoreError, match="x is no row of a sheet"):
        store.judge({"R1-0-0": SAID, "x": SAID}, now=NOW)
    assert store.judgements() == {}


def test_a_finding_names_the_row_that_shows_it(store: Store) -> None:
    one, two = visit(store, 0, "甲"), visit(store, 3, "乙")
    at = day(3)
    made = record(at, source=A, got=fetch(at), drafts=(draft("edited", subject=A),))
    (raised,) = store.keep(made, now=at).findings
    visit(store, 5, "丙")
    assert store.row_of_finding(raised.id) == f"R1-{one}-{two}"
    assert store.row_of_finding(99) is None and store.row_of_finding(2**40) is None


def test_a_finding_on_a_first_visit_names_a_row_of_one_snapshot(store: Store) -> None:
    made = record(NOW, source=A, drafts=(draft("new", subject=A),), new_reading=notice(), digest="d")
    kept = store.keep(made, now=NOW)
    assert kept.snapshot
    assert store.row_of_finding(kept.findings[0].id) == f"R1-{kept.snapshot.id}-{kept.snapshot.id}"
    other = record(NOW, source=A, drafts=(draft("else", subject="ai-pilot-zones/unknown"),))
    assert store.row_of_finding(store.keep(other, now=NOW).findings[0].id) is None


def test_states_are_told_as_times_without_a_change(store: Store) -> None:
    states = (State.ALIVE, State.ALIVE, State.FAILING, State.FAILING, State.DEAD, State.ALIVE)
    for at, state in enumerate(states):
        at_state(store, at, state)
    at_state(store, 2, State.UNSEEN, B)
    found = store.stretches([A, B, "ai-pilot-zones/none"], since=day(-1), until=day(9))
    assert found[A] == (
        Stretch(State.ALIVE, day(0), day(2)),
        Stretch(State.FAILING, day(2), day(4)),
        Stretch(State.DEAD, day(4), day(5)),
        Stretch(State.ALIVE, day(5), day(9)),
    )
    assert found[B] == (Stretch(State.UNSEEN, day(2), day(9)),)
    assert set(found) == {A, B}


def test_states_are_told_of_a_period_only(store: Store) -> None:
    for at, state in enumerate((State.ALIVE, State.DEAD, State.DEAD, State.ALIVE)):
        at_state(store, at, state)
    assert store.stretches([A], since=day(1), until=day(2)) == {A: (Stretch(State.DEAD, day(2), day(2)),)}


def at_state(store: Store, at: int, state: State, source: str = A) -> None:
    made = record(day(at), source=source, got=fetch(day(at)))
    store.keep(replace(made, standing=Standing(source, LinkState(state))), now=day(at))

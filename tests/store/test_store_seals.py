"""A seal a day: over what was kept until then, each on the one before, and never twice."""

import hashlib
import json
from datetime import UTC, datetime, timedelta

import pytest
from samples import HOUR, LIST, NOW, SOURCE, fetch, record
from sqlalchemy import text

from storage.merkle import root
from storage.store import Store

DAY = timedelta(days=1)
MIDNIGHT = datetime(2026, 12, 2, tzinfo=UTC)


def visit(store: Store, at: datetime, source: str = SOURCE) -> None:
    store.keep(record(at, source=source, got=fetch(at)), now=at)


def digests(store: Store, *numbers: int) -> list[bytes]:
    with store._engine.begin() as connection:
        rows = {row.id: row.digest for row in connection.execute(text("SELECT id, digest FROM visit"))}
    return [bytes(rows[number]) for number in numbers]


def test_a_day_is_sealed_when_it_is_over(store: Store) -> None:
    visit(store, NOW)
    visit(store, NOW + HOUR, LIST)
    assert store.seal(NOW + 2 * HOUR) is None
    assert store.seal(MIDNIGHT - timedelta(microseconds=1)) is None
    made = store.seal(MIDNIGHT)
    assert made and made.seal.day.isoformat() == "2026-12-01"
    assert (made.seal.first, made.seal.last, made.seal.visits, made.seal.previous) == (1, 2, 2, None)
    assert made.seal.root == root(digests(store, 1, 2)).hex()
    assert tuple(store.seals()) == (made,)


def test_what_is_hashed_is_what_the_documentation_says(store: Store) -> None:
    visit(store, NOW)
    made = store.seal(MIDNIGHT)
    assert made
    plain = json.loads(made.seal.canonical)
    assert plain == {
        "day": "2026-12-01",
        "first": 1,
        "form": 1,
        "last": 1,
        "previous": None,
        "root": hashlib.sha256(b"\0" + digests(store, 1)[0]).hexdigest(),
        "visits": 1,
    }
    canonical = json.dumps(plain, sort_keys=True, separators=(",", ":")).encode()
    assert made.digest == hashlib.sha256(canonical).hexdigest()


def test_a_day_is_sealed_once_and_a_day_without_visits_never(store: Store) -> None:
    visit(store, NOW)
    assert store.seal(MIDNIGHT)
    assert store.seal(MIDNIGHT + HOUR) is None
    assert store.seal(MIDNIGHT + 5 * DAY) is None
    assert len(list(store.seals())) == 1


def test_each_seal_leans_on_the_one_before(store: Store) -> None:
    for number in range(3):
        visit(store, NOW + number * DAY)
        assert store.seal(NOW + (number + 1) * DAY)
    first, second, third = store.seals()
    assert (second.seal.previous, third.seal.previous) == (first.digest, second.digest)
    assert [(one.seal.first, one.seal.last) for one in (first, second, third)] == [(1, 1), (2, 2), (3, 3)]


def test_what_is_brought_in_later_belongs_to_the_day_on_which_it_came(store: Store) -> None:
    visit(store, NOW)
    store.seal(MIDNIGHT)
    visit(store, NOW - 300 * DAY)  # from another archive
    visit(store, MIDNIGHT + HOUR)
    made = store.seal(MIDNIGHT + DAY)
    assert made and (made.seal.day.isoformat(), made.seal.first, made.seal.last) == ("2026-12-02", 2, 3)


def test_a_visit_begun_after_midnight_waits_for_the_next_seal(store: Store) -> None:
    visit(store, NOW)
    visit(store, MIDNIGHT)
    made = store.seal(MIDNIGHT + HOUR)
    assert made and made.seal.last == 1


def test_visits_that_are_older_than_the_chain_have_no_leaf(store: Store) -> None:
    for number in range(3):
        visit(store, NOW + number * HOUR)
    with store._engine.begin() as connection:
        connection.execute(text("UPDATE visit SET digest = NULL WHERE id = 1"))
    made = store.seal(MIDNIGHT)
    assert made and (made.seal.visits, made.seal.root) == (2, root(digests(store, 2, 3)).hex())


def test_a_stamp_is_kept_once_under_its_seal(store: Store) -> None:
    visit(store, NOW)
    made = store.seal(MIDNIGHT)
    assert made and store.unstamped() == (made,)
    store.put_stamp(made.id, "https://tsa.test/", b"first")
    store.put_stamp(made.id, "https://tsa.test/", b"second")
    (kept,) = store.seals()
    assert (kept.stamp, kept.authority) == (b"first", "https://tsa.test/") and store.unstamped() == ()


@pytest.mark.parametrize("count", [1, 2, 2500])
def test_a_seal_covers_a_day_of_any_size(store: Store, count: int) -> None:
    visit(store, NOW)
    columns = "source_id, circumstance_id, at, seconds, url_id, digest"
    with store._engine.begin() as connection:
        copy = f"INSERT INTO visit ({columns}) SELECT {columns} FROM visit WHERE id = 1"
        for _ in range(count - 1):
            connection.execute(text(copy))
    made = store.seal(MIDNIGHT)
    assert made and made.seal.visits == count

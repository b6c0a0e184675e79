"""The lease around a pass: renewed while it lasts, given up at its end, lost with one clear line."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from scheduler.clock import fixed
from storage.store import LeaseLost, Store
from tests.ready import new_store
from zonewatch.errors import BusyError
from zonewatch.leasing import LEASE_SECONDS, RENEWED_EVERY, leased

NOW = datetime(2026, 12, 1, 4, tzinfo=UTC)
ELSEWHERE = "far.example:1:1-aa"
LATER = NOW + timedelta(seconds=LEASE_SECONDS + 1)


class Hand:
    """A clock that the test sets."""

    def __init__(self) -> None:
        self.at = NOW

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with new_store(tmp_path / "z.db") as opened:
        yield opened


def test_it_is_held_for_the_block_and_free_afterwards(store: Store) -> None:
    with leased(store, fixed(NOW)) as tenure:
        assert store.lease_holder(NOW) == tenure.holder
        assert store.take_lease(ELSEWHERE, NOW, 60) is None
    assert store.lease_holder(NOW) is None


def test_it_is_given_up_after_an_error_too(store: Store) -> None:
    with pytest.raises(ValueError, match="of ours"), leased(store, fixed(NOW)):
        raise ValueError("of ours")
    assert store.lease_holder(NOW) is None


def test_it_is_renewed_in_the_background_however_long_a_visit_takes(store: Store) -> None:
    hand = Hand()
    with leased(store, hand, every=0.02):
        for _ in range(5):
            hand.at += timedelta(seconds=LEASE_SECONDS * 0.9)
            time.sleep(0.2)
            assert store.take_lease(ELSEWHERE, hand.at, 60) is None


def test_it_outlives_several_renewals_that_fail() -> None:
    assert RENEWED_EVERY * 4 < LEASE_SECONDS


def test_where_another_holds_it_one_line_says_who(store: Store) -> None:
    store.take_lease(ELSEWHERE, NOW, 60)
    with pytest.raises(BusyError, match=ELSEWHERE) as busy, leased(store, fixed(NOW)):
        raise AssertionError("the lease is another's")
    assert busy.value.exit_code == 75
    assert store.lease_holder(NOW) == ELSEWHERE


def test_a_lease_that_was_lost_is_not_taken_back_by_its_renewal(store: Store) -> None:
    with leased(store, fixed(NOW), every=0.02) as tenure:
        other = store.take_lease(ELSEWHERE, LATER, 600)
        time.sleep(0.2)
        assert other and other.token > tenure.token
        assert store.lease_holder(LATER) == ELSEWHERE
    assert store.lease_holder(LATER) == ELSEWHERE


def test_what_lost_it_ends_as_busy(store: Store) -> None:
    with pytest.raises(BusyError, match="is with"), leased(store, fixed(NOW)):
        raise LeaseLost("the lease of a is with b; this visit was not kept")

"""One process at a time runs a pass; a killed one keeps nobody out, and an overtaken one keeps nothing."""

import os
import socket
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from samples import NOW, SOURCE, record

from storage import leases
from storage.leases import holder_name, is_gone
from storage.store import LeaseLost, Store, StoreError, Tenure

ELSEWHERE = "far.example:1:1-aa"
ALSO_ELSEWHERE = "away.example:1:1-bb"
LATER = NOW + timedelta(seconds=61)
HOST = socket.gethostname()


def dead_process() -> int:
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    return child.pid


def taken(store: Store, holder: str = ELSEWHERE, now: datetime = NOW, seconds: float = 60) -> Tenure:
    tenure = store.take_lease(holder, now, seconds)
    assert tenure is not None
    return tenure


def test_a_free_lease_is_taken_and_shown(store: Store) -> None:
    assert store.lease_holder(NOW) is None
    assert taken(store).holder == ELSEWHERE
    assert store.lease_holder(NOW) == ELSEWHERE


def test_a_held_lease_is_not_taken(store: Store) -> None:
    taken(store)
    assert store.take_lease(ALSO_ELSEWHERE, NOW + timedelta(seconds=59), 60) is None
    assert store.lease_holder(NOW) == ELSEWHERE


def test_the_holder_may_take_it_again_under_its_token(store: Store) -> None:
    first = taken(store)
    assert taken(store, seconds=120).token == first.token
    assert store.lease_holder(LATER) == ELSEWHERE
    assert store.keep(record(), now=NOW, lease=first).visit.id


def test_a_lease_ends_by_itself(store: Store) -> None:
    taken(store)
    assert store.lease_holder(NOW + timedelta(seconds=60)) is None
    taken(store, ALSO_ELSEWHERE, NOW + timedelta(seconds=60))


def test_a_renewed_lease_lasts_longer(store: Store) -> None:
    assert store.renew_lease(taken(store), NOW, 3600)
    assert not store.take_lease(ALSO_ELSEWHERE, LATER, 60)


def test_a_lost_lease_cannot_be_renewed(store: Store) -> None:
    lost = taken(store)
    taken(store, ALSO_ELSEWHERE, LATER)
    assert not store.renew_lease(lost, LATER, 60)
    assert store.lease_holder(LATER) == ALSO_ELSEWHERE


def test_only_the_holder_gives_it_up(store: Store) -> None:
    lost = taken(store)
    held = taken(store, ALSO_ELSEWHERE, LATER)
    store.release_lease(lost, LATER)
    assert store.lease_holder(LATER) == ALSO_ELSEWHERE
    store.release_lease(held, LATER)
    store.release_lease(held, LATER)
    assert store.lease_holder(LATER) is None


def test_the_token_grows_with_every_change_of_hands(store: Store) -> None:
    tokens = []
    for turn in range(4):
        tenure = taken(store, ELSEWHERE if turn % 2 else ALSO_ELSEWHERE, NOW + turn * timedelta(hours=1))
        if turn == 1:
            store.release_lease(tenure, NOW + timedelta(hours=1, minutes=1))
        tokens.append(tenure.token)
    assert tokens == sorted(set(tokens))


def test_who_lost_it_and_took_it_again_does_not_write_under_the_old_token(store: Store) -> None:
    """The name is the same, the hands are not: what was begun before the loss is not kept after it."""
    before = taken(store)
    between = taken(store, ALSO_ELSEWHERE, LATER)
    store.release_lease(between, LATER)
    after = taken(store, ELSEWHERE, LATER)
    with pytest.raises(LeaseLost):
        store.keep(record(), now=LATER, lease=before)
    assert not store.renew_lease(before, LATER, 60)
    assert store.keep(record(), now=LATER, lease=after).visit.id


def test_a_tenure_tells_since_when_nobody_was_at_work(store: Store) -> None:
    first = taken(store)
    assert first.idle_since is None
    given_up = NOW + timedelta(seconds=5)
    store.release_lease(first, given_up)
    assert taken(store, ALSO_ELSEWHERE, LATER).idle_since == given_up


def test_a_holder_that_never_gave_it_up_may_have_been_at_work_until_now(store: Store) -> None:
    taken(store)
    assert taken(store, ALSO_ELSEWHERE, LATER).idle_since == LATER


def test_a_lease_given_up_in_the_future_was_given_up_now(store: Store) -> None:
    """The clock was set back since."""
    store.release_lease(taken(store), LATER)
    assert taken(store, ALSO_ELSEWHERE, NOW).idle_since == NOW


def test_the_lease_of_a_process_that_died_is_free(store: Store) -> None:
    taken(store, f"{HOST}:{dead_process()}:1-aa", seconds=3600)
    assert store.lease_holder(NOW) is None
    taken(store)


def test_the_lease_of_a_living_process_is_held(store: Store) -> None:
    mine = holder_name()
    taken(store, mine, seconds=3600)
    assert not store.take_lease(ELSEWHERE, NOW, 60)
    assert store.lease_holder(NOW) == mine


def test_the_holder_keeps(store: Store) -> None:
    kept = store.keep(record(), now=NOW, lease=taken(store))
    assert store.visits(SOURCE) == (kept.visit,)


def test_a_lease_past_its_time_that_nobody_took_still_keeps(store: Store) -> None:
    assert store.keep(record(), now=LATER, lease=taken(store)).visit.id


def test_who_lost_the_lease_keeps_nothing(store: Store) -> None:
    lost = taken(store)
    taken(store, ALSO_ELSEWHERE, LATER)
    with pytest.raises(LeaseLost, match=ALSO_ELSEWHERE):
        store.keep_all([record(), record()], now=LATER, lease=lost)
    assert store.visits(SOURCE) == ()


def test_who_gave_the_lease_up_keeps_nothing(store: Store) -> None:
    tenure = taken(store)
    store.release_lease(tenure, NOW)
    with pytest.raises(LeaseLost, match="given up"):
        store.keep(record(), now=NOW, lease=tenure)
    assert store.visits(SOURCE) == ()


def test_a_lost_lease_is_an_error_of_the_store() -> None:
    assert issubclass(LeaseLost, StoreError)


def test_names_of_holders_are_their_own() -> None:
    one, other = holder_name(), holder_name()
    assert one != other
    assert one.startswith(f"{HOST}:{os.getpid()}:")
    assert not is_gone(one)


def test_a_process_number_given_to_another_is_not_the_holder() -> None:
    if not Path("/proc/self/stat").exists():
        pytest.skip("no /proc here to tell processes of one number apart")
    assert is_gone(f"{HOST}:{os.getpid()}:1-aa")


def test_where_births_are_unknown_a_living_number_is_the_holder() -> None:
    assert not is_gone(f"{HOST}:{os.getpid()}:0-aa")
    assert not is_gone(f"{HOST}:{os.getpid()}:token")


def test_a_killed_child_that_nobody_waited_for_is_gone() -> None:
    if not Path("/proc/self/stat").exists():
        pytest.skip("no /proc here to see a process's state")
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    name = f"{HOST}:{child.pid}:{leases._birth(child.pid)}-aa"
    assert not is_gone(name)
    child.kill()
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    assert is_gone(name)
    child.communicate()


@pytest.mark.parametrize("name", ["far.example:1:1-aa", "", "no-number", f"{HOST}:x:y", "a:b:c:d"])
def test_what_nobody_can_know_from_here_is_not_gone(name: str) -> None:
    assert not is_gone(name)


@pytest.mark.parametrize(
    ("error", "gone"), [(ProcessLookupError, True), (OverflowError, True), (PermissionError, False)]
)
def test_a_process_of_another_user_is_alive(
    monkeypatch: pytest.MonkeyPatch, error: type[Exception], gone: bool
) -> None:
    def answer(_pid: int, _signal: int) -> None:
        raise error

    monkeypatch.setattr(leases.os, "kill", answer)
    assert is_gone(f"{HOST}:{os.getpid()}:0-aa") is gone

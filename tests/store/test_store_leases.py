"""One process at a time runs a pass; a killed one keeps nobody out, and an overtaken one keeps nothing."""

import os
import socket
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from samples import NOW, SOURCE, record

from storage import leases
from storage.leases import holder_name, is_gone
from storage.store import LeaseLost, Store, StoreError

ELSEWHERE = "far.example:1:1-aa"
ALSO_ELSEWHERE = "away.example:1:1-bb"
LATER = NOW + timedelta(seconds=61)
HOST = socket.gethostname()


def dead_process() -> int:
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    return child.pid


def test_a_free_lease_is_taken_and_shown(store: Store) -> None:
    assert store.lease_holder(NOW) is None
    assert store.take_lease(ELSEWHERE, NOW, 60)
    assert store.lease_holder(NOW) == ELSEWHERE


def test_a_held_lease_is_not_taken(store: Store) -> None:
    store.take_lease(ELSEWHERE, NOW, 60)
    assert not store.take_lease(ALSO_ELSEWHERE, NOW + timedelta(seconds=59), 60)
    assert store.lease_holder(NOW) == ELSEWHERE


def test_the_holder_may_take_it_again(store: Store) -> None:
    store.take_lease(ELSEWHERE, NOW, 60)
    assert store.take_lease(ELSEWHERE, NOW, 120)
    assert store.lease_holder(LATER) == ELSEWHERE


def test_a_lease_ends_by_itself(store: Store) -> None:
    store.take_lease(ELSEWHERE, NOW, 60)
    assert store.lease_holder(NOW + timedelta(seconds=60)) is None
    assert store.take_lease(ALSO_ELSEWHERE, NOW + timedelta(seconds=60), 60)


def test_a_renewed_lease_lasts_longer(store: Store) -> None:
    store.take_lease(ELSEWHERE, NOW, 60)
    assert store.renew_lease(ELSEWHERE, NOW, 3600)
    assert not store.take_lease(ALSO_ELSEWHERE, LATER, 60)


def test_a_lost_lease_cannot_be_renewed(store: Store) -> None:
    assert not store.renew_lease(ELSEWHERE, NOW, 60)
    store.take_lease(ELSEWHERE, NOW, 60)
    store.take_lease(ALSO_ELSEWHERE, LATER, 60)
    assert not store.renew_lease(ELSEWHERE, LATER, 60)
    assert store.lease_holder(LATER) == ALSO_ELSEWHERE


def test_only_the_holder_gives_it_up(store: Store) -> None:
    store.take_lease(ELSEWHERE, NOW, 60)
    store.release_lease(ALSO_ELSEWHERE)
    assert store.lease_holder(NOW) == ELSEWHERE
    store.release_lease(ELSEWHERE)
    store.release_lease(ELSEWHERE)
    assert store.lease_holder(NOW) is None


def test_the_lease_of_a_process_that_died_is_free(store: Store) -> None:
    store.take_lease(f"{HOST}:{dead_process()}:1-aa", NOW, 3600)
    assert store.lease_holder(NOW) is None
    assert store.take_lease(ELSEWHERE, NOW, 60)


def test_the_lease_of_a_living_process_is_held(store: Store) -> None:
    mine = holder_name()
    store.take_lease(mine, NOW, 3600)
    assert not store.take_lease(ELSEWHERE, NOW, 60)
    assert store.lease_holder(NOW) == mine


def test_the_holder_keeps(store: Store) -> None:
    store.take_lease(ELSEWHERE, NOW, 60)
    kept = store.keep(record(), now=NOW, lease=ELSEWHERE)
    assert store.visits(SOURCE) == (kept.visit,)


def test_a_lease_past_its_time_that_nobody_took_still_keeps(store: Store) -> None:
    store.take_lease(ELSEWHERE, NOW, 60)
    assert store.keep(record(), now=LATER, lease=ELSEWHERE).visit.id


def test_who_lost_the_lease_keeps_nothing(store: Store) -> None:
    store.take_lease(ELSEWHERE, NOW, 60)
    store.take_lease(ALSO_ELSEWHERE, LATER, 60)
    with pytest.raises(LeaseLost, match=ALSO_ELSEWHERE):
        store.keep_all([record(), record()], now=LATER, lease=ELSEWHERE)
    assert store.visits(SOURCE) == ()


def test_who_gave_the_lease_up_keeps_nothing(store: Store) -> None:
    store.take_lease(ELSEWHERE, NOW, 60)
    store.release_lease(ELSEWHERE)
    with pytest.raises(LeaseLost, match="given up"):
        store.keep(record(), now=NOW, lease=ELSEWHERE)
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

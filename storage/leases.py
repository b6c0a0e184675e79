"""The lease: one process at a time runs a pass, and one that was killed keeps nobody out.

A holder's name is `host:pid:birth-token`. `birth` is the process's start in clock ticks since boot
(field 22 of /proc/<pid>/stat, proc(5)), so that a number given to another process is not taken for
the one that held the lease.
"""

import os
import secrets
import socket
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from sqlalchemy.orm import Session

from storage.desk import Desk
from storage.errors import LeaseLost
from storage.memory_schema import Lease

PASS: Final = "pass"  # noqa: S105 - a pass over the sources


def holder_name() -> str:
    """Return a new name under which this process may hold the lease."""
    pid = os.getpid()
    return f"{socket.gethostname()}:{pid}:{_birth(pid) or 0}-{secrets.token_hex(4)}"


def is_gone(holder: str) -> bool:
    """Tell whether a holder was a process of this host that runs no more; False where nobody can know."""
    try:
        host, number, token = holder.rsplit(":", 2)
        pid = int(number)
    except ValueError:
        return False
    if host != socket.gethostname() or os.name != "posix":
        return False
    birth = token.partition("-")[0]
    born = _birth(pid)
    return not _runs(pid) or (birth.isdigit() and birth != "0" and born is not None and birth != born)


def is_alive(holder: str) -> bool:
    """Tell whether a holder provably is another process of this host that still runs."""
    host, _, rest = holder.rpartition(":")[0].rpartition(":")
    elsewhere = host == socket.gethostname() and rest != str(os.getpid())
    return elsewhere and os.name == "posix" and rest.isdecimal() and not is_gone(holder)


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True


def _birth(pid: int) -> str | None:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    state, *fields = stat.rpartition(")")[2].split()
    return "dead" if state == "Z" else fields[18]


def check_lease(session: Session, holder: str) -> None:
    """Raise LeaseLost unless the lease is still in this holder's name (fencing, inside a transaction)."""
    lease = session.get(Lease, PASS)
    if lease is None or lease.holder != holder:
        now_with = f"is with {lease.holder}" if lease else "was given up"
        raise LeaseLost(f"the lease of {holder} {now_with}; this visit was not kept")


def _is_free(lease: Lease | None, now: datetime) -> bool:
    if lease is None or is_gone(lease.holder):
        return True
    return lease.expires <= now and not is_alive(lease.holder)


class Leases(Desk):
    """Who may run a pass."""

    def take_lease(self, holder: str, now: datetime, seconds: float) -> bool:
        """Take the lease for `seconds` from `now` if it is free or already this holder's; tell whether."""
        with self._write() as session:
            lease = session.get(Lease, PASS)
            free = _is_free(lease, now) or (lease is not None and lease.holder == holder)
            if free:
                session.merge(Lease(name=PASS, holder=holder, expires=now + timedelta(seconds=seconds)))
            return free

    def renew_lease(self, holder: str, now: datetime, seconds: float) -> bool:
        """Hold the lease for `seconds` from `now`; False if it is no longer this holder's."""
        with self._write() as session:
            lease = session.get(Lease, PASS)
            if lease is None or lease.holder != holder:
                return False
            lease.expires = now + timedelta(seconds=seconds)
            return True

    def release_lease(self, holder: str) -> None:
        """Give the lease up, if it is this holder's."""
        with self._write() as session:
            lease = session.get(Lease, PASS)
            if lease is not None and lease.holder == holder:
                session.delete(lease)

    def lease_holder(self, now: datetime) -> str | None:
        """Return who holds the lease at `now`, None if it is free."""
        with self._read() as session:
            lease = session.get(Lease, PASS)
            return None if lease is None or _is_free(lease, now) else lease.holder

"""The lease: one process at a time runs a pass, and one that was killed keeps nobody out.

Whenever the lease changes hands its token grows, and every keep proves the token that it writes under: a
process that slept through the end of its lease is told so and writes nothing (fencing). The row stays
when the lease is given up, so that no token is ever given twice.

A holder's name is `host:pid:birth-token`. `birth` is the process's start in clock ticks since boot
(field 22 of /proc/<pid>/stat, proc(5)), so that a number given to another process is not taken for
the one that held the lease.
"""

import os
import secrets
import socket
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from sqlalchemy.orm import Session

from storage.desk import Desk
from storage.errors import LeaseLost
from storage.memory_schema import Lease

PASS: Final = "pass"  # noqa: S105 - a pass over the sources
NOBODY: Final = ""


@dataclass(frozen=True, slots=True)
class Tenure:
    """The lease in one holder's hands; `token` is greater than those of all holders before.

    `idle_since` is when the holder before gave it up: from then on no site was asked. It is the hour of
    taking where that one was killed, and None where there was none. Of several workers each holds a host's
    lease, `under` the one over all sources that they share.
    """

    holder: str
    token: int
    idle_since: datetime | None = None
    name: str = PASS
    under: "Tenure | None" = None


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


def check_lease(session: Session, tenure: Tenure) -> None:
    """Raise LeaseLost unless the lease is still in these hands (fencing, inside a transaction)."""
    if tenure.under is not None:
        check_lease(session, tenure.under)
    if _held(session, tenure) is None:
        lease = session.get(Lease, tenure.name)
        now_with = f"is with {lease.holder}" if lease and lease.holder else "was given up"
        raise LeaseLost(f"the lease of {tenure.holder} {now_with}; this visit was not kept")


def _is_free(lease: Lease | None, now: datetime) -> bool:
    if lease is None or not lease.holder or is_gone(lease.holder):
        return True
    return lease.expires <= now and not is_alive(lease.holder)


class Leases(Desk):
    """Who may run a pass, and which of several workers is at a host."""

    def take_lease(
        self, holder: str, now: datetime, seconds: float, name: str = PASS, under: Tenure | None = None
    ) -> Tenure | None:
        """Take the lease for `seconds` from `now`; None where another holds it.

        The holder itself may take it again, under the token that it has.
        """
        with self._write() as session:
            lease = session.get(Lease, name) or Lease(name=name, holder=NOBODY, expires=now, token=0)
            again = bool(lease.holder) and lease.holder == holder
            if not again and not _is_free(lease, now):
                return None
            tenure = Tenure(holder, lease.token + (not again), _idle_since(lease, now), name, under)
            lease.holder, lease.token, lease.expires = holder, tenure.token, now + timedelta(seconds=seconds)
            session.add(lease)
            return tenure

    def renew_lease(self, tenure: Tenure, now: datetime, seconds: float) -> bool:
        """Hold the lease for `seconds` from `now`; False if it is no longer in these hands."""
        with self._write() as session:
            lease = _held(session, tenure)
            if lease is None:
                return False
            lease.expires = now + timedelta(seconds=seconds)
            return True

    def release_lease(self, tenure: Tenure, now: datetime) -> None:
        """Give the lease up at `now`, if it is still in these hands."""
        with self._write() as session:
            lease = _held(session, tenure)
            if lease is not None:
                lease.holder, lease.expires = NOBODY, now

    def lease_holder(self, now: datetime) -> str | None:
        """Return who holds the lease at `now`, None if it is free."""
        with self._read() as session:
            lease = session.get(Lease, PASS)
            return None if lease is None or _is_free(lease, now) else lease.holder


def _held(session: Session, tenure: Tenure) -> Lease | None:
    lease = session.get(Lease, tenure.name)
    return lease if lease is not None and lease.holder and lease.token == tenure.token else None


def _idle_since(lease: Lease, now: datetime) -> datetime | None:
    if lease.token == 0:
        return None
    return now if lease.holder else min(lease.expires, now)

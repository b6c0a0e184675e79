"""The lease held around whatever writes: one process at a time is at work on a database."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from scheduler.clock import Clock
from storage.store import LeaseLost, Store, StoreError, Tenure, holder_name
from zonewatch.errors import BusyError

LEASE_SECONDS = 300.0
"""How long a lease lasts unless it is renewed: a killed process of another host keeps nobody out for longer.

One of our own host that was killed keeps nobody out at all (`storage.leases`).
"""
RENEWED_EVERY = 60.0


@contextmanager
def leased(store: Store, clock: Clock, *, every: float = RENEWED_EVERY) -> Iterator[Tenure]:
    """Hold the lease, renewed in the background; raises `BusyError` where another process holds it."""
    tenure = store.take_lease(holder_name(), clock(), LEASE_SECONDS)
    if tenure is None:
        raise BusyError(f"another process is at work on this database ({store.lease_holder(clock())})")
    over = threading.Event()
    renewing = threading.Thread(target=_renew, args=(store, tenure, clock, over, every), daemon=True)
    renewing.start()
    try:
        yield tenure
    except LeaseLost as error:
        raise BusyError(str(error)) from error
    finally:
        over.set()
        renewing.join()
        store.release_lease(tenure, clock())


def _renew(store: Store, tenure: Tenure, clock: Clock, over: threading.Event, every: float) -> None:
    """Renew until it is over or lost: who lost it is told so at the next keep.

    A database that cannot be written to for now is asked again the next time.
    """
    while not over.wait(every):
        with suppress(StoreError):
            if not store.renew_lease(tenure, clock(), LEASE_SECONDS):
                return

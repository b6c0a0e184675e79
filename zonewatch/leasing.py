"""The lease held around whatever writes: one process at a time is at work on a database."""

from collections.abc import Iterator
from contextlib import contextmanager

from scheduler import one_pass
from scheduler.clock import Clock
from storage.store import LeaseLost, Store, Tenure, holder_name
from zonewatch.errors import BusyError


@contextmanager
def leased(store: Store, clock: Clock) -> Iterator[Tenure]:
    """Hold the lease while passes run; raises `BusyError` where another process holds it."""
    tenure = store.take_lease(holder_name(), clock(), one_pass.LEASE_SECONDS)
    if tenure is None:
        raise BusyError(f"another process is at work on this database ({store.lease_holder(clock())})")
    try:
        yield tenure
    except LeaseLost as error:
        raise BusyError(str(error)) from error
    finally:
        store.release_lease(tenure, clock())

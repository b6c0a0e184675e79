"""One pass over what is due: the place where the stages meet.

The courses of `monitor.course` propose addresses and judge what comes; `scheduler.hands` fetches for them
and keeps their visits, `scheduler.drive` is the loop, and this module begins and ends it.
"""

import gc
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from datetime import timedelta
from typing import TypeAlias

from monitor.dossier import Dossier
from scheduler.account import Pass
from scheduler.clock import Clock
from scheduler.drive import Drive
from scheduler.due import PutOff, Selection
from scheduler.hands import NETWORK, Asks, Hands, Progress
from scraper.model import OutcomeKind
from scraper.outpost import Outpost
from storage.store import Store, Tenure

DUE = Selection()
Outposts: TypeAlias = Callable[[int, int], Outpost | None]
"""From how many sources are due, and at how many servers, to who fetches them."""


def run(
    dossiers: Sequence[Dossier],
    store: Store,
    fetcher: Asks,
    *,
    clock: Clock,
    lease: Tenure,
    selection: Selection = DUE,
    workers: int = 1,
    origin: str = NETWORK,
    settings: str | None = None,
    canaries: Sequence[str] = (),
    stopped: Callable[[], bool] = lambda: False,
    progress: Progress = lambda done, known: None,
    put_off: PutOff | None = None,
    budget: timedelta | None = None,
    tolerant: bool = False,
    outposts: Outposts = lambda sources, servers: None,
) -> Pass:
    """Look at what is due of these dossiers; keep every visit, raise what is new.

    The pass ends early, between two visits, once `stopped` says so; what it had not looked at stays due,
    and so does what it has not begun when its `budget` of time is over. `put_off` is what an earlier pass
    found at rest. `tolerant`: an error of this program costs its source only, and is put down.
    `outposts` opens a process of its own for the fetching, or None where that does not pay.
    `settings` is kept with every visit: what bears on it, as JSON without secrets.
    """
    now = clock()
    done = Pass(tuple(dossier.id for dossier in dossiers), now, started=now, put_off=put_off or PutOff())
    done.put_off.forget(now)
    worker = Hands(store, fetcher, done, lease, origin, settings, clock, tuple(canaries), progress)
    store.seal(now)
    number = store.begin_pass(now)
    notices, listings = worker.courses(dossiers, selection)
    with outposts(worker.expected, worker.servers) or nullcontext() as outpost, _known_for_good():
        drive = Drive(
            worker.ask,
            worker.keep,
            worker.settle,
            workers,
            stopped,
            tired=lambda: budget is not None and clock() - now > budget,
            put_off=worker.wait,
            crew=worker.enlist(outpost) if outpost else None,
        )
        worker.settle_first = drive.keep_first
        if tolerant:
            drive.fault = worker.blame
        drive.run(notices, listings)
    done.finished = clock()
    done.broken_off = stopped()
    done.outage = done.outage or _cut_off(done)
    store.end_pass(
        number,
        finished=done.finished,
        checked=done.checked,
        own_outage=done.outage is not None,
        outcomes=done.outcomes,
    )
    return done


@contextmanager
def _known_for_good() -> Iterator[None]:
    """Have Python look for rings of objects among new ones only: a pass drops nothing of what it knew.

    Among 100,000 sources that search was a fifth of what a visit cost.
    """
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def _cut_off(done: Pass) -> str | None:
    """Call a pass an outage that has seen nothing else, be it of one host alone."""
    if not done.looked or any(visit.outcome.kind is not OutcomeKind.OWN_OUTAGE for visit in done.looked):
        return None
    return done.looked[0].outcome.detail or done.looked[0].outcome.rule

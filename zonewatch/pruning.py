"""`prune`: what may go, what would be free then, and letting it go."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.claim_table import cited_id, confirming
from monitor.dossier import Dossier
from storage.retention import CHUNK, Freed, Prunable, Retention
from storage.store import Store, StoreError
from zonewatch.app import App
from zonewatch.leasing import leased
from zonewatch.progress import progress_bar


@dataclass(frozen=True, slots=True)
class Pruned:
    """What went, or would go (`done` is False); bytes on disk `before` and `after`.

    `kept_large` says why the file could not be made smaller, if it could not.
    """

    prunable: Prunable
    freed: Freed
    done: bool
    before: int
    after: int
    kept_large: str | None = None


def prune(app: App, days: int | None, visits: int | None, *, do_it: bool) -> Pruned:
    """Let go what is older than so many days and not among a source's newest so many visits.

    Without `do_it` nothing is changed. Raises BusyError while another process is at work.
    """
    with app.store() as store:
        now = app.clock()
        since = None if days is None else now - timedelta(days=days)
        rule = Retention(since, visits, frozenset(claimed(app.dossiers, store)))
        if do_it:
            with leased(store, app.clock):
                return _let_go(store, rule, now)
        prunable = store.prunable(rule)
        freed = sum(_each(prunable, store.forecast), Freed())
        size = store.how_large()
        return Pruned(prunable, freed, False, size, size)


def _let_go(store: Store, rule: Retention, now: datetime) -> Pruned:
    before, prunable = store.how_large(), store.prunable(rule)
    freed = sum(_each(prunable, lambda bodies: store.prune(bodies, now)), Freed())
    store.renew_dictionaries()
    kept_large = None
    if freed.bodies or store.has_free_room():
        try:
            store.shrink()
        except StoreError as error:
            kept_large = str(error)
    return Pruned(prunable, freed, True, before, store.how_large(), kept_large)


def claimed(dossiers: Iterable[Dossier], store: Store) -> Iterator[int]:
    """Yield the visits whose page confirmed a claim of a dossier last."""
    for dossier in dossiers:
        sources = {cited_id(dossier, zone) for zone in dossier.zones}
        yield from confirming(dossier, {source: store.snapshots(source) for source in sources})


def _each(prunable: Prunable, act: Callable[[Sequence[int]], Freed]) -> Iterator[Freed]:
    """Do something to some of the bodies at a time, and show how far it got."""
    bodies = prunable.bodies
    with progress_bar("pruning") as progress:
        for at in range(0, len(bodies), CHUNK):
            yield act(bodies[at : at + CHUNK])
            progress(min(at + CHUNK, len(bodies)), len(bodies))

"""What every job of a worker starts from: the store, the dossiers, the lease that all workers share."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from monitor.course.context import Context
from monitor.dossier import Dossier
from monitor.model import Source
from scheduler.clock import Clock
from scheduler.hands import Asks, Hands, context_of
from scheduler.judgement import alike_since
from storage.rounds import Shared
from storage.store import Store, Tenure, holder_name


@dataclass(frozen=True, slots=True)
class Rhythm:
    """The seconds between two signs of life, and those after which a silent worker is taken for dead."""

    beat: float = 5.0
    lease: float = 30.0


@dataclass
class Shift:
    """A worker at work. `clock` is the database's own hour, `lease` the one over all sources.

    `budget` is how long a round begins new visits: a slow site must not keep the others waiting.
    """

    store: Store
    fetcher: Asks
    clock: Clock
    lease: Tenure
    dossiers: Callable[[], Sequence[Dossier]]
    stopped: Callable[[], bool] = lambda: False
    settings: str | None = None
    canaries: Sequence[str] = ()
    workers: int = 1
    budget: timedelta = timedelta(minutes=15)
    rhythm: Rhythm = field(default_factory=Rhythm)
    held: dict[str, Tenure] = field(default_factory=dict)
    """the leases over hosts in this worker's hands, which its heartbeat renews"""
    _known: "tuple[int, dict[str, Context], dict[str, Source]]" = (0, {}, {})
    _reading: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def holding(self, name: str) -> Iterator[Tenure | None]:
        """Hold the lease `name` under the one of all workers; None where another worker has it."""
        tenure = self.store.take_lease(
            holder_name(), self.clock(), self.rhythm.lease, name=name, under=self.lease
        )
        if tenure is None:
            yield None
            return
        self.held[tenure.holder] = tenure
        try:
            yield tenure
        finally:
            del self.held[tenure.holder]
            self.store.release_lease(tenure, self.clock())

    def known(self, shared: Shared) -> tuple[dict[str, Context], dict[str, Source]]:
        """Give what is known of a round's dossiers and the sources by id, put together once a round."""
        with self._reading:
            if self._known[0] != shared.id:
                contexts = {
                    one.dossier.id: replace(one, alike_since=alike_since(one, self.store, shared.began))
                    for one in self.contexts(shared.dossiers, shared.began)
                }
                sources = {source.id: source for one in contexts.values() for source in one.sources}
                self._known = (shared.id, contexts, sources)
            return self._known[1:]

    def make_ready(
        self, hands: Hands, shared: Shared, names: Sequence[str], *, others: bool = False
    ) -> dict[str, Source]:
        """Have the courses of these sources know what they need, and remember for one thread alone.

        Gives the sources by id, those of dossiers that this machine has. `others`: they will ask for the
        other sources of their dossiers, too, which are then read many at a time.
        """
        contexts, sources = self.known(shared)
        found = {name: sources[name] for name in names if name in sources}
        for dossier in {source.dossier for source in found.values()}:
            ours = [one.id for one in found.values() if one.dossier == dossier]
            rest = (one.id for one in contexts[dossier].sources if one.id not in found) if others else ()
            recall = hands.recall([*ours, *rest])
            hands.recalls[dossier] = recall
            hands.contexts[dossier] = replace(
                contexts[dossier],
                memory=recall,
                claimed=set(),
                members={},
                probed=hands.probed,
                addresses=hands.addresses,
            )
        return found

    def contexts(self, names: Sequence[str], now: datetime) -> tuple[Context, ...]:
        """Give the contexts of the dossiers of these names that this machine has."""
        chosen = (dossier for dossier in self.dossiers() if dossier.id in names)
        return tuple(context_of(dossier, self.store, now) for dossier in chosen)

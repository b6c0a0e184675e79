"""What is due: the sources whose time has come, the longest waiting first, and when the next is."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from monitor.course import listing
from monitor.course.context import Context
from monitor.dossier import Dossier, sources
from monitor.model import FindingKind, Look, Role, Source, State
from scheduler.pace import furthest
from storage.store import Store

MOST_FORGIVEN = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Selection:
    """What a pass looks at: sources by id, or all that is due; `everything` overrides what is due."""

    ids: frozenset[str] = frozenset()
    everything: bool = False


@dataclass(slots=True)
class PutOff:
    """Sources that wait for a site to be asked again, and lists that do so for pages behind their rows."""

    sources: dict[str, datetime] = field(default_factory=dict)
    behind: dict[str, datetime] = field(default_factory=dict)

    def add(self, look: Look, until: datetime) -> None:
        """Put off the source of a look that was not made, or what stands behind the rows of its list."""
        if look.role is Role.CANDIDATE and look.via:
            self.behind[look.via] = until
        else:
            self.sources[look.source] = until

    def forget(self, now: datetime) -> None:
        """Drop those whose time has come."""
        for waiting in (self.sources, self.behind):
            for name in [name for name, until in waiting.items() if until <= now]:
                del waiting[name]


def known_sources(dossier: Dossier, store: Store) -> tuple[Source, ...]:
    """Return the sources of a dossier's file and those that were followed since, each id once.

    A page that was taken for a cut-off footnote's and that a person dismissed is followed no more.
    """
    found = {source.id: source for source in sources(dossier)}
    wrong = store.dismissed(dossier.id, FindingKind.CITATION_RESOLVED)
    for source in store.followed(dossier.id):
        if source.id not in wrong:
            found.setdefault(source.id, replace(source, rarest=dossier.rarest))
    return tuple(found.values())


def next_due(
    dossiers: Sequence[Dossier], store: Store, now: datetime, put_off: PutOff | None = None
) -> datetime | None:
    """Return when the first enabled source is due; None if there is none."""
    waits = put_off or PutOff()
    return min(
        (
            max(
                now if is_due(source, time, now, state=state) else time or now,
                waits.sources.get(source.id, now),
            )
            for dossier in dossiers
            for source, (time, state) in _timed(known_sources(dossier, store), store.due_times(dossier.id))
        ),
        default=None,
    )


def due(
    context: Context,
    store: Store,
    selection: Selection,
    *,
    replayed: bool = False,
    put_off: PutOff | None = None,
) -> list[Source]:
    """Return the enabled sources that a selection takes or whose time has come, the longest waiting first.

    A list is due at once where an interrupted pass remembered its rows and never looked behind them.
    """
    waits, unlooked = put_off or PutOff(), store.unsettled_lists(context.dossier.id)
    found = [
        (time, source)
        for source, (time, state) in _timed(context.sources, store.due_times(context.dossier.id))
        if (not selection.ids or source.id in selection.ids)
        and (
            selection.everything
            or (
                is_due(source, time, context.now, state=state, replayed=replayed)
                and source.id not in waits.sources
            )
            or (source.id in unlooked - waits.behind.keys() and listing.left_unlooked(source, context))
        )
    ]
    never = datetime.min.replace(tzinfo=context.now.tzinfo)
    return [source for _, source in sorted(found, key=lambda each: each[0] or never)]


def is_due(
    source: Source,
    time: datetime | None,
    now: datetime,
    *,
    state: State = State.UNKNOWN,
    replayed: bool = False,
) -> bool:
    """Tell whether a source's `time` has come; a twentieth of its interval early counts as on time.

    A cron that fires half a second earlier today than yesterday must not skip the day; half an hour
    is the most that is forgiven. A time further off than any look is ever put was set by a clock that was
    wrong, and blinds nobody; in a replay it is that of a later day, which was replayed before.
    """
    if time is None:
        return True
    wait = time - now
    return wait <= forgiven(source) or (wait > furthest(source, state) and not replayed)


def forgiven(source: Source) -> timedelta:
    """Give how much earlier than its time a source may be looked at."""
    return min(source.interval / 20, MOST_FORGIVEN)


def _timed(
    known: Iterable[Source], times: dict[str, tuple[datetime | None, State]]
) -> Iterator[tuple[Source, tuple[datetime | None, State]]]:
    """Yield the enabled sources with their times and states; None for one that was never looked at."""
    return ((source, times.get(source.id, (None, State.UNKNOWN))) for source in known if source.enabled)

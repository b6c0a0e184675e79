"""What is due: the sources whose time has come, the longest waiting first, and when the next is."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from operator import attrgetter
from typing import Final

from monitor import links
from monitor.course import listing
from monitor.course.context import Context
from monitor.dossier import Dossier, sources
from monitor.model import FindingKind, Look, Role, Source, State
from scheduler.pace import furthest
from scraper.addresses import host
from storage.agenda import Due
from storage.store import Store

MOST_FORGIVEN: Final = timedelta(minutes=30)
NEVER: Final = (None, State.UNKNOWN)
"""When a source is due that was never looked at, and its state."""


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
    """Return the sources of a dossier's file, those followed since and those imported, each id once.

    A page that was taken for a cut-off footnote's and that a person dismissed is followed no more.
    """
    found = {source.id: source for source in sources(dossier)}
    wrong = store.dismissed(dossier.id, FindingKind.CITATION_RESOLVED)
    for source in store.followed(dossier.id):
        if source.id not in wrong:
            found.setdefault(source.id, replace(source, rarest=dossier.rarest))
    for source in store.imported(dossier.id):
        reader = dossier.readers.get(host(source.url))
        found.setdefault(source.id, replace(source, rarest=dossier.rarest, reader=reader))
    return tuple(found.values())


def next_due(
    dossiers: Sequence[Dossier], store: Store, now: datetime, put_off: PutOff | None = None
) -> datetime | None:
    """Return when the first enabled source is due; None if there is none."""
    waits = (put_off or PutOff()).sources
    found = (_first(dossier.id, known_sources(dossier, store), store, now, waits) for dossier in dossiers)
    return min(filter(None, found), default=None)


def _first(
    dossier: str, known: Iterable[Source], store: Store, now: datetime, waits: Mapping[str, datetime]
) -> datetime | None:
    """Return when the first of a dossier's sources is due: one due by now, else the next in order of time."""
    enabled = {source.id: source for source in known if source.enabled}
    if not enabled:
        return None
    near = _near(dossier, enabled, store, now)
    first = min((_turn(enabled[name], *due, now, waits) for name, due in near.items()), default=None)
    for name, time in store.due_after(dossier, now):
        if first is not None and time >= first:
            break
        if name in enabled and name not in near:
            turn = max(time, waits.get(name, now))
            first = turn if first is None else min(first, turn)
    return first


def _turn(
    source: Source, time: datetime | None, state: State, now: datetime, waits: Mapping[str, datetime]
) -> datetime:
    due = now if is_due(source, time, now, state=state) else time or now
    return max(due, waits.get(source.id, now))


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
    enabled = {source.id: source for source in context.sources if source.enabled}
    if selection.ids:
        enabled = {name: source for name, source in enabled.items() if name in selection.ids}
    found = [
        (time, enabled[name])
        for name, (time, state) in _asked(context, enabled, store, selection, unlooked).items()
        if selection.everything
        or (
            is_due(enabled[name], time, context.now, state=state, replayed=replayed)
            and name not in waits.sources
        )
        or (name in unlooked - waits.behind.keys() and listing.left_unlooked(enabled[name], context))
    ]
    never = datetime.min.replace(tzinfo=context.now.tzinfo)
    return [source for _, source in sorted(found, key=lambda each: each[0] or never)]


def _asked(
    context: Context,
    enabled: Mapping[str, Source],
    store: Store,
    selection: Selection,
    unlooked: Collection[str],
) -> Due:
    """Return when those of the enabled sources are due that may have to be looked at, in their order."""
    if selection.everything or selection.ids:
        found = store.due_of(enabled) if selection.ids else store.due_times(context.dossier.id)
        return {name: found.get(name, NEVER) for name in enabled}
    near = _near(context.dossier.id, enabled, store, context.now)
    near |= store.due_of([name for name in unlooked if name in enabled and name not in near])
    return near if len(near) < 2 else {name: near[name] for name in enabled if name in near}


def _near(dossier: str, enabled: Mapping[str, Source], store: Store, now: datetime) -> Due:
    """Return the times of the enabled sources that are due about now, or put off by a wrong clock."""
    shortest = min(map(attrgetter("interval"), enabled.values()), default=timedelta())
    beyond = now + links.furthest(shortest)  # of no source less, whatever else it is
    due = store.due_by(dossier, now + MOST_FORGIVEN, beyond)
    found = {name: when for name, when in due.items() if name in enabled}
    return found | dict.fromkeys(store.never_kept(enabled.keys()), NEVER)


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

"""How the workers of a database stand: who is there, where each is, what waits, what has waited longest."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from monitor.model import State
from reports.json_ import instant
from scheduler.due import is_due, known_sources
from scheduler.pace import furthest
from storage.crew import CrewMember
from storage.store import Store
from zonewatch.app import App

if TYPE_CHECKING:
    from monitor.dossier import Dossier


def standing_of_work(app: App, dossier_ids: Sequence[str]) -> dict[str, Any]:
    """Give how the workers of the database stand, as one object; works without the engine."""
    dossiers = app.chosen(dossier_ids)
    with app.store() as store:
        now = app.clock()
        shared = store.open_round()
        left = store.turns_left(shared.id) if shared else ()
        at_work = store.hosts_at_work(now)
        due, oldest = backlog(dossiers, store, now)
        silence = timedelta(seconds=app.settings.worker_silence)
        return {
            "now": instant(now),
            "round": {"began": instant(shared.began), "hosts_left": len(left)} if shared else None,
            "workers": [_worker(one, now, silence) for one in store.crew()],
            "lanes": [{"host": host, "holder": holder} for host, holder in sorted(at_work.items())],
            "waiting": [turn.host for turn in left if turn.host not in at_work],
            "sources_due": due,
            "oldest_due": {"source": oldest[1], "since": instant(oldest[0])} if oldest else None,
        }


def _worker(one: CrewMember, now: datetime, silence: timedelta) -> dict[str, object]:
    state = "silent" if now - one.seen > silence else "draining" if one.draining else "working"
    return {
        "name": one.name,
        "machine": one.machine,
        "version": one.version,
        "state": state,
        "since": instant(one.began),
        "seen": instant(one.seen),
        "hosts": one.busy,
    }


def backlog(
    dossiers: "Sequence[Dossier]", store: Store, now: datetime
) -> tuple[int, tuple[datetime | None, str] | None]:
    """Count the enabled sources that are due, and give the one due longest with since when.

    A source that was never looked at has no such hour, and goes before all others.
    """
    waiting = list[tuple[datetime | None, str]]()
    for dossier in dossiers:
        enabled = {source.id: source for source in known_sources(dossier, store) if source.enabled}
        beyond = now + min((furthest(one, State.UNKNOWN) for one in enabled.values()), default=timedelta())
        found = store.due_by(dossier.id, now, beyond).items()
        due = ((name, *when) for name, when in found if name in enabled)
        waiting += [
            (time, name) for name, time, state in due if is_due(enabled[name], time, now, state=state)
        ]
        waiting += [(None, name) for name in store.never_kept(enabled.keys())]
    first = min(waiting, key=lambda each: (each[0] is not None, each[0] or now, each[1]), default=None)
    return len(waiting), first


def lines(standing: dict[str, Any]) -> Iterator[str]:
    """Tell how the workers stand, for a person."""
    from zonewatch.shown import table

    if not standing["workers"]:
        yield "no worker is at work"
    columns = ("name", "version", "state", "hosts", "since", "seen")
    yield from table(columns, [[str(one[name]) for name in columns] for one in standing["workers"]])
    shared = standing["round"]
    if shared:
        left, busy = shared["hosts_left"], len(standing["lanes"])
        yield f"round since {shared['began']}: {left} hosts left, {busy} lanes in use"
    else:
        yield "no round is open"
    for lane in standing["lanes"]:
        yield f"  {lane['host']}: {lane['holder']}"
    oldest = standing["oldest_due"]
    since = f", the longest {oldest['source']} since {oldest['since'] or 'ever'}" if oldest else ""
    yield f"{standing['sources_due']} sources are due{since}"

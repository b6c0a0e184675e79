"""The fetcher that asks the real sites, with the settings' manners and the store's memory."""

import threading
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from scraper.fetch import Fetcher
from scraper.lanes import Lanes
from scraper.policy import Policy
from scraper.rests import Rest
from scraper.robots import RememberedHere, RobotsAnswer
from storage.store import Store, Tenure
from zonewatch.app import App, say

if TYPE_CHECKING:
    from monitor.dossier import Dossier

WARNED = "warned"
LONG_AGO = datetime.min.replace(tzinfo=UTC)


def policy(app: App, dossiers: "Sequence[Dossier]" = ()) -> Policy:
    """Make the fetcher's manners from the settings, and from what dossiers know of their hosts' nights."""
    settings = app.settings
    return Policy(
        pause=settings.pause,
        deadline=settings.deadline,
        max_bytes=settings.max_bytes,
        contact=settings.contact,
        allow_private=settings.allow_private,
        legacy_tls_hosts=frozenset(settings.legacy_tls_hosts),
        proxies=settings.proxies,
        quiet={name: hours for dossier in dossiers for name, hours in dossier.quiet.items()},
    )


def network(
    app: App,
    store: Store,
    stop: threading.Event | None = None,
    *,
    dossiers: "Sequence[Dossier]" = (),
    lanes: Lanes | None = None,
    heedless: bool = False,
) -> Fetcher:
    """Make the fetcher that asks the real sites.

    `lanes` are those of earlier passes, whose pauses go on. `heedless` (`--all`): rests that sites asked
    for earlier and hours at which they are not asked count for nothing; a rest asked for now does.
    """
    manners = policy(app, dossiers)
    return Fetcher(
        replace(manners, quiet={}) if heedless else manners,
        now=app.clock,
        robots=StoredRobots(store),
        rests=StoredRests(store, over=heedless),
        lanes=lanes,
        stop=stop,
    )


def lanes_since(tenure: Tenure, now: datetime) -> Lanes:
    """Make the lanes of a process that took the lease: sites that another has just asked get their pause."""
    idle = None if tenure.idle_since is None else max((now - tenure.idle_since).total_seconds(), 0.0)
    return Lanes(idle=idle)


def warn_of_no_contact(app: App, store: Store) -> None:
    """Say once a database that the sites are not told whom to write to."""
    if app.settings.contact or store.meta_get(WARNED):
        return
    said = "zonewatch: no `contact` is set: the sites cannot tell whom to write to (see `zonewatch config`)"
    say(said, "warning")
    store.meta_put(WARNED, "contact")


class StoredRobots:
    """The robots.txt that earlier passes fetched, out of the store; each is read there once."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._here = RememberedHere()

    def get(self, origin: str) -> RobotsAnswer | None:
        """Give what is remembered of an origin."""
        known = self._here.get(origin)
        if known is None and (kept := self._store.robots_get(origin)):
            known = RobotsAnswer(*kept)
            self._here.put(origin, known)
        return known

    def put(self, origin: str, answer: RobotsAnswer) -> None:
        """Remember what an origin said."""
        self._here.put(origin, answer)
        self._store.robots_put(origin, answer.fetched, answer.status, answer.text)


class SharedRests:
    """The rests that sites asked for, as all workers know them: asked of the store each time."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def get(self, origin: str) -> Rest | None:
        """Give the last rest of an origin."""
        return self._store.lane_get(origin)

    def put(self, origin: str, rest: Rest | None) -> None:
        """Remember a rest, or forget it."""
        self._store.lane_put(origin, rest)


class StoredRests:
    """The rests that sites asked for, in the store; `over`: those of earlier passes have ended."""

    def __init__(self, store: Store, *, over: bool = False) -> None:
        self._store = store
        rests = store.rests()
        self._rests = {name: replace(rest, until=LONG_AGO) for name, rest in rests.items()} if over else rests
        self._lock = threading.Lock()

    def get(self, origin: str) -> Rest | None:
        """Give the last rest of an origin."""
        with self._lock:
            return self._rests.get(origin)

    def put(self, origin: str, rest: Rest | None) -> None:
        """Remember a rest, or forget it."""
        with self._lock:
            self._store.lane_put(origin, rest)
            if rest is None:
                self._rests.pop(origin, None)
            else:
                self._rests[origin] = rest

"""The fetcher that asks the real sites, with the settings' manners and the store's memory."""

import threading

from scraper.fetch import Fetcher
from scraper.policy import Policy
from scraper.robots import RobotsAnswer
from storage.store import Store
from zonewatch.app import App, say

WARNED = "warned"


def policy(app: App) -> Policy:
    """Make the fetcher's manners from the settings."""
    settings = app.settings
    return Policy(
        pause=settings.pause,
        deadline=settings.deadline,
        max_bytes=settings.max_bytes,
        contact=settings.contact,
        allow_private=settings.allow_private,
        legacy_tls_hosts=frozenset(settings.legacy_tls_hosts),
        proxies=settings.proxies,
    )


def network(app: App, store: Store, stop: threading.Event | None = None) -> Fetcher:
    """Make the fetcher that asks the real sites."""
    return Fetcher(policy(app), now=app.clock, robots=StoredRobots(store), stop=stop)


def warn_of_no_contact(app: App, store: Store) -> None:
    """Say once a database that the sites are not told whom to write to."""
    if app.settings.contact or store.meta_get(WARNED):
        return
    say("zonewatch: no `contact` is set: the sites cannot tell whom to write to (see `zonewatch config`)")
    store.meta_put(WARNED, "contact")


class StoredRobots:
    """The robots.txt that earlier passes fetched, out of the store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def get(self, origin: str) -> RobotsAnswer | None:
        """Give what is remembered of an origin."""
        kept = self._store.robots_get(origin)
        return RobotsAnswer(*kept) if kept else None

    def put(self, origin: str, answer: RobotsAnswer) -> None:
        """Remember what an origin said."""
        self._store.robots_put(origin, answer.fetched, answer.status, answer.text)

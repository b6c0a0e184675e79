"""Whether the monitor can do its work: everything that `doctor` looks at, in the order of its printing."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from reports.clean import clean
from storage.engine import file_of, parse_address
from storage.store import Store, StoreError
from zonewatch.app import App
from zonewatch.checkup import house, line, messages, sites
from zonewatch.checkup.model import Check, Level, stops, warns, well
from zonewatch.errors import ZonewatchError

if TYPE_CHECKING:
    from monitor.dossier import Dossier
    from monitor.model import Source, Standing

__all__ = ["Check", "Level", "checkup"]

MONTH = timedelta(days=30)
RECENT = timedelta(days=3)
"""How old an answer may be for our clock to be held against its Date header."""


def checkup(app: App, *, offline: bool = False) -> Iterator[Check]:
    """Look at everything; what is broken hides only what cannot be known without it.

    The database is neither made nor upgraded. `offline`: no name is resolved and nothing is connected to.
    """
    try:
        settings, dossiers = app.settings, app.chosen(())
    except ZonewatchError as error:
        yield stops("settings", clean(error.message), "mend the file or variable that is named")
        return
    yield from _settings(app)
    try:
        store = Store.open(settings.database(), create=False)
    except StoreError as error:
        yield stops("database", clean(str(error)), "docs/operating.md shows the way from nothing")
        return
    with store:
        try:
            yield from _opened(app, store, dossiers, offline=offline)
        except StoreError as error:
            yield stops("database", clean(str(error)), "see docs/store.md")


def _settings(app: App) -> Iterator[Check]:
    if app.settings.contact:
        file = ", ".join(sorted({origin for origin in app.origins.values() if origin != "default"}))
        yield well("settings", f"from {file or 'defaults only'}")
    else:
        yield warns(
            "settings",
            "no `contact`: the sites cannot tell whom to write to",
            "set `contact` (zonewatch init)",
        )


def _opened(app: App, store: Store, dossiers: "tuple[Dossier, ...]", *, offline: bool) -> Iterator[Check]:
    from scheduler.due import known_sources
    from zonewatch.lines import lines_of

    now = app.clock()
    known = [source for dossier in dossiers for source in known_sources(dossier, store)]
    standings = {name: one for dossier in dossiers for name, one in store.standings(dossier.id).items()}
    file = file_of(parse_address(app.settings.database()))
    yield well("database", store.address)
    yield from house.sqlite(file)
    size = store.size(now - MONTH)
    if file is not None:
        yield house.disk(Path(file).absolute().parent, size)
    yield house.growth(size)
    holder = store.lease_holder(now)
    yield house.lease(holder)
    waiting = min(_due(known, standings), default=None)
    yield house.passes(store.passes(20), waiting, now, busy=holder is not None)
    if app.settings.now is None:
        yield sites.clock(store.dates(now - RECENT))
    if not offline:
        yield from _line(app, store, dossiers, known)
    yield from sites.sources(known, standings, now)
    yield from sites.readers(store.readings(now - MONTH, now), store.readings(now - 2 * MONTH, now - MONTH))
    yield from messages.notifications(lines_of(app), store.messages_by_state())


def _due(known: "list[Source]", standings: "dict[str, Standing]") -> Iterator[datetime]:
    """Yield when the enabled sources that were looked at before are due."""
    for source in known:
        standing = standings.get(source.id)
        if source.enabled and standing and standing.next_due:
            yield standing.next_due


def _line(app: App, store: Store, dossiers: "tuple[Dossier, ...]", known: "list[Source]") -> Iterator[Check]:
    from zonewatch.network import network, policy

    urls = [source.url for source in known if source.enabled]
    with network(app, store, dossiers=dossiers) as fetcher:
        yield line.network(urls, app.settings.canaries, policy(app), fetcher)
    yield from line.proxies(urls, policy(app))

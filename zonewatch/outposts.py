"""Whether another process fetches for a pass. It is begun as soon as many pages may be due.

So it is ready when the rest of this program is.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from scraper.addresses import server
from zonewatch.app import App, say

if TYPE_CHECKING:
    from scraper.begun import Begun
    from scraper.fetch import Fetcher
    from scraper.outpost import Outpost
    from zonewatch.settings import Settings

MANY = 200
"""Sources for which it pays to begin a process: 0.2 s, where each costs this one a millisecond."""
OFTEN = 50
"""Requests a second from which on two processes are quicker than one."""


def pays(settings: "Settings", sources: int, servers: int) -> bool:
    """Tell whether so many sources at so many servers would keep this process too busy to judge besides.

    A second processor is needed, many sources, and sites that may be asked often: at most servers ÷ pause
    requests a second come about. Not where the clock is not the wall's.
    """
    often = servers >= OFTEN * settings.pause
    alone = settings.workers == 1 or (os.cpu_count() or 1) == 1 or os.name != "posix"
    return sources >= MANY and often and not alone and settings.now is None


@contextmanager
def begun_early(app: App, dossier_ids: Sequence[str]) -> Iterator[None]:
    """Begin the process now where these dossiers' citations alone would make it pay; end it if unused."""
    dossiers = app.chosen(dossier_ids)
    cited = [citation.url for dossier in dossiers for citation in dossier.citations if citation.url]
    if len(cited) >= MANY and pays(app.settings, len(cited), len(set(map(server, cited)))):
        app.begun = _begun()
    try:
        yield
    finally:
        if app.begun is not None:
            app.begun.end()


def outpost(app: App, fetcher: "Fetcher", sources: int, servers: int) -> "Outpost | None":
    """Have another process fetch so many sources at so many servers where it pays, else None."""
    if not fetcher.is_portable or not pays(app.settings, sources, servers):
        return None
    begun, app.begun = app.begun or _begun(), None
    if begun is None:
        return None
    from scraper.outpost import Outpost

    return Outpost(fetcher, begun, app.settings.workers, lambda how: say(f"zonewatch: {how}", "warning"))


def _begun() -> "Begun | None":
    from scraper.begun import begin

    try:
        return begin()
    except OSError as error:
        say(
            f"zonewatch: no process could be begun to fetch ({error.strerror}); going on in this one",
            "warning",
        )
        return None

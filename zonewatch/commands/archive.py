"""`archive`: what archives of the web have of a citation, and having the Wayback Machine keep one."""

import sys
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

import click

from zonewatch.app import DEFAULT_DOSSIER, App, say, say_json
from zonewatch.archived import (
    Wanted,
    as_document,
    document,
    found_lines,
    remembered_lines,
    remembered_row,
    tried_lines,
    tried_row,
)
from zonewatch.errors import ZonewatchError
from zonewatch.options import global_options

if TYPE_CHECKING:
    from scheduler.archives import Archive, Keys, Tried, Web
    from scraper.fetch import Fetcher
    from storage.store import Copy


class ArchiveSettings(Protocol):
    """The settings that say which archives may be asked; without `archive_base` none is."""

    @property
    def archive_base(self) -> str:
        """The Wayback Machine's address, or that of another service of its make."""

    @property
    def archive_availability(self) -> str:
        """Where its availability API answers."""

    @property
    def archive_timegates(self) -> tuple[str, ...]:
        """TimeGates of other archives (RFC 7089), up to where the page's address follows."""

    @property
    def archive_key(self) -> str | None:
        """The user's key of archive.org."""

    @property
    def archive_secret(self) -> str | None:
        """The key's secret."""


@click.group()
def archive() -> None:
    """Find what archives of the web have of a citation, or have one kept."""


@archive.command()
@click.argument("citation")
@click.option("--again", is_flag=True, help="Ask, though a copy is remembered.")
@global_options
def find(app: App, citation: str, again: bool) -> None:
    """Find the archived page nearest the day of the citation that is the notice and no wall.

    What is found is remembered, for the footnotes and for the next time.
    """
    from scheduler.archives import search

    wanted = wanted_by(app, citation)
    if not again and (known := remembered(app, wanted)):
        if app.options.json:
            say_json(document(wanted, known.url, [remembered_row(known)]))
        else:
            for line in remembered_lines(known):
                click.echo(line)
        return
    allowed(app.settings)
    with web(app) as fetcher:
        places = archives(app.settings, fetcher)
        found = search(places, wanted.source.url, wanted.cited, wanted.known, fetcher, wanted.source.reader)
    keep(app, wanted, next((one for one in found.tried if one.is_the_page), None), saved=False)
    if app.options.json:
        say_json(as_document(wanted, found))
    else:
        for line in found_lines(found):
            click.echo(line)
    for trouble in found.troubles:
        say(f"zonewatch: {trouble}")
    if found.offered is None:
        sys.exit(1)


@archive.command()
@click.argument("citation")
@global_options
def save(app: App, citation: str) -> None:
    """Have the Wayback Machine capture a citation's page, and see that it captured the notice."""
    from scheduler.archives import save as capture
    from scheduler.archives import verify
    from scraper.archives import ArchiveTrouble

    allowed(app.settings)
    keys, base = keys_of(app.settings), app.settings.archive_base.rstrip("/")
    wanted = wanted_by(app, citation)
    with web(app) as fetcher:
        try:
            memento = capture(fetcher, wanted.url, keys, wait=time.sleep, base=base)
        except ArchiveTrouble as trouble:
            patience = f"; ask again after {trouble.again} s" if trouble.again else ""
            raise ZonewatchError(f"{wanted.source.id} was not archived: {trouble}{patience}") from trouble
        seen = verify(
            fetcher, memento, wanted.url, wanted.known, wait=time.sleep, reader=wanted.source.reader
        )
    keep(app, wanted, seen, saved=True)
    if app.options.json:
        say_json({"source": wanted.source.id, "url": wanted.url, "capture": tried_row(seen)})
    else:
        for line in tried_lines(seen):
            click.echo(line)
    if not seen.is_the_page:
        sys.exit(1)


def allowed(settings: ArchiveSettings) -> None:
    """Refuse unless an archive is named: it learns which pages are watched, so it is off by default."""
    if not settings.archive_base:
        raise ZonewatchError(
            'archives are off: set `archive_base = "https://web.archive.org"` to have them asked'
        )


def archives(settings: ArchiveSettings, fetcher: "Web") -> "tuple[Archive, ...]":
    """Give the archives that the settings name."""
    from scheduler.archives import TimeGate, Wayback
    from scraper.addresses import host

    return (
        Wayback(fetcher, settings.archive_base.rstrip("/"), settings.archive_availability.rstrip("/")),
        *(TimeGate(fetcher, gate, host(gate)) for gate in settings.archive_timegates),
    )


def keys_of(settings: ArchiveSettings) -> "Keys":
    """Give the user's keys of archive.org."""
    from scheduler.archives import Keys

    if not (settings.archive_key and settings.archive_secret):
        raise ZonewatchError(
            "the save service wants the keys of your account: set `archive_key` and `archive_secret`"
        )
    return Keys(settings.archive_key, settings.archive_secret)


def web(app: App) -> "Fetcher":
    """Make the fetcher that asks archives.

    A service that documents its API for programs is asked by those terms; its robots.txt speaks to
    crawlers of its pages.
    """
    from scraper.fetch import Fetcher
    from zonewatch.network import policy

    return Fetcher(replace(policy(app), robots=False), now=app.clock)


def wanted_by(app: App, citation: str) -> Wanted:
    """Find the page that a name means: a source's id, or a footnote `fn05` of the usual dossier."""
    from monitor.course.seeing import known_of
    from monitor.model import Role, Standing
    from scheduler.due import known_sources
    from zonewatch.watching import refuse_unknown

    name = citation if "/" in citation else f"{DEFAULT_DOSSIER}/{citation}"
    dossier = app.dossier(name.partition("/")[0])
    with app.store() as store:
        refuse_unknown((dossier,), store, [name])
        source = next(one for one in known_sources(dossier, store) if one.id == name)
        standing = store.standing(name) or Standing(name)
    if source.role is not Role.NOTICE:
        raise ZonewatchError(f"{name} is a list; expected a single document, such as {dossier.id}/fn01")
    return Wanted(source, standing.url or source.url, known_of(source, standing), dossier.published)


def remembered(app: App, wanted: Wanted) -> "Copy | None":
    """Give the copy that was found before; one that we had saved is another day's page."""
    with app.store() as store:
        return next((copy for copy in store.copies(wanted.source.id) if not copy.saved), None)


def keep(app: App, wanted: Wanted, tried: "Tried | None", *, saved: bool) -> None:
    """Remember a memento that is the notice; any other is worth nothing to a footnote."""
    from storage.store import Copy

    if tried is None or not tried.is_the_page:
        return
    memento, title = tried.memento, tried.notice.title if tried.notice else None
    copy = Copy(memento.url, memento.at, memento.source, title, saved, app.clock())
    with app.store() as store:
        store.put_copy(wanted.source.id, wanted.source.dossier, copy)

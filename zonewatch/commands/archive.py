"""`archive`: what archives of the web have of a citation, and having the Wayback Machine keep one."""

import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Protocol

import click

from zonewatch.app import DEFAULT_DOSSIER, App, say, say_json
from zonewatch.errors import ZonewatchError
from zonewatch.options import global_options

if TYPE_CHECKING:
    from datetime import date

    from monitor.gate import Known
    from monitor.model import Source
    from scheduler.archives import Archive, Keys, Search, Tried, Web
    from scraper.fetch import Fetcher


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


@dataclass(frozen=True, slots=True)
class Wanted:
    """A citation's page: its source, where it is followed now, what is known of it, the day it was cited."""

    source: "Source"
    url: str
    known: "Known"
    cited: "date"


@click.group()
def archive() -> None:
    """Find what archives of the web have of a citation, or have one kept."""


@archive.command()
@click.argument("citation")
@global_options
def find(app: App, citation: str) -> None:
    """Find the archived page nearest the day of the citation that is the notice and no wall."""
    from scheduler.archives import search

    allowed(app.settings)
    wanted = wanted_by(app, citation)
    with web(app) as fetcher:
        places = archives(app.settings, fetcher)
        found = search(places, wanted.source.url, wanted.cited, wanted.known, fetcher, wanted.source.reader)
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


def as_document(wanted: Wanted, found: "Search") -> dict[str, Any]:
    """Give a search as one object."""
    return {
        "source": wanted.source.id,
        "url": wanted.source.url,
        "cited": wanted.cited.isoformat(),
        "memento": found.offered.url if found.offered else None,
        "looked_at": [tried_row(one) for one in found.tried],
        "troubles": list(found.troubles),
    }


def tried_row(tried: "Tried") -> dict[str, Any]:
    """Give a memento that was looked at as one object."""
    from reports.json_ import instant

    return {
        "memento": tried.memento.url,
        "at": instant(tried.memento.at),
        "archive": tried.memento.source,
        "outcome": tried.outcome.kind.value,
        "rule": tried.outcome.rule,
        "title": tried.notice.title if tried.notice else None,
        "is_the_page": tried.is_the_page,
    }


def found_lines(found: "Search") -> Iterator[str]:
    """Print a search: what is offered first, then what was passed over, and why."""
    for tried in sorted(found.tried, key=lambda one: not one.is_the_page):
        yield from tried_lines(tried)
    if found.offered is None:
        yield "nothing that is the notice was found in an archive"


def tried_lines(tried: "Tried") -> Iterator[str]:
    """Print a memento: its address, when it was captured, and what it is."""
    from reports.clean import clean

    outcome = tried.outcome
    said = tried.notice.title if tried.notice else f"{outcome.kind.value}, {outcome.rule} {outcome.detail}"
    verdict = "the notice" if tried.is_the_page else "not the notice"
    yield clean(tried.memento.url)
    yield clean(
        f"  captured {tried.memento.at:%Y-%m-%d %H:%M} UTC ({tried.memento.source}), {verdict}: {said}"
    )

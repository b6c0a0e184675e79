"""What every command starts from: settings, dossiers, store and clock, each made when first needed."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from zonewatch.errors import ZonewatchError
from zonewatch.settings import Settings, load
from zonewatch.shipped import shipped

if TYPE_CHECKING:
    from monitor.dossier import Dossier
    from monitor.model import Place
    from scheduler.clock import Clock
    from scraper.begun import Begun
    from storage.store import Store
    from zonewatch.logs import Level

DEFAULT_DOSSIER = "ai-pilot-zones"
"""What the commands take that look at one dossier (DESIGN section 4, Which dossier)."""


@dataclass(slots=True)
class Options:
    """The global options, wherever they stood on the command line."""

    db: str | None = None
    config: Path | None = None
    now: datetime | None = None
    json: bool = False

    def given(self, **later: Any) -> "Options":
        """Lay the options that stood after the command over those before it."""
        return replace(self, **{name: value for name, value in later.items() if value})


@dataclass
class App:
    """One run of the program."""

    options: Options = field(default_factory=Options)
    begun: "Begun | None" = None
    """a process that waits to fetch for the next pass"""

    @cached_property
    def _loaded(self) -> tuple[Settings, dict[str, str]]:
        from zonewatch import logs

        loaded = load(self.options.config, options={"db": self.options.db, "now": self.options.now})
        logs.use(loaded[0].log)
        return loaded

    @property
    def settings(self) -> Settings:
        """The settings in force."""
        return self._loaded[0]

    @property
    def origins(self) -> dict[str, str]:
        """Where each setting comes from."""
        return self._loaded[1]

    @cached_property
    def clock(self) -> "Clock":
        """The clock: the wall's, or one that stands at `--now`."""
        from scheduler.clock import fixed, wall

        return fixed(self.settings.now) if self.settings.now else wall

    @cached_property
    def dossiers(self) -> "tuple[Dossier, ...]":
        """All dossiers, shipped and own ones."""
        from monitor.dossier import DossierError, load_all

        folders = [shipped("dossiers"), *([self.settings.dossiers] if self.settings.dossiers else [])]
        try:
            return load_all(folders)
        except DossierError as error:
            raise ZonewatchError(str(error)) from error

    def chosen(self, ids: Sequence[str]) -> "tuple[Dossier, ...]":
        """Return the dossiers of these ids, or every enabled one; an unknown id is refused by name."""
        if not ids:
            return tuple(dossier for dossier in self.dossiers if dossier.enabled)
        return tuple(self.dossier(one) for one in dict.fromkeys(ids))

    def dossier(self, name: str) -> "Dossier":
        """Return one dossier by id."""
        for dossier in self.dossiers:
            if dossier.id == name:
                return dossier
        known = ", ".join(dossier.id for dossier in self.dossiers)
        raise ZonewatchError(f"there is no dossier `{name}`; known are {known}")

    def accepted(self, dossier: str) -> "tuple[Place, ...]":
        """Return the zones that a person accepted, where there is a database that could hold some."""
        url = self.settings.database()
        if "://" not in url and not Path(url).exists():
            return ()
        with self.store() as store:
            found = (finding.draft.zone for finding in store.accepted_zones(dossier))
            return tuple(zone for zone in found if zone)

    @contextmanager
    def store(self, url: str | None = None, *, create: bool = True) -> "Iterator[Store]":
        """Open the database, made if absent and `create`; what is wrong with it is one line."""
        from storage.errors import StoreError
        from storage.store import Store

        try:
            with Store.open(url or self.settings.database(), create=create) as store:
                yield store
        except StoreError as error:
            raise ZonewatchError(str(error)) from error


def say(text: str, level: "Level" = "info", **facts: object) -> None:
    """Print progress and logs, which go to standard error; `facts` say it for programs."""
    from zonewatch.logs import write

    write(text, level, facts)


def say_json(document: object) -> None:
    """Print a result as JSON on standard output: Chinese as it is, nothing that a terminal would obey."""
    from reports.json_ import dumps

    click.echo(dumps(document))

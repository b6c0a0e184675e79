"""The settings and dossiers that a daemon runs by: read again when they change, kept while broken."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from monitor.dossier import Dossier
from zonewatch.app import App, say
from zonewatch.errors import ZonewatchError
from zonewatch.settings import default_file
from zonewatch.shipped import shipped

Stamp = tuple[str, int, int, int]
"""A file as it lies there: its path, when it was written, its size and its number."""


class Configuration:
    """What is in force: `app` with the settings, and the chosen `dossiers`.

    Raises `ZonewatchError` where they cannot be read at the start; later on that is said, once for each
    state of the files, and what was read before stays in force.
    """

    def __init__(self, app: App, dossier_ids: Sequence[str]) -> None:
        self.app = app
        self._ids = tuple(dossier_ids)
        self._read = self._seen = self._stamps()
        self.dossiers: tuple[Dossier, ...] = app.chosen(dossier_ids)

    def glance(self, asked: bool) -> bool:
        """Read the files again if `asked` to, or where they changed and lie still; tell whether it was done.

        A file that is being written changes from glance to glance: it is left to its writer until then.
        """
        before, self._seen = self._seen, self._stamps()
        if asked or (self._seen != self._read and self._seen == before):
            return self._renew()
        return False

    def _renew(self) -> bool:
        self._read = self._seen
        app = App(self.app.options)
        try:
            dossiers = app.chosen(self._ids)
            app.settings.database()
        except ZonewatchError as error:
            say(f"zonewatch: {error.message}; what was read before stays in force", "error")
            return False
        if app.settings.database() != self.app.settings.database():
            say("zonewatch: `db` has changed: that takes effect at the next start")
        self.app, self.dossiers = app, dossiers
        say("zonewatch: settings and dossiers were read again")
        return True

    def _stamps(self) -> tuple[Stamp, ...]:
        return tuple(stamp for path in self._files() for stamp in _stamp(path))

    def _files(self) -> Iterator[Path]:
        yield self.app.options.config or default_file()
        own = self.app.settings.dossiers
        for folder in (shipped("dossiers"), *([own] if own else [])):
            yield from sorted(folder.glob("*.toml"))


def _stamp(path: Path) -> Iterator[Stamp]:
    try:
        found = path.stat()
    except OSError:
        return
    yield str(path), found.st_mtime_ns, found.st_size, found.st_ino

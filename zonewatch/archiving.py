"""Visits out to the archives' own formats, WARC and WACZ."""

import hashlib
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import IO

from storage.store import Store
from storage.telling import Told
from storage.wacz import Package, write_wacz
from storage.warc_out import Teller, Writer, warcinfo
from zonewatch.app import App
from zonewatch.errors import ZonewatchError
from zonewatch.files import whole_file
from zonewatch.progress import progress_bar

_STEP = 1 << 20


@dataclass(frozen=True, slots=True)
class Written:
    """What an export wrote: how many visits and records, and the file's bytes and their sha256."""

    visits: int
    records: int
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which visits go out: those of these dossiers (none named: all), begun at that hour or later."""

    dossiers: tuple[str, ...] = ()
    since: datetime | None = None

    @property
    def title(self) -> str:
        """What they are, in words."""
        since = f" since {self.since.isoformat()}" if self.since else ""
        return f"visits of zonewatch to {', '.join(self.dossiers) or 'all sources'}{since}"

    def told(self, store: Store) -> Iterator[Told]:
        """Yield them, with a bar where somebody watches."""
        known = store.how_many(self.dossiers, self.since)
        with progress_bar("exporting") as progress:
            for done, told in enumerate(store.tell(self.dossiers, self.since), 1):
                yield told
                progress(done, known)


def export_warc(app: App, output: Path | None, chosen: Chosen) -> Written:
    """Write visits as a WARC file, or to standard output; memory for one of them at a time.

    Raises ZonewatchError for a dossier that nobody has heard of, a terminal, and a file that cannot be
    written.
    """
    with app.store() as store:
        refuse_unheard(app, store, chosen.dossiers)
        with opened(output) as out:
            return write_warc(store, out, output.name if output else "", chosen, app.clock())


def write_warc(store: Store, out: IO[bytes], name: str, chosen: Chosen, now: datetime) -> Written:
    """Write the visits of a store to an open file."""
    writer, teller, visits = Writer(out), Teller(), 0
    writer.put(warcinfo(version=version("zonewatch"), name=name, now=now, what=chosen.title))
    for told in chosen.told(store):
        visits += 1
        for record in teller.records(told):
            writer.put(record)
    return Written(visits, writer.records, writer.size, writer.sha256)


def export_wacz(app: App, output: Path | None, chosen: Chosen) -> Written:
    """Write visits as a WACZ package; otherwise as `export_warc`."""
    package = Package(version("zonewatch"), app.clock(), chosen.title)
    with app.store() as store:
        refuse_unheard(app, store, chosen.dossiers)
        with opened(output) as out, tempfile.TemporaryFile() as beside:
            file = out if output else beside
            visits, records = write_wacz(file, chosen.told(store), package)
            size, digest = file.tell(), hashlib.sha256()
            file.seek(0)
            while piece := file.read(_STEP):
                digest.update(piece)
                if not output:
                    out.write(piece)
    return Written(visits, records, size, digest.hexdigest())


def refuse_unheard(app: App, store: Store, dossiers: Sequence[str]) -> None:
    """Refuse a dossier that has neither a file nor a visit."""
    known = sorted({*(dossier.id for dossier in app.dossiers), *store.dossiers()})
    for one in dossiers:
        if one not in known:
            raise ZonewatchError(f"there is no dossier `{one}`; known are {', '.join(known)}")


@contextmanager
def opened(output: Path | None) -> Iterator[IO[bytes]]:
    """Open a file to be written whole, or standard output unless a person sits there."""
    if output is not None:
        with whole_file(output) as file:
            yield file
    elif sys.stdout.isatty():
        raise ZonewatchError("an archive is no text; name a file with -o FILE")
    else:
        yield sys.stdout.buffer

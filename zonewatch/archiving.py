"""Visits out to the archives' own formats, WARC and WACZ."""

import hashlib
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import IO

from storage.store import Store
from storage.warc_out import Teller, warcinfo
from storage.warc_records import Record, member
from zonewatch.app import App
from zonewatch.errors import ZonewatchError
from zonewatch.files import whole_file
from zonewatch.progress import progress_bar


@dataclass(frozen=True, slots=True)
class Written:
    """What an export wrote: how many visits and records, and the file's bytes and their sha256."""

    visits: int
    records: int
    size: int
    sha256: str


class Tally:
    """A stream that counts and digests what goes through it."""

    def __init__(self, out: IO[bytes]) -> None:
        self._out = out
        self._digest = hashlib.sha256()
        self.size = 0
        self.records = 0

    def put(self, record: Record) -> None:
        """Write a record."""
        data = member(record)
        self._out.write(data)
        self._digest.update(data)
        self.size += len(data)
        self.records += 1

    def done(self, visits: int) -> Written:
        """Say what went through."""
        return Written(visits, self.records, self.size, self._digest.hexdigest())


def export_warc(app: App, output: Path | None, dossiers: Sequence[str], since: datetime | None) -> Written:
    """Write visits as a WARC file, or to standard output; memory for one of them at a time.

    Raises ZonewatchError for a dossier that nobody has heard of, a terminal, and a file that cannot be
    written.
    """
    with app.store() as store:
        refuse_unheard(app, store, dossiers)
        with opened(output) as out:
            return write_warc(store, out, output.name if output else "", dossiers, since, app.clock())


def write_warc(
    store: Store, out: IO[bytes], name: str, dossiers: Sequence[str], since: datetime | None, now: datetime
) -> Written:
    """Write the visits of a store to an open file."""
    tally, teller, done = Tally(out), Teller(), 0
    what = f"visits of zonewatch to {', '.join(dossiers) or 'all sources'}"
    what += f" since {since.isoformat()}" if since else ""
    tally.put(warcinfo(version=version("zonewatch"), name=name, now=now, what=what))
    known = store.how_many(dossiers, since)
    with progress_bar("exporting") as progress:
        for done, told in enumerate(store.tell(dossiers, since), 1):
            for record in teller.records(told):
                tally.put(record)
            progress(done, known)
    return tally.done(done)


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

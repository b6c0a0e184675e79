"""WARC files brought in: visits of ours as they were, captures of others through the gate and the readers.

The file is read to its end before anything is kept, so that a damaged one leaves nothing behind.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.course.by_hand import Target, addresses, targets, unprobed
from monitor.model import Finding, Visit
from scheduler.clock import fixed
from scheduler.hands import context_of
from scraper.addresses import host
from scraper.captures import AsCaptured, Capture, Captures
from scraper.fetch import Fetcher
from scraper.warcs import WarcError, WarcFile
from storage.store import Store, Tenure
from storage.warc_in import carried
from zonewatch.app import App
from zonewatch.errors import ZonewatchError
from zonewatch.importing import Brought, play
from zonewatch.leasing import leased
from zonewatch.network import policy
from zonewatch.progress import progress_bar
from zonewatch.restoring import Restorer

if TYPE_CHECKING:
    from monitor.course.context import Context
    from monitor.dossier import Dossier


@dataclass(slots=True)
class ImportedWarc:
    """What became of a file's visits.

    `taken` are those kept, `known` were here before; `elsewhere` belong to no source of the dossiers;
    `refused` says of a capture why it is none of what it was taken for.
    """

    taken: int = 0
    known: int = 0
    elsewhere: int = 0
    refused: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    @property
    def seen(self) -> int:
        """How many visits and captures the file held."""
        return self.taken + self.known + self.elsewhere + len(self.refused)


def import_warc(app: App, path: Path, dossier_ids: Sequence[str]) -> ImportedWarc:
    """Take the captures of a WARC file as visits of the dossiers' sources (none named: all enabled).

    Raises ZonewatchError for a file that is no WARC or is damaged, with the record, and BusyError while
    another process is at work.
    """
    dossiers = app.chosen(dossier_ids)
    file, captures, visits = _looked_through(path)
    done = ImportedWarc()
    with app.store() as store, leased(store, app.clock) as lease:
        store.seal(app.clock())
        importer = _Importer(app, path, store, lease, tuple(dossiers), done)
        try:
            importer.restore(file, visits)
            importer.judge(captures)
        except WarcError as error:
            raise ZonewatchError(f"{path}: {error}") from error
    return done


def _looked_through(path: Path) -> tuple[WarcFile, Captures, int]:
    """Read a file to its end: that it is whole, what others captured, how many visits of ours it has."""
    try:
        file = WarcFile(path)
        captures = Captures(file)
        visits = sum(1 for _ in carried(file, others=captures.add))
    except OSError as error:
        raise ZonewatchError(f"{path}: cannot be read: {error.strerror or error}") from error
    except WarcError as error:
        raise ZonewatchError(f"{path}: {error}") from error
    return file, captures, visits


@dataclass(slots=True)
class _Importer:
    """One import under way."""

    app: App
    path: Path
    store: Store
    lease: Tenure
    dossiers: "tuple[Dossier, ...]"
    done: ImportedWarc

    def restore(self, file: WarcFile, visits: int) -> None:
        """Keep the visits that sections of ours carry."""
        wanted = {dossier.id for dossier in self.dossiers}
        now = self.app.clock()
        restorer = Restorer(self.store, self.path.name, self.lease, now)
        with progress_bar("importing") as progress:
            for number, visit in enumerate(carried(file), 1):
                if visit.form.dossier not in wanted:
                    self.done.elsewhere += 1
                elif visit.form.at > now:
                    self._refuse(f"V{visit.form.visit} of the file lies in the future: {visit.form.at}")
                else:
                    restorer.take(visit)
                progress(number, visits)
            restorer.flush()
        self.done.taken += restorer.taken
        self.done.known += restorer.known
        self.done.findings += restorer.findings

    def judge(self, captures: Captures) -> None:
        """Take what others captured as pages brought by hand are taken, the oldest first."""
        hosts, found = self._hosts(), list(captures)
        with progress_bar("judging") as progress:
            for number, capture in enumerate(found, 1):
                if host(capture.url) not in hosts or not self._judged(capture, captures):
                    self.done.elsewhere += 1
                progress(number, len(found))

    def _judged(self, capture: Capture, captures: Captures) -> bool:
        """Take a capture for every source whose page it is; tell whether there is one."""
        meant = list(self._meant(capture))
        if meant and capture.at > self.app.clock():
            self._refuse(f"{capture.url} lies in the future: {capture.at}")
            return True
        for target, context in meant:
            brought = self._brought(capture, captures, self.store.visits(target.source.id, limit=1))
            if self._is_known(target, brought):
                self.done.known += 1
                continue
            try:
                made = play(target, brought, context, self.store, now=self.app.clock(), lease=self.lease)
            except ZonewatchError as error:
                self._refuse(error.message)
                continue
            self.done.taken += len(made)
            self.done.findings += [finding for one in made for finding in one.kept.findings]
        return bool(meant)

    def _meant(self, capture: Capture) -> "Iterator[tuple[Target, Context]]":
        for dossier in self.dossiers:
            context = unprobed(context_of(dossier, self.store, capture.at))
            for target in targets(capture.url, context):
                yield target, context

    def _brought(self, capture: Capture, captures: Captures, newest: tuple[Visit, ...]) -> Brought:
        """Have a capture fetched as from the network, redirects, codings and limits included."""
        archive = AsCaptured(captures, capture.at, capture, [])
        manners = replace(policy(self.app), robots=False)
        with Fetcher(manners, now=fixed(capture.at), archive=archive) as fetcher:
            fetch = archive.told(fetcher.fetch(capture.url))
        past = any(visit.at > capture.at for visit in newest)
        return Brought(self.path, capture.url, capture.at, fetch, f"warc:{self.path.name}", past)

    def _is_known(self, target: Target, brought: Brought) -> bool:
        digest = sha256(brought.fetch.body).hexdigest()
        return any(
            visit.body == digest or not brought.fetch.body
            for visit in self.store.begun(target.source.id, brought.at)
        )

    def _hosts(self) -> set[str]:
        """Give the hosts that any known address stands on."""
        hosts: set[str] = set()
        for dossier in self.dossiers:
            context = context_of(dossier, self.store, self.app.clock())
            hosts |= {host(url) for source in context.sources for url in addresses(source, context)}
            hosts |= {
                host(row.url)
                for source in context.listings()
                for row in context.memory.rows(source.id).values()
            }
            hosts |= set(dossier.recognition.hosts)
            hosts |= {host(citation.printed) for citation in dossier.citations}
        return hosts

    def _refuse(self, why: str) -> None:
        self.done.refused.append(" ".join(why.split()))

"""`verify --repair`: damage made good from exported files, from the bodies themselves, or set aside."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import TypeAlias

from monitor.model import Visit
from scraper.exchanges import exchanged
from scraper.warcs import WarcError, WarcFile, WarcRecord
from storage.damage import Checked, Damage, Kind
from storage.keeping import text_digest
from storage.repairing import Found
from storage.store import Store, StoreError
from storage.values import reading_to_bytes
from storage.warc_forms import reading_of
from storage.warc_in import Carried, carried
from zonewatch.errors import ZonewatchError

RESTORED = "restored"
SET_ASIDE = "set aside"
OF_VISITS = frozenset({Kind.HOPS, Kind.READING})
Key: TypeAlias = tuple[str, datetime, str]
"""What a visit of a file and one of the database have in common; that they are one, its digest proves."""


@dataclass(slots=True)
class Mending:
    """One repair under way: `done` says of each damage what became of it, if anything did."""

    store: Store
    found: Sequence[Damage]
    now: datetime
    aside: frozenset[Damage] = frozenset()
    """those of them that were set aside before"""
    done: dict[Damage, str] = field(default_factory=dict)

    def run(self, files: Iterable[Path]) -> None:
        """Try what costs least first: indices, files, the bodies themselves; the rest is set aside."""
        if any(one.kind is Kind.DATABASE for one in self.found):
            self.store.reindex()
        for one in self._left(Kind.BODY):
            self._mark(one, RESTORED, self.store.trust_body(one.number, one.visit or 0))
        for path in files:
            self._from_file(path)
        self._look_again()
        for one in self._left(Kind.READING):
            self._mark(one, RESTORED, self.store.reread(one.visit or 0))
        for one in self._left(Kind.VISIT):
            self._mark(one, RESTORED, self.store.trust_link(one.visit or 0))
        self._set_aside()

    def _set_aside(self) -> None:
        """Set aside what a walk still finds; what it does not was mended with something else."""
        left = [one for one in self.found if one not in self.done and one not in self.aside]
        still = set(self.store.verify(Checked())) if self.done else set(left)
        for one in left:
            if one in still or one.kind is Kind.STAMP:
                self._mark(one, SET_ASIDE, self.store.set_aside(one, self.now))
            else:
                self._mark(one, RESTORED, True)

    def _from_file(self, path: Path) -> None:
        """Take what is missing from a WARC file; raises ZonewatchError for one that cannot be read."""
        bodies = {self.store.digest_of_body(one.number): one for one in self._left(Kind.BODY)}
        visits: dict[Key, list[Damage]] = defaultdict(list)
        for one in self._left(Kind.BODY, *OF_VISITS):
            seen = self._visit_of(one)
            if seen:
                visits[seen.source, seen.at, seen.url].append(one)
        try:
            file = WarcFile(path)
            for record in file:
                self._body_from(record, bodies)
            self._look_again()
            for visit in carried(file) if visits else ():
                self._visit_from(visit, visits)
            self._look_again()
        except OSError as error:
            raise ZonewatchError(f"{path}: cannot be read: {error.strerror or error}") from error
        except WarcError as error:
            raise ZonewatchError(f"{path}: {error}") from error

    def _visit_of(self, damage: Damage) -> Visit | None:
        """Return the visit that a damage touches; None where that cannot be read either."""
        try:
            return self.store.visit(damage.visit or 0)
        except StoreError:
            return None

    def _body_from(self, record: WarcRecord, bodies: dict[str | None, Damage]) -> None:
        payload = _payload(record) if bodies else b""
        damage = bodies.get(sha256(payload).hexdigest()) if payload else None
        if damage and damage not in self.done:
            self._mark(damage, RESTORED, self.store.restore_body(damage.number, payload))

    def _visit_from(self, one: Carried, visits: dict[Key, list[Damage]]) -> None:
        """Restore hops and readings of the visits that a file's visit may be; their digests prove it."""
        form = one.form
        damaged = [each for each in visits.get((form.source, form.at, form.url), ()) if each not in self.done]
        for number in dict.fromkeys(each.visit or 0 for each in damaged):
            kinds = {each.kind: each for each in damaged if each.visit == number}
            read = reading_of(form) if Kind.READING in kinds else None
            hops = one.fetch.hops if Kind.HOPS in kinds else None
            body = None
            if Kind.BODY in kinds and one.fetch.body:
                body = Found(kinds[Kind.BODY].number, one.fetch.body, text_digest(one.fetch))
            if self.store.restore_visit(number, hops, reading_to_bytes(read) if read else None, body):
                for each in damaged:
                    self._mark(each, RESTORED, each.visit == number)

    def _look_again(self) -> None:
        """Note what was mended with something else: a reading leans on its page, a page on another."""
        for one in self._left(Kind.BODY, *OF_VISITS):
            self._mark(one, RESTORED, not self.store.still(one))

    def _left(self, *kinds: Kind) -> tuple[Damage, ...]:
        return tuple(one for one in self.found if one.kind in kinds and one not in self.done)

    def _mark(self, damage: Damage, what: str, so: bool) -> None:
        if so:
            self.done[damage] = what


def _payload(record: WarcRecord) -> bytes:
    if record.kind in ("resource", "conversion"):
        return record.block
    said = exchanged(record) if record.kind == "response" else None
    return said.payload if said else b""

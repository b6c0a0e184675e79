"""Visits out of a WARC file of ours, kept as they were; what the database knows of a source already stands.

A visit that is here is not taken again. Where a source stands, which rows of its list are known and what is
followed comes with the visits to a source of which nothing is known yet; findings come open, once each:
what a person decided stays with the database that it was decided in.
"""

from array import array
from collections import OrderedDict
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeAlias

from monitor.model import Draft, Finding, Kept, Record, Standing, Visit
from storage.store import Store, Tenure
from storage.warc_forms import VisitForm, record_of
from storage.warc_in import Carried

BATCH_BYTES = 8 * 2**20
BATCH_VISITS = 200
"""What is kept in one transaction at most."""
REMEMBERED = 10_000
"""Hours of sources of which the visits that were here before are held at once."""

Key: TypeAlias = tuple[object, ...]


def origin_of(name: str, told: str) -> str:
    """Return the origin of a visit that a file carries, with where the file says that it came from."""
    first = told.partition(" (")[2].removesuffix(")") if told.startswith("warc:") else told
    return f"warc:{name} ({first or told})"


def key_of_form(form: VisitForm) -> Key:
    """Return what makes two visits of one source at one hour the same."""
    return form.role, form.url, form.outcome.kind, None if form.gone else form.body


def key_of(visit: Visit) -> Key:
    """Return the same of a visit that has been kept."""
    return visit.role, visit.url, visit.outcome.kind, visit.body


class Numbers:
    """Numbers of visits in the file's database, and the ones that they have here: 8 bytes each."""

    def __init__(self) -> None:
        self._here = array("q")

    def put(self, there: int, here: int) -> None:
        """Note that a visit is here, and under which number."""
        if 0 < there < 1 << 40:
            self._here.extend([0] * max(0, there + 1 - len(self._here)))
            self._here[there] = here

    def of(self, there: int) -> int | None:
        """Return the number that a visit has here, None if it is not."""
        return (self._here[there] or None) if 0 < there < len(self._here) else None


@dataclass(slots=True)
class Restorer:
    """Keeps visits of ours, many in one transaction. `name` is the file's.

    Findings are dated by `now` where reports have been sent, so that the next one tells them; else as they
    were. `taken`, `known` count the visits kept and those that were here before.
    """

    store: Store
    name: str
    lease: Tenure
    now: datetime
    taken: int = 0
    known: int = 0
    findings: list[Finding] = field(default_factory=list)
    _numbers: Numbers = field(default_factory=Numbers)
    _here: "OrderedDict[tuple[str, datetime], list[Visit]]" = field(default_factory=OrderedDict)
    _blank: dict[str, bool] = field(default_factory=dict)
    _batch: list[tuple[int, Record]] = field(default_factory=list)
    _size: int = 0

    def take(self, visit: Carried) -> None:
        """Keep a visit, at the latest with `flush`, unless it is here."""
        form = visit.form
        before = self._before(form)
        same = next((one for one in before if key_of(one) == key_of_form(form)), None)
        if same is not None:
            before.remove(same)
            self._numbers.put(form.visit, same.id)
            self.known += 1
            return
        record = record_of(form, visit.fetch, origin_of(self.name, form.origin))
        if form.findings or form.standing:
            self.flush()
        self._batch.append((form.visit, self._grown(record, form)))
        self._size += len(visit.fetch.body)
        if form.findings or len(self._batch) >= BATCH_VISITS or self._size >= BATCH_BYTES:
            self.flush(form.findings[0].raised if form.findings else None)

    def flush(self, raised: datetime | None = None) -> None:
        """Keep what waits; its findings were raised at that time."""
        batch, self._batch, self._size = self._batch, [], 0
        if not batch:
            return
        now = self.now if raised is None or self.store.last_report() else raised
        kept = self.store.keep_all((record for _, record in batch), now=now, lease=self.lease)
        for (there, _), one in zip(batch, kept, strict=True):
            self._numbers.put(there, one.visit.id)
            self._noted(one)

    def _noted(self, kept: Kept) -> None:
        self.taken += 1
        self.findings += kept.findings

    def _before(self, form: VisitForm) -> list[Visit]:
        """Give the visits of that source and hour that were here before, each to be matched once."""
        hour = (form.source, form.at)
        if hour not in self._here:
            self._here[hour] = list(self.store.begun(*hour))
            if len(self._here) > REMEMBERED:
                self._here.popitem(last=False)
        return self._here[hour]

    def _grown(self, record: Record, form: VisitForm) -> Record:
        """Add to a visit what it left behind, as far as that is no news here."""
        rows_of = form.rows_of or form.source
        known = self.store.rows(rows_of) if form.rows else {}
        blank = self._is_blank(rows_of)
        return replace(
            record,
            standing=self._standing(form),
            rows=tuple(row for row in form.rows if blank and row.key not in known),
            follow=tuple(source for source in form.follow if self._is_blank(source.id)),
            drafts=tuple(map(self._draft, form.findings)),
        )

    def _is_blank(self, source: str) -> bool:
        """Tell whether nothing was known of a source when the import began."""
        if source not in self._blank:
            self._blank[source] = self.store.standing(source) is None
        return self._blank[source]

    def _standing(self, form: VisitForm) -> Standing | None:
        if form.standing is None or not self._is_blank(form.standing.source):
            return None
        on = form.standing_on
        return replace(form.standing, snapshot=self.store.snapshot_with(on.source, on.digest) if on else None)

    def _draft(self, finding: Finding) -> Draft:
        """Point a finding at the visits as they are numbered here."""
        shown_by = (self._numbers.of(number) for number in finding.draft.visits)
        return replace(finding.draft, visits=tuple(number for number in shown_by if number))

"""A source, a visit, a snapshot: what the desk shows of each."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from monitor.model import ReviewState, Snapshot, Visit
from monitor.transitions import story
from scraper.decode import decode
from scraper.model import Fetch, Notice
from storage.errors import BodyGone
from storage.reviewing import Mark, Wanted
from zonewatch.desk.base import ORDER, Base, NotFoundError
from zonewatch.desk.views import Run, SourcePage, VisitPage

VISITS = 50
"""Visits on one page of a source's table."""
MARKS = 4000
"""Visits that the line of time goes back: eleven years of daily ones."""
SNAPSHOTS = 200
ENDINGS = {
    "text/html": "html",
    "application/xhtml+xml": "html",
    "text/plain": "txt",
    "application/json": "json",
    "application/pdf": "pdf",
    "text/xml": "xml",
    "application/xml": "xml",
}
CODINGS = {"gzip": "gz", "x-gzip": "gz", "br": "br", "zstd": "zst", "deflate": "zz"}
"""How a body as received ends that its Content-Encoding still covers."""


class Looking(Base):
    """What was seen, and when."""

    def source_page(self, name: str, before: int | None = None) -> SourcePage:
        """Gather what is known of a source; `before` is the visit from which on the table goes back."""
        source, standing = self.source(name), self.store.standing(name)
        marks = self.store.marks(name, MARKS)
        if source is None and standing is None and not marks:
            raise NotFoundError(f"there is no source `{name}`")
        dossier = name.partition("/")[0]
        visits = self.store.visits_before(name, before, VISITS + 1)
        reading = standing.snapshot.reading if standing and standing.snapshot else None
        queue = self.store.review_queue(Wanted((dossier,), tuple(ReviewState), subject=name), ORDER)
        return SourcePage(
            id=name,
            source=source,
            standing=standing,
            findings=self.items(queue),
            runs=tuple(_runs(marks)),
            story=story(standing.link, (), self.store.transitions(name)) if standing else (),
            visits=visits[:VISITS],
            older=visits[VISITS - 1].id if len(visits) > VISITS else None,
            count=self.store.count_visits(name),
            snapshots=self.store.snapshot_heads(name, SNAPSHOTS),
            notice=reading if isinstance(reading, Notice) else None,
            terms=self.terms(dossier),
        )

    def visit_page(self, number: int) -> VisitPage:
        """Gather what is kept of one visit."""
        visit = self.store.visit(number)
        if visit is None:
            raise NotFoundError(f"there is no visit V{number}")
        earlier, later = self.store.beside(visit)
        return VisitPage(
            visit=visit,
            hops=self.store.hops(number),
            size=self.store.body_size(visit.body) if visit.body else None,
            snapshot=self.store.snapshot(visit.snapshot) if visit.snapshot else None,
            earlier=earlier,
            later=later,
        )

    def snapshot(self, number: int) -> Snapshot:
        """Return a snapshot."""
        found = self.store.snapshot(number)
        if found is None:
            raise NotFoundError(f"there is no snapshot {number}")
        return found

    def raw_body(self, number: int) -> tuple[Visit, bytes, str]:
        """Return a visit, its body as received, and the ending of a file that holds it."""
        visit = self.store.visit(number)
        if visit is None or visit.body is None:
            raise NotFoundError(f"no body of a visit V{number} is kept")
        fetch = self._whole(number)
        return visit, fetch.body, _ending(fetch)

    def page_text(self, snapshot: Snapshot) -> str:
        """Return the text of the page that a snapshot was read from."""
        fetch = self._whole(snapshot.visit)
        return decode(fetch.content, fetch.header("Content-Type")).text

    def _whole(self, number: int) -> Fetch:
        try:
            return self.store.whole_fetch_of(number)
        except BodyGone as error:
            raise NotFoundError(str(error)) from error


def _ending(fetch: Fetch) -> str:
    kind = (fetch.header("Content-Type") or "text/html").partition(";")[0].strip().lower()
    coding = (fetch.header("Content-Encoding") or "").strip().lower()
    ending = ENDINGS.get(kind, "bin")
    return f"{ending}.{CODINGS[coding]}" if coding in CODINGS else ending


def _runs(marks: Sequence[Mark]) -> Iterator[Run]:
    """Take visits running that came to the same together, the newest first."""
    for _, group in groupby(
        reversed(marks), key=lambda mark: (mark.role, mark.outcome, mark.state, mark.rule)
    ):
        run = tuple(group)
        yield Run(run[-1], run[0], len(run))

"""The desk's first page, and a finding with all that is needed to judge it."""

from collections.abc import Iterator, Sequence

from monitor.model import Finding, ReviewState, Snapshot, Standing, Visit
from reports.build import item_of
from reports.model import Item
from scraper.model import Notice
from storage.reviewing import Wanted
from zonewatch.deciding import decide
from zonewatch.desk.base import ORDER, PASSES, Base, NotFoundError
from zonewatch.desk.health import health
from zonewatch.desk.views import Address, DossierRow, FindingPage, Health, Scope, Today

SHOWN = 30
"""Findings that the first page shows of those that wait."""
LATELY = 8
"""Decisions that it shows, and snapshots beside a finding."""


class Judging(Base):
    """Findings: which wait, what each is about, and what is decided."""

    def today(self, scope: Scope) -> Today:
        """Gather the first page."""
        wanted = Wanted(scope.ids)
        return Today(
            scope=scope,
            now=self.now(),
            waiting=self.items(self.store.review_queue(wanted, ORDER)[:SHOWN]),
            counts=self.store.count_findings(wanted),
            done=tuple(map(item_of, self.store.lately_decided(scope.ids, LATELY))),
            health=self.health(scope),
        )

    def dossier_rows(self) -> tuple[DossierRow, ...]:
        """List every dossier with the number of findings that wait on its desk."""
        return tuple(
            DossierRow(one, sum(self.store.count_findings(Wanted((one.id,))).values()))
            for one in self.app.dossiers
        )

    def health(self, scope: Scope) -> Health:
        """Say how the monitor does."""
        now = self.now()
        running = self.store.lease_holder(now) is not None
        return health(scope, self.sources(scope), self.store.passes(PASSES), now, running=running)

    def findings(self, wanted: Wanted, *, offset: int, limit: int) -> tuple[tuple[Item, ...], int]:
        """Return a page of findings in the order of a review, and how many there are in all."""
        queue = self.store.review_queue(wanted, ORDER)
        return self.items(queue[offset : offset + limit]), len(queue)

    def listed(self, dossiers: Sequence[str], *, everything: bool) -> tuple[Finding, ...]:
        """Return the open findings of dossiers, or every one, in the order of their raising."""
        found = self.store.findings(open_only=not everything)
        return tuple(one for one in found if one.draft.dossier in dossiers)

    def finding(self, number: int) -> Finding:
        """Return a finding."""
        found = self.store.finding(number)
        if found is None:
            raise NotFoundError(f"there is no finding F{number}")
        return found

    def finding_page(self, number: int) -> FindingPage:
        """Gather all that is needed to judge a finding."""
        finding = self.finding(number)
        draft = finding.draft
        visits = tuple(visit for one in finding.evidence if (visit := self.store.visit(one)))
        standing = self.store.standing(draft.subject)
        taken = self._shown_by(visits, standing)
        queue = self.store.review_queue(Wanted((draft.dossier,)), ORDER)
        before, after = _neighbours(queue, finding.id)
        return FindingPage(
            item=item_of(finding),
            dossier=self.dossier(draft.dossier),
            notice=taken.reading if taken and isinstance(taken.reading, Notice) else None,
            taken=taken,
            visits=visits,
            snapshots=self.store.snapshot_heads(draft.subject, LATELY),
            addresses=tuple(self._addresses(finding, standing)),
            terms=self.terms(draft.dossier, draft.zone),
            place=queue.index(finding.id) + 1 if finding.id in queue else 0,
            waiting=len(queue),
            previous=before,
            next=after,
        )

    def decide(self, number: int, state: ReviewState, note: str | None) -> Finding:
        """Put down a decision; a dismissal needs its reason."""
        self.finding(number)
        return decide(self.store, number, state, note, self.now())

    def after(self, finding: Finding) -> int | None:
        """Return the finding to go on with after this one, by the queue as it stands."""
        before, after = _neighbours(
            self.store.review_queue(Wanted((finding.draft.dossier,)), ORDER), finding.id
        )
        return after or before

    def _shown_by(self, visits: Sequence[Visit], standing: Standing | None) -> Snapshot | None:
        """Choose the snapshot to read: what the newest visit that shows the finding read, else today's."""
        for visit in reversed(visits):
            if visit.snapshot and (found := self.store.snapshot(visit.snapshot)):
                return found
        return standing.snapshot if standing else None

    def _addresses(self, finding: Finding, standing: Standing | None) -> Iterator[Address]:
        draft, source = finding.draft, self.source(finding.draft.subject)
        state = standing.link.state if standing else None
        live = (standing.url if standing else None) or (source.url if source else None)
        yield Address("found", draft.url, state if live in (draft.url, None) else None)
        if live and live != draft.url:
            yield Address("followed", live, state)
        if source and source.url not in (draft.url, live):
            yield Address("cited", source.url)


def _neighbours(queue: Sequence[int], number: int) -> tuple[int | None, int | None]:
    """Give what stands before and after a finding in the queue; of one that does not wait, the first."""
    if number not in queue:
        return None, queue[0] if queue else None
    at = queue.index(number)
    return queue[at - 1] if at else None, queue[at + 1] if at + 1 < len(queue) else None

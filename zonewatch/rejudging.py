"""Kept visits judged again, in the order of their keeping, into a scratch database that is thrown away."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from monitor.course.by_hand import targets, unprobed
from monitor.model import Finding, ReviewState, Visit
from monitor.rereading import Judged, Sitting, judged, sittings
from scheduler.clock import fixed
from scheduler.hands import Progress, context_of
from scheduler.rejudging import judge_again
from storage.store import Store, StoreError, Tenure
from zonewatch.deciding import settle_link
from zonewatch.errors import ZonewatchError
from zonewatch.importing import Brought, play
from zonewatch.leasing import leased

if TYPE_CHECKING:
    from monitor.dossier import Dossier

MERGED = "merged into "
"""How the note begins of a finding that another took the place of: nobody's decision."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What today's judgement of the kept visits comes to.

    `visits` were judged; of `untold` findings nothing can be said, because answers that they may hang on are
    no longer kept.
    """

    judged: Judged
    visits: int
    untold: int


def rejudge(
    store: Store, dossiers: "Sequence[Dossier]", *, since: datetime | None, progress: Progress
) -> Judgement:
    """Judge all kept visits of these dossiers again, and hold the findings raised after `since` against it.

    What people decided is decided at the same hours. Nothing is written to `store`.
    """
    with _scratch() as scratch:
        again = _Again(store, scratch, dossiers)
        known = store.newest_visit()
        for sitting in sittings(again.visits(), again.passes):
            again.decide(sitting.now)
            again.judge(sitting)
            progress(sitting.visits[-1].id, known)
        found = judged(
            _of(store, dossiers, since),
            _of(scratch, dossiers, since),
            lambda number: _hour(store, number),
            lambda number: _hour(scratch, number),
        )
        told = Judged(again.sayable(found.unfounded, store), again.sayable(found.missed, scratch))
        untold = len(found.unfounded + found.missed) - len(told.unfounded + told.missed)
        return Judgement(told, again.done, untold)


@contextmanager
def _scratch() -> Iterator[Store]:
    with TemporaryDirectory(prefix="zonewatch-") as folder, Store.open(str(Path(folder) / "z.db")) as store:
        yield store


def _of(store: Store, dossiers: "Sequence[Dossier]", since: datetime | None) -> tuple[Finding, ...]:
    ids = {dossier.id for dossier in dossiers}
    return tuple(one for one in store.findings(open_only=False, since=since) if one.draft.dossier in ids)


def _hour(store: Store, number: int) -> datetime | None:
    visit = store.visit(number)
    return visit.at if visit else None


def _hangs_on(finding: Finding, where: Store) -> set[str]:
    """Return the sources and addresses that a finding hangs on."""
    visits = (where.visit(number) for number in finding.evidence)
    named = {name for one in visits if one for name in (one.source, one.url, one.final_url, one.via or "")}
    return {finding.draft.subject, finding.draft.url, *named}


@dataclass(slots=True)
class _Again:
    """A database lived through once more."""

    store: Store
    scratch: Store
    dossiers: "Sequence[Dossier]"
    done: int = 0
    lost: set[str] = field(default_factory=set)
    """the sources and addresses of which an answer is no longer kept"""
    raised: dict[str, int] = field(default_factory=dict)
    """what today's judgement raised so far: the key of a finding, and its number in the scratch database"""
    decisions: list[tuple[datetime, Finding]] = field(default_factory=list)

    def __post_init__(self) -> None:
        decided = (one for one in self.store.findings(open_only=False) if one.decided)
        by_people = (one for one in decided if not (one.note or "").startswith(MERGED))
        self.decisions = sorted(
            ((one.decided, one) for one in by_people if one.decided), key=lambda each: each[0], reverse=True
        )

    @property
    def passes(self) -> list[tuple[datetime, datetime | None]]:
        """When passes began and ended, the earliest first."""
        return sorted(((one.started, one.finished) for one in self.store.passes()), key=lambda one: one[0])

    def visits(self) -> Iterator[Visit]:
        """Yield the visits of these dossiers' sources."""
        ids = {dossier.id for dossier in self.dossiers}
        return (one for one in self.store.visits_in_order() if one.source.partition("/")[0] in ids)

    def sayable(self, findings: tuple[Finding, ...], where: Store) -> tuple[Finding, ...]:
        """Return the findings, raised in a database, whose pages are all still here."""
        return tuple(one for one in findings if not self.lost & _hangs_on(one, where))

    def decide(self, now: datetime) -> None:
        """Decide what people decided until an hour, where it was raised again."""
        while self.decisions and self.decisions[-1][0] <= now:
            at, finding = self.decisions.pop()
            number = self.raised.get(finding.draft.key)
            if number and finding.state is not ReviewState.OPEN:
                settle_link(self.scratch.decide(number, finding.state, finding.note, at), self.scratch, at)

    def judge(self, sitting: Sitting) -> None:
        """Judge a pass, or a page that was brought."""
        clock = fixed(sitting.now)
        with leased(self.scratch, clock) as lease:
            found = self._brought(sitting, lease) if sitting.brought else self._pass(sitting, lease)
        self.raised |= {one.draft.key: one.id for one in found}
        self.done += len(sitting.visits)

    def _pass(self, sitting: Sitting, lease: Tenure) -> Sequence[Finding]:
        done, lost = judge_again(sitting, self.dossiers, self.store, self.scratch, lease)
        self.lost |= lost
        return done.findings if done else ()

    def _brought(self, sitting: Sitting, lease: Tenure) -> Sequence[Finding]:
        """Bring a page again that a person brought; one that would be refused today raises nothing."""
        visit = sitting.visits[0]
        try:
            fetch = self.store.whole_fetch_of(visit.id)
        except StoreError:
            self.lost |= {visit.source, visit.url}
            return ()
        found: list[Finding] = []
        for dossier in self.dossiers:
            context = unprobed(context_of(dossier, self.scratch, visit.at))
            for target in targets(visit.url, context):
                past = any(one.at > visit.at for one in self.scratch.visits(target.source.id, limit=1))
                brought = Brought(Path(f"V{visit.id}"), visit.url, visit.at, fetch, visit.origin, past)
                try:
                    kept = play(target, brought, context, self.scratch, now=visit.at, lease=lease)
                except ZonewatchError:
                    continue
                found += (finding for one in kept for finding in one.kept.findings)
        return found

"""Kept visits judged again: the same courses, with what was kept in the network's place."""

from collections import defaultdict, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from monitor.dossier import Dossier
from monitor.model import Role, Visit
from monitor.rereading import Sitting
from scheduler import one_pass
from scheduler.account import Pass
from scheduler.clock import fixed
from scheduler.due import Selection
from scraper.fetch import NO_VALIDATORS, Validators
from scraper.model import Fetch, OutcomeKind, Trouble
from scraper.policy import Policy
from storage.store import Store, StoreError, Tenure

NOBODY = "http://canary.invalid/"
"""An address that nothing kept answers for; RFC 6761 promises that no name ends in `.invalid`."""


@dataclass(slots=True)
class KeptAnswers:
    """What the visits of a sitting got from the network, in the place of a fetcher.

    An address that the sitting did not look at is answered by the visit nearest to its hour; one that nobody
    ever looked at, by a refusal of our own, which counts for nothing. `lost` are the sources and addresses
    of which an answer is no longer kept, or damaged.
    """

    store: Store
    now: datetime
    visits: Iterable[Visit]
    lost: set[str] = field(default_factory=set)
    policy: Policy = field(default_factory=Policy)
    _left: dict[str, deque[int]] = field(default_factory=lambda: defaultdict(deque))

    def __post_init__(self) -> None:
        for visit in self.visits:
            self._left[visit.url].append(visit.id)

    def fetch(self, url: str, validators: Validators = NO_VALIDATORS) -> Fetch:
        """Give what an address answered."""
        left = self._left.get(url)
        if left:
            number: int | None = left.popleft() if len(left) > 1 else left[0]
        else:
            number = None if url == NOBODY else self.store.visit_near(url, self.now)
        found = self._kept(number) if number else None
        if found and found.status == 304 and not validators.lines:
            found = self._what_it_stands_for(url, found)
        return found or Fetch(url, self.now, 0.0, trouble=Trouble.POLICY, detail="not looked at then")

    def rest_of(self, fetch: Fetch) -> datetime | None:  # noqa: ARG002 - what was kept never rests
        """Tell that no site has to be left alone."""
        return None

    def proxy_of(self, url: str) -> str | None:  # noqa: ARG002 - nor does anything stand between
        """Tell that nothing is asked through a proxy."""
        return None

    def _what_it_stands_for(self, url: str, unchanged: Fetch) -> Fetch | None:
        """Give the page that a 304 said is the same, for whoever did not ask whether it is."""
        number = self.store.visit_near(url, unchanged.started, answered=True)
        whole = self._kept(number) if number else None
        return replace(whole, started=unchanged.started) if whole else None

    def _kept(self, number: int) -> Fetch | None:
        try:
            return self.store.whole_fetch_of(number)
        except StoreError:
            visit = self.store.visit(number)
            if visit:
                self.lost |= {visit.source, visit.url, visit.via or visit.source}
            return None


def judge_again(
    sitting: Sitting, dossiers: Sequence[Dossier], store: Store, scratch: Store, lease: Tenure
) -> tuple[Pass | None, set[str]]:
    """Judge the visits of a pass again, out of `store` into `scratch`; also whose answers are lost.

    Looked at are the sources that the pass looked at, as today's dossiers know them; None if there are none.
    An outage of our own stays one.
    """
    looked_at = frozenset(visit.source for visit in sitting.visits if _own(visit))
    if not looked_at:
        return None, set()
    answers = KeptAnswers(store, sitting.now, sitting.visits)
    ours = any(visit.outcome.kind is OutcomeKind.OWN_OUTAGE for visit in sitting.visits)
    done = one_pass.run(
        dossiers,
        scratch,
        answers,
        clock=fixed(sitting.now),
        lease=lease,
        selection=Selection(looked_at, everything=True),
        origin=sitting.visits[0].origin,
        canaries=(NOBODY,) if ours else (),
    )
    return done, answers.lost


def _own(visit: Visit) -> bool:
    """Tell a look at a source itself from those that led on from it."""
    return visit.role in (Role.NOTICE, Role.LISTING) and visit.via is None

"""What a person decides of a finding, from the command line or the desk: one way for both."""

from datetime import datetime
from typing import TYPE_CHECKING

from monitor import links
from monitor.drafts import key
from monitor.model import Finding, FindingKind, ReviewState, State
from zonewatch.errors import ZonewatchError

if TYPE_CHECKING:
    from storage.store import Store


def decide(store: "Store", number: int, state: ReviewState, note: str | None, now: datetime) -> Finding:
    """Put down a decision with all that follows from it, and return the finding.

    A dismissal needs its reason: raises `ZonewatchError` where it has none, `StoreError` where there is no
    such finding.
    """
    said = note.strip() if note else None
    if state is ReviewState.DISMISSED and not said:
        raise ZonewatchError("a dismissal needs its reason: --why TEXT")
    finding = store.decide(number, state, said or None, now)
    settle_link(finding, store, now)
    return finding


def settle_link(finding: Finding, store: "Store", now: datetime) -> None:
    """Set a link dead whose suspicion a person accepted, and suspected again where that is taken back.

    Only the suspicion of the link's present trouble counts: one of years ago says nothing of today's.
    """
    draft = finding.draft
    standing = store.standing(draft.subject) if draft.kind is FindingKind.LINK_SUSPECTED else None
    if standing is None:
        return
    link = standing.link
    if draft.key != key(draft.kind, draft.dossier, draft.subject, link.episode):
        return
    if finding.state is not ReviewState.ACCEPTED:
        after = links.step_doubted(link, now)
    else:
        after = links.step_confirmed(link, now) if link.state is State.SUSPECTED else link
    if after is not link:
        due = now if after.state is State.SUSPECTED else None
        store.put_link(standing.source, after, now, next_due=due)

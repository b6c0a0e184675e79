"""Links: how their state changed and on what evidence, and archived copies of their pages."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from monitor.model import LinkState, Record, Visit
from monitor.transitions import ELSEWHERE, Transition, rests_on, transition
from storage import link_schema, memory_schema, schema
from storage.desk import Desk, upsert
from storage.names import fingerprint, source_number
from storage.pen import add, pen

DECIDED: Final = "decisions"
"""the setting that counts how often a person decided on a link's state"""


@dataclass(frozen=True, slots=True)
class Copy:
    """A page as an archive of the web has it, looked at and found to be the notice.

    `captured` is when the archive took it, `archive` which archive names it, `title` what it says of
    itself; `saved` says that we had it captured. `looked_at` is when it was looked at.
    """

    url: str
    captured: datetime
    archive: str
    title: str | None
    saved: bool
    looked_at: datetime


def put_transition(session: Session, record: Record, visit: Visit) -> None:
    """Write what changed of a link's state by this visit, before its new standing is written."""
    if record.standing is None:
        return
    source = source_number(session, record.standing.source, record.seen.look.dossier)
    before, after = _link(session, source) or LinkState(), record.standing.link
    pen(session).links[source] = after
    change = transition(before, after, visit.at)
    if change:
        times = rests_on(before, after)
        found = own_visits(session, source, times) if times else ()
        seen = {number: origin for number, origin in found if number != visit.id}
        change = replace(
            change,
            visits=(*seen, visit.id),
            vantage_points=tuple(dict.fromkeys((*seen.values(), record.origin))),
        )
        columns = {"source_id": source, "visit_id": visit.id, "transition": change}
        add(session, link_schema.LinkTransition, **columns)


def _link(session: Session, source: int) -> LinkState | None:
    links = pen(session).links
    if source not in links:
        kept = select(schema.Standing.link).where(schema.Standing.source_id == source)
        links[source] = session.scalar(kept)
    return links[source]


def own_visits(session: Session, source: int, times: Iterable[datetime]) -> list[tuple[int, str]]:
    """Return number and origin of a source's own visits begun at these times, the oldest first."""
    visit, common = schema.Visit, schema.Circumstance
    wish = select(visit.id, common.origin).join(common, visit.circumstance_id == common.id)
    wish = wish.where(visit.source_id == source, visit.at.in_(tuple(times)))
    wish = wish.where(
        common.role.not_in(ELSEWHERE), visit.via_id.is_(None) | (visit.via_id != visit.source_id)
    )
    return [(row.id, row.origin) for row in session.execute(wish.order_by(visit.at, visit.id))]


class Links(Desk):
    """What a link's story rests on."""

    def transitions(self, source: str) -> tuple[Transition, ...]:
        """Return the changes of a source's state, the oldest first."""
        row = link_schema.LinkTransition
        wish = select(row.transition).join(schema.SourceName, row.source_id == schema.SourceName.id)
        with self._read() as session:
            found = session.scalars(wish.where(schema.SourceName.name == source).order_by(row.id))
            return tuple(found)

    def put_link(
        self, source: str, link: LinkState, now: datetime, *, next_due: datetime | None = None
    ) -> None:
        """Write a link's state that a person decided, no visit; nothing if the source was never kept.

        `next_due` is when it is looked at next, where that is to change.
        """
        named = select(schema.Standing).join(
            schema.SourceName, schema.Standing.source_id == schema.SourceName.id
        )
        with self._write() as session:
            row = session.scalar(named.where(schema.SourceName.name == source))
            if row is None:
                return
            change = transition(row.link, link, now)
            if change:
                session.add(link_schema.LinkTransition(source_id=row.source_id, transition=change))
            row.state, row.link, row.next_due = link.state, link, next_due or row.next_due
            _count_decision(session)

    def put_copy(self, source: str, dossier: str, copy: Copy) -> None:
        """Remember an archived copy of a source's page; the newest look at it counts."""
        with self._write() as session:
            row = {
                "source_id": source_number(session, source, dossier),
                "digest": fingerprint(copy.url),
                "url": copy.url,
                "captured": copy.captured,
                "archive": copy.archive,
                "title": copy.title,
                "saved": copy.saved,
                "looked_at": copy.looked_at,
            }
            upsert(session, link_schema.ArchivedCopy, ("source_id", "digest"), row)

    def copies(self, source: str) -> tuple[Copy, ...]:
        """Return the archived copies of a source's page: found ones first, the newest look first."""
        kept = link_schema.ArchivedCopy
        wish = select(kept).join(schema.SourceName, kept.source_id == schema.SourceName.id)
        wish = wish.where(schema.SourceName.name == source).order_by(kept.saved, kept.looked_at.desc())
        with self._read() as session:
            return tuple(map(_copy, session.scalars(wish)))


def _count_decision(session: Session) -> None:
    """Let a pass under way, which remembers where its sources stood, see that a person moved one."""
    before = session.get(memory_schema.Setting, DECIDED)
    row = {"key": DECIDED, "value": str(int(before.value if before else 0) + 1)}
    upsert(session, memory_schema.Setting, ("key",), row)


def _copy(row: link_schema.ArchivedCopy) -> Copy:
    return Copy(row.url, row.captured, row.archive, row.title, row.saved, row.looked_at)

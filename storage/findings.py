"""Findings: raised once each, decided by people, pointing at the visits that show them."""

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from monitor.model import Draft, Finding, FindingKind, Place, ReviewState
from storage import schema
from storage.columns import MOST_ROWS
from storage.desk import Desk, insert
from storage.errors import StoreError
from storage.names import fingerprint


def put_findings(session: Session, drafts: Iterable[Draft], visit: int, now: datetime) -> tuple[Finding, ...]:
    """Raise the drafts whose key is not yet known; return what is new.

    An open finding whose key a new one `replaces` is accepted, with the note where it went.
    """
    numbers = [put_finding(session, draft, visit, now) for draft in drafts]
    new = [number for number in numbers if number is not None]
    return findings_in(session, schema.Finding.id.in_(new)) if new else ()


def put_finding(session: Session, draft: Draft, visit: int, now: datetime) -> int | None:
    """Raise one draft; return its number, None if its key is known.

    A known key is looked for first, since an insert that comes to nothing still uses up a number.
    """
    digest = fingerprint(draft.key)
    if session.scalar(select(schema.Finding.id).where(schema.Finding.digest == digest)) is not None:
        return None
    wish = insert(session, schema.Finding).values(**_columns(draft), visit_id=visit, raised=now)
    wish = wish.on_conflict_do_nothing(index_elements=["digest"])
    number = session.scalar(wish.returning(schema.Finding.id))
    if number is None:
        return None
    for place, shown_by in enumerate(draft.visits):
        session.add(schema.Evidence(finding_id=number, place=place, visit_id=shown_by))
    session.flush()
    _merge(session, draft.replaces, number, now)
    return int(number)


def _columns(draft: Draft) -> dict[str, object]:
    return {
        "digest": fingerprint(draft.key),
        "key": draft.key,
        "dossier": draft.dossier,
        "kind": draft.kind,
        "severity": draft.severity,
        "subject": draft.subject,
        "url": draft.url,
        "title": draft.title,
        "because": draft.because,
        "zone": draft.zone,
        "published": draft.published,
        "signed": draft.signed,
        "document_number": draft.document_number,
        "changes": draft.changes,
        "replaces": draft.replaces,
        "state": ReviewState.OPEN,
    }


def _merge(session: Session, keys: tuple[str, ...], into: int, now: datetime) -> None:
    weaker = schema.Finding.digest.in_([fingerprint(key) for key in keys])
    decision = {"state": ReviewState.ACCEPTED, "note": f"merged into F{into}", "decided": now}
    where = (weaker, schema.Finding.state == ReviewState.OPEN, schema.Finding.id != into)
    session.execute(update(schema.Finding).where(*where).values(decision))


def findings_in(session: Session, *where: ColumnElement[bool]) -> tuple[Finding, ...]:
    """Return the findings for which these conditions hold, in the order of their raising."""
    finding, evidence = schema.Finding, schema.Evidence
    shown_by: dict[int, list[int]] = {}
    ordered = select(evidence).join(finding).where(*where).order_by(evidence.finding_id, evidence.place)
    for item in session.scalars(ordered):
        shown_by.setdefault(item.finding_id, []).append(item.visit_id)
    rows = session.scalars(select(finding).where(*where).order_by(finding.id))
    return tuple(_finding(row, tuple(shown_by.get(row.id, ()))) for row in rows)


def _finding(row: schema.Finding, visits: tuple[int, ...]) -> Finding:
    draft = Draft(
        key=row.key,
        dossier=row.dossier,
        kind=row.kind,
        severity=row.severity,
        subject=row.subject,
        url=row.url,
        title=row.title,
        because=row.because,
        zone=row.zone,
        published=row.published,
        signed=row.signed,
        document_number=row.document_number,
        changes=row.changes,
        visits=visits,
        replaces=row.replaces,
    )
    evidence = visits if row.visit_id in visits else (*visits, row.visit_id)
    return Finding(row.id, draft, row.raised, evidence, row.state, row.note, row.decided)


class Findings(Desk):
    """What a person should hear, and what they said to it."""

    def findings(
        self, *, dossier: str | None = None, open_only: bool = True, since: datetime | None = None
    ) -> tuple[Finding, ...]:
        """Return findings in the order of their raising.

        `since` keeps those raised later than it, so that the time of the last report repeats nothing.
        """
        finding = schema.Finding
        where = [] if dossier is None else [finding.dossier == dossier]
        where += [finding.state == ReviewState.OPEN] if open_only else []
        where += [] if since is None else [finding.raised > since]
        with self._read() as session:
            return findings_in(session, *where)

    def finding(self, number: int) -> Finding | None:
        """Return a finding by its number (the 17 of F17), None if there is none."""
        if number > MOST_ROWS:
            return None
        with self._read() as session:
            return next(iter(findings_in(session, schema.Finding.id == number)), None)

    def decide(self, number: int, state: ReviewState, note: str | None, now: datetime) -> Finding:
        """Put down what a person said of a finding, and return it; opening it again clears the decision.

        Raises StoreError if there is no such finding.
        """
        decided = None if state is ReviewState.OPEN else now
        with self._write() as session:
            row = session.get(schema.Finding, number) if number <= MOST_ROWS else None
            if row is None:
                raise StoreError(f"there is no finding F{number} (see `zonewatch findings --all`)")
            row.state, row.note, row.decided = state, note, decided
            session.flush()
            return findings_in(session, schema.Finding.id == number)[0]

    def dismissed(self, dossier: str, kind: FindingKind) -> frozenset[str]:
        """Return the subjects whose newest finding of a kind a person dismissed."""
        finding = schema.Finding
        wish = select(finding.subject, finding.state).where(finding.dossier == dossier, finding.kind == kind)
        with self._read() as session:
            newest = {row.subject: row.state for row in session.execute(wish.order_by(finding.id))}
        return frozenset(name for name, state in newest.items() if state is ReviewState.DISMISSED)

    def accepted(self, dossier: str, kinds: Collection[FindingKind]) -> tuple[Finding, ...]:
        """Return the findings of these kinds that a person accepted for a dossier, as they were raised."""
        finding = schema.Finding
        where = (finding.dossier == dossier, finding.state == ReviewState.ACCEPTED, finding.kind.in_(kinds))
        with self._read() as session:
            return findings_in(session, *where)

    def accepted_zones(self, dossier: str) -> tuple[Finding, ...]:
        """Return the new zones of a dossier that a person accepted: they belong to its baseline."""
        with self._read() as session:
            return findings_in(session, *_new_zones(dossier), schema.Finding.state == ReviewState.ACCEPTED)

    def zones_found(self, dossier: str) -> tuple[Finding, ...]:
        """Return the new zones of a dossier that no person dismissed."""
        with self._read() as session:
            kept = schema.Finding.state != ReviewState.DISMISSED
            return findings_in(session, *_new_zones(dossier), kept)

    def zones_raised(self, dossier: str) -> tuple[Place, ...]:
        """Return the places of all new zones ever raised for a dossier, whatever became of them."""
        with self._read() as session:
            raised = (finding.draft.zone for finding in findings_in(session, *_new_zones(dossier)))
            return tuple(dict.fromkeys(zone for zone in raised if zone is not None))


def _new_zones(dossier: str) -> tuple[ColumnElement[bool], ...]:
    return schema.Finding.dossier == dossier, schema.Finding.kind == FindingKind.NEW_ZONE

"""Keeping: a record goes in whole or not at all, and what the store made of it comes out."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from monitor.model import Finding, Kept, Record
from storage.desk import Desk
from storage.errors import StoreError
from storage.findings import put_findings
from storage.leases import Tenure, check_lease
from storage.links import put_transition
from storage.memory import put_probe
from storage.search_index import put_searchable
from storage.standings import put_followed, put_rows, put_standing
from storage.visits import put_snapshot, put_visit, snapshot_in, visit_in


def _keep(session: Session, record: Record, now: datetime) -> Kept:
    row = put_visit(session, record)
    taken = put_snapshot(session, record, row)
    put_transition(session, record, row)
    put_standing(session, record, taken)
    put_rows(session, record, row.id)
    put_followed(session, record, row.id)
    put_probe(session, record.probe)
    raised = put_findings(session, record.drafts, row.id, now)
    kept = _as_kept(session, row.id, taken, raised)
    if kept.snapshot:
        put_searchable(session, kept.snapshot.id, kept.snapshot)
    return kept


def _as_kept(session: Session, visit: int, taken: int | None, raised: tuple[Finding, ...]) -> Kept:
    session.expunge_all()  # what is returned is what the database says, not what it was given
    kept = visit_in(session, visit)
    if kept is None:
        raise StoreError(f"visit V{visit} cannot be read again")
    return Kept(kept, snapshot_in(session, taken) if taken else None, raised)


class Keeping(Desk):
    """The one way in."""

    def keep(self, record: Record, *, now: datetime, lease: Tenure | None = None) -> Kept:
        """Keep all that one visit leaves behind, in one transaction.

        `now` dates the findings; `lease` is the tenure under which this is done. Raises
        LeaseLost if another holds it by now, StoreError if the database refuses; nothing is kept then.
        """
        return self.keep_all((record,), now=now, lease=lease)[0]

    def keep_all(
        self, records: Iterable[Record], *, now: datetime, lease: Tenure | None = None
    ) -> tuple[Kept, ...]:
        """Keep several visits in one transaction, all or none; otherwise as `keep`."""
        with self._write() as session:
            if lease is not None:
                check_lease(session, lease)
            return tuple(_keep(session, record, now) for record in records)

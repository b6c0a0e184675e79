"""What must be true of a database whose program was stopped anywhere: nothing lost, nothing half kept."""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path

from storage.errors import StoreError
from storage.store import Store

ORPHANS = {
    "a body that no visit has": (
        "SELECT id FROM body WHERE id NOT IN (SELECT body_id FROM visit WHERE body_id IS NOT NULL)"
        " AND id NOT IN (SELECT content_id FROM visit WHERE content_id IS NOT NULL)"
    ),
    "a head that no visit has": (
        "SELECT id FROM head WHERE id NOT IN (SELECT head_id FROM visit WHERE head_id IS NOT NULL)"
    ),
    "an address that nothing points at": (
        "SELECT id FROM address WHERE id NOT IN (SELECT url_id FROM visit)"
        " AND id NOT IN (SELECT requested_id FROM visit WHERE requested_id IS NOT NULL)"
        " AND id NOT IN (SELECT final_id FROM visit WHERE final_id IS NOT NULL)"
        " AND id NOT IN (SELECT url_id FROM snapshot)"
    ),
    "a finding raised twice": "SELECT key FROM finding GROUP BY key HAVING count(*) > 1",
    "two leases": "SELECT count(*) FROM lease HAVING count(*) > 1",
}
"""What no whole record leaves, each with a query that finds it."""


def complaints(path: Path, acknowledged: Iterable[int], whole_until: int = 0) -> Iterator[str]:
    """Yield what is wrong with a SQLite database, one line each; nothing for one that is whole.

    `acknowledged` are numbers of visits that the program was told to be kept. Visits up to `whole_until` are
    taken as read.
    """
    with closing(sqlite3.connect(path)) as connection:
        if not connection.execute("SELECT 1 FROM sqlite_master").fetchone() and not [*acknowledged]:
            return  # stopped before it was made
        yield from _of_sqlite(connection)
        numbers = [row[0] for row in connection.execute("SELECT id FROM visit ORDER BY id")]
    yield from (f"V{number} was acknowledged and is lost" for number in sorted({*acknowledged} - {*numbers}))
    with Store.open(str(path), create=False) as store:
        for number in numbers:
            if number > whole_until:
                yield from _of_visit(store, number)
        for finding in store.findings(open_only=False):
            for number in set(finding.evidence) - set(numbers):
                yield f"F{finding.id} points at V{number}, which is not there"


def _of_sqlite(connection: sqlite3.Connection) -> Iterator[str]:
    for (said,) in connection.execute("PRAGMA integrity_check"):
        if said != "ok":
            yield f"integrity: {said}"
    for table, row, parent, _ in connection.execute("PRAGMA foreign_key_check"):
        yield f"{table} {row} points at no {parent}"
    for what, query in ORPHANS.items():
        for (found,) in connection.execute(query):
            yield f"{what}: {found}"


def _of_visit(store: Store, number: int) -> Iterator[str]:
    """Read all that a visit left."""
    try:
        visit, fetch = store.visit(number), store.fetch_of(number)
        if visit and (visit.status, visit.final_url) != (fetch.status, fetch.url):
            yield f"V{number} and its hops disagree"
        if visit and visit.snapshot and store.snapshot(visit.snapshot) is None:
            yield f"V{number} has no snapshot {visit.snapshot}"
    except StoreError as error:
        yield f"V{number} cannot be read: {error}"

"""Every migration runs forwards on data of every earlier version.

`versions/NNNN.json` is a database of that version as its program wrote it. A version that has no such
file (it only added tables) is the newest file before it, brought to that version.
"""

import json
from pathlib import Path

import pytest
from samples import (
    HOUR,
    LIST,
    NOW,
    OLD_URL,
    PAGE,
    SOURCE,
    URL,
    draft,
    fetch,
    followed,
    link,
    not_modified,
    notice,
    probe,
    record,
    row,
    standing,
    zipped,
)
from sqlalchemy import Connection

from fixtures.databases import fill
from monitor.model import Role, State
from monitor.searching import Wish
from scraper.model import Completeness, Fetch, OutcomeKind, Trouble
from storage.engine import WRITER, connect, parse_address, prepare_place
from storage.migrate import NEWEST, bring_to_newest
from storage.store import Store, StoreError, schema_status, upgrade

FIXTURES = sorted((Path(__file__).parent / "versions").glob("*.json"))
VERSIONS = [f"{number:04}" for number in range(1, int(NEWEST))]
LAST_GIVEN = 6
"""the visit's number that was given last in each of the databases, and deleted"""


@pytest.fixture(params=VERSIONS)
def older(request: pytest.FixtureRequest, address: str) -> str:
    """The address of a database of an earlier version with something in every table."""
    made_by(request.param, address)
    return address


def made_by(version: str, address: str) -> None:
    written = max(path for path in FIXTURES if path.stem <= version)
    url = parse_address(address)
    prepare_place(url, create=True)
    engine = connect(url)
    bring_to_newest(engine, to=written.stem)
    try:
        with engine.execution_options(**{WRITER: True}).begin() as database:
            for table in fill(database, json.loads(written.read_text(encoding="utf-8"))):
                give_numbers(database, table.name, LAST_GIVEN)
        bring_to_newest(engine, to=version)
    finally:
        engine.dispose()


def give_numbers(database: Connection, table: str, last: int) -> None:
    if database.dialect.name == "sqlite":
        database.exec_driver_sql(f"UPDATE sqlite_sequence SET seq = {last} WHERE name = '{table}'")
    else:
        database.exec_driver_sql(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), {last})")


def test_an_older_database_is_refused_until_it_is_upgraded(older: str) -> None:
    with pytest.raises(StoreError, match="zonewatch db upgrade"):
        Store.open(older)
    upgrade(older)
    assert schema_status(older) == (NEWEST, NEWEST)
    Store.open(older).close()


def test_no_visit_loses_anything(older: str) -> None:
    upgrade(older)
    with Store.open(older) as store:
        newer, first = store.visits(SOURCE)
        assert (first.id, first.at, first.outcome.rule, first.state) == (1, NOW, "gate", State.ALIVE)
        assert (first.url, first.final_url, first.status, first.seconds) == (OLD_URL, URL, 200, 0.75)
        assert (first.completeness, first.origin, first.reader) == (Completeness.WHOLE, "network", None)
        assert (newer.id, newer.at, newer.status) == (2, NOW + HOUR, 304)
        assert store.fetch_of(1) == fetch()
        assert store.fetch_of(2) == not_modified(NOW + HOUR)
        assert store.fetch_of(3) == zipped(NOW + 2 * HOUR)
        assert store.fetch_of(4) == fetch(NOW + 3 * HOUR, body=b"\x1b\x03br", content=PAGE)


def test_a_visit_without_an_answer_stays_what_it_was(older: str) -> None:
    upgrade(older)
    with Store.open(older) as store:
        (visit,) = store.visits("ai-pilot-zones/x")
        at = NOW.replace(microsecond=123456)
        assert (visit.role, visit.via, visit.at) == (Role.CANDIDATE, LIST, at)
        assert (visit.outcome.kind, visit.status) == (OutcomeKind.DEADLINE, None)
        got = Fetch(URL, at, 60.0, trouble=Trouble.DEADLINE, detail="tls: slow")
        assert store.fetch_of(visit.id) == got


def test_snapshots_standings_rows_and_findings_stay(older: str) -> None:
    upgrade(older)
    with Store.open(older) as store:
        (snapshot,) = store.snapshots(SOURCE)
        assert (snapshot.reading, snapshot.taken, snapshot.url) == (notice(), NOW, URL)
        assert (snapshot.digest, snapshot.visit) == ("d1", 1)
        assert store.standing(SOURCE) == standing(snapshot=snapshot, body="ab" * 32)
        assert store.standings()[SOURCE].next_due == NOW + 24 * HOUR
        assert store.rows(LIST) == {URL: row(), "b": row("b", settled=True)}
        assert store.followed("ai-pilot-zones") == (followed(),)
        assert [finding.draft.key for finding in store.findings()] == [draft().key, "k"]
        assert store.findings()[1].evidence == (1, 5)
        assert store.probe(probe().directory) == probe()
        assert store.standing(SOURCE).link == link()  # type: ignore[union-attr]


def test_what_an_older_schema_kept_is_found_after_the_upgrade(older: str) -> None:
    upgrade(older)
    with Store.open(older) as store:
        assert [hit.snapshot for hit in store.search(Wish("广州")).hits] == [1]
        assert [hit.snapshot for hit in store.search(Wish("广州", role=Role.LISTING)).hits] == []


def test_a_chain_begins_with_the_first_visit_after_the_upgrade(older: str) -> None:
    upgrade(older)
    with Store.open(older) as store:
        assert {visit.digest for visit in store.visits(SOURCE)} == {None}
        kept = store.keep(record(NOW + 9 * HOUR), now=NOW).visit
        assert kept.digest is not None
        assert store.visits(SOURCE)[0] == kept


def test_numbers_are_never_given_twice_across_an_upgrade(older: str) -> None:
    upgrade(older)
    with Store.open(older) as store:
        assert store.keep(record(NOW + 9 * HOUR), now=NOW).visit.id == LAST_GIVEN + 1


def test_an_upgrade_that_fails_leaves_the_database_as_it_was(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    import alembic.op

    made = alembic.op.create_index

    def strike(name: str, table: str, columns: list[str]) -> None:
        if name == "ix_head_site_id":
            raise OSError("the disk is gone")
        made(name, table, columns)

    made_by("0001", address)
    monkeypatch.setattr(alembic.op, "create_index", strike)
    with pytest.raises(OSError, match="disk"):
        upgrade(address)
    monkeypatch.undo()
    assert schema_status(address)[0] == "0001"
    upgrade(address)
    with Store.open(address) as store:
        assert store.fetch_of(1) == fetch()


def test_foreign_keys_are_held_again_after_an_upgrade(older: str) -> None:
    upgrade(older)
    with (
        Store.open(older) as store,
        pytest.raises(StoreError, match=r"(?i)foreign key"),
        store._write() as session,
    ):
        session.connection().exec_driver_sql("INSERT INTO head (source_id, data) VALUES (4711, '')")

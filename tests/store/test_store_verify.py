"""What was kept is still what was kept: every kind of damage is named, mended where that can be proved."""

import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from samples import HOUR, LIST, NOW, SOURCE, fetch, full_record, hop, not_modified, record
from sqlalchemy import text

from monitor.changes import digest as compared
from monitor.model import Snapshot
from scraper.model import Notice, Unreadable
from scraper.readers import read_body
from storage import schema
from storage.chains import digest_of
from storage.damage import Checked, Damage, Kind
from storage.errors import StoreError
from storage.store import Store
from storage.warc_out import tell, warcinfo
from storage.warc_records import member
from tests.ready import new_store
from tests.site import HEFEI, page
from zonewatch.mending import Mending

LETTER = page(HEFEI)
DAY = timedelta(days=1)


def letter(at: Any, body: bytes = LETTER, source: str = SOURCE) -> Any:
    """A visit that saw a letter and took a snapshot of it."""
    hops = (hop(HEFEI.url, at=at),)
    got = fetch(at, body=body, content=body, hops=hops, requested=HEFEI.url)
    reading = read_body(body, "text/html", HEFEI.url)[1]
    assert isinstance(reading, Notice)
    made = record(at, source=source, got=got)
    return replace(
        made, seen=replace(made.seen, reading=reading), new_reading=reading, digest=compared(reading)
    )


@pytest.fixture
def full(store: Store) -> Store:
    """Three sources: one that changed, one that did not, a list; sealed for the first day."""
    store.keep(letter(NOW), now=NOW)
    store.keep(record(NOW + HOUR, got=not_modified(NOW + HOUR)), now=NOW)
    store.keep(letter(NOW + 2 * HOUR, LETTER.replace("合肥".encode(), "合肥市".encode())), now=NOW)
    store.keep(record(NOW, source=LIST), now=NOW)
    store.keep(full_record(), now=NOW)
    store.seal(NOW + DAY)
    store.keep(record(NOW + DAY, source=LIST), now=NOW + DAY)
    return store


def damage(store: Store) -> list[Damage]:
    return list(store.verify(Checked()))


def kinds(store: Store) -> list[str]:
    return sorted(one.kind.value for one in damage(store))


def change(store: Store, statement: str, **values: Any) -> None:
    """Change the database behind the program's back."""
    with store._engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        connection.execute(text(statement), values)


def flip(store: Store, table: str, column: str, number: int, place: int = 12) -> None:
    """Flip a byte in a blob."""
    with store._engine.begin() as connection:
        wish = text(f"SELECT {column} FROM {table} WHERE id = :id")
        data = bytearray(connection.execute(wish, {"id": number}).scalar_one())
        data[place % len(data)] ^= 0xFF
        put = text(f"UPDATE {table} SET {column} = :data WHERE id = :id")
        connection.execute(put, {"data": bytes(data), "id": number})


def body_number(store: Store, digest: str) -> int:
    with store._engine.begin() as connection:
        rows = connection.execute(text("SELECT id, digest FROM body"))
        return next(number for number, one in rows if bytes(one).hex() == digest)


def mended(store: Store, *files: Path) -> dict[Damage, str]:
    mending = Mending(store, damage(store), NOW + 2 * DAY)
    mending.run(files)
    return mending.done


def exported(store: Store, path: Path) -> Path:
    head = warcinfo(version="0", name=path.name, now=NOW, what="a test")
    path.write_bytes(b"".join(map(member, (head, *tell(store.tell())))))
    return path


def everything(store: Store) -> list[Any]:
    return [(told.visit, told.record.seen.fetch, told.snapshot) for told in store.tell()]


# --- whole -------------------------------------------------------------------------------------------------


def test_what_is_whole_is_said_to_be_whole_and_counted(full: Store) -> None:
    checked, seen = Checked(), []
    found = list(full.verify(checked, lambda done, known: seen.append((done, known))))
    assert found == []
    assert (checked.visits, checked.sources, checked.snapshots) == (6, 3, 3)
    assert (checked.days, checked.unsealed) == (1, 1)
    assert seen[-1] == (len(seen), len(seen)) and checked.bodies == len(seen) - checked.visits


def test_an_empty_database_is_whole(store: Store) -> None:
    assert damage(store) == []


# --- named -------------------------------------------------------------------------------------------------


def test_a_damaged_body_is_named_with_the_visit_the_source_and_the_hour(full: Store) -> None:
    flip(full, "body", "data", 1)
    first = next(one for one in damage(full) if one.kind is Kind.BODY)
    assert (first.visit, first.source, first.at, first.visits) == (1, SOURCE, NOW, 1)
    assert "damaged" in first.what


def test_any_byte_of_a_body_counts(full: Store) -> None:
    with full._engine.begin() as connection:
        data = connection.execute(text("SELECT data FROM body WHERE id = 1")).scalar_one()
    for place in range(0, len(data), 397):
        flip(full, "body", "data", 1, place)
        assert "body" in kinds(full), place
        flip(full, "body", "data", 1, place)
    assert kinds(full) == []


def test_damaged_hops_are_named(full: Store) -> None:
    flip(full, "head", "data", 1)
    first = next(one for one in damage(full) if one.kind is Kind.HOPS)
    assert first.visit == 1 and first.what.startswith("its hops cannot be read")


def test_a_damaged_reading_is_named(full: Store) -> None:
    flip(full, "snapshot", "reading", 1)
    (found,) = damage(full)
    assert (found.kind, found.number, found.visit) == (Kind.READING, 1, 1)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE visit SET seconds = seconds + 1 WHERE id = 3",
        "UPDATE visit SET at = (SELECT at FROM visit WHERE id = 1) WHERE id = 3",
        "UPDATE visit SET url_id = (SELECT max(id) FROM address) WHERE id = 3",
        "UPDATE visit SET circumstance_id = (SELECT circumstance_id FROM visit WHERE id = 2) WHERE id = 3",
        "UPDATE visit SET body_id = NULL WHERE id = 3",
        "UPDATE visit SET digest = (SELECT digest FROM visit WHERE id = 1) WHERE id = 3",
        "UPDATE visit SET digest = NULL WHERE id = 3",
        "UPDATE snapshot SET digest = (SELECT digest FROM snapshot WHERE id = 1) WHERE visit_id = 3",
    ],
    ids=["seconds", "time", "address", "outcome", "body", "digest", "no digest", "compared"],
)
def test_a_visit_that_was_changed_is_named(full: Store, statement: str) -> None:
    change(full, statement)
    found = [one for one in damage(full) if one.kind in (Kind.VISIT, Kind.READING)]
    assert found[0].visit == 3 and found[0].source == SOURCE


def test_a_visit_that_was_taken_out_is_missed_by_the_one_after_it(full: Store) -> None:
    change(full, "DELETE FROM visit WHERE id = 2")
    found = damage(full)
    assert [(one.kind, one.visit) for one in found if one.kind is Kind.VISIT] == [(Kind.VISIT, 3)]
    assert any(one.kind is Kind.SEAL and "4 visits of 5 (V2 not there)" in one.what for one in found)


def test_the_newest_visit_that_was_taken_out_is_missed_by_its_source(full: Store) -> None:
    change(full, "DELETE FROM visit WHERE id = 6")
    (found,) = damage(full)
    assert (found.kind, found.source) == (Kind.CHAIN, LIST)
    assert list(mended(full).values()) == ["set aside"] and damage(full) == []


def test_a_seal_that_was_changed_is_named(full: Store) -> None:
    change(full, "UPDATE seal SET visits = visits - 1")
    (found,) = damage(full)
    assert found.kind is Kind.SEAL and "2026-12-01 is not what was sealed" in found.what


def test_a_seal_that_was_taken_out_is_missed_by_the_next(full: Store) -> None:
    full.seal(NOW + 2 * DAY)
    change(full, "DELETE FROM seal WHERE id = 1")
    assert kinds(full) == ["seal"]


# What no foreign key would let happen: another program opens SQLite without them.
TORN = {
    "body": ("DELETE FROM body WHERE id = 1", "body", 1, "its body 1 is not there"),
    "head": ("DELETE FROM head WHERE id = 1", "hops", 1, "its hops cannot be read: the head 1 is not there"),
    "address": ("DELETE FROM address WHERE id = 1", "reference", 1, "point at address 1, which is not there"),
    "outcome": ("DELETE FROM circumstance WHERE id = 1", "reference", 1, "at circumstance 1, which is not"),
    "source": (
        "DELETE FROM source WHERE id = 1",
        "reference",
        1,
        "rows of visit point at source 1, which",
    ),
    "snapshot": ("DELETE FROM snapshot WHERE id = 2", "visit", 2, "is not what was kept"),
    "time": (
        "UPDATE visit SET at = 'soon' WHERE id = 2",
        "row",
        2,
        "visit 2: its at cannot be read: 'soon'",
    ),
    "number": ("UPDATE visit SET seconds = 'x' WHERE id = 2", "row", 2, "its seconds cannot be read: 'x'"),
    "word": ("UPDATE circumstance SET outcome = 'fine'", "row", None, "its outcome cannot be read: 'fine'"),
    "state": ("UPDATE standing SET state = 'fine'", "row", None, "standing 1: its state cannot be read"),
    "json": ("UPDATE standing SET link = '{'", "row", None, "standing 1: its link cannot be read: '{'"),
}


@pytest.fixture(scope="module")
def two_letters(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file with two snapshots of a letter."""
    path = tmp_path_factory.mktemp("whole") / "a.db"
    with Store.open(str(path)) as store:
        store.keep(letter(NOW), now=NOW)
        store.keep(letter(NOW + HOUR, LETTER.replace("合肥".encode(), "合肥市".encode())), now=NOW)
    return path


def torn(whole: Path, folder: Path, *statements: str) -> Path:
    """A copy of a database file, torn."""
    path = Path(shutil.copy(whole, folder / "torn.db"))
    raw = sqlite3.connect(path)
    for one in statements:
        raw.execute(one)
    raw.commit()
    raw.close()
    return path


@pytest.mark.parametrize("what", TORN)
def test_what_was_torn_is_named_in_one_line_and_a_repair_stumbles_over_nothing(
    two_letters: Path, tmp_path: Path, what: str
) -> None:
    statement, kind, visit, said = TORN[what]
    with Store.open(str(torn(two_letters, tmp_path, statement))) as store:
        found = [one for one in damage(store) if one.kind.value == kind and said in one.what]
        assert len(found) == (2 if what == "head" else 1) and found[0].visit == visit
        assert "\n" not in found[0].what
        mended(store)
        damage(store)


def test_what_cannot_be_read_is_told_as_that_wherever_it_is_wanted(two_letters: Path, tmp_path: Path) -> None:
    statements = (TORN["state"][0], "UPDATE visit SET at = 'soon' WHERE id = 2")
    with Store.open(str(torn(two_letters, tmp_path, *statements))) as store:
        for ask in (lambda: store.standing(SOURCE), lambda: store.visit(2)):
            with pytest.raises(StoreError, match=r"is damaged: .* \(zonewatch verify says"):
                ask()


@pytest.mark.parametrize("also", [(), (TORN["head"][0],)], ids=["alone", "with its hops"])
def test_a_body_that_is_not_there_comes_back_from_a_file(
    two_letters: Path, tmp_path: Path, also: tuple[str, ...]
) -> None:
    with Store.open(str(two_letters)) as store:
        path, before = exported(store, tmp_path / "a.warc.gz"), everything(store)
    with Store.open(str(torn(two_letters, tmp_path, TORN["body"][0], *also))) as store:
        assert set(mended(store, path).values()) == {"restored"}
        assert damage(store) == [] and everything(store) == before


def test_a_body_that_is_not_there_and_nowhere_else_is_set_aside(two_letters: Path, tmp_path: Path) -> None:
    with Store.open(str(torn(two_letters, tmp_path, TORN["body"][0]))) as store:
        assert set(mended(store).values()) == {"set aside"}
        assert damage(store) == [] and next(iter(store.tell())).record.seen.fetch.body == b""
        assert {(one.kind, one.number) for one in store.missing()} == {
            *(("body", 1), ("visit", 1), ("reading", 1)),
            *(("body", 2), ("reading", 2)),  # a later version leans on the first
        }


def test_a_body_that_came_again_under_another_number_serves(two_letters: Path, tmp_path: Path) -> None:
    with Store.open(str(two_letters)) as store:
        path, before = exported(store, tmp_path / "a.warc.gz"), everything(store)
    again = "UPDATE body SET id = 77 WHERE id = 1"
    with Store.open(str(torn(two_letters, tmp_path, again))) as store:
        assert set(mended(store, path).values()) == {"restored"}
        assert damage(store) == [] and everything(store) == before


def test_a_search_for_a_snapshot_that_is_gone_is_let_go(two_letters: Path, tmp_path: Path) -> None:
    with Store.open(str(torn(two_letters, tmp_path, TORN["snapshot"][0]))) as store:
        places = {one.place for one in damage(store) if one.kind is Kind.REFERENCE}
        assert places == {"searchable.snapshot_id", "standing.snapshot_id"}
        mended(store)
        assert damage(store) == []


def test_a_page_of_the_file_that_was_overwritten_is_found(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    with Store.open(str(path)) as store:
        for number in range(40):
            store.keep(record(NOW + number * HOUR, got=fetch(NOW + number * HOUR)), now=NOW)
    whole = path.read_bytes()
    missed = []
    for start in range(4096, len(whole), 17 * 4096):
        if not any(whole[start : start + 4096]):
            continue
        path.write_bytes(whole[:start] + b"\xff" * 4096 + whole[start + 4096 :])
        try:
            with Store.open(str(path)) as store:
                found = damage(store)
        except StoreError:
            continue  # the schema itself cannot be read: that is said, too
        if not found:
            missed.append(start)
    assert missed == []


# --- mended ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "harm",
    [
        lambda store: flip(store, "body", "data", 1),
        lambda store: [flip(store, "body", "data", number) for number in (1, 2)],
        lambda store: flip(store, "head", "data", 1),
        lambda store: flip(store, "snapshot", "reading", 1),
        lambda store: [
            flip(store, *one)
            for one in (("body", "data", 1), ("head", "data", 1), ("snapshot", "reading", 2))
        ],
    ],
    ids=["body", "bodies", "hops", "reading", "all"],
)
def test_what_a_file_holds_is_restored(full: Store, tmp_path: Path, harm: Callable[[Store], object]) -> None:
    path, before = exported(full, tmp_path / "a.warc.gz"), everything(full)
    harm(full)
    assert damage(full)
    done = mended(full, path)
    assert set(done.values()) == {"restored"}
    assert damage(full) == [] and everything(full) == before


def test_a_reading_is_made_again_from_its_page(full: Store) -> None:
    before = full.snapshot(1)
    flip(full, "snapshot", "reading", 1)
    assert list(mended(full).values()) == ["restored"]
    assert full.snapshot(1) == before and damage(full) == []


def test_a_body_of_any_capture_will_do(full: Store, tmp_path: Path) -> None:
    block = b"HTTP/1.1 200 OK\r\n\r\n" + LETTER
    head = f"WARC/1.0\r\nWARC-Type: response\r\nContent-Length: {len(block)}\r\n\r\n".encode()
    path = tmp_path / "theirs.warc"
    path.write_bytes(head + block + b"\r\n\r\n")
    flip(full, "body", "data", 1)
    assert set(mended(full, path).values()) == {"restored"}
    assert damage(full) == []


def test_a_wrong_sha256_beside_right_bytes_is_put_right(full: Store) -> None:
    before = everything(full)
    change(full, "UPDATE body SET digest = :digest WHERE id = 1", digest=bytes(32))
    assert "its sha256 differs" in damage(full)[0].what
    assert set(mended(full).values()) == {"restored"}
    assert damage(full) == [] and everything(full) == before


def test_a_wrong_digest_of_a_right_visit_is_put_right(full: Store) -> None:
    change(full, "UPDATE visit SET digest = :digest WHERE id = 2", digest=bytes(32))
    assert kinds(full) == ["seal", "visit", "visit"]  # its own, the next one's, and the day's
    assert set(mended(full).values()) == {"restored"}
    assert damage(full) == [] and full.missing() == ()


def test_a_changed_visit_with_a_digest_made_to_fit_is_not_believed(full: Store) -> None:
    change(full, "UPDATE visit SET seconds = seconds + 1 WHERE id = 2")
    with full._write() as session:
        row = session.get_one(schema.Visit, 2)
        row.digest = digest_of(session, row)
    assert kinds(full) == ["seal", "visit"]
    assert set(mended(full).values()) == {"set aside"}
    assert {(one.kind, one.number) for one in full.missing()} == {("visit", 3), ("seal", 1)}


def test_what_does_not_have_the_sha256_is_no_replacement(full: Store, tmp_path: Path) -> None:
    flip(full, "body", "data", 1)
    assert not full.restore_body(1, LETTER + b" ") and not full.restore_body(999, LETTER)
    assert not full.restore_visit(1, (hop(),), None)
    assert not full.restore_visit(1, None, b'{"kind":"notice","reader":"x"}')
    assert "body" in kinds(full)


# --- set aside ---------------------------------------------------------------------------------------------


def test_what_cannot_be_restored_is_set_aside_and_nothing_stumbles_over_it(full: Store) -> None:
    for table, column in (("body", "data"), ("head", "data"), ("snapshot", "reading")):
        flip(full, table, column, 1)
    done = mended(full)
    assert set(done.values()) == {"set aside"}
    assert damage(full) == []
    told = next(iter(full.tell()))
    assert told.record.seen.fetch.body == b"" and told.record.seen.fetch.hops == ()
    assert told.snapshot and isinstance(told.snapshot.reading, Unreadable)
    assert {one.kind for one in full.missing()} == {"body", "hops", "reading"}
    assert all(one.at == NOW + 2 * DAY and one.why for one in full.missing())
    with pytest.raises(StoreError, match="is not here any more \\(2026-12-03: "):
        full.body(told.visit.body or "")
    full.keep(letter(NOW + 3 * DAY), now=NOW + 3 * DAY)
    assert damage(full) == []


def test_a_standing_does_not_lean_on_a_reading_that_is_gone(full: Store) -> None:
    standing = full.standing(SOURCE)
    assert standing and isinstance(standing.snapshot, Snapshot)
    number = standing.snapshot.id
    flip(full, "snapshot", "reading", number)
    taken = full.visit(standing.snapshot.visit)
    assert taken and taken.body
    flip(full, "body", "data", body_number(full, taken.body))
    mended(full)
    after = full.standing(SOURCE)
    assert after and (after.snapshot is None or after.snapshot.id == number)
    assert damage(full) == []


def test_a_changed_visit_is_noted_once(full: Store) -> None:
    change(full, "UPDATE visit SET seconds = seconds + 1 WHERE id = 3")
    assert list(mended(full).values()) == ["set aside"]
    assert damage(full) == []
    assert [(one.kind, one.number) for one in full.missing()] == [("visit", 3)]


def test_what_is_gone_is_told_as_gone_by_an_export_and_comes_in_once(full: Store, tmp_path: Path) -> None:
    from scraper.warcs import WarcFile
    from storage.warc_in import carried
    from zonewatch.restoring import Restorer

    flip(full, "body", "data", 1)
    flip(full, "snapshot", "reading", 1)
    mended(full)
    path = exported(full, tmp_path / "a.warc.gz")
    records = list(WarcFile(path))
    answer = next(one for one in records if one.kind == "response")
    assert answer.field("WARC-Truncated") == "unspecified" and answer.block.endswith(b"\r\n\r\n")
    (first, *_) = carried(WarcFile(path))
    assert first.form.gone and first.fetch.body == b"" and first.form.body
    with new_store(tmp_path / "again.db") as again:
        tenure = again.take_lease("a test", NOW, 60)
        assert tenure
        for _ in range(2):
            restorer = Restorer(again, path.name, tenure, NOW)
            for one in carried(WarcFile(path)):
                restorer.take(one)
            restorer.flush()
        assert (restorer.taken, restorer.known) == (0, full.how_many())


def test_what_was_set_aside_is_restored_when_a_file_turns_up(full: Store, tmp_path: Path) -> None:
    path, before, standings = exported(full, tmp_path / "a.warc.gz"), everything(full), full.standings()
    for number in (1, 2):
        flip(full, "body", "data", number)
    flip(full, "head", "data", 1)
    flip(full, "snapshot", "reading", 3)
    mended(full)
    missing = full.missing()
    assert missing and full.standing(SOURCE).snapshot is None  # type: ignore[union-attr]
    mending = Mending(full, full.aside(), NOW + 3 * DAY, frozenset(full.aside()))
    mending.run([])
    assert mending.done == {} and full.missing() == missing
    mending.run([path])
    assert full.missing() == () and everything(full) == before and full.standings() == standings

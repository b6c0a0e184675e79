"""Rule 8: a visit is atomic. Rule 1: bytes are sacred. Equal bodies are stored once."""

import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from samples import (
    GUANGZHOU,
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
    full_record,
    hop,
    link,
    look,
    not_modified,
    notice,
    probe,
    record,
    row,
    standing,
    zipped,
)
from sqlalchemy import event, func, select

from monitor.model import Record, Role, Seen, State
from scraper.model import Completeness, Fetch, Hop, Outcome, OutcomeKind, Refused, Tls, Trouble
from storage import imported_schema, memory_schema, outbox_schema, proof_schema, round_schema, schema
from storage.base import Base
from storage.engine import PAGE_BYTES
from storage.secrets import struck_fetch
from storage.store import Store, StoreError


def count(store: Store, table: type[Base]) -> int:
    with store._read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def counts(store: Store) -> dict[str, int]:
    tables = (*Base.__subclasses__(),)
    return {table.__tablename__: count(store, table) for table in tables}


def test_a_kept_visit_is_read_back_as_it_was_returned(store: Store) -> None:
    kept = store.keep(full_record(), now=NOW)
    assert store.visit(kept.visit.id) == kept.visit
    assert kept.snapshot is not None
    assert store.snapshot(kept.snapshot.id) == kept.snapshot
    assert store.findings() == kept.findings


def test_a_visit_says_what_was_asked_what_answered_and_what_it_came_to(store: Store) -> None:
    seen = Seen(
        look("ai-pilot-zones/x", role=Role.CANDIDATE, via=LIST, url=URL),
        fetch(),
        Outcome(OutcomeKind.SOFT_404, "sibling", "0.97 agree"),
    )
    kept = store.keep(Record(seen, standing(link=link(State.FAILING)), origin="replay"), now=NOW)
    visit = kept.visit
    assert (visit.source, visit.role, visit.via) == ("ai-pilot-zones/x", Role.CANDIDATE, LIST)
    assert (visit.url, visit.final_url, visit.at, visit.seconds) == (URL, URL, NOW, 0.75)
    assert (visit.status, visit.outcome, visit.state) == (200, seen.outcome, State.FAILING)
    assert (visit.body, visit.origin, visit.snapshot) == (sha256(PAGE).hexdigest(), "replay", None)


def test_a_visit_without_standing_has_an_unknown_state(store: Store) -> None:
    assert store.keep(record(standing=None), now=NOW).visit.state is State.UNKNOWN
    assert store.standing(SOURCE) is None


def test_a_snapshot_is_kept_with_the_visit_that_took_it(store: Store) -> None:
    kept = store.keep(full_record(), now=NOW)
    taken = kept.snapshot
    assert taken is not None
    assert (taken.source, taken.visit, taken.taken, taken.url) == (SOURCE, kept.visit.id, NOW, URL)
    assert (taken.reading, taken.digest) == (notice(), "d1")
    assert kept.visit.snapshot == taken.id


def test_a_reading_without_digest_is_refused_and_nothing_kept(store: Store) -> None:
    with pytest.raises(ValueError, match="digest"):
        store.keep(record(new_reading=notice()), now=NOW)
    assert not any(counts(store).values())


def test_snapshots_of_a_source_come_oldest_first_and_alone(store: Store) -> None:
    for hours, title in ((2, "later"), (1, "earlier")):
        store.keep(record(NOW + hours * HOUR, new_reading=notice(title), digest=title), now=NOW)
    store.keep(record(source=LIST, new_reading=Refused("a wall"), digest="w"), now=NOW)
    assert [snapshot.digest for snapshot in store.snapshots(SOURCE)] == ["earlier", "later"]
    assert [snapshot.reading for snapshot in store.snapshots(LIST)] == [Refused("a wall")]
    assert store.snapshot(99) is None


@pytest.mark.parametrize(
    "got",
    [
        pytest.param(fetch(), id="as it came"),
        pytest.param(zipped(), id="gzip"),
        pytest.param(fetch(body=zlib.compress(PAGE), content=PAGE), id="deflate"),
        pytest.param(fetch(body=gzip.compress(PAGE)[:-20], content=PAGE[:900]), id="cut gzip"),
        pytest.param(fetch(body=b"\x1b\x03br", content=PAGE), id="a coding that only others know"),
        pytest.param(fetch(body=gzip.compress(PAGE), content=b""), id="not inflated"),
        pytest.param(fetch(body=gzip.compress(PAGE * 9), content=PAGE), id="inflated up to a bound"),
        pytest.param(fetch(body=gzip.compress(b"a") + gzip.compress(b"b"), content=b"ab"), id="two members"),
        pytest.param(not_modified(), id="304"),
        pytest.param(
            Fetch(URL, NOW, 60.0, trouble=Trouble.DEADLINE, detail="tls: slow"), id="no answer at all"
        ),
        pytest.param(fetch(requested=URL, hops=(hop(),)), id="another address than looked for"),
    ],
)
def test_a_fetch_is_rebuilt_equal_from_what_was_kept(store: Store, got: Fetch) -> None:
    kept = store.keep(record(got=got), now=NOW)
    assert store.fetch_of(kept.visit.id) == got
    assert store.hops(kept.visit.id) == got.hops


HEADERS = st.lists(st.tuples(st.text(max_size=12), st.text(max_size=30)), max_size=8).map(tuple)
HOPS = st.builds(
    Hop,
    url=st.text(min_size=1, max_size=40).map(lambda text: "http://a/" + text),
    status=st.integers(100, 599),
    headers=HEADERS,
    request_headers=HEADERS,
    peer=st.none() | st.text(),
    tls=st.none() | st.builds(Tls, st.text(), st.text(), st.booleans()),
    seconds=st.integers(0, 10**12).map(lambda count: count / 1_000_000),
    location=st.none() | st.text(),
)


@pytest.fixture(scope="module")
def one_file(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with Store.open(str(tmp_path_factory.mktemp("one") / "a.db")) as opened:
        yield opened


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(hops=st.lists(HOPS, min_size=1, max_size=3).map(tuple), body=st.binary(max_size=300))
def test_any_hops_and_any_bytes_come_back_as_they_were(
    one_file: Store, hops: tuple[Hop, ...], body: bytes
) -> None:
    got = fetch(hops=hops, body=body, content=body)
    kept = one_file.keep(record(got=got), now=NOW)
    # Databases hold no NUL in text, and addresses stand in text columns; nothing but secrets is touched.
    assert one_file.hops(kept.visit.id) == struck_fetch(got).hops
    assert one_file.fetch_of(kept.visit.id).body == body


def test_equal_bodies_are_stored_once(store: Store) -> None:
    for hours in range(5):
        store.keep(record(NOW + hours * HOUR, source=f"a/{hours}"), now=NOW)
    assert count(store, schema.Body) == 1
    assert store.body(sha256(PAGE).hexdigest()) == PAGE


def test_a_body_is_compressed(store: Store) -> None:
    store.keep(record(), now=NOW)
    with store._read() as session:
        kept = session.scalars(select(schema.Body)).one()
        assert (kept.size, len(kept.data) < len(PAGE) / 10) == (len(PAGE), True)


def test_what_zlib_gives_again_is_not_kept_twice(store: Store) -> None:
    store.keep(record(got=zipped()), now=NOW)
    assert count(store, schema.Body) == 1


def test_an_unknown_body_is_an_error_that_says_so(store: Store) -> None:
    with pytest.raises(StoreError, match=f"no body {'0' * 64}"):
        store.body("0" * 64)


@pytest.mark.parametrize("damage", [b"not zstd at all", None], ids=["frame", "content"])
def test_a_damaged_body_is_never_handed_out(store: Store, damage: bytes | None) -> None:
    kept = store.keep(record(), now=NOW)
    other = store.keep(record(got=fetch(body=b"other", content=b"other")), now=NOW)
    with store._write() as session:
        bodies = session.scalars(select(schema.Body).order_by(schema.Body.id)).all()
        bodies[0].data = bodies[1].data if damage is None else damage
    with pytest.raises(StoreError, match="damaged"):
        store.fetch_of(kept.visit.id)
    assert store.fetch_of(other.visit.id).body == b"other"


def test_later_visits_lean_on_the_first_ones_head(store: Store) -> None:
    for hours in range(10):
        got = not_modified(NOW + hours * HOUR)
        assert store.hops(store.keep(record(got=got), now=NOW).visit.id) == got.hops
    assert count(store, schema.Head) == 1


def test_a_very_different_answer_becomes_a_new_head(store: Store) -> None:
    store.keep(record(), now=NOW)
    strange = Hop("http://other.example/", 200, tuple((f"X-{n}", str(n**9)) for n in range(40)))
    kept = store.keep(record(got=fetch(hops=(strange,))), now=NOW)
    assert store.hops(kept.visit.id) == (strange,)
    assert count(store, schema.Head) == 2


def test_an_address_longer_than_an_index_takes_is_kept(store: Store) -> None:
    url = URL + "?" + "".join(sha256(bytes([n])).hexdigest() for n in range(120))
    kept = store.keep(record(got=fetch(requested=url, hops=(hop(url),))), now=NOW)
    assert store.fetch_of(kept.visit.id).url == kept.visit.final_url == url


def test_what_a_database_cannot_hold_becomes_a_mark(store: Store) -> None:
    outcome = Outcome(OutcomeKind.GOOD, "a\0b", "half \ud83d")
    kept = store.keep(Record(Seen(look(), fetch(), outcome), None), now=NOW)
    assert (kept.visit.outcome.rule, kept.visit.outcome.detail) == ("a\ufffdb", "half \ufffd")


def test_a_whole_character_outside_the_first_plane_is_untouched(store: Store) -> None:
    outcome = Outcome(OutcomeKind.GOOD, "𠮷", "科技部")
    kept = store.keep(Record(Seen(look(), fetch(), outcome), None), now=NOW)
    assert kept.visit.outcome == outcome


def test_times_go_in_from_any_zone_and_come_out_in_utc(store: Store) -> None:
    beijing = datetime(2026, 12, 1, 12, 30, 1, 999_999, timezone(timedelta(hours=8)))
    kept = store.keep(record(got=fetch(beijing)), now=beijing)
    assert kept.visit.at == beijing
    assert kept.visit.at.utcoffset() == timedelta(0)


def test_a_time_without_zone_is_refused(store: Store) -> None:
    with pytest.raises(StoreError, match="without a zone"):
        store.keep(record(got=fetch(NOW.replace(tzinfo=None))), now=NOW)


def test_visits_come_newest_first_and_as_many_as_asked(store: Store) -> None:
    for hours in (2, 0, 1):
        store.keep(record(NOW + hours * HOUR), now=NOW)
    store.keep(record(source=LIST), now=NOW)
    assert [visit.id for visit in store.visits(SOURCE)] == [1, 3, 2]
    assert [visit.id for visit in store.visits(SOURCE, limit=2)] == [1, 3]
    assert [visit.id for visit in store.visits(SOURCE, newest_first=False, limit=2)] == [2, 3]
    assert store.visits("no/such") == ()


def test_visits_are_found_by_the_times_that_a_ladder_counted(store: Store) -> None:
    for hours in range(4):
        store.keep(record(NOW + hours * HOUR), now=NOW)
    store.keep(record(source=LIST), now=NOW)
    assert store.visits_at(SOURCE, (NOW + 3 * HOUR, NOW + HOUR)) == (2, 4)
    assert store.visits_at(SOURCE, ()) == ()


def test_what_was_never_visited_is_absent(store: Store) -> None:
    assert (store.visit(7), store.hops(7)) == (None, ())
    with pytest.raises(StoreError, match="no visit V7"):
        store.fetch_of(7)


def test_several_records_are_kept_in_their_order(store: Store) -> None:
    kept = store.keep_all([record(source=f"a/{name}") for name in "xyz"], now=NOW)
    assert [one.visit.source for one in kept] == ["a/x", "a/y", "a/z"]


def test_of_several_records_none_is_kept_if_one_fails(store: Store) -> None:
    broken = record(drafts=(draft("points nowhere", visits=(4711,)),))
    with pytest.raises(StoreError):
        store.keep_all([full_record(), broken], now=NOW)
    assert not any(counts(store).values())


@contextmanager
def fault_at(store: Store, statement: int) -> Iterator[list[str]]:
    """Let the database fail at the nth statement; yields those that ran."""
    ran: list[str] = []

    def strike(_c: Any, _cursor: Any, sql: str, *_: Any) -> None:
        ran.append(sql)
        if len(ran) == statement:
            raise OSError("the disk is gone")

    event.listen(store._engine, "before_cursor_execute", strike)
    try:
        yield ran
    finally:
        event.remove(store._engine, "before_cursor_execute", strike)


def test_a_fault_at_any_statement_leaves_nothing_half_kept(store: Store) -> None:
    before = store.keep(full_record(), now=NOW)
    store.keep(record(source="a/b"), now=NOW)
    stood, remembered = counts(store), store.standing(SOURCE)
    got = fetch(NOW + HOUR, body=b"new", content=b"new")
    later = replace(
        full_record(NOW + HOUR),
        seen=Seen(look(), got, Outcome(OutcomeKind.GOOD, "gate")),
        standing=standing(snapshot=before.snapshot, etag="new"),
        drafts=(draft("k", visits=(before.visit.id,), replaces=(draft().key,)),),
        follow=(followed("other"),),
        probe=probe(directory="http://a/"),
    )
    statement = 0
    while True:
        statement += 1
        with fault_at(store, statement) as ran:
            try:
                store.keep(later, now=NOW)
            except OSError:
                pass
            else:
                break
        assert counts(store) == stood, f"after {ran[-1]}"
        assert store.standing(SOURCE) == remembered
    assert statement > 20
    assert {name for name, number in counts(store).items() if number > stood[name]} >= {
        "visit",
        "body",
        "snapshot",
        "finding",
        "evidence",
        "followed",
        "probe",
    }


def test_every_table_of_a_record_is_covered_by_the_sample(store: Store) -> None:
    store.keep(full_record(), now=NOW)
    store.keep(record(drafts=(draft("k", visits=(1,)),)), now=NOW)
    modules = (memory_schema, outbox_schema, proof_schema, imported_schema, round_schema)
    elsewhere = {module.__name__ for module in modules}
    of_a_pass = {table.__tablename__ for table in Base.__subclasses__() if table.__module__ in elsewhere}
    empty = {name for name, number in counts(store).items() if not number}
    later = {"judgement", "rereading", "archived_copy"}
    assert empty == (of_a_pass - {"probe"}) | later


def test_numbers_are_never_given_twice(store: Store) -> None:
    store.keep(record(), now=NOW)
    last = store.keep(record(standing=None), now=NOW).visit.id
    with store._write() as session:
        session.delete(session.get_one(schema.Visit, last))
    assert store.keep(record(), now=NOW).visit.id == last + 1


def test_an_unchanged_visit_costs_a_few_hundred_bytes(tmp_path: Any) -> None:
    path, visits = tmp_path / "a.db", 400
    with Store.open(str(path)) as store:
        first = store.keep(record(got=zipped(), new_reading=notice(), digest="d"), now=NOW)
        before = _size(store)
        for number in range(1, visits + 1):
            at = NOW + number * HOUR
            store.keep(record(got=not_modified(at), standing=standing(snapshot=first.snapshot)), now=at)
        assert (_size(store) - before) / visits < 200


def _size(store: Store) -> int:
    with store._read() as session:
        pages = session.connection().exec_driver_sql("PRAGMA page_count").scalar_one()
        return int(pages) * PAGE_BYTES


def test_places_and_rows_are_not_lost_on_the_way(store: Store) -> None:
    kept = store.keep(full_record(), now=NOW)
    assert kept.findings[0].draft.zone == GUANGZHOU
    assert store.rows(LIST)[URL] == row()
    assert store.probe(probe().directory) == probe()
    assert store.visit(kept.visit.id) == replace(kept.visit, url=OLD_URL)
    assert kept.visit.outcome.is_good
    assert store.fetch_of(kept.visit.id).completeness is Completeness.WHOLE


def test_durations_are_kept_to_the_microsecond(store: Store) -> None:
    got = replace(fetch(hops=(hop(seconds=0.1234567891),)), seconds=0.9876543219)
    kept = store.keep(record(got=got), now=NOW).visit
    again = store.fetch_of(kept.id)
    assert (again.seconds, again.hops[0].seconds, kept.seconds) == (0.987654, 0.123457, 0.987654)
    assert all(link.holds for link in store.links(SOURCE))

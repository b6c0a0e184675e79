"""Every visit's digest is over all that is kept of it and the digest of the visit before."""

import gzip
import json
from dataclasses import fields, replace
from hashlib import sha256
from typing import Any

import pytest
from samples import HOUR, LIST, NOW, PAGE, SOURCE, fetch, full_record, hop, not_modified, record, zipped

from monitor.model import Role, State
from scraper.model import Completeness, Fetch, Hop, Outcome, OutcomeKind, Tls, Trouble
from storage import chain
from storage.store import Store

LINK = chain.Link(
    source=SOURCE,
    role=Role.NOTICE,
    via=LIST,
    url="http://www.most.gov.cn/a.htm",
    requested="http://www.most.gov.cn/a.htm",
    final="https://a/",
    started=NOW.replace(microsecond=7),
    seconds=0.75,
    hops=(hop(location="https://a/"),),
    body="1" * 64,
    content="2" * 64,
    content_size=9,
    text="3" * 64,
    completeness=Completeness.WHOLE,
    trouble=Trouble.RESET,
    trouble_detail="body",
    outcome=Outcome(OutcomeKind.GOOD, "gate", "科技部"),
    state=State.ALIVE,
    origin="network",
    reader="most",
    layout="disclosure",
    readers=1,
    settings="4" * 64,
    snapshot="5" * 64,
    reading="6" * 64,
    previous="7" * 64,
)
OTHERS: dict[str, Any] = {
    "role": Role.PROBE,
    "started": NOW,
    "seconds": 0.750001,
    "hops": (),
    "completeness": Completeness.SHORT,
    "trouble": None,
    "outcome": Outcome(OutcomeKind.GONE, "gate", "科技部"),
    "state": State.DEAD,
    "readers": 2,
    "content_size": None,
}


@pytest.mark.parametrize("name", [field.name for field in fields(chain.Link)])
def test_nothing_of_a_visit_can_be_changed_unseen(name: str) -> None:
    other = replace(LINK, **{name: OTHERS.get(name, "another")})
    assert chain.digest(other) != chain.digest(LINK)


@pytest.mark.parametrize(
    "changed",
    [
        {"url": "http://b/"},
        {"status": 201},
        {"headers": ()},
        {"headers": tuple(reversed(hop().headers))},
        {"request_headers": ()},
        {"peer": None},
        {"tls": None},
        {"tls": Tls("TLSv1.2", "5f" * 32, legacy=True)},
        {"tls": Tls("TLSv1.3", "00" * 32, legacy=True)},
        {"tls": Tls("TLSv1.3", "5f" * 32)},
        {"http_version": "HTTP/1.0"},
        {"seconds": 0.2},
        {"location": None},
    ],
    ids=lambda changed: f"{next(iter(changed))}",
)
def test_nothing_of_a_hop_can_be_changed_unseen(changed: dict[str, Any]) -> None:
    other = replace(LINK, hops=(replace(LINK.hops[0], **changed),))
    assert chain.digest(other) != chain.digest(LINK)


def test_every_field_of_a_hop_is_in_the_form() -> None:
    assert {field.name for field in fields(Hop)} - {"seconds"} <= set(chain._form(LINK)["hops"][0])
    assert {field.name for field in fields(Tls)} == set(chain._form(LINK)["hops"][0]["tls"])


def test_the_canonical_form_is_the_documented_one() -> None:
    told = json.loads(chain.canonical(LINK))
    assert (told["form"], told["started"], told["microseconds"]) == (1, "2026-12-01T04:00:00.000007Z", 750000)
    again = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert again.encode() == chain.canonical(LINK)
    assert sha256(again.encode()).hexdigest() == chain.digest(LINK)
    assert "科技部" in again


def test_the_form_never_changes_without_a_new_number() -> None:
    assert chain.FORM == 1
    assert chain.digest(LINK) == "c56525b6028bb2adb08cc35b883c4972089dc48ad8e4b70d68396dcf3f37f193"


def test_what_no_database_holds_is_hashed_as_it_is_kept() -> None:
    marked = replace(LINK, trouble_detail="a\ufffdb\ufffd")
    assert chain.digest(replace(LINK, trouble_detail="a\0b\ud83d")) == chain.digest(marked)


KINDS = [
    pytest.param(fetch(), id="as it came"),
    pytest.param(zipped(), id="gzip"),
    pytest.param(fetch(body=b"\x1b\x03br", content=PAGE), id="another coding"),
    pytest.param(fetch(body=gzip.compress(PAGE, mtime=0), content=b""), id="never inflated"),
    pytest.param(not_modified(), id="304"),
    pytest.param(fetch(body=b"%PDF-1.7", content=b"%PDF-1.7"), id="no text"),
    pytest.param(
        fetch(hops=(replace(hop("http://a/\udc00"), headers=(("X", "\0"),)),)), id="no database text"
    ),
    pytest.param(Fetch("http://a/", NOW, 60.0, trouble=Trouble.DEADLINE, detail="tls\0"), id="no answer"),
]


@pytest.mark.parametrize("got", KINDS)
def test_a_digest_can_be_reckoned_again_from_what_is_kept(store: Store, got: Fetch) -> None:
    store.keep(record(got=zipped()), now=NOW)
    kept = store.keep(replace(full_record(), seen=replace(full_record().seen, fetch=got)), now=NOW).visit
    link = store.link(kept.id)
    assert kept.digest == chain.digest(link)
    assert link.reading is not None
    assert link.settings == sha256(b'{"pause":2.0}').hexdigest()


def test_each_visit_points_at_the_one_before_of_its_source(store: Store) -> None:
    kept = [store.keep(record(NOW + hours * HOUR), now=NOW).visit for hours in (2, 0, 1)]
    other = store.keep(record(source=LIST), now=NOW).visit
    links = [store.link(visit.id) for visit in kept]
    assert [link.previous for link in links] == [None, kept[0].digest, kept[1].digest]
    assert [chain.digest(link) for link in links] == [visit.digest for visit in kept]
    assert store.link(other.id).previous is None
    assert store.tip(SOURCE) == kept[-1].digest
    assert store.tip("no/such") is None


def test_the_links_of_a_source_are_walked_in_the_order_of_their_keeping(store: Store) -> None:
    for hours in (2, 0, 1):
        store.keep(record(NOW + hours * HOUR), now=NOW)
    store.keep(record(source=LIST), now=NOW)
    walked = list(store.links(SOURCE))
    assert [link.visit for link in walked] == [1, 2, 3]
    assert all(link.holds for link in walked)
    assert list(store.links("no/such")) == []


CHANGES = [
    "UPDATE visit SET seconds = 2 WHERE id = 2",
    "UPDATE visit SET at = (SELECT at FROM visit WHERE id = 1) WHERE id = 2",
    "UPDATE visit SET body_id = NULL WHERE id = 2",
    "UPDATE visit SET final_id = NULL WHERE id = 2",
    "UPDATE visit SET content_size = 1 WHERE id = 2",
    "UPDATE visit SET head_id = NULL, hops = NULL WHERE id = 2",
    "UPDATE circumstance SET outcome = 'gone' WHERE id = 1",
    "UPDATE address SET url = 'http://other/' WHERE id = 1",
    "UPDATE configuration SET digest = body.digest FROM body WHERE body.id = 1",
    "UPDATE snapshot SET kind = kind, digest = body.digest FROM body WHERE body.id = 1",
]


@pytest.mark.parametrize("statement", CHANGES)
def test_a_row_changed_by_hand_is_found(store: Store, statement: str) -> None:
    store.keep(full_record(), now=NOW)
    store.keep(full_record(NOW + HOUR), now=NOW)
    with store._write() as session:
        session.connection().exec_driver_sql(statement)
    broken = [link.visit for link in store.links(SOURCE) if not link.holds]
    assert 2 in broken


def test_a_visit_taken_away_breaks_the_chain(store: Store) -> None:
    for hours in range(3):
        store.keep(record(NOW + hours * HOUR), now=NOW)
    with store._write() as session:
        session.connection().exec_driver_sql("DELETE FROM visit WHERE id = 2")
    assert [link.holds for link in store.links(SOURCE)] == [True, False]


def test_a_visit_taken_away_on_purpose_leaves_its_digest_with_the_next(store: Store) -> None:
    for hours in range(3):
        store.keep(record(NOW + hours * HOUR), now=NOW)
    with store._write() as session:
        database = session.connection()
        gone = "(SELECT digest FROM visit WHERE id = 2)"
        database.exec_driver_sql(f"UPDATE visit SET previous = {gone} WHERE id = 3")
        database.exec_driver_sql("DELETE FROM visit WHERE id = 2")
    assert [link.holds for link in store.links(SOURCE)] == [True, True]
    assert store.link(3).previous is not None

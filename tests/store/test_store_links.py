"""A link's story: each change of state with its evidence, and archived copies of its page."""

from dataclasses import replace
from datetime import timedelta
from importlib.resources import files

import pytest
from alembic import command
from alembic.config import Config
from samples import DOSSIER, NOW, SOURCE, URL, look, record
from sqlalchemy import inspect, text

from monitor.links import step
from monitor.model import LinkState, Record, Role, Standing, State
from scraper.model import Outcome, OutcomeKind
from storage.engine import WRITER, connect, parse_address, prepare_place
from storage.names import fingerprint
from storage.store import Copy, Store, schema_status, upgrade

DAY = timedelta(days=1)
BEFORE = "0005"
"""The schema before these tables."""
K = OutcomeKind


def visited(day: int, kind: OutcomeKind, link: LinkState, **more: object) -> Record:
    """A visit to the source on a day, and where its link stands after it."""
    at = NOW + day * DAY
    made = record(standing=Standing(SOURCE, step(link, Outcome(kind, "rule"), at)))
    seen = replace(made.seen, fetch=replace(made.seen.fetch, started=at), outcome=Outcome(kind, "rule"))
    return replace(made, seen=seen, **more)  # type: ignore[arg-type]


def lived(store: Store, *kinds: OutcomeKind, **more: object) -> LinkState:
    """Keep a visit a day; the state after them."""
    link = LinkState()
    for day, kind in enumerate(kinds):
        made = visited(day, kind, link, **more)
        store.keep(made, now=NOW)
        assert made.standing is not None
        link = made.standing.link
    return link


def test_every_change_of_state_keeps_rule_counters_visits_and_vantage_points(store: Store) -> None:
    lived(store, K.GOOD, K.GONE, K.GONE, K.GONE, K.GONE, K.GOOD)
    first, failing, dead, back = store.transitions(SOURCE)
    assert [(one.before, one.after) for one in (first, failing, dead, back)] == [
        (State.UNKNOWN, State.ALIVE),
        (State.ALIVE, State.FAILING),
        (State.FAILING, State.DEAD),
        (State.DEAD, State.ALIVE),
    ]
    assert (dead.hard, dead.slow, dead.unseen, dead.visits) == (4, 0, 0, (2, 3, 4, 5))
    assert dead.rule.startswith("gone: 4 checks that counted")
    assert back.visits == (2, 3, 4, 5, 6), "what ended, and what ended it"
    assert dead.vantage_points == ("network",)


def test_ways_of_seeing_are_counted_apart(store: Store) -> None:
    link = LinkState()
    for day, origin in enumerate(["network", "network through proxy.cn:80", "by hand", "network", "network"]):
        made = visited(day, K.GONE, link, origin=origin)
        store.keep(made, now=NOW)
        assert made.standing is not None
        link = made.standing.link
    *_, dead = store.transitions(SOURCE)
    assert dead.vantage_points == ("network", "network through proxy.cn:80", "by hand")


def test_looks_at_other_pages_under_a_sources_name_are_no_evidence(store: Store) -> None:
    for role, via in [(Role.PROBE, SOURCE), (Role.SUCCESSOR, SOURCE), (Role.LISTING, SOURCE)]:
        other = visited(1, K.GOOD, LinkState(), standing=None)
        store.keep(replace(other, seen=replace(other.seen, look=look(role=role, via=via))), now=NOW)
    lived(store, K.GOOD, K.GONE)
    *_, failing = store.transitions(SOURCE)
    assert failing.visits == (5,)
    assert store.visits_at(SOURCE, [NOW + DAY]) == (5,)


def test_a_link_that_stays_as_it_is_leaves_no_line(store: Store) -> None:
    lived(store, *[K.GOOD] * 5)
    assert len(store.transitions(SOURCE)) == 1
    assert store.transitions("z/nothing") == ()


def copy(url: str, day: int, *, saved: bool = False) -> Copy:
    return Copy(url, NOW, "archive.example", "科技部关于支持广州的函", saved, NOW + day * DAY)


def test_copies_that_were_found_come_before_those_we_saved_the_newest_look_first(store: Store) -> None:
    for one in (copy("s", 5, saved=True), copy("a", 1), copy("b", 2), copy("a", 3)):
        store.put_copy(SOURCE, DOSSIER, one)
    assert [(one.url, one.looked_at - NOW) for one in store.copies(SOURCE)] == [
        ("a", 3 * DAY), ("b", 2 * DAY), ("s", 5 * DAY),
    ]  # fmt: skip
    assert store.copies("z/nothing") == ()


def test_a_probe_keeps_the_address_that_its_page_named(store: Store) -> None:
    from samples import probe

    for canonical in (None, "https://www.most.gov.cn/404.html"):
        store.keep(record(probe=probe(canonical=canonical)), now=NOW)
        kept = store.probe(probe().directory)
        assert kept and kept.canonical == canonical


def test_an_older_database_with_probes_and_dead_links_is_brought_along(address: str) -> None:
    _old(address)
    assert schema_status(address)[0] == BEFORE
    upgrade(address)
    with Store.open(address) as store:
        kept = store.probe("http://a.cn/x/")
        assert kept and (kept.text, kept.canonical) == ("404", None)
        assert store.transitions(SOURCE) == () == store.copies(SOURCE)
        lived(store, K.GOOD)
        assert len(store.transitions(SOURCE)) == 1


def _old(address: str) -> None:
    """Make a database of the schema before, with a row in each table that changed."""
    config = Config()
    config.set_main_option("script_location", str(files("storage") / "migrations"))
    config.set_main_option("path_separator", "os")
    prepare_place(parse_address(address), create=True)
    engine = connect(parse_address(address))
    with engine.execution_options(**{WRITER: True}).begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, BEFORE)
        assert "canonical" not in {column["name"] for column in inspect(connection).get_columns("probe")}
        probe = "(digest, directory, at, url, final_url, status, text)"
        values = "(:digest, 'http://a.cn/x/', '2026-01-01 00:00:00', 'u', 'u', 404, '404')"
        row = {"digest": fingerprint("http://a.cn/x/")}
        connection.execute(text(f"INSERT INTO probe {probe} VALUES {values}"), row)
    engine.dispose()


@pytest.mark.parametrize("url", [URL, "x" * 5000])
def test_an_address_of_any_length_can_be_archived(store: Store, url: str) -> None:
    store.put_copy(SOURCE, DOSSIER, copy(url, 1))
    assert store.copies(SOURCE)[0].url == url

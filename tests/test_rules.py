"""The ten rules that the design stands on, each by at least one sharp test over a real database."""

import ast
import gzip
import json
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from letters import LETTERS

from monitor.dossier import load
from monitor.model import ReviewState
from scheduler import one_pass
from scheduler.clock import fixed
from scheduler.hands import context_of
from scraper.fetch import Fetcher
from scraper.model import Listing, Notice
from scraper.policy import Policy
from scraper.readers import read, read_body
from scraper.replay import open_history
from storage.errors import StoreError
from storage.store import holder_name
from tests.ready import new_store
from tests.site import (
    GUANGZHOU,
    HEFEI,
    QTWJ,
    START,
    Monitor,
    Pages,
    bound,
    cited,
    document,
    dossier_text,
    filler,
    name_of,
    page,
    row,
)
from zonewatch.cli import cli
from zonewatch.shipped import shipped

ROOT = Path(__file__).parents[1]
ROOMS = ("scraper", "monitor", "storage", "reports", "scheduler", "zonewatch")
DAY = timedelta(days=1)
LIST = {"name": "list", "url": QTWJ}
CHALLENGE = (
    "<html><head><script>document.cookie='__jsl_clearance_s=1';location.reload()</script></head></html>"
)
NOT_FOUND = "<html><head><title>404</title></head><body><h1>抱歉，您访问的页面不存在</h1></body></html>"


@pytest.fixture
def pages() -> Pages:
    """Hefei's letter stands, and the list shows it."""
    made = Pages()
    made.put(HEFEI.url, page(HEFEI))
    made.put(GUANGZHOU.url, page(GUANGZHOU))
    made.put(QTWJ, bound(QTWJ, [row(HEFEI), filler(1)])[QTWJ])
    return made


@pytest.fixture
def monitor(tmp_path: Path, pages: Pages) -> Iterator[Monitor]:
    with Monitor(tmp_path, pages, dossier_text(lists=[LIST])) as made:
        yield made


def announce(pages: Pages) -> None:
    pages.put(QTWJ, bound(QTWJ, [row(GUANGZHOU), row(HEFEI), filler(1)])[QTWJ])


# Rule 1: bytes are sacred.


@pytest.mark.parametrize("coding", ["", "gzip"])
def test_rule_1_the_body_is_kept_as_it_was_received(monitor: Monitor, pages: Pages, coding: str) -> None:
    text = page(HEFEI).decode().replace("charset=utf-8", "charset=gb2312")
    sent = text.encode("gb18030")
    wire = gzip.compress(sent) if coding else sent
    pages.put(
        HEFEI.url, wire, 200, ("Content-Type", "text/html"), *([("Content-Encoding", coding)] * bool(coding))
    )
    monitor.at(START, "fn01")
    (visit,) = monitor.store.visits("d/fn01")
    assert visit.body
    assert monitor.store.body(visit.body) == wire


def test_rule_1_what_was_kept_is_enough_to_read_everything_again(monitor: Monitor) -> None:
    monitor.at(START)
    for visit in (monitor.store.visits(name)[0] for name in ("d/fn01", "d/list")):
        again = monitor.store.fetch_of(visit.id)
        _, reading = read_body(again.content, again.header("Content-Type"), again.url, None)
        assert visit.snapshot
        snapshot = monitor.store.snapshot(visit.snapshot)
        assert snapshot and snapshot.reading == reading


def test_rule_1_equal_bodies_are_kept_once(monitor: Monitor) -> None:
    for day in range(4):
        monitor.at(START + day * DAY, "fn01")
    visits = monitor.store.visits("d/fn01")
    assert len(visits) == 4
    assert len({visit.body for visit in visits}) == 1


# Rule 2: a reader is a pure function, and nothing found is an error that says so.


@settings(max_examples=25)
@given(st.text(max_size=300), st.booleans())
def test_rule_2_the_same_text_and_address_are_read_the_same_way(noise: str, after: bool) -> None:
    text = page(HEFEI).decode()
    text = text + noise if after else noise + text
    first = read(text, HEFEI.url)
    assert read(page(GUANGZHOU).decode(), GUANGZHOU.url) != first
    assert read(text, HEFEI.url) == first, "whatever was read in between"


@settings(max_examples=50, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(max_size=400), st.sampled_from(["p", "ul", "h1", "script", "table"]))
def test_rule_2_nothing_found_is_an_error_that_says_so(text: str, tag: str) -> None:
    match read(f"<html><body><{tag}>{text}</{tag}></body></html>", HEFEI.url):
        case Notice() as notice:
            assert notice.title or notice.text
        case Listing() as listing:
            assert listing.entries
        case other:
            assert other.because


# Rule 3: a link is alive, dead, or cannot be seen.


@pytest.mark.parametrize(
    ("body", "status"), [(CHALLENGE, 521), (CHALLENGE, 200), ("", 403), ("", 429), ("", 412)]
)
def test_rule_3_what_cannot_be_seen_moves_no_counter_towards_dead(
    monitor: Monitor, pages: Pages, body: str, status: int
) -> None:
    monitor.at(START)
    pages.put(HEFEI.url, body, status)
    for day in range(1, 15):
        monitor.at(START + day * DAY, "fn01")
    link = monitor.standing("fn01").link
    assert (link.state.value, link.hard, link.slow) == ("unseen", (), ())


def test_rule_3_robots_move_no_counter_towards_dead(monitor: Monitor, pages: Pages) -> None:
    monitor.at(START)
    pages.put("https://www.most.gov.cn/robots.txt", "User-agent: *\nDisallow: /")
    for day in range(2, 15):
        monitor.at(START + day * DAY, "fn01")
    link = monitor.standing("fn01").link
    assert (link.state.value, link.hard, link.slow) == ("unseen", (), ())


def test_rule_3_our_own_outage_leaves_every_standing_as_it_was(tmp_path: Path, pages: Pages) -> None:
    elsewhere = pages.put("https://www.gov.cn/t20200904_1.html", page(GUANGZHOU))
    citations = [cited(HEFEI, 1), cited(GUANGZHOU, 2, url=elsewhere)]
    with Monitor(tmp_path, pages, dossier_text(citations=citations, zones=(HEFEI, GUANGZHOU))) as monitor:
        monitor.at(START)
        before = [monitor.standing(name).link for name in ("fn01", "fn02")]
        pages.hosts.clear()
        pages.answers.clear()
        assert monitor.at(START + DAY).outage
        assert [monitor.standing(name).link for name in ("fn01", "fn02")] == before


# Rule 4: a bad 200 never touches the baseline.


@pytest.mark.parametrize(
    "body",
    [
        CHALLENGE,
        NOT_FOUND,
        b"",
        b"<html><body><div id='app'></div><script src='a.js'></script></body></html>",
        page(HEFEI)[: len(page(HEFEI)) // 4],
        document("中华人民共和国科学技术部", HEFEI.url, ("首页",), number="", published=START.date()),
    ],
)
def test_rule_4_a_bad_200_never_touches_the_baseline(
    monitor: Monitor, pages: Pages, body: bytes | str
) -> None:
    monitor.at(START)
    before = monitor.standing("fn01").snapshot
    pages.put(HEFEI.url, body)
    done = monitor.at(START + DAY, "fn01")
    assert not any(visit.outcome.is_good for visit in done.looked if visit.role.value == "notice")
    assert done.findings == []
    assert monitor.standing("fn01").snapshot == before
    pages.put(HEFEI.url, page(HEFEI))
    assert monitor.said(START + 2 * DAY) == []


def test_rule_4_a_soft_404_that_a_probe_shares_is_gone_and_no_edit(monitor: Monitor, pages: Pages) -> None:
    monitor.at(START)
    pages.put(HEFEI.url, NOT_FOUND)
    pages.hosts["www.most.gov.cn"] = pages.answers[HEFEI.url]
    done = monitor.at(START + DAY, "fn01")
    assert done.looked[0].outcome.kind.value == "soft_404"
    assert [visit.role.value for visit in done.visits][:2] == ["probe", "notice"]
    assert done.findings == []


def test_rule_4_only_a_body_that_passed_the_gate_can_break_a_layout(monitor: Monitor, pages: Pages) -> None:
    monitor.at(START)
    pages.put(HEFEI.url, CHALLENGE)
    for day in range(1, 4):
        monitor.at(START + day * DAY, "fn01")
    assert monitor.standing("fn01").layout_failures == 0
    assert monitor.findings("layout_broke") == ()


# Rule 5: every finding says why and points at the visits that show it, once.


def test_rule_5_every_finding_has_reasons_and_visits_that_are_there(monitor: Monitor, pages: Pages) -> None:
    monitor.at(START)
    announce(pages)
    pages.put(HEFEI.url, page(HEFEI, slip=("语音", "语意")))
    assert monitor.said(START + DAY) == ["edited fn01", "new_zone Guangzhou"]
    for found in monitor.findings():
        assert found.draft.because and all(found.draft.because)
        assert found.evidence
        shown = [monitor.store.visit(number) for number in found.evidence]
        assert all(shown)
        assert any(visit and visit.at == found.raised for visit in shown)


def test_rule_5_the_same_finding_is_raised_once_by_another_process_too(tmp_path: Path, pages: Pages) -> None:
    announce(pages)
    told: list[str] = []
    for day in range(3):
        with Monitor(tmp_path, pages, dossier_text(lists=[LIST])) as monitor:
            told += monitor.said(START + day * DAY)
    assert told == ["new_zone Guangzhou"]


def test_rule_5_a_finding_is_raised_once_though_its_page_is_seen_in_two_places(
    monitor: Monitor, pages: Pages
) -> None:
    copy = pages.put("https://www.gov.cn/zhengce/zhengceku/2020-09/05/content_1.htm", page(GUANGZHOU))
    rows = [row(GUANGZHOU), replace(row(GUANGZHOU), href=copy), row(HEFEI)]
    pages.put(QTWJ, bound(QTWJ, rows)[QTWJ])
    assert monitor.said(START) == ["new_zone Guangzhou"]


# Rule 6: nothing is guessed silently.


def test_rule_6_a_repaired_address_says_how_and_an_unresolved_one_has_none() -> None:
    shipped_dossier = load(shipped("dossiers") / "ai_pilot_zones.toml")
    for citation in shipped_dossier.citations:
        if citation.url is None:
            assert citation.status == "unresolved" and citation.because
        elif citation.url != citation.printed:
            assert citation.status == "repaired" and citation.repairs


def test_rule_6_an_unresolved_citation_stays_so_until_a_page_proves_it(tmp_path: Path, pages: Pages) -> None:
    begun = GUANGZHOU.url.rpartition("_")[0]
    citations = [
        {"footnote": 1, "printed": begun, "status": "unresolved", "because": "cut off", "for": "广州"},
        cited(HEFEI, 2),
    ]
    text = dossier_text(citations=citations, zones=(GUANGZHOU, HEFEI), lists=[LIST])
    with Monitor(tmp_path, pages, text) as monitor:
        monitor.at(START)
        assert monitor.store.standing("d/fn01") is None
        assert not [url for url in pages.asked if "20200904" in url], "no id is tried out"
        announce(pages)
        assert monitor.said(START + DAY) == ["citation_resolved fn01"]


def test_rule_6_a_field_that_the_page_does_not_state_is_absent() -> None:
    bare = document(
        HEFEI.title, HEFEI.url, ("试验区建设要面向国家重大需求。" * 20,), number="", published=START.date()
    )
    reading = read(bare.decode(), HEFEI.url)
    assert isinstance(reading, Notice)
    assert (reading.document_number, reading.addressee) == (None, None)


# Rule 7: one door for each outside thing.


@cache
def imports() -> dict[str, set[str]]:
    """Every module of ours with the modules that it imports, also inside functions."""
    found: dict[str, set[str]] = {}
    for path in (path for room in ROOMS for path in (ROOT / room).rglob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        named = {
            alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names
        }
        named |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        found[path.relative_to(ROOT).as_posix()] = named
    return found


def doors(*libraries: str) -> set[str]:
    return {
        module
        for module, named in imports().items()
        if any(name.partition(".")[0] in libraries for name in named)
    }


def test_rule_7_one_module_imports_httpx() -> None:
    assert doors("httpx") == {"scraper/door.py"}


def test_rule_7_one_package_imports_sqlalchemy() -> None:
    assert doors("sqlalchemy", "alembic")
    assert {module.partition("/")[0] for module in doors("sqlalchemy", "alembic")} == {"storage"}


def test_rule_7_one_module_imports_apscheduler() -> None:
    assert doors("apscheduler") == {"scheduler/daemon.py"}


def test_rule_7_one_module_reads_the_wall_clock() -> None:
    readers = set()
    for path in (path for room in ROOMS for path in (ROOT / room).rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Attribute) and ast.unparse(node) in {
                "datetime.now", "datetime.utcnow", "date.today", "datetime.today", "time.time",
            }:  # fmt: skip
                readers.add(path.relative_to(ROOT).as_posix())
    assert readers == {"scheduler/clock.py"}


def test_rule_7_the_import_contracts_hold() -> None:
    command = [Path(sys.executable).with_name("lint-imports"), "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


# Rule 8: a visit is atomic.


def test_rule_8_a_visit_that_cannot_be_kept_whole_leaves_nothing(tmp_path: Path, pages: Pages) -> None:
    """A database that refuses the last thing that a visit leaves (its finding) has none of the rest."""
    announce(pages)
    with Monitor(tmp_path, pages, dossier_text(lists=[LIST])) as monitor:
        _say(tmp_path, "CREATE TRIGGER full BEFORE INSERT ON finding BEGIN SELECT RAISE(ABORT, 'full'); END")
        with pytest.raises(StoreError):
            monitor.at(START)
    _say(tmp_path, "DROP TRIGGER full")
    with Monitor(tmp_path, pages, dossier_text(lists=[LIST])) as monitor:
        assert monitor.store.visits("d/t20200904_158650") == ()
        assert monitor.store.standing("d/t20200904_158650") is None
        assert monitor.store.followed("d") == ()
        assert [kept.title for kept in monitor.store.unsettled("d/list")] == [GUANGZHOU.title]
        assert monitor.said(START + DAY) == ["new_zone Guangzhou"], "and nothing is lost"


def _say(folder: Path, command: str) -> None:
    connection = sqlite3.connect(folder / "zonewatch.db")
    connection.execute(command)
    connection.commit()
    connection.close()


# Rule 9: two kinds of comparison.


def test_rule_9_a_fresh_database_in_2026_raises_the_seven_later_zones_at_once(
    tmp_path: Path,
) -> None:
    dossier = load(shipped("dossiers") / "ai_pilot_zones.toml")
    last = open_history(shipped("history"))[-1]
    clock = fixed(datetime(2026, 12, 1, tzinfo=UTC))
    with (
        new_store(tmp_path / "zonewatch.db") as store,
        Fetcher(Policy(pause=0), now=clock, archive=last.archive) as fetcher,
    ):
        lease = store.take_lease(holder_name(), clock(), 60)
        assert lease
        done = one_pass.run((dossier,), store, fetcher, clock=clock, lease=lease)
    told = {name_of(finding) for finding in done.findings}
    assert {name for name in told if name.startswith("new_zone")} == {
        f"new_zone {letter.place.en}" for letter in LETTERS[11:]
    }
    assert {name.partition(" ")[0] for name in told} <= {
        "new_zone", "zone_mentioned", "superseded", "citation_resolved", "moved",
    }  # fmt: skip


def test_rule_9_nothing_is_edited_new_or_dead_at_a_first_visit(tmp_path: Path, pages: Pages) -> None:
    pages.put(HEFEI.url, b"", 404)
    lists = [LIST | {"report": "all"}]
    with Monitor(tmp_path, pages, dossier_text(lists=lists)) as monitor:
        assert monitor.said(START) == []


def test_rule_9_a_zone_is_new_whenever_it_was_published(monitor: Monitor, pages: Pages) -> None:
    announce(pages)
    assert monitor.said(START + 3000 * DAY) == ["new_zone Guangzhou"]


# Rule 10: the baseline is the dossier and what was accepted.


def test_rule_10_an_accepted_zone_belongs_to_the_baseline(monitor: Monitor, pages: Pages) -> None:
    announce(pages)
    (found,) = monitor.at(START).findings
    before = context_of(monitor.dossier, monitor.store, START).baseline
    monitor.store.decide(found.id, ReviewState.ACCEPTED, None, START)
    after = context_of(monitor.dossier, monitor.store, START).baseline
    assert after == (*before, GUANGZHOU.place)
    monitor.store.decide(found.id, ReviewState.OPEN, None, START)
    assert context_of(monitor.dossier, monitor.store, START).baseline == before


def test_rule_10_shipped_dossiers_are_never_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    folder = shipped("dossiers")
    before = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.iterdir()}
    db = str(tmp_path / "zonewatch.db")
    replay = ["check", "--replay", str(shipped("history")), "--now", "2020-09-04T04:00:00Z", "--json"]
    checked = CliRunner().invoke(cli, ["--db", db, *replay])
    for found in json.loads(checked.stdout)["findings"]:
        assert CliRunner().invoke(cli, ["--db", db, "accept", found["id"]]).exit_code == 0
    assert {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.iterdir()} == before


def test_rule_10_a_second_dossier_is_only_a_second_file(tmp_path: Path, pages: Pages) -> None:
    """The same pages, watched for Guangzhou's dossier, make Hefei the news."""
    (tmp_path / "other").mkdir()
    announce(pages)
    text = dossier_text(zones=(GUANGZHOU,), lists=[LIST])
    with Monitor(tmp_path / "other", pages, text) as monitor:
        assert monitor.said(START) == ["new_zone Hefei"]

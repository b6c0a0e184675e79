"""The demo: two years of the ministry's pages, day by day, without a network, told to the day."""

import csv
import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from letters import LETTERS

from reports.chinese import reason
from tests.site import PROGRAM, environment

LATER = {
    "Guangzhou": "2020-09-04",
    "Wuhan": "2020-09-04",
    "Suzhou": "2021-03-24",
    "Changsha": "2021-03-24",
    "Shenyang": "2021-12-07",
    "Harbin": "2021-12-07",
    "Zhengzhou": "2021-12-07",
}
REDESIGN = "2021-03-10"
HISTORY = Path(__file__).parents[1] / "fixtures" / "history"
REPORTS = ("report.html", "report.md", "report.txt", "report.json")


@cache
def cut_off() -> tuple[str, ...]:
    """The words that run a command without a network, where the machine allows it."""
    words = ("unshare", "--map-root-user", "--net")
    if shutil.which(words[0]) is None:
        return ()
    done = subprocess.run([*words, "true"], capture_output=True, check=False)
    return words if done.returncode == 0 else ()


def zonewatch(*words: object, home: Path) -> subprocess.CompletedProcess[str]:
    command = [*cut_off(), str(PROGRAM), *map(str, words)]
    return subprocess.run(
        command, capture_output=True, text=True, env=environment(home), cwd=home, check=False, timeout=100
    )


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo")


@pytest.fixture(scope="module")
def told(home: Path) -> str:
    """What the demo printed; its folder is `home/out`."""
    done = zonewatch("demo", "--out", home / "out", home=home)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def findings(told: str, home: Path) -> list[dict[str, Any]]:
    done = zonewatch("--db", home / "out" / "zonewatch.db", "findings", "--all", "--json", home=home)
    assert done.returncode == 0, done.stderr
    found: list[dict[str, Any]] = json.loads(done.stdout)["findings"]
    return found


def of_kind(findings: list[dict[str, Any]], *kinds: str) -> list[dict[str, Any]]:
    return [one for one in findings if one["kind"] in kinds]


def test_exactly_the_seven_later_zones_are_raised_each_on_its_first_day(
    findings: list[dict[str, Any]],
) -> None:
    raised = [(one["zone"]["en"], one["raised"][:10]) for one in of_kind(findings, "new_zone")]
    assert sorted(raised) == sorted(LATER.items())


def test_a_new_zone_carries_the_letters_own_title_number_and_days(findings: list[dict[str, Any]]) -> None:
    letters = {letter.place.en: letter for letter in LETTERS}
    for one in of_kind(findings, "new_zone"):
        letter = letters[one["zone"]["en"]]
        assert (one["title"], one["document_number"]) == (letter.title, letter.number)
        assert one["published"].replace("-", "") == letter.day
        assert one["signed"] < one["published"]
        assert str(letter.page) in one["url"]
        assert one["because"] and one["evidence"]


def test_the_day_before_a_letter_nothing_of_it_is_known(findings: list[dict[str, Any]]) -> None:
    eves = {"2020-09-03", "2021-03-23", "2021-12-06"}
    assert {path.name for path in HISTORY.iterdir() if path.is_dir()} >= eves
    assert not [one for one in findings if one["raised"][:10] in eves]


def test_no_look_alike_is_raised(findings: list[dict[str, Any]], shared_folder: Path) -> None:
    with (shared_folder / "facts" / "confusables.csv").open(encoding="utf-8", newline="") as file:
        alike = {row["title"] for row in csv.DictReader(file)}
    assert alike
    raised = of_kind(findings, "new_zone", "zone_mentioned", "new_notice")
    assert not {one["title"] for one in raised} & alike
    assert of_kind(findings, "zone_mentioned") == []


def test_look_alikes_did_stand_on_the_lists_that_were_read(told: str, home: Path) -> None:
    """Silence counts only where there was something to be silent about."""
    from storage.store import Store

    with Store.open(str(home / "out" / "zonewatch.db")) as store:
        rows = [row.title for name in ("qtwj", "gfxwj", "tztg") for row in _rows(store, name)]
    assert sum("先导区" in title or "示范区" in title or "开放创新平台" in title for title in rows) >= 3


def _rows(store: Any, name: str) -> Iterator[Any]:
    yield from store.rows(f"ai-pilot-zones/most-{name}").values()


def test_the_moved_letters_are_moved_and_none_is_dead(findings: list[dict[str, Any]]) -> None:
    moved = of_kind(findings, "moved")
    cited = [one for one in moved if re.fullmatch(r"ai-pilot-zones/fn\d\d", one["subject"])]
    assert len({one["subject"] for one in cited}) == len(cited) == 10
    assert {one["raised"][:10] for one in moved} == {REDESIGN}
    assert all(one["url"].startswith("https://www.most.gov.cn/xxgk/") for one in moved)
    assert not of_kind(findings, "link_dead", "link_suspected", "cannot_see", "layout_broke", "coverage_gap")


def test_the_guideline_of_footnote_1_is_superseded(findings: list[dict[str, Any]]) -> None:
    (one,) = of_kind(findings, "superseded")
    assert one["subject"] == "ai-pilot-zones/fn01"
    assert any("废止" in reason for reason in one["because"])


def test_both_cut_off_citations_are_resolved_to_the_right_city(findings: list[dict[str, Any]]) -> None:
    resolved = {one["zone"]["en"]: one["url"] for one in of_kind(findings, "citation_resolved")}
    assert set(resolved) == {"Jinan", "Xi'an"}
    assert "t20200309_152222." in resolved["Jinan"]
    assert "t20200309_152221." in resolved["Xi'an"]


def test_the_one_edit_shows_its_one_word(findings: list[dict[str, Any]], home: Path) -> None:
    (one,) = of_kind(findings, "edited")
    assert (one["subject"], one["raised"][:10]) == ("ai-pilot-zones/fn05", "2021-11-20")
    db = home / "out" / "zonewatch.db"
    shown = zonewatch("--db", db, "diff", "ai-pilot-zones/fn05", home=home).stdout
    assert re.findall(r"\[-(.+?)-\]\{\+(.+?)\+\}", shown) == [("优式", "优势")]
    assert shown.splitlines()[-1] == "2 characters taken out and 2 put in, 1% of the text."


def test_every_reason_that_is_given_can_be_told_in_chinese(findings: list[dict[str, Any]]) -> None:
    reasons = {one for found in findings for one in found["because"]}
    assert len(reasons) > 30
    assert [one for one in reasons if reason(one) == one] == []


def test_nothing_is_raised_that_did_not_happen(findings: list[dict[str, Any]]) -> None:
    """What the pages say against the table's claims is another matter, and is tested elsewhere."""
    kinds = {one["kind"] for one in findings} - {"claim_contradicted"}
    assert kinds == {"new_zone", "moved", "superseded", "citation_resolved", "edited"}


def test_a_second_pass_over_the_last_day_raises_nothing(told: str, home: Path) -> None:
    copy = home / "again.db"
    shutil.copy(home / "out" / "zonewatch.db", copy)
    words = ("check", "--replay", HISTORY, "--now", "2022-01-05T04:00:00Z", "--all", "--json")
    done = zonewatch("--db", copy, *words, home=home)
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    assert document["checked"] > 15
    assert document["findings"] == []
    assert document["own_outage"] is False


def test_the_verdict_names_every_new_zone(told: str) -> None:
    verdict = told.strip().splitlines()[-2]
    assert all(zone in verdict for zone in LATER)


def test_the_reports_are_there_a_day_each_and_one_of_all(told: str, home: Path) -> None:
    out = home / "out"
    days = {path.name for path in HISTORY.iterdir() if re.fullmatch(r"\d{4}-\d\d-\d\d", path.name)}
    assert {f"{day}.html" for day in days} | set(REPORTS) <= {path.name for path in out.iterdir()}
    for name in REPORTS:
        assert "Guangzhou" in (out / name).read_text("utf-8")
    daily = (out / "2020-09-04.html").read_text("utf-8")
    assert "Wuhan" in daily and "Suzhou" not in daily


class Loads(HTMLParser):
    """What a page makes a browser fetch or run by itself."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if tag in {"script", "iframe", "object", "embed", "link", "base"}:
            self.found.append(tag)
        if not (named.get("src") or "data:").startswith("data:"):
            self.found.append(f"{tag} {named['src']}")


def test_the_html_report_is_self_contained(told: str, home: Path) -> None:
    for path in (home / "out").glob("*.html"):
        text = path.read_text("utf-8")
        loads = Loads()
        loads.feed(text)
        assert loads.found == []
        assert not re.search(r"@import|url\((?!['\"]?data:)", text)


def test_the_demo_runs_twice_into_one_folder_with_the_same_findings(
    told: str, findings: list[dict[str, Any]], home: Path
) -> None:
    copy = home / "twice"
    shutil.copytree(home / "out", copy)
    again = zonewatch("demo", "--out", copy, home=home)
    assert again.returncode == 0, again.stderr
    assert again.stdout.replace(str(copy), "") == told.replace(str(home / "out"), "")


def test_a_database_that_is_no_demos_is_left_alone(home: Path, tmp_path: Path) -> None:
    out = tmp_path / "mine"
    out.mkdir()
    assert zonewatch("--db", out / "zonewatch.db", "findings", home=tmp_path).returncode == 0
    before = (out / "zonewatch.db").read_bytes()
    done = zonewatch("demo", "--out", out, home=tmp_path)
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1 and "--out" in done.stderr
    assert (out / "zonewatch.db").read_bytes() == before


def test_check_without_any_network_says_so_in_one_line_and_blames_nobody(tmp_path: Path) -> None:
    if not cut_off():
        pytest.skip("this machine does not let a test cut the network off (unshare --net)")
    db = tmp_path / "zonewatch.db"
    first = zonewatch("--db", db, "check", home=tmp_path)
    again = zonewatch("--db", db, "check", "--all", "--json", home=tmp_path)
    assert (first.returncode, first.stdout, again.returncode) == (0, "", 0)
    assert len([line for line in first.stderr.splitlines() if "contact" not in line]) == 1
    document = json.loads(again.stdout)
    assert document["own_outage"] is True
    assert set(document["outcomes"]) == {"own_outage"}
    assert {one["state"] for one in document["sources"]} == {"unknown"}
    assert len(again.stderr.splitlines()) == 1

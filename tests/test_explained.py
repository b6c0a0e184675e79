"""`zonewatch explain`: a link's story as a person reads it."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from click.testing import CliRunner

from reports.clean import clean
from tests.site import HEFEI, START, Monitor, Pages, cited, dossier_text, page
from zonewatch.cli import cli

DAY = timedelta(days=1)


def test_explain_tells_each_change_with_rule_counters_visits_and_vantage_points(tmp_path: Path) -> None:
    pages = Pages()
    pages.put(HEFEI.url, page(HEFEI))
    (tmp_path / "d.toml").write_text(dossier_text(), "utf-8")
    with Monitor(tmp_path, pages, dossier_text()) as monitor:
        monitor.at(START)
        pages.take_away(HEFEI.url)
        for day in (1, 2, 4):
            monitor.at(START + day * DAY)
    environment = {"ZONEWATCH_DB": str(tmp_path / "zonewatch.db")}
    got = CliRunner(env=environment).invoke(cli, ["explain", "d/fn01"])
    assert got.exit_code == 0, got.output
    (death,) = [line for line in got.stdout.splitlines() if "from failing to dead" in line]
    assert "counted: 3 hard, 0 slow, 0 cannot see" in death
    assert "1 vantage point (network)" in death
    assert "dead at 3 checks, 20 h apart, over 68 h" in death
    counted = [word.strip(",") for word in death.split() if word.startswith("V")]
    assert len(counted) == 3 and counted[0] == "V2", "the first look was good; probes and the search are none"
    told = CliRunner(env=environment).invoke(cli, ["explain", "d/fn01", "--json"])
    assert death in json.loads(told.stdout)["story"]


def test_explain_tells_looks_elsewhere_apart_and_all_in_the_order_of_time(tmp_path: Path) -> None:
    pages, old = Pages(), HEFEI.url.replace("https:", "http:").removesuffix("l")
    pages.put(old, page(HEFEI, old))
    text = dossier_text(citations=[cited(HEFEI, 1, url=old)])
    with Monitor(tmp_path, pages, text) as monitor:
        monitor.at(START)
        pages.take_away(old)
        for day in range(1, 11):
            monitor.at(START + day * DAY)
        pages.put(old, page(HEFEI, old))
        monitor.at(START + 11 * DAY)
    got = CliRunner(env={"ZONEWATCH_DB": str(tmp_path / "zonewatch.db")}).invoke(cli, ["explain", "d/fn01"])
    story = got.stdout.splitlines()[1:]
    wanted = (
        "1 visit (V1;",
        "unknown to alive",
        "10 visits (",
        "alive to failing",
        "30 looks at 3 other addresses (V",
        "failing to dead",
        "1 visit (",
        "dead to alive",
        "Now alive",
    )
    assert len(story) >= len(wanted)
    assert [line for words, line in zip(wanted, story, strict=False) if words not in line] == []
    assert story[4].endswith(": 30 gone.")
    hours = [line[:17] for line in story if line[:4].isdecimal()]
    assert hours == sorted(hours)


def test_explain_names_the_address_where_a_page_is_followed_from_then_on(tmp_path: Path) -> None:
    pages, old = Pages(), HEFEI.url.replace("https:", "http:").removesuffix("l")
    pages.put(old, page(HEFEI, old))
    with Monitor(tmp_path, pages, dossier_text(citations=[cited(HEFEI, 1, url=old)])) as monitor:
        monitor.at(START)
        pages.take_away(old)
        pages.put(HEFEI.url, page(HEFEI))
        for day in (1, 2, 3):
            monitor.at(START + day * DAY)
    got = CliRunner(env={"ZONEWATCH_DB": str(tmp_path / "zonewatch.db")}).invoke(cli, ["explain", "d/fn01"])
    runs = [
        line.partition(": ")[2].partition(" (V")[0] for line in got.stdout.splitlines() if "; then " in line
    ]
    assert runs == ["1 visit", "1 visit", f"2 visits at {HEFEI.url}"]


def test_explain_obeys_nothing_that_a_server_says(tmp_path: Path) -> None:
    """U+009B is how a line of latin-1, as headers are read, has a terminal obey (ECMA-48, CSI)."""
    pages = Pages()
    pages.put(HEFEI.url, b"words")
    odd = ("Content-Type", "image/\x9b2Jodd")
    pages.answers = {url: replace(answer, headers=(odd,)) for url, answer in pages.answers.items()}
    with Monitor(tmp_path, pages, dossier_text()) as monitor:
        monitor.at(START)
    got = CliRunner(env={"ZONEWATCH_DB": str(tmp_path / "zonewatch.db")}).invoke(cli, ["explain", "d/fn01"])
    assert got.exit_code == 0 and "2Jodd" in got.stdout
    assert [line for line in got.stdout.splitlines() if clean(line) != line] == []

"""A history judged: found, late, missed and false are told apart, and the shipped history is found whole."""

import gzip
import json
import shutil
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from monitor.backtest import FalseAlarm, Truth, as_document, judge, truths
from monitor.export_dossier import export
from monitor.model import Finding, FindingKind, Place
from monitor.updates import update
from scraper.model import Notice
from scraper.replay import Answer, Kept
from tests.accepted import DOSSIER, GUANGZHOU, NEW, TITLE, WUHAN, dossier, finding
from tests.letters import LETTERS, Letter
from zonewatch.app import App, Options
from zonewatch.backtesting import notices
from zonewatch.commands.backtest import backtest
from zonewatch.exporting import dossier_text
from zonewatch.shipped import shipped
from zonewatch.watching import ReplayedDay

DAYS = (date(2020, 9, 3), date(2020, 9, 4), date(2020, 9, 5), date(2020, 9, 8))
GZ = Truth(GUANGZHOU, DAYS[1], date(2020, 9, 4), f"{NEW}158650.html")
WH = Truth(WUHAN, DAYS[1], date(2020, 9, 4), f"{NEW}158651.html")


def raised(
    place: Place | None, day: date, number: int = 1, kind: FindingKind = FindingKind.NEW_ZONE
) -> Finding:
    return finding(number, kind, zone=place, raised=datetime(day.year, day.month, day.day, 4, tzinfo=UTC))


def notice(letter: Letter) -> Notice:
    return Notice(
        letter.url,
        "most",
        "disclosure",
        letter.title,
        date.fromisoformat(f"{letter.day[:4]}-{letter.day[4:6]}-{letter.day[6:]}"),
        document_number=letter.number,
        issuer="科技部",
        addressee=letter.addressee,
    )


def test_a_zone_raised_on_the_first_pass_over_its_letter_is_found_on_time() -> None:
    verdict = judge(dossier(), DAYS, [GZ], [raised(GUANGZHOU, DAYS[1])])
    (hit,) = verdict.found
    assert (hit.place, hit.days, hit.passes_late) == (GUANGZHOU, 0, 0)
    assert verdict.late == verdict.missed == verdict.false == ()


def test_a_zone_raised_passes_later_is_found_late_by_days_and_passes() -> None:
    verdict = judge(dossier(), DAYS, [GZ], [raised(GUANGZHOU, DAYS[3])])
    assert [(one.days, one.passes_late) for one in verdict.late] == [(4, 2)]


def test_days_without_a_pass_are_not_held_against_the_watch() -> None:
    early = replace(GZ, stands=DAYS[3], published=date(2020, 9, 4))
    verdict = judge(dossier(), DAYS, [early], [raised(GUANGZHOU, DAYS[3])])
    assert [(one.days, one.passes_late) for one in verdict.found] == [(4, 0)]


def test_a_zone_of_the_history_that_nobody_raised_is_missed() -> None:
    assert judge(dossier(), DAYS, [GZ, WH], [raised(GUANGZHOU, DAYS[1])]).missed == (WH,)


def test_a_mention_finds_no_zone_and_is_no_false_alarm() -> None:
    verdict = judge(dossier(), DAYS, [GZ], [raised(GUANGZHOU, DAYS[1], kind=FindingKind.ZONE_MENTIONED)])
    assert (verdict.found, verdict.missed, verdict.false) == ((), (GZ,), ())


def test_a_zone_that_the_history_does_not_hold_is_a_false_alarm_with_its_reasons() -> None:
    (alarm,) = judge(dossier(), DAYS, [GZ], [raised(WUHAN, DAYS[1])]).false
    assert alarm == FalseAlarm(TITLE.format("武汉"), WUHAN, DAYS[1], ("the title is in the frame",))


def test_a_place_of_one_name_in_another_province_is_another_place() -> None:
    verdict = judge(dossier(), DAYS, [GZ], [raised(replace(GUANGZHOU, province="湖南省"), DAYS[1])])
    assert (len(verdict.missed), len(verdict.false)) == (1, 1)


def test_what_the_dossier_knows_or_what_came_later_is_not_asked_for() -> None:
    known = Truth(Place("成都", "Chengdu", "四川省"), DAYS[0])
    later = Truth(WUHAN, date(2030, 1, 1))
    assert judge(dossier(), DAYS, [known, later], []).missed == ()


def test_progress_counts_from_the_baseline_and_names_who_joined() -> None:
    verdict = judge(dossier(), DAYS, [GZ, WH], [raised(GUANGZHOU, DAYS[1], 1), raised(WUHAN, DAYS[3], 2)])
    assert [(one.day, one.zones, one.joined) for one in verdict.progress] == [
        (DAYS[0], 11, ()),
        (DAYS[1], 12, ("Guangzhou",)),
        (DAYS[3], 13, ("Wuhan",)),
    ]


def test_the_truth_is_every_zone_that_a_page_brings_once_from_its_first_day() -> None:
    pages = [(DAYS[3], notice(one)) for one in LETTERS] + [(DAYS[1], notice(LETTERS[11]))]
    found = truths(pages, dossier())
    assert {one.place.zh for one in found} == {one.place.zh for one in LETTERS[11:]}
    assert [one.stands for one in found if one.place.zh == "广州"] == [DAYS[1]]


def test_a_copy_on_an_unofficial_host_is_no_truth() -> None:
    page = replace(notice(LETTERS[11]), url="https://www.example.com/t20200904_158650.html")
    assert truths([(DAYS[1], page)], dossier()) == ()


def test_a_verdict_for_programs_has_iso_days_and_finding_ids() -> None:
    verdict = judge(dossier(), DAYS, [GZ, WH], [raised(GUANGZHOU, DAYS[1], 7)])
    document = json.loads(json.dumps(as_document(verdict)))
    assert document["found"][0]["finding"] == "F7"
    assert (document["found"][0]["found"], document["found"][0]["on_time"]) == ("2020-09-04", True)
    assert document["missed"][0]["zone"]["zh"] == "武汉"
    assert document["goal"] == {"count": 20, "by": 2023, "about": True}


@pytest.fixture(autouse=True)
def plain_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CONFIG", "DATA"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name))


def run(*words: object) -> Result:
    return CliRunner().invoke(backtest, [str(word) for word in words])


def part_of_history(folder: Path, days: Iterable[str]) -> Path:
    for day in days:
        shutil.copytree(shipped("history") / day, folder / day)
    return folder


def test_all_seven_zones_of_the_shipped_history_are_found_on_the_first_pass(tmp_path: Path) -> None:
    result = run("--json")
    assert result.exit_code == 0, result.output
    document = json.loads(result.stdout)
    assert {one["zone"]["zh"] for one in document["found"]} == {one.place.zh for one in LETTERS[11:]}
    assert all(one["on_time"] and one["days"] == 0 for one in document["found"])
    assert (document["late"], document["missed"], document["false"]) == (0, [], [])
    assert [one["zones"] for one in document["progress"]] == [11, 13, 15, 18]
    assert not list(tmp_path.rglob("*.db"))


def test_the_truth_of_public_record_agrees(tmp_path: Path) -> None:
    lines = ["zh,published", *(f"{one.place.zh},{one.day}" for one in LETTERS), "三沙市,2020-05-01"]
    truth = tmp_path / "truth.csv"
    truth.write_text("\n".join(lines), encoding="utf-8")
    history = part_of_history(tmp_path / "short", ("2020-03-12", "2020-09-03", "2020-09-04"))
    document = json.loads(run(history, "--truth", truth, "--json").stdout)
    assert [one["zone"]["zh"] for one in document["missed"]] == ["三沙"]
    assert {one["zone"]["zh"] for one in document["found"]} == {"广州", "武汉"}


def test_a_letter_that_no_list_shows_is_missed_and_named(tmp_path: Path) -> None:
    history = part_of_history(tmp_path / "short", ("2020-03-12", "2020-09-04"))
    index = history / "2020-09-04" / "index.json"
    answers = [one for one in json.loads(index.read_text("utf-8")) if "list" not in str(one.get("file"))]
    index.write_text(json.dumps(answers), "utf-8")
    lines = run(history).stdout.splitlines()
    assert lines[0] == "0 of 2 zones found over 2 passes, 0 late; 2 missed, 0 false alarms"
    assert any(line.startswith("missed: Guangzhou (广州), there since 2020-09-04: http") for line in lines)


def test_the_table_for_people_tells_days_and_progress(tmp_path: Path) -> None:
    history = part_of_history(tmp_path / "short", ("2020-03-12", "2020-09-04"))
    text = run(history).stdout
    assert "2 of 2 zones found over 2 passes, 0 late; 0 missed, 0 false alarms" in text
    assert "of about 20 by 2023" in text
    assert "first pass" in text


def test_a_truth_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    truth = tmp_path / "truth.csv"
    for content in ("zone,day\n广州,2020-09-04\n", "zh,published\n广州,yesterday\n"):
        truth.write_text(content, encoding="utf-8")
        result = run("--truth", truth)
        assert result.exit_code == 1
        assert "truth.csv" in result.stderr and "zh, published" in result.stderr


def test_a_missing_history_is_named(tmp_path: Path) -> None:
    result = run(tmp_path / "nowhere")
    assert result.exit_code == 1
    assert "nowhere" in result.stderr


def test_a_dossier_of_another_programme_finds_nothing_in_this_history(tmp_path: Path) -> None:
    history = part_of_history(tmp_path / "short", ("2020-03-12", "2020-09-04"))
    document = json.loads(run(history, "--dossier", "miit-pilot-areas", "--json").stdout)
    assert (document["found"], document["missed"], document["false"]) == ([], [], [])


def page_of(letter: str) -> tuple[bytes, str]:
    folder = shipped("history") / "2021-03-24"
    url: str = json.loads((folder / f"{letter}.json").read_text("utf-8"))["url"]
    return (folder / f"{letter}.html").read_bytes(), url


def replayed(day: date, answers: dict[str, Answer]) -> ReplayedDay:
    return ReplayedDay(datetime(day.year, day.month, day.day, 4, tzinfo=UTC), Kept(answers))


def test_a_compressed_page_of_a_history_is_read_for_the_truth_too() -> None:
    body, url = page_of("suzhou")
    coded = Answer(200, (("Content-Encoding", "gzip"), ("Content-Type", "text/html")), gzip.compress(body))
    ((day, found),) = notices([replayed(DAYS[0], {url: coded})], 2**20)
    assert (day, found.title) == (DAYS[0], TITLE.format("苏州市"))


def test_a_page_that_stands_for_days_is_one_notice_from_its_first_day() -> None:
    body, url = page_of("suzhou")
    answer = Answer(200, (), body)
    days = [replayed(day, {url: answer}) for day in DAYS]
    assert [day for day, _ in notices(days, 2**20)] == [DAYS[0]]


def test_what_answers_otherwise_or_is_no_notice_is_no_truth() -> None:
    body, url = page_of("suzhou")
    answers = {url: Answer(404, (), body), "https://www.most.gov.cn/": Answer(200, (), b"<p>nothing")}
    assert list(notices([replayed(DAYS[0], answers)], 2**20)) == []


def test_a_database_of_ours_is_neither_asked_nor_touched(tmp_path: Path) -> None:
    db = tmp_path / "mine.db"
    history = part_of_history(tmp_path / "short", ("2020-03-12",))
    assert run(history, "--db", db).exit_code == 0
    assert not db.exists()


def test_a_zone_that_the_dossier_gained_since_is_not_found_again(tmp_path: Path) -> None:
    own = tmp_path / "mine"
    own.mkdir()
    text = export(DOSSIER.read_text("utf-8"), dossier(), update(dossier(), [finding(1, zone=GUANGZHOU)], {}))
    (own / "ai_pilot_zones.toml").write_text(text, "utf-8")
    config = tmp_path / "zonewatch.toml"
    config.write_text('dossiers = "mine"\n', "utf-8")
    history = part_of_history(tmp_path / "short", ("2020-03-12", "2020-09-04"))
    document = json.loads(run(history, "--config", config, "--json").stdout)
    assert [one["zone"]["zh"] for one in document["found"]] == ["武汉"]
    mine = App(Options(config=config)).dossier("ai-pilot-zones")
    assert dossier_text(mine, update(mine, [], {})) == text

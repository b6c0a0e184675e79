"""The command line: what goes wrong is one line that names the thing, and loses nothing."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from zonewatch.cli import COMMANDS, cli
from zonewatch.shipped import shipped

NOW = "2020-09-04T04:00:00Z"
LETTER = "科技部关于支持广州市建设国家新一代人工智能创新发展试验区的函"


@pytest.fixture
def db(tmp_path: Path) -> Path:
    return tmp_path / "data" / "zonewatch.db"


@pytest.fixture(autouse=True)
def plain_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("ZONEWATCH_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))


def zonewatch(*words: object) -> Result:
    return CliRunner().invoke(cli, [str(word) for word in words])


def replay(db: Path, *words: object, now: str = NOW) -> Result:
    return zonewatch("--db", db, "--now", now, "check", "--replay", shipped("history"), *words)


def refused(result: Result, *named: str, code: int = 1) -> None:
    assert result.exit_code == code, result.output
    assert result.stdout == ""
    assert len(result.stderr.splitlines()) == 1
    for word in named:
        assert word in result.stderr


def test_an_unknown_dossier_is_named_with_those_that_are_known(db: Path) -> None:
    refused(zonewatch("--db", db, "check", "--dossier", "nope"), "`nope`", "ai-pilot-zones")


def test_an_unknown_source_is_named_with_those_near_it(db: Path) -> None:
    refused(replay(db, "--source", "ai-pilot-zones/fn5"), "`ai-pilot-zones/fn5`", "ai-pilot-zones/fn05")


def test_a_missing_replay_folder_is_named(db: Path, tmp_path: Path) -> None:
    refused(zonewatch("--db", db, "check", "--replay", tmp_path / "nowhere"), "nowhere")
    assert not db.exists()


def test_a_file_that_is_no_database_is_named_and_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "notes.db"
    path.write_text("these are notes, and no database at all\n" * 100, encoding="utf-8")
    before = path.read_bytes()
    refused(zonewatch("--db", path, "findings"), "notes.db")
    assert path.read_bytes() == before


def test_a_broken_dossier_is_named_with_its_key(tmp_path: Path, db: Path) -> None:
    text = (shipped("dossiers") / "ai_pilot_zones.toml").read_text(encoding="utf-8")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "broken.toml").write_text(text.replace("publisher =", "publischer ="), "utf-8")
    settings = tmp_path / "zonewatch.toml"
    settings.write_text('dossiers = "mine"\n', "utf-8")
    refused(zonewatch("--db", db, "--config", settings, "check"), "broken.toml", "publischer", "publisher")
    assert not db.exists()


def test_wrong_usage_exits_with_2(db: Path) -> None:
    assert zonewatch("--db", db, "check", "--now", "yesterday").exit_code == 2
    assert zonewatch("--db", db, "accept", "seventeen").exit_code == 2
    assert zonewatch("no-such-command").exit_code == 2


def test_a_decision_on_a_finding_that_is_not_there_is_refused(db: Path) -> None:
    refused(zonewatch("--db", db, "accept", "F99"), "F99")


@pytest.mark.parametrize("digits", [30, 5000])
def test_a_number_that_no_row_can_have_is_refused_like_one_that_none_has(db: Path, digits: int) -> None:
    long = "7" * digits
    refused(zonewatch("--db", db, "accept", f"F{long}"), "there is no finding F777777777777")
    refused(zonewatch("--db", db, "explain", f"F{long}"), "nothing is known")
    refused(zonewatch("--db", db, "history", f"V{long}"), "nothing is known")
    refused(zonewatch("--db", db, "fixture", "add", f"V{long}"), "V777777777777")


@pytest.mark.parametrize("now", ["9999-12-31T23:59:59Z", "0001-01-01", "1989-12-31", "2200-01-01"])
def test_an_hour_at_the_ends_of_time_is_refused_by_name(db: Path, now: str) -> None:
    result = zonewatch("--db", db, "--now", now, "check")
    assert (result.exit_code, result.stdout) == (2, "")
    assert now in result.stderr and "1990 to 2199" in result.stderr
    assert not db.exists()


def test_global_options_are_accepted_before_the_command_and_after_it(db: Path) -> None:
    before = zonewatch("--json", "classify", "--title", LETTER)
    after = zonewatch("classify", "--title", LETTER, "--json")
    assert json.loads(before.stdout) == json.loads(after.stdout)
    assert json.loads(after.stdout)["zone"] == {"zh": "广州", "en": "Guangzhou", "province": "广东省"}


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_its_help(name: str) -> None:
    result = zonewatch(name, "--help")
    assert result.exit_code == 0, result.output
    assert "Usage:" in result.stdout


def test_help_imports_neither_the_database_nor_the_parsers() -> None:
    code = (
        "import sys, zonewatch.cli; print(sorted({'sqlalchemy', 'bs4', 'lxml', 'httpx'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_check_prints_the_document_of_the_contract(db: Path) -> None:
    result = replay(db, "--json")
    assert result.exit_code == 0, result.stderr
    document = json.loads(result.stdout)
    assert document["dossiers"] == ["ai-pilot-zones"]
    assert document["now"] == NOW
    assert document["own_outage"] is False
    assert document["checked"] == len(document["sources"]) == sum(document["outcomes"].values())
    assert set(document["sources"][0]) == {
        "id", "role", "via", "url", "final_url", "outcome", "state", "http_status", "visit", "snapshot",
    }  # fmt: skip
    found = {finding["zone"]["en"] for finding in document["findings"] if finding["kind"] == "new_zone"}
    assert found == {"Guangzhou", "Wuhan"}


def test_the_same_finding_is_raised_once_and_cron_stays_silent(db: Path) -> None:
    first = replay(db, "--exit-code")
    again = replay(db, "--all", "--exit-code")
    assert first.exit_code == 10
    assert "Guangzhou" in first.stdout
    assert (again.exit_code, again.stdout) == (0, "")


def test_nothing_is_looked_at_before_its_time_unless_all_is_asked_for(db: Path) -> None:
    replay(db)
    assert json.loads(replay(db, "--json").stdout)["checked"] == 0
    assert json.loads(replay(db, "--json", "--all").stdout)["checked"] > 10


def test_a_decision_is_kept_and_can_be_taken_back(db: Path) -> None:
    replay(db)
    found = json.loads(zonewatch("--db", db, "findings", "--json").stdout)["findings"]
    name = next(one["id"] for one in found if one["kind"] == "new_zone")
    assert zonewatch("--db", db, "accept", name).exit_code == 0
    waiting = json.loads(zonewatch("--db", db, "findings", "--json").stdout)["findings"]
    assert name not in {one["id"] for one in waiting}
    zones = json.loads(zonewatch("--db", db, "zones", "--json").stdout)["zones"]
    assert [zone["finding"] for zone in zones if zone["state"] == "accepted"] == [name]
    assert zonewatch("--db", db, "reopen", name).exit_code == 0
    assert zonewatch("--db", db, "dismiss", name, "--why", "a rehearsal").exit_code == 0
    whole = json.loads(zonewatch("--db", db, "findings", "--all", "--json").stdout)["findings"]
    assert {"dismissed"} == {one["state"] for one in whole if one["id"] == name}


def test_accepted_zones_belong_to_the_baseline(db: Path) -> None:
    replay(db)
    found = json.loads(zonewatch("--db", db, "findings", "--json").stdout)["findings"]
    name = next(one["id"] for one in found if one["zone"] and one["zone"]["zh"] == "广州")
    zonewatch("--db", db, "accept", name)
    verdict = json.loads(zonewatch("--db", db, "classify", "--title", LETTER, "--json").stdout)
    assert verdict["verdict"] == "known_zone"


def test_history_and_explain_tell_the_story_of_a_source(db: Path) -> None:
    replay(db)
    visits = json.loads(zonewatch("--db", db, "history", "ai-pilot-zones/fn05", "--json").stdout)["visits"]
    assert visits[-1]["outcome"] == "good"
    told = zonewatch("--db", db, "explain", visits[-1]["visit"]).stdout
    assert told.splitlines()[0] == "ai-pilot-zones/fn05"
    assert re.search("2020-09-04", told)
    refused(zonewatch("--db", db, "explain", "ai-pilot-zones/fn99"), "fn99")


def test_a_pass_that_another_process_runs_is_left_alone(db: Path) -> None:
    from storage.store import Store, holder_name

    replay(db)
    with Store.open(str(db)) as store:
        from zonewatch.settings import parse_now

        assert store.take_lease(holder_name(), parse_now(NOW), 60)
        refused(replay(db, "--all"), "another process", code=75)


def test_a_folder_in_the_databases_place_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "zonewatch.db"
    folder.mkdir()
    refused(zonewatch("--db", folder, "findings"), "zonewatch.db")
    assert list(folder.iterdir()) == []


def test_a_history_that_cannot_be_read_is_named_by_its_file(tmp_path: Path, db: Path) -> None:
    day = tmp_path / "history" / "2020-03-12"
    day.mkdir(parents=True)
    (day / "index.json").write_text("[{", "utf-8")
    refused(zonewatch("--db", db, "check", "--replay", day.parent), "2020-03-12", "index.json")
    assert not db.exists()


def test_a_history_younger_than_the_hour_asked_for_is_refused(db: Path) -> None:
    refused(replay(db, now="2019-01-01T00:00:00Z"), "2019-01-01")


def test_a_wrong_setting_is_named_with_the_nearest_right_one(tmp_path: Path, db: Path) -> None:
    settings = tmp_path / "zonewatch.toml"
    settings.write_text("pausse = 3\n", "utf-8")
    refused(zonewatch("--db", db, "--config", settings, "check"), "zonewatch.toml", "`pausse`", "`pause`")


@pytest.mark.parametrize("path", ["nowhere.html", "."])
def test_a_page_that_cannot_be_opened_is_named(path: str) -> None:
    result = zonewatch("parse", path)
    assert result.exit_code in (1, 2)
    assert result.stdout == "" and path in result.stderr and "Traceback" not in result.stderr


def test_a_replay_goes_day_by_day_and_a_check_of_it_again_adds_nothing(db: Path, tmp_path: Path) -> None:
    for day in ("2020-03-12", "2020-09-04", "2021-03-10", "2021-03-24"):
        shutil.copytree(shipped("history") / day, tmp_path / "history" / day)
    whole = ("--db", db, "check", "--replay", tmp_path / "history", "--json")
    first = json.loads(zonewatch(*whole).stdout)
    again = json.loads(zonewatch(*whole).stdout)
    raised = {one["zone"]["en"]: one["raised"][:10] for one in first["findings"] if one["kind"] == "new_zone"}
    assert raised == {
        "Guangzhou": "2020-09-04", "Wuhan": "2020-09-04", "Suzhou": "2021-03-24", "Changsha": "2021-03-24",
    }  # fmt: skip
    assert again["findings"] == []


def test_json_documents_have_nothing_but_json_on_standard_output(db: Path) -> None:
    replay(db)
    for words in (["findings"], ["zones"], ["sources"], ["report", "--format", "json"], ["config"]):
        result = zonewatch("--db", db, "--json", *words)
        assert result.exit_code == 0, result.stderr
        assert json.loads(result.stdout)


def test_results_go_to_standard_output_and_nothing_else_does(db: Path) -> None:
    result = replay(db)
    assert result.stdout.startswith("F1 ")
    assert "F1 " not in result.stderr


def test_a_report_that_cannot_be_written_is_one_line_and_is_not_counted_as_sent(
    db: Path, tmp_path: Path
) -> None:
    replay(db)
    (tmp_path / "notes").write_text("a file where a folder is needed", encoding="utf-8")
    refused(
        zonewatch("--db", db, "--now", NOW, "report", "-o", tmp_path / "notes" / "report.txt"), "report.txt"
    )
    again = zonewatch("--db", db, "--now", NOW, "report")
    assert "Guangzhou" in again.stdout


def test_a_report_is_a_workbook_too(db: Path, tmp_path: Path) -> None:
    replay(db)
    result = zonewatch("--db", db, "--now", NOW, "report", "--format", "xlsx", "-o", tmp_path / "report.xlsx")
    assert result.exit_code == 0, result.output
    assert (tmp_path / "report.xlsx").read_bytes().startswith(b"PK")


def test_the_daemon_takes_no_other_hour_than_the_walls(db: Path) -> None:
    refused(zonewatch("--db", db, "--now", NOW, "run"), "`now`", "`check`")
    assert not db.exists()

"""`export`: what is accepted is taken along, into any form, and nothing shipped is written."""

import csv
import io
import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from openpyxl import load_workbook

from monitor.dossier import baseline, loads
from monitor.model import FindingKind, ReviewState
from monitor.updates import update
from monitor.zones import Evidence, VerdictKind, classify
from reports import xlsx
from scheduler.due import Selection
from tests import reports_sample
from tests.accepted import DOSSIER, NEW, TITLE
from zonewatch.app import App, Options
from zonewatch.commands.export import _give, export
from zonewatch.errors import ZonewatchError
from zonewatch.exporting import dossier_text
from zonewatch.shipped import shipped
from zonewatch.watching import history, visit_day

NOW = datetime(2021, 3, 10, 4, tzinfo=UTC)
TAKEN = {FindingKind.NEW_ZONE, FindingKind.MOVED, FindingKind.CITATION_RESOLVED, FindingKind.SUPERSEDED}


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database after the redesign of 2021, all that can be taken along accepted."""
    path = tmp_path_factory.mktemp("export") / "zonewatch.db"
    app = App(Options(db=str(path)))
    dossier = app.dossier("ai-pilot-zones")
    with app.store() as store:
        for day in history(app, shipped("history")):
            if day.now <= NOW:
                visit_day(app, store, (dossier,), day, Selection())
        for finding in store.findings():
            if finding.draft.kind in TAKEN:
                store.decide(finding.id, ReviewState.ACCEPTED, None, NOW)
    return path


@pytest.fixture(autouse=True)
def plain_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CONFIG", "DATA"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name))


def run(*words: object) -> Result:
    result = CliRunner().invoke(export, [str(word) for word in words])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def test_the_exported_dossier_loads_and_knows_the_accepted_zones(db: Path) -> None:
    text = run("dossier", "--db", db).stdout
    again = loads(text, DOSSIER)
    assert [zone.en for zone in again.zones[11:]] == ["Guangzhou", "Wuhan"]
    letter = Evidence(TITLE.format("广州市"), f"{NEW}158650.html")
    assert classify(letter, again.recognition, baseline(again)).verdict is VerdictKind.KNOWN_ZONE


def test_strengths_come_from_the_letter_that_was_kept(db: Path) -> None:
    guangzhou = loads(run("dossier", "--db", db).stdout, DOSSIER).zones[11]
    assert [(one.zh, one.en) for one in guangzhou.strengths] == [
        ("商贸发达", "商贸发达"),
        ("科教资源", "science education resources"),
        ("制造业门类齐全", "制造业门类齐全"),
    ]


def test_every_citation_of_the_exported_dossier_has_an_address(db: Path) -> None:
    again = loads(run("dossier", "--db", db).stdout, DOSSIER)
    assert all(one.url for one in again.citations)
    assert len([one for one in again.citations if "/qtwj/" in str(one.url)]) == 12


def test_every_comment_of_the_shipped_file_is_kept(db: Path) -> None:
    text = run("dossier", "--db", db).stdout
    comments = [line for line in DOSSIER.read_text("utf-8").splitlines() if line.startswith("#")]
    assert [line for line in text.splitlines() if line in comments] == comments


def test_a_person_s_own_copy_exports_to_itself(db: Path, tmp_path: Path) -> None:
    own = tmp_path / "mine" / "ai_pilot_zones.toml"
    assert run("dossier", "--db", db, "-o", own).exit_code == 0
    settings = tmp_path / "zonewatch.toml"
    settings.write_text('dossiers = "mine"\n', "utf-8")
    assert run("dossier", "--db", db, "--config", settings).stdout == own.read_text("utf-8")


def test_the_dossier_itself_is_never_the_output(db: Path) -> None:
    before = DOSSIER.read_bytes()
    result = run("dossier", "--db", db, "-o", DOSSIER)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "name another file" in result.stderr
    assert DOSSIER.read_bytes() == before


def test_the_table_has_the_accepted_zones_at_addresses_that_work(db: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(run("baseline", "--db", db, "--format", "csv").stdout)))
    assert [row["Location"] for row in rows[-2:]] == ["Guangzhou", "Wuhan"]
    assert rows[-1]["Address"] == f"{NEW}158651.html"
    assert {row["State"] for row in rows} == {"works", "works at a new address"}


@pytest.mark.parametrize(
    ("form", "begins"), [("markdown", "# China"), ("html", "<!DOCTYPE"), ("csv", "Loca")]
)
def test_each_form_of_the_table_is_printed(db: Path, form: str, begins: str) -> None:
    assert run("baseline", "--db", db, "--format", form).stdout.startswith(begins)


def test_a_spreadsheet_is_written_to_a_file(db: Path, tmp_path: Path) -> None:
    path = tmp_path / "zones.xlsx"
    assert run("baseline", "--db", db, "--format", "xlsx", "-o", path).exit_code == 0
    book = load_workbook(path)
    assert book.sheetnames == ["zones", "footnotes"]
    assert book["zones"].max_row == 1 + 13


def test_footnotes_give_what_works_today(db: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(run("footnotes", "--db", db, "--format", "csv").stdout)))
    assert len(rows) == 14
    assert all(row["works_today"].startswith("http") for row in rows)
    assert rows[8]["title"] == TITLE.format("成都")
    assert "superseded by 国科发规〔2020〕254号" in rows[0]["note"]


@pytest.mark.parametrize("form", ["markdown", "bibtex"])
def test_each_form_of_the_footnotes_names_every_one(db: Path, form: str) -> None:
    text = run("footnotes", "--db", db, "--format", form).stdout
    heads = {"markdown": "\n## ", "bibtex": "@misc{ai-pilot-zones-fn"}
    assert text.count(heads[form]) == 14


def test_json_is_for_programs(db: Path) -> None:
    zones = json.loads(run("baseline", "--db", db, "--json").stdout)["zones"]
    notes = json.loads(run("footnotes", "--db", db, "--json").stdout)["footnotes"]
    assert (zones[-1]["zh"], zones[-1]["created"]) == ("武汉", "2020-09-03")
    assert [one["footnote"] for one in notes] == list(range(1, 15))


def test_without_a_decision_all_is_as_the_translation_left_it(tmp_path: Path) -> None:
    db = tmp_path / "new.db"
    assert run("dossier", "--db", db).stdout == DOSSIER.read_text("utf-8")
    rows = list(csv.DictReader(io.StringIO(run("baseline", "--db", db, "--format", "csv").stdout)))
    assert {row["State"] for row in rows} == {"not looked at yet", "unresolved"}


def test_another_dossier_can_be_taken_too(tmp_path: Path) -> None:
    text = run("dossier", "--dossier", "miit-pilot-areas", "--db", tmp_path / "new.db").stdout
    assert text == DOSSIER.with_name("miit_pilot_areas.toml").read_text("utf-8")
    table = run("baseline", "--dossier", "miit-pilot-areas", "--db", tmp_path / "new.db").stdout
    assert "| Pudong New Area ¹ |" in table


@pytest.mark.parametrize("what", ["baseline", "dossier", "footnotes"])
def test_an_unknown_dossier_is_named(what: str, tmp_path: Path) -> None:
    result = run(what, "--dossier", "nope", "--db", tmp_path / "new.db")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "`nope`" in result.stderr


def test_a_form_that_is_none_is_wrong_usage(tmp_path: Path) -> None:
    assert run("baseline", "--format", "bibtex", "--db", tmp_path / "new.db").exit_code == 2


def test_a_report_s_findings_can_be_a_sheet_too() -> None:
    sheet = load_workbook(io.BytesIO(xlsx.render(reports_sample.report())))["findings"]
    head = [cell.value for cell in sheet[1]]
    assert head[:4] == ["id", "new", "dossier", "kind"]
    assert sheet.max_row > 1
    hostile = load_workbook(io.BytesIO(xlsx.render(reports_sample.hostile_report("=1+1"))))
    every = (cell for sheet in hostile for row in sheet.iter_rows() for cell in row)
    cells = [cell for cell in every if cell.value is not None]
    assert not [cell for cell in cells if cell.data_type == "f" or str(cell.value).startswith("=")]


def test_a_report_as_sheets_proves_its_silence() -> None:
    report = reports_sample.report()
    book = load_workbook(io.BytesIO(xlsx.render(report)))
    assert book.sheetnames == ["findings", "links", "lists", "coverage"]
    section = report.sections[0]
    assert book["links"].max_row == 1 + len(section.links)
    assert book["lists"].max_row == 1 + len(section.lists)
    said = {row[0]: row[1] for row in book["coverage"].iter_rows(min_row=2, values_only=True)}
    assert said["verdict"] == report.verdict
    assert "looked at" in str(said[section.id])
    assert "ran" in str(said["passes"])


def test_a_dossier_whose_file_went_away_is_named(tmp_path: Path) -> None:
    dossier = App(Options(db=str(tmp_path / "new.db"))).dossier("ai-pilot-zones")
    gone = replace(dossier, path=tmp_path / "gone.toml")
    with pytest.raises(ZonewatchError, match=r"gone\.toml: cannot be exported"):
        dossier_text(gone, update(gone, [], {}))


def test_a_text_that_would_not_read_back_as_it_is_known_is_never_given_out(tmp_path: Path) -> None:
    dossier = App(Options(db=str(tmp_path / "new.db"))).dossier("ai-pilot-zones")
    fewer = replace(dossier, zones=dossier.zones[:-1])
    with pytest.raises(ZonewatchError, match="would not read back"):
        dossier_text(dossier, update(fewer, [], {}))


def test_a_spreadsheet_is_not_thrown_at_a_terminal(db: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr("sys.stdout", Terminal())
    with pytest.raises(ZonewatchError, match="-o FILE"):
        _give(b"PK", None)


def test_help_says_what_can_be_taken_along() -> None:
    text = run("--help").stdout
    for name in ("baseline", "dossier", "footnotes"):
        assert name in text

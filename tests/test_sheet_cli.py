"""The week's sheet as its users walk it: exported, filled in, brought back, conflicts named."""

import csv
import io
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from openpyxl import load_workbook

from reports.sheet_files import COLUMNS
from scraper.model import Outcome, OutcomeKind
from storage.store import Store
from tests.store.samples import NOW, draft, fetch, look, notice, record
from zonewatch.commands.export import export
from zonewatch.commands.imports import import_

WEEK = ("--since", "2026-12-02T00:00:00Z", "--until", "2026-12-09T00:00:00Z")


@pytest.fixture(autouse=True)
def plain_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CONFIG", "DATA"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name))


@pytest.fixture
def db(tmp_path: Path) -> Path:
    """Two footnotes seen on a day before the week, one of them edited within it with a finding."""
    path = tmp_path / "zonewatch.db"
    with Store.open(str(path)) as store:
        for day, name, title, drafts in (
            (0, "fn05", "科技部的函", ()),
            (0, "fn06", "另一份函", ()),
            (3, "fn05", "科技部的复函", (draft("edited fn05", subject="ai-pilot-zones/fn05"),)),
        ):
            at = NOW + timedelta(days=day)
            source = f"ai-pilot-zones/{name}"
            made = record(at, source=source, got=fetch(at), new_reading=notice(title), digest=title)
            seen = replace(made.seen, look=look(source), outcome=Outcome(OutcomeKind.GOOD, "gate", ""))
            store.keep(replace(made, seen=seen, drafts=drafts), now=at)
    return path


def run(command: Any, *words: object) -> Result:
    result = CliRunner().invoke(command, [str(word) for word in words])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def exported(db: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(run(export, "sheet", *WEEK, "--db", db).stdout)))


def fill(db: Path, path: Path, change: Callable[[dict[str, str]], dict[str, str]]) -> Path:
    """Export the sheet, fill in the row of fn05, save it."""
    rows = exported(db)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(row | change(row) if row["source"].endswith("fn05") else row for row in rows)
    return path


def judged(db: Path, path: Path, **cells: str) -> Path:
    return fill(db, path, lambda row: cells)


def test_what_changed_stands_first_and_comes_back_judged(db: Path, tmp_path: Path) -> None:
    first, second = exported(db)
    assert (first["source"], first["findings"], first["row"]) == ("ai-pilot-zones/fn05", "F1", "R1-1-3")
    assert int(first["priority"]) > 0 == int(second["priority"])
    file = judged(db, tmp_path / "filled.csv", verdict="language altered", importance="low", note="语气")
    said = run(import_, "sheet", file, "--db", db)
    assert (said.exit_code, said.stdout) == (0, "1 row taken.\n")
    again = exported(db)[0]
    assert (again["verdict"], again["importance"], again["note"]) == ("language altered", "low", "语气")
    assert again["judged"] and again["priority"] == first["priority"]


def test_a_spreadsheet_is_exported_filled_in_and_brought_back(db: Path, tmp_path: Path) -> None:
    file = tmp_path / "sheet.xlsx"
    run(export, "sheet", *WEEK, "--db", db, "--format", "xlsx", "-o", file)
    book = load_workbook(file)
    book["sheet"].cell(2, COLUMNS.index("verdict") + 1, "content")
    book.save(file)
    assert run(import_, "sheet", file, "--db", db).stdout == "1 row taken.\n"
    assert exported(db)[0]["verdict"] == "content"


def test_the_same_file_twice_takes_nothing_twice(db: Path, tmp_path: Path) -> None:
    file = judged(db, tmp_path / "filled.csv", verdict="content")
    run(import_, "sheet", file, "--db", db)
    said = run(import_, "sheet", file, "--db", db)
    assert (said.exit_code, said.stdout) == (0, "0 rows taken, 1 said what was known.\n")


def test_two_people_who_judge_the_same_row_are_told_and_the_first_stands(db: Path, tmp_path: Path) -> None:
    one = judged(db, tmp_path / "one.csv", verdict="content", note="first")
    other = judged(db, tmp_path / "other.csv", verdict="insignificant")
    run(import_, "sheet", one, "--db", db, "--now", "2026-12-10T00:00:00Z")
    said = run(import_, "sheet", other, "--db", db)
    assert (said.exit_code, said.stdout) == (1, "0 rows taken, 1 conflict.\n")
    assert said.stderr == (
        f"{other}: line 2 (R1-1-3): says insignificant, and here stands content, “first”"
        " of 2026-12-10T00:00:00Z since; --overwrite lets the file win\n"
    )
    assert exported(db)[0]["verdict"] == "content"
    assert run(import_, "sheet", other, "--db", db, "--overwrite").stdout == "1 row taken.\n"
    assert exported(db)[0]["verdict"] == "insignificant"


def test_a_judgement_is_changed_and_taken_back_by_the_next_sheet(db: Path, tmp_path: Path) -> None:
    run(import_, "sheet", judged(db, tmp_path / "a.csv", verdict="content", note="x"), "--db", db)
    run(import_, "sheet", judged(db, tmp_path / "b.csv", verdict="removed", note=""), "--db", db)
    assert (exported(db)[0]["verdict"], exported(db)[0]["note"]) == ("removed", "")
    said = run(import_, "sheet", judged(db, tmp_path / "c.csv", verdict=""), "--db", db)
    assert said.stdout == "1 row taken.\n"
    assert (exported(db)[0]["verdict"], exported(db)[0]["judged"]) == ("", "")


def test_a_row_without_its_name_is_known_by_its_finding(db: Path, tmp_path: Path) -> None:
    file = judged(db, tmp_path / "filled.csv", row="", verdict="content")
    assert run(import_, "sheet", file, "--db", db).stdout == "1 row taken.\n"
    assert exported(db)[0]["verdict"] == "content"


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"row": "R9-1-2"}, "(R9-1-2): is no row of this database; was the sheet exported from another one?"),
        ({"row": "R1-1-2"}, "(R1-1-2): is no row of this database"),
        ({"row": "R2-2-2"}, "(R2-2-2): F1 is of ai-pilot-zones/fn05, not of ai-pilot-zones/fn06"),
        ({"findings": "F77"}, "F77 is not known, not of ai-pilot-zones/fn05"),
        ({"row": "", "findings": ""}, "(no row): has neither a row nor a finding that is known here"),
        ({"verdict": "great"}, "verdict 'great' is none of: language altered, content"),
    ],
)
def test_a_row_that_cannot_be_taken_is_named_and_the_others_are(
    db: Path, tmp_path: Path, cells: dict[str, str], said: str
) -> None:
    file = judged(db, tmp_path / "filled.csv", **({"verdict": "content"} | cells))
    with file.open("a", encoding="utf-8") as more:
        other = {"row": "R2-2-2", "verdict": "repeated"}
        more.write(",".join(other.get(name, "") for name in COLUMNS) + "\n")
    result = run(import_, "sheet", file, "--db", db)
    assert result.exit_code == 1 and said in result.stderr and result.stdout == "1 row taken, 1 conflict.\n"


def test_two_lines_that_say_otherwise_of_a_row_are_named(db: Path, tmp_path: Path) -> None:
    file = judged(db, tmp_path / "filled.csv", verdict="content")
    with file.open("a", encoding="utf-8") as more:
        more.write(",".join({"row": "R1-1-3", "verdict": "removed"}.get(name, "") for name in COLUMNS) + "\n")
    result = run(import_, "sheet", file, "--db", db)
    assert "line 4 (R1-1-3): line 2 says otherwise of the same row" in result.stderr


def test_a_program_gets_what_came_of_it_as_json(db: Path, tmp_path: Path) -> None:
    document = json.loads(run(export, "sheet", *WEEK, "--db", db, "--json").stdout)
    assert [row["row"] for row in document["rows"]] == ["R1-1-3", "R2-2-2"]
    file = judged(db, tmp_path / "filled.csv", verdict="content")
    back = json.loads(run(import_, "sheet", file, "--db", db, "--json").stdout)
    assert back == {"taken": ["R1-1-3"], "unchanged": 0, "conflicts": []}


def test_what_cannot_be_read_is_one_line(db: Path, tmp_path: Path) -> None:
    absent = CliRunner().invoke(import_, ["sheet", str(tmp_path / "none.csv"), "--db", str(db)])
    assert "none.csv: cannot be read: No such file or directory" in absent.stderr
    (tmp_path / "other.csv").write_text("a,b\n1,2\n")
    other = CliRunner().invoke(import_, ["sheet", str(tmp_path / "other.csv"), "--db", str(db)])
    assert "other.csv: no column `row`" in other.stderr


def test_a_period_ends_after_it_begins(db: Path) -> None:
    words = ["sheet", "--since", "2026-12-09T00:00:00Z", "--until", "2026-12-02T00:00:00Z", "--db", str(db)]
    result = CliRunner().invoke(export, words)
    assert "the period begins at 2026-12-09T00:00:00Z, after its end" in result.stderr


def test_without_a_period_the_week_up_to_now_is_taken(db: Path) -> None:
    document = json.loads(run(export, "sheet", "--db", db, "--json", "--now", "2026-12-08T00:00:00Z").stdout)
    assert (document["since"], document["until"]) == ("2026-12-01T00:00:00Z", "2026-12-08T00:00:00Z")

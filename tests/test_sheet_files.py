"""The sheet as a file and back: what a spreadsheet does to it, what it must not run, what is named."""

import csv
import io
import json
import zipfile
from datetime import UTC, datetime

import pytest
from openpyxl import load_workbook

from monitor.spans import Importance, Judgement, Verdict
from reports.sheet import Sheet
from reports.sheet_back import Filled, SheetError, read
from reports.sheet_files import COLUMNS, LONGEST, render
from scraper.model import OutcomeKind
from tests.reports_sample import finding
from tests.sheet_sample import NOTICE, edited, made, source, span

DECIDED = datetime(2026, 11, 9, 8, tzinfo=UTC)


def sample(**judgements: Judgement) -> Sheet:
    return made(
        (source("fn05"), span(NOTICE, edited(text=NOTICE.text.replace("新机制", "新体制")))),
        (
            source("fn06"),
            span(NOTICE, number=6, last_outcome=OutcomeKind.WALL, last_good=None, last_good_at=None),
        ),
        (source("fn07"), span(NOTICE, number=7)),
        findings=(finding(21, subject="ai-pilot-zones/fn05"),),
        judgements=judgements,
    )


def rows_of(content: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content)))


def csv_of(sheet: Sheet) -> str:
    content = render(sheet, "csv")
    assert isinstance(content, str)
    return content


def xlsx_of(sheet: Sheet) -> bytes:
    content = render(sheet, "xlsx")
    assert isinstance(content, bytes)
    return content


def filled(sheet: Sheet, **cells: str) -> bytes:
    """The sheet's CSV with the first row filled in."""
    rows = rows_of(csv_of(sheet))
    rows[0] |= cells
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def test_a_row_tells_what_changed_why_it_stands_there_and_when_it_was_seen() -> None:
    wall, edit, quiet = rows_of(csv_of(sample()))
    assert (edit["row"], edit["source"], edit["findings"]) == ("R5-51-67", "ai-pilot-zones/fn05", "F21")
    assert "[-新机制-]{+新体制+}" in edit["difference"]
    assert edit["why"].startswith("5: ") and int(edit["priority"]) == 5
    assert wall["outcome"] == "wall" and wall["last good visit"] == "never"
    assert wall["last visit"] == "V70 2026-11-08T04:00:00Z"
    assert (quiet["priority"], quiet["why"], quiet["difference"]) == ("0", "", "")
    assert all(row[name] == "" for row in (wall, edit, quiet) for name in ("verdict", "importance", "note"))


def test_a_difference_that_stood_before_is_not_written_twice() -> None:
    after = edited(text=NOTICE.text.replace("新机制", "新体制"))
    sheet = made((source("a"), span(NOTICE, after, number=1)), (source("b"), span(NOTICE, after, number=2)))
    first, second = rows_of(csv_of(sheet))
    assert second["difference"] == f"the same as {first['row']}" and first["block"] == second["block"]


def test_a_difference_of_any_length_fits_a_cell() -> None:
    sheet = made((source(), span(edited(text="甲" * 90_000), edited(text="乙" * 90_000))))
    assert len(rows_of(csv_of(sheet))[0]["difference"]) < LONGEST + 40


def test_the_spreadsheet_has_the_same_rows_and_offers_the_words_to_choose_from() -> None:
    book = load_workbook(io.BytesIO(xlsx_of(sample())))
    sheet = book["sheet"]
    head, *rows = ([cell.value for cell in row] for row in sheet.iter_rows())
    assert tuple(head) == COLUMNS
    assert [[str(value or "") for value in row] for row in rows] == [
        [("" if value == "0" else value) for value in row.values()] for row in rows_of(csv_of(sample()))
    ]
    offered = {
        str(one.sqref).rstrip("0123456789:"): one.formula1 for one in sheet.data_validations.dataValidation
    }
    assert list(offered.values()) == [f'"{",".join(Verdict)}"', f'"{",".join(Importance)}"']
    assert book["sheet"].freeze_panes == "A2"


def test_json_holds_every_part_of_a_priority() -> None:
    content = render(sample(), "json")
    assert isinstance(content, str)
    document = json.loads(content)
    assert document["quiet"] == 1 and document["dossier"] == "ai-pilot-zones"
    edit = next(row for row in document["rows"] if row["row"] == "R5-51-67")
    assert sum(part["points"] for part in edit["parts"]) == edit["priority"]
    assert (edit["from"], edit["to"], edit["judgement"]) == (51, 67, None)


def test_no_other_form_is_known() -> None:
    with pytest.raises(ValueError, match="expected one of csv, xlsx, json"):
        render(sample(), "pdf")


SAID = Judgement(Verdict.CONTENT, Importance.HIGH, "the number of the letter changed")


def test_what_was_filled_in_is_read_back_and_nothing_else() -> None:
    (row,) = read(filled(sample(), verdict="Content ", importance="HIGH", note=SAID.note or "", title="x"))
    wall = rows_of(csv_of(sample()))[0]
    assert row == Filled(2, wall["row"], (), SAID, "", ())


def test_an_untouched_sheet_says_nothing() -> None:
    assert read(csv_of(sample()).encode()) == () and read(xlsx_of(sample())) == ()


def test_a_spreadsheet_is_read_back_too() -> None:
    book = load_workbook(io.BytesIO(xlsx_of(sample())))
    sheet = book["sheet"]
    for name, value in (("verdict", "content"), ("importance", "high"), ("note", SAID.note)):
        sheet.cell(3, COLUMNS.index(name) + 1, value)
    saved = io.BytesIO()
    book.save(saved)
    (row,) = read(saved.getvalue())
    assert (row.row, row.findings, row.judgement) == ("R5-51-67", (21,), SAID)


def test_what_was_judged_before_comes_out_and_back_with_its_hour() -> None:
    judged = Judgement(SAID.verdict, SAID.importance, SAID.note, DECIDED)
    sheet = sample(**{"R5-51-67": judged})
    row = next(one for one in rows_of(csv_of(sheet)) if one["row"] == "R5-51-67")
    assert (row["verdict"], row["importance"], row["note"]) == ("content", "high", SAID.note)
    (back,) = read(csv_of(sheet).encode())
    assert back.judgement == SAID and back.judged == "2026-11-09T08:00:00Z"
    assert read(xlsx_of(sheet))[0].judged == "2026-11-09T08:00:00Z"


@pytest.mark.parametrize(
    "save",
    [
        lambda text: ("\ufeff" + text).encode(),
        lambda text: text.encode("gb18030"),
        lambda text: semicolons(text, ";").encode("utf-8-sig"),
        lambda text: semicolons(text, "\t").encode(),
        lambda text: text.replace("\r\n", "\n").encode(),
    ],
    ids=["byte order mark", "GB 18030", "semicolons", "tabs", "line feeds"],
)
def test_a_sheet_is_read_however_a_spreadsheet_saves_it(save: object) -> None:
    content = filled(sample(), verdict="removed", note="撤下了，“为什么”？").decode()
    (row,) = read(save(content))  # type: ignore[operator]
    assert row.judgement == Judgement(Verdict.REMOVED, None, "撤下了，“为什么”？")


def semicolons(text: str, separator: str) -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=separator).writerows(csv.reader(io.StringIO(text)))
    return out.getvalue()


def test_columns_may_stand_in_any_order_and_others_beside_them() -> None:
    content = "Note,mine,ROW,Importance,Verdict\nx,y,r5-51-67,low,repeated\n,,R1-1-1,,\n"
    (row,) = read(content.encode())
    assert (row.row, row.judgement) == ("R5-51-67", Judgement(Verdict.REPEATED, Importance.LOW, "x"))


def test_a_word_that_is_none_is_named_with_those_that_are() -> None:
    (row,) = read(filled(sample(), verdict="great", importance="9"))
    assert row.wrong == (
        "verdict 'great' is none of: language altered, content, removed, repeated, insignificant",
        "importance '9' is none of: high, medium, low",
    )


@pytest.mark.parametrize("note", ["=1+1", "@cmd", "+cmd|' /C calc'!A0", "-2", "'quoted'", "＝1"])
def test_a_note_that_would_run_comes_back_as_it_was_and_never_runs(note: str) -> None:
    sheet = sample(**{"R5-51-67": Judgement(note=note, decided=DECIDED)})
    cells = [cell for row in rows_of(csv_of(sheet)) for cell in row.values()]
    assert not [cell for cell in cells if cell.startswith(tuple("=+-@＝＋－＠"))]
    (back,) = [row for row in read(csv_of(sheet).encode()) if row.row == "R5-51-67"]
    assert back.judgement.note == note
    (back,) = [row for row in read(xlsx_of(sheet)) if row.row == "R5-51-67"]
    assert back.judgement.note == note


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "no column `row`"),
        (b"a,b,c\n1,2,3\n", "no column `row`"),
        (b"row,verdict,note\n", "no column `importance`"),
        (b"PK\x03\x04 broken", "no spreadsheet that can be read"),
        (b"\x00" * 100, "no column `row`"),
        (b"<html>a page</html>", "no column `row`"),
    ],
)
def test_what_is_no_sheet_is_refused_with_what_it_lacks(content: bytes, said: str) -> None:
    with pytest.raises(SheetError, match=said):
        read(content)


def test_another_zip_is_no_spreadsheet() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as made_zip:
        made_zip.writestr("a.txt", "hello")
    with pytest.raises(SheetError, match="no spreadsheet that can be read"):
        read(packed.getvalue())


def test_a_spreadsheet_that_unpacks_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reports.sheet_back.UNPACKED", 10_000)
    with pytest.raises(SheetError, match="is no sheet; it may have 10,000"):
        read(xlsx_of(sample()))


def test_a_file_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reports.sheet_back.LARGEST", 100)
    with pytest.raises(SheetError, match="are no sheet; it may have 100"):
        read(csv_of(sample()).encode())

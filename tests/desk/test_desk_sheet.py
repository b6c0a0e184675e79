"""The week's sheet on the desk: the machine's number, a person's word, and a file in between."""

import csv
import io

import pytest
from lxml import html
from openpyxl import load_workbook

from monitor.spans import Importance, Verdict
from tests.desk.house import House
from tests.desk.test_desk_pages import text_of

PERIOD = "since=2021-11-10&until=2021-12-08"
ASKED = {"since": "2021-11-10", "until": "2021-12-08", "dossier": ""}


def lines(page: str) -> dict[str, str]:
    """The rows of a page by their source."""
    found = html.fromstring(page).xpath("//article[@class='line']")
    return {one.xpath(".//h4/a")[0].text_content(): one.get("id") for one in found}


def judge(house: House, row: str, **said: str) -> int:
    return house.post(f"/sheet/rows/{row}", {**ASKED, **said}).status_code


def judged(house: House, row: str) -> tuple[object, object, object]:
    found = house.store.judgements()[row]
    return found.verdict, found.importance, found.note


def test_a_sheet_shows_what_changed_most_first_and_why_it_says_so(desk: House) -> None:
    page = desk.page(f"/sheet?{PERIOD}")
    points = [int(one.text_content()) for one in html.fromstring(page).xpath("//*[@class='points']")]
    assert points == sorted(points, reverse=True) and len(points) >= 4
    assert next(iter(lines(page))) == "most-qtwj"
    assert "+9 rows of the list: 3 came, 3 went" in text_of(page)
    assert "优势" in text_of(page, "//ins")
    assert "19 sources to which nothing happened" in text_of(page)


def test_the_parts_of_a_priority_add_up_to_it(desk: House) -> None:
    (sheet,) = desk.service.sheets(desk.service.scope("ai-pilot-zones"), desk.service.period(None, None))
    page = html.fromstring(desk.page(f"/sheet?{PERIOD}"))
    assert sheet.lines
    for block in page.xpath("//section[contains(@class, 'block')]"):
        totals = []
        for line in block.xpath(".//article"):
            parts = [int(dt.text) for dt in line.xpath(".//dt") if (dt.text or "").startswith("+")]
            assert f"{sum(parts)} in all" in line.text_content()
            totals.append(sum(parts))
        assert int(block.xpath(".//*[@class='points']")[0].text) == max(totals)


def test_without_a_period_it_is_this_weeks(desk: House) -> None:
    assert 'value="2021-12-29"' in desk.page("/sheet")


@pytest.mark.parametrize("asked", ["since=2021-12-08&until=2021-11-10", "since=2030-01-01"])
def test_a_period_that_ends_before_it_begins_is_refused_in_words(desk: House, asked: str) -> None:
    assert "period" in text_of(desk.page(f"/sheet?{asked}", 422), "//*[@role='alert']")


def test_a_persons_word_is_kept_beside_the_machines(own_desk: House) -> None:
    row = lines(own_desk.page(f"/sheet?{PERIOD}"))["fn05"]
    answer = own_desk.post(
        f"/sheet/rows/{row}",
        {**ASKED, "verdict": "language altered", "importance": "low", "note": " a slip of the pen "},
    )
    assert answer.headers["location"] == f"/sheet?{PERIOD}&kept={row}#{row}"
    assert judged(own_desk, row) == (Verdict.LANGUAGE, Importance.LOW, "a slip of the pen")
    page = own_desk.page(f"/sheet?{PERIOD}&kept={row}")
    assert "judged" in page
    assert html.fromstring(page).xpath(f"//*[@id='{row}']//input[@name='note']/@value") == [
        "a slip of the pen"
    ]


def test_two_people_who_judge_one_row_are_told_of_each_other(own_desk: House) -> None:
    row = lines(own_desk.page(f"/sheet?{PERIOD}"))["fn05"]
    assert judge(own_desk, row, note="first", judged="") == 303
    answer = own_desk.post(f"/sheet/rows/{row}", {**ASKED, "note": "second", "judged": ""})
    assert answer.status_code == 409
    assert "first" in text_of(answer.text, "//*[@role='status']")
    assert judged(own_desk, row)[2] == "first"


@pytest.mark.parametrize(
    ("row", "said", "status"),
    [
        ("R999-1-2", {"note": "x"}, 409),
        ("nonsense", {"note": "x"}, 409),
        ("R1-2-3", {"verdict": "nonsense"}, 422),
        ("R1-2-3", {"importance": "nonsense"}, 422),
    ],
)
def test_what_is_no_row_or_no_verdict_is_refused(
    desk: House, row: str, said: dict[str, str], status: int
) -> None:
    assert judge(desk, row, **said) == status
    assert desk.store.judgements() == {}


def test_a_sheet_is_taken_along_filled_in_and_brought_back(own_desk: House) -> None:
    sheet = own_desk.get(f"/export/sheet/ai-pilot-zones.csv?{PERIOD}").text
    rows = list(csv.DictReader(io.StringIO(sheet)))
    for row in rows[:2]:
        row |= {"verdict": "content", "importance": "high", "note": "seen"}
    filled = io.StringIO()
    writer = csv.DictWriter(filled, rows[0].keys())
    writer.writeheader()
    writer.writerows(rows)
    given = {"file": ("filled.csv", filled.getvalue().encode(), "text/csv")}
    answer = own_desk.post("/sheet/back", ASKED, files=given)
    assert answer.status_code == 200
    assert "2 rows taken" in text_of(answer.text, "//*[@role='status']")
    assert judged(own_desk, rows[0]["row"]) == (Verdict.CONTENT, Importance.HIGH, "seen")
    book = load_workbook(io.BytesIO(own_desk.get(f"/export/sheet/ai-pilot-zones.xlsx?{PERIOD}").content))
    assert "seen" in [cell.value for cell in book.worksheets[0][2]]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({}, "Choose the sheet"),
        ({"file": ("x.csv", b"a,b\n1,2\n", "text/csv")}, "no column"),
        ({"file": ("x.xlsx", b"PK\x03\x04 no", "application/zip")}, "no spreadsheet"),
    ],
)
def test_what_is_no_sheet_is_refused_in_words(desk: House, given: dict[str, object], told: str) -> None:
    answer = desk.post("/sheet/back", ASKED, files=given or {"other": b""})
    assert answer.status_code == 422
    assert told in text_of(answer.text, "//*[@role='alert']")


def test_a_sheet_in_another_form_or_of_another_dossier_is_not_there(desk: House) -> None:
    desk.page("/export/sheet/ai-pilot-zones.exe", 404)
    desk.page("/export/sheet/nothing.csv", 404)
    desk.page("/sheet?dossier=nothing", 404)

"""The table of zones: rows, days and strengths as translations print them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.dossier_model import Strength
from monitor.zone_table import Row, english_date, plain_digits, rows, strengths

HEAD = "Location\tDate Created\tDate Announced\tStrengths"
DAYS = "October 17, 2019\tOctober 18, 2019"


def only(*lines: str) -> Row:
    (row,) = rows(lines)
    return row


# --- days


@pytest.mark.parametrize(
    "text",
    [
        "March 9, 2020",
        "March 9 2020",
        "Mar. 9, 2020",
        "Mar 9th, 2020",
        "9 March 2020",
        "9 Mar. 2020",
        "9th March, 2020",
        "2020-03-09",
        "  March  9,  2020 ",
    ],
)
def test_a_day_is_read_however_english_writes_it(text: str) -> None:
    assert english_date(text) == date(2020, 3, 9)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "March 2020",
        "Marchember 9, 20",
        "February 30, 2020",
        "Spring 9, 2020",
        "2020-13-01",
        "on March 9, 2020",
        "9/3/2020",
    ],
)
def test_what_is_no_day_is_none(text: str) -> None:
    assert english_date(text) is None


@given(st.dates(), st.sampled_from(["%B %-d, %Y", "%-d %B %Y", "%b. %-d, %Y", "%Y-%m-%d"]))
def test_every_day_is_read_back(day: date, form: str) -> None:
    written = day.strftime(form.replace("%Y", f"{day.year:04}"))
    assert english_date(written) == day


# --- rows


def test_a_row_is_name_mark_days_and_strengths() -> None:
    assert only(HEAD, f"Guangzhou ⁴\t{DAYS}\tData, talent") == Row(
        "Guangzhou", None, 4, date(2019, 10, 17), date(2019, 10, 18), "Data, talent"
    )


@pytest.mark.parametrize("mark", ["¹²", " ¹²", "12", " 12", " [12]", " (12)"])
def test_a_footnote_mark_is_read_raised_or_plain(mark: str) -> None:
    row = only(HEAD, f"Xi’an{mark}\t{DAYS}\tData")
    assert (row.en, row.footnote) == ("Xi'an", 12)


def test_a_name_without_a_mark_has_no_footnote() -> None:
    assert only(HEAD, f"Wuhan\t{DAYS}\tOptics").footnote is None


def test_a_chinese_name_in_brackets_belongs_to_the_place() -> None:
    row = only(HEAD, f"Wuhan (武汉) ³\t{DAYS}\tOptics")
    assert (row.en, row.zh, row.footnote) == ("Wuhan", "武汉", 3)


def test_cells_may_stand_between_blanks() -> None:
    row = only(
        "Location   Created   Announced   Strengths", "Wuhan 3   March 1, 2020   March 9, 2020   Optics"
    )
    assert (row.en, row.footnote, row.announced, row.strengths) == ("Wuhan", 3, date(2020, 3, 9), "Optics")


def test_the_heading_tells_which_day_is_which() -> None:
    row = only("Zone\tAnnounced\tApproved\tStrengths", "Wuhan\tMarch 9, 2020\tMarch 1, 2020\tOptics")
    assert (row.created, row.announced) == (date(2020, 3, 1), date(2020, 3, 9))


def test_a_single_day_is_the_day_of_the_announcement() -> None:
    row = only("Zone 3\tMarch 9, 2020\tOptics")
    assert (row.created, row.announced, row.strengths) == (None, date(2020, 3, 9), "Optics")


def test_a_row_runs_over_a_page_break() -> None:
    table = rows(
        [
            HEAD,
            f"Wuhan ³\t{DAYS}\tOptics, smart",
            "",
            "³ http://a.cn/1.htm",
            "\t\t\tmanufacturing",
            f"Suzhou ⁴\t{DAYS}\tX",
        ]
    )
    assert [row.strengths for row in table] == ["Optics, smart manufacturing", "X"]


def test_a_row_between_blanks_runs_on_below_its_own_cell() -> None:
    line = "Wuhan 3   March 1, 2020   March 9, 2020   Optics, smart"
    (row,) = rows([line, " " * line.index("Optics") + "manufacturing"])
    assert row.strengths == "Optics, smart manufacturing"


def test_a_row_between_blanks_runs_on_far_in_and_in_small_letters() -> None:
    line = "Wuhan 3   March 1, 2020   March 9, 2020   Optics, smart"
    assert only(line, " " * 12 + "manufacturing").strengths == "Optics, smart manufacturing"
    assert only(line, " " * 12 + "The zones are many.").strengths == "Optics, smart"


def test_an_indented_paragraph_is_no_part_of_the_row_before() -> None:
    (row,) = rows(["Wuhan 3   March 1, 2020   March 9, 2020   Optics", "   The zones are many."])
    assert row.strengths == "Optics"


def test_an_address_is_no_part_of_the_row_before() -> None:
    assert only(HEAD, f"Wuhan ³\t{DAYS}\tOptics", "\t\t\thttp://a.cn/1.htm").strengths == "Optics"


@pytest.mark.parametrize(
    "line",
    [
        "March 11, 2020\tBen Murphy, Translation Lead",
        "March 11, 2020\tMarch 12, 2020\tsomething",
        "On March 9, 2020, the ministry announced four zones.",
        "Wuhan\tMarch 9, 2020",
        f"2019\t{DAYS}\tX",
        f"\t{DAYS}\tX",
    ],
)
def test_a_line_with_a_day_is_not_yet_a_zone(line: str) -> None:
    assert rows([line]) == ()


def test_a_table_that_is_neither_headed_nor_marked_is_not_of_zones() -> None:
    assert rows([f"Version one\t{DAYS}\tfirst draft"]) == ()


def test_a_text_without_a_table_has_no_rows() -> None:
    assert rows(["The ministry announced four zones.", ""]) == ()


@given(st.lists(st.text(alphabet="ab \t¹12,()（）0-2020March", max_size=40), max_size=8))
def test_any_lines_at_all_are_answered(lines: list[str]) -> None:
    assert all(row.en for row in rows(lines))


@pytest.mark.parametrize(("mark", "number"), [("¹²", 12), ("[7]", 7), ("(10)", 10), ("⁰", 0), ("305", 305)])
def test_a_mark_is_its_number(mark: str, number: int) -> None:
    assert plain_digits(mark) == number


# --- strengths


def plain(text: str) -> list[str]:
    return [one.en for one in strengths(text)]


def test_commas_and_semicolons_part_strengths() -> None:
    assert plain("Academic research, application scene; industrial base") == [
        "Academic research",
        "application scene",
        "industrial base",
    ]


def test_a_strength_keeps_the_chinese_term_that_is_given() -> None:
    assert strengths("Science education resources (科教资源), openness（开放）") == (
        Strength("Science education resources", "科教资源"),
        Strength("openness", "开放"),
    )


def test_brackets_that_hold_no_chinese_stay_in_the_text() -> None:
    assert strengths("Chips (RISC-V, ARM), data") == (Strength("Chips (RISC-V, ARM)"), Strength("data"))


def test_and_after_a_chinese_term_begins_another_strength() -> None:
    assert strengths("Talent in sensing (智能感知) and interaction (智能交互)") == (
        Strength("Talent in sensing", "智能感知"),
        Strength("interaction", "智能交互"),
    )


def test_and_between_plain_words_parts_nothing() -> None:
    assert plain("Research and development") == ["Research and development"]


def test_the_last_and_of_a_list_is_dropped() -> None:
    assert plain("Chips, data, and talent") == ["Chips", "data", "talent"]


def test_a_series_after_a_semicolon_is_one_strength() -> None:
    assert plain("Chips, data; uses in farming, trade, and transport") == [
        "Chips",
        "data",
        "uses in farming, trade, and transport",
    ]


def test_a_bare_chinese_term_stands_for_itself() -> None:
    assert strengths("(算力)") == (Strength("算力", "算力"),)


@pytest.mark.parametrize("text", ["", " ", ",", " ; , "])
def test_nothing_has_no_strengths(text: str) -> None:
    assert strengths(text) == ()


TERM = st.text(alphabet="abcdefgh", min_size=1, max_size=8)
CHINESE = st.text(alphabet="算力开放数据智能", min_size=1, max_size=4)


@given(st.lists(st.tuples(TERM, st.none() | CHINESE), min_size=1, max_size=6))
def test_strengths_come_back_as_they_were_written(pairs: list[tuple[str, str | None]]) -> None:
    cell = ", ".join(f"{en} ({zh})" if zh else en for en, zh in pairs)
    assert strengths(cell) == tuple(Strength(en, zh) for en, zh in pairs)


@given(st.text(alphabet="ab,;()（） and算力", max_size=60))
def test_any_cell_at_all_is_answered(text: str) -> None:
    assert all(one.en.strip() for one in strengths(text))

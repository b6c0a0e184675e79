"""The updated table is in the translation's own form, and no spreadsheet runs what a page says."""

import csv
import io
import re
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html
from openpyxl import load_workbook

from monitor.dossier import Strength, Zone, load
from monitor.model import Finding, LinkState, Source, Standing, State
from monitor.updates import update
from monitor.zone_table import english_date
from monitor.zone_table import rows as printed_rows
from monitor.zone_table import strengths as read_strengths
from reports import english, table, xlsx
from reports.footnotes import footnotes
from reports.table import COLUMNS, HEAD, Table
from tests.accepted import DOSSIER, GUANGZHOU, OLD, dossier, finding, guangzhou, wuhan

MOVED = "https://www.most.gov.cn/xxgk/xinxifenlei/fdzdgknr/qtwj/qtwj2019/201906/t20190611_147034.html"
LETTERS = {"ai-pilot-zones/t20200904_158650": "二、广州商贸发达、科教资源集中，智能终端发展较快。"}
AT = datetime(2021, 3, 10, 4, tzinfo=UTC)


def standing(name: str, state: State, url: str | None = None) -> Standing:
    return Standing(name, LinkState(state=state, last_good=AT), url=url)


def made(*findings: Finding, sources: tuple[Source, ...] = (), standings: tuple[Standing, ...] = ()) -> Table:
    updated = update(dossier(), findings, LETTERS)
    known = {one.id: one for one in sources}
    return table.table(updated, footnotes(updated, known, {one.source: one for one in standings}))


def csv_rows(one: Table) -> list[dict[str, str]]:
    written = table.render(one, "csv")
    assert isinstance(written, str)
    return list(csv.DictReader(io.StringIO(written)))


def text(one: Table, form: str) -> str:
    written = table.render(one, form)
    assert isinstance(written, str)
    return written


def test_the_eleven_zones_come_out_as_the_translation_prints_them(shared_folder: Path) -> None:
    report = (shared_folder / "report" / "cset-ai-pilot-zones.txt").read_text(encoding="utf-8")
    printed = {row.en: row for row in printed_rows(report.splitlines())}
    rows = csv_rows(made())
    assert [row["Location"] for row in rows] == list(printed)
    for row in rows:
        told = printed[row["Location"]]
        assert english_date(row["Date Created"]) == told.created
        assert english_date(row["Date Announced"]) == told.announced
        assert int(row["Footnote"]) == told.footnote
        assert row[HEAD[3]] == told.strengths.replace(") and intelligent", "), intelligent")


def test_days_are_written_as_the_table_writes_them() -> None:
    assert english.day(date(2020, 1, 23)) == "January 23, 2020"
    assert english.day(date(2020, 3, 9)) == "March 9, 2020"
    assert english.day(None) == ""


@given(st.dates())
def test_a_day_as_written_is_read_back(day: date) -> None:
    if day.year >= 1000:
        assert english_date(english.day(day)) == day


def test_a_new_zone_has_its_row_and_a_sentence() -> None:
    row = csv_rows(made(guangzhou()))[-1]
    assert row == {
        "Location": "Guangzhou",
        "Date Created": "September 3, 2020",
        "Date Announced": "September 4, 2020",
        "AI-Relevant Strengths / Specializations": "商贸发达, science education resources (科教资源)",
        "Footnote": "13",
        "Address": f"{OLD}158650.htm",
        "State": "not looked at yet",
        "In a Sentence": (
            "On September 4, 2020, MOST announced its approval, dated September 3, 2020, of Guangzhou (广州) "
            "as a National New Generation Artificial Intelligence Innovation and Development Pilot Zone "
            "(国科函规〔2020〕171号)."
        ),
    }


def test_the_old_zones_have_no_sentence() -> None:
    assert [row["In a Sentence"] for row in csv_rows(made())] == [""] * 11
    assert len(made(guangzhou(), wuhan()).news) == 2


def test_a_zone_that_a_person_s_own_copy_holds_by_now_is_still_news_to_the_translation() -> None:
    own = update(dossier(), [guangzhou()], LETTERS).dossier
    updated = update(own, [], {})
    one = table.table(updated, footnotes(updated, {}, {}))
    assert one.news == made(guangzhou()).news
    assert one.intro == "12 zones; 1 of them joined since the translation of March 11, 2020."


def test_a_letter_that_states_no_day_of_signing_is_not_given_one() -> None:
    sentence = made(finding(1, zone=GUANGZHOU, signed=None)).news[0]
    assert sentence.startswith("On September 4, 2020, MOST announced its approval of Guangzhou (广州)")


def test_another_dossier_speaks_of_its_own_programme() -> None:
    other = load(DOSSIER.with_name("miit_pilot_areas.toml"))
    zone = Zone("西安", "Xi'an", date(2023, 1, 2), 9)
    said = english.sentence(zone, other, None)
    assert "as a National AI Innovation and Application Pilot Area." in said
    assert "MOST" not in said


def test_an_unknown_programme_stays_chinese() -> None:
    bare = replace(dossier(), glossary=())
    zone = Zone("广州", "Guangzhou", date(2020, 9, 4), 13)
    assert english.sentence(zone, bare, None) == (
        "On September 4, 2020, 科技部 announced its approval of Guangzhou (广州) as "
        "国家新一代人工智能创新发展试验区."
    )


def test_a_footnote_gives_the_address_that_works_today() -> None:
    one = made(standings=(standing("ai-pilot-zones/fn03", State.MOVED, MOVED),))
    assert one.notes[2] == (3, MOVED, "")
    assert f"³ <{MOVED}>" in text(one, "markdown")


def test_a_dead_footnote_says_so_beside_its_last_address() -> None:
    number, address, remark = made(standings=(standing("ai-pilot-zones/fn09", State.DEAD),)).notes[8]
    assert (number, remark) == (9, "dead")
    assert address.endswith("t20200309_152220.htm")


def test_a_footnote_that_was_cut_off_gives_the_print_and_why() -> None:
    _, address, remark = made().notes[10]
    assert address.endswith("/t20200309")
    assert remark.startswith("unresolved; cut off after the date")


@pytest.mark.parametrize(("number", "marked"), [(1, "¹"), (13, "¹³"), (204, "²⁰⁴")])
def test_marks_are_written_as_the_table_writes_them(number: int, marked: str) -> None:
    assert english.mark(number) == marked


PART = st.text("abcdefgh &-", min_size=1, max_size=12).map(lambda text: " ".join(text.split())).filter(bool)
STRENGTH = st.builds(
    Strength, PART, st.one_of(st.none(), st.text("科教资源应用场景", min_size=2, max_size=6))
)


@given(st.lists(STRENGTH, min_size=1, max_size=5))
def test_a_cell_of_strengths_is_read_back_as_the_same_strengths(found: list[Strength]) -> None:
    cell = english.strengths(found)
    again = list(read_strengths(cell))
    assert [one.zh for one in again] == [one.zh for one in found]
    assert [one.en.lower() for one in again] == [one.en.lower() for one in found]


def test_strengths_with_commas_of_their_own_are_told_apart_by_semicolons() -> None:
    series = Strength("applications of AI in manufacturing, agriculture, and transportation")
    cell = english.strengths((Strength("robust data resources"), series))
    assert cell == (
        "Robust data resources; applications of AI in manufacturing, agriculture, and transportation"
    )


def test_markdown_has_one_row_a_zone_with_the_translation_s_heads() -> None:
    lines = text(made(guangzhou()), "markdown").splitlines()
    rows = [line for line in lines if line.startswith("| ")]
    assert rows[0] == f"| {' | '.join(HEAD)} |"
    assert len(rows) == 2 + 12
    assert rows[-1].startswith("| Guangzhou ¹³ | September 3, 2020 | September 4, 2020 |")


def test_html_links_every_zone_to_its_footnote() -> None:
    page = html.fromstring(text(made(guangzhou()), "html"))
    marks = page.xpath("//tbody//sup/a/@href")
    assert len(marks) == 12
    assert all(page.xpath(f"//li[@id='{mark[1:]}']") for mark in marks)
    assert page.xpath("//script") == []
    assert page.xpath("string(//tr[@class='new']/th)").split() == ["Guangzhou", "13"]


def test_what_a_page_says_is_only_text_in_html_and_markdown() -> None:
    evil = "<img src=x onerror=alert(1)>|`x`"
    zone = replace(GUANGZHOU, en=evil)
    one = made(finding(1, zone=zone, document_number=evil))
    page = html.fromstring(text(one, "html"))
    assert page.xpath("//img") == []
    row = next(line for line in text(one, "markdown").splitlines() if "onerror" in line)
    assert len(re.findall(r"(?<!\\)\|", row)) == 5


def sheet(content: str | bytes, name: str = "zones") -> list[tuple[object, ...]]:
    assert isinstance(content, bytes)
    return list(load_workbook(io.BytesIO(content))[name].values)


def test_the_sheet_holds_days_as_days_and_both_tables() -> None:
    written = table.render(made(guangzhou()), "xlsx")
    head, *rows = sheet(written)
    assert head == COLUMNS
    assert rows[-1][0] == "Guangzhou"
    days = [value.date() for value in rows[-1][1:3] if isinstance(value, datetime)]
    assert days == [date(2020, 9, 3), date(2020, 9, 4)]
    assert len(sheet(written, "footnotes")) == 1 + 13


@settings(max_examples=50, deadline=None)
@given(st.text(st.characters(exclude_categories=("Cs",)), max_size=20), st.sampled_from("=+-@＝\t"))
def test_no_cell_is_one_that_a_spreadsheet_would_run(rest: str, sign: str) -> None:
    book = load_workbook(io.BytesIO(xlsx.workbook({"a": (["head"], [[f"{sign}{rest}"]])})))
    cell = book["a"]["A2"]
    assert cell.data_type == "s"
    assert not str(cell.value).lstrip().startswith(tuple("=+-@＝"))


def test_a_cell_is_made_harmless_once_only() -> None:
    written = xlsx.workbook({"a": (["head"], [["'=1+1"], ["=1+1"], ["it's"], ["'quoted'"]])})
    assert [row[0] for row in sheet(written, "a")[1:]] == ["'=1+1", "'=1+1", "it's", "'quoted'"]


def test_an_endless_text_is_cut_where_a_cell_ends() -> None:
    (_, (cell,)) = sheet(xlsx.workbook({"a": (["head"], [["长" * 40_000]])}), "a")
    assert len(str(cell)) == xlsx.LONGEST


def test_another_form_is_refused_with_those_that_are_known() -> None:
    with pytest.raises(ValueError, match="csv, markdown, html, xlsx"):
        table.render(made(), "pdf")


def test_a_row_for_programs_has_iso_days() -> None:
    row = table.as_document(made(guangzhou()).rows[-1])
    assert (row["created"], row["announced"]) == ("2020-09-03", "2020-09-04")

"""Reports as text, Markdown, JSON, CSV and Atom; HTML has a module of its own."""

import csv
import io
import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from markdown_it import MarkdownIt
from reports_sample import (
    NOW,
    SINCE,
    finding,
    findings,
    hostile_report,
    report,
    view,
)
from rich.cells import cell_len

import reports
from monitor.model import FindingKind
from reports import json_, markdown
from reports.clean import clean
from reports.csv_ import COLUMNS, FORMULA, cell
from tests.hostile_texts import HOSTILE

ATOM = "{http://www.w3.org/2005/Atom}"
ANY_TEXT = st.text(st.characters(codec=None))
MARKDOWN = MarkdownIt("commonmark").enable(["table", "strikethrough"])


# --- all of them -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", reports.FORMATS)
def test_every_format_says_verdict_or_findings(form: str) -> None:
    shown = reports.render(report(), form)
    assert "国科函规〔2020〕171号" in shown
    assert "国家新一代人工智能创新发展试验区" in shown
    assert shown.endswith("\n")


@pytest.mark.parametrize("form", reports.FORMATS)
def test_a_report_of_nothing_is_still_whole(form: str) -> None:
    assert reports.render(replace(report(), sections=(), passes=(), outcomes=()), form).strip()
    assert reports.render(report(view(findings=(), standings={}, sources=()), passes=()), form).strip()


@pytest.mark.parametrize("form", reports.FORMATS)
@pytest.mark.parametrize("text", HOSTILE)
def test_no_hostile_text_puts_a_steering_character_into_any_output(form: str, text: str) -> None:
    shown = reports.render(hostile_report(text), form)
    lines = shown.replace("\r\n", "\n").split("\n")
    assert all(clean(line) == line for line in lines)
    assert shown.encode()


def test_an_unknown_format_is_refused_with_those_known() -> None:
    with pytest.raises(ValueError, match="expected one of text, markdown, html, json, csv, atom, found pdf"):
        reports.render(report(), "pdf")


# --- text ------------------------------------------------------------------------------------------------


def test_text_begins_with_the_verdict() -> None:
    assert reports.render(report(), "text").splitlines()[0] == report().verdict


def test_text_has_an_edit_in_the_marks_of_wdiff() -> None:
    assert "示范带动[-成渝-]{+西部+}地区协同发展。" in reports.render(report(), "text")


def test_the_dates_of_the_zones_stand_under_one_another() -> None:
    lines = reports.render(report(), "text").splitlines()
    table = lines[next(place for place, line in enumerate(lines) if line.startswith("zone ")) :]
    rows = [line for line in table if re.search(r" \d{4}-\d\d-\d\d  \d{4}-", line)]
    columns = {cell_len(line[: line.index(" 20")]) for line in rows}
    assert len(rows) == 14
    assert len(columns) == 1


def test_text_names_every_citation_and_what_is_wrong_with_it() -> None:
    shown = reports.render(report(), "text")
    assert "Citations: 9 of 12 work" in shown
    assert re.search(r"^7   Tianjin 天津 +dead +2020-09-01", shown, re.MULTILINE)
    assert re.search(r"^     why +cut off after the date", shown, re.MULTILINE)


def test_a_label_is_not_said_twice_running() -> None:
    lines = reports.render(report(), "text").splitlines()
    labels = [line[5:16].strip() for line in lines if re.match(r" {5}\S", line)]
    assert ("because", "because") not in pairwise(labels)
    assert any(re.match(r" {16}\S", line) for line in lines)


def test_an_empty_period_says_so() -> None:
    assert "No finding is new, and none waits." in reports.render(report(view(findings=())), "text")


# --- Markdown --------------------------------------------------------------------------------------------


def tokens(source: str) -> list:  # type: ignore[type-arg]
    return [inner for token in MARKDOWN.parse(source) for inner in (token, *(token.children or ()))]


def test_markdown_is_read_with_its_headings_and_tables() -> None:
    page = MARKDOWN.render(reports.render(report(), "markdown"))
    assert page.count("<table>") == 4
    assert page.count("<h1>") == 1
    assert "<h3>New zones (3)</h3>" in page
    assert '<a href="https://www.most.gov.cn/tztg/">' not in page, "an address in a table's cell is text"
    assert "<h4>F1 Guangzhou 广州</h4>" in page


@pytest.mark.parametrize("text", HOSTILE)
def test_markdown_shows_hostile_text_and_nothing_more(text: str) -> None:
    harmless, hostile = (
        tokens(reports.render(hostile_report(one), "markdown")) for one in ("plain text", text)
    )
    kinds = [[token.type for token in one if token.nesting] for one in (harmless, hostile)]
    assert not {token.type for token in hostile} & {
        "html_inline",
        "html_block",
        "image",
        "fence",
        "code_block",
    }
    assert kinds[0] == kinds[1] or not clean(text).strip()


@given(ANY_TEXT)
def test_escaped_markdown_is_read_back_as_the_text(text: str) -> None:
    shown = clean(text).strip()
    (inline,) = (one for one in MARKDOWN.parse(f"- {markdown.escaped(text)} end") if one.type == "inline")
    assert "".join(child.content for child in inline.children or ()) == f"{shown} end".lstrip()


@pytest.mark.parametrize(
    ("url", "link"),
    [
        ("https://www.most.gov.cn/t1_2.html?q=%E5&b=1", "<https://www.most.gov.cn/t1_2.html?q=%E5&b=1>"),
        ("http://a.example/<b> (c)", "<http://a.example/%3Cb%3E%20%28c%29>"),
        ("javascript:alert(1)", "javascript:alert(1)"),
    ],
)
def test_only_web_addresses_become_links_in_markdown(url: str, link: str) -> None:
    assert markdown.address(url) == link


# --- JSON ------------------------------------------------------------------------------------------------


def test_a_finding_is_the_object_of_the_contract() -> None:
    assert json_.as_finding(findings()[0]) == {
        "id": "F1",
        "dossier": "ai-pilot-zones",
        "kind": "new_zone",
        "severity": "high",
        "subject": "ai-pilot-zones/most-qtwj",
        "zone": {"zh": "广州", "en": "Guangzhou", "province": "广东省"},
        "url": "https://www.most.gov.cn/xxgk/xinxifenlei/fdzdgknr/qtwj/qtwj2020/202009/t20200904_158651.html",
        "title": "科技部关于支持广州市建设国家新一代人工智能创新发展试验区的函",
        "published": "2020-09-04",
        "signed": "2020-09-03",
        "document_number": "国科函规〔2020〕171号",
        "because": list(findings()[0].draft.because),
        "evidence": ["V10"],
        "raised": "2020-09-04T00:00:00Z",
        "state": "open",
        "note": None,
    }


def test_what_is_not_known_of_a_finding_is_null() -> None:
    told = json_.as_finding(finding(4))
    assert (told["zone"], told["published"], told["signed"], told["document_number"]) == (None,) * 4


def test_an_edit_has_its_changes_in_full() -> None:
    (edited,) = [one for one in findings() if one.draft.kind is FindingKind.EDITED]
    text, field = json_.as_finding(edited)["changes"]
    assert text["kind"] == "text" and text["before"].startswith("二、试验区建设")
    assert field == {"kind": "field", "what": "index number", "before": None, "after": "306-32-2020-220"}


def test_a_report_in_json_has_the_parts_of_the_contract() -> None:
    document = json.loads(reports.render(report(), "json"))
    assert list(document) == ["generated", "since", "verdict", "dossiers", "passes"]
    assert (document["generated"], document["since"]) == ("2021-03-25T04:00:00Z", "2020-09-01T00:00:00Z")
    (dossier,) = document["dossiers"]
    assert {"id", "title", "findings", "links", "lists", "zones", "goal"} <= dossier.keys()
    assert dossier["goal"] == {"count": 20, "by": 2023, "about": True, "known": 11, "found": 3, "total": 14}
    assert [one["footnote"] for one in dossier["links"]] == list(range(1, 13))
    assert document["passes"][1]["own_outage"] is True


def test_links_and_zones_in_json_say_what_they_are() -> None:
    (dossier,) = json.loads(reports.render(report(), "json"))["dossiers"]
    tianjin, xian = dossier["links"][6], dossier["links"][11]
    assert (tianjin["state"], tianjin["url"], tianjin["works"]) == ("dead", None, False)
    assert (xian["state"], xian["followed"]) == ("unresolved", None)
    assert dossier["zones"][-1]["zone"] == {"zh": "苏州", "en": "Suzhou", "province": "江苏省"}
    assert dossier["zones"][-1]["finding"] == "F9" and dossier["zones"][0]["finding"] is None
    assert dossier["lists"][0]["newest"] == "2021-03-24"


@given(ANY_TEXT)
def test_json_keeps_every_text_without_loss(text: str) -> None:
    shown = json_.dumps({"title": text})
    assert json.loads(shown) == {"title": text}
    assert shown.encode()


def test_times_are_in_utc_to_the_second() -> None:
    assert json_.instant(datetime(2020, 9, 4, 4, 0, 1, 999, tzinfo=UTC)) == "2020-09-04T04:00:01Z"
    assert json_.instant(None) is None


# --- CSV -------------------------------------------------------------------------------------------------


def sheet(source: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(source, newline="")))


def test_csv_has_a_row_for_every_finding_shown() -> None:
    rows = sheet(reports.render(report(), "csv"))
    assert [row["id"] for row in rows] == ["F1", "F2", "F9", "F3", "F5", "F4", "F6", "F7"]
    assert set(rows[0]) == set(COLUMNS)
    assert (rows[0]["zone_en"], rows[0]["zone_zh"], rows[0]["days"]) == ("Guangzhou", "广州", "1")
    assert (rows[-1]["state"], rows[-2]["new"]) == ("dismissed", "no")


@given(ANY_TEXT)
def test_no_cell_begins_a_formula(text: str) -> None:
    shown = cell(text)
    assert not shown.lstrip().startswith(FORMULA)
    assert "\t" not in shown and "\r" not in shown and "\n" not in shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("=1+1", "'=1+1"),
        ("  =1+1", "'  =1+1"),
        ("\t1", "' 1"),
        ("\r1", "' 1"),
        ("\x00@A", "'@A"),
        ("＋1", "'＋1"),
        ("1=1", "1=1"),
    ],
)
def test_an_apostrophe_stands_before_what_a_spreadsheet_would_run(text: str, shown: str) -> None:
    assert cell(text) == shown


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_makes_no_row_of_its_own_and_no_formula(text: str) -> None:
    rows = sheet(reports.render(hostile_report(text), "csv"))
    assert [row["id"] for row in rows] == ["F1", "F2", "F3"]
    assert not any(value.lstrip().startswith(FORMULA) for row in rows for value in row.values())
    assert None not in rows[0]


# --- Atom ------------------------------------------------------------------------------------------------


def feed(source: str) -> etree._Element:
    return etree.fromstring(source.encode())


def test_a_feed_has_what_rfc_4287_asks_for() -> None:
    root = feed(reports.render(report(), "atom"))
    assert root.tag == f"{ATOM}feed"
    for node in (root, *root.findall(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            assert len(node.findall(f"{ATOM}{name}")) == 1, "4.1.1 and 4.1.2: exactly one"
        assert re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", node.findtext(f"{ATOM}id") or "")
        datetime.strptime(node.findtext(f"{ATOM}updated") or "", "%Y-%m-%dT%H:%M:%S%z")
    assert root.findtext(f"{ATOM}author/{ATOM}name"), "4.1.1: an author, where entries have none"
    known = {"id", "title", "subtitle", "updated", "author", "name", "entry", "published", "link", "category"}
    assert {etree.QName(node).localname for node in root.iter()} <= known | {"content", "feed"}


def test_entries_come_newest_first_each_with_an_id_of_its_own() -> None:
    entries = feed(reports.render(report(), "atom")).findall(f"{ATOM}entry")
    times = [entry.findtext(f"{ATOM}updated") or "" for entry in entries]
    assert times == sorted(times, reverse=True)
    assert len({entry.findtext(f"{ATOM}id") for entry in entries}) == len(entries) == 8


def test_a_decision_updates_an_entry_and_keeps_its_id() -> None:
    raised = finding(1, raised=SINCE)
    decided = replace(raised, decided=NOW)
    (before,), (after,) = (
        feed(reports.render(report(view(findings=(one,))), "atom")).findall(f"{ATOM}entry")
        for one in (raised, decided)
    )
    assert before.findtext(f"{ATOM}id") == after.findtext(f"{ATOM}id")
    assert before.findtext(f"{ATOM}published") == after.findtext(f"{ATOM}published")
    assert after.findtext(f"{ATOM}updated") == "2021-03-25T04:00:00Z" != before.findtext(f"{ATOM}updated")


def test_an_empty_feed_was_updated_when_it_was_made() -> None:
    assert feed(reports.render(report(view(findings=())), "atom")).findtext(
        f"{ATOM}updated"
    ) == json_.instant(NOW)


@pytest.mark.parametrize("text", HOSTILE)
def test_a_feed_of_hostile_texts_is_well_formed_and_links_nowhere(text: str) -> None:
    root = feed(reports.render(hostile_report(text), "atom"))
    assert len(root.findall(f"{ATOM}entry")) == 3
    assert not root.findall(f".//{ATOM}link")

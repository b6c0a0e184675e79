"""Hostile texts through every output that is no page of the desk: nothing runs, nothing breaks out.

What a browser makes of the HTML report is tested in `tests/browser/`.
"""

import csv
import io
import json
from collections.abc import Iterator

import pytest
from bs4 import BeautifulSoup
from lxml import etree
from markdown_it import MarkdownIt
from openpyxl import load_workbook

import reports
from monitor.model import State
from monitor.spans import Judgement
from reports import footnotes, messages, sheet_files, xlsx
from reports.clean import clean
from reports.csv_ import FORMULA
from reports.differences import differences
from reports.differences_text import lines
from reports.footnotes import Footnote
from reports.sheet_back import read
from scraper.model import Attachment
from tests.hostile_texts import ADDRESSES, HOSTILE
from tests.reports_sample import NOW, hostile_report
from tests.sheet_sample import NOTICE, edited, made, source, span

TEXTS = pytest.mark.parametrize("text", HOSTILE, ids=[f"text {at}" for at in range(len(HOSTILE))])
URLS = pytest.mark.parametrize("url", ADDRESSES, ids=[f"address {at}" for at in range(len(ADDRESSES))])
MARKDOWN = MarkdownIt("commonmark").enable(["table", "strikethrough"])
BAD_SCHEMES = ("javascript:", "data:", "vbscript:", "file:")


def test_the_corpus_is_as_large_as_it_should_be() -> None:
    assert len(set(HOSTILE)) >= 60 and len(set(ADDRESSES)) >= 15


def steers(shown: str) -> list[str]:
    """The lines in which a character would be obeyed instead of read."""
    return [line for line in shown.replace("\r\n", "\n").split("\n") if clean(line) != line]


def cells_of_csv(content: str) -> Iterator[str]:
    for row in csv.reader(io.StringIO(content)):
        yield from row


def check_spreadsheet(content: bytes) -> None:
    book = load_workbook(io.BytesIO(content))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert cells and all(cell.data_type in "snd" for cell in cells)
    assert not [cell for cell in cells if cell.hyperlink]
    texts = [str(cell.value) for cell in cells if cell.data_type == "s"]
    assert not [text for text in texts if text.lstrip().startswith(FORMULA)]


@TEXTS
def test_a_spreadsheet_runs_nothing(text: str) -> None:
    check_spreadsheet(xlsx.render(hostile_report(text)))
    content = reports.render(hostile_report(text), "csv")
    assert not [cell for cell in cells_of_csv(content) if cell.lstrip().startswith(FORMULA)]
    assert len({len(row) for row in csv.reader(io.StringIO(content))}) == 1


@TEXTS
def test_a_terminal_is_not_steered_and_every_line_is_one(text: str) -> None:
    shown = reports.render(hostile_report(text), "text")
    assert not steers(shown)
    assert abs(shown.count("\n") - reports.render(hostile_report("甲"), "text").count("\n")) <= 40


@TEXTS
def test_a_feed_holds_the_text_as_text(text: str) -> None:
    feed = etree.fromstring(reports.render(hostile_report(text), "atom").encode())
    tags = {str(element.tag).rpartition("}")[2] for element in feed.iter()}
    assert tags <= {
        *("feed", "id", "title", "subtitle", "updated", "author", "name", "entry", "published"),
        *("link", "category", "content"),
    }
    assert all(element.get("type") == "text" for element in feed.iter("{*}content"))


@TEXTS
def test_markdown_becomes_no_markup(text: str) -> None:
    html = MARKDOWN.render(reports.render(hostile_report(text), "markdown"))
    plain = MARKDOWN.render(reports.render(hostile_report("甲"), "markdown"))
    found, expected = (tags_of(page) for page in (html, plain))
    assert found <= expected | {"p", "li", "ul", "del", "strong", "em"}, found - expected


def tags_of(html: str) -> set[str]:
    return {tag.name for tag in BeautifulSoup(html, "lxml").find_all()}


@TEXTS
def test_html_has_the_elements_that_it_has_for_plain_text(text: str) -> None:
    found, expected = (
        BeautifulSoup(reports.render(hostile_report(one), "html"), "lxml") for one in (text, "甲")
    )
    assert {tag.name for tag in found.find_all()} - {"span", "wbr", "ins", "del"} <= {
        tag.name for tag in expected.find_all()
    }
    attributes = {name for tag in found.find_all() for name in tag.attrs}
    assert (
        not {name for name in attributes if name.startswith("on")} | {"style", "src", "srcdoc"} & attributes
    )
    assert len(found.find_all("article")) == len(expected.find_all("article"))


@TEXTS
def test_json_gives_the_text_back_and_obeys_nothing(text: str) -> None:
    shown = reports.render(hostile_report(text), "json")
    assert not steers(shown)
    assert text in {finding["title"] for finding in findings_in(json.loads(shown))}


def findings_in(document: object) -> Iterator[dict[str, object]]:
    if isinstance(document, dict):
        if "because" in document and "title" in document and "kind" in document:
            yield document
        for value in document.values():
            yield from findings_in(value)
    elif isinstance(document, list):
        for value in document:
            yield from findings_in(value)


@TEXTS
@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_message_has_a_title_of_one_line_and_no_steering_character(text: str, language: str) -> None:
    found = [item.finding for section in hostile_report(text).sections for item in section.items]
    written = list(messages.compose(found, language, 4_000))  # type: ignore[arg-type]
    assert written
    for one in written:
        assert "\n" not in one.title and "\r" not in one.title and clean(one.title) == one.title
        assert not steers(one.body)
        assert len(one.body) <= 4_000


@TEXTS
def test_a_difference_on_a_terminal_stays_on_its_line(text: str) -> None:
    files = (Attachment(text, text),)
    after = edited(title=text, text=f"{NOTICE.text}\n{text}", document_number=text, attachments=files)
    assert not steers("\n".join(lines(differences(NOTICE, after))))
    assert not steers("\n".join(lines(differences(after, NOTICE))))
    assert all("\n" not in line for line in lines(differences(NOTICE, after)))


@TEXTS
def test_a_sheet_runs_nothing_and_comes_back(text: str) -> None:
    after = edited(title=text, text=text)
    pair = (source(url=text, title=text), span(NOTICE, after))
    sheet = made(pair, judgements={"R5-51-67": Judgement(note=clean(text).strip() or "x")})
    content = sheet_files.render(sheet, "csv")
    assert isinstance(content, str) and not steers(content)
    assert not [cell for cell in cells_of_csv(content) if cell.lstrip().startswith(FORMULA)]
    packed = sheet_files.render(sheet, "xlsx")
    assert isinstance(packed, bytes)
    check_spreadsheet(packed)
    assert len(read(content.encode())) == len(read(packed)) == 1
    assert not steers(str(sheet_files.render(sheet, "json")))


@URLS
@pytest.mark.parametrize("form", ["html", "markdown", "atom"])
def test_no_address_leads_to_where_something_runs(url: str, form: str) -> None:
    shown = reports.render(hostile_report("甲", url), form)
    page = MARKDOWN.render(shown) if form == "markdown" else shown
    soup = BeautifulSoup(page, "xml" if form == "atom" else "lxml")
    leads = [str(tag.get("href")) for tag in soup.find_all(href=True)]
    assert not [one for one in leads if clean(one).strip().lower().startswith(BAD_SCHEMES)]
    assert all(one.lower().startswith(("http://", "https://", "#", "urn:")) for one in leads)


@URLS
@pytest.mark.parametrize("form", ["text", "csv", "json"])
def test_no_address_steers_what_shows_it(url: str, form: str) -> None:
    assert not steers(reports.render(hostile_report("甲", url), form))


def hostile_footnote(text: str) -> Footnote:
    return Footnote(
        footnote=1,
        what=text,
        printed=text,
        status="repaired",
        state=State.MOVED,
        followed=text,
        works=text,
        last_seen=NOW,
        title=text,
        document_number=text,
        issuer=text,
        archived=text,
        note=text,
    )


@TEXTS
@pytest.mark.parametrize("form", ["markdown", "csv", "bibtex"])
def test_a_footnote_breaks_out_of_none_of_its_forms(text: str, form: str) -> None:
    shown = footnotes.render((hostile_footnote(text),), form, dossier="d", title="t")
    assert not steers(shown)
    if form == "csv":
        assert not [cell for cell in cells_of_csv(shown) if cell.lstrip().startswith(FORMULA)]
    if form == "markdown":
        plain = footnotes.render((hostile_footnote("甲"),), form, dossier="d", title="t")
        assert tags_of(MARKDOWN.render(shown)) <= tags_of(MARKDOWN.render(plain)) | {"a", "em"}
    if form == "bibtex":
        assert shown.count("{") == shown.count("}")

"""The HTML report: one page to forward, which runs nothing and loads nothing."""

import re
from html import unescape
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from bs4 import BeautifulSoup, Tag
from hypothesis import given
from hypothesis import strategies as st
from reports_sample import hostile_report, one_pass, report, view

import reports
from reports.clean import clean
from reports.html import address, tongue
from tests.hostile_texts import HOSTILE

ANY_TEXT = st.text(st.characters(codec=None))
HAN = re.compile("[\u4e00-\u9fff]")
VOID = {"meta", "wbr", "br", "hr", "img", "link", "input"}


def page(source: str | None = None) -> BeautifulSoup:
    return BeautifulSoup(source or reports.render(report(), "html"), "lxml")


def test_the_verdict_is_the_heading_and_every_level_follows_the_one_above() -> None:
    soup = page()
    levels = [int(tag.name[1]) for tag in soup.find_all(re.compile(r"^h[1-6]$"))]
    assert [one.get_text() for one in soup.find_all("h1")] == [report().verdict]
    assert levels[0] == 1
    assert all(deeper - level <= 1 for level, deeper in pairwise(levels))


def test_every_table_has_a_caption_and_every_head_its_scope() -> None:
    tables = page().find_all("table")
    assert len(tables) == 6, "four of its own, two that say what a chart shows"
    for table in tables:
        assert table.find("caption").get_text(strip=True)  # type: ignore[union-attr]
        assert {th["scope"] for th in table.select("thead th")} == {"col"}
        assert all(row.find("th")["scope"] == "row" for row in table.select("tbody tr"))  # type: ignore[index]


def test_every_row_has_as_many_cells_as_the_head_and_names_them_for_phones() -> None:
    for table in page().find_all("table"):
        head = len(table.select("thead th"))
        for row in table.select("tbody tr"):
            cells = row.find_all(["th", "td"], recursive=False)
            assert len(cells) == head
            assert all(cell["data-label"] for cell in cells)


def test_the_page_is_english_and_all_chinese_on_it_is_marked() -> None:
    soup = page()
    assert soup.html and soup.html["lang"] == "en"
    for text in soup.find_all(string=HAN):
        assert text.find_parent(attrs={"lang": "zh-Hans"}), text


def test_nothing_is_loaded_and_nothing_runs() -> None:
    soup = page()
    assert not soup.find_all(["script", "img", "link", "iframe", "object", "embed", "form", "base"])
    assert not [tag for tag in soup.find_all() if any(name.startswith("on") for name in tag.attrs)]
    assert not [tag for tag in soup.find_all() if {"src", "srcset", "style", "action"} & set(tag.attrs)]
    style = soup.find("style")
    assert style and not re.search(r"url\(|@import|expression", style.get_text())
    policy = soup.find("meta", attrs={"http-equiv": "Content-Security-Policy"})
    assert policy and "default-src 'none'" in str(policy["content"])


def test_links_lead_to_the_pages_found_and_tell_them_nothing() -> None:
    links = page().find_all("a")
    assert links
    assert all(re.match(r"https?://", str(link["href"])) and "noreferrer" in link["rel"] for link in links)


def test_ids_are_used_once() -> None:
    two = page(reports.render(report(view(findings=()), view()), "html"))
    ids = [tag["id"] for tag in two.find_all(id=True)]
    assert len(ids) == len(set(ids))
    assert all(two.find(id=tag["aria-labelledby"]) for tag in two.find_all(attrs={"aria-labelledby": True}))


def test_elements_are_closed_in_the_order_they_were_opened() -> None:
    class Balance(HTMLParser):
        open: list[str] = []  # noqa: RUF012

        def handle_starttag(self, tag: str, attrs: object) -> None:
            if tag not in VOID:
                self.open.append(tag)

        def handle_endtag(self, tag: str) -> None:
            assert self.open.pop() == tag

    parser = Balance()
    parser.feed(reports.render(report(), "html"))
    assert parser.open == []


def test_a_new_zone_is_shown_with_both_dates_and_its_reasons() -> None:
    card = page().find(id="F1")
    assert isinstance(card, Tag)
    facts = {row.dt.get_text(): row.dd.get_text(" ", strip=True) for row in card.select("dl > div")}  # type: ignore[union-attr]
    assert facts["Signed"] == "2020-09-03"
    assert facts["Published"] == "2020-09-04, 1 day after signing"
    assert facts["Province"] == "广东省"
    assert facts["Evidence"] == "V10"
    assert len(card.select("li")) == 3


def test_an_edit_marks_what_went_and_what_came() -> None:
    card = page().find(id="F5")
    assert isinstance(card, Tag)
    assert [one.get_text() for one in card.find_all("del")] == ["成渝", "实施"]
    assert [one.get_text() for one in card.find_all("ins")] == ["西部", "领导", "306-32-2020-220"]


def test_a_state_is_told_in_words() -> None:
    states = [one.get_text() for one in page().select("table .state")]
    assert states[:12].count("works") == 8
    assert {"dead", "cannot be seen", "unresolved", "works at a new address", "off"} <= set(states)


def test_the_goal_is_told_in_words_and_drawn_in_steps() -> None:
    soup = page()
    steps = soup.select(".steps i")
    assert (len(steps), len(soup.select(".steps .known")), len(soup.select(".steps .found"))) == (20, 11, 3)
    assert "11 + 3 = 14 zones of about 20 by 2023" in soup.get_text()


def test_silence_is_shown_with_its_proof() -> None:
    quiet = page(reports.render(report(view(findings=()), passes=(one_pass(good=15),)), "html"))
    assert quiet.select_one(".quiet")
    assert "15 of 15 sources looked at in 180 visits" in quiet.get_text()
    assert not quiet.select(".finding")


@pytest.mark.parametrize("text", [text for text in HOSTILE if text.strip()])
def test_hostile_text_is_shown_as_text(text: str) -> None:
    hostile, harmless = (page(reports.render(hostile_report(one), "html")) for one in (text, "plain text"))
    names = [
        [tag.name for tag in soup.find_all() if tag.name not in ("wbr", "span")]
        for soup in (hostile, harmless)
    ]
    assert names[0] == names[1]
    assert not [tag for tag in hostile.find_all() if any(name.startswith("on") for name in tag.attrs)]


@given(ANY_TEXT)
def test_marking_chinese_neither_loses_nor_runs_anything(text: str) -> None:
    marked = tongue(text)
    assert unescape(re.sub("<[^>]*>", "", marked)) == clean(text)
    assert set(re.findall(r"<[^>]*>", marked)) <= {'<span lang="zh-Hans">', "</span>", "<wbr>"}


def test_a_chinese_run_keeps_its_punctuation_and_the_digits_within() -> None:
    assert tongue("see 国科函规〔2020〕171号 & more") == (
        'see <span lang="zh-Hans">国科函规〔2020〕171号</span> &amp; more'
    )


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", " https://a.example", "//a.example", ""]
)
def test_only_web_addresses_become_links(url: str) -> None:
    assert "<a" not in address(url)


def test_an_address_may_break_only_where_its_parts_end() -> None:
    assert "https://<wbr>" not in address("https://a.example/b_c")
    assert re.sub("<.*?>", "", address("https://a.example/b_c?d=1&e")) == "https://a.example/b_c?d=1&amp;e"

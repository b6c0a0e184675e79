"""Arbitrary bytes never raise and never run away: 2 s and 300 MB for any page up to 10 MiB.

The time of a test is bounded at 5 s here, since machines that run tests are busy; what is guarded
against took from ten seconds to for ever.
"""

import random
import resource
import subprocess
import sys
import time
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scraper.model import Notice, Unreadable
from scraper.readers import READERS, read, read_body

MAX_BYTES = 10 << 20
URL = "https://www.most.gov.cn/xxgk/t20200102_1.html"
HEAD = (
    "<html><head><title>关于公布名单的通知</title></head><body><h1>关于公布名单的通知</h1>"
    "<div>发布时间：2020-01-02 来源：科技部</div>"
)
OPEN = HEAD + "<div class='TRS_Editor'>"

HOSTILE: dict[str, Callable[[], str]] = {
    "nested tags": lambda: OPEN + "<div>" * 100_000 + "正文",
    "one tag with 100 000 attributes": lambda: (
        OPEN + "<p " + " ".join(f'a{n}="1"' for n in range(100_000)) + ">正文"
    ),
    "attributes in every tag": lambda: OPEN + ("<p " + " ".join(f"a{n}" for n in range(250)) + ">") * 9_000,
    "a text of 10 MB": lambda: OPEN + "<p>" + "字" * 3_400_000,
    "nothing but paragraphs": lambda: "<p>x" * 2_600_000,
    "nothing but angles": lambda: "<" * MAX_BYTES,
    "nothing but ampersands": lambda: OPEN + "&" * MAX_BYTES,
    "tags that end nothing": lambda: "</x>" * 2_600_000,
    "quotes that never close": lambda: '<a b="' * 1_700_000,
    "comments that never close": lambda: "<!--" * 2_600_000,
    "scripts that never close": lambda: "<script>" * 1_300_000,
    "blanks before a declaration": lambda: " " * (MAX_BYTES - 10) + "<?xml",
    "blanks in an end tag": lambda: "</html" + " " * (MAX_BYTES - 10),
    "formatting to adopt": lambda: "<i><b><p></i>" * 700_000,
    "tables in tables": lambda: "<table><tr><td>" * 600_000,
    "a table of a million cells": lambda: (
        OPEN + "<table>" + "<tr><td>部</td><td>2020年1月2日</td></tr>" * 200_000
    ),
    "days alone": lambda: OPEN + "<p>2020年1月2日</p>" * 300_000,
    "years alone": lambda: OPEN + "2020年" * 1_500_000,
    "half numbers": lambda: OPEN + "国科发〔2020〕" * 500_000,
    "labels": lambda: (
        "<div class='xxgk_detail_head'>" + "<td>发布日期：</td>" * 400_000 + "</div><p id=Zoom>文"
    ),
    "a label without an end": lambda: (
        "<div class='xxgk_detail_head'>" + "科 " * 2_000_000 + "</div><p id=Zoom>文"
    ),
    "many bodies": lambda: HEAD + "<div class='TRS_Editor'>正文</div>" * 250_000,
    "many links": lambda: HEAD + "<p class='TRS_Editor'>正文</p>" + "<a href='x.doc'>附件</a>" * 300_000,
    "deep links": lambda: (
        HEAD + "<p class='TRS_Editor'>正文</p>" + "<div>" * 1_500 + "<a href='x.doc'>附</a>" * 300_000
    ),
    "a list without an end": lambda: "<li><a href='a'>标题标题标题</a><span>2020-01-02</span></li>" * 140_000,
    "a title of markup": lambda: (
        "<meta name=ArticleTitle content='" + "&lt;p&gt;" * 1_000_000 + "'><p class=TRS_Editor>x"
    ),
    "brackets of JSON": lambda: "[" * MAX_BYTES,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_page_is_read_in_time(name: str) -> None:
    content = HOSTILE[name]().encode()[:MAX_BYTES]
    started = time.process_time()
    _, reading = read_body(content, None, URL)
    assert time.process_time() - started < 5
    assert reading is not None


@pytest.mark.parametrize("charset", [None, "utf-8", "gb2312", "big5", "utf-16", "iso-2022-jp", "nonsense"])
def test_ten_megabytes_of_noise_are_read_in_time(charset: str | None) -> None:
    noise = random.Random(1).randbytes(MAX_BYTES)
    started = time.process_time()
    decoded, _ = read_body(noise, f"text/html; charset={charset}" if charset else None, URL)
    assert time.process_time() - started < 5
    assert decoded.replaced > 0


def test_the_memory_of_a_page_is_bounded() -> None:
    program = (
        "import resource, sys\n"
        "from scraper.readers import read_body\n"
        "read_body(b'<p>x', None, None)\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "for page in (b'<p>x' * 2_600_000, b'<p a b c d>x</p>' * 650_000, b'<a>x</a>' * 900_000):\n"
        "    read_body(b'<h1>x</h1><div class=TRS_Editor>' + page, None, None)\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)\n"
    )
    answer = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )
    unit = 1 if sys.platform == "darwin" else 1024
    assert int(answer.stdout) * unit < 300 << 20
    assert resource.getpagesize() > 0


def test_what_is_lost_of_a_hostile_page_is_said() -> None:
    reading = read(OPEN + "<p>正文</p>" + "<div>" * 100_000 + "后", URL)
    assert isinstance(reading, Notice)
    assert any("not read behind" in warning for warning in reading.warnings)
    nested = read("<div>" * 100_000 + OPEN, URL)
    assert isinstance(nested, Unreadable)
    assert "Excessive depth" in nested.because


def test_nuls_and_surrogates_leave_the_notice_whole() -> None:
    reading = read(OPEN + "<p>正\0文</p><p>\ud83d后</p>", URL)
    assert isinstance(reading, Notice)
    assert reading.text == "正\ufffd文\n\ufffd后"
    assert reading.title == "关于公布名单的通知"


PIECES = st.sampled_from(
    [
        *(
            "<",
            ">",
            "</",
            "<div class='TRS_Editor'>",
            "<div id=Zoom>",
            "<div id=Title>",
            "<h1>",
            "</html>",
            "<td>",
        ),
        *("<table class=bd1>", "发布日期：", "2020-01-02", "二〇二〇年一月二日", "<!--", "-->", "<script>"),
        *("</script>", "\0", "\ud800", "<meta name='PubDate' content='", "'>", "<ul id='data_list'>", "："),
        *("<li><a href='a'>", "国科发〔2020〕1号", "附件\n", "<div class='xxgk_detail_head'>", "[", "{", '"'),
        *("&#0;", "&#x110000;", "<title>404", "\u200b", "<a href='http://[x/a.doc'>"),
    ]
)
PAGES = st.lists(PIECES, max_size=40).map("".join) | st.text(max_size=200)


@given(
    PAGES,
    st.none() | st.sampled_from([URL, "", "http://[", "x", "//a/b", "\0"]),
    st.sampled_from([None, *READERS]),
)
@settings(max_examples=300)
def test_any_text_has_a_reading_and_always_the_same(text: str, url: str | None, reader: str | None) -> None:
    assert read(text, url, reader=reader) == read(text, url, reader=reader)


@given(st.binary(max_size=600), st.none() | st.text(max_size=30), st.sampled_from([None, URL]))
def test_any_bytes_have_a_reading(content: bytes, content_type: str | None, url: str | None) -> None:
    assert read_body(content, content_type, url) == read_body(content, content_type, url)


@given(st.binary(min_size=1, max_size=40), st.integers(0, 400))
def test_damage_inside_a_notice_never_raises(damage: bytes, place: int) -> None:
    page = (OPEN + "<p>科技部</p><p>2020年1月2日</p></div>").encode()
    _, reading = read_body(page[:place] + damage + page[place:], "text/html; charset=gbk", URL)
    assert reading is not None

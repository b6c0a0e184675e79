"""Notifications as text: what, which, when, why, where, in two languages; harmless and never too long."""

import unicodedata
from datetime import date
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor import drafts
from monitor.messages import Text
from monitor.model import Finding, FindingKind, Place, Severity
from reports import chinese
from reports.chinese import reason
from reports.messages import AT_MOST, SIGNATURE, SMALLEST, TITLE, clipped, compose
from reports.words import HEADINGS
from tests.reports_sample import GUANGZHOU, SUZHOU, WUHAN, finding, letter

ROOM = 30_000
LANGUAGES: tuple[Literal["en", "zh"], ...] = ("en", "zh")


def zones() -> list[Finding]:
    return [
        letter(1, GUANGZHOU, date(2020, 9, 3), date(2020, 9, 4), "国科函规〔2020〕171号"),
        letter(2, WUHAN, date(2020, 9, 3), date(2020, 9, 4), "国科函规〔2020〕172号"),
    ]


def only(findings: list[Finding], language: Literal["en", "zh"] = "en", limit: int = ROOM) -> Text:
    (text,) = compose(findings, language, limit)
    return text


def test_an_english_message_says_what_which_since_when_where_and_why() -> None:
    text = only(zones()[:1])
    assert text.title == "zonewatch: One new zone was announced: Guangzhou (2020-09-04)"
    assert text.findings == (1,)
    lines = text.body.splitlines()
    assert lines[0] == "■ New zones"
    assert lines[2:6] == [
        "F1  Guangzhou 广州",
        "科技部关于支持广州市建设国家新一代人工智能创新发展试验区的函",
        "signed 2020-09-03, published 2020-09-04, 1 day after signing, document 国科函规〔2020〕171号",
        zones()[0].draft.url,
    ]
    assert lines[6:] == [f"- {reason}" for reason in zones()[0].draft.because]


def test_a_chinese_message_says_the_same_in_chinese() -> None:
    text = only(zones()[:1], "zh")
    assert text.title == "zonewatch：新试验区 1（广州）"
    lines = text.body.splitlines()
    assert lines[0] == "■ 新试验区"
    assert lines[2:6] == [
        "F1  广州（广东省）",
        "科技部关于支持广州市建设国家新一代人工智能创新发展试验区的函",
        "成文 2020-09-03，发布 2020-09-04，文号 国科函规〔2020〕171号",
        zones()[0].draft.url,
    ]


def test_a_municipality_is_not_named_twice() -> None:
    beijing = finding(1, FindingKind.NEW_ZONE, zone=Place("北京", "Beijing", "北京市"))
    assert "F1  北京\n" in only([beijing], "zh").body


def test_the_heaviest_kinds_come_first_under_the_headings_of_the_reports() -> None:
    kinds = (FindingKind.LINK_RECOVERED, FindingKind.MOVED, FindingKind.NEW_ZONE, FindingKind.MOVED)
    text = only([finding(number, kind) for number, kind in enumerate(kinds, 1)])
    heads = [line[2:] for line in text.body.splitlines() if line.startswith("■ ")]
    assert heads == ["New zones", "Pages moved", "Links recovered"]
    assert text.findings == (3, 2, 4, 1)


@pytest.mark.parametrize("kind", FindingKind)
def test_every_kind_has_its_name_in_both_languages(kind: FindingKind) -> None:
    assert HEADINGS[kind] in only([finding(1, kind)]).body
    assert chinese.KINDS[kind] in only([finding(1, kind)], "zh").title
    assert len(set(chinese.KINDS.values())) == len(FindingKind)


def test_every_severity_has_a_chinese_name() -> None:
    assert set(chinese.SEVERITIES) == set(Severity)


def test_no_findings_make_no_message() -> None:
    assert [*compose([], "en", ROOM)] == []


def test_what_is_too_much_for_one_message_goes_into_several_numbered_ones() -> None:
    many = [finding(number, title=f"科技部的第{number}份文件") for number in range(1, 41)]
    texts = [*compose(many, "en", 2048)]
    assert len(texts) == 3
    assert [number for text in texts for number in text.findings] == [*range(1, 41)]
    assert all(text.title.endswith(f"({place}/{len(texts)})") for place, text in enumerate(texts, 1))
    for text in texts:
        assert len((text.title + text.body).encode()) + SIGNATURE <= 2048
        assert all(f"第{number}份" in text.body for number in text.findings)


def test_a_long_list_of_reasons_is_cut_and_says_so() -> None:
    text = only([finding(1, because=tuple(f"reason {place}" for place in range(20)))])
    assert [line for line in text.body.splitlines() if line.startswith("- ")][-1] == "- and 15 reasons more"
    exact = only([finding(1, because=tuple(f"reason {place}" for place in range(AT_MOST)))])
    assert f"- reason {AT_MOST - 1}" in exact.body


@given(
    titles=st.lists(st.text(max_size=400), min_size=1, max_size=6),
    limit=st.integers(0, 3000),
    language=st.sampled_from(LANGUAGES),
)
def test_whatever_a_page_holds_a_message_fits_its_channel_and_steers_nothing(
    titles: list[str], limit: int, language: Literal["en", "zh"]
) -> None:
    findings = [
        finding(number, title=title, url=f"https://x/{title}", because=(title, title), zone=SUZHOU)
        for number, title in enumerate(titles, 1)
    ]
    texts = [*compose(findings, language, limit)]
    assert sorted(number for text in texts for number in text.findings) == [*range(1, len(titles) + 1)]
    for text in texts:
        assert len(text.title.encode()) <= TITLE and len(text.title.splitlines()) == 1
        assert len(text.body.encode()) <= max(limit - TITLE - SIGNATURE, SMALLEST)
        steering = {unicodedata.category(one) for one in text.title + text.body.replace("\n", "")}
        assert not steering & {"Cc", "Cf", "Cs"}


@given(st.text(), st.integers(3, 50))
def test_clipping_keeps_to_the_bytes_and_breaks_no_character(text: str, size: int) -> None:
    cut = clipped(text.encode(errors="ignore").decode(), size)
    assert len(cut.encode()) <= size
    assert cut == text or cut.endswith("…") or not text.isprintable()


def test_a_title_from_a_page_cannot_break_into_the_next_line() -> None:
    text = only([finding(1, title="a\r\nBcc: everybody@example.org\n\n■ New zones")])
    assert text.body.splitlines()[2] == "F1  a  Bcc: everybody@example.org  ■ New zones"


REASONS = [
    ("the title is in the frame", "标题合乎格式"),
    ("广州 is not in the baseline of 11", "广州不在已知的11个之中"),
    ("the text holds 试验区, the title is not in the frame", "正文含“试验区”，标题不合格式"),
    (
        "gone: 3 checks that counted, 2026-01-01 00:00Z to 2026-01-04 00:00Z; "
        "dead at 3 checks, 20 h apart, over 68 h",
        "gone：2026-01-01 00:00Z至2026-01-04 00:00Z已记3次；相隔20 h、历时68 h、3次检查不见即判失效",
    ),
    (
        "wall (waf): not seen since 2026-01-01 00:00Z; told after 168 h, never dead by itself",
        "wall（waf）：自2026-01-01 00:00Z起看不到；不因此判为失效",
    ),
    ("something that nobody foresaw", "something that nobody foresaw"),
    ("", ""),
    (" is not in the baseline of 11", " is not in the baseline of 11"),
    ("广州 is not in the baseline of ", "广州 is not in the baseline of "),
]


@pytest.mark.parametrize(("english", "told"), REASONS)
def test_reasons_are_told_in_chinese_or_else_as_they_are(english: str, told: str) -> None:
    assert reason(english) == told


def test_every_form_of_the_book_is_reached_by_the_sentence_that_it_is_made_of() -> None:
    for english, _ in chinese._FORMS:
        sentence = chinese._NAME.sub(r"<\1>", english)
        assert reason(sentence) != sentence


@given(st.text())
def test_any_text_is_a_reason(text: str) -> None:
    assert bool(reason(text)) is bool(text)


def test_a_reason_made_to_be_slow_is_not() -> None:
    trap = "x has not been seen for 1 days, since " * 20_000
    assert reason(trap) == trap


def test_the_kinds_of_drafts_and_of_messages_are_the_same() -> None:
    assert set(drafts.SEVERITY) <= set(chinese.KINDS) == set(HEADINGS)

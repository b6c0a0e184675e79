"""Where a text holds what was looked for, and what of it is shown."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.search_words import terms
from monitor.searching import EXCERPT, TITLE, Mark, excerpt, holds, marked, spans


def told(marks: tuple[Mark, ...]) -> str:
    return "".join(f"[{one.text}]" if one.hit else one.text for one in marks)


@pytest.mark.parametrize(
    ("text", "wish", "expected"),
    [
        ("支持德清县建设", "德清", "支持[德清]县建设"),
        ("支持德 清县建设", "德清", "支持[德 清]县建设"),
        ("Ａｉ与AI", "ai", "[Ａｉ]与[AI]"),
        ("国科函规〔２０２０〕171号", "〔2020〕", "国科函规[〔２０２０〕]171号"),
        ("德清德清", "德清", "[德清德清]"),
        ("人工智能", "工智 智能", "人[工智能]"),
        ("支持", "德清", "支持"),
        ("", "德清", ""),
    ],
)
def test_hits_are_marked_as_they_are_printed(text: str, wish: str, expected: str) -> None:
    assert told(marked(text, terms(wish))) == expected


def test_a_long_title_is_cut_and_says_so() -> None:
    shown = told(marked("字" * (TITLE + 5), ()))
    assert shown == "字" * TITLE + "…"


def test_an_excerpt_shows_the_first_hit_with_what_stands_around_it() -> None:
    text = "甲" * 500 + "德清" + "乙" * 500
    shown = excerpt(text, ("德清",))
    assert told(shown).startswith("…甲") and "[德清]乙" in told(shown) and told(shown).endswith("乙…")
    assert sum(len(one.text) for one in shown) <= EXCERPT + 2


def test_an_excerpt_without_a_hit_is_the_beginning() -> None:
    assert told(excerpt("短文", ("德清",))) == "短文"


def test_every_term_must_be_held_in_title_or_text() -> None:
    assert holds(("德清", "试验区"), "德清县的函", "支持建设试验区")
    assert not holds(("德清", "嘉兴"), "德清县的函", "支持建设试验区")
    assert not holds(("清支",), "德清", "支持"), "a title does not run on into its text"


@given(st.text(max_size=200), st.lists(st.text(min_size=1, max_size=4), max_size=3).map(tuple))
def test_marks_make_up_the_text_and_hits_hold_terms(text: str, wanted: tuple[str, ...]) -> None:
    found = spans(text, wanted)
    assert "".join(one.text for one in marked(text, wanted)) == text
    assert all(0 <= start < end <= len(text) for start, end in found)
    assert [start for start, _ in found] == sorted(start for start, _ in found)
    assert all(one[1] < other[0] for one, other in pairwise(found))

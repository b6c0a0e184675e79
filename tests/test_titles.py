"""One form of a text: fast where a page has nothing to simplify, the same where it has."""

from importlib.resources import files

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from opencc import OpenCC

from monitor.titles import normalise

UNHURRIED = settings(deadline=None)
DICTIONARIES = ("TSPhrases.txt", "TSCharacters.txt")


@pytest.mark.parametrize("name", DICTIONARIES)
def test_every_word_that_opencc_changes_is_simplified(name: str) -> None:
    rows = (files("opencc") / "dictionary" / name).read_text(encoding="utf-8").splitlines()
    words = [
        word for word, _, simple in (row.partition("\t") for row in rows) if simple.split(" ")[0] != word
    ]
    simplifier = OpenCC("t2s")
    kept = [word for word in words if normalise(word) == word != simplifier.convert(word)]
    assert words
    assert kept == []


@UNHURRIED
@given(st.text(st.characters(codec="utf-8") | st.sampled_from("沈阳乾縣市瞭解覆盖 〔【—“⋯\u200b\u3000")))
def test_one_form_is_reached_at_once(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once
    assert OpenCC("t2s").convert(once) == once


@UNHURRIED
@given(st.text("关于支持沈阳市建设國家新一代〔〕 ，。", min_size=1, max_size=20))
def test_a_long_text_has_the_form_of_its_parts(text: str) -> None:
    assert normalise(text + "。" + "通知" * 200) == normalise(text + "。") + "通知" * 200


@pytest.mark.parametrize("text", ["沈阳", "覆盖", "慰藉", "牴"])
def test_a_simplified_word_stays(text: str) -> None:
    assert normalise(text) == text

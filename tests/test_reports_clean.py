"""Foreign text in a line: nothing in it steers, nothing readable is lost."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.clean import clean
from reports.columns import padded, table
from tests.hostile_texts import HOSTILE

ANY_TEXT = st.text(st.characters(codec=None))


@given(ANY_TEXT)
def test_what_is_left_steers_nothing_and_fits_any_encoding(text: str) -> None:
    shown = clean(text)
    assert not {unicodedata.category(one) for one in shown} & {"Cc", "Cf", "Cs", "Zl", "Zp"}
    assert len(shown.splitlines()) <= 1
    assert shown.encode().decode() == shown


@given(ANY_TEXT)
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    assert clean(clean(text)) == clean(text)


@given(st.text(st.characters(categories=["L", "N", "P", "S", "Zs"])))
def test_letters_digits_punctuation_and_blanks_stay_as_they_are(text: str) -> None:
    assert clean(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("国科函规〔2020〕171号　“函”", "国科函规〔2020〕171号　“函”"),
        ("    indented", "    indented"),
        ("a\tb\nc\u2028d", "a b c d"),
        ("\x1b[31mred", "[31mred"),
        ("\u202egnp.exe", "gnp.exe"),
        ("德\u200b清\ufeff", "德清"),
        ("half \ud800", "half \ufffd"),
        ("\U0001f600\U000e0041", "\U0001f600"),
        ("\ufffe\ufdd0\U0010ffff.", "."),
    ],
)
def test_each_class_of_character_is_treated_as_written(text: str, shown: str) -> None:
    assert clean(text) == shown


def test_columns_line_up_although_chinese_is_two_columns_wide() -> None:
    lines = list(table(("zone", "no"), [("德清县", "1"), ("Beijing", "2")]))
    assert lines == ["zone     no", "───────  ──", "德清县   1", "Beijing  2"]


def test_a_cell_is_filled_by_columns_not_by_characters() -> None:
    assert padded("函", 4) == "函  "


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_cell_stays_one_line_of_a_table(text: str) -> None:
    assert len("\n".join(table(("a",), [(text,)])).splitlines()) == 3 - (not clean(text).strip())

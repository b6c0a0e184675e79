"""What texts are found by: Chinese without blanks, other scripts by their words, whatever was typed."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.search_words import LONGEST, MOST, Needle, clauses, index_words, normalised, terms

LETTER = "科技部关于支持湖州市德清县人民政府建设国家新一代人工智能创新发展试验区的函"


def found_by(text: str, term: str) -> bool:
    """What the database does: of every clause one needle is among the words."""
    kept = index_words(text)
    return all(any(fits(needle, kept) for needle in clause) for clause in clauses(term))


def fits(needle: Needle, kept: tuple[str, ...]) -> bool:
    return needle.word in kept or (needle.prefix and any(word.startswith(needle.word) for word in kept))


@pytest.mark.parametrize(
    "term",
    [
        "德清",
        "德清县",
        "清县",
        "湖州市德清县",
        "人工智能",
        "新一代人工智能",
        "创新发展",
        "试验区",
        "函",
        "科技部",
        "德",
    ],
)
def test_a_letter_is_found_by_its_words_and_by_parts_of_them(term: str) -> None:
    assert found_by(LETTER, term)


@pytest.mark.parametrize("term", ["嘉兴", "德阳", "清德", "农业", "ai"])
def test_a_letter_is_not_found_by_what_it_does_not_say(term: str) -> None:
    assert not found_by(LETTER, term)


def test_two_characters_of_two_words_side_by_side_are_no_word() -> None:
    assert "县人" not in index_words("德清县人民政府") and "德清" in index_words("德清县人民政府")


def test_characters_that_stand_alone_are_found_with_their_neighbours_and_by_themselves() -> None:
    assert {"区的", "的函", "函"} <= set(index_words(LETTER))


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("国科函规〔2020〕171号", "171"),
        ("国科函规〔2020〕171号", "国科函规〔2020〕171号"),
        ("国科函规〔２０２０〕１７１号", "2020"),
        ("The AI pilot zone", "PILOT"),
        ("The AI pilot zones", "zone"),
        ("合 肥\n建设", "合肥"),
        ("Ｗｕｈａｎ 武汉", "wuhan"),
        ("\u200b德\u200b清", "德清"),
        ("Ünïcode Straße", "strasse"),
    ],
)
def test_width_case_blanks_and_unseen_characters_do_not_matter(text: str, term: str) -> None:
    assert found_by(text, term)


def test_a_number_is_found_by_its_beginning_only() -> None:
    assert found_by("20200904", "2020") and not found_by("20200904", "0904")


def words_of(term: str) -> list[str]:
    return [needle.word for clause in clauses(term) for needle in clause]


@given(st.text(max_size=60), st.text(max_size=60))
def test_words_hold_nothing_that_an_index_would_split_or_run(before: str, after: str) -> None:
    for word in (*index_words(before + LETTER + after), *words_of(after)):
        assert word and not any(char.isspace() for char in word), ascii(word)
        assert all(char.isalnum() for char in word if char.isascii()), ascii(word)
        assert len(word) <= LONGEST


chinese = st.text(
    "科技部支持德清县人民政府建设新一代人工智能创新发展试验区的函来收悉", min_size=3, max_size=40
)


@given(chinese, st.data())
def test_three_characters_or_more_are_found_wherever_they_stand(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 3))
    end = data.draw(st.integers(start + 3, len(text)))
    assert found_by(text, text[start:end])


@given(st.text("科技部支持德清县人民政府建设ab1 ，。", min_size=1, max_size=30))
def test_every_text_is_found_by_itself(text: str) -> None:
    assert found_by(text, text)


def test_words_are_kept_once_and_never_too_many() -> None:
    many = " ".join(f"w{at}" for at in range(MOST + 500))
    assert len(index_words(f"德清 {many} 德清")) == MOST
    assert index_words("德清德清") == tuple(dict.fromkeys(index_words("德清德清")))


def test_a_very_long_word_is_found_by_its_beginning() -> None:
    assert index_words("x" * 5000) == ("x" * LONGEST,)
    assert clauses("x" * 5000) == ((Needle("x" * LONGEST, True),),)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("德清", ("德清",)),
        ("  德清　试验区 ", ("德清", "试验区")),
        ('"pilot zone" 德清', ("pilotzone", "德清")),
        ("“人工 智能”", ("人工智能",)),
        ("德清 德清", ("德清",)),
        ("AI", ("ai",)),
        ('""', ()),
        ('"', ()),
        ("", ()),
        ("\u200b", ()),
    ],
)
def test_terms_are_what_a_person_typed_between_blanks_or_quotes(
    typed: str, expected: tuple[str, ...]
) -> None:
    assert terms(typed) == expected


def test_signs_alone_have_no_words() -> None:
    assert clauses("——〔〕") == () and terms("——") == ("——",)


def test_breaks_within_chinese_are_none() -> None:
    assert normalised("人工\n　智能 AI zone") == "人工智能 ai zone"


def test_a_store_is_opened_without_the_dictionary_that_only_cutting_needs() -> None:
    code = "import sys, storage.store, reports.build, zonewatch.watching; sys.exit('rjieba' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0

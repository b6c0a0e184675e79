"""An edit shown within a text: by words, all of it, and nothing but it."""

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.inline import inline, words

texts = st.text(st.sampled_from("甲乙丙丁ab1"), max_size=30)
letters = st.text("科技部关于支持广州市建设人工智能创新发展试验区的函2019年1月。，", max_size=40)


def shown(before: str, after: str) -> str:
    marks = {"equal": "{}", "delete": "[-{}-]", "insert": "{{+{}+}}"}
    return "".join(marks[op].format(text) for op, text in inline(before, after))


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("", "", ""),
        ("甲乙", "甲乙", "甲乙"),
        ("", "新文", "{+新文+}"),
        ("旧文", "", "[-旧文-]"),
        ("支持西安建设", "支持济南建设", "支持[-西安-]{+济南+}建设"),
        ("创业创新", "农村创业", "[-创业创新-]{+农村创业+}"),
        ("2019年10月", "2020年11月", "[-2019年10-]{+2020年11+}月"),
        ("国科函规〔2020〕171号", "国科函规〔2020〕172号", "国科函规〔2020〕[-171-]{+172+}号"),
        ("探索新机制", "探索新体制", "探索[-新机制-]{+新体制+}"),
        ("君乐宝乳业集团有限公司", "君乐宝乳业集团股份有限公司", "君乐宝乳业集团{+股份+}有限公司"),
        ("浙江省德清县", "浙江省德清", "浙江省德清[-县-]"),
        ("item 2019", "item 2020", "item [-2019-]{+2020+}"),
    ],
)
def test_an_edit_is_shown_in_place(before: str, after: str, expected: str) -> None:
    assert shown(before, after) == expected


def test_short_islands_between_edits_are_not_shown_as_kept() -> None:
    before, after = "由科技部门会同财政部门负责解释", "由发展改革部门牵头负责解释"
    pieces = inline(before, after)
    assert all(len(text) > 1 for op, text in pieces if op == "equal" and text not in ("由",))


def pieces_of(before: str, after: str) -> tuple[str, str]:
    pieces = inline(before, after)
    kept = "".join(text for op, text in pieces if op != "insert")
    return kept, "".join(text for op, text in pieces if op != "delete")


@given(texts | letters, texts | letters)
def test_pieces_make_up_both_texts_and_alternate(before: str, after: str) -> None:
    assert pieces_of(before, after) == (before, after)
    ops = [op for op, _ in inline(before, after)]
    assert all(one != other for one, other in pairwise(ops))
    assert all(text for _, text in inline(before, after))


def test_texts_too_long_for_characters_are_compared_by_sentences() -> None:
    sentences = [f"第{at}条　本条规定了第{at}项内容。" for at in range(1000)]
    before = "".join(sentences)
    after = before.replace("第500项", "第五百项")
    start = time.process_time()
    assert pieces_of(before, after) == (before, after)
    assert [op for op, _ in inline(before, after)] == ["equal", "delete", "insert", "equal"]
    assert time.process_time() - start < 2


@given(st.text(st.characters(), max_size=80))
def test_words_make_up_the_text_again_whatever_it_holds(text: str) -> None:
    assert "".join(words(text)) == text
    assert all(words(text))


@pytest.mark.parametrize("broken", ["\ud800", "甲\udfff乙", "a\x00b", "\ud83d\ude00"])
def test_halves_of_characters_are_compared_too(broken: str) -> None:
    assert pieces_of(broken, broken[::-1]) == (broken, broken[::-1])


def test_a_number_is_never_cut_in_two() -> None:
    for before, after in (("1234", "1299"), ("x2020", "x2021"), ("abc12", "zbc12")):
        assert [op for op, _ in inline(before, after)] == ["delete", "insert"]


@pytest.mark.parametrize("text", ["。" * 300_000, "甲。" * 150_000, "甲" * 300_000, "甲乙 " * 100_000])
def test_a_text_of_a_megabyte_that_repeats_itself_is_compared_in_time(text: str) -> None:
    start = time.process_time()
    after = f"首{text[:1000]}丙{text[1000:]}尾"
    assert pieces_of(text, after) == (text, after)
    assert time.process_time() - start < 2

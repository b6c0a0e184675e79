"""Two snapshots side by side: what a person reads, and what the desk, the sheet and the terminal share."""

import random
import time
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given

from monitor.changes import compare
from monitor.paragraphs import paragraphs
from reports.differences import Differences, Row, differences
from reports.differences_text import lines
from scraper.model import Attachment, Entry, Listing, Notice, Reading, Refused, Unreadable
from tests.test_changes import FIRST, NOTICE, SECOND, THIRD, edited, notices

FOURTH = "三、科技部将会同有关部门对试验区建设给予指导，适时开展评估工作。"
LONG = edited(text="\n".join(f"第{at}条　各有关单位应当在第{at}季度报送材料。" for at in range(1, 41)))


def between(before: Notice, after: Notice) -> Differences:
    return differences(before, after)


def told(rows: tuple[Row, ...]) -> list[tuple[str, int | None, int | None]]:
    return [(row.kind, row.old, row.new) for row in rows]


def text_of(rows: tuple[Row, ...], side: str) -> list[str]:
    sides = [(row.kind, "".join(piece.text for piece in getattr(row, side))) for row in rows]
    return [text for _, text in sides if text]


def test_an_edited_paragraph_shows_both_sides_with_the_word_that_changed() -> None:
    found = between(NOTICE, edited(text=NOTICE.text.replace("新机制", "新体制")))
    assert told(found.rows) == [("same", 1, 1), ("edited", 2, 2), ("same", 3, 3)]
    row = found.rows[1]
    assert [piece.text for piece in row.left if piece.op == "delete"] == ["新机制"]
    assert [piece.text for piece in row.right if piece.op == "insert"] == ["新体制"]
    assert {piece.op for piece in row.left} == {"equal", "delete"}
    assert (row.before, row.after) == (SECOND, SECOND.replace("新机制", "新体制"))


def test_a_paragraph_that_moved_is_shown_where_it_was_and_where_it_is() -> None:
    found = between(NOTICE, edited(text=f"{THIRD}\n{FIRST}\n{SECOND}"))
    assert told(found.rows) == [("arrived", 3, 1), ("same", 1, 2), ("same", 2, 3), ("moved", 3, 1)]
    arrived, moved = found.rows[0], found.rows[3]
    assert (arrived.before, arrived.after) == (None, THIRD)
    assert (moved.before, moved.after) == (THIRD, None)
    assert found.weight.moved == 1 and found.weight.gone == found.weight.come == 0


def test_a_paragraph_that_moved_and_was_edited_is_both() -> None:
    changed = THIRD.replace("落实各项", "做好各项")
    found = between(NOTICE, edited(text=f"{changed}\n{FIRST}\n{SECOND}"))
    assert [row.kind for row in found.rows] == ["arrived", "same", "same", "moved"]
    assert [piece.text for piece in found.rows[0].pieces if piece.op != "equal"] == ["落实", "做好"]
    (change,) = compare(NOTICE, edited(text=f"{changed}\n{FIRST}\n{SECOND}"))
    assert (change.what, change.before, change.after) == ("paragraph 3, now 1", THIRD, changed)


def test_short_lines_alike_by_chance_have_not_moved() -> None:
    before = edited(text=f"附件：第1表\n{FIRST}\n{SECOND}")
    after = edited(text=f"{FIRST}\n{SECOND}\n附件：第9表")
    assert [row.kind for row in between(before, after).rows] == ["gone", "same", "same", "come"]


def test_every_paragraph_of_both_texts_is_shown_once_and_in_order() -> None:
    after = edited(text=f"{FOURTH}\n{THIRD}\n{FIRST}\n新增的一段文字，原文没有。")
    rows = between(NOTICE, after).rows
    assert text_of(rows, "left") == [FIRST, SECOND, THIRD]
    assert text_of(rows, "right") == [FOURTH, THIRD, FIRST, "新增的一段文字，原文没有。"]


@given(notices, notices)
def test_both_sides_hold_both_texts_whatever_they_are(before: Notice, after: Notice) -> None:
    rows = between(before, after).rows
    assert "".join(text_of(rows, "right")) == "".join(one.text for one in paragraphs(after.text))
    changed_left = [one for row in rows if row.kind != "same" for one in [row.before] if one]
    assert set(changed_left) <= {one.text for one in paragraphs(before.text)}


@given(notices, notices)
def test_what_is_shown_as_changed_is_what_a_finding_names(before: Notice, after: Notice) -> None:
    found, changes = between(before, after), compare(before, after)
    assert found.weight.nothing is (changes == ())
    assert [one.label for one in found.fields if one.changed] == [
        change.what for change in changes if change.kind.value in ("title", "field")
    ]
    texts = [(change.before, change.after) for change in changes if change.kind.value == "text"]
    rows = [row for row in found.rows if row.kind not in ("same", "arrived")]
    whole = [(row.before, after_of(row)) for row in rows]
    assert sorted(map(repr, whole)) == sorted(map(repr, texts))


def after_of(row: Row) -> str | None:
    return "".join(piece.text for piece in row.pieces if piece.op != "delete") or None


def test_header_fields_are_a_table_with_what_stayed_too() -> None:
    found = between(NOTICE, edited(document_number="国科函规〔2019〕186号", signed=None))
    assert [one.label for one in found.fields] == [
        "title", "document number", "published", "signed", "issuer", "addressee", "index number", "source",
    ]  # fmt: skip
    changed = {one.label: (one.before, one.after) for one in found.fields if one.changed}
    assert changed == {
        "document number": ("国科函规〔2019〕185号", "国科函规〔2019〕186号"),
        "signed": ("2019-10-17", None),
    }
    assert found.weight.fields == 2


def test_attachments_that_came_went_or_were_renamed_are_told() -> None:
    files = (
        Attachment("http://www.most.gov.cn/a/W020191018.doc", "附件2"),
        Attachment("http://b.cn/n.pdf", "新"),
    )
    found = between(NOTICE, edited(attachments=files))
    assert [(one.place, one.before, one.after) for one in found.files] == [
        ("./W020191018.doc", "附件1", "附件2"),
        ("b.cn/n.pdf", None, "新"),
    ]
    assert found.weight.files == 2


def test_far_from_a_change_paragraphs_are_counted_instead_of_shown() -> None:
    rows = between(LONG, replace(LONG, text=LONG.text.replace("第20季度", "第一季度"))).shortened(1)
    assert told(rows) == [
        ("gap", None, None), ("same", 19, 19), ("edited", 20, 20), ("same", 21, 21), ("gap", None, None),
    ]  # fmt: skip
    assert [row.hidden for row in rows] == [18, 0, 0, 0, 19]


def test_without_context_only_changes_are_shown() -> None:
    rows = between(LONG, replace(LONG, text=LONG.text.replace("第20季度", "第一季度"))).shortened(0)
    assert [row.kind for row in rows] == ["gap", "edited", "gap"]


def test_the_weight_says_how_much_changed() -> None:
    weight = between(NOTICE, edited(text=f"{NOTICE.text}\n{FOURTH}")).weight
    assert (weight.gone, weight.come, weight.longest, weight.moved) == (0, len(FOURTH), len(FOURTH), 0)
    whole = 2 * len(FIRST + SECOND + THIRD) + len(FOURTH)
    assert weight.share == pytest.approx(len(FOURTH) / whole)
    assert between(NOTICE, NOTICE).weight.nothing


def test_a_page_rewritten_from_end_to_end_changed_wholly() -> None:
    assert between(edited(text="甲乙丙丁"), edited(text="子丑寅卯")).weight.share == 1.0


ROWS = tuple(Entry(f"http://a.cn/{at}.html", f"通知{at}", date(2020, 1, at)) for at in range(1, 4))
LISTING = Listing("http://a.cn/", "most", "l", ROWS)


def test_a_list_shows_the_rows_that_came_and_went_and_not_their_order() -> None:
    new = Entry("http://a.cn/9.html", "关于支持广州的函", date(2020, 2, 1), "国科函规〔2020〕171号")
    after = replace(LISTING, entries=(new, replace(ROWS[2], title="通知三"), ROWS[0]))
    rows = differences(LISTING, after).rows
    assert told(rows) == [("come", None, 1), ("edited", 3, 2), ("same", 1, 3), ("gone", 2, None)]
    assert rows[0].after == "2020-02-01 关于支持广州的函 国科函规〔2020〕171号"
    assert differences(LISTING, replace(LISTING, entries=ROWS[::-1])).weight.nothing


@pytest.mark.parametrize("other", [LISTING, Refused("a wall"), Unreadable("no layout")])
def test_unlike_things_are_not_compared(other: Reading) -> None:
    with pytest.raises(ValueError, match="two documents or two lists"):
        differences(NOTICE, other)


def test_the_terminal_shows_marks_numbers_moves_and_a_weight() -> None:
    after = edited(title="新标题", text=f"{THIRD}\n{FIRST}\n{SECOND.replace('新机制', '新体制')}\n{FOURTH}")
    shown = list(lines(between(NOTICE, after)))
    assert shown[0].startswith("title: [-")
    assert shown[1:-1] == [
        f"> 3 1  (from 3) {THIRD}",
        f"  1 2  {FIRST}",
        f"~ 2 3  {SECOND.replace('新机制', '[-新机制-]{+新体制+}')}",
        f"< 3 1  (to 1) {THIRD}",
        f"+   4  {{+{FOURTH}+}}",
    ]
    assert shown[-1].endswith("of the text; 1 paragraph moved; 1 header field changed.")


def test_the_terminal_says_so_where_nothing_differs() -> None:
    spaced = edited(text=NOTICE.text.replace("\n", "\n\n\u3000"))
    assert list(lines(between(NOTICE, spaced))) == ["Nothing differs but blanks and line breaks."]


def test_no_control_character_of_a_page_reaches_the_terminal() -> None:
    shown = "\n".join(lines(between(NOTICE, edited(text="\x1b[31m红\x07\u202e字", title="\x9b2J题"))))
    assert not {"\x1b", "\x07", "\u202e", "\x9b"} & set(shown)


def megabytes() -> dict[str, tuple[str, str]]:
    dice = random.Random(5)
    articles = [f"第{at}条　申请单位应当于{at}日内提交第{at}号材料，逾期不予受理。" for at in range(11_000)]
    mended = [one.replace("逾期", "过期") if at % 9 == 0 else one for at, one in enumerate(articles)]
    mixed = articles[:]
    dice.shuffle(mixed)
    one_line = "".join(articles)
    return {
        "edited here and there": ("\n".join(articles), "\n".join(mended)),
        "shuffled": ("\n".join(articles), "\n".join(mixed)),
        "in one line": (one_line, "".join(mended)),
        "replaced": ("\n".join(articles), "\n".join(one[::-1] for one in articles)),
        "the same line over and over": (
            "\n".join(["同样的一行文字"] * 45_000),
            "\n".join(["同样的一行字"] * 45_000),
        ),
    }


@pytest.mark.parametrize("case", list(megabytes()))
def test_texts_of_a_megabyte_are_laid_side_by_side_in_time(case: str) -> None:
    before, after = megabytes()[case]
    assert len(before.encode()) > 900_000
    start = time.process_time()
    found = between(edited(text=before), edited(text=after))
    weight = found.weight
    assert time.process_time() - start < 4, "a second on a quiet machine, the last case 1.3 s"
    assert not weight.nothing

"""Edits told from noise, and shown so that a person can read them."""

import time
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.changes import FIELDS, compare, digest
from monitor.inline import inline
from monitor.model import Change, ChangeKind
from monitor.paragraphs import folded
from scraper.model import (
    Attachment,
    Candidate,
    Entry,
    FieldReading,
    Listing,
    Notice,
    Refused,
    Unreadable,
)
from scraper.readers import read_body

URL = "http://www.most.gov.cn/a/t20191018_149420.htm"
FIRST = "为深入贯彻落实国务院《新一代人工智能发展规划》，现支持合肥市建设试验区。"
SECOND = "一、试验区建设要围绕国家重大战略和合肥市经济社会发展需求，探索新机制。"
THIRD = "二、请加强组织领导，统筹各方面资源，落实各项政策举措。"
NOTICE = Notice(
    URL,
    "most",
    "most/gbk",
    "科技部关于支持合肥建设国家新一代人工智能创新发展试验区的函",
    date(2019, 10, 18),
    date(2019, 10, 17),
    "国科函规〔2019〕185号",
    "科技部",
    "安徽省人民政府",
    "306-07-2019-471",
    "科技部",
    f"{FIRST}\n{SECOND}\n{THIRD}",
    (Attachment("http://www.most.gov.cn/a/W020191018.doc", "附件1"),),
)

texts = st.text(st.sampled_from("甲乙丙丁戊 \n\u3000，。1a"), max_size=40)
words = st.text(st.sampled_from("甲乙丙丁ab1"), max_size=30)
notices = st.builds(
    Notice,
    st.just(URL),
    st.just("most"),
    st.just("l"),
    st.none() | texts,
    st.none() | st.dates(),
    st.none() | st.dates(),
    *(st.none() | texts for _ in range(5)),
    texts,
    st.lists(
        st.builds(Attachment, st.sampled_from(["http://www.most.gov.cn/a/1.doc", "http://b.cn/2"]), texts),
        max_size=3,
    ).map(tuple),
)


def edited(**values: object) -> Notice:
    return replace(NOTICE, **values)  # type: ignore[arg-type]


def shown(change: Change) -> str:
    marks = {"equal": "{}", "delete": "[-{}-]", "insert": "{{+{}+}}"}
    pieces = inline(change.before or "", change.after or "")
    return "".join(marks[op].format(text) for op, text in pieces)


@pytest.mark.parametrize(
    "noise",
    [
        edited(text=NOTICE.text.replace("合肥", "合 肥").replace("\n", "\n\n\u3000\u3000")),
        edited(text=NOTICE.text.replace("\n", "")),
        edited(text=NOTICE.text.replace("，", ",")),
        edited(text="\u200b" + NOTICE.text + "\ufeff\n"),
        edited(title=f" {NOTICE.title}\u00a0"),
        edited(document_number="国科函规〔２０１９〕１８５号"),
        edited(layout="most/disclosure-2021", reader="generic", warnings=("odd",), official=True),
        edited(fields=(FieldReading("title", "#Title", (Candidate("另", "meta"),)),)),
        edited(attachments=(Attachment("http://www.most.gov.cn:80/a/./W020191018.doc#x", "附件 1"),)),
        edited(
            url="https://www.most.gov.cn/b/t1.html",
            attachments=(Attachment("https://www.most.gov.cn/b/W020191018.doc", "附件1"),),
        ),
    ],
    ids=[
        "blanks",
        "line breaks",
        "full-width punctuation",
        "characters without width",
        "blanks in the title",
        "full-width digits",
        "another layout",
        "other candidates",
        "another spelling of an address",
        "a page that moved with its files",
    ],
)
def test_noise_raises_nothing(noise: Notice) -> None:
    assert compare(NOTICE, noise) == ()
    assert digest(noise) == digest(NOTICE)


def test_one_character_of_a_paragraph_is_shown_with_its_word() -> None:
    (change,) = compare(NOTICE, edited(text=NOTICE.text.replace("新机制", "新体制")))
    assert (change.kind, change.what) == (ChangeKind.TEXT, "paragraph 2")
    assert [piece for piece in inline(change.before or "", change.after or "") if piece[0] != "equal"] == [
        ("delete", "新机制"),
        ("insert", "新体制"),
    ]


@pytest.mark.parametrize(
    ("values", "what", "before", "after"),
    [
        ({"title": "另一标题"}, "title", NOTICE.title, "另一标题"),
        ({"published": date(2019, 10, 19)}, "published", "2019-10-18", "2019-10-19"),
        ({"signed": None}, "signed", "2019-10-17", None),
        ({"document_number": None}, "document number", "国科函规〔2019〕185号", None),
        ({"issuer": "科技部 财政部"}, "issuer", "科技部", "科技部 财政部"),
        ({"index_number": "1"}, "index number", "306-07-2019-471", "1"),
        ({"source": "新华社"}, "source", "科技部", "新华社"),
    ],
)
def test_a_field_that_differs_is_named_with_both_values(
    values: dict[str, object], what: str, before: str | None, after: str | None
) -> None:
    (change,) = compare(NOTICE, edited(**values))
    assert (change.what, change.before, change.after) == (what, before, after)
    assert change.kind is (ChangeKind.TITLE if what == "title" else ChangeKind.FIELD)


def test_every_field_of_a_header_counts() -> None:
    for name in FIELDS:
        assert digest(edited(**{name: None})) != digest(NOTICE)


def test_a_paragraph_that_came_or_went_is_one_change() -> None:
    longer = f"{FIRST}\n新增一段，内容完全不同的说明文字。\n{SECOND}\n{THIRD}"
    (came,) = compare(NOTICE, edited(text=longer))
    assert (came.what, came.before, came.after) == ("paragraph 2", None, "新增一段，内容完全不同的说明文字。")
    (went,) = compare(edited(text=longer), NOTICE)
    assert (went.before, went.after) == ("新增一段，内容完全不同的说明文字。", None)


def test_a_moved_paragraph_is_not_gone_and_come_again() -> None:
    (moved,) = compare(NOTICE, edited(text=f"{THIRD}\n{FIRST}\n{SECOND}"))
    assert moved == Change(ChangeKind.TEXT, "paragraph 3, now 1", THIRD, THIRD)


def test_a_paragraph_split_in_two_is_no_edit_even_beside_one() -> None:
    split = NOTICE.text.replace("规划》，", "规划》，\n").replace("落实各项", "做好各项")
    (change,) = compare(NOTICE, edited(text=split))
    assert shown(change) == "二、请加强组织领导，统筹各方面资源，[-落实-]{+做好+}各项政策举措。"


def test_two_edited_paragraphs_side_by_side_are_paired_in_order() -> None:
    text = f"{FIRST}\n{SECOND.replace('新机制', '新路径')}\n{THIRD.replace('举措', '措施')}"
    assert [change.what for change in compare(NOTICE, edited(text=text))] == ["paragraph 2", "paragraph 3"]


def test_attachments_are_told_by_address_and_text() -> None:
    renamed = edited(attachments=(Attachment("http://www.most.gov.cn/a/W020191018.doc", "附件2"),))
    (change,) = compare(NOTICE, renamed)
    assert change == Change(ChangeKind.ATTACHMENT, "./W020191018.doc", "附件1", "附件2")
    other = edited(attachments=(Attachment("http://www.most.gov.cn/a/W2.doc", "附件1"),))
    assert [(one.what, one.before, one.after) for one in compare(NOTICE, other)] == [
        ("./W020191018.doc", "附件1", None),
        ("./W2.doc", None, "附件1"),
    ]


def test_the_order_of_attachments_does_not_count() -> None:
    files = tuple(Attachment(f"http://b.cn/{name}.doc", name) for name in "abc")
    assert compare(edited(attachments=files), edited(attachments=files[::-1])) == ()


@given(notices, notices)
def test_there_are_changes_exactly_where_the_digests_differ(before: Notice, after: Notice) -> None:
    assert (compare(before, after) == ()) is (digest(before) == digest(after))


@given(notices)
def test_nothing_differs_from_itself(notice: Notice) -> None:
    assert compare(notice, notice) == ()


@given(st.text(max_size=60))
def test_folding_is_idempotent_and_leaves_no_blanks(text: str) -> None:
    once = folded(text)
    assert folded(once) == once and "".join(once.split()) == once


ROWS = tuple(
    Entry(f"http://www.most.gov.cn/{at}.html", f"通知{at}", date(2020, 1, at + 1)) for at in range(5)
)
LISTING = Listing("u", "most", "l", ROWS, "http://www.most.gov.cn/index_1.html")


def test_a_list_reordered_is_the_same_list() -> None:
    assert digest(replace(LISTING, entries=ROWS[::-1], next=None, warnings=("x",))) == digest(LISTING)
    assert digest(replace(LISTING, entries=(*ROWS, ROWS[0]))) == digest(LISTING)


def test_a_new_row_or_another_title_is_another_list() -> None:
    assert digest(replace(LISTING, entries=ROWS[1:])) != digest(LISTING)
    assert digest(replace(LISTING, entries=(replace(ROWS[0], title="另"), *ROWS[1:]))) != digest(LISTING)


def test_kinds_of_readings_never_share_a_digest() -> None:
    empty = Notice(None, "r", "l", None)
    bare = (empty, Listing(None, "r", "l", ()), Refused("x"), Unreadable("x"))
    assert len({digest(reading) for reading in bare}) == 4


def test_a_long_table_is_compared_in_time() -> None:
    rows = [f"{at} | 某某{at}农业科技股份有限公司" for at in range(3000)]
    before = edited(text="\n".join(rows))
    after = edited(
        text="\n".join(row.replace("科技", "发展") if at % 3 else row for at, row in enumerate(rows))
    )
    start = time.process_time()
    changes = compare(before, after)
    assert len(changes) == 2000 and time.process_time() - start < 2
    assert {shown(change).partition("农业")[2] for change in changes} == {"[-科技-]{+发展+}股份有限公司"}


def saved(folder: Path, name: str) -> Notice:
    content = (folder / "pages" / name).read_bytes()
    url = "http://www.xccys.moa.gov.cn/nycyh/202305/t20230518_6427885.htm"
    _, reading = read_body(content, None, url)
    assert isinstance(reading, Notice)
    return reading


def test_one_address_with_two_contents_gives_a_difference_that_a_person_can_read(shared_folder: Path) -> None:
    before = saved(shared_folder, "moa_xccys_2023_6427885_v1.html")
    after = saved(shared_folder, "moa_xccys_2025_6427885_v2.html")
    start = time.process_time()
    changes = compare(before, after)
    lines = [shown(change) for change in changes]
    assert time.process_time() - start < 2
    assert any("北京中地种" in line for line in lines)
    assert "君乐宝乳业集团{+股份+}有限公司" in "\n".join(lines)
    kept = sum(1 for line in after.text.splitlines() if line in before.text)
    assert len(changes) < len(after.text.splitlines()) - kept / 2

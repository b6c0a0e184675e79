"""Labels are read in any markup, and the text's own signs (number, addressee, signature) in its lines."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.chinese import FORMS, format_date
from scraper.readers.clues import read_clues
from scraper.readers.labels import LIMIT, NAMES, Labelled, read_head


def values(markup: str) -> dict[str, str]:
    """The first value of each field, as labels state it."""
    stated: dict[str, str] = {}
    for found in read_head(markup).labelled:
        if found.field and found.value:
            stated.setdefault(found.field, found.value)
    return stated


HEADER = {
    "title": "关于公布名单的通知",
    "index_number": "306-09-2020-465",
    "issuer": "科技部办公厅",
    "signed": "2020-12-23",
    "published": "2020年12月24日",
    "document_number": "国科办农〔2020〕122号",
}
LABELS = ("标　　题", "索 引 号", "发文机构", "成文日期", "发布日期", "发文字号")
PAIRS = list(zip(LABELS, HEADER.values(), strict=True))


@pytest.mark.parametrize(
    "markup",
    [
        "<table>"
        + "".join(f"<tr><td><b>{label}：</b></td><td>{value}</td></tr>" for label, value in PAIRS)
        + "</table>",
        "<table><tr>"
        + "".join(f"<th>{label}</th><td> {value} </td>" for label, value in PAIRS)
        + "</tr></table>",
        "<ul>"
        + "".join(f"<li><span>{label}:</span><span>{value}</span></li>" for label, value in PAIRS)
        + "</ul>",
        "".join(f"<dl><dt>{label}</dt>\n<dd>{value}</dd></dl>" for label, value in PAIRS),
        "".join(
            f"<div class='i'><div class='t'>{label}：</div><div class='c'>{value}</div></div>"
            for label, value in PAIRS
        ),
        "<p>" + "　".join(f"{label}：{value}" for label, value in PAIRS) + "</p>",
        "<p>" + "<br>".join(f"{label}：{value}" for label, value in PAIRS) + "</p>",
        "<ol>" + "".join(f"<li>[{label}] {value}</li>" for label, value in PAIRS) + "</ol>",
        "<ol>" + "".join(f"<li>【{label}】：{value}</li>" for label, value in PAIRS) + "</ol>",
        "<p>" + "".join(f"<span>{label}：</span><em>{value}</em>" for label, value in PAIRS) + "</p>",
    ],
)
def test_a_header_reads_the_same_in_any_markup(markup: str) -> None:
    assert values(markup) == HEADER


@pytest.mark.parametrize(
    "label",
    [
        "发布日期",
        "发 布 日 期",
        "发\u3000布\u3000日\u3000期",
        "发布<span>&nbsp;</span>日期",
        "发布\u200b日期",
    ],
)
@pytest.mark.parametrize("colon", ["：", ":", " ： ", "&nbsp;:"])
def test_padding_and_colons_do_not_matter(label: str, colon: str) -> None:
    assert values(f"<p>{label}{colon}2020-12-24</p>") == {"published": "2020-12-24"}


@pytest.mark.parametrize(
    "markup",
    [
        "<tr><td>索引号：</td><td></td><td>发布日期：</td><td>2020-12-24</td></tr>",
        "<dl><dt>索引号</dt><dd></dd></dl><dl><dt>发布日期</dt><dd>2020-12-24</dd></dl>",
        "<p>索引号：<br>发布日期：2020-12-24</p>",
        "<li>索引号：</li><li>发布日期：2020-12-24</li>",
    ],
)
def test_an_empty_value_is_not_the_next_label(markup: str) -> None:
    assert values(f"<table>{markup}</table>") == {"published": "2020-12-24"}


@pytest.mark.parametrize(
    ("line", "field", "value"),
    [
        ("来源：<font>国家统计局</font>发布时间：2019-08-30&nbsp;09:02", "source", "国家统计局"),
        ("来源：<font>国家统计局</font>发布时间：2019-08-30&nbsp;09:02", "published", "2019-08-30 09:02"),
        ("日期：2019-12-22 作者：张三 来源：科技部", "source", "科技部"),
        ("日期：2019-12-22 12:00作者：", "published", "2019-12-22 12:00"),
        ("来源：科技部 字号：大 中 小", "source", "科技部"),
        ("【来源：新华社】【字体：大】", "source", "新华社"),
        ("来源：科技部 阅读次数：35", "source", "科技部"),
        ("来源：科技部 今日热度：35", "source", "科技部"),
    ],
)
def test_a_value_ends_where_another_label_begins(line: str, field: str, value: str) -> None:
    assert values(f"<p>{line}</p>")[field] == value


@pytest.mark.parametrize(
    "label", ["生效日期", "实施日期", "会议时间", "报名时间", "截止日期", "资金来源", "更新时间", "单位名称"]
)
def test_labels_of_something_else_give_no_field(label: str) -> None:
    assert values(f"<table><tr><td>{label}：</td><td>2020-01-02</td></tr></table>") == {}


def test_a_label_in_a_sentence_needs_a_colon() -> None:
    assert values("<p>本通知自发布日期起施行，文号另行公布。</p>") == {}


def test_headings_and_lines_are_kept_in_order() -> None:
    head = read_head("<h1>关于<b>公布</b>的通知</h1><div>2020-01-02 <span>来源：科技部</span></div>")
    assert head.headings == ("关于公布的通知",)
    assert head.lines == ("关于公布的通知", "2020-01-02 来源：科技部")
    assert head.parts[-2:] == ("2020-01-02", "来源：科技部")


def test_scripts_in_a_header_say_nothing() -> None:
    assert values("<p>来源：<script>document.write('发布日期：2020-01-02')</script></p>") == {}


def test_a_header_is_read_up_to_a_bound() -> None:
    head = read_head("<p>文号：甲〔2020〕1号</p>" + "<p>科 </p>" * LIMIT + "<p>来源：科技部</p>")
    assert [found.field for found in head.labelled] == ["document_number"]


@given(
    st.sampled_from(sorted(label for label in NAMES if NAMES[label] == "published")),
    st.dates(date(1950, 1, 1), date(2090, 1, 1)),
    st.sampled_from(FORMS),
)
def test_every_label_of_publication_gives_its_day(label: str, day: date, form: str) -> None:
    printed = format_date(day, form)
    assert list(read_head(f"<p>{label}：{printed}</p>").of("published")) == [
        Labelled("published", label, printed)
    ]


@given(st.text(alphabet="发布日期来源索引号文：:[]【】 \u3000<p></td>2020-", max_size=120))
def test_any_header_is_read(markup: str) -> None:
    assert read_head(markup) == read_head(markup)


LETTER = """国科函规〔2020〕171号
广东省人民政府：
你省《关于支持建设试验区的请示》收悉，经研究，现函复如下：
一、支持建设试验区。
联系人：张三
附件：方案
科技部
2020年9月3日
（此件主动公开）
附件
方案
2021年1月1日"""


def test_a_letter_says_its_number_its_addressee_and_its_signature() -> None:
    clues = read_clues(LETTER)
    first, annexed = clues.signatures
    assert (clues.number, clues.addressee) == ("国科函规〔2020〕171号", "广东省人民政府")
    assert (first.day, first.issuer, first.sure) == (date(2020, 9, 3), "科技部", True)
    assert (annexed.day, annexed.sure) == (date(2021, 1, 1), False)


@pytest.mark.parametrize("form", ["chinese", "padded", "numerals", "circles"])
def test_a_signature_is_dated_in_any_chinese_form(form: str) -> None:
    text = LETTER.replace("2020年9月3日", format_date(date(2020, 9, 3), form))
    assert read_clues(text).signatures[0].day == date(2020, 9, 3)


@pytest.mark.parametrize(
    ("lines", "issuer"),
    [
        ("科技部 财政部\n2020年9月3日", "科技部 财政部"),
        ("科技部\n财政部\n2020年9月3日", "科技部 财政部"),
        ("科 技 部\n2020年9月3日", "科技部"),
        ("科技部 2020年9月3日", "科技部"),
        ("科学技术部办公厅（代章）\n2020年9月3日", "科学技术部办公厅（代章）"),
        ("此致。\n2020年9月3日", None),
    ],
)
def test_who_signs_stands_above_the_day(lines: str, issuer: str | None) -> None:
    (signature,) = read_clues(f"正文如上，特此通知。\n{lines}").signatures
    assert (signature.issuer, signature.sure) == (issuer, True)


def test_a_day_between_paragraphs_is_no_signature() -> None:
    (signature,) = read_clues("日程\n2020年9月3日\n上午召开会议，下午参观。\n完").signatures
    assert not signature.sure


def test_a_day_in_a_sentence_or_a_cell_is_none() -> None:
    assert read_clues("公示时间为2020年9月3日\n一 | 2020年9月3日\n自2020年9月3日起施行。").signatures == ()


def test_a_calendar_is_no_document() -> None:
    assert len(read_clues("科技部\n2020年9月3日\n" * 5_000).signatures) <= 50


@pytest.mark.parametrize(
    "line",
    [
        "现将有关事项通知如下：",
        "附件：",
        "联系人：",
        "新华社北京1月2日电：",
        "来源：",
        "一、总则。各单位：",
        "时间：地点：",
    ],
)
def test_what_ends_in_a_colon_is_not_always_written_to(line: str) -> None:
    assert read_clues(f"{line}\n正文").addressee is None


@pytest.mark.parametrize(
    "line", ["广东省人民政府：", "各省、自治区、直辖市科技厅（委、局）:", "各有关单位："]
)
def test_who_is_written_to_ends_in_a_colon(line: str) -> None:
    assert read_clues(f"{line}\n正文").addressee == line[:-1]


@pytest.mark.parametrize(
    "line", ["国科函规〔2020〕171号", "（国科函规〔2020〕171号）", "国科函规 [2020] 171 号"]
)
def test_a_number_alone_on_a_line_is_the_documents(line: str) -> None:
    assert read_clues(f"标题\n{line}\n正文").number == "国科函规〔2020〕171号"


def test_a_number_in_a_sentence_is_another_documents() -> None:
    assert (
        read_clues("根据《通知》（国科函规〔2020〕171号）要求，\n国科函规〔2020〕171号同时废止。").number
        is None
    )


def test_labels_at_the_top_of_the_text_count_if_they_are_the_pages() -> None:
    clues = read_clues("全文有效 成文日期:2002-12-31\n时间：2003年1月1日\n来源：新华社\n正文")
    assert [found.field for found in clues.labelled] == ["signed"]


@given(st.text(alphabet="科技部附件年月日：〔〕号 20二〇\n", max_size=200))
def test_any_text_has_its_clues(text: str) -> None:
    assert read_clues(text) == read_clues(text)

"""What a page's header says of itself: `发布日期：2020年12月24日` in tables, lists and running lines.

Ministries print the same dozen labels in every kind of markup, padded with blanks, split into spans,
with or without a colon. BeautifulSoup reads the header's fragment as lines and cells, once attributes and
all tags that end no line are gone (it takes 7 µs for each); the labels are then found in the text. Its
parser is html.parser: the fragment comes serialised from a tree, and lxml would take `<td/>` for an open
cell.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scraper.chinese import fold

if TYPE_CHECKING:
    from bs4.element import Tag

LIMIT = 40_000
"""Characters of markup that a header has at most; BeautifulSoup takes 0.1 s for them at worst."""

FIELDS = {
    "title": "标题 信息名称 文件名称 公文名称 名称",
    "index_number": "索引号 信息索引号 信息索引 索引",
    "issuer": (
        "发文机构 发文机关 发布机构 发布机关 发文单位 发布单位 制发机关 制发单位 公开机构 公开主体 印发机关 "
        "信息所属单位 发文部门"
    ),
    "signed": "成文日期 成文时间 发文日期 发文时间 签发日期 签署日期 制发日期",
    "published": "发布日期 发布时间 公开日期 公开时间 公布日期 公布时间 发表时间 发稿时间 日期 时间",
    "document_number": "发文字号 文号 发文文号 公文文号 文件编号 文件号 发文号",
    "source": "来源 信息来源 文章来源 稿件来源 稿源 资料来源",
    "": (
        "主题分类 公文种类 文种 有效性 效力状态 时效性 是否有效 生效日期 实施日期 失效日期 废止日期 截止日期 "
        "内容概述 摘要 概述 主题词 关键词 关键字 字体 字号 字体大小 作者 编辑 责任编辑 浏览次数 浏览量 浏览 "
        "点击 点击数 访问量 阅读 阅读次数 阅读量 分享 分享到 打印 视力保护色 体裁分类 信息分类 主题 分类 "
        "类别 公开方式 公开类别 公开范围 公开形式 更新日期 更新时间 生成日期 生成时间 附件 语种 服务对象 "
        "所属栏目 发布人 审核 初审 复审 终审 公开目录 组配分类 联系电话 当前位置 您的位置 收藏 备注 时限"
    ),
}
"""Labels by the field that they give; those of "" only end another's value."""

NAMES = {label: field for field, labels in FIELDS.items() for label in labels.split()}
BOUND = {label for label in NAMES if len(label) == 2 and label not in {"标题", "文号", "稿源"}}
"""Labels that are also the end of longer words: they count only where no other sign stands before."""
HEADINGS = frozenset({"h1", "h2", "h3"})
CELLS = HEADINGS | {"td", "th", "dt", "dd", "li", "p", "div", "tr", "table", "ul", "dl", "section", "h4"}
"""Elements that lines end with."""

_EDGE = "\x1f"
_TAG = re.compile(r"<(?:(script|style)\b[^>]*>.*?</\1>|(/?)([^\s/>]+)[^>]*?(/?)>)", re.DOTALL)
_FRAMES = r"\s*(?:</?(?:table|tr|ul|dl|section)>\s*)*"
_FRAME = re.compile(rf"(?<=</t[dh]>|</d[dt]>|</li>){_FRAMES}|{_FRAMES}(?=<(?:t[dh]|d[dt]|li|p|div)>)")
"""What stands around cells and no text: the cell ends the line."""
_COLON = re.compile("[:：]")
_GAP = rf"[\s{_EDGE}]*"
_LONGEST = max(map(len, NAMES))
_RUN = re.compile(rf"(?:[一-鿿]{_GAP})+\Z")
_NEAR = 40
_BRACKETED = re.compile(rf"[\[【［]((?:{_GAP}[一-鿿]){{2,{_LONGEST}}}){_GAP}[\]】］]{_GAP}[:：]?")
_OTHER = re.compile(r"[\s　|【\[（(][一-鿿]{2,6}[:：]")
_PLAIN = re.compile(rf"[\s{_EDGE}]+")
_TRIM = " |【】[]丨"


@dataclass(frozen=True, slots=True)
class Labelled:
    """A value and the label that it stands behind; `field` is "" for labels of no interest."""

    field: str
    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Head:
    """A header as text: its `lines`, what its labels say, its headings, and the `parts` between any tags."""

    lines: tuple[str, ...]
    labelled: tuple[Labelled, ...]
    headings: tuple[str, ...]
    parts: tuple[str, ...]

    def of(self, field: str) -> Iterator[Labelled]:
        """Yield what the labels of one field say, without the empty ones, in the page's order."""
        return (found for found in self.labelled if found.field == field and found.value)


def read_head(markup: str) -> Head:
    """Read a header's markup (at most LIMIT characters of it count)."""
    from bs4 import BeautifulSoup  # noqa: PLC0415 - a pass over pages that stay as they are reads none

    soup = BeautifulSoup(_FRAME.sub("", _TAG.sub(_bare, markup[:LIMIT])), "html.parser")
    lines: list[str] = []
    headings: list[str] = []
    last: Tag | None = None
    for string in soup.strings:
        cell = string.parent
        if cell is not last or not lines:
            lines.append(string)
            headings += [fold(string.replace(_EDGE, ""))] if cell and cell.name in HEADINGS else []
        else:
            lines[-1] += _EDGE + string
        last = cell
    lines = [line for line in lines if _PLAIN.sub("", line)]
    shown = tuple(fold(line.replace(_EDGE, "")) for line in lines)
    return Head(shown, tuple(labelled(lines)), tuple(filter(None, headings)), tuple(_parts(lines)))


def _bare(tag: re.Match[str]) -> str:
    """Return a tag that ends a line without its attributes, an edge for any other."""
    return f"<{tag[2]}{tag[3]}{tag[4]}>" if tag[3] in CELLS else _EDGE


def _parts(lines: list[str]) -> Iterator[str]:
    """Yield the texts between the edges of all tags."""
    return (folded for line in lines for part in line.split(_EDGE) if (folded := fold(part)))


def labelled(lines: list[str]) -> Iterator[Labelled]:
    """Yield every label with its value; that of a label that ends its cell is the next cell."""
    lines = [_BRACKETED.sub(_unbracketed, line) for line in lines]
    plain = [_PLAIN.sub("", line) for line in lines]
    labels = [list(_labels_in(line)) for line in lines]
    values = [
        "" if found or word.rstrip(":：") in NAMES else _clean(line)
        for line, word, found in zip(lines, plain, labels, strict=True)
    ]
    for line, word, found, following in zip(lines, plain, labels, [*values, ""][1:], strict=True):
        if alone := NAMES.get(word):
            yield Labelled(alone, word, following)
            continue
        ends = [*(start for _, start, _ in found[1:]), len(line)][: len(found)]
        for (label, _, behind), end in zip(found, ends, strict=True):
            value = line[behind:end]
            if end == len(line) and not _PLAIN.sub("", value):
                value = following
            yield Labelled(NAMES[label], label, _clean(value))


def _unbracketed(found: re.Match[str]) -> str:
    """Return `[发文机构]` as `发文机构：`; what is no label stays."""
    return f"{found[1]}：" if _PLAIN.sub("", found[1]) in NAMES else found[0]


def _labels_in(line: str) -> Iterator[tuple[str, int, int]]:
    """Yield the labels before a line's colons, each with its start and that of its value."""
    behind = 0
    for colon in _COLON.finditer(line):
        start = max(behind, colon.start() - _NEAR)
        run = _RUN.search(line[start : colon.start()])
        if run and (label := _label_at_end(run[0])):
            yield label[0], start + run.start() + label[1], colon.end()
        behind = colon.end()


def _label_at_end(run: str) -> tuple[str, int] | None:
    """Return the longest label that ends a run of Chinese, and where it starts."""
    signs = [place for place, sign in enumerate(run) if "一" <= sign <= "鿿"][-_LONGEST:]
    for first, start in enumerate(signs):
        label = "".join(run[place] for place in signs[first:])
        inside_word = start > 0 and "一" <= run[start - 1] <= "鿿"
        if label in NAMES and not (inside_word and label in BOUND):
            return label, start
    return None


def _clean(value: str) -> str:
    """Return a value as one line, up to another label that ends in a colon."""
    plain = fold(value.replace(_EDGE, ""))
    other = _OTHER.search(plain)
    return (plain[: other.start()] if other else plain).strip(_TRIM)

"""Any other page: a careful reader that wants a day, a number or a label before it calls it a notice.

The body is an element of a usual name, else the element whose own paragraphs hold the most text.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any, cast

from scraper.model import Notice
from scraper.readers.layout import Fit, Layout, Selector, compiled, fit, named
from scraper.readers.ministry import NAMED
from scraper.readers.notice import read_notice
from scraper.readers.page import Page, text_of

ENOUGH = 40
"""Characters of text that a document has at least."""
PARAGRAPHS = "//p[string-length(normalize-space(.)) > 12]"
_SPAN = "self::br or self::span or self::b or self::strong or self::font or self::u"
BLOCKS = f"//*[self::div or self::td][not(*[not({_SPAN})])][string-length(normalize-space(.)) > 12]"
"""What old editors made in place of paragraphs: a div for each, or one cell with `<br>` between them."""
MANY = 20_000
"""Paragraphs of a page that are looked at."""
BESIDE = 80
"""Characters of a line beside the text, at most: labels above it, who answers for it below."""

_BESIDE = re.compile(
    r".{0,6}(?:来\s*源|发布|公布|公开|更新|日\s*期|时\s*间|作\s*者|编\s*辑|点\s*击|浏\s*览|阅\s*读|字\s*[体号]|文\s*号)"
    r".{0,12}[:：∶]|\W{0,3}(?:19|2\d)\d\d[-/.年]\d{1,2}[-/.月]\d{1,2}|.{0,12}\bwww\.|打印|关闭|扫一扫|分享"
)
_FOOT = re.compile(r"版权所有|网站标识码|ICP备|公网安备|主办单位[:：].{2,40}承办")

LAYOUTS = tuple(
    Layout(
        reader="generic",
        name=f"generic/{name}",
        marks=(name,),
        body=Selector(f".{name}, #{name}", named(name), most=None),
        dateline=True,
    )
    for name in NAMED
)
DENSEST = Layout(
    reader="generic",
    name="generic/densest",
    body=Selector("the element with the most text in paragraphs", PARAGRAPHS),
    dateline=True,
)
LINES = Layout(
    reader="generic",
    name="generic/lines",
    body=Selector("the element with the most text in lines", BLOCKS),
    dateline=True,
)


def read_generic(page: Page) -> Notice | tuple[str, ...]:
    """Read a page of no known template; strings say what is missing of a notice."""
    reasons: list[str] = []
    for found in bodies(page):
        notice = accept(page, found)
        if isinstance(notice, Notice):
            return notice
        reasons.append(notice)
    return (*reasons, f"{DENSEST.name}: {PARAGRAPHS} matched 0 times")[: max(1, len(reasons))]


def bodies(page: Page) -> Iterator[Fit]:
    """Yield the elements that may hold the text, those with a usual name first."""
    for layout in LAYOUTS:
        found = fit(layout, page)
        if isinstance(found, Fit):
            yield found
    paragraphs, lines = _weights(page, PARAGRAPHS), _weights(page, BLOCKS)
    if max(lines.values(), default=0) > max(paragraphs.values(), default=0):
        yield Fit(LINES, max(lines, key=lines.__getitem__), None, ())
    if (densest := densest_body(paragraphs)) is not None:
        yield Fit(DENSEST, densest, None, ())


def accept(page: Page, found: Fit) -> Notice | str:
    """Read a fit and say what speaks against its being a notice."""
    notice = read_notice(page, found)
    if isinstance(notice, str):
        return notice
    if len(notice.text) < ENOUGH:
        return f"{found.layout.name}: {found.layout.body.words} holds {len(notice.text)} characters of text"
    if not (notice.published or notice.signed or notice.document_number or notice.index_number):
        return f"{found.layout.name}: no day, number or index in labels, metas or text"
    return notice


def densest_body(weights: dict[Any, int]) -> Any | None:
    """Return the element whose own paragraphs weigh most; None without a paragraph.

    An element around it that has paragraphs of its own is the body of which it is a part.
    """
    densest = max(weights, key=weights.__getitem__, default=None)
    while densest is not None and densest.getparent() in weights:
        densest = densest.getparent()
    return densest


def _weights(page: Page, blocks: str) -> dict[Any, int]:
    """Return the characters that elements hold in blocks of their own; lines beside the text do not count."""
    weights: dict[Any, int] = defaultdict(int)
    for block in cast("list[Any]", compiled(blocks)(page.root))[:MANY]:
        text = text_of(block)
        if not (_FOOT.search(text) if len(text) > BESIDE else _BESIDE.match(text) or _FOOT.search(text)):
            alone = block.tag != "p" and len(block.findall("br")) > 1
            weights[block if alone else block.getparent()] += len(text)
    return weights

"""Where a page speaks of its document: its metas, its `<title>`, and what stands above the body."""

import re
from collections.abc import Mapping
from itertools import islice
from typing import Any, cast

from bs4 import BeautifulSoup
from lxml import etree

from scraper.chinese import fold
from scraper.readers.layout import Fit, compiled
from scraper.readers.page import Page

LEVELS = 6
"""Elements around the body beside which its header may stand."""
BESIDE = 12
"""Elements before the body on one level that are looked at."""
LONG = 4_000
"""Characters of text that a header has at most; what has more is a menu or a document."""

_LABEL = re.compile(
    r"(?:成文|发布|发文|公开|公布|签发)\s*(?:日\s*期|时\s*间)|索\s*引\s*号|[文字]\s*号|发文机[关构]|信息名称"
    r"|(?:来\s*源|日\s*期|时\s*间)\s*[:：]"
)
_DAY_OR_NUMBER = re.compile(r"\d{4}\s*[-/.年〕\])）]\s*第?\s*\d")
_SITE = re.compile(
    r"(?:中华人民共和国|中国)?(?:中央人民|国家)?[一-鿿]{0,14}?(?:部|委员会|总局|局|署|政府|科学院|工程院|税务局|统计局)"
    r"(?:(?:政府|门户|官方)*(?:网站|网))?|[一-鿿]{0,10}(?:政府网|门户网站|新闻网|网)|首页"
)
_SITE_SUFFIX = re.compile(r"\s*[-_|–—丨]+[^-_|–—丨]{1,24}(?:[部局署院厅会网报台]|政府|委|银行|首页)\s*$")
_COLUMN_SUFFIX = re.compile(r"(?:[-_|丨]|\s[–—])\s*[一-鿿]{2,8}\s*$")
_PLACES = {
    "ArticleTitle": ("articletitle",),
    "PubDate": ("pubdate", "publishdate"),
    "ContentSource": ("contentsource", "source"),
}
"""The standard metas of government sites (国办函〔2011〕40号 and after), and names beside them."""


def metas(page: Page) -> dict[str, str]:
    """Return the page's named metas, names in lower case; of several the first that says anything."""
    stated: dict[str, str] = {}
    for meta in cast("list[Any]", compiled("//meta[@name and @content]")(page.root)):
        if value := fold(meta.get("content")):
            stated.setdefault(meta.get("name").strip().lower(), value)
    return stated


def meta_of(stated: Mapping[str, str], name: str) -> list[tuple[str, str]]:
    """Return a standard meta as (name, value), under each name that it goes by."""
    names = _PLACES.get(name, (name.lower(),))
    shown = {"pubdate": "PubDate", "articletitle": "ArticleTitle", "contentsource": "ContentSource"}
    return [(shown.get(key, key), stated[key]) for key in names if key in stated]


def plain_title(value: str) -> str:
    """Return a title without the markup that editors leave in ArticleTitle."""
    return fold(BeautifulSoup(value[:LONG], "html.parser").get_text()) if "<" in value else value


def page_title(page: Page) -> str:
    """Return the first `<title>` that says anything, as it stands; "" without one."""
    titles = cast("list[str]", compiled("//title//text()")(page.root))
    return next((folded for title in titles if (folded := fold(title))), "")


def without_site(title: str) -> str:
    """Return a `<title>` without the names of site and column behind it: `…的函-中华人民共和国科学技术部`."""
    site = _SITE_SUFFIX.search(title)
    if not site or site.start() < 6:
        return title
    title = title[: site.start()]
    column = _COLUMN_SUFFIX.search(title)
    return title[: column.start()] if column and column.start() >= 6 else title


def is_site_name(title: str, stated: Mapping[str, str]) -> bool:
    """Whether a title names the site, not a document."""
    return title == stated.get("sitename") or _SITE.fullmatch(title) is not None


def head_markup(found: Fit, title: str) -> str:
    """Return the markup of a fit's header: what its selectors found, else what stands above the body.

    `title` is the title where it is known already: it tells where the header begins.
    """
    if found.layout.heads:
        elements = [found.title, *found.heads] if found.title is not None else list(found.heads)
    else:
        elements = above(found.body, title)
        if found.title is not None and not any(_holds(element, found.title) for element in elements):
            elements.insert(0, found.title)
    return "".join(etree.tostring(element, encoding="unicode", with_tail=False) for element in elements)


def above(body: Any, title: str) -> list[Any]:
    """Return the elements before the body that look like its header, in the page's order.

    Up to the title whatever has a label, a day, a number or a heading; beyond it tables with two labels
    or more.
    """
    pieces: list[Any] = []
    titled, element = False, body
    for _ in range(LEVELS):
        for piece in islice(element.itersiblings(preceding=True), BESIDE):
            text = cast(str, compiled("string(.)")(piece))
            if len(text) > LONG:
                continue
            labels = len(_LABEL.findall(text))
            heading = not titled and _is_heading(piece, text, title)
            if heading or labels > 1 or (not titled and (labels or _DAY_OR_NUMBER.search(text))):
                pieces.append(piece)
            titled = titled or heading
        element = element.getparent()
        if element is None or element.tag == "body":
            break
    return pieces[::-1]


def _is_heading(piece: Any, text: str, title: str) -> bool:
    """Whether an element holds the title, or a heading."""
    if title and "".join(title.split()) in "".join(text.split()):
        return True
    return piece.tag in {"h1", "h2"} or bool(compiled("boolean(.//h1 | .//h2)")(piece))


def _holds(element: Any, other: Any) -> bool:
    """Whether an element is, or is around, another."""
    return element is other or element in other.iterancestors()

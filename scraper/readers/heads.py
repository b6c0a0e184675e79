"""Where a page speaks of its document: its metas, its `<title>`, and what stands above the body."""

import re
from collections.abc import Mapping
from html import escape
from itertools import islice
from typing import Any, cast

from lxml import etree

from scraper.chinese import fold
from scraper.readers.labels import NAMES
from scraper.readers.layout import Fit, compiled, has
from scraper.readers.page import Page, text_of

LEVELS = 6
"""Elements around the body beside which its header may stand."""
BESIDE = 12
"""Elements before the body on one level that are looked at."""
LONG = 4_000
"""Characters of text that a header has at most; what has more is a menu or a document."""

_LABEL = re.compile(
    r"(?:成文|发布|发文|公开|公布|签发)\s*(?:日\s*期|时\s*间)|索\s*引\s*号|[文字]\s*号|发[文布](?:机[关构]|单位)|信息名称"
    r"|(?:来\s*源|日\s*期|时\s*间)\s*[:：]"
)
_TITLE_ROW = re.compile(r"\W*(?:标\s*题|(?:信息|文件|公文)?名\s*称)")
_DAY_OR_NUMBER = re.compile(r"\d{4}\s*[-/.年〕\])）]\s*第?\s*\d")
_SITE = re.compile(
    r"(?!关于)(?:中华人民共和国|中国)?(?:中央人民|国家)?[一-鿿]{0,14}?(?:部|委员会|总局|局|(?<!部)署|政府|科学院|工程院|税务局|统计局)"
    r"(?:(?:政府|门户|官方)*(?:网站|网))?[-_|丨\s]*(?:首页)?|[一-鿿]{0,10}(?:政府网|门户网站|新闻网|网)[-_|丨\s]*(?:首页)?|首页"
)
_SITE_SUFFIX = re.compile(
    r"\s*[-_|–—丨]+[^-_|–—丨]{1,24}(?:[部局署院厅会网报台站]|政府|委|银行|首页|专栏)\s*$"
)
_SITE_PREFIX = re.compile(r"([^-_|–—丨]{3,20}?)\s*[-_|–—丨]+\s*(?=.{6})")
_COLUMN_SUFFIX = re.compile(r"(?:[-_|丨]+|\s[–—])\s*(?:\d{4}年第\d+号国务院公报|[一-鿿]{2,8})\s*$")
TITLES = (
    "descendant-or-self::*[self::h3 or @id='title' or @id='Title'"
    + "".join(
        f" or {has(name)}"
        for name in ("title", "Title", "tit", "bt", "biaoti", "article_title", "con_title", "arti_title")
    )
    + "]"
)
"""What editors call a document's title that do not use headings."""
_YMD = r"(?:19|2\d)\d\d[-/.]\d{1,2}[-/.]\d{1,2}"
_SPAN = r"</?span\b[^>]*>"
_CLOCK = r"\d{1,2}:[\d:]{2,5}"
_PLAIN = (
    ("<small", re.compile(r"<(/?)small\b[^>]*>"), r"<\1p>"),
    ("∶", re.compile("∶"), "："),
    ("星期", re.compile(r"(?<=日)\s*星期[一二三四五六日天]"), ""),
    ("时", re.compile(r"(?<=日)\s*(\d{1,2})时(\d\d)分"), r" \1:\2"),
    ("T", re.compile(rf"({_YMD})T(?=\d\d:)"), r"\1 "),
    ("20", re.compile(rf"({_YMD}(?=(?:\s*<[^>]*>)+\d))"), r"\1 "),
    (
        "www.",
        re.compile(rf"(?:[一-鿿]{{1,9}}网站?((?:\s|{_SPAN}){{0,12}}))?www\.[\w.-]+\.cn(?=\s*20\d\d)"),
        r"\1",
    ),
    (
        "来源",
        re.compile(
            rf"(来源[:：](?:\s|{_SPAN})*[^<>\d\s|]{{1,30}}(?:[\s|]|{_SPAN})+)({_YMD}(?:\s+{_CLOCK})?\s*)(?=<)"
        ),
        r"\1<p>\2</p>",
    ),
)
"""What headers print beside a day, by a sign of it, and what is made of it: a day in the title's `<small>`
and one behind the source stand alone, the site's own name before it goes, and so does the day of the week."""
_LABEL_ALONE = re.compile(
    r"<(span|b|strong|em|label|font|i)\b[^>]*>([\s一-鿿]{2,20})</\1>(?=\s*[^\s:：<]|\s*<(?!/))"
)
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
    if "<" not in value:
        return value
    from bs4 import BeautifulSoup  # noqa: PLC0415 - a pass over pages that stay as they are reads none

    return fold(BeautifulSoup(value[:LONG], "html.parser").get_text())


def page_title(page: Page) -> str:
    """Return the first `<title>` that says anything, as it stands; "" without one."""
    titles = cast("list[str]", compiled("//title//text()")(page.root))
    return next((folded for title in titles if (folded := fold(title))), "")


def without_site(title: str) -> str:
    """Return a `<title>` without the names of site and column around it: `…的函-中华人民共和国科学技术部`."""
    site = _SITE_PREFIX.match(title)
    if site and is_site_name(site[1], {}):
        title = title[site.end() :]
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

    `title` is the title where it is known already: it tells where the header begins. Where only the
    site's name is known, the heading is what an editor named so.
    """
    known = "" if is_site_name(title, {}) else title
    if found.layout.heads:
        elements = [found.title, *found.heads] if found.title is not None else list(found.heads)
    else:
        elements = above(found.body, known)
        if found.title is not None and not any(_holds(element, found.title) for element in elements):
            elements.insert(0, found.title)
    markup = "".join(etree.tostring(element, encoding="unicode", with_tail=False) for element in elements)
    for sign, form, plain in _PLAIN:
        markup = form.sub(plain, markup) if sign in markup else markup
    heading = "" if known or found.title is not None else named_heading(elements)
    return _LABEL_ALONE.sub(_with_colon, markup) + heading


def named_heading(elements: list[Any]) -> str:
    """Return the last element that is called a title, as `<h1>`; "" if there is an h1 or h2, or none is."""
    if any(
        compiled("boolean(descendant-or-self::h1 | descendant-or-self::h2)")(element) for element in elements
    ):
        return ""
    called = [text_of(one) for element in elements for one in cast("list[Any]", compiled(TITLES)(element))]
    title = next((text for text in reversed(called) if 8 <= len(text) <= 200 and not _LABEL.search(text)), "")
    return f"<h1>{escape(title)}</h1>" if title else ""


def _with_colon(found: re.Match[str]) -> str:
    """Return an element around a label, and a colon behind it: stats.gov.cn has `<span>索 引 号</span>`."""
    return f"{found[0]}：" if "".join(found[2].split()) in NAMES else found[0]


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
            titled = titled or (heading and not _TITLE_ROW.match(text))
        element = element.getparent()
        if element is None or element.tag == "body":
            break
    return pieces[::-1]


def _is_heading(piece: Any, text: str, title: str) -> bool:
    """Whether an element holds the title, or a heading."""
    if title and "".join(title.split()) in "".join(text.split()):
        return True
    if piece.tag in {"h1", "h2"} or compiled("boolean(.//h1 | .//h2)")(piece):
        return True
    return not title and bool(named_heading([piece]))


def _holds(element: Any, other: Any) -> bool:
    """Whether an element is, or is around, another."""
    return element is other or element in other.iterancestors()

"""Any other page: a careful reader that wants a day, a number or a label before it calls it a notice.

The body is an element of a usual name, else the element whose own paragraphs hold the most text.
"""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any, cast

from scraper.model import Notice
from scraper.readers.layout import Fit, Layout, Selector, compiled, fit, named
from scraper.readers.ministry import NAMED
from scraper.readers.notice import read_notice
from scraper.readers.page import Page

ENOUGH = 40
"""Characters of text that a document has at least."""
PARAGRAPHS = "//p[string-length(normalize-space(.)) > 12]"
MANY = 20_000
"""Paragraphs of a page that are looked at."""

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
    if (densest := densest_body(page)) is not None:
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


def densest_body(page: Page) -> Any | None:
    """Return the element whose own paragraphs hold the most text; None without a paragraph.

    An element around it that has paragraphs of its own is the body of which it is a part.
    """
    weights: dict[Any, int] = defaultdict(int)
    for paragraph in cast("list[Any]", compiled(PARAGRAPHS)(page.root))[:MANY]:
        weights[paragraph.getparent()] += len(cast(str, compiled("string(.)")(paragraph)))
    densest = max(weights, key=lambda element: weights[element], default=None)
    while densest is not None and densest.getparent() in weights:
        densest = densest.getparent()
    return densest

"""A layout is data: the selectors of one generation of one site's template, and how they are tried.

A selector states how many matches it expects (the idea is spatula's), so that a redesign is said with the
selector that broke. Layouts of a family stand in an ordered tuple; the first that fits is recorded.
"""

from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import Any, cast

from lxml import etree

from scraper.readers.page import Page

BODIES = 1000
"""Elements of which the longest is taken for the body."""
NO_SIGN = ": no sign of "
"""Stands in what is said of a layout that a page has no mark of."""


class MetaRule(Enum):
    """When a day that only a meta states counts as the day of publication (FACTS, section 5, trap 3)."""

    SHOWN = "the page shows the same day"
    YEAR = "the page shows the same day or its year"
    ALONE = "no day is shown by this template"


@dataclass(frozen=True, slots=True)
class Selector:
    """An XPath over the whole page, in words, with the matches that it expects (`most` None: any)."""

    words: str
    xpath: str
    least: int = 1
    most: int | None = 1

    def find(self, page: Page) -> list[Any]:
        """Return the elements that match, in the page's order."""
        return cast("list[Any]", compiled(self.xpath)(page.root))

    def complaint(self, found: int) -> str | None:
        """Say what is wrong with a number of matches; None if it is what was expected."""
        if found >= self.least and (self.most is None or found <= self.most):
            return None
        expected = f"{self.least}" if self.most == self.least else f"{self.least} to {self.most or 'any'}"
        return f"{self.words} matched {found} times, {expected} expected"


@dataclass(frozen=True, slots=True)
class Layout:
    """One generation of a template.

    `marks` are classes, ids and names of metas without which a page is not of this layout, `path` is a
    part of the address that it must have: looking for these costs less than a selector. `heads` finds
    what holds the labels; without it they are looked for above the body. `meta` is the meta that states
    the day of publication, and `rule` when that counts. `dateline` says that a day without a label
    beside the title is the day of publication.
    """

    reader: str
    name: str
    body: Selector
    marks: tuple[str, ...] = ()
    path: str = ""
    title: Selector | None = None
    heads: Selector | None = None
    meta: str = "PubDate"
    rule: MetaRule = MetaRule.SHOWN
    dateline: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """A layout and the elements of a page that it found."""

    layout: Layout
    body: Any
    title: Any | None
    heads: tuple[Any, ...]


@lru_cache(maxsize=256)
def compiled(xpath: str) -> etree.XPath:
    """Compile an XPath once."""
    return etree.XPath(xpath, smart_strings=False)


def text_length(element: Any) -> int:
    """Return how many characters an element's text has, blanks counted."""
    return int(cast(float, compiled("string-length(.)")(element)))


def named(name: str) -> str:
    """Return an XPath for the elements with a class or id, 2,000 at most.

    It looks through attributes, which costs a third of looking through elements; the bounds are there
    because libxml2 compares every parent that it finds with all before it.
    """
    classes = f"(//*/@class[contains(., '{name}')])[position() <= {BODIES}]/parent::*[{has(name)}]"
    return f"{classes} | (//*/@id[.='{name}'])[position() <= {BODIES}]/parent::*"


def has(name: str) -> str:
    """Return an XPath test for one of an element's classes."""
    return f"contains(concat(' ', normalize-space(@class), ' '), ' {name} ')"


def fit(layout: Layout, page: Page) -> Fit | str:
    """Try a layout on a page; a string says which selectors matched how often."""
    if missing := [mark for mark in layout.marks if mark not in page.names]:
        return f"{layout.name}{NO_SIGN}{', '.join(missing)}"
    if layout.path not in (page.url or ""):
        return f"{layout.name}{NO_SIGN}{layout.path} in the address"
    selectors = [selector for selector in (layout.body, layout.title, layout.heads) if selector]
    found = {selector: selector.find(page) for selector in selectors}
    complaints = [said for selector in selectors if (said := selector.complaint(len(found[selector])))]
    if complaints:
        return f"{layout.name}: {'; '.join(complaints)}"
    titles = found[layout.title] if layout.title else []
    heads = found[layout.heads] if layout.heads else []
    bodies = found[layout.body][:BODIES]
    body = max(bodies, key=text_length) if len(bodies) > 1 else bodies[0]
    return Fit(layout, body, titles[0] if titles else None, tuple(heads))

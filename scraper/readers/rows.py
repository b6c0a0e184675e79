"""The rows of a list: how a link, its full title, its day and its number are found together.

Three ways, because lists are built in three: in a box with named parts (`boxed`), as running text
between anchors (`flowing`, before 2021), and as anything that repeats a link beside a day (`dated`,
TRS and its kin). All are linear in the page: ancestors and descendants looked at are bounded.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from html import unescape
from itertools import islice
from typing import Any, cast
from urllib.parse import urljoin

from lxml.etree import _Element, iterwalk

from scraper.chinese import find_dates, find_numbers
from scraper.readers.layout import compiled
from scraper.readers.page import Page, fold, text_of

CUT = re.compile(r"(?:\.{2,}|…+)\s*$")
ONWARD = re.compile(r"(?:首|上一|下一|尾|末|前一|后一|下|上)页|更多|[\d\s.»«<>›‹|]*|more.*", re.IGNORECASE)
LABELLED = re.compile(r"发布(?:日期|时间)[\s:：]*")

UNSEEN = frozenset({"script", "style"})
NEAR = 4
"""A row's link stands at most so many levels below its li, tr or dd."""
ELEMENTS = 80
"""An element with more descendants than this holds more than one row."""
BESIDE = 300
"""Characters beside a link, its summary included, that a row may have; an article has more."""
ALIKE = 6
"""Ancestors whose tag and class tell one list of a page from another."""
MANY = 5_000
"""Links of a page that are looked at; real lists have some tens, and a page is to be read in 2 s."""
FEW = 3
"""Without a pager, fewer dated links than this are no list."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row as printed: the address as the page gives it."""

    href: str
    title: str
    published: date | None
    number: str | None = None


def boxed(page: Page, *, box: str, row: str, day: str, number: str = ".//*[false()]") -> list[Row] | None:
    """Read the rows of a box whose parts have names; the arguments are XPaths, all but `box` relative.

    None: no such box, or its rows show no day, so that it is somebody else's box. A header row has no
    link and is none of the rows.
    """
    boxes = elements_by(box, page.root)
    elements = list(islice((element for found in boxes for element in elements_by(row, found)), MANY))
    rows = [read for element in elements if (read := named_parts(element, day, number))]
    dated_rows = [found for found in rows if found.published]
    return rows if boxes and bool(rows) == bool(dated_rows) else None


def elements_by(xpath: str, element: Any) -> list[_Element]:
    """Return the elements that an XPath finds."""
    return cast("list[_Element]", compiled(xpath)(element))


def named_parts(element: Any, day: str, number: str) -> Row | None:
    """Read one row of a box; None without a link, or where it is too large for a row."""
    link = best_link(element) if is_small(element) else None
    if link is None:
        return None
    days = [text_of(part) for part in elements_by(day, element)]
    numbers = [text_of(part) for part in elements_by(number, element)]
    return Row(href_of(link), title_of(link, *days), last_day(" ".join(days)), "".join(numbers[:1]) or None)


def flowing(page: Page, *, links: str) -> list[Row] | None:
    """Read rows that are anchors in running text, each with its day behind it: `…</a>(2017-04-01)`.

    `links` is an absolute XPath. A day counts where it is the first thing behind the anchor or follows
    发布日期. None: no such anchor has one.
    """
    anchors = list(islice(filter(is_link, elements_by(links, page.root)), MANY))
    tails = texts_behind(page, anchors) if anchors else []
    rows = [with_tail(link, tail) for link, tail in tails]
    rows = [row for row in rows if row.title and not ONWARD.fullmatch(row.title)]
    return rows if any(row.published for row in rows) else None


def texts_behind(page: Page, anchors: list[_Element]) -> list[tuple[_Element, str]]:
    """Return each anchor (none within another) and the text from its end to the beginning of the next."""
    tails: list[tuple[_Element, list[str]]] = []
    opening, within = set(anchors), None
    for event, element in iterwalk(page.root, events=("start", "end")):
        if event == "start" and within is None and element in opening:
            within = element
            tails.append((element, []))
        within = None if event == "end" and element is within else within
        text = element.tail if event != "start" else element.text if element.tag not in UNSEEN else None
        if within is None and tails and text:
            tails[-1][1].append(text)
    return [(anchor, "".join(chunks)[:BESIDE]) for anchor, chunks in tails]


def with_tail(link: _Element, tail: str) -> Row:
    """Read one anchor and the text behind it."""
    label = LABELLED.search(tail)
    text = tail[label.end() :] if label else tail.lstrip(" \t\r\n\u3000\xa0([（【〔")
    printed = next(find_dates(text), None)
    return Row(href_of(link), title_of(link), printed.day if printed and printed.start == 0 else None)


def dated(page: Page, *, pager: Any) -> list[Row] | None:
    """Read the links that each stand beside a day, if they are what the page is about.

    `pager` is the script that writes the pager, if there is one: of several sets the one nearest to it
    is the list, be it a single row on the last page. Else the largest counts, from three rows on, and
    with three fifths of all dated links, because front pages have several such sets.
    """
    groups: dict[tuple[str, ...], list[tuple[_Element, Row]]] = defaultdict(list)
    for element in candidates(page):
        if row := beside(element):
            groups[shape(element)].append((element, row))
    sets = [group for group in groups.values() if size(group)]
    if pager is not None:
        best = max(sets, key=lambda group: (kinship(group[0][0], pager), size(group)), default=[])
        return [row for _, row in best] or None
    best = max(sets, key=size, default=[])
    if size(best) < FEW or size(best) * 5 < sum(map(size, sets)) * 3:
        return None
    return [row for _, row in best]


def size(group: list[tuple[_Element, Row]]) -> int:
    """Return how many rows of a set show a day."""
    return sum(row.published is not None for _, row in group)


def kinship(one: Any, other: Any) -> int:
    """Return how many ancestors two elements share: the more, the nearer they stand."""
    return len(set(one.iterancestors()) & set(other.iterancestors()))


def candidates(page: Page) -> Iterator[_Element]:
    """Yield each li, tr, dd (or, around links outside of these, div) near a link once, in order."""
    seen: set[_Element] = set()
    for link in elements_by(f"(//a[@href])[position() <= {MANY}]", page.root):
        near = list(islice(link.iterancestors(), NEAR))
        rows = [element for element in near if element.tag in {"li", "tr", "dd"}]
        divs = [element for element in near[:2] if element.tag == "div"]
        row = next(iter(rows or divs), None)
        if row is not None and row not in seen:
            seen.add(row)
            yield row


def beside(element: _Element) -> Row | None:
    """Read one row whose parts have no names; None where it is no row."""
    link = best_link(element) if is_small(element) else None
    if link is None or ONWARD.fullmatch(text_of(link)):
        return None
    around = fold(" ".join(outside(element)))
    if len(around) > BESIDE:
        return None
    inside = "" if last_day(around) else day_inside(link)
    number = next(iter(find_numbers(around)), None)
    return Row(href_of(link), title_of(link, inside), last_day(inside or around), number)


def is_small(element: _Element) -> bool:
    """Whether an element has no more descendants than a row may have."""
    return sum(1 for _ in islice(element.iter(), ELEMENTS + 1)) <= ELEMENTS


def outside(element: _Element) -> Iterator[str]:
    """Yield an element's text without that of its links; only for elements of a row's size."""
    yield element.text or ""
    for child in element:
        if isinstance(child.tag, str) and child.tag not in UNSEEN | {"a"}:
            yield from outside(child)
        yield child.tail or ""


def day_inside(link: _Element) -> str:
    """Return the text of the element within a link that holds nothing but a day."""
    for part in islice(link.iterdescendants("*"), ELEMENTS):
        text = text_of(part)
        printed = next(find_dates(text), None)
        if printed and not (text[: printed.start] + text[printed.end :]).strip("[]()（）【】 "):
            return text
    return ""


def shape(element: _Element) -> tuple[str, ...]:
    """Return what the rows of one list share: their tag, and tag and class of what is around them.

    A list cut into several ul, as TRS does every five rows, keeps one shape.
    """
    around = islice(element.iterancestors(), ALIKE)
    return (str(element.tag), *(f"{outer.tag}.{outer.get('class', '')}" for outer in around))


def best_link(element: _Element) -> _Element | None:
    """Return the link with the longest title; others in a row name its column or its file."""
    links = [link for link in islice(element.iterdescendants("a"), ELEMENTS) if is_link(link)]
    return max(links, key=lambda link: len(title_of(link)), default=None)


def is_link(anchor: _Element) -> bool:
    """Whether an anchor leads to another address."""
    return bool(href_of(anchor)) and not re.match(r"#|(?:javascript|mailto):", href_of(anchor), re.IGNORECASE)


def href_of(anchor: _Element) -> str:
    """Return the address as the page gives it."""
    return re.sub(r"[\r\n\t]", "", anchor.get("href") or "").strip()


def title_of(anchor: _Element, *days: str) -> str:
    """Return the full title: the attribute where the text is cut short or shorter; days are left out."""
    shown = text_of(anchor)
    for day in filter(None, days):
        shown = shown.replace(day, "")
    shown = fold(shown.lstrip("·•●■◆▪>-— \u3000"))
    full = fold(unescape(re.sub(r"<[^<>]*>", "", anchor.get("title") or "")))
    return full if full and (CUT.search(shown) or len(full) >= len(shown)) else shown


def last_day(text: str) -> date | None:
    """Return the last day that a row prints: tables print 成文日期 before 发布日期."""
    return next((printed.day for printed in reversed(list(find_dates(text)))), None)


def absolute(base: str | None, address: str) -> str:
    """Resolve an address against another; one that cannot be resolved stays as printed."""
    try:
        return urljoin(base, address) if base else address
    except ValueError:
        return address


def rows_once(rows: Iterable[Row]) -> list[Row]:
    """Drop repeated rows: pages hold a list twice, for desks and for telephones."""
    return list(dict.fromkeys(rows))

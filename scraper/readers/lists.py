"""Lists of notices: which layout a page has, and its rows with full titles and days.

The ministry of science has had three kinds of list, gov.cn one, TRS sites share a general one (FACTS,
sections 3 and 4). A layout fits by its rows, never by a pager: detail pages call createPageHTML too,
and menus are links without days.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from scraper.chinese import normalise_number
from scraper.model import Entry, Listing
from scraper.readers.layout import compiled, has
from scraper.readers.page import Page
from scraper.readers.pager import find_pager, next_page, pager_script
from scraper.readers.rows import MANY, Row, absolute, boxed, dated, flowing, rows_once

DETAIL_MARKS = frozenset(
    {
        *("ContentStart", "ContentEnd", "ArticleTitle", "PubDate", "Zoom", "UCAP-CONTENT"),
        *("pages_content", "TRS_Editor", "trs_editor_view"),
    }
)
"""Classes, ids and names of metas without which nothing of DETAIL is found."""
DETAIL = (
    "//meta[@name='ContentStart' or @name='ContentEnd']"
    " | //meta[@name='ArticleTitle' or @name='PubDate'][normalize-space(@content)]"
    " | //*[@id='Zoom' or @id='UCAP-CONTENT']"
    f" | //div[{has('pages_content')} or {has('TRS_Editor')} or {has('trs_editor_view')}]"
)
"""What only a document's own page has; a list beside it shows related news."""

COLUMN = "//meta[@name='ColumnName' or @name='ColumnType'][normalize-space(@content)]"
JSON_ADDRESS = re.compile(r"""["'][^"'\s]{1,200}\.json\b""")
OLD_CELL = f"//td[{has('STYLE30')}]"


@dataclass(frozen=True, slots=True)
class ListLayout:
    """One kind of list: the family and name, the selector of its rows in words, and how they are found.

    `find` returns None where the layout does not fit, and no rows where its frame stands empty. `mark` is
    a class or id without which it does not: looking for it costs less than a selector.
    """

    reader: str
    name: str
    selector: str
    find: Callable[[Page], list[Row] | None]
    mark: str = ""


def old_cells(page: Page) -> list[Row] | None:
    """Read the ministry's lists before 2021; an empty one is known by its cell and a list's pager."""
    rows = flowing(page, links=f"{OLD_CELL}/a[@href]")
    if rows is None and compiled(OLD_CELL)(page.root) and not compiled(f"{OLD_CELL}//a[@href]")(page.root):
        return [] if find_pager(page) else None
    return rows


def repeated(page: Page) -> list[Row] | None:
    """Read a list of no known frame; an empty one is known by the column's metas and a list's pager."""
    if not DETAIL_MARKS.isdisjoint(page.names) and compiled(DETAIL)(page.root):
        return None
    pager = pager_script(page)
    rows = dated(page, pager=pager)
    return [] if rows is None and pager is not None and compiled(COLUMN)(page.root) else rows


LAYOUTS = (
    ListLayout(
        "most",
        "most/list-2021",
        "ul#data_list > li, div.w_list_rq",
        partial(
            boxed,
            box="//ul[@id='data_list']",
            row="./li",
            day=f".//*[{has('w_list_rq')}]",
            number=f".//*[{has('w_list_fwzh')}]",
        ),
        "data_list",
    ),
    ListLayout(
        "most",
        "most/tztg-list-2021",
        "ul.info_list2 > li, span.date",
        partial(boxed, box=f"//ul[{has('info_list2')}]", row="./li", day=f".//*[{has('date')}]"),
        "info_list2",
    ),
    ListLayout("most", "most/list-before-2021", "td.STYLE30 > a, (date) behind it", old_cells, "STYLE30"),
    ListLayout(
        "most",
        "most/zjgx-before-2021",
        "a.STYLE30, 发布日期 behind it",
        partial(flowing, links=f"//a[@href][{has('STYLE30')}]"),
        "STYLE30",
    ),
    ListLayout(
        "govcn",
        "govcn/list",
        ".news_box .list li, .date",
        partial(
            boxed,
            box=f"//*[{has('news_box')}]//*[{has('list')}]",
            row=f".//li[not({has('line')})]",
            day=f".//*[{has('date')}]",
        ),
        "news_box",
    ),
    ListLayout("ministry", "ministry/trs-list", "li > a beside a day, repeated", repeated),
)
"""In this order; the first that fits is recorded."""

SELECTORS = {layout.name: layout.selector for layout in LAYOUTS}
"""Where each layout's rows stand, for messages."""


def read_listing(page: Page) -> Listing | None:
    """Read a page as a list of notices; None if no layout fits.

    Rows keep the order of the page; their addresses, and `next`, are absolute where the page's own
    address is known, else as printed. Rows that link files are rows. A layout whose frame stands empty
    gives a Listing without entries and a warning that names the selector, unless a script fills it.
    """
    for layout in LAYOUTS:
        rows = layout.find(page) if not layout.mark or layout.mark in page.names else None
        if rows or (rows is not None and not is_shell(page)):
            return listing(page, layout, rows_once(rows))
    return None


def is_shell(page: Page) -> bool:
    """Whether a script fetches what an empty frame shows, as on `/zhengce/zuixin/`: no list to be read."""
    return any(JSON_ADDRESS.search(script.text or "") for script in page.root.xpath("//script"))


def listing(page: Page, layout: ListLayout, rows: list[Row]) -> Listing:
    """Make the value of what was found, with what is odd about it."""
    warnings = list(page.warnings)
    if not rows:
        warnings.append(f"{layout.name}: no row matches {layout.selector}")
    if undated := sum(row.published is None for row in rows):
        warnings.append(f"{layout.name}: {undated} of {len(rows)} rows show no day ({layout.selector})")
    if len(rows) >= MANY:
        warnings.append(f"{layout.name}: read to row {MANY}, the page has more")
    base, following = base_of(page), next_page(page)
    return Listing(
        url=page.url,
        reader=layout.reader,
        layout=layout.name,
        entries=tuple(entry(row, base) for row in rows),
        next=absolute(base, following) if following else None,
        warnings=tuple(warnings),
    )


def entry(row: Row, base: str | None) -> Entry:
    """Make the value of one row; a column of numbers also holds dashes and blanks."""
    number = normalise_number(row.number) if row.number and "号" in row.number else None
    return Entry(absolute(base, row.href), row.title, row.published, number)


def base_of(page: Page) -> str | None:
    """Return what relative addresses are relative to; None where the page's address is not known."""
    stated = next(iter(page.root.xpath("//base/@href")), None)
    return absolute(page.url, stated) if page.url and stated else page.url

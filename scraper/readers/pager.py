"""Where a list goes on: the pagers of the family, most of them written by scripts.

`createPageHTML(16, 0, "index", "htm")` is TRS: pages are counted from 0 and page 1 is `index_1.htm`.
`createPageHTML('page_div', 5, 1, 'list', 'shtml', 89)` is its younger sister: counted from 1, page 2
is `list_2.shtml`. In both, the page after the current one carries the number current + 1.
`var countPage = 16` beside `var currentPage = 0` is the same pager written out, `countPage =(16)` the
ministry's before 2021, `pagination_script_config = {pageNumber: '0', total: '46'}` its own since.
A detail page may call createPageHTML too, named after itself (`t20191029_149628`): no pager of a list.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from scraper.readers.page import Page, text_of

QUOTED = r"""\s*["']([^"']*)["']\s*"""
CALL = re.compile(
    rf"createPageHTML\s*\((?:{QUOTED},)?\s*(\d+)\s*,\s*(\d+)\s*,{QUOTED},{QUOTED}[,)]", re.IGNORECASE
)
COUNT = re.compile(r"\bcountPage\s*=\s*\(?\s*(\d+)")
CURRENT = re.compile(r"\bcurrentPage\s*=\s*\(?\s*(\d+)")
CONFIG = re.compile(r"pagination_script_config\s*=\s*\{([^{}]{0,500})\}")
FIELD = re.compile(r"""\b(pageNumber|total)["']?\s*:\s*["']?(\d+)""")
EXTENSION = re.compile(r"""["'.](s?html?)["']""")
NUMBERED = re.compile(r"(?P<name>.*?)(?:_(?P<page>\d+))?\.(?P<extension>s?html?)")
DETAIL = re.compile(r"t\d{8}_\d+")
ONWARD = ("下一页", "下页", "后一页")
ONWARD_LINKS = f"//text()[{' or '.join(f'contains(., {word!r})' for word in ONWARD)}]/ancestor::a[@href][1]"


@dataclass(frozen=True, slots=True)
class Pager:
    """What a script says of a list: `current` of `count` pages, the first one numbered `first`.

    `name` and `extension` are those of its files; None where the script does not spell them.
    """

    count: int
    current: int
    first: int = 0
    name: str | None = None
    extension: str | None = None

    @property
    def is_last(self) -> bool:
        """Whether no page follows."""
        return self.current - self.first + 1 >= self.count


def find_pager(page: Page) -> Pager | None:
    """Return what the page's scripts say of their list; None without such a script.

    A call that is commented out counts: the saved list keeps it beside what replaced it, and both agree.
    """
    return next((pager for _, pager in pagers(page)), None)


def pager_script(page: Page) -> Any:
    """Return the script element that writes the pager; it stands with its list. None without one."""
    return next((script for script, _ in pagers(page)), None)


def pagers(page: Page) -> Iterator[tuple[Any, Pager]]:
    """Yield each script that speaks of a list's pages, and what it says."""
    for script in page.root.xpath("//script"):
        text = script.text or ""
        pager = called(text) or counted(text, page.url) or configured(text, page.url)
        if pager:
            yield script, pager


def next_page(page: Page) -> str | None:
    """Return the address of the following page as the page gives it, relative or not; None at the end."""
    pager = find_pager(page)
    if pager is None:
        return linked(page)
    if pager.is_last or not pager.name or not pager.extension:
        return None
    return f"{pager.name}_{pager.current + 1}.{pager.extension}"


def called(scripts: str) -> Pager | None:
    """Read a call of createPageHTML; the variant that names its box first counts from 1."""
    for box, count, current, name, extension in CALL.findall(scripts):
        if not DETAIL.fullmatch(name):
            return Pager(int(count), int(current), 1 if box else 0, name, extension.lstrip("."))
    return None


def counted(scripts: str, url: str | None) -> Pager | None:
    """Read the variables countPage and currentPage; the file's name comes from the address."""
    if not (count := COUNT.search(scripts)):
        return None
    current, (name, page, extension) = CURRENT.search(scripts), file_name(url)
    spelled = EXTENSION.search(scripts, count.start())
    number = int(current[1]) if current else page
    return Pager(int(count[1]), number, 0, name, extension or (spelled[1] if spelled else "htm"))


def configured(scripts: str, url: str | None) -> Pager | None:
    """Read pagination_script_config, the ministry's since 2021, whose files end in html."""
    if not (config := CONFIG.search(scripts)):
        return None
    values = {key: int(value) for key, value in FIELD.findall(config[1])}
    name, page, extension = file_name(url)
    if "total" not in values:
        return None
    return Pager(values["total"], values.get("pageNumber", page), 0, name, extension or "html")


def file_name(url: str | None) -> tuple[str, int, str | None]:
    """Split the last step of an address: name, page (0 for the first), extension; a folder is `index`."""
    match = NUMBERED.fullmatch(re.split(r"[?#]", url or "")[0].rpartition("/")[2])
    if not match:
        return "index", 0, None
    return match["name"], int(match["page"] or 0), match["extension"]


def linked(page: Page) -> str | None:
    """Return the target of a plain link that says 下一页."""
    for anchor in page.root.xpath(ONWARD_LINKS):
        href = (anchor.get("href") or "").strip()
        if text_of(anchor).strip(" >»›") in ONWARD and not href.startswith(("#", "javascript:")):
            return href or None
    return None

"""Files that a notice links: in its body or behind it, never those of the page's frame."""

import re
from itertools import islice
from typing import Any, cast
from urllib.parse import urljoin

from scraper.model import Attachment
from scraper.readers.layout import compiled
from scraper.readers.page import Page, text_of

MANY = 500
"""Attachments of one notice that are listed."""
LINKS = 5_000
"""Links in a body, and behind it, that are looked at."""
LEVELS = 30
"""Elements around a link that are looked at for the name of a frame."""

_FILE = re.compile(
    r"\s*(?:(?:https?|ftp):|(?![\w+.-]*:))[^?#]*\."
    r"(?:docx?|xlsx?|pptx?|pdf|wps|et|dps|ofd|zip|rar|7z|txt|csv|rtf|tiff?|ceb)\s*(?:[?#].*)?$",
    re.IGNORECASE | re.DOTALL,
)
"""An address whose path ends as files do, over a protocol that serves files."""
_FRAME = re.compile(r"foot|bottom|related|xgwd|recommend|sidebar|\bnav", re.IGNORECASE)


def attachments(page: Page, body: Any) -> tuple[Attachment, ...]:
    """Return the files linked in a body and behind it, each address once, absolute where that can be."""
    links = [
        *_links(f"descendant::a[@href][position() <= {LINKS}]", body),
        *(a for a in _links(f"following::a[@href][position() <= {LINKS}]", body) if not _in_frame(a)),
    ]
    if not links:
        return ()
    stated = next(iter(cast("list[str]", compiled("//base/@href")(page.root))), "")
    base = _absolute(page.url or "", stated)
    found: dict[str, str] = {}
    for link in links:
        url = _absolute(base, link.get("href").strip())
        found[url] = found.get(url) or text_of(link) or (link.get("title") or "").strip()
    return tuple(Attachment(url, text) for url, text in found.items())


def _links(xpath: str, element: Any) -> list[Any]:
    """Return the links to files that an XPath finds."""
    anchors = cast("list[Any]", compiled(xpath)(element))
    return [anchor for anchor in anchors if _FILE.match(anchor.get("href"))][:MANY]


def _in_frame(link: Any) -> bool:
    """Whether a link stands in the page's foot or among related documents."""
    around = islice(link.iterancestors(), LEVELS)
    names = (f"{outer.get('class', '')} {outer.get('id', '')}" for outer in around)
    return any(_FRAME.search(name) for name in names)


def _absolute(base: str, address: str) -> str:
    """Resolve an address; one that cannot be resolved stays as printed."""
    try:
        return urljoin(base, address)
    except ValueError:
        return address

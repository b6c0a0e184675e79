"""From a page's text to what it says: a notice, a list, a refusal, or why it cannot be read.

Readers are chosen by template first, the host breaks ties, and a caller may name the family. A page that
fits a notice's layout is a notice, whatever lists stand beside it.
"""

from codecs import BOM_UTF8
from collections.abc import Callable, Mapping
from functools import partial

from scraper.addresses import host
from scraper.decode import decode
from scraper.model import Decoded, Fetch, Notice, Reading, Refused, Unreadable
from scraper.readers import govcn, ministry, most
from scraper.readers.feeds import read_json
from scraper.readers.generic import read_generic
from scraper.readers.layout import NO_SIGN, Layout, fit
from scraper.readers.lists import read_listing
from scraper.readers.notice import read_notice
from scraper.readers.page import Page, parse_page
from scraper.readers.refusal import challenge, front_page, left_over, refused

__all__ = ["READERS", "VERSION", "is_text", "read", "read_answer", "read_body"]

VERSION = 1
"""Of the readers as a whole, kept with every visit: one more whenever a page is read otherwise."""

SIGNATURES = (
    (b"%PDF", "a PDF"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"\x89PNG", "a PNG image"),
    (b"GIF8", "a GIF image"),
    (b"RIFF", "a WebP image or a sound"),
    (b"BM\x00", "a bitmap"),
    (b"II*\x00", "a TIFF image"),
    (b"PK\x03\x04", "a ZIP archive, or an office document"),
    (b"\xd0\xcf\x11\xe0", "an office document"),
    (b"Rar!", "a RAR archive"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"\x1f\x8b", "gzip data"),
    (b"{\\rtf", "an RTF document"),
)
"""First bytes of what is no page, whatever the header calls it."""
NO_PAGE = ("image/", "audio/", "video/", "font/", "application/pdf", "application/msword", "application/zip")
"""Beginnings of content types that no reader takes."""
REASON = 2_000
"""Characters of the reason why nothing fits."""


def read_first(layouts: tuple[Layout, ...], page: Page) -> Notice | tuple[str, ...]:
    """Read a page by the first layout that fits; strings say why each does not."""
    reasons = []
    for layout in layouts:
        found = fit(layout, page)
        notice = found if isinstance(found, str) else read_notice(page, found)
        if isinstance(notice, Notice):
            return notice
        reasons.append(notice)
    return tuple(reasons)


READERS: Mapping[str, Callable[[Page], Notice | tuple[str, ...]]] = {
    "most": partial(read_first, most.LAYOUTS),
    "govcn": partial(read_first, govcn.LAYOUTS),
    "ministry": partial(read_first, ministry.LAYOUTS),
    "generic": read_generic,
}
"""The families by name; each takes a page and gives a notice, or says why it is none."""

HOSTS = {"most": "most.gov.cn", "govcn": "www.gov.cn"}
"""Whose templates come first on whose pages."""


def read(
    text: str,
    url: str | None = None,
    *,
    content_type: str | None = None,
    reader: str | None = None,
    status: int = 200,
) -> Reading:
    """Read a page's text, or a feed's. Total: whatever the text is, there is a reading.

    `url` is the page's address (it makes links absolute and tells official hosts), `content_type` and
    `status` are the answer's, `reader` is a name of READERS (only that family is tried; ValueError for
    any other). The reading is a function of the arguments.
    """
    return _read(text, url, content_type, reader, status)


def _read(
    text: str,
    url: str | None,
    content_type: str | None,
    reader: str | None,
    status: int = 200,
    encoded: bytes | None = None,
) -> Reading:
    """Read a page's text as `read` does; `encoded` is the same in UTF-8, where that is at hand."""
    if reader is not None and reader not in READERS:
        raise ValueError(f"unknown reader {reader!r}; known: {', '.join(READERS)}")
    if no_page := _no_page(content_type):
        return Unreadable(f"the answer is {no_page}, not a page")
    if not text.strip():
        return Refused("nothing in the page", "empty")
    feed = read_json(text, url)
    if feed is not None:
        return feed
    page = parse_page(text, url, encoded)
    return refused(page, status) or _read_page(page, _names(url, reader), status)


def read_body(
    content: bytes, content_type: str | None, url: str | None, reader: str | None = None
) -> tuple[Decoded, Reading]:
    """Decode a body and read it; what is no text (images, PDFs, archives) is Unreadable and says so.

    `content` has its content coding undone. ValueError for an unknown `reader`.
    """
    kind = _kind(content)
    if kind:
        return Decoded("", "binary"), Unreadable(f"the body is {kind}, not a page")
    decoded = decode(content, content_type)
    as_it_is = decoded.charset == "utf-8" and not decoded.replaced and not content.startswith(BOM_UTF8)
    encoded = content if as_it_is else None
    return decoded, _read(decoded.text, url, content_type, reader, encoded=encoded)


def read_answer(answer: Fetch, reader: str | None = None) -> Reading:
    """Read an answer's page, unless that was done where it was fetched.

    A reader that fails on a page costs this page, not the pass.
    """
    if answer.ahead is not None and answer.ahead.reader == reader:
        return answer.ahead.reading
    try:
        return read_body(answer.content, answer.header("Content-Type"), answer.url, reader)[1]
    except Exception as error:
        return Unreadable(f"the reader failed: {type(error).__name__}: {error}")


def is_text(content: bytes) -> bool:
    """Tell whether `read_body` decodes a body; an image, a PDF, an archive it knows by its first bytes."""
    return _kind(content) is None


def _kind(content: bytes) -> str | None:
    return next((kind for signature, kind in SIGNATURES if content.startswith(signature)), None)


def _read_page(page: Page, names: list[str], status: int) -> Reading:
    """Read a page by the first family that fits; lists come before the reader of any other page."""
    reasons: list[str] = []
    for name in names:
        if name == "generic" and (other := _no_notice(page, status)):
            return other
        notice = READERS[name](page)
        if isinstance(notice, Notice):
            return notice
        reasons.extend(notice)
    other = None if "generic" in names else _no_notice(page, status)
    return other or left_over(page) or Unreadable(_because((*page.warnings, *reasons)))


def _because(reasons: tuple[str, ...]) -> str:
    """Put into a sentence why no layout fits: what came near first, the others by name."""
    near = "; ".join(reason for reason in reasons if NO_SIGN not in reason)[:REASON]
    far = ", ".join(reason.partition(":")[0] for reason in reasons if NO_SIGN in reason)
    return f"no layout fits: {near or 'none came near'}" + (f"; no sign of {far}" if far else "")


def _no_notice(page: Page, status: int) -> Reading | None:
    """Read a page as what is no notice of a known template: a challenge, a front page, a list."""
    return challenge(page, status) or front_page(page) or read_listing(page)


def _names(url: str | None, reader: str | None) -> list[str]:
    """Return the families to try, in order: the one named, else all, that of the host first."""
    if reader is not None:
        return [reader]
    name = host(url) if url else ""
    return sorted(READERS, key=lambda family: not _is_of(name, HOSTS.get(family)))


def _is_of(name: str, domain: str | None) -> bool:
    """Whether a host is a domain or stands under it."""
    return domain is not None and (name == domain or name.endswith(f".{domain}"))


def _no_page(content_type: str | None) -> str | None:
    """Return the media type of an answer if no reader takes it."""
    media = (content_type or "").partition(";")[0].strip().lower()
    return media if media.startswith(NO_PAGE) else None

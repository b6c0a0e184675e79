"""Readings that cannot be true although a layout fits: the last look before a reading counts.

The idea is juriscraper's: no empty title, no date in the future. What is said here becomes
`layout_broke` at the second visit running (DESIGN, section 3, rule 4).
"""

import re
from collections.abc import Iterator
from datetime import date

from scraper.model import Listing, Notice, Reading
from scraper.readers import feeds, lists

ALIKE_FROM = 3
"""So many rows with one title are a broken selector; two may be a notice and its correction."""
SHRUNK_FROM = 8
"""Lists shorter than this lose half their rows by ordinary tidying."""

SITE_NAME = re.compile(
    r"(?!.*关于)(?:中华人民共和国)?[\u4e00-\u9fff]{1,18}(?:部|委员会|委|总局|局|总署|署|银行|科学院|办公厅|办公室|人民政府|政府)"
    r"(?:政府|门户|官方)*(?:网站|网|官网)?(?:首页)?|(?:中国)?(?:中央人民)?政府(?:门户)?网(?:站)?(?:首页)?|首页"
)


def check(reading: Reading, *, today: date, previous: Reading | None = None) -> tuple[str, ...]:
    """Return what cannot be true of a reading, one sentence each, naming layout and selector.

    `today` is the Beijing day of the visit, `previous` the last good reading of the same address, if
    any. No complaint: an empty tuple. `Refused` and `Unreadable` have said enough themselves.
    """
    if isinstance(reading, Notice):
        return tuple(notice_complaints(reading, today))
    if isinstance(reading, Listing):
        return tuple(listing_complaints(reading, today, previous))
    return ()


def notice_complaints(notice: Notice, today: date) -> Iterator[str]:
    """Yield what cannot be true of a notice."""
    title = (notice.title or "").strip()
    if not title:
        yield f"{notice.layout}: the title is empty ({where(notice, 'title')})"
    elif title == notice.source or SITE_NAME.fullmatch(title):
        yield f"{notice.layout}: the title {title!r} is the site's name ({where(notice, 'title')})"
    for field, day in (("published", notice.published), ("signed", notice.signed)):
        if day and day > today:
            yield f"{notice.layout}: {field} {day} lies in the future ({where(notice, field)})"


def listing_complaints(listing: Listing, today: date, previous: Reading | None) -> Iterator[str]:
    """Yield what cannot be true of a list; a search may well find nothing."""
    entries, said = listing.entries, f"{listing.layout} ({selector(listing.layout)})"
    if not entries and listing.layout != feeds.SEARCH:
        yield f"{said}: no rows"
    if len(entries) >= ALIKE_FROM and len({entry.title for entry in entries}) == 1:
        yield f"{said}: all {len(entries)} titles are {entries[0].title!r}"
    late = [entry.published for entry in entries if entry.published and entry.published > today]
    if late:
        yield f"{said}: {len(late)} of {len(entries)} rows lie in the future, first {min(late)}"
    before = len(previous.entries) if isinstance(previous, Listing) else 0
    if before >= SHRUNK_FROM and len(entries) * 2 < before:
        yield f"{said}: {len(entries)} rows, {before} the last time"


def where(notice: Notice, field: str) -> str:
    """Return where a field was read, in words."""
    found = next((reading.where for reading in notice.fields if reading.name == field), None)
    return f"read from {found}" if found else f"no selector for {field} matched"


def selector(layout: str) -> str:
    """Return the selector that finds the rows of a layout."""
    return feeds.SELECTORS.get(layout) or lists.SELECTORS.get(layout, "layout unknown")

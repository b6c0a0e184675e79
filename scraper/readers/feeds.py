"""The two lists that gov.cn answers as JSON: the newest policies and the policy library's search.

`/zhengce/zuixin/` has been a script over `ZUIXINZHENGCE.json` since 2023; the search answers with
four groups of rows (FACTS, section 4). Times are milliseconds since 1970, days are Beijing's.
"""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from html import unescape
from typing import Any

from scraper.chinese import BEIJING, normalise_number, parse_date
from scraper.model import Entry, Listing, Unreadable
from scraper.readers.page import fold
from scraper.readers.rows import absolute

NEWEST = "govcn/newest-json"
SEARCH = "govcn/search-json"
SELECTORS = {NEWEST: "$[*].{TITLE, URL}", SEARCH: "$.searchVO.catMap.*.listVO[*].{title, url}"}
"""Where each layout's rows stand, for messages."""

LOOKS_LIKE_JSON = re.compile(r"[\ufeff\s]*(?:\[\s*[\[{\]]|\{\s*[\"}])")
NOTHING_FOUND = 1001
"""The `code` of a search without a hit; its `searchVO` is null then, as it is when the site is busy."""


def read_json(text: str, url: str | None) -> Listing | Unreadable | None:
    """Read a JSON answer of gov.cn as a list.

    `text` is the decoded body, `url` its address, against which relative rows are resolved. None:
    not JSON at all. JSON of another shape, or cut short, is `Unreadable` and says what was expected.
    A search without hits is a Listing without rows; so is an empty `ZUIXINZHENGCE.json`, but that
    one carries a warning, because the real list is never empty.
    """
    if not LOOKS_LIKE_JSON.match(text):
        return None
    try:
        document = json.loads(text.lstrip("\ufeff"))
    except (ValueError, RecursionError) as error:
        return Unreadable(f"begins like JSON but cannot be read: {error}")
    if isinstance(document, list):
        return newest(document, url)
    if "searchVO" in document:
        return search(document, url)
    return Unreadable(f"JSON of another shape: expected {' or '.join(SELECTORS.values())}")


def newest(rows: list[Any], url: str | None) -> Listing | Unreadable:
    """Read the array of `ZUIXINZHENGCE.json`: `TITLE`, `URL`, `DOCRELPUBTIME` ("2026-09-11")."""
    entries = tuple(entry for row in rows if (entry := newest_entry(row, url)))
    if rows and not entries:
        return Unreadable(f"{NEWEST}: none of {len(rows)} items fits {SELECTORS[NEWEST]}")
    return listing(NEWEST, entries, len(rows), url)


def newest_entry(row: Any, url: str | None) -> Entry | None:
    """Return one policy, or None where the row has no title or no address."""
    if not isinstance(row, Mapping):
        return None
    return entry(row.get("TITLE"), row.get("URL"), day(row.get("DOCRELPUBTIME")), None, url)


def search(document: Mapping[str, Any], url: str | None) -> Listing | Unreadable:
    """Read the search's answer, its groups one after the other (by score, so not in time's order)."""
    answer = document["searchVO"]
    if answer is None and document.get("code") == NOTHING_FOUND:
        return Listing(url, "govcn", SEARCH, ())
    groups = answer.get("catMap") if isinstance(answer, Mapping) else None
    if not isinstance(groups, Mapping):
        said = fold(str(document.get("msg") or "nothing"))
        return Unreadable(f"{SEARCH}: no {SELECTORS[SEARCH]}; the answer's msg says {said!r}")
    rows = list(rows_of(groups))
    return listing(SEARCH, tuple(found for row in rows if (found := search_entry(row, url))), len(rows), url)


def rows_of(groups: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield the rows of every group; a group without hits has `listVO` null or empty."""
    for group in groups.values():
        for row in (group.get("listVO") or ()) if isinstance(group, Mapping) else ():
            if isinstance(row, Mapping):
                yield row


def search_entry(row: Mapping[str, Any], url: str | None) -> Entry | None:
    """Return one hit: `pubtime` is its publication; `ptime`, the day of signing, has no place in a row."""
    published = day(row.get("pubtime")) or day(row.get("pubtimeStr"))
    return entry(row.get("title"), row.get("url"), published, row.get("pcode"), url)


def entry(title: Any, address: Any, published: date | None, number: Any, url: str | None) -> Entry | None:
    """Put a row together; None where title or address is missing."""
    shown, target = plain(title), plain(address)
    if not shown or not target:
        return None
    return Entry(absolute(url, target), shown, published, normalise_number(plain(number)) or None)


def listing(layout: str, entries: tuple[Entry, ...], rows: int, url: str | None) -> Listing:
    """Close a list, saying what was left out of it."""
    warnings = []
    if not rows and layout == NEWEST:
        warnings.append(f"{layout}: no row matches {SELECTORS[layout]}")
    if len(entries) < rows:
        warnings.append(f"{layout}: {rows - len(entries)} of {rows} rows lack a title or an address")
    return Listing(url, "govcn", layout, entries, warnings=tuple(warnings))


def plain(value: Any) -> str:
    """Return a value as one line of text: hits are marked with `<em>`, long titles broken with `<br/>`."""
    return fold(unescape(re.sub(r"<[^<>]*>", "", value))) if isinstance(value, str) else ""


def day(value: Any) -> date | None:
    """Return the Beijing day of milliseconds since 1970, or of a printed date; None for anything else."""
    if isinstance(value, str) and not value.strip().isdecimal():
        return parse_date(value)
    try:
        return datetime.fromtimestamp(int(value) / 1000, UTC).astimezone(BEIJING).date()
    except (TypeError, ValueError, OverflowError, OSError):
        return None

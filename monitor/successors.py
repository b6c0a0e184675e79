"""Where a lost notice may stand now, and what proves that a page is it.

Addresses are only proposed; a page is believed for what it says, never for where it stands
(DESIGN section 3, rule 6). The number in a page's address outlives the address (FACTS section 1).
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from rapidfuzz import fuzz

from monitor.model import Snapshot, Source
from monitor.titles import normalise, tidy
from scraper.addresses import host, match_key, page_id, registered_domain
from scraper.chinese import normalise_number
from scraper.model import Notice

TELLING = 8
"""Characters from which on a title names one document; 通知 or 政策文件 names thousands."""
OTHER_TITLE = 60.0
"""Titles less alike, in rapidfuzz's percent, are of different documents whatever else agrees."""

_PORT = re.compile(r"^([^/?]*?):\d+(?=[/?]|$)")
_INSECURE = re.compile(r"^http://", re.IGNORECASE)
_APEX = re.compile(r"^(https?://)", re.IGNORECASE)
_OLD_PAGE = re.compile(r"^([^?#]*\.htm)(?=$|[?#])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Expected:
    """What a page must agree with to be the notice looked for; what is not known is None or empty.

    `page_id` is the number in the old address, `zones` the Chinese names of the zones that it is cited
    for, `phrase` the programme's name.
    """

    title: str | None = None
    document_number: str | None = None
    page_id: str | None = None
    zones: tuple[str, ...] = ()
    phrase: str | None = None


def proposals(
    source: Source, snapshot: Snapshot | None, refiled: Iterable[str] = (), listed: Iterable[str] = ()
) -> tuple[str, ...]:
    """Propose addresses at which a lost notice may stand now, the likeliest first, none twice.

    In: `refiled`, the site's known re-filing of the address, and `listed`, what watched lists show
    under its title, number or zone. Out, in this order: re-filed; https, www, `.html` and these
    together; where it was last seen; the dossier's alternatives; listed. The source's own is left out.
    """
    seen_at = (snapshot.url, *respelt(snapshot.url)) if snapshot else ()
    wanted = (*refiled, *respelt(source.url), *seen_at, *source.alternatives, *listed)
    return tuple(url for url in dict.fromkeys(wanted) if url != source.url)


def respelt(url: str) -> Iterator[str]:
    """Yield the address with https for http, with www, with `.html` for `.htm`, and with these together."""
    steps = [respell for respell in (_secure, _with_www, _with_html) if respell(url) != url]
    for respell in steps:
        yield respell(url)
    together = url
    for respell in steps:
        together = respell(together)
        if together != steps[0](url):
            yield together


def verify(notice: Notice, url: str, expected: Expected) -> tuple[str, ...] | None:
    """Give the evidence that a page is the notice looked for, in sentences; None if it is not.

    In: what was read, and the address that it came from. Believed is the same title or document number,
    unless title, number or zone contradict; or the same page number in the address together with a page
    that names the zone and the programme, or the title in its text. An address alone proves nothing.
    """
    if _contradicts(notice, expected):
        return None
    evidence = (*_by_title(notice, expected), *_by_number(notice, expected))
    same_id = expected.page_id is not None and page_id(url) == expected.page_id
    by_id = (f"its address has the same page number {expected.page_id}",) if same_id else ()
    if evidence:
        return (*evidence, *by_id)
    named = tuple(_named(notice, expected)) if same_id else ()
    return (*by_id, *named) if named else None


def is_trivial_move(before: str, after: str) -> bool:
    """Tell whether two addresses differ in scheme, port, www, index file or .htm/.html at most."""
    return _PORT.sub(r"\1", match_key(before)) == _PORT.sub(r"\1", match_key(after))


def names_zone(zone: str, text: str) -> bool:
    """Tell whether a text names a zone, with or without the 市 that only some titles have."""
    return normalise(zone).removesuffix("市") in normalise(text)


def _secure(url: str) -> str:
    return _INSECURE.sub("https://", url)


def _with_www(url: str) -> str:
    """Put www before a registered domain that stands alone; names of one label and numbers stay."""
    name = host(url)
    alone = name == registered_domain(url) and not name.startswith("www.")
    return _APEX.sub(r"\1www.", url) if alone and re.search(r"\.[a-z-]+$", name) else url


def _with_html(url: str) -> str:
    return _OLD_PAGE.sub(r"\1l", url)


def _contradicts(notice: Notice, expected: Expected) -> bool:
    text = f"{notice.title or ''}\n{notice.text}"
    if expected.zones and not any(names_zone(zone, text) for zone in expected.zones):
        return True
    if expected.document_number and notice.document_number and not tuple(_by_number(notice, expected)):
        return True
    known, shown = tidy(expected.title or "")[0], tidy(notice.title or "")[0]
    return bool(known and shown) and fuzz.partial_ratio(known, shown) < OTHER_TITLE


def _by_title(notice: Notice, expected: Expected) -> Iterator[str]:
    known, _ = tidy(expected.title or "")
    if len(known) >= TELLING and known == tidy(notice.title or "")[0]:
        yield f"it has the same title: {notice.title}"


def _by_number(notice: Notice, expected: Expected) -> Iterator[str]:
    known = normalise_number(expected.document_number or "")
    if known and known == normalise_number(notice.document_number or ""):
        yield f"it has the same document number: {notice.document_number}"


def _named(notice: Notice, expected: Expected) -> Iterator[str]:
    """Yield what a page says of itself that is known of the notice."""
    text = f"{notice.title or ''}\n{notice.text}"
    of_programme = not expected.phrase or normalise(expected.phrase) in normalise(text)
    for zone in expected.zones:
        if of_programme and names_zone(zone, text):
            yield f"the page names {zone}: {notice.title or 'in its text'}"
    known, _ = tidy(expected.title or "")
    if len(known) >= TELLING and known in normalise(text):
        yield f"the page names the known title: {expected.title}"

"""Mementos: pages as archives of the web kept them, by the address and the moment of a capture. Pure.

The Wayback Machine and its kin name both in a replay's address. They show a page in a frame of their
own, with its links rewritten, and as it came only where `id_` follows the moment: that is what readers
must see. Links and times are those of the Memento framework (RFC 7089).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from email.utils import parsedate_to_datetime
from urllib.parse import urljoin

from scraper.addresses import canonical
from scraper.model import Fetch, Hop

NOON = time(12, tzinfo=UTC)
"""The hour that a day is asked for by: the middle of it, whatever the time zone of the citation."""
STAMP = "%Y%m%d%H%M%S"
_REPLAY = re.compile(
    r"^(?P<before>https?://.+?/)(?P<stamp>[0-9]{14})(?P<how>[a-z]{2}_)?/(?P<url>https?:/.+)$", re.S
)
_LINK = re.compile(
    r'<(?P<target>[^<>]*)>(?P<parameters>(?:\s*;\s*[\w!#$&+.^`|~-]+\s*=\s*(?:"[^"]*"|[^\s",;]+))*)'
)
_PARAMETER = re.compile(r';\s*([\w!#$&+.^`|~-]+)\s*=\s*(?:"([^"]*)"|([^\s",;]+))')


@dataclass(frozen=True, slots=True)
class Memento:
    """A page as an archive kept it: the archive's address, when it was captured (UTC), which archive."""

    url: str
    at: datetime
    source: str


@dataclass(frozen=True, slots=True)
class Link:
    """One link of a Link header (RFC 8288): where to, its relations, and its time (RFC 7089)."""

    target: str
    relations: frozenset[str]
    at: datetime | None = None


def moment(day: date) -> datetime:
    """Give the moment that stands for a day in a question to an archive."""
    return datetime.combine(day, NOON)


def links_of(hop: Hop) -> tuple[Link, ...]:
    """Read the Link headers of an answer (RFC 8288); what follows no grammar is passed over."""
    said = ", ".join(value for name, value in hop.headers if name.lower() == "link")
    found: list[Link] = []
    for matched in _LINK.finditer(said):
        named = _PARAMETER.findall(matched["parameters"])
        parameters = {name.lower(): quoted or plain for name, quoted, plain in reversed(named)}
        relations = frozenset(parameters.get("rel", "").lower().split())
        found.append(
            Link(urljoin(hop.url, matched["target"]), relations, parse_date(parameters.get("datetime")))
        )
    return tuple(found)


def parse_date(said: str | None) -> datetime | None:
    """Read an HTTP date; None for what is none."""
    try:
        found = parsedate_to_datetime(said or "")
    except (ValueError, IndexError, TypeError):
        return None
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)


def nearest(found: Iterable[Memento], day: date) -> tuple[Memento, ...]:
    """Put mementos in the order of their distance from a day, each moment of an archive once."""
    once = {(memento.source, memento.at): memento for memento in found}
    return tuple(sorted(once.values(), key=lambda memento: abs(memento.at - moment(day))))


def as_it_came(url: str) -> str:
    """Give the address at which the Wayback Machine shows a capture without its own frame; else the same."""
    matched = _REPLAY.match(url)
    return f"{matched['before']}{matched['stamp']}id_/{matched['url']}" if matched else url


def captured_at(url: str) -> datetime | None:
    """Give the moment that a replay's address names, None for any other address."""
    matched = _REPLAY.match(url)
    try:
        return stamped(matched["stamp"]) if matched else None
    except ValueError:
        return None


def as_original(answer: Fetch, url: str) -> Fetch:
    """Give the fetch of a memento as if the site itself had answered for `url`, for readers and gate.

    Steps within the archive (to the capture's exact moment) go; a redirect that was archived stays,
    and leads where the page's own redirect led.
    """
    hops = [replace(hop, url=original_of(hop.url) or url) for hop in answer.hops]
    kept = [
        hop
        for hop, following in zip(hops, [*hops[1:], None], strict=True)
        if following is None or canonical(hop.url) != canonical(following.url)
    ]
    onward = [following.url for following in kept[1:]]
    steps = [replace(hop, location=to) for hop, to in zip(kept, [*onward, None], strict=True)]
    return replace(answer, requested=url, hops=tuple(steps))


def original_of(url: str) -> str | None:
    """Give the address of the page that a replay's address shows; None for any other address.

    Proxies on the way may have folded the two slashes after the inner scheme into one.
    """
    matched = _REPLAY.match(url)
    return re.sub(r"^(https?:)/+", r"\1//", matched["url"]) if matched else None


def stamped(stamp: str) -> datetime:
    """Read a capture's 14 digits as a moment (UTC); raises `ValueError`."""
    if not re.fullmatch(r"[0-9]{14}", stamp):
        raise ValueError(stamp)
    return datetime.strptime(stamp, STAMP).replace(tzinfo=UTC)

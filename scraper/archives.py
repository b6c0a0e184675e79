"""What archives of the web say: their questions as addresses, their answers as values. Pure.

Three ways to ask: the Wayback Machine's index (CDX server), its availability API, and any TimeGate of
the Memento framework (RFC 7089). The Wayback Machine gives a page as it came, without its own frame
and links, where `id_` follows the time in the address; that is what readers must see.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any, Literal
from urllib.parse import urlencode, urljoin

from scraper.addresses import canonical, split
from scraper.model import Fetch, Hop

NOON = time(12, tzinfo=UTC)
"""The hour that a day is asked for by: the middle of it, whatever the time zone of the citation."""
SHOWN_MOST = 20
"""Captures that one question to an index brings; nearer ones come first where the server can sort."""
_STAMP = "%Y%m%d%H%M%S"
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
class Progress:
    """How a capture stands; `memento` once it is done, `why` in the service's words where it failed."""

    state: Literal["pending", "success", "error"]
    memento: Memento | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """One link of a Link header (RFC 8288): where to, its relations, and its time (RFC 7089)."""

    target: str
    relations: frozenset[str]
    at: datetime | None = None


class ArchiveTrouble(Exception):  # noqa: N818 - a service that says no is news, no error of the program
    """An archive that gave no usable answer; `again` are the seconds after which it wishes to be asked."""

    def __init__(self, why: str, again: int | None = None) -> None:
        super().__init__(why)
        self.again = again


def moment(day: date) -> datetime:
    """Give the moment that stands for a day in a question to an archive."""
    return datetime.combine(day, NOON)


def accept_datetime(day: date) -> str:
    """Write a day as a TimeGate wants it (RFC 7089, section 2.1.1): `Thu, 12 Mar 2020 12:00:00 GMT`."""
    return format_datetime(moment(day), usegmt=True)


def cdx_question(base: str, url: str, near: date) -> str:
    """Ask an index for good captures of an address, the nearest to a day first.

    `base` is the service's (`https://web.archive.org`). Captures that say the same (`digest`) are
    named once. `sort=closest` is documented for the CDX server, and ignored by some deployments.
    """
    wish = {
        "url": url,
        "output": "json",
        "fl": "timestamp,original",
        "filter": "statuscode:200",
        "collapse": "digest",
        "sort": "closest",
        "closest": moment(near).strftime(_STAMP),
        "limit": str(SHOWN_MOST),
    }
    return f"{base}/cdx/search/cdx?{urlencode(wish)}"


def availability_question(base: str, url: str, near: date) -> str:
    """Ask the availability API (`base` is `https://archive.org`) for the capture nearest to a day."""
    return f"{base}/wayback/available?{urlencode({'url': url, 'timestamp': moment(near).strftime(_STAMP)})}"


def read_cdx(answer: Fetch, base: str) -> tuple[Memento, ...]:
    """Read an index's JSON: a row of names, then a row a capture; `[]` means none.

    Raises `ArchiveTrouble` for anything else.
    """
    rows = _json(answer)
    if rows == []:
        return ()
    try:
        names, *captures = rows
        time_at, url_at = names.index("timestamp"), names.index("original")
        found = [(str(row[time_at]), str(row[url_at])) for row in captures]
        return tuple(_memento(base, stamp, url) for stamp, url in found)
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        raise ArchiveTrouble(f"an index without the columns that it was asked for: {rows!r:.80}") from error


def read_availability(answer: Fetch) -> tuple[Memento, ...]:
    """Read what the availability API says; an empty `archived_snapshots` means none.

    Raises `ArchiveTrouble` where that is missing or no capture can be read from it.
    """
    said = _json(answer)
    snapshots = said.get("archived_snapshots") if isinstance(said, dict) else None
    if not isinstance(snapshots, dict):
        raise ArchiveTrouble(f"no `archived_snapshots` in {said!r:.80}")
    closest = snapshots.get("closest") or {}
    try:
        if not closest.get("available") or str(closest.get("status", "200")) != "200":
            return ()
        return (Memento(str(closest["url"]), _stamped(str(closest["timestamp"])), "wayback"),)
    except (AttributeError, KeyError, ValueError) as error:
        raise ArchiveTrouble(f"a capture without address or time: {closest!r:.80}") from error


def read_timegate(answer: Fetch, source: str) -> tuple[Memento, ...]:
    """Read a TimeGate's answer: the memento that it led to, and those that its links name.

    404 means that the archive has none (RFC 7089, section 4.5.4). Raises `ArchiveTrouble` where the
    gate did not answer, or answered without a word of Memento.
    """
    if answer.status == 404:
        return ()
    links = [link for hop in answer.hops for link in links_of(hop)]
    found = [
        Memento(link.target, link.at, source) for link in links if "memento" in link.relations and link.at
    ]
    said = parse_date(answer.header("Memento-Datetime"))
    if said:
        found.insert(0, Memento(answer.header("Content-Location") or answer.url, said, source))
    if not found:
        raise _no_answer(answer, "no Memento-Datetime and no link to a memento")
    return tuple({memento.url: memento for memento in found}.values())


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
        return _stamped(matched["stamp"]) if matched else None
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


def read_ticket(answer: Fetch) -> str:
    """Read the number of a capture's job out of what Save Page Now answered; raises `ArchiveTrouble`.

    Refusals come with status 200, too, and without a number; the same page within an hour gets the
    number of the job before.
    """
    said = _json(answer)
    ticket = said.get("job_id") if isinstance(said, dict) else None
    if not isinstance(ticket, str) or not re.fullmatch(r"[\w.-]{1,200}", ticket):
        raise ArchiveTrouble(_words(said))
    return ticket


def read_progress(answer: Fetch, base: str) -> Progress:
    """Read how a capture stands; raises `ArchiveTrouble` where the answer does not say."""
    said = _json(answer)
    state = said.get("status") if isinstance(said, dict) else None
    if state == "pending":
        return Progress("pending")
    if state == "error":
        return Progress("error", why=_words(said))
    try:
        if state == "success":
            return Progress("success", _memento(base, str(said["timestamp"]), str(said["original_url"])))
    except (KeyError, ValueError) as error:
        raise ArchiveTrouble(f"a capture without address or time: {said!r:.80}") from error
    raise ArchiveTrouble(f"no state of a capture: {said!r:.80}")


def _words(said: Any) -> str:
    """Give a refusal in the service's own words (`status_ext` is its stable name)."""
    told = said if isinstance(said, dict) else {}
    parts = (told.get("status_ext"), told.get("message"))
    return ": ".join(str(part) for part in parts if part)[:300] or f"no job: {said!r:.80}"


def _json(answer: Fetch) -> Any:
    """Read an answer's JSON; raises `ArchiveTrouble` for an error, a limit, or HTML in its place."""
    if answer.trouble is not None or answer.status != 200:
        raise _no_answer(answer, "")
    try:
        return json.loads(answer.content)
    except (ValueError, RecursionError) as error:
        kind = answer.header("Content-Type") or "without a type"
        raise ArchiveTrouble(f"{_host(answer)}: expected JSON, got {kind}") from error


def _no_answer(answer: Fetch, why: str) -> ArchiveTrouble:
    said = (answer.header("Retry-After") or "").strip()
    wait = int(said[:6]) if said.isascii() and said.isdecimal() else None
    status = f"status {answer.status}" if answer.answered else "no answer"
    told = why or answer.detail or answer.content[:200].decode("utf-8", "replace").partition("\n")[0]
    told = re.sub(r"<[^<>]*>", " ", told)
    return ArchiveTrouble(
        f"{_host(answer)}: {status}" + (f", {' '.join(told.split())}" if told.strip() else ""), wait
    )


def _host(answer: Fetch) -> str:
    return split(answer.url).authority or answer.url


def _memento(base: str, stamp: str, url: str) -> Memento:
    return Memento(f"{base}/web/{stamp}/{url}", _stamped(stamp), "wayback")


def _stamped(stamp: str) -> datetime:
    if not re.fullmatch(r"[0-9]{14}", stamp):
        raise ValueError(stamp)
    return datetime.strptime(stamp, _STAMP).replace(tzinfo=UTC)

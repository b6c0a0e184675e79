"""What archives of the web say: their questions as addresses, their answers as values. Pure.

Three ways to ask: the Wayback Machine's index (CDX server), its availability API, and any TimeGate of
the Memento framework (RFC 7089); and one to have a page kept, Save Page Now.
"""

import json
import re
from dataclasses import dataclass
from datetime import date
from email.utils import format_datetime
from typing import Any, Literal
from urllib.parse import urlencode

from scraper.addresses import split
from scraper.mementos import STAMP, Memento, links_of, moment, parse_date, stamped
from scraper.model import Fetch

SHOWN_MOST = 20
"""Captures that one question to an index brings; nearer ones come first where the server can sort."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How a capture stands; `memento` once it is done, `why` in the service's words where it failed."""

    state: Literal["pending", "success", "error"]
    memento: Memento | None = None
    why: str = ""


class ArchiveTrouble(Exception):  # noqa: N818 - a service that says no is news, no error of the program
    """An archive that gave no usable answer; `again` are the seconds after which it wishes to be asked."""

    def __init__(self, why: str, again: int | None = None) -> None:
        super().__init__(why)
        self.again = again


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
        "closest": moment(near).strftime(STAMP),
        "limit": str(SHOWN_MOST),
    }
    return f"{base}/cdx/search/cdx?{urlencode(wish)}"


def availability_question(base: str, url: str, near: date) -> str:
    """Ask the availability API (`base` is `https://archive.org`) for the capture nearest to a day."""
    return f"{base}/wayback/available?{urlencode({'url': url, 'timestamp': moment(near).strftime(STAMP)})}"


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
        return (Memento(str(closest["url"]), stamped(str(closest["timestamp"])), "wayback"),)
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
        raise _no_answer(answer, "no Memento-Datetime and no link to a memento" if answer.answered else "")
    return tuple({memento.url: memento for memento in found}.values())


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
    told = re.sub(r"<[^<>]*>", " ", why or answer.detail or _refusal(answer.content))
    return ArchiveTrouble(
        f"{_host(answer)}: {status}" + (f", {' '.join(told.split())}" if told.strip() else ""), wait
    )


def _refusal(content: bytes) -> str:
    """Give the first line of an error's page, or the words of one that came as JSON."""
    try:
        said = json.loads(content)
    except (ValueError, RecursionError):
        said = None
    if isinstance(said, dict) and (said.get("status_ext") or said.get("message")):
        return _words(said)
    return content[:200].decode("utf-8", "replace").partition("\n")[0]


def _host(answer: Fetch) -> str:
    return split(answer.url).authority or answer.url


def _memento(base: str, stamp: str, url: str) -> Memento:
    return Memento(f"{base}/web/{stamp}/{url}", stamped(stamp), "wayback")

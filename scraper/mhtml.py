"""Pages as browsers save them: plain HTML, or MHTML (RFC 2557: one multipart/related message).

Chrome and Edge write `.mhtml`, Internet Explorer wrote `.mht`; the page is the root part, its address the
part's Content-Location. In plain HTML the address may stand in a comment, `<!-- saved from url=(0023)… -->`.
What comes out is the page's own bytes; pictures and styles beside it are left where they are.
"""

import re
from dataclasses import dataclass
from email import message_from_bytes
from email.errors import CloseBoundaryNotFoundDefect, StartBoundaryNotFoundDefect
from email.message import Message

_SAVED_FROM = re.compile(rb"<!--\s*saved from url=\(\d+\)(\S+)\s*-->")
_HEAD = 4096
"""Bytes at the start of a saved page among which browsers put that comment."""
_HEADER_LINE = re.compile(rb"\s*[A-Za-z][A-Za-z0-9-]*:")
_CUT = (CloseBoundaryNotFoundDefect, StartBoundaryNotFoundDefect)


class SavedPageError(Exception):
    """A saved file that holds no whole page; the message is one line for the person who saved it."""


@dataclass(frozen=True, slots=True)
class SavedPage:
    """A page out of a saved file.

    `content` is the page's bytes, `content_type` the header that went with them, `url` the address that
    the browser wrote down, if it did.
    """

    content: bytes
    content_type: str = "text/html"
    url: str | None = None


def read_saved(data: bytes) -> SavedPage:
    """Take the page out of a file that a browser saved.

    Raises SavedPageError for MHTML that is cut off, or that holds no text/html.
    """
    message = message_from_bytes(data) if _HEADER_LINE.match(data) else None
    if message is None or message.get_content_type() != "multipart/related":
        return SavedPage(data, url=_saved_from(data))
    if any(isinstance(defect, _CUT) for defect in message.defects):
        raise SavedPageError("the MHTML ends before its last part does: save the page again")
    part = _root(message)
    if part is None:
        raise SavedPageError("the MHTML holds no text/html part")
    payload = part.get_payload(decode=True)
    content = payload if isinstance(payload, bytes) else b""
    return SavedPage(content, _content_type(part), _address(part, message))


def _root(message: Message) -> Message | None:
    """Find the root part: the one that `start` names, else the first page (RFC 2387, section 3.2)."""
    pages = [part for part in message.walk() if part.get_content_type() == "text/html"]
    start = message.get_param("start")
    named = (part for part in pages if start and part.get("Content-ID") == start)
    return next(named, pages[0] if pages else None)


def _content_type(part: Message) -> str:
    charset = part.get_content_charset()
    return f"text/html; charset={charset}" if charset else "text/html"


def _address(part: Message, message: Message) -> str | None:
    told = part.get("Content-Location") or message.get("Snapshot-Content-Location")
    return _http("".join(str(told).split())) if told else None


def _saved_from(data: bytes) -> str | None:
    found = _SAVED_FROM.search(data[:_HEAD])
    return _http(found[1].decode("utf-8", "replace")) if found else None


def _http(url: str) -> str | None:
    return url if url.lower().startswith(("http://", "https://")) else None

"""What a fetch comes to, as far as status, headers, trouble and bytes alone decide it.

Pure. The order is the contract's: trouble, wall, status, completeness, type, emptiness. What passes all
of it is an apparently whole page, whose content the gate judges (`monitor.gate`). Every rule has a short
stable name, which is kept with the visit, and a detail for people.
"""

import re
from typing import Literal

from scraper.addresses import canonical, is_root, split
from scraper.model import Completeness, Fetch, Outcome, OutcomeKind, Trouble
from scraper.troubles import STOPPED
from scraper.walls import Face, cookie_loop, face_of, wall_of

PERMANENT = frozenset({301, 308})
_TROUBLES = {
    Trouble.NO_SUCH_NAME: OutcomeKind.NO_SUCH_NAME,
    Trouble.NAME_FAILS: OutcomeKind.NAME_FAILS,
    Trouble.REFUSED: OutcomeKind.REFUSED,
    Trouble.RESET: OutcomeKind.RESET,
    Trouble.TIMED_OUT: OutcomeKind.TIMED_OUT,
    Trouble.DEADLINE: OutcomeKind.DEADLINE,
    Trouble.TLS: OutcomeKind.TLS,
    Trouble.PROTOCOL: OutcomeKind.SERVER_ERROR,
    Trouble.PROXY: OutcomeKind.OWN_OUTAGE,
    Trouble.TOO_LARGE: OutcomeKind.INCOMPLETE,
    Trouble.REDIRECTS: OutcomeKind.SERVER_ERROR,
    Trouble.ROBOTS: OutcomeKind.ROBOTS,
    Trouble.POLICY: OutcomeKind.BLOCKED_BY_POLICY,
    Trouble.RESTING: OutcomeKind.RATE_LIMITED,
}
"""A proxy's failure is ours; what is no HTTP, or a circle of redirects, is the server's error."""

_CUT = {
    Completeness.SHORT: "body_short",
    Completeness.CUT_CODING: "coding_cut",
    Completeness.TOO_LARGE: "body_too_large",
}
_MAGIC = (
    (b"%PDF-", "PDF"),
    (b"PK\x03\x04", "ZIP or OOXML"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office file"),
    (b"\x89PNG\r\n", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"\x1f\x8b", "gzip"),
    (b"Rar!\x1a", "RAR"),
    (b"{\\rtf", "RTF"),
)
_NOT_TEXT = re.compile(
    r"(?:image|audio|video|font)/|application/(?:pdf|zip|gzip|msword|vnd\.|x-rar|x-msdownload)", re.IGNORECASE
)
_WIDE = (b"\xff\xfe", b"\xfe\xff")
"""Byte order marks of UTF-16, the one text that holds NULs."""
_CLOSING = re.compile(rb"(</[a-zA-Z][a-zA-Z0-9]{0,10}\s*>|[}\])])\Z")
_APPENDED = re.compile(
    rb"(?:<!--(?:(?!-->).)*+-->|<script\b(?:(?!</script).)*+</script\s*>)\Z", re.DOTALL | re.IGNORECASE
)
PAGE_ENDS = frozenset({"</html>", "</body>"})
_TAIL = 4096


def transport_outcome(fetch: Fetch, *, asked: bool) -> Outcome | None:
    """Judge a fetch by its transport; None for a page that came whole and whose content must be judged.

    `asked` says that validators were sent, so that 304 is an answer. Statuses beyond the contract's
    words: 408 is a time-out; other 4xx refuse our request and say nothing of the page (forbidden, never
    gone); 2xx without a page (204, 205) are empty, a part (206) incomplete.
    """
    if fetch.trouble is not None and not _head_decides(fetch):
        return _troubled(fetch, fetch.trouble)
    face = face_of(fetch)
    return (
        _walled(fetch, face)
        or _by_status(fetch, fetch.status or 0, asked=asked and len(fetch.hops) == 1)
        or _incomplete(fetch)
        or _unexpected(fetch)
        or _empty(fetch, face)
    )


def redirect_kind(fetch: Fetch) -> Literal["permanent", "temporary"] | None:
    """Tell how a fetch was sent elsewhere: permanent if every step was (301, 308), None if nowhere."""
    steps = [hop.status for hop in fetch.hops if hop.location]
    if not steps or canonical(fetch.url) == canonical(fetch.requested):
        return None
    return "permanent" if PERMANENT.issuperset(steps) else "temporary"


def deep_to_root(fetch: Fetch) -> bool:
    """Tell whether a page's address ended at a home page; only a probe shows that it means `gone`."""
    return redirect_kind(fetch) is not None and is_root(fetch.url) and not is_root(fetch.requested)


def to_error_page(fetch: Fetch) -> bool:
    """Tell whether redirects ended at an address that is named for errors (`/404.html`, FACTS section 3)."""
    name = split(fetch.url).path.rpartition("/")[2].lower()
    error = re.match(r"(?:40[34]|5\d\d|err(?:or)?|not_?found|page_?not_?found|missing)\b", name)
    return redirect_kind(fetch) is not None and error is not None


def ending(content: bytes) -> str | None:
    """Return the closing tag or bracket that a body ends with, what proxies append left out; None without.

    The NULs of UTF-16 do not count.
    """
    tail = content[-_TAIL:].replace(b"\0", b"").rstrip()
    while appended := _APPENDED.search(tail):
        tail = tail[: appended.start()].rstrip()
    found = _CLOSING.search(tail)
    return re.sub(r"\s", "", found[1].decode("ascii").lower()) if found else None


def end_missing(content: bytes, before: str | None) -> Outcome | None:
    """Judge a body whose closing tag is missing although it was there before: it was cut on the way.

    For pages that the content gate took for good. `before` is the `ending` of the last good body (None:
    it had none, and nothing is said).
    """
    now = ending(content)
    if before is None or now == before or (now in PAGE_ENDS and before in PAGE_ENDS):
        return None
    return Outcome(OutcomeKind.INCOMPLETE, "closing_missing", f"the page ended with {before}, now with {now}")


def _head_decides(fetch: Fetch) -> bool:
    """Whether the trouble only struck in the body of an error whose head says enough."""
    whole_head = bool(fetch.hops) and fetch.hops[-1].location is None
    return whole_head and (fetch.status or 0) >= 400 and fetch.trouble is not Trouble.REDIRECTS


def _troubled(fetch: Fetch, trouble: Trouble) -> Outcome:
    if fetch.detail == STOPPED:
        return Outcome(OutcomeKind.OWN_OUTAGE, "stopped", "the program was asked to stop")
    if trouble is Trouble.REDIRECTS and cookie_loop(fetch):
        return Outcome(OutcomeKind.WALL, "wall_cookie", f"only a browser that keeps cookies: {fetch.detail}")
    rule = trouble.value
    if trouble is Trouble.TLS:
        rule = f"tls_{fetch.detail.partition(':')[0] or 'other'}"
    return Outcome(_TROUBLES[trouble], rule, fetch.detail)


def _walled(fetch: Fetch, face: Face) -> Outcome | None:
    wall = wall_of(fetch, face)
    if wall is None:
        return None
    return Outcome(OutcomeKind.WALL, f"wall_{wall.slug}", f"{wall.name}: {', '.join(wall.signs)}")


def _by_status(fetch: Fetch, status: int, *, asked: bool) -> Outcome | None:
    if status in (200, 203):
        return None
    kind = _STATUS.get(status)
    if status == 304:
        kind = OutcomeKind.NOT_MODIFIED if asked else OutcomeKind.INCOMPLETE
    if kind is None:
        kind = _CLASSES.get(status // 100, OutcomeKind.SERVER_ERROR)
    rule = "unasked_304" if status == 304 and not asked else f"status_{status}"
    return Outcome(kind, rule, _retry_after(fetch))


_STATUS = {
    204: OutcomeKind.EMPTY,
    205: OutcomeKind.EMPTY,
    206: OutcomeKind.INCOMPLETE,
    404: OutcomeKind.GONE,
    408: OutcomeKind.TIMED_OUT,
    410: OutcomeKind.GONE,
    429: OutcomeKind.RATE_LIMITED,
}
_CLASSES = {2: OutcomeKind.UNEXPECTED_TYPE, 4: OutcomeKind.FORBIDDEN}


def _retry_after(fetch: Fetch) -> str:
    value = (fetch.header("Retry-After") or "").strip()
    return f"Retry-After: {value[:60]}" if value and value.isprintable() else ""


def _incomplete(fetch: Fetch) -> Outcome | None:
    rule = _CUT.get(fetch.completeness)
    return Outcome(OutcomeKind.INCOMPLETE, rule, fetch.detail) if rule else None


def _unexpected(fetch: Fetch) -> Outcome | None:
    head = fetch.content[:1024].lstrip(b"\xef\xbb\xbf \t\r\n")
    magic = next((name for sign, name in _MAGIC if head.startswith(sign)), None)
    if magic:
        return Outcome(OutcomeKind.UNEXPECTED_TYPE, "binary_body", f"{magic} where a page was expected")
    if b"\0" in head and not fetch.content.startswith(_WIDE):
        return Outcome(OutcomeKind.UNEXPECTED_TYPE, "binary_body", "NUL bytes where text was expected")
    declared = (fetch.header("Content-Type") or "").strip()
    if _NOT_TEXT.match(declared) and head[:1] not in (b"<", b"{", b"["):
        return Outcome(OutcomeKind.UNEXPECTED_TYPE, "declared_type", declared[:80])
    return None


def _empty(fetch: Fetch, face: Face) -> Outcome | None:
    if not fetch.content.strip():
        return Outcome(OutcomeKind.EMPTY, "no_bytes", "the body is empty")
    if face.text or not face.whole:
        return None
    return Outcome(OutcomeKind.EMPTY, "no_text", "the page shows no text, only scripts or frames")

"""What stands before every page: the Host, who may come in, how much may be sent, the headers of answers.

Plain ASGI, so that it holds for whatever is behind it, errors and static files too. Rules and sources:
OWASP's cheat sheets on CSRF (signed double submit, fetch metadata) and on HTTP headers; CSP level 3;
RFC 9110 section 15.5.20 (421 for a foreign Host); RFC 6750 and RFC 7617 for the Authorization header.
"""

import base64
import binascii
import ipaddress
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import quote, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from zonewatch.desk.tokens import Keys, Visitor, newcomer

COOKIE: Final = "zonewatch"
SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
OPEN: Final = ("/healthz", "/login", "/static/")
"""What is served without a token at any address: no word of what is watched is in it."""
FEEDS: Final = ("/feed.atom", "/metrics")
"""What programs read that know passwords, not cookies (RFC 7617): they are asked for one."""
FORM_BYTES: Final = 256 * 1024
"""Room for a form beside the page that it carries."""

POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "frame-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
INERT: Final = "sandbox; default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'"
"""For what came from elsewhere: it can run, load, send and reach nothing."""
HEADERS: Final = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "cache-control": "no-store",
}


STATIC: Final = {
    "cache-control": "public, max-age=31536000, immutable",
    "cross-origin-resource-policy": "cross-origin",
}
"""For our own style and script: addressed by their digest, without a secret, and wanted by the sandboxed
frame too, whose origin is nobody's."""


@dataclass(frozen=True, slots=True)
class Access:
    """Whom a desk lets in: `hosts` are the names it answers to, `closed` asks for the token to read too.

    `most_bytes` is the largest request, a saved page with its form.
    """

    keys: Keys
    hosts: frozenset[str]
    closed: bool
    most_bytes: int
    now: Callable[[], datetime]

    def knows(self, host: str) -> bool:
        """Tell whether a Host header names us; an address in digits cannot be rebound, a name can."""
        name = _name_of(host)
        return name in self.hosts or (self.closed and _is_address(name))


def _name_of(host: str) -> str:
    try:
        parts = urlsplit(f"//{host}")
        return parts.hostname or "" if parts.netloc == host and parts.port is not False else ""
    except ValueError:
        return ""


def _is_address(name: str) -> bool:
    try:
        return bool(ipaddress.ip_address(name))
    except ValueError:
        return False


class Guard:
    """The gate of an application; see the module."""

    def __init__(self, app: ASGIApp, access: Access) -> None:
        self._app = app
        self._access = access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer it here."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        visitor, is_new = self._visitor(headers)
        scope.setdefault("state", {}).update(visitor=visitor, access=self._access)
        refusal = self._refusal(scope, headers, visitor)
        answer = refusal or self._app
        send_on = _sender(
            send, self._cookie(visitor) if is_new else None, static=scope["path"].startswith("/static/")
        )
        await answer(scope, _bounded(receive, self._access.most_bytes), send_on)

    def _visitor(self, headers: Headers) -> tuple[Visitor, bool]:
        cookies = cookie_parser(headers.get("cookie", ""))
        known = self._access.keys.visitor(cookies.get(COOKIE))
        return (known, False) if known else (newcomer(), True)

    def _cookie(self, visitor: Visitor) -> str:
        return f"{COOKIE}={self._access.keys.cookie(visitor)}; Path=/; HttpOnly; SameSite=Strict"

    def _refusal(self, scope: Scope, headers: Headers, visitor: Visitor) -> Response | None:
        hosts = headers.getlist("host")
        if len(hosts) != 1 or not self._access.knows(hosts[0]):
            return _said(421, "this desk does not answer to that Host; see `zonewatch serve --allow-host`")
        if scope["method"] not in SAFE and headers.get("sec-fetch-site") in ("cross-site", "same-site"):
            return _said(403, "this request comes from another site")
        length = headers.get("content-length", "0")
        if not length.isdecimal() or int(length[:20]) > self._access.most_bytes:
            return _said(413, f"more than {self._access.most_bytes} bytes are not taken")
        return self._unknown(scope, headers, visitor)

    def _unknown(self, scope: Scope, headers: Headers, visitor: Visitor) -> Response | None:
        """Refuse whom we do not know: always to write by the API, to read where the desk is closed."""
        path, writes = scope["path"], scope["method"] not in SAFE
        kind, given = _shown(headers.get("authorization", ""))
        known = given is not None and self._access.keys.is_token(given)
        if path.startswith("/api/") and writes:
            return None if known and kind == "bearer" else _unauthorised("Bearer")
        if not self._access.closed or known or path.startswith(OPEN):
            return None
        if visitor.signed_in(self._access.now()):
            return None
        if path.startswith(("/api/", *FEEDS)) or path.endswith("/feed.atom") or writes:
            return _unauthorised('Basic realm="zonewatch", charset="UTF-8"')
        return RedirectResponse(f"/login?next={quote(_place(scope), safe='')}", 303)


def _shown(header: str) -> tuple[str, str | None]:
    """Read an Authorization header: its scheme, and the token in it (of Basic the password, any user)."""
    kind, _, rest = header.partition(" ")
    if kind.lower() == "bearer":
        return "bearer", rest.strip()
    if kind.lower() == "basic":
        try:
            return "basic", base64.b64decode(rest, validate=True).decode().partition(":")[2]
        except (binascii.Error, UnicodeDecodeError):
            return "basic", None
    return kind.lower(), None


def _place(scope: Scope) -> str:
    query = scope.get("query_string", b"").decode("latin-1")
    return f"{scope['path']}{f'?{query}' if query else ''}"


def _said(status: int, what: str) -> Response:
    return PlainTextResponse(f"zonewatch: {what}\n", status)


def _unauthorised(challenge: str) -> Response:
    document = {"detail": "the token is missing or wrong: Authorization: Bearer TOKEN"}
    return JSONResponse(document, 401, {"www-authenticate": challenge})


def _sender(send: Send, cookie: str | None, *, static: bool) -> Send:
    """Give every answer the headers that it does not have itself; a new visitor's pages get the cookie."""

    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            if static and message["status"] == 200:
                headers.update(STATIC)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
            page = headers.get("content-type", "").startswith("text/html")
            if cookie and page and "set-cookie" not in headers:
                headers.append("set-cookie", cookie)
        await send(message)

    return sent


class TooMuchError(Exception):
    """A body longer than what is taken, sent without saying so before."""


def _bounded(receive: Receive, most: int) -> Callable[[], Awaitable[MutableMapping[str, Any]]]:
    came = 0

    async def bounded() -> Message:
        nonlocal came
        message = await receive()
        came += len(message.get("body", b""))
        if came > most:
            raise TooMuchError
        return message

    return bounded

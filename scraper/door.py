"""The one door to the network, and the only import of httpx: an address becomes a reply.

httpx builds requests, keeps a visit's cookies and streams answers raw. Below it is a transport of our own,
over the network (`scraper.transport`) or over a history (`scraper.replay`). It is opened when the first
page is asked for: a program whose pages another process fetches never needs it.
"""

from collections.abc import Callable, Iterator
from urllib.parse import quote

import httpx

from scraper.addresses import host
from scraper.model import Headers, Trouble
from scraper.policy import Policy, Validators
from scraper.proxies import Proxies
from scraper.replay import Answer, Archive
from scraper.sockets import Resolve
from scraper.tls import Contexts
from scraper.transport import Asked, Limits, Line, ask, text
from scraper.troubles import Broken, CutShort
from scraper.visit import Exchange, Reply
from scraper.watch import Watch

_VISIBLE = "".join(map(chr, range(0x21, 0x7F)))


def to_network(
    policy: Policy,
    watch: Watch,
    resolve: Resolve,
    contexts: Contexts,
    proxies: Proxies,
    form: bytes = b"",
    to: str | None = None,
) -> Exchange:
    """Open the door to the network for one visit, in which a form is sent `to` an address, if any."""
    limits = Limits(policy.max_header_bytes, policy.max_header_lines)
    line = Line(watch, resolve, limits, policy.connect, policy.allow_private)
    return _Door(_Wire(line, contexts, proxies), policy.user_agent, form, to)


def to_history(archive: Archive, policy: Policy, form: bytes = b"", to: str | None = None) -> Exchange:
    """Open the door to a day of a history, as `to_network` does."""
    return _Door(_History(archive), policy.user_agent, form, to)


class _Door:
    """An `Exchange` over an httpx transport, with one visit's cookies and the form that it sends once."""

    def __init__(self, transport: httpx.BaseTransport, user_agent: str, form: bytes, to: str | None) -> None:
        self._transport = transport
        self._user_agent = user_agent
        self._form = form
        self._to = to
        self._cookies = httpx.Cookies()

    def __call__(self, address: str, extra: Headers) -> Reply:
        """Make one request; raises `Broken`."""
        request = self._request(address, extra)
        if address == self._to:
            self._to = None
        response = self._transport.handle_request(request)
        response.request = request
        if "set-cookie" in response.headers:
            self._cookies.extract_cookies(response)
        return _reply(request, response)

    def _request(self, address: str, extra: Headers) -> httpx.Request:
        """Build a request whose host is the one that the guard has read."""
        lines = (
            ("User-Agent", self._user_agent),
            ("Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"),
            ("Accept-Language", "zh-CN,zh;q=0.9,en;q=0.5"),
            ("Accept-Encoding", "gzip"),
            ("Connection", "close"),
            *extra,
        )
        try:
            headers = [(name.encode(), value.encode()) for name, value in lines]
            sends = address == self._to
            request = httpx.Request(
                "POST" if sends else "GET",
                address,
                headers=headers,
                content=self._form if sends else None,
                extensions={"address": address},
            )
        except (httpx.InvalidURL, ValueError) as error:
            raise Broken(Trouble.POLICY, f"no address: {error}") from error
        if request.url.raw_host.decode("ascii") != host(address).strip("[]"):
            raise Broken(Trouble.POLICY, "the host can be read in two ways")
        if self._cookies:
            self._cookies.set_cookie_header(request)
        return request


def _reply(request: httpx.Request, response: httpx.Response) -> Reply:
    seen = response.extensions
    raw = response.headers.raw
    location = next((value for name, value in raw if name.lower() == b"location"), None)
    return Reply(
        status=response.status_code,
        headers=_headers(raw),
        request_headers=_headers(request.headers.raw),
        parts=response.iter_raw(),
        close=response.close,
        location=quote(location, safe=_VISIBLE) if location else None,
        http_version=seen.get("http_version", b"HTTP/1.1").decode("ascii", "replace"),
        peer=seen.get("peer"),
        tls=seen.get("tls"),
    )


def _headers(raw: list[tuple[bytes, bytes]]) -> Headers:
    return tuple((text(name), text(value)) for name, value in raw)


class _Stream(httpx.SyncByteStream):
    def __init__(self, parts: Iterator[bytes], close: Callable[[], None]) -> None:
        self._parts = parts
        self._close = close

    def __iter__(self) -> Iterator[bytes]:
        return self._parts

    def close(self) -> None:
        self._close()


class _Wire(httpx.BaseTransport):
    """The network as one visit's transport."""

    def __init__(self, line: Line, contexts: Contexts, proxies: Proxies) -> None:
        self._line = line
        self._contexts = contexts
        self._proxies = proxies

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        url = request.url
        asked = Asked(
            scheme=url.raw_scheme,
            host=url.raw_host,
            port=url.port,
            target=url.raw_path,
            headers=request.headers.raw,
            method=request.method.encode(),
            content=request.content,
        )
        head = ask(asked, self._line, self._contexts, self._proxies.of(request.extensions["address"]))
        seen = {"http_version": head.http_version, "peer": head.peer, "tls": head.tls}
        stream = _Stream(head.parts, head.close)
        return httpx.Response(head.status, headers=list(head.headers), stream=stream, extensions=seen)


class _History(httpx.BaseTransport):
    """A day of a history as a transport."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        asked = Validators(request.headers.get("If-None-Match"), request.headers.get("If-Modified-Since"))
        answer = self._archive.answer(request.extensions["address"], validators=asked)
        if answer is None:
            raise Broken(Trouble.NAME_FAILS, "not in the history")
        headers = [(name.encode(), value.encode()) for name, value in answer.headers]
        return httpx.Response(answer.status, headers=headers, stream=_Stream(_parts(answer), lambda: None))


def _parts(answer: Answer) -> Iterator[bytes]:
    """Give a recorded body as it came: with the break in the line where its end was never received."""
    yield answer.body
    if answer.cut:
        raise CutShort("the record has not all of it")

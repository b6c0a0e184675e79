"""The one door to the network, and the only import of httpx: a visit becomes a `Fetch`, whatever happens.

httpx builds requests, keeps a visit's cookies and streams answers raw. Below it is a transport of our
own, over the network (`scraper.transport`) or over a history (`scraper.replay`); above it, redirects
and robots.txt are ours too (`scraper.visit`).
"""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from types import TracebackType
from urllib.parse import quote, urlencode

import httpx

from scraper.addresses import host, port
from scraper.lanes import Lanes
from scraper.model import Fetch, Headers, Trouble
from scraper.policy import Policy, Validators
from scraper.proxies import Proxies
from scraper.replay import Answer, Archive
from scraper.rests import RestedHere, RestMemory
from scraper.robots import RememberedHere, RobotsMemory
from scraper.sockets import Resolve, system_resolve
from scraper.tls import Contexts
from scraper.transport import Asked, Limits, Line, ask, text
from scraper.troubles import STOPPED, Broken, CutShort
from scraper.visit import Exchange, House, Reply, Visit
from scraper.watch import Watch

__all__ = ["STOPPED", "Fetcher", "Policy", "Validators"]

NO_VALIDATORS = Validators()
FORM = ("Content-Type", "application/x-www-form-urlencoded")
_VISIBLE = "".join(map(chr, range(0x21, 0x7F)))


class Fetcher(AbstractContextManager["Fetcher"]):
    """Visits pages by the rules of a policy; safe to use from many threads.

    `now` is the clock of a pass (aware, UTC), asked for `Fetch.started` and the age of a robots.txt,
    which `robots` remembers, as `rests` does whom to leave alone and `lanes` when each server was asked
    last. With an `archive` nothing touches the network and nothing waits. Once
    `stop` is set, or the context is left, visits under way end at once, with `STOPPED` as detail.
    `resolve` looks names up. A `door` stands in the network's place: it is opened for each visit.
    """

    def __init__(
        self,
        policy: Policy,
        *,
        now: Callable[[], datetime],
        robots: RobotsMemory | None = None,
        archive: Archive | None = None,
        rests: RestMemory | None = None,
        lanes: Lanes | None = None,
        stop: threading.Event | None = None,
        resolve: Resolve = system_resolve,
        door: Callable[[Watch], Exchange] | None = None,
    ) -> None:
        self._closed = threading.Event()
        self._stop = stop or self._closed
        self.policy = policy
        self._archive = archive
        self._resolve = resolve
        self._own_door = door
        self._contexts = Contexts(policy.legacy_tls_hosts)
        self._proxies = Proxies(policy.proxies)
        memory = robots if robots is not None else RememberedHere()
        self._house = House(
            policy,
            now,
            memory,
            self._halted,
            replayed=archive is not None,
            lanes=lanes if lanes is not None else Lanes(),
            rests=rests if rests is not None else RestedHere(),
        )

    def fetch(self, url: str, validators: Validators = NO_VALIDATORS, *, headers: Headers = ()) -> Fetch:
        """Visit an address and give all that came of it; what the network does never raises.

        `validators` are the server's own, sent verbatim with the first request, and so are further
        `headers`: what is secret in them goes to nobody else. `Fetch.seconds` is time on the network,
        waits for the lane not counted (0 in a replay).
        """
        watch = Watch(self.policy.deadline, self._halted)
        return Visit(self._house, self._exchange(watch), watch).page(url, validators, headers)

    def post(self, url: str, form: Mapping[str, str], *, headers: Headers = ()) -> Fetch:
        """Send a form to an address, once, under the guard, the deadline and the limits of a visit.

        Where the answer sends on, a GET without form and headers follows (RFC 9110, section 15.4.4).
        """
        return self.send(url, urlencode(form).encode(), (*headers, FORM))

    def send(self, url: str, content: bytes, headers: Headers) -> Fetch:
        """Send content of any kind to an address as `post` sends a form; `headers` name its type."""
        watch = Watch(self.policy.deadline, self._halted)
        door = self._exchange(watch, content, url.strip().partition("#")[0])
        return Visit(self._house, door, watch).page(url, NO_VALIDATORS, headers)

    def rest_of(self, fetch: Fetch) -> datetime | None:
        """Tell until when the site is left alone for whose sake a fetch was not made (RESTING)."""
        onward = fetch.hops[-1].location if fetch.hops else None
        rest = self._house.rest_of(onward or fetch.requested)
        return rest.until if rest else None

    def proxy_of(self, url: str) -> str | None:
        """Name the proxy that an address is asked through, `host:port`; None: directly, or not at all."""
        proxy = self._proxies.of(url) if self._archive is None else None
        return f"{host(proxy)}:{port(proxy)}" if proxy else None

    def close(self) -> None:
        """End the visits under way."""
        self._closed.set()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def halted(self) -> bool:
        """Whether visits are to end."""
        return self._stop.is_set() or self._closed.is_set()

    @property
    def is_portable(self) -> bool:
        """Whether another process can make its visits: over the network, by the system's names."""
        return self._archive is None and self._own_door is None and self._resolve is system_resolve

    @property
    def robots(self) -> RobotsMemory:
        """What it remembers of robots.txt."""
        return self._house.memory

    @property
    def rests(self) -> RestMemory:
        """What it remembers of rests."""
        return self._house.rests

    @property
    def lanes(self) -> Lanes:
        """When it asked each server."""
        return self._house.lanes

    def _halted(self) -> bool:
        return self.halted

    def _exchange(self, watch: Watch, form: bytes = b"", to: str | None = None) -> Exchange:
        """Open the door for one visit, in which a form is sent `to` an address, if any."""
        policy = self.policy
        if self._own_door is not None:
            return self._own_door(watch)
        if self._archive is not None:
            return _Door(_History(self._archive), policy.user_agent, form, to)
        limits = Limits(policy.max_header_bytes, policy.max_header_lines)
        line = Line(watch, self._resolve, limits, policy.connect, policy.allow_private)
        return _Door(_Wire(line, self._contexts, self._proxies), policy.user_agent, form, to)


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

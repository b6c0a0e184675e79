"""The wire below the door: httpcore's protocol over our own names, sockets and TLS.

`Line` is a network backend that lives for one visit: it resolves each name once, has every address
checked, connects to the address checked (the name stays in Host and SNI), and holds the visit's one
clock over all of it. Each request has its own connection: at a pause of seconds between two requests
a kept one saves nothing, and it would cost the question whether a reset was the site's or the pool's.
"""

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from urllib.parse import unquote, urlsplit

import httpcore

from scraper.guard import check_address
from scraper.model import Tls, Trouble
from scraper.sockets import Resolve, dial, look_up
from scraper.streams import Meter, Plain
from scraper.tls import Contexts, facts
from scraper.troubles import Broken, CutShort
from scraper.watch import Watch


@dataclass(frozen=True, slots=True)
class Limits:
    """What a head may weigh: bytes over all its answers (interim ones too), and lines of the last."""

    header_bytes: int
    header_lines: int


@dataclass(frozen=True, slots=True)
class Asked:
    """One request in bytes: `host` without brackets, `target` is path and query, `content` what it sends."""

    scheme: bytes
    host: bytes
    port: int | None
    target: bytes
    headers: Sequence[tuple[bytes, bytes]]
    method: bytes = b"GET"
    content: bytes = b""


@dataclass(frozen=True, slots=True)
class Head:
    """An answer's head, and the body that is still to be read from `parts`; `close` ends it early."""

    status: int
    headers: Sequence[tuple[bytes, bytes]]
    http_version: bytes
    parts: Iterator[bytes]
    close: Callable[[], None]
    peer: str | None = None
    tls: Tls | None = None


@dataclass(slots=True)
class Line(httpcore.NetworkBackend):
    """The network as one visit sees it; `proxied` says that the present request goes to a proxy."""

    watch: Watch
    resolve: Resolve
    limits: Limits
    connect_seconds: float
    allow_private: bool
    proxied: bool = False
    names: dict[str, Sequence[str]] = field(default_factory=dict)
    meter: Meter = field(init=False)

    def __post_init__(self) -> None:
        self.begin(proxied=False, tunnel=False, proxy_tls=False)

    def begin(self, *, proxied: bool, tunnel: bool, proxy_tls: bool) -> None:
        """Get ready for one request: to a proxy or not, through a tunnel, over the proxy's own TLS."""
        self.proxied = proxied
        self.meter = Meter(self.watch, self.limits.header_bytes, tunnel=tunnel, proxy_tls=proxy_tls)

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002 - httpcore's
        local_address: str | None = None,  # noqa: ARG002
        socket_options: Iterable[Any] | None = None,  # noqa: ARG002
    ) -> httpcore.NetworkStream:
        """Resolve, check, connect. Raises `Broken`: POLICY before any connection to a refused address."""
        try:
            sock = dial(self._checked(host, port), port, self.connect_seconds, self.watch)
        except Broken as broken:
            raise (_proxys(broken) if self.proxied else broken) from broken
        self.meter.connected()
        return Plain(sock, self.meter)

    def _checked(self, host: str, port: int) -> Sequence[str]:
        if host not in self.names:
            self.names[host] = look_up(host, port, self.resolve, self.watch)
        if not self.proxied:
            for address in self.names[host]:
                if reason := check_address(address, allow_private=self.allow_private):
                    raise Broken(Trouble.POLICY, f"{host}: {reason}")
        return self.names[host]


def ask(asked: Asked, line: Line, contexts: Contexts, proxy: str | None) -> Head:
    """Send one request over a connection of its own and read the answer's head; raises `Broken`.

    `proxy` is the address of the proxy to go through, user information included.
    """
    host = asked.host.decode("ascii")
    secure = asked.scheme == b"https"
    url = httpcore.URL(scheme=asked.scheme, host=asked.host, port=asked.port, target=asked.target)
    through = _proxy(proxy, contexts) if proxy else None
    over_tls = through is not None and through.url.scheme == b"https"
    line.begin(proxied=through is not None, tunnel=through is not None and secure, proxy_tls=over_tls)
    pool = httpcore.ConnectionPool(
        ssl_context=contexts.of(host) if secure else None,
        proxy=through,
        network_backend=line,
        max_keepalive_connections=0,
    )
    try:
        return _head(
            pool.handle_request(
                httpcore.Request(asked.method, url, headers=asked.headers, content=asked.content)
            ),
            pool,
            line,
            contexts.is_legacy(host),
        )
    except Exception as error:
        pool.close()
        raise _broken(error, line) from error


def text(raw: bytes) -> str:
    """Read a header's bytes: UTF-8 as some sites send it, else one character a byte (RFC 9110, 5.5)."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _proxy(address: str, contexts: Contexts) -> httpcore.Proxy:
    """Read a proxy's address; raises `Broken` (PROXY) without repeating a password."""
    try:
        parts = urlsplit(address)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"{parts.scheme} with host {parts.hostname}")
        auth = (unquote(parts.username), unquote(parts.password or "")) if parts.username else None
        url = httpcore.URL(scheme=parts.scheme, host=parts.hostname, port=parts.port, target="/")
        return httpcore.Proxy(url, auth, ssl_context=contexts.strict if parts.scheme == "https" else None)
    except ValueError as error:
        raise Broken(Trouble.PROXY, f"proxy: its address cannot be used: {error}") from error


def _head(response: httpcore.Response, pool: httpcore.ConnectionPool, line: Line, legacy: bool) -> Head:
    if len(response.headers) > line.limits.header_lines:
        raise Broken(Trouble.PROTOCOL, f"headers: {len(response.headers)} lines")
    if line.proxied and response.status == 407:
        raise Broken(Trouble.PROXY, "proxy: 407 wants authentication")
    stream = response.extensions["network_stream"]
    connection = stream.get_extra_info("ssl_object")
    address = None if line.proxied else stream.get_extra_info("server_addr")
    line.watch.phase = "body"
    parts = _parts(response, line)
    return Head(
        status=response.status,
        headers=response.headers,
        http_version=response.extensions["http_version"],
        parts=parts,
        close=partial(_close, parts, pool),
        peer=address[0] if address else None,
        tls=facts(connection, legacy=legacy) if connection is not None else None,
    )


def _parts(response: httpcore.Response, line: Line) -> Generator[bytes, None, None]:
    """Yield the body as it comes; raises `CutShort` where the sender hung up within it, or `Broken`."""
    try:
        yield from response.iter_stream()
    except httpcore.RemoteProtocolError as error:
        if line.meter.ended:
            raise CutShort(str(error)) from error
        raise Broken(Trouble.PROTOCOL, f"body: {error}") from error
    except httpcore.WriteError as error:
        raise Broken(Trouble.RESET, f"body: {error}") from error


def _close(parts: Generator[bytes, None, None], pool: httpcore.ConnectionPool) -> None:
    parts.close()
    pool.close()


def _broken(error: Exception, line: Line) -> Broken:
    """Name the trouble that an exception before the body means; a proxy's troubles are the proxy's."""
    if isinstance(error, Broken):
        broken = error
    elif isinstance(error, httpcore.ProxyError):
        broken = Broken(Trouble.PROXY, f"proxy: {error}")
    elif isinstance(error, httpcore.RemoteProtocolError) and line.meter.ended and not line.meter.head_bytes:
        broken = Broken(Trouble.RESET, f"{line.watch.phase}: the connection was closed without an answer")
    else:
        broken = Broken(Trouble.PROTOCOL, f"{line.watch.phase}: {error or type(error).__name__}")
    return _proxys(broken) if line.watch.phase == "proxy" or line.meter.proxy_tls else broken


def _proxys(broken: Broken) -> Broken:
    if broken.trouble in (Trouble.DEADLINE, Trouble.PROXY):
        return broken
    return Broken(Trouble.PROXY, f"proxy: {broken.detail}")

"""Streams for httpcore: a socket, and TLS over any stream, both under a visit's clock."""

import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from socket import socket
from typing import Any, TypeVar

import httpcore

from scraper.model import Trouble
from scraper.sockets import receive, send
from scraper.troubles import Broken, tls_trouble
from scraper.watch import Watch

_RECORD = 16 * 1024
_BODY_STEP = 64 * 1024
_T = TypeVar("_T")


@dataclass(slots=True)
class Meter:
    """What one connection has brought, and what it may still bring before its head is complete.

    `limit` are the bytes of a head, interim answers included, in clear. `tunnel`: a proxy speaks
    first; `proxy_tls`: it does so behind TLS of its own. `ended`: the other side closed.
    """

    watch: Watch
    limit: int
    tunnel: bool = False
    proxy_tls: bool = False
    ended: bool = False
    head_bytes: int = 0

    def connected(self) -> None:
        """Begin to count: next comes a proxy's word or the answer's head."""
        self.watch.phase = "proxy" if self.tunnel else "headers"

    def handshake_done(self) -> None:
        """Go on to what follows a handshake: the answer's head, or a proxy's word behind its own TLS."""
        self.watch.phase = "proxy" if self.proxy_tls and self.tunnel else "headers"
        self.proxy_tls, self.head_bytes = False, 0

    def room(self) -> int:
        """Give the bytes that may be read at once; raises `Broken` (PROTOCOL) when a head had all of its."""
        if self.watch.phase == "body":
            return _BODY_STEP
        left = self.limit - self.head_bytes
        if left <= 0:
            raise Broken(Trouble.PROTOCOL, f"headers: more than {self.limit} bytes")
        return left

    def note(self, data: bytes) -> None:
        """Count what came, in clear."""
        self.ended = not data
        self.head_bytes += len(data)


class Stream(httpcore.NetworkStream):
    """What httpcore reads and writes: it counts a head's bytes, in clear, before the head is complete."""

    def __init__(self, meter: Meter) -> None:
        self._meter = meter

    def receive(self, most: int) -> bytes:
        """Read what has come, `most` bytes at most, uncounted."""
        raise NotImplementedError

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002 - httpcore's
        """Read what has come; the clock is the visit's, so `timeout` does not count."""
        data = self.receive(min(max_bytes, self._meter.room()))
        self._meter.note(data)
        return data

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002 - httpcore's
    ) -> httpcore.NetworkStream:
        """Shake hands and give the secure stream over this one."""
        return Secure(self, ssl_context, server_hostname, self._meter)


class Plain(Stream):
    """A connected socket under the visit's clock."""

    def __init__(self, sock: socket, meter: Meter) -> None:
        super().__init__(meter)
        self._sock = sock

    def receive(self, most: int) -> bytes:
        """Read from the socket."""
        return receive(self._sock, most, self._meter.watch)

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002 - httpcore's
        """Write all. A site that hangs up on us may still have answered: the reading will tell."""
        try:
            send(self._sock, buffer, self._meter.watch)
        except Broken as broken:
            if broken.trouble is Trouble.DEADLINE:
                raise
            raise httpcore.WriteError(broken.detail) from broken

    def close(self) -> None:
        """Close the socket."""
        self._sock.close()

    def get_extra_info(self, info: str) -> Any:
        """Give what httpcore and `_head` ask of a stream."""
        with suppress(OSError):
            return self._sock.getpeername() if info == "server_addr" else None


class Secure(Stream):
    """TLS over any stream (over another TLS too), so that the clock below bounds the handshake."""

    def __init__(self, below: Stream, context: ssl.SSLContext, name: str | None, meter: Meter) -> None:
        super().__init__(meter)
        self._below = below
        self._in, self._out = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._in, self._out, server_hostname=(name or "").rstrip("."))
        meter.watch.phase = "tls"
        try:
            self._shake_hands()
        except BaseException:
            self.close()
            raise
        meter.handshake_done()

    def receive(self, most: int) -> bytes:
        """Read decrypted bytes; an end without TLS's farewell is an end, as old servers end."""
        try:
            return self._pump(partial(self._tls.read, most))
        except (ssl.SSLZeroReturnError, ssl.SSLEOFError):
            return b""
        except ssl.SSLError as error:
            raise tls_trouble(error, self._meter.watch.phase) from error

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002 - httpcore's
        """Write all, encrypted."""
        while buffer:
            buffer = buffer[self._pump(partial(self._tls.write, buffer)) :]

    def close(self) -> None:
        """Close the stream below."""
        self._below.close()

    def get_extra_info(self, info: str) -> Any:
        """Give what httpcore and `_head` ask of a stream."""
        return self._tls if info == "ssl_object" else self._below.get_extra_info(info)

    def _shake_hands(self) -> None:
        try:
            self._pump(self._tls.do_handshake)
        except ssl.SSLError as error:
            with suppress(Broken, httpcore.WriteError):
                self._flush()
            raise tls_trouble(error) from error
        except httpcore.WriteError as error:
            raise Broken(Trouble.RESET, f"tls: {error}") from error

    def _pump(self, step: Callable[[], _T]) -> _T:
        """Run one TLS operation, carrying records in and out until it is done."""
        while True:
            try:
                result = step()
            except ssl.SSLWantReadError:
                self._flush()
                self._take()
            else:
                self._flush()
                return result

    def _take(self) -> None:
        data = self._below.receive(_RECORD)
        if data:
            self._in.write(data)
        else:
            self._in.write_eof()

    def _flush(self) -> None:
        if self._out.pending:
            self._below.write(self._out.read())

"""Servers on loopback that do what they are told, well or badly."""

import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

Action = Callable[[socket.socket, bytes], None]


@dataclass
class Asked:
    """One request as it came: when, and its head."""

    at: float
    head: bytes

    @property
    def target(self) -> str:
        return self.head.split(b" ")[1].decode()

    def header(self, name: str) -> str | None:
        for line in self.head.split(b"\r\n")[1:]:
            key, _, value = line.partition(b":")
            if key.lower() == name.lower().encode():
                return value.strip().decode("latin-1")
        return None


@dataclass
class Site:
    """A server's address and the requests that it got; `answers` may be changed while it runs."""

    port: int
    answers: dict[str, bytes | Action]
    scheme: str = "http"
    name: str = "127.0.0.1"
    asked: list[Asked] = field(default_factory=list)
    connections: int = 0

    def url(self, path: str = "/") -> str:
        return f"{self.scheme}://{self.name}:{self.port}{path}"

    @property
    def pages(self) -> list[Asked]:
        return [asked for asked in self.asked if asked.target != "/robots.txt"]


def answer(body: bytes = b"", status: str = "200 OK", *, length: int | None = None, **headers: str) -> bytes:
    """Write an answer; header names are given with underscores."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body) if length is None else length}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def redirect(to: str, status: int = 302, **headers: str) -> bytes:
    return answer(b"moved", f"{status} Found", Location=to, **headers)


def dripping(head: bytes, drop: bytes = b"x", every: float = 0.05) -> Action:
    """Send `head`, then a drop for ever (until the visitor goes)."""

    def act(sock: socket.socket, _request: bytes) -> None:
        sock.sendall(head)
        while True:
            sock.sendall(drop)
            time.sleep(every)

    return act


def flooding(head: bytes, wave: bytes) -> Action:
    """Send `head`, then as much of `wave` as goes."""

    def act(sock: socket.socket, _request: bytes) -> None:
        sock.sendall(head)
        while True:
            sock.sendall(wave)

    return act


def hanging(head: bytes = b"") -> Action:
    """Send `head` and then nothing, the connection open."""

    def act(sock: socket.socket, _request: bytes) -> None:
        sock.sendall(head)
        while sock.recv(65536):
            pass

    return act


def resetting(head: bytes = b"") -> Action:
    """Send `head`, then reset the connection."""

    def act(sock: socket.socket, _request: bytes) -> None:
        if head:
            sock.sendall(head)
            time.sleep(0.1)
        reset(sock)

    return act


def reset(sock: socket.socket) -> None:
    """Close with RST."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sock.close()


def read_head(sock: socket.socket) -> bytes:
    data = b""
    while b"\r\n\r\n" not in data:
        more = sock.recv(65536)
        if not more:
            break
        data += more
    return data


@contextmanager
def listening(handle: Callable[[socket.socket], None]) -> Iterator[int]:
    """Run a server whose connections are each handled in a thread; gives its port."""
    server = socket.create_server(("127.0.0.1", 0), backlog=64)
    open_now: set[socket.socket] = set()

    def one(sock: socket.socket) -> None:
        with suppress(OSError, ValueError), sock:
            handle(sock)
        open_now.discard(sock)

    def loop() -> None:
        with suppress(OSError):
            while True:
                sock, _ = server.accept()
                open_now.add(sock)
                threading.Thread(target=one, args=(sock,), daemon=True).start()

    thread = threading.Thread(target=loop, daemon=True)
    thread.start()
    try:
        yield server.getsockname()[1]
    finally:
        with suppress(OSError):
            server.shutdown(socket.SHUT_RDWR)
        server.close()
        for sock in tuple(open_now):
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
        thread.join(5)


@contextmanager
def serving(
    answers: Mapping[str, bytes | Action], context: ssl.SSLContext | None = None, name: str = "127.0.0.1"
) -> Iterator[Site]:
    """Run a site: each path's answer, 404 for the rest; one request a connection."""
    site = Site(0, dict(answers), "https" if context else "http", name)

    def handle(sock: socket.socket) -> None:
        site.connections += 1
        if context:
            with context.wrap_socket(sock, server_side=True) as secure:
                respond(site, secure)
        else:
            respond(site, sock)

    with listening(handle) as site.port:
        yield site


def respond(site: Site, sock: socket.socket) -> None:
    head = read_head(sock)
    if not head:
        return
    asked = Asked(time.monotonic(), head)
    site.asked.append(asked)
    told = site.answers.get(asked.target, answer(b"no such page", "404 Not Found"))
    if isinstance(told, bytes):
        sock.sendall(told)
    else:
        told(sock, head)

"""A fast HTTP/1.1 server for the field's pages, on 127.0.0.1 alone; also a proxy for any host's name.

    python -m benchmarks.field.server --pages 1000

`/n/17.html` is a page; an absolute address (as proxies get) counts for its path only, so that thousands
of hosts can be played. Control: `/_set?validators=1&noise=0&delay_ms=0`, `/_change?percent=1`,
`/_stats`, `/_reset`. The first line printed is the port, of `--ports` that follow one another.
"""

import argparse
import asyncio
import json
import time
from dataclasses import asdict, dataclass, field
from email.utils import formatdate
from urllib.parse import parse_qs, urlsplit

from benchmarks.field.pages import NOISE, page

EPOCH = 1767225600
LIFE = 2 * 3600
"""Seconds after which the server ends by itself, should nobody end it."""


@dataclass(slots=True)
class Site:
    """What is served, how, and what was asked of it."""

    pages: int
    validators: bool = False
    noise: bool = False
    delay_ms: float = 0.0
    changed: int = 0
    asked: int = 0
    full: int = 0
    unchanged: int = 0
    connections: int = 0
    versions: dict[int, int] = field(default_factory=dict)
    bodies: dict[tuple[int, int], bytes] = field(default_factory=dict)

    def body(self, number: int) -> bytes:
        """Give a page as it stands now."""
        key = number, self.versions.get(number, 0)
        if key not in self.bodies:
            self.bodies[key] = page(*key)
        return self.bodies[key]

    def answer(self, method: str, target: str, headers: dict[str, str]) -> bytes:
        """Give the whole answer to a request for a page."""
        self.asked += 1
        path = urlsplit(target).path
        name = path.removeprefix("/n/").removesuffix(".html")
        if not (path.startswith("/n/") and name.isdecimal() and int(name) < self.pages):
            return _answer("404 Not Found", b"<html><body>404</body></html>")
        number = int(name)
        extra = self._validators(number) if self.validators else {}
        if extra and _unchanged(extra, headers):
            self.unchanged += 1
            return _answer("304 Not Modified", None, extra)
        self.full += 1
        body = self.body(number)
        if self.noise:
            body = body.replace(NOISE, b"%022d" % time.monotonic_ns())
        return _answer("200 OK", b"" if method == "HEAD" else body, extra)

    def _validators(self, number: int) -> dict[str, str]:
        version = self.versions.get(number, 0)
        modified = formatdate(EPOCH + version * 60, usegmt=True)
        return {"ETag": f'"{number}-{version}"', "Last-Modified": modified}

    def control(self, target: str) -> bytes:
        """Obey, and give what was asked of the server so far."""
        parts = urlsplit(target)
        wish = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if parts.path == "/_set":
            self.validators = bool(int(wish.get("validators", self.validators)))
            self.noise = bool(int(wish.get("noise", self.noise)))
            self.delay_ms = float(wish.get("delay_ms", self.delay_ms))
        elif parts.path == "/_change":
            self._change(max(1, round(self.pages * float(wish["percent"]) / 100)))
        elif parts.path == "/_reset":
            self.asked = self.full = self.unchanged = self.connections = 0
        told = asdict(self)
        del told["bodies"], told["versions"]
        return _answer("200 OK", json.dumps(told).encode())

    def _change(self, count: int) -> None:
        for number in range(self.changed, self.changed + count):
            self.versions[number % self.pages] = self.versions.get(number % self.pages, 0) + 1
            self.body(number % self.pages)
        self.changed = (self.changed + count) % self.pages


def _unchanged(now: dict[str, str], headers: dict[str, str]) -> bool:
    if "if-none-match" in headers:
        return headers["if-none-match"] == now["ETag"]
    return headers.get("if-modified-since") == now["Last-Modified"]


def _answer(status: str, body: bytes | None, extra: dict[str, str] | None = None) -> bytes:
    lines = {"Server": "field", "Date": formatdate(usegmt=True), **(extra or {})}
    if body is not None:
        lines |= {"Content-Type": "text/html; charset=utf-8", "Content-Length": str(len(body))}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"HTTP/1.1 {status}\r\n{head}\r\n".encode() + (body or b"")


class Connection(asyncio.Protocol):
    """One connection: requests without bodies, answered in order."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._heard = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Count a connection."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._site.connections += 1

    def data_received(self, data: bytes) -> None:
        """Answer every whole request that has come."""
        self._heard += data
        while b"\r\n\r\n" in self._heard:
            head, _, self._heard = self._heard.partition(b"\r\n\r\n")
            self._asked(head.decode("latin-1"))

    def _asked(self, head: str) -> None:
        first, *lines = head.split("\r\n")
        method, target, _ = first.split(" ", 2)
        headers = {
            name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)
        }
        closing = headers.get("connection", "").lower() == "close"
        if urlsplit(target).path.startswith("/_"):
            self._say(self._site.control(target), closing)
        elif self._site.delay_ms:
            later = asyncio.get_running_loop().call_later
            later(self._site.delay_ms / 1000, self._serve, method, target, headers, closing)
        else:
            self._serve(method, target, headers, closing)

    def _serve(self, method: str, target: str, headers: dict[str, str], closing: bool) -> None:
        self._say(self._site.answer(method, target, headers), closing)

    def _say(self, answer: bytes, closing: bool) -> None:
        if not self._transport.is_closing():
            self._transport.write(answer)
            if closing:
                self._transport.close()


async def serve(site: Site, ports: int) -> None:
    """Serve on so many neighbouring ports until ended; print the first."""
    loop = asyncio.get_running_loop()
    for number in range(site.pages):
        site.body(number)
    first = await _neighbours(loop, site, ports)
    print(first, flush=True)
    await asyncio.sleep(LIFE)


async def _neighbours(loop: asyncio.AbstractEventLoop, site: Site, ports: int) -> int:
    """Find free ports that follow one another, and listen on them."""
    for start in range(18500, 60000, 64):
        servers = []
        try:
            for port in range(start, start + ports):
                servers.append(
                    await loop.create_server(lambda: Connection(site), "127.0.0.1", port, backlog=1024)
                )
        except OSError:
            for server in servers:
                server.close()
        else:
            return start
    raise OSError("no free ports in a row")


if __name__ == "__main__":
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--pages", type=int, default=1000)
    reader.add_argument("--ports", type=int, default=8)
    wishes = reader.parse_args()
    asyncio.run(serve(Site(wishes.pages), wishes.ports))

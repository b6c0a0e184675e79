"""A stage on loopback: one site that answers well until it is told to play a fault."""

import re
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from tests.net.serving import Action, answer, listening, read_head

HTML = "text/html; charset=utf-8"
_PROXIED = re.compile(r"^http://[^/]*")
"""What stands before the path where a proxy is asked (RFC 9112, section 3.2.2)."""
TLS_RECORD = b"\x16"
"""How a handshake begins (RFC 8446, section 5.1); a site without TLS hangs up on it."""
PLAIN_404 = answer(b"<html><body><h1>404 Not Found</h1></body></html>", "404 Not Found", Content_Type=HTML)


def html(body: str | bytes, status: str = "200 OK", **headers: str) -> bytes:
    """Write an answer with a page; `headers` may say another Content-Type."""
    content = body.encode() if isinstance(body, str) else body
    return answer(content, status, **({"Content_Type": HTML} | headers))


@dataclass
class Stage:
    """What the site answers: by path, for every other path, and before any request.

    `context` is the TLS that the site speaks, if it does; `greeting` takes a connection over before a
    byte of HTTP or TLS. All may be changed while the site runs.
    """

    answers: dict[str, bytes | Action] = field(default_factory=dict)
    missing: bytes | Action = PLAIN_404
    context: ssl.SSLContext | None = None
    greeting: Action | None = None
    port: int = 0
    asked: list[str] = field(default_factory=list)

    def url(self, path: str) -> str:
        return f"{'https' if self.context else 'http'}://127.0.0.1:{self.port}{path}"

    def take(self, sock: socket.socket) -> None:
        """Answer one connection."""
        if self.greeting:
            self.greeting(sock, b"")
        elif self.context is None and sock.recv(1, socket.MSG_PEEK) == TLS_RECORD:
            return
        elif self.context:
            with self.context.wrap_socket(sock, server_side=True) as secure:
                self._respond(secure)
        else:
            self._respond(sock)

    def _respond(self, sock: socket.socket) -> None:
        head = read_head(sock)
        if not head:
            return
        target = _PROXIED.sub("", head.split(b" ")[1].decode("latin-1"))
        self.asked.append(target)
        told = self.answers.get(target, self.missing)
        if isinstance(told, bytes):
            sock.sendall(told)
        else:
            told(sock, head)
        with suppress(OSError):
            sock.shutdown(socket.SHUT_WR)


@contextmanager
def staged(stage: Stage) -> Iterator[Stage]:
    """Run a stage on a port of its own."""
    with listening(stage.take) as stage.port:
        yield stage

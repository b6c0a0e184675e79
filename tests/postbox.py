"""A mail server and a webhook on loopback that can be switched off, refuse, and remember what they got."""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session


def free_port() -> int:
    """A port that nobody listens on at the moment."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@dataclass
class Mailbox:
    """A mail server's post; `refuse` is what it answers to a message instead of taking it."""

    port: int = field(default_factory=free_port)
    post: list[EmailMessage] = field(default_factory=list)
    refuse: str = ""
    password: bytes | None = None

    @property
    def address(self) -> str:
        """Its address as apprise wants it."""
        login = "watch:" + self.password.decode() + "@" if self.password else ""
        return (
            f"mailto://{login}127.0.0.1:{self.port}/?from=zw@example.org&to=analyst@example.org&mode=insecure"
        )

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Take a message, or refuse it."""
        if self.refuse:
            return self.refuse
        read = message_from_bytes(bytes(envelope.content or b""), policy=policy.default)
        assert isinstance(read, EmailMessage)
        self.post.append(read)
        return "250 OK"

    @contextmanager
    def up(self) -> Iterator[None]:
        """Listen for as long as the context lasts."""

        def known(
            server: Any, session: Any, envelope: Any, mechanism: Any, data: LoginPassword
        ) -> AuthResult:
            return AuthResult(success=data.password == self.password, handled=False)

        rules: dict[str, Any] = {"auth_require_tls": False}
        if self.password:
            rules |= {"authenticator": known, "auth_required": True}
        server = Controller(self, hostname="127.0.0.1", port=self.port, **rules)
        server.start()
        try:
            yield
        finally:
            server.stop()


@dataclass
class Webhook:
    """What was posted to a webhook, with its headers; `status` and `answer` are what it says to that."""

    port: int = field(default_factory=free_port)
    posted: list[tuple[dict[str, str], dict[str, Any]]] = field(default_factory=list)
    status: int = 200
    answer: bytes = b"{}"
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def address(self) -> str:
        """Its address as apprise wants it."""
        return f"json://127.0.0.1:{self.port}/hook"

    @contextmanager
    def up(self) -> Iterator[None]:
        """Listen for as long as the context lasts."""
        hook = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if hook.status < 300:
                    hook.posted.append((dict(self.headers.items()), json.loads(body)))
                self.send_response(hook.status)
                for name, value in hook.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(hook.answer)))
                self.end_headers()
                self.wfile.write(hook.answer)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        server = ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield
        finally:
            server.shutdown()
            thread.join()
            server.server_close()

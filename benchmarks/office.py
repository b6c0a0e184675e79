"""A webhook on loopback whose office is closed at times, and that remembers what it took."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

ROUTES = {"hook": "at once", "digest": "daily 08:00"}
"""The routes that end here, and when each is served."""


class Office:
    """Takes a message unless it is `closed`; `took` counts each by the key that its attempts share."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.took: Counter[str] = Counter()
        self.refused = 0
        self.closed: Callable[[], bool] = lambda: False

    def settings(self, folder: Path) -> Path:
        """Write the settings of somebody who is told here of everything, at once and once a day."""
        path = folder / "settings.toml"
        path.touch(0o600)
        path.write_text(
            "".join(
                f'[[notify]]\nname = "{name}"\nurl = "json://127.0.0.1:{self.port}/"\nwhen = "{when}"\n\n'
                for name, when in ROUTES.items()
            ),
            encoding="utf-8",
        )
        return path

    def answer(self, key: str) -> int:
        """Take a message, or not; give the status of HTTP."""
        if self.closed():
            self.refused += 1
            return 503
        self.took[key] += 1
        return 200


@contextmanager
def opened() -> Iterator[Office]:
    """Open an office at a port of its own."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(office.answer(self.headers["Idempotency-Key"] or ""))
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    office = Office(server.server_port)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield office
    finally:
        server.shutdown()
        thread.join()
        server.server_close()

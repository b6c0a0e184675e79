"""A web archive on loopback that answers as the Wayback Machine is documented to: index, replay, saving."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

TOOLBAR = b"<div id='wm-ipp-base'><!-- BEGIN WAYBACK TOOLBAR INSERT --></div>"
HTML = "text/html; charset=utf-8"
JSON = "application/json"


@dataclass(frozen=True)
class Capture:
    """A page as it was captured."""

    url: str
    body: bytes
    status: int = 200
    location: str | None = None


@dataclass(frozen=True)
class Said:
    """An answer of the service."""

    body: bytes
    status: int = 200
    kind: str = HTML
    headers: tuple[tuple[str, str], ...] = ()


def stamped(stamp: str) -> datetime:
    return datetime.strptime(stamp, "%Y%m%d%H%M%S").replace(tzinfo=UTC)


@dataclass
class House:
    """The archive: captures by their stamp, and what goes wrong, by the beginning of a path.

    A page that is saved is `live`, becomes a capture after `pending` questions, and can be replayed
    after `unshown` more visits; until then the nearest other capture is shown.
    """

    captures: dict[str, Capture] = field(default_factory=dict)
    wrong: dict[str, Said] = field(default_factory=dict)
    live: dict[str, Capture] = field(default_factory=dict)
    refusal: dict[str, object] | None = None
    pending: int = 0
    unshown: int = 0
    base: str = ""
    asked: list[tuple[str, str]] = field(default_factory=list)
    secrets: list[str] = field(default_factory=list)
    jobs: dict[str, str] = field(default_factory=dict)
    saved_at: str = "20261201040000"

    def keep(self, stamp: str, url: str, body: bytes, status: int = 200, location: str | None = None) -> str:
        """Put a capture into the archive; gives the address that is for people."""
        self.captures[stamp] = Capture(url, body, status, location)
        return f"{self.base}/web/{stamp}/{url}"

    def answer(self, method: str, target: str, headers: dict[str, str], form: str) -> Said:
        """Answer a request."""
        self.asked.append((method, target))
        path = target.partition("?")[0]
        for start, said in self.wrong.items():
            if path.startswith(start):
                return said
        query = {name: values[0] for name, values in parse_qs(urlsplit(target).query).items()}
        if path.startswith("/cdx/"):
            return self._index(query)
        if path.startswith("/wayback/available"):
            return self._available(query)
        if path.startswith("/timegate/"):
            return self._gate(target.removeprefix("/timegate/"), headers.get("accept-datetime", ""))
        if path.startswith("/save"):
            return self._save(method, path, headers, form)
        return self._replay(target)

    def _near(self, url: str, stamp: str, *, good: bool = True) -> list[str]:
        mine = [at for at, one in self.captures.items() if one.url == url and (one.status == 200 or not good)]
        return sorted(mine, key=lambda at: abs(stamped(at) - stamped(stamp)))

    def _index(self, query: dict[str, str]) -> Said:
        assert query["output"] == "json" and query["filter"] == "statuscode:200"
        names = query["fl"].split(",")
        bodies: set[bytes] = set()
        rows = []
        for stamp in self._near(query["url"], query["closest"])[: int(query["limit"])]:
            if self.captures[stamp].body not in bodies:
                bodies.add(self.captures[stamp].body)
                row = {"timestamp": stamp, "original": query["url"]}
                rows.append([row[name] for name in names])
        return Said(json.dumps([names, *rows] if rows else []).encode(), kind=JSON)

    def _available(self, query: dict[str, str]) -> Said:
        near = self._near(query["url"], query["timestamp"])
        closest = {
            "available": True,
            "status": "200",
            "timestamp": near[0],
            "url": f"{self.base}/web/{near[0]}/{query['url']}",
        } if near else {}  # fmt: skip
        said = {"url": query["url"], "archived_snapshots": {"closest": closest} if near else {}}
        return Said(json.dumps(said).encode(), kind=JSON)

    def _gate(self, url: str, wish: str) -> Said:
        near = self._near(url, parsedate_to_datetime(wish).strftime("%Y%m%d%H%M%S"), good=False)
        if not near:
            return Said(b"no memento", 404)
        ordered = sorted(near)
        links = [
            f'<{url}>; rel="original"',
            f'<{self.base}/timemap/{url}>; rel="timemap"; type="application/link-format"',
            *(
                f'<{self.base}/web/{at}/{url}>; rel="{rel} memento"; datetime="{http_date(at)}"'
                for at, rel in ((ordered[0], "first"), (ordered[-1], "last"))
            ),
        ]
        headers = (
            ("Vary", "accept-datetime"),
            ("Link", ", ".join(links)),
            ("Location", f"{self.base}/web/{near[0]}/{url}"),
        )
        return Said(b"", 302, headers=headers)

    def _replay(self, target: str) -> Said:
        _, web, stamp, url = target.split("/", 3)
        assert web == "web"
        raw = stamp.endswith("id_")
        stamp = stamp.removesuffix("id_")
        if self.unshown and stamp == self.saved_at:
            self.unshown -= 1
            shown = next((at for at in self._near(url, stamp, good=False) if at != stamp), None)
        else:
            shown = next(iter(self._near(url, stamp, good=False)), None)
        if shown is None:
            return Said(b"<html><p>Wayback Machine has not archived that URL.</p></html>", 404)
        if shown != stamp:
            to = f"/web/{shown}{'id_' if raw else ''}/{url}"
            return Said(b"", 302, headers=(("Location", to),))
        capture = self.captures[shown]
        headers = [
            ("Memento-Datetime", http_date(shown)),
            ("Link", f'<{url}>; rel="original", <{self.base}/timegate/{url}>; rel="timegate"'),
        ]
        if capture.location:
            headers.append(("Location", f"/web/{shown}{'id_' if raw else ''}/{capture.location}"))
        return Said(capture.body if raw else TOOLBAR + capture.body, capture.status, headers=tuple(headers))

    def _save(self, method: str, path: str, headers: dict[str, str], form: str) -> Said:
        self.secrets.append(headers.get("authorization", ""))
        if headers.get("authorization") != "LOW key:secret":
            said: dict[str, object] = {"message": "You need to be logged in to use Save Page Now."}
            return Said(json.dumps(said).encode(), 401, JSON)
        if method == "POST":
            (url,) = parse_qs(form)["url"]
            said = self.refusal or {"url": url, "job_id": "spn2-1f00"}
            self.jobs["spn2-1f00"] = url
        else:
            said = self._progress(path.rpartition("/")[2])
        return Said(json.dumps(said).encode(), kind=JSON)

    def _progress(self, job: str) -> dict[str, object]:
        if self.pending:
            self.pending -= 1
            return {"status": "pending", "job_id": job, "resources": []}
        url = self.jobs[job]
        if url not in self.live:
            told = f"Couldn't resolve host for {url}."
            return {
                "status": "error", "status_ext": "error:invalid-host-resolution", "job_id": job,
                "message": told, "exception": "[Errno -2]", "resources": [],
            }  # fmt: skip
        self.captures[self.saved_at] = self.live[url]
        return {
            "status": "success", "job_id": job, "original_url": url, "timestamp": self.saved_at,
            "duration_sec": 6.2, "http_status": 200, "outlinks": [], "resources": [url],
        }  # fmt: skip


def http_date(stamp: str) -> str:
    return format_datetime(stamped(stamp), usegmt=True)


@contextmanager
def open_house() -> Iterator[House]:
    """Run an archive on a port of its own."""
    house = House()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            form = self.rfile.read(length).decode()
            headers = {name.lower(): value for name, value in self.headers.items()}
            said = house.answer(self.command, self.path, headers, form)
            self.send_response(said.status)
            for name, value in (("Content-Type", said.kind), *said.headers):
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(said.body)))
            self.end_headers()
            self.wfile.write(said.body)

        def do_POST(self) -> None:
            self.do_GET()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    house.base = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield house
    finally:
        server.shutdown()
        thread.join()
        server.server_close()

"""A desk as its users have it: a real server on loopback, forms as browsers send them."""

import re
import shutil
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx

from storage.store import Store
from zonewatch.app import App, Options
from zonewatch.desk.app import make_app
from zonewatch.desk.service import Service
from zonewatch.serving import access, listening, server_of

NOW = datetime(2022, 1, 5, 6, tzinfo=UTC)
"""Two hours after the demo's last pass."""
TOKEN = "a-token-of-these-tests"
_CSRF = re.compile(r'name="csrf" value="([0-9a-f]+)"')


@dataclass(frozen=True)
class House:
    """A desk that is served: its address, its database, and a browser's view of it without scripts."""

    url: str
    service: Service
    http: httpx.Client

    @property
    def store(self) -> Store:
        return self.service.store

    def get(self, place: str, status: int = 200, **given: Any) -> httpx.Response:
        """Get a page and hold its status."""
        answer = self.http.get(place, **given)
        assert answer.status_code == status, (place, answer.status_code, answer.text[:500])
        return answer

    def page(self, place: str, status: int = 200) -> str:
        return self.get(place, status).text

    def csrf(self, place: str = "/findings/F4") -> str:
        """Take the token of the forms from a page."""
        found = _CSRF.search(self.page(place))
        assert found, f"no form on {place}"
        return found[1]

    def post(self, place: str, form: Mapping[str, str], **given: Any) -> httpx.Response:
        """Send a form of this desk."""
        return self.http.post(place, data={"csrf": self.csrf(), **form}, **given)

    def api(self, place: str, document: object = None, token: str | None = TOKEN) -> httpx.Response:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        given = {} if document is None else {"json": document}
        return self.http.post(place, headers=headers, **given)


@contextmanager
def served(
    database: Path, *, host: str = "127.0.0.1", now: datetime = NOW, **settings: Any
) -> Iterator[House]:
    """Serve a desk over a database; `host` is the one it believes to listen at."""
    app = App(Options(db=str(database), now=now))
    app.__dict__["_loaded"] = (app.settings.model_copy(update={"token": TOKEN, **settings}), app.origins)
    with app.store() as store, listening("127.0.0.1", 0) as opened:
        service = Service(app, store)
        gate = access(app, store, host, (), new_token=False)
        server = server_of(make_app(service, gate))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [opened]})
        thread.start()
        try:
            while not server.started:
                time.sleep(0.005)
            url = f"http://127.0.0.1:{opened.getsockname()[1]}"
            with httpx.Client(base_url=url, trust_env=False, timeout=20) as client:
                yield House(url, service, client)
        finally:
            server.should_exit = True
            thread.join()


def copied(database: Path, folder: Path) -> Path:
    """Copy a database that nobody has open."""
    return Path(shutil.copy(database, folder / "zonewatch.db"))

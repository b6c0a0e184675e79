"""From the settings to a listening desk."""

import ipaddress
import signal
import socket
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import Thread
from typing import TYPE_CHECKING

from zonewatch.app import App, say
from zonewatch.errors import ZonewatchError

if TYPE_CHECKING:
    from starlette.types import ASGIApp
    from uvicorn import Server

    from storage.store import Store
    from zonewatch.desk.security import Access

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
"""The names of this machine to itself."""
WAITING = 128
"""How many visitors may wait to be let in."""
ABSENT = "the review desk is not installed: pip install 'zonewatch[desk]'"


def run(app: App, *, host: str, port: int, names: Sequence[str], new_token: bool) -> None:
    """Serve until a signal ends it. Raises ZonewatchError where it cannot listen."""
    with ending_quietly():
        try:
            from reports.charts import warm
            from zonewatch.desk.app import make_app
            from zonewatch.desk.service import Service
        except ModuleNotFoundError as missing:
            raise ZonewatchError(f"{ABSENT} ({missing.name} is missing)") from missing
        with app.store() as store, listening(host, port) as opened:
            made = access(app, store, host, names, new_token=new_token)
            server = server_of(make_app(Service(app, store), made))
            Thread(target=warm, daemon=True).start()
            say(f"zonewatch: the desk is at {shown_address(opened)} (Ctrl-C ends it)")
            server.run(sockets=[opened])


@contextmanager
def ending_quietly() -> Iterator[None]:
    """Let Ctrl-C and SIGTERM be the clean end that they are meant as; the server passes them on to us."""
    kept = {one: signal.signal(one, lambda *_: sys.exit(0)) for one in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for one, handler in kept.items():
            signal.signal(one, handler)


def server_of(desk: "ASGIApp") -> "Server":
    """Make the server of a desk: it names no software, and logs warnings only."""
    from uvicorn import Config, Server

    config = Config(desk, log_level="warning", server_header=False, lifespan="off", http="h11", ws="none")
    return Server(config)


def access(app: App, store: "Store", host: str, names: Sequence[str], *, new_token: bool) -> "Access":
    """Decide whom the desk lets in; a token that is made here is printed, this once."""
    from zonewatch.desk.security import FORM_BYTES, Access
    from zonewatch.desk.tokens import keys_of

    keys, made = keys_of(store, app.settings.token, renew=new_token)
    if made:
        say(f"zonewatch: the desk's token, shown this once: {made}")
    return Access(
        keys=keys,
        hosts=frozenset({*LOOPBACK, host.lower(), *map(str.lower, names)}),
        closed=not is_loopback(host),
        most_bytes=app.settings.max_bytes + FORM_BYTES,
        now=app.clock,
    )


def is_loopback(host: str) -> bool:
    """Tell whether an address can only be reached from this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def listening(host: str, port: int) -> socket.socket:
    """Open the socket to listen at; raises ZonewatchError where it cannot be.

    Who comes before the server is at work waits, and is not refused: the desk's address has been told.
    """
    try:
        family, kind, number, _, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        opened = socket.socket(family, kind, number)
    except OSError as error:
        raise ZonewatchError(f"--host {host}: no such address here ({error.strerror})") from error
    try:
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        opened.bind(place)
        opened.listen(WAITING)
    except OSError as error:
        opened.close()
        raise ZonewatchError(f"cannot listen at {host} port {port}: {error.strerror}") from error
    return opened


def shown_address(opened: socket.socket) -> str:
    """Return the desk's address as a browser takes it."""
    host, port = opened.getsockname()[:2]
    return f"http://{f'[{host}]' if ':' in host else host}:{port}/"

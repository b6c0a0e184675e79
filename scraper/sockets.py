"""Names, connections and bytes under a visit's clock; every failure leaves as `Broken`."""

import errno
import os
import queue
import selectors
import socket
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress

from scraper.addresses import is_literal
from scraper.model import Trouble
from scraper.troubles import Broken, name_trouble, socket_trouble
from scraper.watch import Watch

Resolve = Callable[[str, int], Sequence[str]]
"""A name and a port to IP addresses in the order to try; fails as `socket.getaddrinfo` does."""
_PENDING = frozenset({errno.EINPROGRESS, errno.EWOULDBLOCK, errno.EALREADY})


def system_resolve(name: str, port: int) -> Sequence[str]:
    """Ask the operating system for a name's addresses, each once; raises `socket.gaierror`."""
    found = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(entry[4][0]) for entry in found))


def look_up(name: str, port: int, resolve: Resolve, watch: Watch) -> Sequence[str]:
    """Resolve a name within the visit's time, though the system's own call knows no time-out.

    A literal address is its own answer.
    Raises `Broken`: NO_SUCH_NAME, NAME_FAILS, or DEADLINE while it hangs.
    """
    watch.phase = "name"
    if is_literal(name):
        return (name,)
    answers: queue.SimpleQueue[Sequence[str] | OSError] = queue.SimpleQueue()
    threading.Thread(target=lambda: answers.put(_tried(resolve, name, port)), daemon=True).start()
    while True:
        with suppress(queue.Empty):
            answer = answers.get(timeout=watch.wait())
            break
    if isinstance(answer, OSError):
        raise name_trouble(answer)
    if not answer:
        raise Broken(Trouble.NO_SUCH_NAME, "name: no address")
    return answer


def dial(addresses: Sequence[str], port: int, seconds: float, watch: Watch) -> socket.socket:
    """Connect to the first of `addresses` that lets us; each gets its share of `seconds`.

    Gives a connected socket. Raises `Broken` with the last address's trouble: REFUSED, TIMED_OUT,
    RESET, or DEADLINE.
    """
    watch.phase = "connect"
    until = time.monotonic() + seconds
    for left, address in zip(range(len(addresses), 0, -1), addresses, strict=True):
        share = (until - time.monotonic()) / left
        try:
            return _connect(address, port, max(share, 0.0), watch)
        except Broken as broken:
            if left == 1 or broken.trouble is Trouble.DEADLINE:
                raise
    raise Broken(Trouble.REFUSED, "connect: no address")


def receive(sock: socket.socket, most: int, watch: Watch) -> bytes:
    """Read what has come, `most` bytes at most, b"" at the end; raises `Broken`."""
    while True:
        sock.settimeout(watch.wait())
        try:
            return sock.recv(most)
        except OSError as error:
            _unless_slice(error, watch)


def send(sock: socket.socket, data: bytes, watch: Watch) -> None:
    """Write all of `data`; raises `Broken`."""
    view = memoryview(data)
    while view:
        sock.settimeout(watch.wait())
        try:
            view = view[sock.send(view) :]
        except OSError as error:
            _unless_slice(error, watch)


def _tried(resolve: Resolve, name: str, port: int) -> Sequence[str] | OSError:
    try:
        return resolve(name, port)
    except OSError as error:
        return error
    except UnicodeError as error:
        return socket.gaierror(socket.EAI_NONAME, str(error))


def _connect(address: str, port: int, seconds: float, watch: Watch) -> socket.socket:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        sock = socket.socket(family, socket.SOCK_STREAM)
    except OSError as error:  # a system without IPv6
        raise socket_trouble(error, "connect") from error
    try:
        sock.setblocking(False)
        code = sock.connect_ex((address, port))
        if code in _PENDING:
            _until_writable(sock, seconds, watch)
            code = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if code:
            raise socket_trouble(OSError(code, os.strerror(code)), "connect")
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except OSError as error:
        sock.close()
        raise socket_trouble(error, "connect") from error
    except Broken:
        sock.close()
        raise
    return sock


def _until_writable(sock: socket.socket, seconds: float, watch: Watch) -> None:
    until = time.monotonic() + seconds
    with selectors.DefaultSelector() as selector:
        selector.register(sock, selectors.EVENT_WRITE)
        while not selector.select(watch.wait()):
            if time.monotonic() >= until:
                raise Broken(Trouble.TIMED_OUT, f"connect: no answer in {seconds:.3g} s")


def _unless_slice(error: OSError, watch: Watch) -> None:
    """Pass over the end of one slice of waiting (it carries no number); anything else is trouble."""
    if not isinstance(error, TimeoutError) or error.errno is not None:
        raise socket_trouble(error, watch.phase) from error

"""Three workers in network namespaces, one cut off for a while: what the sites saw, what was found.

    python -m benchmarks.namespaces [--hosts 50] [--pages 1000] [--pause 0.2] [--cut 40]

Each worker reaches the sites and the database over a cable (a veth pair) that can be pulled: the sites and a
door to PostgreSQL's socket stand at 10.77.0.1, on a bridge. Says so, and ends with 0, where network
namespaces are not allowed; exit code 1 where a page is lost or doubled, a host hurried, or findings differ.
"""

import argparse
import asyncio
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from sqlalchemy import make_url

from benchmarks.crowd import Crowd
from benchmarks.workers import (
    WORKERS,
    House,
    Told,
    begin,
    is_over,
    judge,
    last_visit,
    seen,
    server,
    sites,
    wait,
)

HUB = "10.77.0.1"
PORT, DOOR = 21000, 25432
AT = 0.3
"""The share of the pages after which a cable is pulled."""


def ip(*words: str) -> None:
    """Have the network arranged by the command of that name (iproute2)."""
    subprocess.run(("ip", *words), check=True, capture_output=True)


@contextmanager
def cables() -> Iterator[list[str]]:
    """Lay a bridge and a cable to a namespace for each worker; their names."""
    mark = f"zw{os.getpid() % 10_000}"
    names = [f"{mark}w{number}" for number in range(WORKERS)]
    try:
        ip("link", "add", mark, "type", "bridge")
        ip("addr", "add", f"{HUB}/24", "dev", mark)
        ip("link", "set", mark, "up")
        for number, name in enumerate(names):
            ip("netns", "add", name)
            ip("link", "add", name, "type", "veth", "peer", "name", "eth0", "netns", name)
            ip("link", "set", name, "master", mark, "up")
            ip("-n", name, "addr", "add", f"10.77.0.{10 + number}/24", "dev", "eth0")
            ip("-n", name, "link", "set", "eth0", "up")
            ip("-n", name, "link", "set", "lo", "up")
        yield names
    finally:
        for name in names:
            with suppress(subprocess.CalledProcessError):
                ip("netns", "del", name)
        with suppress(subprocess.CalledProcessError):
            ip("link", "del", mark)


@contextmanager
def door(socket_file: str) -> Iterator[None]:
    """Let what comes to the hub's port through to PostgreSQL's socket."""
    loop = asyncio.new_event_loop()

    async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.CancelledError):
            while data := await reader.read(65536):
                writer.write(data)
                await writer.drain()
        writer.close()

    async def through(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        inner, outer = await asyncio.open_unix_connection(socket_file)
        await asyncio.gather(pump(reader, outer), pump(inner, writer))

    loop.run_until_complete(asyncio.start_server(through, HUB, DOOR))
    threading.Thread(target=loop.run_forever, daemon=True).start()
    try:
        yield
    finally:
        loop.call_soon_threadsafe(loop.stop)


def together(house: House, address: str, names: list[str], cut: float, told: Told) -> None:
    """Have a worker in each namespace live through the second day; the first one's cable is pulled."""
    database = make_url(address).database
    outside = f"postgresql://postgres@{HUB}:{DOOR}/{database}"
    before, started = last_visit(address), time.perf_counter()
    workers = [
        house.start(
            outside,
            "worker",
            "--dossier",
            "crowd",
            pause=house.pause,
            log=f"worker{number}",
            within=("ip", "netns", "exec", name),
        )
        for number, name in enumerate(names)
    ]
    try:
        wait(lambda: seen(address, before) >= AT * house.crowd.pages, "the first third", workers)
        ip("link", "set", names[0], "down")
        pulled = seen(address, before)
        told.say(f"{time.perf_counter() - started:.1f} s: pulled a cable after {pulled} visits")
        time.sleep(cut)
        meanwhile = seen(address, before) - pulled
        ip("link", "set", names[0], "up")
        told.say(f"{time.perf_counter() - started:.1f} s: put it back")
        told.hold(meanwhile > cut or is_over(address), f"the others went on meanwhile: {meanwhile} visits")
        wait(lambda: is_over(address), "the end of the round", workers)
        told.say(f"the round took {time.perf_counter() - started:.1f} s, start-up included")
        told.hold(workers[0].poll() is None, "the worker that was cut off came back by itself")
        for worker in workers:
            worker.send_signal(signal.SIGTERM)
        codes = [worker.wait(30) for worker in workers]
        told.hold(codes == [0] * WORKERS, f"all ended with 0 {codes}")
    finally:
        for worker in workers:
            worker.kill()
            worker.communicate()


def allowed() -> str | None:
    """Say why network namespaces cannot be had here, None if they can."""
    if shutil.which("ip") is None:
        return "ip(8) is not installed"
    try:
        with cables():
            return None
    except (subprocess.CalledProcessError, OSError) as error:
        said = error.stderr.decode().strip() if isinstance(error, subprocess.CalledProcessError) else error
        return f"ip(8) says: {said}"


def live(hosts: int, pages: int, pause: float, cut: float) -> Told:
    """Live through both days; what came of it."""
    told = Told()
    with ExitStack() as stack:
        names = stack.enter_context(cables())
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="zw-namespaces-")))
        crowd = Crowd(PORT, hosts, pages, HUB)
        stack.enter_context(sites(crowd))
        inside = make_url(stack.enter_context(server())).set(drivername="postgresql", database="zw_ns")
        place = parse_qs(urlsplit(str(inside)).query)["host"][0]
        stack.enter_context(door(f"{place}/.s.PGSQL.{inside.port or 5432}"))
        address = inside.render_as_string(hide_password=False)
        house = House(folder, crowd, pause)
        sqlite = begin(house, address)
        with closing(sqlite3.connect(sqlite)) as connection:
            first = connection.execute("SELECT max(id) FROM visit").fetchone()[0]
        house.run(str(sqlite), "check", "--dossier", "crowd")
        log = house.ask("/_log")
        house.ask("/_day")
        together(house, address, names, cut, told)
        judge(house, sqlite, first, address, log, told)
        if told.wrong:
            told.lines += [f"{path.name}: {path.read_text()[-1500:]}" for path in folder.glob("worker?")]
    return told


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--hosts", type=int, default=50)
    parser.add_argument("--pages", type=int, default=1000)
    parser.add_argument("--pause", type=float, default=0.2)
    parser.add_argument("--cut", type=float, default=40, help="seconds for which a worker is cut off")
    given = parser.parse_args()
    because = allowed()
    if because:
        print(f"not run: network namespaces are not allowed here; {because}")
        return
    told = live(given.hosts, given.pages, given.pause, given.cut)
    print("\n".join(told.lines))
    sys.exit(1 if told.wrong else 0)


if __name__ == "__main__":
    main()

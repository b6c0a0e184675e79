"""How fast a pass is, beside the floor and the peers: one table, one run, the same pages for all.

    python -m benchmarks.passes [--pages 1000] [--peers FOLDER] [--only NAME]…

Rounds: the first (all is new), unchanged with full answers, unchanged with 304, 1 % changed, and a
visitor counter that differs at every request. Wall time is the whole command's, start-up included; CPU
and memory are summed over its process tree. A figure counts only if the server saw every page asked.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

import psutil

from benchmarks.field.runners import PEERS, Make, Runner, plain, zonewatch

PORTS = 8
SAMPLE = 0.05
"""Seconds between two looks at a process tree's memory."""
FAR_HOSTS, FAR_MS = 64, 100
"""Hosts asked side by side, and the milliseconds that each takes to answer."""
PATIENCE = 300
"""Seconds after which a pass is given up."""
ROUNDS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("first", ("/_set?validators=0&noise=0",)),
    ("unchanged", ()),
    ("1 % changed", ("/_change?percent=1",)),
    ("footer noise", ("/_set?noise=1",)),
    ("with validators", ("/_set?noise=0&validators=1",)),
    ("304", ()),
)
"""What a round is called, and what the server is told before it."""


@dataclass(frozen=True, slots=True)
class Lap:
    """One pass measured: seconds, bytes; `asked` is the server's count."""

    runner: str
    round: str
    wall: float
    cpu: float
    memory: int
    disk: int
    asked: int
    failed: bool


class Server:
    """The field's server, in a process of its own."""

    def __init__(self, pages: int, ports: int) -> None:
        self._ports = ports
        command = (
            sys.executable,
            "-m",
            "benchmarks.field.server",
            "--pages",
            str(pages),
            "--ports",
            str(ports),
        )
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        with self._process.stdout as said:
            self.port = int(said.readline())

    def tell(self, *targets: str) -> dict[str, int]:
        """Give orders; return what was asked of it since `/_reset`."""
        told: dict[str, int] = {}
        for target in targets:
            with urlopen(f"http://127.0.0.1:{self.port}{target}") as answer:
                told = json.load(answer)
        return told

    def urls(self, pages: int) -> list[str]:
        """Give the addresses of so many pages, on all ports in turn."""
        return [
            f"http://127.0.0.1:{self.port + number % self._ports}/n/{number}.html" for number in range(pages)
        ]

    def close(self) -> None:
        """End the process."""
        self._process.terminate()
        self._process.wait()


@contextmanager
def serving(pages: int, ports: int = PORTS) -> Iterator[Server]:
    """Serve so many pages meanwhile."""
    server = Server(pages, ports)
    try:
        yield server
    finally:
        server.close()


def run(runner: Runner, name: str, server: Server, first: bool) -> Lap:
    """Run one pass of a runner and measure it."""
    server.tell("/_reset")
    before = time.perf_counter()
    command = runner.first if first and runner.first else runner.command
    with tempfile.TemporaryFile("w+") as said:
        process = subprocess.Popen(
            command,
            env=_environment() | runner.environment,
            stdout=subprocess.DEVNULL,
            stderr=said,
            cwd=runner.folder,
        )
        cpu, memory = watched(process)
        wall = time.perf_counter() - before
        said.seek(0)
        if process.returncode:
            print(f"{runner.name}: exit {process.returncode}: {said.read()[-500:]}", file=sys.stderr)
    asked = server.tell("/_stats")["asked"]
    return Lap(runner.name, name, wall, cpu, memory, runner.disk, asked, process.returncode != 0)


def _environment() -> dict[str, str]:
    """Give our own environment, in which Python keeps what it compiles, as it has what pip installed."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def watched(process: "subprocess.Popen[bytes]") -> tuple[float, int]:
    """Wait for a process; return CPU seconds and the most bytes resident, over its tree."""
    most, cpu = 0, {}
    root = psutil.Process(process.pid)
    ends = time.monotonic() + PATIENCE
    while process.poll() is None:
        if time.monotonic() > ends:
            process.kill()
        memory = 0
        for one in _tree(root):
            try:
                times = one.cpu_times()
                memory += one.memory_info().rss
            except psutil.Error:
                continue
            cpu[one.pid] = times.user + times.system
        most = max(most, memory)
        time.sleep(SAMPLE)
    return sum(cpu.values()), most


def _tree(root: psutil.Process) -> list[psutil.Process]:
    try:
        return [root, *root.children(recursive=True)]
    except psutil.Error:
        return []


def race(makes: Sequence[Make], pages: int, peers: Path) -> Iterator[Lap]:
    """Let each runner go through all rounds, one after another."""
    for make in makes:
        with serving(pages) as server, tempfile.TemporaryDirectory() as folder:
            runner = make(Path(folder), server.urls(pages), peers)
            for place, (name, orders) in enumerate(ROUNDS):
                server.tell(*orders)
                yield run(runner, name, server, first=place == 0)


def far(pages: int) -> Lap:
    """Let zonewatch go through unchanged pages of many hosts that are far away."""
    with serving(pages, FAR_HOSTS) as server, tempfile.TemporaryDirectory() as folder:
        runner = zonewatch(Path(folder), server.urls(pages), Path(), workers=FAR_HOSTS)
        server.tell("/_set?validators=0&noise=0")
        run(runner, "first", server, first=True)
        server.tell(f"/_set?delay_ms={FAR_MS}")
        return run(runner, f"{FAR_HOSTS} hosts, {FAR_MS} ms", server, first=False)


def show(lap: Lap, pages: int) -> str:
    """Return a lap as a row of the table; one that asked too little or failed says so."""
    whole = "" if lap.asked >= pages and not lap.failed else f"  asked {lap.asked} of {pages}"
    return (
        f"{lap.runner:20}{lap.round:18}{pages / lap.wall:8.0f}{lap.cpu:9.2f}"
        f"{lap.memory / 1e6:9.0f}{lap.disk / 1e6:9.2f}{whole}"
    )


def main() -> None:
    """Print the table of one run, and the ratios that matter."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--pages", type=int, default=1000)
    reader.add_argument("--peers", type=Path, default=Path(".venv-peers/bin"))
    reader.add_argument("--only", action="append", default=[])
    wishes = reader.parse_args()
    makes = [make for make in (plain, zonewatch, *PEERS) if not wishes.only or make.__name__ in wishes.only]
    print(f"{'':20}{'round':18}{'pages/s':>8}{'CPU s':>9}{'MB':>9}{'disk MB':>9}")
    laps = []
    for lap in race(makes, wishes.pages, wishes.peers.absolute()):
        laps.append(lap)
        print(show(lap, wishes.pages), flush=True)
    if zonewatch in makes:
        print(show(far(wishes.pages), wishes.pages))
    for line in ratios(laps):
        print(line)


def ratios(laps: Sequence[Lap]) -> Iterator[str]:
    """Say how zonewatch stands against the best peer and the floor, round by round."""
    for name, _ in ROUNDS:
        walls = {lap.runner: lap.wall for lap in laps if lap.round == name and not lap.failed}
        ours, floor = walls.pop("zonewatch", None), walls.pop("plain httpx", None)
        if ours is None:
            continue
        best = min(walls, key=lambda runner: walls[runner], default=None)
        told = [f"{walls[best] / ours:.2f} times {best}"] if best else []
        told += [f"{floor / ours:.2f} of plain httpx"] if floor else []
        if told:
            yield f"{name}: {', '.join(told)}"


if __name__ == "__main__":
    main()

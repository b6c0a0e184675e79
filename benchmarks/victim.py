"""The real program in processes of its own that are shot with SIGKILL at a chosen moment.

`python -m benchmarks.victim` imports the program once, then reads an order a line (JSON) and forks a
process for each, which runs `zonewatch` with the order's arguments as a shell would have called it, in the
order's folder. It is observed from without: SQLAlchemy's events say when it writes and commits, an audit hook
(PEP 578) when it opens and renames files. Every visit that the store acknowledged is put down in the order's
log before the program goes on, so that after a shot it is known what must be there.
"""

import json
import os
import resource
import signal
import subprocess
import sys
import threading
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import asdict, dataclass, field
from importlib import import_module
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import Engine, event

from monitor.dossier import load_all
from scraper.fetch import Fetcher
from storage.keeping import Keeping
from zonewatch import cli
from zonewatch.shipped import shipped

WRITES = ("INSERT", "UPDATE", "DELETE")
SHAPES = ("CREATE", "ALTER", "DROP")
FIRST_DAY = "2020-03-12T04:00:00Z"


@dataclass(frozen=True, slots=True)
class Aim:
    """Shoot `delay` seconds after the `nth` event of a phase.

    Phases: `start` (one event), `fetch`, `write`, `shape` and `read` (statements, by their first word),
    `commit`, `file` (opened for writing, or renamed).
    """

    phase: str
    nth: int = 1
    delay: float = 0.0


@dataclass(frozen=True, slots=True)
class Order:
    """One run of the program, in a folder.

    `pages` and `bytes_a_file` are what its disk has left: SQLite's own limit of a database's pages, and the
    largest file that the process may write (RLIMIT_FSIZE). `checkpoint` is after how many pages SQLite moves
    its journal into the database (its own default: 1000).
    """

    args: tuple[str, ...]
    folder: str
    aim: Aim | None = None
    pages: int | None = None
    bytes_a_file: int | None = None
    checkpoint: int | None = None


@dataclass(frozen=True, slots=True)
class Ran:
    """How a run ended: `code` is -9 for one that was shot; `kept` are the visits that were acknowledged."""

    code: int
    seconds: float
    out: str
    err: str
    kept: tuple[int, ...] = ()
    raised: tuple[str, ...] = ()
    events: dict[str, int] = field(default_factory=dict)


class Range:
    """A place to shoot at: one process with the program in its memory, from which victims are forked."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def run(self, order: Order) -> Ran:
        """Run the program once."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{json.dumps(asdict(order))}\n")
        self._process.stdin.flush()
        said = self._process.stdout.readline()
        if not said:
            raise RuntimeError("the victims' process ended")
        told = json.loads(said)
        return Ran(**{**told, "kept": tuple(told["kept"]), "raised": tuple(told["raised"])})


@contextmanager
def shooting_range(home: Path) -> Iterator[Range]:
    """Open a range whose victims know no settings but the defaults, and keep their files under `home`."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ZONEWATCH_")}
    apart = dict.fromkeys(("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"), str(home))
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.victim"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=kept | apart,
        cwd=Path(__file__).parents[1],
    )
    with process:
        yield Range(process)
        assert process.stdin is not None
        process.stdin.close()


class Gun:
    """Counts events, and shoots its own process at the one that was aimed at."""

    def __init__(self, aim: Aim | None) -> None:
        self.aim = aim
        self.counts: Counter[str] = Counter()

    def __call__(self, phase: str) -> None:
        """Note an event of a phase."""
        self.counts[phase] += 1
        if self.aim and self.aim.phase == phase and self.counts[phase] == self.aim.nth:
            threading.Thread(target=_shoot, args=(self.aim.delay,), daemon=True).start()


def _shoot(delay: float) -> None:
    time.sleep(delay)
    os.kill(os.getpid(), signal.SIGKILL)


def _watch(gun: Gun, log: Callable[[str], None], order: Order) -> None:
    """Have the gun see what the program does, and the log what it acknowledged."""

    def limited(connection: Any, _record: object) -> None:
        if order.pages and hasattr(connection, "set_trace_callback"):
            connection.execute(f"PRAGMA max_page_count = {order.pages}")
        if order.checkpoint and hasattr(connection, "set_trace_callback"):
            connection.execute(f"PRAGMA wal_autocheckpoint = {order.checkpoint}")

    def said(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        word = statement.lstrip()[:6].rstrip().upper()
        gun("write" if word in WRITES else "shape" if word.startswith(SHAPES) else "read")

    def seen(name: str, args: tuple[Any, ...]) -> None:
        written = name == "open" and isinstance(args[1], str) and args[1].strip("bt") in ("w", "x", "a")
        if written or name == "os.rename":
            gun("file")

    def fetched(self: Fetcher, *args: Any) -> Any:
        gun("fetch")
        return fetch(self, *args)

    def acknowledged(self: Keeping, *args: Any, **more: Any) -> Any:
        done = keep_all(self, *args, **more)
        for kept in done:
            log(f"V {kept.visit.id}")
            for finding in kept.findings:
                log(f"F {finding.draft.key}")
        return done

    event.listen(Engine, "connect", limited)
    event.listen(Engine, "before_cursor_execute", said)
    event.listen(Engine, "commit", lambda _connection: gun("commit"))
    sys.addaudithook(seen)
    fetch, keep_all = Fetcher.fetch, Keeping.keep_all
    Fetcher.fetch, Keeping.keep_all = fetched, acknowledged  # type: ignore[method-assign]


def _die(order: Order, files: Path) -> None:
    """Be the program, to the end or to the shot; never returns."""
    code = 70
    try:
        for number, name in ((1, "out"), (2, "err")):
            os.dup2(os.open(files / name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
        os.chdir(order.folder)
        journal = os.open(files / "log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        if order.bytes_a_file:
            resource.setrlimit(resource.RLIMIT_FSIZE, (order.bytes_a_file, order.bytes_a_file))
        gun = Gun(order.aim)
        _watch(gun, lambda line: void(os.write(journal, f"{line}\n".encode())), order)
        gun("start")
        code = _called(order.args)
        os.write(journal, f"E {json.dumps(gun.counts)}\n".encode())
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        os._exit(code)


def void(_: object) -> None:
    """Take a value and give none."""


def _called(args: tuple[str, ...]) -> int:
    sys.argv = ["zonewatch", *args]
    try:
        cli.main()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 1
    except BaseException:
        traceback.print_exc()
        return 70
    return 0


def _run(order: Order, files: Path) -> Ran:
    (files / "log").write_bytes(b"")
    began = time.perf_counter()
    child = os.fork()
    if not child:
        _die(order, files)
    _, status = os.waitpid(child, 0)
    seconds = time.perf_counter() - began
    told = [line.partition(" ") for line in (files / "log").read_text(encoding="utf-8").splitlines()]
    return Ran(
        code=os.waitstatus_to_exitcode(status),
        seconds=seconds,
        out=(files / "out").read_text(encoding="utf-8", errors="replace"),
        err=(files / "err").read_text(encoding="utf-8", errors="replace"),
        kept=tuple(int(rest) for kind, _, rest in told if kind == "V"),
        raised=tuple(rest for kind, _, rest in told if kind == "F"),
        events=next((json.loads(rest) for kind, _, rest in told if kind == "E"), {}),
    )


def _order(line: str) -> Order:
    told = json.loads(line)
    aim = told.pop("aim")
    return Order(**{**told, "args": tuple(told["args"])}, aim=Aim(**aim) if aim else None)


def main() -> None:
    """Take orders until there are no more."""
    for name in {module for module, _ in cli.COMMANDS.values()}:
        import_module(f"zonewatch.commands.{name}")
    for name in (
        "alembic.command",
        "zonewatch.watching",
        "zonewatch.exporting",
        "zonewatch.reporting",
        "reports.table",
    ):
        import_module(name)
    load_all([shipped("dossiers")])
    with TemporaryDirectory() as files:
        # What a process does once in its life is done before it is forked: a victim is shot at its work.
        with redirect_stdout(StringIO()):
            _called(
                ("--db", f"{files}/z.db", "check", "--replay", str(shipped("history")), "--now", FIRST_DAY)
            )
        for line in sys.stdin:
            sys.stdout.write(f"{json.dumps(asdict(_run(_order(line), Path(files))))}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()

"""Whether anything is lost when the program is killed anywhere, or its disk is full anywhere.

`python -m benchmarks.kill_torture [KILLS [SEED]]` replays the shipped history day by day in processes of the
real program, and kills them (SIGKILL) at moments drawn from the seed: while they fetch, write, commit and
move the journal into the database, at any other time, and while they upgrade what an earlier program left,
export, copy and prune (`benchmarks.kill_errands`). After every kill the database must be whole (SQLite's own
check, foreign keys, every visit readable) and hold every visit that was acknowledged; the next pass carries
on; and when the history is told, the findings and standings are those of an undisturbed run, none of them
raised twice. In between the disk is full at drawn points.
"""

import math
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from benchmarks.kill_errands import Errands, copying, exporting, migrating, pruning
from benchmarks.victim import Aim, Order, Ran, Range, shooting_range
from benchmarks.wholeness import complaints
from storage.engine import PAGE_BYTES
from storage.store import Store
from zonewatch.shipped import shipped

HISTORY = shipped("history")
DAYS = tuple(sorted(folder.name for folder in HISTORY.iterdir() if folder.is_dir()))
"""The days of the shipped history."""
PHASES = {"fetching": 25, "writing": 25, "committing": 25, "checkpointing": 15, "any time": 10}
"""Where a pass is shot, and how often of a hundred."""
ERRANDS = ("migrating", "exporting", "copying", "pruning")
"""What else is shot; every fifth kill is one of these, each as often as the others."""
EVENTS = {"fetching": "fetch", "writing": "write", "committing": "commit", "checkpointing": "commit"}
BRIEF = {"fetching": 0.005, "writing": 0.001, "committing": 0.004, "checkpointing": 0.02}
"""Seconds after the event within which the shot falls."""
FULL = ("disk", "pages", "file size")
"""What makes a disk full: a small file system, SQLite's limit of a database's pages, RLIMIT_FSIZE."""
A_DAY, SHARED_MEMORY = 120_000, 36_000
"""Bytes: what a day's pass writes, and the least that its index of a journal needs."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a database says in the end: findings by key, and where every source stands."""

    findings: dict[str, tuple[object, ...]]
    standings: dict[str, tuple[object, ...]]


@dataclass(slots=True)
class Tally:
    """What a torture came to."""

    met: Counter[str] = field(default_factory=Counter)
    """kills by phase, and runs that met a full disk by what made it full"""
    missed: int = 0
    """runs that ended before the shot, or with the room that they had"""
    histories: int = 0
    acknowledged: int = 0
    """visits that the program was told to be kept"""
    wrong: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def fulls(self) -> int:
        """How many processes met a full disk."""
        return sum(self.met[how] for how in FULL)

    @property
    def kills(self) -> int:
        """How many processes were killed."""
        return self.met.total() - self.fulls


def told(path: Path) -> Told:
    """Read what a database says of the history."""
    with Store.open(str(path), create=False) as store:
        findings = {
            one.draft.key: (
                one.draft.kind,
                one.draft.subject,
                one.draft.url,
                one.draft.title,
                one.draft.because,
            )
            for one in store.findings(open_only=False)
        }
        standings = {
            name: (one.link.state, one.url, one.body, one.snapshot and one.snapshot.digest)
            for name, one in store.standings().items()
        }
    return Told(findings, standings)


def check(day: str) -> tuple[str, ...]:
    """Spell the pass of a day."""
    return ("--db", "z.db", "check", "--replay", str(HISTORY), "--now", f"{day}T04:00:00Z")


@dataclass(slots=True)
class Torture:
    """A history told again and again until enough processes were killed."""

    place: Range
    folder: Path
    random: Random
    days: Sequence[str]
    disk: Path | None = None
    """a small file system that can be filled, where one could be made"""
    tally: Tally = field(default_factory=Tally)

    def undisturbed(self) -> tuple[list[Ran], Told]:
        """Tell the history once in peace; what each day did, and what is known in the end."""
        folder = self.folder / "peace"
        folder.mkdir()
        runs = [self.place.run(Order(check(day), str(folder))) for day in self.days]
        for day, ran in zip(self.days, runs, strict=True):
            if ran.code:
                raise RuntimeError(f"{day}: {ran.err or ran.code}")
        return runs, told(folder / "z.db")

    def history(self, kills: int, fulls: int, model: Sequence[Ran], expected: Told) -> None:
        """Tell a history with so many kills and full disks, and hold its end against the undisturbed one."""
        self.tally.histories += 1
        small = self.disk if self.tally.histories % 2 else None
        folder = (small or self.folder) / f"history{self.tally.histories}"
        folder.mkdir()
        account = Account(folder / "z.db")
        ordeals = self.spread(["kill"] * kills + self.random.choices(FULL[small is None :], k=fulls))
        for day, ran, suffered in zip(self.days, model, ordeals, strict=True):
            self.wrong(folder, self.day(day, ran, suffered, folder, account))
        self.wrong(folder, differences(expected, told(folder / "z.db")))
        self.tally.acknowledged += len(account.kept)
        shutil.rmtree(folder)

    def spread(self, ordeals: Sequence[str]) -> list[list[str]]:
        """Spread what is to be suffered over the days."""
        days: list[list[str]] = [[] for _ in self.days]
        for ordeal in ordeals:
            self.random.choice(days).append(ordeal)
        return days

    def day(
        self, day: str, model: Ran, ordeals: Sequence[str], folder: Path, account: "Account"
    ) -> Iterator[str]:
        """Run a day's pass through its ordeals, until it ends by itself."""
        left = 1.0
        for ordeal in ordeals:
            if ordeal == "kill":
                phase, order, done = self.aimed(day, model, left, folder)
                left *= 1 - done
            else:
                phase, order = ordeal, self.starved(day, ordeal, folder)
            with ballast(folder, self.random) if ordeal == "disk" else nullcontext():
                ran = self.place.run(order)
            yield from account.of(ran, f"{day} {phase} {order.aim or ''}")
            if not ran.code:
                self.tally.missed += 1
                break
            self.tally.met[phase] += 1
        ran = self.place.run(Order(check(day), str(folder)))
        yield from account.of(ran, f"{day} in peace")
        if ran.code:
            yield f"{day}: the pass afterwards ended with {ran.code}: {ran.err}"

    def aimed(self, day: str, model: Ran, left: float, folder: Path) -> tuple[str, Order, float]:
        """Draw when to shoot, in what is left of a day's work; the last value is how far into it."""
        phase = self.random.choices(list(PHASES), list(PHASES.values()))[0]
        far = self.random.random()
        if phase == "any time":
            aim = Aim("start", 1, far * left * model.seconds)
        else:
            nth = math.ceil(far * left * model.events.get(EVENTS[phase], 1))
            aim = Aim(EVENTS[phase], nth, self.random.uniform(0, BRIEF[phase]))
        few = self.random.randint(1, 8) if phase == "checkpointing" else None
        return phase, Order(check(day), str(folder), aim, checkpoint=few), far

    def starved(self, day: str, how: str, folder: Path) -> Order:
        """Draw how much room is left."""
        path = folder / "z.db"
        size = path.stat().st_size if path.exists() else 0
        room = self.random.randrange(A_DAY) if size else self.random.randrange(300_000)
        pages = max(1, (size + room) // PAGE_BYTES) if how == "pages" else None
        file = SHARED_MEMORY + room if how == "file size" else None
        return Order(check(day), str(folder), pages=pages, bytes_a_file=file)

    def errands(self, times: int) -> None:
        """Kill each errand so often, over the database of the undisturbed history."""
        told = self.folder / "peace" / "z.db"
        errands = Errands(self.place, self.folder, self.random)
        for errand in (migrating(), exporting(told), copying(told), pruning(told)):
            errands.kill(errand, times)
        self.tally.met += errands.met
        self.tally.missed += errands.missed
        self.tally.wrong += errands.wrong

    def wrong(self, folder: Path, said: Iterator[str]) -> None:
        """Put down what was wrong."""
        self.tally.wrong += [f"{folder.name}: {line}" for line in said]


@contextmanager
def ballast(folder: Path, random: Random) -> Iterator[None]:
    """Fill the file system of a folder but for a little."""
    weight = folder / "ballast"
    free = shutil.disk_usage(folder).free
    weight.write_bytes(bytes(max(0, free - random.randrange(2 * A_DAY))))
    try:
        yield
    finally:
        weight.unlink()


@contextmanager
def small_disk(folder: Path) -> Iterator[Path | None]:
    """Mount a file system of a few megabytes in memory; None where that is not allowed."""
    at = folder / "disk"
    at.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(at)], check=False, capture_output=True
    )
    try:
        yield at if not mounted.returncode else None
    finally:
        if not mounted.returncode:
            subprocess.run(["umount", str(at)], check=True)


@dataclass(slots=True)
class Account:
    """What the program was told to be kept in one database, over all of its lives."""

    path: Path
    kept: set[int] = field(default_factory=set)
    raised: Counter[str] = field(default_factory=Counter)
    whole_until: int = 0

    def of(self, ran: Ran, when: str) -> Iterator[str]:
        """Add a run, and yield what it left that is not whole."""
        self.kept.update(ran.kept)
        self.raised.update(ran.raised)
        one_line = ran.err.startswith("zonewatch: ") and ran.err.count("\n") == 1
        if ran.code not in (0, -9) and not (ran.code == 1 and one_line):
            yield f"{when}: ended with {ran.code}: {ran.err}"
        for key, times in self.raised.items():
            if times > 1:
                yield f"{when}: raised {times} times: {key}"
        if self.path.exists():
            for line in complaints(self.path, self.kept, self.whole_until):
                yield f"{when}: {line}"
        self.whole_until = max(self.kept, default=0)


def differences(expected: Told, found: Told) -> Iterator[str]:
    """Yield where the end of a history is not that of the undisturbed one."""
    for name in ("findings", "standings"):
        before, after = getattr(expected, name), getattr(found, name)
        for key in sorted(before.keys() | after.keys()):
            if before.get(key) != after.get(key):
                yield f"{name}: {key} is {after.get(key)}, expected {before.get(key)}"


def torture(kills: int, fulls: int, seed: int, days: Sequence[str] = DAYS, a_history: int = 40) -> Tally:
    """Kill so many processes and starve so many; what it came to, with the same draws for the same seed."""
    began = time.perf_counter()
    with TemporaryDirectory() as home, small_disk(Path(home)) as disk, shooting_range(Path(home)) as place:
        one = Torture(place, Path(home), Random(seed), days, disk)
        model, expected = one.undisturbed()
        errands = kills // 5 // len(ERRANDS)
        passes = kills - errands * len(ERRANDS)
        while one.tally.kills < passes or one.tally.fulls < fulls:
            left = min(a_history, passes - one.tally.kills)
            one.history(max(0, left), max(0, min(a_history // 4, fulls - one.tally.fulls)), model, expected)
            print(*lines(one.tally), sep="\n", end="\n\n", file=sys.stderr)
        one.errands(errands)
        one.tally.seconds = time.perf_counter() - began
        return one.tally


def lines(tally: Tally) -> Iterator[str]:
    """Yield what a torture came to, for people."""
    kills = ", ".join(f"{tally.met[phase]} {phase}" for phase in (*PHASES, *ERRANDS))
    fulls = ", ".join(f"{tally.met[how]} by {how}" for how in FULL)
    yield f"{tally.kills} processes killed: {kills}"
    yield f"{tally.fulls} met a full disk: {fulls}"
    yield f"{tally.missed} ended before that; {tally.histories} histories told in {tally.seconds:.0f} s"
    yield f"{tally.acknowledged} visits acknowledged; wrong: {len(tally.wrong)}"
    yield from tally.wrong


def main() -> None:
    """Print the figures; exit with 1 where anything was lost, half kept or raised twice."""
    kills, seed = map(int, (*sys.argv[1:], *("500", "20200904")[len(sys.argv) - 1 :]))
    tally = torture(kills, kills // 5, seed)
    for line in lines(tally):
        print(line)
    sys.exit(bool(tally.wrong))


if __name__ == "__main__":
    main()

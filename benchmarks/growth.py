"""How cost grows with the number of sources: a pass over a thousand that are due, among ever more.

    python -m benchmarks.growth [--sources 1000 10000 100000] [--due 1000]

For each size: what is due is asked for; a pass begins and finds nothing due (start-up, the dossier's file
and all); and one in which so many are due and none has changed. Processor time a visit is the difference
of the two passes, memory the greater of them. Exit 1 where the due query of 100,000 sources takes 50 ms,
memory 400 MB, or a visit 1.3 times what it takes among the fewest.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import cast

from sqlalchemy import Table, insert, update

from benchmarks.field.runners import Runner, zonewatch
from benchmarks.passes import Server, serving, watched
from monitor.dossier import load
from monitor.model import LinkState, State
from scheduler.due import Selection, due
from scheduler.hands import context_of
from storage import schema
from storage.store import Store

FAR = timedelta(days=5)
MOST_DUE_MS, MOST_MB, MOST_RATIO = 50.0, 400.0, 1.3


@dataclass(frozen=True, slots=True)
class Size:
    """What was measured among so many sources: milliseconds, seconds, megabytes."""

    sources: int
    due: float
    start: float
    visit: float
    memory: float


def measured(sources: int, due_ones: int, server: Server) -> Size:
    """Measure one size."""
    with tempfile.TemporaryDirectory() as folder:
        far = [f"http://127.0.0.1:{server.port}/far/{number}.html" for number in range(sources - due_ones)]
        runner = zonewatch(Path(folder), [*server.urls(due_ones), *far], Path())
        with Store.open(runner.environment["ZONEWATCH_DB"]) as store:
            _put_off(store, [f"field/fn{number:02d}" for number in range(due_ones + 1, sources + 1)])
        _run(runner)
        start, idle = _run(runner)
        with Store.open(runner.environment["ZONEWATCH_DB"]) as store:
            _make_due(store, due_ones)
            asked = _asked(runner, store)
        cpu, memory = _run(runner)
    return Size(sources, asked, start, (cpu - start) / due_ones * 1000, max(memory, idle) / 1e6)


def _put_off(store: Store, names: Sequence[str]) -> None:
    """Have sources known and looked at, and due in some days."""
    later = datetime.now(UTC) + FAR
    with store._write() as session:
        connection = session.connection()
        rows = [{"id": number, "name": name, "dossier": "field"} for number, name in enumerate(names, 1)]
        stands = {"state": State.ALIVE, "link": LinkState(State.ALIVE), "layout_failures": 0}
        for at in range(0, len(rows), 10_000):
            some = rows[at : at + 10_000]
            connection.execute(insert(cast(Table, schema.SourceName.__table__)), some)
            standing = [{"source_id": row["id"], "next_due": later, **stands} for row in some]
            connection.execute(insert(cast(Table, schema.Standing.__table__)), standing)


def _make_due(store: Store, many: int) -> None:
    standing = cast(Table, schema.Standing.__table__)
    wish = update(standing).where(standing.c.body.is_not(None))
    with store._write() as session:
        changed = session.connection().execute(wish.values(next_due=datetime.now(UTC) - FAR)).rowcount
    assert changed == many, f"{changed} of {many} pages were seen"


def _asked(runner: Runner, store: Store) -> float:
    """Return the milliseconds that it takes to choose what is due, the median of five."""
    dossier = load(runner.folder / "wishes" / "field.toml")
    context = context_of(dossier, store, datetime.now(UTC))
    return median(_timed(context, store) for _ in range(5)) * 1000


def _timed(context: object, store: Store) -> float:
    began = time.perf_counter()
    assert due(context, store, Selection())  # type: ignore[arg-type]
    return time.perf_counter() - began


def _run(runner: Runner) -> tuple[float, int]:
    command = [word for word in runner.command if word != "--all"]
    process = subprocess.Popen(command, env=os.environ | runner.environment, stdout=subprocess.DEVNULL)
    cpu, memory = watched(process)
    if process.returncode:
        sys.exit(f"growth: {' '.join(command)} ended with {process.returncode}")
    return cpu, memory


def failures(sizes: Sequence[Size]) -> Iterator[str]:
    """Say what is over its bound."""
    first = sizes[0]
    for size in sizes:
        if size.due > MOST_DUE_MS:
            yield f"{size.sources} sources: what is due takes {size.due:.0f} ms, over {MOST_DUE_MS:.0f}"
        if size.memory > MOST_MB:
            yield f"{size.sources} sources: {size.memory:.0f} MB, over {MOST_MB:.0f}"
        if size.visit > MOST_RATIO * first.visit:
            ratio = size.visit / first.visit
            yield f"{size.sources} sources: a visit takes {ratio:.2f} times that of {first.sources}"


def main() -> None:
    """Print the table; exit 1 where a bound does not hold."""
    reader = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    reader.add_argument("--sources", type=int, nargs="+", default=[1_000, 10_000, 100_000])
    reader.add_argument("--due", type=int, default=1_000)
    wishes = reader.parse_args()
    print(f"{'sources':>8}{'due, ms':>10}{'start, CPU s':>14}{'visit, CPU ms':>15}{'MB':>7}")
    sizes = []
    with serving(wishes.due) as server:
        for sources in wishes.sources:
            size = measured(sources, wishes.due, server)
            sizes.append(size)
            told = f"{size.sources:8}{size.due:10.1f}{size.start:14.2f}{size.visit:15.2f}{size.memory:7.0f}"
            print(told, flush=True)
    found = list(failures(sizes))
    for line in found:
        print(line)
    sys.exit(bool(found))


if __name__ == "__main__":
    main()

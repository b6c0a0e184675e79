"""How fast the store answers as visits grow: what stands behind `report`, `history` and what is due.

    python -m benchmarks.store [--visits 10000 100000 1000000]

Makes a database of each size (`benchmarks.desk_database`), asks each question several times, and prints the
median in milliseconds, the database's size, and the most memory that asking took. Exits 1 where a median
is 100 ms or more over the largest.
"""

import argparse
import statistics
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from benchmarks.desk_database import DOSSIER, LIST, NOW, Size, fill
from storage.store import Store

TARGET = 100.0
"""Milliseconds within which a question is answered over a million visits."""
TIMES = 5
PER_VISIT = 10
"""Visits for one notice: most looks find nothing new."""
SOURCE = f"{DOSSIER}/watched-0007"
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Answered:
    """What one size came to: milliseconds by question, and megabytes on disk and in memory."""

    visits: int
    milliseconds: dict[str, float]
    disk: float
    memory: float


def questions(store: Store) -> dict[str, Callable[[], object]]:
    """Give what `report` (of a week), `history` and the scheduler ask of the store."""
    known, week = store.due_times(DOSSIER).keys(), NOW - WEEK
    watched = [name for name in known if "watched" in name][:200]
    return {
        "what is due": lambda: store.due_by(DOSSIER, NOW, NOW + WEEK),
        "what was never looked at": lambda: store.never_kept(known),
        "lists with rows to look at": lambda: store.unsettled_lists(DOSSIER),
        "history, newest 50": lambda: store.visits(SOURCE, limit=50),
        "history, all": lambda: store.visits(SOURCE),
        "report: findings of a week": lambda: store.findings(
            dossier=DOSSIER, open_only=False, since=NOW - WEEK
        ),
        "report: rows of lists": lambda: store.rows_known([LIST]),
        "report: visits of a week": lambda: store.visits_counted(watched, week),
        "report: standings": lambda: store.standings_of(watched, readings=False),
    }


def answered(visits: int) -> Answered:
    """Make a database and ask it everything."""
    with tempfile.TemporaryDirectory(prefix="zonewatch-store-") as folder:
        path = Path(folder) / "z.db"
        fill(path, Size(notices=max(1, visits // PER_VISIT), visits=visits))
        with Store.open(str(path), create=False) as store:
            asked = questions(store)
            found = {name: statistics.median(took(ask) for _ in range(TIMES)) for name, ask in asked.items()}
            tracemalloc.start()
            for ask in asked.values():
                ask()
            _, most = tracemalloc.get_traced_memory()
            tracemalloc.stop()
            kept = store.count_visits(SOURCE)
        print(f"{visits} visits, {kept} of them to {SOURCE}", file=sys.stderr)
        return Answered(visits, found, path.stat().st_size / 1e6, most / 1e6)


def took(ask: Callable[[], object]) -> float:
    """Return the milliseconds of one answer."""
    begun = time.perf_counter()
    ask()
    return (time.perf_counter() - begun) * 1000


def lines(found: Sequence[Answered]) -> list[str]:
    """Give the table: a row a question, a column a size."""
    head = f"{'':28}" + "".join(f"{one.visits:>12,}" for one in found)
    rows = [
        f"{name:28}" + "".join(f"{one.milliseconds[name]:>9.1f} ms" for one in found)
        for name in found[0].milliseconds
    ]
    disk = f"{'on disk':28}" + "".join(f"{one.disk:>9.1f} MB" for one in found)
    memory = f"{'most memory of an answer':28}" + "".join(f"{one.memory:>9.1f} MB" for one in found)
    return [head, *rows, disk, memory]


def main(words: Sequence[str] | None = None) -> int:
    """Print the table; 1 where the largest misses the target."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--visits", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    found = [answered(visits) for visits in parser.parse_args(words).visits]
    print("\n".join(lines(found)))
    late = [name for name, ms in found[-1].milliseconds.items() if ms >= TARGET]
    if late:
        print(f"{TARGET:g} ms or more: {', '.join(late)}")
    return bool(late)


if __name__ == "__main__":
    sys.exit(main())

"""Commands besides a pass that are killed at drawn moments: an upgrade, an export, a copy, a pruning.

Each has a place made ready, is shot once or twice, and then run in peace. After a shot the place must be one
that a user can go on with; in the end it must be what an undisturbed run makes of it.
"""

import math
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from benchmarks.victim import Aim, Order, Ran, Range
from benchmarks.wholeness import complaints
from fixtures.databases import VERSIONS, make, said
from fixtures.databases.__main__ import rows
from storage.errors import StoreError
from storage.migrate import NEWEST
from storage.store import Store, schema_status
from storage.verifying import Checked

DB, WARC, COPY = "z.db", "w.warc.gz", "copy.db"
NOW = "2031-01-01T04:00:00Z"
BRIEF = 0.003
"""Seconds after the event within which the shot falls."""
OLDER = tuple(version for version in VERSIONS if version < NEWEST)


@dataclass(frozen=True, slots=True)
class Errand:
    """A command, and what must be true of its folder.

    `ready` makes the folder ready and returns how it was done (equal words, equal folders); `end` says what
    the folder holds when all is done; `after` yields what is wrong after a shot, given that and what an
    undisturbed run ends in.
    """

    name: str
    args: tuple[str, ...]
    phases: tuple[str, ...]
    ready: Callable[[Path, Random], str]
    after: Callable[[Path, str, Any], Iterator[str]]
    end: Callable[[Path], object]


@dataclass(slots=True)
class Errands:
    """Errands run over and over until enough of them were killed."""

    place: Range
    folder: Path
    random: Random
    met: Counter[str] = field(default_factory=Counter)
    missed: int = 0
    wrong: list[str] = field(default_factory=list)
    _peace: dict[tuple[str, str], tuple[Ran, object]] = field(default_factory=dict)

    def kill(self, errand: Errand, times: int) -> None:
        """Kill an errand so often."""
        while self.met[errand.name] < times:
            folder = self.folder / f"{errand.name}{self.met.total() + self.missed}"
            folder.mkdir()
            left = times - self.met[errand.name]
            self.wrong += [f"{folder.name}: {line}" for line in self._once(errand, folder, min(left, 2))]
            shutil.rmtree(folder)

    def _once(self, errand: Errand, folder: Path, shots: int) -> Iterator[str]:
        how = errand.ready(folder, self.random)
        model, expected = self._undisturbed(errand, how, folder)
        for _ in range(shots):
            aim = self._aim(errand, model)
            ran = self.place.run(Order((*errand.args, "--now", NOW), str(folder), aim))
            if ran.code == -9:
                self.met[errand.name] += 1
                yield from (f"{how} {aim}: {line}" for line in errand.after(folder, how, expected))
            else:
                self.missed += 1
                if ran.code:
                    yield f"{how} {aim}: ended with {ran.code}: {ran.err}"
                break
        ran = self.place.run(Order((*errand.args, "--now", NOW), str(folder)))
        if ran.code:
            yield f"{how}: the run afterwards ended with {ran.code}: {ran.err}"
        elif errand.end(folder) != expected:
            yield f"{how}: the end is not that of an undisturbed run"

    def _undisturbed(self, errand: Errand, how: str, folder: Path) -> tuple[Ran, object]:
        """Run an errand in peace, once for each way that its folder was made ready."""
        known = self._peace.get((errand.name, how))
        if known is None:
            apart = folder.with_suffix(".peace")
            shutil.copytree(folder, apart)
            ran = self.place.run(Order((*errand.args, "--now", NOW), str(apart)))
            if ran.code:
                raise RuntimeError(f"{errand.name} {how}: {ran.err or ran.code}")
            known = self._peace[errand.name, how] = (ran, errand.end(apart))
            shutil.rmtree(apart)
        return known

    def _aim(self, errand: Errand, model: Ran) -> Aim:
        phase = self.random.choice([one for one in errand.phases if model.events.get(one)])
        nth = math.ceil((1 - self.random.random()) * model.events[phase])
        return Aim(phase, nth, self.random.uniform(0, BRIEF))


def migrating() -> Errand:
    """Upgrade what an earlier program left."""
    return Errand(
        "migrating",
        ("--db", DB, "db", "upgrade"),
        ("shape", "write", "read", "commit"),
        _older,
        _old_or_new,
        _story,
    )


def _older(folder: Path, random: Random) -> str:
    version = random.choice(OLDER)
    make(version, str(folder / DB))
    return version


def _old_or_new(folder: Path, version: str, _end: object) -> Iterator[str]:
    """Yield what is wrong with a database whose upgrade was shot: it is the old one whole, or the new one."""
    found = schema_status(str(folder / DB))[0]
    if found == NEWEST:
        yield from complaints(folder / DB, _numbers(version))
    elif found != version:
        yield f"its schema is {found}"
    else:
        before = folder / "before.db"
        make(version, str(before))
        if rows(before) != rows(folder / DB):
            yield "the old schema does not hold what it held"
        before.unlink()


def _numbers(version: str) -> list[int]:
    return [int(row[0][1:]) for visits in said(version)["visits"].values() for row in visits]


def _story(folder: Path) -> object:
    with Store.open(str(folder / DB), create=False) as store:
        findings = store.findings(open_only=False)
        fetches = {visit.id: (visit, store.fetch_of(visit.id)) for visit in store.visits_in_order()}
        return findings, fetches, store.standings()


def exporting(told: Path) -> Errand:
    """Export a database that was told as WARC."""

    def copied(folder: Path, _random: Random) -> str:
        shutil.copyfile(told, folder / DB)
        return "told"

    def as_before(folder: Path, _how: str, archive: bytes) -> Iterator[str]:
        made = folder / WARC
        if made.exists() and made.read_bytes() != archive:
            yield "half an archive stands under its name"
        if rows(folder / DB) != rows(told):
            yield "the database is another"

    args = ("--db", DB, "export", "warc", "-o", WARC)
    return Errand("exporting", args, ("read", "file"), copied, as_before, lambda it: (it / WARC).read_bytes())


def copying(told: Path) -> Errand:
    """Copy a database that was told."""

    def copied(folder: Path, _random: Random) -> str:
        shutil.copyfile(told, folder / DB)
        return "told"

    def refused_or_whole(folder: Path, _how: str, copy: object) -> Iterator[str]:
        if rows(folder / DB) != rows(told):
            yield "the database is another"
        try:
            found = schema_status(str(folder / COPY))[0]
        except StoreError:  # absent, or a copy that is not whole
            return
        if found == NEWEST and rows(folder / COPY) not in ({}, copy):
            yield "half a copy passes for a database"

    args = ("--db", DB, "db", "copy", "--to", COPY)
    return Errand(
        "copying",
        args,
        ("read", "write", "shape", "commit"),
        copied,
        refused_or_whole,
        lambda it: rows(it / COPY),
    )


def pruning(told: Path) -> Errand:
    """Let go what can be of a database that was told."""

    def copied(folder: Path, _random: Random) -> str:
        shutil.copyfile(told, folder / DB)
        return "told"

    def whole(folder: Path, _how: str, _end: object) -> Iterator[str]:
        with Store.open(str(told), create=False) as store:
            kept = [visit.id for visit in store.visits_in_order()]
        yield from complaints(folder / DB, kept)
        with Store.open(str(folder / DB), create=False) as store:
            yield from (damage.what for damage in store.verify(Checked()))

    def ended(folder: Path) -> object:
        return {name: table for name, table in rows(folder / DB).items() if name != "lease"}

    args = ("--db", DB, "prune", "--keep-visits", "0", "--yes")
    return Errand("pruning", args, ("read", "write", "commit"), copied, whole, ended)

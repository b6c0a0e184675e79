"""The house: the database's engine, its disk and growth, the passes, and who holds the lease."""

import shutil
import sqlite3
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from reports.clean import clean
from storage.memory import Pass
from storage.wellbeing import Size
from zonewatch.checkup.model import Check, stops, warns, well

WAL_MENDED = (3, 51, 3)
"""The first SQLite without the WAL-reset bug (https://sqlite.org/wal.html#walresetbug)."""
MONTH = timedelta(days=30)
LEAST_ROOM = 64 * 2**20
"""Bytes: below this a pass may not be able to end."""
ROOM_MONTHS = 12
LATE = timedelta(hours=30)
"""A source that is due for longer than this is looked at by nobody: a cron once a day would have come."""


def sqlite(address: Path | None, version: tuple[int, ...] = sqlite3.sqlite_version_info) -> Iterator[Check]:
    """Judge SQLite's version, where the database is a file of its."""
    said = ".".join(map(str, version))
    if address is None:
        return
    if version < WAL_MENDED:
        yield warns(
            "sqlite",
            f"{said} has the WAL-reset bug: two writers may, very rarely, corrupt the database",
            "install Python with SQLite 3.51.3 or newer; until then keep backups (docs/operating.md)",
        )
    else:
        yield well("sqlite", said)


def disk(folder: Path, size: Size) -> Check:
    """Hold the room that is left against what the database grows by."""
    free = shutil.disk_usage(folder).free
    return room(free, size.grown, str(folder))


def room(free: int, grown: int, where: str) -> Check:
    """Judge the room left on a disk; `grown` is what the last thirty days took."""
    says = f"{told(free)} free for {where}"
    more = "make room there, or move the database (`db` in the settings)"
    if free < max(LEAST_ROOM, grown // 4):
        return stops("disk", f"{says}: too little for the next days", more)
    if grown and free < grown * ROOM_MONTHS:
        return warns("disk", f"{says}: enough for {free / grown:.0f} months at this growth", more)
    return well("disk", says)


def growth(size: Size) -> Check:
    """Tell what the store takes, and what it will take in a year as it grew in the last thirty days."""
    year = size.total + size.grown * 365 // 30
    return well(
        "store", f"{told(size.total)}, {told(size.grown)} of it in 30 days; in a year about {told(year)}"
    )


def passes(kept: tuple[Pass, ...], waiting: datetime | None, now: datetime, *, busy: bool) -> Check:
    """Judge the last passes (newest first); `waiting` is since when the longest waiting source is due."""
    how = "`zonewatch run` as a service, or `zonewatch check` by cron (docs/operating.md)"
    last = next((one for one in kept if one.finished), None)
    if last is None or last.finished is None:
        return stops("passes", "none has ended yet: nothing is watched", how)
    ended = f"the last ended {ago(now - last.finished)} ago"
    if waiting is not None and now - waiting > LATE and not busy:
        return stops("passes", f"{ended}; a source is due for {ago(now - waiting)}", how)
    if last.own_outage:
        says = f"{ended} without a network"
        return (stops if _cut_off(kept) else warns)(
            "passes", says, "see `network` and `proxy`; nothing is held against any source meanwhile"
        )
    if kept[0].finished is None and not busy:
        return warns("passes", f"{ended}; a later one was killed", "nothing is lost; look why it was killed")
    counts = ", ".join(f"{count} {kind}" for kind, count in last.outcomes.items()) or "nothing was due"
    return well("passes", f"{ended}: {counts}")


def _cut_off(kept: tuple[Pass, ...]) -> bool:
    """Tell whether the last three passes that ended saw nothing."""
    ended = [one for one in kept if one.finished][:3]
    return len(ended) == 3 and all(one.own_outage for one in ended)


def lease(holder: str | None) -> Check:
    """Tell who is at work."""
    return well("lease", clean(f"held by {holder}") if holder else "free: no process is at work")


def told(size: float) -> str:
    """Write a size for people."""
    for unit in ("bytes", "KiB", "MiB", "GiB"):
        if size < 1024:
            return f"{size:.0f} {unit}" if unit in ("bytes", "KiB") else f"{size:.1f} {unit}"
        size /= 1024
    return f"{size:.1f} TiB"


def ago(span: timedelta) -> str:
    """Write a time for people, in the largest unit of which there are two."""
    minutes = max(0, int(span.total_seconds())) // 60
    if minutes < 120:
        return f"{minutes} minutes"
    return f"{minutes // 60} hours" if minutes < 48 * 60 else f"{minutes // (24 * 60)} days"

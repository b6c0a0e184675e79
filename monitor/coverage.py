"""Gaps in what a list has shown: unseen for longer than it reaches back, or silent against its rhythm.

Only a list that could have told is held to its rhythm; one that cannot be seen is blind, and says so.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from itertools import pairwise
from math import ceil

from monitor.model import Row, Source, Standing, State
from scraper.chinese import BEIJING
from scraper.model import Entry, Listing

DAY = timedelta(days=1)
SHORTEST_REACH = 3
"""Days: a list whose whole first page is of one day is not called blind after a night of maintenance."""

RHYTHM_ROWS = 12
"""Days with new rows from which a rhythm may be spoken of."""

TIMES = 3
"""How many times longer than 95 of 100 of its pauses a list's silence is."""

SHORTEST_SILENCE = 30
"""Days: the holidays of a Chinese new year and the week beside them make no gap."""


def gap(source: Source, standing: Standing, rows: Iterable[Row], now: datetime) -> str | None:
    """Say in a sentence why news may have passed a list by; None if nothing speaks for it.

    In: the list, its standing after the visit (so that one just seen is not unseen), the rows remembered
    of it, the hour. Days are of Beijing.
    """
    return _unseen(source, standing, now) or _silent(source, standing, rows, now)


def _unseen(source: Source, standing: Standing, now: datetime) -> str | None:
    last = standing.link.last_good
    page = standing.snapshot.reading if standing.snapshot else None
    if last is None or not isinstance(page, Listing):
        return None
    days = in_order(page.entries)
    if not days:
        return None
    reach = max((days[0] - days[-1]).days, SHORTEST_REACH)
    away = (now - last) // DAY
    if away <= reach:
        return None
    return (
        f"{source.id} has not been seen for {away} days, since {_beijing(last)}; its first page reached "
        f"back {(days[0] - days[-1]).days} days then ({len(days)} rows from {days[-1]} to {days[0]}), so "
        "that rows may have come and gone"
    )


def in_order(entries: Iterable[Entry]) -> tuple[date, ...]:
    """Return the days of a list's rows, newest first, without pinned rows (older than one below them)."""
    kept: list[date] = []
    for entry in reversed(list(entries)):
        if entry.published and (not kept or entry.published >= kept[-1]):
            kept.append(entry.published)
    return tuple(reversed(kept))


def _silent(source: Source, standing: Standing, rows: Iterable[Row], now: datetime) -> str | None:
    today = _beijing(now)
    days = sorted({row.published for row in rows if row.published and row.published <= today})
    if len(days) < RHYTHM_ROWS or standing.link.state is not State.ALIVE:
        return None
    pauses = sorted((later - earlier).days for earlier, later in pairwise(days))
    usual = pauses[ceil(0.95 * len(pauses)) - 1]
    silence = (today - days[-1]).days
    if silence <= max(TIMES * usual, SHORTEST_SILENCE):
        return None
    return (
        f"{source.id} answers and has brought nothing new for {silence} days, since {days[-1]}; of the "
        f"{len(pauses)} pauses before, 95 in 100 were of {usual} days or less: it may have moved, or stopped"
    )


def _beijing(at: datetime) -> date:
    return at.astimezone(BEIJING).date()

"""When a source is looked at next: what the course proposes, drawn out, moved and taken off the beat.

A page that has long been still is looked at more rarely, within its dossier's bounds; a list more often on
weekday mornings, when offices publish; a source with hours only within them, and none while its host
sleeps. What fails keeps the ladder's own times. Everything here can be foretold: no clock, no chance.
"""

from dataclasses import replace
from datetime import datetime, time, timedelta
from hashlib import sha256

from monitor import links
from monitor.model import Record, Source, Standing, State
from scraper.chinese import BEIJING
from scraper.hours import Hours

STILL = 0.1
"""The share of the time for which a page has not changed that may pass until it is looked at again: what
RFC 9111, section 4.2.2, takes for fresh by heuristics."""
MORNING = Hours(time(8), time(12), weekdays=True)
MOST_JITTER = timedelta(minutes=30)
WEEKEND = timedelta(days=4)
"""The longest time that hours of weekdays put a look off for: from a Friday noon to a Monday."""
USUAL = frozenset({State.UNKNOWN, State.ALIVE, State.MOVED})


def timed(record: Record, source: Source, now: datetime, asleep: Hours | None = None) -> Record:
    """Give a visit's record the time of the next look at its source, made out of the one that it proposes.

    `asleep` are the hours at which the source's host is not asked. What is to stay due does.
    """
    standing = record.standing
    if standing is None or standing.next_due is None or standing.next_due <= now:
        return record
    changed = record.new_reading is not None
    return replace(
        record, standing=replace(standing, next_due=next_look(source, standing, now, asleep, changed=changed))
    )


def next_look(
    source: Source, standing: Standing, now: datetime, asleep: Hours | None = None, *, changed: bool = False
) -> datetime:
    """Return when a source is looked at next after a look at `now` that proposes `standing.next_due`."""
    proposed = standing.next_due or now
    usual = standing.link.state in USUAL and proposed == now + source.interval
    wished = _wished(source, standing, now, changed=changed) if usual else proposed
    hours = source.hours if usual else None
    within = _awake(hours.next_in(wished) if hours else wished, asleep)
    off = within + jitter(source.id, within, wished - now)
    fits = (hours is None or hours.cover(off)) and not (asleep and asleep.cover(off))
    return off if fits else within


def furthest(source: Source, state: State) -> timedelta:
    """Give the longest time from a look to the next: what lies further off was set by a wrong clock."""
    longest = max(source.interval, source.rarest or source.interval)
    if state is State.MOVED:
        longest = max(longest, links.MONTH)
    return links.furthest(longest) + (WEEKEND if source.hours else timedelta())


def jitter(name: str, at: datetime, span: timedelta) -> timedelta:
    """Give what a look at a source is put off by, the same for one source and day in Beijing.

    A twentieth of the span between two looks at most, and half an hour: as much as is forgiven to one
    that comes too early, so that a cron at a fixed hour skips no day for it.
    """
    seed = f"{name} {at.astimezone(BEIJING).date()}".encode()
    share = int.from_bytes(sha256(seed).digest()[:4], "big") / 2**32
    return timedelta(seconds=int(share * min(span / 20, MOST_JITTER).total_seconds()))


def _wished(source: Source, standing: Standing, now: datetime, *, changed: bool) -> datetime:
    """Draw the interval out for a page that has long been still; shorten it on weekday mornings."""
    still = now - standing.snapshot.taken if standing.snapshot and not changed else timedelta()
    most = max(source.rarest or source.interval, source.interval)
    wished = now + min(max(source.interval, still * STILL), most)
    if source.mornings is None:
        return wished
    return min(wished, MORNING.next_in(now + source.mornings))


def _awake(at: datetime, asleep: Hours | None) -> datetime:
    return asleep.until(at) if asleep else at

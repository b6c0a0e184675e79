"""What a pass raised is queued for each route, and what waits is sent: at least once, in order, in time.

A message counts as sent when its channel says so. One that was given to a channel and never marked
(the process was killed in that very moment) is sent again under the same token: a new zone that nobody
hears of is worse than one told twice. Everything else is sent once.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, Protocol

from monitor.messages import Message, MessageState, Text
from monitor.model import Finding
from reports.messages import compose
from scheduler.clock import Clock
from scheduler.routes import Route
from storage.store import Store, holder_name

MINUTES: Final = (1, 5, 15, 30, 60, 120, 240)
LONGEST: Final = timedelta(hours=6)
MOST_TRIES: Final = 28
"""over more than five days: RFC 5321, section 4.5.4.1, gives up after four or five at the earliest"""
IN_A_ROW: Final = 2
"""a channel that fails so often running is left alone until the next time"""


class NotSent(Exception):  # noqa: N818 - what came of an attempt, not a bug
    """A channel cannot be had, or did not take a message; the text is one line without secrets."""


class Channel(Protocol):
    """Where messages go."""

    @property
    def limit(self) -> int:
        """Return how many bytes of UTF-8 a message may have, its title included."""

    def send(self, message: Message) -> None:
        """Send a message; raises `NotSent` where the channel does not say that it took it."""

    def put(self, title: str, body: str, token: str) -> None:
        """Send a text under a token that names it; raises `NotSent` as `send`."""


@dataclass(frozen=True, slots=True)
class Line:
    """A route and its channel, which is opened when it is needed; `open` raises `NotSent`."""

    route: Route
    open: Callable[[], Channel]


@dataclass(frozen=True, slots=True)
class Attempt:
    """What came of a message: `error` is None where it was sent, `final` where it is not tried again.

    `message` is None where the route's channel could not be had: nothing was tried.
    """

    route: str
    message: Message | None
    error: str | None = None
    final: bool = False


def queue(
    store: Store, lines: Iterable[Line], now: datetime, first: int | None = None
) -> tuple[Attempt, ...]:
    """Write the messages that routes are due; return the routes for which it could not be done.

    `first` is the first finding of the pass that has just run: where a new route begins (None: it
    begins with what is raised from now on). What could not be written is written the next time.
    """
    return tuple(filter(None, [_queue(store, line, now, first) for line in lines]))


def _queue(store: Store, line: Line, now: datetime, first: int | None) -> Attempt | None:
    route = line.route
    hour = route.hours.last(now) if route.hours else None
    store.begin_route(route.name, first, digest_at=hour)
    before = store.last_digest(route.name)
    if hour is not None and before is not None and hour <= before:
        return None
    try:
        store.queue(route.name, composer(line), now=now, digest_at=hour)
    except NotSent as trouble:
        return Attempt(route.name, None, str(trouble))
    return None


def queue_open(store: Store, lines: Iterable[Line], now: datetime) -> tuple[Attempt, ...]:
    """Write every open finding that these routes were not yet told; return the routes where it failed."""

    def attempt(line: Line) -> Attempt | None:
        try:
            store.queue_open(line.route.name, composer(line), now=now)
        except NotSent as trouble:
            return Attempt(line.route.name, None, str(trouble))
        return None

    return tuple(filter(None, map(attempt, lines)))


def composer(line: Line) -> Callable[[tuple[Finding, ...]], Iterable[Text]]:
    """Give what makes a route's messages of findings; the channel is asked for its limit only if needed."""

    def made(findings: tuple[Finding, ...]) -> Iterable[Text]:
        wanted = tuple(filter(line.route.takes, findings))
        return compose(wanted, line.route.language, line.open().limit) if wanted else ()

    return made


def deliver(
    store: Store, lines: Iterable[Line], clock: Clock, stopped: Callable[[], bool] = lambda: False
) -> Iterator[Attempt]:
    """Send what these routes are due, the oldest first; yield what came of each.

    After a success what waited for a later try goes out too. Ends between two messages once `stopped`.
    """
    undone = {MessageState.WAITING, MessageState.SENDING}
    due = {route for route, state in store.messages_by_state() if state in undone}
    for line in lines:
        if line.route.name in due:
            yield from _serve(store, line, clock, stopped)


def _serve(store: Store, line: Line, clock: Clock, stopped: Callable[[], bool]) -> Iterator[Attempt]:
    name, holder, tried, failures, well = line.route.name, holder_name(), set[int](), 0, False
    try:
        channel = line.open()
    except NotSent as trouble:
        yield Attempt(name, None, str(trouble))
        return
    while failures < IN_A_ROW and not stopped():
        message = store.claim(name, holder, clock(), early=well, but=tried)
        if message is None:
            return
        tried.add(message.id)
        attempt = _send(store, channel, message, clock)
        well, failures = attempt.error is None, failures + 1 if attempt.error else 0
        yield attempt


def _send(store: Store, channel: Channel, message: Message, clock: Clock) -> Attempt:
    try:
        channel.send(message)
    except NotSent as trouble:
        error, final = str(trouble), message.attempts >= MOST_TRIES
        if final:
            store.give_up(message.id, error)
        else:
            store.put_back(message.id, clock() + pause_after(message.attempts), error)
        return Attempt(message.route, message, error, final)
    now = clock()
    store.sent(message.id, now)
    return Attempt(message.route, replace(message, state=MessageState.SENT, sent=now))


def pause_after(attempts: int) -> timedelta:
    """Return how long a message rests after so many failed attempts: a minute at first, six hours at last."""
    return timedelta(minutes=MINUTES[attempts - 1]) if attempts <= len(MINUTES) else LONGEST


def next_wake(store: Store, lines: Iterable[Line], now: datetime) -> datetime | None:
    """Return when there is something to do next: a message to be tried again, or a digest's hour."""
    routes = [line.route for line in lines]
    hours = [route.hours.next(now) for route in routes if route.hours]
    waiting = store.next_message([route.name for route in routes])
    return min([*hours, *([waiting] if waiting else [])], default=None)

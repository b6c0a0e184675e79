"""What surrounds a pass over the network: the heartbeat, and what people outside are told of it.

Nothing here can spoil a pass: what goes wrong is one line for the log, and is made up for the next time.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from scheduler.account import Pass
from storage.errors import StoreError
from storage.store import Store
from zonewatch.app import App, say
from zonewatch.errors import ZonewatchError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from monitor.dossier import Dossier

FEED = timedelta(days=90)
"""How far back the feed's file goes; what still waits for review is in it whatever its age."""


REST = timedelta(minutes=1)
"""How long channels are left alone at least between two deliveries of the daemon."""


class Ended:
    """The pass that ran, once it has come to its end."""

    done: Pass


@contextmanager
def around_pass(
    app: App, store: Store, dossiers: "Sequence[Dossier]", stopped: Callable[[], bool]
) -> Iterator[Ended]:
    """Run a pass within; afterwards tell what it raised to those who asked to be told."""
    ended = Ended()
    without_harm("heartbeat", lambda: beat(app, "start", stopped))
    try:
        yield ended
    except Exception:
        without_harm("heartbeat", lambda: beat(app, "fail", stopped))
        raise
    without_harm("notifications", lambda: notify(app, store, ended.done, stopped))
    without_harm("feed_file", lambda: feed(app, store, dossiers, ended.done))
    without_harm("metrics_file", lambda: metrics_file(app, store, dossiers))
    without_harm("heartbeat", lambda: beat(app, "fail" if ended.done.faults else "", stopped))


def beat(app: App, step: str, stopped: Callable[[], bool]) -> None:
    """Tell whoever watches us that a pass begins, has ended or failed; of one that was stopped nothing."""
    if app.settings.heartbeat:
        from zonewatch.heartbeat import ping

        ping(app, step, stopped)


def metrics_file(app: App, store: Store, dossiers: "Sequence[Dossier]") -> None:
    """Write the metrics' file, if there is to be one."""
    path = app.settings.metrics_file
    if path is not None:
        from zonewatch import metrics

        metrics.write(path, metrics.families(store, dossiers, app.clock()))


def without_harm(what: str, step: Callable[[], None]) -> None:
    """Take a step that a pass does not hang on."""
    try:
        step()
    except (ZonewatchError, StoreError) as error:
        say(f"zonewatch: {what}: {' '.join(str(error).split())}", "warning")
    except Exception as error:
        say(f"zonewatch: {what}: {type(error).__name__}: {' '.join(str(error).split())}", "error")


def notify(app: App, store: Store, done: Pass, stopped: Callable[[], bool]) -> None:
    """Queue what a pass raised for each route, and send what waits."""
    if not app.settings.notify:
        return
    from scheduler import outbox
    from zonewatch.lines import lines_of
    from zonewatch.sending import troubles

    lines = lines_of(app)
    first = min((finding.id for finding in done.findings), default=None)
    attempts = [*outbox.queue(store, lines, app.clock(), first)]
    attempts += outbox.deliver(store, lines, app.clock, stopped)
    for line in troubles(attempts):
        say(line, "warning")


def next_telling(app: App, store: Store) -> datetime | None:
    """Return when a message is to be tried again or a digest is due; not at once, None for nothing."""
    if not app.settings.notify:
        return None
    from scheduler import outbox
    from zonewatch.lines import lines_of

    now = app.clock()
    wake = outbox.next_wake(store, lines_of(app), now)
    return wake and max(wake, now + REST)


def feed(app: App, store: Store, dossiers: "Sequence[Dossier]", done: Pass) -> None:
    """Write the feed's file, if there is to be one and a visit may have changed it."""
    path = app.settings.feed_file
    if path is None or (path.exists() and not done.checked):
        return
    from reports.atom import render
    from zonewatch.files import whole_file
    from zonewatch.reporting import report_of

    now = app.clock()
    report = report_of(dossiers, store, now=now, since=now - FEED, strips=False, rows=False)
    with whole_file(path) as file:
        file.write(render(report).encode())

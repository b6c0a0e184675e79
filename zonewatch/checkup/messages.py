"""The messages: whether each route's channel can be had, and what waits or was given up."""

from collections.abc import Iterator, Mapping, Sequence

from monitor.messages import MessageState
from reports.clean import clean
from scheduler.outbox import Line, NotSent
from zonewatch.checkup.model import Check, stops, warns, well

Counts = Mapping[tuple[str, MessageState], int]


def notifications(lines: Sequence[Line], counts: Counts) -> Iterator[Check]:
    """Judge each route; messages of a route that is set no more go nowhere."""
    if not lines:
        yield well("notify", "no route is set: findings stand in reports and in `zonewatch findings`")
    for line in lines:
        yield _route(line, counts)
    for name in sorted({route for route, _ in counts} - {line.route.name for line in lines}):
        waiting = sum(counts.get((name, state), 0) for state in (MessageState.WAITING, MessageState.SENDING))
        if waiting:
            yield warns(
                f"notify {name}",
                f"{waiting} messages wait for a route that is set no more",
                f"set it again, or `zonewatch notify --drop {name}`",
            )


def _route(line: Line, counts: Counts) -> Check:
    name = line.route.name
    waiting, failed, sent = (
        counts.get((name, state), 0)
        for state in (MessageState.WAITING, MessageState.FAILED, MessageState.SENT)
    )
    try:
        line.open()
    except NotSent as why:
        return stops(f"notify {name}", clean(str(why)), "then `zonewatch notify --test`")
    if failed:
        return stops(
            f"notify {name}",
            f"{failed} messages were given up after days of trying",
            f"zonewatch notify --test --route {name}, then `zonewatch notify --retry`",
        )
    if waiting:
        return warns(
            f"notify {name}", f"{waiting} messages wait, {sent} sent", "zonewatch notify --list shows why"
        )
    return well(f"notify {name}", f"{sent} messages sent, none waits")

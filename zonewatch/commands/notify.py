"""`notify`: the outbox by hand: send what waits, try the channels, look at what failed."""

import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import click

from zonewatch.app import App, say, say_json
from zonewatch.errors import ZonewatchError
from zonewatch.options import global_options

if TYPE_CHECKING:
    from monitor.messages import Message
    from scheduler.outbox import Attempt, Line

FAILED = 1


@click.command()
@click.option("--test", is_flag=True, help="Send a test message over each route, past the outbox.")
@click.option("--list", "listed", is_flag=True, help="Only list the messages, the newest first.")
@click.option("--open", "open_too", is_flag=True, help="Tell every open finding not yet told over a route.")
@click.option("--retry", is_flag=True, help="Try again at once what failed or waits for a later try.")
@click.option("--drop", metavar="ROUTE", help="Give up what waits for a route.")
@click.option("--route", "names", multiple=True, metavar="ROUTE", help="Only this route (may be repeated).")
@global_options
def notify(
    app: App, test: bool, listed: bool, open_too: bool, retry: bool, drop: str | None, names: Sequence[str]
) -> None:
    """Send the messages that wait, as each pass does by itself. Exit code 1 where one could not be sent."""
    from zonewatch.lines import lines_of

    lines = chosen(lines_of(app), names)
    if test:
        _test(app, lines)
    elif listed:
        _list(app)
    else:
        _send(app, lines, open_too=open_too, retry=retry, drop=drop)


def chosen(lines: "Sequence[Line]", names: Sequence[str]) -> "tuple[Line, ...]":
    """Return the routes of these names, or all; an unknown name is refused with those that are known."""
    known = {line.route.name: line for line in lines}
    for name in names:
        if name not in known:
            raise ZonewatchError(f"there is no route `{name}`; known are {', '.join(known) or 'none'}")
    return tuple(known[name] for name in names) if names else tuple(lines)


def _test(app: App, lines: "Sequence[Line]") -> None:
    if not lines:
        raise ZonewatchError(
            "no route is set: add a table [[notify]] to the settings (docs/configuration.md)"
        )
    results = {line.route.name: _tried(line) for line in lines}
    if app.options.json:
        told = [{"route": name, "sent": why is None, "error": why} for name, why in results.items()]
        say_json({"routes": told})
    else:
        width = max(map(len, results))
        for name, why in results.items():
            click.echo(f"{name:<{width}}  {'taken' if why is None else f'NOT TAKEN: {why}'}")
    if any(results.values()):
        sys.exit(FAILED)


def _tried(line: "Line") -> str | None:
    import secrets

    from scheduler.outbox import NotSent

    title, body = TESTS[line.route.language]
    try:
        line.open().put(title, body.format(route=line.route.name), secrets.token_hex(16))
    except NotSent as why:
        return str(why)
    return None


TESTS = {
    "en": (
        "zonewatch: a test message",
        "This is a test of the route {route}. Findings will arrive in this way.\n",
    ),
    "zh": ("zonewatch：测试消息", "这是线路 {route} 的测试消息，今后的发现将由此送达。\n"),
}


def _list(app: App) -> None:
    from reports.json_ import instant
    from zonewatch.shown import table

    with app.store() as store:
        messages = store.messages()
    if app.options.json:
        say_json({"messages": [as_document(message) for message in messages]})
        return
    rows = [
        (
            one.label,
            one.route,
            one.state.value,
            str(one.attempts),
            instant(one.sent or one.next_try) or "",
            one.text.title,
        )
        for one in messages
    ]
    for row in table(("message", "route", "state", "attempts", "sent or due", "title"), rows):
        click.echo(row)


def as_document(message: "Message") -> dict[str, object]:
    """Give a message as one object."""
    from reports.json_ import instant

    return {
        "id": message.label,
        "route": message.route,
        "state": message.state.value,
        "title": message.text.title,
        "findings": [f"F{number}" for number in message.text.findings],
        "created": instant(message.created),
        "attempts": message.attempts,
        "next_try": instant(message.next_try),
        "sent": instant(message.sent),
        "error": message.error,
    }


def _send(app: App, lines: "Sequence[Line]", *, open_too: bool, retry: bool, drop: str | None) -> None:
    from scheduler import outbox

    with app.store() as store:
        now = app.clock()
        if drop is not None:
            say(f"zonewatch: {store.drop(drop)} messages for `{drop}` were given up")
        if retry:
            store.retry(now)
        attempts = [*outbox.queue(store, lines, now)]
        if open_too:
            attempts += outbox.queue_open(store, lines, now)
        attempts += outbox.deliver(store, lines, app.clock)
    _tell(app, attempts)


def _tell(app: App, attempts: "Iterable[Attempt]") -> None:
    """Print what was sent, and say what was not; the exit code tells the two apart."""
    from zonewatch.sending import troubles

    found = tuple(attempts)
    if app.options.json:
        sent = [as_document(one.message) for one in found if one.message and one.error is None]
        failed = [
            {"route": one.route, "id": one.message.label if one.message else None, "error": one.error}
            for one in found
            if one.error
        ]
        say_json({"sent": sent, "failed": failed})
    else:
        from reports.clean import clean

        for one in found:
            if one.message and one.error is None:
                click.echo(clean(f"{one.message.label} {one.route}: {one.message.text.title}"))
    for line in troubles(found):
        say(line, "warning")
    if any(one.error for one in found):
        sys.exit(FAILED)

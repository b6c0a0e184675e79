"""`backtest`: a history replayed; what was found, late, missed, and raised for nothing."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from zonewatch.app import DEFAULT_DOSSIER, App, say_json
from zonewatch.options import global_options

if TYPE_CHECKING:
    from monitor.backtest import Found, Verdict


@click.command()
@click.argument("history", type=click.Path(path_type=Path), required=False)
@click.option("--dossier", default=DEFAULT_DOSSIER, metavar="ID", help="The dossier to replay for.")
@click.option(
    "--truth",
    type=click.Path(dir_okay=False, path_type=Path),
    help="A CSV file (zh, published) to judge by, in place of what the history's own pages say.",
)
@global_options
def backtest(app: App, history: Path | None, dossier: str, truth: Path | None) -> None:
    """Replay a history, the shipped one without HISTORY: zones found, late, missed, false alarms."""
    from monitor.backtest import as_document
    from zonewatch import backtesting
    from zonewatch.shipped import shipped

    chosen = app.dossier(dossier)
    verdict = backtesting.backtest(app, chosen, history or shipped("history"), truth)
    if app.options.json:
        say_json({"dossier": chosen.id} | as_document(verdict))
        return
    for line in lines(verdict):
        click.echo(line)


def lines(verdict: "Verdict") -> Iterator[str]:
    """Print a verdict: a sentence, then the tables."""
    from zonewatch.shown import table

    expected = len(verdict.found) + len(verdict.missed)
    yield (
        f"{len(verdict.found)} of {expected} zones found over {verdict.passes} passes, "
        f"{len(verdict.late)} late; {len(verdict.missed)} missed, {len(verdict.false)} false alarms"
    )
    if verdict.found:
        yield ""
        rows = [_row(one) for one in verdict.found]
        yield from table(("zone", "中文", "published", "found", "days", "when"), rows)
    for missed in verdict.missed:
        where = f"{missed.place.en} ({missed.place.zh})"
        yield f"missed: {where}, there since {missed.stands}: {missed.url or 'no address known'}"
    for alarm in verdict.false:
        yield f"false: {alarm.title} on {alarm.found}: {'; '.join(alarm.because)}"
    yield from ("", *_progress(verdict))


def _row(one: "Found") -> tuple[str, ...]:
    when = f"{one.passes_late} passes late" if one.passes_late else "first pass"
    days = "" if one.days is None else str(one.days)
    return one.place.en, one.place.zh, str(one.published or ""), str(one.found), days, when


def _progress(verdict: "Verdict") -> Iterator[str]:
    from zonewatch.shown import table

    goal = verdict.goal
    aim = f"of {'about ' if goal.about else ''}{goal.count} by {goal.by}" if goal else ""
    rows = [(str(one.day), str(one.zones), aim, ", ".join(one.joined)) for one in verdict.progress]
    yield from table(("day", "zones", "goal", "joined"), rows)

"""`demo`: two years of the ministry's pages, replayed day by day through the real pipeline."""

from pathlib import Path

import click

from zonewatch.app import DEFAULT_DOSSIER, App
from zonewatch.errors import ZonewatchError
from zonewatch.options import global_options

MARK = "demo"
FINAL = {"text": "report.txt", "markdown": "report.md", "html": "report.html", "json": "report.json"}


@click.command()
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("zonewatch-demo"),
    show_default=True,
    help="Where the database and the reports go.",
)
@click.option("--dossier", default=DEFAULT_DOSSIER, metavar="ID", help="The dossier to replay for.")
@global_options
def demo(app: App, out: Path, dossier: str) -> None:
    """Replay the shipped history into DIR/zonewatch.db and write its reports beside it; no network."""
    from reports import render
    from scheduler.due import Selection
    from zonewatch.commands.report import write
    from zonewatch.reporting import report_of
    from zonewatch.shipped import shipped
    from zonewatch.shown import finding_lines
    from zonewatch.watching import history, visit_day

    chosen = app.dossier(dossier)
    days = history(app, shipped("history"))
    with app.store(str(fresh_database(app, out))) as store:
        store.meta_put(MARK, dossier)
        before = None
        for number, day in enumerate(days, 1):
            done = visit_day(app, store, (chosen,), day, Selection(), which=(number, len(days)))
            click.echo(f"{day.now:%Y-%m-%d}  {done.checked} looked at, {len(done.findings)} new")
            for line in finding_lines(done.findings):
                click.echo(f"    {line}")
            daily = report_of((chosen,), store, now=day.now, since=before)
            write(out / f"{day.now:%Y-%m-%d}.html", render(daily, "html"))
            before = day.now
        whole = report_of((chosen,), store, now=days[-1].now, since=None)
        for form, name in FINAL.items():
            write(out / name, render(whole, form))
        store.report_sent(days[-1].now)
    click.echo()
    click.echo(whole.verdict)
    click.echo(f"The report is {out / FINAL['html']} (also .md, .txt, .json); a report a day beside it.")


def fresh_database(app: App, out: Path) -> Path:
    """Return the path of a new database; the last demo's is replaced, any other is left alone."""
    path = out / "zonewatch.db"
    if path.exists():
        with app.store(str(path)) as store:
            ours = store.meta_get(MARK) is not None
        if not ours:
            raise ZonewatchError(f"{path} is no demo's database; name another folder with --out")
        for name in (path.name, f"{path.name}-wal", f"{path.name}-shm"):
            (out / name).unlink(missing_ok=True)
    return path

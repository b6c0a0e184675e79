"""`findings`, `accept`, `dismiss`, `reopen`: the analyst's decisions."""

from collections.abc import Sequence

import click

from zonewatch.app import App, say_json
from zonewatch.ids import number_in
from zonewatch.options import dossier_option, global_options


def number_of(name: str) -> int:
    """Read a finding's id, `F17` or 17."""
    number = number_in(name if name[:1] in ("F", "f") else f"F{name}", "F")
    if number is None:
        raise click.BadParameter(f"{name!r} is no finding; they are named as in F17", param_hint="ID")
    return number


@click.command()
@dossier_option
@click.option("--all", "everything", is_flag=True, help="Decided ones too.")
@global_options
def findings(app: App, dossier_ids: Sequence[str], everything: bool) -> None:
    """List the findings that wait for a person."""
    from reports.json_ import as_finding
    from zonewatch.shown import finding_lines

    ids = [dossier.id for dossier in app.chosen(dossier_ids)]
    with app.store() as store:
        found = [one for one in store.findings(open_only=not everything) if one.draft.dossier in ids]
    if app.options.json:
        say_json({"findings": [as_finding(one) for one in found]})
        return
    for line in finding_lines(found):
        click.echo(line)


def _decide(app: App, name: str, state: str, note: str | None) -> None:
    from monitor.model import ReviewState
    from reports.clean import clean
    from reports.json_ import as_finding
    from zonewatch.deciding import decide

    with app.store() as store:
        finding = decide(store, number_of(name), ReviewState(state), note, app.clock())
    if app.options.json:
        say_json(as_finding(finding))
    else:
        click.echo(clean(f"F{finding.id} is {finding.state.value}: {finding.draft.title}"))


@click.command()
@click.argument("name", metavar="ID")
@click.option("--note", help="A word for the record.")
@global_options
def accept(app: App, name: str, note: str | None) -> None:
    """Accept a finding: a new zone joins the baseline, a moved page's footnote gets the new address."""
    _decide(app, name, "accepted", note)


@click.command()
@click.argument("name", metavar="ID")
@click.option("--why", required=True, help="The reason, kept with the finding.")
@global_options
def dismiss(app: App, name: str, why: str) -> None:
    """Dismiss a finding; it is not raised again."""
    _decide(app, name, "dismissed", why)


@click.command()
@click.argument("name", metavar="ID")
@global_options
def reopen(app: App, name: str) -> None:
    """Take a decision back: the finding waits again."""
    _decide(app, name, "open", None)

"""`init` and `config`: the settings file and what is in force."""

import json
from typing import Any

import click

from zonewatch.app import App, say_json
from zonewatch.errors import ZonewatchError
from zonewatch.options import global_options
from zonewatch.settings import PREFIX, Settings, default_file

SECRETS = ("token", "archive_key", "archive_secret")
"""Settings that are shown as set or not, never as what they are."""


@click.command()
@click.option("--force", is_flag=True, help="Write over a file that is there.")
@global_options
def init(app: App, force: bool) -> None:
    """Write a settings file with every setting explained, each at its default."""
    path = app.options.config or default_file()
    if path.exists() and not force:
        raise ZonewatchError(f"{path} is there already; --force writes over it")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(commented(), encoding="utf-8")
    except OSError as error:
        raise ZonewatchError(f"{path}: cannot be written: {error.strerror}") from error
    click.echo(str(path))


def commented() -> str:
    """Return the settings file in which every setting is explained and none is set."""
    lines = ["# zonewatch settings. Every line shows the default; take the # away to set another value."]
    for name, field in Settings.model_fields.items():
        default = field.get_default(call_default_factory=True)
        lines += ["", f"# {field.description} ({PREFIX}{name.upper()})", f"# {name} = {_toml(default)}"]
    return "\n".join(lines) + "\n"


def _toml(value: Any) -> str:
    if isinstance(value, tuple):
        return json.dumps(list(value))
    if isinstance(value, dict):
        return "{}"
    return '""' if value is None else json.dumps(value)


@click.command()
@global_options
def config(app: App) -> None:
    """Print the settings in force and where each comes from."""
    values = app.settings.model_dump(mode="json")
    values |= {name: "set" for name in SECRETS if values[name]}
    values["db"] = app.settings.database()
    if app.options.json:
        document = {name: {"value": value, "from": app.origins[name]} for name, value in values.items()}
        say_json(document)
        return
    width = max(map(len, values))
    for name, value in values.items():
        click.echo(f"{name:<{width}}  {json.dumps(value, ensure_ascii=False)}  ({app.origins[name]})")

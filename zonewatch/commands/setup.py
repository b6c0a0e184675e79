"""`init` and `config`: the settings file and what is in force."""

import json
import re
from pathlib import Path
from typing import Any

import click

from zonewatch.app import App, say_json
from zonewatch.errors import ZonewatchError
from zonewatch.files import whole_file
from zonewatch.options import global_options
from zonewatch.settings import Settings, default_file

PASSWORD = re.compile(r"(?<=://)([^/@:]*):[^/@]*@")


@click.command()
@click.option("--force", is_flag=True, help="Write over a file that is there.")
@global_options
def init(app: App, force: bool) -> None:
    """Write a settings file with every setting explained, each at its default.

    Nobody but its owner may read it, so that it may hold a password.
    """
    from zonewatch.reference import settings_file

    path = app.options.config or default_file()
    if path.exists() and not force:
        raise ZonewatchError(f"{path} is there already; --force writes over it")
    with whole_file(path, 0o600) as file:
        file.write(settings_file().encode())
    click.echo(str(path))


@click.command()
@global_options
def config(app: App) -> None:
    """Print the settings in force and where each comes from; of secrets only whether they are set."""
    values = {name: shown(name, getattr(app.settings, name)) for name in Settings.model_fields}
    values["db"] = shown("db", app.settings.database())
    if app.options.json:
        document = {name: {"value": value, "from": app.origins[name]} for name, value in values.items()}
        say_json(document)
        return
    width = max(map(len, values))
    for name, value in values.items():
        click.echo(f"{name:<{width}}  {json.dumps(value, ensure_ascii=False)}  ({app.origins[name]})")


def shown(name: str, value: Any) -> Any:
    """Give a setting's value as it may be shown, plain enough for JSON."""
    from pydantic import BaseModel

    if isinstance(value, BaseModel):
        return {key: hidden(type(value), key, one) for key, one in value if one not in (None, ())}
    if isinstance(value, (tuple, list)):
        return [shown(name, one) for one in value]
    if isinstance(value, dict):
        return {key: shown(name, one) for key, one in value.items()}
    return hidden(Settings, name, value)


def hidden(model: Any, name: str, value: Any) -> Any:
    """Give a single value, or `set` for a secret; passwords in addresses are left out."""
    extra = model.model_fields[name].json_schema_extra
    if isinstance(extra, dict) and extra.get("secret") and value is not None:
        return "set"
    if isinstance(value, (str, Path)):
        return PASSWORD.sub(r"\1:***@", str(value))
    return (
        value.isoformat()
        if hasattr(value, "isoformat")
        else list(value)
        if isinstance(value, tuple)
        else value
    )

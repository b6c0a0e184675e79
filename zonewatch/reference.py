"""What documents the settings: the commented file of `init`, and docs/configuration.md. One table, two forms.

`python -m zonewatch.reference` prints the page (`make docs` writes it; a test holds it to the settings).
"""

import json
import textwrap
from collections.abc import Iterator
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Final, Literal, Union, get_args, get_origin

from pydantic import AwareDatetime, BaseModel
from pydantic.fields import FieldInfo

from monitor.model import FindingKind
from zonewatch.notify_settings import Notify
from zonewatch.settings import PREFIX, Settings

WIDTH: Final = 100
TABLES: Final = ("notify",)

HEAD: Final = """\
# zonewatch settings.
#
# Each line that begins with # and a name shows a default: take the # away and write another value.
# The environment knows every setting too (ZONEWATCH_PAUSE=3) and goes before this file, options
# of the command line go before both. `zonewatch config` shows what is in force and whence it comes.
"""

EXAMPLE: Final = {
    "name": "mail",
    "url_env": "MAIL_URL",
    "kinds": (),
    "severities": (),
    "dossiers": (),
    "when": "at once",
    "zone": "Asia/Shanghai",
    "language": "en",
}
"""A route that says all that it can say; it stands in the written file, switched off like the rest."""

KINDS: Final[dict[Any, str]] = {
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    str: "text",
    Path: "a path",
    AwareDatetime: "an hour in ISO 8601",
    dict: "a table",
    tuple: "a list of texts",
}

PAGE: Final = """\
# Settings

Made from the program's own table by `make docs`; do not edit it by hand.

One file in TOML. `zonewatch init` writes it with every setting explained and none changed (to the platform's
settings folder, or to `--config FILE`), `zonewatch config` prints what is in force and where each value comes
from, secrets hidden. Later layers win:

1. the defaults below,
2. the settings file,
3. the environment: `ZONEWATCH_` and the name in capitals, lists separated by commas, tables as JSON,
4. the options of the command line.

A wrong key or value is refused with the nearest right one. Paths in the file are relative to the file.
"""

SECRETS: Final = """\
## Secrets

The address of a channel holds a password or a token. It comes from the environment (`url_env`), from a file
of its own (`url_file`) or from the settings file (`url`); a file that anybody but its owner may read is
refused. Addresses, `token`, `heartbeat` and the keys of archives are never printed, logged or kept in the
database.

The addresses are those of [apprise](https://github.com/caronc/apprise/wiki): mail is
`mailtos://USER:PASSWORD@HOST?from=SENDER&to=READER`, WeCom `wecombot://KEY`, Feishu `feishu://TOKEN`,
DingTalk `dingtalk://SECRET@TOKEN`, Slack `slack://A/B/C`, ntfy `ntfys://HOST/TOPIC`, a webhook
`jsons://HOST/PATH`. The https:// address that WeCom, Feishu, Lark or DingTalk shows for a robot does as well.
`zonewatch notify --test` tries each route.
"""


def settings_file() -> str:
    """Return the settings file in which every setting is explained and none is set."""
    lines = [HEAD]
    fields = Settings.model_fields
    for name in sorted(fields, key=lambda name: name in TABLES):  # what follows a table is part of it in TOML
        field = fields[name]
        lines += [*_comment(f"{field.description} ({_expected(field)}; {PREFIX}{name.upper()})")]
        lines += [*_example(), ""] if name in TABLES else [f"#{name} = {_toml(_default(field))}", ""]
    return "\n".join(lines)


def _comment(text: str) -> Iterator[str]:
    return (f"# {line}" for line in textwrap.wrap(text, WIDTH - 2, break_on_hyphens=False))


def _example() -> Iterator[str]:
    yield "#[[notify]]"
    for name, value in EXAMPLE.items():
        yield f"#{name} = {_toml(value)}"
    yield '# In place of url_env: url = "mailto://…", or url_file = "…" (see docs/configuration.md).'


def _default(field: FieldInfo) -> Any:
    return field.get_default(call_default_factory=True)


def _toml(value: Any) -> str:
    if isinstance(value, tuple):
        return json.dumps(list(value))
    return '""' if value is None else "{}" if value == {} else json.dumps(value)


def _expected(field: FieldInfo) -> str:
    """Say what a value of a setting is, and between which bounds."""
    kind = _plain(field.annotation)
    if get_origin(kind) is Literal:
        return " or ".join(f"`{one}`" for one in get_args(kind))
    if kind == tuple[Notify, ...]:
        return "tables"
    return " ".join([KINDS.get(get_origin(kind) or kind, "text"), *_bounds(field)])


def _plain(kind: Any) -> Any:
    """Take from a type that it may be absent, and how it is read."""
    if get_origin(kind) in (UnionType, Union):
        return _plain(next(one for one in get_args(kind) if one is not type(None)))
    return _plain(get_args(kind)[0]) if get_origin(kind) is Annotated else kind


def _bounds(field: FieldInfo) -> Iterator[str]:
    words = {"ge": "from", "gt": "above", "le": "up to", "lt": "below"}
    for bound in field.metadata:
        yield from (
            f"{said} {getattr(bound, name):g}" for name, said in words.items() if hasattr(bound, name)
        )


def settings_page() -> str:
    """Return docs/configuration.md."""
    parts = [PAGE, "## The settings\n", *_rows(Settings), ""]
    parts += ["## A route of notifications\n", "Each table `[[notify]]` is a route:\n", *_rows(Notify), ""]
    parts += [
        *textwrap.wrap(f"Kinds of findings: {', '.join(f'`{kind}`' for kind in FindingKind)}.", 110),
        "",
    ]
    parts += [
        "```toml",
        "[[notify]]",
        *(f"{name} = {_toml(value)}" for name, value in EXAMPLE.items()),
        "```",
        "",
    ]
    return "\n".join([*parts, SECRETS])


def _rows(model: type[BaseModel]) -> Iterator[str]:
    yield "| setting | is | default | does |"
    yield "| --- | --- | --- | --- |"
    for name, field in model.model_fields.items():
        default = "needed" if field.is_required() else f"`{_toml(_default(field))}`"
        default = "none" if default in ('`""`', "`[]`", "`{}`") else default
        yield f"| `{name}` | {_expected(field)} | {default} | {field.description} |"


if __name__ == "__main__":
    print(settings_page(), end="")

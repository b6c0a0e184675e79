"""What the settings' fields have in common: how texts of the environment are read, and what is secret."""

import json
import re
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator

SECRET: dict[str, Any] = {"secret": True}
"""Marks a setting that is shown as set or not, never as what it is."""


def _listed(value: object) -> object:
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


def mapped(value: object) -> object:
    """Read a table or a list of tables that the environment gives as JSON."""
    return json.loads(value) if isinstance(value, str) else value


Words = Annotated[tuple[str, ...], BeforeValidator(_listed)]
"""A list of texts; the environment separates them by commas."""


def _address(value: str) -> str:
    if value and not re.fullmatch(r"https?://[^\s/?#]\S*", value, re.IGNORECASE):
        raise ValueError(f"expected an address that begins with http:// or https://, not {value!r:.80}")
    return value


Address = Annotated[str, AfterValidator(_address)]
"""An address of the web, or an empty text where there is none."""
Addresses = Annotated[tuple[Address, ...], BeforeValidator(_listed)]
"""A list of them; the environment separates them by commas."""


def _home(value: object) -> object:
    return Path(value).expanduser() if isinstance(value, str) and value else value


Home = Annotated[Path, BeforeValidator(_home)]
"""A path; `~` is the home folder."""


def unset(model: type[BaseModel], values: Any) -> Any:
    """Take an empty text for a setting that has no default as not given, as the written file shows it."""
    if not isinstance(values, dict):
        return values
    fields = model.model_fields
    empty = {
        name for name in values if values[name] == "" and name in fields and fields[name].default is None
    }
    return {name: value for name, value in values.items() if name not in empty}

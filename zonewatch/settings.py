"""The settings and where each comes from: defaults < file < ZONEWATCH_* < options.

One file, TOML, flat keys (`pause = 2`) and tables `[[notify]]`; the environment has the same names
(`ZONEWATCH_PAUSE=2`), lists separated by commas, tables as JSON. A wrong key or value is refused with
the nearest right one.
"""

import difflib
import json
import os
import re
import tomllib
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Literal

from platformdirs import user_config_path, user_data_path
from pydantic import (
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

from zonewatch.errors import ZonewatchError
from zonewatch.fields import SECRET, Address, Addresses, Home, Words, mapped, unset
from zonewatch.notify_settings import Notify
from zonewatch.refusals import first_refusal

PREFIX = "ZONEWATCH_"
YEARS = range(1990, 2200)
"""The years that `now` may lie in: the web's own, and as many to come."""


KEPT = {"allow_private", "contact", "deadline", "legacy_tls_hosts", "max_bytes", "pause", "workers"}
"""The settings that are kept with visits; nothing that could hold a password is among them."""


def _moment(value: object) -> object:
    return parse_now(value) if isinstance(value, str) else value


class Settings(BaseModel):
    """All that an operator can set; each field's description is its documentation."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    db: str = Field("", description="database: a file, or any SQLAlchemy address; empty: the data folder")
    dossiers: Home | None = Field(None, description="folder of your own dossiers, beside the shipped ones")
    contact: str | None = Field(None, description="mail or page of yours, for the User-Agent")
    pause: float = Field(2.0, ge=0, le=3600, description="seconds between two requests to one site")
    deadline: float = Field(60.0, gt=0, le=3600, description="seconds that one visit may take in all")
    max_bytes: int = Field(10 * 2**20, ge=1024, description="most bytes of a page, inflated")
    canaries: Addresses = Field((), description="addresses that show whether our own network works")
    allow_private: bool = Field(False, description="allow private and loopback hosts, and any port")
    legacy_tls_hosts: Words = Field((), description="hosts whose old TLS is put up with, still verified")
    proxies: Annotated[dict[str, str], BeforeValidator(mapped)] = Field(
        default_factory=dict, description="a proxy for single hosts: {host = proxy}"
    )
    workers: int = Field(8, ge=1, le=256, description="sites visited at the same time")
    worker_silence: float = Field(
        30.0, ge=2, le=3600, description="seconds after which a worker without a sign of life counts as dead"
    )
    token: str | None = Field(None, description="what the review desk asks for", json_schema_extra=SECRET)
    archive_base: Address = Field("", description="the Wayback Machine's address; empty: no archive is asked")
    archive_availability: Address = Field("https://archive.org", description="its availability API's address")
    archive_timegates: Addresses = Field(
        (), description="TimeGates of other archives, up to the page's address"
    )
    archive_key: str | None = Field(
        None, description="your key of archive.org, for `archive save`", json_schema_extra=SECRET
    )
    archive_secret: str | None = Field(None, description="that key's secret", json_schema_extra=SECRET)
    timestamp_authority: str = Field("", description="who stamps each day (RFC 3161); empty: nobody is asked")
    timestamp_certificate: Path | None = Field(None, description="its root certificate, for `verify` (PEM)")
    now: Annotated[AwareDatetime | None, BeforeValidator(_moment)] = Field(
        None, description="the hour to pretend; for tests and replays"
    )
    log: Literal["text", "json"] = Field("text", description="lines for people, or JSON for programs")
    metrics_file: Home | None = Field(
        None, description="metrics for Prometheus' node exporter, written after each pass; `….prom`"
    )
    heartbeat: str | None = Field(
        None,
        description="asked around each pass, as healthchecks does: with /start before, /fail if it failed",
        json_schema_extra=SECRET,
    )
    feed_file: Home | None = Field(None, description="an Atom feed of the findings, written after each pass")
    notify: Annotated[tuple[Notify, ...], BeforeValidator(mapped)] = Field(
        (), description="where findings are told: one table `[[notify]]` a route"
    )

    @model_validator(mode="before")
    @classmethod
    def _empty(cls, values: Any) -> Any:
        return unset(cls, values)

    @field_validator("heartbeat")
    @classmethod
    def _address(cls, address: str | None) -> str | None:
        if address is not None and not re.fullmatch(r"https?://[^\s/]+\S*", address):
            raise ValueError("an address that begins with http:// or https:// is expected")
        return address

    @field_validator("notify")
    @classmethod
    def _apart(cls, routes: tuple[Notify, ...]) -> tuple[Notify, ...]:
        names = [route.name for route in routes]
        for name in names:
            if names.count(name) > 1:
                raise ValueError(f"two routes are named `{name}`")
        return routes

    def of_a_visit(self) -> str:
        """Return what bears on a visit, as JSON without secrets: it is kept with the visit's evidence."""
        return json.dumps(self.model_dump(mode="json", include=KEPT), sort_keys=True, ensure_ascii=False)

    def database(self) -> str:
        """Return the database's address: the setting, else a file in the platform's data folder."""
        return self.db or str(user_data_path("zonewatch") / "zonewatch.db")


def default_file() -> Path:
    """Return where the settings file is looked for when no `--config` names one."""
    return user_config_path("zonewatch") / "zonewatch.toml"


def load(
    config: Path | None = None,
    *,
    environment: Mapping[str, str] = os.environ,
    options: Mapping[str, Any] | None = None,
) -> tuple[Settings, dict[str, str]]:
    """Put the settings together; beside them, where each comes from.

    Raises `ZonewatchError` that names the file or variable, the key and what was expected.
    """
    layers = [
        _from_file(config),
        _from_environment(environment),
        ("options", {key: value for key, value in (options or {}).items() if value is not None}),
    ]
    origins = dict.fromkeys(Settings.model_fields, "default")
    merged: dict[str, Any] = {}
    for origin, values in layers:
        _validated(values, origin)
        merged |= values
        origins |= dict.fromkeys(values, origin)
    return _validated(merged, "settings"), origins


def _from_file(config: Path | None) -> tuple[str, dict[str, Any]]:
    path = config or default_file()
    if config is None and not path.exists():
        return str(path), {}
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise ZonewatchError(f"{path}: the settings cannot be read: {error}") from error
    except tomllib.TOMLDecodeError as error:
        raise ZonewatchError(f"{path}: not valid TOML: {error}") from error
    return str(path), _beside(values, Settings, path.parent)


def _beside(values: dict[str, Any], model: type[BaseModel], folder: Path) -> dict[str, Any]:
    """Take the paths of a settings file as relative to its folder."""
    for name, field in model.model_fields.items():
        if values.get(name) and isinstance(values[name], str) and "Path" in str(field.annotation):
            values[name] = folder / Path(values[name]).expanduser()
    for table in values.get("notify", ()) if isinstance(values.get("notify"), list) else ():
        if isinstance(table, dict):
            _beside(table, Notify, folder)
    return values


def _from_environment(environment: Mapping[str, str]) -> tuple[str, dict[str, Any]]:
    known = {PREFIX + name.upper(): name for name in Settings.model_fields}
    for variable in environment:
        if variable.startswith(PREFIX) and variable not in known:
            near = difflib.get_close_matches(variable, known, n=1, cutoff=0.9)
            if near:
                raise ZonewatchError(f"environment: there is no {variable}; did you mean {near[0]}?")
    return "environment", {
        name: environment[variable] for variable, name in known.items() if environment.get(variable)
    }


def _validated(values: dict[str, Any], origin: str) -> Settings:
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        raise ZonewatchError(f"{origin}: {first_refusal(error, Settings, {'notify': Notify})}") from error


def parse_now(text: str) -> datetime:
    """Read an hour in ISO 8601; a day is its first moment, and what has no offset is in UTC.

    Raises `ValueError`, also for years outside `YEARS`: what is due is reckoned from the hour, and
    nothing can be reckoned from the last hour that a calendar has.
    """
    moment = datetime.fromisoformat(text)
    if moment.year not in YEARS:
        raise ValueError(f"the year is outside {YEARS.start} to {YEARS.stop - 1}")
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)

"""The routes of the settings with their channels: where each address comes from, and who may read it."""

import os
import stat
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from monitor.model import FindingKind, Severity
from scheduler.outbox import Channel, Line, NotSent
from scheduler.routes import Route, hours_of
from zonewatch.notify_settings import Notify

if TYPE_CHECKING:
    from zonewatch.app import App

CREDENTIALS = "CREDENTIALS_DIRECTORY"
"""Where systemd puts a unit's credentials, which it guards itself (systemd.exec(5), LoadCredential=)."""


def lines_of(app: "App", environment: Mapping[str, str] = os.environ) -> tuple[Line, ...]:
    """Return every route of the settings; its channel is made, and its address read, when it is used."""
    origin = app.origins["notify"]
    return tuple(line_of(route, origin, environment) for route in app.settings.notify)


def line_of(settings: Notify, origin: str, environment: Mapping[str, str]) -> Line:
    """Return a route with its channel; `origin` is where its settings come from."""

    @cache
    def channel() -> Channel:
        address = address_of(settings, origin, environment)
        from scheduler.channels import Service

        return Service(address)

    return Line(route_of(settings), channel)


def route_of(settings: Notify) -> Route:
    """Return what a route takes, and when."""
    return Route(
        name=settings.name,
        kinds=frozenset(map(FindingKind, settings.kinds)),
        severities=frozenset(map(Severity, settings.severities)),
        dossiers=frozenset(settings.dossiers),
        hours=hours_of(settings.when, ZoneInfo(settings.zone)),
        language=settings.language,
    )


def address_of(settings: Notify, origin: str, environment: Mapping[str, str]) -> str:
    """Return the address of a route's channel; raises `NotSent` where it is absent, or open to others."""
    if settings.url_env is not None:
        address = environment.get(settings.url_env, "").strip()
        return address or _refuse(f"the environment has no {settings.url_env}")
    if settings.url_file is not None:
        return _first_line(settings.url_file, environment)
    file = Path(origin)
    if file.is_file() and (why := open_to_others(file)):
        return _refuse(f"{file} holds its address and {why}: chmod 600 {file}")
    return settings.url or ""


def _first_line(path: Path, environment: Mapping[str, str]) -> str:
    guarded = environment.get(CREDENTIALS)
    try:
        why = None if guarded and path.is_relative_to(guarded) else open_to_others(path)
        text = "" if why else path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        return _refuse(
            f"{path} cannot be read: {getattr(error, 'strerror', None) or error.__class__.__name__}"
        )
    if why:
        return _refuse(f"{path} {why}: chmod 600 {path}")
    return text.splitlines()[0].strip() if text else _refuse(f"{path} is empty")


def open_to_others(path: Path) -> str | None:
    """Say how a file is open to others than its owner; None where it is not, or where modes mean nothing."""
    if os.name != "posix":
        return None
    found = path.stat()
    if found.st_uid not in (0, os.geteuid()):
        return "belongs to another user"
    mode = stat.S_IMODE(found.st_mode)
    return f"may be read or written by others (mode {mode:04o})" if mode & 0o077 else None


def _refuse(why: str) -> str:
    raise NotSent(why)


def without_route(waiting: Iterable[str], lines: Iterable[Line]) -> tuple[str, ...]:
    """Return the names of routes that messages wait for and that the settings know no more."""
    known = {line.route.name for line in lines}
    return tuple(sorted(set(waiting) - known))

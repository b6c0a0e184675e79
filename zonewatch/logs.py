"""The log, on standard error: a line for people, or JSON for programs; nothing in it steers a terminal.

What a page, a server or a library brings into a line is stripped of control characters and bidi marks here,
in the one place that every line passes through.
"""

import json
import logging
import threading
from collections.abc import Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from functools import cache
from typing import Any, Final, Literal

import click

from reports.clean import clean
from scheduler.clock import wall

Form = Literal["text", "json"]
Level = Literal["info", "warning", "error"]
OURS: Final = "zonewatch: "
"""What lines for people begin with, so that they can be told from other programs'."""

_form: Form = "text"


def use(form: Form) -> None:
    """Have every later line in this form."""
    global _form  # noqa: PLW0603 - one standard error, one form
    _form = form


def write(text: str, level: Level = "info", facts: Mapping[str, object] | None = None) -> None:
    """Write a line; `facts` are what it says for programs, and stand in JSON only."""
    getattr(_logger(_form), level)(text, **(facts or {}))


@cache
def _logger(form: Form) -> Any:
    """Return structlog's logger of a form; it costs a tenth of a second, which silence need not pay."""
    import structlog

    ends: list[Any] = (
        [_plain] if form == "text" else [structlog.processors.add_log_level, _for_programs, _dumped]
    )
    return structlog.wrap_logger(
        _StandardError(), processors=ends, wrapper_class=structlog.BoundLogger, cache_logger_on_first_use=True
    )


class _StandardError:
    """Where lines go; the stream is looked up at each line, because it may be redirected."""

    def info(self, line: str) -> None:
        """Write a line."""
        click.echo(line, err=True)

    warning = error = info


Event = MutableMapping[str, Any]


def _plain(_logger: Any, _level: str, event: Event) -> str:
    return clean(str(event["event"]))


def _for_programs(_logger: Any, _level: str, event: Event) -> Event:
    """Put the hour first, and clean every text."""
    text = str(event.pop("event")).removeprefix(OURS)
    when = wall().isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return {"timestamp": when, "level": event.pop("level"), "event": clean(text), **_cleaned(dict(event))}


def _dumped(_logger: Any, _level: str, event: Event) -> str:
    return json.dumps(dict(event), ensure_ascii=False, default=str)


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, Mapping):
        return {clean(str(key)): _cleaned(one) for key, one in value.items()}
    return [_cleaned(one) for one in value] if isinstance(value, (list, tuple)) else value


class _Libraries(logging.Handler):
    """What libraries warn of, as a line of ours; of a traceback its last line."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write a record's line."""
        why = f": {type(record.exc_info[1]).__name__}: {record.exc_info[1]}" if record.exc_info else ""
        said = " ".join(f"{record.getMessage()}{why}".split())
        level: Level = "error" if record.levelno >= logging.ERROR else "warning"
        write(f"{OURS}{record.name}: {said}", level)


@contextmanager
def hearing_libraries() -> Iterator[None]:
    """Take what libraries warn of, and what ends a thread, into the log: a daemon has no other."""
    handler, root = _Libraries(logging.WARNING), logging.getLogger()
    before, threading.excepthook = threading.excepthook, _thread_ended
    root.addHandler(handler)
    try:
        yield
    finally:
        root.removeHandler(handler)
        threading.excepthook = before


def _thread_ended(ended: threading.ExceptHookArgs) -> None:
    name = ended.thread.name if ended.thread else "a thread"
    said = " ".join(f"{ended.exc_type.__name__}: {ended.exc_value}".split())
    write(f"{OURS}{name} ended: {said}", "error")

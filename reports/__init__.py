"""What people read: diff reports as text, Markdown, HTML, JSON, CSV and Atom."""

from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from reports.model import Report

_MODULES: Final = {
    "text": "render_text",
    "markdown": "markdown",
    "html": "html",
    "json": "json_",
    "csv": "csv_",
    "atom": "atom",
}

FORMATS: Final = tuple(_MODULES)
"""The formats that `render` knows."""


def render(report: "Report", format: str) -> str:
    """Write a report in one of `FORMATS`; only that format's module is imported.

    Raises ValueError for another format.
    """
    if format not in _MODULES:
        raise ValueError(f"expected one of {', '.join(FORMATS)}, found {format}")
    text: str = import_module(f"reports.{_MODULES[format]}").render(report)
    return text

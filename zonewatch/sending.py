"""Why messages were not sent, in a line a route."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from reports.clean import clean

if TYPE_CHECKING:
    from scheduler.outbox import Attempt


def troubles(attempts: "Iterable[Attempt]") -> tuple[str, ...]:
    """Say of each route once why its messages were not sent, and what becomes of them."""
    told: dict[str, str] = {}
    for one in attempts:
        if one.error:
            rest = "given up: `zonewatch notify --retry`" if one.final else "kept, and tried again"
            told.setdefault(one.route, clean(f"zonewatch: route `{one.route}`: {one.error} ({rest})"))
    return tuple(told.values())

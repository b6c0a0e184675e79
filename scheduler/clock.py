"""The one place that reads the wall clock."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeAlias

Clock: TypeAlias = Callable[[], datetime]


def wall() -> datetime:
    """Return the present moment in UTC."""
    return datetime.now(UTC)


def fixed(moment: datetime) -> Clock:
    """Return a clock that stands still at a moment (for `--now`, replays and tests)."""
    stands = moment.astimezone(UTC)
    return lambda: stands

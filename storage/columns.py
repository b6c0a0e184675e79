"""Column types: values of the program on one side, what both databases can hold on the other."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import DateTime, Dialect, Text
from sqlalchemy.types import TypeDecorator

from storage import values

MOST_ROWS: Final = 2**31 - 1
"""the greatest number that a row can have: PostgreSQL's integer is the smaller of the two"""


class UtcTime(TypeDecorator[datetime]):
    """An aware time, stored in UTC, returned aware in UTC; a naive one is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Turn an aware time to UTC; SQLite keeps its digits only."""
        if value is not None and value.tzinfo is None:
            raise ValueError("a time without a zone cannot be kept")
        return value and value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Make what SQLite returns (naive) and PostgreSQL (in its session's zone) the same."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Words(TypeDecorator[str]):
    """Text from pages and servers; NUL and lone surrogates, which databases refuse, become U+FFFD."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, _dialect: Dialect) -> str | None:
        """Replace what a database cannot hold."""
        if value is None or (value.isprintable() and value.isascii()):
            return value
        return value.replace("\0", "\ufffd").encode("utf-16", "surrogatepass").decode("utf-16", "replace")


class Choice(TypeDecorator[StrEnum]):
    """A member of a closed enumeration, stored as its word."""

    impl = Text
    cache_ok = True

    def __init__(self, kind: type[StrEnum]) -> None:
        super().__init__()
        self.kind = kind

    def process_bind_param(self, value: StrEnum | None, _dialect: Dialect) -> str | None:
        """Return the word."""
        return None if value is None else value.value

    def process_result_value(self, value: str | None, _dialect: Dialect) -> StrEnum | None:
        """Return the member."""
        return None if value is None else self.kind(value)


class Packed(TypeDecorator[Any]):
    """A frozen value of the type `kind`, stored as JSON text."""

    impl = Text
    cache_ok = True

    def __init__(self, kind: Any) -> None:
        super().__init__()
        self.kind = kind

    def process_bind_param(self, value: Any, _dialect: Dialect) -> str | None:
        """Return JSON; None is NULL."""
        return None if value is None else values.to_text(values.document(self.kind, value))

    def process_result_value(self, value: str | None, _dialect: Dialect) -> Any:
        """Return the value."""
        return None if value is None else values.value_of(self.kind, values.from_bytes(value.encode()))

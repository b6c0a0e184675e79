"""Column types: values of the program on one side, what both databases can hold on the other."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Final, TypeVar

from sqlalchemy import BigInteger, DateTime, Dialect, LargeBinary, Text
from sqlalchemy.types import TypeDecorator, TypeEngine

from storage import values
from storage.errors import HINT, StoreError
from storage.frames import squeeze_shaped, unsqueeze_shaped
from storage.shapes import LINK

T = TypeVar("T")
MOST_ROWS: Final = 2**31 - 1
"""the greatest number that a row can have: PostgreSQL's integer is the smaller of the two"""
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND: Final = timedelta(microseconds=1)
DIGEST_BYTES: Final = 32
HEX: Final = re.compile(r"[0-9a-f]{64}")


class Legible(TypeDecorator[T]):
    """A column that says in a sentence that what it holds cannot be read: StoreError."""

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], T | None]:
        """Return what reads a value, the driver's part included."""
        read: Callable[[Any], T | None] = super().result_processor(dialect, coltype) or (lambda value: value)

        def reading(value: Any) -> T | None:
            try:
                return read(value)
            except (ValueError, TypeError, KeyError, AttributeError, OverflowError):
                said = f"{ascii(value)[:60]} stands where it cannot"
                raise StoreError(f"something kept is damaged: {said}{HINT}") from None

        return reading


class UtcTime(Legible[datetime]):
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


class Moment(Legible[datetime]):
    """An aware time where rows are many: in SQLite the microseconds since 1970, 8 bytes instead of 26."""

    impl = BigInteger
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Take the type that PostgreSQL has for it; it is as small."""
        return dialect.type_descriptor(BigInteger() if dialect.name == "sqlite" else DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """Count the microseconds; a time without a zone is refused."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone cannot be kept")
        return (value - EPOCH) // MICROSECOND if dialect.name == "sqlite" else value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Return the time in UTC."""
        if value is None:
            return None
        at: datetime = EPOCH + value * MICROSECOND if dialect.name == "sqlite" else value.astimezone(UTC)
        return at


class Seconds(Legible[float]):
    """A duration in seconds, stored as whole microseconds."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: float | None, _dialect: Dialect) -> int | None:
        """Count the microseconds, the nearest whole number."""
        return None if value is None else round(value * 1_000_000)

    def process_result_value(self, value: int | None, _dialect: Dialect) -> float | None:
        """Return the seconds."""
        return None if value is None else value / 1_000_000


class Digest(Legible[str]):
    """A sha256, in the program as hexadecimal digits, in the database as its 32 bytes.

    What is no sha256 is kept as its UTF-8.
    """

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: str | None, _dialect: Dialect) -> bytes | None:
        """Return the bytes."""
        return None if value is None else digest_bytes(value)

    def process_result_value(self, value: bytes | None, _dialect: Dialect) -> str | None:
        """Return the digits."""
        if value is None:
            return None
        return value.hex() if len(value) == DIGEST_BYTES else value.decode()


def digest_bytes(text: str) -> bytes:
    """Return the 32 bytes of a sha256 in hexadecimal, the UTF-8 of anything else."""
    return bytes.fromhex(text) if HEX.fullmatch(text) else text.encode()


class Words(TypeDecorator[str]):
    """Text from pages and servers; NUL and lone surrogates, which databases refuse, become U+FFFD."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, _dialect: Dialect) -> str | None:
        """Replace what a database cannot hold."""
        return value and values.words(value)


class Choice(Legible[StrEnum]):
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


class Packed(Legible[Any]):
    """A frozen value of the type `kind`, stored as JSON text without what has its default."""

    impl = Text
    cache_ok = True

    def __init__(self, kind: Any) -> None:
        super().__init__()
        self.kind = kind

    def process_bind_param(self, value: Any, _dialect: Dialect) -> str | None:
        """Return JSON; None is NULL."""
        return None if value is None else values.to_text(values.short_document(self.kind, value))

    def process_result_value(self, value: str | None, _dialect: Dialect) -> Any:
        """Return the value."""
        return None if value is None else values.value_of(self.kind, values.from_bytes(value.encode()))


class PackedLink(Legible[Any]):
    """A frozen value of the type `kind` that every source has: as `Packed`, as a frame that leans on a shape.

    What was kept before there was a shape for it is the JSON alone.
    """

    impl = LargeBinary
    cache_ok = True

    def __init__(self, kind: Any) -> None:
        super().__init__()
        self.kind = kind

    def process_bind_param(self, value: Any, _dialect: Dialect) -> bytes | None:
        """Return the frame."""
        if value is None:
            return None
        return squeeze_shaped(values.to_bytes(values.short_document(self.kind, value)), LINK)

    def process_result_value(self, value: bytes | None, _dialect: Dialect) -> Any:
        """Return the value."""
        if value is None:
            return None
        plain = value if value.startswith(b"{") else unsqueeze_shaped(value)
        return values.value_of(self.kind, values.from_bytes(plain))

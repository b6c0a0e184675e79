"""What one writing transaction knows of the rows that are there.

A writer holds the only pen (`storage.engine`), so what it has read of a row stays true until it ends. A
visit points at a dozen rows that most visits share with others: each is asked for once a transaction.
"""

from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple, cast

from sqlalchemy import Insert, Table, insert
from sqlalchemy.orm import Session

from monitor.model import LinkState
from storage.base import Base


@dataclass(frozen=True, slots=True)
class KnownBody:
    """A body that is there: its number, its sha256, that of its text; `gone` where its bytes are not here."""

    id: int
    digest: bytes
    text: str | None
    gone: bool = False


@dataclass(frozen=True, slots=True)
class KnownHead:
    """A head that is there, and the hops in it as JSON; none of a damaged one."""

    id: int
    plain: bytes


class Squeezed(NamedTuple):
    """A frame on its way, and the family that it leans on."""

    family: bytes
    frame: "Future[bytes | None]"


@dataclass(slots=True)
class Pen:
    """Rows by what they are found by; None for what is known not to be there."""

    sources: dict[str, int] = field(default_factory=dict)
    tips: dict[int, str | None] = field(default_factory=dict)
    moved: set[int] = field(default_factory=set)
    """sources whose tip is to be written"""
    links: dict[int, LinkState | None] = field(default_factory=dict)
    standings: dict[int, dict[str, object]] = field(default_factory=dict)
    """what is to be written of where sources stand"""
    addresses: dict[bytes, int] = field(default_factory=dict)
    sites: dict[str, int] = field(default_factory=dict)
    circumstances: dict[bytes, int] = field(default_factory=dict)
    bodies: dict[bytes, KnownBody | None] = field(default_factory=dict)
    heads: dict[int, KnownHead | None] = field(default_factory=dict)
    """the newest head of a source"""
    squeezed: dict[bytes, Squeezed] = field(default_factory=dict)
    """frames that are being made of new bodies"""
    first_heads: dict[int, KnownHead | None] = field(default_factory=dict)
    """the newest head of a site that leans on none"""


def pen(session: Session) -> Pen:
    """Return what a transaction knows."""
    known: Pen = session.info.setdefault("pen", Pen())
    return known


def add(session: Session, table: type[Base], **columns: object) -> int:
    """Insert one row without an object for it in the session; return its number."""
    result = session.connection().execute(_insert(table), columns)
    return int(cast("tuple[int]", result.inserted_primary_key)[0])


@cache
def _insert(table: type[Base]) -> Insert:
    return insert(cast(Table, table.__table__))

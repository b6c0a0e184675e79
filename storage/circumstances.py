"""What visits have in common (role, outcome, reader, settings), each combination once."""

from dataclasses import dataclass, fields
from hashlib import sha256
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from monitor.model import ReadBy, Record, Role, State
from scraper.model import Completeness, Listing, Notice, OutcomeKind, Trouble
from scraper.readers import VERSION
from storage import values
from storage.pen import add, pen
from storage.schema import Circumstance, Configuration
from storage.values import words

READ: Final = (Notice, Listing)
"""The readings that say which reader gave them."""


@dataclass(frozen=True, slots=True)
class Common:
    """The columns of `schema.Circumstance`, in the order of its digest."""

    role: Role
    status: int | None
    outcome: OutcomeKind
    rule: str
    detail: str
    state: State
    completeness: Completeness
    trouble: Trouble | None
    trouble_detail: str
    origin: str
    reader: str | None
    layout: str | None
    readers: int | None
    settings: str | None


def common_of(record: Record) -> Common:
    """Return what a record's visit has in common with others, as a database holds it."""
    seen, fetch = record.seen, record.seen.fetch
    read_by = record.read_by or _read_by(seen.reading)
    return Common(
        role=seen.look.role,
        status=fetch.status,
        outcome=seen.outcome.kind,
        rule=words(seen.outcome.rule),
        detail=words(seen.outcome.detail),
        state=_state(record),
        completeness=fetch.completeness,
        trouble=fetch.trouble,
        trouble_detail=words(fetch.detail),
        origin=words(record.origin),
        reader=words(read_by.reader) if read_by.reader else None,
        layout=words(read_by.layout) if read_by.layout else None,
        readers=read_by.readers,
        settings=sha256(record.settings.encode()).hexdigest() if record.settings else None,
    )


def _read_by(reading: object) -> ReadBy:
    return ReadBy(reading.reader, reading.layout, VERSION) if isinstance(reading, READ) else ReadBy()


def _state(record: Record) -> State:
    standing = record.standing
    return standing.link.state if standing and record.state is State.UNKNOWN else record.state


def circumstance_number(session: Session, common: Common, settings: str | None) -> int:
    """Return the number of a combination; one not yet known is added, with the text of its settings."""
    plain = values.document(Common, common)
    digest = sha256(values.to_bytes(list(plain.values()))).digest()
    circumstances = pen(session).circumstances
    if digest not in circumstances:
        found = session.scalar(select(Circumstance.id).where(Circumstance.digest == digest))
        circumstances[digest] = found or _put_circumstance(session, digest, common, settings)
    return circumstances[digest]


def _put_circumstance(session: Session, digest: bytes, common: Common, settings: str | None) -> int:
    columns = {one.name: getattr(common, one.name) for one in fields(Common) if one.name != "settings"}
    number = configuration_number(session, common.settings, settings)
    return add(session, Circumstance, digest=digest, configuration_id=number, **columns)


def configuration_number(session: Session, digest: str | None, text: str | None) -> int | None:
    """Return the number of settings by the sha256 of their text; new ones are added."""
    if digest is None or text is None:
        return None
    known = session.scalar(select(Configuration.id).where(Configuration.digest == digest))
    if known is not None:
        return known
    row = Configuration(digest=digest, text=text)
    session.add(row)
    session.flush()
    return row.id

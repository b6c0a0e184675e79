"""Sources and addresses as numbers: each stands once in its table."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.bodies import fingerprint
from storage.schema import Address, SourceName


def source_number(session: Session, name: str, dossier: str) -> int:
    """Return a source's number; one not yet known is added under `dossier`."""
    known = session.scalar(select(SourceName.id).where(SourceName.name == name))
    if known is not None:
        return known
    row = SourceName(name=name, dossier=dossier)
    session.add(row)
    session.flush()
    return row.id


def address_number(session: Session, url: str) -> int:
    """Return an address's number; one not yet known is added."""
    digest = fingerprint(url)
    known = session.scalar(select(Address.id).where(Address.digest == digest))
    if known is not None:
        return known
    row = Address(digest=digest, url=url)
    session.add(row)
    session.flush()
    return row.id

"""Sources, sites and addresses as numbers: each stands once in its table."""

from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.schema import Address, Site, SourceName


def fingerprint(text: str) -> bytes:
    """Return the sha256 under which a text of any length is found."""
    return sha256(text.encode("utf-8", "surrogatepass")).digest()


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


def site_number(session: Session, name: str) -> int:
    """Return a site's number; one not yet known is added."""
    known = session.scalar(select(Site.id).where(Site.name == name))
    if known is not None:
        return known
    row = Site(name=name)
    session.add(row)
    session.flush()
    return row.id

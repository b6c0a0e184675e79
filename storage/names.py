"""Sources, sites and addresses as numbers: each stands once in its table."""

from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.pen import add, pen
from storage.schema import Address, Site, SourceName


def fingerprint(text: str) -> bytes:
    """Return the sha256 under which a text of any length is found."""
    return sha256(text.encode("utf-8", "surrogatepass")).digest()


def source_number(session: Session, name: str, dossier: str) -> int:
    """Return a source's number; one not yet known is added under `dossier`."""
    sources = pen(session).sources
    if name not in sources:
        found = session.scalar(select(SourceName.id).where(SourceName.name == name))
        sources[name] = found or _new_source(session, name, dossier)
    return sources[name]


def _new_source(session: Session, name: str, dossier: str) -> int:
    number = add(session, SourceName, name=name, dossier=dossier)
    known = pen(session)
    known.tips[number] = known.links[number] = known.heads[number] = None
    return number


def address_number(session: Session, url: str) -> int:
    """Return an address's number; one not yet known is added."""
    digest = fingerprint(url)
    addresses = pen(session).addresses
    if digest not in addresses:
        found = session.scalar(select(Address.id).where(Address.digest == digest))
        addresses[digest] = found or add(session, Address, digest=digest, url=url)
    return addresses[digest]


def site_number(session: Session, name: str) -> int:
    """Return a site's number; one not yet known is added."""
    sites = pen(session).sites
    if name not in sites:
        found = session.scalar(select(Site.id).where(Site.name == name))
        sites[name] = found or add(session, Site, name=name)
    return sites[name]

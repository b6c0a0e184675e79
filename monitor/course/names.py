"""What the page behind a row is called, before and after it becomes a source."""

from hashlib import sha256
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from monitor.model import Role, Row, Source
from scraper.addresses import page_id


def source_of(row: Row, listing: Source) -> Source:
    """Give a row's page a source's name, made from its address: `ai-pilot-zones/t20200904_158650`."""
    stem = PurePosixPath(urlsplit(row.url).path).stem
    name = stem if page_id(row.url) else f"{stem or 'page'}-{sha256(row.url.encode()).hexdigest()[:8]}"
    return Source(
        id=f"{listing.dossier}/{name}",
        dossier=listing.dossier,
        role=Role.NOTICE,
        url=row.url,
        title=row.title,
        document_number=row.document_number,
        because=f"a row of {listing.id}",
    )

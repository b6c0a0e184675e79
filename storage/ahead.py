"""New pages squeezed side by side, before the writer comes to each."""

import os
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.dictionaries import CAREFUL, SMALLEST, newest_of, readable
from storage.families import is_family, is_wanted, squeeze_in
from storage.pen import Squeezed, pen
from storage.schema import Site


def squeeze_ahead(session: Session, bodies: Iterable[tuple[bytes, str]]) -> None:
    """Begin to squeeze new pages of known sites in threads beside this one: bytes, and the site's name.

    Nothing else of a new page takes as long, and zstd lets go of the interpreter. What is begun for a page
    is taken up when its turn comes, if it leans on that family then.
    """
    families: dict[str, bytes | None] = {}
    threads = ThreadPoolExecutor(os.cpu_count() or 1, thread_name_prefix="squeeze")
    for data, site in bodies:
        if not SMALLEST <= len(data) <= CAREFUL:
            continue
        if site not in families:
            families[site] = _wanted_family(session, site)
        if family := families[site]:
            pen(session).squeezed[data] = Squeezed(family, threads.submit(squeeze_in, data, family))
    threads.shutdown(wait=False)  # they end with their work: none is there to be missed after a fork


def _wanted_family(session: Session, site: str) -> bytes | None:
    """Return the newest dictionary of a site, if it is a family that pages have just leant on."""
    number = session.scalar(select(Site.id).where(Site.name == site))
    newest = newest_of(session, number, 1) if number else ()
    like = readable(newest[0]) if newest else b""
    return like if is_family(like) and is_wanted(like) else None

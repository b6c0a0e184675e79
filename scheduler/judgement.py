"""Since when a dossier is judged by as it is judged by now.

What a page says was judged when it was first read. The same bytes say the same, and are judged again only
where the judge has changed: another program, another dossier, a zone that a person accepted.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

from monitor.course.context import Context
from monitor.dossier import Dossier
from scraper.readers import VERSION
from storage.store import Store


def alike_since(context: Context, store: Store, now: datetime) -> datetime:
    """Return the hour of the first pass that judged by this program, dossier and baseline: `now` if this one.

    It is remembered in the store, where the next pass finds it.
    """
    judge, key = _judge(context), f"judge of {context.dossier.id}"
    known = (store.meta_get(key) or "").split()
    if len(known) == 2 and known[0] == judge:
        return datetime.fromisoformat(known[1])
    store.meta_put(key, f"{judge} {now.isoformat()}")
    return now


def _judge(context: Context) -> str:
    digest = sha256()
    for said in _sayings(context):
        digest.update(repr(said).encode("utf-8", "surrogatepass") + b"\n")
    return digest.hexdigest()


def _sayings(context: Context) -> Iterator[object]:
    yield version("zonewatch"), VERSION
    yield _plain(context.dossier)
    yield context.baseline
    yield from (source for source in context.sources if source.because)


def _plain(dossier: Dossier) -> Dossier:
    """Return a dossier without the place of its file, which says nothing of what is in it."""
    return replace(dossier, path=Path())

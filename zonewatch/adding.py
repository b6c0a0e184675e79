"""`source import`: a list's lines held against what is watched already, the new ones kept."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.model import Source
from scheduler.due import known_sources
from scraper.addresses import match_key
from storage.store import Store
from zonewatch.app import App
from zonewatch.progress import progress_bar
from zonewatch.source_lists import Line, SourceList, read_list

if TYPE_CHECKING:
    from monitor.dossier import Dossier


@dataclass(frozen=True, slots=True)
class Added:
    """What came of a list: the sources that are new, lines that say what is known, lines refused."""

    new: tuple[Source, ...]
    known: tuple[Line, ...]
    refused: tuple[Line, ...]
    unused: tuple[str, ...]
    dry: bool


def import_list(app: App, path: Path, dossier_id: str, *, dry: bool) -> Added:
    """Bring a list's new pages into a dossier, all in one transaction; `dry` only says what would come.

    A page is known by its address' loose form. Lines in which something is wrong keep out themselves alone.
    """
    dossier = app.dossier(dossier_id)
    found = read_list(path, dossier.id)
    with app.store() as store:
        with progress_bar("reading") as progress:
            added = sift(found, dossier, store, dry=dry, progress=progress)
        if added.new and not dry:
            with progress_bar("importing") as progress:
                store.add_imported(added.new, app.clock(), progress)
    return added


def sift(
    found: SourceList,
    dossier: "Dossier",
    store: Store,
    *,
    dry: bool,
    progress: Callable[[int, int], None] = lambda done, known: None,
) -> Added:
    """Tell a list's new pages from known ones, those that come twice, and names that are taken."""
    sources = known_sources(dossier, store)
    pages = {match_key(url): source.id for source in sources for url in (source.url, *source.alternatives)}
    names = {source.id for source in sources}
    new, known, refused = list[Source](), list[Line](), list[Line]()
    for number, line in enumerate(found.lines, 1):
        if number % 1000 == 0:
            progress(number, found.size)
        source = line.source
        if source is None:
            refused.append(line)
        elif (before := pages.get(match_key(source.url))) is not None:
            known.append(Line(line.where, source, f"is {before} already"))
        elif source.id in names:
            refused.append(
                Line(line.where, source, f"expected a name of its own, {source.id} is another page")
            )
        else:
            pages[match_key(source.url)] = source.id
            names.add(source.id)
            new.append(source)
    return Added(tuple(new), tuple(known), tuple(refused), found.unused, dry)


def listed_ids(words: tuple[str, ...], dossier: str) -> Iterator[str]:
    """Give ids as the store has them: a bare name is of the dossier."""
    return (word if "/" in word else f"{dossier}/{word}" for word in words)

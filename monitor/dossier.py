"""Dossiers: files in which people write what a translation knows, read into values and checked.

A file that is wrong anywhere is refused whole, with one line that names file, key and what was expected.
"""

import json
import re
import tomllib
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import ValidationError

from monitor.dossier_model import (
    Citation,
    Dossier,
    Goal,
    ListSource,
    Refiling,
    Search,
    Strength,
    Zone,
)
from monitor.dossier_rules import explain, refusals, status_of
from monitor.dossier_schema import CitationTable, DossierTable, ListTable, RecognitionTable, ZoneTable
from monitor.model import Place, Recognition, Role, Source
from monitor.refilings import refiled

__all__ = [
    "Citation",
    "Dossier",
    "DossierError",
    "Goal",
    "ListSource",
    "Refiling",
    "Search",
    "Strength",
    "Zone",
    "baseline",
    "citation_source",
    "json_schema",
    "load",
    "load_all",
    "loads",
    "refiled",
    "schema_text",
    "sources",
]


class DossierError(Exception):
    """A dossier that cannot be used; the message is one line for the person who edits the file."""

    def __init__(self, message: str) -> None:
        super().__init__(" ".join(message.split()))


def load(path: Path) -> Dossier:
    """Read a dossier's file.

    Raises DossierError where it cannot be read, is no TOML, or breaks a rule.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise DossierError(f"{path}: cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise DossierError(f"{path}: expected UTF-8 text, found other bytes at {error.start}") from error
    return loads(text, path)


def loads(text: str, path: Path) -> Dossier:
    """Read a dossier's text as if it stood in the file `path`, whose name gives the id.

    Raises DossierError as `load` does.
    """
    data = _toml(text, path)
    try:
        table = DossierTable.model_validate(data)
    except ValidationError as error:
        raise DossierError(f"{path}: {explain(error, data)}") from error
    for refusal in islice(refusals(table), 1):
        raise DossierError(f"{path}: {refusal}")
    return _dossier(table, path)


def load_all(folders: Sequence[Path]) -> tuple[Dossier, ...]:
    """Read every `*.toml` of the folders, sorted by id.

    A file takes the place of one with the same id in an earlier folder, so that own dossiers may replace
    shipped ones. Raises DossierError as `load` does, for a folder that is absent, and for two files of one
    folder that would have one id.
    """
    found: dict[str, Dossier] = {}
    for folder in folders:
        if not folder.is_dir():
            raise DossierError(f"{folder}: expected a folder of dossiers, found none")
        here: dict[str, Path] = {}
        for path in sorted(folder.glob("*.toml")):
            if (first := here.setdefault(_id(path), path)) != path:
                raise DossierError(
                    f"{path}: expected each id once in a folder, found {_id(path)} in {first} too"
                )
            found[_id(path)] = load(path)
    return tuple(found[key] for key in sorted(found))


def sources(dossier: Dossier) -> tuple[Source, ...]:
    """Return what the dossier wants looked at: its citations that have an address, then its lists."""
    notices = (
        citation_source(dossier, citation, citation.url) for citation in dossier.citations if citation.url
    )
    return (*notices, *(_listing(dossier, source) for source in dossier.lists))


def baseline(dossier: Dossier) -> tuple[Place, ...]:
    """Return the places of the dossier's zones, in the file's order."""
    return tuple(Place(zone.zh, zone.en, zone.province) for zone in dossier.zones)


def json_schema() -> dict[str, object]:
    """Return the JSON schema of a dossier's file, for editors."""
    dialect = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    return dialect | DossierTable.model_json_schema(by_alias=True)


def schema_text() -> str:
    """Return `json_schema` as the text of `dossiers/dossier.schema.json`."""
    return json.dumps(json_schema(), ensure_ascii=False, indent=2) + "\n"


def _toml(text: str, path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(text)
    except RecursionError as error:
        raise DossierError(f"{path}: expected TOML, found brackets nested too deep") from error
    except ValueError as error:
        what, _, where = str(error).partition(" (at ")
        line = re.match(r"line \d+", where)
        at = line[0] if line else f"line {text.count(chr(10)) + 1}"
        raise DossierError(f"{path}: {at}: expected TOML: {what}") from error


def _id(path: Path) -> str:
    return path.stem.replace("_", "-")


def _dossier(table: DossierTable, path: Path) -> Dossier:
    return Dossier(
        id=_id(path),
        path=path,
        title=table.title,
        publisher=table.publisher,
        published=table.published,
        recognition=_recognition(table.recognition),
        language=table.language,
        enabled=table.enabled,
        because=table.because,
        goal=Goal(**table.goal.model_dump()) if table.goal else None,
        zones=tuple(map(_zone, table.zones)),
        citations=tuple(_citation(citation, table) for citation in table.citations),
        lists=tuple(map(_list, table.lists)),
        glossary=tuple(table.glossary.items()),
        refilings=tuple(Refiling(one.old, tuple(one.new)) for one in table.refilings),
        searches=tuple(Search(**one.model_dump()) for one in table.searches),
        readers=dict(table.readers),
        rarest=table.rarest,
        quiet=dict(table.quiet),
    )


def _recognition(table: RecognitionTable) -> Recognition:
    lists = ("issuers", "numbers", "hosts", "look_alikes")
    return Recognition(table.phrase, table.frame, *(tuple(getattr(table, name)) for name in lists))


def _zone(table: ZoneTable) -> Zone:
    strengths = tuple(Strength(one.en or one.zh or "", one.zh) for one in table.strengths)
    return Zone(**table.model_dump(exclude={"strengths"}), strengths=strengths)


def _citation(table: CitationTable, dossier: DossierTable) -> Citation:
    own = [zone.zh for zone in dossier.zones if zone.footnote == table.footnote]
    derived = {
        "printed": table.printed or table.url,
        "repairs": tuple(table.repairs),
        "status": status_of(table),
        "zone": table.zone or (own[0] if len(own) == 1 else None),
        "hours": table.hours,
    }
    return Citation(**(table.model_dump() | derived))


def _list(table: ListTable) -> ListSource:
    return ListSource(**(table.model_dump() | {"formerly": tuple(table.formerly), "hours": table.hours}))


def _reader(dossier: Dossier, url: str) -> str | None:
    return dossier.readers.get(urlsplit(url).hostname or "")


def citation_source(dossier: Dossier, citation: Citation, url: str, because: str | None = None) -> Source:
    """Return a footnote's page as a source: `fn05` of its dossier, at the address given."""
    return Source(
        id=f"{dossier.id}/fn{citation.footnote:02}",
        dossier=dossier.id,
        role=Role.NOTICE,
        url=url,
        interval=citation.interval,
        zone=citation.zone,
        footnote=citation.footnote,
        title=citation.title,
        document_number=citation.number,
        because=because,
        reader=_reader(dossier, url),
        rarest=dossier.rarest,
        hours=citation.hours,
    )


def _listing(dossier: Dossier, source: ListSource) -> Source:
    return Source(
        id=f"{dossier.id}/{source.name}",
        dossier=dossier.id,
        role=Role.LISTING,
        url=source.url,
        interval=source.interval,
        alternatives=source.formerly,
        report_all=source.report == "all",
        back_to=source.back_to,
        enabled=source.enabled,
        because=source.because,
        reader=_reader(dossier, source.url),
        rarest=source.rarest,
        hours=source.hours,
        mornings=source.mornings,
    )

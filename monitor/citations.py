"""A translation's citations and zones, read from its text as users have it, damage and all."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from monitor.dossier_model import Status, Strength
from monitor.footnotes import Footnotes, read
from monitor.model import Place
from monitor.repairs import Address, repair
from monitor.zone_table import Row, rows, strengths

_CITES = re.compile(
    r"\btexts? of (?:the|this|that|these|those) ([\w' -]{3,40}?)\s*(?:[,.;:]|$)", re.IGNORECASE
)

_INVISIBLE = re.compile("[\x00\xad\u200b-\u200f\u2060\ufeff]")


@dataclass(frozen=True, slots=True)
class Cited:
    """A footnote's address; `printed` is None where no address stands for it, `url` where it is unresolved.

    `what` is what it is cited for: a zone's English name as the table prints it, or a word of the note.
    """

    footnote: int
    printed: str | None
    url: str | None
    repairs: tuple[str, ...]
    status: Status
    because: str | None
    what: str | None


@dataclass(frozen=True, slots=True)
class ZoneRow:
    """A row of the table; `zh` and `province` are None where neither the text nor the look-up knows them."""

    en: str
    zh: str | None
    province: str | None
    created: date | None
    announced: date | None
    strengths: tuple[Strength, ...]
    footnote: int | None


@dataclass(frozen=True, slots=True)
class Document:
    """What a document cites; `warnings` are single sentences, each thing said once."""

    citations: tuple[Cited, ...]
    zones: tuple[ZoneRow, ...]
    warnings: tuple[str, ...] = ()


def _nowhere(name: str) -> Place | None:  # noqa: ARG001
    return None


def cite(text: str, place_zh: Callable[[str], Place | None] = _nowhere) -> Document:
    """Read a translation's footnotes and its table of zones; never raises, whatever the text.

    `place_zh` looks a place up by the Chinese name where the text gives it, else by the English one.
    Exactly one citation a footnote, in order; every repair is said, and nothing is invented.
    """
    lines = _INVISIBLE.sub("", text).splitlines()
    table = rows(lines)
    notes = read(lines, [row.footnote for row in table if row.footnote])
    names = {row.footnote: row.en for row in table}
    citations = tuple(_cited(address, names, notes) for address in repair(notes.addresses))
    return Document(citations, tuple(_zone(row, text, place_zh) for row in table), notes.warnings)


def _cited(address: Address, names: dict[int | None, str], notes: Footnotes) -> Cited:
    status: Status = "unresolved" if address.url is None else "repaired" if address.repairs else "intact"
    what = _CITES.search(notes.prose.get(address.footnote, ""))
    return Cited(
        footnote=address.footnote,
        printed=address.printed or None,
        url=address.url,
        repairs=address.repairs,
        status=status,
        because=address.because if address.url is None else None,
        what=names.get(address.footnote) or (what[1] if what else None),
    )


def _zone(row: Row, text: str, place_zh: Callable[[str], Place | None]) -> ZoneRow:
    gloss = re.search(re.escape(row.en) + r"\s*[(（]([\u4e00-\u9fff]{2,})[)）]", text)
    zh = row.zh or (gloss[1] if gloss else None)
    place = (place_zh(zh) if zh else None) or place_zh(row.en)
    fits = place is not None and zh in (None, place.zh)
    return ZoneRow(
        en=row.en,
        zh=place.zh if place and fits else zh,
        province=place.province if place and fits else None,
        created=row.created,
        announced=row.announced,
        strengths=strengths(row.strengths),
        footnote=row.footnote,
    )


def as_document(document: Document) -> dict[str, object]:
    """Return the object that `cite --json` prints: days ISO, absent facts null."""
    return {
        "citations": [_citation_object(cited) for cited in document.citations],
        "zones": [_zone_object(zone) for zone in document.zones],
        "warnings": list(document.warnings),
    }


def _citation_object(cited: Cited) -> dict[str, object]:
    return {
        "footnote": cited.footnote,
        "printed": cited.printed,
        "url": cited.url,
        "repairs": list(cited.repairs),
        "status": cited.status,
        "because": cited.because,
        "for": cited.what,
    }


def _zone_object(zone: ZoneRow) -> dict[str, object]:
    return {
        "zone": {"zh": zone.zh, "en": zone.en, "province": zone.province},
        "created": zone.created.isoformat() if zone.created else None,
        "announced": zone.announced.isoformat() if zone.announced else None,
        "strengths": [{"en": one.en, "zh": one.zh} for one in zone.strengths],
        "footnote": zone.footnote,
    }

"""English as the translation's table writes it: days, footnote marks, strengths, a sentence a new zone."""

from collections.abc import Iterable
from datetime import date

from monitor.dossier import Dossier, Strength, Zone

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
)  # fmt: skip
_SUPERSCRIPT = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def day(on: date | None) -> str:
    """Write a day as the table does, `January 23, 2020`, whatever the locale; nothing for none."""
    return f"{MONTHS[on.month - 1]} {on.day}, {on.year}" if on else ""


def mark(footnote: int) -> str:
    """Write a footnote's mark, `¹³`."""
    return str(footnote).translate(_SUPERSCRIPT)


def strengths(found: Iterable[Strength]) -> str:
    """Write strengths as one cell: `Science education resources (科教资源), openness (开放)`.

    One that has commas of its own stands behind a semicolon, so that `monitor.zone_table.strengths` reads
    the cell back as the same strengths.
    """
    cell = ""
    for one in found:
        gloss = f" ({one.zh})" if one.zh and one.zh != one.en else ""
        between = "; " if "," in one.en else ", "
        cell += f"{between if cell else ''}{one.en}{gloss}"
    return cell[:1].upper() + cell[1:]


def sentence(zone: Zone, dossier: Dossier, number: str | None) -> str:
    """Say in a sentence that a zone was approved, in the words of the dossier's glossary.

    `On September 4, 2020, MOST announced its approval, dated September 3, 2020, of Guangzhou (广州) as a
    National New Generation Artificial Intelligence Innovation and Development Pilot Zone
    (国科函规〔2020〕171号).`
    What the glossary does not know stays Chinese.
    """
    glossary = dict(dossier.glossary)
    recognition = dossier.recognition
    issuer = glossary.get(recognition.issuers[0], recognition.issuers[0])
    short = issuer.rpartition("(")[2].rstrip(")") if issuer.endswith(")") else issuer
    dated = f", dated {day(zone.created)}," if zone.created else ""
    numbered = f" ({number})" if number else ""
    return (
        f"On {day(zone.announced)}, {short} announced its approval{dated} of {zone.en} ({zone.zh}) "
        f"as {_one(glossary.get(recognition.phrase, recognition.phrase))}{numbered}."
    )


def _one(programme: str) -> str:
    """Write a programme's name, plural in some glossaries, for one of its places."""
    article = "an" if programme[:1] in "AEIOU" else "a"
    return f"{article} {programme.removesuffix('s')}" if programme.isascii() else programme

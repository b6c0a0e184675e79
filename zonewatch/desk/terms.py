"""Known Chinese terms in a text, with their English: on hover, and in brackets on paper."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from markupsafe import Markup

from monitor.dossier import Dossier
from monitor.model import Place
from reports.clean import clean
from reports.html import tongue

SHORTEST = 2
"""A single character is part of too many words to be a term."""


def terms_of(dossier: Dossier, places: Iterable[Place] = ()) -> tuple[tuple[str, str], ...]:
    """List the terms that a dossier knows: its glossary, its zones' names and strengths, and these places."""
    found = dict(dossier.glossary)
    for zone in dossier.zones:
        found.setdefault(zone.zh, zone.en)
        for strength in zone.strengths:
            if strength.zh and strength.zh != strength.en:
                found.setdefault(strength.zh, strength.en)
    for place in places:
        found.setdefault(place.zh, place.en)
    return tuple((zh, en) for zh, en in found.items() if len(zh) >= SHORTEST)


def glossed(text: str, terms: tuple[tuple[str, str], ...]) -> Markup:
    """Escape a text for HTML, mark its Chinese as such, and gloss the terms in it, the longest first."""
    english = dict(terms)
    marked, end = Markup(), 0
    for found in _pattern(terms).finditer(text) if terms else ():
        marked += tongue(text[end : found.start()]) + _term(found[0], english[found[0]])
        end = found.end()
    return marked + tongue(text[end:])


def terms_in(text: str, terms: tuple[tuple[str, str], ...]) -> Iterator[tuple[str, str]]:
    """Give the terms that stand in a text, in the order of their first place."""
    english = dict(terms)
    for zh in dict.fromkeys(found[0] for found in _pattern(terms).finditer(text)) if terms else ():
        yield zh, english[zh]


def _term(zh: str, en: str) -> Markup:
    return Markup(
        '<span class="term" lang="zh-Hans">{}<span class="gloss" lang="en">{}</span></span>'
    ).format(clean(zh), clean(en))


@lru_cache(maxsize=64)
def _pattern(terms: tuple[tuple[str, str], ...]) -> re.Pattern[str]:
    longest_first = sorted((zh for zh, _ in terms), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, longest_first)))

"""What a search over all notices kept asks for and gives, and where a text holds what was asked. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from monitor.model import Role
from monitor.search_words import folded_term

BEFORE = 30
"""Characters shown before the first hit in a text: a clause of a Chinese notice."""
EXCERPT = 140
"""Characters of a text shown for a hit."""
TITLE = 300
"""Characters of a title that are shown."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What is looked for: every term of `text`, blanks between them; all that is not None narrows it.

    `since` and `until` bound the day of publication (of the visit where a page states none), both
    included. `host` means its subdomains too. `earlier` asks for snapshots too that a later one of
    the same source has replaced. `after` is the `next` of a page before.
    """

    text: str = ""
    dossier: str | None = None
    host: str | None = None
    since: date | None = None
    until: date | None = None
    role: Role | None = None
    earlier: bool = False
    after: str | None = None
    limit: int = 20


@dataclass(frozen=True, slots=True)
class Mark:
    """A run of text, and whether it is what was looked for."""

    text: str
    hit: bool = False


@dataclass(frozen=True, slots=True)
class Hit:
    """A snapshot that holds every term; `day` is its publication, else the day of the visit."""

    snapshot: int
    source: str
    dossier: str
    role: Role
    url: str
    day: date
    published: date | None
    document_number: str | None
    taken: datetime
    title: tuple[Mark, ...]
    excerpt: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """A page of hits, the latest day first.

    `next` is what `Wish.after` takes for the page after this one, None at the end. `at_most` counts the
    notices that may hold what was looked for, over all pages. A page can be empty and have a next one:
    only so many texts are read at a time.
    """

    hits: tuple[Hit, ...]
    next: str | None
    at_most: int


def holds(terms: Sequence[str], title: str, text: str) -> bool:
    """Tell whether a notice holds every term (see `monitor.search_words.terms`) in its title or text."""
    sides = folded_term(title), folded_term(text)
    return all(any(term in side for side in sides) for term in terms)


def marked(text: str, terms: Sequence[str], longest: int = TITLE) -> tuple[Mark, ...]:
    """Return the text with every place marked that holds a term; what is longer than `longest` is cut."""
    return _cut(text, spans(text, terms), 0, longest)


def excerpt(text: str, terms: Sequence[str]) -> tuple[Mark, ...]:
    """Return the piece of a text around the first place that holds a term, or its beginning."""
    found = spans(text, terms)
    start = max(0, found[0][0] - BEFORE) if found else 0
    return _cut(text, found, start, start + EXCERPT)


def spans(text: str, terms: Sequence[str]) -> list[tuple[int, int]]:
    """Return where a text holds any of the terms, in order and without overlaps."""
    plain = [(at, char) for at, original in enumerate(text) for char in _folded_character(original)]
    hay = "".join(char for _, char in plain)
    found = sorted(
        (plain[at][0], plain[at + len(term) - 1][0] + 1) for term in terms for at in _places(hay, term)
    )
    merged: list[tuple[int, int]] = []
    for start, end in found:
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged


def _places(hay: str, term: str) -> Iterator[int]:
    at = hay.find(term) if term else -1
    while at >= 0:
        yield at
        at = hay.find(term, at + len(term))


@lru_cache(maxsize=20_000)
def _folded_character(character: str) -> str:
    return folded_term(character)


def _cut(text: str, found: Sequence[tuple[int, int]], start: int, end: int) -> tuple[Mark, ...]:
    """Return the marks between two places, an ellipsis where text is left out."""
    pieces = [Mark("…")] if start else []
    at = start
    for first, last in found:
        if first >= end or last <= start:
            continue
        pieces += [Mark(text[at:first]), Mark(text[max(first, start) : min(last, end)], hit=True)]
        at = last
    pieces += [Mark(text[at:end]), *([Mark("…")] if len(text) > end else [])]
    return tuple(piece for piece in pieces if piece.text)

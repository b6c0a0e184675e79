"""A dossier as values: what a translation knows, and where news of it would appear.

`monitor.dossier` makes them out of files; everything here is frozen and already checked.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Literal, TypeAlias

from monitor.model import Recognition
from scraper.hours import Hours

Status: TypeAlias = Literal["intact", "repaired", "unresolved"]
"""Of a printed address: as it should be; put right, and said how; not to be known from the print."""

DAILY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Strength:
    """What a zone is said to be good at; `en` is the Chinese term itself where no gloss is known."""

    en: str
    zh: str | None = None


@dataclass(frozen=True, slots=True)
class Zone:
    """A place of the baseline, with what is claimed of it; `created` is None where only the news is dated."""

    zh: str
    en: str
    announced: date
    footnote: int
    created: date | None = None
    province: str | None = None
    level: str | None = None
    strengths: tuple[Strength, ...] = ()


@dataclass(frozen=True, slots=True)
class Citation:
    """A footnote: the address as printed, and as it must have been.

    `url` is None exactly when the status is `unresolved`; `because` then says why. `zone` is the Chinese
    name of the zone that it is cited for, `what` a free word for anything else (`guideline`).
    """

    footnote: int
    printed: str
    url: str | None
    repairs: tuple[str, ...] = ()
    status: Status = "intact"
    because: str | None = None
    zone: str | None = None
    what: str | None = None
    title: str | None = None
    number: str | None = None
    interval: timedelta = DAILY
    hours: Hours | None = None


@dataclass(frozen=True, slots=True)
class ListSource:
    """A page that lists notices; `formerly` are its addresses before, asked only when `url` fails."""

    name: str
    url: str
    formerly: tuple[str, ...] = ()
    interval: timedelta = DAILY
    report: Literal["matching", "all"] = "matching"
    enabled: bool = True
    because: str | None = None
    back_to: date | None = None
    rarest: timedelta | None = None
    hours: Hours | None = None
    mornings: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Refiling:
    """How a site re-filed its pages: a template of the old address, and those of the new ones."""

    old: str
    new: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Search:
    """A library's search, asked for lost notices; `{words}` in `url` stands for what is sought."""

    name: str
    url: str
    enabled: bool = True
    because: str | None = None


@dataclass(frozen=True, slots=True)
class Goal:
    """How many zones there are to be at the end of the year `by`; `about` says that it is a round figure."""

    count: int
    by: int
    about: bool = False


@dataclass(frozen=True, slots=True)
class Dossier:
    """All that one file says; `id` is the file's name with hyphens, `published` the day of the translation.

    `readers` maps a host to the reader family of its pages where the host is not known to the readers,
    `quiet` one to the hours at which it is not asked. `rarest` bounds how rarely a document is looked at
    that has long been still.
    """

    id: str
    path: Path
    title: str
    publisher: str
    published: date
    recognition: Recognition
    language: str = "en"
    enabled: bool = True
    because: str | None = None
    goal: Goal | None = None
    zones: tuple[Zone, ...] = ()
    citations: tuple[Citation, ...] = ()
    lists: tuple[ListSource, ...] = ()
    glossary: tuple[tuple[str, str], ...] = ()
    refilings: tuple[Refiling, ...] = ()
    searches: tuple[Search, ...] = ()
    readers: Mapping[str, str] = field(default_factory=dict, hash=False)
    rarest: timedelta | None = None
    quiet: Mapping[str, Hours] = field(default_factory=dict, hash=False)

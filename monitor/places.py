"""Places of China: Chinese name, English name, province and level, of every division down to counties.

The list is the statistics bureau's (source, version and licence in `data/README.md`). A place that
it does not know can still be named: `unknown` takes the name as printed and writes it in pinyin.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum
from functools import cache, lru_cache
from importlib.resources import files

from monitor.model import Place
from monitor.naming import established, take_apart
from monitor.titles import normalise

_KIND = re.compile(
    r"\s+(city|municipality|province|prefecture|county|district|autonomous region)$", re.IGNORECASE
)

LONGEST = 32
"""no name is longer, with its province and prefecture before it; what is longer is not looked up"""


class Level(IntEnum):
    """How high a division stands; the smaller number stands higher."""

    PROVINCE = 1
    PREFECTURE = 2
    COUNTY = 3


@dataclass(frozen=True, slots=True)
class Unit:
    """One division: its full name, and the names of those that it lies in (its own at its level)."""

    name: str
    level: Level
    province: str
    prefecture: str | None = None


def english(zh: str) -> str:
    """Return the English name of any Chinese place name, known or not; see `monitor.english`."""
    from monitor.english import english as written  # noqa: PLC0415 - pypinyin costs 0.2 s, few runs name places

    return written(zh)


def level(zh: str) -> Level | None:
    """Return the level of a known place, None for one that the list does not know or cannot tell."""
    return next(iter({unit.level for unit in resolve(zh)}), None) if lookup(zh) else None


def lookup(zh: str, province: str | None = None) -> Place | None:
    """Return the place of a Chinese name, with or without 市, 县 and what it lies in (湖州市德清县).

    In: the name in any form, and a province that it is known to lie in, which tells apart places of
    one name. Out: None for an unknown name, and for a short one that may mean several (滨海 is a
    county and a new area). A full name that several places share is itself, its province None.
    """
    found = resolve(zh)
    units = tuple(unit for unit in found if unit.province == province) or found
    return _place(units) if len({unit.name for unit in units}) == 1 else None


def find(en: str, province: str | None = None) -> Place | None:
    """Return the place that a translator means by an English name, in any case and accents.

    `City`, `Province` and the like may be missing; the higher level wins, then a name that
    `data/english.txt` lists; None where it may still mean several (Taizhou), unless the Chinese
    name of the province tells.
    """
    for key in (_key(en), _key(_stem(en))):
        if meant := [unit for unit in _by_english().get(key, ()) if province in {None, unit.province}]:
            return _best(meant)
    return None


def unknown(zh: str, province: str | None = None) -> Place:
    """Return a place that the list does not know, as printed, its English name in pinyin."""
    return Place(zh, english(zh), province)


def same_place(a: str, b: str) -> bool:
    """Tell whether two Chinese names mean one place: 广州市 and 广州 do, 德清县 and 湖州 do not."""
    left, right = normalise(a), normalise(b)
    units, others = resolve(left), resolve(right)
    if left == right or (units and units == others):
        return True
    return not (lookup(left) and lookup(right)) and _bare_of(left, right)


@lru_cache(maxsize=8192)
def resolve(zh: str) -> tuple[Unit, ...]:
    """Return every division that a name may mean: by full name, else the highest by short name.

    What the place lies in may stand before it (浙江省德清县, 南京鼓楼区) and narrows it. In: a name in
    any form; out: in the order of the list, empty for an unknown name.
    """
    name = normalise(zh)
    if not 1 < len(name) <= LONGEST:
        return ()
    full, short = _index()
    return full.get(name) or _highest(short.get(name, ())) or tuple(dict.fromkeys(_within(name)))


def is_full(zh: str) -> bool:
    """Tell whether a normalised name is the full name of some place, its suffix included."""
    return zh in _index()[0]


@cache
def units() -> tuple[Unit, ...]:
    """Return every division of the list, provinces first, each followed by what lies in it."""
    text = files("monitor").joinpath("data/places.txt").read_text(encoding="utf-8")
    return tuple(_read(text.splitlines()))


def _read(lines: Iterable[str]) -> Iterator[Unit]:
    province = ""
    for line in lines:
        first, *counties = line.split()
        if not line.startswith(" "):
            province = first
            yield Unit(province, Level.PROVINCE, province)
            continue
        prefecture = None if first == "-" else first
        if prefecture:
            yield Unit(prefecture, Level.PREFECTURE, province, prefecture)
        yield from (Unit(county, Level.COUNTY, province, prefecture) for county in counties)


@cache
def _index() -> tuple[dict[str, tuple[Unit, ...]], dict[str, tuple[Unit, ...]]]:
    full: dict[str, list[Unit]] = defaultdict(list)
    short: dict[str, list[Unit]] = defaultdict(list)
    for unit in units():
        full[normalise(unit.name)].append(unit)
        for name in _short_names(unit.name):
            short[normalise(name)].append(unit)
    return {k: tuple(v) for k, v in full.items()}, {k: tuple(v) for k, v in short.items()}


def _short_names(name: str) -> set[str]:
    parts = take_apart(name)
    names = {parts.stem, parts.stem + parts.suffix[-1:]} if "自治" in parts.suffix else {parts.stem}
    return {short for short in names if len(short) > 1 and short != name}


def _highest(found: tuple[Unit, ...]) -> tuple[Unit, ...]:
    top = min((unit.level for unit in found), default=None)
    return tuple(unit for unit in found if unit.level is top)


def _within(name: str) -> Iterator[Unit]:
    full, short = _index()
    for cut in range(2, len(name) - 1):
        outer = full.get(name[:cut]) or _highest(short.get(name[:cut], ()))
        for unit in outer:
            if unit.level is not Level.COUNTY:
                yield from (inner for inner in resolve(name[cut:]) if _lies_in(inner, unit))


def _lies_in(inner: Unit, outer: Unit) -> bool:
    if inner.province != outer.province or inner.level <= outer.level:
        return False
    return outer.level is Level.PROVINCE or inner.prefecture == outer.name


def _place(found: tuple[Unit, ...]) -> Place:
    unit, provinces = found[0], {each.province for each in found}
    zh = _usual(unit)
    en = english(unit.name) + (" City" if unit.name == zh and _hides_city(unit) else "")
    if unit.level is Level.PROVINCE and not unit.name.endswith("市"):
        return Place(zh, en)
    return Place(zh, en, unit.province if len(provinces) == 1 else None)


@cache
def _usual(unit: Unit) -> str:
    """Write 广州市 as 广州, where that alone means it: 吉林 is the province, 恩施 the prefecture."""
    short = unit.name.removesuffix("市")
    return short if short != unit.name and resolve(short) == (unit,) else unit.name


def _hides_city(unit: Unit) -> bool:
    return unit.name.endswith("市") and not english(unit.name).endswith(" City")


def _bare_of(a: str, b: str) -> bool:
    """Tell whether two names are one but for a suffix that only one of them has."""
    short, long = sorted((a, b), key=len)
    return take_apart(long).stem == short and len(short) > 1


@cache
def _by_english() -> dict[str, tuple[Unit, ...]]:
    found: dict[str, dict[Unit, None]] = defaultdict(dict)
    for unit in units():
        written = _place((unit,)).en
        for form in (written, _stem(written), english(take_apart(unit.name).stem)):
            found[_key(form)][unit] = None
    return {key: tuple(several) for key, several in found.items()}


def _best(meant: list[Unit]) -> Place | None:
    top = _highest(tuple(meant))
    several = tuple(unit for unit in top if unit.name in established()) or top
    return _place(several) if len({unit.name for unit in several}) == 1 else None


def _key(en: str) -> str:
    plain = unicodedata.normalize("NFKD", en).casefold()
    return "".join(char for char in plain if char.isalnum())


def _stem(en: str) -> str:
    return _KIND.sub("", en.strip())

"""Names of places taken apart: 延边朝鲜族自治州 is a stem, a people and a suffix that says what it is."""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

SUFFIXES = {
    "特别行政区": "",
    "高新技术产业开发区": "High-Tech Industrial Development Zone",
    "经济技术开发区": "Economic and Technological Development Zone",
    "工业园区": "Industrial Park",
    "开发区": "Development Zone",
    "高新区": "High-Tech Zone",
    "自治区": "Autonomous Region",
    "自治州": "Autonomous Prefecture",
    "自治县": "Autonomous County",
    "自治旗": "Autonomous Banner",
    "地区": "Prefecture",
    "新区": "New Area",
    "矿区": "Mining District",
    "林区": "Forestry District",
    "特区": "Special District",
    "省": "Province",
    "市": "",
    "州": "Prefecture",
    "盟": "League",
    "县": "County",
    "区": "District",
    "旗": "Banner",
}
"""what a name can end in, the longer before the shorter; 市 says nothing that English would say"""

_WITHOUT_ZU = frozenset({"维吾尔", "哈萨克", "柯尔克孜", "塔吉克", "锡伯", "蒙古"})
"""peoples that names given before 1980 write without 族"""


@dataclass(frozen=True, slots=True)
class Parts:
    """A name taken apart: 延边朝鲜族自治州 is the stem 延边, the people 朝鲜 and the suffix 自治州."""

    stem: str
    peoples: tuple[str, ...]
    suffix: str


@cache
def take_apart(name: str) -> Parts:
    """Return the parts of a Chinese place name; a name without a known suffix is all stem.

    At least one character is left as the stem, and two where a people without 族 is taken off, so
    that 市 of 津市市 goes once and 内蒙古 stays whole.
    """
    suffix = next((end for end in SUFFIXES if name.endswith(end) and len(name) > len(end)), "")
    stem = name.removesuffix(suffix)
    if "自治" in suffix or stem.endswith("族"):
        return Parts(*_peel(stem), suffix)
    return Parts(stem, (), suffix)


@cache
def established() -> dict[str, str]:
    """Return the hand-kept names of `data/english.txt`: a Chinese name or stem to its English form."""
    return _glossary("english.txt")


@cache
def peoples_in_english() -> dict[str, str]:
    """Return the peoples of `data/peoples.txt`, without 族, to their English names."""
    return _glossary("peoples.txt")


def _glossary(file: str) -> dict[str, str]:
    lines = files("monitor").joinpath("data", file).read_text(encoding="utf-8").splitlines()
    pairs = (line.partition(" ") for line in lines if line and not line.startswith("#"))
    return {zh: en for zh, _, en in pairs}


def _peel(stem: str) -> tuple[str, tuple[str, ...]]:
    for people in peoples_in_english():
        full, rest = f"{people}族", stem.removesuffix(people)
        if stem.endswith(full) and len(stem) > len(full) + 1:
            before, peoples = _peel(stem.removesuffix(full))
            return before, (*peoples, people)
        if people in _WITHOUT_ZU and stem.endswith(people) and len(rest) > 1:
            return rest, (people,)
    return stem, ()

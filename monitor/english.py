"""English names of Chinese places as translators write them, for places that no list knows too.

The stem of a name (西安, 延边) is written in pinyin by the rules of ISO 7098 (an apostrophe before a,
e, o inside a word), unless the hand-kept `data/english.txt` has the established form (Harbin, Urumqi,
Inner Mongolia); its peoples and its suffix are translated (`monitor.naming`). Importing this module
costs 0.2 s, so that `monitor.places` does it late.
"""

import re

from pypinyin import lazy_pinyin

from monitor.naming import SUFFIXES, established, peoples_in_english, take_apart

_ALWAYS = {"长": "chang", "都": "du", "朝": "chao", "什": "shi", "勒": "le", "曾": "zeng", "佛": "fo"}
"""readings that these characters have in names of places, whatever they have in common words"""


def english(name: str) -> str:
    """Return the English name of any Chinese place name, known to a list or not.

    西安市 is `Xi'an`, 德清县 `Deqing County`, 延边朝鲜族自治州 `Yanbian Korean Autonomous Prefecture`.
    """
    if name in established():
        return established()[name]
    parts = take_apart(name)
    stem = established().get(parts.stem) or _pinyin(name, len(parts.stem))
    peoples = [peoples_in_english()[people] for people in parts.peoples]
    joined = " and ".join([", ".join(peoples[:-1]), peoples[-1]]) if len(peoples) > 1 else "".join(peoples)
    return " ".join(filter(None, (stem, joined, SUFFIXES.get(parts.suffix, ""))))


def _pinyin(name: str, length: int) -> str:
    syllables = [_ALWAYS.get(char, syllable) for char, syllable in _read(name)][:length]
    word = "".join(f"'{s}" if i and s[0] in "aeo" else s for i, s in enumerate(syllables))
    return re.sub(r"v", "ü", word).capitalize()


def _read(name: str) -> list[tuple[str, str]]:
    """Pair each character with its reading in the whole name, as 蔚县 is Yu only as a whole."""
    syllables = [s for char in _runs(name) for s in lazy_pinyin(char)]
    return list(zip(name, syllables, strict=True)) if len(syllables) == len(name) else [(c, c) for c in name]


def _runs(name: str) -> list[str]:
    """Split off what is no ideograph, character by character: pypinyin gives such a run as one."""
    return re.findall(r"[\u3400-\u9fff\U00020000-\U0003ffff]+|.", name, re.DOTALL)

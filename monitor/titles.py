"""Titles and sentences brought to one form, so that only their words are compared."""

import re
import unicodedata
from functools import cache, lru_cache

from opencc import OpenCC

_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_UNSEEN = frozenset({"Zs", "Zl", "Zp", "Cc", "Cf", "Cs", "Co"})
_IN_PHRASES_ONLY = frozenset("沈牴瞭藉衹覆")
"""characters that OpenCC changes in words only: 沈船 becomes 沉船, 沈阳 stays"""
TITLE_LENGTH = 200
"""characters up to which a text is remembered in its one form: titles come again, pages do not"""
LONG = 100_000
"""characters: hardly a notice is longer, but a page that somebody wants us to choke on is"""


class _Forms(dict[int, str]):
    """One form of a character, for `str.translate`: what nobody sees goes, and every answer is kept."""

    def __missing__(self, point: int) -> str:
        self[point] = "" if unicodedata.category(chr(point)) in _UNSEEN else chr(point)
        return self[point]


_FORMS = _Forms(
    str.maketrans(
        {
            **dict.fromkeys("〔[【{〖﹝﹙", "("),
            **dict.fromkeys("〕]】}〗﹞﹚", ")"),
            **dict.fromkeys("〈«‹", "《"),
            **dict.fromkeys("〉»›", "》"),
            **dict.fromkeys("—–―─−﹣‐‑", "-"),
            **dict.fromkeys("“”\"‘’'「」『』", ""),
            "⋯": "...",
            "•": "·",
            "・": "·",
        }
    )
)
_BULLET = re.compile(r"^(?:[·●◆■▪*#>-]|\(?(?:\d{1,3}|[一二三四五六七八九十]{1,3})[.、)])+")
_SITE = re.compile(r"_.*$|[-|][\u4e00-\u9fff]{2,20}(?:部|委|局|署|院|会|网|网站)$")
_DATE = re.compile(r"\(?\d{4}[-./年]\d{1,2}[-./月]\d{1,2}日?\)?$")
_NUMBER = re.compile(r"\([\u4e00-\u9fff]{2,10}\(\d{4}\)\d{1,4}号\)$")
_WRAPPED = re.compile(r"^(?:《([^《》]*)》|\(([^()]*)\))$")
_CUT = re.compile(r"(?:\.{2,}|。{2,})$")


def normalise(text: str) -> str:
    """Return the words of a text in the one form in which texts are compared.

    In: text as printed. Out: NFKC, without blanks, line breaks (also `<br>`, which gov.cn's search
    leaves in titles), zero-width characters and quotation marks, brackets and dashes of one kind,
    characters simplified as the big5 mirror's are not. Never raises; idempotent.
    """
    return _short(text) if len(text) <= TITLE_LENGTH else _one_form(text)


@lru_cache(maxsize=4096)
def _short(text: str) -> str:
    return _one_form(text)


def _one_form(text: str) -> str:
    wide = unicodedata.normalize("NFKC", _BREAK.sub("", text)).translate(_FORMS)
    return _simplified(unicodedata.normalize("NFKC", wide))


def tidy(title: str) -> tuple[str, bool]:
    """Return a title's own words and whether it was printed cut short.

    In: a title as a page, a head element or a row of a list prints it. Out: the normalised title
    without bullets, the site's name, a date or document number that follows it, or brackets around
    the whole; and True if it ended in an ellipsis, which is taken off.
    """
    bare = _rimless(normalise(title))
    whole = _CUT.sub("", bare)
    return whole, whole != bare


def _rimless(title: str) -> str:
    """Take off one thing after another that stands around a title, until nothing more does."""
    wrapped = _WRAPPED.match(title)
    bare = (wrapped[1] or wrapped[2] or title) if wrapped else title
    for rim in (_BULLET, _NUMBER, _DATE, _SITE):
        bare = rim.sub("", bare) or bare
    return bare if bare == title else _rimless(bare)


def _simplified(text: str) -> str:
    """Simplify until nothing changes: 乾縣 becomes 乾县 as a word, and 干县 only in a second pass.

    A text longer than any notice is simplified character by character: by words it takes 10 µs a character.
    """
    traditional = tuple(filter(_is_traditional, set(text)))
    if not traditional:
        return text
    if len(text) > LONG:
        return text.translate({ord(char): _simplified(char) for char in traditional})
    simple = str(_simplifier().convert(text))
    return simple if simple == text else _simplified(simple)


@cache
def _is_traditional(char: str) -> bool:
    """Tell a character that is ever simplified: a text without any of them stays as it is."""
    return char in _IN_PHRASES_ONLY or _simplifier().convert(char) != char


@cache
def _simplifier() -> OpenCC:
    return OpenCC("t2s")

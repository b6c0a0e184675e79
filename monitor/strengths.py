"""The strengths that a letter names, as Chinese terms, with English glosses where the dossier has them.

Letters name them in two ways: `充分发挥济南应用场景丰富、算力基础良好等优势`, and a sentence whose
subject is the place, `广州商贸发达、科教资源集中，…`. Only these are read, and of the second only what says
a quality or is a term of the glossary: few and right. The rest of a letter sets tasks in the same words.
"""

import re
from collections.abc import Iterable, Iterator

from monitor.dossier_model import Strength

QUALITIES = (
    "丰富", "多元", "扎实", "完善", "完整", "良好", "雄厚", "坚实", "集中", "密集", "发达", "齐全", "突出",
    "领先", "显著", "优越", "众多", "集聚", "汇聚", "深厚", "健全", "较好", "较强", "能力强", "实力强",
    "便利",
)  # fmt: skip
"""What a strength is said to be; a clause that ends in one of these says a strength."""

LONGEST = 14
"""Characters of a term; 基础理论与核心算法研究走在前列, which says more than a term, has 14 and more."""

_QUALITY = rf"(?:{'|'.join(QUALITIES)})"
_NUMBERING = r"(?:[一二三四五六七八九十]{1,3}[、.．]|[（(][一二三四五六七八九十\d]{1,3}[)）]|\d{1,2}[、.．])?"
_SENTENCE_START = rf"(?:^|(?<=[。；\n])){_NUMBERING}"
_ADVANTAGE = re.compile(r"(?:方面)?的?(?:突出|独特|综合|比较|领先|良好|显著)?优势")
_REST = re.compile(r"等(?![级]).*$")
_LEAD = re.compile(r"^(?:在|以|凭借|依托|具有|拥有|具备)")
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]+")


def strengths(text: str, place: str, glossary: Iterable[tuple[str, str]]) -> tuple[Strength, ...]:
    """Return the strengths that a letter's text names for a place, in the letter's order, none twice.

    In: the text of the letter, the place's Chinese name, pairs of a Chinese term and its English gloss. A
    term of the glossary is returned with its gloss (`科教资源集中` is 科教资源), any other with the
    Chinese for English, as `monitor.dossier_model.Strength` has it.
    """
    glosses = dict(glossary)
    found = (term for clause, frees in _clauses(text, place) for term in _terms(clause, glosses, frees))
    return tuple(Strength(glosses.get(term, term), term) for term in dict.fromkeys(found))


def _clauses(text: str, place: str) -> Iterator[tuple[str, bool]]:
    """Give the clauses that speak of strengths; with each, whether anything that it lists is one."""
    bare = "\n".join("".join(line.split()) for line in text.splitlines())
    name = rf"{re.escape(place)}(?:市|县|区)?"
    for found in re.finditer(rf"发挥{name}在?([^。；\n]{{2,80}}?){_ADVANTAGE.pattern}", bare):
        yield found[1], True
    for found in re.finditer(rf"{_SENTENCE_START}{name}([^。；\n]+)", bare, re.MULTILINE):
        yield found[1], False


def _terms(clause: str, glosses: dict[str, str], frees: bool) -> Iterator[str]:
    """Give the terms of a clause; a quality said of a whole series is not cut off with its last part."""
    for series in re.split(r"[，,]", clause):
        items = [_LEAD.sub("", _REST.sub("", item)) for item in series.split("、")]
        each_says = frees or all(re.search(rf"..{_QUALITY}$", item) for item in items)
        for item in items:
            parts = (item, *re.split(r"以及|[和与及]", item))
            if known := [term for part in parts if (term := _known(part, glosses))]:
                yield from known
            elif each_says and _is_term(item):
                yield item


def _known(part: str, glosses: dict[str, str]) -> str | None:
    """Return the glossary's term that a part is, bare or with what it is said to be."""
    bare = re.sub(rf"(?:较为|比较|较|十分|相对)?{_QUALITY}$", "", part)
    return next((term for term in (part, bare) if term in glosses), None)


def _is_term(text: str) -> bool:
    return 4 <= len(text) <= LONGEST and "的" not in text and bool(_HAN.fullmatch(text))

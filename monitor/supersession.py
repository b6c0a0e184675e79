"""Sentences by which one document repeals others: 同时废止, 即行废止, 同时失效, 代替, 进行修订.

The words are those of Chinese rule-making: a new text ends with 《…》（文号）同时废止, a decision lists
what it repeals after a colon, a revision says 修订版 in its title. A sentence that merely cites a
document, says that one is not repealed, or that another text repealed one, repeals nothing.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from monitor.titles import normalise

_NUMBER = re.compile(
    r"(?:(?![止和与及的将对据照替原时件了])[\u4e00-\u9fff]){1,12}[〔\[［(（【﹝]\s*\d{4}\s*[〕\]］)）】﹞]\s*第?\s*\d{1,4}\s*号"
)
_TITLE = re.compile(r"《(?:[^《》]|《[^《》]*》)*》")
_TARGET = re.compile(
    rf"(?P<title>{_TITLE.pattern})(?:\s*[（(]\s*(?P<paired>{_NUMBER.pattern}))?|(?P<alone>{_NUMBER.pattern})"
)
_COLON = re.compile(r"[：:]")
_COMMA = re.compile(r"[，,]")
_ENDS = re.compile(r"(?<=[。；！？;!?])")
_CUE = re.compile(
    r"(?P<before>.{0,16}?)(?P<cue>废止|失效|停止执行|不再执行|不再施行|(?:代替|取代|替代)(?=[《原])|进行了?修订|进行了?修改)"
)
_SPEAKS = re.compile("废止|失效|停止执行|不再执行|不再施行|代替|取代|替代|修订|修改")
"""The words of `_CUE`: most pages hold none of them and need no closer reading."""
_NOT = re.compile(
    r"(?:不再|不|未|没有|尚未|并未|不予|不得|拟|建议|是否|可以|如|若|应否|无需|暂不|暂缓|被|已|已经|已于.{0,12})$"
)
_ACT = re.compile(
    r"同时|予以|即行|一并|相应|自行|自动|自.{1,24}?(?:之日)?起|现|并|也|亦|均|随之|正式|全部|宣布|决定|特此|本\S{1,6}"
)
_ISSUES = re.compile(r"(?:印发|发布|公布|颁布|颁发|下发)《(.+)》的(?:通知|公告|决定)$")
_BASED_ON = re.compile(
    r"(?:根据|依据|按照|依照|遵照|参照|为贯彻落实|为落实|为贯彻|贯彻落实)(?:[^《》]{0,12})$"
)
_REVISED = re.compile(r"\((?:\d{4}年?)?(?:修订|修正|修改)(?:版|本|稿)?\)$")
_CLOSED = re.compile(r"[。；：！？;:!?]\s*$")
_ITEM = re.compile(r"^\s*(?:[（(]?[\d一二三四五六七八九十]{1,3}[）)、.．]\s*)?《")
_LEFT_OVER = re.compile(rf"(?:{_ACT.pattern})*(?:废止|失效|停止执行|不再执行)|第?\d{{1,4}}\s*号")
_MOST_CUES = 30
"""words of repeal that are read in one sentence or list; no law has more, only a broken page"""
_WRAPPED_AT = 24
"""a line this long without an end of sentence goes on in the next; headings are shorter"""
_LONGEST_SENTENCE = 50_000
"""characters up to which lines are joined: no law repeals a list as long, only a broken page"""
_LONGEST_HEAD = 2_000
"""characters before a colon in which the word of repeal must stand that its list hangs on"""
_LONGEST = 400
"""a bracket that is still open after so many characters was never meant to be closed"""


@dataclass(frozen=True, slots=True)
class Target:
    """A document named as repealed, by title, number or both, as printed."""

    title: str | None
    number: str | None


@dataclass(frozen=True, slots=True)
class Repeal:
    """A sentence that repeals, and what it repeals; `titles` and `numbers` are those of the targets."""

    sentence: str
    targets: tuple[Target, ...]

    @property
    def titles(self) -> tuple[str, ...]:
        """The titles inside 《》, as printed, in order."""
        return tuple(target.title for target in self.targets if target.title)

    @property
    def numbers(self) -> tuple[str, ...]:
        """The document numbers, as printed, in order."""
        return tuple(target.number for target in self.targets if target.number)


def repeals(text: str) -> tuple[Repeal, ...]:
    """Return the sentences of a text that repeal named documents, in order.

    In: a body text, line breaks inside sentences allowed. A list after a colon belongs to its
    sentence. Sentences that name no document are left out: nothing can be looked up by them.
    """
    if not _SPEAKS.search("".join(map(str.strip, text.splitlines()))):
        return ()
    found = (Repeal(" ".join(s.split()), tuple(_targets(s))) for s in _sentences(text))
    return tuple(repeal for repeal in found if repeal.targets)


PLAIN = ("废止", "失效")
"""Words that end a document outright; a sentence with one is quoted before one that speaks of a revision."""


def repealing(notice_title: str, text: str) -> tuple[Repeal, ...]:
    """Return all by which a notice repeals documents, the plainest sentences first, its title last."""
    plainest = sorted(repeals(text), key=lambda repeal: not any(word in repeal.sentence for word in PLAIN))
    return (*plainest, *_by_title(notice_title))


def repealed(
    notice_title: str, text: str, cited: Sequence[tuple[str, str | None, str | None]]
) -> tuple[tuple[str, str], ...]:
    """Return which cited documents a notice repeals, each as (id, sentence), once.

    In: the notice's own title and text, and (id, title, number) of what is cited. Matched by document
    number, else by the title in 《》, normalised and without a trailing （修订版）; a different number
    beside the title means another document. A title that itself is a 修订版 repeals the former. The
    document never repeals itself: neither its own number nor, where no number tells, its own title.
    """
    own = _own_number(text)
    sentences = repealing(notice_title, text)
    hits: dict[str, str] = {}
    for key, title, number in cited:
        if number and own and normalise(number) == own:
            continue
        own_title = not (number and own) and title is not None and normalise(title) == normalise(notice_title)
        for repeal in sentences:
            if key not in hits and any(_hits(target, title, number, own_title) for target in repeal.targets):
                hits[key] = repeal.sentence
    return tuple(hits.items())


def _sentences(text: str) -> Iterator[str]:
    for paragraph in _paragraphs(text):
        if _cues(paragraph):
            yield from _lists(paragraph)


def _lists(paragraph: str) -> list[str]:
    """Part sentences, but keep what a colon introduces in one with the words before it."""
    head, *items = _COLON.split(paragraph, maxsplit=1)
    if not items or not _cues(head) or not _ITEM.match(items[0]):
        return _ENDS.split(paragraph)
    *before, last = _ENDS.split(head)
    return [*before, f"{last}：{items[0]}"]


def _paragraphs(text: str) -> Iterator[str]:
    """Join the lines of a sentence: one cut inside brackets or at the margin, and the items of a list."""
    held = ""
    for line in map(str.strip, text.splitlines()):
        if held and not _goes_on(held, line):
            yield held
            held = ""
        held += line
    yield held


def _goes_on(held: str, line: str) -> bool:
    if len(held) >= _LONGEST_SENTENCE:
        return False
    if _ITEM.match(line) and _introduces(held):
        return True
    closed = _CLOSED.search(held, max(0, len(held) - 2))
    if _LEFT_OVER.match(line) and not closed:
        return True
    if len(held) < _LONGEST and any(held.count(a) > held.count(b) for a, b in ("《》", "（）")):
        return True
    return bool(line) and len(held) >= _WRAPPED_AT and not closed


def _introduces(held: str) -> bool:
    """Tell whether a word of repeal stands before the first colon, so that a list of documents follows."""
    at = min((found for colon in "：:" if (found := held.find(colon)) >= 0), default=-1)
    return at >= 0 and bool(_cues(held[max(0, at - _LONGEST_HEAD) : at]))


def _cues(sentence: str) -> list[re.Match[str]]:
    """Find the words of repeal outside 《》: a title that holds 废止 is only a title."""
    masked = _TITLE.sub(lambda title: "《" + "某" * (len(title[0]) - 2) + "》", sentence)
    return [cue for cue in _CUE.finditer(masked) if not _NOT.search(cue["before"])]


def _targets(sentence: str) -> Iterator[Target]:
    documents = list(_TARGET.finditer(sentence))
    commas = _commas(sentence, documents)
    for cue in _cues(sentence)[:_MOST_CUES]:
        yield from (_target(document) for document in _of_cue(sentence, cue, documents, commas))


def _of_cue(
    sentence: str, cue: re.Match[str], documents: list[re.Match[str]], commas: list[int]
) -> list[re.Match[str]]:
    """Choose the documents that a cue is about: those of its clause, else of the clauses before it."""
    start, end = _clause(sentence, cue.start("cue"), commas)
    for _ in range(_MOST_CUES):
        if start == 0 or _inside(documents, start, end) or not _is_bare(sentence[start : cue.start("cue")]):
            break
        start, _ = _clause(sentence, start - 1, commas)
    return [
        document
        for document in _inside(documents, start, end)
        if not _BASED_ON.search(sentence[start : document.start()])
    ]


def _commas(sentence: str, documents: list[re.Match[str]]) -> list[int]:
    """Find the commas that stand in no title and no bracket."""
    inside = {i for document in documents for i in range(document.start(), document.end())}
    return [comma.start() for comma in _COMMA.finditer(sentence) if comma.start() not in inside]


def _clause(sentence: str, at: int, commas: list[int]) -> tuple[int, int]:
    """Bound the clause around a position by commas; what a colon introduces belongs to it."""
    after = bisect_left(commas, at)
    start = commas[after - 1] + 1 if after else 0
    if max(map(sentence.rfind, "：:")) >= at:
        return start, len(sentence)
    return start, commas[after] if after < len(commas) else len(sentence)


def _inside(documents: list[re.Match[str]], start: int, end: int) -> list[re.Match[str]]:
    return [document for document in documents if start <= document.start() < end]


def _is_bare(before_cue: str) -> bool:
    """Tell whether a clause has no subject of its own, so that 同时废止 is about what stands before."""
    return not normalise(_ACT.sub("", before_cue)).strip(",")


def _target(document: re.Match[str]) -> Target:
    title = document["title"]
    return Target(title[1:-1] if title else None, document["paired"] or document["alone"])


def _own_number(text: str) -> str | None:
    """Read the number that stands alone on one of a document's first lines."""
    for line in [line.strip() for line in text.splitlines() if line.strip()][:4]:
        if _NUMBER.fullmatch(line):
            return normalise(line)
    return None


def _by_title(notice_title: str) -> tuple[Repeal, ...]:
    """Take a title that repeals (关于废止《…》的通知), or that is a revision and so names the former."""
    revised = [title[0][1:-1] for title in _TITLE.finditer(notice_title)] or [notice_title]
    former = [
        Target(_REVISED.sub("", name), None) for name in map(normalise, revised) if _REVISED.search(name)
    ]
    return (*repeals(notice_title), *((Repeal(notice_title, tuple(former)),) if former else ()))


def _hits(target: Target, title: str | None, number: str | None, own_title: bool) -> bool:
    if number and target.number:
        return normalise(number) == normalise(target.number)
    return bool(title and target.title) and not own_title and _same_title(title or "", target.title or "")


def _same_title(a: str, b: str) -> bool:
    return not _names(a).isdisjoint(_names(b))


def _names(title: str) -> set[str]:
    """Give the names that a document goes by: its title, and that of what it issues (印发《…》的通知)."""
    whole = normalise(title)
    issued = _ISSUES.search(whole)
    return {_REVISED.sub("", name) for name in (whole, *(issued.groups() if issued else ()))}

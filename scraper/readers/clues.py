"""What a document's own text says of it: number, addressee, labels at its top, and the signature.

GB/T 9704-2012 sets the order: 发文字号, 主送机关 closed by a full-width colon, the text, then 发文机关署名
and 成文日期 on lines of their own; annexes follow, and may end in days that sign nothing.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import takewhile

from scraper.chinese import NUMBER, fold, normalise_number, parse_date, plain_digits
from scraper.readers.labels import Labelled, labelled

TOP = 10
"""Lines from the top within which number, addressee and labels stand."""
SHORT = 60
"""Characters that a line of the signature has at most."""
MANY = 50
"""Lines of a text that may look like a day before it is no document but a calendar."""

_BODIES = "部委局厅院司会署室府办处所社行团队站心校法政组"
_BODY = re.compile(rf"[一-鿿（）()、·]{{1,50}}[{_BODIES}](?:（[^（）]{{1,12}}）)?")
_DAY_LINE = re.compile(
    r"^.{0,45}?((?:[12][\d ]{3,6}|[一二][〇○零一二三四五六七八九ＯOoО0０]{3}) *年.{1,9}月.{1,9}日)[ )）]*$",
    re.MULTILINE,
)
_DAY_END = re.compile(r"日[ )）]*+$", re.MULTILINE)
_PADDED = re.compile(r"(?<=(?<!\S)\S) (?=\S(?!\S))")
_ANNEX = re.compile(r"^附\s*件?\s*\d{0,2}\s*[:：]?$|^抄送|^附表", re.MULTILINE)
_AFTER_SIGNATURE = re.compile(r"[（(【附抄联（\-—]|扫|相关|责任|解读|分享|来源|打印")
_NO_ADDRESSEE = re.compile(r"[。；;！？?\d]|如下[:：]$|^附件|来源|联系|日期|时间|记者|：.*：")
_FULL_NUMBER = re.compile(rf"[（(]?({NUMBER.pattern})[)）]?")


@dataclass(frozen=True, slots=True)
class Signature:
    """A day on a line of its own, and who stands above it; `sure` if its place is a signature's."""

    day: date
    printed: str
    issuer: str | None
    sure: bool


@dataclass(frozen=True, slots=True)
class Clues:
    """What the text says: its number and addressee, labels in its first lines, its signatures in order."""

    number: str | None
    addressee: str | None
    labelled: tuple[Labelled, ...]
    signatures: tuple[Signature, ...]


def read_clues(text: str) -> Clues:
    """Look through a body's text; `text` has one paragraph a line, as `text_lines` gives it."""
    top = text[: TOP * 1000].split("\n")[:TOP]
    return Clues(
        number=next((found for line in takewhile(_is_before, top) if (found := _number(line))), None),
        addressee=next((line.rstrip(":： ") for line in top if _is_addressee(line)), None),
        labelled=tuple(
            found for line in top if len(line) <= SHORT for found in labelled([line]) if _firm(found)
        ),
        signatures=tuple(signatures(text)),
    )


def _is_before(line: str) -> bool:
    """Whether a line may stand before a number that is the document's: behind a sentence it is another's."""
    return "。" not in line


def _firm(found: Labelled) -> bool:
    """Whether a label in the text is the page's: `时间：` there is that of a meeting."""
    return bool(found.value) and (len(found.label) > 2 or found.field == "document_number")


def _number(line: str) -> str | None:
    """Return the document number that is all that a line holds."""
    found = _FULL_NUMBER.fullmatch(plain_digits(line)) if len(line) <= SHORT else None
    return normalise_number(found[1]) if found else None


def _is_addressee(line: str) -> bool:
    """Whether a line names who is written to: bodies, closed by a colon."""
    return line.endswith((":", "：")) and 3 < len(line) <= 500 and not _NO_ADDRESSEE.search(line[:-1] + "：")


def signatures(text: str) -> Iterator[Signature]:
    """Yield the days that stand on a line alone or behind the name of a body, in order, annexes' last.

    Sure is one under the name of a body, or where nothing but notes and annexes follows it.
    """
    for count, found in enumerate(_day_lines(text)):
        day = parse_date(found[1])
        before = fold(text[found.start() : found.start(1)]).strip("（( ")
        if count >= MANY:
            return
        if day is None or (before and not _is_body(before)):
            continue
        issuer = before or _issuer_above(text, found.start())
        following = text[found.end() : found.end() + SHORT].lstrip()
        closing = not following or bool(_AFTER_SIGNATURE.match(following))
        annexed = _ANNEX.search(text, 0, found.start()) is not None
        yield Signature(day, found[1], issuer, (issuer is not None or closing) and not annexed)


def _day_lines(text: str) -> Iterator[re.Match[str]]:
    """Yield the lines that end in a day; the sign 日 at their end is looked for, as lines are many."""
    for end in _DAY_END.finditer(text):
        if found := _DAY_LINE.match(text, text.rfind("\n", 0, end.start()) + 1):
            yield found


def _is_body(line: str) -> bool:
    """Whether a line holds names of bodies and nothing else; blanks may pad them (国 务 院)."""
    return bool(_BODY.fullmatch("".join(line.split())))


def _issuer_above(text: str, end: int) -> str | None:
    """Return the lines above a day that name bodies and nothing else, joined by blanks (科 技 部 is one)."""
    names: list[str] = []
    for line in reversed(text[max(0, end - 10 * SHORT) : end].rstrip("\n").split("\n")[-8:]):
        if not 1 < len(line) <= SHORT or not _is_body(line):
            break
        names.insert(0, _PADDED.sub("", line))
    return " ".join(names) or None

"""What differs between two readings of a page: the words, never the bytes.

Compared are title, header fields, body text and attachments (FACTS section 5, trap 4). Blanks of any
width and kind, characters without width, full-width forms, line breaks, the order of attachments and of
a list's rows, layout, warnings and candidates do not count; any other character does.
"""

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from difflib import SequenceMatcher
from hashlib import sha256
from typing import Literal, NamedTuple, TypeAlias

from rapidfuzz import fuzz, process
from rapidfuzz.distance import Indel

from monitor.model import Change, ChangeKind
from scraper.addresses import canonical, directory, match_key
from scraper.chinese import UNSEEN, fold
from scraper.model import Attachment, Listing, Notice, Reading

Op: TypeAlias = Literal["equal", "delete", "insert"]

FIELDS = (
    "document_number",
    "published",
    "signed",
    "issuer",
    "addressee",
    "index_number",
    "source",
)
ALIKE = 60.0
"""Two paragraphs this alike, in rapidfuzz's percent, are one paragraph that was edited."""
LOOK_AHEAD = 40
"""Paragraphs among which an edited one is looked for."""
ISLAND = 6
"""Characters that stayed between two edits and are still shown as edited, if no longer than either."""
MOST_CELLS = 25_000_000
"""A character by character comparison costs the product of both lengths; beyond it, sentences."""

_SENTENCE = re.compile(r"[^。；！？\n|]*+[。；！？\n|]|[^。；！？\n|]++")


def folded(text: str) -> str:
    """Return a text in the form in which it is compared: NFKC, without blanks and unseen characters.

    Idempotent; an edit that leaves this form as it is is none.
    """
    wide = UNSEEN.sub("", unicodedata.normalize("NFKC", text))
    return unicodedata.normalize("NFKC", "".join(wide.split()))


def digest(reading: Reading) -> str:
    """Return the sha256 (hexadecimal) over what is compared of a reading."""
    compared = json.dumps(_compared(reading), ensure_ascii=False, separators=(",", ":"))
    return sha256(compared.encode("utf-8", "surrogatepass")).hexdigest()


def compare(before: Notice, after: Notice) -> tuple[Change, ...]:
    """Tell where two readings of a notice differ; empty exactly where their digests are equal.

    The changes stand in a reader's order: title, header fields, paragraphs, attachments. A paragraph
    that only stands elsewhere is one change whose text is the same before and after.
    """
    return (
        *_field(ChangeKind.TITLE, "title", before.title, after.title),
        *_fields(before, after),
        *_paragraphs(before.text, after.text),
        *_attachments(before, after),
    )


def inline(before: str, after: str) -> tuple[tuple[Op, str], ...]:
    """Tell two texts apart character by character, in pieces that a person can read.

    The equal and deleted pieces make up `before`, the equal and inserted ones `after`. Islands of
    equal characters that are shorter than the edits around them are shown as edited. Long texts are
    compared by sentences first.
    """
    long = len(before) * len(after) > MOST_CELLS
    parts = (_sentences(before), _sentences(after)) if long else (before, after)
    stretches = _without_islands(_stretches(*parts))
    ops: tuple[Op, Op, Op] = ("equal", "delete", "insert")
    return tuple((op, text) for stretch in stretches for op, text in zip(ops, stretch, strict=True) if text)


def _compared(reading: Reading) -> list[object]:
    if isinstance(reading, Notice):
        fields = [_printed(getattr(reading, name)) for name in ("title", *FIELDS)]
        attachments = list(_attached(reading).items())
        return ["notice", *map(folded, fields), folded(reading.text), attachments]
    if isinstance(reading, Listing):
        return ["listing", *sorted({_row(reading, at) for at in range(len(reading.entries))})]
    return [type(reading).__name__.lower(), reading.because]


def _row(listing: Listing, at: int) -> tuple[str, ...]:
    entry = listing.entries[at]
    printed = (entry.title, _printed(entry.published), _printed(entry.document_number))
    return (match_key(entry.url), *map(folded, printed))


def _printed(value: str | date | None) -> str:
    return value.isoformat() if isinstance(value, date) else value or ""


def _attached(notice: Notice) -> dict[str, str]:
    """Return the attachments' texts by address, sorted; one beside the page is named by its file alone."""
    folder = directory(notice.url) if notice.url else "//"
    return dict(sorted((_place(one, folder), folded(one.text)) for one in notice.attachments))


def _place(attachment: Attachment, folder: str) -> str:
    """Name an attachment so that a page that moves with its files keeps their names."""
    address = canonical(attachment.url)
    return f"./{address.removeprefix(folder)}" if address.startswith(folder) else match_key(address)


def _field(kind: ChangeKind, what: str, before: str | None, after: str | None) -> Iterator[Change]:
    if folded(before or "") != folded(after or ""):
        yield Change(kind, what, fold(before) if before else None, fold(after) if after else None)


def _fields(before: Notice, after: Notice) -> Iterator[Change]:
    for name in FIELDS:
        old, new = _printed(getattr(before, name)), _printed(getattr(after, name))
        yield from _field(ChangeKind.FIELD, name.replace("_", " "), old or None, new or None)


def _attachments(before: Notice, after: Notice) -> Iterator[Change]:
    old, new = _attached(before), _attached(after)
    for place in dict.fromkeys((*old, *new)):
        if old.get(place) != new.get(place):
            yield Change(ChangeKind.ATTACHMENT, place, _file(before, place), _file(after, place))


def _file(notice: Notice, place: str) -> str | None:
    folder = directory(notice.url) if notice.url else "//"
    return max((fold(one.text) for one in notice.attachments if _place(one, folder) == place), default=None)


class _Paragraph(NamedTuple):
    """A line of a body: its number from 1, its text, and the form in which it is compared."""

    number: int
    text: str
    key: str


def _split(text: str) -> list[_Paragraph]:
    lines = [(fold(line), folded(line)) for line in text.splitlines()]
    return [_Paragraph(at, *line) for at, line in enumerate((pair for pair in lines if pair[1]), 1)]


def _paragraphs(before: str, after: str) -> list[Change]:
    """Align paragraphs: the same, edited, moved, gone or new."""
    if folded(before) == folded(after):
        return []
    old, new = _split(before), _split(after)
    pairs = [pair for block in _blocks(old, new) for pair in _pairs(*block)]
    return [change for pair in _moved(pairs) for change in _paragraph(*pair)]


_Pair: TypeAlias = tuple[_Paragraph | None, _Paragraph | None]


def _blocks(
    old: list[_Paragraph], new: list[_Paragraph]
) -> Iterator[tuple[list[_Paragraph], list[_Paragraph]]]:
    """Yield the stretches that differ, unless only their line breaks do."""
    matcher = SequenceMatcher(None, [one.key for one in old], [one.key for one in new], autojunk=False)
    for op, i1, i2, j1, j2 in matcher.get_opcodes():
        gone, come = old[i1:i2], new[j1:j2]
        if op != "equal" and "".join(one.key for one in gone) != "".join(one.key for one in come):
            yield gone, come


def _pairs(gone: list[_Paragraph], come: list[_Paragraph]) -> Iterator[_Pair]:
    """Pair the paragraphs of a stretch in order, each with the most alike; the rest went or came."""
    at = 0
    for old in gone:
        ahead = [one.key for one in come[at : at + LOOK_AHEAD]]
        best = process.extractOne(old.key, ahead, scorer=fuzz.ratio, score_cutoff=ALIKE)
        if best is None:
            yield old, None
            continue
        yield from ((None, new) for new in come[at : at + best[2]])
        yield old, come[at + best[2]]
        at += best[2] + 1
    yield from ((None, new) for new in come[at:])


def _moved(pairs: Sequence[_Pair]) -> Iterator[_Pair]:
    """Join what went in one place with what came in another, word for word."""
    come: dict[str, list[_Paragraph]] = {}
    for old, new in pairs:
        if new and not old:
            come.setdefault(new.key, []).append(new)
    joined = [
        (old, come[old.key].pop(0)) if old and not new and come.get(old.key) else (old, new)
        for old, new in pairs
    ]
    still_new = {new.number for waiting in come.values() for new in waiting}
    return (pair for pair in joined if pair[0] or (pair[1] and pair[1].number in still_new))


def _paragraph(old: _Paragraph | None, new: _Paragraph | None) -> Iterator[Change]:
    shown = new or old
    what = f"paragraph {shown.number if shown else 0}"
    if old and new and old.key == new.key:
        what = f"paragraph {old.number}, now {new.number}"
    yield Change(ChangeKind.TEXT, what, old.text if old else None, new.text if new else None)


class _Stretch(NamedTuple):
    """Text that stayed, and the edit behind it: what went and what came."""

    same: str
    gone: str
    come: str


def _stretches(before: Sequence[str], after: Sequence[str]) -> Iterator[_Stretch]:
    """Align two texts by the fewest edits, as characters or as a list of sentences."""
    same = gone = come = ""
    for op in Indel.opcodes(before, after):
        old = "".join(before[op.src_start : op.src_end])
        if op.tag == "equal" and (gone or come):
            yield _Stretch(same, gone, come)
            same = gone = come = ""
        if op.tag == "equal":
            same += old
        else:
            gone += old
            come += "".join(after[op.dest_start : op.dest_end])
    yield _Stretch(same, gone, come)


def _sentences(text: str) -> list[str]:
    return [found[0] for found in _SENTENCE.finditer(text)]


def _without_islands(stretches: Iterable[_Stretch]) -> list[_Stretch]:
    """Take a short text that stayed between two longer edits into one edit."""
    kept: list[_Stretch] = []
    for stretch in stretches:
        kept.append(stretch)
        while len(kept) > 1 and _is_island(kept[-2], kept[-1]):
            (same, gone, come), (island, more_gone, more_come) = kept[-2:]
            kept[-2:] = [_Stretch(same, gone + island + more_gone, come + island + more_come)]
    return kept


def _is_island(before: _Stretch, behind: _Stretch) -> bool:
    length = len(behind.same)
    return (
        length <= ISLAND
        and length <= max(len(before.gone), len(before.come))
        and length <= max(len(behind.gone), len(behind.come))
    )

"""Footnotes found in a text out of a PDF: numbered, superscript, or with their number lost.

A footnote's number is restored only where its place tells it: as many addresses without a number between
two numbers as numbers are free there.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise, takewhile
from urllib.parse import urlsplit

from monitor.repairs import EXTENSION, Address, footnotes
from monitor.zone_table import SUPERSCRIPTS, plain_digits

_START = re.compile(
    rf"(?:(?P<mark>[{SUPERSCRIPTS}]{{1,3}})|[\[(](?P<boxed>\d{{1,3}})[\])]"
    r"|(?P<plain>\d{1,3})[.:)]?(?=\s|https?:))\s*"
)
_HEAD = re.compile(r"https?://[^\s<>\"“”|\\^`]+", re.IGNORECASE)
_TAIL = re.compile(r"(?:[^\S\n][\w-]{0,80}\d[\w-]{0,80}){0,3}[^\S\n]+[\w-]{0,80}\d[\w-]{0,80}\.\w{2,5}\b")
_RAISED = re.compile(
    rf"(?<![\d{SUPERSCRIPTS}])(?<!\bm)(?<!\b[ckm]m)[{SUPERSCRIPTS}]{{1,3}}(?![{SUPERSCRIPTS}])"
)
_CLOSERS = ".,;:!?)]}>'’”。，；：）】》"
_WORDS = 300
"""How many characters of the words before an address are kept, the last ones."""
_LEAP = 10
"""Numbers farther apart than this do not prove that there are footnotes between them."""
_NOWHERE = "no address stands for it in the text"


@dataclass(frozen=True, slots=True)
class Found:
    """A footnote's line: its number if printed, the words before its address, the address as printed."""

    number: int | None
    prose: str
    address: str | None

    @property
    def bare(self) -> bool:
        """Whether the line is there for its address: it is nothing else, or leads to it with a colon."""
        return not self.prose or self.prose.endswith((":", "："))


@dataclass(frozen=True, slots=True)
class Footnotes:
    """The addresses by footnote, the words before each, and what a person should know."""

    addresses: tuple[Address, ...]
    prose: dict[int, str]
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Run:
    """Lines without a number, one after the other, and the numbers that are free where they stand."""

    items: tuple[Found, ...]
    free: tuple[int, ...]
    before: int
    after: int | None
    open_end: bool
    """whether nothing is known to follow, so that numbers may go on"""


def read(lines: Sequence[str], marks: Collection[int]) -> Footnotes:
    """Find every footnote that cites an address, exactly one object a number, in order.

    `marks` are the numbers that a table names beside its zones: each is a footnote even if no line for it
    can be told. Numbered notes without an address are no citations.
    """
    found = [item for block in _blocks(lines) for item in _items(block)]
    taken = {item.number for item in found if item.number}
    raised = {plain_digits(mark) for line in lines for mark in _RAISED.findall(line)} if taken else set()
    expected = {*raised, *_closed({*marks, *taken})} - {0}
    runs = _runs(found, expected - taken, marked=bool(marks))
    given = [*_numbered(found), *(address for run in runs for address in _fill(run))]
    addresses = {address.footnote: address for address in given}
    silent = expected - taken - set(addresses) if addresses else {*marks} - taken
    addresses |= {number: Address(number, "", None, (), _NOWHERE) for number in silent}
    words = {item.address: item.prose for item in reversed(found) if item.address and item.prose}
    prose = {number: words[one.printed] for number, one in addresses.items() if one.printed in words}
    warnings = (*_doubles(found), *(line for run in runs for line in _loose(run)))
    return Footnotes(tuple(addresses[key] for key in sorted(addresses)), prose, warnings)


def address_in(text: str) -> tuple[int, str] | None:
    """Find the first address of a line, with the blanks that stand in it: where it begins, and itself.

    A blank belongs to the address if a name with digits and an extension follows, and none came before.
    """
    for head in _HEAD.finditer(text):
        tail = None if EXTENSION.search(head[0]) else _TAIL.match(text, head.end())
        whole = (head[0] + (tail[0] if tail else "")).rstrip(_CLOSERS)
        if _has_host(whole):
            return head.start(), whole
    return None


def _has_host(url: str) -> bool:
    try:
        return bool(urlsplit(url).hostname)
    except ValueError:
        return False


def _closed(numbers: set[int]) -> set[int]:
    """Return the numbers with those between them, from 1 on: footnotes are counted without a gap."""
    steps = pairwise([0, *sorted(numbers)])
    starts = ((low + 1 if high - low <= _LEAP else high, high) for low, high in steps)
    return {number for start, high in starts for number in range(start, high + 1)}


def _blocks(lines: Sequence[str]) -> Iterator[list[str]]:
    for blank, block in groupby(lines, lambda line: not line.strip()):
        if not blank:
            yield [line.strip() for line in block]


def _items(block: Sequence[str]) -> list[Found]:
    """Part a block of lines into footnotes; a line that begins none goes on with the one before."""
    items: list[Found] = []
    for line in block:
        new = _item(line)
        joined = _joined(items[-1], new, line) if items else None
        items[-1:] = [joined] if joined else [*items[-1:], new]
    return items


def _item(line: str) -> Found:
    start = _START.match(line)
    if start and (not start["plain"] or address_in(line)):
        number = plain_digits(start["mark"] or start["boxed"] or start["plain"])
        rest = line[start.end() :]
    else:
        number, rest = None, line
    at, printed = address_in(rest) or (len(rest), None)
    return Found(number or None, rest[:at].strip()[-_WORDS:], printed)


def _joined(item: Found, new: Found, line: str) -> Found | None:
    """Join a line to the footnote before it: more words, its address, or the rest of a broken address."""
    if new.number or not (item.number or item.address):
        return None
    if item.address is None:
        return replace(new, number=item.number, prose=f"{item.prose} {new.prose}".strip()[-_WORDS:])
    tail = re.fullmatch(r"[\w%./~-]+", line)
    if tail and not EXTENSION.search(item.address) and EXTENSION.search(line):
        return replace(item, address=f"{item.address}\n{line}")
    return None


def _numbered(found: Sequence[Found]) -> Iterator[Address]:
    for item in reversed(found):
        if item.number and item.address:
            yield Address(item.number, item.address, item.address)


def _doubles(found: Sequence[Found]) -> Iterator[str]:
    printed = {(item.number, item.address) for item in found if item.number and item.address}
    for number, times in sorted(Counter(number for number, _ in printed).items()):
        if times > 1:
            yield f"footnote {number} is printed with {times} addresses; the first counts"


def _runs(found: Sequence[Found], free: set[int], *, marked: bool) -> list[_Run]:
    cited = groupby((item for item in found if item.address or item.number), lambda item: item.number is None)
    groups = [(lost, tuple(items)) for lost, items in cited]
    runs = []
    for at, (lost, items) in enumerate(groups):
        if lost:
            before = groups[at - 1][1][-1].number or 0 if at else 0
            after = groups[at + 1][1][0].number if at + 1 < len(groups) else None
            between = tuple(number for number in sorted(free) if before < number < (after or number + 1))
            open_end = after is None and not between and not marked
            runs.append(_Run(items, between, before, after, open_end))
    return runs


def _fill(run: _Run) -> list[Address]:
    """Give a run's lines their numbers back, if it can be told which is whose."""
    bare = [item.address or "" for item in run.items if item.bare]
    every = [item.address or "" for item in run.items]
    once = [address for address, times in Counter(bare).items() if times == 1]
    for printed in (once, bare, list(dict.fromkeys(bare)), list(dict.fromkeys(every))):
        if printed and len(printed) == len(run.free):
            return [_restored(*pair, run) for pair in zip(run.free, printed, strict=True)]
    tail = list(takewhile(lambda address: address == bare[-1], reversed(bare)))
    head = bare[: len(bare) - len(tail)]
    if head == once and 0 < len(run.free) - len(head) <= len(tail):
        rest = run.free[len(head) :]
        first = [_restored(*pair, run) for pair in zip(run.free, head, strict=False)]
        return first + [_shared(number, tail, rest) for number in rest]
    numbers = range(run.before + 1, run.before + 1 + len(once)) if run.open_end else ()
    return [_restored(*pair, run) for pair in zip(numbers, once, strict=False)]


def _restored(number: int, printed: str, run: _Run) -> Address:
    between = run.before and run.after
    place = f"between footnotes {run.before} and {run.after}" if between else "in the order of the text"
    return Address(number, printed, printed, (f"lost footnote number {number} restored: it stands {place}",))


def _shared(number: int, lines: Sequence[str], free: Sequence[int]) -> Address:
    because = f"{len(lines)} equal lines without a footnote number stand for {footnotes(free)}"
    return Address(number, lines[0], lines[0], (), because)


def _loose(run: _Run) -> Iterator[str]:
    """Say once of each line without a number that stands too often, or that no number is free for."""
    given = _fill(run)
    for printed, times in Counter(item.address or "" for item in run.items if item.bare).items():
        numbers = [address.footnote for address in given if address.printed == printed]
        if times > len(numbers):
            role = f"for {footnotes(numbers)}" if numbers else "and no number is free for it"
            often = f"{times} times" if times > 1 else "once"
            yield f"“{printed}” stands {often} without a footnote number, {role}"

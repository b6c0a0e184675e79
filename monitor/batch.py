"""Where the others of a batch went: their addresses lead to one that is lost. Pure.

Letters of one batch are signed on one day, numbered one after another and filed side by side (FACTS,
section 1), and a redesigned site re-files all of a folder by one rule: how one page of it moved tells how
its neighbour did. All of it are guesses; a page is believed for what it says.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from monitor.neighbours import REACH, neighbour_numbers, neighbours
from scraper.addresses import directory, match_key, page_id, same_page
from scraper.chinese import normalise_number

_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Member:
    """A notice: where it was cited, where it stands today (None: nowhere known), what tells its batch."""

    cited: str
    stands: str | None = None
    signed: date | None = None
    number: str | None = None


def is_of_batch(one: Member, other: Member) -> bool:
    """Tell whether two notices are of one batch: signed on one day, or numbered or filed side by side."""
    if one.signed and one.signed == other.signed:
        return True
    numbers = [normalise_number(member.number or "") for member in (one, other)]
    if all(numbers) and numbers[1] in neighbour_numbers(numbers[0]):
        return True
    return directory(one.cited) == directory(other.cited) and abs(_apart(one.cited, other.cited)) <= REACH


def beside(lost: Member, others: Iterable[Member]) -> tuple[str, ...]:
    """Propose addresses of a lost notice by those of others, the likeliest first, none twice.

    In: the lost one, and the others. Out: where the rule by which others moved puts it;
    then, by those of its batch, its file's name in their folders and the pages beside theirs. An address
    at which another stands or was cited is none.
    """
    known = tuple(others)
    standing = [other for other in known if other.stands]
    taken = {match_key(url) for one in (lost, *known) for url in (one.cited, one.stands) if url}
    wanted = (*_by_rule(lost, standing), *_by_batch(lost, standing))
    found = {match_key(url): url for url in reversed(wanted) if match_key(url) not in taken}
    return tuple(dict.fromkeys(found[match_key(url)] for url in wanted if match_key(url) in found))


def moved_alike(url: str, old: str, new: str) -> str | None:
    """Give the address to which `url` moved if it did as `old` did, which is `new` now; None: no such rule.

    The two old addresses are alike but for their numbers (`gfxwj2019/201910/t20191018_149420.htm`), and each
    number in the new one is replaced by its counterpart. A page number that the site gave anew is moved by
    as much as the two old ones lie apart.
    """
    if _DIGITS.sub("0", match_key(url)) != _DIGITS.sub("0", match_key(old)):
        return None
    numbers = _counterparts(url, old)
    given = page_id(new)
    if numbers is None:
        return None
    if given and given not in numbers:
        numbers |= {given: str(int(given) + _apart(url, old)).zfill(len(given))}
    moved = _DIGITS.sub(lambda found: numbers.get(found[0], found[0]), new)
    return None if same_page(moved, new) else moved


def _counterparts(url: str, old: str) -> dict[str, str] | None:
    """Pair the numbers of two addresses; None where one number has two counterparts."""
    pairs = list(zip(_DIGITS.findall(match_key(old)), _DIGITS.findall(match_key(url)), strict=True))
    numbers = dict(pairs)
    return numbers if all(numbers[one] == other for one, other in pairs) else None


def _apart(one: str, other: str) -> int:
    """Give how far the page numbers of two addresses lie apart; a great way where one has none."""
    first, second = page_id(one), page_id(other)
    return int(first) - int(second) if first and second else 10**9


def _by_rule(lost: Member, others: Iterable[Member]) -> Iterator[str]:
    for other in others:
        if other.stands and not same_page(other.stands, other.cited):
            moved = moved_alike(lost.cited, other.cited, other.stands)
            if moved:
                yield moved


def _by_batch(lost: Member, others: Iterable[Member]) -> Iterator[str]:
    near = [other.stands for other in others if other.stands and is_of_batch(lost, other)]
    name = lost.cited.partition("?")[0].rpartition("/")[2].partition(".")[0]
    for url in near:
        extension = url.partition("?")[0].rpartition("/")[2].partition(".")[2]
        if name and extension:
            yield f"{directory(url)}{name}.{extension}"
    for url in near:
        yield from neighbours(url)

"""Printed addresses put right by what stands beside them, each repair said; what cannot be known stays so.

The damage is what a PDF does to links: an underscore sinks into the underline and comes out as a blank, a
line is broken or cut, a piece between two slashes is lost. Siblings are the other addresses of the same
document, compared by shape: the path with every digit as 0.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from typing import TypeAlias

EXTENSION = re.compile(r"\.(?:[sjx]?html?|pdf|docx?|xlsx?|ofd|json|xml|aspx?|jspx?|php)$", re.IGNORECASE)
_BREAK = re.compile(r"[^\S\n]*\n\s*")
_BLANK = re.compile(r"\s+")
_MARKS = {"_": "for underscore", "-": "for hyphen", "": "taken out"}
_DATED = re.compile(r"(?:19|20)\d\d[01]\d[0-3]\d")
_BARE_DATE = re.compile(r"t(?:19|20)\d{6}_?")
"""Most ministries' content system names a page `t{date}_{id}`: a name without the id is cut."""


@lru_cache(maxsize=4096)
def _parts(url: str) -> tuple[str, str]:
    found = re.match(r"https?://([^/?#\s]*)(.*)", url, re.IGNORECASE | re.DOTALL)
    return (found[1].lower(), found[2]) if found else ("", "")


@dataclass(frozen=True, slots=True)
class Address:
    """A printed address on its way: `url` as far as it is put right, None once it cannot be known.

    A `because` beside a `url` is a doubt about whose address it is: it ends unresolved.
    """

    footnote: int
    printed: str
    url: str | None
    repairs: tuple[str, ...] = ()
    because: str | None = None

    @property
    def host(self) -> str:
        """The host in small letters; empty if there is none."""
        return _parts(self.url or "")[0]

    @property
    def path(self) -> str:
        """All that follows the host."""
        return _parts(self.url or "")[1]


Step: TypeAlias = Callable[[Address, Sequence[Address]], Address]


@lru_cache(maxsize=4096)
def shape(path: str) -> str:
    """Return a path with every digit as 0, so that neighbours of one folder look alike."""
    return re.sub(r"\d", "0", path)


def repair(addresses: Sequence[Address]) -> tuple[Address, ...]:
    """Put every address right as far as it and its siblings show how, one kind of damage after the other.

    No part is invented: what siblings do not show, and an id that is not printed, stay unresolved.
    """
    for step in _STEPS:
        addresses = [step(address, addresses) if address.url else address for address in addresses]
    return tuple(addresses)


def _mended(address: Address, url: str, how: str) -> Address:
    return replace(address, url=url, repairs=(*address.repairs, how))


def _filled(
    address: Address, siblings: Sequence[Address], *, gap: re.Pattern[str], marks: Sequence[str], what: str
) -> Address:
    """Put into each gap the mark that siblings of the shape show there, else the likeliest one."""
    url = address.url or ""
    first = gap.search(url)
    if not first:
        return address
    shapes = {shape(other.path) for other in siblings if not gap.search(other.url or "")}
    whole = {mark: gap.sub(mark, url) for mark in marks}
    mark = next((m for m in marks if shape(_parts(whole[m])[1]) in shapes), marks[0])
    near = url.rfind("/", 0, first.start() - 1) + 1
    before, after = " ".join(url[near:].split()), whole[mark][near:]
    return _mended(address, whole[mark], f"{what} {_MARKS[mark]}: “{before}” is “{after}”")


def _www(address: Address, siblings: Sequence[Address]) -> Address:
    """Put www. before a host that stands with it elsewhere in the document."""
    shown = [other.footnote for other in siblings if other.host == f"www.{address.host}"]
    if not (address.host and shown):
        return address
    scheme, _, rest = (address.url or "").partition("://")
    how = f"host without www: “{address.host}” is “www.{address.host}” as in {footnotes(shown[:1])}"
    return _mended(address, f"{scheme}://www.{rest}", how)


def _cut(address: Address, siblings: Sequence[Address]) -> Address:
    """Give up an address whose end is not printed: siblings of its shape go on within the last name."""
    path, name = address.path, address.path.rpartition("/")[2]
    if not name or EXTENSION.search(name):
        return address
    whole = [other.path for other in siblings if other.host == address.host and EXTENSION.search(other.path)]
    rests = [longer[len(path) :] for longer in whole if shape(longer).startswith(shape(path))]
    if not (any(not rest.startswith("/") for rest in rests) or _BARE_DATE.fullmatch(name)):
        return address
    where = "after the date" if _DATED.search(name) else "at its end"
    rest = "the page's id" if _DATED.search(name) else "the rest"
    because = f"cut off {where} (“{name}”): {rest} is not printed"
    doubt = f"; {address.because}" if address.because else ""
    return replace(address, url=None, repairs=(), because=because + doubt)


def _lost_part(address: Address, siblings: Sequence[Address]) -> Address:
    """Put back a part of the path that siblings have and that the address must have had."""
    near = [other for other in siblings if other.url and other.host == address.host]
    gaps = {other.footnote: gap for other in near if (gap := _gap(address.path, other.path))}
    part = _agreed(gaps, address, near)
    if part is None:
        return address
    shown = [footnote for footnote, gap in gaps.items() if gap[1] == part]
    at = len(address.url or "") - len(address.path) + gaps[shown[0]][0]
    url = (address.url or "")[:at] + part + (address.url or "")[at:]
    return _mended(address, url, f"lost path part “{part}” restored as in {footnotes(shown)}")


def _gap(broken: str, whole: str) -> tuple[int, str] | None:
    """Say where after a slash, and what, `broken` lacks to have the shape of `whole`."""
    extra = len(whole) - len(broken)
    for at in (match.end() for match in re.finditer("/", broken)) if extra > 0 else ():
        if broken[:at] != whole[:at]:
            break
        if shape(broken[at:]) == shape(whole[at + extra :]):
            return at, whole[at : at + extra]
    return None


def _agreed(gaps: dict[int, tuple[int, str]], address: Address, near: Sequence[Address]) -> str | None:
    """Return the one part that can have been lost.

    Its digits must stand again at the head of what follows (`201910/t` before `20191018_…`); without such
    a proof all siblings must agree, be two or more and the rule, and the part must break a name in two: a
    whole folder more or less is no damage.
    """
    proved = {part for at, part in gaps.values() if _repeats(part, address.path[at:])}
    if proved:
        return proved.pop() if len(proved) == 1 else None
    parts = {part for _, part in gaps.values() if not part.endswith("/")}
    alike = sum(shape(other.path) == shape(address.path) for other in near)
    agreed = len({part for _, part in gaps.values()}) == 1 and len(gaps) > max(1, alike)
    return parts.pop() if parts and agreed else None


def _repeats(part: str, rest: str) -> bool:
    digits, head = re.sub(r"\D", "", part), re.search(r"\d+", rest)
    return len(digits) >= 4 and head is not None and head[0].startswith(digits)


def _doubted(address: Address, _: Sequence[Address]) -> Address:
    return replace(address, url=None, repairs=()) if address.because else address


def footnotes(numbers: Sequence[int]) -> str:
    """Name footnotes for a sentence: `footnote 3`, `footnotes 4, 6 and 7`."""
    *first, last = [str(number) for number in sorted(set(numbers))]
    return f"footnotes {', '.join(first)} and {last}" if first else f"footnote {last}"


_STEPS: tuple[Step, ...] = (
    partial(_filled, gap=_BREAK, marks=("", "_", "-"), what="line break"),
    partial(_filled, gap=_BLANK, marks=("_", "-", ""), what="blank"),
    _www,
    _cut,
    _lost_part,
    _doubted,
)

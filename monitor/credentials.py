"""What speaks for and against a notice being the issuer's own letter: host, number, issuer."""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from urllib.parse import SplitResult, urlsplit

from monitor.model import Recognition
from monitor.titles import normalise

_MIRROR = "big5."
_MIRRORED = re.compile(r"^/gate/big5/([^/]+)(?:/|$)")
_PAGE = re.compile(r"/(?:t(?P<day>\d{8})_|content_)(?P<id>\d+)\.\w+$")
_NUMBER = re.compile(r"(?:发文字号:?|文号:?)?(?P<prefix>[\u4e00-\u9fff]+)\((?P<year>\d{4})\)第?\d{1,4}号")
_AMBIGUOUS = re.compile(r"[\s\\@]")
_SEPARATORS = re.compile(r"[\s,，、;；]+")


class Weight(StrEnum):
    """How a fact bears on the letter being genuine."""

    FOR = "for"
    UNKNOWN = "unknown"
    AGAINST = "against"
    """the letter is not believed, what it says is still a mention"""
    FATAL = "fatal"
    """a copy or an invention: nothing is to be raised"""


@dataclass(frozen=True, slots=True)
class Ground:
    """One fact and its weight, `because` in words for a person."""

    weight: Weight
    because: str


def address(url: str | None, recognition: Recognition) -> Ground:
    """Weigh the address: only the dossier's hosts count, and no address that their CMS cannot make.

    In: an http(s) address or None. The big5 mirror counts as the host that it mirrors (FACTS section
    2). Page ids of only noughts and days that no calendar has are inventions (confusables row 41).
    """
    if url is None:
        return Ground(Weight.UNKNOWN, "the address is not known")
    host = official_host(url)
    if host not in recognition.hosts:
        return Ground(Weight.FATAL, f"{host or 'the address'} is not an official host")
    page = _PAGE.search(_split(url).path)
    if page and not int(page["id"]):
        return Ground(Weight.FATAL, f"page id {page['id']} is invented")
    if page and page["day"] and not _is_day(page["day"]):
        return Ground(Weight.FATAL, f"{page['day']} in the address is no day")
    return Ground(Weight.FOR, f"{host} is an official host")


def number(printed: str | None, recognition: Recognition) -> Ground:
    """Weigh the document number: its prefix must be one of the dossier's, brackets and blanks of any kind.

    A dossier that names no prefix takes any number, for it does not know what such letters have.
    """
    if not recognition.numbers:
        return Ground(Weight.UNKNOWN, "what numbers such letters have is not known")
    if printed is None or not printed.strip():
        return Ground(Weight.UNKNOWN, "the document number is not known")
    read = _NUMBER.fullmatch(normalise(printed))
    if read is None:
        return Ground(Weight.AGAINST, f"{printed.strip()} is not a document number")
    if read["prefix"] not in recognition.numbers:
        ours = " or ".join(recognition.numbers)
        return Ground(Weight.AGAINST, f"the number begins with {read['prefix']}, such letters with {ours}")
    return Ground(Weight.FOR, f"the number begins with {read['prefix']} as such letters do")


def issuer(printed: str | None, recognition: Recognition) -> Ground:
    """Weigh the issuer: one of the bodies named must be one of the dossier's (科技部办公厅 is not 科技部)."""
    if printed is None or not printed.strip():
        return Ground(Weight.UNKNOWN, "the issuer is not known")
    ours = {normalise(name) for name in recognition.issuers}
    named = {normalise(printed), *map(normalise, _SEPARATORS.split(printed.strip()))}
    if any(name in ours or any(_ends(full, name) for full in ours) for name in named):
        return Ground(Weight.FOR, f"{printed.strip()} issues such letters")
    return Ground(Weight.AGAINST, f"{printed.strip()} does not issue such letters")


def official_host(url: str) -> str:
    """Return the host that an address is of, a mirror's original included; "" for what is no address."""
    parts = _split(url)
    host = (parts.hostname or "").rstrip(".")
    mirrored = _MIRRORED.match(parts.path)
    if host.startswith(_MIRROR) and mirrored and host == _MIRROR + mirrored[1].lower():
        return mirrored[1].lower()
    return host if not mirrored else f"{host} (a gate to {mirrored[1]})"


def is_government(url: str) -> bool:
    """Tell whether an address stands under gov.cn, where plans and news of local governments stand."""
    host = official_host(url)
    return host == "gov.cn" or host.endswith(".gov.cn")


def _split(url: str) -> SplitResult:
    """Split an address; one that browsers and libraries read differently (blanks, backslashes) is none."""
    whole = url.strip() if "://" in url else f"http://{url.strip()}"
    try:
        parts = urlsplit(whole)
        usable = parts.scheme in {"http", "https"} and parts.port != 0 and not _AMBIGUOUS.search(parts.netloc)
    except ValueError:
        usable = False
    return parts if usable else urlsplit("")


def _is_day(digits: str) -> bool:
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:])).year >= 1990
    except ValueError:
        return False


def _ends(full: str, name: str) -> bool:
    """Take 科学技术部 for 中华人民共和国科学技术部, but no shorter tail for anything."""
    return full.endswith(name) and len(name) > 3 and full.removesuffix(name) == "中华人民共和国"

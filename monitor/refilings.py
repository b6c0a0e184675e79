"""How a redesigned site re-filed its pages, as templates of addresses.

People write templates, never regular expressions: `{www}` stands for `www.` or nothing, every other
`{name}` for at least one character within a path segment, the same name for the same characters.
"""

import re
from collections.abc import Iterable
from functools import cache

from monitor.dossier_model import Refiling

_NAME = re.compile(r"\{([a-z]+)\}")
_PIECE = {"www": r"(?:www\.)?"}


def names(template: str) -> tuple[str, ...]:
    """Return the names that a template holds, in order, repeated ones again."""
    return tuple(_NAME.findall(template))


MOST_CROWDED = 3
LONGEST = 500
"""characters of an address that is re-filed; with these bounds no address takes a second to match"""


def problem(refiling: Refiling) -> str | None:
    """Say what is expected of a refiling that it does not keep; None if nothing is wrong.

    Names stand in braces and in lower case, never two side by side (where one ends must show), and a new
    address uses only names of the old one.
    """
    templates = (refiling.old, *refiling.new)
    if any(set("{}") & set(_NAME.sub("", template)) for template in templates):
        return "names in lower case, each in a pair of braces"
    if "}{" in refiling.old:
        return "something between two names, so that it shows where the first ends"
    if _crowded(refiling.old) > MOST_CROWDED:
        return f"at most {MOST_CROWDED} names that share a part of the path with another"
    unknown = [name for new in refiling.new for name in names(new) if name not in names(refiling.old)]
    return f"only names that the old address has, not {{{unknown[0]}}}" if unknown else None


def _crowded(template: str) -> int:
    """Count the names of any text that share a part of the path: each multiplies the ways to match."""
    parts = [[name for name in names(part) if name not in _PIECE] for part in re.split("[/?#]", template)]
    return sum(len(part) for part in parts if len(part) > 1)


@cache
def _pattern(template: str) -> re.Pattern[str]:
    seen: set[str] = set()

    def group(name: str) -> str:
        known = name in seen
        seen.add(name)
        return f"(?P={name})" if known else f"(?P<{name}>{_PIECE.get(name, '[^/?#]+')})"

    literal_then_name = enumerate(_NAME.split(template))
    return re.compile("".join(group(part) if at % 2 else re.escape(part) for at, part in literal_then_name))


def refiled(url: str, refilings: Iterable[Refiling]) -> tuple[str, ...]:
    """Return the addresses at which the page may stand now, in the file's order, none twice.

    They are candidates: one is right only if its page proves it (FACTS section 2 has two for each).
    """
    found: dict[str, None] = {}
    for refiling in refilings if len(url) <= LONGEST else ():
        if match := _pattern(refiling.old).fullmatch(url):
            found |= dict.fromkeys(template.format(**match.groupdict()) for template in refiling.new)
    return tuple(address for address in found if address != url)

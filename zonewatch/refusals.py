"""Why settings are refused: the key by name, what was expected, and the nearest right one."""

import difflib
import re
from collections.abc import Iterable, Sequence

from pydantic import BaseModel, ValidationError

_QUOTED = re.compile(r"'([^']*)'")
SHOWN = 80
"""characters of a wrong value that are told; it may be a secret, or a page of text"""


def first_refusal(error: ValidationError, model: type[BaseModel], tables: dict[str, type[BaseModel]]) -> str:
    """Tell the first thing that is wrong, in one line; `tables` are the models of keys that hold tables."""
    first = error.errors(include_url=False)[0]
    where = tuple(first["loc"])
    kind, name = first["type"], name_of(where)
    if kind == "extra_forbidden":
        known = tables.get(str(where[0]), model) if len(where) > 1 else model
        return f"there is no setting `{name}`{nearest(str(where[-1]), known.model_fields)}"
    if kind == "missing":
        return f"{name} is missing"
    said = re.sub(r"^(?:Value error|Assertion failed), ", "", first["msg"])
    said = said[:1].lower() + said[1:]
    if kind in ("enum", "literal_error"):
        return f"{name}: {said}, not {first['input']!r}{nearest(str(first['input']), _QUOTED.findall(said))}"
    told = f"{name}: {said}" if name else said
    return told if kind == "value_error" else f"{told}, not {shown(name, first['input'])}"


def name_of(where: Sequence[int | str]) -> str:
    """Write where a value stands: `pause`, `notify[2].url` (counted from 1, as people do)."""
    text = ""
    for part in where:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text


def nearest(word: str, known: Iterable[str]) -> str:
    """Offer what comes nearest to a word, or else everything that is known."""
    words = list(known)
    near = difflib.get_close_matches(word, words, n=1)
    return f"; did you mean `{near[0]}`?" if near else f"; known are {', '.join(words)}"


def shown(name: str, value: object) -> str:
    """Show a wrong value, unless its setting's name says that it may be a secret."""
    if re.search(r"url|token|secret|key|password|heartbeat|prox", name):
        return "what was given"
    text = repr(value)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"

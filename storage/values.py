"""Values to JSON and back, without loss.

pydantic reads and writes the frozen dataclasses of `scraper.model` and `monitor.model`; a reading
carries its kind, because `Refused` and `Unreadable` cannot be told apart by their fields. Text may
hold lone surrogates (a JSON list that was cut inside a character gives them): bytes carry them as
UTF-8 would if it could ("surrogatepass"), text carries them as escapes.
"""

import json
from functools import cache
from typing import Any, Final

from pydantic import TypeAdapter

from scraper.model import Listing, Notice, Reading, Refused, Unreadable

KINDS: Final[dict[str, type[Reading]]] = {
    "notice": Notice,
    "listing": Listing,
    "refused": Refused,
    "unreadable": Unreadable,
}


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def document(kind: Any, value: object) -> Any:
    """Return `value`, of the type `kind`, as plain lists, dicts, numbers and strings."""
    return _adapter(kind).dump_python(value, mode="json")


def short_document(kind: Any, value: object) -> Any:
    """Return `value` as `document` does, without what has its default; `value_of` reads either."""
    return _adapter(kind).dump_python(value, mode="json", exclude_defaults=True)


def value_of(kind: Any, plain: Any) -> Any:
    """Return the value of the type `kind` that `document` made `plain` from."""
    return _adapter(kind).validate_python(plain)


def to_bytes(plain: Any) -> bytes:
    """Return compact JSON in UTF-8; lone surrogates pass."""
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def from_bytes(data: bytes) -> Any:
    """Return what `to_bytes` was given."""
    return json.loads(data.decode("utf-8", "surrogatepass"))


def to_text(plain: Any) -> str:
    """Return compact JSON that any database takes: NUL and lone surrogates stand as escapes."""
    text = json.dumps(plain, ensure_ascii=False, separators=(",", ":"))
    return text if text.isascii() or _encodes(text) else json.dumps(plain, separators=(",", ":"))


def words(text: str) -> str:
    """Return a text as databases hold it: NUL and lone surrogates become U+FFFD."""
    if text.isprintable() and text.isascii():
        return text
    return text.replace("\0", "\ufffd").encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def said(text: str | None) -> str | None:
    """Return a text as databases hold it, None for what is not there."""
    return None if text is None else words(text)


def _encodes(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def kind_of(reading: Reading) -> str:
    """Return the word for the kind of a reading, a key of `KINDS`."""
    return next(word for word, kind in KINDS.items() if type(reading) is kind)


def reading_to_bytes(reading: Reading) -> bytes:
    """Return a reading as JSON, its kind first."""
    word = kind_of(reading)
    return to_bytes({"kind": word, **document(KINDS[word], reading)})


def reading_from_bytes(data: bytes) -> Reading:
    """Return the reading that `reading_to_bytes` wrote.

    A field that this program does not know is passed over; an unknown kind raises KeyError.
    """
    plain = from_bytes(data)
    reading: Reading = value_of(KINDS[plain.pop("kind")], plain)
    return reading

"""The desk's words, in one file a language: `words/en.toml`. Templates hold none of their own."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any


class Words:
    """Words by key, as `today.title`; a template calls it as `t("today.title", n=3)`.

    A key with the forms `one` and `other` is chosen by `n`. Raises KeyError for a key or a value that
    is missing, so that no page is served with a hole.
    """

    def __init__(self, tables: Mapping[str, Any]) -> None:
        self._tables = tables

    def __call__(self, key: str, **values: object) -> str:
        """Return the words of a key, with the values in their places."""
        found: Any = self._tables
        for part in key.split("."):
            found = found[part]
        if isinstance(found, Mapping):
            found = found["one" if values["n"] == 1 else "other"]
        return str(found).format(**values) if values else str(found)

    def get(self, key: str, default: str) -> str:
        """Return the words of a key without values, or the default where there are none."""
        try:
            return self(key)
        except KeyError:
            return default


@cache
def words(language: str = "en") -> Words:
    """Read a language's words; raises FileNotFoundError where there are none."""
    text = files("zonewatch.desk").joinpath("words", f"{language}.toml").read_text("utf-8")
    return Words(tomllib.loads(text))

"""The frame of an announcement's title: a tiny grammar that people can write into a dossier.

A frame is literal text with one `{place}`, any number of `{phrase}`, and alternatives `(建设|创建)`,
an empty one allowed. It becomes pairs of what stands before and after the place; no regular
expression is made of it, so that no frame and no title can make matching slow.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

from monitor.titles import normalise

MOST_FORMS = 256
"""more spellings than this are refused: a frame is a handful of words, not a language"""

_TOKEN = re.compile(r"\{(\w+)\}|\(([^(){}]*)\)|([^(){}|]+)|(.)", re.DOTALL)


class FrameError(ValueError):
    """A frame that is not of the grammar; the message says what was expected."""


@dataclass(frozen=True, slots=True)
class CutFit:
    """A title that a frame could begin with: the place as far as read, `seen` characters after it."""

    place: str
    seen: int


@dataclass(frozen=True, slots=True)
class Frame:
    """All spellings of a frame, each as the normalised text before and after the place."""

    forms: tuple[tuple[str, str], ...]

    def fit(self, title: str) -> str | None:
        """Return the place in a normalised title that fills the frame from end to end, else None."""
        places = [
            title[len(head) : len(title) - len(tail)]
            for head, tail in self.forms
            if len(title) > len(head) + len(tail) and title.startswith(head) and title.endswith(tail)
        ]
        return min(places, key=len, default=None)

    def cut_fits(self, title: str) -> tuple[CutFit, ...]:
        """Return how a normalised title could be the beginning of the frame, the surest first.

        The place may be empty (cut before it) and, where `seen` is 0, cut itself or followed by
        other words: that is for the caller to judge.
        """
        fits = {fit for head, tail in self.forms if head for fit in _cut_fits(head, tail, title)}
        return tuple(sorted(fits, key=lambda fit: (-fit.seen, len(fit.place), fit.place)))


@lru_cache(maxsize=64)
def compile_frame(frame: str, phrase: str) -> Frame:
    """Return a frame ready to be laid over titles.

    In: the frame and the phrase that stands for `{phrase}`, as a dossier has them. Raises FrameError
    for a frame without exactly one `{place}`, with another name in braces, with brackets that do not
    match, or with more than MOST_FORMS spellings.
    """
    parts = [_options(token, phrase) for token in _TOKEN.finditer(frame)]
    if parts.count(("{place}",)) != 1:
        raise FrameError("a frame needs {place} exactly once")
    place = parts.index(("{place}",))
    return Frame(tuple(product(_spellings(parts[:place]), _spellings(parts[place + 1 :]))))


def _options(token: re.Match[str], phrase: str) -> tuple[str, ...]:
    name, choice, literal, stray = token.groups()
    if stray is not None:
        raise FrameError(f"a frame has a stray {stray!r}: alternatives are written (a|b), not nested")
    if name is None:
        return (literal,) if choice is None else tuple(choice.split("|"))
    if name not in {"place", "phrase"}:
        raise FrameError(f"a frame knows {{place}} and {{phrase}}, not {{{name}}}")
    return ("{place}",) if name == "place" else (phrase,)


def _spellings(parts: list[tuple[str, ...]]) -> tuple[str, ...]:
    count = 1
    for options in parts:
        count *= len(options)
    if count > MOST_FORMS:
        raise FrameError(f"a frame may have {MOST_FORMS} spellings on a side, this one has {count}")
    return tuple(dict.fromkeys(normalise("".join(words)) for words in product(*parts)))


def _cut_fits(head: str, tail: str, title: str) -> list[CutFit]:
    if not title.startswith(head):
        return [CutFit("", 0)] if title and head.startswith(title) else []
    rest = title[len(head) :]
    longest = min(len(rest), len(tail))
    return [CutFit(rest[: len(rest) - n], n) for n in range(longest, -1, -1) if rest.endswith(tail[:n])]

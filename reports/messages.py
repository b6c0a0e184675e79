"""Findings as messages for mailboxes and chats: what, which, since when, why, where; short and plain. Pure.

Every line is made harmless, a title is one line of bounded length, and a message fits its channel:
what is too much for one goes into several.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final, Literal

from monitor.messages import Text
from monitor.model import Finding, FindingKind
from reports import chinese, told
from reports.build import ORDER, item_of
from reports.clean import clean
from reports.model import Item
from reports.verdict import news
from reports.words import HEADINGS, capital, day

TITLE: Final = 150
"""bytes of a title at most: what a mail program's list and a telephone's screen show"""
SIGNATURE: Final = 40
"""bytes that the outbox adds to a body"""
SMALLEST: Final = 100
"""bytes that a body has at least; a channel for less gets it in pieces"""
AT_MOST: Final = 6
"""reasons of a finding that are told; the report has them all"""


def compose(findings: Sequence[Finding], language: Literal["en", "zh"], limit: int) -> Iterator[Text]:
    """Make messages of findings, the heaviest kinds first, each of at most `limit` bytes of UTF-8."""
    items = sorted((item_of(finding, None) for finding in findings), key=_weight)
    room = max(limit - TITLE - SIGNATURE, SMALLEST)
    parts = tuple(_packed(items, language, room))
    for place, part in enumerate(parts, 1):
        which = f" ({place}/{len(parts)})" if len(parts) > 1 else ""
        title = clipped(clean(_title(part, language)), TITLE - len(which)) + which
        yield Text(title, _body(part, language, room), tuple(item.finding.id for item in part))


def _weight(item: Item) -> tuple[int, int]:
    return ORDER[item.finding.draft.kind], item.finding.id


def _packed(items: Sequence[Item], language: str, room: int) -> Iterator[list[Item]]:
    """Put items into parts whose bodies fit; one that is too large by itself is a part of its own."""
    part: list[Item] = []
    for item in items:
        if part and _size(_full([*part, item], language)) > room:
            yield part
            part = []
        part.append(item)
    if part:
        yield part


def _body(items: Sequence[Item], language: str, room: int) -> str:
    return clipped(_full(items, language), room)


def _full(items: Sequence[Item], language: str) -> str:
    groups = groupby(items, key=lambda item: item.finding.draft.kind)
    blocks = (
        "\n\n".join([_heading(kind, language), *(_block(item, language) for item in several)])
        for kind, several in groups
    )
    return "\n\n\n".join(blocks)


def _heading(kind: FindingKind, language: str) -> str:
    return f"■ {HEADINGS[kind] if language == 'en' else chinese.KINDS[kind]}"


def _block(item: Item, language: str) -> str:
    draft = item.finding.draft
    lines = [
        f"{item.label}  {_name(item, language)}",
        *([draft.title] if draft.zone else []),
        *filter(None, [_facts(item, language)]),
        draft.url,
        *(f"- {reason}" for reason in _reasons(draft.because, language)),
    ]
    return "\n".join(map(clean, lines))


def _name(item: Item, language: str) -> str:
    zone = item.finding.draft.zone
    if zone is None:
        return item.finding.draft.title
    province = f"（{zone.province}）" if zone.province and not zone.province.startswith(zone.zh) else ""
    return f"{zone.zh}{province}" if language == "zh" else f"{zone.en} {zone.zh}"


def _facts(item: Item, language: str) -> str:
    if language == "en":
        kept = [
            (name, said) for name, said in told.facts(item) if name in ("signed", "published", "document")
        ]
        return ", ".join(f"{name} {said}" for name, said in kept)
    known = dict(told.facts(item))
    draft = item.finding.draft
    days = {"signed": day(draft.signed), "published": day(draft.published)}
    kept = [
        (name, days.get(name, known[name])) for name in ("signed", "published", "document") if name in known
    ]
    return "，".join(f"{chinese.FACTS[name]} {said}" for name, said in kept)


def _reasons(because: Sequence[str], language: str) -> Iterator[str]:
    shown = because if len(because) <= AT_MOST else because[: AT_MOST - 1]
    yield from shown if language == "en" else map(chinese.reason, shown)
    if len(shown) < len(because):
        more = len(because) - len(shown)
        yield f"and {more} reasons more" if language == "en" else f"另有{more}条理由"


def _title(items: Sequence[Item], language: str) -> str:
    if language == "en":
        return f"zonewatch: {'. '.join(map(capital, news(items)))}"
    return f"zonewatch：{'；'.join(_counted(items))}"


def _counted(items: Sequence[Item]) -> Iterator[str]:
    for kind, group in groupby(items, key=lambda item: item.finding.draft.kind):
        several = [*group]
        names = "、".join(item.finding.draft.zone.zh for item in several if item.finding.draft.zone)
        yield f"{chinese.KINDS[kind]} {len(several)}" + (f"（{names}）" if names else "")


def clipped(text: str, size: int) -> str:
    """Cut a text to so many bytes of UTF-8, with `…` where something is left out."""
    return text if _size(text) <= size else text.encode()[: size - 3].decode(errors="ignore").rstrip() + "…"


def _size(text: str) -> int:
    return len(text.encode())

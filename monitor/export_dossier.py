"""A dossier's file with what was accepted, in the file's own form: comments, order and style are kept.

tomlkit keeps what it does not touch to the byte. What it reads between two sections belongs to the table
before: new tables go in front of it.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import tomlkit
from tomlkit import TOMLDocument, items

from monitor.dossier import Citation, Dossier, Strength, Zone
from monitor.updates import Updated

_CITATION_KEYS = (
    "footnote", "for", "what", "title", "number", "printed", "url", "repairs", "status", "interval",
)  # fmt: skip
"""The order in which the shipped files write a footnote."""


def export(text: str, before: Dossier, updated: Updated) -> str:
    """Return the text of a dossier's file with the zones, footnotes and addresses of an update.

    In: the file's text, the dossier that it holds, what was accepted. The text that comes out loads again
    with `monitor.dossier.loads`, as the updated dossier; without anything accepted it is the same text.
    """
    document = tomlkit.parse(text)
    after = updated.dossier
    _append(document, "zones", [_zone_text(zone) for zone in updated.new])
    known = {one.footnote: one for one in before.citations}
    for citation in after.citations:
        if citation.footnote in known and citation != known[citation.footnote]:
            _rewrite(document, citation)
    fresh = [one for one in after.citations if one.footnote not in known]
    _append(document, "citations", [_citation_text(one) for one in fresh])
    for footnote, note in updated.superseded.items():
        _remark(document, footnote, note)
    return tomlkit.dumps(document)


def _zone_text(zone: Zone) -> str:
    values = {
        "zh": zone.zh,
        "en": zone.en,
        "province": zone.province,
        "level": zone.level,
        "created": zone.created,
        "announced": zone.announced,
        "footnote": zone.footnote,
    }
    rows = [f"  {{ {_strength(one)} }}," for one in zone.strengths]
    return "\n".join([*_pairs(values), *(["strengths = [", *rows, "]"] if rows else [])])


def _strength(one: Strength) -> str:
    values = {"en": None if one.en == one.zh else one.en, "zh": one.zh}
    return ", ".join(_pairs(values))


def _citation_text(citation: Citation) -> str:
    return "\n".join(_pairs(_citation(citation)))


def _citation(citation: Citation) -> dict[str, object]:
    """Give a footnote's keys as the file writes them; `printed` only where it is not the address."""
    return {
        "footnote": citation.footnote,
        "for": citation.zone,
        "what": citation.what,
        "title": citation.title,
        "number": citation.number,
        "printed": None if citation.printed == citation.url else citation.printed,
        "url": citation.url,
        "repairs": citation.repairs,
        "status": citation.status,
        "because": citation.because,
    }


def _pairs(values: Mapping[str, object]) -> Iterable[str]:
    return [f"{key} = {_value(value)}" for key, value in values.items() if value not in (None, ())]


def _value(value: object) -> str:
    if isinstance(value, tuple):
        return "\n".join(["[", *(f"  {_value(one)}," for one in value), "]"])
    return value.isoformat() if isinstance(value, date) else tomlkit.item(value).as_string()


def _append(document: TOMLDocument, name: str, texts: Sequence[str]) -> None:
    """Add tables to an array of tables, before the comments that lead to the next section."""
    if not texts:
        return
    tables = _as_tables(document, name)
    for text in texts:
        tail = _take_tail(tables[-1]) if len(tables) else []
        if len(tables):
            _give_tail(tables[-1], [items.Whitespace("\n")])
        tables.append(_table(text))
        _give_tail(tables[-1], tail)


def _as_tables(document: TOMLDocument, name: str) -> Any:
    """Return an array of tables, made of what stood in its place: nothing, or an array in brackets."""
    if not isinstance(document.get(name), items.AoT):
        inline = document.pop(name) if name in document else []
        document[name] = tables = tomlkit.aot()
        for one in inline:
            tables.append(tomlkit.item(one.unwrap()))
    return document[name]


def _table(text: str) -> items.Table:
    table = tomlkit.table()
    for key, value in tomlkit.parse(f"{text}\n").body:
        if key:
            table.raw_append(key, value)
    return table


def _take_tail(table: Any) -> list[items.Item]:
    """Take off the blank lines and comments behind a table's last key."""
    body = table.value.body
    last = max((at for at, (key, _) in enumerate(body) if key is not None), default=-1)
    tail = [item for _, item in body[last + 1 :]]
    del body[last + 1 :]
    return tail


def _give_tail(table: Any, tail: Iterable[items.Item]) -> None:
    table.value.body.extend((None, item) for item in tail)


def _footnote(document: TOMLDocument, footnote: int) -> Any:
    tables = _as_tables(document, "citations")
    return next(table for table in tables if table["footnote"] == footnote)


def _rewrite(document: TOMLDocument, citation: Citation) -> None:
    """Write a footnote's new values; keys that it has keep their place and their comments."""
    table = _footnote(document, citation.footnote)
    wanted = {key: value for key, value in _citation(citation).items() if value not in (None, ())}
    tail = _take_tail(table)
    new = tomlkit.parse("\n".join(_pairs(wanted)))
    for key in ("url", "printed", "repairs", "status"):
        if key in wanted:
            table[key] = new[key]
    table.pop("because", None)
    for key in _CITATION_KEYS:
        if key in table:
            table.add(key, table.pop(key))
    _give_tail(table, tail)


def _remark(document: TOMLDocument, footnote: int, note: str) -> None:
    """Put a comment at the end of a footnote, once."""
    table = _footnote(document, footnote)
    tail = _take_tail(table)
    comment = tomlkit.comment(" ".join(note.split()))
    if comment.as_string() not in "".join(item.as_string() for item in tail):
        _give_tail(table, [comment])
    _give_tail(table, tail)

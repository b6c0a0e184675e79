"""What must hold between the keys of a dossier, and how a refusal reads.

Each rule yields refusals as `key: expected …`; keys are dotted, and a table is named by what people call
it (`zones[Guangzhou].footnote`, `citations[5].url`).
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches

from pydantic import BaseModel, ValidationError

from monitor.dossier_model import Refiling, Status
from monitor.dossier_schema import TABLES, CitationTable, DossierTable
from monitor.refilings import problem

_NAMES = ("en", "name", "footnote", "from")


def explain(error: ValidationError, data: Mapping[str, object]) -> str:
    """Say the first thing that pydantic found wrong in `data`, and how many more there are.

    Unknown keys come first: a key misspelt is a key missing too.
    """
    first = min(error.errors(), key=lambda one: one["type"] != "extra_forbidden")
    more = error.error_count() - 1
    key = _dotted(first["loc"], data)
    rest = f" (and {more} more)" if more else ""
    if first["type"] == "extra_forbidden":
        return f"{key}: unknown key, {_nearest(first['loc'])}{rest}"
    wanted = str(first.get("ctx", {}).get("error") or _description(first["loc"]))
    found = "nothing" if first["type"] == "missing" else shown(first["input"])
    return f"{key}: expected {wanted}, found {found}{rest}"


def shown(value: object) -> str:
    """Show a value of the file in a few characters on one line."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 80 else text[:79] + "…"


def _dotted(loc: Sequence[int | str], data: object) -> str:
    key = ""
    for step in loc:
        data = _within(data, step)
        key += f"[{_label(data, step)}]" if isinstance(step, int) else f".{step}"
    return key.lstrip(".") or "the file"


def _within(data: object, step: int | str) -> object:
    if isinstance(data, Mapping):
        return data.get(step)
    return data[step] if isinstance(data, list) and isinstance(step, int) else None


def _label(item: object, index: int) -> str:
    names = [item[name] for name in _NAMES if item.get(name)] if isinstance(item, Mapping) else []
    return " ".join(str(names[0]).split()) if names else f"#{index + 1}"


def _owner(loc: Sequence[int | str]) -> tuple[type[BaseModel] | None, str]:
    names = [step for step in loc if isinstance(step, str)]
    table = TABLES.get(names[-2] if len(names) > 1 else "")
    return table, names[-1] if names else ""


def _keys(table: type[BaseModel]) -> dict[str, str]:
    return {field.alias or name: field.description or "" for name, field in table.model_fields.items()}


def _description(loc: Sequence[int | str]) -> str:
    table, key = _owner(loc)
    return _keys(table or TABLES[""]).get(key if table else str(loc[0]), "another value")


def _nearest(loc: Sequence[int | str]) -> str:
    table, key = _owner(loc)
    keys = sorted(_keys(table or TABLES[""]))
    close = get_close_matches(key, keys, n=1)
    return f'expected "{close[0]}"' if close else f"expected one of {', '.join(keys)}"


def refusals(table: DossierTable) -> Iterator[str]:
    """Yield what is wrong between the keys of a table that is right key by key."""
    yield from _twice("zones", "zh", (zone.zh for zone in table.zones))
    yield from _twice("zones", "en", (zone.en for zone in table.zones))
    yield from _twice("citations", "footnote", (citation.footnote for citation in table.citations))
    yield from _twice("lists", "name", (source.name for source in table.lists))
    yield from _twice("searches", "name", (search.name for search in table.searches))
    yield from _zones(table)
    for citation in table.citations:
        yield from (f"citations[{citation.footnote}].{why}" for why in _citation(citation, table))
    yield from _off(table)
    yield from _pace(table)
    for refiling in table.refilings:
        why = problem(Refiling(refiling.old, tuple(refiling.new)))
        yield from [f"refilings[{refiling.old}]: expected {why}"] if why else []


def _twice(tables: str, key: str, values: Iterable[str | int]) -> Iterator[str]:
    for value, times in Counter(values).items():
        if times > 1:
            yield f"{tables}[{value}].{key}: expected each {key} once, found {shown(value)} {times} times"


def _zones(table: DossierTable) -> Iterator[str]:
    cited = {citation.footnote: citation for citation in table.citations}
    for zone in table.zones:
        key = f"zones[{zone.en}]"
        if zone.footnote not in cited:
            yield f"{key}.footnote: expected the footnote of a citation in this file, found {zone.footnote}"
        elif cited[zone.footnote].zone not in (None, zone.zh):
            yield (
                f"{key}.footnote: expected a citation for {zone.zh}, "
                f"found {zone.footnote}, which is for {cited[zone.footnote].zone}"
            )
        for at, strength in enumerate(zone.strengths):
            if not (strength.en or strength.zh):
                yield f"{key}.strengths[#{at + 1}]: expected en or zh or both, found neither"


def status_of(citation: CitationTable) -> Status:
    """Return the status that address and repairs amount to."""
    if citation.url is None:
        return "unresolved"
    return "repaired" if citation.repairs else "intact"


def _citation(citation: CitationTable, table: DossierTable) -> Iterator[str]:
    status = status_of(citation)
    if citation.zone and citation.zone not in {zone.zh for zone in table.zones}:
        yield f"for: expected the Chinese name of a zone in this file, found {shown(citation.zone)}"
    if citation.status not in (None, status):
        because = {
            "unresolved": "it has no url",
            "repaired": "it lists repairs",
            "intact": "it lists no repairs",
        }
        yield f'status: expected "{status}" ({because[status]}), found "{citation.status}"'
    if not (citation.printed or citation.url):
        yield "printed: expected the address as printed, or a url, found neither"
    if status == "unresolved" and not citation.because:
        yield "because: expected why it is unresolved, found nothing"
    if status == "intact" and citation.printed not in (None, citation.url):
        yield "repairs: expected how the printed address became the url, found nothing"


def _pace(table: DossierTable) -> Iterator[str]:
    for source in table.lists:
        if source.rarest and source.rarest < source.interval:
            yield f"lists[{source.name}].rarest: expected a time no shorter than the interval"
        if source.mornings and source.mornings >= source.interval:
            yield f"lists[{source.name}].mornings: expected a time shorter than the interval"


def _off(table: DossierTable) -> Iterator[str]:
    if not (table.enabled or table.because):
        yield "because: expected why the dossier is off, found nothing"
    for source in table.lists:
        if not (source.enabled or source.because):
            yield f"lists[{source.name}].because: expected why the list is off, found nothing"
    for search in table.searches:
        if not (search.enabled or search.because):
            yield f"searches[{search.name}].because: expected why the search is off, found nothing"

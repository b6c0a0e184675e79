"""What the commands print for people: tables aligned by columns on the screen, findings, changes."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from rich.cells import cell_len

from monitor.model import Finding
from reports.clean import clean

READ = (
    "title",
    "published",
    "signed",
    "document_number",
    "issuer",
    "addressee",
    "index_number",
    "source",
)


def table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Lay cells out in columns; a Chinese character is two columns wide."""
    cells = [[clean(cell) for cell in row] for row in rows]
    heads = [column.replace("_", " ") for column in columns]
    widths = [max(map(cell_len, column)) for column in zip(heads, *cells, strict=True)]
    for row in (heads, *cells):
        yield "  ".join(
            cell + " " * (width - cell_len(cell)) for cell, width in zip(row, widths, strict=True)
        ).rstrip()


def finding_lines(found: Iterable[Finding]) -> Iterator[str]:
    """Print findings, each with its reasons."""
    for finding in found:
        draft = finding.draft
        where = f" {draft.zone.en} ({draft.zone.zh})" if draft.zone else ""
        state = "" if finding.state.value == "open" else f" [{finding.state.value}]"
        yield clean(f"F{finding.id} {draft.kind.value}{where}{state}: {draft.title}")
        yield clean(f"    {draft.url}")
        for reason in draft.because:
            yield clean(f"    {reason}")


def reading_lines(document: Mapping[str, Any], *, explain: bool) -> Iterator[str]:
    """Print what `parse` read."""
    kind = document["kind"]
    if kind in ("refused", "unreadable"):
        yield clean(f"{kind}: {document['because']}")
    elif kind == "listing":
        yield from table(
            ("published", "title", "url"),
            [[str(row["published"] or ""), row["title"], row["url"]] for row in document["entries"]],
        )
        yield f"next page: {document['next'] or 'none'}"
    else:
        yield from _notice_lines(document, explain=explain)


def _notice_lines(document: Mapping[str, Any], *, explain: bool) -> Iterator[str]:
    fields = document["fields"]
    for name in READ:
        where = f"  <- {fields[name]['from']}" if explain and name in fields else ""
        yield clean(f"{name.replace('_', ' ') + ':':<17}{document[name] or '-'}{where}")
    yield f"{'layout:':<17}{document['layout']}"
    for attachment in document["attachments"]:
        yield clean(f"{'attachment:':<17}{attachment['text']} {attachment['url']}")
    for warning in document["warnings"]:
        yield clean(f"{'warning:':<17}{warning}")
    yield ""
    yield from map(clean, document["text"].splitlines())


def citation_lines(document: Mapping[str, Any]) -> Iterator[str]:
    """Print what `cite` read."""
    rows = [
        [str(one["footnote"]), one["status"], one["url"] or f"{one['printed']} ({one['because']})"]
        for one in document["citations"]
    ]
    yield from table(("footnote", "status", "address"), rows)
    yield ""
    places = [
        [one["zone"]["en"], one["created"] or "", one["announced"] or "", str(one["footnote"])]
        for one in document["zones"]
    ]
    yield from table(("zone", "created", "announced", "footnote"), places)

"""The period's sheet: one row a source, its first against its last snapshot, what asks for eyes first.

After the weekly sheets with which the analysts of EDGI triage the changes of the pages that they watch. The
machine's priority and the person's judgement are two fields, and neither changes the other. Pure.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256

from monitor.dossier import Dossier
from monitor.model import Finding, Role, Source
from monitor.spans import Judgement, Span
from reports.differences import Differences, differences
from reports.model import Piece
from reports.priority import Part, TermChange, parts, term_changes
from scraper.addresses import match_key
from scraper.model import Listing, Notice


@dataclass(frozen=True, slots=True)
class SheetView:
    """All that a sheet is made of, gathered by whoever has the store; mappings are keyed by source id.

    `findings` are those raised in the period; `judgements` are keyed by row (`Span.row`).
    """

    dossier: Dossier
    sources: tuple[Source, ...]
    spans: Mapping[str, Span]
    findings: tuple[Finding, ...]
    judgements: Mapping[str, Judgement]


@dataclass(frozen=True, slots=True)
class Line:
    """A row: one source in the period.

    `found` are the differences of its two snapshots, None where they are one and the same, or one is
    missing. `unlisted` says that the page's link was on a list when the period began and is gone.
    """

    id: str
    source: Source
    span: Span
    title: str
    found: Differences | None
    terms: tuple[TermChange, ...]
    unlisted: bool
    parts: tuple[Part, ...]
    findings: tuple[int, ...]
    judgement: Judgement | None

    @property
    def priority(self) -> int:
        """The sum of the parts."""
        return sum(part.points for part in self.parts)

    @property
    def url(self) -> str:
        """Where the source was last seen, else where it is looked for."""
        return self.span.last.url if self.span.last else self.source.url


@dataclass(frozen=True, slots=True)
class Block:
    """Rows whose differences are the same, word for word; most blocks have one row."""

    number: int
    lines: tuple[Line, ...]

    @property
    def priority(self) -> int:
        """That of its heaviest row."""
        return max(line.priority for line in self.lines)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A dossier's sheet of a period: its rows in blocks, those first that ask for eyes."""

    dossier: str
    title: str
    since: datetime
    until: datetime
    blocks: tuple[Block, ...]

    @property
    def lines(self) -> tuple[Line, ...]:
        """Every row, in order."""
        return tuple(line for block in self.blocks for line in block.lines)

    @property
    def quiet(self) -> int:
        """Rows to which nothing happened."""
        return sum(not line.parts for line in self.lines)


def sheet(view: SheetView, *, since: datetime, until: datetime) -> Sheet:
    """Make the sheet of the period after `since` up to `until`; both are aware."""
    terms, gone = key_terms(view.dossier), frozenset(_gone_from_lists(view))
    lines = [_line(view, source, terms, gone) for source in view.sources if source.id in view.spans]
    blocks = sorted(_blocks(lines), key=lambda same: (-max(one.priority for one in same), same[0].source.id))
    return Sheet(
        dossier=view.dossier.id,
        title=view.dossier.title,
        since=since,
        until=until,
        blocks=tuple(Block(number, tuple(same)) for number, same in enumerate(blocks, 1)),
    )


def key_terms(dossier: Dossier) -> tuple[str, ...]:
    """Give the Chinese terms that the dossier turns on: its phrase, its zones and their strengths."""
    strengths = (one.zh for zone in dossier.zones for one in zone.strengths if one.zh)
    glossed = (zh for zh, _ in dossier.glossary)
    names = (zone.zh for zone in dossier.zones)
    return tuple(dict.fromkeys((dossier.recognition.phrase, *names, *strengths, *glossed)))


def unlisted(before: Listing, after: Listing) -> frozenset[str]:
    """Give the links (`match_key`) that stood on a list and are gone, though it still reaches back so far.

    What merely rolled off the end of a list is not gone from it.
    """
    there = {match_key(entry.url) for entry in after.entries}
    days: list[date] = [entry.published for entry in after.entries if entry.published]
    oldest = min(days, default=date.min)
    gone = (entry for entry in before.entries if entry.published is None or entry.published >= oldest)
    return frozenset(key for entry in gone if (key := match_key(entry.url)) not in there)


def _line(view: SheetView, source: Source, terms: Sequence[str], gone: frozenset[str]) -> Line:
    span = view.spans[source.id]
    found = _found(span)
    pair = (span.first, span.last) if found and span.first and span.last else None
    changes = term_changes(terms, pair[0].reading, pair[1].reading) if pair else ()
    addresses = {source.url, *([span.last.url] if span.last else [])}
    missing = source.role is not Role.LISTING and any(match_key(url) in gone for url in addresses)
    return Line(
        id=span.row,
        source=source,
        span=span,
        title=_title(source, span),
        found=found,
        terms=changes,
        unlisted=missing,
        parts=parts(span, found, changes, unlisted=missing),
        findings=tuple(one.id for one in view.findings if one.draft.subject == source.id),
        judgement=view.judgements.get(span.row),
    )


def _found(span: Span) -> Differences | None:
    if span.first is None or span.last is None or span.first.id == span.last.id:
        return None
    try:
        return differences(span.first.reading, span.last.reading)
    except ValueError:  # a list that became a document: there is nothing to lay side by side
        return None


def _title(source: Source, span: Span) -> str:
    reading = span.last.reading if span.last else None
    return (reading.title if isinstance(reading, Notice) else None) or source.title or ""


def _gone_from_lists(view: SheetView) -> Iterator[str]:
    for span in view.spans.values():
        first, last = (one.reading if one else None for one in (span.first, span.last))
        if isinstance(first, Listing) and isinstance(last, Listing):
            yield from unlisted(first, last)


def _blocks(lines: Sequence[Line]) -> Iterable[list[Line]]:
    """Put rows together whose differences are the same, word for word; each other row stands alone."""
    found: dict[str, list[Line]] = {}
    for line in sorted(lines, key=lambda line: (-line.priority, line.source.id)):
        found.setdefault(_fingerprint(line), []).append(line)
    return found.values()


def _fingerprint(line: Line) -> str:
    if line.found is None or line.found.weight.nothing:
        return line.id
    changed = [
        *((one.label, piece.op, piece.text) for one in line.found.fields for piece in one.pieces),
        *(
            (row.kind, piece.op, piece.text)
            for row in line.found.rows
            if row.kind != "same"
            for piece in row.pieces
        ),
        *((one.place, piece.op, piece.text) for one in line.found.files for piece in one.pieces),
    ]
    edits = [one for one in changed if one[1] != "equal"] or changed
    return sha256(repr(edits).encode("utf-8", "surrogatepass")).hexdigest()


def _edits(pieces: Sequence[Piece]) -> list[tuple[str, str]]:
    """Leave out what stayed, unless nothing else is there (a paragraph that moved)."""
    every: list[tuple[str, str]] = [(piece.op, piece.text) for piece in pieces]
    return [one for one in every if one[0] != "equal"] or every

"""From the store to a period's sheet, and from a filled-in sheet back to the store."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from monitor.spans import Judgement
from reports.json_ import instant
from reports.sheet import Sheet, SheetView, sheet
from reports.sheet_back import Filled, SheetError, read
from reports.words import counted
from scheduler.due import known_sources
from storage.store import Store
from zonewatch.errors import ZonewatchError

if TYPE_CHECKING:
    from monitor.dossier import Dossier

WEEK: Final = timedelta(days=7)


def sheet_of(
    dossier: "Dossier", store: Store, *, since: datetime | None, until: datetime, quiet: bool = True
) -> Sheet:
    """Make a dossier's sheet of the period after `since` (None: a week before its end) up to `until`.

    Without `quiet` rows to which nothing happened have the title of their source, not that of their page.
    Raises ZonewatchError for a period that ends before it begins.
    """
    begins = since or until - WEEK
    if begins >= until:
        raise ZonewatchError(f"the period begins at {instant(begins)}, after its end at {instant(until)}")
    sources = known_sources(dossier, store)
    names = [source.id for source in sources]
    raised = store.findings(dossier=dossier.id, open_only=False, since=begins)
    view = SheetView(
        dossier=dossier,
        sources=sources,
        spans=store.spans(names, since=begins, until=until, quiet=quiet),
        findings=tuple(one for one in raised if one.raised <= until),
        judgements=store.judgements(names),
    )
    return sheet(view, since=begins, until=until)


@dataclass(frozen=True, slots=True)
class Back:
    """What came of a filled-in sheet: rows taken, rows that said what was known, and conflicts."""

    taken: tuple[str, ...]
    unchanged: int
    conflicts: tuple[str, ...]

    @property
    def told(self) -> str:
        """The outcome in a sentence."""
        parts = [f"{counted(len(self.taken), 'row')} taken"]
        parts += [f"{self.unchanged:,} said what was known"] if self.unchanged else []
        parts += [counted(len(self.conflicts), "conflict")] if self.conflicts else []
        return f"{', '.join(parts)}."


def bring_back(path: Path, store: Store, *, now: datetime, overwrite: bool) -> Back:
    """Keep what a filled-in sheet says, in one transaction; conflicts are named and left out.

    Raises ZonewatchError for a file that cannot be read or is no sheet.
    """
    try:
        rows = read(path.read_bytes())
    except OSError as error:
        raise ZonewatchError(f"{path}: cannot be read: {error.strerror}") from error
    except SheetError as error:
        raise ZonewatchError(f"{path}: {error}") from error
    return take_back(rows, store, now=now, overwrite=overwrite)


def take_back(rows: Sequence[Filled], store: Store, *, now: datetime, overwrite: bool = False) -> Back:
    """Keep what the rows say, in one transaction; conflicts are named and left out."""
    known = store.judgements()
    conflicts: list[str] = []
    said: dict[str, Filled] = {}
    unchanged = 0
    for filled in rows:
        row = filled.row or next(filter(None, map(store.row_of_finding, filled.findings)), "")
        before = known.get(row)
        problems = [
            *filled.wrong,
            *_misplaced(filled, row, store),
            *_twice(filled, said.get(row)),
            *([] if overwrite else _meanwhile(filled, before)),
        ]
        if problems:
            conflicts.append(f"line {filled.line} ({row or 'no row'}): {'; '.join(problems)}")
        elif filled.judgement.same_as(before):
            unchanged += 1
        else:
            said[row] = filled
    store.judge({row: filled.judgement for row, filled in said.items()}, now=now)
    return Back(tuple(said), unchanged, tuple(conflicts))


def _misplaced(filled: Filled, row: str, store: Store) -> Iterator[str]:
    """Say what keeps a line from being of a source here."""
    if not row:
        yield "has neither a row nor a finding that is known here"
        return
    source = store.source_of_row(row)
    if source is None:
        yield "is no row of this database; was the sheet exported from another one?"
        return
    for number in filled.findings:
        finding = store.finding(number)
        if finding is None or finding.draft.subject != source:
            yield f"F{number} is {f'of {finding.draft.subject}' if finding else 'not known'}, not of {source}"


def _twice(filled: Filled, other: Filled | None) -> Iterator[str]:
    if other and not other.judgement.same_as(filled.judgement):
        yield f"line {other.line} says otherwise of the same row"


def _meanwhile(filled: Filled, before: Judgement | None) -> Iterator[str]:
    """Say what was judged since the sheet was exported, if it is another thing than the file says."""
    decided = instant(before.decided) if before else None
    if (decided or "") != filled.judged and not filled.judgement.same_as(before):
        stands = _told(before) if before else "nothing (it was taken back)"
        yield f"says {_told(filled.judgement)}, and here stands {stands} since; --overwrite lets the file win"


def _told(judgement: Judgement) -> str:
    said = (judgement.verdict, judgement.importance, judgement.note and f"“{judgement.note}”")
    when = f" of {instant(judgement.decided)}" if judgement.decided else ""
    return (", ".join(filter(None, said)) or "nothing") + when

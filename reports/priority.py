"""How much a row of the sheet asks for a person's eyes: a sum whose every part is told.

The measures are those by which EDGI's web monitoring sorts its weekly sheets: how much of the text changed,
the longest change, links, key terms, and pages that turned from seen to unseen. The points are ours.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from monitor.paragraphs import folded
from monitor.spans import Span
from reports.differences import Differences
from reports.words import counted, outcome
from scraper.model import GOOD_KINDS, Listing, Notice, Reading

TEXT, EDITED = 40, 5
"""Points for a text that changed from end to end, and at least for one that changed at all."""
LONGEST = 20
"""Most points for the longest change; each 5 characters are one, a sentence has about 40."""
FIELD, FIELDS = 5, 15
"""Points for a header field, and at most for all."""
LINK, LINKS = 3, 9
"""Points for an attachment or a row of a list that came, went or was renamed, and at most for all."""
TERM, TERMS = 2, 20
"""Points for each time more or less that a key term stands in the text, and at most for all."""
MOVED, MOVES = 1, 5
"""Points for a paragraph that stands elsewhere, and at most for all."""
LOST, BACK = 25, 10
"""Points for a page that could be seen and cannot be now, and for one that can be again."""
UNLISTED = 15
"""Points for a page whose link is gone from its list."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a priority, and what it is for."""

    points: int
    why: str


@dataclass(frozen=True, slots=True)
class TermChange:
    """A key term that stands more often (`by` > 0) or less often in a text than before."""

    term: str
    by: int

    @property
    def shown(self) -> str:
        """The term with its number: `人工智能 +2`, `试点 −1`."""
        return f"{self.term} {'+' if self.by > 0 else '−'}{abs(self.by)}"


def parts(
    span: Span, found: Differences | None, terms: Sequence[TermChange], *, unlisted: bool
) -> tuple[Part, ...]:
    """Give the parts of a row's priority, the heaviest first; none where nothing happened."""
    changed = _changed(found) if found and found.fields else _listed(found) if found else ()
    every = (*changed, *_terms(terms), *_sight(span), *_list(unlisted))
    return tuple(sorted((part for part in every if part.points), key=lambda part: -part.points))


def _changed(found: Differences) -> Iterator[Part]:
    weight = found.weight
    if weight.gone or weight.come:
        yield Part(max(EDITED, round(TEXT * weight.share)), f"{_percent(weight.share)} of the text changed")
        longest = counted(weight.longest, "character")
        yield Part(min(LONGEST, weight.longest // 5), f"the longest change has {longest}")
    fields = [one.label for one in found.fields if one.changed]
    yield Part(min(FIELDS, FIELD * len(fields)), f"changed in the header: {', '.join(fields)}")
    yield Part(min(LINKS, LINK * weight.files), f"{counted(weight.files, 'attachment')} changed")
    moved = counted(weight.moved, "paragraph")
    yield Part(min(MOVES, MOVED * weight.moved), f"{moved} moved")


def _listed(found: Differences) -> Iterator[Part]:
    """Weigh a list by its rows: that they come and go is what lists are for."""
    came, went, edited = (sum(row.kind == kind for row in found.rows) for kind in ("come", "gone", "edited"))
    told = [
        f"{count} {what}" for count, what in ((came, "came"), (went, "went"), (edited, "changed")) if count
    ]
    yield Part(min(LINKS, LINK * (came + went + edited)), f"rows of the list: {', '.join(told)}")


def _percent(share: float) -> str:
    return "less than 1%" if share < 0.01 else f"{share:.0%}"


def _terms(terms: Sequence[TermChange]) -> Iterator[Part]:
    times = sum(abs(one.by) for one in terms)
    yield Part(min(TERMS, TERM * times), f"key terms: {', '.join(one.shown for one in terms)}")


def _sight(span: Span) -> Iterator[Part]:
    seen = span.last_outcome in GOOD_KINDS
    if span.last_outcome is None or not span.visits:
        return
    if span.seen_before is not False and not seen and (span.seen_before or span.good):
        yield Part(LOST, f"was seen, and now: {outcome(span.last_outcome.value)}")
    elif span.seen_before is False and seen:
        yield Part(BACK, "could not be seen, and can be again")


def _list(unlisted: bool) -> Iterator[Part]:
    if unlisted:
        yield Part(UNLISTED, "its link is gone from its list")


def term_changes(terms: Iterable[str], before: Reading, after: Reading) -> tuple[TermChange, ...]:
    """Count each key term before and after; what stands as often as before is left out."""
    old, new = folded(_text(before)), folded(_text(after))
    counts: Mapping[str, int] = {term: new.count(folded(term)) - old.count(folded(term)) for term in terms}
    changed = [TermChange(term, by) for term, by in counts.items() if by]
    return tuple(sorted(changed, key=lambda one: (-abs(one.by), one.term)))


def _text(reading: Reading) -> str:
    if isinstance(reading, Notice):
        return f"{reading.title or ''}\n{reading.text}"
    return "\n".join(entry.title for entry in reading.entries) if isinstance(reading, Listing) else ""

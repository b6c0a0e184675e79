"""What is told of archived copies: as lines for people and as documents for programs."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import date

    from monitor.gate import Known
    from monitor.model import Source
    from scheduler.archives import Search, Tried
    from storage.store import Copy


@dataclass(frozen=True, slots=True)
class Wanted:
    """A citation's page: its source, where it is followed now, what is known of it, the day it was cited."""

    source: "Source"
    url: str
    known: "Known"
    cited: "date"


def document(
    wanted: Wanted, memento: str | None, looked_at: Sequence[Any], troubles: Sequence[str] = ()
) -> dict[str, Any]:
    """Give what was asked, the memento offered, and what was looked at, as one object."""
    return {
        "source": wanted.source.id,
        "url": wanted.source.url,
        "cited": wanted.cited.isoformat(),
        "memento": memento,
        "looked_at": list(looked_at),
        "troubles": list(troubles),
    }


def remembered_row(copy: "Copy") -> dict[str, Any]:
    """Give a copy that was found before as one object."""
    from reports.json_ import instant

    return {
        "memento": copy.url,
        "at": instant(copy.captured),
        "archive": copy.archive,
        "outcome": "good",
        "rule": "remembered",
        "title": copy.title,
        "is_the_page": True,
    }


def remembered_lines(copy: "Copy") -> Iterator[str]:
    """Print a copy that was found before, and when."""
    from reports.clean import clean

    yield clean(copy.url)
    yield clean(f"  captured {copy.captured:%Y-%m-%d %H:%M} UTC ({copy.archive}), the notice: {copy.title}")
    yield f"  found on {copy.looked_at:%Y-%m-%d}; `--again` asks the archives anew"


def as_document(wanted: Wanted, found: "Search") -> dict[str, Any]:
    """Give a search as one object."""
    offered = found.offered.url if found.offered else None
    return document(wanted, offered, [tried_row(one) for one in found.tried], found.troubles)


def tried_row(tried: "Tried") -> dict[str, Any]:
    """Give a memento that was looked at as one object."""
    from reports.json_ import instant

    return {
        "memento": tried.memento.url,
        "at": instant(tried.memento.at),
        "archive": tried.memento.source,
        "outcome": tried.outcome.kind.value,
        "rule": tried.outcome.rule,
        "title": tried.notice.title if tried.notice else None,
        "is_the_page": tried.is_the_page,
    }


def found_lines(found: "Search") -> Iterator[str]:
    """Print a search: what is offered first, then what was passed over, and why."""
    for tried in sorted(found.tried, key=lambda one: not one.is_the_page):
        yield from tried_lines(tried)
    if found.offered is None:
        yield "nothing that is the notice was found in an archive"


def tried_lines(tried: "Tried") -> Iterator[str]:
    """Print a memento: its address, when it was captured, and what it is."""
    from reports.clean import clean

    outcome = tried.outcome
    said = tried.notice.title if tried.notice else f"{outcome.kind.value}, {outcome.rule} {outcome.detail}"
    verdict = "the notice" if tried.is_the_page else "not the notice"
    yield clean(tried.memento.url)
    yield clean(
        f"  captured {tried.memento.at:%Y-%m-%d %H:%M} UTC ({tried.memento.source}), {verdict}: {said}"
    )

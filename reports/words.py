"""The English of the reports, in one place: headings, states, numbers, times."""

from collections.abc import Sequence
from datetime import UTC, date, datetime

from monitor.model import FindingKind, ReviewState, State
from scraper.chinese import BEIJING

NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")

HEADINGS = {
    FindingKind.NEW_ZONE: "New zones",
    FindingKind.SUPERSEDED: "Superseded documents",
    FindingKind.LINK_DEAD: "Dead links",
    FindingKind.COVERAGE_GAP: "Gaps in coverage",
    FindingKind.LAYOUT_BROKE: "Pages that no longer fit their layout",
    FindingKind.ZONE_MENTIONED: "Possible zones, only mentioned so far",
    FindingKind.CITATION_RESOLVED: "Citations resolved",
    FindingKind.CLAIM_CONTRADICTED: "Claims contradicted",
    FindingKind.CLAIM_LOST: "Claims no longer confirmed",
    FindingKind.EDITED: "Notices edited",
    FindingKind.MOVED: "Pages moved",
    FindingKind.LINK_SUSPECTED: "Links suspected dead",
    FindingKind.CANNOT_SEE: "Pages that cannot be seen",
    FindingKind.NEW_NOTICE: "New notices",
    FindingKind.LINK_RECOVERED: "Links recovered",
}
"""Every kind with its heading, the heaviest first."""

NEWS = {
    FindingKind.SUPERSEDED: ("cited document was superseded", "cited documents were superseded"),
    FindingKind.LINK_DEAD: ("{page} is dead", "{page}s are dead"),
    FindingKind.COVERAGE_GAP: ("list has a gap", "lists have a gap"),
    FindingKind.LAYOUT_BROKE: ("page no longer fits its layout", "pages no longer fit their layout"),
    FindingKind.ZONE_MENTIONED: ("possible zone was mentioned", "possible zones were mentioned"),
    FindingKind.CITATION_RESOLVED: ("citation was resolved", "citations were resolved"),
    FindingKind.CLAIM_CONTRADICTED: ("claim was contradicted", "claims were contradicted"),
    FindingKind.CLAIM_LOST: ("claim is no longer confirmed", "claims are no longer confirmed"),
    FindingKind.EDITED: ("notice was edited", "notices were edited"),
    FindingKind.MOVED: ("{page} moved", "{page}s moved"),
    FindingKind.LINK_SUSPECTED: ("{page} is suspected dead", "{page}s are suspected dead"),
    FindingKind.CANNOT_SEE: ("{page} cannot be seen", "{page}s cannot be seen"),
    FindingKind.NEW_NOTICE: ("new notice was listed", "new notices were listed"),
    FindingKind.LINK_RECOVERED: ("{page} recovered", "{page}s recovered"),
}
"""What a verdict says of one and of several findings; `{page}` is `citation` where all of them are."""

STATES = {
    State.UNKNOWN: "not looked at yet",
    State.ALIVE: "works",
    State.MOVED: "works at a new address",
    State.FAILING: "failing",
    State.UNSTABLE: "unstable",
    State.SUSPECTED: "suspected dead",
    State.DEAD: "dead",
    State.UNSEEN: "cannot be seen",
}

UNRESOLVED = "unresolved"

REVIEW = {
    ReviewState.OPEN: "waits for review",
    ReviewState.ACCEPTED: "accepted",
    ReviewState.DISMISSED: "dismissed",
}


def state(of: State | None) -> str:
    """Name a link's state; None is a citation whose address is not known."""
    return STATES[of] if of else UNRESOLVED


def number(count: int) -> str:
    """Write a count as a sentence does: in words up to ten."""
    return NUMBERS[count] if count < len(NUMBERS) else f"{count:,}"


def counted(count: int, noun: str, plural: str | None = None) -> str:
    """Write a count in digits with its noun: `1 pass`, `3 passes`."""
    return f"{count:,} {noun if count == 1 else plural or noun + 's'}"


def joined(parts: Sequence[str]) -> str:
    """Join words as a sentence does: `a, b and c`."""
    return " and ".join((", ".join(parts[:-1]), parts[-1])) if len(parts) > 1 else "".join(parts)


def capital(text: str) -> str:
    """Begin a sentence."""
    return text[:1].upper() + text[1:]


def moment(at: datetime | None) -> str:
    """Write a time for people: `2020-09-04 12:00 Beijing (04:00 UTC)`; a dash for none.

    The UTC day is named where it is not Beijing's.
    """
    if at is None:
        return "–"
    there, here = at.astimezone(BEIJING), at.astimezone(UTC)
    utc = f"{here:%H:%M}" if there.date() == here.date() else f"{here:%Y-%m-%d %H:%M}"
    return f"{there:%Y-%m-%d %H:%M} Beijing ({utc} UTC)"


def day_of(at: datetime | None) -> str:
    """Write the Beijing day of a time; a dash for none."""
    return f"{at.astimezone(BEIJING):%Y-%m-%d}" if at else "–"


def day(on: date | None) -> str:
    """Write a day; a dash for none."""
    return on.isoformat() if on else "–"


def lag(days: int | None) -> str:
    """Write the days between signing and publication; a dash where one of them is not known."""
    return "–" if days is None else "same day" if days == 0 else counted(days, "day")


def outcome(kind: str) -> str:
    """Name an outcome of a visit: `not modified` for `not_modified`."""
    return kind.replace("_", " ")

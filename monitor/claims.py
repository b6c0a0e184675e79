"""Claims: what the dossier says of each zone, held against the pages that should say the same.

A claim is checked against the page that the zone's footnote cites, and against the zone's letter where
that is another page. A page that says otherwise contradicts it; one that is silent does not. What stands
in English only cannot be checked until the glossary gives its Chinese. Pure.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from monitor.dossier_model import Strength, Zone
from monitor.paragraphs import folded
from monitor.printed_days import published_in, signed_in
from scraper.model import Notice


class What(StrEnum):
    """What is claimed of a zone."""

    CREATED = "created"
    """the day on which its letter was signed"""
    ANNOUNCED = "announced"
    """the day on which it was made public"""
    STRENGTH = "strength"


class Page(StrEnum):
    """Which page a claim is held against."""

    CITED = "cited"
    LETTER = "letter"


class Result(StrEnum):
    """What a page says of a claim."""

    CONFIRMED = "confirmed"
    CONTRADICTED = "contradicted"
    NOT_FOUND = "not_found"
    NOT_CHECKABLE = "not_checkable"
    """in English only, or of a page that is no document"""
    CANNOT_BE_SEEN = "cannot_be_seen"
    """no good visit has ever read the page"""


@dataclass(frozen=True, slots=True)
class Claim:
    """One thing that the dossier says of a zone: `value` as a translation prints it, a day in ISO.

    `zone` is the Chinese name; `zh` is a strength's Chinese term, None where only English is known.
    """

    zone: str
    what: What
    value: str
    zh: str | None = None

    @property
    def name(self) -> str:
        """Name the claim within its dossier: `北京 announced`, `合肥 strength 智能语音`."""
        words = (self.zone, self.what.value, (self.zh or self.value) if self.what is What.STRENGTH else "")
        return " ".join(filter(None, words))


@dataclass(frozen=True, slots=True)
class Check:
    """What one page says of one claim.

    `said` is what it says instead, or of a confirmed day the day. `source`, `url`, `snapshot` and `visit`
    tell where that was read; the last three are None where no page was.
    """

    claim: Claim
    page: Page
    result: Result
    said: str | None = None
    source: str | None = None
    url: str | None = None
    snapshot: int | None = None
    visit: int | None = None


def claims_of(zone: Zone, glossary: Iterable[tuple[str, str]]) -> tuple[Claim, ...]:
    """List what is claimed of a zone: its days, then its strengths in the dossier's order.

    In: the zone, and the dossier's pairs of Chinese and English. A strength without a Chinese term gets
    the glossary's where its English is an entry, letter case aside.
    """
    chinese = {en.casefold(): zh for zh, en in glossary}
    days = ((What.CREATED, zone.created), (What.ANNOUNCED, zone.announced))
    return (
        *(Claim(zone.zh, what, day.isoformat()) for what, day in days if day),
        *(Claim(zone.zh, What.STRENGTH, one.en, _term(one, chinese)) for one in zone.strengths),
    )


def _term(strength: Strength, chinese: Mapping[str, str]) -> str | None:
    return strength.zh or chinese.get(strength.en.casefold())


def check(claim: Claim, notice: Notice, page: Page, *, is_letter: bool = False) -> Check:
    """Hold one claim against one page.

    In: the claim, what was read of the page, which page it is, and whether it is the zone's letter itself
    (a cited page may be it or a report of it). A day counts as confirmed where the header, the signature
    or a sentence about signing or publishing gives it. A letter's other day contradicts the claim; a page
    that only reports, or repeats the letter elsewhere, contradicts an announcement only by an *earlier*
    day: that it appeared later says nothing of the first time.
    """
    if claim.what is What.STRENGTH:
        return _strength(claim, notice, page)
    claimed = date.fromisoformat(claim.value)
    printed = signed_in(notice) if claim.what is What.CREATED else published_in(notice)
    if claimed in printed.days:
        return Check(claim, page, Result.CONFIRMED, claim.value)
    other = printed.said
    if other is None:
        return Check(claim, page, Result.NOT_FOUND)
    own = page is Page.CITED and is_letter
    against = claim.what is What.CREATED or own or other < claimed
    return Check(claim, page, Result.CONTRADICTED if against else Result.NOT_FOUND, other.isoformat())


def _strength(claim: Claim, notice: Notice, page: Page) -> Check:
    if claim.zh is None:
        return Check(claim, page, Result.NOT_CHECKABLE)
    stands = folded(claim.zh) in folded(f"{notice.title or ''}\n{notice.text}")
    return Check(claim, page, Result.CONFIRMED if stands else Result.NOT_FOUND)


def is_in_text(claim: Claim, notice: Notice) -> bool:
    """Tell whether a page's own words say a claim, whatever its header shows.

    A header belongs to the site's template and goes with it; the words of the text do not.
    """
    if claim.what is What.STRENGTH:
        return _strength(claim, notice, Page.CITED).result is Result.CONFIRMED
    read = signed_in(notice) if claim.what is What.CREATED else published_in(notice)
    return date.fromisoformat(claim.value) in read.in_text


def was_lost(claim: Claim, before: Notice, after: Notice) -> bool:
    """Tell whether a page that confirmed a claim no longer does, for another reason than its template.

    What only the header gave counts as lost only where the template is still the same.
    """
    if not _confirms(claim, before) or check(claim, after, Page.CITED).result is not Result.NOT_FOUND:
        return False
    return before.layout == after.layout or is_in_text(claim, before)


def _confirms(claim: Claim, notice: Notice) -> bool:
    return check(claim, notice, Page.CITED).result is Result.CONFIRMED

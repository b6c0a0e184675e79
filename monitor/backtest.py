"""A history judged: which zones were found and when, which were missed, which alarms were false.

The truth is what the history itself holds: every page that classifies as a new zone against the dossier's
own baseline, from the first day on which it stands. What is judged is the watching, from lists to findings;
how well titles are told apart is measured elsewhere. A truth from outside may take its place.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date

from monitor.dossier import Dossier, Goal, baseline
from monitor.model import Finding, FindingKind, Place
from monitor.zones import Evidence, VerdictKind, classify, same_place
from scraper.chinese import BEIJING
from scraper.model import Notice


@dataclass(frozen=True, slots=True)
class Truth:
    """A zone that a history holds; `stands` is the first day on which its letter can be read."""

    place: Place
    stands: date
    published: date | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A zone that was raised; `passes_late` counts the days of the history that its letter stood unseen."""

    place: Place
    finding: int
    published: date | None
    found: date
    passes_late: int

    @property
    def days(self) -> int | None:
        """Days from publication to finding."""
        return (self.found - self.published).days if self.published else None


@dataclass(frozen=True, slots=True)
class FalseAlarm:
    """A new zone raised that is none, with the reasons it gave."""

    title: str
    place: Place | None
    found: date
    because: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Progress:
    """How many zones were known after the pass of a day, and which joined on it."""

    day: date
    zones: int
    joined: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a backtest came to."""

    found: tuple[Found, ...]
    missed: tuple[Truth, ...]
    false: tuple[FalseAlarm, ...]
    progress: tuple[Progress, ...]
    goal: Goal | None
    passes: int

    @property
    def late(self) -> tuple[Found, ...]:
        """Those not found on the first pass over their letter."""
        return tuple(one for one in self.found if one.passes_late)


def truths(notices: Iterable[tuple[date, Notice]], dossier: Dossier) -> tuple[Truth, ...]:
    """Return the zones that the pages of a history bring, each once, from its earliest page.

    In: every notice of the history with the day from which it stands; the dossier whose baseline they are
    compared with.
    """
    known: list[Truth] = []
    for day, notice in sorted(notices, key=lambda one: one[0]):
        for place in _brought(notice, dossier):
            if not any(_same(one.place, place) for one in known):
                known.append(Truth(place, day, notice.published, notice.url))
    return tuple(known)


def _brought(notice: Notice, dossier: Dossier) -> tuple[Place, ...]:
    evidence = Evidence(
        title=notice.title,
        url=notice.url,
        document_number=notice.document_number,
        issuer=notice.issuer,
        text=notice.text,
        addressee=notice.addressee,
    )
    verdict = classify(evidence, dossier.recognition, baseline(dossier))
    return verdict.places if verdict.verdict is VerdictKind.NEW_ZONE else ()


def judge(
    dossier: Dossier, days: Sequence[date], truth: Iterable[Truth], raised: Iterable[Finding]
) -> Verdict:
    """Compare what a replay raised with the truth.

    In: the dossier, the days of the history in order, the zones that it holds, the findings of the replay.
    What the dossier knows already, and what came after the last day, is not asked for.
    """
    known = baseline(dossier)
    expected = tuple(
        one for one in truth if one.stands <= days[-1] and not any(_same(one.place, old) for old in known)
    )
    alarms = [one for one in raised if one.draft.kind is FindingKind.NEW_ZONE]
    found = tuple(_found(expected, alarms, days))
    return Verdict(
        found=found,
        missed=tuple(one for one in expected if not any(_same(one.place, hit.place) for hit in found)),
        false=tuple(_false(one) for one in alarms if _truth(one, expected) is None),
        progress=tuple(_progress(dossier, days, found)),
        goal=dossier.goal,
        passes=len(days),
    )


def _found(expected: Sequence[Truth], alarms: Sequence[Finding], days: Sequence[date]) -> Iterator[Found]:
    for one in alarms:
        true = _truth(one, expected)
        if true:
            day = _day(one)
            late = sum(true.stands <= passed < day for passed in days)
            yield Found(true.place, one.id, true.published or one.draft.published, day, late)


def _truth(alarm: Finding, expected: Sequence[Truth]) -> Truth | None:
    place = alarm.draft.zone
    return next((one for one in expected if place and _same(one.place, place)), None)


def _false(alarm: Finding) -> FalseAlarm:
    return FalseAlarm(alarm.draft.title, alarm.draft.zone, _day(alarm), alarm.draft.because)


def _progress(dossier: Dossier, days: Sequence[date], found: Sequence[Found]) -> Iterator[Progress]:
    """Give the first day, and each on which zones joined."""
    zones = len(dossier.zones)
    for day in days:
        joined = tuple(one.place.en for one in found if one.found == day)
        zones += len(joined)
        if joined or day == days[0]:
            yield Progress(day, zones, joined)


def _same(one: Place, other: Place) -> bool:
    return same_place(one.zh, other.zh) and len({one.province, other.province} - {None}) < 2


def _day(finding: Finding) -> date:
    return finding.raised.astimezone(BEIJING).date()


def as_document(verdict: Verdict) -> dict[str, object]:
    """Return a verdict for JSON; days as ISO."""
    return {
        "passes": verdict.passes,
        "found": [
            _plain(one) | {"days": one.days, "on_time": not one.passes_late, "finding": f"F{one.finding}"}
            for one in verdict.found
        ],
        "late": len(verdict.late),
        "missed": [_plain(one) for one in verdict.missed],
        "false": [_plain(one) for one in verdict.false],
        "progress": [_plain(one) for one in verdict.progress],
        "goal": asdict(verdict.goal) if verdict.goal else None,
    }


def _plain(one: Found | Truth | FalseAlarm | Progress) -> dict[str, object]:
    return {
        "zone" if key == "place" else key: value.isoformat() if isinstance(value, date) else value
        for key, value in asdict(one).items()
    }

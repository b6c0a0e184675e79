"""Routes: which findings go to which channel, when, and in which language."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import Final, Literal, TypeAlias

from monitor.model import Finding, FindingKind, Severity
from scraper.chinese import BEIJING

Language: TypeAlias = Literal["en", "zh"]

WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
FORMS: Final = "`at once`, `daily 08:00` or `weekly monday 08:00`"
_DIGEST: Final = re.compile(r"(?:daily|weekly (?P<day>[a-z]{3,9})) (?P<hour>\d{1,2}):(?P<minute>\d{2})")


@dataclass(frozen=True, slots=True)
class Hours:
    """When a digest is made: at an hour of every day, or of one day of the week, in a time zone."""

    at: time
    weekday: int | None = None
    zone: tzinfo = BEIJING

    def last(self, now: datetime) -> datetime:
        """Return the latest hour of a digest that is not after `now`, in the zone.

        An hour that a change of the clocks leaves out is taken as the standard time would have it.
        """
        now = now.astimezone(
            UTC
        )  # times of one zone are compared by the clock on the wall, those of two are not
        today = now.astimezone(self.zone).date()
        back = (timedelta(days=days) for days in range(9))
        hours = (datetime.combine(today - step, self.at, self.zone) for step in back)
        return next(hour for hour in hours if hour <= now and self.weekday in (None, hour.weekday()))

    def next(self, now: datetime) -> datetime:
        """Return the first hour of a digest after `now`."""
        now = now.astimezone(UTC)
        today = now.astimezone(self.zone).date()
        ahead = (timedelta(days=days) for days in range(9))
        hours = (datetime.combine(today + step, self.at, self.zone) for step in ahead)
        return next(hour for hour in hours if hour > now and self.weekday in (None, hour.weekday()))


def hours_of(when: str, zone: tzinfo = BEIJING) -> Hours | None:
    """Read `at once` (None), `daily 08:00` or `weekly monday 08:00`; the day may be cut to three letters.

    Raises ValueError, which says what was expected.
    """
    said = " ".join(when.lower().split())
    if said == "at once":
        return None
    found = _DIGEST.fullmatch(said)
    days = [
        place for place, day in enumerate(WEEKDAYS) if found and found["day"] and day.startswith(found["day"])
    ]
    if found is None or (found["day"] and not days):
        raise ValueError(f"expected {FORMS}")
    try:
        at = time(int(found["hour"]), int(found["minute"]))
    except ValueError:
        raise ValueError(f"there is no hour {found['hour']}:{found['minute']}; expected {FORMS}") from None
    return Hours(at, days[0] if days else None, zone)


@dataclass(frozen=True, slots=True)
class Route:
    """Findings of these kinds, severities and dossiers (none: of all), told at once or at `hours`."""

    name: str
    kinds: frozenset[FindingKind] = frozenset()
    severities: frozenset[Severity] = frozenset()
    dossiers: frozenset[str] = frozenset()
    hours: Hours | None = None
    language: Language = "en"

    def takes(self, finding: Finding) -> bool:
        """Tell whether a finding goes this way."""
        draft = finding.draft
        return (
            (not self.kinds or draft.kind in self.kinds)
            and (not self.severities or draft.severity in self.severities)
            and (not self.dossiers or draft.dossier in self.dossiers)
        )

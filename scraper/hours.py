"""Hours of the day in Beijing, where the sites stand: when one is asked, and when it is left to sleep."""

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from scraper.chinese import BEIJING

SPAN = "^([01][0-9]|2[0-3]):([0-5][0-9])-([01][0-9]|2[0-3]):([0-5][0-9])$"
DAY = timedelta(days=1)
SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Hours:
    """A span of the day in Beijing, from `start` up to `end`; over midnight where `end` is the earlier.

    `weekdays`: on Monday to Friday only. A span over midnight belongs to the day on which it starts.
    """

    start: time
    end: time
    weekdays: bool = False

    def cover(self, at: datetime) -> bool:
        """Tell whether a moment lies in the span."""
        return self._closing(at) is not None

    def until(self, at: datetime) -> datetime:
        """Give the first moment from `at` on that lies outside the span."""
        closing = self._closing(at)
        return at if closing is None else closing

    def next_in(self, at: datetime) -> datetime:
        """Give the first moment from `at` on that lies in the span."""
        if self.cover(at):
            return at
        day = at.astimezone(BEIJING).date()
        opens = (datetime.combine(day + DAY * ahead, self.start, BEIJING) for ahead in range(8))
        found = next(opening for opening in opens if opening >= at and self._counts(opening))
        return found.astimezone(at.tzinfo)

    def _closing(self, at: datetime) -> datetime | None:
        """Give the end of the span that a moment lies in, None where it lies in none."""
        day = at.astimezone(BEIJING).date()
        for opened_on in (day, day - DAY):
            opening = datetime.combine(opened_on, self.start, BEIJING)
            closing = datetime.combine(opened_on, self.end, BEIJING)
            closing += DAY if self.end <= self.start else timedelta()
            if opening <= at < closing and self._counts(opening):
                return closing.astimezone(at.tzinfo)
        return None

    def _counts(self, opening: datetime) -> bool:
        return not self.weekdays or opening.weekday() < SATURDAY


def read_hours(text: str) -> Hours:
    """Read `23:00-06:00`; raises `ValueError` for anything else, and for a span of no length."""
    found = re.match(SPAN, text)
    if found is None:
        raise ValueError('hours of the day in China such as "08:30-17:30" or "23:00-06:00"')
    opens, half, closes, other = map(int, found.groups())
    start, end = time(opens, half), time(closes, other)
    if start == end:
        raise ValueError("two different hours of the day")
    return Hours(start, end)

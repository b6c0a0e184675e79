"""The days that a page prints of its document: when it was signed, and when it was published.

A reader takes them from the header, which a redesign may drop; the text often says them again: the
signature's day stands on a line of its own at the end (GB/T 9704-2012, section 7.3.5), and reports say
函件签署于2019年2月20日.
"""

import re
from dataclasses import dataclass
from datetime import date

from scraper.chinese import find_dates, fold, parse_date
from scraper.model import Notice

SIGNING = re.compile("签署|签发|成文")
PUBLISHING = re.compile("发布|公布|宣布")
NEAR_BEFORE, NEAR_AFTER = 8, 6
"""Characters before and behind a day among which the word stands that says what the day is of."""
_ENDS = re.compile("[。；！？，、,;]")


@dataclass(frozen=True, slots=True)
class Printed:
    """The days that a page prints of one event: the header's, other places of the header, the text's."""

    field: date | None
    candidates: tuple[date, ...] = ()
    in_text: tuple[date, ...] = ()

    @property
    def days(self) -> frozenset[date]:
        """Every day printed of the event."""
        header = (self.field,) if self.field else self.candidates
        return frozenset((*header, *self.in_text))

    @property
    def said(self) -> date | None:
        """The day that the page as a whole says: the header's, else the only one of the text."""
        only = frozenset(self.in_text)
        return self.field or (next(iter(only)) if len(only) == 1 else None)


def signed_in(notice: Notice) -> Printed:
    """Read the days on which a document is said to have been signed."""
    text = (*_said_of(SIGNING, notice.text), *_signature(notice.text))
    return Printed(notice.signed, _candidates(notice, "signed"), text)


def published_in(notice: Notice) -> Printed:
    """Read the days on which a document is said to have been published."""
    text = _said_of(PUBLISHING, notice.text)
    return Printed(notice.published, _candidates(notice, "published"), text)


def _candidates(notice: Notice, name: str) -> tuple[date, ...]:
    values = (one.value for field in notice.fields if field.name == name for one in field.candidates)
    return tuple(day for day in map(parse_date, values) if day)


def _said_of(words: re.Pattern[str], text: str) -> tuple[date, ...]:
    """Find the days beside which one of the words stands, in the same clause."""
    found = []
    for line in map(fold, text.splitlines()):
        for printed in find_dates(line):
            before = _ENDS.split(line[max(0, printed.start - NEAR_BEFORE) : printed.start])[-1]
            after = _ENDS.split(line[printed.end : printed.end + NEAR_AFTER])[0]
            if words.search(before) or words.search(after):
                found.append(printed.day)
    return tuple(found)


def _signature(text: str) -> tuple[date, ...]:
    """Find the last line that is a day and nothing else."""
    for line in map(fold, reversed(text.splitlines())):
        days = tuple(find_dates(line))
        if len(days) == 1 and (days[0].start, days[0].end) == (0, len(line)):
            return (days[0].day,)
    return ()

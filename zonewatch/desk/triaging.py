"""The period's sheet on the desk: made, judged row by row, taken along and brought back."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from monitor.dossier import Dossier
from monitor.spans import Judgement
from reports.json_ import instant
from reports.sheet import Sheet
from reports.sheet_back import Filled, SheetError, read
from scraper.chinese import BEIJING
from zonewatch.desk.base import Base
from zonewatch.desk.views import Scope
from zonewatch.errors import ZonewatchError
from zonewatch.sheets import WEEK, Back, sheet_of, take_back


@dataclass(frozen=True, slots=True)
class Period:
    """Days in Beijing, both included; `until` None means up to now."""

    since: date
    until: date | None

    def bounds(self, now: datetime) -> tuple[datetime, datetime]:
        """Return the moments between which a sheet looks."""
        begins = datetime.combine(self.since, time(), BEIJING)
        ends = datetime.combine(self.until + timedelta(days=1), time(), BEIJING) if self.until else now
        return begins, min(ends, now)


class Triaging(Base):
    """The sheet of a period, and what people say of its rows."""

    def period(self, since: date | None, until: date | None) -> Period:
        """Return the period asked for; without a beginning the week before its end."""
        last = until or self.now().astimezone(BEIJING).date()
        return Period(since or last - WEEK, until)

    def sheets(self, scope: Scope, period: Period) -> tuple[Sheet, ...]:
        """Make the sheet of each dossier. Raises ZonewatchError for a period that ends before it begins."""
        return tuple(self.sheet(dossier, period, quiet=False) for dossier in scope.dossiers)

    def sheet(self, dossier: Dossier, period: Period, *, quiet: bool = True) -> Sheet:
        """Make the sheet of a dossier; without `quiet` sparing what nothing happened to."""
        since, until = period.bounds(self.now())
        return sheet_of(dossier, self.store, since=since, until=until, quiet=quiet)

    def judge(self, row: str, said: Judgement, before: str) -> Back:
        """Keep what a person says of a row; a conflict where it was judged otherwise since `before`.

        `before` is when the row had been judged as the page showed it, nothing for not yet.
        """
        filled = Filled(1, row, (), said, before, ())
        return take_back((filled,), self.store, now=self.now())

    def bring_sheet(self, data: bytes) -> Back:
        """Take a filled-in sheet back. Raises ZonewatchError for a file that is none."""
        try:
            return take_back(read(data), self.store, now=self.now())
        except SheetError as error:
            raise ZonewatchError(str(error)) from error


def judged_at(judgement: Judgement | None) -> str:
    """Write when a row was judged, as a sheet does; nothing for not yet."""
    return instant(judgement.decided) or "" if judgement else ""

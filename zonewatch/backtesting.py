"""A history replayed into a database of its own, and judged; nothing that is kept is touched."""

import csv
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from monitor.backtest import Truth, Verdict, judge, truths
from monitor.places import lookup, unknown
from scheduler.due import Selection
from scraper.chinese import BEIJING
from scraper.inflate import inflate
from scraper.model import Notice
from scraper.readers import read_body
from scraper.replay import Answer, Kept
from zonewatch.app import App
from zonewatch.errors import ZonewatchError
from zonewatch.watching import ReplayedDay, history, visit_day

if TYPE_CHECKING:
    from monitor.dossier import Dossier


def backtest(app: App, dossier: "Dossier", path: Path, truth: Path | None = None) -> Verdict:
    """Replay a history for one dossier and judge what was raised.

    `truth` is a CSV file of zones with the columns `zh` and `published` (ISO), to judge by in place of
    what the history's own pages say. Raises `ZonewatchError` for a history or truth that cannot be read.
    """
    days = history(app, path)
    expected = read_truth(truth) if truth else truths(notices(days, app.settings.max_bytes), dossier)
    with (
        TemporaryDirectory(prefix="zonewatch-") as folder,
        app.store(str(Path(folder) / "backtest.db")) as store,
    ):
        raised = [
            finding
            for number, day in enumerate(days, 1)
            for finding in visit_day(
                app, store, (dossier,), day, Selection(), which=(number, len(days))
            ).findings
        ]
    return judge(dossier, [_date(day) for day in days], expected, raised)


def notices(days: Sequence[ReplayedDay], most: int) -> Iterator[tuple[date, Notice]]:
    """Give every notice of a history once, with the day from which it stands."""
    seen: set[tuple[str, int]] = set()
    for day in days:
        answers = day.archive.answers if isinstance(day.archive, Kept) else {}
        for url, answer in answers.items():
            if answer.status == 200 and (url, id(answer)) not in seen:
                seen.add((url, id(answer)))
                if notice := _notice(url, answer, most):
                    yield _date(day), notice


def _notice(url: str, answer: Answer, most: int) -> Notice | None:
    content = inflate(answer.body, answer.header("Content-Encoding"), most).content
    _, reading = read_body(content, answer.header("Content-Type"), url)
    return reading if isinstance(reading, Notice) else None


def _date(day: ReplayedDay) -> date:
    return day.now.astimezone(BEIJING).date()


def read_truth(path: Path) -> tuple[Truth, ...]:
    """Read a truth's CSV file, columns `zh` and `published`; raises `ZonewatchError` naming what is wrong."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            return tuple(_truth(row) for row in csv.DictReader(file))
    except (OSError, ValueError, KeyError) as error:
        raise ZonewatchError(f"{path}: no truth to judge by (columns zh, published): {error}") from error


def _truth(row: dict[str, str]) -> Truth:
    published = date.fromisoformat(row["published"])
    return Truth(lookup(row["zh"]) or unknown(row["zh"]), published, published)

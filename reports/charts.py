"""Charts as static SVG, drawn by Vega-Lite without browser or network, each with a table that says the same.

What comes out holds no script, no style and nothing to load: colours are the custom properties of the page
around it (`--ink`, `--found`, …, with colours of their own where there is none), so that a chart follows the
page into the dark and passes a Content-Security-Policy without exceptions. Needs the extra `charts`.
"""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from importlib.util import find_spec
from itertools import accumulate
from typing import Any

from markupsafe import Markup

from monitor.dossier import Goal
from monitor.model import State
from reports import chart_specs as specs
from reports.chart_specs import LOOK, WIDTH, Spec, Step
from reports.clean import clean
from reports.model import Section, Strip, ZoneRow
from reports.svg import harmless
from reports.words import counted, day, day_of, joined, lag, state
from scraper.chinese import BEIJING

LONGEST_LABEL = 60
"""Characters of a label; measuring thousands of them takes seconds, and none are seen."""


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart: `svg` to put into a page as it is, and the table that says the same.

    `name` makes the ids in the SVG; `description` is its text alternative.
    """

    name: str
    title: str
    description: str
    svg: Markup
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def available() -> bool:
    """Tell whether charts can be drawn here."""
    return find_spec("vl_convert") is not None


def warm() -> None:
    """Load what drawing needs, half a second long, so that the first chart is there at once."""
    if available():
        _drawn(json.dumps({"data": {"values": [{}]}, "mark": "point"}))


def of_section(
    section: Section, since: datetime | None, until: datetime, *, of: str = ""
) -> tuple[Chart, ...]:
    """Draw the charts of a report's section; none where they cannot be drawn here.

    The links are drawn from `since` on, or from the first visit shown.
    """
    if not available():
        return ()
    seen = [one.since for strip in section.strips for one in strip.stretches]
    every = (
        zones_over_time(section.zones, section.count.goal, until.astimezone(BEIJING).date(), of=of),
        lags(section.zones, of=of),
        link_health(section.strips, min(seen, default=since or until), until, of=of),
    )
    return tuple(chart for chart in every if chart)


def zones_over_time(
    zones: Sequence[ZoneRow], goal: Goal | None, today: date, *, of: str = ""
) -> Chart | None:
    """Draw how many zones had been announced by when, against the goal; None where no day is known.

    `of` is what the charts of one page are told apart by, for the ids in them.
    """
    steps = _steps(zones)
    if not steps:
        return None
    first, last = steps[0], steps[-1]
    told = f"{counted(last.total, 'zone')} announced from {day(first.on)} to {day(last.on)}"
    about = "about " if goal and goal.about else ""
    aim = f"; the goal is {about}{goal.count} by the end of {goal.by}" if goal else ""
    return _chart(
        _id(of, "zones-over-time"),
        "Zones announced over time",
        f"{told}{aim}.",
        specs.zones(steps, goal, today),
        ("announced", "zones", "in all"),
        [(day(step.on), step.names, str(step.total)) for step in steps],
    )


def lags(zones: Sequence[ZoneRow], *, of: str = "") -> Chart | None:
    """Draw the days from signing to publication, a bar a zone; None where none is known."""
    known = sorted(((zone, zone.days) for zone in zones if zone.days is not None), key=lambda pair: -pair[1])
    if not known:
        return None
    longest, middle = known[0], sorted(days for _, days in known)[len(known) // 2]
    return _chart(
        _id(of, "lags"),
        "Days from signing to publication",
        f"{counted(len(known), 'zone')}: {lag(middle)} in the middle, {lag(longest[1])} at most"
        f" ({longest[0].en}).",
        specs.lags(known),
        ("zone", "signed", "published", "days"),
        [(zone.en, day(zone.signed), day(zone.published), str(days)) for zone, days in known],
    )


def link_health(strips: Sequence[Strip], since: datetime, until: datetime, *, of: str = "") -> Chart | None:
    """Draw each source's states as a strip over a time; None where there is nothing to show."""
    drawn = [strip for strip in strips if strip.stretches]
    if not drawn:
        return None
    last = [strip.stretches[-1].state for strip in drawn]
    works = sum(one in (State.ALIVE, State.MOVED) for one in last)
    return _chart(
        _id(of, "link-health"),
        "Health of the links",
        f"{counted(len(drawn), 'source')} from {day_of(since)} to {day_of(until)}; {works} of them work now.",
        specs.health(drawn, since, until),
        ("source", "state", "from", "to"),
        [
            (strip.label, state(one.state), day_of(one.since), day_of(one.until))
            for strip in drawn
            for one in strip.stretches
        ],
    )


def _id(of: str, name: str) -> str:
    return re.sub(r"[^a-zA-Z0-9-]", "-", f"{of}-{name}".strip("-"))


def _steps(zones: Iterable[ZoneRow]) -> list[Step]:
    by_day: dict[date, list[ZoneRow]] = {}
    for zone in zones:
        if zone.published:
            by_day.setdefault(zone.published, []).append(zone)
    days = sorted(by_day)
    totals = accumulate(len(by_day[one]) for one in days)
    return [
        Step(one, total, joined([zone.en for zone in by_day[one]]), any(zone.finding for zone in by_day[one]))
        for one, total in zip(days, totals, strict=True)
    ]


def _chart(
    name: str,
    title: str,
    description: str,
    spec: Spec,
    head: tuple[str, ...],
    rows: Iterable[tuple[str, ...]],
) -> Chart:
    whole = _clean({"width": WIDTH, "config": LOOK, **spec})
    drawn = _drawn(json.dumps(whole, ensure_ascii=False, sort_keys=True))
    svg = Markup(harmless(drawn, name, title, clean(description)))  # noqa: S704 - only shapes and text are left
    return Chart(name, title, description, svg, head, tuple(rows))


def _clean(value: Any) -> Any:
    """Leave in a spec only text that a drawing can hold, and no more of it than a label shows."""
    if isinstance(value, dict):
        return {key: _clean(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_clean(one) for one in value]
    return _clipped(clean(value)) if isinstance(value, str) else value


def _clipped(text: str) -> str:
    return text if len(text) <= LONGEST_LABEL else f"{text[: LONGEST_LABEL - 1]}…"


@lru_cache(maxsize=64)
def _drawn(spec: str) -> str:
    import vl_convert  # noqa: PLC0415 - half a second and 80 MB that only charts need

    svg: str = vl_convert.vegalite_to_svg(json.loads(spec))
    return svg

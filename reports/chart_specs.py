"""How each chart is drawn, in Vega-Lite's terms."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final, TypeAlias

from monitor.dossier import Goal
from monitor.model import State
from reports.model import Strip, ZoneRow
from reports.words import day, state

Spec: TypeAlias = dict[str, Any]

INK, SOFT, LINE = "var(--ink, #1d2329)", "var(--soft, #57606a)", "var(--line, #dcd9d2)"
KNOWN, FOUND = "var(--known, #4b6a88)", "var(--found, #b5492c)"
GOOD, WARY, BAD = "var(--good, #1c6b3a)", "var(--wary, #845400)", "var(--bad, #a3211b)"

WIDTH: Final = 640
"""Pixels of the plot; the SVG scales to its place."""

LOOKS: Final[Mapping[State, tuple[str, int]]] = {
    State.ALIVE: (GOOD, 14),
    State.MOVED: (GOOD, 10),
    State.UNSEEN: (SOFT, 3),
    State.UNKNOWN: (LINE, 3),
    State.UNSTABLE: (WARY, 8),
    State.FAILING: (WARY, 8),
    State.SUSPECTED: (BAD, 6),
    State.DEAD: (BAD, 6),
}
"""Colour and thickness of each state: what works is thick, what cannot be seen a line."""


LOOK: Final[Spec] = {
    "background": None,
    "font": "sans-serif",
    "aria": False,
    "padding": {"left": 20, "right": 20, "top": 4, "bottom": 4},
    "view": {"stroke": None},
    "axis": {
        "labelColor": SOFT,
        "titleColor": SOFT,
        "gridColor": LINE,
        "domainColor": LINE,
        "tickColor": LINE,
        "labelFontSize": 12,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
        "labelLimit": 260,
    },
    "legend": {"labelColor": INK, "labelFontSize": 12},
    "text": {"fontSize": 12},
}


FROM: Final = {False: "in the translation", True: "found since"}


@dataclass(frozen=True, slots=True)
class Step:
    """A day on which zones were announced: how many there were by then, whether any was found since."""

    on: date
    total: int
    names: str
    found: bool


def zones(steps: Sequence[Step], goal: Goal | None, today: date) -> Spec:
    """Draw a stair of zones over time with a point a step, and the goal as a line across."""
    first = steps[0].on - timedelta(days=45)
    end = max(today, date(goal.by, 12, 31) if goal else today)
    top = max(steps[-1].total, goal.count if goal else 0)
    stair = [(first, 0), *((step.on, step.total) for step in steps), (today, steps[-1].total)]
    points = [{"on": day(step.on), "zones": step.total, "from": FROM[step.found]} for step in steps]
    x = {
        **_time("on"),
        "scale": {"domain": [day(first), day(end)]},
        "axis": {"format": "%Y", "tickCount": "year", "grid": False},
    }
    y = {**_number("zones"), "title": "zones", "scale": {"domain": [0, top + 2]}}
    number = {"type": "text", "dy": -12, "fill": INK}
    layers = [
        {
            "data": {"values": [{"on": day(on), "zones": total} for on, total in stair]},
            "mark": {"type": "line", "interpolate": "step-after", "stroke": SOFT, "strokeWidth": 2},
            "encoding": {"x": x, "y": y},
        },
        {
            "data": {"values": points},
            "mark": {"type": "point", "filled": True, "size": 70, "opacity": 1},
            "encoding": {
                "x": x,
                "y": y,
                "color": _origin(KNOWN, FOUND),
                "shape": _origin("square", "circle"),
            },
        },
        {
            "data": {"values": points},
            "mark": number,
            "encoding": {"x": x, "y": y, "text": {"field": "zones"}},
        },
    ]
    return {"height": 220, "layer": [*layers, *(_goal(goal, end) if goal else ())]}


def _goal(goal: Goal, end: date) -> Iterator[Spec]:
    said = f"goal: {'about ' if goal.about else ''}{goal.count} by {goal.by}"
    values = {"values": [{"on": day(end), "zones": goal.count, "said": said}]}
    yield {
        "data": values,
        "mark": {"type": "rule", "stroke": INK, "strokeDash": [5, 4]},
        "encoding": {"y": _number("zones")},
    }
    yield {
        "data": values,
        "mark": {"type": "text", "align": "right", "dy": -8, "fill": INK},
        "encoding": {"x": _time("on"), "y": _number("zones"), "text": {"field": "said"}},
    }


def lags(known: Sequence[tuple[ZoneRow, int]]) -> Spec:
    """Draw a bar of days for each zone."""
    values = [
        {
            "zone": zone.en,
            "days": days,
            "from": FROM[bool(zone.finding)],
            "said": f"{days}, {FROM[True]}" if zone.finding else str(days),
        }
        for zone, days in known
    ]
    axis = {"tickCount": 6, "tickMinStep": 1}
    return {
        "data": {"values": values},
        "height": {"step": 20},
        "encoding": {"x": {**_number("days"), "title": "days", "axis": axis}, "y": _name("zone")},
        "layer": [
            {"mark": {"type": "bar", "height": 10}, "encoding": {"color": _origin(KNOWN, FOUND)}},
            {
                "mark": {"type": "text", "align": "left", "dx": 6, "fill": INK},
                "encoding": {"text": {"field": "said"}},
            },
        ],
    }


def health(strips: Sequence[Strip], since: datetime, until: datetime) -> Spec:
    """Draw each source's states as a strip, the last of them named at its end."""
    every = [(strip, one) for strip in strips for one in strip.stretches]
    values = [
        {
            "source": strip.label,
            "from": _instant(max(one.since, since)),
            "to": _instant(min(one.until, until)),
            "state": state(one.state),
            "thick": LOOKS[one.state][1],
        }
        for strip, one in every
    ]
    now = [
        {"source": strip.label, "to": _instant(until), "said": state(strip.stretches[-1].state)}
        for strip in strips
    ]
    x = {
        **_time("from"),
        "scale": {"domain": [_instant(since), _instant(until)]},
        "axis": {"grid": False, "format": "%b %Y", "tickCount": 6, "labelOverlap": True},
    }
    bar = {
        "x": x,
        "x2": {"field": "to"},
        "y": _name("source"),
        "size": {**_number("thick"), "scale": None},
        "color": _states({one.state for _, one in every}),
    }
    end = {"x": _time("to"), "y": _name("source"), "text": {"field": "said"}}
    text = {"type": "text", "align": "left", "dx": 8, "fill": INK}
    return {
        "height": {"step": 22},
        "layer": [
            {"data": {"values": values}, "mark": {"type": "bar", "binSpacing": 0}, "encoding": bar},
            {"data": {"values": now}, "mark": text, "encoding": end},
        ],
    }


def _states(shown: Collection[State]) -> Spec:
    ordered = [one for one in LOOKS if one in shown]
    return {
        "field": "state",
        "type": "nominal",
        "title": None,
        "scale": {"domain": [state(one) for one in ordered], "range": [LOOKS[one][0] for one in ordered]},
        "legend": {"orient": "top", "symbolType": "square", "columns": 3, "columnPadding": 40},
    }


def _origin(known: str, found: str) -> Spec:
    """Tell zones of the translation from those found since, by colour or by shape; both share a legend."""
    return {
        "field": "from",
        "type": "nominal",
        "title": None,
        "scale": {"domain": list(FROM.values()), "range": [known, found]},
        "legend": {"orient": "top", "columnPadding": 40},
    }


def _time(field: str) -> Spec:
    return {"field": field, "type": "temporal", "title": None}


def _number(field: str) -> Spec:
    return {"field": field, "type": "quantitative"}


def _name(field: str) -> Spec:
    return {"field": field, "type": "nominal", "sort": None, "title": None}


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

"""Charts: what they show, that they run, load and style nothing, and that a table says the same."""

import json
import re
from datetime import UTC, date, datetime, timedelta

import pytest
from bs4 import BeautifulSoup
from lxml import etree

from monitor.dossier import Goal
from monitor.model import State
from monitor.spans import Stretch
from reports import charts
from reports.charts import Chart, lags, link_health, of_section, zones_over_time
from reports.model import Strip, ZoneRow
from reports.svg import DRAWN, SVG, harmless
from tests.reports_sample import NOW, report

TODAY = date(2022, 1, 5)
START = datetime(2021, 3, 1, tzinfo=UTC)
END = START + timedelta(days=300)
GOAL = Goal(20, 2023, about=True)


def zone(en: str, published: date | None, signed: date | None = None, finding: int | None = None) -> ZoneRow:
    days = (published - signed).days if published and signed else None
    return ZoneRow(en, en, None, signed, published, days, None, None, finding, None, False)


ZONES = (
    zone("Beijing", date(2019, 2, 25), date(2019, 2, 20)),
    zone("Shanghai", date(2019, 6, 11), date(2019, 5, 22)),
    zone("Guangzhou", date(2020, 9, 4), date(2020, 9, 3), 1),
    zone("Wuhan", date(2020, 9, 4), date(2020, 9, 3), 2),
)


def strip(label: str, *states: State) -> Strip:
    step = (END - START) / len(states)
    return Strip(
        label,
        label,
        tuple(Stretch(one, START + at * step, START + (at + 1) * step) for at, one in enumerate(states)),
    )


STRIPS = (strip("fn05 Hefei", State.ALIVE, State.UNSEEN, State.DEAD), strip("fn08 德清县", State.MOVED))


def every() -> list[Chart]:
    found = (zones_over_time(ZONES, GOAL, TODAY), lags(ZONES), link_health(STRIPS, START, END))
    return [one for one in found if one]


def tree(chart: Chart) -> etree._Element:
    return etree.fromstring(chart.svg)


def words(chart: Chart) -> list[str]:
    return [element.text or "" for element in tree(chart).iter(f"{{{SVG}}}text")]


def test_zones_are_counted_up_to_today_against_the_goal() -> None:
    chart = zones_over_time(ZONES, GOAL, TODAY)
    assert chart
    assert chart.description == (
        "4 zones announced from 2019-02-25 to 2020-09-04; the goal is about 20 by the end of 2023."
    )
    assert chart.rows == (
        ("2019-02-25", "Beijing", "1"),
        ("2019-06-11", "Shanghai", "2"),
        ("2020-09-04", "Guangzhou and Wuhan", "4"),
    )
    assert {"1", "2", "4", "goal: about 20 by 2023", "in the translation", "found since", "2023"} <= set(
        words(chart)
    )


def test_without_a_goal_none_is_drawn() -> None:
    chart = zones_over_time(ZONES, None, TODAY)
    assert chart and "goal" not in chart.svg and chart.description.endswith("2020-09-04.")


def test_each_zones_lag_is_a_bar_with_its_days_the_longest_first() -> None:
    chart = lags(ZONES)
    assert chart and chart.description == "4 zones: 5 days in the middle, 20 days at most (Shanghai)."
    assert [row[0] for row in chart.rows] == ["Shanghai", "Beijing", "Guangzhou", "Wuhan"]
    assert {"20", "5", "1, found since"} <= set(words(chart))


def test_a_link_is_a_strip_of_its_states_the_last_one_in_words() -> None:
    chart = link_health(STRIPS, START, END)
    assert chart and chart.description == "2 sources from 2021-03-01 to 2021-12-26; 1 of them work now."
    assert [row[:2] for row in chart.rows] == [
        ("fn05 Hefei", "works"),
        ("fn05 Hefei", "cannot be seen"),
        ("fn05 Hefei", "dead"),
        ("fn08 德清县", "works at a new address"),
    ]
    assert {"dead", "works at a new address", "fn05 Hefei"} <= set(words(chart))


def test_states_differ_by_thickness_not_only_by_colour() -> None:
    chart = link_health((strip("a", State.ALIVE, State.DEAD, State.UNSEEN),), START, END)
    assert chart
    bars = [one.get("d") or "" for one in tree(chart).iter(f"{{{SVG}}}path") if "Z" in (one.get("d") or "")]
    heights = {match[1] for bar in bars if (match := re.search(r"v([\d.]+)h-", bar))}
    assert len(heights) >= 3


def test_what_is_not_known_is_not_drawn() -> None:
    assert zones_over_time((zone("X", None),), GOAL, TODAY) is None
    assert zones_over_time((), None, TODAY) is None
    assert lags((zone("X", date(2020, 1, 1)),)) is None
    assert link_health((), START, END) is None and link_health((Strip("a", "a", ()),), START, END) is None


@pytest.mark.parametrize("place", range(3))
def test_a_drawing_holds_shapes_and_text_alone(place: int) -> None:
    root = tree(every()[place])
    assert {element.tag for element in root.iter()} <= DRAWN
    for element in root.iter():
        assert not {"style", "href", "class", "onload"} & set(element.attrib) or element is root
        assert not any("url(" in value and "url(#" not in value for value in element.attrib.values())
    assert "style" not in root.attrib


@pytest.mark.parametrize("place", range(3))
def test_a_drawing_is_named_and_described_for_voices(place: int) -> None:
    chart = every()[place]
    root = tree(chart)
    assert (root.get("role"), root[0].tag, root[1].tag) == ("img", f"{{{SVG}}}title", f"{{{SVG}}}desc")
    assert root.get("aria-labelledby") == root[0].get("id") and root[0].text == chart.title
    assert root.get("aria-describedby") == root[1].get("id") and root[1].text == chart.description
    assert all(len(row) == len(chart.head) for row in chart.rows)


def test_colours_are_the_pages_own() -> None:
    for chart in every():
        paint = {
            value
            for one in tree(chart).iter()
            for key, value in one.attrib.items()
            if key in ("fill", "stroke")
        }
        assert paint - {"none", "transparent"} and all(
            value.startswith("var(--") for value in paint - {"none", "transparent"}
        ), paint


def test_chinese_is_marked_as_such() -> None:
    chart = link_health(STRIPS, START, END)
    assert chart
    chinese = [one for one in tree(chart).iter(f"{{{SVG}}}text") if "德清" in (one.text or "")]
    assert chinese and all(one.get("lang") == "zh-Hans" for one in chinese)


def test_several_charts_on_a_page_share_no_id() -> None:
    section = report().sections[0]
    both = [chart for of in ("a", "b") for chart in of_section(section, None, NOW, of=of)]
    ids = re.findall(r'\bid="([^"]+)"', "".join(chart.svg for chart in both))
    assert len(both) >= 4 and len(ids) == len(set(ids))


def test_the_same_chart_is_the_same_text() -> None:
    assert [chart.svg for chart in every()] == [chart.svg for chart in every()]


def test_where_charts_cannot_be_drawn_a_report_goes_without(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(charts, "available", lambda: False)
    assert of_section(report().sections[0], None, NOW) == ()


@pytest.mark.parametrize(
    "label", ["<script>alert(1)</script>", "a\"b'c&d", "\x1b[31m", "]]>", "{{x}}", "\ud800", "x" * 500]
)
def test_a_label_is_text_whatever_it_holds(label: str) -> None:
    chart = link_health((strip(label, State.ALIVE),), START, END)
    assert chart
    soup = BeautifulSoup(chart.svg, "lxml")
    assert not soup.find_all(["script", "style", "image", "foreignobject"])
    assert etree.fromstring(chart.svg).tag == f"{{{SVG}}}svg"


@pytest.mark.parametrize(
    "planted",
    [
        "<script>alert(1)</script>",
        '<image href="http://a.cn/x.png"/>',
        "<style>*{display:none}</style>",
        '<foreignObject><body xmlns="http://www.w3.org/1999/xhtml">x</body></foreignObject>',
        '<rect onclick="alert(1)" style="fill:red" fill="url(http://a.cn/)" width="1"/>',
        '<a href="javascript:alert(1)"><text>x</text></a>',
    ],
)
def test_what_could_run_or_load_is_taken_out_of_any_drawing(planted: str) -> None:
    drawn = f'<svg xmlns="{SVG}" width="10" height="10" viewBox="0 0 10 10"><g>{planted}</g></svg>'
    made = harmless(drawn, "c", "t", "d")
    for word in ("script", "image", "style", "foreign", "onclick", "url(", "href", "javascript"):
        assert word not in made.lower()


def test_a_spec_is_plain_json() -> None:
    assert json.loads(json.dumps(charts.LOOK)) == charts.LOOK

"""WCAG 2.2 AA as far as a machine can tell: axe-core on every page, light, dark and on a phone."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.browser.conftest import Tab
from tests.browser.test_browser_review import PAGES
from tests.desk.house import House

Tabs = Callable[..., Tab]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def violations(tab: Tab, **run_only: object) -> list[str]:
    axe = pytest.importorskip(
        "axe_playwright_python.sync_playwright", reason="no axe: pip install 'zonewatch[dev]'"
    )
    options = {"resultTypes": ["violations"], "runOnly": run_only or {"type": "tag", "values": RULES}}
    found = axe.Axe().run(tab.page, options=options).response["violations"]
    return [
        f"{one['id']}: {node['html'][:200]} {node['failureSummary']}"
        for one in found
        for node in one["nodes"]
    ]


@pytest.mark.parametrize("place", PAGES)
def test_axe_finds_nothing_wrong_in_the_light_in_the_dark_and_on_a_phone(
    desk: House, tab: Tabs, place: str
) -> None:
    mine = tab(desk)
    page = mine.open(place)
    for folded in page.locator("details").all():
        folded.evaluate("one => one.open = true")
    assert violations(mine) == []
    page.emulate_media(color_scheme="dark")
    assert violations(mine, type="rule", values=["color-contrast", "link-in-text-block"]) == []
    page.set_viewport_size({"width": 360, "height": 800})
    assert violations(mine, type="rule", values=["target-size", "scrollable-region-focusable"]) == []
    if place == "/nowhere":
        mine.wrong.clear()  # the browser tells of the 404


def test_axe_finds_nothing_wrong_after_a_decision_and_a_mistake(own_desk: House, tab: Tabs) -> None:
    mine = tab(own_desk)
    page = mine.open("/findings/F4")
    page.keyboard.press("a")
    page.wait_for_url("**done=F4")
    assert violations(mine) == []
    mine.open("/findings/F4")
    assert violations(mine) == []


@pytest.mark.parametrize("place", ["/", "/findings/F4", "/zones", "/search?q=德清"])
def test_everything_is_reached_by_keyboard_and_the_focus_is_seen(desk: House, tab: Tabs, place: str) -> None:
    page = tab(desk).open(place)
    wanted = page.locator(
        "a[href]:visible, button:visible, input:not([type=hidden]):visible, select:visible"
    ).count()
    seen = set()
    for _ in range(wanted + 30):
        page.keyboard.press("Tab")
        here = page.evaluate(
            """() => { const one = document.activeElement;
            if (!one || one === document.body) return null;
            const style = getComputedStyle(one);
            const number = [...document.querySelectorAll('*')].indexOf(one);
            return [number, style.outlineStyle, style.outlineWidth]; }"""
        )
        if here is None:
            break
        assert here[1] != "none" and here[2] != "0px"
        seen.add(here[0])
    assert len(seen) >= wanted


def test_text_can_be_made_twice_as_large(desk: House, tab: Tabs, tmp_path: Path) -> None:
    page = tab(desk, width=640).open("/findings/F4")
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert page.evaluate("document.documentElement.scrollWidth") <= 640

"""A real Chromium on the demo's desk; where there is none, these tests say so and are skipped."""

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.desk.conftest import desk, own_desk
from tests.desk.house import House

__all__ = ["desk", "own_desk"]

CHROMIUM = (
    os.environ.get("ZONEWATCH_TEST_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
)
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """The browser, one for all tests of a worker."""
    playwright = pytest.importorskip(
        "playwright.sync_api", reason="no Playwright: pip install 'zonewatch[dev]'"
    )
    if CHROMIUM is None:
        pytest.skip("no Chromium here: apt install chromium, or name one in ZONEWATCH_TEST_CHROMIUM")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


class Tab:
    """A page of the browser, and what went wrong on it: errors, violated policies, requests to elsewhere."""

    def __init__(self, page: Any, house: House) -> None:
        self.page = page
        self.house = house
        self.wrong: list[str] = []
        page.on(
            "console", lambda one: self.wrong.append(one.text) if one.type in ("error", "warning") else None
        )
        page.on("pageerror", lambda error: self.wrong.append(str(error)))
        page.on("request", self._asked)
        page.on("dialog", self._dialog)

    def _asked(self, request: Any) -> None:
        if not request.url.startswith((self.house.url, "data:", "blob:")):
            self.wrong.append(f"asked {request.url}")

    def _dialog(self, dialog: Any) -> None:
        self.wrong.append(f"dialog {dialog.message}")
        dialog.dismiss()

    def open(self, place: str) -> Any:
        """Go to a page of the desk."""
        self.page.goto(self.house.url + place)
        return self.page

    def place(self) -> str:
        """Where the page is, within the desk."""
        return str(self.page.url).removeprefix(self.house.url)


@pytest.fixture
def tab(chromium: Any) -> Iterator[Callable[..., Tab]]:
    """Open tabs: `tab(house, phone=…, dark=…, scripts=…, zone=…)`; at the end nothing may have gone wrong."""
    opened: list[tuple[Any, Tab]] = []

    def make(
        house: House,
        *,
        width: int = 1280,
        dark: bool = False,
        scripts: bool = True,
        zone: str = "Asia/Shanghai",
    ) -> Tab:
        context = chromium.new_context(
            viewport={"width": width, "height": 800},
            color_scheme="dark" if dark else "light",
            java_script_enabled=scripts,
            timezone_id=zone,
            reduced_motion="reduce",
        )
        made = Tab(context.new_page(), house)
        opened.append((context, made))
        return made

    yield make
    for context, one in opened:
        context.close()
        assert one.wrong == []

"""Take the documentation's pictures anew from the demo's database: `python -m tests.browser.pictures DEMO`.

DEMO is the folder that `make demo` filled. pngquant makes them small where it is installed.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from reports import charts
from tests.browser.conftest import ARGUMENTS, CHROMIUM
from tests.desk.house import House, copied, served

FOLDER = Path(__file__).parents[2] / "docs" / "pictures"
WIDE, HIGH, PHONE = 1120, 760, 390
PICTURES = {
    "today": "/",
    "finding": "/findings/F4",
    "findings": "/findings",
    "zones": "/zones",
    "links": "/links",
    "sources": "/sources",
    "source": "/sources/ai-pilot-zones/fn05",
    "visit": "/visits/V5",
    "snapshot": "/snapshots/5",
    "diff": "/diff/ai-pilot-zones/fn05?view=side",
    "search": "/search?q=德清",
    "sheet": "/sheet?since=2021-11-10&until=2021-12-08",
    "dossiers": "/dossiers",
    "login": "/login",
}
PLACES = {"chart": ("/zones", ".charts"), "strips": ("/links", ".charts")}
"""Pictures of one part of a page."""


def take(house: House, browser: Browser, folder: Path) -> None:
    """Take every picture, and some of them on a phone and in the dark."""
    page = browser.new_page(viewport={"width": WIDE, "height": HIGH}, timezone_id="Asia/Shanghai")
    for name, place in PICTURES.items():
        page.goto(house.url + place)
        page.screenshot(path=folder / f"{name}.png")
    for name, (place, part) in PLACES.items():
        page.goto(house.url + place)
        page.locator(part).screenshot(path=folder / f"{name}.png")
    for name, width, scheme in (("phone", PHONE, "light"), ("dark", WIDE, "dark")):
        other = browser.new_page(viewport={"width": width, "height": HIGH}, color_scheme=scheme)
        other.goto(f"{house.url}/findings/F4")
        other.screenshot(path=folder / f"{name}.png")


def shrink(path: Path) -> None:
    """Make a picture small: a page of text needs few colours."""
    if pngquant := shutil.which("pngquant"):
        subprocess.run([pngquant, "--force", "--strip", "--ext", ".png", "--nofs", "48", path], check=True)


def main() -> None:
    """Take the pictures into `docs/pictures`."""
    folder = Path(sys.argv[2]) if len(sys.argv) > 2 else FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    charts.warm()
    with tempfile.TemporaryDirectory() as place, sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        with served(copied(Path(sys.argv[1]) / "zonewatch.db", Path(place))) as house:
            take(house, browser, folder)
        browser.close()
    for path in folder.glob("*.png"):
        shrink(path)
        print(f"{path.stat().st_size / 1024:6.0f} kB {path.name}")


if __name__ == "__main__":
    main()

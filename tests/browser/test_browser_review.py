"""An analyst at work in a real browser: by keyboard, on a phone, without scripts."""

import csv
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from monitor.drafts import draft
from monitor.model import FindingKind, Look, Place, Record, ReviewState, Role, Seen, Source
from scraper.model import Fetch, Outcome, OutcomeKind
from tests.browser.conftest import Tab
from tests.desk.house import NOW, House

PAGES = (
    "/",
    "/findings",
    "/findings/F4",
    "/findings/F21",
    "/zones",
    "/links",
    "/sources",
    "/sources/ai-pilot-zones/fn05",
    "/visits/V5",
    "/snapshots/5",
    "/sheet?since=2021-11-10&until=2021-12-08",
    "/search?q=德清",
    "/diff/ai-pilot-zones/fn05",
    "/diff/ai-pilot-zones/fn05?view=side&whole=true",
    "/dossiers",
    "/dossiers/ai-pilot-zones",
    "/login",
    "/nowhere",
)
Tabs = Callable[..., Tab]


def taken(page: Any, link: str, folder: Path) -> Path:
    """Click a download and keep its file."""
    with page.expect_download() as waiting:
        page.get_by_role("link", name=link, exact=True).click()
    path = folder / waiting.value.suggested_filename
    waiting.value.save_as(path)
    return path


def test_a_new_zone_is_accepted_by_keyboard_alone_and_found_in_the_exported_table(
    own_desk: House, tab: Tabs, tmp_path: Path
) -> None:
    mine = tab(own_desk)
    page = mine.open("/")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url("**/findings/F4")
    page.keyboard.press("a")
    page.wait_for_url("**/findings/F5?done=F4")
    assert "F4 accepted: Wuhan." in page.get_by_role("status").inner_text()
    assert own_desk.service.finding(4).state is ReviewState.ACCEPTED
    mine.open("/zones")
    with taken(page, "CSV", tmp_path).open(encoding="utf-8", newline="") as sheet:
        assert "Wuhan" in [row["Location"] for row in csv.DictReader(sheet)]


def test_the_keys_go_to_the_next_finding_and_back_and_undo_the_last_decision(
    own_desk: House, tab: Tabs
) -> None:
    page = tab(own_desk).open("/findings/F5")
    page.keyboard.press("j")
    page.wait_for_url("**/findings/F19")
    page.keyboard.press("k")
    page.wait_for_url("**/findings/F5")
    page.keyboard.press("a")
    page.wait_for_url("**done=F5")
    page.keyboard.press("u")
    page.wait_for_url("**/findings/F5?done=F5")
    assert own_desk.service.finding(5).state is ReviewState.OPEN


def look_alike(house: House) -> int:
    """Raise a finding that is none: a programme whose name sounds alike."""
    source = Source(
        "ai-pilot-zones/most-tztg", "ai-pilot-zones", Role.LISTING, "https://www.most.gov.cn/tztg/"
    )
    made = draft(
        FindingKind.ZONE_MENTIONED,
        source,
        "苏州工业园区",
        url="https://www.most.gov.cn/tztg/look-alike.html",
        because=("the phrase stands in a title of another programme",),
    )
    made = replace(made, title="国家新一代人工智能创新应用先导区名单", zone=Place("苏州", "Suzhou", "江苏省"))
    look = Look(source.id, source.dossier, Role.LISTING, source.url)
    seen = Seen(look, Fetch(source.url, NOW, 1.0), Outcome(OutcomeKind.GOOD, "made for a test"))
    (raised,) = house.store.keep(Record(seen, None, drafts=(made,)), now=NOW).findings
    return raised.id


def test_a_look_alike_is_dismissed_with_its_reason_by_keyboard(own_desk: House, tab: Tabs) -> None:
    number = look_alike(own_desk)
    page = tab(own_desk).open(f"/findings/F{number}")
    page.keyboard.press("d")
    page.keyboard.type("an application zone (先导区), dad jokes aside")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**done=F{number}")
    decided = own_desk.service.finding(number)
    assert (decided.state, decided.note) == (
        ReviewState.DISMISSED,
        "an application zone (先导区), dad jokes aside",
    )


def test_single_keys_can_be_turned_off_and_stay_off(own_desk: House, tab: Tabs) -> None:
    mine = tab(own_desk)
    page = mine.open("/findings/F4")
    page.keyboard.press("?")
    box = page.get_by_label("Single keys are on")
    assert box.is_visible()
    box.uncheck()
    mine.open("/findings/F4")
    page.keyboard.press("a")
    page.wait_for_timeout(300)
    assert mine.place() == "/findings/F4"
    assert own_desk.service.finding(4).state is ReviewState.OPEN


def test_a_diff_is_read(desk: House, tab: Tabs) -> None:
    page = tab(desk).open("/findings/F21")
    page.get_by_role("link", name="Compare the snapshots in full").click()
    assert page.locator("del").inner_text() == "优式"
    assert page.locator("ins").inner_text() == "优势"
    page.get_by_label("View").select_option("side by side")
    page.get_by_role("button", name="Compare").click()
    page.locator(".pair.edited > div").first.wait_for()
    left, right = page.locator(".pair.edited > div").all()
    assert "优式" in left.inner_text() and "优势" in right.inner_text()
    assert left.bounding_box()["x"] < right.bounding_box()["x"]


def test_a_search_for_two_characters_by_keyboard(desk: House, tab: Tabs) -> None:
    page = tab(desk).open("/")
    page.keyboard.press("/")
    page.wait_for_url("**/search")
    page.keyboard.press("/")
    page.keyboard.type("德清")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=*")
    assert page.locator("mark").first.inner_text() == "德清"
    page.locator(".hits .name a").first.click()
    page.wait_for_url("**/snapshots/*")
    assert "德清县" in page.locator(".notice h2").inner_text().replace("\n", "")


@pytest.mark.parametrize("place", PAGES)
def test_a_phone_shows_every_page_without_scrolling_sideways(desk: House, tab: Tabs, place: str) -> None:
    mine = tab(desk, width=360)
    page = mine.open(place)
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    if place == "/nowhere":
        mine.wrong.clear()  # the browser tells of the 404


def test_without_scripts_a_finding_is_accepted_dismissed_and_taken_back(own_desk: House, tab: Tabs) -> None:
    page = tab(own_desk, scripts=False).open("/")
    page.get_by_role("link", name="Wuhan").first.click()
    page.get_by_label("Note").fill("read on paper")
    page.get_by_role("button", name="Accept").click()
    page.wait_for_url("**done=F4")
    assert own_desk.service.finding(4).note == "read on paper"
    page.get_by_label("Reason").fill("not this one")
    page.get_by_role("button", name="Dismiss").click()
    page.wait_for_url("**done=F5")
    assert own_desk.service.finding(5).state is ReviewState.DISMISSED
    page.get_by_role("button", name="Undo").click()
    page.wait_for_url("**/findings/F5?done=F5")
    assert own_desk.service.finding(5).state is ReviewState.OPEN


def test_times_are_shown_in_the_readers_hours_and_in_beijings(desk: House, tab: Tabs) -> None:
    page = tab(desk, zone="America/New_York").open("/")
    assert page.locator(".side time").first.inner_text().split() == [
        "2022-01-05", "12:00", "Beijing", "2022-01-04", "23:00", "yours",
    ]  # fmt: skip
    assert "yours" not in tab(desk, zone="Asia/Shanghai").open("/").locator(".side time").first.inner_text()


def test_a_term_is_glossed_on_hover_until_escape_and_in_print(desk: House, tab: Tabs) -> None:
    page = tab(desk).open("/findings/F4")
    term = page.locator(".notice .text .term").first
    gloss = term.locator(".gloss")
    assert not gloss.is_visible()
    term.hover()
    assert gloss.is_visible()
    page.keyboard.press("Escape")
    assert not gloss.is_visible()
    page.mouse.move(5, 5)
    page.emulate_media(media="print")
    assert gloss.is_visible()


def test_a_closed_desk_lets_in_who_knows_the_token(demo: Path, tmp_path: Path, tab: Tabs) -> None:
    from tests.desk.house import TOKEN, copied, served

    with served(copied(demo, tmp_path), host="0.0.0.0") as house:
        mine = tab(house)
        page = mine.open("/findings/F4")
        page.get_by_label("Token or password").fill("wrong")
        page.get_by_role("button", name="Sign in").click()
        assert "That is not it." in page.get_by_role("alert").inner_text()
        mine.wrong.clear()  # the browser tells of the 401
        page.get_by_label("Token or password").fill(TOKEN)
        page.keyboard.press("Enter")
        page.wait_for_url("**/findings/F4")
        page.keyboard.press("a")
        page.wait_for_url("**done=F4")
        page.get_by_role("button", name="Sign out").click()
        page.wait_for_url("**/login")

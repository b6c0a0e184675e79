"""The desk over a database that a hostile site filled: nothing runs, nothing is loaded, nothing bursts.

Every text goes through the pages that show many; through those that show one goes every twentieth, and all of
them with `ZONEWATCH_TEST_FULL=1` (`make torture`).
"""

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from monitor.model import Change, ChangeKind, Draft, FindingKind, LinkState, Place, Standing, State
from scraper.model import Attachment, Outcome, OutcomeKind
from storage.store import Store
from tests.browser.conftest import Tab
from tests.desk.house import NOW, House, served
from tests.hostile_texts import ADDRESSES, HOSTILE
from tests.store.samples import draft, fetch, look, notice, record, row

DOSSIER = "ai-pilot-zones"
SOURCE = f"{DOSSIER}/fn02"
PAGE = "https://www.most.gov.cn/t1.html"
WIDE = 360
STEP = 1 if os.environ.get("ZONEWATCH_TEST_FULL") else 20
Tabs = Callable[..., Tab]


def fill(store: Store) -> None:
    """Keep a visit a text: it edits the notice, raises a finding, and says what became of the visit."""
    before = notice("科技部的函")
    for at, text in enumerate(HOSTILE):
        url, when = ADDRESSES[at % len(ADDRESSES)], NOW - timedelta(hours=len(HOSTILE) - at)
        reading = replace(notice(text), text=f"{before.text}\n{text}", attachments=(Attachment(url, text),))
        made = record(when, source=SOURCE, got=fetch(when), new_reading=reading, digest=str(at))
        seen = replace(
            made.seen, look=look(SOURCE, url=PAGE), outcome=Outcome(OutcomeKind.GOOD, "gate", text)
        )
        link = LinkState(state=State.ALIVE, since=when, last_good=when, last_visit=when, rule=text)
        rows = (row(f"k{at}", url=url, title=text),)
        drafts = (hostile(at, text, url),)
        told = replace(made, seen=seen, standing=Standing(SOURCE, link, url=url), drafts=drafts, rows=rows)
        store.keep(told, now=when)


def hostile(at: int, text: str, url: str) -> Draft:
    """A finding all of whose words are hostile: every fifth one a new zone."""
    said: dict[str, Any] = {
        "subject": SOURCE,
        "url": url,
        "title": text,
        "because": (text,),
        "document_number": text,
    }
    if at % 5 == 0:
        return draft(f"zone {at}", zone=Place(text, text, text), **said)
    changes = (Change(ChangeKind.TEXT, text, f"a{text}", f"b{text}"),)
    return draft(f"edit {at}", kind=FindingKind.EDITED, zone=None, changes=changes, **said)


@pytest.fixture(scope="module")
def hostile_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A desk over that database."""
    path = tmp_path_factory.mktemp("hostile") / "zonewatch.db"
    with Store.open(str(path)) as store:
        fill(store)
    with served(path, now=NOW) as house:
        yield house


BROAD = (
    "/",
    "/findings?state=all",
    "/findings?state=all&offset=50",
    "/sources",
    f"/sources/{SOURCE}",
    f"/sources/{SOURCE}?before=V40",
    "/zones",
    "/links",
    "/sheet",
    "/dossiers",
    "/search?q=函",
    "/search?q=alert",
    "/search?q=%3Cscript%3Ealert(1)%3C/script%3E",
    f"/diff/{SOURCE}?from=1&to={len(HOSTILE)}",
    f"/findings?state={'%3Cscript%3Ealert(1)%3C/script%3E'}",
)


def alone(at: int) -> tuple[str, ...]:
    """The pages that show one text: its finding, visit, snapshot, and what it changed."""
    number = at + 1
    changed = (f"/diff/{SOURCE}?from={at}&to={number}&view=side",) if at else ()
    return (f"/findings/F{number}", f"/visits/V{number}", f"/snapshots/{number}", *changed)


def check(opened: Tab, place: str) -> None:
    """Open a page and hold it: nothing of another's is in it, and it is as wide as its screen."""
    page = opened.open(place)
    assert page.locator("main").count() == 1 and page.locator("footer").count() == 1, place
    planted = "main script, main iframe[srcdoc], main base, main style, main form[action^='http'], [onload]"
    assert page.locator(planted).count() == 0, place
    leads = page.eval_on_selector_all("a[href]", "all => [...new Set(all.map(one => one.protocol))]")
    assert set(leads) <= {"http:", "https:", ":"}, (place, leads)  # ":" is an address that leads nowhere
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= WIDE, (place, wide)


def test_pages_that_show_many_texts_show_them_as_text(hostile_house: House, tab: Tabs) -> None:
    opened = tab(hostile_house, width=WIDE)
    for place in BROAD:
        check(opened, place)
        if place.startswith("/findings?state=%"):
            opened.wrong.clear()  # the browser tells of the 404


def test_pages_that_show_one_text_show_it_as_text(hostile_house: House, tab: Tabs) -> None:
    opened = tab(hostile_house, width=WIDE)
    for at in range(0, len(HOSTILE), STEP):
        for place in alone(at):
            check(opened, place)


def test_no_page_of_any_text_has_an_element_that_a_harmless_page_has_not(hostile_house: House) -> None:
    from lxml import html

    allowed = {
        *(
            "html",
            "head",
            "meta",
            "title",
            "link",
            "script",
            "body",
            "header",
            "nav",
            "main",
            "footer",
            "form",
        ),
        *("section", "article", "h1", "h2", "h3", "h4", "p", "a", "ul", "ol", "li", "dl", "div", "dt", "dd"),
        *(
            "span",
            "strong",
            "time",
            "code",
            "kbd",
            "details",
            "summary",
            "label",
            "input",
            "button",
            "select",
        ),
        *("option", "table", "thead", "tbody", "tr", "th", "td", "ins", "del", "wbr", "iframe", "br"),
    }
    for at in range(0, len(HOSTILE), max(1, STEP // 3)):
        place = alone(at)[at % 4 % 3]
        document = html.fromstring(hostile_house.page(place))
        assert {one.tag for one in document.iter() if isinstance(one.tag, str)} <= allowed, place
        assert {one.get("src", "/static/")[:8] for one in document.iter("script")} == {"/static/"}, place
        handlers = {name for one in document.iter() for name in one.attrib if name.startswith("on")}
        assert not handlers, place


def test_the_feeds_and_the_exports_are_whole(hostile_house: House) -> None:
    for place in ("/feed.atom", f"/dossiers/{DOSSIER}/feed.atom", f"/export/footnotes/{DOSSIER}.csv"):
        answer = hostile_house.get(place)
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "text/html" not in answer.headers["content-type"]

"""The HTML report in a real browser: nothing runs, nothing is loaded, nothing bursts its column."""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from pypdf import PdfReader

import reports
from tests.hostile_texts import ADDRESSES, HOSTILE
from tests.reports_sample import hostile_crowd, report

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

A4 = (595, 842)
"""Points, as PDF counts."""
POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy"[^>]*>')


def show(chromium: "Browser", path: Path, html: str, **how: Any) -> tuple["Page", list[str]]:
    """Open a page and hear whatever runs or is asked for."""
    path.write_text(html, encoding="utf-8", errors="replace")
    heard: list[str] = []
    page = chromium.new_page(**how)
    page.on("dialog", lambda dialog: (heard.append(f"dialog {dialog.message}"), dialog.dismiss()))
    page.on("request", lambda asked: heard.append(asked.url) if asked.url != path.as_uri() else None)
    page.on("popup", lambda _: heard.append("popup"))
    page.on("framenavigated", lambda frame: heard.append(frame.url) if frame.url != path.as_uri() else None)
    page.goto(path.as_uri())
    return page, heard


def poke(page: "Page") -> None:
    """Set off what waits for a person: focus, pointers, opened details."""
    page.evaluate(
        """() => { for (const one of document.querySelectorAll('*')) {
             for (const name of ['mouseover', 'focus', 'click', 'toggle', 'error', 'load'])
               if (name !== 'click' || !one.closest('a, summary')) one.dispatchEvent(new Event(name));
           } }"""
    )


def test_no_hostile_text_runs_or_loads_anything_in_a_report(chromium: "Browser", tmp_path: Path) -> None:
    """Without the page's own policy, which would hide that a text broke out."""
    html, without = POLICY.subn("", reports.render(hostile_crowd(HOSTILE), "html"))
    assert without == 1
    page, heard = show(chromium, tmp_path / "r.html", html)
    poke(page)
    assert not heard
    assert page.locator("main > section").count() == 2 and page.locator("footer").count() == 1
    assert page.locator("article").count() == 3 * len(HOSTILE)
    assert page.locator("article article, article script, article form, article iframe").count() == 0


def test_no_hostile_address_runs_or_loads_anything_in_a_report(chromium: "Browser", tmp_path: Path) -> None:
    report_of_all = hostile_crowd(["甲"] * len(ADDRESSES), ADDRESSES)
    page, heard = show(chromium, tmp_path / "r.html", POLICY.sub("", reports.render(report_of_all, "html")))
    poke(page)
    leads = page.eval_on_selector_all("a", "all => all.map(one => one.protocol)")
    assert not heard and {"http:", "https:"} <= set(leads) <= {"http:", "https:", ":"}


@pytest.mark.parametrize("width", [360, 1280])
def test_no_text_bursts_its_column(chromium: "Browser", tmp_path: Path, width: int) -> None:
    html = reports.render(hostile_crowd(HOSTILE, ADDRESSES), "html")
    page, _ = show(chromium, tmp_path / "r.html", html, viewport={"width": width, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_policy_of_the_page_forbids_everything_it_does_not_need(
    chromium: "Browser", tmp_path: Path
) -> None:
    html = reports.render(report(), "html").replace(
        "</main>", "<script>document.title='ran'</script><img src='http://127.0.0.1:9/x.png'></main>"
    )
    page, heard = show(chromium, tmp_path / "r.html", html)
    assert page.title() != "ran"
    assert not [one for one in heard if one.startswith("dialog")]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_report_can_be_read_by_day_and_by_night(chromium: "Browser", tmp_path: Path, scheme: str) -> None:
    page, _ = show(chromium, tmp_path / "r.html", reports.render(report(), "html"), color_scheme=scheme)
    paper, ink, line = page.evaluate(
        """() => [getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color,
                  getComputedStyle(document.querySelector('svg.chart text')).fill]"""
    )
    assert contrast(paper, ink) >= 7
    assert contrast(paper, line) >= 4.5


def contrast(one: str, other: str) -> float:
    """The ratio of WCAG 2.2, 1.4.3, of two colours as a browser gives them."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    shares = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
    linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in shares]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_a_report_prints_on_a4_with_its_text_and_its_charts(chromium: "Browser", tmp_path: Path) -> None:
    page, _ = show(chromium, tmp_path / "r.html", reports.render(report(), "html"))
    page.pdf(path=tmp_path / "r.pdf", format="A4", prefer_css_page_size=True)
    pdf = PdfReader(tmp_path / "r.pdf")
    sizes = {(round(float(one.mediabox.width)), round(float(one.mediabox.height))) for one in pdf.pages}
    assert sizes == {A4} or sizes == {(A4[0] + 1, A4[1])} or sizes == {(595, 841)}
    text = "".join(one.extract_text() for one in pdf.pages)
    flat = re.sub(r"\s+", "", text)
    assert "国科函规〔2020〕171号" in flat and "Zonesannouncedovertime" in flat
    assert 2 <= len(pdf.pages) <= 12


def test_a_heading_is_not_left_alone_at_the_foot_of_a_page(chromium: "Browser", tmp_path: Path) -> None:
    page, _ = show(chromium, tmp_path / "r.html", reports.render(report(), "html"))
    page.emulate_media(media="print")
    kept = page.evaluate("getComputedStyle(document.querySelector('h3')).breakAfter")
    whole = page.evaluate("getComputedStyle(document.querySelector('article')).breakInside")
    assert (kept, whole) == ("avoid", "avoid")


def test_in_print_nothing_is_light_on_dark(chromium: "Browser", tmp_path: Path) -> None:
    page, _ = show(chromium, tmp_path / "r.html", reports.render(report(), "html"), color_scheme="dark")
    page.emulate_media(media="print", color_scheme="dark")
    paper, ink = page.evaluate(
        "() => [getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color]"
    )
    assert luminance(ink) < 0.1 and (paper == "rgba(0, 0, 0, 0)" or luminance(paper) > 0.8)


def test_a_mail_client_that_drops_styles_and_drawings_still_has_every_word(
    chromium: "Browser", tmp_path: Path
) -> None:
    html = reports.render(report(), "html")
    bare = re.sub(r"<style>.*?</style>|<svg.*?</svg>", "", html, flags=re.DOTALL)
    page, _ = show(chromium, tmp_path / "r.html", bare)
    text = page.inner_text("body")
    assert "Zones announced over time" in text and "zones announced from" in text
    assert "广州" in text and "Because" in text

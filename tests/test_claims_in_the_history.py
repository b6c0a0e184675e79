"""Claims held against pages in the courses: over the shipped history, and over a site in our hands."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.claim_table import checks, letters_among
from monitor.claims import Check, Page, Result, What
from monitor.dossier import Dossier, load
from monitor.model import Finding, FindingKind
from storage.store import Store
from tests.site import HEFEI, QTWJ, START, Monitor, Pages, bound, cited, day_of, dossier_text, page, row

ROOT = Path(__file__).parents[1]
DAY = timedelta(days=1)
CLAIMS = (FindingKind.CLAIM_CONTRADICTED, FindingKind.CLAIM_LOST)


@pytest.fixture(scope="module")
def dossier() -> Dossier:
    return load(ROOT / "dossiers" / "ai_pilot_zones.toml")


@pytest.fixture(scope="module")
def replayed(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """The whole shipped history, day by day, in one database."""
    with Store.open(str(shutil.copy(demo, tmp_path_factory.mktemp("history")))) as store:
        yield store


@pytest.fixture(scope="module")
def table(replayed: Store, dossier: Dossier) -> tuple[Check, ...]:
    standings = replayed.standings(dossier.id)
    seen = {name: standing.snapshot for name, standing in standings.items() if standing.snapshot}
    return checks(dossier, seen, letters_among(dossier, seen.values()))


def raised(store: Store) -> list[Finding]:
    return [one for one in store.findings(open_only=False) if one.draft.kind in CLAIMS]


def test_the_history_contradicts_beijings_announcement_and_nothing_else(replayed: Store) -> None:
    (found,) = raised(replayed)
    assert found.draft.kind is FindingKind.CLAIM_CONTRADICTED
    assert found.draft.zone is not None and found.draft.zone.en == "Beijing"
    assert found.draft.subject == "ai-pilot-zones/fn02"
    letter, news, said = found.draft.because
    assert "t20190221_145133" in letter and letter.endswith("says 2019-02-21")
    assert "content_5368241" in news and news.endswith("says 2019-02-25")
    assert "dossier says" in said and said.endswith("2019-02-25")


def test_the_contradiction_points_at_the_visits_to_both_pages(replayed: Store) -> None:
    (found,) = raised(replayed)
    sources = {visit.source for number in found.evidence if (visit := replayed.visit(number))}
    assert sources == {"ai-pilot-zones/fn02", "ai-pilot-zones/t20190221_145133"}


def test_it_is_raised_on_the_first_day(replayed: Store) -> None:
    (found,) = raised(replayed)
    assert f"{found.raised:%Y-%m-%d}" == "2020-03-12"


def test_every_zones_claims_are_checked(table: tuple[Check, ...], dossier: Dossier) -> None:
    days = {one.claim.zone for one in table if one.claim.what is What.CREATED and one.page is Page.CITED}
    assert days == {zone.zh for zone in dossier.zones}
    assert {one.result for one in table} == {
        Result.CONFIRMED,
        Result.CONTRADICTED,
        Result.NOT_CHECKABLE,
    }
    assert all(one.snapshot and one.visit and one.url for one in table)


def test_every_day_but_beijings_and_every_chinese_term_is_confirmed(table: tuple[Check, ...]) -> None:
    other = [one for one in table if one.result is not Result.CONFIRMED]
    assert [one.claim.name for one in other if one.claim.zh or one.claim.what is not What.STRENGTH] == [
        "北京 announced"
    ]
    terms = {one.claim.zh for one in table if one.result is Result.CONFIRMED and one.claim.zh}
    assert {"科教资源", "应用场景", "智能语音", "产业链完整", "县域智能治理", "智能交互"} <= terms


def test_only_beijing_has_a_letter_that_is_another_page_than_the_cited(table: tuple[Check, ...]) -> None:
    assert {one.claim.zone for one in table if one.page is Page.LETTER} == {"北京"}


# --- a site in our hands -----------------------------------------------------------------------------------

STRENGTHS = 'strengths = [{ en = "Intelligent speech", zh = "智能语音" }, { en = "robotics" }]\n'
NEWS = "https://www.gov.cn/xinwen/2019-10/25/content_5368241.htm"
NEWS_DAY = "2019-10-25"


def about_hefei(announced: str = f"{day_of(HEFEI)}", url: str = HEFEI.url, lists: bool = False) -> str:
    """A dossier of Hefei alone, with strengths."""
    text = dossier_text(
        citations=[cited(HEFEI, 1) | {"url": url}],
        lists=[{"name": "qtwj", "url": QTWJ}] if lists else (),
    )
    head, zone, rest = text.partition("[[zones]]\n")
    body, citation, tail = rest.partition("[[citations]]")
    dated = body.replace(f"announced = {day_of(HEFEI)}", f"announced = {announced}")
    return "".join((head, zone, dated, STRENGTHS, citation, tail))


def news() -> str:
    """gov.cn's report of the letter, a week after it."""
    told = "科技部日前致函安徽省人民政府，支持合肥建设国家新一代人工智能创新发展试验区。" * 8
    return (
        f"<html><head><meta charset='utf-8'><title>合肥试验区成立</title></head><body>"
        f"<div class='article oneColumn'><h1>合肥国家新一代人工智能创新发展试验区成立</h1>"
        f"<div class='pages-date'>{NEWS_DAY} 16:47 来源： 科技部网站</div>"
        f"<div class='pages_content'><p>{told}</p></div></div></body></html>"
    )


def letter_at(url: str = HEFEI.url) -> Pages:
    pages = Pages()
    pages.put(url, page(HEFEI))
    return pages


def test_a_confirmed_term_that_goes_is_lost_once(tmp_path: Path) -> None:
    pages = letter_at()
    with Monitor(tmp_path, pages, about_hefei()) as monitor:
        assert monitor.said(START) == []
        pages.put(HEFEI.url, page(HEFEI, slip=("智能语音", "智能制造")))
        assert monitor.said(START + DAY) == ["claim_lost fn01", "edited fn01"]
        assert monitor.said(START + 2 * DAY) == []
        (lost,) = monitor.findings("claim_lost")
        assert any("智能语音" in reason for reason in lost.draft.because)
        assert len(lost.evidence) == 2, "the visit that confirmed it, and the one that did not"


def test_a_claim_that_comes_back_and_goes_again_is_news_again(tmp_path: Path) -> None:
    pages = letter_at()
    gone = page(HEFEI, slip=("智能语音", "智能制造"))
    with Monitor(tmp_path, pages, about_hefei()) as monitor:
        for day, body in enumerate((page(HEFEI), gone, page(HEFEI), gone)):
            pages.put(HEFEI.url, body)
            monitor.at(START + day * DAY)
        assert len(monitor.findings("claim_lost")) == 2


def test_a_term_missing_at_the_first_visit_is_no_loss(tmp_path: Path) -> None:
    pages = Pages()
    pages.put(HEFEI.url, page(HEFEI, slip=("智能语音", "智能制造")))
    with Monitor(tmp_path, pages, about_hefei()) as monitor:
        assert monitor.said(START) == []
        pages.put(HEFEI.url, page(HEFEI, slip=("智能语音", "智能终端")))
        assert monitor.said(START + DAY) == ["edited fn01"]


@pytest.mark.parametrize("status", [200, 404, 412, 503])
def test_a_cited_page_that_cannot_be_seen_changes_nothing(tmp_path: Path, status: int) -> None:
    pages = letter_at()
    with Monitor(tmp_path, pages, about_hefei()) as monitor:
        monitor.at(START)
        pages.put(HEFEI.url, b"", status)
        for day in range(1, 5):
            monitor.at(START + day * DAY)
        assert not monitor.findings("claim_lost") and not monitor.findings("claim_contradicted")


@pytest.mark.parametrize("claimed", ["2019-10-11", "2019-10-30"])
def test_the_cited_letters_other_day_contradicts_the_dossier_once(tmp_path: Path, claimed: str) -> None:
    with Monitor(tmp_path, letter_at(), about_hefei(claimed)) as monitor:
        assert monitor.said(START) == ["claim_contradicted fn01"]
        assert monitor.said(START + DAY) == []
        (found,) = monitor.findings()
        assert found.draft.because[0].endswith(f"says {day_of(HEFEI)}")
        assert found.draft.because[-1].endswith(claimed)


def test_a_letter_found_on_a_list_contradicts_what_the_cited_news_confirms(tmp_path: Path) -> None:
    pages = letter_at()
    pages.put(NEWS, news())
    for url, body in bound(QTWJ, [row(HEFEI)]).items():
        pages.put(url, body)
    with Monitor(tmp_path, pages, about_hefei(NEWS_DAY, NEWS, lists=True)) as monitor:
        assert monitor.said(START) == ["claim_contradicted fn01"]
        told = monitor.findings()[0].draft.because
        assert [one.rsplit(" ", 1)[1] for one in told] == [f"{day_of(HEFEI)}", NEWS_DAY, NEWS_DAY]
        assert monitor.said(START + DAY) == []


def test_while_the_cited_page_is_unseen_the_letter_speaks_alone(tmp_path: Path) -> None:
    pages = letter_at()
    pages.put(NEWS, b"", 503)
    for url, body in bound(QTWJ, [row(HEFEI)]).items():
        pages.put(url, body)
    with Monitor(tmp_path, pages, about_hefei(NEWS_DAY, NEWS, lists=True)) as monitor:
        monitor.at(START)
        (found,) = monitor.findings("claim_contradicted")
        assert len(found.draft.because) == 2 and "cited page" not in "".join(found.draft.because)


def test_a_term_lost_by_way_of_an_unseen_fortnight_is_still_lost(tmp_path: Path) -> None:
    pages = letter_at()
    with Monitor(tmp_path, pages, about_hefei()) as monitor:
        monitor.at(START)
        pages.put(HEFEI.url, b"", 412)
        for day in range(1, 15):
            monitor.at(START + day * DAY)
        pages.put(HEFEI.url, page(HEFEI, slip=("智能语音", "智能制造")))
        assert "claim_lost fn01" in monitor.said(START + 15 * DAY)


def test_another_edit_of_a_page_that_lost_a_claim_does_not_tell_it_again(tmp_path: Path) -> None:
    pages = letter_at()
    with Monitor(tmp_path, pages, about_hefei()) as monitor:
        monitor.at(START)
        for day, slip in enumerate(("智能制造", "智能终端", "智能家电"), 1):
            pages.put(HEFEI.url, page(HEFEI, slip=("智能语音", slip)))
            monitor.at(START + day * DAY)
        assert len(monitor.findings("claim_lost")) == 1
        assert len(monitor.findings("edited")) == 3


def test_noise_loses_nothing(tmp_path: Path) -> None:
    pages = letter_at()
    with Monitor(tmp_path, pages, about_hefei()) as monitor:
        monitor.at(START)
        pages.put(HEFEI.url, page(HEFEI).replace("智能语音".encode(), "智能<span>语 音</span>".encode()))
        monitor.at(START + DAY)
        assert not monitor.findings("claim_lost")


def test_a_copy_of_the_cited_letter_found_on_a_list_raises_nothing(tmp_path: Path) -> None:
    copy = HEFEI.url.replace("/qtwj/qtwj2019/", "/fgzc/gfxwj/gfxwj2019/")
    pages = letter_at()
    earlier = page(HEFEI._replace(day="20191017"), copy)
    pages.put(copy, earlier)
    for url, body in bound(QTWJ, [replace(row(HEFEI), href=copy)]).items():
        pages.put(url, body)
    with Monitor(tmp_path, pages, about_hefei(lists=True)) as monitor:
        assert monitor.said(START) == []
        assert pages.times(copy) == 1, "it was read, and is no other page than the cited one"

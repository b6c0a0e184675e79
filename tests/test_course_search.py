"""The search for where a lost notice went: asked in order, believed only by what the page says."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from letters import Letter

from tests.site import (
    GUANGZHOU,
    HEFEI,
    MOST,
    QTWJ,
    START,
    Monitor,
    Pages,
    bound,
    cited,
    document,
    dossier_text,
    filler,
    page,
)

DAY = timedelta(days=1)
FOLDER = "http://www.most.gov.cn/mostinfo/xinxifenlei/fgzc/gfxwj/gfxwj2019/201910"
OLD_URL = f"{FOLDER}/t20191018_149420.htm"
NEW_URL = HEFEI.url
OTHER_NEW = NEW_URL.replace("/qtwj/qtwj2019", "/fgzc/gfxwj/gfxwj2019")
REFILED = {
    "from": "http://{www}most.gov.cn/mostinfo/xinxifenlei/fgzc/gfxwj/gfxwj{year}/{month}/t{day}_{id}.htm",
    "to": [
        f"{MOST}/fgzc/gfxwj/gfxwj{{year}}/{{month}}/t{{day}}_{{id}}.html",
        f"{MOST}/qtwj/qtwj{{year}}/{{month}}/t{{day}}_{{id}}.html",
    ],
}


@pytest.fixture
def pages() -> Pages:
    """The letter where the footnote cites it."""
    made = Pages()
    made.put(OLD_URL, page(HEFEI))
    return made


@pytest.fixture
def monitor(tmp_path: Path, pages: Pages) -> Iterator[Monitor]:
    with Monitor(tmp_path, pages, text()) as made:
        yield made


def text(**more: object) -> str:
    return dossier_text(citations=[cited(HEFEI, 1, url=OLD_URL)], refilings=[REFILED], **more)  # type: ignore[arg-type]


def state(monitor: Monitor) -> tuple[str, str | None]:
    standing = monitor.standing("fn01")
    return standing.link.state.value, standing.url


def of_hefei(other: Letter) -> bytes:
    """A page at Hefei's address that is another city's letter."""
    return page(other, NEW_URL)


def test_a_lost_letter_is_found_in_the_same_pass_where_the_site_re_filed_it(
    monitor: Monitor, pages: Pages
) -> None:
    monitor.at(START)
    pages.take_away(OLD_URL)
    pages.put(NEW_URL, page(HEFEI))
    done = monitor.at(START + DAY)
    (found,) = done.findings
    assert (found.draft.kind.value, found.draft.url) == ("moved", NEW_URL)
    assert any("same title" in reason for reason in found.draft.because)
    assert state(monitor) == ("moved", NEW_URL)
    assert len(found.evidence) == 2, "where it was seen before, and where it stands now"
    assert monitor.outcomes(done) == [("notice", "gone"), ("successor", "gone"), ("successor", "good")]


def test_a_letter_that_was_never_seen_at_its_old_address_is_found_too(monitor: Monitor, pages: Pages) -> None:
    """A fresh database on a site that moved years ago: the page names the zone under the same number."""
    pages.take_away(OLD_URL)
    pages.put(NEW_URL, page(HEFEI))
    assert monitor.said(START) == ["moved fn01"]


def test_a_moved_letter_is_raised_once_and_watched_where_it_stands(monitor: Monitor, pages: Pages) -> None:
    pages.take_away(OLD_URL)
    pages.put(NEW_URL, page(HEFEI))
    monitor.at(START)
    pages.asked.clear()
    assert monitor.said(START + DAY) == []
    assert pages.asked == [NEW_URL]
    pages.put(NEW_URL, page(HEFEI, slip=("语音", "语意")))
    assert monitor.said(START + 2 * DAY) == ["edited fn01"]


def test_a_second_move_says_which_address_no_longer_shows_the_letter(monitor: Monitor, pages: Pages) -> None:
    pages.take_away(OLD_URL)
    pages.put(OTHER_NEW, page(HEFEI))
    monitor.at(START)
    pages.take_away(OTHER_NEW)
    pages.put(NEW_URL, page(HEFEI))
    assert monitor.said(START + DAY) == ["moved fn01"]
    said = [finding.draft.because[0] for finding in monitor.findings("moved")]
    assert sorted(said) == sorted(f"{url} no longer shows it" for url in (OLD_URL, OTHER_NEW))


def test_a_page_of_another_city_at_the_likely_address_is_no_successor(monitor: Monitor, pages: Pages) -> None:
    monitor.at(START)
    pages.take_away(OLD_URL)
    pages.put(NEW_URL, of_hefei(GUANGZHOU))
    assert monitor.said(START + DAY) == []
    assert state(monitor) == ("failing", None)


def test_the_sites_own_re_filing_is_asked_first_then_respelt_addresses(
    monitor: Monitor, pages: Pages
) -> None:
    pages.take_away(OLD_URL)
    monitor.at(START)
    secure = OLD_URL.replace("http:", "https:")
    assert pages.asked[0] == OLD_URL
    assert pages.asked[1:4] == [OTHER_NEW, NEW_URL, secure]
    assert f"{OLD_URL}l" in pages.asked
    assert len(pages.asked) == len(set(pages.asked)) <= 1 + 8


def test_what_a_watched_list_shows_of_it_is_asked_too(tmp_path: Path, pages: Pages) -> None:
    unforeseen = f"{MOST}/elsewhere/202203/t20220301_777777.html"
    pages.put(QTWJ, bound(QTWJ, [filler(2)])[QTWJ])
    with Monitor(tmp_path, pages, text(lists=[{"name": "list", "url": QTWJ}])) as monitor:
        monitor.at(START)
        pages.take_away(OLD_URL)
        pages.put(unforeseen, page(HEFEI))
        shown = [replace(filler(1), href=unforeseen, title=HEFEI.title), filler(2)]
        pages.put(QTWJ, bound(QTWJ, shown)[QTWJ])
        assert monitor.said(START + DAY) == ["moved fn01"]
        assert state(monitor) == ("moved", unforeseen)


@pytest.mark.parametrize("status", [301, 308])
def test_a_permanent_redirect_to_the_verified_letter_is_a_move(
    monitor: Monitor, pages: Pages, status: int
) -> None:
    monitor.at(START)
    target = pages.put(f"{MOST}/a/b/t20191018_1.html", page(HEFEI))
    pages.send_on(OLD_URL, target, status)
    assert monitor.said(START + DAY) == ["moved fn01"]
    assert state(monitor) == ("moved", target)
    assert monitor.said(START + 2 * DAY) == []


@pytest.mark.parametrize("status", [302, 303, 307])
def test_a_temporary_redirect_is_followed_and_is_no_move(monitor: Monitor, pages: Pages, status: int) -> None:
    monitor.at(START)
    target = pages.put(f"{MOST}/a/b/t20191018_1.html", page(HEFEI))
    pages.send_on(OLD_URL, target, status)
    done = monitor.at(START + DAY)
    assert done.findings == []
    assert monitor.outcomes(done)[0] == ("notice", "redirected")
    assert state(monitor) == ("alive", None)


def test_a_permanent_redirect_to_another_page_is_no_move_and_no_edit(monitor: Monitor, pages: Pages) -> None:
    monitor.at(START)
    before = monitor.standing("fn01").snapshot
    target = f"{MOST}/a/b/t20200904_1.html"
    words = ("农业科技园区要按照规划组织建设，定期评估，有进有出，请各省做好监督管理和经费保障工作。" * 9,)
    title = "科技部关于公布国家农业科技园区综合评估结果的通知"
    pages.put(
        target, document(title, target, words, number="国科发农〔2020〕1号", published=date(2020, 9, 4))
    )
    pages.send_on(OLD_URL, target)
    assert monitor.said(START + DAY) == []
    assert state(monitor) == ("unseen", None)
    assert monitor.standing("fn01").snapshot == before


@pytest.mark.parametrize(
    "target",
    [
        OLD_URL.replace("http:", "https:"),
        OLD_URL.replace("www.", ""),
        f"{OLD_URL}l",
    ],
)
def test_a_move_by_scheme_www_or_extension_is_too_small_to_tell(
    monitor: Monitor, pages: Pages, target: str
) -> None:
    monitor.at(START)
    pages.send_on(OLD_URL, pages.put(target, page(HEFEI)))
    assert monitor.said(START + DAY) == []
    assert state(monitor)[0] == "alive"


def test_a_letter_that_comes_back_to_its_old_address_is_followed_there(
    monitor: Monitor, pages: Pages
) -> None:
    monitor.at(START)
    pages.take_away(OLD_URL)
    pages.put(NEW_URL, page(HEFEI))
    monitor.at(START + DAY)
    pages.take_away(NEW_URL)
    pages.put(OLD_URL, page(HEFEI))
    monitor.at(START + 2 * DAY)
    assert state(monitor) == ("alive", OLD_URL)


def test_a_wall_starts_no_search(monitor: Monitor, pages: Pages) -> None:
    pages.put(OLD_URL, "<html><script>document.cookie='__jsl_clearance_s=1'</script></html>", 521)
    monitor.at(START)
    assert pages.asked == [OLD_URL]


def test_a_letter_found_elsewhere_is_held_against_the_dossiers_claims(monitor: Monitor, pages: Pages) -> None:
    """It was never seen at its old address: what it says is heard where it stands now."""
    pages.take_away(OLD_URL)
    pages.put(NEW_URL, page(HEFEI._replace(day="20191025"), NEW_URL))
    assert monitor.said(START) == ["claim_contradicted fn01", "moved fn01"]
    because = " ".join(monitor.findings("claim_contradicted")[0].draft.because)
    assert "2019-10-25" in because and "2019-10-18" in because


def test_a_moved_letters_old_address_is_asked_once_a_month_and_nothing_comes_of_it(
    monitor: Monitor, pages: Pages
) -> None:
    pages.take_away(OLD_URL)
    pages.put(NEW_URL, page(HEFEI))
    monitor.at(START)
    asked, told = [], []
    for day in range(1, 75):
        before = pages.times(OLD_URL)
        if day == 50:
            pages.put(OLD_URL, page(HEFEI))
        told += monitor.said(START + day * DAY, everything=False)
        asked += [day] if pages.times(OLD_URL) > before else []
    assert asked == [30, 60]
    assert told == []
    assert state(monitor) == ("moved", NEW_URL)
    kept = [visit for visit in monitor.store.visits("d/fn01") if visit.url == OLD_URL][:2]
    assert [visit.outcome.kind.value for visit in kept] == ["good", "gone"]


def test_a_letter_that_never_moved_is_asked_at_one_address_only(monitor: Monitor, pages: Pages) -> None:
    for day in (0, 30, 60):
        monitor.at(START + day * DAY)
    assert set(pages.asked) == {OLD_URL}

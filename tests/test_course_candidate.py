"""The course of the page behind a row: judged from the page, tried again where it cannot be seen."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.model import ReviewState
from tests.site import (
    GUANGZHOU,
    HEFEI,
    QTWJ,
    START,
    WUHAN,
    Monitor,
    Pages,
    bound,
    cited,
    day_of,
    document,
    dossier_text,
    filler,
    page,
    row,
)

DAY = timedelta(days=1)
WALL = "<html><body><script>document.cookie='__jsl_clearance_s=1';location.reload()</script></body></html>"
LIST = {"name": "list", "url": QTWJ}


@pytest.fixture
def pages() -> Pages:
    """Hefei's letter and a list that shows it, with another row."""
    made = Pages()
    made.put(HEFEI.url, page(HEFEI))
    show(made)
    return made


@pytest.fixture
def monitor(tmp_path: Path, pages: Pages) -> Iterator[Monitor]:
    with Monitor(tmp_path, pages, dossier_text(lists=[LIST])) as made:
        yield made


def show(pages: Pages, *rows: object) -> None:
    for url, body in bound(QTWJ, [*rows, row(HEFEI), filler(1)]).items():  # type: ignore[list-item]
        pages.put(url, body)


def test_a_new_zone_says_why_and_what_the_page_says_of_itself(monitor: Monitor, pages: Pages) -> None:
    pages.put(GUANGZHOU.url, page(GUANGZHOU))
    show(pages, row(GUANGZHOU))
    done = monitor.at(START)
    (found,) = done.findings
    draft = found.draft
    assert (draft.kind.value, draft.zone) == ("new_zone", GUANGZHOU.place)
    assert (draft.url, draft.title, draft.document_number) == (
        GUANGZHOU.url,
        GUANGZHOU.title,
        "国科函规〔2020〕171号",
    )
    assert draft.published == day_of(GUANGZHOU)
    assert draft.because
    (shown,) = (visit for visit in done.visits if visit.url == GUANGZHOU.url)
    assert found.evidence == (shown.id,)
    assert shown.via == "d/list"


def test_a_new_zones_letter_becomes_a_source_and_is_watched_from_then_on(
    monitor: Monitor, pages: Pages
) -> None:
    pages.put(GUANGZHOU.url, page(GUANGZHOU))
    show(pages, row(GUANGZHOU))
    monitor.at(START)
    pages.put(GUANGZHOU.url, page(GUANGZHOU, slip=("语音", "语意")))
    assert monitor.said(START + DAY) == ["edited t20200904_158650"]


def test_a_row_of_a_known_zone_is_no_finding(monitor: Monitor) -> None:
    done = monitor.at(START)
    assert done.findings == []
    assert [visit.role.value for visit in done.visits] == ["notice", "listing"]


def test_a_row_that_lies_about_its_page_raises_nothing(monitor: Monitor, pages: Pages) -> None:
    """The title of the row is only why a page is opened; the page decides."""
    show(pages, row(GUANGZHOU))
    another = "科技部关于印发《国家技术创新中心建设运行管理办法（暂行）》的通知"
    text = ("各有关单位：" + "为规范国家技术创新中心建设和运行，制定本办法，请遵照执行。" * 8,)
    pages.put(
        GUANGZHOU.url,
        document(another, GUANGZHOU.url, text, number="国科发区〔2021〕17号", published=day_of(GUANGZHOU)),
    )
    assert monitor.said(START) == []


def test_a_candidate_behind_a_wall_is_tried_again_until_it_is_seen(monitor: Monitor, pages: Pages) -> None:
    show(pages, row(GUANGZHOU))
    pages.put(GUANGZHOU.url, WALL, 521)
    assert monitor.said(START) == []
    assert pages.times(GUANGZHOU.url) == 1
    pages.put(GUANGZHOU.url, page(GUANGZHOU))
    assert monitor.said(START + DAY) == ["new_zone Guangzhou"]
    monitor.at(START + 2 * DAY)
    assert monitor.store.unsettled("d/list") == ()


def test_a_row_that_rolled_off_before_its_page_could_be_seen_is_not_forgotten(
    monitor: Monitor, pages: Pages
) -> None:
    show(pages, row(GUANGZHOU))
    pages.put(GUANGZHOU.url, b"", 503)
    monitor.at(START)
    show(pages)
    pages.put(GUANGZHOU.url, page(GUANGZHOU))
    assert monitor.said(START + DAY) == ["new_zone Guangzhou"]


def test_a_letter_that_stays_hidden_is_a_mention_until_it_comes(monitor: Monitor, pages: Pages) -> None:
    show(pages, row(GUANGZHOU))
    pages.put(GUANGZHOU.url, WALL, 521)
    monitor.at(START)
    assert monitor.said(START + DAY) == ["zone_mentioned Guangzhou"]
    assert monitor.said(START + 2 * DAY) == []
    pages.put(GUANGZHOU.url, page(GUANGZHOU))
    assert monitor.said(START + 3 * DAY) == ["new_zone Guangzhou"]
    (mention,) = monitor.findings("zone_mentioned")
    assert mention.state.value != "open", "the letter takes the mention's place"


def test_a_lure_on_another_host_raises_no_zone(monitor: Monitor, pages: Pages) -> None:
    url = "https://news.example.com/t20200904_1.html"
    pages.put(url, page(GUANGZHOU, url))
    show(pages, replace(row(GUANGZHOU), href=url))
    assert "new_zone Guangzhou" not in monitor.said(START)


def test_two_letters_of_one_day_are_two_zones(monitor: Monitor, pages: Pages) -> None:
    for letter in (GUANGZHOU, WUHAN):
        pages.put(letter.url, page(letter))
    show(pages, row(GUANGZHOU), row(WUHAN))
    assert monitor.said(START) == ["new_zone Guangzhou", "new_zone Wuhan"]


def test_a_cut_off_citation_is_resolved_by_a_page_that_names_its_zone(tmp_path: Path, pages: Pages) -> None:
    """Both letters of the day fit what is printed; only the one that names the city is the one."""
    begun = GUANGZHOU.url.rpartition("_")[0]
    citations = [
        {"footnote": 1, "printed": begun, "status": "unresolved", "because": "cut off", "for": "广州"},
        cited(HEFEI, 2),
    ]
    for letter in (GUANGZHOU, WUHAN):
        pages.put(letter.url, page(letter))
    show(pages, row(WUHAN), row(GUANGZHOU))
    text = dossier_text(citations=citations, zones=(GUANGZHOU, HEFEI), lists=[LIST])
    with Monitor(tmp_path, pages, text) as monitor:
        assert monitor.said(START) == ["citation_resolved fn01", "new_zone Wuhan"]
        (found,) = monitor.findings("citation_resolved")
        assert found.draft.url == GUANGZHOU.url
        pages.put(GUANGZHOU.url, page(GUANGZHOU, slip=("语音", "语意")))
        assert monitor.said(START + DAY) == ["edited fn01"]


def test_a_page_that_does_not_fit_what_is_printed_resolves_nothing(tmp_path: Path, pages: Pages) -> None:
    begun = "https://www.most.gov.cn/xxgk/xinxifenlei/fdzdgknr/qtwj/qtwj2020/202003/t20200309"
    citations = [
        {"footnote": 1, "printed": begun, "status": "unresolved", "because": "cut off", "for": "广州"},
        cited(HEFEI, 2),
    ]
    pages.put(GUANGZHOU.url, page(GUANGZHOU))
    show(pages, row(GUANGZHOU))
    text = dossier_text(citations=citations, zones=(GUANGZHOU, HEFEI), lists=[LIST])
    with Monitor(tmp_path, pages, text) as monitor:
        assert monitor.said(START) == []


def test_a_zone_that_was_dismissed_is_not_raised_again(monitor: Monitor, pages: Pages) -> None:
    from monitor.model import ReviewState

    pages.put(GUANGZHOU.url, page(GUANGZHOU))
    show(pages, row(GUANGZHOU))
    (found,) = monitor.at(START).findings
    monitor.store.decide(found.id, ReviewState.DISMISSED, "a rehearsal", START)
    copy = GUANGZHOU.url.replace("qtwj2020", "copies")
    pages.put(copy, page(GUANGZHOU))
    show(pages, replace(row(GUANGZHOU), href=copy))
    assert monitor.said(START + DAY) == []


def test_a_candidate_behind_a_wall_is_asked_once_a_day_however_often_its_list_is(
    tmp_path: Path, pages: Pages
) -> None:
    show(pages, row(GUANGZHOU))
    pages.put(GUANGZHOU.url, WALL, 521)
    with Monitor(tmp_path, pages, dossier_text(lists=[LIST | {"interval": "6h"}])) as monitor:
        asked = []
        for hours in range(0, 60, 6):
            before = pages.times(GUANGZHOU.url)
            monitor.at(START + timedelta(hours=hours), everything=False)
            if pages.times(GUANGZHOU.url) > before:
                asked.append(hours)
        assert asked == [0, 6, 30, 54]
        assert pages.times(QTWJ) == 10
        monitor.at(START + timedelta(hours=60))
        assert pages.times(GUANGZHOU.url) == 5, "whoever asks for everything means it too"


def test_a_page_that_a_person_says_is_not_the_footnotes_is_followed_no_more(
    tmp_path: Path, pages: Pages
) -> None:
    pages.put(GUANGZHOU.url, page(GUANGZHOU))
    show(pages, row(GUANGZHOU))
    cut = {"footnote": 2, "printed": GUANGZHOU.url[:-9], "because": "cut off", "for": GUANGZHOU.place.zh}
    text = dossier_text(citations=[cited(HEFEI, 1), cut], zones=(HEFEI, GUANGZHOU), lists=[LIST])
    with Monitor(tmp_path, pages, text) as monitor:
        assert monitor.said(START) == ["citation_resolved fn02"]
        (found,) = monitor.findings("citation_resolved")
        for state, followed in [("dismissed", 0), ("open", 1), ("accepted", 1), ("dismissed", 0)]:
            monitor.store.decide(found.id, ReviewState(state), "looked at it", START)
            pages.asked.clear()
            assert monitor.said(START + DAY) == []
            assert pages.times(GUANGZHOU.url) == followed, state

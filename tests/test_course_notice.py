"""The course of a single document: what changed is said to the character, a bad 200 changes nothing."""

import gzip
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from scraper.policy import Validators
from tests.site import (
    GUANGZHOU,
    HEFEI,
    MOST,
    START,
    Monitor,
    Pages,
    cited,
    document,
    dossier_text,
    page,
)

DAY = timedelta(days=1)
URL = HEFEI.url
EDITED = page(HEFEI, slip=("语音", "语意"))
CHALLENGE = """<html><head><script>var arg1='0A';function setCookie(){
document.cookie='acw_sc__v2='+arg1;location.reload();}</script></head></html>"""
SHELL = """<html><head><title>x</title></head>
<body><div id='app'></div><script src='/app.js'></script></body></html>"""
NOT_FOUND = "<html><head><title>404</title></head><body><h1>抱歉，您访问的页面不存在</h1></body></html>"
AGAINST_EARLIER_VISITS = {
    "edited",
    "new_notice",
    "claim_lost",
    "cannot_see",
    "coverage_gap",
    "link_dead",
    "link_suspected",
    "link_recovered",
}


@pytest.fixture
def pages() -> Pages:
    """Hefei's letter where the footnote cites it."""
    made = Pages()
    made.put(URL, page(HEFEI))
    return made


@pytest.fixture
def monitor(tmp_path: Path, pages: Pages) -> Iterator[Monitor]:
    with Monitor(tmp_path, pages, dossier_text()) as made:
        yield made


def outcome(monitor: Monitor, days: int) -> str:
    done = monitor.at(START + days * DAY, "fn01")
    return done.looked[0].outcome.kind.value


def changed(before: str, after: str) -> tuple[str, str]:
    """What is left of two texts without their common beginning and end."""
    start = next((at for at, pair in enumerate(zip(before, after, strict=False)) if pair[0] != pair[1]), 0)
    end = next(
        (at for at, pair in enumerate(zip(before[::-1], after[::-1], strict=False)) if pair[0] != pair[1]), 0
    )
    return before[start : len(before) - end], after[start : len(after) - end]


def test_an_edit_of_one_character_shows_that_character(monitor: Monitor, pages: Pages) -> None:
    monitor.at(START)
    pages.put(URL, EDITED)
    (found,) = monitor.at(START + DAY).findings
    (change,) = found.draft.changes
    assert (found.draft.kind.value, change.kind.value) == ("edited", "text")
    assert changed(change.before or "", change.after or "") == ("音", "意")
    assert found.evidence == (1, 2), "the visit that it was seen at before, and this one"


def test_an_edit_is_raised_once_and_the_next_one_anew(monitor: Monitor, pages: Pages) -> None:
    monitor.at(START)
    pages.put(URL, EDITED)
    assert monitor.said(START + DAY) == ["edited fn01"]
    assert monitor.said(START + 2 * DAY) == []
    pages.put(URL, page(HEFEI, slip=("机器人", "机械人")))
    assert monitor.said(START + 3 * DAY) == ["edited fn01"]


def test_an_edit_of_title_or_number_is_told_by_its_field(monitor: Monitor, pages: Pages) -> None:
    monitor.at(START)
    pages.put(URL, page(HEFEI._replace(number="国科函规〔2019〕186号")))
    (found,) = monitor.at(START + DAY).findings
    assert ("document number", "国科函规〔2019〕185号", "国科函规〔2019〕186号") in [
        (change.what, change.before, change.after) for change in found.draft.changes
    ]


@pytest.mark.parametrize(
    "body", [EDITED, page(GUANGZHOU, URL), CHALLENGE, SHELL, NOT_FOUND, b"", page(HEFEI)[:900]]
)
def test_a_first_visit_raises_nothing_that_is_compared_with_earlier_visits(
    monitor: Monitor, pages: Pages, body: bytes | str
) -> None:
    pages.put(URL, body)
    kinds = {finding.draft.kind.value for finding in monitor.at(START).findings}
    assert not kinds & AGAINST_EARLIER_VISITS


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (CHALLENGE, 200),
        (CHALLENGE, 521),
        (SHELL, 200),
        (NOT_FOUND, 200),
        (b"", 200),
        (b"", 403),
        (b"", 429),
        (b"%PDF-1.4 \x00\x01", 200),
        (b"", 503),
        (b"", 404),
    ],
)
def test_what_stands_in_a_pages_place_is_neither_an_edit_nor_the_reference(
    monitor: Monitor, pages: Pages, body: bytes | str, status: int
) -> None:
    monitor.at(START)
    before = monitor.standing("fn01").snapshot
    pages.put(URL, body, status)
    assert outcome(monitor, 1) != "good"
    assert monitor.standing("fn01").snapshot == before
    pages.put(URL, page(HEFEI))
    assert monitor.said(START + 2 * DAY) == [], "and the page that comes back is the one that was known"


def test_a_body_cut_short_on_the_way_is_set_aside(monitor: Monitor, pages: Pages) -> None:
    whole = gzip.compress(page(HEFEI))
    pages.put(URL, whole, 200, ("Content-Encoding", "gzip"))
    monitor.at(START)
    pages.put(URL, whole[: len(whole) // 2], 200, ("Content-Encoding", "gzip"))
    assert outcome(monitor, 1) == "incomplete"
    assert monitor.findings() == ()


def test_a_wall_is_not_rot(monitor: Monitor, pages: Pages) -> None:
    monitor.at(START)
    pages.put(URL, CHALLENGE, 521)
    for day in range(1, 30):
        monitor.at(START + day * DAY)
    assert monitor.standing("fn01").link.state.value == "unseen"
    assert {one.draft.kind.value for one in monitor.findings()} == {"cannot_see"}


def test_validators_are_sent_back_as_the_server_gave_them(monitor: Monitor, pages: Pages) -> None:
    told = 'W/"a b"', "Fri, 18 Oct 2019 08:00:00 GMT"
    pages.put(URL, page(HEFEI), 200, ("ETag", told[0]), ("Last-Modified", told[1]))
    monitor.at(START)
    done = monitor.at(START + DAY)
    assert pages.validators == [Validators(), Validators(*told)]
    assert monitor.outcomes(done) == [("notice", "not_modified")]


def test_304_keeps_the_snapshot_and_the_link_alive(monitor: Monitor, pages: Pages) -> None:
    pages.put(URL, page(HEFEI), 200, ("ETag", '"one"'))
    monitor.at(START)
    before = monitor.standing("fn01").snapshot
    done = monitor.at(START + DAY)
    assert monitor.outcomes(done) == [("notice", "not_modified")]
    after = monitor.standing("fn01")
    assert (after.snapshot, after.link.state.value, after.etag) == (before, "alive", '"one"')
    assert after.link.last_good == START + DAY
    pages.put(URL, EDITED, 200, ("ETag", '"two"'))
    assert monitor.said(START + 2 * DAY) == ["edited fn01"]


def test_the_same_reading_makes_no_second_snapshot(monitor: Monitor, pages: Pages) -> None:
    monitor.at(START)
    pages.put(URL, page(HEFEI).replace(b"</body>", b"<!-- built 10:05 --></body>"))
    monitor.at(START + DAY)
    assert len(monitor.store.snapshots("d/fn01")) == 1


def broken() -> bytes:
    """The letter's words on a page that no layout fits."""
    told = HEFEI.title + "试验区建设要面向国家重大需求，探索新一代人工智能发展的机制。" * 12
    return f"<html><head><meta charset='utf-8'></head><body><ul><li>{told}</li></ul></body></html>".encode()


def test_a_layout_is_said_to_have_broken_at_the_second_visit_running_only(
    monitor: Monitor, pages: Pages
) -> None:
    monitor.at(START)
    before = monitor.standing("fn01").snapshot
    pages.put(URL, broken())
    assert monitor.said(START + DAY) == []
    assert monitor.said(START + 2 * DAY) == ["layout_broke fn01"]
    assert monitor.said(START + 3 * DAY) == []
    assert monitor.standing("fn01").snapshot == before
    assert monitor.standing("fn01").link.state.value == "alive"


def test_a_broken_layout_points_at_both_visits_and_breaks_anew_after_a_repair(
    monitor: Monitor, pages: Pages
) -> None:
    monitor.at(START)
    for begin in (1, 10):
        pages.put(URL, broken())
        raised = [monitor.at(START + day * DAY).findings for day in (begin, begin + 1, begin + 2)]
        assert [len(found) for found in raised] == [0, 1, 0]
        shown = [visit for number in raised[1][0].evidence if (visit := monitor.store.visit(number))]
        assert [visit.at for visit in shown] == [START + begin * DAY, START + (begin + 1) * DAY]
        pages.put(URL, page(HEFEI))
        assert monitor.said(START + (begin + 4) * DAY) == []
    assert len(monitor.findings("layout_broke")) == 2


def test_a_layout_that_fits_again_in_between_was_never_broken(monitor: Monitor, pages: Pages) -> None:
    monitor.at(START)
    for day in range(1, 8, 2):
        pages.put(URL, broken())
        assert monitor.said(START + day * DAY) == []
        pages.put(URL, page(HEFEI))
        assert monitor.said(START + (day + 1) * DAY) == []


def test_a_text_that_repeals_a_cited_document_supersedes_it(tmp_path: Path, pages: Pages) -> None:
    name = "国家新一代人工智能创新发展试验区建设工作指引"
    first, second = "国科发规〔2019〕298号", "国科发规〔2020〕254号"
    titles = f"科技部关于印发《{name}》的通知", f"科技部关于印发《{name}（修订版）》的通知"
    repeal = f"本指引自发布之日起施行，《{name}》（{first}）同时废止。"
    words = "试验区建设坚持应用牵引、地方主体、政策先行，由地方提出申请，科技部组织论证并给予支持。" * 6
    old, new = f"{MOST}/fgzc/gfxwj/1.html", f"{MOST}/fgzc/gfxwj/2.html"
    pages.put(old, document(titles[0], old, (words,), number=first, published=date(2019, 8, 29)))
    pages.put(new, document(titles[1], new, (words, repeal), number=second, published=date(2020, 9, 29)))
    citations = [
        cited(HEFEI, 1),
        {"footnote": 2, "url": old, "title": titles[0], "number": first},
        {"footnote": 3, "url": new, "title": titles[1], "number": second},
    ]
    with Monitor(tmp_path, pages, dossier_text(citations=citations)) as monitor:
        assert monitor.said(START) == ["superseded fn02"]
        assert any(repeal in reason for reason in monitor.findings()[0].draft.because)
        assert monitor.said(START + DAY) == []


def test_a_cited_document_that_was_never_seen_is_superseded_by_what_the_dossier_says_of_it(
    tmp_path: Path, pages: Pages
) -> None:
    name, number = "国家新一代人工智能创新发展试验区建设工作指引", "国科发规〔2019〕298号"
    title = f"科技部关于印发《{name}（修订版）》的通知"
    repeal = f"本指引自发布之日起施行，原指引（{number}）同时废止。"
    words = "试验区建设坚持应用牵引、地方主体、政策先行，由地方提出申请，科技部组织论证并给予支持。" * 6
    gone, new = f"{MOST}/fgzc/gfxwj/1.html", f"{MOST}/fgzc/gfxwj/2.html"
    pages.put(
        new,
        document(title, new, (words, repeal), number="国科发规〔2020〕254号", published=date(2020, 9, 29)),
    )
    citations = [
        cited(HEFEI, 1),
        {"footnote": 2, "url": gone, "number": number},
        {"footnote": 3, "url": new},
    ]
    with Monitor(tmp_path, pages, dossier_text(citations=citations)) as monitor:
        assert monitor.said(START) == ["superseded fn02"]


def test_another_citys_letter_is_no_edit(monitor: Monitor, pages: Pages) -> None:
    monitor.at(START)
    before = monitor.standing("fn01").snapshot
    pages.put(URL, page(GUANGZHOU))
    assert monitor.said(START + DAY) == []
    assert monitor.standing("fn01").snapshot == before


def test_another_citys_letter_behind_a_permanent_redirect_is_no_move(monitor: Monitor, pages: Pages) -> None:
    monitor.at(START)
    before = monitor.standing("fn01").snapshot
    pages.send_on(URL, pages.put(GUANGZHOU.url, page(GUANGZHOU)))
    assert monitor.said(START + DAY) == []
    assert monitor.standing("fn01").snapshot == before


LETTER = page(HEFEI)


@pytest.mark.parametrize(
    "at", [LETTER.index(b"</head>"), LETTER.index(b"<body") + 60, len(LETTER) // 3, len(LETTER) - 30],
    ids=["in the head", "in the menus", "in a third", "at the end"],
)  # fmt: skip
def test_a_body_that_breaks_off_is_incomplete_however_little_of_it_came(
    monitor: Monitor, pages: Pages, at: int
) -> None:
    monitor.at(START)
    pages.put(URL, LETTER[:at])
    done = monitor.at(START + DAY)
    assert monitor.outcomes(done) == [("notice", "incomplete")], "and no probe is asked for it"
    pages.put(URL, LETTER)
    assert monitor.said(START + 2 * DAY) == []


@pytest.mark.parametrize(
    "body",
    [
        "<html><head><title>出错了</title></head><body><h1>抱歉，您访问的页面不存在</h1>",
        "<div class=err>抱歉，您访问的页面不存在或已删除！</div>",
    ],
)
def test_a_soft_404_without_a_closing_tag_is_no_page_that_broke_off(
    monitor: Monitor, pages: Pages, body: str
) -> None:
    monitor.at(START)
    pages.put(URL, body)
    assert ("notice", "soft_404") in monitor.outcomes(monitor.at(START + DAY))

"""A lost notice is sought in a library's search and beside its batch, in that order, and never for long."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from letters import LETTERS, Letter
from sqlalchemy import Engine, event

from scraper.addresses import match_key
from tests.site import (
    GUANGZHOU,
    HEFEI,
    MOST,
    START,
    Monitor,
    Pages,
    cited,
    day_of,
    document,
    dossier_text,
    page,
)
from tests.test_course_search import DAY

LIBRARY = "https://sousuo.www.gov.cn/search-gov/data?q="
SEARCH = f'\n[[searches]]\nname = "library"\nurl = "{LIBRARY}{{words}}"\n'
OLD = "http://www.most.gov.cn/mostinfo/gfxwj/gfxwj2019/201910"
BATCH = tuple(letter for letter in LETTERS if letter.day == "20191018")


def old_of(letter: Letter) -> str:
    return f"{OLD}/t{letter.day}_{letter.page}.htm"


def answer(*rows: tuple[str, str, str | None]) -> str:
    """An answer of the library: (title, address, number) a row."""
    found = [{"title": title, "url": url, "pcode": number} for title, url, number in rows]
    groups = {"gongwen": {"listVO": None}, "bumenfile": {"listVO": found}}
    return json.dumps({"code": 200, "searchVO": {"catMap": groups}}, ensure_ascii=False)


class Site(Pages):
    """Pages, and a library that answers whatever it is asked."""

    library = answer()
    robots = ""

    def answer(self, url, *, validators):  # type: ignore[no-untyped-def]
        if url.startswith(LIBRARY):
            self.put(url, self.library, 200)
        if url.endswith("/robots.txt") and "sousuo" in url and self.robots:
            self.put(url, self.robots)
        return super().answer(url, validators=validators)


def monitored(folder: Path, site: Pages, *letters: Letter, more: str = "") -> Monitor:
    citations = [cited(letter, number, url=old_of(letter)) for number, letter in enumerate(letters, 1)]
    return Monitor(folder, site, dossier_text(citations=citations, zones=letters) + more)


def standing_at_home(*letters: Letter) -> Site:
    site = Site()
    for letter in letters:
        site.put(old_of(letter), page(letter, old_of(letter)))
    return site


def test_a_search_of_the_dossier_finds_where_a_lost_letter_stands(tmp_path: Path) -> None:
    site = standing_at_home(HEFEI)
    with monitored(tmp_path, site, HEFEI, more=SEARCH) as monitor:
        monitor.at(START)
        site.take_away(old_of(HEFEI))
        new = site.put("https://www.gov.cn/zhengce/content_5444444.htm", page(HEFEI))
        site.library = answer((HEFEI.title, new, HEFEI.number))
        assert monitor.said(START + DAY) == ["moved fn01"]
        assert monitor.standing("fn01").url == new
        asked = [url for url in site.asked if url.startswith(LIBRARY)]
        assert len(asked) == 1, "found by the first question"


def test_what_a_search_names_is_believed_only_for_what_it_says(tmp_path: Path) -> None:
    site = standing_at_home(HEFEI)
    with monitored(tmp_path, site, HEFEI, more=SEARCH) as monitor:
        monitor.at(START)
        site.take_away(old_of(HEFEI))
        lie = site.put("https://www.gov.cn/zhengce/content_5444444.htm", page(GUANGZHOU))
        site.library = answer((HEFEI.title, lie, HEFEI.number))
        assert monitor.said(START + DAY) == []
        assert monitor.standing("fn01").link.state.value == "failing"


def test_a_dead_address_that_the_library_still_names_is_not_asked_again(tmp_path: Path) -> None:
    site = standing_at_home(HEFEI)
    with monitored(tmp_path, site, HEFEI, more=SEARCH) as monitor:
        monitor.at(START)
        site.take_away(old_of(HEFEI))
        site.library = answer((HEFEI.title, old_of(HEFEI), HEFEI.number))
        site.asked.clear()
        monitor.at(START + DAY)
        assert site.asked.count(old_of(HEFEI)) == 1


@pytest.mark.parametrize("host", ["www.gov.cn.example.org", "mirror.example.org", "www.gov.cn@example.org"])
def test_a_copy_on_a_strangers_site_is_no_successor(tmp_path: Path, host: str) -> None:
    site = standing_at_home(HEFEI)
    with monitored(tmp_path, site, HEFEI, more=SEARCH) as monitor:
        monitor.at(START)
        site.take_away(old_of(HEFEI))
        copy = site.put(f"https://{host}/zhengce/content_5444444.htm", page(HEFEI))
        site.library = answer((HEFEI.title, copy, HEFEI.number))
        assert monitor.said(START + DAY) == []
        assert not [url for url in site.asked if "example.org" in url]


def test_rows_of_nothing_like_it_are_not_opened_and_of_many_only_a_few(tmp_path: Path) -> None:
    site = standing_at_home(HEFEI)
    with monitored(tmp_path, site, HEFEI, more=SEARCH) as monitor:
        monitor.at(START)
        site.take_away(old_of(HEFEI))
        like = [(HEFEI.title, f"https://www.gov.cn/a/content_544{at:04}.htm", None) for at in range(20)]
        other = ("关于印发别的办法的通知", "https://www.gov.cn/b/content_1111.htm", None)
        site.library = answer(other, *like)
        site.asked.clear()
        monitor.at(START + DAY)
        assert not site.times("https://www.gov.cn/b/content_1111.htm")
        opened = [url for url in site.asked if "/a/content_" in url]
        assert len(opened) == len(set(opened)) == 8, "four of each question's answer, none twice"


@pytest.mark.parametrize("more", ["", SEARCH + 'enabled = false\nbecause = "not allowed"\n'])
def test_without_a_search_that_is_on_none_is_asked(tmp_path: Path, more: str) -> None:
    site = Site()
    with monitored(tmp_path, site, HEFEI, more=more) as monitor:
        monitor.at(START)
        assert not [url for url in site.asked if url.startswith(LIBRARY)]


def test_a_search_whose_robots_forbid_it_is_left_alone_and_the_look_goes_on(tmp_path: Path) -> None:
    site = standing_at_home(HEFEI)
    site.robots = "User-agent: *\nDisallow: /\n"
    with monitored(tmp_path, site, HEFEI, more=SEARCH) as monitor:
        monitor.at(START)
        site.take_away(old_of(HEFEI))
        done = monitor.at(START + DAY)
        assert not [url for url in site.asked if url.startswith(LIBRARY)]
        assert ("successor", "robots") in monitor.outcomes(done)
        assert monitor.standing("fn01").link.state.value == "failing"


def test_an_answer_of_the_search_leaves_the_source_due_as_any_failing_one(tmp_path: Path) -> None:
    site = standing_at_home(HEFEI)
    with monitored(tmp_path, site, HEFEI, more=SEARCH) as monitor:
        monitor.at(START)
        site.take_away(old_of(HEFEI))
        monitor.at(START + DAY)
        due = monitor.standing("fn01").next_due
        assert due and timedelta() <= due - (START + 2 * DAY) < timedelta(minutes=31)


def re_filed(letter: Letter) -> str:
    """An address of a redesign that no dossier foresaw."""
    return f"{MOST}/bgt/{letter.day[:4]}/t{letter.day}_{letter.page}.html"


def test_how_one_of_a_batch_moved_tells_where_the_others_are(tmp_path: Path) -> None:
    """The site redirects one letter only; the rest of the folder is gone."""
    site = standing_at_home(*BATCH)
    with monitored(tmp_path, site, *BATCH) as monitor:
        assert monitor.said(START) == []
        for letter in BATCH:
            site.take_away(old_of(letter))
            site.put(re_filed(letter), page(letter, re_filed(letter)))
        site.send_on(old_of(BATCH[0]), re_filed(BATCH[0]))
        assert monitor.said(START + DAY) == [f"moved fn0{number}" for number in range(1, len(BATCH) + 1)]
        for number, letter in enumerate(BATCH, 1):
            assert monitor.standing(f"fn0{number}").url == re_filed(letter)


def test_the_batch_tells_on_a_fresh_database_too(tmp_path: Path) -> None:
    site = Site()
    for letter in BATCH:
        site.put(re_filed(letter), page(letter, re_filed(letter)))
    site.send_on(old_of(BATCH[0]), re_filed(BATCH[0]))
    with monitored(tmp_path, site, *BATCH) as monitor:
        assert monitor.said(START) == [f"moved fn0{number}" for number in range(1, len(BATCH) + 1)]


def test_a_letter_filed_beside_its_batch_under_a_number_of_its_own_is_found(tmp_path: Path) -> None:
    one, other = BATCH[:2]
    site = standing_at_home(one, other)
    with monitored(tmp_path, site, one, other) as monitor:
        monitor.at(START)
        site.take_away(old_of(other))
        lies = old_of(one).replace(str(one.page), str(one.page + 2))
        site.put(lies, page(other, lies))
        assert lies not in (old_of(other), old_of(one))
        assert monitor.said(START + DAY) == ["moved fn02"]
        assert match_key(monitor.standing("fn02").url or "") == match_key(lies)


def test_a_neighbour_that_is_another_letter_is_no_successor(tmp_path: Path) -> None:
    one, other = BATCH[:2]
    site = standing_at_home(one, other)
    with monitored(tmp_path, site, one, other) as monitor:
        monitor.at(START)
        site.take_away(old_of(other))
        beside = old_of(one).replace(str(one.page), str(one.page + 2))
        site.put(beside, page(GUANGZHOU, beside))
        assert monitor.said(START + DAY) == []


def test_a_search_is_bounded_however_much_there_is_to_ask(tmp_path: Path) -> None:
    site = standing_at_home(*BATCH)
    with monitored(tmp_path, site, *BATCH, more=SEARCH) as monitor:
        monitor.at(START)
        site.take_away(old_of(BATCH[1]))
        rows = [(BATCH[1].title, f"https://www.gov.cn/a/content_544{at:04}.htm", None) for at in range(20)]
        site.library = answer(*rows)
        done = monitor.at(START + DAY)
        looks = [visit for visit in done.visits if visit.role.value == "successor"]
        assert 8 < len(looks) <= 8 + 2 * (1 + 4) + 8
        assert len({visit.url for visit in looks}) == len(looks)


def test_a_number_alone_on_a_watched_list_leads_to_a_lost_document(tmp_path: Path) -> None:
    """The row's title is another (a digest); the number is the document's own."""
    from tests.site import QTWJ, bound, filler

    words = ("试验区建设坚持应用牵引、地方主体、政策先行，由地方提出申请，科技部组织论证并给予支持。" * 6,)
    title, number = "科技部关于印发《试验区建设工作指引》的通知", "国科发规〔2019〕298号"
    old, new = f"{MOST}/a/t20190906_111111.html", f"{MOST}/b/t20190906_222222.html"
    site = Site()
    body = document(title, old, words, number=number, published=day_of(HEFEI))
    site.put(old, body)
    rows = [replace(filler(1), href=new, title="一图读懂工作指引", number=number), filler(2)]
    site.put(QTWJ, bound(QTWJ, [filler(2)])[QTWJ])
    text = dossier_text(
        citations=[cited(HEFEI, 1), {"footnote": 2, "url": old}], lists=[{"name": "list", "url": QTWJ}]
    )
    with Monitor(tmp_path, site, text) as monitor:
        monitor.at(START)
        site.take_away(old)
        site.put(new, body)
        site.put(QTWJ, bound(QTWJ, rows)[QTWJ])
        assert "moved fn02" in monitor.said(START + DAY)


def test_a_folder_that_is_lost_whole_costs_a_search_as_much_a_page_as_a_small_one(tmp_path: Path) -> None:
    """What is known of the others is put together once a pass, not once for each that is lost."""
    few, many = (statements(tmp_path / str(count), count) / count for count in (4, 10))
    assert many < 1.15 * few


def statements(folder: Path, count: int) -> int:
    """Lose so many letters of a folder at once; give how often the database was asked in that pass."""
    folder.mkdir()
    letters = [HEFEI._replace(page=150000 + 10 * number) for number in range(count)]
    site = standing_at_home(*letters)
    asked: list[str] = []

    def note(_connection, _cursor, statement, *_rest) -> None:  # type: ignore[no-untyped-def]
        asked.append(statement)

    citations = [{"footnote": at, "url": old_of(letter)} for at, letter in enumerate(letters, 1)]
    with Monitor(folder, site, dossier_text(citations=citations)) as monitor:
        monitor.at(START)
        for letter in letters:
            site.take_away(old_of(letter))
        event.listen(Engine, "before_cursor_execute", note)
        try:
            monitor.at(START + DAY)
        finally:
            event.remove(Engine, "before_cursor_execute", note)
    return len(asked)

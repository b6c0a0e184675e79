"""Where a lost notice may stand, and what proves it."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.model import Role, Snapshot, Source
from monitor.successors import Expected, is_trivial_move, names_zone, proposals, respelt, verify
from scraper.model import Notice

OLD = "http://most.gov.cn/mostinfo/xinxifenlei/fgzc/gfxwj/gfxwj2019/201910/t20191018_149420.htm"
NEW = "https://www.most.gov.cn/xxgk/xinxifenlei/fdzdgknr/qtwj/qtwj2019/201910/t20191018_149420.html"
PHRASE = "国家新一代人工智能创新发展试验区"
TITLE = f"科技部关于支持合肥建设{PHRASE}的函"
SOURCE = Source("z/fn10", "z", Role.NOTICE, OLD, alternatives=("https://mirror.gov.cn/149420.htm",))
NOTICE = Notice(
    NEW,
    "most",
    "most/disclosure-2021",
    TITLE,
    document_number="国科函规〔2019〕185号",
    text=f"安徽省人民政府：支持合肥市建设{PHRASE}。",
)
ALL = Expected(TITLE, "国科函规〔2019〕185号", "149420", ("合肥",), PHRASE)
UNSEEN_BEFORE = Expected(page_id="149420", zones=("合肥",), phrase=PHRASE)


def test_candidates_stand_in_the_order_of_likelihood() -> None:
    listed = ("https://www.most.gov.cn/x/t20191018_149420.html",)
    assert proposals(SOURCE, None, (NEW,), listed) == (
        NEW,
        OLD.replace("http:", "https:"),
        OLD.replace("//most", "//www.most"),
        OLD.replace(".htm", ".html"),
        OLD.replace("http://", "https://www."),
        OLD.replace("http://", "https://www.").replace(".htm", ".html"),
        "https://mirror.gov.cn/149420.htm",
        *listed,
    )


def test_where_a_page_was_last_seen_is_a_candidate() -> None:
    at = datetime(2026, 1, 1, tzinfo=UTC)
    seen_at = "http://www.most.gov.cn/redirected/t20191018_149420.htm"
    snapshot = Snapshot(1, SOURCE.id, 1, at, seen_at, NOTICE, "")
    proposed = proposals(SOURCE, snapshot)
    assert proposed.index(seen_at) < proposed.index(seen_at.replace("http:", "https:"))
    assert proposed.index(seen_at) < proposed.index(SOURCE.alternatives[0])


def test_no_candidate_stands_twice_nor_is_the_lost_address_one() -> None:
    proposed = proposals(SOURCE, None, (OLD, NEW, NEW), (NEW,))
    assert len(set(proposed)) == len(proposed) and OLD not in proposed


@pytest.mark.parametrize(
    ("url", "forms"),
    [
        ("https://www.gov.cn/x.html", []),
        ("https://www.gov.cn/x.htm", ["https://www.gov.cn/x.html"]),
        ("http://gov.cn/x", ["https://gov.cn/x", "http://www.gov.cn/x", "https://www.gov.cn/x"]),
        ("http://kjs.moa.gov.cn/x", ["https://kjs.moa.gov.cn/x"]),
        ("http://127.0.0.1:80/x", ["https://127.0.0.1:80/x"]),
        ("https://www.gov.cn/x?page=a.htm", []),
        ("https://localhost/x", []),
    ],
)
def test_an_address_is_respelt_only_where_that_makes_sense(url: str, forms: list[str]) -> None:
    assert list(respelt(url)) == forms


@given(st.sampled_from(["http", "https"]), st.booleans(), st.sampled_from([".htm", ".html", ""]))
def test_every_respelling_is_a_trivial_move(scheme: str, www: bool, end: str) -> None:
    url = f"{scheme}://{'www.' if www else ''}most.gov.cn/a/t1{end}"
    forms = list(respelt(url))
    assert len(set(forms)) == len(forms) and url not in forms
    assert all(is_trivial_move(url, form) for form in forms)


@pytest.mark.parametrize(
    ("other", "trivial"),
    [
        ("https://www.most.gov.cn:8443/a/index.html", True),
        ("http://most.gov.cn:8080/a/", True),
        ("http://most.gov.cn/a/default.aspx", True),
        ("http://most.gov.cn/b/", False),
        ("http://most.gov.cn/a/?p=1", False),
        ("http://kjs.most.gov.cn/a/", False),
    ],
)
def test_scheme_port_www_index_file_and_htm_do_not_make_a_move(other: str, trivial: bool) -> None:
    assert is_trivial_move("http://most.gov.cn/a/index.htm", other) is trivial


def test_the_same_title_number_and_id_are_three_pieces_of_evidence() -> None:
    assert verify(NOTICE, NEW, ALL) == (
        f"it has the same title: {TITLE}",
        "it has the same document number: 国科函规〔2019〕185号",
        "its address has the same page number 149420",
    )


@pytest.mark.parametrize(
    "change",
    [
        {"title": f"科技部关于支持 合肥 建设{PHRASE}的函"},
        {"title": f"科技部关于支持合肥建设{PHRASE}的函-中华人民共和国科学技术部"},
        {"title": None},
        {"document_number": None},
        {"document_number": "国科函规 [2019] 185 号"},
    ],
)
def test_title_or_number_is_enough_however_printed(change: dict[str, str | None]) -> None:
    assert verify(replace(NOTICE, **change), "https://elsewhere.gov.cn/1.html", ALL)  # type: ignore[arg-type]


def test_a_page_number_counts_only_with_a_page_that_names_the_zone_and_programme() -> None:
    assert verify(NOTICE, NEW, UNSEEN_BEFORE) == (
        "its address has the same page number 149420",
        f"the page names 合肥: {TITLE}",
    )
    assert verify(NOTICE, "https://www.most.gov.cn/x/t20191018_149419.html", UNSEEN_BEFORE) is None
    assert verify(replace(NOTICE, title="首页", text="合肥新闻"), NEW, UNSEEN_BEFORE) is None
    assert verify(replace(NOTICE, title="通知公告", text=PHRASE), NEW, UNSEEN_BEFORE) is None


def test_an_address_alone_proves_nothing() -> None:
    assert verify(NOTICE, NEW, Expected(page_id="149420")) is None
    assert verify(NOTICE, NEW, Expected()) is None


def test_a_known_title_in_the_text_with_the_same_page_number_is_the_notice() -> None:
    page = replace(NOTICE, title="", document_number=None, text=f"{TITLE}\n合肥")
    assert verify(page, NEW, ALL) == (
        "its address has the same page number 149420",
        "the page names 合肥: in its text",
        f"the page names the known title: {TITLE}",
    )


def test_another_zones_letter_is_never_the_successor() -> None:
    other = replace(
        NOTICE,
        title=f"科技部关于支持西安建设{PHRASE}的函",
        document_number="国科函规〔2020〕14号",
        text=f"支持西安市建设{PHRASE}。",
    )
    assert verify(other, NEW, ALL) is None
    assert verify(other, NEW, UNSEEN_BEFORE) is None
    assert verify(replace(other, document_number=ALL.document_number), NEW, ALL) is None


def test_the_same_title_under_another_number_is_another_years_notice() -> None:
    yearly = replace(NOTICE, document_number="国科函规〔2020〕185号")
    assert verify(yearly, NEW, ALL) is None


def test_a_short_title_names_no_document() -> None:
    page = replace(NOTICE, title="通知", document_number=None)
    assert verify(page, "https://a.gov.cn/1.html", Expected(title="通知")) is None


def test_a_page_whose_title_is_another_is_refused_whatever_its_number() -> None:
    quoting = replace(NOTICE, title="关于废止部分规范性文件的公告", text="合肥 国科函规〔2019〕185号")
    assert verify(quoting, NEW, ALL) is None


@pytest.mark.parametrize(
    ("zone", "text", "named"),
    [
        ("深圳市", "支持深圳建设", True),
        ("深圳", "深圳市人民政府", True),
        ("德清县", "德 清 县", True),
        ("德清县", "湖州市德清", False),
        ("西安", "陕西", False),
    ],
)
def test_a_zone_is_named_with_or_without_its_rank_as_a_city(zone: str, text: str, named: bool) -> None:
    assert names_zone(zone, text) is named

"""Lists: rows whole, days right, the following page where the site says, and menus are no lists."""

import time
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.model import Entry, Listing
from scraper.readers.lists import LAYOUTS, SELECTORS, read_listing
from scraper.readers.page import parse_page
from scraper.readers.pager import Pager, file_name, find_pager

QTWJ = "https://www.most.gov.cn/xxgk/xinxifenlei/fdzdgknr/qtwj/index.html"
SHENYANG = "科技部关于支持沈阳建设国家新一代人工智能创新发展试验区的函"


def listing(text: str, url: str | None = QTWJ) -> Listing:
    found = read_listing(parse_page(text, url))
    assert found is not None
    return found


def no_listing(text: str, url: str | None = QTWJ) -> None:
    assert read_listing(parse_page(text, url)) is None


def page(body: str, head: str = "") -> str:
    return f"<html><head><title>栏目</title>{head}</head><body>{body}</body></html>"


def most_2021(rows: str, pages: str = "") -> str:
    header = '<li><div>标题</div><div class="list-main-li-item tac w_list_rq">日期</div></li>'
    return page(f'<ul id="data_list">{header}{rows}</ul>{pages}')


def row_2021(href: str, title: str, day: str, number: str = "") -> str:
    return (
        f"""<li><a class="list-main-li-item" href="{href}" title='{title}'>{title[:20]}...</a>"""
        f'<div class="list-main-li-item tac w_list_fwzh">{number}</div>'
        f'<div class="list-main-li-item tac w_list_rq"> {day} </div></li>'
    )


def trs(rows: str, script: str = "", head: str = "") -> str:
    return page(f'<ul class="liBox">{rows}</ul><script>{script}</script>', head)


def trs_rows(count: int, href: str = "./202609/t20260930_{}.htm") -> str:
    return "".join(
        f'<li><a href="{href.format(n)}" title="关于第{n}件事的通知">关于第{n}件…</a>'
        f"<span>2026-09-{n + 1:02d}</span></li>"
        for n in range(count)
    )


def test_the_saved_list_is_read_whole(shared_folder: Path) -> None:
    text = (shared_folder / "pages" / "mof_zj_list_p0_20261005.html").read_text("utf-8")
    found = listing(text, "https://zj.mof.gov.cn/caizhengjiancha/")
    assert (found.reader, found.layout, len(found.entries)) == ("ministry", "ministry/trs-list", 10)
    assert found.next == "https://zj.mof.gov.cn/caizhengjiancha/index_1.htm"
    days = [entry.published.isoformat()[5:] for entry in found.entries if entry.published]
    assert " ".join(days) == "09-30 09-24 09-18 09-18 09-16 09-02 08-27 08-21 08-21 08-17"
    assert found.entries[4].title.endswith("以高效能中枢履职服务财政监管高质量发展")
    assert found.entries[9].url == "https://zj.mof.gov.cn/caizhengjiancha/202608/P020260817402979611996.pdf"
    assert found.warnings == ()


def test_no_saved_notice_is_taken_for_a_list(shared_folder: Path) -> None:
    for path in sorted((shared_folder / "pages").glob("*.html")):
        if "_list_" not in path.name:
            content = path.read_bytes()
            text = content.decode("utf-8" if b"charset=utf-8" in content.lower() else "gb18030", "replace")
            assert read_listing(parse_page(text, None)) is None, path.name


def test_the_ministrys_rows_since_2021_have_title_day_and_number() -> None:
    found = listing(
        most_2021(
            row_2021(
                "./qtwj2021/202112/t20211207_178439.html", SHENYANG, "2021年12月07日", "国科函规〔2021〕256号"
            )
        )
    )
    base = "https://www.most.gov.cn/xxgk/xinxifenlei/fdzdgknr/qtwj/"
    assert found.layout == "most/list-2021"
    assert found.entries == (
        Entry(
            f"{base}qtwj2021/202112/t20211207_178439.html",
            SHENYANG,
            date(2021, 12, 7),
            "国科函规〔2021〕256号",
        ),
    )


def test_a_dash_in_the_column_of_numbers_is_no_number() -> None:
    for printed in ("", "—", "&nbsp;"):
        row = row_2021("a.html", SHENYANG, "2021年12月07日", printed)
        assert listing(most_2021(row)).entries[0].document_number is None


def test_the_ministrys_notices_since_2021_are_rows_with_a_span() -> None:
    row = '<a href="./202609/t20260908_197283.html">一件事的通知</a><span class="date">2026-09-08</span>'
    found = listing(page(f'<ul class="info_list2"><li>{row}</li></ul>'), "https://www.most.gov.cn/tztg/")
    assert found.layout == "most/tztg-list-2021"
    assert found.entries == (
        Entry("https://www.most.gov.cn/tztg/202609/t20260908_197283.html", "一件事的通知", date(2026, 9, 8)),
    )


OLD = """<table>
<tr><td class="STYLE30">·<a href="./202003/t20200309_152219.htm" target="_blank">科技部关于支持重庆
建设国家新一代人工智能创新发展试验区的函</a>(2020-03-09)</td></tr>
<tr><td class="STYLE30"><a href="../kjbgz/202003/t20200306_152200.htm">2020年3月6日的会议</a>
（2020-03-06）<img src="/images/new.gif"></td></tr>
<tr><td><a href="index_1.htm">下一页</a></td></tr></table>
<script>var countPage =(3);var currentPage = 0;</script>"""


def test_before_2021_the_day_stands_behind_the_anchor() -> None:
    found = listing(page(OLD), "http://www.most.gov.cn/tztg/index.htm")
    assert found.layout == "most/list-before-2021"
    assert [entry.published for entry in found.entries] == [date(2020, 3, 9), date(2020, 3, 6)]
    assert found.entries[0].url == "http://www.most.gov.cn/tztg/202003/t20200309_152219.htm"
    assert "科技部关于支持重庆" in found.entries[0].title
    assert found.next == "http://www.most.gov.cn/tztg/index_1.htm"


@pytest.mark.parametrize(
    "row",
    [
        '<tr><td><a class="STYLE30" href="{h}">{t}</a></td><td><B>发布日期:</B>2020-03-09</td></tr>',
        '<tr><td><a class="STYLE30" href="{h}">{t}</a><br><B>发布日期：</B> 2020年03月09日　科技部</td></tr>',
        '<tr><td><a class="STYLE30" href="{h}"><b>{t}</b></a></td></tr>'
        "<tr><td><B>发布日期:</B></td><td>2020-03-09</td></tr>",
    ],
)
def test_the_latest_open_documents_label_their_days(row: str) -> None:
    rows = [row.format(h=f"../fgzc/t{n}.htm", t=f"2019年第{n}号函") for n in range(3)]
    found = listing(
        page(f"<table>{''.join(rows)}</table>"), "http://www.most.gov.cn/mostinfo/xinxifenlei/zjgx/index.htm"
    )
    assert found.layout == "most/zjgx-before-2021"
    assert [entry.title for entry in found.entries] == ["2019年第0号函", "2019年第1号函", "2019年第2号函"]
    assert {entry.published for entry in found.entries} == {date(2020, 3, 9)}
    assert found.entries[2].url == "http://www.most.gov.cn/mostinfo/xinxifenlei/fgzc/t2.htm"


def test_gov_cn_rows_are_headings_with_a_day() -> None:
    rows = (
        '<li><h4><a href="/zhengce/zhengceku/2021-03/25/content_5595549.htm">某部的函</a>'
        '<span class="date"> 2021-03-25 </span></h4></li><li class="line"></li>'
    )
    found = listing(
        page(f'<div class="news_box"><div class="list list_1 list_2"><ul>{rows}</ul></div></div>'),
        "http://www.gov.cn/zhengce/zhengceku/bmwj/",
    )
    assert (found.reader, found.layout) == ("govcn", "govcn/list")
    assert found.entries == (
        Entry(
            "http://www.gov.cn/zhengce/zhengceku/2021-03/25/content_5595549.htm",
            "某部的函",
            date(2021, 3, 25),
        ),
    )


def test_a_frame_without_rows_is_an_empty_list_that_names_the_selector() -> None:
    for body in (
        '<ul id="data_list"></ul>',
        '<ul class="info_list2"><li></li></ul>',
        '<div class="news_box"><div class="list"><ul></ul></div></div>',
        '<table><td class="STYLE30"></td></table><script>var countPage =(3)</script>',
    ):
        found = listing(page(body))
        assert found.entries == () and found.next != QTWJ
        assert SELECTORS[found.layout] in found.warnings[0]


def test_a_frame_that_a_script_fills_is_no_list() -> None:
    frame = '<div class="news_box"><div class="list"><ul></ul></div></div>'
    no_listing(page(frame + '<script>$.ajax({url: "./ZUIXINZHENGCE.json"})</script>'))
    assert listing(page(frame + "<script>var a = 1</script>")).entries == ()


def test_a_column_without_rows_is_an_empty_list_if_its_pager_says_that_it_is_one() -> None:
    head = '<meta name="ColumnName" content="通知公告">'
    script = 'createPageHTML(16, 0, "index", "htm");'
    assert listing(trs("", script, head)).entries == ()
    no_listing(trs("", script))
    no_listing(trs("", "", head))


def test_a_row_without_a_day_stays_and_is_said() -> None:
    found = listing(
        trs(trs_rows(4) + '<li><a href="t5.htm">又一件事</a></li><li><a href="index_1.htm">下一页</a></li>')
    )
    assert [entry.published for entry in found.entries][4:] == [None]
    assert "1 of 5 rows show no day" in found.warnings[0]


@pytest.mark.parametrize(
    ("row", "title"),
    [
        (
            '<li><a href="a" title="关于很长的一件事的通知">关于很长的…</a><i>2020-01-02</i></li>',
            "关于很长的一件事的通知",
        ),
        (
            '<li><a href="a" title="点击查看">关于很长的一件事的通知</a><i>2020-01-02</i></li>',
            "关于很长的一件事的通知",
        ),
        (
            '<li><a href="a" title="关于&lt;br/&gt;一件事的通知">关于...</a><i>2020-01-02</i></li>',
            "关于一件事的通知",
        ),
        ('<li><a href="a">·关于一件事<br>的通知</a><i>2020-01-02</i></li>', "关于一件事的通知"),
        ('<li><a href="a"><h3>关于一件事的通知</h3><span>2020-01-02</span></a></li>', "关于一件事的通知"),
        ('<li><a href="k">[科技]</a> <a href="a">关于一件事的通知</a> (2020/1/2)</li>', "关于一件事的通知"),
        (
            '<tr><td><a href="a">关于一件事的通知</a></td><td>2019-12-30</td><td>2020-01-02</td></tr>',
            "关于一件事的通知",
        ),
        ('<div class="i"><a href="a">关于一件事的通知</a><p>2020年1月2日</p></div>', "关于一件事的通知"),
    ],
)
def test_a_title_is_whole_and_without_ornament(row: str, title: str) -> None:
    table = row.startswith("<tr")
    rows = "".join(row.replace('"a"', f'"a{n}"') for n in range(3))
    found = listing(page(f"<table>{rows}</table>" if table else f"<div>{rows}</div>"))
    assert len(found.entries) == 3
    for entry in found.entries:
        assert (entry.title.replace(" ", ""), entry.published) == (title, date(2020, 1, 2))
        assert entry.url.rpartition("/")[2].startswith("a")


def test_a_table_row_may_print_the_number() -> None:
    row = '<tr><td><a href="{0}">关于{0}的函</a></td><td>国科发规〔2020〕{0}号</td><td>2020-10-29</td></tr>'
    found = listing(page(f"<table>{''.join(row.format(n) for n in (254, 255, 256))}</table>"))
    assert [entry.document_number for entry in found.entries] == [
        f"国科发规〔2020〕{n}号" for n in (254, 255, 256)
    ]


def test_one_list_cut_into_several_is_one() -> None:
    parts = "".join(f'<ul class="part">{trs_rows(5, f"./{part}/{{}}.htm")}</ul>' for part in "abc")
    assert len(listing(page(f'<div class="lists">{parts}</div>')).entries) == 15


def test_a_list_printed_twice_is_read_once() -> None:
    assert len(listing(page(f"<ul>{trs_rows(5)}</ul><ul>{trs_rows(5)}</ul>")).entries) == 5


def test_menus_are_no_lists() -> None:
    no_listing(page("<ul>" + "".join(f'<li><a href="/{n}/">栏目{n}</a></li>' for n in range(30)) + "</ul>"))


def test_a_front_page_with_several_lists_is_none() -> None:
    boxes = "".join(f'<div class="box{n}"><ul>{trs_rows(6, f"./{n}/{{}}.htm")}</ul></div>' for n in range(4))
    no_listing(page(boxes))


def test_the_list_is_where_the_pager_is_however_short() -> None:
    news = f'<div class="side"><ul>{trs_rows(6, "./news/{}.htm")}</ul></div>'
    script = '<script>createPageHTML(3, 2, "index", "htm")</script>'
    own = f'<div class="main"><ul>{trs_rows(1, "./own/{}.htm")}</ul>{script}</div>'
    for body in (news + own, own + news):
        (entry,) = listing(page(body)).entries
        assert "/own/" in entry.url


@pytest.mark.parametrize(
    "mark",
    [
        '<meta name="PubDate" content="2026-09-30">',
        '<meta name="ArticleTitle" content="关于一件事的通知">',
        '<div id="Zoom">正文</div>',
        '<div class="pages_content" id="UCAP-CONTENT">正文</div>',
        "<div class=TRS_Editor>正文</div>",
    ],
)
def test_related_news_beside_a_document_are_no_list(mark: str) -> None:
    no_listing(page(f"{mark}<ul>{trs_rows(8)}</ul><script>createPageHTML(1, 0, 'index', 'htm')</script>"))


def test_a_paragraph_with_links_and_a_day_is_no_row() -> None:
    words = "为落实有关工作要求，现将名单予以公布，请遵照执行。" * 20
    no_listing(
        page("".join(f'<div><a href="{n}.doc">附件</a>{words}2026-09-0{n}</div>' for n in range(1, 9)))
    )


def test_without_the_pages_address_addresses_stay_as_printed() -> None:
    found = listing(trs(trs_rows(3), 'createPageHTML(16, 0, "index", "htm");'), None)
    assert (found.url, found.entries[0].url, found.next) == (None, "./202609/t20260930_0.htm", "index_1.htm")


def test_a_base_element_moves_relative_rows() -> None:
    text = trs(trs_rows(3), head='<base href="/other/">')
    assert (
        listing(text, "https://a.gov.cn/x/y.html").entries[0].url
        == "https://a.gov.cn/other/202609/t20260930_0.htm"
    )


def test_an_address_that_cannot_be_resolved_stays_as_printed() -> None:
    assert listing(trs(trs_rows(3, "http://[x/{}"))).entries[0].url == "http://[x/0"


PAGERS = [
    ('createPageHTML(16, 0, "index", "htm");', "index.htm", "index_1.htm"),
    ('//createPageHTML(16, 0, "index", "htm");\nvar countPage = 16', "", "index_1.htm"),
    ('createPageHTML(16, 3, "index", "htm");', "index_3.htm", "index_4.htm"),
    ('createPageHTML(16, 15, "index", "htm");', "index_15.htm", None),
    ('createPageHTML(1, 0, "index", "htm");', "index.htm", None),
    ("createPageHTML('page_div',5, 1,'list','shtml',89);", "list.shtml", "list_2.shtml"),
    ("createPageHTML('page_div',5, 5,'list','shtml',89);", "list_5.shtml", None),
    ("var countPage =(16);", "index_4.htm", "index_5.htm"),
    ("var currentPage = 15;\nvar countPage = 16", "index_15.htm", None),
    ('var countPage = 16; location = "index_1"+"."+"shtml"', "", "index_1.shtml"),
    ("pagination_script_config = { pageNumber: '0', total: '46' }", "index.html", "index_1.html"),
    ("pagination_script_config = { pageNumber: '45', total: '46' }", "index_45.html", None),
    ('createPageHTML(1, 0, "t20191029_149628", "htm");', "t20191029_149628.htm", None),
    ("", "index.htm", None),
]


@pytest.mark.parametrize(("script", "file", "following"), PAGERS)
def test_the_following_page_is_where_the_pager_says(script: str, file: str, following: str | None) -> None:
    base = "https://www.most.gov.cn/tztg/"
    found = listing(trs(trs_rows(3), script), base + file)
    assert found.next == (base + following if following else None)


def test_a_plain_link_to_the_next_page_is_followed_and_a_dead_one_is_not() -> None:
    assert listing(
        trs(trs_rows(3)) + '<a href="home_1.htm">下一页 &gt;</a>', "https://www.gov.cn/a/"
    ).next == ("https://www.gov.cn/a/home_1.htm")
    assert (
        listing(trs(trs_rows(3)) + '<a href="javascript:void(0)">下一页</a><a href="#">下一页</a>').next
        is None
    )


def test_a_detail_pages_own_pager_is_no_lists_pager() -> None:
    assert (
        find_pager(parse_page(page('<script>createPageHTML(3, 0, "t20191029_149628", "htm")</script>'), None))
        is None
    )


@given(count=st.integers(1, 400), data=st.data())
def test_a_walk_along_the_pager_sees_every_page_once_and_ends(count: int, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, count - 1))
    seen, current = 1, Pager(count, start, 0, "index", "htm")
    while not current.is_last:
        seen, current = seen + 1, Pager(count, current.current + 1, 0, "index", "htm")
    assert seen == count - start


@given(
    name=st.from_regex(r"[a-z]{1,9}", fullmatch=True),
    number=st.integers(0, 999),
    extension=st.sampled_from(["htm", "html", "shtml"]),
)
def test_the_name_of_a_file_tells_its_page(name: str, number: int, extension: str) -> None:
    file = f"{name}_{number}.{extension}" if number else f"{name}.{extension}"
    assert file_name(f"https://a.gov.cn/b/{file}?x=1") == (name, number, extension)


@given(
    titles=st.lists(st.text("关于支持建设的函通知一二三", min_size=6, max_size=40), min_size=3, max_size=20)
)
def test_every_dated_row_comes_out_in_order(titles: list[str]) -> None:
    rows = "".join(
        f'<li><a href="{n}.htm">{title}</a><span>2021-03-24</span></li>' for n, title in enumerate(titles)
    )
    found = listing(trs(rows), "https://a.gov.cn/")
    assert [entry.title for entry in found.entries] == titles
    assert [entry.url for entry in found.entries] == [f"https://a.gov.cn/{n}.htm" for n in range(len(titles))]


def test_layouts_have_names_of_their_own_and_belong_to_their_family() -> None:
    assert len(SELECTORS) == len(LAYOUTS)
    assert all(layout.name.startswith(f"{layout.reader}/") and layout.selector for layout in LAYOUTS)


@pytest.mark.parametrize(
    "text",
    [
        "<li>" * 50_000 + "<a href='x'>y</a>2020-01-01",
        "<ul>" + "".join(f"<li><a href='{n}'>y</a><b>2020-01-01</b></li>" for n in range(200_000)) + "</ul>",
        "<li>" + "<a href='x'>y</a>2020-01-01" * 60_000 + "</li>",
        "<td class=STYLE30>" + "<a href='x'>y</a>(2020-01-01)" * 40_000,
        "<script>" + "createPageHTML('" * 60_000 + "</script>",
        "<div class=news_box><div class=list>" + "<ul><li><a href=x>" * 600 + "<b class=date>1</b>" * 100_000,
    ],
    ids=["nested", "long", "one row", "old", "pager", "boxes in boxes"],
)
def test_no_page_keeps_the_reader_busy(text: str) -> None:
    parsed = parse_page(text, QTWJ)
    begun = time.process_time()
    read_listing(parsed)
    assert time.process_time() - begun < 2


def test_an_endless_list_is_read_to_a_bound_and_says_so() -> None:
    found = listing(trs("".join(f"<li><a href='{n}'>y{n}</a><b>2020-01-01</b></li>" for n in range(5_500))))
    assert len(found.entries) == 5_000
    assert "read to row 5000" in found.warnings[0]


def test_a_comment_behind_an_old_anchor_hides_no_day() -> None:
    cell = '<a href="a.htm">关于一件事的函</a><!-- 2001-01-01 -->(2020-03-09)<script>x</script>'
    assert listing(page(f'<table><td class="STYLE30">{cell}</td></table>')).entries[0].published == date(
        2020, 3, 9
    )


PIECES = [
    *(
        "<ul id=data_list>",
        "<ul class=info_list2>",
        "<td class=STYLE30>",
        "<div class=news_box>",
        "<div class=list>",
    ),
    *("<li>", "</li>", "</ul>", "<tr><td>", "<div>", "</div>", "<h4>", "<base href='http://[x'>", "<!-- -->"),
    *(
        "<a href='a.htm' title='关于…'>",
        "<a href='http://[x'>",
        "<a class=STYLE30 href=b>",
        "<a href>",
        "</a>",
    ),
    *(
        "2020-02-30",
        "(2020-03-09)",
        "<B>发布日期:</B>",
        "2020年3月9日",
        "国科函规〔2020〕171号",
        "下一页",
        "\0",
        "\ud800",
    ),
    *(
        "<script>createPageHTML(3, 0, 'index', 'htm')</script>",
        "<script>var countPage =(99999999999)</script>",
    ),
]


@given(st.lists(st.sampled_from(PIECES), max_size=30), st.sampled_from([None, QTWJ, "http://[x", "?"]))
def test_any_page_is_a_list_or_none_and_always_the_same(pieces: list[str], url: str | None) -> None:
    text = "".join(pieces)
    found = read_listing(parse_page(text, url))
    assert found is None or (found.entries or found.warnings)
    assert found == read_listing(parse_page(text, url))

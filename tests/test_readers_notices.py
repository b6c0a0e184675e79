"""Notices of every family: each field right, with the place that it was read at, and nothing guessed."""

from dataclasses import replace
from datetime import date

import pytest

from scraper.model import Candidate, Listing, Notice, Unreadable
from scraper.readers import READERS, read, read_body
from scraper.readers.fields import Found, alike, choose, equal
from scraper.readers.heads import without_site
from scraper.readers.notice import is_official

TITLE = "关于公布第八批示范园区验收结果的通知"
MOST = "https://www.most.gov.cn/xxgk/xinxifenlei/fdzdgknr/qtwj/qtwj2021/202112/t20211221_178654.html"
BODY = """<p align="center">国科办农〔2021〕150号</p><p>各省、自治区、直辖市科技厅（委、局）：</p>
<p>　　根据管理办法，对第八批园区进行了验收，现将验收结果予以公布，请加强管理，推动园区发展。</p>
<p>附件：<a href="./W020211221.doc">名单.doc</a></p>
<p>科技部办公厅</p><p>2021年12月17日</p><p>（此件主动公开）</p>"""


def notice(text: str, url: str | None = None, reader: str | None = None) -> Notice:
    reading = read(text, url, reader=reader)
    assert isinstance(reading, Notice), reading
    return reading


def where(reading: Notice, name: str) -> str | None:
    return next(field.where for field in reading.fields if field.name == name)


def candidates(reading: Notice, name: str) -> tuple[Candidate, ...]:
    return next(field.candidates for field in reading.fields if field.name == name)


def disclosure(*, body: str = BODY, published: str = "2021年12月21日", title: str = TITLE) -> str:
    return f"""<html><head><title>{title}-中华人民共和国科学技术部</title>
<meta name="SiteName" content="中华人民共和国科学技术部"></head><body><div class="xxgk_detail_head">
<table class="bd1"><tr><td><b>标　　题：</b></td><td colspan="3">{title}</td></tr>
<tr><td><b>索 引 号：</b></td><td>306-09-2021-1</td><td><b>发文机构：</b></td><td>科技部办公厅</td></tr>
<tr><td><b>成文日期：</b></td><td>2021-12-17</td><td><b>发布日期：</b></td><td>{published}</td></tr>
<tr><td><b>发文字号：</b></td><td>国科办农〔2021〕150号</td>
<td><b>有 效 性：</b></td><td></td></tr></table></div>
<div class="xxgk_title">{title}</div>
<div id="Zoom"><meta name="ContentStart"/>{body}<meta name="ContentEnd"/></div>
<ol class="xgwd-list"><li><a href="./other.pdf">相关文档</a></li></ol></body></html>"""


def test_a_disclosure_gives_every_field() -> None:
    reading = notice(disclosure(), MOST)
    assert (reading.reader, reading.layout) == ("most", "most/disclosure-2021")
    assert (reading.title, reading.published, reading.signed) == (
        TITLE,
        date(2021, 12, 21),
        date(2021, 12, 17),
    )
    assert (reading.document_number, reading.index_number) == ("国科办农〔2021〕150号", "306-09-2021-1")
    assert (reading.issuer, reading.addressee) == ("科技部办公厅", "各省、自治区、直辖市科技厅（委、局）")
    assert reading.official is True
    assert reading.source is None
    assert reading.warnings == ()


def test_every_field_says_where_it_was_read() -> None:
    reading = notice(disclosure(), MOST)
    assert {field.name: field.where for field in reading.fields} == {
        "title": "label 标题",
        "published": "label 发布日期",
        "signed": "label 成文日期",
        "document_number": "label 发文字号",
        "issuer": "label 发文机构",
        "addressee": "text",
        "index_number": "label 索引号",
        "source": None,
        "text": "element #Zoom",
    }


def test_number_and_day_in_the_body_are_cross_checks() -> None:
    reading = notice(disclosure(), MOST)
    assert Candidate("国科办农〔2021〕150号", "text") in candidates(reading, "document_number")
    assert candidates(reading, "signed") == (Candidate("2021-12-17", "text"),)


def test_a_conflict_of_two_candidates_is_a_warning() -> None:
    reading = notice(disclosure(body=BODY.replace("12月17日", "12月18日").replace("150", "151")), MOST)
    assert (reading.signed, reading.document_number) == (date(2021, 12, 17), "国科办农〔2021〕150号")
    assert reading.warnings == (
        "signed: label 成文日期 says 2021-12-17, text says 2021-12-18",
        "document_number: label 发文字号 says 国科办农〔2021〕150号, text says 国科办农〔2021〕151号",
    )


def test_a_day_in_the_address_is_a_candidate_and_never_taken() -> None:
    url = MOST.replace("t20211221", "t20211222")
    assert candidates(notice(disclosure(), url), "published") == (Candidate("2021-12-22", "address"),)
    unstated = notice(disclosure(published=""), url)
    assert unstated.published is None
    assert candidates(unstated, "published") == (Candidate("2021-12-22", "address"),)


def test_a_day_of_signing_is_not_a_day_of_publication() -> None:
    text = disclosure().replace("<td><b>发布日期：</b></td><td>2021年12月21日</td>", "")
    assert (notice(text).published, notice(text).signed) == (None, date(2021, 12, 17))


def test_signing_after_publication_is_doubtful() -> None:
    reading = notice(disclosure(published="2021年12月1日"), MOST.replace("t20211221", "t20211201"))
    assert reading.warnings == ("signed on 2021-12-17, after the publication on 2021-12-01",)


def test_attachments_are_absolute_and_related_documents_are_none() -> None:
    (attachment,) = notice(disclosure(), MOST).attachments
    assert attachment.url == MOST.rpartition("/")[0] + "/W020211221.doc"
    assert attachment.text == "名单.doc"
    assert notice(disclosure()).attachments[0].url == "./W020211221.doc"


def test_each_attachment_is_listed_once_with_the_text_that_it_has() -> None:
    links = "<a href='a.pdf'></a><a href='a.pdf' title='x'>表</a><a href='b.HTM'>页</a>"
    links += "<a href='c.XLSX?x=1' title='册'></a>"
    found = notice(
        disclosure(body=BODY.replace("<p>附件", links + "<p>附件")), "https://www.most.gov.cn/a/"
    ).attachments
    assert [(each.url.rpartition("/")[2], each.text) for each in found] == [
        ("a.pdf", "表"),
        ("c.XLSX?x=1", "册"),
        ("W020211221.doc", "名单.doc"),
    ]


def test_a_base_address_moves_the_attachments() -> None:
    text = disclosure().replace("<head>", "<head><base href='https://files.most.gov.cn/x/'>")
    assert notice(text, MOST).attachments[0].url == "https://files.most.gov.cn/x/W020211221.doc"


def test_a_body_without_text_is_said() -> None:
    assert "most/disclosure-2021: #Zoom holds no text" in notice(disclosure(body=""), MOST).warnings


def test_losses_of_the_parser_are_passed_on() -> None:
    reading = notice(disclosure(body=BODY + "<div>" * 3_000 + "后"), MOST)
    assert "Excessive depth" in reading.warnings[0]


@pytest.mark.parametrize(
    "broken",
    [
        disclosure().replace('id="Zoom"', 'id="zoomed"'),
        disclosure().replace('<div id="Zoom">', '<div id="Zoom"></div><div id="Zoom">'),
        disclosure().replace(
            '<div class="xxgk_detail_head">',
            '<div class="xxgk_detail_head"></div><div class="xxgk_detail_head">',
        ),
    ],
)
def test_a_redesign_is_unreadable_with_the_selector(broken: str) -> None:
    reading = read(broken, MOST, reader="most")
    assert isinstance(reading, Unreadable)
    assert "most/disclosure-2021: " in reading.because
    assert "matched" in reading.because


def test_a_notice_without_any_title_is_unreadable() -> None:
    text = disclosure(title="").replace("-中华人民共和国科学技术部", "")
    reading = read(text, MOST, reader="most")
    assert isinstance(reading, Unreadable)
    assert "no title in labels, div.xxgk_title, headings" in reading.because


TZTG = f"""<html><head><title>{TITLE}-科技部</title><meta name="ArticleTitle" content="{TITLE}">
<meta name="PubDate" content="2023-03-02 09:35"><meta name="ContentSource" content="科技部"></head><body>
<div class="title_wide">{TITLE}</div>
<div class="notes">日期：2023年03月02日 09:35　　来源：科技部　【字号：大 中 小】</div>
<div class="text wide">{BODY}</div></body></html>"""


def test_a_tztg_page_since_2021() -> None:
    reading = notice(TZTG, "https://www.most.gov.cn/tztg/202303/t20230302_184873.html")
    assert (reading.layout, reading.title, reading.published) == ("most/tztg-2021", TITLE, date(2023, 3, 2))
    assert (reading.source, reading.signed) == ("科技部", date(2021, 12, 17))
    assert reading.warnings == ()


def test_a_tztg_page_whose_notes_are_gone_has_no_day_from_a_meta_alone() -> None:
    reading = notice(TZTG.replace("日期：2023年03月02日 09:35", ""))
    assert reading.published is None
    assert candidates(reading, "published") == (Candidate("2023-03-02", "meta PubDate"),)


GBK = f"""<html><head><title>{TITLE}</title><meta name="pubdate" content="2019-10-30"/>
<META http-equiv=Content-Type content="text/html; charset=GBK"></head><body><table><tr><td>
<div class="red36"><div id="Title" name='Title'>{TITLE}</div></div>
<div class="gray12">日期：2019年10月30日　08:28&nbsp;<script>document.write("来源：科技部")</script></div>
<div id="Zoom"><meta name="ContentStart"/>{BODY}
<script>createPageHTML(1, 0, "t20191029_149628", "htm");</script></div>
</td></tr></table></body></html>"""


def test_a_gbk_page_before_2021_is_read_from_its_bytes() -> None:
    decoded, reading = read_body(
        GBK.encode("gbk"), None, "http://www.most.gov.cn/tztg/201910/t20191029_149628.htm"
    )
    assert isinstance(reading, Notice)
    assert (decoded.charset, reading.layout) == ("gb18030", "most/gbk-before-2021")
    assert (reading.title, reading.published, where(reading, "published")) == (
        TITLE,
        date(2019, 10, 30),
        "label 日期",
    )
    assert reading.source is None
    assert reading.text.startswith("国科办农〔2021〕150号\n")


def library(generation: int, *, visible: str = "", first: str = "2018-12-31-10:12:00") -> str:
    row = f"<td>发布日期：</td><td>{visible}</td>" if visible else ""
    close, table, body = (
        ("", "<table>", "")
        if generation == 2019
        else ("</html>", '<table class="pcTable">', 'id="UCAP-CONTENT"')
    )
    return f"""<html><head><title>{TITLE}_科技_中国政府网</title>
<meta name='firstpublishedtime' content="{first}">
<meta name="others" content="页面生成时间 2019-12-26 00:50:52"></head><body><div>头</div>{close}
<div class="policyLibraryOverview_header">{table}<tr><td>标<span>&nbsp;</span>题：</td><td> {TITLE}</td>
<td>发文机关：</td><td>科技部办公厅</td></tr><tr><td>发文字号：</td><td>国科办农〔2018〕99号</td><td>来<span>&nbsp;</span>源：</td>
<td>科技部网站</td></tr><tr><td>成文日期：</td><td>2018年12月07日</td>{row}</tr></table></div>
<div class="pages_content" {body}>{BODY.replace("2021年12月17日", "2018年12月7日")}</div></body></html>"""


def test_a_year_in_sight_lets_the_meta_count_at_govcn() -> None:
    reading = notice(library(2019, visible="2018年"))
    assert (reading.layout, reading.published) == ("govcn/library-2019", date(2018, 12, 31))
    assert where(reading, "published") == "meta firstpublishedtime"


@pytest.mark.parametrize("visible", ["2019年", ""])
def test_a_meta_of_another_year_does_not_count(visible: str) -> None:
    assert notice(library(2019, visible=visible)).published is None


def test_a_whole_day_in_sight_is_taken_before_the_meta() -> None:
    reading = notice(library(2019, visible="2018年12月30日"))
    assert (reading.published, where(reading, "published")) == (date(2018, 12, 30), "label 发布日期")
    assert (
        "published: label 发布日期 says 2018-12-30, meta firstpublishedtime says 2018-12-31"
        in reading.warnings
    )


def test_the_library_since_2023_is_dated_by_its_meta_alone() -> None:
    reading = notice(
        library(2023, first="2018-12-31-16:14:33"),
        "http://www.gov.cn/zhengce/zhengceku/2018-12/31/content_5441182.htm",
    )
    assert (reading.layout, reading.published) == ("govcn/library-2023", date(2018, 12, 31))
    assert (reading.signed, reading.issuer, reading.source) == (
        date(2018, 12, 7),
        "科技部办公厅",
        "科技部网站",
    )
    assert reading.text.startswith("国科办农〔2021〕150号")


def test_policy_content_of_2019_has_two_tables() -> None:
    text = f"""<div class="wrap"><table class="bd1">
<tr><td><b>索 引 号：</b></td><td>000014349/2019-00002</td></tr>
<tr><td><b>发文机关：</b></td><td>国务院办公厅</td><td><b>成文日期：</b></td><td>2019年01月09日</td></tr>
<tr><td><b>标　　题：</b></td><td>{TITLE}</td></tr>
<tr><td><b>发布日期：</b></td><td>2019年01月22日</td></tr></table>
<table class="bd1"><tr><td><b>主 题 词：</b></td><td></td></tr></table>
<table><tr><td id="UCAP-CONTENT">{BODY}</td></tr></table></div>"""
    reading = notice(text, "http://www.gov.cn/zhengce/content/2019-01/22/content_5360002.htm")
    assert (reading.layout, reading.title, reading.issuer) == ("govcn/content-2019", TITLE, "国务院办公厅")
    assert (reading.published, reading.signed) == (date(2019, 1, 22), date(2019, 1, 9))
    assert reading.text.count("\n") > 4


@pytest.mark.parametrize(
    "frame",
    [
        '<div class="article oneColumn pub_border"><h1>{title}</h1>'
        '<div class="pages-date">{line}</div><div class="pages_content">{body}</div></div>',
        '<h1 id="ti">{title}</h1><div class="pages-date">{line}</div></html>'
        '<div class="pages_content mhide" id="UCAP-CONTENT">{body}</div>',
    ],
)
def test_govcn_news_are_dated_by_their_line(frame: str) -> None:
    text = frame.format(
        title=TITLE, line="2022-07-17 07:50 <span>来源： 新华社</span>【字体：大 中 小】", body=BODY
    )
    reading = notice(
        f"<html><body>{text}</body></html>", "https://www.gov.cn/xinwen/2022-07/17/content_5701423.htm"
    )
    assert (reading.layout, reading.title) == ("govcn/news", TITLE)
    assert (reading.published, where(reading, "published")) == (date(2022, 7, 17), "element dateline")
    assert (reading.source, reading.document_number) == ("新华社", "国科办农〔2021〕150号")
    assert where(reading, "document_number") == "text"


def test_the_gazette_is_dated_only_by_what_it_shows() -> None:
    head = f"<html><head><title>{TITLE}_2020年第1号国务院公报_中国政府网</title></head><body>"
    text = f"{head}<h1>{TITLE}</h1><div id='UCAP-CONTENT'>{BODY}</div>"
    reading = notice(text, "http://www.gov.cn/gongbao/content/2020/content_5467370.htm")
    assert (reading.layout, reading.title, reading.published) == ("govcn/gazette", TITLE, None)


def ministry(
    line: str, *, meta: str = "", body: str = "<div class='TRS_Editor'>{body}</div>", title: str = TITLE
) -> str:
    return f"""<html><head><title>{title}-某某部</title><meta name="SiteName" content="某某部">
<meta name="ArticleTitle" content="{title}">{meta}</head><body>
<ul class="nav"><li><a href="/">首页</a></li><li>机构</li></ul><div class="main">
<div class="crumbs">当前位置：首页 &gt; 通知</div><h1>{title}</h1><div class="info">{line}</div>
{body.format(body=BODY)}</div>
<ul class="related"><li><a href="b.htm">另一通知</a><span>2020-05-05</span></li></ul></body></html>"""


@pytest.mark.parametrize(
    "line",
    [
        "发布时间：2021-12-21 来源：某某司",
        "<span>发布时间：2021/12/21</span><span>来源：某某司</span>",
        "2021-12-21 10:00　来源：某某司",
        "<span class='time'>2021-12-21</span> <span>来源：某某司</span>",
        "[2021-12-21] 来源：某某司 字号：大 中 小",
        "日期：2021年12月21日 【来源：某某司】",
        "发布日期：2021.12.21<br>来源：某某司",
        "2021年12月21日 来源：某某司",
        "来源：某某司　发文时间：2021年12月17日　发布时间：2021-12-21",
    ],
)
def test_the_line_under_the_title_dates_the_page(line: str) -> None:
    reading = notice(ministry(line), "https://www.example.gov.cn/a/202112/t20211221_1.html")
    assert (reading.reader, reading.title) == ("ministry", TITLE)
    assert (reading.published, reading.source) == (date(2021, 12, 21), "某某司")
    assert (reading.signed, reading.document_number) == (date(2021, 12, 17), "国科办农〔2021〕150号")


@pytest.mark.parametrize(
    "line",
    [
        "",
        "（2021年12月17日通过）",
        "（2021年12月17日国务院令第1号公布）",
        "2021年12月17日",
        "浏览次数：2021",
        "有效期至2025-01-01",
    ],
)
def test_a_day_that_publishes_nothing_is_left_alone(line: str) -> None:
    built = "2023-04-15 05:45:35"
    meta = f'<meta name="PubDate" content="{built}"><meta name="others" content="页面生成时间 {built}">'
    reading = notice(ministry(line, meta=meta))
    assert reading.published is None
    assert Candidate("2023-04-15", "meta PubDate") in candidates(reading, "published")


def test_a_meta_counts_where_the_page_shows_the_same_day() -> None:
    meta = '<meta name="PubDate" content="2021-12-21 10:00"><meta name="ContentSource" content="某某司">'
    reading = notice(ministry("更新：2021年12月21日", meta=meta))
    assert (reading.published, where(reading, "published")) == (date(2021, 12, 21), "meta PubDate")
    assert (reading.source, where(reading, "source")) == ("某某司", "meta ContentSource")


def test_markup_in_the_title_meta_is_no_title() -> None:
    text = ministry("", title="关于公布的通知").replace(
        'content="关于公布的通知"', 'content="<p>关于公布</p><p>的通知</p>"'
    )
    assert notice(text).title == "关于公布的通知"


def test_a_title_that_is_the_ministrys_name_is_passed_over() -> None:
    text = ministry("").replace(f"<title>{TITLE}-某某部</title>", "<title>中华人民共和国某某部</title>")
    text = text.replace(
        f'<meta name="ArticleTitle" content="{TITLE}">', '<meta name="ArticleTitle" content="某某部">'
    )
    assert (notice(text).title, where(notice(text), "title")) == (TITLE, "element heading")


@pytest.mark.parametrize(
    "titles", ["<title></title>", f"<title></title><title>{TITLE}</title>", f"<title>&#8203;{TITLE}</title>"]
)
def test_empty_and_repeated_titles_do_no_harm(titles: str) -> None:
    text = ministry("").replace(f"<title>{TITLE}-某某部</title>", titles)
    assert notice(text).title == TITLE


def test_titles_that_differ_are_a_warning() -> None:
    text = ministry("").replace(f"<h1>{TITLE}", "<h1>关于另一件事情的函")
    assert (
        f"title: meta ArticleTitle says {TITLE}, element heading says 关于另一件事情的函"
        in notice(text).warnings
    )


@pytest.mark.parametrize(
    ("layout", "body"),
    [
        ("ministry/trs-2021", "<div class='trs_editor_view TRS_UEDITOR trs_web'>{body}</div>"),
        ("ministry/trs-2010", "<div class=TRS_Editor>{body}</div>"),
        ("ministry/trs-autoadd", "<div id='TRS_AUTOADD'>{body}</div>"),
        ("ministry/trs-union", "<div class='Custom_UnionStyle'>{body}</div>"),
        ("ministry/metas-zoom", "<div id='zoom'>{body}</div>"),
        ("ministry/metas-con_con", "<div class='ccontent center' id='con_con'>{body}</div>"),
        ("ministry/metas-article_con", "<div class='article_con article_con_notitle'>{body}</div>"),
        ("ministry/metas-mainText", "<div id='mainText'><div>{body}</div></div>"),
        ("generic/densest", "<div class='a-template-of-its-own'>{body}</div>"),
    ],
)
def test_shared_templates_are_known_by_the_element_around_the_text(layout: str, body: str) -> None:
    reading = notice(ministry("发布时间：2021-12-21", body=body))
    assert reading.layout == layout
    assert reading.published == date(2021, 12, 21)
    assert reading.text.startswith("国科办农〔2021〕150号\n各省、自治区、直辖市科技厅（委、局）：\n根据")
    assert reading.text.endswith("（此件主动公开）")


def test_a_label_table_above_the_title_counts() -> None:
    table = """<ol class="doc-info"><li>[主题分类] 科技</li><li>[发文机构] 某市人民政府</li>
<li>[成文日期] 2021-12-17</li><li>[发文字号] 某政发〔2021〕3号</li>
<li>[发布日期] 2021-12-21</li><li>[有效性]</li></ol>"""
    text = ministry("", body="<div id='mainText'>{body}</div>").replace(
        '<div class="main">', f'{table}<div class="main">'
    )
    reading = notice(text.replace("国科办农〔2021〕150号", ""), "https://www.example.gov.cn/zhengce/1.html")
    assert (reading.published, reading.issuer) == (date(2021, 12, 21), "某市人民政府")
    assert reading.document_number == "某政发〔2021〕3号"


def test_a_number_printed_as_the_source_or_beside_the_title_is_the_documents() -> None:
    body = BODY.replace("国科办农〔2021〕150号", "")
    for line in ("来源：农经发〔2002〕14号", "<span>农经发〔2002〕14号 </span><span>全文有效</span>"):
        reading = notice(
            ministry(line, body=f"<div class='TRS_Editor'>{body}</div>".replace("{", "{{").replace("}", "}}"))
        )
        assert reading.document_number == "农经发〔2002〕14号"


def test_a_number_that_says_none_is_absent() -> None:
    text = disclosure(body="<p>正文一段，没有文号。</p>").replace(
        "<td>国科办农〔2021〕150号</td>", "<td>无</td>"
    )
    assert notice(text).document_number is None


def test_days_in_milliseconds_are_read_behind_their_label() -> None:
    assert notice(ministry("成文日期:<span id='data'>1640135712000</span>")).signed == date(2021, 12, 22)


def test_related_news_do_not_date_the_page() -> None:
    assert notice(ministry("")).published is None


ABOUT = "本中心成立多年，承担多项重要的工作，欢迎各界人士前来参观、指导、交流，并提出宝贵的意见。"


def test_a_page_of_no_template_needs_a_day_or_a_number() -> None:
    text = f"<html><body><h1>关于我们的一个介绍页面</h1><div><p>{ABOUT}</p></div></body></html>"
    reading = read(text, "https://www.example.gov.cn/about.html")
    assert isinstance(reading, Unreadable)
    assert "generic/densest: no day, number or index in labels, metas or text" in reading.because
    assert isinstance(read(text.replace("<div><p>", "<div>发布时间：2020-01-02</div><div><p>")), Notice)


def test_a_repost_is_read_and_marked() -> None:
    head = f"<html><head><title>{TITLE}-新闻-某某网</title></head><body><h1>{TITLE}</h1>"
    text = f"{head}<span class='timer'>2021-12-21 15:20:47</span><div>{BODY}</div>"
    reading = notice(text, "https://news.example.com/bwkx.htm")
    assert (reading.reader, reading.official, reading.title) == ("generic", False, TITLE)
    assert (reading.published, where(reading, "published")) == (date(2021, 12, 21), "element dateline")


@pytest.mark.parametrize(
    ("url", "official"),
    [
        (None, None),
        ("", None),
        ("https://www.most.gov.cn/a", True),
        ("http://gov.cn/", True),
        ("https://big5.www.gov.cn:8080/gate", True),
        ("https://WWW.GOV.CN/a", True),
        ("https://www.gov.cn.example.com/", False),
        ("https://notgov.cn/", False),
        ("https://example.com/www.gov.cn/", False),
        ("https://www.gov.cn@example.com/", False),
    ],
)
def test_only_government_hosts_are_official(url: str | None, official: bool | None) -> None:
    assert is_official(url) is official


@pytest.mark.parametrize(
    ("title", "kept"),
    [
        (f"{TITLE}-中华人民共和国科学技术部", TITLE),
        (f"{TITLE}_科技_中国政府网", TITLE),
        (f"{TITLE} - 国家统计局", TITLE),
        (f"{TITLE}-新闻-上海证券报·中国证券网", TITLE),
        ("规划（2018-2022年）的通知", "规划（2018-2022年）的通知"),
        ("乡村振兴战略规划（2018-2022年）_新闻_某某网", "乡村振兴战略规划（2018-2022年）"),
        (TITLE, TITLE),
        ("通知-某某部", "通知-某某部"),
    ],
)
def test_a_title_loses_its_site_and_nothing_else(title: str, kept: str) -> None:
    assert without_site(title) == kept


def test_the_readers_are_known_by_name_and_others_are_refused() -> None:
    assert list(READERS) == ["most", "govcn", "ministry", "generic"]
    with pytest.raises(ValueError, match="known: most, govcn, ministry, generic"):
        read("<p>x", reader="mots")
    with pytest.raises(ValueError, match="unknown reader"):
        read_body(b"<p>x", None, None, reader="")


def test_a_named_family_is_the_only_one_tried() -> None:
    assert isinstance(read(disclosure(), MOST, reader="govcn"), Unreadable)
    assert (
        notice(disclosure(), "https://kjt.example.gov.cn/1.html", reader="most").layout
        == "most/disclosure-2021"
    )


def test_the_template_decides_before_the_host() -> None:
    assert notice(disclosure(), "https://www.gov.cn/1.html").reader == "most"
    assert notice(library(2023), MOST).reader == "govcn"


def test_a_pager_in_a_detail_page_makes_no_list() -> None:
    assert notice(GBK).reader == "most"


def test_a_list_is_a_list() -> None:
    rows = "".join(
        f'<li><a href="./t2020010{day}_{day}.html" title="关于第{day}件事情的通知">关于…</a>'
        f"<span>2020-01-0{day}</span></li>"
        for day in range(1, 9)
    )
    assert isinstance(
        read(f"<html><body><ul>{rows}</ul></body></html>", "https://www.example.gov.cn/tz/"), Listing
    )


def test_reading_is_a_function_of_its_input() -> None:
    assert read(disclosure(), MOST) == read(disclosure(), MOST)
    assert replace(notice(disclosure(), MOST), url=None) != notice(disclosure(), MOST)


def test_the_first_sure_candidate_is_taken_and_the_others_are_kept_once() -> None:
    found = [
        Found("甲", "address", sure=False),
        Found("乙", "label"),
        Found("乙", "meta"),
        Found("丙", "text"),
        Found("丙", "text"),
    ]
    chosen = choose("issuer", found, equal)
    assert (chosen.value, chosen.reading.where) == ("乙", "label")
    assert chosen.reading.candidates == (
        Candidate("甲", "address"),
        Candidate("乙", "meta"),
        Candidate("丙", "text"),
    )
    assert chosen.warnings == (
        "issuer: label says 乙, address says 甲",
        "issuer: label says 乙, text says 丙",
    )


def test_without_a_sure_candidate_a_field_is_absent() -> None:
    chosen = choose("issuer", [Found("甲", "address", sure=False)], equal)
    assert (chosen.value, chosen.reading.where, chosen.warnings) == (None, None, ())


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("科技部 财政部通知", "科技部、财政部通知", True),
        ("关于“十三五”", "关于十三五的通知", True),
        ("甲", "乙", False),
    ],
)
def test_texts_are_alike_but_for_blanks_and_signs(one: str, other: str, same: bool) -> None:
    assert alike(one, other) is same

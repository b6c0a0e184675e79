"""Pages of the families that no fixture holds: one document in the header of every site's template.

The headers, lines and error pages are those of ministries, provinces and the common CMS, in our own words;
each test says what the template taught.
"""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.chinese import FORMS, format_date, plain_digits
from scraper.model import Listing, Notice, Reading, Refused, Unreadable
from scraper.readers import read
from scraper.readers.clues import read_clues
from scraper.readers.heads import is_site_name, without_site

TITLE = "关于组织开展示范工程申报工作的通知"
NUMBER = "示范发〔2020〕12号"
PUBLISHED, SIGNED = date(2020, 9, 10), date(2020, 9, 8)
URL = "https://www.sfj.gov.cn/zwgk/202009/t20200911_1.html"
LINES = (
    "各省、自治区、直辖市有关主管部门：",
    "为贯彻落实有关部署，推动示范工程建设，现就申报工作有关事项通知如下，请认真组织。",
    "一、申报主体应当具有独立法人资格，运行管理规范，近三年没有不良信用记录，并按要求报送材料。",
    "二、请于2020年12月31日前报送材料，逾期不予受理。《管理办法》（国科发火〔2018〕100号）继续有效。",
)
SIGNATURE = ("国家示范局办公室", "2020年9月8日")
UNSIGNED = "".join(f"<p>　　{line}</p>" for line in LINES)
BODY = UNSIGNED + "".join(f'<p align="right">{line}</p>' for line in SIGNATURE)
NEWS = (
    "<p>　　记者近日获悉，示范工程建设取得积极进展，工作按照《意见》（国发〔2017〕35号）有序推进。</p>"
    "<p>　　有关负责人表示，下一步将加大支持力度，完善政策体系，推动成果转化，确保取得实效。</p>"
)
ABOVE = (
    '<div class="header"><ul><li><a href="/">首页</a></li><li><a href="/zwgk/">政务公开</a></li></ul>'
    "<div>今天是2026年10月5日 星期一</div>"
    '<div class="dqwz">当前位置：<a href="/">首页</a> &gt; <a href="../">通知公告</a></div></div>'
)
BELOW = (
    '<div class="related"><h3>相关文档</h3><ul><li><a href="./t1.html">上一批的通知</a><span>2019-01-01'
    '</span></li></ul></div><div class="footer"><p>主办单位：国家示范局　承办单位：信息中心</p>'
    "<p>政府网站标识码：bm00000001 京ICP备05000000号 京公网安备11000000000000号</p></div>"
)
METAS = (
    '<meta name="SiteName" content="国家示范局"><meta name="ArticleTitle" content="{title}">'
    '<meta name="PubDate" content="{day}"><meta name="ContentSource" content="示范局">'
)


def page(main: str, *, head: str = "", title: str = f"{TITLE}_国家示范局") -> str:
    return (
        f"<!DOCTYPE html><html><head><meta charset='utf-8'><title>{title}</title>{head}</head>"
        f"<body>{ABOVE}<div class='main'>{main}</div>{BELOW}</body></html>"
    )


def article(line: str, *, body: str = BODY, title: str = TITLE, head: str = "") -> str:
    return page(
        f'<h1>{title}</h1><div class="ly">{line}</div><div id="zoom">{body}</div>', head=head, title=title
    )


def notice(text: str, url: str | None = URL) -> Notice:
    reading = read(text, url)
    assert isinstance(reading, Notice), reading
    return reading


def cells(pairs: str, row: str = "<tr><td>{}</td><td>{}</td></tr>") -> str:
    """Turn `label|value` lines into a header's rows."""
    return "".join(row.format(*pair.split("|")) for pair in pairs.strip().splitlines())


COLONS = f"""索 引 号：|000014349/2020-00001
发文机关：|国家示范局
标　　题：|{TITLE}
发文字号：|{NUMBER}
成文日期：|2020年09月08日
发布日期：|2020年09月10日"""
BARE = COLONS.replace("：|", "|")

HEADERS = {
    "table": f"<table>{cells(COLONS)}</table>",
    "table without colons": f"<table>{cells(BARE, '<tr><th>{}</th><td>{}</td></tr>')}</table>",
    "labels in brackets": f"<table>{cells(BARE, '<tr><td>[ {} ]</td><td>{}</td></tr>')}</table>",
    "list": f"<ul>{cells(COLONS, '<li><b>{}</b>{}</li>')}</ul>",
    "list of Beijing": f'<ol class="doc-info">{cells(BARE, "<li>[{}] <span>{}</span></li>")}</ol>',
    "definitions": f"<dl>{cells(BARE, '<dt>{}</dt><dd>{}</dd>')}</dl>",
    "pairs of divs": cells(BARE, '<div class="row"><div>{}</div><div>{}</div></div>'),
    "label and value of Guangdong": cells(COLONS, "<div><label>{}</label><span>{}</span></div>"),
    "spans in a line": f"<div>{cells(COLONS, '<span>{}</span><span>{}</span>')}</div>",
    "strong in a row of Hubei": cells(COLONS, '<div class="col"><strong>{}</strong>{}</div>'),
    "span without a colon": cells(BARE, "<div><span>{}</span>{}</div>"),
    "two spans without a colon": cells(BARE, "<div><em>{}</em> <span>{}</span></div>"),
}


@pytest.mark.parametrize("name", HEADERS)
@pytest.mark.parametrize("body", ["TRS_Editor", "Custom_UnionStyle", "zoom", "nobody-knows-it"])
def test_a_header_is_read_in_any_markup(name: str, body: str) -> None:
    reading = notice(page(f'{HEADERS[name]}<div class="{body}">{UNSIGNED}</div>'))
    assert reading.title == TITLE
    assert (reading.published, reading.signed) == (PUBLISHED, SIGNED)
    assert (reading.document_number, reading.issuer) == (NUMBER, "国家示范局")
    assert reading.index_number == "000014349/2020-00001"
    assert reading.text.startswith(LINES[0])
    assert reading.text.endswith(LINES[-1])


DATELINES = (
    "发布时间：2020-09-10",
    "发布时间：2020/09/10<div></div><span>来源：高技术司</span>",
    "发布时间 : 2020-09-10 17:23:30　来源 : 门户网站",
    "发布时间∶2020-09-10　来源∶科技司",
    "发布时间：\n 2020-09-10 \n<span>来源: 规划司</span>",
    "发布日期： 2020-09-10 10:11:12 <i>信息来源： 省科技厅</i> <i>浏览次数：<script>x()</script></i>",
    "信息发布日期：2020-09-10",
    "发布日期：20200910",
    "发布时间：2020年9月10日上午10时",
    "公布日期：2020-09-10 实施日期：2020-10-01",
    "公开日期：2020.09.10",
    "发布日期：2020-09-10　截止日期：2020-10-31",
    "更新时间：2021-02-03 10:00　发布时间：2020-09-10",
    "发布时间：2020-09-10阅读次数：2020",
    "来源：科技司　时间：2020-09-10 10:10:10　点击数：<span>12</span>",
    "作者：张三　编辑：李四　日期：2020/9/10　浏览：88次",
    "来源：科技部　2020-09-10 10:20",
    "<span>来源：科技部</span> | <span>2020-09-10 10:20:05</span>",
    "2020-09-10　来源：教育部",
    "<span>2020-09-10</span><span>来源：示范局</span><span>字号：<a>[大]</a> <a>[小]</a></span>",
    "2020年09月10日 11:48<span>来源： 网信网</span><span>【打印】</span>",
    "2020年09月10日 10时20分　来源：省政府办公厅",
    "2020年9月10日 星期四 来源：科技司",
    "中央政府门户网站　www.gov.cn　2020年09月10日　来源：新华社",
    "<span>科技部门户网站</span> www.most.gov.cn 2020-09-10 10:20 <span>来源：科技部</span>",
    "2020-09-10T10:20:00",
    "2020/9/10 8:05:03",
    "【2020-09-10】",
    "（2020-09-10 10:11）",
)


@pytest.mark.parametrize("line", DATELINES)
@pytest.mark.parametrize("body", ["zoom", "nobody-knows-it"])
def test_the_line_below_a_title_tells_the_day_of_publication(line: str, body: str) -> None:
    for tag in ("div", "p"):
        reading = notice(page(f'<h1>{TITLE}</h1><{tag}>{line}</{tag}><div class="{body}">{BODY}</div>'))
        assert (reading.title, reading.published, reading.signed) == (TITLE, PUBLISHED, SIGNED)
        assert reading.document_number is None
        assert reading.text.startswith(LINES[0])


@pytest.mark.parametrize(
    "line",
    [
        "更新时间：2021-01-02 来源：示范局",
        "公示时间：2020年9月10日至2020年9月16日",
        "生效日期：2020-10-01",
        "2020-09-10 2020-09-12",
        "发布日期：2020年",
        '发布时间：<script>document.write("2020-09-10")</script>',
        "<span>2020-09-1</span><span>1234</span>",
        "作者：张三",
    ],
)
def test_a_line_that_states_no_publication_gives_none(line: str) -> None:
    reading = notice(article(line))
    assert (reading.published, reading.signed) == (None, SIGNED)


def test_the_time_of_a_meeting_is_no_publication() -> None:
    text = f"<p>会议时间：2020年9月20日上午9时</p><p>报到日期：2020年9月19日</p>{BODY}"
    assert notice(article("", body=text)).published is None
    text = f"<p>时间：2020年9月20日上午9时</p><p>地点：会议中心</p>{BODY}"
    assert notice(article("发布时间：2020-09-10", body=text)).published == PUBLISHED


@pytest.mark.parametrize("day", ["2024-01-05 09:00", "2020-09-09"])
def test_a_meta_that_nothing_in_sight_confirms_is_the_time_of_building(day: str) -> None:
    reading = notice(article("", head=METAS.format(title=TITLE, day=day)))
    assert reading.published is None
    (field,) = (field for field in reading.fields if field.name == "published")
    assert day[:10] in {candidate.value for candidate in field.candidates}


@given(st.dates(date(1995, 1, 1), date(2026, 1, 1)), st.sampled_from(FORMS))
def test_the_label_is_enough_whatever_the_form_of_the_day(day: date, form: str) -> None:
    assert notice(article(f"发布日期：{format_date(day, form)}　来源：科技司")).published == day


def test_a_day_inside_the_heading_is_not_of_the_title() -> None:
    """上海: `<h2>题<small>2020.09.10</small></h2>`."""
    main = f'<h2 id="ivs_title">{TITLE}<small>2020.09.10</small></h2><div id="ivs_content">{BODY}</div>'
    reading = notice(page(main, title="国家示范局"))
    assert (reading.title, reading.published) == (TITLE, PUBLISHED)


# Titles


@pytest.mark.parametrize(
    "heading",
    [
        "<h2>{}</h2>",
        "<h3>{}</h3>",
        '<div class="title">{}</div>',
        '<div id="title">{}</div>',
        '<p class="tit">{}</p>',
        '<td class="bt">{}</td>',
        '<div><span class="biaoti">{}</span></div>',
    ],
)
@pytest.mark.parametrize("title", ["", "国家示范局", "国家示范局门户网站", "国家示范局_首页"])
def test_where_the_page_has_only_the_site_s_name_the_element_called_title_counts(
    heading: str, title: str
) -> None:
    main = f'{heading.format(TITLE)}<div>发布时间：2020-09-10</div><div id="zoom">{BODY}</div>'
    assert notice(page(main, title=title)).title == TITLE


def test_the_names_of_site_and_column_are_no_title_when_they_are_headings() -> None:
    main = f'<h1>国家示范局</h1><h2>通知公告</h2><div class="tt">{TITLE}</div><div>发布时间：2020-09-10</div>'
    assert notice(page(f'{main}<div id="zoom">{BODY}</div>', title=TITLE)).title == TITLE


@pytest.mark.parametrize(
    "title",
    [
        f"{TITLE}__2020年第33号国务院公报_中国政府网",
        f"{TITLE}_国务院部门文件_中国政府网",
        f"{TITLE}__中国政府网",
        f"{TITLE}_政府信息公开专栏",
        f"{TITLE}-国家示范局网站",
        f"{TITLE}-通知公告-国家示范局",
        f"国家示范局 - {TITLE}",
        f"中华人民共和国科学技术部_{TITLE}",
        TITLE,
    ],
)
def test_the_names_around_a_title_go(title: str) -> None:
    assert without_site(title) == TITLE


@pytest.mark.parametrize(
    "title", ["科技部：关于申报工作的通知", "《人工智能—发展》规划解读", "部署会-在京召开"]
)
def test_a_title_with_a_dash_or_a_colon_stays_whole(title: str) -> None:
    assert without_site(title) == title


@pytest.mark.parametrize(
    ("title", "is_name"),
    [
        ("国家示范局门户网站首页", True),
        ("中华人民共和国科学技术部", True),
        ("中国政府网_首页", True),
        ("关于推进创新工作的部署", False),
        ("召开会议作出重要部署", False),
        (TITLE, False),
    ],
)
def test_a_site_s_name_is_told_from_a_title(title: str, is_name: bool) -> None:
    assert is_site_name(title, {}) is is_name


# Bodies

JOINED = (
    "<br>　　".join((*LINES, *SIGNATURE)),
    "<br><br>&nbsp;&nbsp;".join((*LINES, *SIGNATURE)),
    "".join(f"<div>　　{line}</div>" for line in (*LINES, *SIGNATURE)),
    "".join(f"<span>{line}</span><br/>" for line in (*LINES, *SIGNATURE)),
)


@pytest.mark.parametrize("body", JOINED)
@pytest.mark.parametrize(
    "frame", ["<div>{}</div>", "<table><tr><td>{}</td></tr></table>", "<section>{}</section>"]
)
def test_a_text_without_paragraphs_is_found_before_the_foot_of_the_page(body: str, frame: str) -> None:
    main = f'<div class="bt">{TITLE}</div><div>发布时间：2020-09-10 来源：科技司</div>'
    reading = notice(page(main + frame.format(f"<div>{body}</div>")))
    assert (reading.title, reading.published, reading.signed) == (TITLE, PUBLISHED, SIGNED)
    assert reading.layout == "generic/lines"
    assert reading.text.split("\n")[0] == LINES[0]
    assert "主办单位" not in reading.text


def test_paragraphs_around_an_inner_frame_are_of_the_text() -> None:
    inner = f"<p>{LINES[0]}</p><div>{''.join(f'<p>{line}</p>' for line in LINES[1:])}</div>"
    end = "".join(f"<p>{line}</p>" for line in SIGNATURE)
    reading = notice(page(f"<h1>{TITLE}</h1><p>发布时间：2020-09-10</p><section>{inner}{end}</section>"))
    assert reading.addressee == LINES[0].rstrip("：")
    assert (reading.text.split("\n")[-1], reading.signed) == (SIGNATURE[1], SIGNED)


def test_who_answers_for_a_page_is_not_of_its_text() -> None:
    above, below = "<p>来源：科技司　发布时间：2020-09-10</p>", "<p>打印本页 关闭窗口 返回顶部</p>"
    reading = notice(page(f"<h1>{TITLE}</h1>{above}<section>{BODY}</section>{below}"))
    assert reading.text.endswith(SIGNATURE[1])
    assert reading.source == "科技司"


# Numbers


@pytest.mark.parametrize(
    ("printed", "number"),
    [
        ("<p>示范发〔2020〕12号</p>", NUMBER),
        ("<p>示范发［２０２０］１２号</p>", NUMBER),
        ("<p>示范发 [2020] 12 号</p>", NUMBER),
        (
            "<p><span>示范发</span><span>〔</span><span>2020</span><span>〕 12 </span><span>号</span></p>",
            NUMBER,
        ),
        (f"<p>{TITLE}</p><p>示范发〔2020〕12号</p>", NUMBER),
        ("<p>示范发〔2020〕404号</p>", "示范发〔2020〕404号"),
        ("<p>根据国发〔2017〕35号文件要求，</p>", None),
        ("<p>近日，示范局印发通知。</p><p>（国科发火〔2018〕100号）</p>", None),
        ("", None),
    ],
)
def test_a_number_is_the_document_s_only_at_the_very_top(printed: str, number: str | None) -> None:
    assert notice(article("发布时间：2020-09-10", body=printed + BODY)).document_number == number


def test_news_that_reprint_a_document_do_not_take_its_number() -> None:
    body = f"{NEWS}<p>附：通知全文</p><p>{NUMBER}</p>{BODY}"
    reading = notice(article("2020-09-10 来源：示范局", body=body, title="示范局发布示范工程申报通知"))
    assert (reading.document_number, reading.published) == (None, PUBLISHED)


def test_a_document_sent_on_keeps_its_own_number_and_signature() -> None:
    sent = (
        f"<p>附件</p><p>关于某事项的通知</p><p>财教〔2019〕99号</p>{UNSIGNED}<p>财政部</p><p>2019年5月6日</p>"
    )
    reading = notice(article("发布时间：2020-09-10", body=f"<p>{NUMBER}</p>{BODY}{sent}"))
    assert (reading.document_number, reading.signed) == (NUMBER, SIGNED)


@given(st.integers(0, 10))
def test_the_first_sentence_ends_the_top(before: int) -> None:
    top = [f"标题{line}" for line in range(before)]
    free, told = "\n".join([*top, NUMBER]), "\n".join(["近日印发通知。", *top, NUMBER])
    assert read_clues(free).number == (NUMBER if before < 10 else None)
    assert read_clues(told).number is None


@given(st.text())
def test_full_width_digits_become_plain_and_nothing_else(text: str) -> None:
    wide = str.maketrans("0123456789", "０１２３４５６７８９")
    assert plain_digits(text.translate(wide)) == plain_digits(text)
    assert len(plain_digits(text)) == len(text)


# The central government's site


@pytest.mark.parametrize("number", ["", f"<p>{NUMBER}</p>"])
def test_news_of_2014_have_their_title_in_a_div(number: str) -> None:
    main = (
        f'<div class="article-colum"><div class="pages-title">{TITLE}</div><div class="pages-date">'
        '<span class="font">中央政府门户网站</span> www.gov.cn 2020-09-10 10:20 <span>来源： 科技部</span>'
        f'</div><div class="pages_content">{number}{BODY}</div></div>'
    )
    reading = notice(
        page(main, title=f"{TITLE}_政策_中国政府网"), "http://www.gov.cn/zhengce/2014-09/10/c_1.htm"
    )
    assert (reading.layout, reading.title) == ("govcn/news-2014", TITLE)
    assert (reading.published, reading.source) == (PUBLISHED, "科技部")
    assert reading.document_number == (NUMBER if number else None)


def test_a_gazette_s_page_has_no_day_of_its_own() -> None:
    main = f'<div class="pages_content" id="UCAP-CONTENT"><p>{TITLE}</p><p>{NUMBER}</p>{BODY}</div>'
    meta = '<meta name="firstpublishedtime" content="2020-11-30-10:20:00">'
    text = page(main, head=meta, title=f"{TITLE}__2020年第33号国务院公报_中国政府网")
    reading = notice(text, "http://www.gov.cn/gongbao/content/2020/content_5556789.htm")
    assert (reading.title, reading.published, reading.signed) == (TITLE, None, SIGNED)
    assert reading.document_number == NUMBER


# What is no notice

NEWS_ROWS = "".join(
    f'<li><a href="/t{day}.html">关于第{day}项工作进展情况的通报和要求</a><span>2020-09-{day:02}</span></li>'
    for day in range(1, 13)
)
GONE = (
    "温馨提示：您访问的页面不存在或已删除！",
    "抱歉，页面无法访问…",
    "抱歉，您访问的内容已迁移或者已下线",
    "很抱歉，没有找到您要访问的页面！",
    "对不起，您所访问的网页暂时无法显示，系统将在3秒后转到首页。",
    "对不起，您访问的文件已被删除",
    "您查看的网址无法打开",
)


@pytest.mark.parametrize("said", GONE)
@pytest.mark.parametrize("around", ["", f"<h3>推荐阅读</h3><ul>{NEWS_ROWS}</ul>"])
@pytest.mark.parametrize("title", ["国家示范局", "提示信息", ""])
def test_an_error_page_is_refused_whatever_its_frame_shows(said: str, around: str, title: str) -> None:
    reading = read(page(f"<div>{said}</div>{around}", title=title), URL)
    assert isinstance(reading, Refused), reading
    assert reading.what == "soft_404"


@pytest.mark.parametrize(
    "title",
    [
        f"{TITLE}（示范发〔2020〕404号）",
        "关于公布失效文件目录和网站信息删除办法的通知",
        "关于修订文件内容查找规则的公告",
    ],
)
def test_a_title_that_speaks_of_files_or_404_is_not_an_error_page(title: str) -> None:
    assert notice(article("发布时间：2020-09-10", title=title)).title == title


def test_a_notice_that_quotes_an_error_page_is_read() -> None:
    quoted = "<p>部分单位反映系统提示“您访问的页面不存在或已删除”，现已修复，请重新登录填报。</p>"
    assert notice(article("发布时间：2020-09-10", body=quoted + BODY)).published == PUBLISHED


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ('<html><head><meta http-equiv="refresh" content="0;url=/"></head><body></body></html>', Refused),
        ('<html><head><script>location.href="/index.html"</script></head><body></body></html>', Refused),
        (
            '<html><title>示范局</title><body><div id="app"></div><script src="/a.js"></script></body>',
            Refused,
        ),
        ("<html><title>访问拦截</title><body><p>您的请求疑似攻击行为！2020-09-10</p></body></html>", Refused),
        (
            "<html><title>Object moved</title><body>Object moved to <a href='/'>here</a></body></html>",
            Refused,
        ),
        (page("<div>网站升级维护中，暂停服务。2020年9月10日</div>", title="系统维护"), Unreadable),
        (
            page("<p>欢迎登录统一身份认证平台，请使用单位账号登录系统后办理业务。</p>", title="用户登录"),
            Unreadable,
        ),
        (page(f"<h1>公开指南</h1><div id='zoom'>{NEWS}</div>", title="公开指南"), Unreadable),
        (page(f"<ul>{NEWS_ROWS}</ul>", title="通知公告-国家示范局"), Listing),
        (page("<div>抱歉，没有找到与“某某”相关的结果</div>", title="搜索结果"), Unreadable),
    ],
)
def test_what_stands_in_a_page_s_place_is_never_a_notice(text: str, kinds: type[Reading]) -> None:
    assert isinstance(read(text, URL), kinds)


@pytest.mark.parametrize(
    "title", ["国家示范局", "国家示范局门户网站首页", "国家示范局_首页", "国家示范局网站 - 首页"]
)
def test_a_front_page_is_known_by_its_title_wherever_it_stands(title: str) -> None:
    reading = read(page(f"<ul>{NEWS_ROWS * 6}</ul>", title=title), "https://www.sfj.gov.cn/portal/main.html")
    assert isinstance(reading, Refused)
    assert reading.what == "home"


def test_a_day_with_an_hour_is_no_day_of_signing() -> None:
    page = (
        "<html><head><title>关于开展试点工作的通知</title></head><body><div class='info'>"
        "<h1>关于开展试点工作的通知</h1><p>发文日期：2020-09-10 15:12</p></div>"
        "<div class='TRS_Editor'><p>各有关单位：</p><p>现将有关事项通知如下，请认真贯彻执行。</p></div>"
        "</body></html>"
    )
    notice = read(page, "http://kjt.ah.gov.cn/a/1.html")
    assert isinstance(notice, Notice)
    assert notice.signed is None

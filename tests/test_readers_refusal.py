"""What stands in a page's place is refused with the reason, and a notice about it is not."""

import pytest

from scraper.model import Listing, Notice, Refused, Unreadable
from scraper.readers import read, read_body

URL = "https://www.example.gov.cn/tz/202001/t20200102_1.html"
LETTER = f"""<html><head><title>关于网站安全检查的通知</title>
<meta name="ArticleTitle" content="关于网站安全检查的通知">
</head><body><h1>关于网站安全检查的通知</h1><div>发布时间：2020-01-02</div><div class="TRS_Editor">
<p>请各单位开展安全检查，处理“404”页面、人机验证与访问被拒绝等问题。</p>
{"<p>各单位要落实责任，确保网站正常运行。</p>" * 60}
</div></body></html>"""


def refusal(text: str, url: str | None = URL, status: int = 200) -> Refused:
    reading = read(text, url, status=status)
    assert isinstance(reading, Refused), reading
    return reading


@pytest.mark.parametrize(
    "page",
    [
        "<html><head></head><body><noscript><h1>请开启JavaScript并刷新该页.</h1></noscript><script>eval(function(p,a,c){})"
        "var wzwsquestion='x'</script></body></html>",
        "<html><script>document.cookie='__jsl_clearance=1';location.reload()</script></html>",
        "<html><head><meta id='x'><script>$_ts=window['$_ts'];</script></head><body></body></html>",
        "<html><body><script>var arg1='A';var f='acw_sc__v2';</script></body></html>",
        "<html><head><title>Just a moment...</title></head><body>Checking your browser</body></html>",
        "<html><head><title>安全验证</title></head><body><div>请完成安全验证后继续访问</div></body></html>",
        "<html><body>您的请求被拦截，事件编号：1234。如有疑问请联系网站管理员</body></html>",
        "<html><script>eval(String.fromCharCode(118))</script></html>",
    ],
)
def test_a_challenge_is_a_wall(page: str) -> None:
    assert refusal(page).what == "wall"


@pytest.mark.parametrize("status", [202, 403, 412, 429, 503, 521])
def test_codes_of_walls_make_a_short_page_a_wall(status: int) -> None:
    found = refusal("<html><body><p>请稍候</p><script src='a.js'></script></body></html>", status=status)
    assert (found.what, str(status) in found.because) == ("wall", True)


@pytest.mark.parametrize("status", [200, 202, 403])
def test_a_notice_that_speaks_of_challenges_is_a_notice(status: int) -> None:
    assert isinstance(read(LETTER, URL, status=status), Notice)


@pytest.mark.parametrize(
    "page",
    [
        "<html><head><title>404 Not Found</title></head><body><h1>404 Not Found</h1><hr>nginx</body></html>",
        "<html><head><title>页面不存在</title></head><body><p>返回首页</p></body></html>",
        "<html><body><p>抱歉，您访问的页面不存在或已被删除！</p><a href='/'>返回首页</a></body></html>",
        "<html><body><p>对不起，找不到您要访问的网页</p></body></html>",
        "<html><body><h1>Not Found</h1><p>The requested URL was not found on this server.</p></body></html>",
        "<html><head><title>404页面</title></head><body>" + "<a href='/a'>栏目</a>" * 200 + "</body></html>",
        "<html><body>" + "<a href='/a'>栏目导航</a>" * 200 + "<p>该信息已被删除</p></body></html>",
    ],
)
def test_a_page_that_says_it_is_gone_is_a_soft_404(page: str) -> None:
    assert refusal(page).what == "soft_404"


def test_a_number_that_holds_404_is_no_error() -> None:
    page = LETTER.replace("关于网站安全检查的通知", "关于第1404号提案的答复")
    assert isinstance(read(page, URL), Notice)


LINKS = "".join(f"<li><a href='/a{number}.htm'>第{number}条要闻的标题</a></li>" for number in range(80))


@pytest.mark.parametrize(
    ("title", "url"),
    [
        ("中华人民共和国科学技术部", "https://www.most.gov.cn/index.html"),
        ("欢迎您", "https://www.most.gov.cn/"),
        ("中华人民共和国科学技术部", URL),
        ("中国政府网", None),
    ],
)
def test_a_front_page_is_refused_as_such(title: str, url: str | None) -> None:
    found = refusal(f"<html><head><title>{title}</title></head><body><ul>{LINKS}</ul></body></html>", url)
    assert found.what == "home"
    assert "80 links" in found.because


def test_a_notice_under_the_ministrys_name_is_no_front_page() -> None:
    page = LETTER.replace("<title>关于网站安全检查的通知", "<title>中华人民共和国科学技术部").replace(
        "</body>", f"{LINKS}</body>"
    )
    assert isinstance(read(page, URL), Notice)


@pytest.mark.parametrize(
    "page",
    [
        "",
        " \n\t",
        "<html></html>",
        "<html><body><div id='app'></div><script src='/js/app.js'></script></body></html>",
        "<html><title>政策文件库</title><body><div id='root'></div><script>load()</script></body></html>",
    ],
)
def test_an_empty_page_or_a_shell_is_empty(page: str) -> None:
    assert refusal(page).what == "empty"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"%PDF-1.4 \x00\xff", "a PDF"),
        (b"\xff\xd8\xff\xe0JFIF", "a JPEG image"),
        (b"\x89PNG\r\n\x1a\n", "a PNG image"),
        (b"GIF89a", "a GIF image"),
        (b"PK\x03\x04\x14\x00", "a ZIP archive"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "an office document"),
        (b"{\\rtf1", "an RTF document"),
    ],
)
def test_a_body_that_is_no_text_says_what_it_is(content: bytes, said: str) -> None:
    decoded, reading = read_body(content, "text/html", URL)
    assert isinstance(reading, Unreadable)
    assert said in reading.because
    assert (decoded.text, decoded.charset) == ("", "binary")


@pytest.mark.parametrize(
    "media", ["image/png", "application/pdf", "Video/MP4; codecs=x", "application/msword"]
)
def test_a_type_that_is_no_page_is_unreadable(media: str) -> None:
    _, reading = read_body(b"whatever it is", media, URL)
    assert isinstance(reading, Unreadable)
    assert media.partition(";")[0].lower() in reading.because


def test_a_page_called_plain_text_is_read() -> None:
    assert isinstance(read_body(LETTER.encode(), "text/plain; charset=utf-8", URL)[1], Notice)


def test_json_is_read_as_a_feed() -> None:
    feed = '[{"TITLE":"关于公布的通知","URL":"https://www.gov.cn/a.htm","DOCRELPUBTIME":"2020-01-02"}]'
    assert isinstance(read(feed, "https://www.gov.cn/zhengce/zuixin/ZUIXINZHENGCE.json"), Listing)


def test_what_fits_nothing_says_what_was_tried() -> None:
    reading = read("<html><body><p>一段话</p><p>又一段</p></body></html>", URL)
    assert isinstance(reading, Unreadable)
    assert "generic/densest: //p[string-length" in reading.because
    assert "matched 0 times" in reading.because
    for layout in ("most/disclosure-2021", "govcn/library-2023", "ministry/trs-2010"):
        assert layout in reading.because.partition("no sign of")[2]

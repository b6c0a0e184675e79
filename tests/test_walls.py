"""Walls are told from pages, and from each other."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.model import Completeness, Fetch, Hop
from scraper.walls import FEW, GUARDS, Wall, cookie_loop, face_of, shown, wall_of, weight

URL = "http://www.most.gov.cn/a/t20191018_149420.htm"
PROSE = "科技部关于支持合肥建设国家新一代人工智能创新发展试验区的函。" * 20


def answer(body: str | bytes = "", status: int = 200, **headers: str) -> Fetch:
    content = body if isinstance(body, bytes) else body.encode()
    lines = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    hop = Hop(URL, status, lines)
    return Fetch(URL, datetime(2026, 1, 1, tzinfo=UTC), 0.1, (hop,), content, content, Completeness.WHOLE)


def wall(fetch: Fetch) -> Wall | None:
    return wall_of(fetch, face_of(fetch))


RUISHU = (
    '<html><head><meta content="J5.C6RUO" r="m"><script r="m">$_ts=window["$_ts"];'
    "$_ts.nsd=23850;$_ts.cd=1</script></head><body></body></html>"
)
JIASULE = "<script>document.cookie=('_')+('_')+('j')+('s')+('l');location.href=location.pathname</script>"
ALIYUN = "<html><script>var arg1='3A4F0C0B8D4C1A2B3C4D5E6F';document.cookie='acw_sc__v2='+x</script></html>"
ALIYUN_405 = "<title>405</title><script src='//errors.aliyun.com/error.js'></script><p>您的访问被阻断</p>"
WZWS = "<noscript>请开启JavaScript并刷新该页.</noscript><script>var wzwsquestion='a'</script>"
CLOUDFLARE = "<title>Just a moment...</title><script src='/cdn-cgi/challenge-platform/h.js'></script>"
GENERIC = "<html><script>document.cookie='token=1';window.location.reload()</script></html>"
CAPTCHA = "<html><script src=a.js></script><body>为了您的正常访问，请完成安全验证</body></html>"


@pytest.mark.parametrize(
    ("fetch", "slug"),
    [
        (answer(RUISHU, 412), "ruishu"),
        (answer(RUISHU, 202), "ruishu"),
        (answer(RUISHU, 200), "ruishu"),
        (answer(JIASULE, 521, Set_Cookie="__jsluid_h=1; path=/"), "jiasule"),
        (answer("", 521, Set_Cookie="__jsluid_s=1; path=/"), "jiasule"),
        (answer("", 403, Server="jiasule-WAF", cf_mitigated="challenge"), "cloudflare"),
        (answer(ALIYUN), "aliyun"),
        (answer(ALIYUN_405, 405), "aliyun"),
        (answer("<script>x</script>", 412, Set_Cookie="acw_tc=1"), "aliyun"),
        (answer(WZWS), "wzws"),
        (answer(WZWS, 202), "wzws"),
        (answer("", 202, Server="wzws-waf"), "wzws"),
        (answer(CLOUDFLARE, 403), "cloudflare"),
        (answer(CLOUDFLARE, 503, Server="cloudflare"), "cloudflare"),
        (answer("<p>请联系 hws_security@huawei.com</p>", 418), "huawei"),
        (answer("<script src='https://turing/TencentCaptcha.js'></script>"), "tencent"),
        (answer("<img src='/ks-waf-error.png'>", 403), "chuangyu"),
        (answer("<iframe src='/_Incapsula_Resource?x'></iframe>"), "imperva"),
        (answer("<p>宝塔网站防火墙提示您</p>", 403), "baota"),
        (answer("<script src='/safedog/x.js'></script>", 403), "safedog"),
        (answer(GENERIC), "unknown"),
        (answer(CAPTCHA), "unknown"),
        (answer("", 412), "unknown"),
        (answer("", 521), "unknown"),
        (answer("请稍候", 202), "unknown"),
    ],
)
def test_a_wall_is_named_by_its_maker(fetch: Fetch, slug: str) -> None:
    found = wall(fetch)
    assert found is not None and found.slug == slug
    assert found.signs[0] == f"status {fetch.status}"


def test_a_sign_says_what_was_seen() -> None:
    found = wall(answer(JIASULE, 521))
    assert found is not None and found.name == "加速乐 (Jiasule)"
    assert found.signs[1] == "\"('_')+('_')+('j')\" in the page"
    server = wall(answer("", 202, Server="wzws-waf"))
    assert server is not None and server.signs[1] == "server wzws-waf"


def test_every_guard_has_a_name_of_its_own() -> None:
    assert len({guard.slug for guard in GUARDS}) == len(GUARDS) == len({guard.name for guard in GUARDS})


@pytest.mark.parametrize(
    "body",
    [
        f"<html><body><p>{PROSE}</p><script>$_ts=window['$_ts'];$_ts.cd=1</script></body></html>",
        f"<html><body><p>{PROSE}关于acw_sc__v2与加速乐jiasule的说明，请完成安全验证</p></body></html>",
        f"<script>document.cookie='visits=2';location.hash=''</script><p>{PROSE}</p>",
    ],
    ids=["ruishu leaves its scripts", "an article about walls", "a visit counter"],
)
def test_a_page_with_text_is_no_wall_whatever_its_scripts_say(body: str) -> None:
    assert weight(shown(body)) > FEW
    assert wall(answer(body)) is None


@pytest.mark.parametrize(
    "fetch",
    [
        answer("<p>页面不存在</p>"),
        answer("<p>页面不存在</p>", 404),
        answer("", 404, Set_Cookie="__jsluid_h=1"),
        answer("", 403, Server="jiasule-WAF"),
        answer("<h1>Web server is down</h1>", 521, Server="cloudflare"),
        answer("<html><div id=app></div><script src=app.js></script></html>"),
        answer("<p>请完成安全验证</p>"),
        answer(f"<p>{'短' * 150}</p><script>document.cookie='n=1';location.hash=1</script>"),
        answer("", 503),
    ],
    ids=[
        "a soft 404",
        "a 404",
        "a 404 behind a guard",
        "a plain 403",
        "Cloudflare's word for a server that is down",
        "a script shell",
        "words without a script",
        "a small page that counts visits",
        "maintenance",
    ],
)
def test_other_short_answers_are_no_walls(fetch: Fetch) -> None:
    assert wall(fetch) is None


def test_a_long_body_is_no_challenge() -> None:
    assert wall(answer("<script>wzwsquestion</script>" + " " * (1 << 18))) is None


def test_a_gbk_challenge_is_read_too() -> None:
    found = wall(answer(CAPTCHA.encode("gb18030"), 200))
    assert found is not None and found.slug == "unknown"


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>甲&nbsp;乙</p>", "甲 乙"),
        ("<script>if (a<b) x()</script>甲<style>p{}</style>", "甲"),
        ("<!-- 甲 --> 乙 <!DOCTYPE html>", "乙"),
        ("<SCRIPT>x</SCRIPT >甲", "甲"),
        ("甲<script>never closed", "甲"),
        ("a < b 与 1<2", "a < b 与 1<2"),
        ("<noscript>请开启</noscript>", "请开启"),
        ("", ""),
    ],
)
def test_what_a_page_shows_is_its_text(markup: str, text: str) -> None:
    assert shown(markup) == text


@given(st.text(st.sampled_from("<>!-/ab script\"'=甲"), max_size=300))
def test_any_markup_shows_one_line(markup: str) -> None:
    line = shown(markup)
    assert line == " ".join(line.split())


@given(st.text(max_size=100))
def test_blanks_have_no_weight(text: str) -> None:
    assert weight(text) == weight(f" {text}\u3000\n") <= len(text)


def test_a_circle_with_cookies_is_a_wall_for_programs_that_keep_none() -> None:
    plain = Hop(URL, 302, (("Location", URL),), location=URL)
    setting = Hop(URL, 302, (("set-cookie", "a=1"), ("Location", URL)), location=URL)
    at = datetime(2026, 1, 1, tzinfo=UTC)
    assert not cookie_loop(Fetch(URL, at, 0.1, (plain, plain)))
    assert not cookie_loop(Fetch(URL, at, 0.1, (setting,)))
    assert cookie_loop(Fetch(URL, at, 0.1, (setting, plain)))


def test_of_the_saved_pages_only_the_challenge_is_a_wall(shared_folder: Path) -> None:
    walls = {}
    for page in sorted((shared_folder / "pages").glob("*.html")):
        found = wall(answer(page.read_bytes()))
        if found:
            walls[page.name] = found.slug
    assert walls == {"antibot_wzws_wenshu_court_2020.html": "wzws"}

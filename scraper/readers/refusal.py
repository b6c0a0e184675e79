"""What stands in a page's place: challenges, soft 404s, front pages, shells for scripts.

Walls come as 412, 521, 202 or even 200 with a short scripted page (FACTS, section 5, trap 10); a notice
that speaks of a challenge is none, so marks count only where next to nothing else is to be read.
"""

import re
from typing import cast

from scraper.addresses import is_root
from scraper.model import Refused
from scraper.readers.heads import is_site_name, metas, page_title, without_site
from scraper.readers.layout import compiled
from scraper.readers.page import Page, text_of
from scraper.readers.text import text_lines

WALL_STATUS = frozenset({202, 403, 412, 429, 503, 521})
LITTLE = 800
"""Characters to be read on a page that stands in another's place, at most."""
SHORT = 16 * LITTLE
"""Characters of source of the usual challenge, at most."""
SCRIPTED = 80
"""Characters to be read on a page that is only scripts."""
LENGTH = 1 << 18
"""Characters of source beyond which a page is no challenge; the longest seen had 100 kB of script."""
LINE = 80
"""Characters of an error page's own line, at most."""
LINKS = 60
"""Links that a front page has at least; a document's page seldom has more beside menus."""

WALLS = (
    *(
        "wzwschallenge",
        "wzwsquestion",
        "WZWSREL",
        "__jsl_clearance",
        "$_ts=window",
        "acw_sc__v2",
        "_Incapsula_",
    ),
    *(
        "cf-browser-verification",
        "challenge-platform",
        "yunsuo_session",
        "safedog",
        "ddos-guard",
        "aliyunwaf",
    ),
    *(
        "创宇盾",
        "安全狗",
        "云锁",
        "开启JavaScript",
        "启用JavaScript",
        "安全验证",
        "人机验证",
        "访问验证",
        "安全检查",
    ),
    *(
        "访问被拒绝",
        "访问被拦截",
        "请求被拦截",
        "请求存在威胁",
        "访问过于频繁",
        "访问拦截",
        "疑似攻击",
        "攻击行为",
        "Just a moment",
        "Access Denied",
    ),
)
"""Words and names of variables that challenges and firewalls leave in their pages."""

_PAGE = r"(?:网页|页面|网址|链接)"
_ANY = rf"(?:{_PAGE}|文件|内容|文章|信息|地址|栏目)"
_GONE = re.compile(
    r"(?<![\d〔\[（(第])404(?![\d号])"
    rf"|{_ANY}(?:已经?|可能)?被?(?:不存在|找不到|未找到)|{_ANY}(?:(?:可能)?(?:已经?被?|被|经))(?:删除|移除|下线|迁移)"
    rf"|{_PAGE}(?:暂时|已经?)?(?:删除|移除|下线|迁移|丢失|失效|(?:无法|不能)(?:正常)?(?:访问|显示|打开|找到))"
    rf"|(?:找不到|没有找到|未找到|无法找到).{{0,8}}(?:{_PAGE}|文件|内容|文章)"
    r"|(?:page|file|url) (?:was |is |could )?not (?:be )?found|not found on this server|object moved",
    re.IGNORECASE,
)
"""An error page's words; a document's number may hold 404, and its title files, contents, information."""
_SORRY = re.compile(
    r"\W*(?:温馨提示|提示信息|对不起|(?:很|非常)?抱歉|sorry|您(?:所|要|想)?(?:访问|查看|浏览|请求))",
    re.IGNORECASE,
)
_CHALLENGE = re.compile(r"\beval\s*\(|document\.cookie|_\$|String\.fromCharCode")


def refused(page: Page, status: int) -> Refused | None:
    """Say what stands in the page's place, before anything is read; None if nothing speaks for that.

    `status` is that of the answer, for the codes that walls use. Long pages are only looked at by their
    title here, and by `challenge` once no layout has fitted.
    """
    title = page_title(page)
    if len(title) < 40 and _GONE.search(title):
        return Refused(f"the title says that the page is gone: {title}", "soft_404")
    return challenge(page, status) if len(page.text) < SHORT or status in WALL_STATUS else None


def challenge(page: Page, status: int) -> Refused | None:
    """Say of a page with little to read whether it is a challenge, an error page, a shell or empty."""
    if len(page.text) > LENGTH:
        return None
    shown = visible(page)
    if len(shown) < LITTLE:
        mark = next((mark for mark in WALLS if mark in page.text), None)
        if mark or status in WALL_STATUS:
            return Refused(f"a challenge stands in the page's place ({mark or f'status {status}'})", "wall")
    if said := _gone(page, shown):
        return Refused(f"the page says that it is gone: {said}", "soft_404")
    return scripted(page, shown)


def _gone(page: Page, shown: str) -> str | None:
    """Return what a page says of being gone: anywhere if it says little, else in a line of apology."""
    if len(shown) < LITTLE // 4:
        said = _GONE.search(shown)
        return said[0] if said else None
    if len(shown) > 4 * LITTLE or not _GONE.search(shown):
        return None
    lines = text_lines(page.root).split("\n")
    return next(
        (line for line in lines if len(line) < LINE and _SORRY.match(line) and _GONE.search(line)), None
    )


def scripted(page: Page, shown: str) -> Refused | None:
    """Say of a page with next to nothing to read whether it is a challenge, a shell or empty."""
    if len(shown) > SCRIPTED:
        return None
    scripts = cast("list[str]", compiled("//script/text() | //script/@src")(page.root))
    if any(_CHALLENGE.search(script) for script in scripts):
        return Refused("nothing but a script that sets cookies or unpacks itself", "wall")
    if scripts and not shown:
        return Refused("nothing but scripts: a shell that they fill", "empty")
    return Refused("nothing to read on the page", "empty") if not shown else None


def front_page(page: Page) -> Refused | None:
    """Say that a page is a site's front page: by its address, or by its title, and by its links."""
    title = without_site(page_title(page))
    if not (is_root(page.url or "/x") or is_site_name(title, metas(page))):
        return None
    links = cast(float, compiled("count(//a[@href])")(page.root))
    return (
        Refused(f"a front page: {title or page.url}, {links:.0f} links", "home") if links >= LINKS else None
    )


def left_over(page: Page) -> Refused | None:
    """Say of a page that no layout fits what it says of itself; None if it says nothing."""
    shown = visible(page)
    if len(shown) < 4 * LITTLE and (said := _GONE.search(shown)):
        return Refused(f"the page says that it is gone: {said[0]}", "soft_404")
    scripts = cast(float, compiled("count(//script)")(page.root))
    if len(shown) <= SCRIPTED and scripts:
        return Refused("nothing but scripts: a shell that they fill", "empty")
    return None


def visible(page: Page) -> str:
    """Return what is to be read on a page, its title left out."""
    bodies = compiled("//body")(page.root)
    return text_of(cast("list[object]", bodies)[0]) if bodies else text_of(page.root)

"""Walls: answers of a guard that stands before a site, told by status, header, cookie and body.

A page behind a wall is neither changed nor gone (FACTS section 5, trap 10). A fingerprint in a body
counts only where the page shows hardly any text: 瑞数 leaves its scripts in the real pages too, and an
article about walls quotes their words. The signs are public knowledge: the saved page of wzws, what
scrapers of 加速乐, 瑞数 and Aliyun report, and the list of the wafw00f project.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

from scraper.chinese import UNSEEN
from scraper.decode import decode
from scraper.model import Fetch

LOOKED_AT = 1 << 18
"""Bytes of a body that are searched; the longest challenge seen is a fifth of that."""
FEW = 300
"""Characters, blanks not counted: a challenge says less, and the shortest letter saved says more."""
VERY_FEW = 120
"""The same for a challenge of unknown make; small pages of all kinds have scripts that set cookies."""

_HIDDEN = re.compile(
    r"<(script|style|template)\b(?:[^<]++|<(?!/\1\b))*+(?:</\1\b[^>]*+>)?|<!--(?:[^-]++|-(?!->))*+(?:-->)?",
    re.IGNORECASE,
)
_TAG = re.compile(r"</?[a-zA-Z!?][^<>]*+>")


@dataclass(frozen=True, slots=True)
class Guard:
    """A maker of walls, and the signs of one: a cookie's beginning, a server's name, a body's words."""

    slug: str
    name: str
    body: re.Pattern[str]
    cookie: str | None = None
    server: str | None = None


@dataclass(frozen=True, slots=True)
class Wall:
    """A wall that answered: `slug` names its maker (`unknown` without one), `signs` are what showed it."""

    slug: str
    name: str
    signs: tuple[str, ...]


def _guard(slug: str, name: str, body: str, cookie: str | None = None, server: str | None = None) -> Guard:
    return Guard(slug, name, re.compile(body, re.IGNORECASE), cookie, server)


GUARDS = (
    _guard("ruishu", "瑞数 (Rui Shu)", r"\$_ts\b\s*(?:=|\.\s*(?:cd|nsd|lcd)\b)|<meta [^<>]*\br=[\"']?m\b"),
    _guard(
        "jiasule",
        "加速乐 (Jiasule)",
        r"__jsl(?:uid|_clearance)|jiasule|\('_'\)\+\('_'\)\+\('j'\)",
        "__jsl",
        "jiasule",
    ),
    _guard(
        "aliyun",
        "阿里云 (Aliyun) WAF",
        r"acw_sc__v\d|aliyun_?waf|errors?\.aliyun(?:dun)?\.|\bvar arg1\s*=\s*['\"][0-9A-F]{20}",
        "acw_",
    ),
    _guard(
        "wzws", "360 网站卫士 (wzws)", r"wzws(?:rel|question|factor|method|params|_cid|-waf)", "wzws", "wzws"
    ),
    _guard(
        "cloudflare",
        "Cloudflare",
        r"/cdn-cgi/challenge-platform/|\b_?cf_chl_|cf-browser-verification|cf-error-details",
        "cf_chl",
    ),
    _guard("huawei", "华为云 (Huawei Cloud) WAF", r"hws_security@|HuaweiCloudWAF", "HWWAF", "huaweicloudwaf"),
    _guard(
        "tencent",
        "腾讯云 (Tencent Cloud) WAF",
        r"TencentCaptcha|/WafCaptcha|waf\.tencent",
        server="T-Sec-Waf",
    ),
    _guard("chuangyu", "创宇盾 (Knownsec)", r"365cyd\.|ks-waf-error"),
    _guard("imperva", "Imperva", r"_Incapsula_Resource|Incapsula incident"),
    _guard("baota", "宝塔 (Baota) WAF", r"btwaf|宝塔(?:网站)?防火墙"),
    _guard("safedog", "安全狗 (SafeDog)", r"safedog", "safedog", "safedog"),
)
UNKNOWN = Guard("unknown", "a wall of unknown make", re.compile(r"(?!)"))

_SCRIPTED = re.compile(r"<script\b", re.IGNORECASE)
_ASKS = re.compile(
    r"请(?:开启|启用|打开|允许)\s*JavaScript|(?:人机|滑动|滑块|安全|访问|行为)(?:身份)?验证|请(?:先)?完成.{0,6}验证"
    r"|输入(?:图中|下方|图片)?.{0,4}验证码|正在(?:进行)?(?:安全|浏览器)?(?:检测|检查|验证)"
    r"|(?:访问|请求|操作)(?:过于|太过?|过度)频繁|(?:访问|请求)(?:已?被|遭到?)(?:阻断|拦截|拒绝|禁止)"
    r"|疑似(?:黑客|恶意)?攻击|checking your browser|verify (?:that )?you are (?:a )?human|just a moment",
    re.IGNORECASE,
)


def shown(markup: str) -> str:
    """Return what a page shows, its blanks folded: no tags, comments, scripts or styles.

    In: a decoded page, or any text. Out: one line; linear in the length whatever the markup.
    """
    bare = _TAG.sub(" ", _HIDDEN.sub(" ", markup))
    return " ".join(UNSEEN.sub("", unescape(bare)).split())


def weight(text: str) -> int:
    """Count a text's characters, blanks not counted."""
    return len("".join(text.split()))


@dataclass(frozen=True, slots=True)
class Face:
    """The beginning of a body as markup and as what it shows; `whole` unless there is more."""

    markup: str
    text: str
    whole: bool


def face_of(fetch: Fetch) -> Face:
    """Decode the first `LOOKED_AT` bytes of a body and strip them."""
    markup = decode(fetch.content[:LOOKED_AT], fetch.header("Content-Type")).text
    return Face(markup, shown(markup), len(fetch.content) <= LOOKED_AT)


def wall_of(fetch: Fetch, face: Face) -> Wall | None:
    """Tell whether a wall answered in the site's place, and whose.

    412 (we send no precondition), 521 and 202 are walls by themselves; 521 from Cloudflare is its word
    for a server that is down. Any other status needs a body that shows little and bears a fingerprint,
    or (200) a script that sets a cookie and comes back, or asks for a proof of being human.
    """
    if not (_challenged(fetch) or _by_status(fetch) or _by_body(fetch, face)):
        return None
    guard, sign = next(_signs(fetch, face.markup), (UNKNOWN, ""))
    return Wall(guard.slug, guard.name, tuple(filter(None, (f"status {fetch.status}", sign))))


def cookie_loop(fetch: Fetch) -> bool:
    """Tell whether redirects went in a circle because a cookie was set that a browser would keep."""
    return len(fetch.hops) > 1 and any(
        name.lower() == "set-cookie" for hop in fetch.hops for name, _ in hop.headers
    )


def _by_status(fetch: Fetch) -> bool:
    cloudflare = "cloudflare" in (fetch.header("Server") or "").lower()
    return fetch.status in (202, 412) or (fetch.status == 521 and not cloudflare)


def _by_body(fetch: Fetch, face: Face) -> bool:
    shown_little = weight(face.text)
    if not face.whole or shown_little >= FEW:
        return False
    if any(guard.body.search(face.markup) for guard in GUARDS):
        return True
    scripted = fetch.status in (200, 203) and _SCRIPTED.search(face.markup) is not None
    if not scripted or shown_little >= VERY_FEW:
        return False
    return _ASKS.search(face.text) is not None or _comes_back(face.markup)


def _comes_back(markup: str) -> bool:
    """Whether a page's scripts write a cookie and load an address."""
    return "document.cookie" in markup and "location" in markup


def _signs(fetch: Fetch, markup: str) -> Iterator[tuple[Guard, str]]:
    """Yield the makers that an answer points to, surest first: header, body, cookie, server."""
    if _challenged(fetch):
        yield next(guard for guard in GUARDS if guard.slug == "cloudflare"), "cf-mitigated: challenge"
    for guard in GUARDS:
        if found := guard.body.search(markup):
            yield guard, f"{found[0][:40]!r} in the page"
    server = (fetch.header("Server") or "").lower()
    cookies = [value for name, value in fetch.headers if name.lower() == "set-cookie"]
    for guard in GUARDS:
        if guard.cookie and any(value.startswith(guard.cookie) for value in cookies):
            yield guard, f"its cookie {guard.cookie}…"
        if guard.server and guard.server.lower() in server:
            yield guard, f"server {server[:40]}"


def _challenged(fetch: Fetch) -> bool:
    """Whether Cloudflare says that this answer is a challenge."""
    return "challenge" in (fetch.header("cf-mitigated") or "").lower()

"""Every fault that the hostile site plays, and what a visit to it must come to."""

import gzip
import random
import time
import zlib
from dataclasses import dataclass
from socket import socket

from tests.hostile import pages
from tests.hostile.stage import HTML, html
from tests.net.serving import Action, answer, dripping, flooding, hanging, redirect, resetting

OK = b"HTTP/1.1 200 OK\r\n"
HEAD = OK + f"Content-Type: {HTML}\r\n".encode()
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
PAGE = "/xxgk/qtwj/qtwj2019/201910/t20191018_149420.html"
LETTER = pages.LETTER.encode()
GZIPPED = gzip.compress(LETTER)
GBK = pages.LETTER.replace("charset=utf-8", "charset=gb2312").encode("gb18030")
NO_META = pages.LETTER.replace('<meta http-equiv="Content-Type" content="text/html; charset=utf-8" />', "")
GOOD = frozenset({"good"})


@dataclass(frozen=True, slots=True)
class Fault:
    """One way in which a site answers, and the outcomes that are right; `rule` is how the rule begins.

    `told` is the page's answer, `missing` that of every other path, `robots` that of robots.txt,
    `also` those of further paths. `greeting` plays before any HTTP. `tls` names the context that a
    site over https changes to. `public`: the site has a public name and is reached by a proxy, so that
    private addresses are refused.
    """

    name: str
    told: bytes | Action = b""
    outcomes: frozenset[str] = GOOD
    rule: str = ""
    missing: bytes | Action | None = None
    robots: bytes | Action | None = None
    also: tuple[tuple[str, bytes | Action], ...] = ()
    greeting: Action | None = None
    tls: str | None = None
    public: bool = False


def slowly(head: bytes, body: bytes, pause: float) -> Action:
    """Send a head, wait, send the body."""

    def act(sock: socket, _request: bytes) -> None:
        sock.sendall(head)
        time.sleep(pause)
        sock.sendall(body)

    return act


def onward(path: str) -> Action:
    """Send every address on to one that is longer by a step, for ever."""

    def act(sock: socket, request: bytes) -> None:
        steps = request.split(b" ")[1].count(b"x")
        sock.sendall(redirect(path + "x" * (steps + 1)))

    return act


def chunk(data: bytes) -> bytes:
    return f"{len(data):x}\r\n".encode() + data + b"\r\n"


def case(name: str, told: bytes | Action, *outcomes: str, rule: str = "", **more: object) -> Fault:
    return Fault(name, told, frozenset(outcomes), rule, **more)  # type: ignore[arg-type]


def walled(name: str, body: str, status: str, maker: str, **headers: str) -> Fault:
    return case(name, html(body, status, **headers), "wall", rule=f"wall_{maker}")


def elsewhere(name: str, to: str, *, public: bool = False) -> Fault:
    return case(name, redirect(to), "blocked_by_policy", public=public)


SLOW = (
    case("headers that never come", hanging(), "deadline"),
    case("headers that stop half way", hanging(OK + b"Content-Ty"), "deadline"),
    case("a header that drips", dripping(OK + b"X-Slow: "), "deadline"),
    case("header lines one by one", dripping(OK, b"X: y\r\n"), "deadline"),
    case("a body that drips", dripping(HEAD + b"Content-Length: 900000\r\n\r\n" + LETTER[:300]), "deadline"),
    case("a body that hangs", hanging(HEAD + b"Content-Length: 90000\r\n\r\n" + LETTER[:3000]), "deadline"),
    case("chunks of one byte", dripping(CHUNKED, b"1\r\nx\r\n"), "deadline"),
    case("chunks without an end", hanging(CHUNKED + chunk(LETTER)), "deadline"),
    case("a slow but honest server", slowly(HEAD + b"\r\n", LETTER, 0.3), "good"),
)
LENGTHS = (
    case(
        "a short Content-Length",
        answer(LETTER, length=len(LETTER) // 2, Content_Type=HTML),
        "incomplete",
        "empty",
    ),
    case("a long Content-Length", answer(LETTER, length=len(LETTER) * 2, Content_Type=HTML), "incomplete"),
    case("a Content-Length of letters", HEAD + b"Content-Length: many\r\n\r\n" + LETTER, "server_error"),
    case("a negative Content-Length", HEAD + b"Content-Length: -5\r\n\r\n" + LETTER, "server_error"),
    case(
        "two Content-Lengths that differ",
        HEAD + b"Content-Length: 9\r\nContent-Length: 99\r\n\r\n" + LETTER,
        "server_error",
    ),
    case("garbage after the end", html(LETTER) + b"\x00\xffHTTP/1.1 500 Oops\r\n\r\n" * 9, "good"),
    case("a body closed early", HEAD + b"\r\n" + LETTER[: len(LETTER) // 2], "incomplete", "empty"),
)
CHUNKS = (
    case("a chunked body cut off", CHUNKED + chunk(LETTER[:5000]), "incomplete"),
    case("a chunk longer than said", CHUNKED + b"5\r\nabcdefgh\r\n0\r\n\r\n", "server_error"),
    case("a chunk shorter than said", CHUNKED + b"ffff\r\n" + LETTER[:900], "incomplete"),
    case("a chunk size in letters", CHUNKED + b"zz\r\n" + LETTER + b"\r\n0\r\n\r\n", "server_error"),
    case(
        "both chunked and measured",
        CHUNKED[:-2] + b"Content-Length: 5\r\n\r\n" + chunk(LETTER) + b"0\r\n\r\n",
        "good",
        "server_error",
    ),
)
CODINGS = (
    case("gzip cut", html(GZIPPED[:-300], Content_Encoding="gzip"), "incomplete", rule="coding_cut"),
    case("gzip without its trailer", html(GZIPPED[:-8], Content_Encoding="gzip"), "incomplete"),
    case("gzip with a false sum", html(GZIPPED[:-8] + b"\0" * 8, Content_Encoding="gzip"), "incomplete"),
    case("garbage after gzip", html(GZIPPED + b"garbage" * 9, Content_Encoding="gzip"), "good"),
    case("a gzip bomb", html(gzip.compress(bytes(300_000_000)), Content_Encoding="gzip"), "incomplete"),
    case(
        "a bomb in a bomb",
        html(gzip.compress(gzip.compress(bytes(200_000_000))), Content_Encoding="gzip, gzip"),
        "incomplete",
    ),
    case("gzip that was not said", html(GZIPPED), "unexpected_type", rule="binary_body"),
    case("gzip said, none sent", html(LETTER, Content_Encoding="gzip"), "good", "incomplete"),
    case("brotli that nobody asked for", html(b"\x0b\x02\x80\x03", Content_Encoding="br"), "incomplete"),
    case("raw deflate", html(zlib.compress(LETTER)[2:-4], Content_Encoding="deflate"), "good"),
)
FLOODS = (
    case("an endless body", flooding(HEAD + b"\r\n", b"x" * 65536), "incomplete"),
    case("endless chunks", flooding(CHUNKED, chunk(b"x" * 65535)), "incomplete"),
    case("a flood of headers", flooding(OK, b"X-Flood: " + b"y" * 900 + b"\r\n"), "server_error"),
    case("a flood of 100 Continue", flooding(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 99), "server_error"),
    case("an oversized header line", OK + b"X: " + b"y" * 90_000 + b"\r\n\r\n", "server_error"),
    case("hundreds of header lines", OK + b"X: y\r\n" * 300 + b"\r\n" + LETTER, "server_error"),
    case(
        "a flood of trailers",
        flooding(CHUNKED + chunk(LETTER) + b"0\r\n", b"X: y\r\n" * 999),
        "server_error",
    ),
    case("a page nested without end", html("<html><body>" + "<div><span>" * 200_000), "empty", "incomplete"),
)
REDIRECTS = (
    case("a redirect to itself", redirect(PAGE), "server_error"),
    case("a loop of two", redirect("/b"), "server_error", also=(("/b", redirect(PAGE)),)),
    case("an endless chain", onward("/on/"), "server_error", missing=onward("/on/")),
    case(
        "a loop that wants a cookie",
        redirect(PAGE, Set_Cookie="guard=1; path=/other"),
        "wall",
        "server_error",
    ),
    case("a redirect to nowhere", html("moved", "302 Found"), "server_error"),
    case("a redirect without an end", redirect("/" + "x" * 60_000), "gone", "server_error", "rate_limited"),
    elsewhere("a redirect to a file", "file:///etc/passwd"),
    elsewhere("a redirect to ftp", "ftp://ftp.gov.cn/"),
    elsewhere("a redirect to a script", "javascript:alert(1)"),
    elsewhere("a redirect to a cloud's metadata", "http://169.254.169.254/latest/meta-data/"),
    elsewhere("a redirect to a number", "http://2852039166/"),
    elsewhere("a redirect to hexadecimal", "http://0x7f.0x0.0x0.0x1/"),
    elsewhere("a redirect to octal", "http://0177.0.0.1/"),
    elsewhere("a redirect to a short address", "http://127.1/"),
    elsewhere("a redirect to IPv4 in IPv6", "http://[::ffff:169.254.169.254]/"),
    elsewhere("a redirect with a user", "http://www.gov.cn@127.0.0.1/"),
    elsewhere("a redirect with a backslash", "http://www.gov.cn\\@127.0.0.1/"),
    elsewhere("a redirect to the own machine", "http://127.0.0.1:22/", public=True),
    elsewhere("a redirect to a private network", "http://192.168.1.1/", public=True),
    elsewhere("a redirect to localhost", "http://localhost/", public=True),
    elsewhere("a redirect to full-width digits", "http://１２７.０.０.１/", public=True),
    elsewhere("a redirect to another port", "http://www.gov.cn:6379/", public=True),
)
CHARSETS = (
    case("a header that says Latin", html(LETTER, Content_Type="text/html; charset=iso-8859-1"), "good"),
    case("a header that says UTF-8 over GBK", html(GBK), "good"),
    case("GBK with only a meta", html(GBK, Content_Type="text/html"), "good"),
    case("a charset that does not exist", html(LETTER, Content_Type="text/html; charset=x-none"), "good"),
    case("UTF-16 with its mark", html(NO_META.encode("utf-16"), Content_Type="text/html"), "good"),
    case(
        "UTF-16 without a word",
        html(NO_META.encode("utf-16-le"), Content_Type="text/html"),
        "unexpected_type",
    ),
    case("NUL bytes in front", html(b"\0" * 40 + LETTER), "unexpected_type"),
    case(
        "NUL bytes strewn within",
        html(LETTER.replace("科技部".encode(), b"\0" + "科技部".encode())),
        "unexpected_type",
        "good",
    ),
)
WALLS = (
    walled("瑞数 with 412", pages.RUISHU, "412 Precondition Failed", "ruishu"),
    walled("瑞数 with 200", pages.RUISHU, "200 OK", "ruishu"),
    walled("加速乐 with 521", pages.JIASULE, "521 Unknown", "jiasule", Set_Cookie="__jsluid_s=1"),
    walled("加速乐 with 200", pages.JIASULE, "200 OK", "jiasule", Set_Cookie="__jsluid_s=1"),
    walled("Aliyun's script", pages.ALIYUN, "200 OK", "aliyun", Set_Cookie="acw_tc=1"),
    walled("wzws", pages.WZWS, "200 OK", "wzws"),
    walled(
        "Cloudflare's challenge", pages.CLOUDFLARE, "403 Forbidden", "cloudflare", cf_mitigated="challenge"
    ),
    walled("Cloudflare with 503", pages.CLOUDFLARE, "503 Unavailable", "cloudflare"),
    walled("a wall of unknown make", pages.UNKNOWN_MAKE, "200 OK", "unknown"),
    walled("a slider", pages.SLIDER, "200 OK", "unknown"),
    walled("202 and nothing", "", "202 Accepted", "unknown"),
)
SOFT = (
    case("a soft 404 that says so", html(pages.NOT_THERE), "soft_404"),
    case("a soft 404 like every other", html(pages.TIDIED), "soft_404", missing=html(pages.TIDIED)),
    case(
        "a soft 404 by redirect",
        redirect("/404.html"),
        "soft_404",
        missing=redirect("/404.html"),
        also=(("/404.html", html(pages.NOT_THERE)),),
    ),
    case(
        "a soft 404 at the home page",
        redirect("/"),
        "root_redirect",
        missing=redirect("/"),
        also=(("/", html(pages.HOME)),),
    ),
    case("the home page in its place", html(pages.HOME), "soft_404", "empty"),
)
STATUSES = (
    case("204 with a body", b"HTTP/1.1 204 No Content\r\nContent-Length: 9\r\n\r\n<p>hi</p>", "empty"),
    case("304 that nobody asked for", b"HTTP/1.1 304 Not Modified\r\n\r\n", "incomplete", rule="unasked_304"),
    case("206 that nobody asked for", html(LETTER[:4000], "206 Partial"), "incomplete", rule="status_206"),
    case("101 to another protocol", b"HTTP/1.1 101 Switching\r\nUpgrade: h2c\r\n\r\n", "server_error"),
    case("401", html("log in", "401 Unauthorized", WWW_Authenticate="Basic realm=x"), "forbidden"),
    case("403", html("no", "403 Forbidden"), "forbidden"),
    case("404", html("gone", "404 Not Found"), "gone"),
    case("404 with the letter", html(LETTER, "404 Not Found"), "gone"),
    case("410", html("gone", "410 Gone"), "gone"),
    case("429", html("", "429 Too Many", Retry_After="3600"), "rate_limited"),
    case("500", html("oops", "500 Error"), "server_error"),
    case("500 with the letter", html(LETTER, "500 Error"), "server_error"),
    case("503", html("", "503 Unavailable", Retry_After="120"), "server_error"),
    case("status 999", b"HTTP/1.1 999 Denied\r\nContent-Length: 0\r\n\r\n", "server_error"),
    case("status 99", b"HTTP/1.1 99 What\r\n\r\n", "server_error"),
)
RESETS = (
    Fault("a reset at once", outcomes=frozenset({"reset", "refused"}), greeting=resetting()),
    case("a reset before the status", resetting(), "reset"),
    case("a reset in the headers", resetting(OK), "reset"),
    case("a reset in the body", resetting(HEAD + b"Content-Length: 90000\r\n\r\n" + LETTER[:99]), "reset"),
    case("hung up without a word", b"", "reset"),
)
GARBAGE = (
    case("noise", random.Random(7).randbytes(20_000) + b"\r\n\r\n", "server_error"),
    case("another protocol", b"SSH-2.0-OpenSSH_9.9\r\n\r\n", "server_error"),
    case("an answer of HTTP/0.9", LETTER, "server_error"),
    case("a version of its own", b"HTTP/7.5.1 200 OK\r\n\r\n" + LETTER, "server_error"),
    case("a header without a name", OK + b": x\r\n\r\n" + LETTER, "server_error"),
    case("a header with a NUL", OK + b"X: a\0b\r\n\r\n" + LETTER, "server_error"),
    case(
        "duplicate headers",
        HEAD + f"Content-Type: {HTML}\r\nServer: a\r\nServer: b\r\n\r\n".encode() + LETTER,
        "good",
    ),
    case("a binary body as text/html", html(b"\x89PNG\r\n\x1a\n" + bytes(9000)), "unexpected_type"),
    case("a PDF as text/html", html(b"%PDF-1.7\n" + bytes(9000)), "unexpected_type"),
    case("an empty body", html(""), "empty"),
    case("a body of blanks", html(" \r\n\t" * 999), "empty"),
    case("a script shell", html(pages.SHELL), "empty"),
    case("a page without its end", html(LETTER[: LETTER.rindex(b"</div>") - 3000]), "incomplete"),
)
ROBOTS = (
    case("robots.txt that forbids", html(LETTER), "robots", robots=answer(b"User-agent: *\nDisallow: /\n")),
    case("robots.txt in HTML", html(LETTER), "good", robots=html(pages.NOT_THERE)),
    case("robots.txt with 503", html(LETTER), "robots", robots=answer(b"", "503 Unavailable")),
    case("robots.txt with 403", html(LETTER), "good", robots=answer(b"", "403 Forbidden")),
    case("robots.txt that hangs", html(LETTER), "deadline", robots=hanging()),
    case(
        "robots.txt without an end",
        html(LETTER),
        "good",
        "deadline",
        robots=flooding(OK + b"\r\n", b"#x\n" * 9999),
    ),
    case("robots.txt in a circle", html(LETTER), "good", robots=redirect("/robots.txt")),
)


def secure(name: str, kind: str, *outcomes: str, rule: str = "") -> Fault:
    return Fault(name, html(LETTER), frozenset(outcomes), rule, tls=kind)


TLS = (
    secure("an expired certificate", "expired", "tls", rule="tls_expired"),
    secure("a certificate for another host", "wrong host", "tls", rule="tls_wrong_host"),
    secure("an unknown authority", "unknown authority", "tls", rule="tls_unknown_authority"),
    secure("a protocol too old", "too old", "tls", rule="tls_protocol_too_old"),
    secure("no cipher in common", "no cipher", "tls", rule="tls_other"),
    secure("plain HTTP on the secure port", "plain", "tls"),
    secure("a handshake that is reset", "reset", "reset"),
    secure("a handshake that hangs", "hang", "deadline"),
)

FAULTS = (
    *SLOW,
    *LENGTHS,
    *CHUNKS,
    *CODINGS,
    *FLOODS,
    *REDIRECTS,
    *CHARSETS,
    *WALLS,
    *SOFT,
    *STATUSES,
    *RESETS,
    *GARBAGE,
    *ROBOTS,
    *TLS,
)

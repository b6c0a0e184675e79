"""One page that turns, visit after visit, into everything a page can turn into: what each comes to.

The whole judgement from bytes on: transport, wall, reader, content gate, probe, ladder.
"""

import gzip
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from monitor.changes import compare, digest
from monitor.gate import Known, NeedsProbe, gate, judge_probe
from monitor.inline import inline
from monitor.links import events, step
from monitor.model import FindingKind, LinkState, Probe, Role, State
from scraper.inflate import inflate
from scraper.model import Completeness, Fetch, Hop, Notice, Outcome, OutcomeKind, Reading
from scraper.outcome import end_missing, ending, transport_outcome
from scraper.readers import read_body
from scraper.walls import shown

AT = datetime(2026, 1, 1, 4, tzinfo=UTC)
HOST = "http://www.most.gov.cn"
URL = f"{HOST}/xxgk/xinxifenlei/fdzdgknr/qtwj/qtwj2019/201910/t20191018_149420.html"
SIBLING = f"{HOST}/xxgk/xinxifenlei/fdzdgknr/qtwj/qtwj2019/201910/zw00.html"
TITLE = "科技部关于支持合肥建设国家新一代人工智能创新发展试验区的函"
LINES = "".join(f"<p>　　第{at}条，发挥合肥在智能语音领域的优势，推进试验区建设。</p>" for at in range(12))
PAGE = f"""<html><head><meta charset="utf-8"><title>{TITLE}-中华人民共和国科学技术部</title></head><body>
<div class="xxgk_detail_head"><table class="bd1"><tr><th>标　　题：</th><td>{TITLE}</td></tr>
<tr><th>成文日期：</th><td>2019-10-17</td><th>发布日期：</th><td>2019-10-18</td></tr>
<tr><th>发文字号：</th><td>国科函规〔2019〕185号</td></tr></table></div><div class="xxgk_title">{TITLE}</div>
<meta name="ContentStart"/><div id="Zoom"><p>安徽省人民政府：</p>{LINES}</div><meta name="ContentEnd"/>
<span class="visits">访问量：1024</span></body></html>"""
GONE_TEXT = "页面不存在"
CHALLENGE = "<html><script>document.cookie='t=1';location.reload()</script></html>"
K = OutcomeKind


def answer(
    body: str | bytes,
    status: int = 200,
    *,
    to: str | None = None,
    completeness: Completeness = Completeness.WHOLE,
    sent: str = "text/html",
) -> Fetch:
    content = body if isinstance(body, bytes) else body.encode()
    last = Hop(to or URL, status, (("Content-Type", sent),))
    hops = (Hop(URL, 302, (), location=to), last) if to else (last,)
    return Fetch(URL, AT, 0.1, hops, content, content, completeness)


def read(fetch: Fetch) -> Reading:
    return read_body(fetch.content, fetch.header("Content-Type"), fetch.url)[1]


def notice(fetch: Fetch) -> Notice:
    reading = read(fetch)
    assert isinstance(reading, Notice)
    return reading


BASE = notice(answer(PAGE))
KNOWN = Known(BASE.title, BASE.document_number, BASE.text, ("合肥",))
MISSING = Probe(URL.rpartition("/")[0] + "/", AT, SIBLING, SIBLING, 200, GONE_TEXT)


def judge(fetch: Fetch, probe: Probe = MISSING) -> Outcome:
    """Judge a visit as a course does."""
    outcome = transport_outcome(fetch, asked=True)
    if outcome:
        return outcome
    verdict = gate(fetch, read(fetch), KNOWN, Role.NOTICE)
    if isinstance(verdict, NeedsProbe):
        return judge_probe(fetch, shown(fetch.content.decode()), probe, verdict, None)
    return end_missing(fetch.content, ending(PAGE.encode())) or verdict


def told(fetches: Iterable[Fetch]) -> tuple[list[FindingKind], LinkState]:
    """Fold daily visits after a good one: what a person hears, and the last state."""
    states = [LinkState(State.ALIVE, AT, AT, AT)]
    for day, fetch in enumerate(fetches, 1):
        states.append(step(states[-1], judge(fetch), AT + day * timedelta(days=1)))
    return [kind for before, after in pairwise(states) for kind in events(before, after)], states[-1]


@pytest.mark.parametrize(
    "noise",
    [
        PAGE.replace("1024", "1025"),
        PAGE.replace("\n", "\r\n\r\n  "),
        PAGE.replace('class="bd1"', 'width="90%" class="bd1" data-built="12:01"'),
        PAGE.replace("智能语音", "<span style='x'>智能</span><span>语音</span>"),
        PAGE.replace("　　第", "  第"),
        PAGE.replace("</body>", "<!-- built 12:01:07 --></body>"),
        PAGE.replace("utf-8", "gb2312").encode("gb18030"),
    ],
    ids=["a visit counter", "white space", "attributes", "spans", "blanks", "time of building", "charset"],
)
def test_noise_is_good_and_no_edit(noise: str | bytes) -> None:
    fetch = answer(noise)
    assert judge(fetch).kind is K.GOOD
    assert compare(BASE, notice(fetch)) == () and digest(notice(fetch)) == digest(BASE)


@pytest.mark.parametrize("sent", ["text/html; charset=utf-8", "text/html; charset=iso-8859-1", "text/html"])
def test_a_gbk_page_is_read_right_whatever_its_header_says(sent: str) -> None:
    fetch = answer(PAGE.replace("utf-8", "GB2312").encode("gb18030"), sent=sent)
    assert judge(fetch).kind is K.GOOD and notice(fetch).title == TITLE


def test_one_character_of_a_paragraph_is_shown_with_its_word() -> None:
    fetch = answer(PAGE.replace("第7条，发挥", "第7条，发扬"))
    assert judge(fetch).kind is K.GOOD
    (change,) = compare(BASE, notice(fetch))
    pieces = inline(change.before or "", change.after or "")
    assert [piece for piece in pieces if piece[0] != "equal"] == [("delete", "发挥"), ("insert", "发扬")]


@pytest.mark.parametrize(
    ("fetch", "kind"),
    [
        (answer(GONE_TEXT, 404), K.GONE),
        (answer("", 410), K.GONE),
        (answer("", 412), K.WALL),
        (answer("", 503), K.SERVER_ERROR),
        (answer(f"<html><body>{GONE_TEXT}</body></html>"), K.SOFT_404),
        (answer(CHALLENGE), K.WALL),
        (answer(""), K.EMPTY),
        (answer("<html><body><div id=app></div><script src=a.js></script></body></html>"), K.EMPTY),
        (answer(PAGE[:900], completeness=Completeness.SHORT), K.INCOMPLETE),
        (answer(PAGE[:-200]), K.INCOMPLETE),
        (answer(b"%PDF-1.7"), K.UNEXPECTED_TYPE),
        (answer("", 304), K.NOT_MODIFIED),
    ],
)
def test_a_page_turned_into_something_else_is_told_apart(fetch: Fetch, kind: OutcomeKind) -> None:
    assert judge(fetch).kind is kind


def test_a_redirect_home_is_rot_unless_the_probe_shows_nothing() -> None:
    home = answer("<html><body><a href=/>首页</a></body></html>", to=f"{HOST}/")
    shared = Probe(MISSING.directory, AT, SIBLING, f"{HOST}/", 200, "首页")
    assert judge(home, shared).kind is K.ROOT_REDIRECT
    honest = Probe(MISSING.directory, AT, SIBLING, SIBLING, 404, "404")
    assert judge(home, honest).kind is K.ROOT_REDIRECT
    walled = Probe(MISSING.directory, AT, SIBLING, SIBLING, 403, "403")
    assert judge(home, walled).kind is K.EMPTY


def test_a_gzip_body_without_its_end_is_incomplete() -> None:
    cut = inflate(gzip.compress(PAGE.encode())[:-9], "gzip", 1 << 20)
    fetch = Fetch(URL, AT, 0.1, answer("").hops, b"x", cut.content, cut.completeness, detail=cut.detail)
    assert judge(fetch).rule == "coding_cut"


@pytest.mark.parametrize(
    ("fetches", "heard", "state"),
    [
        ([answer("", 404)] * 30, [FindingKind.LINK_DEAD], State.DEAD),
        ([answer(f"<html>{GONE_TEXT}</html>")] * 30, [FindingKind.LINK_DEAD], State.DEAD),
        ([answer("", 503), answer(PAGE)] * 15, [], State.ALIVE),
        ([answer("", 503)], [], State.ALIVE),
        ([answer(CHALLENGE)] * 7, [], State.UNSEEN),
        ([answer(CHALLENGE)] * 30, [FindingKind.CANNOT_SEE], State.UNSEEN),
        ([answer("")] * 30, [FindingKind.CANNOT_SEE], State.UNSEEN),
        ([answer(PAGE[:-200])] * 2, [], State.UNSTABLE),
        (
            [answer("", 404)] * 5 + [answer(PAGE)],
            [FindingKind.LINK_DEAD, FindingKind.LINK_RECOVERED],
            State.ALIVE,
        ),
    ],
    ids=[
        "404",
        "soft 404",
        "503 by turns",
        "503 once",
        "a wall",
        "a lasting wall",
        "empty",
        "cut",
        "recovery",
    ],
)
def test_what_a_person_is_told(fetches: list[Fetch], heard: list[FindingKind], state: State) -> None:
    kinds, last = told(fetches)
    assert (kinds, last.state) == (heard, state)

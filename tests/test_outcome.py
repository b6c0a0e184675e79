"""What status, headers, trouble and bytes alone decide."""

from datetime import UTC, datetime
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.model import GOOD_KINDS, Completeness, Fetch, Hop, Outcome, OutcomeKind, Trouble
from scraper.outcome import (
    deep_to_root,
    end_missing,
    ending,
    redirect_kind,
    to_error_page,
    transport_outcome,
)
from scraper.troubles import STOPPED

AT = datetime(2026, 1, 1, tzinfo=UTC)
URL = "http://www.most.gov.cn/a/t20191018_149420.htm"
PAGE = "<html><body><p>科技部关于支持合肥建设国家新一代人工智能创新发展试验区的函</p></body></html>"
K = OutcomeKind


def answer(
    body: str | bytes = PAGE,
    status: int = 200,
    *,
    completeness: Completeness = Completeness.WHOLE,
    trouble: Trouble | None = None,
    detail: str = "",
    hops: tuple[Hop, ...] = (),
    **headers: str,
) -> Fetch:
    content = body if isinstance(body, bytes) else body.encode()
    lines = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    last = Hop(hops[-1].location or URL if hops else URL, status, lines)
    return Fetch(URL, AT, 0.1, (*hops, last), content, content, completeness, trouble, detail)


def silent(trouble: Trouble, detail: str = "", hops: tuple[Hop, ...] = ()) -> Fetch:
    return Fetch(URL, AT, 0.1, hops, trouble=trouble, detail=detail)


def sent(url: str, to: str, status: int = 302, *headers: tuple[str, str]) -> Hop:
    return Hop(url, status, headers, location=to)


def judged(fetch: Fetch, *, asked: bool = False) -> tuple[OutcomeKind, str]:
    outcome = transport_outcome(fetch, asked=asked)
    assert outcome is not None
    return outcome.kind, outcome.rule


def test_a_whole_page_is_left_to_the_content_gate() -> None:
    assert transport_outcome(answer(), asked=False) is None
    assert transport_outcome(answer(status=203), asked=True) is None


@pytest.mark.parametrize(
    ("trouble", "kind"),
    [
        (Trouble.NO_SUCH_NAME, K.NO_SUCH_NAME),
        (Trouble.NAME_FAILS, K.NAME_FAILS),
        (Trouble.REFUSED, K.REFUSED),
        (Trouble.RESET, K.RESET),
        (Trouble.TIMED_OUT, K.TIMED_OUT),
        (Trouble.DEADLINE, K.DEADLINE),
        (Trouble.PROTOCOL, K.SERVER_ERROR),
        (Trouble.PROXY, K.OWN_OUTAGE),
        (Trouble.TOO_LARGE, K.INCOMPLETE),
        (Trouble.REDIRECTS, K.SERVER_ERROR),
        (Trouble.ROBOTS, K.ROBOTS),
        (Trouble.POLICY, K.BLOCKED_BY_POLICY),
    ],
)
def test_each_trouble_is_told_apart_and_keeps_its_words(trouble: Trouble, kind: OutcomeKind) -> None:
    outcome = transport_outcome(silent(trouble, "connect: the phase and the cause"), asked=False)
    assert outcome == Outcome(kind, trouble.value, "connect: the phase and the cause")


@pytest.mark.parametrize("word", ["expired", "wrong_host", "unknown_authority", "protocol_too_old", "other"])
def test_tls_failures_are_told_apart_in_the_rule(word: str) -> None:
    fetch = silent(Trouble.TLS, f"{word}: certificate verify failed")
    assert judged(fetch) == (K.TLS, f"tls_{word}")


def test_every_trouble_has_an_outcome_that_is_not_good() -> None:
    for trouble in Trouble:
        outcome = transport_outcome(silent(trouble, "x"), asked=True)
        assert outcome is not None and not outcome.is_good


def test_a_stop_of_ours_is_charged_to_nobody() -> None:
    assert judged(silent(Trouble.DEADLINE, STOPPED)) == (K.OWN_OUTAGE, "stopped")


def test_a_trouble_at_a_later_hop_is_the_visits_trouble() -> None:
    fetch = silent(Trouble.RESET, "body: reset", (sent(URL, "http://www.most.gov.cn/b"),))
    assert judged(fetch) == (K.RESET, "reset")


def test_a_circle_of_redirects_that_sets_cookies_is_a_wall() -> None:
    plain = (sent(URL, URL), sent(URL, URL))
    assert judged(silent(Trouble.REDIRECTS, "a loop", plain)) == (K.SERVER_ERROR, "redirects")
    cookies = (sent(URL, URL, 302, ("Set-Cookie", "a=1")), sent(URL, URL))
    assert judged(silent(Trouble.REDIRECTS, "a loop", cookies)) == (K.WALL, "wall_cookie")


@pytest.mark.parametrize("status", [404, 410, 503])
@pytest.mark.parametrize("trouble", [Trouble.RESET, Trouble.DEADLINE, Trouble.TOO_LARGE])
def test_an_errors_head_says_enough_whatever_befalls_its_body(status: int, trouble: Trouble) -> None:
    kind = K.SERVER_ERROR if status == 503 else K.GONE
    assert judged(answer("x", status, trouble=trouble)) == (kind, f"status_{status}")
    assert judged(answer("x", 200, trouble=trouble))[1] == trouble.value


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (404, K.GONE),
        (410, K.GONE),
        (429, K.RATE_LIMITED),
        (401, K.FORBIDDEN),
        (403, K.FORBIDDEN),
        (407, K.FORBIDDEN),
        (451, K.FORBIDDEN),
        (400, K.FORBIDDEN),
        (405, K.FORBIDDEN),
        (418, K.FORBIDDEN),
        (408, K.TIMED_OUT),
        (500, K.SERVER_ERROR),
        (502, K.SERVER_ERROR),
        (503, K.SERVER_ERROR),
        (599, K.SERVER_ERROR),
        (204, K.EMPTY),
        (205, K.EMPTY),
        (206, K.INCOMPLETE),
        (201, K.UNEXPECTED_TYPE),
        (207, K.UNEXPECTED_TYPE),
        (300, K.SERVER_ERROR),
        (302, K.SERVER_ERROR),
        (101, K.SERVER_ERROR),
        (999, K.SERVER_ERROR),
    ],
)
def test_a_status_decides(status: int, kind: OutcomeKind) -> None:
    assert judged(answer(status=status)) == (kind, f"status_{status}")


@pytest.mark.parametrize("status", [202, 412, 521])
def test_the_statuses_of_challenges_are_walls(status: int) -> None:
    assert judged(answer(status=status)) == (K.WALL, "wall_unknown")


def test_gone_wall_and_maintenance_are_three_things() -> None:
    outcomes = [judged(answer("", status))[0] for status in (410, 412, 503)]
    assert outcomes == [K.GONE, K.WALL, K.SERVER_ERROR]


def test_only_an_asked_304_is_an_answer() -> None:
    unmodified = answer(b"", 304, completeness=Completeness.NONE)
    assert judged(unmodified, asked=True) == (K.NOT_MODIFIED, "status_304")
    assert judged(unmodified) == (K.INCOMPLETE, "unasked_304")


def test_a_304_from_another_address_than_was_asked_is_no_answer() -> None:
    elsewhere = answer(b"", 304, completeness=Completeness.NONE, hops=(sent(URL, "http://a.gov.cn/"),))
    assert judged(elsewhere, asked=True) == (K.INCOMPLETE, "unasked_304")


@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_is_kept(status: int) -> None:
    outcome = transport_outcome(answer("", status, Retry_After=" 120 "), asked=False)
    assert outcome is not None and outcome.detail == "Retry-After: 120"
    assert transport_outcome(answer("", status, Retry_After="\x1b[2J"), asked=False).detail == ""  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("completeness", "rule"),
    [
        (Completeness.SHORT, "body_short"),
        (Completeness.CUT_CODING, "coding_cut"),
        (Completeness.TOO_LARGE, "body_too_large"),
    ],
)
def test_a_cut_body_is_incomplete_and_not_changed(completeness: Completeness, rule: str) -> None:
    fetch = answer(completeness=completeness, detail="body: 5 of 9 bytes")
    assert transport_outcome(fetch, asked=True) == Outcome(K.INCOMPLETE, rule, "body: 5 of 9 bytes")


def test_a_cut_404_is_still_gone() -> None:
    assert judged(answer(status=404, completeness=Completeness.SHORT))[0] is K.GONE


@pytest.mark.parametrize(
    "body",
    [
        b"%PDF-1.7 x",
        b"PK\x03\x04xx",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        b"\xff\xd8\xffx",
        b"\x89PNG\r\n",
        b"a\0b",
    ],
)
def test_a_binary_body_is_no_page_whatever_it_is_called(body: bytes) -> None:
    assert judged(answer(body, Content_Type="text/html")) == (K.UNEXPECTED_TYPE, "binary_body")


@pytest.mark.parametrize("declared", ["image/png", "application/pdf", "application/vnd.ms-excel"])
def test_a_page_is_a_page_whatever_its_header_says(declared: str) -> None:
    assert transport_outcome(answer(Content_Type=declared), asked=False) is None
    assert judged(answer("plain words", Content_Type=declared)) == (K.UNEXPECTED_TYPE, "declared_type")


@pytest.mark.parametrize("body", ['\ufeff{"a": 1}', PAGE.encode("utf-16"), PAGE.encode("gb18030"), "[1]"])
def test_text_of_any_charset_and_json_are_pages(body: str | bytes) -> None:
    assert transport_outcome(answer(body), asked=False) is None


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        ("", "no_bytes"),
        (" \r\n\t", "no_bytes"),
        ("<html><head></head><body><script src=app.js></script></body></html>", "no_text"),
        ("<frameset><frame src=a.htm></frameset>", "no_text"),
    ],
)
def test_nothing_to_read_is_empty(body: str, rule: str) -> None:
    assert judged(answer(body)) == (K.EMPTY, rule)


@given(
    st.integers(100, 999),
    st.sampled_from(Completeness),
    st.booleans(),
    st.binary(max_size=60) | st.text(max_size=60).map(str.encode),
)
def test_every_answer_has_an_outcome_or_is_a_whole_page(
    status: int, completeness: Completeness, asked: bool, body: bytes
) -> None:
    outcome = transport_outcome(answer(body, status, completeness=completeness), asked=asked)
    if outcome is None:
        assert status in (200, 203) and completeness in (Completeness.WHOLE, Completeness.NONE)
        assert body.strip()
    elif outcome.kind in GOOD_KINDS:
        assert (status, asked) == (304, True)


def test_a_redirect_is_permanent_only_if_every_step_is() -> None:
    assert redirect_kind(answer()) is None
    there = "http://www.most.gov.cn/b"
    for first, second in product((301, 302, 303, 307, 308), repeat=2):
        fetch = answer(hops=(sent(URL, "http://www.most.gov.cn/x", first), sent(URL, there, second)))
        permanent = {first, second} <= {301, 308}
        assert redirect_kind(fetch) == ("permanent" if permanent else "temporary")


def test_a_redirect_back_to_the_same_address_is_none() -> None:
    assert redirect_kind(answer(hops=(sent(URL, URL, 302, ("Set-Cookie", "a=1")),))) is None


@pytest.mark.parametrize(
    ("to", "root", "error"),
    [
        ("http://www.most.gov.cn/", True, False),
        ("http://www.most.gov.cn/index.html", True, False),
        ("https://other.gov.cn", True, False),
        ("http://www.most.gov.cn/b/t20191018_149420.html", False, False),
        ("http://www.most.gov.cn/404.html", False, True),
        ("http://www.most.gov.cn/404.shtml?from=x", False, True),
        ("http://www.most.gov.cn/error.htm", False, True),
        ("http://www.most.gov.cn/a/4040_1.htm", False, False),
        ("http://www.most.gov.cn/terror.htm", False, False),
    ],
)
def test_where_a_redirect_ended_is_told(to: str, root: bool, error: bool) -> None:
    fetch = answer(hops=(sent(URL, to),))
    assert deep_to_root(fetch) is root
    assert to_error_page(fetch) is error


def test_a_home_page_asked_for_is_no_redirect_to_it() -> None:
    home = Fetch("http://a.gov.cn/", AT, 0.1, (sent("http://a.gov.cn/", "https://a.gov.cn/"),))
    assert not deep_to_root(home)


@pytest.mark.parametrize(
    ("content", "end"),
    [
        (b"<html></html>\r\n", "</html>"),
        (b"<p></HTML >", "</html>"),
        (b"</html><!-- cached 12:01 --> <script>x</script>\n", "</html>"),
        (b'{"a": []}', "}"),
        (b"[1]\n", "]"),
        ("<html></html>\r\n".encode("utf-16"), "</html>"),
        (b"<html><p>\xe7\xa7\x91", None),
        (b"", None),
    ],
)
def test_how_a_body_ends(content: bytes, end: str | None) -> None:
    assert ending(content) == end


def test_a_closing_tag_that_was_there_before_and_is_missing_means_a_cut() -> None:
    cut = end_missing(b"<html><body><p>abc", "</html>")
    assert cut is not None and (cut.kind, cut.rule) == (K.INCOMPLETE, "closing_missing")
    assert end_missing(b"<html><body><p>abc", None) is None
    assert end_missing(b"<html></body>", "</html>") is None
    assert end_missing(b"<div></div>", "</div>") is None
    assert end_missing(b"<div></p>", "</div>") is not None


@given(st.integers(1, 400))
def test_any_cut_of_a_page_is_seen_by_its_end(length: int) -> None:
    page = PAGE.encode() + b"<!-- built 12:01 -->"
    cut = page[: -min(length, len(page) - 1)]
    if b"</body>" not in cut:
        assert end_missing(cut, ending(page)) is not None


@pytest.mark.parametrize("junk", [b"<!--" * 2000, b"<script " * 1000, b"</script>" * 1000, b" " * 9000])
def test_odd_ends_cost_no_time(junk: bytes) -> None:
    assert ending(junk) in (None, "</script>")


def test_the_saved_pages_pass_but_for_the_challenge(shared_folder: Path) -> None:
    for page in sorted((shared_folder / "pages").glob("*.html")):
        content = page.read_bytes()
        outcome = transport_outcome(answer(content), asked=False)
        assert (outcome and outcome.rule) == ("wall_wzws" if "wzws" in page.name else None), page.name
        assert ending(content), page.name

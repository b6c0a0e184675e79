"""The content gate and its probe: a bad 200 is told from the page."""

import time
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.gate import Known, NeedsProbe, five_gram_agreement, gate, good, judge_probe
from monitor.model import Probe, Role
from scraper.model import (
    Completeness,
    Entry,
    Fetch,
    Hop,
    Listing,
    Notice,
    Outcome,
    OutcomeKind,
    Reading,
    Refused,
    Unreadable,
)
from scraper.readers import feeds, read_body
from scraper.walls import shown

AT = datetime(2026, 1, 1, tzinfo=UTC)
URL = "http://www.most.gov.cn/a/201910/t20191018_149420.htm"
PHRASE = "国家新一代人工智能创新发展试验区"
TITLE = f"科技部关于支持合肥建设{PHRASE}的函"
BODY = "".join(f"第{at}条，要发挥合肥在智能语音领域的优势，开展第{at}项政策试验。" for at in range(20))
NOTICE = Notice(
    URL, "most", "l", TITLE, date(2019, 10, 18), None, "国科函规〔2019〕185号", text=f"{TITLE}\n{BODY}"
)
KNOWN = Known(TITLE, "国科函规〔2019〕185号", NOTICE.text, ("合肥",))
NOTHING = Known()
K = OutcomeKind


def fetched(body: str = BODY, to: str | None = None, status: int = 302) -> Fetch:
    content = f"<html><body>{body}</body></html>".encode()
    last = Hop(to or URL, 200, ())
    hops = (Hop(URL, status, (), location=to), last) if to else (last,)
    return Fetch(URL, AT, 0.1, hops, content, content, Completeness.WHOLE)


def judged(
    reading: Reading, known: Known = KNOWN, role: Role = Role.NOTICE, fetch: Fetch | None = None
) -> Outcome | NeedsProbe:
    return gate(fetch or fetched(), reading, known, role)


def passed(verdict: Outcome | NeedsProbe) -> bool:
    return isinstance(verdict, Outcome) and verdict.is_good


def doubted(verdict: Outcome | NeedsProbe) -> tuple[str, OutcomeKind]:
    assert isinstance(verdict, NeedsProbe)
    return verdict.because, verdict.unless.kind


def other(**values: object) -> Notice:
    return replace(NOTICE, **values)  # type: ignore[arg-type]


ELSE = other(
    title="关于举办培训班的通知", document_number=None, text="举办第三期业务培训班的有关安排如下。" * 30
)


def test_the_page_that_is_known_is_good() -> None:
    assert judged(NOTICE) == Outcome(K.GOOD, "agrees")


@pytest.mark.parametrize(
    "notice",
    [
        other(document_number=None, text=BODY[:300]),
        other(title="新标题"),
        other(title="新标题", document_number=None),
        other(title=f"{TITLE}-中华人民共和国科学技术部", document_number=None, text="另" * 400),
    ],
    ids=["title", "number", "text", "title beside the site's name"],
)
def test_title_number_or_text_is_enough_to_agree(notice: Notice) -> None:
    assert passed(judged(notice))


def test_a_page_that_agrees_with_nothing_known_is_another_page_unless_it_is_missing() -> None:
    assert doubted(judged(ELSE)) == ("another_page", K.UNEXPECTED_TYPE)


@pytest.mark.parametrize("role", [Role.CANDIDATE, Role.SUCCESSOR])
def test_what_is_judged_by_the_page_later_need_not_agree(role: Role) -> None:
    assert passed(judged(ELSE, KNOWN, role))


def test_a_page_with_less_than_a_third_of_its_text_is_not_seen() -> None:
    assert passed(judged(other(text=NOTICE.text[: int(len(NOTICE.text) * 0.31)])))
    short = judged(other(text=NOTICE.text[: int(len(NOTICE.text) * 0.29)]))
    assert doubted(short) == ("little_text", K.EMPTY)
    padded = judged(other(text=NOTICE.text[:100] + " \u3000" * 900))
    assert doubted(padded) == ("little_text", K.EMPTY)


def test_a_first_visit_takes_200_characters_or_a_title_with_a_date() -> None:
    bare = Notice(URL, "r", "l", "某通知", text="字" * 200)
    assert passed(judged(bare, NOTHING))
    assert doubted(judged(replace(bare, text="字" * 199), NOTHING)) == ("little_text", K.EMPTY)
    dated = replace(bare, text="字", published=date(2020, 1, 1))
    assert passed(judged(dated, NOTHING))
    assert doubted(judged(replace(dated, title=None), NOTHING)) == ("little_text", K.EMPTY)


def test_the_sites_name_is_no_title() -> None:
    home = other(title="中华人民共和国科学技术部", document_number=None, text="要闻" * 200)
    assert doubted(judged(home, NOTHING)) == ("site_name", K.EMPTY)


def test_a_first_visit_must_name_the_zone_it_is_cited_for() -> None:
    zone = Known(zones=("合肥",))
    assert passed(judged(NOTICE, zone))
    assert doubted(judged(ELSE, zone)) == ("another_page", K.UNEXPECTED_TYPE)
    assert passed(judged(ELSE, NOTHING))


def test_a_rows_title_cut_short_is_the_pages_title() -> None:
    assert passed(judged(NOTICE, Known(title=f"{TITLE[:15]}...")))
    assert passed(judged(NOTICE, Known(title=f"·{TITLE} (2019-10-18)")))


def test_an_unreadable_page_passes_where_its_text_is_the_known() -> None:
    verdict = judged(Unreadable("no layout"), KNOWN, fetch=fetched(NOTICE.text))
    assert verdict == Outcome(K.GOOD, "agrees")
    assert passed(judged(Unreadable("no layout"), Known(title=TITLE), fetch=fetched(TITLE + BODY)))


def test_an_unreadable_page_of_which_nothing_is_known_needs_a_probe() -> None:
    assert doubted(judged(Unreadable("no layout"), NOTHING)) == ("unproved", K.GOOD)
    assert doubted(judged(Unreadable("no layout"), NOTHING, fetch=fetched("短"))) == ("little_text", K.EMPTY)


@pytest.mark.parametrize(
    ("what", "kind"),
    [("wall", K.WALL), ("empty", K.EMPTY)],
)
def test_what_the_reader_refused_as_wall_or_shell_cannot_be_seen_and_is_never_probed(
    what: str, kind: OutcomeKind
) -> None:
    assert judged(Refused("words", what)) == Outcome(kind, f"reader_{what}", "words")


def test_a_page_that_says_it_is_gone_is_a_soft_404() -> None:
    assert judged(Refused("页面不存在", "soft_404")) == NeedsProbe(
        "says_gone", Outcome(K.SOFT_404, "says_gone", "页面不存在")
    )


def test_a_home_page_in_its_place_is_only_rot_if_a_sibling_shares_it() -> None:
    assert doubted(judged(Refused("a front page", "home"))) == ("home_page", K.EMPTY)
    sent = fetched("首页", "http://www.most.gov.cn/index.html")
    assert doubted(judged(Unreadable("x"), NOTHING, fetch=sent)) == ("sent_home", K.ROOT_REDIRECT)
    assert doubted(judged(ELSE, fetch=sent)) == ("sent_home", K.ROOT_REDIRECT)
    assert doubted(judged(Unreadable("x"), NOTHING, Role.LISTING, sent)) == ("sent_home", K.ROOT_REDIRECT)


def test_an_address_that_is_named_for_errors_is_a_soft_404() -> None:
    sent = fetched("出错了", "http://www.most.gov.cn/404.html")
    assert doubted(judged(Unreadable("x"), fetch=sent)) == ("error_page", K.SOFT_404)


@pytest.mark.parametrize(("status", "kind"), [(301, "permanent"), (302, "temporary")])
def test_a_redirect_to_the_known_page_is_kept_with_its_kind_and_steps(status: int, kind: str) -> None:
    there = "https://www.most.gov.cn/b/t20191018_149420.html"
    verdict = judged(NOTICE, fetch=fetched(to=there, status=status))
    assert verdict == Outcome(K.REDIRECTED, "agrees", f"{kind}: {URL} → {there}")


def test_a_redirect_to_who_knows_what_needs_a_probe() -> None:
    there = fetched(to="https://www.most.gov.cn/b/t20191018_149420.html")
    assert doubted(judged(ELSE, NOTHING, fetch=there)) == ("unproved", K.REDIRECTED)


LISTING = Listing(URL, "most", "most/qtwj-2021", (Entry(URL, TITLE),))


def test_a_list_with_rows_is_good_and_one_without_is_not() -> None:
    assert judged(LISTING, NOTHING, Role.LISTING) == Outcome(K.GOOD, "rows")
    bare = replace(LISTING, entries=())
    empty = judged(bare, NOTHING, Role.LISTING, fetched("栏目"))
    assert isinstance(empty, Outcome) and (empty.kind, empty.rule) == (K.EMPTY, "empty_list")


def test_a_list_page_full_of_text_without_a_row_is_there_and_its_layout_broke() -> None:
    bare = replace(LISTING, entries=())
    assert judged(bare, NOTHING, Role.LISTING, fetched("列表" * 600)) == Outcome(K.GOOD, "no_rows")


def test_an_empty_search_answer_in_its_documented_shape_is_good() -> None:
    answer = replace(LISTING, entries=(), layout=feeds.SEARCH)
    assert judged(answer, NOTHING, Role.LISTING) == Outcome(K.GOOD, "empty_answer")


def test_a_document_where_a_list_was_is_probed_as_a_page_that_cannot_be_read() -> None:
    assert doubted(judged(NOTICE, NOTHING, Role.LISTING)) == ("unproved", K.GOOD)


def test_a_list_where_a_notice_was_does_not_agree() -> None:
    assert doubted(judged(LISTING, KNOWN, fetch=fetched("列表" * 600)))[1] is K.UNEXPECTED_TYPE


MISSING = "您访问的页面不存在或已被删除，请检查地址是否正确，或返回首页继续浏览其他内容。"
DOUBT = NeedsProbe("unproved", Outcome(K.GOOD, "unlike_no_page"))


def probe(text: str = MISSING, status: int | None = 200, final: str | None = None) -> Probe:
    url = "http://www.most.gov.cn/a/201910/zw0123456789abcdef.htm"
    return Probe("http://www.most.gov.cn/a/201910/", AT, url, final or url, status, text)


def settled(text: str, answer: Probe, fetch: Fetch | None = None, own: str | None = None) -> OutcomeKind:
    return judge_probe(fetch or fetched(), text, answer, DOUBT, own).kind


def test_a_page_like_the_one_for_pages_that_cannot_exist_is_a_soft_404() -> None:
    outcome = judge_probe(fetched(), MISSING, probe(), DOUBT, None)
    assert (outcome.kind, outcome.rule) == (K.SOFT_404, "like_no_page")
    assert outcome.detail.endswith("gives the same text (1.00)")


@pytest.mark.parametrize(("share", "kind"), [(0.92, K.SOFT_404), (0.88, K.GOOD)])
def test_nine_tenths_of_the_grams_make_a_missing_page(share: float, kind: OutcomeKind) -> None:
    signs = [chr(0x4E00 + at) for at in range(1000)]
    text = "".join(signs)
    longer = text + "".join(chr(0x6000 + at) for at in range(round(996 / share) - 996))
    assert five_gram_agreement(text, longer) == pytest.approx(share, abs=0.002)
    assert settled(longer, probe(text)) is kind


def test_an_error_page_that_repeats_the_address_is_the_same_for_every_address() -> None:
    sibling = probe(f"{MISSING} {probe().url}")
    assert settled(f"{MISSING} {URL}", sibling) is K.SOFT_404
    assert (
        settled(f"{MISSING} t20191018_149420.htm", probe(f"{MISSING} zw0123456789abcdef.htm")) is K.SOFT_404
    )


@pytest.mark.parametrize("status", [404, 410])
def test_a_page_with_the_text_of_an_honest_404_is_missing_too(status: int) -> None:
    assert settled(MISSING, probe(status=status)) is K.SOFT_404
    assert settled(BODY, probe(status=status)) is K.GOOD


@pytest.mark.parametrize("status", [None, 403, 412, 429, 500, 503])
def test_a_probe_that_met_a_wall_or_no_answer_shows_nothing(status: int | None) -> None:
    assert settled(MISSING, probe(status=status)) is K.GOOD


def test_a_canonical_link_to_itself_saves_a_page_whatever_its_text() -> None:
    assert settled(MISSING, probe(), own="https://www.most.gov.cn/a/201910/t20191018_149420.html") is K.GOOD
    assert settled(MISSING, probe(), own="http://www.most.gov.cn/404.html") is K.SOFT_404


def test_a_redirect_that_a_random_sibling_shares_is_rot() -> None:
    home, error = "http://www.most.gov.cn/", "http://www.most.gov.cn/404.html"
    assert settled("首页", probe("首页新闻", final=home), fetched(to=home)) is K.ROOT_REDIRECT
    assert settled("出错", probe("别的", final=error), fetched(to=error)) is K.SOFT_404
    elsewhere = probe("首页新闻", final=error)
    assert settled("完全不同的内容", elsewhere, fetched(to=home)) is K.GOOD


def test_a_redirect_shared_by_a_sibling_is_rot_even_with_a_canonical_link() -> None:
    home = "http://www.most.gov.cn/"
    assert settled("首页", probe(final=home), fetched(to=home), own=URL) is K.ROOT_REDIRECT


def test_a_probe_that_shows_nothing_leaves_the_doubts_own_outcome() -> None:
    gone = NeedsProbe("says_gone", Outcome(K.SOFT_404, "says_gone"))
    assert judge_probe(fetched(), "此文已删除", probe("404", 404), gone, None) == gone.unless


@given(st.text(max_size=60), st.text(max_size=60))
def test_agreement_is_a_share_symmetrical_and_whole_for_equal_texts(one: str, other: str) -> None:
    agreement = five_gram_agreement(one, other)
    assert 0 <= agreement <= 1 and agreement == five_gram_agreement(other, one)
    assert five_gram_agreement(one, f" {one}\n") == 1


@pytest.mark.parametrize(
    ("one", "other", "agreement"),
    [
        ("甲乙丙丁戊己", "甲乙丙丁戊庚", 1 / 3),
        ("甲乙", "甲乙", 1.0),
        ("甲乙", "甲丙", 0.0),
        ("", "", 1.0),
        ("", "甲", 0.0),
    ],
)
def test_agreement_counts_common_grams_of_all(one: str, other: str, agreement: float) -> None:
    assert five_gram_agreement(one, other) == pytest.approx(agreement)


def test_a_megabyte_is_compared_in_a_second() -> None:
    text = "".join(chr(0x4E00 + at * 7919 % 20000) for at in range(1_000_000))
    start = time.process_time()
    assert five_gram_agreement(text, text[::-1]) < 0.1
    assert time.process_time() - start < 2


def test_good_names_its_rule() -> None:
    assert good(fetched(), "same bytes") == Outcome(K.GOOD, "same bytes")


def test_no_two_different_saved_pages_agree_like_a_missing_one(shared_folder: Path) -> None:
    texts = {}
    for page in (shared_folder / "pages").glob("*.html"):
        texts[page.name] = shown(page.read_bytes().decode("utf-8", "replace"))
    highest = max(five_gram_agreement(texts[one], texts[other]) for one, other in combinations(texts, 2))
    assert 0.70 < highest < 0.80


def test_every_saved_notice_passes_the_gate_twice(shared_folder: Path) -> None:
    for page in sorted((shared_folder / "pages").glob("m*.html")):
        content = page.read_bytes()
        fetch = Fetch(URL, AT, 0.1, (Hop(URL, 200, ()),), content, content, Completeness.WHOLE)
        _, reading = read_body(content, None, URL)
        if not isinstance(reading, Notice):
            continue
        assert passed(gate(fetch, reading, NOTHING, Role.NOTICE)), page.name
        known = Known(reading.title, reading.document_number, reading.text)
        assert gate(fetch, reading, known, Role.NOTICE) == Outcome(K.GOOD, "agrees"), page.name


def test_a_site_that_has_every_page_name_itself_proves_nothing_by_it() -> None:
    echoed = replace(probe(), canonical=probe().url)
    assert settled(MISSING, echoed, own=URL) is K.SOFT_404
    assert settled(BODY, echoed, own=URL) is K.GOOD


def test_a_sibling_that_names_the_page_is_that_page() -> None:
    """The site gives the page for any name in its folder, and says whose it is."""
    assert settled(MISSING, replace(probe(), canonical=URL)) is K.GOOD
    assert settled(MISSING, replace(probe(), canonical="http://www.most.gov.cn/a/other.htm")) is K.SOFT_404

"""Claims: what a page says of them, what it does not, and what no longer stands on it."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.claim_table import checks, cited_id, letters_among, same_document, zones_of_letter
from monitor.claims import Check, Claim, Page, Result, What, check, claims_of, is_in_text, was_lost
from monitor.dossier import Dossier, Strength, Zone, load
from monitor.model import Snapshot
from monitor.printed_days import published_in, signed_in
from scraper.chinese import FORMS, format_date
from scraper.model import Candidate, FieldReading, Notice, Unreadable

ROOT = Path(__file__).parents[1]
DOSSIER = load(ROOT / "dossiers" / "ai_pilot_zones.toml")
AT = datetime(2020, 3, 12, 4, tzinfo=UTC)
SIGNED, PUBLISHED, NEWS_DAY = date(2019, 2, 20), date(2019, 2, 21), date(2019, 2, 25)
LETTER = Notice(
    "http://www.most.gov.cn/mostinfo/xinxifenlei/fgzc/gfxwj/gfxwj2019/201902/t20190221_145133.htm",
    "most",
    "disclosure",
    "科技部关于支持北京建设国家新一代人工智能创新发展试验区的函",
    PUBLISHED,
    SIGNED,
    document_number="国科函规〔2019〕27号",
    issuer="科技部",
    addressee="北京市人民政府",
    text="充分发挥北京的科教资源与应用 场景优势。\n科 技 部\n2019年2月20日\n（此件主动公开）",
)
NEWS = Notice(
    "http://www.gov.cn/xinwen/2019-02/25/content_5368241.htm",
    "govcn",
    "news",
    "北京国家新一代人工智能创新发展试验区成立",
    NEWS_DAY,
    text="科技部日前致函北京市人民政府。函件签署于2019年2月20日。",
)
CREATED = Claim("北京", What.CREATED, "2019-02-20")
ANNOUNCED = Claim("北京", What.ANNOUNCED, "2019-02-25")
STRENGTH = Claim("北京", What.STRENGTH, "application scene", "应用场景")
ENGLISH = Claim("北京", What.STRENGTH, "Many leading research institutes")
DAYS = st.dates(date(1950, 1, 1), date(2100, 1, 1))


def snapshot(notice: Notice | Unreadable, source: str = "ai-pilot-zones/fn02", number: int = 1) -> Snapshot:
    url = notice.url if isinstance(notice, Notice) else None
    return Snapshot(number, source, number + 100, AT, url or "http://www.most.gov.cn/", notice, "")


def result(claim: Claim, notice: Notice, page: Page = Page.CITED, *, is_letter: bool = False) -> Result:
    return check(claim, notice, page, is_letter=is_letter).result


def test_every_claim_of_a_zone_is_listed_days_first() -> None:
    zone = Zone(
        "合肥", "Hefei", date(2019, 10, 18), 5, strengths=(Strength("robotics"), Strength("x", "智能语音"))
    )
    assert claims_of(zone, ()) == (
        Claim("合肥", What.ANNOUNCED, "2019-10-18"),
        Claim("合肥", What.STRENGTH, "robotics"),
        Claim("合肥", What.STRENGTH, "x", "智能语音"),
    )


def test_the_glossary_gives_the_chinese_of_what_stands_in_english_only() -> None:
    zone = Zone("杭州", "Hangzhou", date(2019, 10, 18), 4, strengths=(Strength("Application Scene"),))
    assert claims_of(zone, DOSSIER.glossary)[-1].zh == "应用场景"
    assert claims_of(zone, ())[-1].zh is None


def test_claims_of_a_dossier_have_names_of_their_own() -> None:
    names = [claim.name for zone in DOSSIER.zones for claim in claims_of(zone, DOSSIER.glossary)]
    assert len(set(names)) == len(names) > 50
    assert "合肥 strength 智能语音" in names and "北京 announced" in names


@pytest.mark.parametrize("notice", [LETTER, replace(LETTER, signed=None), NEWS])
def test_a_signature_the_header_or_a_sentence_confirms_the_day_of_signing(notice: Notice) -> None:
    assert result(CREATED, notice) is Result.CONFIRMED


def test_a_header_misread_does_not_contradict_what_the_signature_says() -> None:
    assert result(CREATED, replace(LETTER, signed=PUBLISHED)) is Result.CONFIRMED


@pytest.mark.parametrize("notice", [LETTER, replace(LETTER, signed=None), NEWS])
def test_another_day_of_signing_contradicts_and_is_said(notice: Notice) -> None:
    found = check(replace(CREATED, value="2019-02-19"), notice, Page.CITED)
    assert (found.result, found.said) == (Result.CONTRADICTED, "2019-02-20")


def test_two_days_of_signing_in_a_report_contradict_nothing() -> None:
    both = replace(NEWS, text="函件签署于2019年2月20日，另一份2019年3月1日签署。")
    assert result(replace(CREATED, value="2019-02-19"), both) is Result.NOT_FOUND


@pytest.mark.parametrize(
    "text", ["2019年2月20日，科技部致函北京市。", "会议于2019年2月20日召开，函件随后签署。", ""]
)
def test_a_day_of_something_else_is_no_day_of_signing(text: str) -> None:
    assert result(CREATED, replace(NEWS, text=text)) is Result.NOT_FOUND


@given(
    DAYS, st.sampled_from(FORMS[3:6]), st.sampled_from(["函件签署于{}。", "{}签发的函", "正文。\n\u3000{}"])
)
def test_a_day_of_signing_is_read_in_every_form_it_is_printed(day: date, form: str, said: str) -> None:
    notice = replace(NEWS, text=said.format(format_date(day, form)))
    assert signed_in(notice).days == {day}


@given(DAYS, DAYS)
def test_a_day_is_confirmed_or_contradicted_by_a_letter_and_nothing_between(
    claimed: date, said: date
) -> None:
    letter = replace(LETTER, published=said)
    found = result(Claim("北京", What.ANNOUNCED, claimed.isoformat()), letter, is_letter=True)
    assert found is (Result.CONFIRMED if claimed == said else Result.CONTRADICTED)


def test_the_news_confirms_its_own_day_and_the_letter_of_four_days_earlier_contradicts_it() -> None:
    assert result(ANNOUNCED, NEWS) is Result.CONFIRMED
    found = check(ANNOUNCED, LETTER, Page.LETTER, is_letter=True)
    assert (found.result, found.said) == (Result.CONTRADICTED, "2019-02-21")


def test_a_later_copy_or_report_says_nothing_of_the_first_time() -> None:
    earlier = replace(ANNOUNCED, value="2019-02-01")
    assert result(earlier, LETTER, Page.LETTER, is_letter=True) is Result.NOT_FOUND
    assert result(earlier, NEWS) is Result.NOT_FOUND
    assert result(earlier, LETTER, is_letter=True) is Result.CONTRADICTED, "the cited letter itself counts"


def test_a_sentence_about_publishing_confirms_the_day_of_announcement() -> None:
    told = replace(NEWS, published=date(2020, 1, 1), text="2019年2月25日，科技部发布消息：2019年2月25日公布")
    assert result(ANNOUNCED, told) is Result.CONFIRMED


@given(DAYS, st.text("科技部日前函件，。\n", max_size=30), st.text("科技部日前函件，。\n", max_size=30))
def test_a_day_without_its_word_is_of_nothing_said(day: date, before: str, after: str) -> None:
    told = f"于{before}{format_date(day, 'chinese')}{after}止"
    assert published_in(replace(NEWS, published=None, text=told)).days == frozenset()


@pytest.mark.parametrize(
    ("told", "of"),
    [
        ("2019年2月21日公布", {PUBLISHED}),
        ("科技部于2019年2月21日发布", {PUBLISHED}),
        ("公布日期：2019-02-21", {PUBLISHED}),
        ("先行公布，2019年2月21日起施行", set()),
        ("2019年2月21日召开会议，会后公布", set()),
        ("2019年2月20日签署，2019年2月21日发布", {PUBLISHED}),
    ],
)
def test_a_word_counts_within_its_clause_only(told: str, of: set[date]) -> None:
    assert published_in(replace(NEWS, published=None, text=told)).days == of


@pytest.mark.parametrize(
    ("text", "of"),
    [
        ("正文\n2019年2月20日", {SIGNED}),
        ("正文\n　　二〇一九年二月二十日\n（此件公开发布）", {SIGNED}),
        ("2019年1月1日\n正文\n2019年2月20日", {SIGNED}),
        ("正文到2019年2月20日", set()),
        ("2019年2月20日至2019年3月1日", set()),
    ],
)
def test_the_last_line_that_is_a_day_alone_is_the_signature(text: str, of: set[date]) -> None:
    assert signed_in(replace(NEWS, text=text)).days == of


@given(DAYS, DAYS)
def test_a_signature_and_a_header_that_differ_confirm_each_its_day(header: date, signature: date) -> None:
    letter = replace(LETTER, signed=header, text=f"正文\n{format_date(signature, 'chinese')}")
    assert signed_in(letter).days == {header, signature}
    assert signed_in(letter).said == header


def test_without_a_field_its_other_places_on_the_page_count() -> None:
    other = FieldReading("published", None, (Candidate("2019-02-25-16:47:00", "meta"),))
    bare = replace(NEWS, published=None, text="")
    assert result(ANNOUNCED, bare) is Result.NOT_FOUND
    assert result(ANNOUNCED, replace(bare, fields=(other,))) is Result.CONFIRMED
    assert published_in(replace(NEWS, fields=(other,), text="")).days == {NEWS_DAY}


def test_a_strength_is_confirmed_by_its_chinese_term_whatever_the_blanks() -> None:
    assert result(STRENGTH, LETTER) is Result.CONFIRMED
    assert result(STRENGTH, replace(LETTER, text="应\u3000用\n场景")) is Result.CONFIRMED


def test_a_term_that_does_not_stand_there_is_not_found_and_contradicts_nothing() -> None:
    assert result(replace(STRENGTH, zh="量子计算"), LETTER) is Result.NOT_FOUND


def test_what_stands_in_english_only_is_not_checkable() -> None:
    assert result(ENGLISH, LETTER) is Result.NOT_CHECKABLE


def test_a_term_that_is_gone_is_lost_under_any_template() -> None:
    without = replace(LETTER, text=LETTER.text.replace("应用 场景", "产业"))
    assert was_lost(STRENGTH, LETTER, without)
    assert was_lost(STRENGTH, LETTER, replace(without, layout="another"))


@pytest.mark.parametrize("claim", [STRENGTH, ENGLISH, CREATED, replace(STRENGTH, zh="量子计算")])
def test_a_claim_that_stands_or_never_stood_is_not_lost(claim: Claim) -> None:
    assert not was_lost(claim, LETTER, LETTER)


def test_a_field_that_goes_while_the_text_still_says_it_is_no_loss() -> None:
    assert not was_lost(CREATED, LETTER, replace(LETTER, signed=None, layout="another"))
    assert not was_lost(CREATED, LETTER, replace(LETTER, signed=None))


def test_a_field_that_only_a_template_gave_is_lost_only_under_the_same_template() -> None:
    bare = replace(NEWS, published=None)
    assert was_lost(ANNOUNCED, NEWS, bare)
    assert not was_lost(ANNOUNCED, NEWS, replace(bare, layout="another"))
    assert not is_in_text(ANNOUNCED, NEWS)


def test_a_day_that_goes_from_header_and_text_is_lost_under_any_template() -> None:
    gone = replace(LETTER, signed=None, text="正文", layout="another")
    assert is_in_text(CREATED, LETTER) and was_lost(CREATED, LETTER, gone)


def test_a_day_that_became_another_is_contradicted_not_lost() -> None:
    other = replace(LETTER, signed=date(2019, 3, 1), text="正文")
    assert result(CREATED, other) is Result.CONTRADICTED
    assert not was_lost(CREATED, LETTER, other)


def test_a_letter_is_known_by_its_zone_and_a_report_of_it_is_no_letter() -> None:
    (zone,) = zones_of_letter(LETTER, LETTER.url or "", DOSSIER)
    assert zone.zh == "北京"
    assert zones_of_letter(NEWS, NEWS.url or "", DOSSIER) == ()
    assert zones_of_letter(LETTER, "http://example.com/t.htm", DOSSIER) == (), "not on an official host"


def test_of_several_copies_the_one_published_first_is_the_letter() -> None:
    first, copy = snapshot(LETTER, "a/1", 9), snapshot(replace(LETTER, published=NEWS_DAY), "a/2", 3)
    undated = snapshot(replace(LETTER, published=None), "a/3", 1)
    news = snapshot(NEWS, "a/4", 2)
    assert letters_among(DOSSIER, (copy, undated, news, first)) == {"北京": first}


def by_name(found: tuple[Check, ...]) -> dict[tuple[str, Page], Result]:
    return {(one.claim.name, one.page): one.result for one in found}


def test_a_footnote_that_cites_several_zones_is_held_against_the_claims_of_each() -> None:
    north, south = (replace(zone, footnote=2) for zone in DOSSIER.zones[:2])
    dossier = replace(DOSSIER, zones=(north, south))
    cited = snapshot(NEWS)
    found = checks(dossier, {cited.source: cited}, {})
    assert {one.claim.zone for one in found if one.source == cited.source} == {north.zh, south.zh}


def test_the_table_shows_both_pages_where_they_differ() -> None:
    cited, letter = snapshot(NEWS), snapshot(LETTER, "ai-pilot-zones/t20190221_145133", 2)
    found = checks(DOSSIER, {cited.source: cited}, {"北京": letter})
    assert by_name(found)["北京 announced", Page.CITED] is Result.CONFIRMED
    assert by_name(found)["北京 announced", Page.LETTER] is Result.CONTRADICTED
    one = next(one for one in found if one.result is Result.CONTRADICTED)
    assert (one.source, one.snapshot, one.visit, one.url) == (letter.source, 2, 102, LETTER.url)


def test_a_copy_of_the_cited_letter_is_not_shown_again() -> None:
    cited, copy = snapshot(LETTER), snapshot(replace(LETTER, published=NEWS_DAY), "a/2", 2)
    assert same_document(cited.reading, copy.reading)
    assert not same_document(cited.reading, Unreadable("no layout"))
    found = checks(DOSSIER, {cited.source: cited}, {"北京": copy})
    assert {one.page for one in found if one.claim.zone == "北京"} == {Page.CITED}


def test_a_page_never_seen_and_a_page_that_is_no_document_say_so() -> None:
    assert {one.result for one in checks(DOSSIER, {}, {})} == {Result.CANNOT_BE_SEEN}
    broken = snapshot(Unreadable("no layout"))
    found = by_name(checks(DOSSIER, {broken.source: broken}, {}))
    assert found["北京 announced", Page.CITED] is Result.NOT_CHECKABLE


def test_every_zone_of_every_shipped_dossier_has_its_claims_in_the_table() -> None:
    for path in sorted((ROOT / "dossiers").glob("*.toml")):
        dossier: Dossier = load(path)
        found = checks(dossier, {}, {})
        assert {one.claim.zone for one in found} == {zone.zh for zone in dossier.zones}
        assert {one.source for one in found} == {cited_id(dossier, zone) for zone in dossier.zones}


def test_a_day_lies_in_no_claim_by_chance() -> None:
    shifted = replace(NEWS, published=NEWS_DAY + timedelta(days=1), text="")
    assert result(ANNOUNCED, shifted) is Result.NOT_FOUND

"""The dossier's file with what was accepted: the same form, and it loads again as what was meant."""

import difflib
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.dossier import Dossier, baseline, loads
from monitor.export_dossier import export
from monitor.model import Finding, FindingKind, Place, ReviewState
from monitor.updates import Updated, update
from monitor.zones import Evidence, VerdictKind, classify
from tests.accepted import DOSSIER, GUANGZHOU, NEW, OLD, TITLE, dossier, finding, guangzhou, wuhan

TEXT = DOSSIER.read_text(encoding="utf-8")
LETTERS = {
    "ai-pilot-zones/t20200904_158650": "二、广州商贸发达、科教资源集中、制造业门类齐全，智能终端发展较快。"
}
FOLDER = "http://www.most.gov.cn/mostinfo/xinxifenlei/fgzc/gfxwj/gfxwj2020/202003/"


def updated(*findings: Finding, before: Dossier | None = None) -> Updated:
    return update(before or dossier(), findings, LETTERS)


def exported(*findings: Finding) -> str:
    return export(TEXT, dossier(), updated(*findings))


def added(text: str) -> list[str]:
    """Lines that are new, blank ones left out; none may be lost."""
    lines = list(difflib.ndiff(TEXT.splitlines(), text.splitlines()))
    assert not [line for line in lines if line.startswith("- ")]
    return [line[2:] for line in lines if line.startswith("+ ") and line[2:]]


def moved(subject: str, url: str, number: int = 30) -> Finding:
    because = ("the old address no longer shows it", 'it has the "same" title')
    return finding(number, FindingKind.MOVED, subject=subject, url=url, because=because)


def resolved(number: int = 20, footnote: int = 11) -> Finding:
    return finding(
        number,
        FindingKind.CITATION_RESOLVED,
        subject=f"ai-pilot-zones/fn{footnote}",
        url=f"{FOLDER}t20200309_152222.htm",
        because=("this address goes on from what is printed", "the page names 济南"),
    )


def test_without_a_decision_the_file_comes_out_as_it_is_to_the_byte() -> None:
    assert exported() == TEXT


def test_an_accepted_zone_is_written_as_the_others_are() -> None:
    assert added(exported(guangzhou())) == [
        "[[zones]]",
        'zh = "广州"',
        'en = "Guangzhou"',
        'province = "广东省"',
        "created = 2020-09-03",
        "announced = 2020-09-04",
        "footnote = 13",
        "strengths = [",
        '  { zh = "商贸发达" },',
        '  { en = "science education resources", zh = "科教资源" },',
        '  { zh = "制造业门类齐全" },',
        "]",
        "[[citations]]",
        "footnote = 13",
        'for = "广州"',
        'title = "科技部关于支持广州建设国家新一代人工智能创新发展试验区的函"',
        'number = "国科函规〔2020〕171号"',
        f'url = "{OLD}158650.htm"',
        'status = "intact"',
    ]


def test_the_new_zone_stands_before_the_comments_of_the_next_section() -> None:
    text = exported(guangzhou())
    assert "]\n\n\n# --- The footnotes" in text and '"\n\n\n# --- The glossary' in text
    assert text.index('en = "Xi\'an"') < text.index('en = "Guangzhou"') < text.index("# --- The footnotes")
    assert text.index("footnote = 13\nfor =") < text.index("# --- The glossary")


def test_it_loads_again_and_the_zone_is_known_by_then() -> None:
    again = loads(exported(guangzhou()), DOSSIER)
    letter = Evidence(TITLE.format("广州市"), f"{NEW}158650.html", "国科函规〔2020〕171号")
    before = classify(letter, again.recognition, baseline(dossier()))
    after = classify(letter, again.recognition, baseline(again))
    assert (before.verdict, after.verdict) == (VerdictKind.NEW_ZONE, VerdictKind.KNOWN_ZONE)


def test_zones_come_in_the_order_of_their_letters_not_of_their_finding() -> None:
    text = exported(wuhan(number=4), guangzhou(number=5))
    footnotes = {zone.en: zone.footnote for zone in loads(text, DOSSIER).zones[11:]}
    assert footnotes == {"Guangzhou": 13, "Wuhan": 14}


@pytest.mark.parametrize("state", [ReviewState.OPEN, ReviewState.DISMISSED])
def test_what_nobody_accepted_is_not_written(state: ReviewState) -> None:
    assert exported(guangzhou(state=state)) == TEXT


def test_findings_of_another_dossier_are_not_written() -> None:
    assert exported(finding(1, zone=GUANGZHOU, dossier="miit-pilot-areas")) == TEXT


def test_a_zone_that_the_file_holds_by_now_is_not_written_twice() -> None:
    text = exported(guangzhou(), wuhan())
    own = loads(text, DOSSIER)
    assert export(text, own, updated(guangzhou(), wuhan(), before=own)) == text


def test_a_resolved_footnote_gets_its_address_and_says_how() -> None:
    citation = next(one for one in loads(exported(resolved()), DOSSIER).citations if one.footnote == 11)
    assert citation.url == f"{FOLDER}t20200309_152222.htm"
    assert (citation.status, citation.because) == ("repaired", None)
    assert citation.printed == f"{FOLDER}t20200309"
    assert citation.repairs == (
        "citation resolved: this address goes on from what is printed; the page names 济南",
    )


def test_a_moved_page_s_footnote_keeps_its_print_and_gets_the_new_address() -> None:
    url = "https://www.most.gov.cn/xxgk/xinxifenlei/fdzdgknr/qtwj/qtwj2020/202003/t20200309_152220.html"
    citation = next(
        one
        for one in loads(exported(moved("ai-pilot-zones/fn09", url)), DOSSIER).citations
        if one.footnote == 9
    )
    assert (citation.url, citation.printed) == (url, f"{FOLDER}t20200309_152220.htm")
    assert citation.status == "repaired"


def test_a_footnote_s_keys_stay_in_the_order_of_the_file() -> None:
    text = exported(moved("ai-pilot-zones/fn09", "https://www.most.gov.cn/a/t20200309_152220.html"))
    table = text[text.index("footnote = 9\nfor") :].partition("\n\n")[0]
    keys = [line.partition(" =")[0] for line in table.splitlines() if " = " in line]
    assert keys == ["footnote", "for", "printed", "url", "repairs", "status"]


def test_resolved_and_then_moved_the_last_address_counts_and_both_are_told() -> None:
    url = "https://www.most.gov.cn/a/t20200309_152222.html"
    text = exported(resolved(20), moved("ai-pilot-zones/fn11", url, 21))
    citation = next(one for one in loads(text, DOSSIER).citations if one.footnote == 11)
    assert citation.url == url
    assert [one.partition(":")[0] for one in citation.repairs] == ["citation resolved", "moved"]


def test_a_new_zone_s_letter_that_moved_is_cited_where_it_stands_now() -> None:
    text = exported(guangzhou(), moved("ai-pilot-zones/t20200904_158650", f"{NEW}158650.html"))
    citation = loads(text, DOSSIER).citations[-1]
    assert (citation.url, citation.printed) == (f"{NEW}158650.html", f"{OLD}158650.htm")
    assert citation.status == "repaired"


def test_a_letter_that_moved_after_its_zone_was_taken_into_the_file_is_still_found() -> None:
    own = loads(exported(guangzhou()), DOSSIER)
    letter = moved("ai-pilot-zones/t20200904_158650", f"{NEW}158650.html")
    after = updated(guangzhou(), letter, before=own).dossier
    assert after.citations[-1].url == f"{NEW}158650.html"


def test_an_address_that_the_file_has_already_is_told_once() -> None:
    url = next(one.url for one in dossier().citations if one.footnote == 9)
    assert exported(moved("ai-pilot-zones/fn09", str(url))) == TEXT


def test_a_superseded_document_is_marked_by_a_comment_once() -> None:
    repeal = finding(
        9,
        FindingKind.SUPERSEDED,
        subject="ai-pilot-zones/fn01",
        url="http://www.most.gov.cn/t20201029_159432.htm",
        title="工作指引\n（修订版）",
        document_number="国科发规〔2020〕254号",
    )
    text = exported(repeal)
    assert added(text) == [
        "# superseded by 国科发规〔2020〕254号 工作指引 （修订版） http://www.most.gov.cn/t20201029_159432.htm"
    ]
    assert export(text, dossier(), updated(repeal)) == text


def test_a_letter_that_names_two_places_is_one_footnote_for_both() -> None:
    first = finding(1, zone=Place("大连", "Dalian", "辽宁省"))
    second = finding(2, zone=Place("沈阳", "Shenyang", "辽宁省"))
    again = loads(exported(first, second), DOSSIER)
    assert [zone.footnote for zone in again.zones[11:]] == [13, 13]
    assert [one.footnote for one in again.citations[12:]] == [13]


def test_two_places_of_one_english_name_are_told_apart() -> None:
    jiangsu = finding(1, zone=Place("苏州", "Suzhou", "江苏省"), subject="ai-pilot-zones/a")
    anhui = finding(2, zone=Place("宿州", "Suzhou", "安徽省"), subject="ai-pilot-zones/b")
    again = loads(exported(jiangsu, anhui), DOSSIER)
    assert [zone.en for zone in again.zones[11:]] == ["Suzhou", "Suzhou (Anhui Province)"]


def test_a_county_is_written_as_one() -> None:
    text = exported(finding(1, zone=Place("安吉县", "Anji County", "浙江省")))
    assert 'level = "county"' in added(text)


def test_a_letter_without_days_was_announced_when_it_was_found_in_beijing() -> None:
    late = datetime(2020, 9, 4, 20, tzinfo=UTC)
    zone = updated(finding(1, zone=GUANGZHOU, published=None, signed=None, raised=late)).new[0]
    assert (zone.created, zone.announced) == (None, date(2020, 9, 5))


def test_a_file_with_tables_in_brackets_can_be_added_to_as_well() -> None:
    plain = dossier()
    head, _, tail = TEXT.partition("\n[recognition]\n")
    short = f"{head.partition('[goal]')[0]}zones = []\n\n[recognition]\n{tail}"
    bare = replace(plain, zones=(), citations=())
    text = export(short, bare, updated(guangzhou(), before=bare))
    again = loads(text, DOSSIER)
    assert [zone.en for zone in again.zones] == ["Guangzhou"]
    assert again.lists == plain.lists


@settings(max_examples=40, deadline=None)
@given(
    st.text(st.characters(exclude_categories=("Cs",)), max_size=20).filter(str.strip),
    st.dates(date(2019, 1, 1), date(2030, 1, 1)),
    st.one_of(st.none(), st.dates(date(2019, 1, 1), date(2030, 1, 1))),
)
def test_whatever_a_page_says_the_file_loads_as_what_was_meant(
    title: str, published: date, signed: date | None
) -> None:
    one = finding(1, zone=GUANGZHOU, title=title, published=published, signed=signed, because=(title, title))
    address = moved("ai-pilot-zones/fn09", "https://www.most.gov.cn/a/t20200309_152220.html")
    odd = replace(address, draft=replace(address.draft, because=(title,)))
    after = updated(one, odd)
    again = loads(export(TEXT, dossier(), after), DOSSIER)
    assert (again.zones, again.citations) == (after.dossier.zones, after.dossier.citations)


def test_the_shipped_file_is_only_read(tmp_path: Path) -> None:
    before = DOSSIER.stat().st_mtime_ns
    exported(guangzhou())
    assert DOSSIER.stat().st_mtime_ns == before


def test_tables_of_one_kind_that_stand_apart_are_all_kept() -> None:
    zones, _, rest = TEXT.partition("[[citations]]\nfootnote = 1\n")
    apart = f"{zones}[[citations]]\nfootnote = 1\n{rest}"
    first = apart.index("[[zones]]\nzh")
    deqing = apart[apart.index('[[zones]]\nzh = "德清县"') : apart.index('[[zones]]\nzh = "成都"')]
    apart = apart[:first] + apart[first:].replace(deqing, "") + "\n" + deqing
    own = loads(apart, DOSSIER)
    again = loads(export(apart, own, updated(guangzhou(), before=own)), DOSSIER)
    assert {zone.en for zone in again.zones} == {zone.en for zone in own.zones} | {"Guangzhou"}


def test_citations_in_brackets_can_be_settled_as_well() -> None:
    head, _, tail = TEXT.partition("\n[recognition]\n")
    short = (
        f"{head.partition('[goal]')[0]}"
        'citations = [{ footnote = 9, url = "http://www.most.gov.cn/t20200309_152220.htm" }]\n\n'
        f"[recognition]\n{tail}"
    )
    own = loads(short, DOSSIER)
    url = "https://www.most.gov.cn/a/t20200309_152220.html"
    after = updated(moved("ai-pilot-zones/fn09", url), before=own)
    (citation,) = loads(export(short, own, after), DOSSIER).citations
    assert (citation.url, citation.printed) == (url, "http://www.most.gov.cn/t20200309_152220.htm")


def test_a_comment_beside_an_address_stays_when_the_address_changes() -> None:
    old = f'url = "{FOLDER}t20200309_152220.htm"'
    text = TEXT.replace(old, f"{old}  # read by hand")
    out = export(text, dossier(), updated(moved("ai-pilot-zones/fn09", "https://www.most.gov.cn/b.html")))
    assert 'url = "https://www.most.gov.cn/b.html"  # read by hand' in out


def test_line_ends_of_another_system_load_again() -> None:
    text = TEXT.replace("\n", "\r\n")
    own = loads(text, DOSSIER)
    again = loads(export(text, own, updated(guangzhou(), before=own)), DOSSIER)
    assert again.zones[-1].en == "Guangzhou"

"""What people accepted is laid over a dossier, in an order that means something, and only once."""

from dataclasses import replace
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.dossier import Citation, baseline
from monitor.model import Finding, FindingKind, Place, ReviewState
from monitor.updates import update
from tests.accepted import GUANGZHOU, NEW, OLD, dossier, finding, guangzhou, wuhan
from tests.letters import LETTERS

LATER = [
    finding(
        number,
        zone=letter.place,
        subject=f"ai-pilot-zones/t{letter.day}_{letter.page}",
        url=letter.url,
        published=date(int(letter.day[:4]), int(letter.day[4:6]), int(letter.day[6:])),
        document_number=letter.number,
    )
    for number, letter in enumerate(LETTERS[11:], start=1)
]


def moved(subject: str, url: str, number: int = 50) -> Finding:
    return finding(number, FindingKind.MOVED, subject=subject, url=url, because=("it stands elsewhere",))


def test_the_seven_later_zones_make_eighteen_with_a_footnote_each() -> None:
    whole = update(dossier(), LATER, {}).dossier
    assert [zone.zh for zone in whole.zones] == [
        "北京", "上海", "杭州", "合肥", "深圳", "天津", "德清县", "成都", "重庆", "济南", "西安",
        "广州", "武汉", "苏州", "长沙", "沈阳", "哈尔滨", "郑州",
    ]  # fmt: skip
    assert [zone.footnote for zone in whole.zones[11:]] == list(range(13, 20))
    assert [one.footnote for one in whole.citations] == list(range(1, 20))


@settings(max_examples=40, deadline=None)
@given(st.permutations(LATER))
def test_the_order_of_finding_changes_nothing(found: list[Finding]) -> None:
    mixed = [replace(one, id=number) for number, one in enumerate(found, start=1)]
    assert update(dossier(), mixed, {}).dossier == update(dossier(), LATER, {}).dossier


@given(st.sets(st.integers(0, 6)))
def test_what_is_laid_over_twice_is_there_once(chosen: set[int]) -> None:
    some = [LATER[at] for at in chosen]
    once = update(dossier(), some, {}).dossier
    assert update(once, some, {}).dossier == once
    assert len(baseline(once)) == 11 + len(some)


@given(st.sampled_from([ReviewState.OPEN, ReviewState.DISMISSED]), st.sampled_from(list(FindingKind)))
def test_only_what_a_person_accepted_counts(state: ReviewState, kind: FindingKind) -> None:
    one = finding(1, kind, zone=GUANGZHOU, subject="ai-pilot-zones/fn09", state=state)
    updated = update(dossier(), [one], {})
    assert (updated.dossier, updated.new, updated.superseded) == (dossier(), (), {})


def test_findings_that_are_only_noted_change_nothing() -> None:
    noted = set(FindingKind) - {
        FindingKind.NEW_ZONE, FindingKind.MOVED, FindingKind.CITATION_RESOLVED, FindingKind.SUPERSEDED,
    }  # fmt: skip
    for number, kind in enumerate(sorted(noted), start=1):
        one = finding(number, kind, zone=GUANGZHOU, subject="ai-pilot-zones/fn09")
        assert update(dossier(), [one], {}).dossier == dossier()


def test_the_next_footnote_is_free_even_where_numbers_have_gaps() -> None:
    gap = replace(dossier(), citations=(*dossier().citations, Citation(40, "http://a/", "http://a/")))
    assert [zone.footnote for zone in update(gap, [guangzhou(), wuhan()], {}).new] == [41, 42]


def test_each_footnote_knows_the_source_behind_it() -> None:
    sources = update(dossier(), [guangzhou()], {}).sources
    assert sources[5] == "ai-pilot-zones/fn05"
    assert sources[13] == "ai-pilot-zones/t20200904_158650"
    assert sorted(sources) == list(range(1, 14))


def test_the_file_s_own_footnote_comes_before_the_letter_s_name() -> None:
    own = update(dossier(), [guangzhou()], {}).dossier
    assert update(own, [guangzhou()], {}).sources[13] == "ai-pilot-zones/fn13"


def test_a_move_of_a_source_that_is_cited_nowhere_settles_nothing() -> None:
    assert update(dossier(), [moved("ai-pilot-zones/t1_1", "http://a/b")], {}).dossier == dossier()


def test_back_and_forth_the_last_address_counts_and_nothing_is_told_twice() -> None:
    letter = "ai-pilot-zones/t20200904_158650"
    there, back = moved(letter, f"{NEW}158650.html", 51), moved(letter, f"{OLD}158650.htm", 52)
    citation = update(dossier(), [guangzhou(), there, back], {}).dossier.citations[-1]
    assert (citation.url, citation.repairs) == (f"{OLD}158650.htm", ())
    citation = update(dossier(), [guangzhou(), there, replace(there, id=53)], {}).dossier.citations[-1]
    assert citation.repairs == ("moved: it stands elsewhere",)


def test_the_same_name_in_another_province_is_another_zone_and_both_can_be_told_apart() -> None:
    first = finding(1, zone=Place("鼓楼区", "Gulou District", "江苏省"), subject="ai-pilot-zones/a")
    second = finding(2, zone=Place("鼓楼区", "Gulou District", "福建省"), subject="ai-pilot-zones/b")
    new = update(dossier(), [first, second], {}).new
    assert [zone.zh for zone in new] == ["鼓楼区", "福建省鼓楼区"]
    assert len({zone.en for zone in new}) == 2


def test_strengths_are_read_from_the_zone_s_own_letter() -> None:
    letters = {guangzhou().draft.subject: "广州商贸发达。", wuhan().draft.subject: "武汉高校众多。"}
    new = update(dossier(), [guangzhou(), wuhan()], letters).new
    assert [[one.zh for one in zone.strengths] for zone in new] == [["商贸发达"], ["高校众多"]]


def test_a_letter_that_was_not_kept_gives_a_zone_without_strengths() -> None:
    assert update(dossier(), [guangzhou()], {}).new[0].strengths == ()

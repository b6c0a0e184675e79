"""Two readings of the same bytes, and two judgements of the same visits, held against each other."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.model import Draft, Finding, FindingKind, Place, Role, Severity, State, Visit
from monitor.rereading import Difference, Sitting, differences, judged, named, sittings
from scraper.model import (
    Attachment,
    Candidate,
    Entry,
    FieldReading,
    Listing,
    Notice,
    Outcome,
    OutcomeKind,
    Reading,
    Refused,
    Unreadable,
)

NOON = datetime(2020, 9, 4, 4, tzinfo=UTC)
HOUR = timedelta(hours=1)
NOTICE = Notice(
    "http://www.most.gov.cn/a/t1.htm",
    "most",
    "most/gbk",
    "科技部关于支持合肥市建设试验区的函",
    published=date(2019, 10, 18),
    document_number="国科函规〔2019〕185号",
    text="一、支持合肥市。\n二、请加强领导。",
    fields=(FieldReading("title", "h1", (Candidate("科技部", "title"),)),),
)
LISTING = Listing(
    "http://www.most.gov.cn/a/",
    "most",
    "rows",
    (Entry("http://www.most.gov.cn/a/t1.htm", "一"), Entry("http://www.most.gov.cn/a/t2.htm", "二")),
)
words = st.none() | st.sampled_from(["", "甲", "乙", "甲 ", "１", "1"])
notices = st.builds(
    replace,
    st.just(NOTICE),
    title=words,
    issuer=words,
    source=words,
    document_number=words,
    published=st.none() | st.dates(),
    text=st.sampled_from(["甲", "乙", "甲\n乙", "甲 "]),
    layout=st.sampled_from(["a", "b"]),
    official=st.none() | st.booleans(),
    attachments=st.sampled_from([(), (Attachment("http://h/a", "甲"),), (Attachment("http://h/b", "甲"),)]),
    fields=st.sampled_from([(), NOTICE.fields, (FieldReading("title", None),)]),
    warnings=st.sampled_from([(), ("w",)]),
)
listings = st.builds(
    replace,
    st.just(LISTING),
    entries=st.permutations(LISTING.entries).map(tuple) | st.just(LISTING.entries[:1]),
    next=words,
    layout=st.sampled_from(["a", "b"]),
)
readings = (
    notices | listings | st.builds(Refused, st.text(max_size=3)) | st.builds(Unreadable, st.text(max_size=3))
)


@given(readings, readings)
def test_two_readings_differ_in_a_field_exactly_where_they_are_not_equal(one: Reading, two: Reading) -> None:
    assert bool(differences(one, two)) is (one != two)


@given(readings, readings)
def test_every_difference_is_one(one: Reading, two: Reading) -> None:
    for difference in differences(one, two):
        assert difference.field
        if type(one) is not type(two):
            assert difference.before != difference.after or named(one) == named(two)


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"title": "另一标题"}, ("title", NOTICE.title, "另一标题")),
        ({"published": None}, ("published", "2019-10-18", None)),
        ({"signed": date(2019, 10, 17)}, ("signed", None, "2019-10-17")),
        ({"issuer": "科技部"}, ("issuer", None, "科技部")),
        (
            {"text": "一、支持合肥市。\n二、请加强组织领导。"},
            ("paragraph 2", "二、请加强领导。", "二、请加强组织领导。"),
        ),
        ({"layout": "most/2021"}, ("layout", "most/gbk", "most/2021")),
        ({"official": True}, ("official", None, "True")),
        ({"warnings": ("two dates",)}, ("warnings", None, "two dates")),
        ({"fields": ()}, ("place of title", "h1, 1 candidates", None)),
        (
            {"document_number": "国科函规〔２０１９〕185号"},
            ("document_number", NOTICE.document_number, "国科函规〔２０１９〕185号"),
        ),
    ],
)
def test_a_field_that_is_read_otherwise_is_named_with_both_values(
    changed: dict[str, Any], expected: tuple[str, str | None, str | None]
) -> None:
    assert differences(NOTICE, replace(NOTICE, **changed)) == (Difference(*expected),)


def test_a_row_that_is_read_otherwise_is_named_by_its_address() -> None:
    renamed = replace(LISTING, entries=(LISTING.entries[0], replace(LISTING.entries[1], title="三")))
    (found,) = differences(LISTING, renamed)
    assert found.field.endswith("t2.htm")
    assert (found.before, found.after) == (
        "二, http://www.most.gov.cn/a/t2.htm",
        "三, http://www.most.gov.cn/a/t2.htm",
    )


def test_rows_that_are_missed_and_new_ones_are_both_told() -> None:
    other = replace(LISTING, entries=(LISTING.entries[0], Entry("http://www.most.gov.cn/a/t3.htm", "三")))
    assert [(bool(one.before), bool(one.after)) for one in differences(LISTING, other)] == [
        (True, False),
        (False, True),
    ]


def test_a_page_that_is_another_kind_of_page_today_says_both() -> None:
    assert differences(Unreadable("no title"), NOTICE) == (
        Difference("reading", "unreadable: no title", f"a notice, {NOTICE.title}"),
    )
    assert differences(None, LISTING) == (Difference("reading", None, "a list of 2 rows"),)


def visit(number: int, at: datetime, source: str = "d/a", origin: str = "network", **more: Any) -> Visit:
    values: dict[str, Any] = {"role": Role.NOTICE, "via": None, "url": f"http://h/{source}"} | more
    outcome = Outcome(OutcomeKind.GOOD, "gate")
    return Visit(
        number,
        source,
        values["role"],
        values["via"],
        values["url"],
        values["url"],
        at,
        0.1,
        200,
        outcome,
        State.ALIVE,
        origin=origin,
    )


def shape(found: list[Sitting]) -> list[tuple[datetime, list[int]]]:
    return [(sitting.now, [one.id for one in sitting.visits]) for sitting in found]


def test_the_visits_of_a_pass_sit_together_at_the_hour_at_which_it_began() -> None:
    passes = [(NOON, NOON + HOUR), (NOON + 24 * HOUR, None)]
    visits = [
        visit(1, NOON),
        visit(2, NOON + HOUR / 2, "d/b"),
        visit(3, NOON + 24 * HOUR),
        visit(4, NOON + 25 * HOUR, "d/b"),
    ]
    assert shape(list(sittings(visits, passes))) == [(NOON, [1, 2]), (NOON + 24 * HOUR, [3, 4])]


def test_two_passes_at_one_hour_are_told_apart_by_the_look_made_twice() -> None:
    passes = [(NOON, NOON), (NOON, NOON)]
    visits = [visit(1, NOON), visit(2, NOON, "d/b"), visit(3, NOON), visit(4, NOON, "d/b")]
    assert shape(list(sittings(visits, passes))) == [(NOON, [1, 2]), (NOON, [3, 4])]


def test_a_page_brought_by_hand_sits_by_itself_at_its_own_hour() -> None:
    later = NOON + 3 * HOUR
    visits = [visit(1, NOON), visit(2, later, origin="by hand"), visit(3, later, "d/b", origin="by hand")]
    found = list(sittings(visits, [(NOON, None)]))
    assert shape(found) == [(NOON, [1]), (later, [2]), (later, [3])]
    assert [sitting.brought for sitting in found] == [False, True, True]


def test_a_visit_of_no_pass_sits_at_its_own_hour() -> None:
    after = NOON + 9 * HOUR
    visits = [visit(1, NOON - HOUR), visit(2, NOON), visit(3, after)]
    assert shape(list(sittings(visits, [(NOON, NOON + HOUR)]))) == [
        (NOON - HOUR, [1]),
        (NOON, [2]),
        (after, [3]),
    ]


def test_visits_of_an_archive_sit_together_as_near_as_they_were_made() -> None:
    archived = "warc:a.warc.gz (network)"
    hours = (0, 0.1, 0.5, 24, 24.2)
    visits = [visit(n, NOON + at * HOUR, f"d/{n}", archived) for n, at in enumerate(hours, 1)]
    found = list(sittings(visits, []))
    assert shape(found) == [(NOON, [1, 2, 3]), (NOON + 24 * HOUR, [4, 5])]
    assert not any(sitting.brought for sitting in found)


@pytest.mark.parametrize("origin", ["by hand", "warc:other.warc.gz", "warc:a.warc.gz (by hand)"])
def test_pages_that_were_brought_are_told_by_their_origin(origin: str) -> None:
    (found,) = sittings([visit(1, NOON, origin=origin)], [(NOON, None)])
    assert found.brought


def test_no_visits_make_no_sitting() -> None:
    assert list(sittings([], [(NOON, None)])) == []


@given(
    st.lists(
        st.tuples(
            st.integers(0, 50), st.sampled_from("ab"), st.sampled_from(["network", "by hand", "warc:x"])
        )
    )
)
def test_every_visit_sits_once_and_in_its_order(drawn: list[tuple[int, str, str]]) -> None:
    passes = [(NOON + hours * HOUR, NOON + (hours + 2) * HOUR) for hours in range(0, 50, 7)]
    visits = [visit(n, NOON + at * HOUR, source, origin) for n, (at, source, origin) in enumerate(drawn, 1)]
    found = list(sittings(visits, passes))
    assert [one.id for sitting in found for one in sitting.visits] == [one.id for one in visits]
    assert all(sitting.now <= min(one.at for one in sitting.visits) for sitting in found)


def finding(
    number: int, key: str, kind: FindingKind = FindingKind.EDITED, subject: str = "d/a", **more: Any
) -> Finding:
    draft = Draft(key, "d", kind, Severity.HIGH, subject, "http://h", "t", (), **more)
    return Finding(number, draft, NOON, (number,))


def at(number: int) -> datetime:
    return NOON + number * HOUR


def test_findings_of_one_key_are_the_same() -> None:
    found = judged([finding(1, "k")], [finding(7, "k")], at, at)
    assert (found.unfounded, found.missed) == ((), ())


def test_an_edit_whose_text_is_read_otherwise_is_the_same_edit() -> None:
    found = judged([finding(3, "edited|d/a|1f")], [finding(3, "edited|d/a|2e")], at, at)
    assert (found.unfounded, found.missed) == ((), ())


def test_an_edit_shown_by_another_visit_is_another() -> None:
    found = judged([finding(3, "edited|d/a|1f")], [finding(4, "edited|d/a|2e")], at, at)
    assert [one.id for one in found.unfounded] == [3]
    assert [one.id for one in found.missed] == [4]


def test_two_zones_that_one_visit_shows_are_two_findings() -> None:
    wuhan, guangzhou = Place("武汉", "Wuhan"), Place("广州", "Guangzhou")
    one = finding(3, "new_zone|武汉", FindingKind.NEW_ZONE, zone=wuhan)
    two = finding(3, "new_zone|广州", FindingKind.NEW_ZONE, zone=guangzhou)
    found = judged([one], [two], at, at)
    assert (found.unfounded, found.missed) == ((one,), (two,))

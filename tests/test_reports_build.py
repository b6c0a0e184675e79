"""What a report says, before any format: the verdict, what is new, how links and lists stand."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reports_sample import (
    GUANGZHOU,
    NOW,
    SINCE,
    SUZHOU,
    WUHAN,
    finding,
    findings,
    followed,
    letter,
    one_pass,
    pilot_zones,
    report,
    standings,
    view,
)

from monitor.inline import inline
from monitor.model import (
    Change,
    ChangeKind,
    FindingKind,
    Place,
    ReviewState,
    Severity,
    Snapshot,
    Standing,
    State,
)
from reports import told, words
from reports.edits import CONTEXT, LONGEST, edit, shortened
from reports.model import DossierView, LinkHealth, Piece, Section
from scraper.model import Notice


def only(made: DossierView) -> Section:
    return report(made).sections[0]


def link(footnote: int, made: DossierView | None = None) -> LinkHealth:
    return only(made or view()).links[footnote - 1]


def everything_works() -> DossierView:
    links = {
        name: replace(one, link=replace(one.link, state=State.ALIVE)) for name, one in standings().items()
    }
    xian = replace(followed()[-1], id="ai-pilot-zones/fn12")
    links["ai-pilot-zones/fn12"] = replace(links["ai-pilot-zones/fn11"], source=xian.id)
    return view(findings=(), standings=links, sources=(*followed(), xian))


# --- the verdict -----------------------------------------------------------------------------------------


def test_the_verdict_names_new_zones_by_their_day_then_the_rest_by_weight() -> None:
    assert report().verdict == (
        "Three new zones were announced: Guangzhou and Wuhan (2020-09-04); Suzhou (2021-03-24). "
        "One cited document was superseded, one notice was edited and one citation moved. "
        "In 1 of 3 passes nothing could be seen, by a fault on this side. One finding waits from before."
    )


def test_one_new_zone_is_told_in_the_singular() -> None:
    found = letter(1, GUANGZHOU, date(2020, 9, 3), date(2020, 9, 4), "国科函规〔2020〕171号")
    verdict = report(view(findings=(found,)), passes=(one_pass(good=3),)).verdict
    assert verdict == "One new zone was announced: Guangzhou (2020-09-04)."


def test_a_letter_without_a_day_is_named_without_one() -> None:
    found = finding(1, FindingKind.NEW_ZONE, zone=WUHAN)
    verdict = report(view(findings=(found,)), passes=(one_pass(good=3),)).verdict
    assert verdict == "One new zone was announced: Wuhan."


def test_links_are_citations_only_where_all_of_them_are() -> None:
    cited, other = (
        finding(1, subject="ai-pilot-zones/fn05"),
        finding(2, subject="https://www.most.gov.cn/t1.html"),
    )
    passes = (one_pass(good=3),)
    assert report(view(findings=(cited,)), passes=passes).verdict == "One citation moved."
    assert report(view(findings=(cited, other)), passes=passes).verdict == "Two pages moved."


@pytest.mark.parametrize("kind", [kind for kind in FindingKind if kind is not FindingKind.NEW_ZONE])
def test_every_kind_has_its_words_in_singular_and_plural(kind: FindingKind) -> None:
    one = report(view(findings=(finding(1, kind),)), passes=(one_pass(good=1),)).verdict
    two = report(view(findings=(finding(1, kind), finding(2, kind))), passes=(one_pass(good=1),)).verdict
    assert one.startswith("One ") and two.startswith("Two ")
    assert one.count(".") == two.count(".") == 1
    assert kind in words.HEADINGS


def test_silence_is_proved() -> None:
    verdict = report(everything_works(), passes=(one_pass(good=15), one_pass(not_modified=15))).verdict
    assert verdict == (
        "Nothing new: 15 sources looked at in 2 passes, lists read back to 2020-03-01; all 12 citations work."
    )


def test_silence_names_the_citations_that_do_not_work() -> None:
    verdict = report(view(findings=()), passes=(one_pass(good=15),)).verdict
    assert verdict.endswith("9 of 12 citations work, 1 is dead, 1 cannot be seen, 1 is unresolved.")
    assert "in 1 pass," in verdict


def test_silence_admits_a_list_that_was_not_read() -> None:
    made = everything_works()
    kept = {name: one for name, one in made.standings.items() if not name.endswith("most-tztg")}
    verdict = report(replace(made, standings=kept), passes=(one_pass(good=15),)).verdict
    assert "3 of 4 lists read back to 2020-03-01" in verdict


def test_no_bound_is_claimed_where_one_list_has_none() -> None:
    made = everything_works()
    endless = tuple(replace(one, back_to=None) if one.id.endswith("tztg") else one for one in made.sources)
    verdict = report(replace(made, sources=endless), passes=(one_pass(good=15),)).verdict
    assert "lists read;" in verdict


def test_a_dossier_never_read_is_not_called_quiet() -> None:
    made = view(findings=(), standings={}, visits_in_period={})
    verdict = report(made, passes=(one_pass(),)).verdict
    assert verdict == "Nothing new, but nothing was looked at either: no source was due in 1 pass."


def test_walls_everywhere_are_not_silence() -> None:
    verdict = report(view(findings=()), passes=(one_pass(wall=15),)).verdict
    seen = "Nothing could be seen: 15 sources looked at in 1 pass, and not one showed its page; "
    assert verdict.startswith(f"{seen}9 of 12 citations work, ")


def test_an_own_outage_is_not_silence() -> None:
    verdict = report(view(findings=()), passes=(one_pass(own_outage=True),)).verdict
    assert verdict == "Nothing could be seen in 1 pass, by a fault on this side."


def test_no_pass_is_not_silence() -> None:
    assert report(view(findings=()), passes=()).verdict == (
        "No pass has run since 2020-09-01 08:00 Beijing (00:00 UTC): of the sources nothing can be said."
    )
    assert "has run yet" in report(view(findings=()), passes=(), since=None).verdict


def test_what_waits_from_before_is_named_even_when_nothing_is_new() -> None:
    old = tuple(finding(number, raised=SINCE - timedelta(days=9)) for number in (1, 2))
    verdict = report(view(findings=old), passes=(one_pass(good=15),)).verdict
    assert verdict.startswith("Nothing new: ") and verdict.endswith(" Two findings wait from before.")


def test_a_dismissed_finding_is_no_news() -> None:
    found = finding(1, state=ReviewState.DISMISSED, note="no", decided=NOW)
    assert report(view(findings=(found,)), passes=(one_pass(good=15),)).verdict.startswith("Nothing new")


def test_two_dossiers_share_one_verdict() -> None:
    verdict = report(everything_works(), everything_works(), passes=(one_pass(good=30),)).verdict
    assert "30 sources looked at" in verdict and "all 24 citations work" in verdict


# --- findings --------------------------------------------------------------------------------------------


def test_new_means_raised_after_the_last_report() -> None:
    at, after = finding(1, raised=SINCE), finding(2, raised=SINCE + timedelta(seconds=1))
    news = {item.label: item.is_new for item in only(view(findings=(at, after))).items}
    assert news == {"F1": False, "F2": True}


def test_without_a_last_report_everything_is_new() -> None:
    section = report(since=None).sections[0]
    assert all(item.is_new for item in section.items)


def test_what_was_accepted_before_is_no_longer_shown_but_stays_in_the_table() -> None:
    old = letter(
        1, GUANGZHOU, date(2020, 9, 3), date(2020, 9, 4), "国科函规〔2020〕171号",
        state=ReviewState.ACCEPTED, raised=SINCE - timedelta(days=1),
    )  # fmt: skip
    section = only(view(findings=(old,)))
    assert section.items == ()
    assert section.zones[-1].zh == "广州"
    assert (section.count.known, section.count.found, section.count.total) == (11, 1, 12)


def test_a_dismissed_zone_is_not_counted() -> None:
    found = finding(1, FindingKind.NEW_ZONE, zone=SUZHOU, state=ReviewState.DISMISSED, decided=NOW)
    section = only(view(findings=(found,)))
    assert section.count.total == 11
    assert [item.label for item in section.dismissed] == ["F1"]


def test_what_was_dismissed_before_the_period_is_not_shown() -> None:
    given = {"raised": SINCE - timedelta(days=9), "state": ReviewState.DISMISSED}
    old, late = finding(1, decided=SINCE - timedelta(days=1), **given), finding(2, decided=NOW, **given)
    assert [item.label for item in only(view(findings=(old, late))).items] == ["F2"]


def test_a_zone_is_counted_once_however_often_it_was_found() -> None:
    twice = tuple(finding(number, FindingKind.NEW_ZONE, zone=SUZHOU) for number in (1, 2))
    assert only(view(findings=twice)).count.found == 1


def test_a_zone_that_the_dossier_knows_by_now_is_counted_once() -> None:
    beijing = finding(1, FindingKind.NEW_ZONE, zone=Place("北京", "Beijing", "北京市"))
    assert only(view(findings=(beijing,))).count.total == 11


def test_zones_come_in_the_order_of_publication_those_of_a_day_by_document_number() -> None:
    day = date(2020, 9, 4)
    first = letter(8, WUHAN, day, day, "国科函规〔2020〕172号")
    second = letter(9, GUANGZHOU, day, day, "国科函规〔2020〕171号")
    assert [item.label for item in only(view(findings=(first, second))).new_zones] == ["F9", "F8"]


def test_zones_of_several_days_come_in_the_order_of_publication() -> None:
    section = only(view())
    assert [item.label for item in section.new_zones] == ["F1", "F2", "F9"]
    assert [zone.en for zone in section.zones[-3:]] == ["Guangzhou", "Wuhan", "Suzhou"]


def test_both_dates_give_the_days_between() -> None:
    assert [item.days for item in only(view()).new_zones] == [1, 1, 5]
    assert only(view(findings=(finding(1),))).items[0].days is None


def test_groups_come_by_weight_then_kind_the_newest_finding_first() -> None:
    dead = finding(1, FindingKind.LINK_DEAD, severity=Severity.HIGH)
    low = finding(2, FindingKind.LINK_RECOVERED, severity=Severity.LOW)
    older, newer = finding(3, raised=NOW - timedelta(days=5)), finding(4)
    groups = only(view(findings=(low, older, newer, dead))).groups
    assert [group.kind.value for group in groups] == ["link_dead", "moved", "link_recovered"]
    assert [item.label for item in groups[1].items] == ["F4", "F3"]


def test_findings_of_one_moment_come_in_the_order_of_their_numbers() -> None:
    (group,) = only(view(findings=(finding(3), finding(2)))).groups
    assert [item.label for item in group.items] == ["F2", "F3"]


def test_the_dates_of_a_letter_are_told_where_it_is_news_and_not_where_it_moved() -> None:
    given = {"zone": WUHAN, "signed": date(2020, 9, 3), "published": date(2020, 9, 4)}
    kinds = (FindingKind.NEW_ZONE, FindingKind.MOVED)
    news, moved = only(
        view(findings=tuple(finding(n, kind, **given) for n, kind in enumerate(kinds, 1)))
    ).items
    assert [label for label, _ in told.facts(news)] == [
        "title",
        "province",
        "signed",
        "published",
        "evidence",
    ]
    assert [label for label, _ in told.facts(moved)] == ["title", "evidence"]


@given(st.permutations(findings()))
def test_the_order_of_findings_given_does_not_matter(given_order: list) -> None:  # type: ignore[type-arg]
    assert only(view(findings=tuple(given_order))) == only(view())


# --- links, lists, coverage ------------------------------------------------------------------------------


def test_a_working_citation_gives_the_repaired_address_and_how() -> None:
    found = link(3)
    assert found.works and found.url == pilot_zones().citations[2].url
    assert found.what == "Shanghai" and found.zh == "上海"
    assert found.notes[0].startswith("blank for underscore")


def test_a_moved_citation_gives_the_address_that_works_today() -> None:
    found = link(5)
    assert found.state is State.MOVED
    assert found.url and found.url.startswith("https://www.most.gov.cn/xxgk/")


@pytest.mark.parametrize(("footnote", "state"), [(7, State.DEAD), (8, State.UNSEEN)])
def test_a_citation_that_does_not_work_offers_no_address(footnote: int, state: State) -> None:
    found = link(footnote)
    assert (found.url, found.state, found.works) == (None, state, False)
    assert found.followed and found.rule


def test_an_unresolved_citation_says_why_and_one_resolved_says_how() -> None:
    unresolved, resolved = link(12), link(11)
    assert unresolved.state is None and unresolved.followed is None
    assert "cut off after the date" in unresolved.notes[0]
    assert resolved.works and "names 济南" in resolved.notes[-1]


def test_a_citation_never_visited_is_unknown_and_not_said_to_work() -> None:
    found = link(1, view(standings={}))
    assert found.state is State.UNKNOWN and not found.works


def test_a_list_that_is_off_says_why_and_was_not_read() -> None:
    search = only(view()).lists[-1]
    assert not search.enabled and not search.read
    assert "robots.txt" in told.list_why(search)
    assert told.list_cells(search) == ("gov-search", "off", "–", "0", "–", "–")


def test_a_list_seen_only_before_the_period_was_not_read_in_it() -> None:
    old = {name: replace(one, link=replace(one.link, last_good=SINCE)) for name, one in standings().items()}
    assert only(view(standings=old)).coverage.lists_read == 0


def test_coverage_counts_only_sources_that_are_on() -> None:
    coverage = only(view()).coverage
    assert (coverage.looked, coverage.enabled, coverage.visits) == (15, 15, 180)
    assert (coverage.lists_read, coverage.lists, coverage.back_to) == (4, 4, date(2020, 3, 1))


def test_a_zone_of_the_dossier_takes_its_document_number_from_the_page_seen() -> None:
    page = Notice(None, "most", "detail", "标题", document_number="国科函规〔2019〕80号")
    seen = Snapshot(1, "ai-pilot-zones/fn03", 1, NOW, "https://www.most.gov.cn/", page, "d")
    made = view(standings={seen.source: Standing(seen.source, snapshot=seen)})
    assert only(made).zones[1].document_number == "国科函规〔2019〕80号"
    assert only(made).zones[2].document_number is None


def test_outcomes_are_added_up_over_the_passes_the_most_frequent_first() -> None:
    assert report().outcomes == (("good", 23), ("not_modified", 4), ("wall", 1), ("gone", 1))


# --- diffs -----------------------------------------------------------------------------------------------

TEXT = st.text("科技部关于支持的函。，ab", max_size=90)


@given(TEXT, TEXT)
def test_a_diff_keeps_every_change_and_only_shortens_what_is_equal(before: str, after: str) -> None:
    whole = [Piece(op, text) for op, text in inline(before, after)]
    shown = list(shortened(whole))
    changed = ("insert", "delete")
    assert [one for one in shown if one.op in changed] == [one for one in whole if one.op in changed]
    assert all(len(one.text) <= 2 * CONTEXT + 1 for one in shown if one.op == "equal")


def test_a_long_paragraph_put_in_is_cut_and_the_rest_counted() -> None:
    made = edit(Change(ChangeKind.TEXT, "paragraph 2", None, "字" * (LONGEST + 1200)))
    assert [piece.op for piece in made.pieces] == ["insert", "gap"]
    assert made.pieces[1].text == "… 1,200 more characters …"


def test_a_field_that_came_is_all_put_in_and_one_that_went_all_taken_out() -> None:
    assert told.marked(edit(Change(ChangeKind.FIELD, "x", None, "a")).pieces) == "{+a+}"
    assert told.marked(edit(Change(ChangeKind.FIELD, "x", "a", None)).pieces) == "[-a-]"


def test_a_gap_stands_between_two_changes_far_apart() -> None:
    made = edit(Change(ChangeKind.TEXT, "x", f"甲{'中' * 99}乙", f"丙{'中' * 99}丁"))
    assert [piece.op for piece in made.pieces].count("gap") == 1


# --- words -----------------------------------------------------------------------------------------------


def test_a_time_is_told_in_beijing_and_in_utc() -> None:
    assert words.moment(datetime(2020, 9, 4, 4, tzinfo=UTC)) == "2020-09-04 12:00 Beijing (04:00 UTC)"


def test_the_utc_day_is_named_where_it_differs() -> None:
    late = datetime(2020, 9, 4, 18, tzinfo=UTC)
    assert words.moment(late) == "2020-09-05 02:00 Beijing (2020-09-04 18:00 UTC)"
    assert words.day_of(late) == "2020-09-05"


@pytest.mark.parametrize(
    ("parts", "sentence"), [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")]
)
def test_words_are_joined_as_a_sentence_does(parts: list[str], sentence: str) -> None:
    assert words.joined(parts) == sentence


def test_counts_are_words_up_to_ten_and_digits_beyond() -> None:
    assert (words.number(0), words.number(10), words.number(1100)) == ("no", "ten", "1,100")
    assert (words.counted(1, "pass", "passes"), words.counted(0, "day")) == ("1 pass", "0 days")


def test_the_goal_is_counted_as_known_and_found() -> None:
    assert told.goal(only(view()).count) == "11 + 3 = 14 zones of about 20 by 2023"
    assert told.goal(replace(only(view(findings=())).count, goal=None)) == "11 zones"


@pytest.mark.parametrize(("days", "shown"), [(None, "–"), (0, "same day"), (1, "1 day"), (46, "46 days")])
def test_the_lag_is_told_in_days(days: int | None, shown: str) -> None:
    assert words.lag(days) == shown

"""The sentences and cells that text, Markdown, HTML and Atom share."""

import re
from dataclasses import replace
from datetime import date, timedelta
from importlib.resources import files

import pytest
from reports_sample import (
    GUANGZHOU,
    NOW,
    PASSES,
    SINCE,
    finding,
    one_pass,
    report,
    standings,
    view,
)

from monitor.dossier import Goal
from monitor.model import FindingKind, LinkState, ReviewState, Standing, State
from reports import told, words
from reports.model import Count, Coverage, Item, LinkHealth, ListHealth, Piece, ZoneRow

LINK = LinkHealth(
    footnote=7,
    what="Tianjin",
    zh="天津",
    printed="http://a.example/1 2.htm",
    url="http://a.example/1_2.htm",
    followed="http://a.example/1_2.htm",
    state=State.ALIVE,
    since=SINCE,
    last_good=NOW,
    notes=("blank for underscore",),
    rule="",
)
LIST = ListHealth(
    id="ai-pilot-zones/most-qtwj",
    url="https://a.example/",
    enabled=True,
    because=None,
    state=State.ALIVE,
    since=SINCE,
    last_good=NOW,
    rule="",
    read=True,
    rows=1240,
    newest=date(2021, 3, 24),
    back_to=date(2020, 3, 1),
)
ROW = ZoneRow(
    zh="广州",
    en="Guangzhou",
    province="广东省",
    signed=date(2020, 9, 3),
    published=date(2020, 9, 4),
    days=1,
    document_number=None,
    footnote=None,
    finding=17,
    review=ReviewState.OPEN,
    is_new=True,
)


def item(**given: object) -> Item:
    return Item(finding=finding(1, zone=GUANGZHOU, **given), is_new=True, days=None)


# --- links -----------------------------------------------------------------------------------------------


def test_a_citation_is_named_in_both_languages() -> None:
    assert told.link_cells(LINK)[:3] == ("7", "Tianjin 天津", "works")


def test_a_citation_without_an_english_name_is_named_once() -> None:
    assert told.link_cells(replace(LINK, what="天津"))[1] == "天津"
    assert told.link_cells(replace(LINK, what="guideline", zh=None))[1] == "guideline"


def test_a_citation_that_works_tells_the_print_the_address_and_the_repair() -> None:
    assert list(told.link_notes(LINK)) == [
        ("printed", "http://a.example/1 2.htm"),
        ("today", "http://a.example/1_2.htm"),
        ("how", "blank for underscore"),
    ]


def test_a_citation_that_moved_tells_the_rule_and_one_that_simply_works_does_not() -> None:
    moved = replace(LINK, state=State.MOVED, rule="verified elsewhere")
    assert ("because", "verified elsewhere") in told.link_notes(moved)
    assert "because" not in dict(told.link_notes(replace(LINK, rule="seen good")))


def test_a_dead_citation_tells_where_it_was_looked_for_and_offers_nothing() -> None:
    dead = dict(told.link_notes(replace(LINK, url=None, state=State.DEAD, rule="not there at 3 checks")))
    assert dead["today"] == "no address is known to work"
    assert dead["looked at"] == LINK.followed
    assert dead["because"] == "not there at 3 checks"


def test_an_unresolved_citation_tells_why_not_how() -> None:
    unresolved = replace(LINK, url=None, followed=None, state=None, since=None, notes=("cut off",))
    assert dict(told.link_notes(unresolved))["why"] == "cut off"
    assert told.link_cells(unresolved)[2:] == ("unresolved", "–", "2021-03-25")


@pytest.mark.parametrize("state", list(State))
def test_every_state_of_a_link_has_words_of_its_own(state: State) -> None:
    assert words.state(state)
    assert [words.state(one) for one in State].count(words.state(state)) == 1


@pytest.mark.parametrize("state", list(State))
def test_only_alive_and_moved_citations_offer_an_address(state: State) -> None:
    kept = standings() | {"ai-pilot-zones/fn03": Standing("ai-pilot-zones/fn03", LinkState(state))}
    shanghai = report(view(standings=kept)).sections[0].links[2]
    assert shanghai.works == (state in (State.ALIVE, State.MOVED))
    assert shanghai.followed


# --- lists and zones -------------------------------------------------------------------------------------


def test_a_list_is_named_without_its_dossier() -> None:
    seen = ("most-qtwj", "works", "2021-03-25", "1,240", "2021-03-24", "2020-03-01")
    assert told.list_cells(LIST) == seen


def test_a_list_never_seen_claims_no_depth() -> None:
    assert told.list_cells(replace(LIST, last_good=None, state=State.UNKNOWN))[-1] == "–"


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({}, ""),
        ({"rule": "seen"}, ""),
        ({"state": State.UNSEEN, "rule": "a wall"}, "a wall"),
        ({"enabled": False, "because": "robots"}, "robots"),
        ({"enabled": False}, "no reason given"),
    ],
)
def test_a_list_says_why_it_is_off_or_does_not_work(changed: dict[str, object], why: str) -> None:
    assert told.list_why(replace(LIST, **changed)) == why  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changed", "source"),
    [
        ({}, "F17, new, waits for review"),
        ({"is_new": False}, "F17, waits for review"),
        ({"is_new": False, "review": ReviewState.ACCEPTED}, "F17, accepted"),
        ({"review": None, "finding": None, "footnote": 4}, "footnote 4"),
    ],
)
def test_a_zone_says_where_it_is_known_from(changed: dict[str, object], source: str) -> None:
    assert told.zone_cells(replace(ROW, **changed))[-1] == source  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("count", "sentence"),
    [
        (Count(11, 7, Goal(20, 2023, about=True)), "11 + 7 = 18 zones of about 20 by 2023"),
        (Count(11, 0, Goal(20, 2023)), "11 zones of 20 by 2023"),
        (Count(1, 0, None), "1 zone"),
        (Count(0, 0, None), "0 zones"),
    ],
)
def test_zones_are_counted_against_the_goal(count: Count, sentence: str) -> None:
    assert told.goal(count) == sentence


# --- findings --------------------------------------------------------------------------------------------


def test_a_review_is_told_with_its_note() -> None:
    assert (
        told.review(item(state=ReviewState.DISMISSED, note="a look-alike")) == "new, dismissed: a look-alike"
    )
    assert told.review(replace(item(), is_new=False)) == "from before, waits for review"


def test_publication_on_the_day_of_signing_is_told_so() -> None:
    same = date(2020, 9, 4)
    shown = Item(finding(1, FindingKind.NEW_ZONE, signed=same, published=same), is_new=True, days=0)
    assert dict(told.facts(shown))["published"] == "2020-09-04, on the same day"


def test_a_publication_without_a_signing_day_claims_no_lag() -> None:
    shown = Item(finding(1, FindingKind.NEW_NOTICE, published=date(2020, 9, 4)), is_new=True, days=None)
    assert dict(told.facts(shown))["published"] == "2020-09-04"


def test_evidence_names_the_visits() -> None:
    found = replace(finding(1), evidence=(9, 12))
    assert dict(told.facts(Item(found, is_new=True, days=None)))["evidence"] == "V9, V12"


def test_marks_stand_around_changes_only() -> None:
    pieces = (Piece("equal", "支持"), Piece("delete", "甲"), Piece("insert", "乙"), Piece("gap", "…"))
    assert told.marked(pieces) == "支持[-甲-]{+乙+}…"


def test_a_label_is_left_out_only_where_it_repeats() -> None:
    rows = [("a", "1"), ("a", "2"), ("b", "3"), ("a", "4")]
    assert [label for label, _ in told.once(rows)] == ["a", "", "b", "a"]


# --- the proof of silence --------------------------------------------------------------------------------


def test_coverage_says_how_much_was_looked_at_and_how_far_back() -> None:
    assert told.looked(Coverage(3, 4, 9, 1, 1, date(2020, 3, 1))) == (
        "3 of 4 sources looked at in 9 visits; 1 of 1 list read back to 2020-03-01."
    )
    assert told.looked(Coverage(0, 1, 0, 0, 2, None)).endswith("; 0 of 2 lists read.")


def test_passes_are_counted_with_the_blind_ones() -> None:
    assert told.passes(report()).startswith("3 passes ran: the first 2021-03-24 06:00 Beijing")
    assert told.passes(report()).endswith("1 of them saw nothing, by a fault on this side.")
    assert "nothing" not in told.passes(report(passes=PASSES[:1]))
    assert told.passes(report(passes=())) == "No pass ran in this period."


def test_outcomes_are_named_in_words() -> None:
    assert dict(told.outcomes(report(passes=(one_pass(soft_404=2),)))) == {"soft 404": "2"}


def test_the_period_is_named_from_the_last_report_or_from_the_first_visit() -> None:
    assert told.period(report()).startswith("since 2020-09-01 08:00 Beijing (00:00 UTC), up to 2021-03-25 ")
    assert told.period(report(since=None)).startswith("from the first visit on, up to ")
    assert told.period(report(since=NOW - timedelta(days=1))).count("Beijing") == 2


# --- colours ---------------------------------------------------------------------------------------------


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it, of `#abc` or `#aabbcc`."""
    digits = colour.lstrip("#")
    pairs = (
        [digits[at] * 2 for at in range(3)] if len(digits) == 3 else [digits[at : at + 2] for at in (0, 2, 4)]
    )
    channels = [int(pair, 16) / 255 for pair in pairs]
    linear = [one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def palettes() -> list[dict[str, str]]:
    sheet = files("reports").joinpath("templates/report.css").read_text(encoding="utf-8")
    return [
        dict(re.findall(r"--([a-z]+): (#[0-9a-f]+)", root))
        for root in re.findall(r":root \{(.*?)\}", sheet, re.S)
    ]


@pytest.mark.parametrize("palette", palettes(), ids=["light", "dark", "paper"])
def test_every_text_has_the_contrast_of_wcag_aa(palette: dict[str, str]) -> None:
    for ground in ("paper", "card"):
        for ink in ("ink", "soft", "link", "accent", "good", "wary", "bad"):
            assert contrast(palette[ink], palette[ground]) >= 4.5, f"{ink} on {ground}"
        for drawing in ("known", "found"):
            assert contrast(palette[drawing], palette[ground]) >= 3, f"{drawing} on {ground}"
    assert contrast(palette["ink"], palette["in"]) >= 4.5
    assert contrast(palette["ink"], palette["out"]) >= 4.5

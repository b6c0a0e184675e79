"""Whose fault a silence is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.outage import SILENCES, fell_silent, names_resolve, own_outage, settled
from scraper.model import Outcome, OutcomeKind

K = OutcomeKind


def hosts(answered: int, silent: int) -> list[tuple[str, bool]]:
    return [(f"h{at}.cn", at < answered) for at in range(answered + silent)]


@pytest.mark.parametrize(
    ("answered", "silent", "ours"),
    [
        (0, 0, False),
        (0, 1, False),
        (1, 0, False),
        (1, 1, False),
        (0, 2, True),
        (2, 1, False),
        (1, 2, True),
        (0, 3, True),
        (2, 3, True),
        (3, 4, False),
        (4, 6, True),
        (41, 59, False),
    ],
)
def test_most_of_three_hosts_silent_or_all_of_two_is_our_own_outage(
    answered: int, silent: int, ours: bool
) -> None:
    assert (own_outage(hosts(answered, silent)) is not None) is ours


def test_the_reason_counts_and_names_the_silent_hosts() -> None:
    assert own_outage(hosts(1, 2)) == "2 of 3 hosts gave no HTTP answer: h1.cn, h2.cn"


def test_a_host_that_answered_once_is_not_silent() -> None:
    assert own_outage([("a.cn", True), ("a.cn", False), ("b.cn", True), ("b.cn", False)]) is None


@pytest.mark.parametrize(
    ("again", "silent", "ours"),
    [
        ({}, {"a.cn", "b.cn"}, False),
        ({"b.cn": False}, {"a.cn"}, True),
        ({"b.cn": True}, {"a.cn"}, False),
        ({"b.cn": False, "c.cn": True}, {"a.cn"}, False),
        ({"b.cn": False, "c.cn": False}, {"a.cn"}, True),
        ({"a.cn": False}, {"a.cn"}, False),
        ({"a.cn": False, "b.cn": False}, {"a.cn", "b.cn"}, True),
    ],
)
def test_our_line_broke_if_no_host_that_had_answered_answers_still(
    again: dict[str, bool], silent: set[str], ours: bool
) -> None:
    """One host alone cannot tell its own end from ours."""
    assert (fell_silent(again, silent) is not None) is ours


@given(st.integers(0, 20), st.integers(0, 20))
def test_one_more_answer_never_makes_an_outage(answered: int, silent: int) -> None:
    if own_outage(hosts(answered, silent)) is None:
        assert own_outage(hosts(answered + 1, silent)) is None


@pytest.mark.parametrize("kind", OutcomeKind)
def test_an_outage_of_ours_takes_silences_only(kind: OutcomeKind) -> None:
    before = Outcome(kind, "rule", "connect: refused")
    after = settled(before, "2 of 2 hosts gave no HTTP answer", True)
    if kind in SILENCES:
        assert (after.kind, after.rule) == (K.OWN_OUTAGE, "own_outage")
        assert after.detail == f"2 of 2 hosts gave no HTTP answer; this visit: {kind.value} connect: refused"
    else:
        assert after is before


@pytest.mark.parametrize("kind", [K.GONE, K.WALL, K.SOFT_404, K.FORBIDDEN, K.SERVER_ERROR, K.GOOD])
def test_answers_are_never_silences(kind: OutcomeKind) -> None:
    assert kind not in SILENCES


def test_a_name_counts_as_gone_only_where_another_domains_name_was_resolved() -> None:
    lost = Outcome(K.NO_SUCH_NAME, "no_such_name", "name: unknown")
    assert settled(lost, None, names_resolve("a.gov.cn", ("a.gov.cn", "b.gov.cn"))) is lost
    alone = settled(lost, None, names_resolve("a.gov.cn", ("a.gov.cn",)))
    assert (alone.kind, alone.rule) == (K.OWN_OUTAGE, "no_name_resolved")
    assert settled(lost, None, names_resolve("a.gov.cn", ())).kind is K.OWN_OUTAGE


def test_other_silences_stand_where_no_outage_is_seen() -> None:
    for kind in SILENCES - {K.NO_SUCH_NAME}:
        outcome = Outcome(kind, "rule")
        assert settled(outcome, None, False) is outcome

"""What a person's decision does beyond the finding itself."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor.drafts import draft
from monitor.model import (
    Draft,
    FindingKind,
    LinkState,
    Look,
    Record,
    ReviewState,
    Role,
    Seen,
    Source,
    Standing,
    State,
)
from monitor.transitions import sentence
from scraper.model import Fetch, Outcome, OutcomeKind, Trouble
from storage.store import Store
from tests.ready import new_store
from zonewatch.deciding import settle_link

NOW = datetime(2026, 12, 1, tzinfo=UTC)
SOURCE = Source("d/fn01", "d", Role.NOTICE, "https://www.most.gov.cn/a.html")


def suspicion() -> Draft:
    because = ("no whole answer at 7 checks",)
    return draft(FindingKind.LINK_SUSPECTED, SOURCE, SOURCE.id, 1, url=SOURCE.url, because=because)


@pytest.fixture
def store(tmp_path: Path):
    slow = tuple(NOW - timedelta(days=day) for day in range(8, 0, -1))
    link = LinkState(State.SUSPECTED, NOW, slow=slow, episode=1, rule="suspected")
    fetch = Fetch(SOURCE.url, NOW, 60.0, trouble=Trouble.TIMED_OUT)
    seen = Seen(
        Look(SOURCE.id, "d", Role.NOTICE, SOURCE.url), fetch, Outcome(OutcomeKind.TIMED_OUT, "timed_out")
    )
    with new_store(tmp_path / "z.db") as opened:
        opened.keep(Record(seen, Standing(SOURCE.id, link), drafts=(suspicion(),)), now=NOW)
        yield opened


def decided(store: Store, state: ReviewState) -> State:
    settle_link(store.decide(1, state, "looked at it", NOW), store, NOW)
    standing = store.standing(SOURCE.id)
    assert standing is not None
    return standing.link.state


def test_a_suspicion_that_a_person_accepts_is_a_death(store: Store) -> None:
    assert decided(store, ReviewState.ACCEPTED) is State.DEAD


@pytest.mark.parametrize("back", [ReviewState.OPEN, ReviewState.DISMISSED])
def test_a_death_that_a_person_takes_back_is_a_suspicion_again_and_looked_at_at_once(
    store: Store, back: ReviewState
) -> None:
    before = store.standing(SOURCE.id)
    assert decided(store, ReviewState.ACCEPTED) is State.DEAD
    assert decided(store, back) is State.SUSPECTED
    after = store.standing(SOURCE.id)
    assert before and after and after.link == before.link
    assert after.next_due == NOW


def test_a_death_that_the_ladder_found_is_no_persons_to_take_back(store: Store) -> None:
    found = LinkState(State.DEAD, NOW, hard=(NOW,), episode=1, rule="gone: 3 checks that counted")
    store.put_link(SOURCE.id, found, NOW)
    assert decided(store, ReviewState.OPEN) is State.DEAD


def test_a_suspicion_of_another_episode_says_nothing_of_todays_trouble(store: Store) -> None:
    standing = store.standing(SOURCE.id)
    assert standing is not None
    store.put_link(SOURCE.id, replace(standing.link, episode=2), NOW)
    assert decided(store, ReviewState.ACCEPTED) is State.SUSPECTED


def test_a_suspicion_that_a_person_dismisses_stays_one(store: Store) -> None:
    assert decided(store, ReviewState.DISMISSED) is State.SUSPECTED


def test_what_a_person_made_of_a_link_stands_in_its_story(store: Store) -> None:
    decided(store, ReviewState.ACCEPTED)
    decided(store, ReviewState.OPEN)
    *_, death, doubt = store.transitions(SOURCE.id)
    assert (death.before, death.after, death.visits) == (State.SUSPECTED, State.DEAD, ())
    assert (doubt.before, doubt.after, doubt.rule) == (State.DEAD, State.SUSPECTED, "suspected")
    assert "from suspected to dead, by a person; counted: 0 hard, 8 slow" in sentence(death)

"""What a person's decision does beyond the finding itself."""

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
from scraper.model import Fetch, Outcome, OutcomeKind, Trouble
from storage.store import Store
from zonewatch.commands.review import confirm_death

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
    with Store.open(str(tmp_path / "z.db")) as opened:
        opened.keep(Record(seen, Standing(SOURCE.id, link), drafts=(suspicion(),)), now=NOW)
        yield opened


def decided(store: Store, state: ReviewState) -> State:
    confirm_death(store.decide(1, state, "looked at it", NOW), store, NOW)
    standing = store.standing(SOURCE.id)
    assert standing is not None
    return standing.link.state


def test_a_suspicion_that_a_person_accepts_is_a_death(store: Store) -> None:
    assert decided(store, ReviewState.ACCEPTED) is State.DEAD


def test_a_suspicion_that_a_person_dismisses_stays_one(store: Store) -> None:
    assert decided(store, ReviewState.DISMISSED) is State.SUSPECTED

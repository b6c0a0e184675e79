"""The robots.txt that the store remembers: read there once, renewed when it is old."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from scraper.robots import RobotsAnswer
from storage.store import Store
from zonewatch.network import StoredRobots

NOW = datetime(2026, 12, 1, 4, tzinfo=UTC)
SITE = "https://www.most.gov.cn"
SAID = RobotsAnswer(NOW, 200, "User-agent: *\nDisallow: /a/\n")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(str(tmp_path / "zonewatch.db")) as made:
        yield made


def test_what_one_program_was_told_the_next_one_knows(store: Store) -> None:
    StoredRobots(store).put(SITE, SAID)
    assert StoredRobots(store).get(SITE) == SAID
    assert StoredRobots(store).get("https://www.gov.cn") is None


def test_the_store_is_asked_once_for_a_site(store: Store) -> None:
    store.robots_put(SITE, SAID.fetched, SAID.status, SAID.text)
    robots = StoredRobots(store)
    assert robots.get(SITE) == SAID
    store.close()
    (Path(store.address)).unlink()
    assert [robots.get(SITE) for _ in range(3)] == [SAID] * 3


def test_what_a_site_says_anew_takes_the_place_of_what_it_said(store: Store) -> None:
    robots = StoredRobots(store)
    robots.put(SITE, SAID)
    later = replace(SAID, fetched=NOW + timedelta(days=1), text="")
    robots.put(SITE, later)
    assert (robots.get(SITE), StoredRobots(store).get(SITE)) == (later, later)

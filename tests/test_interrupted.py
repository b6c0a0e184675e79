"""A pass that is stopped anywhere and started again ends where a whole one does."""

from pathlib import Path
from shutil import copy

import pytest

from monitor.dossier import load
from monitor.model import Role
from scheduler import one_pass
from scheduler.clock import fixed
from scraper.fetch import Fetcher
from scraper.policy import Policy
from scraper.replay import Day, open_history
from storage.store import Store, holder_name
from zonewatch.shipped import shipped

DOSSIER = load(shipped("dossiers") / "ai_pilot_zones.toml")
DAYS = {day.date.isoformat(): day for day in open_history(shipped("history"))}
REDESIGN = DAYS["2021-03-10"]


def visit(store: Store, day: Day, stop_after: int | None = None) -> int:
    """Run the pass of a day, at the most to a number of visits kept; how many it kept."""
    kept = 0

    def count(done: int, known: int) -> None:
        nonlocal kept
        kept = done

    lease = store.take_lease(holder_name(), day.now, 60)
    assert lease
    clock = fixed(day.now)
    with Fetcher(Policy(), now=clock, archive=day.archive) as fetcher:
        one_pass.run(
            (DOSSIER,),
            store,
            fetcher,
            clock=clock,
            lease=lease,
            stopped=lambda: stop_after is not None and kept >= stop_after,
            progress=count,
        )
    store.release_lease(lease, day.now)
    return kept


def keys(store: Store) -> set[str]:
    return {finding.draft.key for finding in store.findings(open_only=False)}


def looked_at(store: Store) -> set[str]:
    return {told.visit.url for told in store.tell() if told.visit.role is not Role.PROBE}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, set[str], int]:
    """The database of the day before, and what a whole pass over the redesign's day makes of it."""
    before, after = (tmp_path_factory.mktemp("whole") / name for name in ("before.db", "after.db"))
    with Store.open(str(before)) as store:
        visit(store, DAYS["2020-12-24"])
    copy(before, after)
    with Store.open(str(after)) as store:
        visits = visit(store, REDESIGN)
        return before, keys(store), visits


@pytest.mark.parametrize("share", [0.02, 0.2, 0.5, 0.8, 0.95])
def test_what_an_interrupted_pass_did_not_come_to_the_next_one_does(
    share: float, whole: tuple[Path, set[str], int], tmp_path: Path
) -> None:
    before, expected, visits = whole
    copy(before, tmp_path / "z.db")
    with Store.open(str(tmp_path / "z.db")) as store:
        visit(store, REDESIGN, stop_after=max(1, round(share * visits)))
        visit(store, REDESIGN)
        assert keys(store) == expected


DAY_OF_TWO = DAYS["2020-09-04"]


def test_no_pass_leaves_a_letter_to_the_next_day_whichever_visit_it_ends_after(tmp_path: Path) -> None:
    before = tmp_path / "before.db"
    with Store.open(str(before)) as store:
        visit(store, DAYS["2020-09-03"])
    copy(before, tmp_path / "whole.db")
    with Store.open(str(tmp_path / "whole.db")) as store:
        visits = visit(store, DAY_OF_TWO)
        expected, addresses = keys(store), looked_at(store)
    for end in range(visits - 9, visits):
        copy(before, tmp_path / f"{end}.db")
        with Store.open(str(tmp_path / f"{end}.db")) as store:
            visit(store, DAY_OF_TWO, stop_after=end)
            visit(store, DAY_OF_TWO)
            assert keys(store) == expected, end
            assert looked_at(store) >= addresses, "the neighbours of a letter too"


def test_a_list_whose_rows_were_all_looked_behind_waits_for_its_hour(tmp_path: Path) -> None:
    with Store.open(str(tmp_path / "z.db")) as store:
        visit(store, DAYS["2020-09-03"])
        visit(store, DAY_OF_TWO)
        assert visit(store, DAY_OF_TWO) == 0

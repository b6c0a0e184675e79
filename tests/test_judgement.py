"""The same bytes are judged once, and again where the judge has changed."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from monitor.dossier import loads
from monitor.model import State
from scheduler.hands import context_of
from scheduler.judgement import alike_since
from tests.site import HEFEI, START, Monitor, Pages, dossier_text, page
from tests.test_one_pass import DAY, HOUR

LETTER = HEFEI.url


@pytest.fixture
def monitor(tmp_path: Path) -> Iterator[Monitor]:
    pages = Pages()
    pages.put(LETTER, page(HEFEI))
    with Monitor(tmp_path, pages, dossier_text()) as made:
        yield made


def wrong(monitor: Monitor) -> None:
    """Have the dossier claim another day of announcement than the page prints."""
    said = dossier_text()
    (line,) = (line for line in said.splitlines() if line.startswith("announced"))
    monitor.dossier = loads(said.replace(line, "announced = 2019-01-01"), monitor.dossier.path)


def damage(monitor: Monitor) -> None:
    """Spoil the kept reading, so that whoever opens it is told."""
    with monitor.store._write() as session:
        session.execute(text("UPDATE snapshot SET reading = :data"), {"data": b"damaged"})


def test_an_unchanged_page_is_neither_read_nor_opened_again(monitor: Monitor) -> None:
    monitor.at(START)
    damage(monitor)
    (visit,) = monitor.at(START + DAY).looked
    assert (visit.outcome.rule, visit.state) == ("same bytes", State.ALIVE)
    assert (visit.reader, visit.layout) == ("most", monitor.store.visits("d/fn01")[-1].layout)


def test_the_same_bytes_are_judged_anew_by_another_dossier_and_then_no_more(monitor: Monitor) -> None:
    assert monitor.said(START) == []
    wrong(monitor)
    assert monitor.said(START + DAY) == ["claim_contradicted fn01"]
    damage(monitor)
    assert monitor.said(START + 2 * DAY) == []


def test_a_page_that_only_a_counter_moved_on_says_the_same(monitor: Monitor) -> None:
    monitor.at(START)
    moved = page(HEFEI).replace(b"</body>", b"<!-- visitors: 4711 --></body>")
    monitor.pages.put(LETTER, moved)
    damage(monitor)
    (visit,) = monitor.at(START + DAY).looked
    assert visit.outcome.rule != "same bytes"
    assert len(monitor.store.visits("d/fn01")) == 2
    assert visit.snapshot is None


def test_a_page_cut_on_the_way_is_no_page_that_says_the_same(monitor: Monitor) -> None:
    monitor.at(START)
    whole = page(HEFEI)
    monitor.pages.put(LETTER, whole[: whole.rindex(b"</body>")])
    (visit,) = monitor.at(START + DAY).looked
    assert visit.outcome.kind.value == "incomplete"


def test_the_judge_is_alike_from_its_first_pass_on_until_it_changes(monitor: Monitor) -> None:
    def since(hours: int) -> int:
        now = START + hours * HOUR
        context = context_of(monitor.dossier, monitor.store, now)
        return (alike_since(context, monitor.store, now) - START) // HOUR

    assert [since(hours) for hours in (0, 1, 2)] == [0, 0, 0]
    wrong(monitor)
    assert [since(hours) for hours in (3, 4)] == [3, 3]
    monitor.dossier = loads(dossier_text(), Path("elsewhere") / "d.toml")
    assert since(5) == 5, "back to what it was before, but judged by the other meanwhile"
    monitor.dossier = loads(dossier_text(), monitor.dossier.path)
    assert since(6) == 5, "where the file lies says nothing"

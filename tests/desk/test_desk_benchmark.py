"""The large database of `make torture`, made small: as large as asked for, and every page answers over it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, create_engine, text

from benchmarks.desk import PAGES, SUMS, Timed, holds, measured, told
from benchmarks.desk_database import Size, fill

SMALL = Size(notices=180, visits=900)


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A hundred and eighty notices: 120 kept, 60 copied."""
    path = tmp_path_factory.mktemp("large") / "zonewatch.db"
    fill(path, Size(SMALL.notices, SMALL.visits, most_own=120))
    return path


@pytest.fixture
def rows(database: Path) -> Iterator[Connection]:
    engine = create_engine(f"sqlite:///{database}")
    with engine.connect() as connection:
        yield connection
    engine.dispose()


@pytest.mark.parametrize(
    ("table", "count"), [("snapshot", 180), ("searchable", 180), ("visit", 900), ("list_row", 180 - 30)]
)
def test_there_is_as_much_as_was_asked_for(rows: Connection, table: str, count: int) -> None:
    assert rows.scalar(text(f"SELECT count(*) FROM {table}")) == count


def test_every_page_answers_over_it(database: Path) -> None:
    wrong = [row for row in measured(database, (*PAGES, *SUMS), answers=1) if row.status != 200]
    assert wrong == []


def test_a_page_that_is_slow_or_wrong_is_told() -> None:
    slow, wrong, whole = (
        Timed(page, status, 1, 300, 250, 300, 240)
        for page, status in (("/", 200), ("/x", 404), (SUMS[0], 200))
    )
    assert [holds(one) for one in (slow, wrong, whole)] == [False, False, True]
    lines = list(told((slow, whole)))
    assert "too slow or wrong" in lines[1]
    assert "too slow or wrong" not in lines[2]

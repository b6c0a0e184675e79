"""A desk over the demo's database, and one over a copy of it for each test that changes something."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.desk.house import House, copied, served


@pytest.fixture(scope="module")
def desk(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A desk that the tests of a module read, and leave as it is."""
    with served(copied(demo, tmp_path_factory.mktemp("desk"))) as house:
        yield house


@pytest.fixture
def own_desk(demo: Path, tmp_path: Path) -> Iterator[House]:
    """A desk of a test's own."""
    with served(copied(demo, tmp_path)) as house:
        yield house

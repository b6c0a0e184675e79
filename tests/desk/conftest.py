"""The demo's database, replayed once, and a desk over a copy of it for each test that changes something."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.desk.house import House, copied, served
from zonewatch.cli import cli


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database that `zonewatch demo` makes."""
    out = tmp_path_factory.mktemp("demo")
    done = CliRunner().invoke(cli, ["demo", "--out", str(out)], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return out / "zonewatch.db"


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

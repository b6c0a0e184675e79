"""The demo's database, replayed once, and a desk over a copy of it for each test that changes something."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from fasteners import InterProcessLock

from tests.desk.house import House, copied, served
from zonewatch.cli import cli


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database that `zonewatch demo` makes, once for all workers of a run."""
    place = tmp_path_factory.getbasetemp()
    out = (place.parent if os.environ.get("PYTEST_XDIST_WORKER") else place) / "the-demo"
    with InterProcessLock(f"{out}.lock"):
        if not (out / "done").exists():
            done = CliRunner().invoke(cli, ["demo", "--out", str(out)], catch_exceptions=False)
            assert done.exit_code == 0, done.output
            (out / "done").touch()
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

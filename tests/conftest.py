"""What several rooms share: the option that rewrites expectations, the demo, the folder of real pages."""

import gc
import os
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from fasteners import InterProcessLock
from hypothesis import settings

from zonewatch.cli import cli

LONG = (
    "test_kill_torture",
    "test_daemon_year",
    "test_readme",
    "test_hostile_server",
    "test_demo",
    "test_daemon",
    "test_turning_page",
    "test_packaging",
)
"""The modules that take longest: they come first, so that none is left over while a core stands idle."""
SHARED = Path(__file__).parents[1].parent / "shared"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--accept", action="store_true", help="rewrite the expectations of fixtures that differ")


def pytest_configure() -> None:
    """Look through memory for cycles rarely: ten thousand collected tests are not worth looking through.

    Collecting them took half as long again with Python's own thresholds, and the tests a quarter.
    """
    gc.set_threshold(50_000, 20, 50)
    # An example may be the first to load what a reader needs, on a machine that does much besides.
    settings.register_profile("patient", settings(), deadline=timedelta(seconds=5))
    settings.load_profile("patient")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: LONG.index(item.path.stem) if item.path.stem in LONG else len(LONG))


def pytest_collection_finish() -> None:
    gc.freeze()


@pytest.fixture
def shared_folder() -> Path:
    """The folder of facts and real pages beside the checkout; the test is skipped where it is absent."""
    if not (SHARED / "pages").is_dir():
        pytest.skip("the real pages are not part of the project: no folder `shared` beside the checkout")
    return SHARED


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

"""What several rooms' tests share: the option that rewrites expectations, and the folder of real pages."""

import gc
from pathlib import Path

import pytest

SHARED = Path(__file__).parents[1].parent / "shared"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--accept", action="store_true", help="rewrite the expectations of fixtures that differ")


def pytest_configure() -> None:
    """Look through memory for cycles rarely: ten thousand collected tests are not worth looking through.

    Collecting them took half as long again with Python's own thresholds, and the tests a quarter.
    """
    gc.set_threshold(50_000, 20, 50)


def pytest_collection_finish() -> None:
    gc.freeze()


@pytest.fixture
def shared_folder() -> Path:
    """The folder of facts and real pages beside the checkout; the test is skipped where it is absent."""
    if not (SHARED / "pages").is_dir():
        pytest.skip("the real pages are not part of the project: no folder `shared` beside the checkout")
    return SHARED

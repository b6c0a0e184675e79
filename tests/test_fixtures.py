"""The collector: each folder under fixtures is a test that names the field which differs.

`pytest --accept` rewrites the expectations that differ; look at the diff before you commit it.
"""

from pathlib import Path

import pytest

from scraper.cases import Case, accept, check, collect, read
from scraper.model import Refused, Unreadable

FIXTURES = Path(__file__).parents[1] / "fixtures"
CASES = collect(FIXTURES)
FAMILIES = ("most", "govcn", "ministry", "generic")


@pytest.mark.parametrize("case", CASES, ids=[case.id for case in CASES])
def test_a_page_is_read_as_expected(case: Case, request: pytest.FixtureRequest) -> None:
    found = check(case)
    if found and request.config.getoption("--accept"):
        accept(case)
        found = check(case)
    assert found == [], "\n".join([case.id, *found])


@pytest.mark.parametrize("case", CASES, ids=[case.id for case in CASES])
def test_the_template_chooses_the_family_that_the_folder_names(case: Case) -> None:
    reading = read(case.content, {**case.meta, "reader": None})
    if not isinstance(reading, Refused | Unreadable):
        assert reading.reader == case.folder.parent.name


@pytest.mark.parametrize("family", FAMILIES)
def test_no_family_is_without_three_cases_one_of_them_a_failure(family: str) -> None:
    own = [case for case in CASES if case.folder.parent.name == family]
    kinds = [(case.expected or {}).get("kind") for case in own]
    assert len(own) >= 3
    assert {"refused", "unreadable"} & set(kinds), kinds
    assert "notice" in kinds


def test_what_is_no_saved_page_says_so() -> None:
    for case in CASES:
        origin = case.meta["origin"]
        assert origin == "reconstructed" or origin.startswith("captured "), case.id
        assert len(case.content) < 20_000 or origin.startswith("captured "), case.id


def test_the_bytes_are_not_all_utf_8() -> None:
    def is_utf_8(content: bytes) -> bool:
        return content.decode("utf-8", "replace").encode() == content

    assert sum(not is_utf_8(case.content) for case in CASES) >= 4

"""The saved pages of the family are read as a person reads them; skipped where they are not at hand.

`manifest.csv` holds what a person reads: title and publication of every notice (an empty publication means
that the page states none), day of signing and document number wherever they are given.
"""

import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from scraper.chinese import normalise_number
from scraper.model import Listing, Notice, Reading, Refused
from scraper.readers import read_body

PAGES = Path(__file__).parents[1].parent / "shared" / "pages"
pytestmark = pytest.mark.skipif(
    not (PAGES / "manifest.csv").exists(),
    reason="the real pages are not part of the project: no folder `shared` beside the checkout",
)


def rows(expect: str) -> Iterator[dict[str, str]]:
    if (PAGES / "manifest.csv").exists():
        with (PAGES / "manifest.csv").open(encoding="utf-8", newline="") as file:
            yield from (row for row in csv.DictReader(file) if row["expect"] == expect)


def reading_of(row: dict[str, str], url: str | None = None) -> Reading:
    return read_body((PAGES / row["file"]).read_bytes(), None, url or row["original_url"] or None)[1]


def notices() -> list[pytest.param]:  # type: ignore[valid-type]
    return [pytest.param(row, id=row["file"]) for row in rows("notice")]


def test_the_manifest_has_its_notices() -> None:
    assert len(notices()) >= 27


@pytest.mark.parametrize("row", notices())
def test_a_real_notice_is_read_as_a_person_reads_it(row: dict[str, str]) -> None:
    reading = reading_of(row)
    assert isinstance(reading, Notice)
    assert reading.title == row["title"]
    assert reading.published == (date.fromisoformat(row["date_published"]) if row["date_published"] else None)
    if row["date_signed"]:
        assert reading.signed == date.fromisoformat(row["date_signed"])
    if row["doc_no"]:
        assert reading.document_number == normalise_number(row["doc_no"])


@pytest.mark.parametrize("row", notices())
def test_a_real_notice_says_where_each_field_stands(row: dict[str, str]) -> None:
    reading = reading_of(row)
    assert isinstance(reading, Notice)
    for field in reading.fields:
        assert (field.where is None) == (getattr(reading, field.name) is None)
    assert len(reading.text) > 200


@pytest.mark.parametrize("row", notices())
def test_the_address_decides_nothing_but_the_host(row: dict[str, str]) -> None:
    here, elsewhere = reading_of(row), reading_of(row, "https://example.com/a.html")
    assert isinstance(here, Notice)
    assert isinstance(elsewhere, Notice)
    assert (here.title, here.published, here.signed) == (
        elsewhere.title,
        elsewhere.published,
        elsewhere.signed,
    )
    assert elsewhere.official is False


def test_one_address_with_two_contents_gives_two_days() -> None:
    versions = [reading_of(row) for row in rows("notice") if "6427885" in row["file"]]
    days = {version.published for version in versions if isinstance(version, Notice)}
    assert days == {date(2023, 5, 18), date(2025, 5, 27)}


def test_a_repost_is_read_but_not_official() -> None:
    (row,) = (row for row in rows("notice") if row["kind"].startswith("NEGATIVE"))
    reading = reading_of(row)
    assert isinstance(reading, Notice)
    assert reading.official is False


def test_the_challenge_is_refused() -> None:
    readings = [reading_of(row) for row in rows("refused")]
    assert [isinstance(reading, Refused) and reading.what for reading in readings] == ["wall"]


def test_the_list_is_a_list_with_its_next_page() -> None:
    (reading,) = (reading_of(row) for row in rows("listing"))
    assert isinstance(reading, Listing)
    assert len(reading.entries) >= 10
    assert reading.next is not None
    assert reading.next.endswith("index_1.htm")

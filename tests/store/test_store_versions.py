"""What the program of every earlier schema left is, after an upgrade, all that it said it was.

The databases are those of `fixtures/databases`: a small story that each program lived through itself.
"""

from pathlib import Path
from typing import Any

import pytest

from benchmarks.wholeness import complaints
from fixtures.databases import VERSIONS, make, said
from monitor.model import Finding, Visit
from monitor.searching import Wish
from reports.json_ import instant
from storage.migrate import NEWEST
from storage.store import Store, schema_status, upgrade

HEFEI, GUANGZHOU = "story/fn01", "story/t20200904_158650"


def finding_row(finding: Finding) -> list[Any]:
    draft, note = finding.draft, finding.note
    evidence = [f"V{number}" for number in finding.evidence]
    raised, state = instant(finding.raised), finding.state.value
    number, kind = f"F{finding.id}", draft.kind.value
    return [number, kind, draft.subject, list(draft.because), evidence, raised, state, note]


def visit_row(visit: Visit) -> list[Any]:
    outcome, state = visit.outcome.kind.value, visit.state.value
    seen = [f"V{visit.id}", visit.role.value, instant(visit.at), visit.status, outcome, state]
    return [*seen, visit.snapshot, visit.body]


def test_every_schema_before_the_newest_has_its_database() -> None:
    before = [f"{number:04}" for number in range(1, int(NEWEST))]
    assert set(before) <= set(VERSIONS) <= {*before, NEWEST}


@pytest.mark.parametrize("version", VERSIONS)
def test_what_a_program_said_of_its_database_is_said_after_the_upgrade(version: str, address: str) -> None:
    make(version, address)
    assert schema_status(address)[0] == version
    upgrade(address)
    with Store.open(address) as store:
        expected = said(version)
        assert [finding_row(one) for one in store.findings(open_only=False)] == expected["findings"]
        visits = {name: [visit_row(one) for one in store.visits(name)] for name in expected["visits"]}
        assert visits == expected["visits"]
        bodies = {row[-1] for rows in expected["visits"].values() for row in rows if row[-1]}
        assert all(store.body(digest) for digest in bodies)
        before, after = (one.reading for one in store.snapshots(HEFEI))
        assert "四、按年度报送进展。" in after.text and "四、" not in before.text  # type: ignore[union-attr]
        assert [one.id for one in store.followed("story")] == [GUANGZHOU]
        found = {hit.snapshot for hit in store.search(Wish("广州")).hits}
        assert found == {one.id for one in store.snapshots(GUANGZHOU)}


def test_an_upgraded_database_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "zonewatch.db"
    make(VERSIONS[0], str(path))
    upgrade(str(path))
    kept = [int(row[0][1:]) for rows in said(VERSIONS[0])["visits"].values() for row in rows]
    assert list(complaints(path, kept)) == []

"""`db`: what an operator types to look after the database."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from fixtures.databases import VERSIONS, make
from storage.migrate import NEWEST
from zonewatch.cli import cli


def zonewatch(*args: object) -> Result:
    return CliRunner().invoke(cli, list(map(str, args)))


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("db") / "zonewatch.db"
    make(VERSIONS[0], str(path))
    return path


def test_a_database_is_upgraded_copied_and_used(db: Path, tmp_path: Path) -> None:
    assert zonewatch("--db", db, "db", "status").stdout == f"{db}: schema {VERSIONS[0]}, newest {NEWEST}\n"
    assert zonewatch("--db", db, "db", "upgrade").stdout == f"{db}: schema {NEWEST}\n"
    copied = zonewatch("--db", db, "db", "copy", "--to", tmp_path / "copy.db")
    assert (copied.exit_code, copied.stderr) == (0, "")
    assert copied.stdout.startswith(f"{tmp_path / 'copy.db'}: ")
    assert copied.stdout.endswith(" tables; all verified\n")
    asked = ("findings", "--all", "--json", "--dossier", "ai-pilot-zones")
    assert zonewatch("--db", tmp_path / "copy.db", *asked).stdout == zonewatch("--db", db, *asked).stdout


def test_a_copy_is_told_as_json(db: Path, tmp_path: Path) -> None:
    zonewatch("--db", db, "db", "upgrade")
    document = json.loads(zonewatch("--db", db, "db", "copy", "--to", tmp_path / "copy.db", "--json").stdout)
    assert document["rows"] == sum(table["rows"] for table in document["tables"])
    assert (document["from"], document["to"]) == (str(db), str(tmp_path / "copy.db"))
    assert (document["already"], document["loose"]) == (0, [])
    assert all(len(table["sha256"]) == 64 for table in document["tables"])


def test_a_copy_that_cannot_be_is_one_line(db: Path, tmp_path: Path) -> None:
    refused = zonewatch("--db", tmp_path / "none.db", "db", "copy", "--to", tmp_path / "copy.db")
    assert (refused.exit_code, refused.stdout, refused.stderr.count("\n")) == (1, "", 1)
    assert "there is no database here" in refused.stderr
    assert not (tmp_path / "none.db").exists() and not (tmp_path / "copy.db").exists()
    assert zonewatch("--db", db, "db", "copy").exit_code == 2

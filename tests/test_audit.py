"""`make audit`: holes, none, and a service that could not be asked are three different answers."""

import json
import subprocess
from collections.abc import Sequence
from typing import Any

import pytest

from benchmarks.audit import HOLES, PINNED, UNREACHABLE, Run, audited

FINE = {"name": "lxml", "version": "6.0", "vulns": []}
HOLE = {"id": "PYSEC-1", "fix_versions": ["6.1"], "aliases": [], "description": ""}
UNKNOWN = {"name": "lxml", "skip_reason": "not found"}


def saying(out: str, err: str = "", code: int = 0) -> Run:
    def run(command: Sequence[str]) -> subprocess.CompletedProcess[str]:
        assert str(PINNED) in command
        return subprocess.CompletedProcess(command, code, out, err)

    return run


def packages(*found: dict[str, Any]) -> Run:
    return saying(json.dumps({"dependencies": found, "fixes": []}))


def test_no_known_hole_is_0() -> None:
    verdict = audited("pip-audit", packages(FINE, FINE))
    assert (verdict.code, verdict.lines) == (0, ("2 pinned packages, no known vulnerability",))


def test_a_hole_is_named_with_the_version_that_mends_it() -> None:
    verdict = audited("pip-audit", packages(FINE, FINE | {"vulns": [HOLE]}, UNKNOWN))
    assert (verdict.code, verdict.lines) == (HOLES, ("lxml 6.0: PYSEC-1, mended in 6.1",))


@pytest.mark.parametrize(
    "run",
    [
        saying("", "ERROR:pip_audit:could not connect to the service\n", 1),
        saying("<html>", "", 1),
        saying("", "", -9),
        saying("[]"),
        packages(UNKNOWN, UNKNOWN),
        packages(FINE, UNKNOWN),
    ],
)
def test_a_service_that_does_not_answer_or_does_not_know_us_is_told_in_one_line(run: Run) -> None:
    verdict = audited("pip-audit", run)
    assert verdict.code == UNREACHABLE
    assert len(verdict.lines) == 1 and "\n" not in verdict.lines[0]
    assert verdict.lines[0].startswith("not audited")


def test_a_program_that_is_not_there_is_no_clean_bill() -> None:
    def run(command: Sequence[str]) -> subprocess.CompletedProcess[str]:
        raise FileNotFoundError(command[0])

    assert audited("pip-audit", run).code == UNREACHABLE


def test_everything_that_is_pinned_has_one_version() -> None:
    lines = [line for line in PINNED.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    assert len(lines) > 50
    assert all("==" in line.partition(";")[0] for line in lines)

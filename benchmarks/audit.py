"""Whether anything that is pinned has a known hole: pip-audit over constraints.txt, told in lines.

`python -m benchmarks.audit PIP_AUDIT` (what `make audit` calls) exits with 0 where the service knows of none,
with 1 where it knows some, and with 75 (EX_TEMPFAIL of sysexits.h) where it could not be asked: pip-audit
itself calls a package that its service does not know "skipped", and a list of nothing but such "no known
vulnerabilities".
"""

import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PINNED = Path(__file__).parents[1] / "constraints.txt"
HOLES, UNREACHABLE = 1, 75
OPTIONS = ("--no-deps", "--disable-pip", "--progress-spinner", "off", "--format", "json", "--timeout", "10")
Run = Callable[[Sequence[str]], "subprocess.CompletedProcess[str]"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of it: the exit code, and the lines to print."""

    code: int
    lines: tuple[str, ...]


def audited(program: str, run: Run) -> Verdict:
    """Run pip-audit and judge what it says; `run` runs a command."""
    try:
        ran = run((program, "--requirement", str(PINNED), *OPTIONS))
    except (OSError, subprocess.TimeoutExpired) as error:
        return _unreachable(f"{program} did not run: {type(error).__name__}")
    try:
        found = json.loads(ran.stdout)["dependencies"]
    except (ValueError, KeyError, TypeError):
        said = [line for line in ran.stderr.splitlines() if line.strip()]
        return _unreachable(said[-1].strip() if said else f"pip-audit ended with {ran.returncode}")
    return judged(found)


def judged(found: Sequence[dict[str, Any]]) -> Verdict:
    """Judge pip-audit's list of packages."""
    known = [one for one in found if "skip_reason" not in one]
    holes = [(one, hole) for one in known for hole in one["vulns"]]
    told = tuple(
        f"{one['name']} {one['version']}: {hole['id']}, mended in {' or '.join(hole['fix_versions'])}"
        for one, hole in holes
    )
    if holes:
        return Verdict(HOLES, told)
    if len(known) < len(found):
        return _unreachable(f"it knows {len(known)} of the {len(found)} pinned packages")
    return Verdict(0, (f"{len(known)} pinned packages, no known vulnerability",))


def _unreachable(why: str) -> Verdict:
    return Verdict(
        UNREACHABLE, (f"not audited, the vulnerability service cannot be asked from here: {why[:200]}",)
    )


def _run(command: Sequence[str]) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(command, text=True, capture_output=True, check=False, timeout=600)


def main() -> None:
    """Print the verdict and exit with it."""
    verdict = audited(sys.argv[1] if len(sys.argv) > 1 else "pip-audit", _run)
    for line in verdict.lines:
        print(line, file=sys.stderr if verdict.code == UNREACHABLE else sys.stdout)
    sys.exit(verdict.code)


if __name__ == "__main__":
    main()

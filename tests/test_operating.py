"""The operator's page takes a new user from nothing to a running timer with mail; the units are whole."""

import re
import shutil
import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path

import pytest

from tests.postbox import Mailbox
from tests.site import PROGRAM, environment
from zonewatch.cli import COMMANDS

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "operating.md").read_text("utf-8")
UNITS = sorted((ROOT / "docs" / "systemd").iterdir())
BLOCKS = re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)
STUBS = """
useradd() { echo "useradd $*"; }
systemctl() { echo "systemctl $*"; }
chown() { test -e "$2"; }
sudo() { if [ "$1" = -u ]; then shift 2; fi; case "$1" in install) shift; install_ "$@";; *) "$@";; esac; }
install_() { for last; do :; done; mkdir -p "$last"; }
"""
"""What a test may not do to a machine; everything else of the page is done, in folders of its own."""


def analyse(*words: object) -> subprocess.CompletedProcess[str]:
    if not shutil.which("systemd-analyze"):
        pytest.skip("systemd-analyze is not installed here")
    return subprocess.run(
        ["systemd-analyze", *map(str, words)], text=True, capture_output=True, check=False, timeout=60
    )


def test_every_command_of_the_page_runs_and_the_mail_arrives(tmp_path: Path) -> None:
    (tmp_path / "opt" / "bin").mkdir(parents=True)
    (tmp_path / "systemd").mkdir()
    (tmp_path / "opt" / "bin" / "zonewatch").symlink_to(PROGRAM)
    (tmp_path / "opt" / "bin" / "pip").write_text(
        "#!/bin/sh\ntest -f constraints.txt && test -f pyproject.toml\n"
    )
    (tmp_path / "opt" / "bin" / "pip").chmod(0o755)
    mailbox = Mailbox()
    places = {
        "/opt/zonewatch": tmp_path / "opt",
        "/etc/zonewatch": tmp_path / "etc",
        "/var/lib/zonewatch": tmp_path / "var",
        "/etc/systemd/system": tmp_path / "systemd",
        "sudo python3 -m venv": "echo",
    }
    script = "\n".join(BLOCKS).replace("zw doctor", "zw doctor || test $? = 1")
    script = re.sub(r"mailtos://[^']*", mailbox.address, script)
    for place, own in places.items():
        script = script.replace(place, str(own))
    nowhere = {"HTTP_PROXY": "http://127.0.0.1:1", "HTTPS_PROXY": "http://127.0.0.1:1"}
    with mailbox.up():
        ran = subprocess.run(
            ["bash", "-eu", "-c", STUBS + script],
            env=environment(tmp_path, ZONEWATCH_PAUSE="0", **nowhere),
            cwd=ROOT,
            text=True,
            capture_output=True,
            check=False,
            timeout=110,
        )
    assert ran.returncode == 0, ran.stderr
    assert len(mailbox.post) == 1
    assert "systemctl enable --now zonewatch-check.timer" in ran.stdout
    assert "STOPS" in ran.stdout, "there is no way out of here, and the doctor says so"
    assert (tmp_path / "var" / "zonewatch.db").exists()
    assert {one.name for one in (tmp_path / "systemd").iterdir()} == {one.name for one in UNITS}


def test_the_page_names_commands_and_files_that_are_there() -> None:
    for name in re.findall(r"\bzw ([a-z]+)", PAGE):
        assert name in COMMANDS, name
    for link in re.findall(r"\]\(([^)#]+)", PAGE):
        assert (ROOT / "docs" / link).exists(), link
    for metric in re.findall(r"zonewatch_[a-z_]+", PAGE):
        source = (ROOT / "zonewatch" / "metrics.py").read_text("utf-8")
        assert metric.removeprefix("zonewatch_") in source, metric


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_systemd_takes_the_unit(unit: Path, tmp_path: Path) -> None:
    for one in UNITS:
        text = one.read_text("utf-8").replace("/opt/zonewatch/bin/zonewatch", sys.executable)
        (tmp_path / one.name).write_text(text, "utf-8")
    ran = analyse("verify", tmp_path / unit.name)
    assert (ran.returncode, ran.stderr) == (0, "")


@pytest.mark.parametrize("unit", [one for one in UNITS if one.suffix == ".service"], ids=lambda one: one.name)
def test_the_services_are_shut_in(unit: Path) -> None:
    ran = analyse("security", "--offline=true", "--threshold=20", unit)
    if "Unknown" in ran.stderr or "unrecognized" in ran.stderr:
        pytest.skip("this systemd-analyze cannot judge a unit that is not installed")
    assert ran.returncode == 0, ran.stdout[-300:]


def test_both_services_are_shut_in_alike() -> None:
    kept = ("User", "StateDirectory", "MemoryMax", "UMask")
    said = []
    for unit in UNITS:
        if unit.suffix == ".service":
            read = ConfigParser(strict=False, interpolation=None)
            read.optionxform = str  # type: ignore[assignment, method-assign]
            read.read_string(unit.read_text("utf-8"))
            names = [name for name in read["Service"] if name.startswith(("Protect", "Private", "Restrict"))]
            said.append({name: read["Service"][name] for name in (*names, *kept)})
    assert len(said) == 2 and said[0] == said[1] and len(said[0]) > 15


def test_the_lines_for_cron_are_five_fields_and_a_command_that_is_one_of_ours() -> None:
    text = (ROOT / "docs" / "crontab").read_text("utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    jobs = [line.split(None, 5) for line in lines if not re.match(r"[A-Z_]+=", line)]
    assert len(jobs) == 2
    for *when, command in jobs:
        assert all(re.fullmatch(r"\*|\d{1,2}(?:,\d{1,2})*", field) for field in when)
        words = command.split()
        assert words[:3] == ["zonewatch", "--config", "/etc/zonewatch/zonewatch.toml"]
        assert words[3] in COMMANDS
    assert "%" not in text, "cron takes a percent sign for the end of the command"

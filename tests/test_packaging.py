"""The wheel: whoever installs it has the dossiers and the history too, and runs it from anywhere."""

import json
import os
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

from tests.site import environment

ROOT = Path(__file__).parents[1]
SHIPPED = ("dossiers", "fixtures/history")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the checkout with what is installed."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check", "--no-index"]
    done = subprocess.run(
        [*command, "--no-deps", "--no-build-isolation", "--wheel-dir", folder, ROOT],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    (built,) = folder.glob("zonewatch-*.whl")
    return built


@pytest.fixture(scope="module")
def program(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command in a fresh environment that sees the libraries of this one, but not the checkout."""
    folder = tmp_path_factory.mktemp("fresh")
    venv.create(folder, symlinks=os.name == "posix", with_pip=False)
    python = folder / "bin" / "python"
    site = folder / "lib" / f"python{sys.version_info[0]}.{sys.version_info[1]}" / "site-packages"
    command = [
        sys.executable,
        "-m",
        "pip",
        "--python",
        python,
        "install",
        "--quiet",
        "--no-index",
        "--no-deps",
    ]
    done = subprocess.run(
        [*command, "--disable-pip-version-check", wheel], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    (site / "libraries.pth").write_text(sysconfig.get_path("purelib") + "\n", "utf-8")
    return folder / "bin" / "zonewatch"


def test_the_wheel_holds_every_shipped_file_and_no_test(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    for folder in SHIPPED:
        inside = f"zonewatch/data/{Path(folder).name}"
        files = (path for path in (ROOT / folder).rglob("*") if path.is_file())
        there = {path.relative_to(ROOT / folder).as_posix() for path in files}
        assert there
        assert {f"{inside}/{name}" for name in there} <= names
    assert any(name.startswith("storage/migrations/versions/") for name in names)
    assert not [name for name in names if name.startswith(("tests/", "fixtures/", "benchmarks/"))]


def test_the_wheel_holds_every_module_of_ours(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    rooms = ("scraper", "monitor", "storage", "reports", "scheduler", "zonewatch")
    ours = {path.relative_to(ROOT).as_posix() for room in rooms for path in (ROOT / room).rglob("*.py")}
    assert ours <= names


def test_the_installed_program_runs_the_demo_from_another_folder(program: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [program, "demo", "--out", "here"],
        cwd=tmp_path,
        env=environment(tmp_path),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "Seven new zones" in done.stdout
    assert (tmp_path / "here" / "report.html").is_file()


def test_the_installed_program_reads_its_own_dossiers_and_history(program: Path, tmp_path: Path) -> None:
    python = program.with_name("python")
    code = """import json, zonewatch; from zonewatch.shipped import shipped
print(json.dumps([zonewatch.__file__, str(shipped("dossiers")), str(shipped("history"))]))"""
    done = subprocess.run([python, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    places = [Path(place) for place in json.loads(done.stdout)]
    assert all(place.is_relative_to(program.parents[1]) for place in places), places
    assert (places[1] / "ai_pilot_zones.toml").is_file()
    assert (places[2] / "2020-03-12" / "index.json").is_file()

"""A file is there whole or not at all, and what a killed program left beside it goes with the next one."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from zonewatch.errors import ZonewatchError
from zonewatch.files import OLD, whole_file

KILLED = """
import os, signal, sys
from pathlib import Path
from zonewatch.files import whole_file
with whole_file(Path(sys.argv[1])) as file:
    file.write(b"half")
    file.flush()
    os.kill(os.getpid(), signal.SIGKILL)
"""


def written(path: Path, data: bytes) -> None:
    with whole_file(path) as file:
        file.write(data)


def aged(path: Path, seconds: float = OLD * 2) -> Path:
    then = path.stat().st_mtime - seconds
    os.utime(path, (then, then))
    return path


def beside(path: Path) -> list[Path]:
    return sorted(one for one in path.parent.iterdir() if one != path)


def test_what_a_killed_program_left_goes_with_the_next_whole_file(tmp_path: Path) -> None:
    path = tmp_path / "[evidence] 2026.warc.gz"
    written(path, b"before")
    subprocess.run([sys.executable, "-c", KILLED, str(path)], check=False)
    (left,) = beside(path)
    assert (path.read_bytes(), left.read_bytes()) == (b"before", b"half")
    written(path, b"young ones may be at work")
    assert beside(path) == [left]
    aged(left)
    written(path, b"after")
    assert (path.read_bytes(), beside(path)) == (b"after", [])


def test_what_another_is_still_writing_stays_however_old(tmp_path: Path) -> None:
    path = tmp_path / "evidence.warc.gz"
    with whole_file(path) as slow:
        slow.write(b"slow")
        aged(Path(slow.name))
        written(path, b"quick")
        assert path.read_bytes() == b"quick"
    assert (path.read_bytes(), beside(path)) == (b"slow", [])


def test_only_what_was_left_beside_the_same_file_goes(tmp_path: Path) -> None:
    others = [tmp_path / name for name in (".b.x.part", "a.x.part", ".a.x.other")]
    for one in others:
        one.write_bytes(b"mine")
        aged(one)
    written(tmp_path / "a", b"whole")
    assert beside(tmp_path / "a") == sorted(others)


def fails(path: Path) -> None:
    with whole_file(path) as file:
        file.write(b"half")
        raise OSError(28, "no room")


def test_a_file_that_cannot_be_written_leaves_nothing_and_what_was_before(tmp_path: Path) -> None:
    path = tmp_path / "a"
    written(path, b"before")
    with pytest.raises(ZonewatchError, match="cannot be written: no room"):
        fails(path)
    assert (path.read_bytes(), beside(path)) == (b"before", [])

"""Progress of long commands: a bar where somebody watches, nothing elsewhere."""

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from storage.engine import connect, parse_address
from storage.migrate import NEWEST, bring_to_newest, upgrade
from zonewatch.progress import progress_bar

SHOWN = """
import time
from zonewatch.progress import progress_bar
with progress_bar("counting sheep") as tell:
    for done in range(5):
        tell(done, 4)
        time.sleep(0.12)
"""


def test_where_somebody_watches_it_says_what_how_many_and_how_long_still() -> None:
    ours, theirs = pty.openpty()
    env = {**os.environ, "TERM": "xterm", "COLUMNS": "80"}
    subprocess.run([sys.executable, "-c", SHOWN], stderr=theirs, env=env, check=True, timeout=30)
    os.close(theirs)
    seen = os.read(ours, 65536).decode()
    os.close(ours)
    assert "counting sheep" in seen
    assert "/4" in seen
    assert "0:00:0" in seen


def test_where_nobody_watches_it_is_silent(capfd: pytest.CaptureFixture[str]) -> None:
    with progress_bar("counting sheep") as tell:
        tell(1, 4)
    assert capfd.readouterr() == ("", "")


def test_an_upgrade_tells_of_every_revision(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    engine = connect(parse_address(str(path)))
    bring_to_newest(engine, to="0003")
    engine.dispose()
    told: list[tuple[int, int]] = []
    upgrade(str(path), lambda done, known: told.append((done, known)))
    newest = int(NEWEST)
    assert told == [(done, newest) for done in range(4, newest + 1)]

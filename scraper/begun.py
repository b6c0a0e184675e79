"""The process that fetches, begun: `scraper.outpost` has it work, and who wants it soon begins it sooner."""

import os
import subprocess
import sys
from contextlib import ExitStack, suppress
from multiprocessing.connection import Connection
from pathlib import Path
from socket import socketpair
from typing import Any, NamedTuple

HERE = Path(__file__).parents[1]
"""where this program's packages lie"""
GOODBYE = 5.0
"""Seconds that the process has to end."""


class Begun(NamedTuple):
    """A process that waits for its first word, and the way to it."""

    process: "subprocess.Popen[bytes]"
    line: "Connection[Any, Any]"

    def end(self) -> None:
        """Let it end, as it does when nobody speaks to it any more."""
        self.line.close()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(GOODBYE)
        if self.process.returncode is None:
            self.process.kill()
            self.process.wait()


def begin() -> Begun:
    """Begin a process; it hears neither the keyboard nor the system's wish to end, and ends with this one.

    Its modules are those of this process, whatever lies in the folder in which a person called it. Raises
    OSError where the system begins no process.
    """
    places = (str(HERE), os.environ.get("PYTHONPATH", ""))
    ours, theirs = socketpair()
    with theirs, ExitStack() as unless_begun:
        unless_begun.callback(ours.close)
        number = theirs.fileno()
        process = subprocess.Popen(  # noqa: S603 - this program itself
            (sys.executable, "-P", "-m", "scraper.afar", str(number)),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, places))},
            pass_fds=(number,),
            start_new_session=True,
        )
        unless_begun.pop_all()
    return Begun(process, Connection(ours.detach()))

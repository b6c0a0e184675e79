"""The process that fetches, begun: `scraper.outpost` has it work, and who wants it soon begins it sooner."""

import subprocess
import sys
from contextlib import suppress
from multiprocessing.connection import Connection
from socket import socketpair
from typing import Any, NamedTuple

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
    """Begin a process; it hears neither the keyboard nor the system's wish to end, and ends with this one."""
    ours, theirs = socketpair()
    with theirs:
        number = theirs.fileno()
        process = subprocess.Popen(  # noqa: S603 - this program itself
            (sys.executable, "-m", "scraper.afar", str(number)),
            stdin=subprocess.DEVNULL,
            pass_fds=(number,),
            start_new_session=True,
        )
    return Begun(process, Connection(ours.detach()))

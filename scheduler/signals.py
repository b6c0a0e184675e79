"""Signals as calls: what the operating system asks of a process, each answered in the main thread."""

import signal
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager

STOPS = (signal.SIGTERM, signal.SIGINT)
"""What systemd, cron's owner and Ctrl-C send to have a program end."""


@contextmanager
def answering(answers: Mapping[int, Callable[[], None]]) -> Iterator[None]:
    """Answer signals by calls for as long as the block lasts, however often they come.

    A call runs between two instructions of the main thread: it must take no lock that this thread may
    hold. Outside the main thread, where Python knows no signals, the block runs without.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, _calling(answer)) for number, answer in answers.items()}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def stopping(stop: threading.Event) -> AbstractContextManager[None]:
    """Set `stop` at the first signal that asks for an end; further ones change nothing."""
    return answering(dict.fromkeys(STOPS, stop.set))


def _calling(answer: Callable[[], None]) -> Callable[[int, object], None]:
    return lambda number, frame: answer()

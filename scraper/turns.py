"""Threads that work off lines of tasks: those of one line one after another, lines side by side."""

import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

T = TypeVar("T")


class Turns:
    """So many threads; whoever has waited longest of all lines comes next, none twice at a time."""

    def __init__(self, threads: int) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="lane")
        self._lines: dict[str, deque[tuple[Future[Any], Callable[[], Any]]]] = {}
        self._lock = threading.Lock()

    def submit(self, line: str, task: Callable[[], T]) -> Future[T]:
        """Have a task done when those that stand in its line before it are."""
        future: Future[T] = Future()
        with self._lock:
            idle = line not in self._lines
            self._lines.setdefault(line, deque()).append((future, task))
        if idle:
            self._pool.submit(self._next, line)
        return future

    def close(self) -> None:
        """Let the threads end when all that waits is done."""
        self._pool.shutdown(wait=True)

    def _next(self, line: str) -> None:
        """Do the first task of a line, then let the other lines go before its next."""
        future, task = self._lines[line][0]
        if future.set_running_or_notify_cancel():
            try:
                future.set_result(task())
            except BaseException as error:
                future.set_exception(error)
        with self._lock:
            waiting = self._lines[line]
            waiting.popleft()
            if not waiting:
                del self._lines[line]
                return
        self._pool.submit(self._next, line)

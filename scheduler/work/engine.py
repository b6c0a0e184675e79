"""Procrastinate as the engine past one machine: which worker looks at which host, and when.

The one door to Procrastinate. A job is a host's turn, under a lock of the host's name. No job is ever
scheduled for later: that would hold up whatever waits for the same lock (Procrastinate's issue 1599); what
was not done stays in the round, and the periodic look queues it again. Jobs carry plain words and numbers;
`QUEUE` carries the version of their form, so that a program takes none that it does not understand, and a
word that it does not know is passed over.
"""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from time import monotonic
from typing import Any, Final, TypeVar

import psycopg
from procrastinate import App, JobContext, PsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException
from procrastinate.jobs import Job, Status
from procrastinate.worker import Worker

from scheduler.work import rounds
from scheduler.work.rounds import RoundPass, Went
from scheduler.work.shift import Shift
from storage.rounds import Shared
from storage.store import StoreError

T = TypeVar("T")
QUEUE: Final = "zonewatch-1"
SCHEMA: Final = "zonewatch_jobs"
"""Where the engine's tables stand in the database, apart from the program's own."""
LOOK_EVERY: Final = "* * * * * */10"
RESCUE_EVERY: Final = "* * * * * */5"
TELL_EVERY: Final = "* * * * *"
"""Cron lines with seconds as their sixth field."""
SPARING: Final = 20
"""Looking for what is due takes a twentieth of a worker's time at most, however many sources there are."""
GRACE: Final = 8.0
"""Seconds that visits in hand are given when a worker is told to stop; the whole stop has ten."""
AGAIN: Final = 5.0
"""Seconds until a worker that was cut off from the database tries again."""
_LOCK: Final = 0x7A6F6E66
"""The key of the advisory lock under which the engine's tables are made."""


class Engine:
    """A worker's engine: runs the jobs of a shift until it is told to stop.

    `address` is the database's, as libpq takes it. `after` is told of each round that ended here, `trouble`
    of what a job ran into; `tell` is called once a minute by one of all engines. `stop` is set at the stop.
    `abandon` is called where visits do not end within `GRACE`, their hosts given back: to end the process.
    """

    def __init__(
        self,
        address: str,
        shift: Shift,
        *,
        after: Callable[[RoundPass], None] = lambda done: None,
        trouble: Callable[[Exception], None] = lambda error: None,
        tell: Callable[[], None] = lambda: None,
        abandon: Callable[[], None] = lambda: None,
        stop: threading.Event | None = None,
    ) -> None:
        self.shift = shift
        self.after = after
        self.trouble = trouble
        self.tell = tell
        self.abandon = abandon
        self.stop = stop or threading.Event()
        self.jobs: dict[int, Job] = {}
        """the jobs in hand"""
        self._address = address
        self._not_before = 0.0
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ended: asyncio.Event | None = None
        self._pool = ThreadPoolExecutor(shift.workers + 2, thread_name_prefix="job")
        self.app = self._app()

    def run(self) -> bool:
        """Work until `end` is called; tell whether all visits in hand came to a clean stop within `GRACE`."""
        prepare(self._address)
        return asyncio.run(self._run())

    def end(self) -> None:
        """Come to a stop after the visits in hand; their hosts are given back. Safe in a signal's handler."""
        self.stop.set()
        if self._loop is not None and self._ended is not None:
            self._loop.call_soon_threadsafe(self._ended.set)

    async def _run(self) -> bool:
        self._loop, self._ended = asyncio.get_running_loop(), asyncio.Event()
        while not self.stop.is_set():
            try:
                async with self.app.open_async():
                    if not await self._work():
                        return False
            except (ConnectorException, psycopg.Error, OSError) as error:
                self.trouble(error)
            if not self.stop.is_set():
                await self._pause(AGAIN)
        return True

    async def _work(self) -> bool:
        """Take jobs until the stop, or until the engine falters; tell whether it is idle then."""
        worker = Worker(
            self.app,
            queues=[QUEUE],
            concurrency=self.shift.workers,
            delete_jobs="successful",
            install_signal_handlers=False,
            fetch_job_polling_interval=2.0,
            update_heartbeat_interval=self.shift.rhythm.beat,
            stalled_worker_timeout=self.shift.rhythm.lease,
        )
        await self._defer("look", "look", {})
        assert self._ended is not None  # noqa: S101 - made where the loop begins
        working: asyncio.Task[None] = asyncio.create_task(worker.run())  # type: ignore[no-untyped-call]
        ended = asyncio.create_task(self._ended.wait())
        await asyncio.wait((working, ended), return_when=asyncio.FIRST_COMPLETED)
        ended.cancel()
        if working.done():
            await working
            return True
        worker.stop()  # type: ignore[no-untyped-call]
        await asyncio.wait((working,), timeout=GRACE)
        if working.done():
            await working
            return True
        await self._give_back()
        self.abandon()
        await working
        return False

    async def _give_back(self) -> None:
        """Put the jobs back whose visits do not end: others need not wait until they are missed."""
        for job in list(self.jobs.values()):
            await self._again(job)

    async def _pause(self, seconds: float) -> None:
        if self._ended is not None:
            await asyncio.wait((asyncio.create_task(self._ended.wait()),), timeout=seconds)

    def _app(self) -> App:
        connector = PsycopgConnector(
            conninfo=self._address,
            min_size=1,
            max_size=6,
            kwargs={"options": f"-c search_path={SCHEMA}"},
        )
        app = App(connector=connector)
        app.task(name="visit", queue=QUEUE, pass_context=True)(self._visit)
        app.task(name="end", queue=QUEUE, pass_context=True)(self._end)
        look = app.task(name="look", queue=QUEUE, lock="look", queueing_lock="look", pass_context=True)
        app.periodic(cron=LOOK_EVERY)(look(self._look))
        rescue = app.task(name="rescue", queue=QUEUE, queueing_lock="rescue", priority=9)
        app.periodic(cron=RESCUE_EVERY)(rescue(self._rescue))
        tell = app.task(name="tell", queue=QUEUE, lock="tell", queueing_lock="tell", pass_context=True)
        app.periodic(cron=TELL_EVERY)(tell(self._tell))
        return app

    async def _visit(self, context: JobContext, /, round: int = 0, host: str = "", **_later: Any) -> None:
        """Look at a host of a round: the job of most workers for most of the time."""
        if self.stop.is_set():
            await self._queue_host(round, host)
        shared = await self._thread(context, self.shift.store.open_round)
        if shared is None or shared.id != round:
            return
        went = await self._thread(context, lambda: rounds.visit_host(self.shift, shared, host))
        if went is Went.GIVEN_BACK:
            await self._queue_host(round, host)
        elif went is Went.LAST:
            await self._queue_end(shared)

    async def _end(self, context: JobContext, /, round: int = 0, **_later: Any) -> None:
        """End a round, tell those who want to hear of it, and look at once what is due by now."""
        shared = await self._thread(context, self.shift.store.open_round)
        if shared is None or shared.id != round:
            return
        done = await self._thread(context, lambda: rounds.end_round(self.shift, shared))
        if done is not None:
            await self._thread(context, lambda: self.after(done))
            await self._defer("look", "look", {})

    async def _look(self, context: JobContext, /, timestamp: int = 0, **_later: Any) -> None:  # noqa: ARG002
        """Open a round where something is due; queue what nobody is at of the one that is open."""
        shared = await self._thread(context, self._open)
        if shared is None:
            return
        left = await self._thread(context, lambda: self.shift.store.turns_left(shared.id))
        if left is None:
            return
        if not left:
            await self._queue_end(shared)
            return
        queued = await self._queued()
        for turn in left:
            if (shared.id, turn.host) not in queued:
                await self._queue_host(shared.id, turn.host)

    def _open(self) -> Shared | None:
        """Give the round that is open, else open one; not again before `SPARING` times as long has passed."""
        shared = self.shift.store.open_round()
        if shared is not None or monotonic() < self._not_before:
            return shared
        began = monotonic()
        opened = rounds.open_round(self.shift)
        self._not_before = monotonic() + SPARING * (monotonic() - began)
        return opened

    async def _rescue(self, timestamp: int = 0, **_later: Any) -> None:  # noqa: ARG002
        """Put back the jobs of workers that have given no sign of life."""
        silence = self.shift.rhythm.lease
        for job in await self.app.job_manager.get_stalled_jobs(seconds_since_heartbeat=silence):
            await self._again(job)

    async def _tell(self, context: JobContext, /, timestamp: int = 0, **_later: Any) -> None:  # noqa: ARG002
        """Have digests sent whose hour has come, and what a channel did not take before."""
        await self._thread(context, self.tell)

    async def _again(self, job: Job) -> None:
        """Put a job back; one that has been queued anew meanwhile is struck off."""
        try:
            await self.app.job_manager.retry_job(job)
        except ConnectorException:
            await self.app.job_manager.finish_job(job, Status.FAILED, delete_job=True)

    async def _queued(self) -> set[tuple[object, object]]:
        """Return round and host of the visits that wait or are under way."""
        found = set[tuple[object, object]]()
        for status in (Status.TODO, Status.DOING):
            for job in await self.app.job_manager.list_jobs_async(
                queue=QUEUE, task="visit", status=status.value
            ):
                found.add((job.task_kwargs.get("round"), job.task_kwargs.get("host")))
        return found

    async def _queue_host(self, number: int, host: str) -> None:
        words = {"round": number, "host": host}
        await self._defer("visit", f"visit {number} {host}", words, lock=host)

    async def _queue_end(self, shared: Shared) -> None:
        await self._defer("end", f"end {shared.id}", {"round": shared.id}, lock="end")

    async def _defer(self, task: str, once: str, words: dict[str, Any], lock: str | None = None) -> None:
        """Queue a job unless the same one waits already."""
        try:
            await self.app.configure_task(
                task, queue=QUEUE, lock=lock or task, queueing_lock=once
            ).defer_async(**words)
        except AlreadyEnqueued:
            return

    async def _thread(self, context: JobContext, work: Callable[[], T]) -> T | None:
        """Do work of the store in a thread of its own; what goes wrong there ends the job alone."""
        if self.stop.is_set() or context.job.id is None:
            return None
        self.jobs[context.job.id] = context.job
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, work)
        except StoreError as error:
            self.trouble(error)
            return None
        finally:
            self.jobs.pop(context.job.id, None)


def prepare(address: str) -> None:
    """Make the engine's tables where they are absent; two workers at once do it once."""
    with psycopg.connect(address) as connection:
        connection.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
        found = connection.execute("SELECT to_regclass(%s)", (f"{SCHEMA}.procrastinate_jobs",)).fetchone()
        if found and found[0] is not None:
            return
        connection.execute(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")
        connection.execute(f"SET search_path = {SCHEMA}")
        made = App(connector=PsycopgConnector()).schema_manager.get_schema()
        connection.execute(made.encode())

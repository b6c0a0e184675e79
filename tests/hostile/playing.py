"""A fault played to the whole program: the good page first, then the fault, then the good page again."""

import threading
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import trustme

from monitor.dossier import loads
from monitor.model import Snapshot, Visit
from scheduler import one_pass
from scheduler.account import Pass
from scheduler.clock import fixed
from scheduler.due import Selection
from scraper.fetch import Fetcher
from scraper.policy import Policy
from storage.store import holder_name
from tests.hostile.contexts import context, greeting
from tests.hostile.faults import LETTER, PAGE, Fault
from tests.hostile.stage import Stage, html, staged
from tests.ready import new_store
from tests.site import GUANGZHOU, HEFEI, START, cited, dossier_text, page

DEADLINE = 1.0
DAY = timedelta(days=1)
HEALTHY = "/zhengce/2020-09/04/t20200904_158650.html"
PUBLIC = "www.most.gov.cn"
NAMED = "www.gov.cn"
"""The host of a healthy page in the same dossier, so that one silent host is not our own outage."""
OPENING = threading.Lock()
"""Alembic, which makes a new database's schema, keeps its state in globals."""


@dataclass(frozen=True, slots=True)
class Played:
    """What came of a fault: the visits of its pass, how long that took, and what it left behind."""

    before: tuple[Visit, ...]
    visits: tuple[Visit, ...]
    seconds: float
    snapshots: tuple[Snapshot, ...]
    raised: tuple[str, ...]
    after: tuple[Visit, ...]

    @property
    def looked(self) -> Visit:
        """The visit that met the fault."""
        return next(visit for visit in self.visits if visit.source == "d/fn01" and visit.role == "notice")


def play(fault: Fault, folder: Path, authority: trustme.CA) -> Played:
    """Play a fault within three days over two stages, one hostile and one that always answers well."""
    hostile = Stage({PAGE: html(LETTER)}, context=context("right", authority) if fault.tls else None)
    healthy = Stage({HEALTHY: html(page(GUANGZHOU))})
    with staged(hostile), staged(healthy), Theatre(folder, hostile, healthy, fault.public) as theatre:
        before = theatre.day(0)
        spoil(hostile, fault, authority)
        began = time.monotonic()
        during = theatre.day(1)
        seconds = time.monotonic() - began
        snapshots = theatre.store.snapshots("d/fn01")
        hostile.answers, hostile.greeting, hostile.missing = {PAGE: html(LETTER)}, None, Stage().missing
        hostile.context = context("right", authority) if fault.tls else None
        after = theatre.day(2)
        findings = theatre.store.findings(dossier="d", open_only=False)
    return Played(
        before=tuple(before.looked),
        visits=tuple(during.visits),
        seconds=seconds,
        snapshots=snapshots,
        raised=tuple(finding.draft.kind.value for finding in findings),
        after=tuple(after.looked),
    )


def spoil(stage: Stage, fault: Fault, authority: trustme.CA) -> None:
    """Have a site turn hostile."""
    stage.answers = {PAGE: fault.told, **dict(fault.also)}
    if fault.robots is not None:
        stage.answers["/robots.txt"] = fault.robots
    elif fault.missing is not None:
        stage.answers["/robots.txt"] = Stage().missing
    stage.missing = fault.missing or stage.missing
    stage.greeting = fault.greeting
    if fault.tls:
        stage.context = context(fault.tls, authority)
        stage.greeting = greeting(fault.tls)


class Theatre(ExitStack):
    """The program over two stages: a dossier with a page on each, a database, a pass a day."""

    def __init__(self, folder: Path, hostile: Stage, healthy: Stage, public: bool) -> None:
        super().__init__()
        first = f"http://{PUBLIC}{PAGE}" if public else hostile.url(PAGE)
        second = f"http://{NAMED}{HEALTHY}" if public else f"http://{NAMED}:{healthy.port}{HEALTHY}"
        citations = [cited(HEFEI, 1, url=first), cited(GUANGZHOU, 2, url=second)]
        text = dossier_text(citations=citations, zones=(HEFEI, GUANGZHOU))
        self.dossier = loads(text, folder / "d.toml")
        with OPENING:
            self.store = self.enter_context(new_store(folder / "zonewatch.db"))
        ports = {PUBLIC: hostile.port, NAMED: healthy.port}
        proxies = {name: f"http://127.0.0.1:{port}" for name, port in ports.items()} if public else {}
        self.policy = Policy(pause=0, deadline=DEADLINE, allow_private=not public, proxies=proxies)

    def day(self, number: int) -> Pass:
        """Run the pass of a day, with a memory of robots.txt that is new."""
        return self.pass_at(START + number * DAY)

    def pass_at(self, now: datetime) -> Pass:
        """Look at both pages at an hour."""
        clock, lease = fixed(now), self.store.take_lease(holder_name(), now, 60)
        assert lease
        with Fetcher(self.policy, now=clock, resolve=_at_home) as fetcher:
            done = one_pass.run(
                (self.dossier,),
                self.store,
                fetcher,
                clock=clock,
                lease=lease,
                selection=Selection(everything=True),
            )
        self.store.release_lease(lease, now)
        return done


def _at_home(_name: str, _port: int) -> Sequence[str]:
    return ("127.0.0.1",)

"""A world for the daemon: clocks that are set and that sleep, sites that fail, ask for rest and change.

The sites show the shipped history's pages as of the day, and pages of our own for what it lacks; the
machine, its line and the sites are disturbed as a list of events says. Time passes only by waiting and by
asking: a request takes a third of a second, one that nobody answers twenty.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from fixtures.press import pages as press
from fixtures.press.documents import Document
from monitor.dossier import Dossier, sources
from monitor.model import Role
from scraper.addresses import host, server
from scraper.model import Headers, Trouble
from scraper.policy import Validators
from scraper.replay import Answer, Day, Kept, open_history
from scraper.troubles import Broken
from scraper.visit import Exchange, Reply
from scraper.watch import Watch
from zonewatch.shipped import shipped

HTML = ("Content-Type", "text/html; charset=utf-8")
ASKING, SILENCE = 0.3, 20.0
ROBOTS = {"www.miit.gov.cn": "User-agent: *\nCrawl-delay: 7\nDisallow: /search\n"}
PACES = {"www.miit.gov.cn": 7.0}
NAMES = (("If-None-Match", "etag"), ("If-Modified-Since", "last_modified"))


class Killed(BaseException):
    """The process was killed in the middle of a request."""


@dataclass(frozen=True, slots=True)
class Span:
    """Something that lasts from a moment for a while; `who` is a host, `says` its answer's status."""

    begins: datetime
    lasts: timedelta
    who: str = ""
    says: int = 0

    def covers(self, at: datetime) -> bool:
        """Tell whether a moment lies in it."""
        return self.begins <= at < self.begins + self.lasts


@dataclass(slots=True)
class World:
    """The true time, what the machine's two clocks make of it, and the sites.

    `ours` are spans without a line of our own, `theirs` those in which a host answers nothing (`says` 0)
    or with a status; `kill_at` is the number of requests after which the process dies.
    """

    true: datetime
    ours: Sequence[Span] = ()
    theirs: Sequence[Span] = ()
    ahead: timedelta = timedelta()
    """what the wall clock is ahead of the truth"""
    awake: float = 0.0
    """seconds on the monotonic clock, which stands still while the machine sleeps"""
    kill_at: int | None = None
    history: tuple[Day, ...] = ()
    extra: dict[str, Answer] = field(default_factory=dict)
    asked: Counter[str] = field(default_factory=Counter)
    ended: dict[str, float] = field(default_factory=dict)
    closest: dict[str, float] = field(default_factory=dict)
    """the shortest pause between two requests of a server, in seconds"""
    at_rest: dict[str, datetime] = field(default_factory=dict)
    intrusions: int = 0
    """requests of a host within the rest that it had asked for"""

    def wall(self) -> datetime:
        """Read the wall clock."""
        return self.true + self.ahead

    def monotonic(self) -> float:
        """Read the monotonic clock."""
        return self.awake

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self.true += timedelta(seconds=seconds)
        self.awake += seconds

    def sleep(self, span: timedelta) -> None:
        """Have the machine sleep."""
        self.true += span

    def door(self, watch: Watch) -> Exchange:  # noqa: ARG002 - time on the network is the world's own
        """Open the network for a visit."""
        return self.ask

    def ask(self, address: str, extra: Headers) -> Reply:
        """Answer a request as the world stands; raises `Broken` where nothing comes of it."""
        self._note(address)
        if self.kill_at is not None and sum(self.asked.values()) >= self.kill_at:
            self.kill_at = None
            raise Killed
        if any(span.covers(self.true) for span in self.ours):
            self.wait(ASKING)
            raise Broken(Trouble.NAME_FAILS, "name: no line")
        trouble = next(
            (one for one in self.theirs if one.who == host(address) and one.covers(self.true)), None
        )
        if trouble and not trouble.says:
            self._answered(address, SILENCE)
            raise Broken(Trouble.TIMED_OUT, "connect: no answer")
        self._answered(address, ASKING)
        if trouble:
            until = trouble.begins + trouble.lasts
            self.at_rest[host(address)] = until
            left = str(int((until - self.true).total_seconds()) + 1)
            return _reply(Answer(trouble.says, (HTML, ("Retry-After", left)), b"slower"))
        return _reply(self._page(address, extra))

    def _note(self, address: str) -> None:
        name = server(address)
        self.asked[host(address)] += 1
        if name in self.ended:
            gap = self.awake - self.ended[name]
            self.closest[name] = min(gap, self.closest.get(name, gap))
        rest = self.at_rest.get(host(address))
        self.intrusions += rest is not None and self.true < rest - timedelta(seconds=60)

    def _answered(self, address: str, seconds: float) -> None:
        self.wait(seconds)
        self.ended[server(address)] = self.awake

    def _page(self, address: str, extra: Headers) -> Answer:
        if address.endswith("/robots.txt"):
            text = ROBOTS.get(host(address))
            return Answer(200, (("Content-Type", "text/plain"),), text.encode()) if text else Answer(404)
        fields = dict(extra)
        asked = Validators(**{word: fields.get(name) for name, word in NAMES})
        today = [day for day in self.history if day.now <= self.true][-1]
        found = Kept(self.extra, {}).answer(address, validators=asked)
        return found or today.archive.answer(address, validators=asked) or Answer(404)


def world(begins: datetime, dossiers: Iterable[Dossier], **disturbed: Sequence[Span]) -> World:
    """Make a world that shows the history's pages, and a page of our own for every source that it lacks."""
    made = World(begins, **disturbed)
    made.history = tuple(open_history(shipped("history")))
    stands = set(made.history[0].archive.hosts)
    for dossier in dossiers:
        for source in sources(dossier):
            if source.enabled and host(source.url) not in stands:
                made.extra[source.url] = Answer(200, (HTML,), _page_of(source.url, source.role, source.title))
    return made


def _page_of(url: str, role: Role, title: str | None) -> bytes:
    if role is Role.LISTING:
        folder = url.rpartition("/")[0]
        rows = [
            press.Row(
                f"{folder}/t20200{number}01_{number}.html",
                f"关于第{number}项检查的通知",
                date(2020, number, 1),
                "",
            )
            for number in range(1, 7)
        ]
        return press.listing("list_since.html", "工作动态", rows, number=0, count=1, charset="utf-8")
    day = date(2020, 3, 1)
    printed = Document(
        slug="any",
        title=title or "关于开展有关工作的通知",
        published=day,
        signed=day,
        old=url,
        new=url,
        seen="",
        address="",
        number="工信部科〔2020〕1号",
        addressee="",
        body=tuple(
            f"第{number}条 各单位要高度重视，按要求做好第{number}项工作，并及时报告有关情况。"
            for number in range(1, 15)
        ),
    )
    return press.disclosure(printed, url, migrated=False)


def _reply(answer: Answer) -> Reply:
    location = next((value for name, value in answer.headers if name.lower() == "location"), None)
    return Reply(answer.status, answer.headers, (), iter([answer.body]), lambda: None, location)

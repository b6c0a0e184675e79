"""Whether the daemon, killed anywhere, goes on as if nothing had happened.

`python -m benchmarks.daemon_kills [KILLS [SEED]]` lets `zonewatch run` watch a town on loopback for a few
days that bring new letters, an edited one, one that is gone and one that is back. It is killed (SIGKILL) at
moments drawn from the seed, while it starts, fetches, writes and commits, and is started again; a day ends
when its pass does. In the end findings and standings are those of a daemon that lived in peace, every finding
was told to the webhook, and what was told twice bears one token (it was being sent when the shot fell).
"""

import json
import os
import signal
import sqlite3
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from benchmarks.kill_torture import Told, differences
from benchmarks.victim import Aim, Order, Ran, Range, shooting_range
from benchmarks.wholeness import complaints
from fixtures.press import pages as press
from fixtures.press.documents import Document
from storage.store import Store

PLACES = ("合肥市", "德清县", "上海市", "深圳市", "杭州市", "成都市", "西安市", "济南市")
NEW = ("广州市", "武汉市", "苏州市")
PHASES = ("start", "fetch", "write", "commit")
DAYS = 4
TOKEN = "Idempotency-Key"
HTML = "text/html; charset=utf-8"


def title_of(place: str) -> str:
    """Write the title of a letter."""
    return f"科技部关于支持{place}建设国家新一代人工智能创新发展试验区的函"


@dataclass(slots=True)
class Town:
    """A site on loopback, the webhook and the heartbeat of one daemon after another."""

    base: str = ""
    pages: dict[str, bytes] = field(default_factory=dict)
    told: list[tuple[str, str]] = field(default_factory=list)
    """token and title of every message that the webhook took"""
    beaten: threading.Event = field(default_factory=threading.Event)
    """a pass is over, and all that it has to tell is told"""

    def address(self, place: str) -> str:
        """Give where a place's letter stands."""
        return f"{self.base}/xxgk/qtwj2020/t20200101_{1000 + (*PLACES, *NEW).index(place)}.html"

    def dawn(self, day: int) -> None:
        """Show the site as it stands on a day."""
        for place in (*PLACES, *NEW[:day]):
            self.pages[self._path(place)] = self._letter(place, edited=day >= 1 and place == PLACES[0])
        if day == 2:
            del self.pages[self._path(PLACES[1])]
        listed = [(place, self.address(place)) for place in NEW[:day]]
        rows = [press.Row(url, title_of(place), date(2020, 9, 4), "") for place, url in listed]
        others = [
            press.Row(
                f"{self.base}/xxgk/x/t20200202_{n}.html", f"关于第{n}项检查的通知", date(2020, 2, 2), ""
            )
            for n in range(6)
        ]
        self.pages["/list/index.html"] = press.listing(
            "list_since.html", "其他文件", [*rows, *others], number=0, count=1, charset="utf-8"
        )

    def _path(self, place: str) -> str:
        return self.address(place).removeprefix(self.base)

    def _letter(self, place: str, *, edited: bool) -> bytes:
        url, when = self.address(place), date(2020, 1, 1)
        body = (
            f"你省关于支持{place}建设国家新一代人工智能创新发展试验区的来函收悉。经研究，现函复如下：",
            f"一、支持{place}建设国家新一代人工智能创新发展试验区，从本地条件出发，探索发展的新机制。",
            "二、充分发挥机器人、人才集聚等优势，加强原创理论与关键共性技术攻关，推动成果转化。",
            "三、在政策法规、伦理规范和社会治理方面先行探索，形成可复制、可推广的做法，带动周边发展。",
            *(["四、每年向我部报告建设进展。"] if edited else []),
        )
        made = Document(
            slug="any",
            title=title_of(place),
            published=when,
            signed=when,
            old=url,
            new=url,
            seen="",
            address="",
            number=f"国科函规〔2020〕{20 + len(place) + (*PLACES, *NEW).index(place)}号",
            addressee="",
            body=body,
        )
        return press.disclosure(made, url, migrated=False)


@contextmanager
def town() -> Iterator[Town]:
    """Put a town on loopback."""
    made = Town()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            time.sleep(0.002)
            if self.path == "/beat":
                made.beaten.set()
            found = b"ok" if self.path.startswith("/beat") else made.pages.get(self.path)
            self._answer(200 if found is not None else 404, found or b"<h1>404</h1>")

        def do_POST(self) -> None:
            said = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            made.told.append((self.headers.get(TOKEN, ""), said["title"]))
            self._answer(200, b"{}")

        def _answer(self, status: int, body: bytes) -> None:
            with suppress(ConnectionError):
                self.send_response(status)
                self.send_header("Content-Type", HTML)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: object, client_address: object) -> None:
            """Bear that a victim hangs up."""

    with Server(("127.0.0.1", 0), Handler) as server:
        made.base = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield made
        finally:
            server.shutdown()
            thread.join()


def settings_of(place: Town) -> str:
    """Write the settings file of a daemon that watches a town."""
    port = place.base.rpartition(":")[2]
    return "\n".join(
        [
            'db = "z.db"',
            'dossiers = "dossiers"',
            "allow_private = true",
            "pause = 0",
            'contact = "watch@example.org"',
            f'heartbeat = "{place.base}/beat"',
            "[[notify]]",
            'name = "hook"',
            f'url = "json://127.0.0.1:{port}/hook"',
        ]
    )


def dossier_of(place: Town) -> str:
    """Write the dossier of a town: eight letters cited, one list."""
    tables = ['title = "A town"', 'publisher = "Nobody"', "published = 2020-03-11", ""]
    for number, name in enumerate(PLACES, 1):
        tables += [
            "[[zones]]",
            f'zh = "{name.rstrip("市县")}"',
            f'en = "Place {number}"',
            'province = "某省"',
            "announced = 2020-01-01",
            f"footnote = {number}",
            "[[citations]]",
            f"footnote = {number}",
            f'url = "{place.address(name)}"',
            f'for = "{name.rstrip("市县")}"',
        ]
    tables += ["[[lists]]", 'name = "list"', f'url = "{place.base}/list/index.html"', 'interval = "6h"']
    tables += [
        "[recognition]",
        'phrase = "国家新一代人工智能创新发展试验区"',
        'frame = "科技部关于支持{place}(建设|创建){phrase}的(函|复函)"',
        'issuers = ["科技部"]',
        'numbers = ["国科函规"]',
        'hosts = ["127.0.0.1"]',
        "look_alikes = []",
    ]
    return "\n".join(tables)


@dataclass(slots=True)
class Tally:
    """What the kills came to."""

    met: Counter[str] = field(default_factory=Counter)
    """kills by phase"""
    missed: int = 0
    histories: int = 0
    lives: int = 0
    acknowledged: int = 0
    findings: int = 0
    repeated: int = 0
    """messages that were told twice under one token"""
    wrong: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def kills(self) -> int:
        """How many daemons were killed."""
        return self.met.total()


@dataclass(slots=True)
class History:
    """One database and the daemons that watch with it, one after another."""

    town: Town
    place: Range
    folder: Path
    kept: set[int] = field(default_factory=set)

    @property
    def db(self) -> Path:
        """Where the database is."""
        return self.folder / "z.db"

    @property
    def made(self) -> bool:
        """Tell whether the database has its tables: a daemon may be shot while it makes them."""
        if not self.db.exists():
            return False
        with closing(sqlite3.connect(self.db)) as connection:
            asked = "SELECT count(*) FROM sqlite_master WHERE name = 'lease'"
            return bool(connection.execute(asked).fetchone()[0])

    def furnish(self) -> None:
        """Write the settings and the dossier."""
        (self.folder / "dossiers").mkdir(parents=True)
        (self.folder / "dossiers" / "town.toml").write_text(dossier_of(self.town), "utf-8")
        path = self.folder / "z.toml"
        path.write_text(settings_of(self.town), "utf-8")
        path.chmod(0o600)

    def dawn(self, day: int) -> None:
        """Let a day begin: the site as it is then, and every source due."""
        self.town.dawn(day)
        if self.made:
            with closing(sqlite3.connect(self.db)) as connection, connection:
                connection.execute("UPDATE standing SET next_due = NULL")

    def life(self, aim: Aim | None = None) -> Ran:
        """Run the daemon until it is shot, or its pass is over and it is told to stop."""
        self.town.beaten.clear()
        over = threading.Event()
        watch = threading.Thread(target=self._stopping, args=(over,))
        watch.start()
        try:
            ran = self.place.run(
                Order(("--config", "z.toml", "run", "--dossier", "town"), str(self.folder), aim)
            )
        finally:
            over.set()
            watch.join()
        self.kept.update(ran.kept)
        return ran

    def _stopping(self, over: threading.Event) -> None:
        """Tell the daemon to stop once its pass is over; the lease names its process."""
        while not over.wait(0.02):
            if self.town.beaten.is_set() and (pid := self._pid()):
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGTERM)
                return

    def _pid(self) -> int | None:
        with closing(sqlite3.connect(self.db)) as connection:
            row = connection.execute("SELECT holder FROM lease").fetchone()
        return int(row[0].rsplit(":", 2)[1]) if row and row[0] else None

    def told(self) -> Told:
        """Give what the database says in the end, hours left out."""
        with Store.open(str(self.db), create=False) as store:
            findings = {
                one.draft.key: (one.draft.kind, one.draft.subject, one.draft.url, one.draft.title)
                for one in store.findings(open_only=False)
            }
            standings = {
                name: (one.link.state, one.url, one.body, one.snapshot and one.snapshot.digest)
                for name, one in store.standings().items()
            }
        return Told(findings, standings)


def killed(kills: int, seed: int, days: int = DAYS, a_history: int = 10) -> Tally:
    """Kill so many daemons; the same draws for the same seed."""
    began, random, tally = time.perf_counter(), Random(seed), Tally()
    with TemporaryDirectory() as home, town() as place, shooting_range(Path(home)) as shooting:
        peace = History(place, shooting, Path(home) / "peace")
        peace.furnish()
        model = [_day(peace, day) for day in range(days)]
        expected, place.told = peace.told(), []
        while tally.kills < kills:
            tally.histories += 1
            one = History(place, shooting, Path(home) / f"history{tally.histories}")
            one.furnish()
            aims = _spread(min(a_history, kills - tally.kills), model, random)
            for day, shots in enumerate(aims):
                tally.wrong += _disturbed(one, day, shots, tally)
            tally.wrong += [f"{one.folder.name}: {line}" for line in _judged(one, expected, tally)]
            place.told = []
    tally.seconds = time.perf_counter() - began
    return tally


def _day(history: History, day: int) -> Ran:
    history.dawn(day)
    ran = history.life()
    if ran.code:
        raise RuntimeError(f"day {day}: {ran.code} {ran.err}")
    return ran


def _spread(kills: int, model: Sequence[Ran], random: Random) -> list[list[Aim]]:
    """Draw the days and the moments of kills: after an event of the day's pass, or at any time of it."""
    aims: list[list[Aim]] = [[] for _ in model]
    for _ in range(kills):
        day, phase = random.randrange(len(model)), random.choice(PHASES)
        if phase == "start":
            aims[day].append(Aim(phase, 1, random.uniform(0, model[day].seconds)))
        else:
            nth = random.randint(1, max(1, model[day].events.get(phase, 1)))
            aims[day].append(Aim(phase, nth, random.uniform(0, 0.01)))
    return aims


def _disturbed(history: History, day: int, aims: Sequence[Aim], tally: Tally) -> Iterator[str]:
    """Live a day through its kills; yield what is wrong after each."""
    history.dawn(day)
    for aim in aims:
        ran = history.life(aim)
        tally.lives += 1
        if ran.code == -signal.SIGKILL:
            tally.met[aim.phase] += 1
        else:
            tally.missed += 1
        yield from _complaints(history, ran, f"{history.folder.name} day {day} {aim}")
    ran = history.life()
    tally.lives += 1
    yield from _complaints(history, ran, f"{history.folder.name} day {day} in peace")
    if ran.code:
        yield f"{history.folder.name} day {day}: ended with {ran.code}: {ran.err}"


def _complaints(history: History, ran: Ran, when: str) -> Iterator[str]:
    if ran.code not in (0, -signal.SIGKILL) or "Traceback" in ran.err:
        yield f"{when}: ended with {ran.code}: {ran.err}"
    if not history.made and history.kept:
        yield f"{when}: the database is gone"
    if history.made:
        yield from (f"{when}: {line}" for line in complaints(history.db, history.kept))


def _judged(history: History, expected: Told, tally: Tally) -> Iterator[str]:
    """Hold the end of a history against the undisturbed one, and what was told against what was found."""
    found = history.told()
    yield from differences(expected, found)
    tally.acknowledged += len(history.kept)
    tally.findings += len(found.findings)
    with Store.open(str(history.db), create=False) as store:
        messages = {one.token: one for one in store.messages()}
    told = Counter(token for token, _ in history.town.told)
    tally.repeated += sum(times - 1 for times in told.values())
    for token, one in messages.items():
        if not told[token]:
            yield f"{one.label} ({one.state.value}) was never told"
    yield from (f"a message of token {token} is not in the outbox" for token in told.keys() - messages.keys())
    numbers = Counter(number for one in messages.values() for number in one.text.findings)
    yield from (f"F{number} is in {times} messages" for number, times in numbers.items() if times > 1)
    if len(numbers) != len(found.findings):
        yield f"{len(found.findings)} findings, {len(numbers)} of them in a message"


def lines(tally: Tally) -> Iterator[str]:
    """Yield what it came to, for people."""
    kills = ", ".join(f"{tally.met[phase]} at {phase}" for phase in PHASES)
    yield f"{tally.kills} daemons killed: {kills}; {tally.missed} ended before the shot"
    yield f"{tally.histories} histories in {tally.lives} lives and {tally.seconds:.0f} s"
    yield f"{tally.acknowledged} visits acknowledged, {tally.findings} findings; {tally.repeated} told twice"
    yield f"wrong: {len(tally.wrong)}"
    yield from tally.wrong


def main() -> None:
    """Print the figures; exit with 1 where anything is not as if it had not happened."""
    kills, seed = map(int, (*sys.argv[1:], *("100", "20200904")[len(sys.argv) - 1 :]))
    tally = killed(kills, seed)
    for line in lines(tally):
        print(line)
    sys.exit(bool(tally.wrong))


if __name__ == "__main__":
    main()

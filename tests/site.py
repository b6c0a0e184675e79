"""Sites in the tests' hands: pages that can be put, taken away, counted and delayed.

`Pages` stands in the network's place inside the process; `serve` puts the same pages on loopback.
`Monitor` is the whole program over them, dossier, courses and database included, without its face.
"""

import json
import os
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from letters import AI_ZONES, LETTERS, PHRASE, Letter

from fixtures.press import pages as press
from fixtures.press.documents import Document
from monitor.dossier import Dossier, loads
from monitor.model import Finding, Standing
from scheduler import one_pass
from scheduler.account import Pass
from scheduler.clock import fixed
from scheduler.due import Selection
from scraper.addresses import canonical
from scraper.fetch import Fetcher
from scraper.policy import Policy, Validators
from scraper.replay import Answer, Kept
from storage.store import holder_name
from tests.ready import new_store

MOST = "https://www.most.gov.cn/xxgk/xinxifenlei/fdzdgknr"
QTWJ = f"{MOST}/qtwj/index.html"
GFXWJ = f"{MOST}/fgzc/gfxwj/index.html"
START = datetime(2022, 3, 1, 4, tzinfo=UTC)
"""After every letter was out, so that no page lies in the future."""
HTML = ("Content-Type", "text/html; charset=utf-8")

HEFEI = next(letter for letter in LETTERS if letter.place.en == "Hefei")
GUANGZHOU = next(letter for letter in LETTERS if letter.place.en == "Guangzhou")
WUHAN = next(letter for letter in LETTERS if letter.place.en == "Wuhan")


@dataclass
class Pages:
    """What every address answers. A host that is not named has no network; one that is answers 404."""

    answers: dict[str, Answer] = field(default_factory=dict)
    hosts: dict[str, Answer] = field(default_factory=dict)
    delays: dict[str, float] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    validators: list[Validators] = field(default_factory=list)

    def put(self, url: str, body: str | bytes = b"", status: int = 200, *headers: tuple[str, str]) -> str:
        """Put a page at an address; gives the address."""
        content = body.encode() if isinstance(body, str) else body
        self.answers[canonical(url)] = Answer(status, (HTML, *headers), content)
        self.hosts.setdefault(url.split("/")[2].partition(":")[0], Answer(404))
        return url

    def send_on(self, url: str, target: str, status: int = 301) -> str:
        """Have an address redirect to another."""
        return self.put(url, b"", status, ("Location", target))

    def take_away(self, url: str) -> None:
        """Leave an address to its host's answer for pages that do not exist."""
        del self.answers[canonical(url)]

    def answer(self, url: str, *, validators: Validators) -> Answer | None:
        """Answer as `scraper.replay.Archive` asks, and remember that it was asked."""
        if not url.endswith("/robots.txt"):
            self.asked.append(url)
            self.validators.append(validators)
        time.sleep(self.delays.get(canonical(url), 0))
        return Kept(self.answers, self.hosts).answer(url, validators=validators)

    def times(self, url: str) -> int:
        """How often an address was asked."""
        return self.asked.count(url)


def page(letter: Letter, url: str | None = None, slip: tuple[str, str] = ("", ""), extra: str = "") -> bytes:
    """Print a letter as the ministry's site has printed them since 2021."""
    name = letter.printed
    body = (
        f"你省关于支持{name}建设{PHRASE}的来函收悉。经研究，现函复如下：",
        f"一、支持{name}建设{PHRASE}。试验区建设要面向国家重大需求，从本地条件出发，探索新一代人工智能发展的新机制。",
        f"二、充分发挥{name}的智能语音、机器人、人才集聚等优势，加强原创理论与关键共性技术攻关，推动成果转化。",
        "三、在政策法规、伦理规范和社会治理方面先行探索，形成可复制、可推广的做法，带动周边协同发展。",
        *([extra] if extra else ()),
    )
    return document(
        letter.title,
        url or letter.url,
        tuple(paragraph.replace(*slip) for paragraph in body),
        number=letter.number,
        addressee=letter.addressee,
        published=day_of(letter),
    )


def day_of(letter: Letter) -> date:
    """The day in a letter's address, on which it was published."""
    return datetime.strptime(letter.day, "%Y%m%d").replace(tzinfo=UTC).date()


def document(
    title: str, url: str, body: Sequence[str], *, number: str, published: date, addressee: str = ""
) -> bytes:
    """Print any document on the ministry's disclosure template."""
    printed = Document(
        slug="any",
        title=title,
        published=published,
        signed=published,
        old=url,
        new=url,
        seen="",
        address="",
        number=number,
        addressee=addressee,
        body=tuple(body),
    )
    return press.disclosure(printed, "https://www.most.gov.cn/a/qtwj2020/202001/t.html", migrated=False)


def row(letter: Letter) -> press.Row:
    """A letter's row on a list."""
    return press.Row(letter.url, letter.title, day_of(letter), letter.number)


def filler(number: int, day: date | None = None) -> press.Row:
    """A row of nothing of ours."""
    title = f"科技部办公厅关于开展第{number}项工作检查的通知"
    return press.Row(f"{MOST}/qtwj/qtwj2022/202202/t20220201_{number}.html", title, day or date(2022, 2, 1))


def bound(first: str, rows: Sequence[press.Row], size: int = 100) -> dict[str, bytes]:
    """Print a list as pages of so many rows: index.html, index_1.html, …"""
    chunks = [rows[start : start + size] for start in range(0, len(rows), size)]
    folder = first.rpartition("/")[0]
    return {
        f"{folder}/index_{number}.html" if number else first: press.listing(
            "list_since.html", "其他文件", chunk, number=number, count=len(chunks), charset="utf-8"
        )
        for number, chunk in enumerate(chunks)
    }


def cited(letter: Letter, footnote: int, **more: object) -> dict[str, object]:
    """A letter as a footnote cites it."""
    return {"footnote": footnote, "url": letter.url, "for": letter.place.zh} | more


def dossier_text(
    *,
    citations: Sequence[dict[str, object]] = (),
    lists: Sequence[dict[str, object]] = (),
    refilings: Sequence[dict[str, object]] = (),
    zones: Sequence[Letter] = (HEFEI,),
    hosts: Sequence[str] = AI_ZONES.hosts,
) -> str:
    """Write a dossier: the zones' letters cited, unless `citations` says otherwise, and the lists."""
    numbered = [(letter, number) for number, letter in enumerate(zones, 1)]
    recognition = {
        "phrase": AI_ZONES.phrase,
        "frame": AI_ZONES.frame,
        "issuers": AI_ZONES.issuers,
        "numbers": AI_ZONES.numbers,
        "hosts": hosts,
        "look_alikes": AI_ZONES.look_alikes,
    }
    tables = [
        *(
            ("[[zones]]", {"zh": letter.place.zh, "en": letter.place.en, "province": letter.place.province}
             | {"announced": day_of(letter), "footnote": number})
            for letter, number in numbered
        ),
        *(("[[citations]]", one) for one in citations or [cited(*each) for each in numbered]),
        *(("[[lists]]", one) for one in lists),
        *(("[[refilings]]", one) for one in refilings),
        ("[recognition]", recognition),
    ]  # fmt: skip
    head = {"title": "A dossier", "publisher": "Nobody", "published": date(2020, 3, 11)}
    return "\n".join([_table("", head), *(_table(*each) for each in tables)])


def _table(head: str, values: dict[str, Any]) -> str:
    return "\n".join([head, *(f"{name} = {_value(value)}" for name, value in values.items())])


def _value(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    return json.dumps(list(value) if isinstance(value, tuple) else value, ensure_ascii=False)


class Monitor:
    """One dossier, one database, and the pages that it watches; a pass is a call."""

    def __init__(self, folder: Path, pages: Pages, text: str) -> None:
        self.pages = pages
        self.dossier: Dossier = loads(text, folder / "d.toml")
        self.store = new_store(folder / "zonewatch.db")

    def __enter__(self) -> "Monitor":
        return self

    def __exit__(self, *_: object) -> None:
        self.store.close()

    def at(self, now: datetime, *ids: str, everything: bool = True) -> Pass:
        """Run a pass at an hour over all sources, or those named, or (not `everything`) those due."""
        clock = fixed(now)
        lease = self.store.take_lease(holder_name(), now, 60)
        assert lease
        with Fetcher(Policy(pause=0), now=clock, archive=self.pages) as fetcher:
            done = one_pass.run(
                (self.dossier,),
                self.store,
                fetcher,
                clock=clock,
                lease=lease,
                selection=Selection(frozenset(f"d/{one}" for one in ids), everything),
            )
        self.store.release_lease(lease, now)
        return done

    def said(self, now: datetime, *ids: str, everything: bool = True) -> list[str]:
        """Run a pass and name what it raised: `new_zone Guangzhou`, `edited fn01`."""
        return sorted(map(name_of, self.at(now, *ids, everything=everything).findings))

    def findings(self, kind: str | None = None) -> tuple[Finding, ...]:
        """All that was ever raised, of a kind."""
        found = self.store.findings(dossier="d", open_only=False)
        return tuple(one for one in found if kind in (None, one.draft.kind.value))

    def standing(self, name: str) -> Standing:
        """What is remembered of a source."""
        found = self.store.standing(f"d/{name}")
        assert found is not None
        return found

    def outcomes(self, done: Pass) -> list[tuple[str, str]]:
        """Each look of a pass by its role and what it came to, probes included."""
        return [(visit.role.value, visit.outcome.kind.value) for visit in done.visits]


def name_of(finding: Finding) -> str:
    """Name a finding by its kind and what it is about."""
    draft = finding.draft
    of_zone = draft.kind.value in ("new_zone", "zone_mentioned")
    about = draft.zone.en if of_zone and draft.zone else draft.subject.partition("/")[2]
    return f"{draft.kind.value} {about}"


PROGRAM = Path(sys.executable).with_name("zonewatch")
"""The command as it is installed beside the interpreter that runs the tests."""


def environment(home: Path, **settings: str) -> dict[str, str]:
    """The environment of a user whose files are all under `home`, with these settings and no others."""
    meant = {"ZONEWATCH_", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"}
    kept = {name: value for name, value in os.environ.items() if not name.upper().startswith(tuple(meant))}
    apart = dict.fromkeys(("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"), str(home))
    path = f"{PROGRAM.parent}{os.pathsep}{kept.get('PATH', os.defpath)}"
    return kept | apart | {"PATH": path} | settings


@contextmanager
def serve(pages: Pages) -> Iterator[str]:
    """Put pages on loopback; gives `http://127.0.0.1:port`, under which they are to be put."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = Validators(self.headers.get("If-None-Match"), self.headers.get("If-Modified-Since"))
            found = pages.answer(f"{base}{self.path}", validators=asked) or Answer(404)
            self.send_response(found.status)
            for name, value in found.headers:
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(found.body)))
            self.end_headers()
            self.wfile.write(found.body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

        def handle_one_request(self) -> None:
            try:
                super().handle_one_request()
            except ConnectionError:  # the daemon was told to stop and hung up
                self.close_connection = True

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    base = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield base
    finally:
        server.shutdown()
        thread.join()
        server.server_close()

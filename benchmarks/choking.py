"""Whether a page can hold the monitor up: pages made to be slow, through the whole course of a pass.

`python -m benchmarks.choking [KIB]` shows the watched page in three versions of about so many KiB each (10
MiB: the most that is fetched), and a list with as much in it, and prints what a pass over each costs. Exit
code 1 where one takes longer than `SECONDS` of the processor or the process more than `MEMORY`: a daemon
must come to its other sources, and fit on a small machine.
"""

import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from pathlib import Path

from fixtures.press import pages as press
from monitor.dossier import loads
from scheduler import one_pass
from scheduler.clock import fixed
from scheduler.due import Selection
from scraper.fetch import Fetcher, Policy
from scraper.policy import Validators
from scraper.replay import Answer, Kept
from storage.store import Store, holder_name
from zonewatch.shipped import shipped

SECONDS = 30.0
MEMORY = 5 << 28
MOST = 10 << 10
FROM = datetime.fromisoformat("2022-03-01T04:00:00Z")
HTML = ("Content-Type", "text/html; charset=utf-8")
HEAD = "<html><head><title>{0}</title></head><body><h1>{0}</h1><div class='TRS_Editor'><p>现函复如下：</p>"
TAIL = "</div></body></html>"

TRICKS: dict[str, Callable[[int], str]] = {
    "different paragraphs": lambda number: f"<p>{_noise(number, 8)}</p>",
    "the same paragraph": lambda _: "<p>一样的段落内容。</p>",
    "one paragraph": lambda _: "字" * 20,
    "links": lambda number: f"<a href='x{number}.doc'>附件{number}</a>",
    "days": lambda _: "<p>2020年1月2日</p>",
    "document numbers": lambda number: f"<p>国科发〔2020〕{number}号</p>",
    "places": lambda _: "<p>支持合肥市建设国家新一代人工智能创新发展试验区，合肥市、德清县。</p>",
    "repeals": lambda n: f"<p>《关于{_noise(n, 6)}的通知》（国科发〔2019〕{n}号）同时废止。</p>",
    "blanks": lambda _: "　 " * 20,
    "open tags": lambda _: "<div><b>",
    "marks": lambda _: "\u202e\u200b《（",
}


def _noise(seed: int, length: int) -> str:
    """Write characters of any kind, traditional ones too."""
    drawn = random.Random(seed)
    return "".join(chr(drawn.randrange(0x4E00, 0x9FA5)) for _ in range(length))


@dataclass(frozen=True, slots=True)
class Held:
    """What a pass over a page cost: seconds of the processor, and what came of it."""

    name: str
    version: int
    kib: int
    seconds: float
    outcomes: dict[str, int]


def versions(trick: Callable[[int], str], title: str, kib: int) -> Iterator[bytes]:
    """Yield a page in three versions that differ as much as they can."""
    parts, size = [], 0
    while size < (kib << 10) - 1000:
        parts.append(trick(len(parts)))
        size += len(parts[-1].encode())
    half = len(parts) // 2
    for order in (parts, parts[half:] + parts[:half], [*parts[1::2], *parts[::2]]):
        yield (HEAD.format(title) + "".join(order) + TAIL).encode()


@dataclass(slots=True)
class Site:
    """Two addresses in the network's place: a citation's and a list's."""

    answers: dict[str, Answer]

    def answer(self, url: str, *, validators: Validators) -> Answer | None:
        """Answer as `scraper.replay.Archive` asks."""
        return Kept(self.answers, {}).answer(url, validators=validators) or Answer(404)


def held(kib: int, folder: Path, most: int = 3) -> Iterator[Held]:
    """Pass over every page in its versions, `most` of them at most; yield what it cost."""
    dossier = loads((shipped("dossiers") / "ai_pilot_zones.toml").read_text("utf-8"), folder / "d.toml")
    cited = next(one for one in dossier.citations if one.url and one.zone)
    source = f"{dossier.id}/fn{cited.footnote:02}"
    listed = next(one for one in dossier.lists if one.enabled)
    title = f"科技部关于支持{cited.zone}建设国家新一代人工智能创新发展试验区的函"
    with Store.open(str(folder / "choking.db")) as store:

        def look(day: int, url: str, name: str, body: bytes) -> tuple[float, dict[str, int]]:
            clock = fixed(FROM + timedelta(days=day))
            site = Site({url: Answer(200, (HTML,), body[: MOST << 10])})
            lease = store.take_lease(holder_name(), clock(), 60)
            assert lease
            began = time.process_time()
            with Fetcher(Policy(pause=0, robots=False), now=clock, archive=site) as fetcher:
                done = one_pass.run(
                    (dossier,),
                    store,
                    fetcher,
                    clock=clock,
                    lease=lease,
                    selection=Selection(frozenset({name}), True),
                )
            store.release_lease(lease, clock())
            return time.process_time() - began, done.outcomes

        look(0, cited.url or "", source, (HEAD.format(title) + f"<p>支持{cited.zone}。</p>" + TAIL).encode())
        day = 0
        for name, trick in TRICKS.items():
            for version, body in enumerate(islice(versions(trick, title, kib), most), 1):
                day += 1
                yield Held(name, version, len(body) >> 10, *look(day, cited.url or "", source, body))
        for version in (1, 2):
            body = _list(kib, version)
            yield Held(
                "rows of a list",
                version,
                len(body) >> 10,
                *look(day + version, listed.url, f"{dossier.id}/{listed.name}", body),
            )


def _list(kib: int, version: int) -> bytes:
    rows = [
        press.Row(
            f"https://www.most.gov.cn/x/{version}/t20220201_{n}.html",
            f"关于第{n}项检查的通知",
            date(2022, 2, 1),
            "",
        )
        for n in range(max(1, kib * 5))
    ]
    return press.listing("list_since.html", "其他文件", rows, number=0, count=1, charset="utf-8")


def peak() -> int:
    """Return the most memory that this process ever had, in bytes."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def main() -> None:
    """Print what each costs; exit with 1 where one is too dear."""
    kib, wrong = int((sys.argv[1:] or [str(MOST)])[0]), 0
    with tempfile.TemporaryDirectory() as folder:
        for one in held(kib, Path(folder)):
            dear = one.seconds > SECONDS
            wrong += dear
            mark = "  TOO LONG" if dear else ""
            print(
                f"{one.name:<22} {one.version}  {one.kib:>6} KiB  {one.seconds:6.2f} s  {one.outcomes}{mark}",
                flush=True,
            )
    print(f"the most memory: {peak() >> 20} MiB (at most {MEMORY >> 20})")
    sys.exit(wrong > 0 or peak() > MEMORY)


if __name__ == "__main__":
    main()

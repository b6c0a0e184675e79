"""Many small sites on loopback, in a process of their own, that put down who asked when.

    python -m benchmarks.crowd PORT HOSTS PAGES [ADDRESS]

A page is `/n/NUMBER.html` on the host that its number falls on: 127.0.0.1, 127.0.0.2, … or ADDRESS with a
port for each. `/_day` turns a leaf: on the second day some pages are edited, some gone, of which half stand
at `/m/NUMBER.html`; the last host breaks off whatever is asked, and the first one's list shows the letters
of two new zones. `/_log` gives every request: host, path, when it came, when its answer was out.
"""

import asyncio
import json
import sys
import time
from dataclasses import dataclass, field
from datetime import date

from benchmarks.pages import notice
from fixtures.press import pages as press
from fixtures.press.documents import Document

EDITED, GONE, STANDS = 17, 41, 2
"""Every so many-th page is edited, or gone; of those that are gone every second stands elsewhere."""
PHRASE = "国家新一代人工智能创新发展试验区"
ZONES = {"济南": date(2020, 3, 20), "西安": date(2020, 3, 21)}
LIST = "/list/index.html"
TLS = b"\x16"
"""How a TLS handshake begins (RFC 8446, section 5.1): these sites know none, and close."""


@dataclass(frozen=True, slots=True)
class Crowd:
    """The sites: how many hosts and pages, at which port; `single`: one address, a port for each host."""

    port: int
    hosts: int
    pages: int
    single: str | None = None

    def host(self, number: int) -> str:
        """Give the n-th host as it stands in addresses."""
        if self.single:
            return f"{self.single}:{self.port + number}"
        return f"127.0.{number // 250}.{number % 250 + 1}:{self.port}"

    def url(self, number: int) -> str:
        """Give a page's address."""
        return f"http://{self.host(number % self.hosts)}/n/{number}.html"

    def urls(self) -> list[str]:
        """Give all pages' addresses."""
        return [self.url(number) for number in range(self.pages)]

    def letter(self, place: str) -> str:
        """Give the address of a new zone's letter, on the first host."""
        return f"http://{self.host(0)}/z/t{ZONES[place]:%Y%m%d}_{1000 + list(ZONES).index(place)}.html"

    def dossier(self) -> str:
        """Write the dossier that watches the list and knows how pages are filed anew."""
        return (
            'title = "Crowd"\npublisher = "Nobody"\npublished = 2020-03-11\n'
            '[[zones]]\nzh = "合肥"\nen = "Hefei"\nprovince = "安徽省"\nannounced = 2019-10-18\n'
            "footnote = 1\n[[citations]]\nfootnote = 1\n"
            'printed = "http://cut.example/t2019"\nfor = "合肥"\nbecause = "cut"\n'
            f'[[lists]]\nname = "news"\nurl = "http://{self.host(0)}{LIST}"\nreport = "all"\n'
            '[[refilings]]\nfrom = "http://{host}/n/{number}.html"\nto = ["http://{host}/m/{number}.html"]\n'
            f'[recognition]\nphrase = "{PHRASE}"\n'
            'frame = "科技部关于(支持|同意){place}(建设|创建){phrase}的(函|复函|批复)"\n'
            f'issuers = ["科技部"]\nnumbers = ["国科函规"]\nhosts = ["{self.single or "127.0.0.1"}"]\n'
        )


def is_gone(number: int) -> bool:
    """Tell whether a page is gone on the second day."""
    return number % GONE == 1


def stands_elsewhere(number: int) -> bool:
    """Tell whether a page that is gone stands at its new address."""
    return is_gone(number) and number // GONE % STANDS == 0


@dataclass
class Sites:
    """What the sites answer on a day, and who asked."""

    crowd: Crowd
    day: int = 1
    log: list[tuple[str, str, float, float]] = field(default_factory=list)

    def page(self, host: str, path: str) -> tuple[int, bytes]:
        """Give status and body of an address."""
        if host == self.crowd.host(0) and path == LIST:
            return 200, self.listing()
        for place in ZONES if self.day > 1 else ():
            if self.crowd.letter(place).endswith(path) and host == self.crowd.host(0):
                return 200, self.letter(place)
        folder, _, name = path.lstrip("/").partition("/")
        number = int(name.removesuffix(".html")) if name.removesuffix(".html").isdecimal() else -1
        if number < 0 or number >= self.crowd.pages or folder not in ("n", "m"):
            return 404, b""
        lost = self.day > 1 and is_gone(number)
        if lost != (folder == "m") or (lost and not stands_elsewhere(number)):
            return 404, b""
        longer = self.day > 1 and number % EDITED == 0 and not lost
        return 200, notice(number, 4 if longer else 3).replace(b"2026", b"2025")  # no day yet to come

    def listing(self) -> bytes:
        """Print the list: ten rows of nothing of ours, on the second day two letters above them."""
        fillers = [
            press.Row(
                f"http://{self.crowd.host(0)}/x/t20200201_{n}00.html",
                f"关于第{n}项检查的通知",
                date(2020, 2, 1),
                None,
            )
            for n in range(10, 20)
        ]
        new = [
            press.Row(self.crowd.letter(place), title_of(place), day, None) for place, day in ZONES.items()
        ]
        rows = [*(new if self.day > 1 else []), *fillers]
        printed: bytes = press.listing(
            "list_since.html", "其他文件", rows, number=0, count=1, charset="utf-8"
        )
        return printed

    def letter(self, place: str) -> bytes:
        """Print a new zone's letter."""
        number, day = list(ZONES).index(place) + 70, ZONES[place]
        body = (
            f"你省关于支持{place}建设{PHRASE}的来函收悉。经研究，现函复如下：",
            f"一、支持{place}建设{PHRASE}。试验区建设要面向国家重大需求，从本地条件出发，探索新机制。",
            f"二、充分发挥{place}的优势，加强原创理论与关键共性技术攻关，推动成果转化，带动周边协同发展。"
            * 4,
        )
        url = self.crowd.letter(place)
        printed = Document(
            slug="any",
            title=title_of(place),
            published=day,
            signed=day,
            old=url,
            new=url,
            seen="",
            address="",
            number=f"国科函规〔2020〕{number}号",
            addressee="省人民政府",
            body=body,
        )
        answer: bytes = press.disclosure(printed, f"http://{self.crowd.host(0)}{LIST}", migrated=False)
        return answer

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer the requests of one connection."""
        address = writer.get_extra_info("sockname")
        host = f"{address[0]}:{address[1]}"
        try:
            while (first := await reader.readexactly(1)) != TLS:
                head = first + await reader.readuntil(b"\r\n\r\n")
                came = time.perf_counter()
                path = head.split(b" ", 2)[1].decode()
                if path.startswith("/_"):
                    writer.write(_printed(200, self.told(path)))
                    await writer.drain()
                    continue
                broken = self.day > 1 and host == self.crowd.host(self.crowd.hosts - 1)
                if not broken:
                    writer.write(_printed(*self.page(host, path)))
                    await writer.drain()
                self.log.append((host, path, came, time.perf_counter()))
                if broken:
                    break
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    def told(self, path: str) -> bytes:
        """Do what the benchmark asks for."""
        if path == "/_day":
            self.day += 1
            self.log.clear()
        return json.dumps(self.log if path == "/_log" else len(self.log)).encode()


def title_of(place: str) -> str:
    """Give the title of a new zone's letter."""
    return f"科技部关于支持{place}建设{PHRASE}的函"


def _printed(status: int, body: bytes) -> bytes:
    kind = "Content-Type: text/html; charset=utf-8"
    return f"HTTP/1.1 {status} .\r\n{kind}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body


async def serve(crowd: Crowd) -> None:
    """Serve the sites until the end of time."""
    sites = Sites(crowd)
    single = crowd.single
    places = [(single, crowd.port + n) for n in range(crowd.hosts)] if single else [("0.0.0.0", crowd.port)]
    for address, port in places:
        await asyncio.start_server(sites.answer, address, port, backlog=512)
    print("ready", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    given = sys.argv[1:]
    asyncio.run(serve(Crowd(*map(int, given[:3]), *given[3:4])))

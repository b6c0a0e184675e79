"""Who runs: zonewatch, plain httpx, and the peers, each started as its own documentation says.

A runner is prepared once in a folder of its own for a list of addresses; `command` is then one pass,
`first` the first one where that differs.
"""

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).parent
DOSSIER = """title = "Field"
publisher = "benchmark"
published = 2020-03-11
[recognition]
phrase = "国家新一代人工智能创新发展试验区"
frame = "科技部关于支持{place}(建设|创建){phrase}的函"
issuers = ["科技部"]
hosts = ["www.most.gov.cn"]
"""


@dataclass(frozen=True, slots=True)
class Runner:
    """One contestant: the command of a pass, its environment, and where its data lie."""

    name: str
    command: tuple[str, ...]
    folder: Path
    environment: Mapping[str, str] = field(default_factory=dict)
    first: tuple[str, ...] = ()

    @property
    def disk(self) -> int:
        """Bytes that its data take, its list of addresses left out."""
        kept = (path for path in self.folder.rglob("*") if path.is_file() and path.parent.name != "wishes")
        return sum(path.stat().st_size for path in kept)


Make = Callable[[Path, Sequence[str], Path], Runner]
"""A folder, the addresses, and the folder of the peers' programs, to a runner that is ready."""


def zonewatch(folder: Path, urls: Sequence[str], peers: Path, workers: int = 8) -> Runner:  # noqa: ARG001
    """Watch the addresses as the footnotes of a dossier."""
    rows = (f'[[citations]]\nfootnote = {number}\nurl = "{url}"\n' for number, url in enumerate(urls, 1))
    _wish(folder, "field.toml", DOSSIER + "\n".join(rows))
    environment = {
        "ZONEWATCH_PAUSE": "0",
        "ZONEWATCH_ALLOW_PRIVATE": "1",
        "ZONEWATCH_CONTACT": "benchmark",
        "ZONEWATCH_WORKERS": str(workers),
        "ZONEWATCH_DOSSIERS": str(folder / "wishes"),
        "ZONEWATCH_DB": str(folder / "zonewatch.db"),
    }
    command = (sys.executable, "-m", "zonewatch", "check", "--dossier", "field", "--all", "--json")
    return Runner("zonewatch", command, folder, environment)


def plain(folder: Path, urls: Sequence[str], peers: Path, workers: int = 10) -> Runner:  # noqa: ARG001
    """Fetch the addresses with httpx in threads and drop the answers: the floor."""
    pages = _wish(folder, "pages.txt", "\n".join(urls))
    return Runner("plain httpx", (sys.executable, str(HERE / "plain.py"), str(pages), str(workers)), folder)


def urlwatch(folder: Path, urls: Sequence[str], peers: Path) -> Runner:
    """Watch the addresses with urlwatch, texts by its html2text filter."""
    jobs = (f"url: {url}\nfilter:\n  - html2text\n" for url in urls)
    pages = _wish(folder, "urls.yaml", "---\n".join(jobs))
    config = _wish(folder, "urlwatch.yaml", "report: {}\n")
    cache = folder / "cache.db"
    options = ("--urls", str(pages), "--config", str(config), "--cache", str(cache))
    return Runner("urlwatch", (str(peers / "urlwatch"), *options), folder)


def webchanges(folder: Path, urls: Sequence[str], peers: Path) -> Runner:
    """Watch the addresses with webchanges, texts by its html2text filter."""
    jobs = (f"url: {url}\nfilters:\n  - html2text\n" for url in urls)
    pages = _wish(folder, "jobs.yaml", "---\n".join(jobs))
    config = _wish(folder, "config.yaml", "report: {}\n")
    options = ("--jobs", str(pages), "--config", str(config), "--database", str(folder / "snapshots.db"))
    return Runner("webchanges", (str(peers / "webchanges"), *options), folder)


def scrapy(folder: Path, urls: Sequence[str], peers: Path) -> Runner:
    """Crawl the addresses with a spider that keeps texts in SQLite."""
    pages = _wish(folder, "pages.txt", "\n".join(urls))
    given = ("-a", f"pages={pages}", "-a", f"db={folder / 'pages.db'}")
    command = (str(peers / "scrapy"), "runspider", str(HERE / "scrapy_spider.py"), *given)
    return Runner("Scrapy", command, folder)


def changedetection(folder: Path, urls: Sequence[str], peers: Path) -> Runner:
    """Watch the addresses with changedetection.io, each pass in its batch mode."""
    (folder / "data").mkdir(parents=True, exist_ok=True)
    program = (str(peers / "changedetection.io"), "-d", str(folder / "data"), "-l", "ERROR", "-b")
    environment = {"FETCH_WORKERS": "10", "DISABLE_VERSION_CHECK": "true", "LISTEN_HOST": "127.0.0.1"}
    environment["ALLOW_IANA_RESTRICTED_ADDRESSES"] = "true"
    added = tuple(part for url in urls for part in ("-u", url))
    return Runner("changedetection.io", (*program, "-r", "all"), folder, environment, (*program, *added))


def _wish(folder: Path, name: str, text: str) -> Path:
    path = folder / "wishes" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


PEERS: tuple[Make, ...] = (urlwatch, webchanges, scrapy, changedetection)

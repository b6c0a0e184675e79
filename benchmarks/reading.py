"""How long the reading of a page takes, beside a plain parse by lxml and a whole page by BeautifulSoup.

`python -m benchmarks.reading` prints CPU milliseconds, medians of rounds that alternate between the three, so
that a busy machine slows them alike. Reading is all of it: decoding, parsing, all fields; the parse is
`lxml.html.fromstring` of the decoded text. What counts is the ratio: 3 for notices of 45 kB and 1 MB.
"""

import statistics
import time
from collections.abc import Callable

from bs4 import BeautifulSoup
from lxml import html

from benchmarks.pages import disclosure, page_of
from scraper.model import Notice
from scraper.readers import read_body

URL = "https://www.example.gov.cn/xxgk/202001/t20200105_1.html"
ROUNDS_OF = 12_000_000
"""Bytes that are read of each page, in 15 rounds at least."""
CASES = (
    ("disclosure, header table", disclosure(1)),
    ("notice", page_of(45_000)),
    ("notice", page_of(270_000)),
    ("notice", page_of(1_000_000)),
)


def seconds_of(jobs: tuple[Callable[[], object], ...], rounds: int) -> list[float]:
    """Return the median CPU seconds of each job; the jobs take turns."""
    taken: list[list[float]] = [[] for _ in jobs]
    for _ in range(rounds):
        for job, times in zip(jobs, taken, strict=True):
            begun = time.process_time()
            job()
            times.append(time.process_time() - begun)
    return [statistics.median(times) for times in taken]


def row(name: str, content: bytes) -> str:
    """Measure a page and return its line of the table."""
    text = content.decode()
    reading = read_body(content, None, URL)[1]
    if not isinstance(reading, Notice) or reading.published is None:
        raise SystemExit(f"{name}: read as {reading}")
    jobs = (lambda: read_body(content, None, URL), lambda: html.fromstring(text))
    whole, plain = seconds_of(jobs, max(15, ROUNDS_OF // len(content) // 2))
    soup = seconds_of((lambda: BeautifulSoup(text, "lxml"),), 5)[0]
    return (
        f"{name:26}{len(content) / 1000:8.1f}{plain * 1000:9.2f}{whole * 1000:9.2f}{whole / plain:7.1f}"
        f"{soup * 1000:15.2f}{soup / plain:7.1f}"
    )


def main() -> None:
    print(f"{'page':26}{'kB':>8}{'lxml ms':>9}{'read ms':>9}{'ratio':>7}{'soup of all ms':>15}{'ratio':>7}")
    for name, content in CASES:
        print(row(name, content), flush=True)


if __name__ == "__main__":
    main()

"""The floor: the pages fetched by httpx in threads, and nothing done with them.

python plain.py FILE THREADS
"""

import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx


def run(pages: Path, threads: int) -> None:
    """Fetch every address of a file once."""
    limits = httpx.Limits(max_connections=threads, max_keepalive_connections=threads)
    with httpx.Client(limits=limits, timeout=60) as client, ThreadPoolExecutor(threads) as pool:
        for answer in pool.map(client.get, pages.read_text(encoding="utf-8").split()):
            answer.read()


if __name__ == "__main__":
    run(Path(sys.argv[1]), int(sys.argv[2]))

"""Scrapy as a monitor of pages: each text kept in SQLite with zlib, with its validators, if it changed.

scrapy runspider scrapy_spider.py -a pages=FILE -a db=FILE
"""

import hashlib
import sqlite3
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import scrapy
from scrapy.http import Response

TABLE = """CREATE TABLE IF NOT EXISTS page
(url TEXT PRIMARY KEY, etag TEXT, modified TEXT, digest TEXT, title TEXT, text BLOB)"""


class Pages(scrapy.Spider):
    """Asks every address once; 304 leaves the row as it is."""

    name = "pages"
    handle_httpstatus_list = (304,)
    custom_settings = {  # noqa: RUF012 - Scrapy's own way
        "ROBOTSTXT_OBEY": False,
        "LOG_LEVEL": "WARNING",
        "CONCURRENT_REQUESTS": 64,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 64,
        "DOWNLOAD_DELAY": 0,
        "RETRY_ENABLED": False,
        "TELNETCONSOLE_ENABLED": False,
    }

    def __init__(self, pages: str, db: str, **more: Any) -> None:
        super().__init__(**more)
        self._pages = Path(pages).read_text().split()
        self._db = sqlite3.connect(db)
        self._db.execute(TABLE)
        self._known = {
            row[0]: row[1:] for row in self._db.execute("SELECT url, etag, modified, digest FROM page")
        }

    async def start(self) -> Any:
        """Ask each address, with what the server said of it last time."""
        for url in self._pages:
            etag, modified, _ = self._known.get(url, (None, None, None))
            headers = {
                name: value
                for name, value in (("If-None-Match", etag), ("If-Modified-Since", modified))
                if value
            }
            yield scrapy.Request(url, headers=headers, dont_filter=True)

    def parse(self, response: Response, **_: Any) -> Iterator[None]:
        """Keep what changed."""
        if response.status != 304:
            self._keep(response)
        yield from ()

    def _keep(self, response: Response) -> None:
        text = "\n".join(part.strip() for part in response.xpath("//body//text()").getall() if part.strip())
        digest = hashlib.sha256(text.encode()).hexdigest()
        if self._known.get(response.url, (None, None, None))[2] == digest:
            return
        said = (response.headers.get(name, b"").decode() for name in ("ETag", "Last-Modified"))
        row = (
            response.url,
            *said,
            digest,
            response.xpath("//title/text()").get(),
            zlib.compress(text.encode()),
        )
        self._db.execute("INSERT OR REPLACE INTO page VALUES (?, ?, ?, ?, ?, ?)", row)

    def closed(self, reason: str) -> None:  # noqa: ARG002 - Scrapy's
        """Commit once at the end, as a pipeline does."""
        self._db.commit()
        self._db.close()

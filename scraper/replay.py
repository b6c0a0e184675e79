"""A history replayed: days of answers in a folder or a WARC, in place of the network.

A folder holds a folder a day, `<date>/index.json`, which says what changed since the day before, as
a list: `{"url", "status", "headers", "file"}` is an address's answer from that day on (`headers` an
object or a list of pairs, `file` beside the index, absent for no body), and `{"host", "status": 404}` or
`{"host", "redirect": "/"}` what anything else on that host gets. The same may stand in an object,
`{"answers": […], "hosts": {host: {"status": 404}}}`. A host that has an answer but no word of its
own answers 404 for the rest; one that is not named has no network.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from itertools import groupby
from pathlib import Path
from typing import Protocol
from urllib.parse import urljoin

from scraper.addresses import canonical, host
from scraper.model import Headers
from scraper.policy import Validators

DAY_STARTS = time(4, 0, tzinfo=UTC)
"""The hour that a replayed day's pass takes for now: noon in Beijing."""


class HistoryError(Exception):
    """A history that cannot be replayed; the message names the file and fits one line."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server answers; `body` as on the wire, content coding kept; `cut` where its end is missing."""

    status: int
    headers: Headers = ()
    body: bytes = b""
    cut: bool = False

    def header(self, name: str) -> str | None:
        """Return the first header of that name (any case)."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), None)


class Archive(Protocol):
    """What stands in the network's place."""

    def answer(self, url: str, *, validators: Validators) -> Answer | None:
        """Give what `url` answers; None where there is no network to its host."""


FRONT_PAGE = Answer(
    200,
    (("Content-Type", "text/html; charset=utf-8"),),
    "<html><head><title>首页</title></head><body><h1>首页</h1></body></html>".encode(),
)
"""What a host's own redirect leads to where the history has no page for it."""


@dataclass(frozen=True, slots=True)
class Kept:
    """An `Archive` of one day: answers by canonical address, and what the rest of a host gets."""

    answers: Mapping[str, Answer] = field(default_factory=dict)
    hosts: Mapping[str, Answer] = field(default_factory=dict)

    def answer(self, url: str, *, validators: Validators) -> Answer | None:
        """Give the address's own answer or its host's; 304 where the validators are the answer's own."""
        found = self.answers.get(canonical(url)) or self._default(url)
        if found is not None and _unchanged(found, validators):
            return Answer(304, tuple(line for line in found.headers if line[0].lower() in _KEPT_IN_304))
        return found

    def _default(self, url: str) -> Answer | None:
        """Give what the rest of a host gets; the page that it is sent to stands, though nobody wrote it."""
        default = self.hosts.get(host(url))
        target = default.header("Location") if default else None
        if target and canonical(urljoin(url, target)) == canonical(url):
            return FRONT_PAGE
        return default


@dataclass(frozen=True, slots=True)
class Day:
    """One pass of a replay: its date, what it takes for now, and the answers of that day."""

    date: date
    archive: Archive

    @property
    def now(self) -> datetime:
        """04:00 UTC of the date."""
        return datetime.combine(self.date, DAY_STARTS)


def open_history(path: Path) -> tuple[Day, ...]:
    """Read a history, a folder of days or a WARC file, as days in order; each holds all before it.

    Raises `HistoryError` naming the file that is missing, unreadable or not as described above.
    """
    if path.is_file():
        return open_warc(path)
    if not path.is_dir():
        raise HistoryError(f"{path}: no such folder or file to replay")
    folders = sorted((day, folder) for folder in path.iterdir() if (day := _day(folder.name)) is not None)
    if not folders:
        raise HistoryError(f"{path}: no day to replay (folders named like 2020-03-12)")
    days: list[Day] = []
    kept = Kept()
    for day, folder in folders:
        kept = _with_folder(kept, folder)
        days.append(Day(day, kept))
    return tuple(days)


def open_warc(path: Path) -> tuple[Day, ...]:
    """Read a WARC file (gzip or plain) as days by the UTC date of its response records.

    An address that has no record has no network; a revisit record stands for the payload that it
    refers to, and for nothing if the file lacks that. The file is read to its end first: raises
    `HistoryError` for what is no WARC, or for a damaged one, with the record and its offset.
    """
    from scraper.exchanges import read_answers  # noqa: PLC0415 - warcio is only needed here

    try:
        found = list(read_answers(path))
    except (OSError, ValueError) as error:
        raise HistoryError(f"{path}: {' '.join(str(error).split())}") from error
    if not found:
        raise HistoryError(f"{path}: no response records to replay")
    days: list[Day] = []
    answers: dict[str, Answer] = {}
    for day, records in groupby(sorted(found, key=lambda record: record.at), lambda record: record.at.date()):
        answers = {**answers, **{canonical(record.url): record.answer for record in records}}
        days.append(Day(day, Kept(answers)))
    return tuple(days)


_KEPT_IN_304 = frozenset(
    {"etag", "last-modified", "date", "cache-control", "expires", "vary", "content-location"}
)
"""RFC 9110, section 15.4.5."""


def _unchanged(answer: Answer, validators: Validators) -> bool:
    """Compare validators as a server does: the entity tag decides where one was sent (RFC 9110, 13.2.2)."""
    if answer.status != 200:
        return False
    if validators.etag is not None:
        return validators.etag == answer.header("ETag")
    return validators.last_modified is not None and validators.last_modified == answer.header("Last-Modified")


def _day(name: str) -> date | None:
    try:
        return date.fromisoformat(name) if len(name) == 10 else None
    except ValueError:
        return None


def _with_folder(kept: Kept, folder: Path) -> Kept:
    """Lay a day's index over what was kept before it."""
    index = folder / "index.json"
    answers, hosts = dict(kept.answers), dict(kept.hosts)
    for item in _items(index):
        if "url" in item:
            url = _text(item, "url", index)
            answers[canonical(url)] = _answer(item, folder, index)
            hosts.setdefault(host(url), Answer(404))
        else:
            hosts[_text(item, "host", index).lower()] = _default(item, index)
    return Kept(answers, hosts)


def _items(index: Path) -> list[dict[str, object]]:
    """Read an index of either shape as one list of items."""
    try:
        read = json.loads(index.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise HistoryError(f"{index}: {' '.join(str(error).split())}") from error
    listed = [read] if isinstance(read, dict) else read
    if not isinstance(listed, list) or not all(isinstance(item, dict) for item in listed):
        raise HistoryError(f"{index}: expected a list of objects")
    return [plain for item in listed for plain in _plain(item, index)]


def _plain(item: dict[str, object], index: Path) -> list[dict[str, object]]:
    """Bring what people write into items of one address or one host each.

    Beside those themselves: lists of them under any name, and hosts as names with what they answer.
    """
    if "url" in item:
        return [item]
    if "host" in item:
        nested = [value for value in item.values() if isinstance(value, dict)]
        return [{**item, **nested[0]} if len(nested) == 1 else item]
    plain: list[dict[str, object]] = []
    for name, value in item.items():
        if isinstance(value, list) and name != "hosts" and all(isinstance(one, dict) for one in value):
            plain += [found for one in value for found in _plain(one, index)]
        elif isinstance(value, dict) and {"status", "redirect"} & value.keys():
            plain.append({"host": name, **value})
        elif isinstance(value, dict):
            plain += _plain(value, index)
        else:
            raise HistoryError(f"{index}: `{name}`: expected objects with a url, or with a host")
    return plain


def _answer(item: dict[str, object], folder: Path, index: Path) -> Answer:
    named = item.get("file")
    body = b""
    if named is not None:
        file = folder / _text(item, "file", index)
        try:
            body = file.read_bytes()
        except OSError as error:
            raise HistoryError(f"{file}: {error.strerror or error}") from error
    return Answer(_status(item, index), _headers(item, index), body)


def _default(item: dict[str, object], index: Path) -> Answer:
    if "redirect" in item:
        return Answer(302, (("Location", _text(item, "redirect", index)),))
    if "status" not in item:
        raise HistoryError(
            f"{index}: {item['host']}: expected a status or a redirect for the rest of the host"
        )
    return Answer(_status(item, index))


def _headers(item: dict[str, object], index: Path) -> Headers:
    given = item.get("headers") or {}
    pairs = list(given.items()) if isinstance(given, dict) else given
    if not isinstance(pairs, list) or not all(
        isinstance(pair, list | tuple) and len(pair) == 2 for pair in pairs
    ):
        raise HistoryError(f"{index}: expected headers as an object or a list of pairs")
    return tuple((str(name), str(value)) for name, value in pairs)


def _status(item: dict[str, object], index: Path) -> int:
    status = item.get("status", 200)
    if not isinstance(status, int) or not 200 <= status <= 599:
        raise HistoryError(f"{index}: status {status!r} (expected 200 to 599)")
    return status


def _text(item: dict[str, object], key: str, index: Path) -> str:
    value = item.get(key)
    if not isinstance(value, str) or not value:
        raise HistoryError(f"{index}: expected {key} as text in {json.dumps(item, ensure_ascii=False)[:80]}")
    return value

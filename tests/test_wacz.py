"""WACZ packages: accepted by their own validator, and every line of the index leads to its record."""

import gzip
import hashlib
import io
import json
import subprocess
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

from storage.cdxj import Sorted, blocks, line_of, sort_key
from storage.warc_records import HTTP_RESPONSE, Record
from tests.site import GUANGZHOU, HEFEI, PROGRAM, QTWJ, START, Monitor, Pages, bound, dossier_text, page, row
from zonewatch.cli import cli

DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A package of two passes: a letter that stayed, one that moved, and a list that showed a new one."""
    folder = tmp_path_factory.mktemp("wacz")
    pages = Pages()
    pages.put(HEFEI.url, page(HEFEI), 200, ("ETag", '"1"'))
    pages.put(GUANGZHOU.url, page(GUANGZHOU))
    for url, content in bound(QTWJ, [row(GUANGZHOU), row(HEFEI)]).items():
        pages.put(url, content)
    with Monitor(folder, pages, dossier_text(lists=[{"name": "qtwj", "url": QTWJ}])) as monitor:
        monitor.at(START)
        monitor.at(START + DAY)
    out = folder / "a.wacz"
    words = ("--db", folder / "zonewatch.db", "--now", "2022-04-01", "--json", "export", "wacz", "-o", out)
    done = CliRunner().invoke(cli, list(map(str, words)))
    assert done.exit_code == 0, done.output
    said = json.loads(done.stdout)
    data = out.read_bytes()
    assert (said["size"], said["sha256"]) == (len(data), hashlib.sha256(data).hexdigest())
    return out


def inside(package: Path, name: str) -> bytes:
    with zipfile.ZipFile(package) as opened:
        return opened.read(name)


def index(package: Path) -> list[tuple[str, str, dict[str, Any]]]:
    lines = gzip.decompress(inside(package, "indexes/index.cdx.gz")).decode().splitlines()
    return [(key, time, json.loads(said)) for key, time, said in (line.split(" ", 2) for line in lines)]


def test_the_formats_own_validator_accepts_a_package(package: Path) -> None:
    tool = (str(PROGRAM.with_name("wacz")), "validate", "-f", str(package))
    done = subprocess.run(tool, capture_output=True, text=True, check=False)
    assert done.returncode == 0 and "the passed WACZ is valid" in done.stdout, done.stdout + done.stderr


def test_the_validator_finds_a_flipped_byte(package: Path, tmp_path: Path) -> None:
    damaged = tmp_path / "damaged.wacz"
    with zipfile.ZipFile(package) as whole, zipfile.ZipFile(damaged, "w") as other:
        for name in whole.namelist():
            data = bytearray(whole.read(name))
            # The first byte of gzip's time (RFC 1952, 2.3): all still inflates, only the digest differs.
            data[4] ^= name.startswith("archive/")
            other.writestr(name, bytes(data))
    tool = (str(PROGRAM.with_name("wacz")), "validate", "-f", str(damaged))
    done = subprocess.run(tool, capture_output=True, text=True, check=False)
    assert done.returncode == 1 and "the passed WACZ is invalid" in done.stdout


def test_archive_and_index_are_stored_as_they_are_and_named_with_their_digests(package: Path) -> None:
    described = json.loads(inside(package, "datapackage.json"))
    assert (described["wacz_version"], described["created"]) == ("1.1.1", "2022-04-01T00:00:00Z")
    with zipfile.ZipFile(package) as opened:
        assert opened.testzip() is None
        named = {one["path"]: one for one in described["resources"]}
        assert named.keys() | {"datapackage.json", "datapackage-digest.json"} == set(opened.namelist())
        for path, one in named.items():
            data = opened.read(path)
            assert one["hash"] == f"sha256:{hashlib.sha256(data).hexdigest()}" and one["bytes"] == len(data)
            stored = opened.getinfo(path).compress_type == zipfile.ZIP_STORED
            assert stored is path.endswith(".gz")
    digest = json.loads(inside(package, "datapackage-digest.json"))
    whole = hashlib.sha256(inside(package, "datapackage.json")).hexdigest()
    assert digest == {"path": "datapackage.json", "hash": f"sha256:{whole}"}


def test_every_line_of_the_index_leads_to_its_record(package: Path) -> None:
    archive = inside(package, "archive/data.warc.gz")
    lines = index(package)
    assert lines == sorted(lines, key=lambda line: line[:2])
    for key, time, said in lines:
        start, length = int(said["offset"]), int(said["length"])
        (record,) = ArchiveIterator(io.BytesIO(archive[start : start + length]))
        assert record.rec_headers.get_header("WARC-Target-URI") == said["url"]
        assert sort_key(said["url"]) == key
        assert time == record.rec_headers.get_header("WARC-Date").translate({ord(one): "" for one in "-:TZ"})
        assert said.get("digest") == record.rec_headers.get_header("WARC-Payload-Digest")
        assert record.http_headers.get_statuscode() == said["status"]
    captures = [
        one for one in ArchiveIterator(io.BytesIO(archive)) if one.rec_type in ("response", "revisit")
    ]
    assert len(lines) == len(captures)


def test_the_index_of_blocks_says_where_each_begins(package: Path) -> None:
    meta, *found = inside(package, "indexes/index.idx").decode().splitlines()
    assert meta == '!meta 0 {"format": "cdxj-gzip-1.0", "filename": "index.cdx.gz"}'
    data = inside(package, "indexes/index.cdx.gz")
    key, time, place = found[0].split(" ", 2)
    said = json.loads(place)
    block = data[said["offset"] : said["offset"] + said["length"]]
    assert gzip.decompress(block).decode().startswith(f"{key} {time} ")
    assert said["digest"] == f"sha256:{hashlib.sha256(block).hexdigest()}"


def test_a_page_is_listed_when_it_shows_something_new(package: Path) -> None:
    head, *found = map(json.loads, inside(package, "pages/pages.jsonl").splitlines())
    assert head == {"format": "json-pages-1.0", "id": "pages", "title": "All Pages"}
    assert {one["ts"] for one in found} == {"2022-03-01T04:00:00Z"}
    assert {one["url"]: one["title"] for one in found} == {
        HEFEI.url: HEFEI.title,
        GUANGZHOU.url: GUANGZHOU.title,
        QTWJ: "d/qtwj",
    }


# --- the index ---------------------------------------------------------------------------------------------

ADDRESSES = [
    ("http://www.most.gov.cn/", "cn,gov,most)/"),
    ("https://www.most.gov.cn", "cn,gov,most)/"),
    ("https://www2.Most.gov.cn/TZTG/index.html", "cn,gov,most)/tztg/index.html"),
    ("http://most.gov.cn:80/a/?b=2&a=1", "cn,gov,most)/a?a=1&b=2"),
    ("http://most.gov.cn:8080/a", "cn,gov,most:8080)/a"),
    ("http://203.0.113.7/a", "203.0.113.7)/a"),
]


@pytest.mark.parametrize(("url", "key"), ADDRESSES)
def test_a_key_sorts_a_site_together(url: str, key: str) -> None:
    assert sort_key(url) == key


@pytest.mark.parametrize("url", [url for url, _ in ADDRESSES if "203." not in url] + [HEFEI.url, QTWJ])
def test_a_key_is_the_one_that_other_tools_make(url: str) -> None:
    surt = pytest.importorskip("surt")
    assert sort_key(url) == surt.surt(url)


@given(lines=st.lists(st.text("ab\x7f合", max_size=6).map(lambda one: one + "\n"), max_size=60))
def test_lines_come_sorted_however_few_fit_into_memory(lines: list[str]) -> None:
    for most in (0, 20, 10_000):
        held = Sorted(most)
        for line in lines:
            held.put(line)
        assert list(held) == sorted(lines)
        held.close()


def test_blocks_hold_every_line_and_their_index_finds_them() -> None:
    lines = [f"cn,a)/{number:05} 2022 {{}}\n" for number in range(1000)]
    (_, meta), *made = blocks(lines, "x.cdx.gz")
    assert '"x.cdx.gz"' in meta and len(made) == 4
    data = b"".join(block for block, _ in made)
    assert gzip.decompress(data).decode() == "".join(lines)
    for number, (_, line) in enumerate(made):
        key, _, place = line.split(" ", 2)
        said = json.loads(place)
        assert key == f"cn,a)/{number * 300:05}"
        assert gzip.decompress(data[said["offset"] :][: said["length"]]).startswith(key.encode())


@pytest.mark.parametrize(
    ("kind", "named", "block", "mime"),
    [
        (
            "response",
            HTTP_RESPONSE,
            b"HTTP/1.1 200 \r\nContent-Type: A/B; c\r\n\r\n",
            "A/B",
        ),
        ("response", HTTP_RESPONSE, b"HTTP/1.1 200 \r\n\r\nContent-Type: a/b", "unk"),
        ("resource", "text/html; charset=utf-8", b"", "text/html"),
        ("revisit", HTTP_RESPONSE, b"HTTP/1.1 200 \r\n\r\n", "warc/revisit"),
    ],
)
def test_a_line_names_the_media_type(kind: str, named: str, block: bytes, mime: str) -> None:
    at = datetime(2022, 3, 1, 4, tzinfo=UTC).isoformat()
    fields = (("WARC-Target-URI", HEFEI.url), ("WARC-Date", at), ("Content-Type", named))
    line = line_of(Record(kind, fields, block), filename="a", offset=5, length=7)
    assert line
    said = json.loads(line.split(" ", 2)[2])
    assert said["mime"] == mime and said["status"] == "200"
    assert line_of(Record("request", fields, block), filename="a", offset=5, length=7) is None

"""WARC files as any tool writes them: read whole, or refused with the record and its offset."""

import gzip
import hashlib
from base64 import b32encode
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from scraper.exchanges import exchanged, read_answers
from scraper.fetch import Fetcher, Policy
from scraper.model import Completeness
from scraper.replay import HistoryError, open_history
from scraper.warcs import WarcError, WarcFile, check_whole, payload_sha256
from zonewatch.cli import cli

SITE = "http://www.most.gov.cn"
PAGE = "<html><title>科技部关于支持合肥市建设试验区的函</title></html>".encode() * 30


def record(kind: str, url: str, block: bytes, at: str = "2020-03-12T08:00:00Z", **more: str) -> bytes:
    """Write one record; further fields by their names, with `_` for `-`."""
    digest = b32encode(hashlib.sha1(block, usedforsecurity=False).digest()).decode()
    fields = {"WARC-Type": kind, "WARC-Target-URI": url, "WARC-Date": at}
    fields |= {"WARC-Block-Digest": f"sha1:{digest}"}
    fields |= {name.replace("_", "-"): value for name, value in more.items()}
    lines = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return f"WARC/1.0\r\n{lines}Content-Length: {len(block)}\r\n\r\n".encode() + block + b"\r\n\r\n"


def captured(count: int = 5, *, zipped: bool = True) -> bytes:
    """Write a file as other tools do: a warcinfo, then so many responses."""
    head = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nX-A: 合\r\nX-A: b\r\n\r\n".encode()
    records = [record("warcinfo", "", b"software: another\r\n")]
    for number in range(count):
        at = f"2020-03-{number + 10}T08:00:00Z"
        records.append(record("response", f"{SITE}/{number}.htm", head + b"%d" % number + PAGE, at))
    return b"".join(gzip.compress(one, mtime=0) if zipped else one for one in records)


def told(tmp_path: Path, data: bytes, name: str = "a.warc.gz") -> str:
    """What is said of a file that is not whole; "" of one that is."""
    path = tmp_path / name
    path.write_bytes(data)
    try:
        check_whole(WarcFile(path))
    except WarcError as error:
        return str(error)
    return ""


def offsets(data: bytes, tmp_path: Path) -> list[int]:
    path = tmp_path / "offsets.warc.gz"
    path.write_bytes(data)
    return [record.offset for record in WarcFile(path)]


# --- whole files -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("zipped", [True, False])
def test_records_come_in_order_with_fields_blocks_and_offsets(tmp_path: Path, zipped: bool) -> None:
    path = tmp_path / "a.warc"
    path.write_bytes(captured(3, zipped=zipped))
    records = list(WarcFile(path))
    assert [record.number for record in records] == [1, 2, 3, 4]
    assert [record.kind for record in records] == ["warcinfo", "response", "response", "response"]
    assert records[2].url == f"{SITE}/1.htm"
    assert records[2].at == datetime(2020, 3, 11, 8, tzinfo=UTC)
    said = exchanged(records[2])
    assert said and (said.status, said.payload, said.whole) == (200, b"1" + PAGE, True)
    assert said.headers == (("Content-Type", "text/html"), ("X-A", "合"), ("X-A", "b"))
    assert [WarcFile(path).at(record.offset) for record in records][2].block == records[2].block


def test_a_file_that_was_zipped_as_one_is_read_too(tmp_path: Path) -> None:
    path = tmp_path / "a.warc.gz"
    path.write_bytes(gzip.compress(captured(3, zipped=False)))
    records = list(WarcFile(path))
    assert [record.url for record in records[1:]] == [f"{SITE}/{number}.htm" for number in range(3)]
    assert WarcFile(path).at(records[3].offset).block == records[3].block


def test_a_bare_file_of_one_record_is_whole(tmp_path: Path) -> None:
    assert told(tmp_path, captured(0)) == ""


# --- damage ------------------------------------------------------------------------------------------------


def test_a_file_cut_anywhere_is_refused_with_the_record_it_is_cut_in(tmp_path: Path) -> None:
    data = captured(3)
    starts = offsets(data, tmp_path)
    for length in (1, 5, 9, 11, *range(40, len(data), 37), len(data) - 1):
        if length in starts:
            continue
        number = sum(start < length for start in starts)
        said = told(tmp_path, data[:length])
        where = f"record {number} at byte {starts[number - 1]}: "
        assert said.startswith(where) or length < 3, (length, said)


def test_a_plain_file_cut_in_a_block_is_refused(tmp_path: Path) -> None:
    data = captured(3, zipped=False)
    starts = offsets(data, tmp_path)
    assert told(tmp_path, data[:-100]).startswith(f"record 4 at byte {starts[3]}: cut off: ")
    assert told(tmp_path, data[: starts[3] + 20]).startswith(f"record 4 at byte {starts[3]}: ")


def test_a_flipped_bit_anywhere_in_a_zipped_file_is_found(tmp_path: Path) -> None:
    data = captured(2)
    starts = offsets(data, tmp_path)
    unguarded = {start + place for start in starts for place in range(3, 10)}  # RFC 1952: flags to OS
    for place in range(0, len(data), 3):
        if place not in unguarded:
            damaged = bytearray(data)
            damaged[place] ^= 1 << place % 8
            assert told(tmp_path, bytes(damaged)).startswith("record "), place


def test_a_flipped_bit_in_a_plain_files_block_is_found_by_its_digest(tmp_path: Path) -> None:
    data = captured(1, zipped=False)
    start = data.index(PAGE)
    for place in range(start, start + len(PAGE), 50):
        damaged = bytearray(data)
        damaged[place] ^= 1
        assert "damaged: its block is not that of its WARC-Block-Digest" in told(tmp_path, bytes(damaged))


@pytest.mark.parametrize(
    ("written", "wrong", "said"),
    [
        (b"Content-Length: 2", b"Content-Length: x2", "'x2433' is no number"),
        (b"Content-Length: 2", b"Content-Length: 99992", "cut off: "),
        (b"Content-Length: 19", b"Content-Length: 15", "damaged"),
        (b"sha1:", b"sha2:", ""),
        (b"WARC-Type: warcinfo", b"WARC-Nope: warcinfo", "no WARC record"),
        (b"WARC/1.0", b"WORK/1.0", "no record"),
    ],
)
def test_a_head_that_belies_its_block_is_refused(
    tmp_path: Path, written: bytes, wrong: bytes, said: str
) -> None:
    damaged = captured(1, zipped=False).replace(written, wrong, 1)
    assert damaged != captured(1, zipped=False)
    assert said in told(tmp_path, damaged)
    assert bool(told(tmp_path, damaged)) is bool(said)


def test_a_block_that_goes_on_after_its_length_is_refused(tmp_path: Path) -> None:
    plain = captured(1, zipped=False).replace(b"Content-Length: 19", b"Content-Length: 15", 1)
    said = told(tmp_path, plain.replace(b"sha1:", b"none:", 1))
    assert said == "record 1 at byte 0: its block does not end where its Content-Length says"


def test_what_follows_the_last_record_is_no_rubbish(tmp_path: Path) -> None:
    data = captured(1)
    assert told(tmp_path, data + b"\0" * 20) == f"record 3 at byte {len(data)}: no gzip member begins here"


@pytest.mark.parametrize("name", ["sha1", "sha256", "md5"])
@pytest.mark.parametrize("form", ["base32", "hex"])
def test_digests_are_known_in_the_forms_that_tools_write(tmp_path: Path, name: str, form: str) -> None:
    block = b"HTTP/1.0 200 OK\r\n\r\nbody"
    made = hashlib.new(name, block).digest()
    value = made.hex() if form == "hex" else b32encode(made).decode()
    head = f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Block-Digest: {name}:{value}\r\nContent-Length: 23"
    written = head.encode() + b"\r\n\r\n" + block + b"\r\n\r\n"
    assert told(tmp_path, written) == ""
    assert "WARC-Block-Digest" in told(tmp_path, written.replace(b"body", b"b0dy"))


def test_a_digest_of_an_unknown_kind_is_passed_over(tmp_path: Path) -> None:
    written = (
        b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Block-Digest: xxh3:0\r\nContent-Length: 0\r\n\r\n\r\n\r\n"
    )
    assert told(tmp_path, written) == ""
    (record,) = WarcFile(tmp_path / "a.warc.gz")
    assert payload_sha256(record) is None


@settings(max_examples=40, deadline=None)
@given(noise=st.binary(max_size=200), place=st.integers(0, 2000))
def test_no_file_raises_anything_else(
    tmp_path_factory: pytest.TempPathFactory, noise: bytes, place: int
) -> None:
    data = captured(1, zipped=False)
    at = place % len(data)
    told(tmp_path_factory.mktemp("noise"), data[:at] + noise + data[at:])


# --- replay ------------------------------------------------------------------------------------------------


def test_a_damaged_file_is_refused_before_anything_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    path, db = tmp_path / "a.warc.gz", tmp_path / "zonewatch.db"
    path.write_bytes(captured(5)[:-7])
    done = CliRunner().invoke(cli, ["--db", str(db), "check", "--replay", str(path)])
    assert done.exit_code == 1 and done.stdout == ""
    assert "a.warc.gz: record 6 at byte" in done.stderr and "cut off" in done.stderr
    assert not db.exists()


def test_an_empty_file_is_no_history(tmp_path: Path) -> None:
    path = tmp_path / "a.warc.gz"
    path.write_bytes(b"")
    with pytest.raises(HistoryError, match="no response records"):
        open_history(path)
    with pytest.raises(WarcError, match="no WARC records"):
        check_whole(WarcFile(path))


@pytest.fixture
def fetched(tmp_path: Path) -> Callable[..., list[object]]:
    """Replay records, and say of one address what each day shows: status, body, completeness."""

    def visit(url: str, *records: bytes) -> list[object]:
        path = tmp_path / "a.warc"
        path.write_bytes(b"".join(records))
        shown: list[object] = []
        for day in open_history(path):
            with Fetcher(Policy(), now=lambda: datetime.now(UTC), archive=day.archive) as one:
                fetch = one.fetch(url)
                shown.append((fetch.status, fetch.body, fetch.completeness))
        return shown

    return visit


def test_a_record_that_says_it_was_cut_short_is_no_whole_body(fetched: Callable[..., list[object]]) -> None:
    url = f"{SITE}/a"
    block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + PAGE
    cut = record("response", url, block, WARC_Truncated="disconnect")
    assert fetched(url, cut) == [(200, PAGE, Completeness.SHORT)]
    assert fetched(url, record("response", url, block)) == [(200, PAGE, Completeness.WHOLE)]


def test_chunks_without_the_last_one_are_no_whole_body(fetched: Callable[..., list[object]]) -> None:
    url = f"{SITE}/a"
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    cut = record("response", url, head + b"5\r\nhello\r\n6\r\n wor")
    assert fetched(url, cut) == [(200, b"hello wor", Completeness.SHORT)]
    whole = record("response", url, head + b"5\r\nhello\r\n0\r\n\r\n")
    assert fetched(url, whole) == [(200, b"hello", Completeness.WHOLE)]


def test_a_page_without_its_exchange_is_an_answer_with_its_type(fetched: Callable[..., list[object]]) -> None:
    url = f"{SITE}/a"
    assert fetched(url, record("resource", url, PAGE, Content_Type="text/html")) == [
        (200, PAGE, Completeness.WHOLE)
    ]


def test_a_revisit_has_its_own_head_and_the_other_records_payload(
    fetched: Callable[..., list[object]],
) -> None:
    url = f"{SITE}/a"
    first = record("response", url, b"HTTP/1.1 200 OK\r\n\r\n" + PAGE, WARC_Record_ID="<urn:1>")
    again = {"WARC_Refers_To": "<urn:1>", "at": "2020-03-13T08:00:00Z"}
    gone = record("revisit", url, b"HTTP/1.1 404 Not Found\r\n\r\n", **again)
    assert fetched(url, first, gone)[1] == (404, PAGE, Completeness.WHOLE)
    unchanged = record("revisit", url, b"HTTP/1.1 304 Not Modified\r\n\r\n", **again)
    assert fetched(url, first, unchanged)[1] == (200, PAGE, Completeness.WHOLE)


def test_a_record_without_a_date_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.warc"
    path.write_bytes(record("response", f"{SITE}/a", b"HTTP/1.1 200 OK\r\n\r\n", at="yesterday"))
    with pytest.raises(HistoryError, match=r"record 1 at byte 0: WARC-Date 'yesterday' is no time"):
        open_history(path)
    assert [one.number for one in WarcFile(path)] == [1]
    with pytest.raises(WarcError):
        list(read_answers(path))

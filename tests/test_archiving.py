"""`export warc` and `import warc` as they are typed, over a world that has passed."""

import gzip
import json
import subprocess
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from letters import LETTERS

from monitor.model import State
from scraper.warcs import WarcFile
from storage.store import Store, holder_name
from tests.site import (
    GUANGZHOU,
    HEFEI,
    PROGRAM,
    QTWJ,
    START,
    Monitor,
    Pages,
    bound,
    cited,
    dossier_text,
    environment,
    filler,
    page,
    row,
)
from zonewatch.cli import cli
from zonewatch.errors import ZonewatchError
from zonewatch.files import whole_file

DAY = timedelta(days=1)
LATER = START + 30 * DAY
OLD = "http://www.most.gov.cn/mostinfo/xinxifenlei/fgzc/gfxwj/gfxwj2019/201910/t20191018_149420.htm"
ELSEWHERE = "https://www.most.gov.cn/elsewhere.html"
JINAN = next(one for one in LETTERS if one.place.en == "Jinan")


@pytest.fixture(autouse=True)
def plain_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))
    monkeypatch.setenv("COLUMNS", "300")


class Hand:
    """A user with a dossier `d` and a database in a folder."""

    def __init__(self, folder: Path, text: str, db: str = "zonewatch.db") -> None:
        self.folder = folder
        (folder / "mine").mkdir(exist_ok=True)
        (folder / "mine" / "d.toml").write_text(text, "utf-8")
        (folder / "settings.toml").write_text('dossiers = "mine"\n', "utf-8")
        self.db = folder / db

    def __call__(self, *words: object, now: datetime = LATER) -> Result:
        options = ("--config", self.folder / "settings.toml", "--db", self.db, "--now", now.isoformat())
        return CliRunner().invoke(cli, list(map(str, (*options, *words))))

    def store(self) -> Store:
        return Store.open(str(self.db))


@pytest.fixture
def watched(tmp_path: Path) -> Hand:
    """A database that two passes have filled: a letter, and a list that shows a new one."""
    pages = Pages()
    pages.put(HEFEI.url, page(HEFEI))
    pages.put(GUANGZHOU.url, page(GUANGZHOU))
    for url, content in bound(QTWJ, [filler(1), filler(2), row(HEFEI)]).items():
        pages.put(url, content)
    text = dossier_text(lists=[{"name": "qtwj", "url": QTWJ}])
    with Monitor(tmp_path, pages, text) as monitor:
        monitor.at(START)
        for url, content in bound(QTWJ, [row(GUANGZHOU), filler(1), filler(2), row(HEFEI)]).items():
            pages.put(url, content)
        pages.put(HEFEI.url, b"", 404)
        monitor.at(START + DAY)
    return Hand(tmp_path, text)


def refused(result: Result, *named: str, code: int = 1) -> None:
    assert result.exit_code == code, result.output
    assert result.stdout == ""
    assert len(result.stderr.splitlines()) == 1, result.stderr
    for word in named:
        assert word in result.stderr


def told(store: Store) -> list[tuple[object, ...]]:
    return [(one.visit.url, one.visit.at, one.visit.outcome, one.record.seen.fetch) for one in store.tell()]


# --- export ------------------------------------------------------------------------------------------------


def test_an_export_says_what_it_wrote(watched: Hand, tmp_path: Path) -> None:
    out = tmp_path / "a.warc.gz"
    done = watched("export", "warc", "-o", out)
    assert done.exit_code == 0 and done.stdout == ""
    records = list(WarcFile(out))
    visits = sum(one.kind == "metadata" for one in records)
    assert f"a.warc.gz: {visits} visits, {len(records)} records, " in done.stderr
    said = json.loads(watched("--json", "export", "warc", "-o", out).stdout)
    assert (said["visits"], said["records"], said["size"]) == (visits, len(records), out.stat().st_size)
    assert records[0].field("WARC-Date") == "2022-03-31T04:00:00Z"


def test_an_export_without_a_file_goes_to_standard_output(watched: Hand, tmp_path: Path) -> None:
    watched("export", "warc", "-o", tmp_path / "a.warc.gz")
    home = environment(tmp_path)
    words = ("--config", tmp_path / "settings.toml", "--db", watched.db, "export", "warc")
    done = subprocess.run(list(map(str, (PROGRAM, *words))), capture_output=True, env=home, check=True)
    (tmp_path / "b.warc.gz").write_bytes(done.stdout)
    assert len(list(WarcFile(tmp_path / "b.warc.gz"))) == len(list(WarcFile(tmp_path / "a.warc.gz")))
    refused(watched("--json", "export", "warc"), "-o FILE")


def test_a_dossier_that_nobody_has_heard_of_is_refused(watched: Hand, tmp_path: Path) -> None:
    out = tmp_path / "a.warc.gz"
    refused(watched("export", "warc", "--dossier", "nope", "-o", out), "`nope`", "ai-pilot-zones, d")
    assert not out.exists()
    assert watched("export", "warc", "--dossier", "ai-pilot-zones", "-o", out).exit_code == 0
    assert [one.kind for one in WarcFile(out)] == ["warcinfo"]


def test_an_export_since_an_hour_has_the_visits_begun_then_or_later(watched: Hand, tmp_path: Path) -> None:
    out = tmp_path / "a.warc.gz"
    watched("export", "warc", "--since", (START + DAY).isoformat(), "-o", out)
    assert {one.at for one in WarcFile(out) if one.kind != "warcinfo"} == {START + DAY}


def test_a_file_that_cannot_be_written_is_named(watched: Hand, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    refused(watched("export", "warc", "-o", tmp_path / "file" / "a.warc.gz"), "a.warc.gz: cannot be written")


def test_warcio_check_and_fastwarc_check_find_an_export_whole(watched: Hand, tmp_path: Path) -> None:
    out = tmp_path / "a.warc.gz"
    watched("export", "warc", "-o", out)
    for words in (("warcio", "check", "-v"), ("fastwarc", "check", "-p")):
        tool = (str(PROGRAM.with_name(words[0])), *words[1:], str(out))
        done = subprocess.run(tool, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout
    assert "were verified successfully" in done.stdout


def test_a_file_is_there_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "a.warc.gz"
    path.write_bytes(b"before")

    def half() -> None:
        with whole_file(path) as file:
            file.write(b"half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        half()
    assert [one.name for one in tmp_path.iterdir()] == ["a.warc.gz"] and path.read_bytes() == b"before"
    with whole_file(path) as file:
        file.write(b"whole")
    assert path.read_bytes() == b"whole" and [one.name for one in tmp_path.iterdir()] == ["a.warc.gz"]
    with pytest.raises(ZonewatchError, match="cannot be written"), whole_file(tmp_path / "a.warc.gz" / "b"):
        pass


# --- our own files in again --------------------------------------------------------------------------------


def test_an_export_into_an_empty_database_gives_the_same_visits(watched: Hand, tmp_path: Path) -> None:
    out = tmp_path / "a.warc.gz"
    watched("export", "warc", "-o", out)
    again = Hand(tmp_path, (tmp_path / "mine" / "d.toml").read_text("utf-8"), "again.db")
    done = again("--json", "import", "warc", out)
    assert done.exit_code == 0, done.output
    said = json.loads(done.stdout)
    with watched.store() as before, again.store() as after:
        assert told(after) == told(before)
        assert (said["taken"], said["known"], said["elsewhere"]) == (before.how_many(), 0, 0)
        assert {one["kind"] for one in said["findings"]} == {"new_zone"}
        assert after.rows("d/qtwj") == before.rows("d/qtwj")
        assert after.followed("d") == before.followed("d")
        failing = after.standing("d/fn01")
        assert failing and failing.link.state is State.FAILING
    assert json.loads(again("--json", "import", "warc", out).stdout)["taken"] == 0


def test_visits_of_other_dossiers_are_left_out(watched: Hand, tmp_path: Path) -> None:
    out = tmp_path / "a.warc.gz"
    watched("export", "warc", "-o", out)
    again = Hand(tmp_path, (tmp_path / "mine" / "d.toml").read_text("utf-8"), "again.db")
    done = again("import", "warc", out, "--dossier", "ai-pilot-zones")
    assert done.exit_code == 0 and "0 visits taken, " in done.stdout and " of nothing watched" in done.stdout
    with again.store() as store:
        assert store.how_many() == 0


def test_a_visit_in_the_future_is_refused(watched: Hand, tmp_path: Path) -> None:
    out = tmp_path / "a.warc.gz"
    watched("export", "warc", "-o", out)
    again = Hand(tmp_path, (tmp_path / "mine" / "d.toml").read_text("utf-8"), "again.db")
    done = again("import", "warc", out, now=START)
    assert "lies in the future: 2022-03-02" in done.stderr
    with again.store() as store:
        assert store.how_many() == len([one for one in store.tell() if one.visit.at == START])


def test_a_damaged_file_leaves_nothing_behind(watched: Hand, tmp_path: Path) -> None:
    out = tmp_path / "a.warc.gz"
    watched("export", "warc", "-o", out)
    again = Hand(tmp_path, (tmp_path / "mine" / "d.toml").read_text("utf-8"), "again.db")
    out.write_bytes(out.read_bytes()[:-5])
    refused(again("import", "warc", out), "a.warc.gz: record ", "at byte", "cut off")
    assert not again.db.exists()
    out.write_bytes(b"")
    refused(again("import", "warc", out), "no WARC records in it")
    refused(again("import", "warc", tmp_path / "nowhere"), "nowhere: cannot be read: No such file")


def test_an_import_waits_for_nobody(watched: Hand, tmp_path: Path) -> None:
    out = tmp_path / "a.warc.gz"
    watched("export", "warc", "-o", out)
    with watched.store() as store:
        lease = store.take_lease(holder_name(), LATER, 600)
        assert lease
        refused(watched("import", "warc", out), "another process", code=75)


def test_an_export_replays_to_the_same_outcomes(watched: Hand, tmp_path: Path) -> None:
    out = tmp_path / "a.warc.gz"
    watched("export", "warc", "-o", out)
    again = Hand(tmp_path, (tmp_path / "mine" / "d.toml").read_text("utf-8"), "again.db")
    options = ("--config", tmp_path / "settings.toml", "--db", again.db, "--json")
    done = CliRunner().invoke(cli, list(map(str, (*options, "check", "--dossier", "d", "--replay", out))))
    assert done.exit_code == 0, done.output
    assert [one["kind"] for one in json.loads(done.stdout)["findings"]] == ["new_zone"]
    with watched.store() as before, again.store() as after:
        assert [one[:3] for one in told(after)] == [one[:3] for one in told(before)]


# --- other people's files ----------------------------------------------------------------------------------


def http(body: bytes, status: str = "200 OK", version: str = "HTTP/1.1", **headers: str) -> bytes:
    lines = {"Content-Type": "text/html; charset=utf-8"} | {
        name.replace("_", "-"): value for name, value in headers.items()
    }
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"{version} {status}\r\n{head}\r\n".encode() + body


def record(kind: str, url: str, at: datetime, block: bytes, *more: tuple[str, str]) -> bytes:
    fields = (
        ("WARC-Type", kind),
        ("WARC-Target-URI", url),
        ("WARC-Date", at.strftime("%Y-%m-%dT%H:%M:%SZ")),
        *more,
        ("Content-Length", str(len(block))),
    )
    head = "".join(f"{name}: {value}\r\n" for name, value in fields)
    return f"WARC/1.0\r\n{head}\r\n".encode() + block + b"\r\n\r\n"


INFO = record("warcinfo", "", START, b"software: Wget/1.21\r\nformat: WARC File Format 1.0\r\n")


@pytest.fixture
def hand(tmp_path: Path) -> Hand:
    """A user who watches one letter and one list, with an empty database."""
    return Hand(tmp_path, dossier_text(lists=[{"name": "qtwj", "url": QTWJ}]))


@pytest.fixture
def taken(hand: Hand, tmp_path: Path) -> Callable[..., Result]:
    """Import records, plain or gzip by the file's name."""

    def run(*records: bytes, name: str = "theirs.warc.gz", now: datetime = LATER) -> Result:
        zipped = (gzip.compress(one) if name.endswith(".gz") else one for one in (INFO, *records))
        (tmp_path / name).write_bytes(b"".join(zipped))
        return hand("import", "warc", tmp_path / name, "--dossier", "d", now=now)

    return run


@pytest.mark.parametrize("name", ["theirs.warc", "theirs.warc.gz"])
def test_a_capture_of_another_tool_is_a_visit(hand: Hand, taken: Callable[..., Result], name: str) -> None:
    asked = f"GET {HEFEI.url[23:]} HTTP/1.1\r\nUser-Agent: Wget/1.21\r\n\r\n".encode()
    answer = ("WARC-Record-ID", "<urn:uuid:1>")
    done = taken(
        record("request", HEFEI.url, START, asked, ("WARC-Concurrent-To", "<urn:uuid:1>")),
        record("response", HEFEI.url, START, http(page(HEFEI)), answer, ("WARC-IP-Address", "203.0.113.7")),
        record("metadata", HEFEI.url, START, b"outlink: nothing\r\n"),
        record("response", ELSEWHERE, START, http(b"<p>of nothing ours</p>")),
        name=name,
    )
    assert done.exit_code == 0, done.output
    assert done.stdout.splitlines()[0].endswith(f"{name}: 1 visits taken, 1 of nothing watched")
    with hand.store() as store:
        (visit,) = store.visits("d/fn01")
        assert (visit.at, visit.status, visit.state) == (START, 200, State.ALIVE)
        assert visit.origin == f"warc:{name}" and visit.snapshot
        (hop,) = store.hops(visit.id)
        assert (hop.peer, hop.request_headers) == ("203.0.113.7", (("User-Agent", "Wget/1.21"),))
        assert store.body(visit.body or "") == page(HEFEI)


def test_nothing_is_doubled_by_a_second_import(hand: Hand, taken: Callable[..., Result]) -> None:
    one = record("response", HEFEI.url, START, http(page(HEFEI)))
    assert "1 visits taken" in taken(one).stdout
    assert "0 visits taken, 1 known already" in taken(one, name="other.warc").stdout
    with hand.store() as store:
        assert store.how_many() == 1


def test_chunks_gzip_and_old_versions_are_read(hand: Hand, taken: Callable[..., Result]) -> None:
    coded = gzip.compress(page(HEFEI))
    chunks = b"%x\r\n" % 100 + coded[:100] + b"\r\n" + b"%x\r\n" % (len(coded) - 100) + coded[100:]
    kept = http(
        chunks + b"\r\n0\r\n\r\n", version="HTTP/1.0", Content_Encoding="gzip", Transfer_Encoding="chunked"
    )
    assert "1 visits taken" in taken(record("response", HEFEI.url, START, kept)).stdout
    with hand.store() as store:
        (visit,) = store.visits("d/fn01")
        fetch = store.fetch_of(visit.id)
        assert (fetch.body, fetch.content) == (coded, page(HEFEI))
        assert fetch.hops[0].http_version == "HTTP/1.0" and fetch.hops[0].request_headers == ()


def test_a_redirect_is_followed_to_the_capture_nearest_in_time(tmp_path: Path) -> None:
    hand = Hand(tmp_path, dossier_text(citations=[cited(HEFEI, 1) | {"url": OLD}]))
    (tmp_path / "a.warc").write_bytes(
        record("response", OLD, START, http(b"", "301 Moved", Location=HEFEI.url))
        + record("response", HEFEI.url, START - 9 * DAY, http(b"too long ago"))
        + record("response", HEFEI.url, START + timedelta(minutes=3), http(page(HEFEI)))
        + record("response", HEFEI.url, START + 9 * DAY, http(b"too late"))
    )
    done = hand("import", "warc", tmp_path / "a.warc", "--dossier", "d")
    assert "2 visits taken" in done.stdout and "moved Hefei" in done.stdout, done.output
    with hand.store() as store:
        moved, there = store.visits("d/fn01", newest_first=False)
        assert [hop.status for hop in store.hops(moved.id)] == [301, 200]
        assert moved.final_url == there.url == HEFEI.url and there.body == moved.body


def test_a_redirect_to_what_was_not_captured_is_refused(tmp_path: Path) -> None:
    hand = Hand(tmp_path, dossier_text(citations=[cited(HEFEI, 1) | {"url": OLD}]))
    moved = record("response", OLD, START, http(b"", "301 Moved", Location=HEFEI.url))
    (tmp_path / "a.warc").write_bytes(moved)
    done = hand("import", "warc", tmp_path / "a.warc", "--dossier", "d")
    assert done.exit_code == 0 and "0 visits taken, 1 refused" in done.stdout
    assert "is not taken for" in done.stderr
    with hand.store() as store:
        assert store.how_many() == 0


def test_a_revisit_is_a_visit_with_the_payload_that_it_refers_to(
    hand: Hand, taken: Callable[..., Result]
) -> None:
    again = ("WARC-Payload-Digest", "sha1:X")
    done = taken(
        record("response", HEFEI.url, START, http(page(HEFEI)), again),
        record("revisit", HEFEI.url, START + DAY, http(b""), again),
        record("revisit", HEFEI.url, START + 2 * DAY, http(b""), ("WARC-Refers-To", "<urn:gone>")),
    )
    assert "2 visits taken" in done.stdout, done.output
    with hand.store() as store:
        first, second = store.visits("d/fn01", newest_first=False)
        assert first.body == second.body and (first.snapshot, second.snapshot) == (1, None)


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (http(b"gone", "404 Not Found"), "gone by the rule"),
        (http(page(JINAN)), "another_page"),
        (http(page(HEFEI)[:900], Content_Length="9999"), "incomplete by the rule"),
        (http(b"<script>document.cookie='a'</script>", "412 Precondition Failed"), "wall by the rule"),
    ],
    ids=["gone", "another", "cut", "wall"],
)
def test_a_capture_that_is_not_the_page_is_held_against_nobody(
    hand: Hand, taken: Callable[..., Result], answer: bytes, why: str
) -> None:
    taken(record("response", HEFEI.url, START, http(page(HEFEI))))
    with hand.store() as store:
        before = store.standing("d/fn01")
    done = taken(record("response", HEFEI.url, START + DAY, answer), name="other.warc")
    assert done.exit_code == 0 and "0 visits taken, 1 refused" in done.stdout
    assert why in done.stderr
    with hand.store() as store:
        assert store.how_many() == 1 and store.standing("d/fn01") == before


def test_a_capture_from_before_is_kept_for_the_record(hand: Hand, taken: Callable[..., Result]) -> None:
    taken(record("response", HEFEI.url, START + DAY, http(page(HEFEI))))
    with hand.store() as store:
        before = store.standing("d/fn01")
    slip = page(HEFEI, extra="四、本函自印发之日起施行。")
    done = taken(record("response", HEFEI.url, START, http(slip)), name="older.warc")
    assert "1 visits taken" in done.stdout, done.output
    with hand.store() as store:
        assert store.standing("d/fn01") == before and store.findings(open_only=False) == ()
        older, newer = store.visits("d/fn01", newest_first=False)
        assert (older.at, newer.at) == (START, START + DAY) and older.snapshot
        assert [one.taken for one in store.snapshots("d/fn01")] == [START, START + DAY]


def test_a_captured_list_shows_its_new_letter_and_a_captured_letter_proves_it(
    hand: Hand, taken: Callable[..., Result]
) -> None:
    (listed,) = bound(QTWJ, [row(GUANGZHOU), row(HEFEI)]).values()
    done = taken(
        record("response", QTWJ, START, http(listed)),
        record("response", GUANGZHOU.url, START + DAY, http(page(GUANGZHOU))),
    )
    assert done.exit_code == 0 and "2 visits taken" in done.stdout, done.output
    assert "new_zone" in done.stdout and "Guangzhou" in done.stdout


def test_a_capture_in_the_future_is_refused(hand: Hand, taken: Callable[..., Result]) -> None:
    done = taken(record("response", HEFEI.url, START, http(page(HEFEI))), now=START - DAY)
    assert "0 visits taken, 1 refused" in done.stdout and "lies in the future" in done.stderr


def test_sections_of_several_writers_in_one_file_are_told_apart(
    watched: Hand, hand: Hand, tmp_path: Path
) -> None:
    watched("export", "warc", "-o", tmp_path / "ours.warc.gz")
    theirs = record("response", HEFEI.url, START + 9 * DAY, http(page(HEFEI)))
    both = tmp_path / "both.warc.gz"
    both.write_bytes((tmp_path / "ours.warc.gz").read_bytes() + gzip.compress(INFO) + gzip.compress(theirs))
    again = Hand(tmp_path, (tmp_path / "mine" / "d.toml").read_text("utf-8"), "again.db")
    done = again("import", "warc", both, "--dossier", "d")
    assert done.exit_code == 0, done.output
    with watched.store() as before, again.store() as after:
        assert after.how_many() == before.how_many() + 1
        assert after.standing("d/fn01").link.state is State.ALIVE  # type: ignore[union-attr]

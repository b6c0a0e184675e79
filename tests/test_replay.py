"""Histories: what changed since the day before, day upon day, from folders and from WARC files."""

import gzip
import json
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scraper.fetch import Fetcher, Policy, Validators
from scraper.model import Completeness, Fetch, Trouble
from scraper.replay import Answer, Archive, Day, HistoryError, open_history

HOME = "http://www.most.gov.cn"
PAGE = "<html><title>通知</title></html>".encode("gb18030")
ANY = Validators()


def write(folder: Path, day: str, index: Any, **files: bytes) -> Path:
    place = folder / day
    place.mkdir(parents=True)
    (place / "index.json").write_text(json.dumps(index, ensure_ascii=False), encoding="utf-8")
    for name, body in files.items():
        (place / name).write_bytes(body)
    return folder


def item(path: str, file: str | None = None, status: int = 200, **headers: str) -> dict[str, Any]:
    made: dict[str, Any] = {"url": HOME + path, "status": status, "headers": headers}
    return made | ({"file": file} if file else {})


def visit(archive: Archive, url: str, validators: Validators = ANY, **policy: Any) -> Fetch:
    with Fetcher(
        Policy(pause=60, **policy), now=lambda: datetime(2020, 3, 12, 4, tzinfo=UTC), archive=archive
    ) as one:
        return one.fetch(url, validators)


def asked(day: Day, path: str, validators: Validators = ANY) -> Answer | None:
    return day.archive.answer(HOME + path, validators=validators)


def test_a_day_is_a_pass_at_noon_in_beijing(tmp_path: Path) -> None:
    write(tmp_path, "2020-09-04", [])
    write(tmp_path, "2020-03-12", [])
    (tmp_path / "README.md").write_text("the story")
    (tmp_path / "not-a-day").mkdir()
    days = open_history(tmp_path)
    assert [day.date for day in days] == [date(2020, 3, 12), date(2020, 9, 4)]
    assert days[0].now == datetime(2020, 3, 12, 4, tzinfo=UTC)


def test_each_day_holds_all_before_it_and_changes_none(tmp_path: Path) -> None:
    write(tmp_path, "2020-03-12", [item("/a", "a.html"), item("/b", "a.html")], **{"a.html": PAGE})
    write(tmp_path, "2020-03-13", [item("/a", status=404), item("/c", "c.html")], **{"c.html": b"new"})
    first, second = open_history(tmp_path)
    assert [asked(first, path).status for path in ("/a", "/b", "/c")] == [200, 200, 404]  # type: ignore[union-attr]
    assert [asked(second, path).body for path in ("/a", "/b", "/c")] == [b"", PAGE, b"new"]  # type: ignore[union-attr]


HOSTS = {"www.most.gov.cn": {"status": 410}, "WWW.gov.cn": {"redirect": "/"}}


@pytest.mark.parametrize(
    "index",
    [
        {"answers": [], "hosts": HOSTS},
        [{"host": "www.most.gov.cn", "status": 410}, {"host": "WWW.gov.cn", "redirect": "/"}],
        [{"hosts": HOSTS}],
        [
            {
                "answers": [{"host": "www.gov.cn", "redirect": "/"}],
                "hosts": {"www.most.gov.cn": {"status": 410}},
            }
        ],
    ],
)
def test_the_rest_of_a_host_gets_what_its_index_says_in_every_shape(tmp_path: Path, index: Any) -> None:
    (day,) = open_history(write(tmp_path, "2020-03-12", index))
    assert asked(day, "/any") == Answer(410)
    moved = day.archive.answer("https://www.gov.cn/deep/page.htm", validators=ANY)
    assert moved == Answer(302, (("Location", "/"),))


def test_both_shapes_give_the_same_answers(tmp_path: Path) -> None:
    items = [item("/a", "a", ETag="1"), {**item("/b"), "headers": [["Set-Cookie", "a"], ["Set-Cookie", "b"]]}]
    (listed,) = open_history(write(tmp_path / "list", "2020-03-12", items, a=PAGE))
    (keyed,) = open_history(write(tmp_path / "object", "2020-03-12", {"answers": items}, a=PAGE))
    assert listed == keyed
    assert asked(listed, "/b") == Answer(200, (("Set-Cookie", "a"), ("Set-Cookie", "b")))


def test_a_hosts_word_holds_until_another_day_changes_it(tmp_path: Path) -> None:
    write(tmp_path, "2020-03-12", [{"host": "www.most.gov.cn", "status": 404}])
    write(tmp_path, "2020-03-13", [])
    write(tmp_path, "2021-03-10", [{"host": "www.most.gov.cn", "redirect": "/"}])
    statuses = [asked(day, "/x") for day in open_history(tmp_path)]
    assert [answer.status for answer in statuses if answer] == [404, 404, 302]


def test_an_address_is_found_by_its_canonical_form(tmp_path: Path) -> None:
    (day,) = open_history(write(tmp_path, "2020-03-12", [item("/通知.htm", "a")], a=PAGE))
    assert day.archive.answer("HTTP://WWW.most.gov.cn:80/x/../%e9%80%9a知.htm#top", validators=ANY) == Answer(
        200, (), PAGE
    )


def test_a_host_that_is_not_named_has_no_network(tmp_path: Path) -> None:
    (day,) = open_history(write(tmp_path, "2020-03-12", [item("/a")]))
    got = visit(day.archive, "https://www.gov.cn/")
    assert (got.trouble, got.detail, got.hops) == (Trouble.NAME_FAILS, "not in the history", ())


def test_a_replay_is_a_visit_like_any_without_network_or_waiting(tmp_path: Path) -> None:
    index = [item("/old", status=301, Location="/new"), item("/new", "new", Content_Type="text/html")]
    (day,) = open_history(write(tmp_path, "2020-03-12", index, new=PAGE))
    got = visit(day.archive, f"{HOME}/old")
    assert [(hop.url, hop.status) for hop in got.hops] == [(f"{HOME}/old", 301), (f"{HOME}/new", 200)]
    assert (got.body, got.content, got.completeness, got.trouble) == (PAGE, PAGE, Completeness.WHOLE, None)
    assert got.seconds == 0 and got == visit(day.archive, f"{HOME}/old")


def test_a_recorded_robots_is_honoured_in_a_replay(tmp_path: Path) -> None:
    index = [item("/robots.txt", "r"), item("/a", "r")]
    (day,) = open_history(write(tmp_path, "2020-03-12", index, r=b"User-agent: *\nDisallow: /a\n"))
    assert visit(day.archive, f"{HOME}/a").trouble is Trouble.ROBOTS
    assert visit(day.archive, f"{HOME}/b").status == 404


def test_the_guard_stands_before_a_replay_too(tmp_path: Path) -> None:
    (day,) = open_history(
        write(tmp_path, "2020-03-12", [item("/a", status=302, Location="file:///etc/passwd")])
    )
    assert visit(day.archive, f"{HOME}/a").trouble is Trouble.POLICY


def test_a_coded_and_a_cut_body_are_judged_as_from_the_network(tmp_path: Path) -> None:
    coded = {"Content-Encoding": "gzip"}
    index = [
        {**item("/gz", "gz"), "headers": coded},
        {**item("/cut", "cut"), "headers": coded},
        {**item("/short", "gz"), "headers": {"Content-Length": "99999"}},
    ]
    whole = gzip.compress(PAGE)
    (day,) = open_history(write(tmp_path, "2020-03-12", index, gz=whole, cut=whole[:-4]))
    assert visit(day.archive, f"{HOME}/gz").content == PAGE
    assert visit(day.archive, f"{HOME}/cut").completeness is Completeness.CUT_CODING
    assert visit(day.archive, f"{HOME}/short").completeness is Completeness.SHORT
    assert visit(day.archive, f"{HOME}/gz", max_bytes=5).trouble is Trouble.TOO_LARGE


@pytest.mark.parametrize(
    ("validators", "status"),
    [
        (ANY, 200),
        (Validators(etag='"1"'), 304),
        (Validators(etag='"2"'), 200),
        (Validators(last_modified="Mon"), 304),
        (Validators(last_modified="Tue"), 200),
        (Validators('"1"', "Tue"), 304),
        (Validators('"2"', "Mon"), 200),
    ],
)
def test_a_server_that_is_asked_whether_it_changed_says_so(
    tmp_path: Path, validators: Validators, status: int
) -> None:
    index = [
        {**item("/a", "a"), "headers": {"ETag": '"1"', "last-modified": "Mon", "Content-Type": "text/html"}}
    ]
    (day,) = open_history(write(tmp_path, "2020-03-12", index, a=PAGE))
    got = visit(day.archive, f"{HOME}/a", validators)
    assert (got.status, got.body) == (status, PAGE if status == 200 else b"")
    assert got.header("ETag") == '"1"'


def test_a_missing_page_is_never_unchanged(tmp_path: Path) -> None:
    (day,) = open_history(write(tmp_path, "2020-03-12", [item("/a", status=404, ETag="1")]))
    assert visit(day.archive, f"{HOME}/a", Validators(etag="1")).status == 404


@pytest.mark.parametrize(
    "index",
    [
        "text",
        [1],
        [{"status": 200}],
        [{"url": 5}],
        [{"url": ""}],
        [item("/a", status=99)],
        [{**item("/a"), "status": "200"}],
        [{**item("/a"), "headers": 5}],
        [{**item("/a"), "headers": [["one"]]}],
        [{**item("/a"), "file": 5}],
        [item("/a", "missing.html")],
        [item("/a", "..")],
        [{"host": "a.cn", "redirect": 5}],
        {"answers": 5},
        {"hosts": []},
        {"hosts": {"a.cn": 404}},
        {"answers": [5]},
    ],
)
def test_a_broken_index_is_refused_in_one_line_that_names_the_file(tmp_path: Path, index: Any) -> None:
    with pytest.raises(HistoryError) as error:
        open_history(write(tmp_path, "2020-03-12", index))
    assert "2020-03-12" in str(error.value) and "\n" not in str(error.value)


def test_broken_json_a_missing_index_and_a_missing_folder_are_named(tmp_path: Path) -> None:
    (tmp_path / "2020-03-12").mkdir()
    with pytest.raises(HistoryError, match=r"index\.json: .*No such file"):
        open_history(tmp_path)
    (tmp_path / "2020-03-12" / "index.json").write_text("[{")
    with pytest.raises(HistoryError, match=r"index\.json: "):
        open_history(tmp_path)
    with pytest.raises(HistoryError, match="nowhere: no such folder"):
        open_history(tmp_path / "nowhere")
    (tmp_path / "empty").mkdir()
    with pytest.raises(HistoryError, match="empty: no day"):
        open_history(tmp_path / "empty")


# WARC files


def record(url: str, at: str, body: bytes, kind: str = "response", **told: Any) -> bytes:
    """Write one WARC record; its id is told by `id`, further WARC headers by `warc`."""
    lines = [f"HTTP/1.1 {told.get('status', '200 OK')}"]
    lines += [
        f"{name}: {value}" for name, value in told.get("headers", {"Content-Type": "text/html"}).items()
    ]
    block = "\r\n".join(lines).encode() + b"\r\n\r\n" + body
    headers = {
        "WARC-Type": kind,
        "WARC-Record-ID": told.get("id", f"<urn:{url}:{at}>"),
        "WARC-Date": at,
        "WARC-Target-URI": url,
        "Content-Type": "application/http; msgtype=response",
        "Content-Length": str(len(block)),
        **told.get("warc", {}),
    }
    head = "\r\n".join(["WARC/1.0", *(f"{name}: {value}" for name, value in headers.items())])
    return head.encode() + b"\r\n\r\n" + block + b"\r\n\r\n"


def warc(path: Path, *records: bytes) -> tuple[Day, ...]:
    """Write the records, each its own gzip member where the name says so, and open the file."""
    path.write_bytes(b"".join(gzip.compress(one) if path.suffix == ".gz" else one for one in records))
    return open_history(path)


@pytest.mark.parametrize("name", ["a.warc.gz", "a.warc"])
def test_each_day_of_a_warc_is_a_pass(tmp_path: Path, name: str) -> None:
    first, second = warc(
        tmp_path / name,
        b"WARC/1.0\r\nWARC-Type: warcinfo\r\nContent-Length: 4\r\n\r\nx: y\r\n\r\n",
        record(f"{HOME}/a", "2020-03-13T00:10:00Z", b"second"),
        record(f"{HOME}/a", "2020-03-12T23:50:00Z", b"first"),
        record(f"{HOME}/b", "2020-03-12T08:00:00Z", b"", status="404 Not Found"),
        record(f"{HOME}/b", "2020-03-12T09:00:00Z", b"later that day"),
    )
    assert (first.date, second.date) == (date(2020, 3, 12), date(2020, 3, 13))
    assert visit(first.archive, f"{HOME}/a").body == b"first"
    assert visit(second.archive, f"{HOME}/a").body == b"second"
    assert (
        visit(first.archive, f"{HOME}/b").body == visit(second.archive, f"{HOME}/b").body == b"later that day"
    )


def test_what_a_warc_has_not_recorded_has_no_network(tmp_path: Path) -> None:
    (day,) = warc(tmp_path / "a.warc.gz", record(f"{HOME}/a", "2020-03-12T08:00:00Z", b"a"))
    assert visit(day.archive, f"{HOME}/other").trouble is Trouble.NAME_FAILS
    assert visit(day.archive, "http://www.gov.cn/").trouble is Trouble.NAME_FAILS


def test_a_revisit_stands_for_the_payload_that_it_refers_to(tmp_path: Path) -> None:
    days = warc(
        tmp_path / "a.warc",
        record(f"{HOME}/a", "2020-03-12T08:00:00Z", b"payload", id="<urn:1>"),
        record(f"{HOME}/d", "2020-03-12T08:00:00Z", b"digest", warc={"WARC-Payload-Digest": "sha1:X"}),
        record(f"{HOME}/a", "2020-03-13T08:00:00Z", b"between"),
        record(f"{HOME}/a", "2020-03-14T08:00:00Z", b"", "revisit", warc={"WARC-Refers-To": "<urn:1>"}),
        record(f"{HOME}/e", "2020-03-14T08:00:00Z", b"", "revisit", warc={"WARC-Payload-Digest": "sha1:X"}),
        record(f"{HOME}/c", "2020-03-14T08:00:00Z", b"", "revisit", warc={"WARC-Refers-To": "<urn:9>"}),
    )
    assert [visit(day.archive, f"{HOME}/a").body for day in days] == [b"payload", b"between", b"payload"]
    assert visit(days[-1].archive, f"{HOME}/e").body == b"digest"
    assert visit(days[-1].archive, f"{HOME}/c").trouble is Trouble.NAME_FAILS


def test_transfer_coding_is_undone_and_content_coding_kept(tmp_path: Path) -> None:
    coded = gzip.compress(PAGE)
    chunked = b"%x\r\n" % len(coded) + coded + b"\r\n0\r\n\r\n"
    headers = {"Transfer-Encoding": "chunked", "Content-Encoding": "gzip"}
    (day,) = warc(
        tmp_path / "a.warc.gz",
        record(f"{HOME}/chunked", "2020-03-12T08:00:00Z", chunked, headers=headers),
        record(f"{HOME}/plain", "2020-03-12T08:00:00Z", coded, headers=headers),
    )
    for name in ("chunked", "plain"):
        got = visit(day.archive, f"{HOME}/{name}")
        assert (got.body, got.content, got.completeness) == (coded, PAGE, Completeness.WHOLE)


@pytest.mark.parametrize(
    "content", [b"", b"no warc at all\n", b"\x1f\x8b broken", gzip.compress(b"text", mtime=0)]
)
def test_a_file_that_is_no_warc_is_refused_by_name(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.warc.gz"
    path.write_bytes(content)
    with pytest.raises(HistoryError, match=r"a\.warc\.gz: .") as error:
        open_history(path)
    assert "\n" not in str(error.value)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(st.binary(max_size=300), st.booleans())
def test_no_file_raises_anything_else(tmp_path: Path, noise: bytes, headed: bool) -> None:
    path = tmp_path / "noise.warc"
    path.write_bytes((b"WARC/1.0\r\nWARC-Type: response\r\n" if headed else b"") + noise)
    with suppress(HistoryError):
        open_history(path)


@pytest.mark.parametrize(
    "default",
    [
        {"host": "www.most.gov.cn", "status": 404},
        {"host": "www.most.gov.cn", "default": {"status": 404}},
        {"hosts": {"www.most.gov.cn": {"status": 404}}},
        {"www.most.gov.cn": {"status": 404}},
    ],
    ids=["flat", "nested", "under hosts", "by name"],
)
def test_what_the_rest_of_a_host_gets_may_be_written_in_any_plain_way(
    tmp_path: Path, default: object
) -> None:
    (tmp_path / "2020-03-12").mkdir()
    (tmp_path / "2020-03-12" / "index.json").write_text(json.dumps([default]), "utf-8")
    (day,) = open_history(tmp_path)
    found = day.archive.answer("http://www.most.gov.cn/x.htm", validators=Validators())
    assert found is not None and found.status == 404


def test_a_host_without_a_word_of_what_it_answers_is_refused(tmp_path: Path) -> None:
    (tmp_path / "2020-03-12").mkdir()
    (tmp_path / "2020-03-12" / "index.json").write_text(json.dumps([{"host": "www.most.gov.cn"}]), "utf-8")
    with pytest.raises(
        HistoryError, match=r"index\.json: www\.most\.gov\.cn: expected a status or a redirect"
    ):
        open_history(tmp_path)


def test_the_page_that_a_host_sends_to_stands_though_nobody_wrote_it(tmp_path: Path) -> None:
    (tmp_path / "2020-03-12").mkdir()
    default = [{"host": "www.most.gov.cn", "redirect": "/"}]
    (tmp_path / "2020-03-12" / "index.json").write_text(json.dumps(default), "utf-8")
    (day,) = open_history(tmp_path)
    sent = day.archive.answer("http://www.most.gov.cn/x.htm", validators=Validators())
    there = day.archive.answer("http://www.most.gov.cn/", validators=Validators())
    assert sent is not None and sent.status == 302
    assert there is not None and there.status == 200

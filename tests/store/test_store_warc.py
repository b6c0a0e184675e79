"""Visits as WARC records and back: every kind of visit, on both databases, read by tools of other people."""

import gzip
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from fastwarc.warc import ArchiveIterator as FastIterator
from hypothesis import given, settings
from hypothesis import strategies as st
from samples import HOUR, NOW, PAGE, SOURCE, URL, draft, fetch, full_record, hop, not_modified, record, zipped
from warcio.archiveiterator import ArchiveIterator

from monitor.model import Record, Role, State
from scraper.exchanges import ORIGINAL
from scraper.model import Completeness, Hop, Outcome, OutcomeKind, Trouble
from scraper.warcs import WarcError, WarcFile, WarcRecord
from storage.store import Store
from storage.telling import Told
from storage.warc_forms import FormError, from_bytes
from storage.warc_in import carried
from storage.warc_out import Teller, tell, warcinfo
from storage.warc_records import address, date, member, record_id
from tests.ready import new_store
from zonewatch.restoring import Restorer, origin_of

CHUNKED = (("Content-Type", "text/html"), ("Transfer-Encoding", "chunked"), ("Set-Cookie", "a"))
IRI = "https://www.most.gov.cn/通知 公告/t20200904_158645.html?词=人工智能"


def outcome(kind: OutcomeKind, rule: str = "a rule") -> Outcome:
    return Outcome(kind, rule, "a detail, 详情")


def visited(number: int, got: Any, kind: OutcomeKind = OutcomeKind.GOOD, **more: Any) -> Record:
    """A visit so many hours after the first, with another outcome and what else it left behind."""
    made = record(NOW + number * HOUR, got=replace(got, started=NOW + number * HOUR), **more)
    return replace(made, seen=replace(made.seen, outcome=outcome(kind)))


def headed(headers: Any, **more: Any) -> Hop:
    """An answer with these headers."""
    return replace(hop(**more), headers=headers)


def silent() -> Any:
    return fetch(
        hops=(),
        body=b"",
        content=b"",
        completeness=Completeness.NONE,
        trouble=Trouble.NO_SUCH_NAME,
        detail="no such name",
    )


def every_kind() -> list[Record]:
    """A visit of every kind that there is."""
    other = PAGE + b"<p>other</p>"
    cut = fetch(body=PAGE[:99], content=PAGE[:99], hops=(headed(headers=CHUNKED),))
    big = fetch(body=PAGE[:50], content=PAGE[:50], hops=(hop(),), completeness=Completeness.TOO_LARGE)
    odd = (("X-Colon: in", "a"), ("X-Line", "a\r\nWARC-Type: response"), ("X-Blank ", " b "))
    iri = fetch(requested=IRI, hops=(hop(IRI, peer="2001:db8::7", http_version="HTTP/1.0", tls=None),))
    wall = fetch(hops=(hop(status=412),), body=b"<script>", content=b"<script>")
    nothing = fetch(hops=(hop(status=204),), body=b"", content=b"", completeness=Completeness.NONE)
    saved = fetch(hops=(Hop(URL, 200, (("Content-Type", "text/html; charset=utf-8"),)),), body=other)
    loop = fetch(hops=(hop(status=302, location=URL),) * 3, body=b"", content=b"", trouble=Trouble.REDIRECTS)
    return [
        full_record(),
        visited(1, fetch()),
        visited(2, not_modified(), OutcomeKind.NOT_MODIFIED),
        visited(3, zipped(content=other)),
        visited(4, silent(), OutcomeKind.NO_SUCH_NAME),
        visited(5, replace(cut, completeness=Completeness.SHORT), OutcomeKind.INCOMPLETE),
        visited(6, replace(big, trouble=Trouble.TOO_LARGE), OutcomeKind.INCOMPLETE),
        visited(
            7,
            fetch(body=b"not what zlib knows", content=other, hops=(headed((("Content-Encoding", "br"),)),)),
        ),
        visited(8, fetch(hops=(headed(headers=odd, request_headers=odd),), body=other, content=other)),
        visited(9, iri),
        visited(10, wall, OutcomeKind.WALL),
        visited(11, nothing, OutcomeKind.EMPTY),
        visited(12, replace(saved, content=other), origin="by hand"),
        visited(13, loop, OutcomeKind.REDIRECTED),
        visited(14, fetch(body=other, content=other, hops=(headed(headers=((ORIGINAL + "X", "theirs"),)),))),
        visited(14, fetch(body=other, content=other, hops=(headed(headers=((ORIGINAL + "X", "theirs"),)),))),
        record(NOW, source="ai-pilot-zones/fn06", drafts=(draft("another", visits=(1, 2)),)),
    ]


@pytest.fixture
def full(store: Store) -> Store:
    """A store with a visit of every kind."""
    for one in every_kind():
        store.keep(one, now=NOW)
    return store


def written(visits: Iterator[Told], path: Path) -> Path:
    """Write visits as a file; gives its path."""
    head = warcinfo(version="0", name=path.name, now=NOW, what="a test")
    path.write_bytes(b"".join(map(member, (head, *tell(visits)))))
    return path


def records_of(path: Path) -> list[WarcRecord]:
    return list(WarcFile(path))


def kinds(path: Path) -> list[str]:
    return [one.kind for one in records_of(path)]


def restored(path: Path, store: Store) -> Restorer:
    """Take a file's visits into a store."""
    tenure = store.take_lease("a test", NOW, 60)
    assert tenure
    restorer = Restorer(store, path.name, tenure, NOW)
    for one in carried(WarcFile(path)):
        restorer.take(one)
    restorer.flush()
    store.release_lease(tenure, NOW)
    return restorer


def all_of(store: Store) -> list[Any]:
    """All that is to be the same after a way out and in again, visit by visit."""
    found = []
    for told in store.tell():
        visit, made = told.visit, told.record
        facts = replace(visit, id=0, snapshot=None, origin="", digest=None)
        standing = made.standing and replace(made.standing, snapshot=None)
        snapshot = told.snapshot and replace(told.snapshot, id=0, visit=0)
        drafts = tuple(replace(one, visits=()) for one in made.drafts)
        found.append(
            (facts, made.seen.fetch, snapshot, standing, made.rows_of, made.rows, made.follow, drafts)
        )
    return found


# --- out and in again --------------------------------------------------------------------------------------


def test_what_goes_out_comes_in_again_visit_by_visit(full: Store, tmp_path: Path) -> None:
    path = written(full.tell(), tmp_path / "a.warc.gz")
    with new_store(tmp_path / "again.db") as again:
        done = restored(path, again)
        assert (done.taken, done.known) == (len(every_kind()), 0)
        assert all_of(again) == all_of(full)
        assert again.standings().keys() == full.standings().keys()
        for source, standing in full.standings().items():
            other = again.standing(source)
            assert other and standing
            assert (other.snapshot and other.snapshot.digest) == (
                standing.snapshot and standing.snapshot.digest
            )


def test_a_second_time_brings_nothing(full: Store, tmp_path: Path) -> None:
    path = written(full.tell(), tmp_path / "a.warc.gz")
    with new_store(tmp_path / "again.db") as again:
        restored(path, again)
        before = all_of(again)
        done = restored(path, again)
        assert (done.taken, done.known, done.findings) == (0, len(every_kind()), [])
        assert all_of(again) == before
    assert restored(path, full).taken == 0


def test_a_file_of_a_part_brings_what_is_missing(full: Store, tmp_path: Path) -> None:
    late = written(full.tell(since=NOW + 6 * HOUR), tmp_path / "late.warc.gz")
    whole = written(full.tell(), tmp_path / "whole.warc.gz")
    with new_store(tmp_path / "again.db") as again:
        first = restored(late, again).taken
        done = restored(whole, again)
        assert (done.known, first + done.taken) == (first, len(every_kind()))


def test_visits_from_a_file_are_marked_by_it_and_by_where_they_came_from(full: Store, tmp_path: Path) -> None:
    path = written(full.tell(), tmp_path / "a.warc.gz")
    with new_store(tmp_path / "again.db") as again:
        restored(path, again)
        origins = {visit.origin for visit in again.visits(SOURCE)}
        assert origins == {"warc:a.warc.gz (network)", "warc:a.warc.gz (by hand)"}
    assert origin_of("b.warc", "warc:a.warc.gz (by hand)") == "warc:b.warc (by hand)"
    assert origin_of("b.warc", "warc:theirs.warc") == "warc:b.warc (warc:theirs.warc)"


def test_what_is_known_of_a_source_stands_whatever_a_file_says(full: Store, tmp_path: Path) -> None:
    path = written(full.tell(), tmp_path / "a.warc.gz")
    with new_store(tmp_path / "again.db") as again:
        again.keep(visited(100, silent(), OutcomeKind.NO_SUCH_NAME), now=NOW)
        before = again.standing(SOURCE)
        restored(path, again)
        assert again.standing(SOURCE) == before
        assert len(again.visits(SOURCE)) == len(every_kind())


def test_a_finding_comes_open_dated_as_it_was_and_points_at_its_visits(full: Store, tmp_path: Path) -> None:
    full.decide(1, full.finding(1).state, None, NOW)  # type: ignore[union-attr]
    path = written(full.tell(), tmp_path / "a.warc.gz")
    with new_store(tmp_path / "again.db") as again:
        again.keep(record(NOW, source="ai-pilot-zones/before"), now=NOW)  # so that all numbers differ by one
        restored(path, again)
        found = again.findings(open_only=False)
        assert [one.draft.key for one in found] == [one.draft.key for one in full.findings(open_only=False)]
        assert found[1].evidence[:2] == (2, 3) and found[1].raised == NOW


def test_findings_are_new_where_reports_have_been_sent(full: Store, tmp_path: Path) -> None:
    path = written(full.tell(), tmp_path / "a.warc.gz")
    with new_store(tmp_path / "again.db") as again:
        again.report_sent(NOW - HOUR)
        restored(path, again)
        assert again.findings(since=NOW - HOUR) == again.findings()


def test_a_link_that_a_person_called_dead_keeps_what_its_visit_said(store: Store, tmp_path: Path) -> None:
    store.keep(record(NOW), now=NOW)
    standing = store.standing(SOURCE)
    assert standing
    store.put_link(SOURCE, replace(standing.link, state=State.DEAD), NOW)
    path = written(store.tell(), tmp_path / "a.warc.gz")
    with new_store(tmp_path / "again.db") as again:
        restored(path, again)
        assert again.visits(SOURCE)[0].state is State.ALIVE
        assert again.standing(SOURCE).link.state is State.DEAD  # type: ignore[union-attr]


# --- the records -------------------------------------------------------------------------------------------


def test_the_same_visits_give_the_same_bytes(full: Store, tmp_path: Path) -> None:
    first = written(full.tell(), tmp_path / "a.warc.gz").read_bytes()
    assert written(full.tell(), tmp_path / "a.warc.gz").read_bytes() == first


def test_every_record_has_an_identifier_of_its_own(full: Store, tmp_path: Path) -> None:
    ids = [one.id for one in records_of(written(full.tell(), tmp_path / "a.warc.gz"))]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"<urn:uuid:[0-9a-f-]{36}>", one) for one in ids)


def test_each_hop_is_a_request_and_its_answer(store: Store, tmp_path: Path) -> None:
    store.keep(record(NOW), now=NOW)
    path = written(store.tell(), tmp_path / "a.warc.gz")
    assert kinds(path) == ["warcinfo", "request", "response", "request", "response", "metadata"]
    _, asked, moved, _, answered, said = records_of(path)
    assert asked.all("WARC-Concurrent-To") == (moved.id,)
    assert said.all("WARC-Concurrent-To") == (moved.id, answered.id)
    assert moved.field("WARC-Truncated") == "unspecified"  # a redirect's body is not read
    assert answered.field("WARC-Truncated") is None
    assert answered.field("WARC-IP-Address") == "203.0.113.7:443"
    assert answered.all("WARC-Protocol") == ("http/1.1", "tls/1.3")
    assert asked.block.startswith(
        b"GET /mostinfo/xinxifenlei/fgzc/gfxwj/gfxwj2020/202009/t20200904_158645.htm "
    )
    assert answered.block.endswith(b"Set-Cookie: a=1\r\nSet-Cookie: b=2\r\n\r\n" + PAGE)
    assert {one.field("WARC-Date") for one in (asked, moved, answered, said)} == {"2026-12-01T04:00:00Z"}


def test_an_unchanged_body_is_a_revisit_of_its_first_record(store: Store, tmp_path: Path) -> None:
    for number in range(3):
        store.keep(visited(number, fetch()), now=NOW)
    found = records_of(written(store.tell(), tmp_path / "a.warc.gz"))
    (first,) = [one for one in found if one.kind == "response" and one.block.endswith(PAGE)]
    again = [one for one in found if one.kind == "revisit"]
    assert len(again) == 2
    for one in again:
        assert one.field("WARC-Profile") == "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
        assert one.field("WARC-Refers-To") == first.id
        assert one.field("WARC-Refers-To-Target-URI") == first.url
        assert one.field("WARC-Refers-To-Date") == first.field("WARC-Date")
        assert one.field("WARC-Payload-Digest") == first.field("WARC-Payload-Digest")
        assert one.block.startswith(b"HTTP/1.1 200 \r\n") and one.block.endswith(b"\r\n\r\n")


def test_a_304_is_a_revisit_of_the_last_good_answer(store: Store, tmp_path: Path) -> None:
    store.keep(visited(0, fetch(hops=(hop(),))), now=NOW)
    store.keep(visited(1, fetch(hops=(hop(),), body=b"wall", content=b"wall"), OutcomeKind.WALL), now=NOW)
    store.keep(visited(2, not_modified(), OutcomeKind.NOT_MODIFIED), now=NOW)
    found = records_of(written(store.tell(), tmp_path / "a.warc.gz"))
    first, said = found[2], found[-2]
    assert said.field("WARC-Profile") == "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
    assert said.field("WARC-Refers-To") == first.id and first.block.endswith(PAGE)
    assert said.field("WARC-Payload-Digest") is None


def test_a_304_whose_answer_is_not_in_the_file_refers_to_nothing(store: Store, tmp_path: Path) -> None:
    store.keep(visited(2, not_modified(), OutcomeKind.NOT_MODIFIED), now=NOW)
    said = records_of(written(store.tell(), tmp_path / "a.warc.gz"))[-2]
    assert said.kind == "revisit" and said.field("WARC-Refers-To") is None


def test_chunks_that_were_undone_are_not_promised(store: Store, tmp_path: Path) -> None:
    store.keep(visited(0, fetch(hops=(headed(headers=CHUNKED),))), now=NOW)
    path = written(store.tell(), tmp_path / "a.warc.gz")
    (answer,) = [one for one in records_of(path) if one.kind == "response"]
    assert b"\r\nX-Archive-Orig-Transfer-Encoding: chunked\r\nSet-Cookie: a\r\n\r\n" + PAGE in answer.block
    with path.open("rb") as file:
        (read,) = [one.content_stream().read() for one in ArchiveIterator(file) if one.rec_type == "response"]
    assert read == PAGE


@pytest.mark.parametrize(
    ("got", "reason"),
    [
        ({"completeness": Completeness.SHORT}, "disconnect"),
        ({"completeness": Completeness.SHORT, "trouble": Trouble.DEADLINE}, "time"),
        ({"completeness": Completeness.TOO_LARGE, "trouble": Trouble.TOO_LARGE}, "length"),
        ({"completeness": Completeness.TOO_LARGE}, None),
        ({"completeness": Completeness.CUT_CODING}, None),
    ],
)
def test_a_body_whose_end_is_missing_says_why(
    store: Store, tmp_path: Path, got: dict[str, Any], reason: str | None
) -> None:
    store.keep(visited(0, fetch(hops=(hop(),), **got), OutcomeKind.INCOMPLETE), now=NOW)
    (answer,) = [one for one in records_of(written(store.tell(), tmp_path / "a")) if one.kind == "response"]
    assert answer.field("WARC-Truncated") == reason


def test_a_visit_without_an_answer_is_a_metadata_record(store: Store, tmp_path: Path) -> None:
    store.keep(visited(0, silent(), OutcomeKind.NO_SUCH_NAME), now=NOW)
    path = written(store.tell(), tmp_path / "a.warc.gz")
    assert kinds(path) == ["warcinfo", "metadata"]
    said = json.loads(records_of(path)[1].block)
    assert (said["outcome"]["kind"], said["trouble"]) == ("no_such_name", "no_such_name")


def test_a_page_by_hand_claims_no_exchange(store: Store, tmp_path: Path) -> None:
    saved = fetch(hops=(Hop(URL, 200, (("Content-Type", "text/html"),)),))
    store.keep(visited(0, saved, origin="by hand"), now=NOW)
    path = written(store.tell(), tmp_path / "a.warc.gz")
    assert kinds(path) == ["warcinfo", "resource", "metadata"]
    assert (records_of(path)[1].block, records_of(path)[1].field("Content-Type")) == (PAGE, "text/html")


def test_a_metadata_record_tells_outcome_snapshot_and_findings(store: Store, tmp_path: Path) -> None:
    store.keep(full_record(), now=NOW)
    said = json.loads(records_of(written(store.tell(), tmp_path / "a.warc.gz"))[-1].block)
    assert said["outcome"] == {"kind": "good", "rule": "gate", "detail": "a letter"}
    assert said["snapshot"]["digest"] == "d1"
    assert said["snapshot"]["reading"]["document_number"] == "国科函规〔2020〕171号"
    assert said["findings"][0]["draft"]["zone"]["zh"] == "广州"
    assert [row["key"] for row in said["rows"]] == [URL, "b"]


def test_memory_of_bodies_is_bounded_and_what_is_forgotten_is_written_again(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.warc_out.REMEMBERED", 1)
    for number, body in enumerate((PAGE, b"between", PAGE, PAGE)):
        store.keep(visited(number, fetch(hops=(hop(),), body=body, content=body)), now=NOW)
    path = written(store.tell(), tmp_path / "a.warc.gz")
    answers = [one.kind for one in records_of(path) if one.kind in ("response", "revisit")]
    assert answers == ["response", "response", "response", "revisit"]
    with new_store(tmp_path / "again.db") as again:
        restored(path, again)
        assert all_of(again) == all_of(store)


# --- chosen visits -----------------------------------------------------------------------------------------


def test_visits_are_chosen_by_dossier_and_by_time(full: Store) -> None:
    full.keep(record(NOW, source="other/one"), now=NOW)  # the look's own dossier names the source
    assert full.dossiers() == ("ai-pilot-zones",)
    assert full.how_many() == len(list(full.tell())) == len(every_kind()) + 1
    assert full.how_many(("nobody's",)) == 0 and list(full.tell(("nobody's",))) == []
    since = NOW + 3 * HOUR
    late = [told.visit.at for told in full.tell(("ai-pilot-zones",), since)]
    assert min(late) == since and len(late) == full.how_many((), since)


def test_probes_are_told_too_and_leave_the_standing_to_the_newest_look(store: Store) -> None:
    store.keep(record(NOW), now=NOW)
    asked = visited(1, fetch())
    probe = replace(asked.seen.look, role=Role.PROBE)
    store.keep(replace(asked, standing=None, seen=replace(asked.seen, look=probe)), now=NOW)
    first, second = store.tell()
    assert first.record.standing and not second.record.standing
    assert second.visit.role is Role.PROBE


# --- other people's tools ----------------------------------------------------------------------------------


def test_fastwarc_finds_every_record_whole(full: Store, tmp_path: Path) -> None:
    path = written(full.tell(), tmp_path / "a.warc.gz")
    found = 0
    with path.open("rb") as file:
        for one in FastIterator(file, parse_http=False):
            assert one.verify_block_digest()
            found += 1
    assert found == len(records_of(path))
    with path.open("rb") as file:
        for one in FastIterator(file, parse_http=True):
            if one.headers["WARC-Type"] == "response":
                assert one.verify_payload_digest()
                assert one.http_headers and one.http_headers.status_code


def test_warcio_finds_every_record_whole(full: Store, tmp_path: Path) -> None:
    path = written(full.tell(), tmp_path / "a.warc.gz")
    passed = []
    with path.open("rb") as file:
        for one in ArchiveIterator(file, check_digests=True):
            one.raw_stream.read()
            passed.append(one.digest_checker.passed)
    assert len(passed) == len(records_of(path)) and False not in passed


# --- damage ------------------------------------------------------------------------------------------------


def is_whole_by_others(data: bytes) -> bool:
    """Ask fastwarc and warcio whether a file is whole: each record is there, and as its digest says."""
    try:
        fast = [one.verify_block_digest() for one in FastIterator(BytesIO(data), parse_http=False)]
    except Exception:
        return False
    slow: list[str] = []
    try:
        for one in ArchiveIterator(BytesIO(data), check_digests=True):
            one.raw_stream.read()
            slow += [] if one.digest_checker.passed is False else [one.rec_type]
    except Exception:
        return False
    return all(fast) and len(fast) == len(slow)


def test_one_flipped_byte_anywhere_is_found(
    full: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = written(full.tell(), tmp_path / "a.warc.gz")
    data, count = path.read_bytes(), len(records_of(path))
    starts = [one.offset for one in records_of(path)]
    unguarded = {start + place for start in starts for place in range(3, 10)}  # RFC 1952: under no checksum
    assert is_whole_by_others(data)
    for place in range(0, len(data), 97):
        damaged = bytearray(data)
        damaged[place] ^= 0xFF
        path.write_bytes(damaged)
        with pytest.raises(WarcError, match=r"record \d+ at byte \d+: "):
            sum(1 for _ in WarcFile(path))
        if place not in unguarded:
            found = sum(1 for _ in _each(damaged))
            assert found < count or not is_whole_by_others(bytes(damaged)), place
    capsys.readouterr()


def _each(data: bytes) -> Iterator[object]:
    """Yield records as far as warcio gets."""
    try:
        for one in ArchiveIterator(BytesIO(data), check_digests=True):
            one.raw_stream.read()
            if one.digest_checker.passed is False:
                return
            yield one
    except Exception:
        return


def test_a_flipped_bit_in_a_gzip_head_is_found_by_the_other_heads(full: Store, tmp_path: Path) -> None:
    path = written(full.tell(), tmp_path / "a.warc.gz")
    data = bytearray(path.read_bytes())
    data[records_of(path)[3].offset + 5] ^= 1  # the time, which no reader looks at
    path.write_bytes(data)
    with pytest.raises(WarcError, match="its gzip head is not that of the other records"):
        WarcFile(path)


def broken(path: Path, change: Callable[[bytes, int], bytes | None]) -> str:
    """Write the records of a file again, each as `change` has it (by its place); gives what is said of it."""
    with gzip.open(path) as file:
        blocks = re.split(rb"(?<=\r\n\r\n)(?=WARC/1\.1\r\nWARC-Type)", file.read())
    kept = [made for place, block in enumerate(blocks) if (made := change(block, place)) is not None]
    path.write_bytes(b"".join(gzip.compress(one, mtime=0) for one in kept))
    with pytest.raises(WarcError) as error:
        list(carried(WarcFile(path)))
    return str(error.value)


def test_records_that_do_not_belong_together_are_refused(store: Store, tmp_path: Path) -> None:
    store.keep(visited(0, fetch(hops=(hop(),))), now=NOW)
    store.keep(visited(1, fetch(hops=(hop(),))), now=NOW)
    path = tmp_path / "a.warc.gz"
    for missing, said in (
        (1, "is missing"),
        (2, "its body is not the one that its metadata names"),
        (3, "a record before it belongs to no visit"),
        (6, "its visit has no metadata record"),
    ):
        written(store.tell(), path)
        assert said in broken(path, lambda block, place, missing=missing: None if place == missing else block)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"{}", "no metadata of zonewatch"),
        (b"[1]", "no metadata of zonewatch"),
        (b"\xff", "no metadata of zonewatch"),
        (b'{"zonewatch": 2}', "a newer zonewatch (form 2, this one knows 1)"),
        (b'{"zonewatch": 1, "visit": 1}', "metadata of zonewatch that cannot be read: source"),
    ],
)
def test_metadata_that_is_none_of_ours_is_refused(data: bytes, said: str) -> None:
    with pytest.raises(FormError, match=re.escape(said)):
        from_bytes(data)


# --- small things ------------------------------------------------------------------------------------------


def test_a_time_has_the_fraction_that_it_has() -> None:
    assert date(NOW) == "2026-12-01T04:00:00Z"
    assert date(NOW + timedelta(microseconds=40)) == "2026-12-01T04:00:00.000040Z"


def test_an_address_is_a_uri_and_stays_what_it_is() -> None:
    assert address(URL) == URL
    assert address(IRI) == (
        "https://www.most.gov.cn/%E9%80%9A%E7%9F%A5%20%E5%85%AC%E5%91%8A/t20200904_158645.html"
        "?%E8%AF%8D=%E4%BA%BA%E5%B7%A5%E6%99%BA%E8%83%BD"
    )
    assert address("http://a.cn/%E9%80%9A?a=[1]|2") == "http://a.cn/%E9%80%9A?a=[1]|2"


def test_the_same_names_give_the_same_identifier() -> None:
    assert record_id("a", 1) == record_id("a", 1) != record_id("a", 2)


SIGNS = st.text(st.characters(exclude_categories=("Cs",)), max_size=12)


@settings(max_examples=60, deadline=None)
@given(headers=st.lists(st.tuples(SIGNS, SIGNS), max_size=4), body=st.binary(max_size=60))
def test_any_headers_and_any_body_come_in_again(
    tmp_path_factory: pytest.TempPathFactory, headers: list[tuple[str, str]], body: bytes
) -> None:
    folder = tmp_path_factory.mktemp("any")
    lines = tuple(headers)
    told = _told(fetch(hops=(headed(headers=lines, request_headers=lines),), body=body, content=body))
    head = warcinfo(version="0", name="a", now=NOW, what="a test")
    (folder / "a").write_bytes(b"".join(map(member, (head, *Teller().records(told)))))
    (one,) = carried(WarcFile(folder / "a"))
    assert one.fetch == told.record.seen.fetch


def _told(got: Any) -> Told:
    from monitor.model import Visit

    made = visited(0, got)
    visit = Visit(
        id=1,
        source=SOURCE,
        role=Role.NOTICE,
        via=None,
        url=URL,
        final_url=URL,
        at=NOW,
        seconds=0.0,
        status=200,
        outcome=made.seen.outcome,
        state=State.ALIVE,
    )
    return Told(visit, made, None, ())

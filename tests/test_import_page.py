"""Pages brought by hand: what a browser saved is judged as the network's pages are, and only good is kept."""

import json
from base64 import b64encode
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from quopri import encodestring

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st
from letters import LETTERS

from monitor.course.by_hand import targets, unprobed
from monitor.model import State
from scheduler.hands import context_of
from scraper.mhtml import SavedPage, SavedPageError, read_saved
from storage.store import holder_name
from tests.site import (
    GUANGZHOU,
    HEFEI,
    QTWJ,
    START,
    Monitor,
    Pages,
    bound,
    cited,
    dossier_text,
    filler,
    page,
    row,
)
from zonewatch.commands.imports import import_

DAY = timedelta(days=1)
LATER = START + 10 * DAY
JINAN, XIAN = (next(one for one in LETTERS if one.place.en == name) for name in ("Jinan", "Xi'an"))
OLD = "http://www.most.gov.cn/mostinfo/xinxifenlei/fgzc/gfxwj/gfxwj2019/201910/t20191018_149420.htm"
CUT = "http://www.most.gov.cn/mostinfo/xinxifenlei/fgzc/gfxwj/gfxwj2020/202003/t20200309"
REFILING = {
    "from": "http://{www}most.gov.cn/mostinfo/xinxifenlei/fgzc/gfxwj/gfxwj{year}/{month}/t{day}_{id}.htm",
    "to": ["https://www.most.gov.cn/xxgk/xinxifenlei/fdzdgknr/qtwj/qtwj{year}/{month}/t{day}_{id}.html"],
}
CHALLENGE = "<html><head><script>document.cookie='acw_sc__v2=1';location.reload();</script></head></html>"
NOT_FOUND = "<html><head><title>404</title></head><body><h1>抱歉，您访问的页面不存在</h1></body></html>"
BOUNDARY = "----MultipartBoundary--x7"


def mhtml(body: bytes, url: str = HEFEI.url, *, coding: str = "quoted-printable", charset: str = "") -> bytes:
    """Print a page as Chrome saves it: quoted-printable parts, a style sheet beside the page."""
    coded = encodestring(body) if coding == "quoted-printable" else b64encode(body)
    kind = f"text/html; charset={charset}" if charset else "text/html"
    lines = (
        "From: <Saved by Blink>",
        f"Snapshot-Content-Location: {url}",
        "Subject: a letter",
        "MIME-Version: 1.0",
        f'Content-Type: multipart/related; type="text/html"; boundary="{BOUNDARY}"',
        "",
        "",
        f"--{BOUNDARY}",
        f"Content-Type: {kind}",
        "Content-ID: <frame-1@mhtml.blink>",
        f"Content-Transfer-Encoding: {coding}",
        f"Content-Location: {url}",
        "",
        coded.decode("ascii"),
        f"--{BOUNDARY}",
        "Content-Type: text/css",
        "Content-Location: cid:css-1@mhtml.blink",
        "",
        "body { color: black }",
        f"--{BOUNDARY}--",
        "",
    )
    return "\r\n".join(lines).encode("ascii")


# --- saved files -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("coding", ["quoted-printable", "base64"])
def test_the_page_of_an_mhtml_is_its_own_bytes_and_address(coding: str) -> None:
    saved = read_saved(mhtml(page(HEFEI), coding=coding))
    assert saved.content.replace(b"\r\n", b"\n").strip() == page(HEFEI).replace(b"\r\n", b"\n").strip()
    assert (saved.url, saved.content_type) == (HEFEI.url, "text/html")


def test_a_charset_that_the_browser_wrote_down_goes_with_the_page() -> None:
    body = "<p>合肥</p>".encode("gb18030")
    assert read_saved(mhtml(body, charset="GBK")).content_type == "text/html; charset=gbk"


def test_the_root_is_the_part_that_start_names() -> None:
    data = mhtml(b"<p>root</p>").replace(
        b'type="text/html";', b'type="text/html"; start="<frame-1@mhtml.blink>";'
    )
    frame = f"--{BOUNDARY}\r\nContent-Type: text/html\r\nContent-ID: <other>\r\n\r\n<p>frame</p>\r\n".encode()
    first = f"--{BOUNDARY}\r\n".encode()
    assert b"root" in read_saved(data.replace(first, frame + first, 1)).content


def test_an_address_that_is_none_of_the_web_is_left_out() -> None:
    assert read_saved(mhtml(b"<p>x</p>", "cid:frame@mhtml.blink")).url is None


def test_plain_html_says_in_a_comment_where_it_was_saved_from() -> None:
    comment = f"<!-- saved from url=({len(HEFEI.url):04}){HEFEI.url} -->\n".encode()
    assert read_saved(comment + page(HEFEI)) == SavedPage(comment + page(HEFEI), url=HEFEI.url)
    assert read_saved(page(HEFEI)).url is None


def test_an_mhtml_that_was_cut_off_is_refused() -> None:
    with pytest.raises(SavedPageError, match="save the page again"):
        read_saved(mhtml(page(HEFEI))[:-400])


def test_an_mhtml_without_a_page_is_refused() -> None:
    with pytest.raises(SavedPageError, match="no text/html"):
        read_saved(mhtml(b"x").replace(b"Content-Type: text/html", b"Content-Type: text/plain"))


@given(st.binary(max_size=300))
def test_whatever_is_no_mhtml_is_a_page_byte_for_byte(data: bytes) -> None:
    assert read_saved(data).content == data


@given(st.integers(0, 3000), st.binary(max_size=40), st.integers(0, 60))
def test_a_damaged_mhtml_is_read_or_refused_and_raises_nothing_else(at: int, put: bytes, gone: int) -> None:
    whole = mhtml(page(HEFEI))
    damaged = whole[:at] + put + whole[at + gone :]
    with suppress(SavedPageError):
        assert isinstance(read_saved(damaged).content, bytes)


# --- the command -------------------------------------------------------------------------------------------


class Hand:
    """A monitor and its program's face over one database: files are saved, imported, and looked into."""

    def __init__(self, folder: Path, monitor: Monitor) -> None:
        self.folder = folder
        self.monitor = monitor

    def save(self, body: bytes | str, name: str = "saved.html") -> Path:
        path = self.folder / name
        path.write_bytes(body.encode() if isinstance(body, str) else body)
        return path

    def run(self, body: bytes | str, *words: str, now: datetime = LATER) -> Result:
        """Import a saved page at an hour."""
        command = ["page", str(self.save(body)), *words, "--dossier", "d"]
        common = ["--db", str(self.folder / "zonewatch.db"), "--now", now.isoformat()]
        return CliRunner().invoke(import_, [*command, *common, "--config", str(self.folder / "z.toml")])

    def state(self, name: str = "fn01") -> str:
        return self.monitor.standing(name).link.state.value

    def visits(self, name: str = "fn01") -> int:
        return len(self.monitor.store.visits(f"d/{name}"))


def hand(folder: Path, pages: Pages, text: str) -> Hand:
    """Put a dossier and its settings where the program finds them."""
    own = folder / "dossiers"
    own.mkdir()
    (own / "d.toml").write_text(text, encoding="utf-8")
    (folder / "z.toml").write_text(f'dossiers = "{own}"\n', encoding="utf-8")
    return Hand(folder, Monitor(folder, pages, text))


@pytest.fixture
def walled(tmp_path: Path) -> Iterator[Hand]:
    """Hefei's letter behind a wall since the day after it was first seen."""
    pages = Pages()
    pages.put(HEFEI.url, page(HEFEI))
    made = hand(tmp_path, pages, dossier_text())
    with made.monitor as monitor:
        monitor.at(START)
        pages.put(HEFEI.url, CHALLENGE, 412)
        for day in range(1, 9):
            monitor.at(START + day * DAY)
        yield made


def test_a_page_behind_a_wall_is_confirmed_by_hand(walled: Hand) -> None:
    assert walled.state() == "unseen"
    done = walled.run(page(HEFEI), "--url", HEFEI.url)
    assert done.exit_code == 0, done.output
    assert "unseen → alive" in done.output and "link_recovered" in done.output
    assert walled.state() == "alive"
    visit = walled.monitor.store.visits("d/fn01", limit=1)[0]
    assert (visit.origin, visit.url, visit.at, visit.status) == ("by hand", HEFEI.url, LATER, 200)
    assert walled.monitor.store.body(visit.body or "") == page(HEFEI)


def test_an_edit_behind_a_wall_is_seen_by_hand(walled: Hand) -> None:
    done = walled.run(page(HEFEI, slip=("语音", "语意")), "--url", HEFEI.url, "--json")
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert "edited" in {one["kind"] for one in told["findings"]}
    assert [(one["id"], one["outcome"], one["state"]) for one in told["sources"]] == [
        ("d/fn01", "good", "alive")
    ]


def test_an_mhtml_needs_no_address(walled: Hand) -> None:
    assert walled.run(mhtml(page(HEFEI))).exit_code == 0
    assert walled.state() == "alive"


def test_the_first_visit_of_all_may_be_by_hand(tmp_path: Path) -> None:
    made = hand(tmp_path, Pages(), dossier_text())
    with made.monitor as monitor:
        done = made.run(page(HEFEI), "--url", HEFEI.url)
        assert "unknown → alive" in done.output and monitor.findings() == ()
        assert len(monitor.store.snapshots("d/fn01")) == 1


def test_the_wall_that_stays_hides_the_page_again_and_edits_nothing(walled: Hand) -> None:
    assert walled.run(page(HEFEI), "--url", HEFEI.url).exit_code == 0
    assert walled.monitor.said(LATER + DAY) == []
    assert walled.state() == "unseen"
    walled.monitor.pages.put(HEFEI.url, page(HEFEI))
    assert walled.monitor.said(LATER + 2 * DAY) == [], "the network shows what was seen by hand"


def test_no_validator_outlives_the_body_that_it_stood_for(tmp_path: Path) -> None:
    pages = Pages()
    pages.put(HEFEI.url, page(HEFEI), 200, ("ETag", '"one"'))
    made = hand(tmp_path, pages, dossier_text())
    with made.monitor as monitor:
        monitor.at(START)
        made.run(page(HEFEI, slip=("语音", "语意")), "--url", HEFEI.url)
        assert monitor.standing("fn01").etag is None
        done = monitor.at(LATER + DAY)
        assert monitor.outcomes(done) == [("notice", "good")], "no 304 for a page that is not the server's"


def test_one_page_is_a_visit_of_every_dossier_that_cites_it(tmp_path: Path) -> None:
    made = hand(tmp_path, Pages(), dossier_text())
    (tmp_path / "dossiers" / "e.toml").write_text(dossier_text(), encoding="utf-8")
    with made.monitor as monitor:
        done = made.run(page(HEFEI), "--url", HEFEI.url, "--dossier", "e")
        assert done.exit_code == 0, done.output
        assert len(monitor.store.visits("d/fn01")) == len(monitor.store.visits("e/fn01")) == 1


def test_what_one_dossier_refuses_another_may_take(tmp_path: Path) -> None:
    made = hand(tmp_path, Pages(), dossier_text(zones=(GUANGZHOU,), citations=[cited(GUANGZHOU, 1)]))
    other = dossier_text(citations=[cited(HEFEI, 1) | {"url": GUANGZHOU.url, "title": HEFEI.title}])
    (tmp_path / "dossiers" / "e.toml").write_text(other, encoding="utf-8")
    with made.monitor as monitor:
        done = made.run(page(GUANGZHOU), "--url", GUANGZHOU.url, "--dossier", "e")
        assert done.exit_code == 0, done.output
        assert "e/fn01" in done.stderr and "nothing was recorded" in done.stderr
        assert monitor.store.visits("e/fn01") == () and made.visits() == 1


@pytest.mark.parametrize("told", ["http", "www", "index"])
def test_an_address_counts_however_it_is_spelt(walled: Hand, told: str) -> None:
    spelt = {
        "http": HEFEI.url.replace("https", "http"),
        "www": HEFEI.url.replace("www.", ""),
        "index": f"{HEFEI.url}#Zoom",
    }[told]
    assert walled.run(page(HEFEI), "--url", spelt).exit_code == 0


def test_a_page_in_gbk_that_a_browser_saved_is_read_right(walled: Hand) -> None:
    saved = page(HEFEI, slip=("语音", "语意")).decode().replace("charset=utf-8", "charset=gb2312")
    walled.run(mhtml(saved.encode("gb18030"), charset="gb2312"))
    (found,) = walled.monitor.findings("edited")
    assert [change.what for change in found.draft.changes] == ["paragraph 5"]


def test_a_dead_link_is_recovered_by_hand(tmp_path: Path) -> None:
    pages = Pages()
    pages.put(HEFEI.url, page(HEFEI))
    made = hand(tmp_path, pages, dossier_text())
    with made.monitor as monitor:
        monitor.at(START)
        pages.take_away(HEFEI.url)
        for day in range(1, 6):
            monitor.at(START + day * DAY)
        assert made.state() == "dead"
        assert "dead → alive" in made.run(page(HEFEI), "--url", HEFEI.url).output
        assert [one.draft.kind.value for one in monitor.findings()].count("link_recovered") == 1


@pytest.mark.parametrize(
    ("body", "because"),
    [
        (CHALLENGE, "wall"),
        (NOT_FOUND, "soft_404"),
        ("", "empty"),
        (page(GUANGZHOU), "another_page"),
        (page(HEFEI)[:700], ""),
    ],
)
def test_what_fails_the_gate_is_refused_and_held_against_nobody(
    walled: Hand, body: bytes | str, because: str
) -> None:
    before, visits = walled.monitor.standing("fn01"), walled.visits()
    done = walled.run(body, "--url", HEFEI.url)
    assert done.exit_code == 1
    assert because in done.output and "nothing was recorded" in done.output
    assert (walled.monitor.standing("fn01"), walled.visits()) == (before, visits)


@pytest.mark.parametrize(
    "edited",
    [
        page(HEFEI._replace(number="国科函规〔2019〕186号")),
        page(HEFEI).replace("建设国家新一代".encode(), "创建国家新一代".encode()),
    ],
)
def test_an_edited_number_or_title_is_no_reason_to_refuse(walled: Hand, edited: bytes) -> None:
    done = walled.run(edited, "--url", HEFEI.url)
    assert done.exit_code == 0, done.output
    assert "edited" in done.output


def test_a_page_that_no_layout_fits_is_refused_too(walled: Hand) -> None:
    told = HEFEI.title + "试验区建设要面向国家重大需求，探索新一代人工智能发展的机制。" * 12
    done = walled.run(f"<html><body><ul><li>{told}</li></ul></body></html>", "--url", HEFEI.url)
    assert done.exit_code == 1 and "nothing was recorded" in done.output
    assert walled.monitor.standing("fn01").layout_failures == 0


def test_no_other_address_is_asked_for(walled: Hand) -> None:
    asked = len(walled.monitor.pages.asked)
    walled.run(page(GUANGZHOU), "--url", HEFEI.url)
    walled.run(page(HEFEI), "--url", HEFEI.url)
    assert len(walled.monitor.pages.asked) == asked
    assert {visit.role.value for visit in walled.monitor.store.visits("d/fn01")} == {"notice"}


def test_an_unknown_address_is_named_with_what_is_near_and_the_way_out(walled: Hand) -> None:
    done = walled.run(page(HEFEI), "--url", HEFEI.url.replace("149420", "149421"))
    assert done.exit_code == 1
    assert HEFEI.url in done.output and "zonewatch sources" in done.output


def test_a_file_without_an_address_asks_for_one(walled: Hand) -> None:
    done = walled.run(page(HEFEI))
    assert done.exit_code == 1 and "--url" in done.output


def test_another_address_than_the_files_own_is_said(walled: Hand) -> None:
    done = walled.run(mhtml(page(HEFEI), "https://mirror.example/t.html"), "--url", HEFEI.url)
    assert done.exit_code == 0
    assert "saved from https://mirror.example/t.html" in done.output


def test_the_hour_of_the_visit_is_the_one_given(walled: Hand) -> None:
    seen = LATER - timedelta(hours=5)
    assert walled.run(page(HEFEI), "--url", HEFEI.url, "--at", seen.isoformat()).exit_code == 0
    assert walled.monitor.store.visits("d/fn01", limit=1)[0].at == seen
    assert walled.monitor.standing("fn01").link.last_good == seen


def test_what_is_found_by_hand_is_raised_at_the_hour_of_the_import(walled: Hand) -> None:
    seen = LATER - timedelta(hours=5)
    walled.run(page(HEFEI), "--url", HEFEI.url, "--at", seen.isoformat())
    (found,) = walled.monitor.findings("link_recovered")
    assert found.raised == LATER, "so that the next report tells it"


def test_an_older_page_does_not_rewind_what_is_known_since(walled: Hand) -> None:
    before = walled.monitor.standing("fn01")
    done = walled.run(page(HEFEI), "--url", HEFEI.url, "--at", (START + DAY).isoformat())
    assert done.exit_code == 1 and "would undo" in done.output
    assert walled.monitor.standing("fn01") == before


def test_an_hour_in_the_future_is_refused(walled: Hand) -> None:
    done = walled.run(page(HEFEI), "--url", HEFEI.url, "--at", (LATER + DAY).isoformat())
    assert done.exit_code == 1 and "future" in done.output


def test_an_hour_that_is_none_is_wrong_usage(walled: Hand) -> None:
    assert walled.run(page(HEFEI), "--url", HEFEI.url, "--at", "yesterday").exit_code == 2


def test_while_a_pass_runs_nothing_is_imported(walled: Hand) -> None:
    lease = walled.monitor.store.take_lease(f"{holder_name()}-other", LATER, 600)
    assert lease
    assert walled.run(page(HEFEI), "--url", HEFEI.url).exit_code == 75
    walled.monitor.store.release_lease(lease, LATER)


def test_a_file_that_is_too_large_is_refused(walled: Hand) -> None:
    (walled.folder / "z.toml").write_text(
        f'dossiers = "{walled.folder / "dossiers"}"\nmax_bytes = 1000\n', encoding="utf-8"
    )
    done = walled.run(page(HEFEI), "--url", HEFEI.url)
    assert done.exit_code == 1 and "max_bytes" in done.output


# --- footnotes, rows, lists, new addresses -----------------------------------------------------------------


def unresolved(lists: Sequence[dict[str, object]] = ()) -> str:
    """A dossier that cites Jinan's and Xi'an's letters by addresses cut off after the date."""
    cut = [
        {
            "footnote": number,
            "printed": CUT,
            "for": one.place.zh,
            "status": "unresolved",
            "because": "cut off",
        }
        for number, one in ((1, JINAN), (2, XIAN))
    ]
    return dossier_text(citations=cut, lists=lists, zones=(JINAN, XIAN))


@pytest.mark.parametrize(("letter", "name"), [(JINAN, "fn01"), (XIAN, "fn02")])
def test_a_cut_off_footnote_is_resolved_by_the_page_that_names_its_city(
    tmp_path: Path, letter: type[HEFEI], name: str
) -> None:
    made = hand(tmp_path, Pages(), unresolved())
    with made.monitor as monitor:
        done = made.run(page(letter), "--url", letter.url)
        assert done.exit_code == 0, done.output
        (found,) = monitor.findings()
        assert (found.draft.kind.value, found.draft.subject) == ("citation_resolved", f"d/{name}")
        (followed,) = monitor.store.followed("d")
        assert (followed.id, followed.url) == (f"d/{name}", letter.url)
        assert followed.because == "resolved by a page brought by hand"
        assert made.state(name) == "alive"


def test_a_page_that_fits_the_print_but_names_another_city_resolves_nothing(tmp_path: Path) -> None:
    made = hand(tmp_path, Pages(), unresolved())
    with made.monitor as monitor:
        done = made.run(page(HEFEI), "--url", JINAN.url)
        assert done.exit_code == 1 and "nothing was recorded" in done.output
        assert monitor.findings() == () and monitor.store.followed("d") == ()


def test_the_page_behind_a_row_that_a_wall_hides_is_judged_by_hand(tmp_path: Path) -> None:
    pages = Pages()
    pages.put(HEFEI.url, page(HEFEI))
    pages.put(GUANGZHOU.url, CHALLENGE, 412)
    for url, body in bound(QTWJ, [row(GUANGZHOU)]).items():
        pages.put(url, body)
    made = hand(tmp_path, pages, dossier_text(lists=[{"name": "qtwj", "url": QTWJ}]))
    with made.monitor as monitor:
        assert monitor.said(START) == []
        done = made.run(page(GUANGZHOU), "--url", GUANGZHOU.url)
        assert done.exit_code == 0, done.output
        assert "new_zone Guangzhou" in done.output
        assert all(one.settled for one in monitor.store.rows("d/qtwj").values())


def test_a_wrong_file_does_not_settle_a_row(tmp_path: Path) -> None:
    pages = Pages()
    pages.put(GUANGZHOU.url, CHALLENGE, 412)
    for url, body in bound(QTWJ, [row(GUANGZHOU)]).items():
        pages.put(url, body)
    made = hand(tmp_path, pages, dossier_text(lists=[{"name": "qtwj", "url": QTWJ}]))
    with made.monitor as monitor:
        monitor.at(START)
        assert made.run(page(HEFEI), "--url", GUANGZHOU.url).exit_code == 1
        assert [one.settled for one in monitor.store.rows("d/qtwj").values()] == [False]


def test_a_page_judged_before_is_not_judged_again(tmp_path: Path) -> None:
    pages = Pages()
    known = page(HEFEI, GUANGZHOU.url)
    pages.put(GUANGZHOU.url, known)
    for url, body in bound(QTWJ, [row(GUANGZHOU)]).items():
        pages.put(url, body)
    made = hand(tmp_path, pages, dossier_text(lists=[{"name": "qtwj", "url": QTWJ}]))
    with made.monitor as monitor:
        monitor.at(START)
        done = made.run(known, "--url", GUANGZHOU.url)
        assert done.exit_code == 1 and "judged before" in done.output


def test_a_list_by_hand_shows_its_new_row(tmp_path: Path) -> None:
    pages = Pages()
    pages.put(HEFEI.url, page(HEFEI))
    rows = [filler(number) for number in range(1, 4)]
    (first,) = bound(QTWJ, rows).values()
    pages.put(QTWJ, first)
    made = hand(tmp_path, pages, dossier_text(lists=[{"name": "qtwj", "url": QTWJ, "report": "all"}]))
    with made.monitor as monitor:
        monitor.at(START)
        (second,) = bound(QTWJ, [filler(4), *rows]).values()
        done = made.run(second, "--url", QTWJ)
        assert done.exit_code == 0, done.output
        assert "new_notice" in done.output
        assert len(monitor.store.rows("d/qtwj")) == 4


def test_a_lost_notice_is_found_by_hand_where_the_site_re_filed_it(tmp_path: Path) -> None:
    pages = Pages()
    pages.put(OLD, page(HEFEI, OLD))
    text = dossier_text(citations=[cited(HEFEI, 1) | {"url": OLD}], refilings=[REFILING])
    made = hand(tmp_path, pages, text)
    with made.monitor as monitor:
        monitor.at(START)
        pages.put(OLD, b"", 404)
        pages.put(HEFEI.url, CHALLENGE, 412)
        monitor.at(START + DAY)
        refused = made.run(page(GUANGZHOU), "--url", HEFEI.url)
        assert refused.exit_code == 1 and "nothing on it proves" in refused.output
        done = made.run(page(HEFEI), "--url", HEFEI.url)
        assert done.exit_code == 0, done.output
        assert "moved" in done.output
        standing = monitor.standing("fn01")
        assert (standing.url, standing.link.state) == (HEFEI.url, State.MOVED)


def test_a_followed_source_stays_where_it_is_followed(tmp_path: Path) -> None:
    pages = Pages()
    pages.put(OLD, page(HEFEI, OLD))
    text = dossier_text(citations=[cited(HEFEI, 1) | {"url": OLD}], refilings=[REFILING])
    made = hand(tmp_path, pages, text)
    with made.monitor as monitor:
        monitor.at(START)
        pages.put(OLD, b"", 404)
        pages.put(HEFEI.url, page(HEFEI))
        monitor.at(START + DAY)
        assert made.run(page(HEFEI, OLD), "--url", OLD).exit_code == 0
        standing, visit = monitor.standing("fn01"), monitor.store.visits("d/fn01", limit=1)[0]
        assert (standing.url, standing.link.state) == (HEFEI.url, State.MOVED)
        assert visit.url == OLD


def test_the_surest_way_to_a_target_counts(tmp_path: Path) -> None:
    text = dossier_text(citations=[cited(HEFEI, 1) | {"url": OLD}], refilings=[REFILING])
    made = hand(tmp_path, Pages(), text)
    with made.monitor as monitor:
        context = unprobed(context_of(monitor.dossier, monitor.store, datetime(2022, 3, 1, tzinfo=UTC)))
        assert [one.as_ for one in targets(OLD, context)] == ["source"]
        assert [one.as_ for one in targets(HEFEI.url, context)] == ["successor"]
        assert targets("https://www.most.gov.cn/elsewhere.html", context) == ()

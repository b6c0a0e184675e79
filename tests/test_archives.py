"""Archives: what services answer becomes mementos or a plain word why not; only the notice is offered."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from monitor.gate import Known
from scheduler import archives as asking
from scheduler.archives import Keys, Search, TimeGate, Tried, Wayback, look_at, search
from scraper import archives, mementos
from scraper.archives import ArchiveTrouble
from scraper.fetch import Fetcher
from scraper.mementos import Memento
from scraper.model import Fetch, Hop, Outcome, OutcomeKind
from scraper.policy import Policy
from tests.archive_house import JSON, Capture, House, Said, open_house
from tests.site import GUANGZHOU, HEFEI, dossier_text, page
from zonewatch.commands.archive import archive

NOW = datetime(2026, 12, 1, 4, tzinfo=UTC)
CITED = date(2020, 3, 11)
URL = HEFEI.url
KNOWN = Known(title=HEFEI.title, document_number=HEFEI.number, zones=(HEFEI.place.zh,))
LETTER = page(HEFEI)
WALL = b"<script>var arg1='4C6F7F3A2B1E5D9C8A7B6C5D4E3F2A1B0C9D8E7F';document.cookie='acw_sc__v2=1'</script>"
NOT_THERE = "<html><title>提示</title><body>抱歉，您访问的页面不存在</body></html>".encode()
STAMPS = st.datetimes(datetime(1996, 1, 1), datetime(2100, 1, 1)).map(  # noqa: DTZ001 - made aware below
    lambda at: at.replace(microsecond=0, tzinfo=UTC)
)


@pytest.fixture
def house() -> Iterator[House]:
    with open_house() as made:
        yield made


@pytest.fixture
def web() -> Iterator[Fetcher]:
    policy = Policy(pause=0, deadline=5, allow_private=True, robots=False)
    with Fetcher(policy, now=lambda: NOW) as made:
        yield made


@pytest.fixture
def wayback(house: House, web: Fetcher) -> Wayback:
    """Index and availability API are sites of their own: one that rests does not hold up the other."""
    return Wayback(web, house.base, house.base.replace("127.0.0.1", "localhost"))


def told(body: bytes, status: int = 200, *headers: tuple[str, str], url: str = "http://a.org/x") -> Fetch:
    """An answer as a fetch."""
    return Fetch(url, NOW, 0.1, (Hop(url, status, headers),), body, body)


def stamps(found: tuple[Memento, ...]) -> list[str]:
    return [f"{memento.at:%Y%m%d}" for memento in found]


def test_the_index_gives_good_captures_the_nearest_first(house: House, wayback: Wayback) -> None:
    house.keep("20191020000000", URL, LETTER)
    near = house.keep("20200310000000", URL, LETTER + b" ")
    house.keep("20250101000000", URL, LETTER + b"  ")
    house.keep("20200311000000", URL, b"", 404)
    found = wayback.find(URL, CITED)
    assert stamps(found) == ["20200310", "20191020", "20250101"]
    assert found[0] == Memento(near, datetime(2020, 3, 10, tzinfo=UTC), "wayback")


def test_nothing_archived_is_an_answer_and_no_trouble(wayback: Wayback) -> None:
    assert wayback.find(URL, CITED) == ()


@pytest.mark.parametrize(
    "wrong",
    [
        Said(b"", 429, headers=(("Retry-After", "60"),)),
        Said(b"<html>503 Service Temporarily Unavailable</html>", 503),
        Said(b"<html>a maintenance page</html>"),
        Said(b"[[", kind=JSON),
        Said(b"[" * 100_000, kind=JSON),
        Said(b'{"error": "blocked"}', kind=JSON),
        Said(b'[["urlkey"],["cn,gov"]]', kind=JSON),
        Said(b'[["timestamp","original"],["2020","http://a.cn/"]]', kind=JSON),
        Said(b'[["timestamp","original"],["20201399999999","http://a.cn/"]]', kind=JSON),
        Said(b'[["timestamp","original"],[]]', kind=JSON),
        Said(b"7", kind=JSON),
        Said(b"", kind=JSON),
    ],
)
def test_where_the_index_fails_the_availability_api_is_asked(
    house: House, wayback: Wayback, wrong: Said
) -> None:
    house.keep("20200310000000", URL, LETTER)
    house.wrong["/cdx/"] = wrong
    assert stamps(wayback.find(URL, CITED)) == ["20200310"]


def test_where_neither_index_nor_availability_answers_the_indexs_trouble_is_told(
    house: House, wayback: Wayback
) -> None:
    house.wrong["/cdx/"], house.wrong["/wayback/"] = Said(b"no index", 500), Said(b"", 503)
    with pytest.raises(ArchiveTrouble, match="status 500, no index"):
        wayback.find(URL, CITED)


def test_a_limit_says_when_the_service_wishes_to_be_asked_again(house: House, wayback: Wayback) -> None:
    house.wrong["/"] = Said(b"slow down", 429, headers=(("Retry-After", "60"),))
    with pytest.raises(ArchiveTrouble, match="status 429, slow down") as met:
        wayback.find(URL, CITED)
    assert met.value.again == 60
    with Fetcher(Policy(pause=0, allow_private=True, robots=False), now=lambda: NOW) as web:
        found = search((replace(wayback, web=web),), URL, CITED, KNOWN, web)
    assert found.offered is None and "ask again after 60 s" in found.troubles[0]


@pytest.mark.parametrize("said", ["soon", "-5", "٣", "Wed, 21 Oct 2026 07:28:00 GMT", ""])
def test_a_retry_after_that_is_no_number_of_seconds_is_left_out(said: str) -> None:
    with pytest.raises(ArchiveTrouble) as met:
        archives.read_cdx(told(b"", 429, ("Retry-After", said)), "http://a.org")
    assert met.value.again is None


def test_an_archive_that_nobody_answers_for_is_a_trouble(web: Fetcher) -> None:
    with pytest.raises(ArchiveTrouble, match="no answer"):
        Wayback(web, "http://127.0.0.1:1", "http://127.0.0.1:1").find(URL, CITED)


@pytest.mark.parametrize(
    ("body", "trouble"),
    [
        (b'{"archived_snapshots": {}}', False),
        (b'{"archived_snapshots": {"closest": {"available": false}}}', False),
        (b'{"archived_snapshots": {"closest": {"available": true, "status": "404"}}}', False),
        (b'{"archived_snapshots": {"closest": {"available": true}}}', True),
        (b'{"archived_snapshots": {"closest": "x"}}', True),
        (b'{"archived_snapshots": {"closest": {"available": true, "url": "u", "timestamp": "x"}}}', True),
        (b"[]", True),
        (b"{}", True),
    ],
)
def test_availability_without_a_capture_is_none_and_without_sense_a_trouble(
    body: bytes, trouble: bool
) -> None:
    if trouble:
        with pytest.raises(ArchiveTrouble):
            archives.read_availability(told(body))
    else:
        assert archives.read_availability(told(body)) == ()


def test_links_are_read_with_their_relations_and_times() -> None:
    said = (
        '<http://a.cn/x,y>; rel="original", <http://arc/timemap/http://a.cn/>;rel="timemap";type="x/y"; '
        'from="Tue, 20 Jun 2000 18:02:59 GMT", </web/2>; rel="first  Memento"; '
        'datetime="Tue, 20 Jun 2000 18:02:59 GMT", <http://arc/3>; REL=next; datetime="never"'
    )
    found = mementos.links_of(Hop("http://arc/gate", 302, (("link", said),)))
    assert [(link.target, sorted(link.relations)) for link in found] == [
        ("http://a.cn/x,y", ["original"]),
        ("http://arc/timemap/http://a.cn/", ["timemap"]),
        ("http://arc/web/2", ["first", "memento"]),
        ("http://arc/3", ["next"]),
    ]
    assert [link.at for link in found][2:] == [datetime(2000, 6, 20, 18, 2, 59, tzinfo=UTC), None]


@given(st.text(max_size=300))
def test_no_link_header_is_too_odd(said: str) -> None:
    assert all(
        link.target for link in mementos.links_of(Hop("http://a/", 200, (("Link", said), ("Link", said))))
    )


@given(st.text(max_size=60))
def test_a_date_is_aware_or_none(said: str) -> None:
    found = mementos.parse_date(said)
    assert found is None or found.tzinfo is UTC


@given(st.lists(STAMPS), st.dates(date(1996, 1, 1), date(2100, 1, 1)))
def test_the_nearest_comes_first_and_each_moment_once(moments: list[datetime], day: date) -> None:
    found = mementos.nearest([Memento(f"http://a/{at}", at, "x") for at in [*moments, *moments]], day)
    away = [abs(memento.at - mementos.moment(day)) for memento in found]
    assert away == sorted(away) and len(found) == len(set(moments))


@given(STAMPS, st.sampled_from(["http://www.a.cn/x?a=1&b=http://c/", "https://a.cn/页"]))
def test_an_address_of_the_archive_tells_page_and_moment(at: datetime, url: str) -> None:
    replay = f"https://web.archive.org/web/{at:%Y%m%d%H%M%S}/{url}"
    raw = mementos.as_it_came(replay)
    assert raw == replay.replace("/http", "id_/http", 1) and mementos.as_it_came(raw) == raw
    for one in (replay, raw):
        assert mementos.original_of(one) == url and mementos.captured_at(one) == at


@pytest.mark.parametrize(
    "url", [URL, "https://web.archive.org/", "", "http://a/web/20201399999999/http://a/"]
)
def test_any_other_address_tells_no_moment_of_capture(url: str) -> None:
    assert mementos.captured_at(url) is None


def test_a_slash_that_a_proxy_folded_is_put_back() -> None:
    assert mementos.original_of("http://arc/web/20200101000000id_/https:/a.cn/x") == "https://a.cn/x"


def test_a_memento_is_read_as_it_came_without_the_archives_frame(house: House, wayback: Wayback) -> None:
    house.keep("20200310000000", URL, LETTER)
    (memento,) = wayback.find(URL, CITED)
    seen = look_at(memento, URL, KNOWN, wayback.web)
    assert seen.is_the_page and seen.notice and seen.notice.title == HEFEI.title
    assert seen.notice.url == URL, "readers see the page's own address"
    assert house.asked[-1] == ("GET", f"/web/20200310000000id_/{URL}")


def test_the_nearest_that_is_the_notice_is_offered_and_the_rest_told(house: House, wayback: Wayback) -> None:
    house.keep("20200311120000", URL, WALL)
    house.keep("20200312120000", URL, NOT_THERE)
    house.keep("20200313120000", URL, b"")
    good = house.keep("20200314120000", URL, LETTER)
    house.keep("20210314120000", URL, LETTER + b" ")
    found = search((wayback,), URL, CITED, KNOWN, wayback.web)
    assert found.offered and found.offered.url == good
    assert [one.outcome.kind.value for one in found.tried] == ["wall", "soft_404", "empty", "good"]
    assert found.troubles == ()


def test_another_letter_at_the_address_is_not_offered(house: House, wayback: Wayback) -> None:
    house.keep("20200311120000", URL, page(GUANGZHOU, URL))
    found = search((wayback,), URL, CITED, KNOWN, wayback.web)
    assert found.offered is None
    assert found.tried[0].outcome.rule == "another_page, no probe"


def test_an_archived_redirect_to_the_home_page_is_not_the_page(house: House, wayback: Wayback) -> None:
    home = URL.partition("/xxgk")[0] + "/"
    (memento,) = [Memento(house.keep("20200311120000", URL, b"", 302, home), NOW, "wayback")]
    house.keep("20200311120000"[:-1] + "1", home, LETTER.replace(HEFEI.title.encode(), "首页".encode()))
    seen = look_at(memento, URL, KNOWN, wayback.web)
    assert not seen.is_the_page


def test_a_capture_of_another_moment_is_not_taken_for_the_one_named(house: House, wayback: Wayback) -> None:
    house.keep("20191020000000", URL, LETTER)
    named = Memento(f"{house.base}/web/20200311000000/{URL}", datetime(2020, 3, 11, tzinfo=UTC), "wayback")
    seen = look_at(named, URL, KNOWN, wayback.web)
    assert (seen.outcome.rule, seen.is_the_page) == ("another_capture", False)


def test_steps_within_the_archive_are_no_redirects_of_the_page() -> None:
    steps = [f"http://arc/web/2020031000000{number}id_/{URL}" for number in range(3)]
    hops = [Hop(url, 302, (), location=to) for url, to in pairwise(steps)]
    seen = mementos.as_original(Fetch(steps[0], NOW, 0.1, (*hops, Hop(steps[2], 200, ()))), URL)
    assert (seen.requested, seen.url, len(seen.hops), seen.hops[0].location) == (URL, URL, 1, None)


def test_a_redirect_that_was_archived_stays_one() -> None:
    moved = URL.replace("qtwj2019", "qtwj")
    first, last = (f"http://arc/web/20200310000000id_/{url}" for url in (URL, moved))
    seen = mementos.as_original(
        Fetch(first, NOW, 0.1, (Hop(first, 301, (), location=last), Hop(last, 200, ()))), URL
    )
    assert [(hop.url, hop.location) for hop in seen.hops] == [(URL, moved), (moved, None)]


def test_no_more_than_a_few_mementos_are_looked_at(house: House, wayback: Wayback) -> None:
    for day in range(10, 25):
        house.keep(f"202003{day}000000", URL, NOT_THERE + b" " * day)
    assert len(search((wayback,), URL, CITED, KNOWN, wayback.web).tried) == asking.MOST_TRIED


def test_a_time_gate_is_asked_with_the_day_and_leads_to_the_nearest(house: House, web: Fetcher) -> None:
    gate = TimeGate(web, f"{house.base}/timegate/", "some archive")
    house.keep("20191020000000", URL, LETTER)
    near = house.keep("20200310000000", URL, LETTER)
    house.keep("20250101000000", URL, LETTER)
    found = gate.find(URL, CITED)
    assert found[0] == Memento(near, datetime(2020, 3, 10, tzinfo=UTC), "some archive")
    assert stamps(found) == ["20200310", "20191020", "20250101"], "and the first and last that its links name"
    assert search((gate,), URL, CITED, KNOWN, web).offered == found[0]


def test_a_time_gate_that_has_nothing_says_so_and_one_that_says_nothing_is_a_trouble(
    house: House, web: Fetcher
) -> None:
    gate = TimeGate(web, f"{house.base}/timegate/")
    assert gate.find(URL, CITED) == ()
    for wrong in (
        Said(b"<html>hello</html>"),
        Said(b"", 503),
        Said(b"", 429, headers=(("Retry-After", "9"),)),
    ):
        house.wrong["/timegate/"] = wrong
        with pytest.raises(ArchiveTrouble):
            gate.find(URL, CITED)


def test_archives_are_asked_together_and_one_that_fails_hides_no_other(house: House, web: Fetcher) -> None:
    house.wrong["/cdx/"] = house.wrong["/wayback/"] = Said(b"", 503)
    near = house.keep("20200310000000", URL, LETTER)
    places = (Wayback(web, house.base, house.base), TimeGate(web, f"{house.base}/timegate/"))
    found = search(places, URL, CITED, KNOWN, web)
    assert found.offered and found.offered.url == near
    assert len(found.troubles) == 1


def test_a_day_is_asked_for_as_its_noon() -> None:
    assert archives.accept_datetime(CITED) == "Wed, 11 Mar 2020 12:00:00 GMT"
    assert "closest=20200311120000" in archives.cdx_question("http://a", URL, CITED)
    assert "timestamp=20200311120000" in archives.availability_question("http://a", URL, CITED)


KEYS = Keys("key", "secret")


class Naps(list[float]):
    """Naps that were taken in the clock's place."""

    def __call__(self, seconds: float) -> None:
        self.append(seconds)


def test_a_page_is_saved_with_the_users_keys_and_looked_at(house: House, web: Fetcher) -> None:
    house.live[URL] = Capture(URL, LETTER)
    house.pending = 3
    naps = Naps()
    memento = asking.save(web, URL, KEYS, wait=naps, base=house.base)
    assert memento.url == f"{house.base}/web/{house.saved_at}/{URL}"
    assert (memento.at, len(naps)) == (NOW, 4)
    assert set(house.secrets) == {"LOW key:secret"}
    assert asking.verify(web, memento, URL, KNOWN, wait=naps).is_the_page


def test_keys_are_printed_nowhere() -> None:
    assert "secret" not in repr(KEYS) and "key'" not in repr(KEYS)


def test_the_archive_does_not_learn_the_keys_where_it_replays(house: House, web: Fetcher) -> None:
    house.live[URL] = Capture(URL, LETTER)
    memento = asking.save(web, URL, KEYS, wait=Naps(), base=house.base)
    house.secrets.clear()
    asking.verify(web, memento, URL, KNOWN, wait=Naps())
    assert house.secrets == []


def test_a_wall_that_was_captured_is_not_the_notice(house: House, web: Fetcher) -> None:
    house.live[URL] = Capture(URL, WALL)
    memento = asking.save(web, URL, KEYS, wait=Naps(), base=house.base)
    seen = asking.verify(web, memento, URL, KNOWN, wait=Naps())
    assert (seen.outcome.kind, seen.is_the_page) == (OutcomeKind.WALL, False)


@pytest.mark.parametrize(("unshown", "known_before"), [(1, True), (2, True), (1, False)])
def test_a_fresh_capture_is_waited_for_until_it_can_be_replayed(
    house: House, web: Fetcher, unshown: int, known_before: bool
) -> None:
    if known_before:
        house.keep("20200310000000", URL, WALL)
    house.live[URL] = Capture(URL, LETTER)
    house.unshown = unshown
    memento = asking.save(web, URL, KEYS, wait=Naps(), base=house.base)
    naps = Naps()
    assert asking.verify(web, memento, URL, KNOWN, wait=naps).is_the_page
    assert len(naps) == unshown


def test_a_capture_that_is_not_shown_in_time_is_not_vouched_for(house: House, web: Fetcher) -> None:
    house.keep("20200310000000", URL, LETTER)
    house.live[URL] = Capture(URL, LETTER)
    house.unshown = 99
    memento = asking.save(web, URL, KEYS, wait=Naps(), base=house.base)
    seen = asking.verify(web, memento, URL, KNOWN, wait=Naps())
    assert (seen.outcome.rule, seen.is_the_page) == ("another_capture", False)


@pytest.mark.parametrize(
    ("refusal", "word"),
    [
        (
            {"status": "error", "status_ext": "error:too-many-daily-captures", "message": "5 times today"},
            "error:too-many-daily-captures: 5 times today",
        ),
        ({"status": "error", "status_ext": "error:user-session-limit"}, "error:user-session-limit"),
        ({"job_id": None}, "no job"),
        ({"job_id": "../../login"}, "no job"),
    ],
)
def test_a_refusal_comes_with_status_200_and_in_the_services_words(
    house: House, web: Fetcher, refusal: dict[str, object], word: str
) -> None:
    house.refusal = refusal
    with pytest.raises(ArchiveTrouble, match=word):
        asking.save(web, URL, KEYS, wait=Naps(), base=house.base)


def test_wrong_keys_are_refused_in_the_services_words(house: House, web: Fetcher) -> None:
    with pytest.raises(ArchiveTrouble, match=r"status 401, You need to be logged in [^{}]*$"):
        asking.save(web, URL, Keys("key", "wrong"), wait=Naps(), base=house.base)


def test_a_capture_that_fails_says_why(house: House, web: Fetcher) -> None:
    with pytest.raises(ArchiveTrouble, match="error:invalid-host-resolution: Couldn't resolve host"):
        asking.save(web, URL, KEYS, wait=Naps(), base=house.base)


def test_a_capture_that_never_ends_is_given_up(house: House, web: Fetcher) -> None:
    house.pending = 10_000
    naps = Naps()
    with pytest.raises(ArchiveTrouble, match="not done after 200 s"):
        asking.save(web, URL, KEYS, wait=naps, base=house.base)
    assert sum(naps) == 200


@pytest.mark.parametrize(
    "wrong",
    [
        Said(b"", 429, headers=(("Retry-After", "30"),)),
        Said(b"<html>502 Bad Gateway</html>", 502),
        Said(b"<html>Save Page Now</html>"),
    ],
)
def test_a_save_service_that_is_busy_or_broken_is_a_trouble(house: House, web: Fetcher, wrong: Said) -> None:
    house.wrong["/save"] = wrong
    with pytest.raises(ArchiveTrouble) as met:
        asking.save(web, URL, KEYS, wait=Naps(), base=house.base)
    assert met.value.again == (30 if wrong.status == 429 else None)


@pytest.mark.parametrize(
    "body", [b'{"status": "done"}', b'{"status": "success"}', b"[]", b'{"status": "success", "timestamp": 1}']
)
def test_progress_that_says_nothing_is_a_trouble(body: bytes) -> None:
    with pytest.raises(ArchiveTrouble):
        archives.read_progress(told(body), "http://a")


def test_nothing_offered_is_none() -> None:
    wall = Tried(Memento("http://a/", NOW, "x"), Outcome(OutcomeKind.WALL, "wall_ruishu"))
    assert Search((wall,)).offered is None


@pytest.fixture
def command(house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Run `zonewatch archive …` over a dossier of one letter and an archive on loopback."""
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "d.toml").write_text(dossier_text(), "utf-8")
    monkeypatch.setattr("scheduler.archives.PAUSE", 0.0)

    def run(*arguments: str, **settings: str) -> Result:
        values = {
            "db": str(tmp_path / "zonewatch.db"),
            "dossiers": str(tmp_path / "own"),
            "archive_base": house.base,
            "archive_availability": house.base,
            "allow_private": "true",
            "pause": "0",
        } | settings
        environment = {f"ZONEWATCH_{name.upper()}": value for name, value in values.items()}
        return CliRunner(env=environment).invoke(archive, list(arguments))

    return run


def test_find_prints_the_memento_that_is_the_notice(house: House, command) -> None:
    house.keep("20200311110000", URL, WALL)
    good = house.keep("20200310000000", URL, LETTER)
    got = command("find", "d/fn01")
    assert got.exit_code == 0, got.output
    assert got.stdout.splitlines()[0] == good
    assert "the notice: " + HEFEI.title in got.stdout and "not the notice: wall" in got.stdout
    document = json.loads(command("find", "d/fn01", "--again", "--json").stdout)
    assert (document["memento"], document["cited"]) == (good, "2020-03-11")
    assert [one["is_the_page"] for one in document["looked_at"]] == [False, True]


def test_what_was_found_is_remembered_and_told_without_asking_anybody(house: House, command) -> None:
    good = house.keep("20200310000000", URL, LETTER)
    command("find", "d/fn01")
    house.asked.clear()
    for settings in ({}, {"archive_base": ""}):
        got = command("find", "d/fn01", **settings)
        assert got.exit_code == 0 and got.stdout.splitlines()[0] == good
        assert f"the notice: {HEFEI.title}" in got.stdout
    document = json.loads(command("find", "d/fn01", "--json").stdout)
    assert (document["memento"], document["looked_at"][0]["rule"]) == (good, "remembered")
    assert document["looked_at"][0]["at"] == "2020-03-10T00:00:00Z"
    assert house.asked == []
    assert command("find", "d/fn01", "--again").exit_code == 0 and house.asked


@pytest.mark.parametrize("form", ["markdown", "csv", "bibtex", "json"])
def test_the_footnotes_show_the_archived_copy_in_every_form(
    house: House, command, tmp_path: Path, form: str
) -> None:
    """The one nearest the citation's day, even where a later capture was saved since."""
    keys = {"archive_key": "key", "archive_secret": "secret"}
    house.live[URL] = Capture(URL, LETTER)
    assert command("save", "d/fn01", **keys).exit_code == 0
    saved = f"{house.base}/web/{house.saved_at}/{URL}"
    assert saved in footnotes(tmp_path, form)
    good = house.keep("20200310000000", URL, LETTER)
    assert command("find", "d/fn01").exit_code == 0
    told = footnotes(tmp_path, form)
    assert good in told and saved not in told


def test_a_capture_of_a_wall_is_not_remembered(house: House, command, tmp_path: Path) -> None:
    house.live[URL] = Capture(URL, WALL)
    assert command("save", "d/fn01", archive_key="key", archive_secret="secret").exit_code == 1
    assert f"{house.base}/web/" not in footnotes(tmp_path, "csv")


def footnotes(folder: Path, form: str) -> str:
    """What `export footnotes` prints of the dossier."""
    from zonewatch.cli import cli

    environment = {"ZONEWATCH_DB": str(folder / "zonewatch.db"), "ZONEWATCH_DOSSIERS": str(folder / "own")}
    form_of = ["--json"] if form == "json" else ["--format", form]
    got = CliRunner(env=environment).invoke(cli, ["export", "footnotes", "--dossier", "d", *form_of])
    assert got.exit_code == 0, got.output
    return got.stdout


def test_find_that_offers_nothing_says_so_and_fails(house: House, command) -> None:
    got = command("find", "d/fn01")
    assert got.exit_code == 1 and "nothing that is the notice" in got.stdout
    house.wrong["/"] = Said(b"", 503)
    assert "status 503" in command("find", "d/fn01").stderr


def test_archives_are_off_until_one_is_named(house: House, command) -> None:
    for name in ("find", "save"):
        got = command(name, "d/fn01", archive_base="")
        assert got.exit_code == 1 and "archives are off" in got.stderr
    assert house.asked == []


def test_a_name_that_is_no_citation_is_refused(command) -> None:
    assert "there is no source `d/fn77`" in command("find", "d/fn77").stderr


def test_other_archives_are_asked_by_their_gates(house: House, command) -> None:
    house.wrong["/cdx/"] = house.wrong["/wayback/"] = Said(b"", 503)
    house.keep("20200310000000", URL, LETTER)
    got = command("find", "d/fn01", archive_timegates=f"{house.base}/timegate/")
    assert got.exit_code == 0 and "(127.0.0.1)" in got.stdout


def test_save_wants_keys_and_says_what_it_captured(house: House, command) -> None:
    assert "archive_key" in command("save", "d/fn01").stderr
    keys = {"archive_key": "key", "archive_secret": "secret"}
    house.live[URL] = Capture(URL, LETTER)
    got = command("save", "d/fn01", **keys)
    assert got.exit_code == 0, got.output
    assert f"{house.base}/web/{house.saved_at}/{URL}" in got.stdout and "the notice" in got.stdout
    house.live[URL] = Capture(URL, WALL)
    got = command("save", "d/fn01", "--json", **keys)
    assert got.exit_code == 1 and json.loads(got.stdout)["capture"]["outcome"] == "wall"
    house.refusal = {"status": "error", "status_ext": "error:user-session-limit"}
    assert "error:user-session-limit" in command("save", "d/fn01", **keys).stderr


def test_the_settings_in_force_are_shown_without_the_keys() -> None:
    from zonewatch.commands.setup import config

    keys = {"ZONEWATCH_ARCHIVE_KEY": "k3y", "ZONEWATCH_ARCHIVE_SECRET": "s3cret"}
    got = CliRunner(env=keys).invoke(config, ["--json"])
    assert got.exit_code == 0 and not any(value in got.stdout for value in keys.values())
    assert json.loads(got.stdout)["archive_secret"]["value"] == "set"

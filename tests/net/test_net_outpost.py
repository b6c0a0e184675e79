"""Fetching in a process of its own: the same answers and the same manners, whatever becomes of it."""

import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import Future
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import psutil
import pytest
from serving import answer, hanging, redirect

from scraper.begun import begin
from scraper.errands import Reads
from scraper.lanes import Lanes
from scraper.model import Fetch, Notice, ReadAhead, Trouble, Unreadable
from scraper.outpost import Outpost
from scraper.policy import Validators
from scraper.readers import read_answer
from scraper.rests import Rest, RestedHere
from scraper.robots import RememberedHere, RobotsAnswer
from scraper.troubles import STOPPED

PAGE = b"<html><title>a page</title></html>"
LETTER = """<html><head><title>关于一件事的通知</title></head><body><h1>关于一件事的通知</h1>
<p>发布时间：2020-09-04</p><p>各省、自治区、直辖市人民政府，国务院各部委、各直属机构：</p>
<p>为了做好这件事，现将有关事项通知如下。请各地认真贯彻执行，并将执行中的情况及时报告。</p>
<p>一、提高认识，加强领导。二、明确任务，落实责任。三、加强检查，务求实效。</p></body></html>""".encode()
SOON = 10.0


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def outpost(stack, fetcher):
    """Make outposts of fetchers: `outpost(pause=…)`, three visits at once."""

    def make(lost=lambda how: None, threads: int = 3, **told) -> Outpost:
        return stack.enter_context(Outpost(fetcher(now=now, **told), begin(), threads, lost))

    return make


def results(afar: Outpost, futures: list[Future[Fetch]]) -> list[Fetch]:
    afar.go()
    return [future.result(SOON) for future in futures]


def said(fetch: Fetch) -> tuple[object, ...]:
    """Everything but times."""
    end = (fetch.trouble, fetch.detail, fetch.completeness)
    return (fetch.status, fetch.url, fetch.body, fetch.content, fetch.digest, len(fetch.hops), *end)


def test_it_brings_what_a_fetcher_brings(site, fetcher, outpost) -> None:
    home = site({"/": redirect("/a"), "/a": answer(PAGE, ETag='"1"'), "/b": hanging(b"HTTP/1.1 200 OK\r\n")})
    here, afar = fetcher(now=now, deadline=0.5), outpost(deadline=0.5)
    for path in ("/", "/a", "/b", "/none"):
        one, other = here.fetch(home.url(path)), afar.fetch(home.url(path))
        assert said(other) == said(one)
        assert abs(other.started - one.started) < timedelta(seconds=5)


def test_a_page_is_read_where_it_is_fetched_unless_its_bytes_are_known(site, outpost) -> None:
    home, afar = site({"/": answer(LETTER, Content_Type="text/html; charset=utf-8")}), outpost()

    def read(reads: Reads | None) -> ReadAhead | None:
        future = afar.begin(home.url(), reads=reads)
        afar.go()
        return future.result(SOON).ahead

    one = read(Reads(None, None))
    here = replace(afar.fetch(home.url()), ahead=None)
    assert one and one.reading == read_answer(here)
    assert isinstance(one.reading, Notice) and one.reading.title == "关于一件事的通知"
    named = read(Reads("most", "0" * 64))
    assert named and named.reading == read_answer(here, "most") != one.reading
    assert read(Reads(None, here.digest.hex())) is None
    assert read(None) is None


def test_a_reading_by_another_reader_does_not_count() -> None:
    content = LETTER
    ahead = ReadAhead("most", Unreadable("by another"))
    fetch = Fetch("http://a.cn/", now(), 0.0, body=content, content=content, ahead=ahead)
    assert read_answer(fetch, "most") == Unreadable("by another")
    assert isinstance(read_answer(fetch), Notice)


def test_another_version_of_the_readers_is_not_listened_to(site, fetcher, monkeypatch) -> None:
    """The files of a program that runs may be replaced by a newer one's."""
    monkeypatch.setattr("scraper.outpost.VERSION", -1)
    home, told = site({"/": answer(PAGE)}), []
    with Outpost(fetcher(now=now), begin(), 2, told.append) as afar:
        assert afar.fetch(home.url()).status == 200
    assert told == ["the process that fetched was lost (exit 1); going on without it"]


def test_validators_are_sent_verbatim(site, outpost) -> None:
    home = site({"/": answer(PAGE)})
    outpost().fetch(home.url(), Validators('"x"', "Tue, 01 Dec 2026 04:00:00 GMT"))
    assert home.pages[0].header("If-None-Match") == '"x"'
    assert home.pages[0].header("If-Modified-Since") == "Tue, 01 Dec 2026 04:00:00 GMT"


def test_a_server_is_asked_in_order_one_at_a_time_after_its_pause(site, outpost) -> None:
    home, other = (site({f"/{number}": answer(PAGE) for number in range(4)}) for _ in range(2))
    afar = outpost(pause=0.2)
    asked = [afar.begin(where.url(f"/{number}")) for number in range(4) for where in (home, other)]
    assert {fetch.status for fetch in results(afar, asked)} == {200}
    for where in (home, other):
        assert [one.target for one in where.pages] == ["/0", "/1", "/2", "/3"]
        assert all(later.at - earlier.at >= 0.2 for earlier, later in pairwise(where.pages))
    assert other.pages[0].at < home.pages[-1].at


def test_what_robots_txt_said_is_remembered_here_and_obeyed_there(site, outpost) -> None:
    home = site({"/robots.txt": answer(b"User-agent: *\nDisallow: /shut"), "/open": answer(PAGE)})
    memory = RememberedHere()
    afar = outpost(robots=memory)
    shut, open_ = results(afar, [afar.begin(home.url("/shut")), afar.begin(home.url("/open"))])
    assert (shut.trouble, open_.status) == (Trouble.ROBOTS, 200)
    kept = memory.get(home.url("").rstrip("/"))
    assert kept and "/shut" in kept.text


def test_what_was_remembered_is_not_asked_again(site, outpost) -> None:
    home, memory = site({"/": answer(PAGE)}), RememberedHere()
    memory.put(home.url("").rstrip("/"), RobotsAnswer(now(), 200, "User-agent: *\nDisallow: /"))
    assert outpost(robots=memory).fetch(home.url()).trouble is Trouble.ROBOTS
    assert home.asked == []


def test_a_rest_that_a_site_asks_for_there_holds_here_too(site, outpost) -> None:
    home, rests = site({"/": answer(b"", "429 Too Many", Retry_After="600")}), RestedHere()
    afar = outpost(rests=rests)
    assert afar.fetch(home.url()).status == 429
    again = afar.fetch(home.url())
    assert again.trouble is Trouble.RESTING
    until = afar.rest_of(again)
    assert until and timedelta(seconds=590) < until - now() <= timedelta(seconds=600)
    assert len(home.pages) == 1


def test_pauses_go_on_from_process_to_process(site, fetcher) -> None:
    home, lanes = site({"/": answer(PAGE)}), Lanes()
    made = fetcher(now=now, pause=0.5, lanes=lanes, robots=False)
    made.fetch(home.url())
    with Outpost(made, begin(), 2) as afar:
        afar.fetch(home.url())
    made.fetch(home.url())
    assert all(later.at - earlier.at >= 0.5 for earlier, later in pairwise(home.pages))


def test_a_stop_ends_the_visits_under_way(site, outpost) -> None:
    stop, home = threading.Event(), site({"/": hanging()})
    afar = outpost(stop=stop)
    asked = [afar.begin(home.url()), afar.begin(home.url("/next"))]
    afar.go()
    time.sleep(0.3)
    stop.set()
    began = time.monotonic()
    assert {fetch.detail for fetch in results(afar, asked)} == {STOPPED}
    assert time.monotonic() - began < 2
    assert len(home.pages) <= 1


def test_a_lost_process_costs_no_visit_and_hurries_nobody(site, outpost) -> None:
    home, told = site({f"/{number}": answer(PAGE) for number in range(6)}), []
    afar = outpost(lost=told.append, pause=0.3)
    asked = [afar.begin(home.url(f"/{number}")) for number in range(5)]
    afar.go()
    asked[1].result(SOON)
    afar._begun.process.send_signal(signal.SIGKILL)
    assert {fetch.status for fetch in results(afar, asked)} == {200}
    assert afar.fetch(home.url("/5")).status == 200
    assert told == ["the process that fetched was lost (exit -9); going on without it"]
    assert all(later.at - earlier.at >= 0.3 for earlier, later in pairwise(home.pages))


def test_it_ends_with_the_process_that_began_it(site) -> None:
    """A pass that is killed must not leave somebody behind who goes on asking."""
    home = site({"/": hanging()})
    program = (
        "import sys, time; from datetime import datetime, UTC;"
        "from scraper.fetch import Fetcher, Policy; from scraper.outpost import Outpost;"
        "from scraper.begun import begin;"
        "made = Fetcher(Policy(pause=0, allow_private=True), now=lambda: datetime.now(UTC));"
        "afar = Outpost(made, begin(), 2); afar.begin(sys.argv[1]); afar.go();"
        "print(afar._begun.process.pid, flush=True); time.sleep(60)"
    )
    parent = subprocess.Popen((sys.executable, "-c", program, home.url()), stdout=subprocess.PIPE, text=True)
    assert parent.stdout
    with parent.stdout as printed:
        child = psutil.Process(int(printed.readline()))
    while not home.asked:
        time.sleep(0.05)
    parent.kill()
    parent.wait()
    child.wait(SOON)
    assert not child.is_running()


def test_the_keyboard_and_the_system_reach_it_through_its_owner_only(site, outpost) -> None:
    home, afar = site({"/": answer(PAGE)}), outpost()
    assert os.getsid(afar._begun.process.pid) != os.getsid(0)
    afar.fetch(home.url())
    afar._begun.process.send_signal(signal.SIGTERM)
    afar._begun.process.send_signal(signal.SIGINT)
    assert afar.fetch(home.url()).status == 200


def test_it_leaves_nobody_behind(site, fetcher) -> None:
    home = site({"/": answer(PAGE)})
    with Outpost(fetcher(now=now), begin(), 2) as afar:
        afar.fetch(home.url())
        process = psutil.Process(afar._begun.process.pid)
    assert not process.is_running()
    assert afar._begun.process.returncode == 0


def test_a_fault_of_ours_there_is_one_here(site, outpost) -> None:
    home, afar = site({"/": answer(PAGE)}), outpost()
    with pytest.raises(RuntimeError, match="AttributeError"):
        afar.fetch(home.url(), "no validators")  # type: ignore[arg-type]
    assert afar.fetch(home.url()).status == 200


def test_a_memory_that_fails_fails_every_visit_and_none_waits_for_ever(site, outpost) -> None:
    class Broken(RestedHere):
        def get(self, origin: str) -> Rest | None:
            raise OSError(f"the disk is gone that knew {origin}")

    home, afar = site({"/": answer(PAGE)}), outpost(rests=Broken())
    for _ in range(2):
        with pytest.raises(OSError, match="the disk is gone"):
            afar.fetch(home.url())


def test_its_modules_are_ours_whatever_lies_where_it_was_called(site, fetcher, tmp_path, monkeypatch) -> None:
    """A folder that somebody else has filled must not be able to put a program of its own in our place."""
    (tmp_path / "scraper").mkdir()
    for name in ("__init__", "afar"):
        (tmp_path / "scraper" / f"{name}.py").write_text("open('was_run', 'w').close()", "utf-8")
    monkeypatch.chdir(tmp_path)
    home = site({"/": answer(PAGE)})
    told: list[str] = []
    with Outpost(fetcher(now=now), begin(), 2, told.append) as afar:
        assert afar.fetch(home.url()).status == 200
    assert told == []
    assert not (tmp_path / "was_run").exists()


def test_where_no_process_can_be_begun_nothing_is_left_open(monkeypatch) -> None:
    before = psutil.Process().num_fds()
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with pytest.raises(OSError, match="No such file"):
        begin()
    assert psutil.Process().num_fds() == before

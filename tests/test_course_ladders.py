"""A link over days: dead takes three checks over 68 hours, blindness a week, our own outage nothing."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from scraper.policy import Validators
from scraper.replay import Answer
from tests.site import GUANGZHOU, HEFEI, START, WUHAN, Monitor, Pages, cited, dossier_text, page

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
URL = HEFEI.url
WALL = "<html><head><script>document.cookie='__jsl_clearance_s=1';location.reload()</script></head></html>"
ELSEWHERE = {
    GUANGZHOU: "https://www.gov.cn/xinwen/2020-09/04/content_1.htm",
    WUHAN: "https://www.wuhan.gov.cn/2020/t20200904_1.html",
}


@pytest.fixture
def pages() -> Pages:
    """Three letters on three hosts, so that one silent host is not our own outage."""
    made = Pages()
    made.put(URL, page(HEFEI))
    for letter, url in ELSEWHERE.items():
        made.put(url, page(letter, url))
    return made


@pytest.fixture
def monitor(tmp_path: Path, pages: Pages) -> Iterator[Monitor]:
    citations = [
        cited(HEFEI, 1),
        *(cited(letter, number, url=url) for number, (letter, url) in enumerate(ELSEWHERE.items(), 2)),
    ]
    with Monitor(tmp_path, pages, dossier_text(citations=citations, zones=(HEFEI, GUANGZHOU, WUHAN))) as made:
        yield made


def state(monitor: Monitor, name: str = "fn01") -> str:
    return monitor.standing(name).link.state.value


def story(monitor: Monitor, *hours: float, since: datetime = START) -> list[list[str]]:
    """What each of these passes raised, by hours since the start."""
    return [monitor.said(since + hour * HOUR) for hour in hours]


def test_404_three_times_over_68_hours_is_dead_and_told_once(monitor: Monitor, pages: Pages) -> None:
    monitor.at(START)
    pages.take_away(URL)
    assert story(monitor, 24, 48) == [[], []]
    assert state(monitor) == "failing"
    assert story(monitor, 92) == [["link_dead fn01"]]
    assert state(monitor) == "dead"
    assert story(monitor, 116, 140, 400) == [[], [], []]


def test_a_death_names_the_visits_that_counted(monitor: Monitor, pages: Pages) -> None:
    monitor.at(START)
    pages.take_away(URL)
    story(monitor, 24, 48, 92)
    (dead,) = monitor.findings("link_dead")
    shown = [visit for number in dead.evidence if (visit := monitor.store.visit(number))]
    assert [visit.at for visit in shown] == [START + hour * HOUR for hour in (24, 48, 92)]
    assert {visit.outcome.kind.value for visit in shown} == {"gone"}


@pytest.mark.parametrize("hours", [(1, 2, 3, 4, 5, 6), (0.5, 20, 40, 60, 67), (24, 67.5)])
def test_checks_too_close_or_too_few_are_no_death(
    monitor: Monitor, pages: Pages, hours: tuple[float, ...]
) -> None:
    pages.take_away(URL)
    assert story(monitor, 0, *hours) == [[] for _ in (0, *hours)]
    assert state(monitor) == "failing"


def test_one_good_visit_closes_an_episode(monitor: Monitor, pages: Pages) -> None:
    monitor.at(START)
    pages.take_away(URL)
    story(monitor, 24, 48)
    pages.put(URL, page(HEFEI))
    assert story(monitor, 60) == [[]]
    assert state(monitor) == "alive"
    pages.take_away(URL)
    assert story(monitor, 92, 116) == [[], []]
    assert state(monitor) == "failing"


def test_a_dead_link_that_comes_back_is_told_and_its_next_death_is_news(
    monitor: Monitor, pages: Pages
) -> None:
    monitor.at(START)
    for episode in range(2):
        since = START + episode * 40 * DAY
        pages.take_away(URL)
        assert story(monitor, 24, 48, 92, since=since)[-1] == ["link_dead fn01"]
        pages.put(URL, page(HEFEI))
        assert story(monitor, 260, 284, since=since) == [["link_recovered fn01"], []]
    assert len(monitor.findings("link_dead")) == 2


def test_a_failing_link_is_looked_at_daily_and_a_dead_one_weekly(monitor: Monitor, pages: Pages) -> None:
    monitor.at(START)
    pages.take_away(URL)
    for day in (1, 2, 3, 4):
        monitor.at(START + day * DAY, everything=False)
        due = monitor.standing("fn01").next_due
        usual = START + (day + (7 if state(monitor) == "dead" else 1)) * DAY
        assert due and timedelta(0) <= due - usual < timedelta(minutes=30)
    assert state(monitor) == "dead"


def test_503_every_second_time_raises_nothing(monitor: Monitor, pages: Pages) -> None:
    for day in range(30):
        pages.put(URL, page(HEFEI), 503 if day % 2 else 200)
        assert monitor.said(START + day * DAY) == []


def test_503_at_a_cron_s_one_hour_is_told_once_with_the_doubt_that_it_leaves(
    monitor: Monitor, pages: Pages
) -> None:
    monitor.at(START)
    pages.put(URL, b"", 503)
    told = story(monitor, *range(24, 24 * 20, 24))
    assert [line for lines in told for line in lines] == ["link_suspected fn01"]
    assert told[7], "the eighth daily check: the seventh that lasted long enough"
    (because,) = monitor.findings("link_suspected")[0].draft.because
    assert "about 04:00Z: a host that shuts at that hour would look the same" in because


def test_503_at_all_hours_for_a_week_is_suspected_and_a_person_confirms(
    monitor: Monitor, pages: Pages
) -> None:
    monitor.at(START)
    pages.put(URL, b"", 503)
    told = [kind for hour in range(24, 24 * 12, 21) for kind in monitor.said(START + hour * HOUR)]
    assert told == ["link_suspected fn01"]
    assert state(monitor) == "suspected"
    pages.put(URL, page(HEFEI))
    assert monitor.said(START + 20 * DAY) == ["link_recovered fn01"]


def test_a_host_whose_name_fails_alone_is_slow_and_never_dead_by_itself(
    monitor: Monitor, pages: Pages
) -> None:
    monitor.at(START)
    del pages.hosts["www.wuhan.gov.cn"]
    pages.take_away(ELSEWHERE[WUHAN])
    for hour in range(24, 24 * 12, 21):
        monitor.at(START + hour * HOUR)
    assert state(monitor, "fn03") == "suspected"
    assert state(monitor) == state(monitor, "fn02") == "alive"


@pytest.mark.parametrize(("body", "status"), [(WALL, 521), (WALL, 200), ("", 403), ("", 429)])
def test_what_cannot_be_seen_for_seven_days_is_told_once_and_is_not_dead(
    monitor: Monitor, pages: Pages, body: str, status: int
) -> None:
    monitor.at(START)
    pages.put(URL, body, status)
    assert story(monitor, *range(24, 24 * 8, 24)) == [[]] * 7
    assert story(monitor, 24 * 8) == [["cannot_see fn01"]]
    assert story(monitor, *range(24 * 9, 24 * 30, 24)) == [[]] * 21
    assert state(monitor) == "unseen"


def test_a_host_of_which_nothing_can_be_seen_is_told_once_for_all_its_sources(
    tmp_path: Path, pages: Pages
) -> None:
    letters = (HEFEI, GUANGZHOU, WUHAN)
    for letter in letters:
        pages.put(letter.url, page(letter))
    with Monitor(tmp_path, pages, dossier_text(zones=letters)) as monitor:
        monitor.at(START)
        for letter in letters:
            pages.put(letter.url, WALL, 521)
        for day in range(1, 20):
            monitor.at(START + day * DAY)
        assert len(monitor.findings("cannot_see")) == 1


def test_walls_between_404s_neither_help_nor_hinder_the_death(monitor: Monitor, pages: Pages) -> None:
    monitor.at(START)
    told: list[str] = []
    for number, hour in enumerate(range(24, 24 * 7, 24)):
        if number % 2:
            pages.put(URL, WALL, 521)
        else:
            pages.put(URL, b"", 404)
        told += monitor.said(START + hour * HOUR)
    assert told == ["link_dead fn01"]


def test_when_all_hosts_are_silent_it_is_our_own_outage_and_no_standing_moves(
    monitor: Monitor, pages: Pages
) -> None:
    monitor.at(START)
    before = {name: monitor.standing(name).link for name in ("fn01", "fn02", "fn03")}
    stood, pages.answers, pages.hosts = (dict(pages.answers), dict(pages.hosts)), {}, {}
    for day in range(1, 12):
        done = monitor.at(START + day * DAY)
        assert done.outage
        assert done.outcomes == {"own_outage": 3}
        assert done.findings == []
    assert {name: monitor.standing(name).link for name in before} == before
    pages.answers, pages.hosts = stood
    assert monitor.said(START + 12 * DAY) == []
    assert state(monitor) == "alive"


def test_an_outage_of_ours_does_not_bring_a_failing_link_nearer_to_its_death(
    monitor: Monitor, pages: Pages
) -> None:
    monitor.at(START)
    pages.take_away(URL)
    story(monitor, 24, 48)
    stood, pages.answers, pages.hosts = (dict(pages.answers), dict(pages.hosts)), {}, {}
    assert story(monitor, 92, 120) == [[], []]
    assert state(monitor) == "failing"
    pages.answers, pages.hosts = stood
    assert story(monitor, 140) == [["link_dead fn01"]]


def test_two_of_three_silent_hosts_are_our_fault_and_one_is_not(monitor: Monitor, pages: Pages) -> None:
    monitor.at(START)
    stood = dict(pages.answers), dict(pages.hosts)
    for host in ("www.wuhan.gov.cn", "www.gov.cn"):
        del pages.hosts[host]
        pages.answers = {url: answer for url, answer in pages.answers.items() if f"/{host}/" not in url}
        outage = monitor.at(START + len(pages.hosts) * DAY + 10 * DAY).outage
        assert bool(outage) == (len(pages.hosts) == 1)
    pages.answers, pages.hosts = stood


def test_robots_that_forbid_a_page_only_blind_us(monitor: Monitor, pages: Pages) -> None:
    pages.put("https://www.most.gov.cn/robots.txt", "User-agent: *\nDisallow: /\n")
    for day in range(3):
        done = monitor.at(START + day * DAY)
        assert {visit.outcome.kind.value for visit in done.looked if visit.source == "d/fn01"} == {"robots"}
    assert pages.times(URL) == 0
    assert state(monitor) == "unseen"


def fails_from(pages: Pages, monitor: Monitor, first: int) -> None:
    """Have the line break before the request of this number, robots.txt not counted."""
    sound, begun = pages.answer, len(pages.asked)

    def answer(url: str, *, validators: Validators) -> Answer | None:
        told = sound(url, validators=validators)
        return told if len(pages.asked) - begun < first else None

    pages.answer = answer  # type: ignore[method-assign]


@pytest.mark.parametrize("first", [1, 2, 3])
def test_an_outage_that_begins_in_mid_pass_is_charged_to_nobody(
    monitor: Monitor, pages: Pages, first: int
) -> None:
    monitor.at(START)
    before = {name: monitor.standing(name).link for name in ("fn01", "fn02", "fn03")}
    fails_from(pages, monitor, first)
    done = monitor.at(START + DAY)
    assert done.outage and done.findings == []
    assert done.outcomes.get("own_outage") == 4 - first
    for name, link in before.items():
        after = monitor.standing(name).link
        assert after == link or after.last_good == START + DAY


def test_a_host_that_alone_is_silent_costs_three_questions_at_most(tmp_path: Path, pages: Pages) -> None:
    more = [f"https://www.a{number}.gov.cn/t20200904_{number}1111.html" for number in range(5)]
    for url in more:
        pages.put(url, page(HEFEI, url))
    citations = [cited(HEFEI, 1), *({"footnote": 2 + at, "url": url} for at, url in enumerate(more))]
    with Monitor(tmp_path, pages, dossier_text(citations=citations)) as monitor:
        monitor.at(START)
        del pages.hosts["www.a4.gov.cn"]
        del pages.answers[more[4]]
        pages.asked.clear()
        done = monitor.at(START + DAY)
        assert (done.outage, state(monitor, "fn06")) == (None, "alive")
        assert len(monitor.standing("fn06").link.slow) == 1
        assert len(pages.asked) == 6 + 3 and max(map(pages.times, pages.asked)) == 2


def test_a_line_that_broke_says_so_of_names_that_do_not_exist_too(monitor: Monitor, pages: Pages) -> None:
    """A host that leaves the net while others answer still is no outage of ours."""
    monitor.at(START)
    del pages.hosts["www.gov.cn"]
    pages.answers = {url: answer for url, answer in pages.answers.items() if "/www.gov.cn/" not in url}
    done = monitor.at(START + DAY)
    assert (done.outage, done.outcomes) == (None, {"good": 2, "name_fails": 1})

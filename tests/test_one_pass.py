"""One pass: what is due, what is asked in which order, what the pass says of itself, how it ends early."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from letters import LETTERS

from monitor.model import Role, Source
from scheduler import one_pass
from scheduler.account import Pass
from scheduler.clock import fixed
from scheduler.due import Selection, is_due, next_due
from scraper.fetch import Fetcher
from scraper.policy import Policy, Validators
from scraper.replay import Answer
from storage.store import LeaseLost, Store, holder_name
from tests.site import (
    GUANGZHOU,
    HEFEI,
    HTML,
    MOST,
    QTWJ,
    START,
    WUHAN,
    Monitor,
    Pages,
    bound,
    cited,
    dossier_text,
    filler,
    page,
    row,
    serve,
)

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
CITED = LETTERS[:3]


@pytest.fixture
def pages() -> Pages:
    """Three cited letters and a list with nothing new."""
    made = Pages()
    for letter in (*CITED, GUANGZHOU, WUHAN):
        made.put(letter.url, page(letter))
    made.put(QTWJ, bound(QTWJ, [filler(1)])[QTWJ])
    return made


def text(**more: object) -> str:
    citations = [
        cited(CITED[0], 1),
        cited(CITED[1], 2, interval="1w"),
        cited(CITED[2], 3),
    ]
    lists = [
        {"name": "list", "url": QTWJ, "interval": "6h"},
        {"name": "off", "url": f"{QTWJ}?off", "enabled": False, "because": "robots"},
    ]
    return dossier_text(citations=citations, zones=CITED, lists=lists, **more)  # type: ignore[arg-type]


@pytest.fixture
def monitor(tmp_path: Path, pages: Pages) -> Iterator[Monitor]:
    with Monitor(tmp_path, pages, text()) as made:
        yield made


def looked(done: Pass) -> list[str]:
    return [visit.source.partition("/")[2] for visit in done.looked]


def test_a_first_pass_looks_at_every_enabled_source_the_documents_first(monitor: Monitor) -> None:
    done = monitor.at(START, everything=False)
    assert looked(done) == ["fn01", "fn02", "fn03", "list"]
    assert monitor.store.standing("d/off") is None


def test_each_source_has_its_own_interval(monitor: Monitor) -> None:
    monitor.at(START, everything=False)
    assert looked(monitor.at(START + HOUR, everything=False)) == []
    assert looked(monitor.at(START + 6 * HOUR, everything=False)) == ["list"]
    assert looked(monitor.at(START + 24 * HOUR, everything=False)) == ["fn01", "fn03", "list"]
    assert sorted(looked(monitor.at(START + 7 * DAY, everything=False))) == ["fn01", "fn02", "fn03", "list"]


def test_everything_overrides_intervals_and_nothing_that_is_off(monitor: Monitor) -> None:
    monitor.at(START)
    assert sorted(looked(monitor.at(START + HOUR))) == ["fn01", "fn02", "fn03", "list"]


def test_a_selection_looks_only_at_what_it_names_and_only_if_due(monitor: Monitor) -> None:
    assert looked(monitor.at(START, "fn02", "list", everything=False)) == ["fn02", "list"]
    assert looked(monitor.at(START + HOUR, "fn02", everything=False)) == []
    assert looked(monitor.at(START + HOUR, "fn02")) == ["fn02"]


interval = st.timedeltas(timedelta(minutes=1), timedelta(days=60))


@given(interval, st.timedeltas(timedelta(days=-90), timedelta(days=90)))
def test_a_source_is_due_at_its_time_and_a_little_before(every: timedelta, late: timedelta) -> None:
    source = Source("d/a", "d", Role.NOTICE, "https://a.cn/", interval=every)
    forgiven = min(every / 20, timedelta(minutes=30))
    a_wrong_clocks = -late > max(every, timedelta(days=7)) + DAY
    assert is_due(source, START, START + late) == (late >= -forgiven or a_wrong_clocks)
    assert is_due(source, START, START + late, replayed=True) == (late >= -forgiven)


def test_what_has_waited_longest_goes_first(monitor: Monitor) -> None:
    """A pass may end before its time, or a site want its rest: whoever is left over must not starve."""
    for hours, name in enumerate(("fn03", "fn01", "fn02")):
        monitor.at(START + hours * HOUR, name)
    assert looked(monitor.at(START + 30 * DAY, everything=False)) == ["fn03", "fn01", "fn02", "list"]


@given(interval)
def test_a_source_never_looked_at_is_due(every: timedelta) -> None:
    assert is_due(Source("d/a", "d", Role.NOTICE, "https://a.cn/", interval=every), None, START)


def test_a_cron_that_fires_a_little_early_does_not_skip_the_day(monitor: Monitor) -> None:
    monitor.at(START, everything=False)
    early = START + DAY - timedelta(seconds=30)
    assert "fn01" in looked(monitor.at(early, everything=False))


def test_the_next_pass_is_due_when_the_first_enabled_source_is(monitor: Monitor) -> None:
    assert next_due((monitor.dossier,), monitor.store, START) == START
    monitor.at(START, everything=False)
    assert next_due((monitor.dossier,), monitor.store, START) == monitor.standing("list").next_due
    assert monitor.standing("list").next_due - START - 6 * HOUR < 6 * HOUR / 20
    assert next_due((), monitor.store, START) is None


def test_what_was_followed_is_a_source_from_the_next_pass_on(monitor: Monitor, pages: Pages) -> None:
    pages.put(QTWJ, bound(QTWJ, [row(GUANGZHOU), filler(1)])[QTWJ])
    monitor.at(START)
    assert "t20200904_158650" in looked(monitor.at(START + DAY, everything=False))


def test_a_pass_gives_an_account_of_itself_and_leaves_it_in_the_store(monitor: Monitor, pages: Pages) -> None:
    pages.take_away(CITED[1].url)
    pages.put(QTWJ, bound(QTWJ, [row(GUANGZHOU), filler(1)])[QTWJ])
    done = monitor.at(START)
    assert done.dossiers == ("d",)
    assert done.now == done.started == done.finished == START
    assert done.checked == len(done.looked) == sum(done.outcomes.values())
    assert done.outcomes["good"] >= 4 and done.outcomes["gone"] >= 1
    assert done.outage is None
    (kept,) = monitor.store.passes()
    assert (kept.checked, kept.own_outage, kept.outcomes) == (done.checked, False, done.outcomes)


def test_probes_are_kept_and_not_counted(monitor: Monitor, pages: Pages) -> None:
    monitor.at(START)
    pages.put(CITED[0].url, "<html><body><h1>抱歉，您访问的页面不存在</h1></body></html>")
    done = monitor.at(START + DAY, "fn01")
    probes = [visit for visit in done.visits if visit.role is Role.PROBE]
    assert len(probes) == 1 and monitor.store.visit(probes[0].id)
    assert done.checked == len(done.visits) - 1


def test_a_folder_is_probed_once_a_day(monitor: Monitor, pages: Pages) -> None:
    monitor.at(START)
    pages.put(CITED[0].url, "<html><body><h1>抱歉，您访问的页面不存在</h1></body></html>")
    asked = [
        sum(visit.role is Role.PROBE for visit in monitor.at(START + hours * HOUR, "fn01").visits)
        for hours in (20, 30, 43, 45)
    ]
    assert asked == [1, 0, 0, 1]


def test_progress_counts_up_to_what_was_kept(monitor: Monitor, pages: Pages) -> None:
    told: list[tuple[int, int]] = []
    passed(monitor, progress=lambda done, known: told.append((done, known)))
    assert [done for done, _ in told] == [1, 2, 3, 4]
    assert {known for _, known in told} == {4}


def passed(monitor: Monitor, **more: object) -> Pass:
    """Run a pass over all sources with more of what `run` takes."""
    clock = fixed(START)
    lease = monitor.store.take_lease("near.example:1:0-0", START, 60)
    assert lease
    with Fetcher(Policy(pause=0), now=clock, archive=monitor.pages) as fetcher:
        told = {"clock": clock, "lease": lease, "selection": Selection(everything=True)} | more
        return one_pass.run((monitor.dossier,), monitor.store, fetcher, **told)  # type: ignore[arg-type]


def test_a_pass_that_is_stopped_keeps_what_it_had_and_leaves_the_rest_due(
    monitor: Monitor, pages: Pages
) -> None:
    done = passed(monitor, stopped=lambda: len(pages.asked) == 2)
    assert looked(done) == ["fn01", "fn02"]
    assert done.finished
    assert monitor.store.standing("d/fn03") is None
    assert looked(monitor.at(START + HOUR, everything=False)) == ["fn03", "list"]


def test_a_pass_whose_lease_another_took_keeps_nothing_more(monitor: Monitor, pages: Pages) -> None:
    """The other's lease is what counts: a pass that slept too long must not write beside it."""

    def steal(done: int, _: int) -> None:
        if done == 3:
            assert monitor.store.take_lease("elsewhere:1:0-0", START + HOUR, 60)

    with pytest.raises(LeaseLost):
        passed(monitor, progress=steal)
    assert [bool(monitor.store.visits(f"d/{name}")) for name in ("fn01", "fn03", "list")] == [
        True,
        True,
        False,
    ]


@pytest.mark.parametrize("workers", [1, 4])
def test_workers_change_nothing_of_what_is_found(tmp_path: Path, pages: Pages, workers: int) -> None:
    pages.put(QTWJ, bound(QTWJ, [row(GUANGZHOU), row(WUHAN), filler(1)])[QTWJ])
    with Monitor(tmp_path, pages, text()) as monitor:
        done = passed(monitor, workers=workers)
        assert {finding.draft.zone for finding in done.findings} == {GUANGZHOU.place, WUHAN.place}
        assert sorted(looked(done))[:3] == ["fn01", "fn02", "fn03"]


def test_one_source_that_fails_does_not_keep_the_others_from_being_seen(
    monitor: Monitor, pages: Pages
) -> None:
    pages.put(CITED[0].url, b"\xff\xfe\x00<garbage", 200, ("Content-Type", "image/png"))
    pages.put(CITED[1].url, b"", 500)
    done = monitor.at(START)
    assert {"fn01", "fn02", "fn03", "list"} <= set(looked(done))
    assert done.outcomes["good"] == 2


def test_two_dossiers_share_a_pass(tmp_path: Path, pages: Pages) -> None:
    from monitor.dossier import loads

    both = [loads(text(), tmp_path / "d.toml"), loads(dossier_text(zones=(GUANGZHOU,)), tmp_path / "e.toml")]
    with Store.open(str(tmp_path / "zonewatch.db")) as store:
        done = _run(both, store, pages)
    assert done.dossiers == ("d", "e")
    assert {visit.source for visit in done.looked} == {"d/fn01", "d/fn02", "d/fn03", "d/list", "e/fn01"}


def _run(dossiers: Sequence[object], store: Store, pages: Pages, **more: object) -> Pass:
    clock = fixed(START)
    lease = store.take_lease(holder_name(), START, 60)
    with Fetcher(Policy(pause=0), now=clock, archive=pages) as fetcher:
        return one_pass.run(dossiers, store, fetcher, clock=clock, lease=lease, **more)  # type: ignore[arg-type]


def test_silent_canaries_say_that_we_are_cut_off_even_from_a_single_host(
    monitor: Monitor, pages: Pages
) -> None:
    canary = pages.put("https://canary.example.org/", "here")
    pages.answers = {url: answer for url, answer in pages.answers.items() if "most.gov.cn" not in url}
    del pages.hosts["www.most.gov.cn"]
    assert passed(monitor, canaries=[canary]).outage is None
    pages.hosts.clear()
    pages.answers.clear()
    done = passed(monitor, canaries=[canary])
    assert done.outage and set(done.outcomes) == {"own_outage"}


def test_the_same_courses_run_over_a_real_socket(tmp_path: Path) -> None:
    """What the archive proves holds over the network: status, validators, redirects, a new zone."""
    pages = Pages()
    now = datetime(2022, 3, 1, 4, tzinfo=UTC)
    with serve(pages) as base:
        letters = [(letter, f"{base}/t{letter.day}_{letter.page}.html") for letter in (*CITED, GUANGZHOU)]
        for letter, url in letters:
            pages.put(url, page(letter, url), 200, ("ETag", f'"{letter.page}"'))
        shown = bound(QTWJ, [row(GUANGZHOU)])[QTWJ].decode().replace(GUANGZHOU.url, letters[-1][1])
        front = pages.put(f"{base}/index.html", shown)
        old = pages.send_on(letters[0][1].replace(base, f"{base}/old"), letters[0][1])
        citations = [
            cited(letter, number, url=old if number == 1 else url)
            for number, (letter, url) in enumerate(letters[:3], 1)
        ]
        lists = [{"name": "list", "url": front}]
        told = dossier_text(citations=citations, zones=CITED, lists=lists, hosts=["127.0.0.1"])
        with Monitor(tmp_path, pages, told) as monitor:
            first = _over_network(monitor, now)
            again = _over_network(monitor, now + DAY)
    raised = {(finding.draft.kind.value, finding.draft.subject) for finding in first.findings}
    assert raised == {("moved", "d/fn01"), ("new_zone", "d/t20200904_158650")}
    assert again.findings == []
    assert again.outcomes["not_modified"] == 4


def _over_network(monitor: Monitor, now: datetime) -> Pass:
    clock = fixed(now)
    lease = monitor.store.take_lease(holder_name(), now, 60)
    assert lease
    with Fetcher(Policy(pause=0, allow_private=True), now=clock) as fetcher:
        done = one_pass.run(
            (monitor.dossier,),
            monitor.store,
            fetcher,
            clock=clock,
            lease=lease,
            workers=4,
            selection=Selection(everything=True),
        )
    monitor.store.release_lease(lease, now)
    return done


def test_a_clock_that_was_ahead_once_blinds_no_source(monitor: Monitor) -> None:
    monitor.at(START)
    monitor.at(START + 3650 * DAY)
    assert next_due((monitor.dossier,), monitor.store, START + DAY) == START + DAY
    assert {"fn01", "fn02", "list"} <= set(looked(monitor.at(START + DAY, everything=False)))
    assert looked(monitor.at(START + DAY, everything=False)) == []


GONE_SOFTLY = "<html><body><h1>抱歉，您访问的页面不存在</h1></body></html>"
WALL = "<html><body><script>document.cookie='__jsl_clearance_s=1';location.reload()</script></body></html>"


def probes(done: Pass) -> int:
    return sum(visit.role is Role.PROBE for visit in done.visits)


@pytest.mark.parametrize("answer", [Answer(521, (HTML,), WALL.encode()), None], ids=["wall", "silence"])
def test_a_probe_that_met_a_wall_or_silence_is_not_repeated_that_day(
    monitor: Monitor, pages: Pages, answer: Answer | None
) -> None:
    monitor.at(START)
    pages.put(CITED[0].url, GONE_SOFTLY)
    sound = pages.answer

    def walled(url: str, *, validators: Validators) -> Answer | None:
        return answer if "/zw" in url else sound(url, validators=validators)

    pages.answer = walled  # type: ignore[method-assign]
    done = [monitor.at(START + hours * HOUR, "fn01") for hours in (20, 22, 30)]
    assert [probes(one) for one in done] == [1, 0, 0]
    assert {visit.outcome.kind.value for one in done for visit in one.visits[-1:]} == {"empty"}


@pytest.mark.parametrize("workers", [1, 3])
def test_two_pages_of_a_folder_share_one_probe_in_one_pass(
    tmp_path: Path, pages: Pages, workers: int
) -> None:
    one, other = f"{MOST}/a/t20200101_100001.html", f"{MOST}/a/t20200101_200002.html"
    for url in (one, other):
        pages.put(url, GONE_SOFTLY)
    citations = [
        cited(HEFEI, 1),
        *({"footnote": number, "url": url} for number, url in ((2, one), (3, other))),
    ]
    with Monitor(tmp_path, pages, dossier_text(citations=citations)) as monitor:
        done = passed(monitor, workers=workers)
        assert probes(done) == 1
        assert [monitor.standing(name).link.state.value for name in ("fn02", "fn03")] == ["failing"] * 2

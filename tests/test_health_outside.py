"""What others see of the monitor's health: metrics over a port, as a file and at the desk; the heartbeat."""

import json
import signal
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from letters import LETTERS
from prometheus_client.parser import text_string_to_metric_families as parsed

from scraper.model import Trouble
from tests.site import PROGRAM, START, Monitor, Pages, cited, dossier_text, environment, page, serve
from zonewatch import metrics
from zonewatch.app import App, Options
from zonewatch.around import around_pass
from zonewatch.errors import ZonewatchError
from zonewatch.heartbeat import added, ping
from zonewatch.settings import load

LETTER = LETTERS[0]


class Watcher:
    """A healthchecks of a test's own: what it was asked, and what it answers."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.asked: list[str] = []
        self.status = 200

    def paths(self) -> list[str]:
        return [path.removeprefix("/secret-uuid") for path in self.asked]


@pytest.fixture
def watcher() -> Iterator[Watcher]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            made.asked.append(self.path)
            self.send_response(made.status)
            self.send_header("Location", f"{made.base}/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made = Watcher(f"http://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield made
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """The program over a site on loopback with one letter."""
    pages = Pages()
    with serve(pages) as base:
        url = f"{base}/{LETTER.place.en}/t20200101_{LETTER.page}.html"
        pages.put(url, page(LETTER, url))
        (tmp_path / "dossiers").mkdir()
        text = dossier_text(citations=[cited(LETTER, 1, url=url)], zones=[LETTER], hosts=["127.0.0.1"])
        (tmp_path / "dossiers" / "d.toml").write_text(text, "utf-8")

        def start(*words: str, **settings: str) -> subprocess.Popen[str]:
            env = environment(
                tmp_path,
                ZONEWATCH_DOSSIERS=str(tmp_path / "dossiers"),
                ZONEWATCH_DB=str(tmp_path / "z.db"),
                ZONEWATCH_ALLOW_PRIVATE="1",
                ZONEWATCH_PAUSE="0",
                ZONEWATCH_CONTACT="watch@example.org",
                **settings,
            )
            command = [PROGRAM, *words, "--dossier", "d"]
            return subprocess.Popen(
                command, env=env, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=tmp_path
            )

        yield start


def values(text: str) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in parsed(text)
        for sample in family.samples
    }


def test_the_metrics_say_what_the_database_says(tmp_path: Path) -> None:
    pages = Pages()
    pages.put(LETTER.url, page(LETTER))
    with Monitor(tmp_path, pages, dossier_text(citations=[cited(LETTER, 1)], zones=[LETTER])) as monitor:
        monitor.at(START)
        found = values(metrics.text_of(metrics.families(monitor.store, [monitor.dossier], START)).decode())
    assert found[("zonewatch_sources", (("dossier", "d"), ("state", "alive")))] == 1
    assert found[("zonewatch_sources_due", (("dossier", "d"),))] == 0
    assert found[("zonewatch_last_pass_visits", (("outcome", "good"),))] == 1
    assert found[("zonewatch_last_pass_end_timestamp_seconds", ())] == START.timestamp()
    assert (
        found[("zonewatch_source_last_good_timestamp_seconds", (("source", "d/fn01"),))] == START.timestamp()
    )
    assert found[("zonewatch_own_outage", ())] == 0
    assert found[("zonewatch_database_bytes", ())] > 4096


def test_a_hostile_label_stays_one_label() -> None:
    gauge = metrics._gauge("x", "Says.", ["a"])
    gauge.add_metric(['"} 1\nzonewatch_evil{a="'], 1)
    assert set(values(metrics.text_of([gauge]).decode())) == {
        ("zonewatch_x", (("a", '"} 1\nzonewatch_evil{a="'),))
    }


def test_a_pass_writes_the_file_and_asks_the_heartbeat(
    program: Callable[..., subprocess.Popen[str]], watcher: Watcher, tmp_path: Path
) -> None:
    file = tmp_path / "textfile" / "zonewatch.prom"
    ran = program(
        "check", ZONEWATCH_METRICS_FILE=str(file), ZONEWATCH_HEARTBEAT=f"{watcher.base}/secret-uuid"
    )
    out, err = ran.communicate(timeout=60)
    assert ran.returncode == 0, err
    assert watcher.paths() == ["/start", ""]
    assert values(file.read_text("utf-8"))[("zonewatch_last_pass_visits", (("outcome", "good"),))] == 1
    assert file.stat().st_mode & 0o777 == 0o644
    assert [one.name for one in file.parent.iterdir()] == ["zonewatch.prom"]
    assert "secret-uuid" not in out + err + (tmp_path / "z.db").read_bytes().decode("latin-1")


def beating(folder: Path, address: str) -> App:
    app = App(Options(db=str(folder / "z.db")))
    app.__dict__["_loaded"] = (app.settings.model_copy(update={"heartbeat": address}), app.origins)
    return app


@pytest.mark.parametrize("status", [500, 302, 404])
def test_a_failing_heartbeat_is_a_line_and_nothing_more(
    watcher: Watcher, status: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    watcher.status = status
    ping(beating(tmp_path, f"{watcher.base}/secret-uuid"))
    assert capsys.readouterr().err == f"zonewatch: heartbeat: was answered with {status}\n"
    assert watcher.paths() == [""]


def test_a_heartbeat_that_nobody_answers_is_a_line_without_its_secret(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ping(beating(tmp_path, "http://127.0.0.1:1/secret-uuid"))
    assert capsys.readouterr().err == f"zonewatch: heartbeat: no answer ({Trouble.REFUSED})\n"


def test_a_heartbeat_that_drips_is_cut_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("zonewatch.heartbeat.SECONDS", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as mute:
        began = time.monotonic()
        ping(beating(tmp_path, f"http://127.0.0.1:{mute.getsockname()[1]}/secret-uuid"))
        assert time.monotonic() - began < 5


def test_a_pass_that_fails_tells_the_heartbeat_and_one_that_was_stopped_says_nothing(
    watcher: Watcher, tmp_path: Path
) -> None:
    app = beating(tmp_path, f"{watcher.base}/secret-uuid")
    with app.store() as store:
        with pytest.raises(ZeroDivisionError), around_pass(app, store, (), lambda: False):
            raise ZeroDivisionError
        assert watcher.paths() == ["/start", "/fail"]
        with pytest.raises(ZeroDivisionError), around_pass(app, store, (), lambda: True):
            raise ZeroDivisionError
    assert watcher.paths() == ["/start", "/fail"]


@pytest.mark.parametrize(
    ("address", "step", "expected"),
    [
        ("https://hc-ping.com/abc", "", "https://hc-ping.com/abc"),
        ("https://hc-ping.com/abc", "start", "https://hc-ping.com/abc/start"),
        ("https://hc-ping.com/abc/", "fail", "https://hc-ping.com/abc/fail"),
        ("https://hc-ping.com/abc?create=1", "fail", "https://hc-ping.com/abc/fail?create=1"),
    ],
)
def test_a_step_is_part_of_the_path(address: str, step: str, expected: str) -> None:
    assert added(address, step) == expected


def test_the_daemon_serves_its_metrics_until_it_ends(program: Callable[..., subprocess.Popen[str]]) -> None:
    ran = program("run", "--metrics-port", "0", ZONEWATCH_LOG="json")
    assert ran.stderr
    first = json.loads(ran.stderr.readline())
    where = first["event"].rpartition(" ")[2]
    second = json.loads(ran.stderr.readline())
    assert second["outcomes"] == {"good": 1}
    found: dict[tuple[str, tuple[tuple[str, str], ...]], float] = {}
    for _ in range(100):
        with urllib.request.urlopen(where) as answer:
            found = values(answer.read().decode())
        if ("zonewatch_last_pass_visits", (("outcome", "good"),)) in found:
            break
        time.sleep(0.02)
    assert found[("zonewatch_last_pass_visits", (("outcome", "good"),))] == 1
    assert found[("process_resident_memory_bytes", ())] > 2**20
    ran.send_signal(signal.SIGTERM)
    ran.communicate(timeout=20)
    assert ran.returncode == 0
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(where)


def test_a_port_that_is_taken_is_one_line_and_leaves_the_lease_free() -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    with pytest.raises(ZonewatchError, match="cannot listen at"):
        metrics.serve(metrics.Fixed(), server.server_address[1], "127.0.0.1")
    server.server_close()


@pytest.mark.parametrize("address", ["ftp://secret", "https://", "https://a b/secret", "secret"])
def test_a_heartbeat_that_is_no_address_is_refused_without_being_shown(address: str) -> None:
    with pytest.raises(ZonewatchError) as refused:
        load(environment={"ZONEWATCH_HEARTBEAT": address})
    assert "heartbeat: an address that begins with" in str(refused.value)
    assert "secret" not in str(refused.value)

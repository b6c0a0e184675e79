"""`notify`, and what `check` and `run` tell by themselves: the whole program against servers on loopback."""

import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner, Result
from letters import LETTERS, Letter
from postbox import Mailbox, Webhook

from monitor.messages import MessageState
from storage.store import Store
from tests.site import (
    GUANGZHOU,
    PROGRAM,
    QTWJ,
    START,
    WUHAN,
    Pages,
    bound,
    cited,
    dossier_text,
    environment,
    filler,
    page,
    row,
    serve,
)
from zonewatch.cli import cli

HOUR = timedelta(hours=1)
SECRET = "tokenTHATnobodyMAYsee"


@dataclass
class Home:
    """Somebody's machine: settings, a dossier whose sites stand on loopback, two channels."""

    folder: Path
    pages: Pages
    base: str
    box: Mailbox
    hook: Webhook

    @property
    def settings(self) -> Path:
        return self.folder / "zonewatch.toml"

    def set(self, text: str, mode: int = 0o600) -> None:
        """Write the settings, with what every test needs before them."""
        common = f'db = "{self.folder}/zonewatch.db"\ndossiers = "mine"\nallow_private = true\npause = 0\n'
        self.settings.write_text(f'{common}contact = "watch@example.org"\n{text}', "utf-8")
        self.settings.chmod(mode)

    def news(self, *letters: Letter) -> None:
        """Put letters on the list that is watched."""
        shown = bound(QTWJ, [*map(row, letters), filler(1)])[QTWJ].decode()
        for letter in letters:
            url = f"{self.base}/t{letter.day}_{letter.page}.html"
            self.pages.put(url, page(letter, url))
            shown = shown.replace(letter.url, url)
        self.pages.put(f"{self.base}/index.html", shown)

    def run(self, *words: object) -> Result:
        return CliRunner().invoke(cli, ["--config", str(self.settings), *map(str, words)])

    def check(self, hours: int = 0) -> Result:
        done = self.run("--now", (START + hours * HOUR).isoformat(), "check", "--all")
        assert done.exit_code == 0, done.output
        return done

    def states(self) -> list[tuple[str, str]]:
        with Store.open(str(self.folder / "zonewatch.db")) as store:
            return sorted((message.route, message.state.value) for message in store.messages())

    def refused(self) -> int:
        """How many messages no channel took."""
        with Store.open(str(self.folder / "zonewatch.db")) as store:
            return sum(message.error is not None for message in store.messages())


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    for name in (name for name in os.environ if name.upper().startswith(("ZONEWATCH_", "HTTP", "NO_PROXY"))):
        monkeypatch.delenv(name)
    pages = Pages()
    with serve(pages) as base:
        made = Home(tmp_path, pages, base, Mailbox(), Webhook())
        for letter in LETTERS[:2]:
            url = f"{base}/t{letter.day}_{letter.page}.html"
            pages.put(url, page(letter, url))
        cite = [
            cited(letter, number, url=f"{base}/t{letter.day}_{letter.page}.html")
            for number, letter in enumerate(LETTERS[:2], 1)
        ]
        lists = [{"name": "most-qtwj", "url": f"{base}/index.html"}]
        text = dossier_text(citations=cite, zones=LETTERS[:2], lists=lists, hosts=["127.0.0.1"])
        (tmp_path / "mine").mkdir()
        (tmp_path / "mine" / "ai_pilot_zones.toml").write_text(text, "utf-8")
        made.news(GUANGZHOU)
        yield made


def routes(home: Home) -> str:
    return (
        f'[[notify]]\nname = "mail"\nurl = "{home.box.address}"\nkinds = ["new_zone"]\n'
        f'[[notify]]\nname = "hook"\nurl = "{home.hook.address}"\nlanguage = "zh"\nkinds = ["new_zone"]\n'
    )


def test_a_check_tells_its_first_news_over_every_route_and_only_once(home: Home) -> None:
    home.set(routes(home))
    with home.box.up(), home.hook.up():
        first = home.check()
        home.check(25)
    assert "Guangzhou" in first.stdout and first.stderr == ""
    assert [mail["Subject"] for mail in home.box.post] == [
        "zonewatch: One new zone was announced: Guangzhou (2020-09-04)"
    ]
    assert [body["title"] for _, body in home.hook.posted] == ["zonewatch：新试验区 1（广州）"]


def test_what_a_check_could_not_send_is_said_kept_and_sent_by_a_later_one(home: Home) -> None:
    home.set(routes(home))
    with home.hook.up():
        down = home.check()
    assert len(down.stderr.splitlines()) == 1
    assert "route `mail`" in down.stderr and "Connection refused" in down.stderr and "kept" in down.stderr
    assert home.states() == [("hook", "sent"), ("mail", "waiting")]
    home.news(GUANGZHOU, WUHAN)
    with home.box.up(), home.hook.up():
        assert home.check(25).stderr == ""
    assert len(home.box.post) == len(home.hook.posted) == 2
    assert {state for _, state in home.states()} == {"sent"}


def test_notify_sends_what_waits_and_says_so(home: Home) -> None:
    home.set(routes(home))
    home.check()
    with home.box.up(), home.hook.up():
        done = home.run("--now", (START + HOUR).isoformat(), "notify")
    assert (done.exit_code, done.stderr) == (0, "")
    assert [line.split(":")[0] for line in done.stdout.splitlines()] == ["M1 mail", "M2 hook"]
    assert len(home.box.post) == len(home.hook.posted) == 1
    again = home.run("--now", (START + HOUR).isoformat(), "notify")
    assert (again.exit_code, again.output) == (0, "")


def test_notify_exits_with_1_where_something_could_not_be_sent(home: Home) -> None:
    home.set(routes(home))
    home.check()
    with home.box.up():
        done = home.run("--now", (START + HOUR).isoformat(), "notify", "--json")
    told = json.loads(done.stdout)
    assert done.exit_code == 1
    assert [(one["id"], one["state"]) for one in told["sent"]] == [("M1", "sent")]
    assert [(one["id"], one["route"]) for one in told["failed"]] == [("M2", "hook")]


def test_a_test_goes_past_the_outbox_and_gives_the_result_of_each_route(home: Home) -> None:
    home.set(routes(home))
    with home.box.up():
        done = home.run("notify", "--test")
    assert done.exit_code == 1
    assert done.stdout.splitlines()[0] == "mail  taken"
    assert done.stdout.splitlines()[1].startswith("hook  NOT TAKEN: ")
    assert [mail["Subject"] for mail in home.box.post] == ["zonewatch: a test message"]
    with home.hook.up():
        alone = home.run("notify", "--test", "--route", "hook", "--json")
    assert json.loads(alone.stdout) == {"routes": [{"route": "hook", "sent": True, "error": None}]}
    assert home.hook.posted[0][1]["title"] == "zonewatch：测试消息"
    assert not (home.folder / "zonewatch.db").exists()


def test_without_a_route_a_test_says_how_to_set_one(home: Home) -> None:
    home.set("")
    done = home.run("notify", "--test")
    assert (done.exit_code, done.stdout) == (1, "")
    assert "[[notify]]" in done.stderr


def test_an_unknown_route_is_refused_with_those_that_are_known(home: Home) -> None:
    home.set(routes(home))
    done = home.run("notify", "--test", "--route", "male")
    assert done.exit_code == 1 and "`male`" in done.stderr and "mail, hook" in done.stderr


def test_open_findings_from_before_a_route_are_told_when_asked_for(home: Home) -> None:
    home.set("")
    home.check()
    home.set(routes(home))
    with home.box.up(), home.hook.up():
        home.check(25)
        assert home.box.post == []
        home.run("notify", "--open")
        home.run("notify", "--open")
    assert len(home.box.post) == len(home.hook.posted) == 1


def test_what_failed_is_retried_and_what_is_dropped_is_not(home: Home) -> None:
    home.set(routes(home))
    home.check()
    assert home.run("notify", "--drop", "hook").exit_code == 1
    assert home.states() == [("hook", "dropped"), ("mail", "waiting")]
    with home.box.up(), home.hook.up():
        assert home.run("--now", START.isoformat(), "notify", "--retry").exit_code == 0
    assert (len(home.box.post), len(home.hook.posted)) == (1, 0)


def test_the_messages_are_listed_with_how_far_they_came(home: Home) -> None:
    home.set(routes(home))
    with home.box.up():
        home.check()
    lines = home.run("notify", "--list").stdout.splitlines()
    assert lines[0].split() == ["message", "route", "state", "attempts", "sent", "or", "due", "title"]
    assert [line.split()[:4] for line in lines[1:]] == [
        ["M2", "hook", "waiting", "1"],
        ["M1", "mail", "sent", "1"],
    ]
    told = json.loads(home.run("notify", "--list", "--json").stdout)["messages"]
    assert [(one["id"], one["findings"]) for one in told] == [("M2", ["F1"]), ("M1", ["F1"])]
    assert "Connection refused" in told[0]["error"]


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o602])
def test_a_password_that_others_may_read_is_not_used(home: Home, mode: int) -> None:
    home.set(routes(home), mode)
    with home.box.up(), home.hook.up():
        done = home.check()
    assert home.box.post == [] and home.states() == []
    assert "chmod 600" in done.stderr and "zonewatch.toml" in done.stderr
    home.settings.chmod(0o600)
    with home.box.up(), home.hook.up():
        home.check(25)
    assert len(home.box.post) == len(home.hook.posted) == 1


def test_an_address_may_come_from_the_environment(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    home.set('[[notify]]\nname = "hook"\nurl_env = "HOOK_URL"\n', 0o644)
    done = home.run("notify", "--test")
    assert (done.exit_code, "the environment has no HOOK_URL" in done.stdout) == (1, True)
    monkeypatch.setenv("HOOK_URL", home.hook.address)
    with home.hook.up():
        assert home.run("notify", "--test").exit_code == 0
    assert len(home.hook.posted) == 1


def test_an_address_may_come_from_a_file_of_its_own_beside_the_settings(home: Home) -> None:
    home.set('[[notify]]\nname = "hook"\nurl_file = "hook.url"\n', 0o644)
    secret = home.folder / "hook.url"
    assert "cannot be read" in home.run("notify", "--test").stdout
    secret.write_text("\n", "utf-8")
    secret.chmod(0o600)
    assert "is empty" in home.run("notify", "--test").stdout
    secret.write_text(f"{home.hook.address}\n# the webhook of the office\n", "utf-8")
    secret.chmod(0o604)
    assert "mode 0604" in home.run("notify", "--test").stdout
    secret.chmod(0o600)
    with home.hook.up():
        assert home.run("notify", "--test").exit_code == 0


def test_a_credential_of_systemd_is_guarded_by_systemd(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = home.folder / "credentials"
    folder.mkdir()
    (folder / "hook").write_text(home.hook.address, "utf-8")
    (folder / "hook").chmod(0o440)
    home.set(f'[[notify]]\nname = "hook"\nurl_file = "{folder}/hook"\n')
    assert home.run("notify", "--test").exit_code == 1
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(folder))
    with home.hook.up():
        assert home.run("notify", "--test").exit_code == 0


def test_no_secret_is_printed_logged_or_kept(home: Home, capfd: pytest.CaptureFixture[str]) -> None:
    address = f"json://user:{SECRET}@127.0.0.1:{home.hook.port}/{SECRET}"
    home.set(f'token = "{SECRET}"\n[[notify]]\nname = "hook"\nurl = "{address}"\n')
    said = [
        home.check(),
        home.run("notify"),
        home.run("notify", "--test"),
        home.run("notify", "--list", "--json"),
    ]
    said += [home.run("config"), home.run("config", "--json"), home.run("report"), home.run("sources")]
    with home.hook.up():
        said.append(home.run("notify", "--retry"))
    assert len(home.hook.posted) == 1
    captured = capfd.readouterr()
    assert SECRET not in "".join(one.output for one in said) + captured.out + captured.err
    kept = b"".join(path.read_bytes() for path in home.folder.glob("zonewatch.db*"))
    assert kept and SECRET.encode() not in kept


def test_a_replay_tells_nobody(home: Home, tmp_path: Path) -> None:
    from zonewatch.shipped import shipped

    home.set(routes(home))
    done = home.run(
        "--now", "2020-09-04T04:00Z", "--db", tmp_path / "r.db", "check", "--replay", shipped("history")
    )
    assert done.exit_code == 0 and done.stderr == ""
    with Store.open(str(tmp_path / "r.db")) as store:
        assert store.messages() == ()


def test_a_feed_is_written_after_each_pass_and_is_never_half_there(home: Home) -> None:
    home.set('feed_file = "public/feed.xml"\n')
    home.check()
    feed = home.folder / "public" / "feed.xml"
    (first,) = entries(feed)
    assert "Guangzhou" in first
    home.news(GUANGZHOU, WUHAN)
    home.check(25)
    assert len(entries(feed)) == 2
    assert [path.name for path in feed.parent.iterdir()] == ["feed.xml"]


def entries(feed: Path) -> list[str]:
    atom = "{http://www.w3.org/2005/Atom}"
    found = ET.fromstring(feed.read_text("utf-8")).findall(f"{atom}entry")
    return [entry.findtext(f"{atom}title") or "" for entry in found]


def test_a_feed_that_cannot_be_written_disturbs_no_pass(home: Home) -> None:
    (home.folder / "public").write_text("a file", "utf-8")
    home.set('feed_file = "public/feed.xml"\n')
    done = home.check()
    assert "Guangzhou" in done.stdout
    assert done.stderr.startswith("zonewatch: feed_file: ") and len(done.stderr.splitlines()) == 1


def test_the_daemon_sends_again_what_it_could_not_send(home: Home) -> None:
    """Down for the first pass; up, it is sent within the minute that channels are left alone."""
    home.set(routes(home))
    env = environment(home.folder)
    words = [PROGRAM, "--config", home.settings, "run"]
    daemon = subprocess.Popen(words, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        wait_for(lambda: (home.folder / "zonewatch.db").exists() and home.refused() == 2, daemon)
    finally:
        daemon.send_signal(signal.SIGTERM)
        _, err = daemon.communicate(timeout=30)
    assert daemon.returncode == 0
    assert "route `mail`" in err and "route `hook`" in err
    with ExitStack() as stack:
        stack.enter_context(home.box.up())
        stack.enter_context(home.hook.up())
        with Store.open(str(home.folder / "zonewatch.db")) as store:
            store.retry(store.messages(MessageState.WAITING)[0].created)
        again = subprocess.Popen(words, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            wait_for(lambda: {state for _, state in home.states()} == {"sent"}, again)
        finally:
            again.send_signal(signal.SIGTERM)
            again.wait(timeout=30)
    assert len(home.box.post) == len(home.hook.posted) == 1


def wait_for(condition: object, process: "subprocess.Popen[str] | subprocess.Popen[bytes]") -> None:
    for _ in range(300):
        if condition():  # type: ignore[operator]
            return
        assert process.poll() is None, "the daemon ended"
        time.sleep(0.1)
    raise AssertionError("it did not come to that in 30 s")

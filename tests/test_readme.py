"""The README: every command in it is run, in its order, by somebody who has only what it says."""

import re
import shlex
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from letters import LETTERS
from postbox import Mailbox

from tests.site import (
    GUANGZHOU,
    QTWJ,
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
from zonewatch.cli import COMMANDS

ROOT = Path(__file__).parents[1]
pytestmark = pytest.mark.timeout(400)  # two dozen programs, one after the other, on a busy machine too
README = (ROOT / "README.md").read_text("utf-8")
CRON = re.compile(r"(?:[\d*/,-]+ ){5}(?P<command>\S.*)")
DOCUMENT = """China opens pilot zones

Beijing has many institutes.2 The county of Deqing is the first of its kind.8

2 http://www.gov.cn/xinwen/2019-02/25/content_5368241.htm.
8 http://www.most.gov.cn/mostinfo/xinxifenlei/fgzc/gfxwj/gfxwj2019/201911/t20191105_149777.htm.
"""


FENCED = re.compile(r"^```(?P<language>\w*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)


def lines(language: str) -> Iterator[str]:
    """The lines of the README's code blocks in a language."""
    for block in FENCED.finditer(README):
        if block["language"] == language:
            yield from block["text"].splitlines()


def shell() -> Iterator[str]:
    """The commands of the blocks in sh, comments gone."""
    for line in lines("sh"):
        if words := shlex.split(line, comments=True):
            yield shlex.join(words)


SHELL = [*shell()]
CRONTAB = [found["command"] for line in lines("") if (found := CRON.fullmatch(line))]
PROSE = re.findall(r"`(zonewatch [^`]+)`", FENCED.sub("", README))
MAKE = [line for line in SHELL if line.startswith("make ")]
RUN = [*dict.fromkeys([line for line in SHELL if line not in MAKE] + CRONTAB + PROSE)]


@dataclass(frozen=True)
class Ran:
    """What came of a command; `code` is the exit code."""

    code: int
    out: str
    err: str


@contextmanager
def user(home: Path) -> Iterator[dict[str, str]]:
    """Somebody's machine: the dossier's sites stand on loopback, the files that are spoken of are there."""
    pages, box = Pages(), Mailbox()
    with serve(pages) as base, box.up():
        news = (GUANGZHOU, WUHAN)
        here = {letter: f"{base}/t{letter.day}_{letter.page}.html" for letter in (*LETTERS[:11], *news)}
        for letter, url in here.items():
            pages.put(url, page(letter, url))
        shown = bound(QTWJ, [*map(row, news), filler(1)])[QTWJ].decode()
        for letter in news:
            shown = shown.replace(letter.url, here[letter])
        front = pages.put(f"{base}/index.html", shown)
        cite = [cited(letter, number, url=here[letter]) for number, letter in enumerate(LETTERS[:11], 1)]
        lists = [{"name": "most-qtwj", "url": front}]
        text = dossier_text(citations=cite, zones=LETTERS[:11], lists=lists, hosts=["127.0.0.1"])
        (home / "mine").mkdir()
        (home / "mine" / "ai_pilot_zones.toml").write_text(text, "utf-8")
        (home / "document.txt").write_text(DOCUMENT, "utf-8")
        (home / "page.html").write_bytes(page(GUANGZHOU))
        (home / "pages.csv").write_text("url,title\nhttp://a.gov.cn/1.html,一份函\n", "utf-8")
        yield environment(
            home,
            ZONEWATCH_DOSSIERS=str(home / "mine"),
            ZONEWATCH_ALLOW_PRIVATE="1",
            ZONEWATCH_PAUSE="0",
            ZONEWATCH_CONTACT="watch@example.org",
            ZONEWATCH_NOTIFY='[{"name": "mail", "url_env": "MAIL_URL"}]',
            MAIL_URL=box.address,
        )
        assert all("zonewatch" in mail["Subject"] for mail in box.post) and box.post


STAYING = ("zonewatch run", "zonewatch serve")
FREE_PORT = " --port 0"
"""What the desk is given besides, because a desk may stand at its own port on this machine."""


def until_it_listens_to_signals(pid: int) -> None:
    """Wait while a program starts, on a busy machine too; where that cannot be seen, take it for started."""
    status = Path(f"/proc/{pid}/status")
    for _ in range(600):
        caught = re.search(r"^SigCgt:\s*(\w+)", status.read_text() if status.exists() else "", re.MULTILINE)
        if caught is None or int(caught[1], 16) >> (signal.SIGTERM - 1) & 1:
            return
        time.sleep(0.1)


def run(line: str, home: Path, env: dict[str, str]) -> Ran:
    command = subprocess.Popen(
        ["sh", "-c", f"exec {line}{FREE_PORT if line == 'zonewatch serve' else ''}"],
        cwd=home,
        env=env,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    if line in STAYING:
        until_it_listens_to_signals(command.pid)
        time.sleep(1)
        assert command.poll() is None, "it stays till it is told to go"
        command.send_signal(signal.SIGTERM)
    out, err = command.communicate(timeout=60)
    return Ran(command.returncode, out, err)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("readme")


@pytest.fixture(scope="module")
def ran(home: Path) -> dict[str, Ran]:
    """Every command of the README, run in its order."""
    with user(home) as env:
        return {line: run(line, home, env) for line in RUN}


def test_the_readme_has_what_a_user_needs() -> None:
    assert {"make demo", "make test"} <= set(MAKE)
    assert {"zonewatch init", "zonewatch check", "zonewatch run"} <= set(SHELL)
    assert CRONTAB == ["zonewatch check"]
    assert len(RUN) >= 15


@pytest.mark.parametrize("line", RUN)
def test_every_command_of_the_readme_runs(ran: dict[str, Ran], line: str) -> None:
    done = ran[line]
    assert done.code == 0, done.err
    assert "Traceback" not in done.err
    assert "Error" not in done.err


@pytest.mark.parametrize("line", MAKE)
def test_every_make_target_of_the_readme_is_there(line: str) -> None:
    if shutil.which("make") is None:
        pytest.skip("no make on this machine")
    done = subprocess.run([*line.split(), "--dry-run"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    pytest.skip(f"{line}: its target is there; CI runs it, in a fresh clone")


def test_going_live_finds_the_news_on_the_first_pass(ran: dict[str, Ran], home: Path) -> None:
    assert "Guangzhou" in ran["zonewatch check"].out and "Wuhan" in ran["zonewatch check"].out
    assert "Guangzhou" in ran["zonewatch report"].out
    assert (home / "report.html").read_text("utf-8").startswith("<!")
    assert "F1" in ran["zonewatch findings"].out and "F2" in ran["zonewatch findings"].out
    assert ran["zonewatch zones"].out.count("accepted") == 1


def test_the_settings_file_explains_the_setting_that_the_readme_names(ran: dict[str, Ran]) -> None:
    written = Path(ran["zonewatch init"].out.strip()).read_text("utf-8")
    assert "#contact = " in written and "#dossiers = " in written


def test_reading_a_page_and_a_document_says_what_is_in_them(ran: dict[str, Ran]) -> None:
    (parsed,) = (done for line, done in ran.items() if line.startswith("zonewatch parse"))
    assert GUANGZHOU.title in parsed.out and GUANGZHOU.number in parsed.out
    (read,) = (done for line, done in ran.items() if line.startswith("zonewatch cite"))
    assert "content_5368241" in read.out and "t20191105_149777" in read.out


def test_cron_stays_silent_where_nothing_is_new(tmp_path: Path) -> None:
    with user(tmp_path) as env:
        first, again = (run(CRONTAB[0], tmp_path, env) for _ in range(2))
    assert first.code == again.code == 0
    assert first.out and not first.err
    assert (again.out, again.err) == ("", "")


def test_every_command_that_the_readme_names_exists() -> None:
    named = {line.split()[1] for line in RUN}
    assert named <= set(COMMANDS)


def documented() -> str:
    pages = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")]
    return "\n".join(path.read_text("utf-8") for path in pages)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_described(name: str) -> None:
    assert re.search(rf"zonewatch {name}\b|make {name}\b|`{name}[` ]", documented())

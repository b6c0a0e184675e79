"""One page on loopback that turns, run after run, into every form that a link checker gets wrong.

What counts is what a person is told: the findings of `zonewatch check`, over the network, day by day.
"""

import gzip
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from fixtures.press.pages import Row
from tests.hostile import pages
from tests.hostile.faults import NO_META, PAGE
from tests.hostile.stage import Stage, html, staged
from tests.net.serving import answer, redirect
from tests.site import HEFEI, START, bound, cited, dossier_text, filler
from zonewatch.cli import cli

LIST = "/xxgk/qtwj/index.html"
LETTER = pages.LETTER
META = '<meta http-equiv="Content-Type" content="text/html; charset=utf-8" />'
MENU, QRCODE = '<div id="menu-items"', '<div class="div_qrcode">'


@dataclass
class Reader:
    """The person, and the program that runs for them over one site."""

    folder: Path
    stage: Stage
    heard: list[str] = field(default_factory=list)
    outcomes: list[str] = field(default_factory=list)
    states: list[str] = field(default_factory=list)
    changes: list[tuple[str | None, str | None]] = field(default_factory=list)

    def look(self, hours: float) -> list[str]:
        """Run `check --all` at an hour after the start; give what it told, and remember it."""
        now = (START + timedelta(hours=hours)).isoformat()
        got = CliRunner().invoke(
            cli, ["check", "--dossier", "d", "--all", "--now", now, "--json"], env=self._settings
        )
        assert got.exit_code == 0, got.output
        document = json.loads(got.stdout)
        told = [self._said(finding) for finding in document["findings"]]
        mine = next(one for one in document["sources"] if one["id"] == "d/fn01" and one["role"] == "notice")
        self.outcomes.append(mine["outcome"])
        self.states.append(mine["state"])
        self.heard += told
        return told

    def days(self, first: int, last: int, every: float = 24) -> list[str]:
        """Look once a day (or at another pace) for some days; give all that was told."""
        return [line for number in range(first, last + 1) for line in self.look(number * every)]

    def _said(self, finding: dict[str, Any]) -> str:
        self.changes += [(change["before"], change["after"]) for change in finding.get("changes", ())]
        return f"{finding['kind']} {finding['title']}" if finding["kind"] == "new_notice" else finding["kind"]

    @property
    def _settings(self) -> dict[str, str]:
        settings = {
            "db": self.folder / "zonewatch.db",
            "dossiers": self.folder / "own",
            "allow_private": "true",
            "pause": 0,
            "deadline": 5,
            "contact": "http://example.org/",
        }
        return {f"ZONEWATCH_{name.upper()}": str(value) for name, value in settings.items()}


@pytest.fixture
def stage() -> Iterator[Stage]:
    """The site: Hefei's letter, and a list of other rows."""
    with staged(Stage({PAGE: html(LETTER)})) as made:
        show(made, [filler(number) for number in range(3)])
        yield made


@pytest.fixture
def reader(stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Reader:
    """A person who has seen the letter and the list once."""
    for name in list(os.environ):
        if name.upper().endswith("_PROXY") or name.startswith("ZONEWATCH_"):
            monkeypatch.delenv(name)
    (tmp_path / "own").mkdir()
    text = dossier_text(
        citations=[cited(HEFEI, 1, url=stage.url(PAGE))],
        lists=[{"name": "list", "url": stage.url(LIST), "report": "all"}],
    )
    (tmp_path / "own" / "d.toml").write_text(text, "utf-8")
    made = Reader(tmp_path, stage)
    assert made.look(0) == [], "a first look is no news"
    assert made.outcomes.pop() == "good"
    return made


def show(stage: Stage, rows: list[Row]) -> None:
    """Put a list of rows on the site."""
    (body,) = bound(stage.url(LIST), rows).values()
    stage.answers[LIST] = html(body)


def turned(*slips: tuple[str, str]) -> str:
    """The letter with some of its markup or words changed."""
    page = LETTER
    for old, new in slips:
        assert old in page, old
        page = page.replace(old, new)
    return page


NOISE = {
    "a visit counter": turned((QRCODE, f'<div class="hits">浏览次数：90817</div>{QRCODE}')),
    "the hour of the build": turned(("</html>", "<!-- published 2022-03-02 04:00:17 --></html>")),
    "another menu": turned((MENU, f'<ul><li><a href="/x/">专题专栏</a></li></ul>{MENU}')),
    "line breaks and tabs": turned(("<p>　　", "<p>\r\n\t　　"), ("</td>", "\n\t</td>")),
    "blanks of another width": turned(("<p>　　", "<p>&nbsp;&nbsp; &#12288;")),
    "attributes": turned(("<p>", '<p style="text-indent: 2em" class="MsoNormal" data-t="1">')),
    "spans": turned(("试验区", '<span style="font-size: 16pt">试验</span><span>区</span>')),
    "scripts and styles": turned(("</head>", "<script>var t=1;</script><style>p{top:0}</style></head>")),
    "capitals in tags": turned(("<div", "<DIV"), ("</div>", "</DIV>")),
    "another order of attributes": turned(
        ('<meta name="viewport" content="width=1100" />', '<meta content="width=1100" name="viewport"/>')
    ),
}  # fmt: skip


@pytest.mark.parametrize("body", NOISE.values(), ids=NOISE)
def test_noise_is_told_to_nobody(reader: Reader, stage: Stage, body: str) -> None:
    stage.answers[PAGE] = html(body)
    assert reader.look(24) == []
    stage.answers[PAGE] = html(LETTER)
    assert reader.look(48) == []
    assert reader.outcomes == ["good", "good"]


def test_a_404_that_stays_is_dead_once_after_its_ladder(reader: Reader, stage: Stage) -> None:
    stage.answers[PAGE] = html("gone", "404 Not Found")
    assert reader.days(1, 3) == [], "three checks over 48 hours are no death yet"
    assert reader.look(4 * 24) == ["link_dead"]
    assert reader.days(5, 7) + reader.days(2, 4, every=5 * 24) == []
    assert set(reader.outcomes) == {"gone"}
    stage.answers[PAGE] = html(LETTER)
    assert reader.look(21 * 24) == ["link_recovered"]


def test_410_wall_and_503_are_three_different_things(reader: Reader, stage: Stage) -> None:
    forms = {
        "gone": html("gone", "410 Gone"),
        "wall": html(pages.RUISHU, "412 Precondition Failed"),
        "server_error": html("busy", "503 Service Unavailable"),
    }
    for number, (outcome, told) in enumerate(forms.items(), 1):
        stage.answers[PAGE] = told
        assert reader.look(number * 24) == []
        assert reader.outcomes[-1] == outcome
    assert len(set(reader.states)) > 1


@pytest.mark.parametrize(
    ("told", "every", "heard"),
    [
        (html("gone", "410 Gone"), 24, ["link_dead"]),
        (html(pages.RUISHU, "412 Precondition Failed"), 24, ["cannot_see"]),
        (html("busy", "503 Service Unavailable"), 21, ["link_suspected"]),
    ],
    ids=["410", "412", "503"],
)
def test_what_stays_is_told_once_and_each_by_its_own_name(
    reader: Reader, stage: Stage, told: bytes, every: float, heard: list[str]
) -> None:
    stage.answers[PAGE] = told
    assert reader.days(1, 9, every) + reader.days(2, 4, every=5 * 24) == heard


def test_503_every_second_time_is_at_most_one_line(reader: Reader, stage: Stage) -> None:
    for day in range(1, 25):
        stage.answers[PAGE] = html("busy", "503 Service Unavailable") if day % 2 else html(LETTER)
        reader.look(day * 24)
    assert len(reader.heard) <= 1
    assert set(reader.outcomes) == {"server_error", "good"}


@pytest.mark.parametrize(
    "body", [pages.NOT_THERE, "<html><head><title>404</title></head><body>页面不存在</body></html>"]
)
def test_200_with_a_page_that_does_not_exist_is_a_soft_404_and_ends_dead(
    reader: Reader, stage: Stage, body: str
) -> None:
    stage.answers[PAGE] = html(body)
    assert reader.days(1, 10) == ["link_dead"]
    assert set(reader.outcomes) == {"soft_404"}


@pytest.mark.parametrize("others", ["go home, too", "are 404"])
def test_302_to_the_home_page_is_the_same(reader: Reader, stage: Stage, others: str) -> None:
    stage.answers |= {PAGE: redirect("/"), "/": html(pages.HOME), "/robots.txt": stage.missing}
    if others == "go home, too":
        stage.missing = redirect("/")
    assert reader.days(1, 10) == ["link_dead"]
    assert set(reader.outcomes) <= {"root_redirect", "soft_404"}


BLIND: dict[str, tuple[str, str]] = {
    "瑞数": (pages.RUISHU, "wall"),
    "加速乐": (pages.JIASULE, "wall"),
    "Aliyun": (pages.ALIYUN, "wall"),
    "unknown make": (pages.UNKNOWN_MAKE, "wall"),
    "an empty body": ("", "empty"),
    "a shell": (pages.SHELL, "empty"),
}


@pytest.mark.parametrize(("body", "outcome"), BLIND.values(), ids=BLIND)
def test_what_cannot_be_seen_stays_so_while_it_lasts(
    reader: Reader, stage: Stage, body: str, outcome: str
) -> None:
    stage.answers[PAGE] = html(body)
    assert reader.days(1, 8) + reader.days(2, 5, every=6 * 24) == ["cannot_see"], "never an edit, never dead"
    assert set(reader.outcomes) == {outcome}
    assert reader.states[-1] == "unseen"
    stage.answers[PAGE] = html(LETTER)
    assert reader.look(31 * 24) == ["link_recovered"]
    assert reader.look(32 * 24) == [], "and the letter is the one that was known"


CUT: dict[str, Callable[[], bytes]] = {
    "short of its length": lambda: answer(LETTER.encode()[:5000], length=len(LETTER.encode())),
    "gzip without its end": lambda: html(gzip.compress(LETTER.encode())[:-40], Content_Encoding="gzip"),
    "a chunked body without its last chunk": lambda: (
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n7d0\r\n" + LETTER.encode()[:2000] + b"\r\n"
    ),
    "without its closing tag": lambda: html(LETTER.encode()[: LETTER.encode().rindex(b"</table>")]),
}


@pytest.mark.parametrize("cut", CUT.values(), ids=CUT)
def test_a_cut_body_is_incomplete_and_asked_for_again(
    reader: Reader, stage: Stage, cut: Callable[[], bytes]
) -> None:
    stage.answers[PAGE] = cut()
    before = stage.asked.count(PAGE)
    assert reader.look(24) == []
    assert reader.outcomes == ["incomplete"]
    stage.answers[PAGE] = html(LETTER)
    assert reader.look(45) == []
    assert (reader.outcomes[-1], reader.states[-1]) == ("good", "alive")
    assert stage.asked.count(PAGE) == before + 2


GBK = LETTER.replace("charset=utf-8", "charset=GBK").encode("gb18030")
CHARSETS = {
    "GBK with only a meta": html(GBK, Content_Type="text/html"),
    "GBK with a header that says UTF-8": html(GBK, Content_Type="text/html; charset=utf-8"),
    "GBK with a header that says Latin": html(GBK, Content_Type="text/html; charset=iso-8859-1"),
    "GBK with no word at all": html(LETTER.replace(META, "").encode("gb18030"), Content_Type="text/html"),
    "UTF-8 with a header that says GBK": html(LETTER, Content_Type="text/html; charset=gbk"),
    "UTF-8 with no word at all": html(NO_META, Content_Type="text/html"),
}


@pytest.mark.parametrize("told", CHARSETS.values(), ids=CHARSETS)
def test_another_charset_and_a_lie_about_it_change_nothing(reader: Reader, stage: Stage, told: bytes) -> None:
    stage.answers[PAGE] = told
    assert reader.look(24) == []
    assert reader.outcomes == ["good"]


def test_one_character_of_a_paragraph_is_told_as_that_character(reader: Reader, stage: Stage) -> None:
    stage.answers[PAGE] = html(turned(("智能语音", "智能语意")))
    assert reader.look(24) == ["edited"]
    ((before, after),) = reader.changes
    assert before and after and len(before) == len(after)
    assert [pair for pair in zip(before, after, strict=True) if pair[0] != pair[1]] == [("音", "意")]
    assert reader.days(2, 5) == []


def test_an_edit_on_a_page_that_also_changed_its_charset_is_that_edit_alone(
    reader: Reader, stage: Stage
) -> None:
    slipped = turned(("智能语音", "智能语意"), ("charset=utf-8", "charset=gb2312"))
    stage.answers[PAGE] = html(slipped.encode("gb18030"), Content_Type="text/html")
    assert reader.look(24) == ["edited"]
    assert len(reader.changes) == 1


def test_a_list_with_one_new_row_is_told_as_that_row(reader: Reader, stage: Stage) -> None:
    show(stage, [filler(9), *(filler(number) for number in range(3))])
    assert reader.look(24) == [f"new_notice {filler(9).title}"]
    assert reader.days(2, 4) == []


def test_a_list_in_another_order_is_no_news(reader: Reader, stage: Stage) -> None:
    for day, order in enumerate([(2, 1, 0), (1, 0, 2), (0, 2), (0, 1, 2)], 1):
        show(stage, [filler(number) for number in order])
        assert reader.look(day * 24) == []

"""The log: a line for people or JSON for programs, and nothing from outside steers a terminal."""

import json
import logging
import threading
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from reports.clean import clean
from zonewatch import logs
from zonewatch.cli import cli
from zonewatch.errors import ZonewatchError
from zonewatch.settings import load

HOSTILE = "\x1b]0;owned\x07\x1b[2Ja\u202eb\u2066c\u200bd\x00e\x9bf\r\ng\u2028h"


@pytest.fixture(autouse=True)
def people() -> Iterator[None]:
    yield
    logs.use("text")


def test_people_get_the_line_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    logs.write("zonewatch: no network", "warning", {"hosts": 3})
    assert capsys.readouterr().err == "zonewatch: no network\n"


def test_programs_get_the_hour_the_level_and_the_facts(capsys: pytest.CaptureFixture[str]) -> None:
    logs.use("json")
    logs.write("zonewatch: no network", "warning", {"hosts": 3, "outcomes": {"good": 1}, "findings": ("F1",)})
    line = json.loads(capsys.readouterr().err)
    assert datetime.fromisoformat(line.pop("timestamp")).tzinfo
    assert line == {
        "level": "warning",
        "event": "no network",
        "hosts": 3,
        "outcomes": {"good": 1},
        "findings": ["F1"],
    }


@pytest.mark.parametrize("form", ["text", "json"])
def test_nothing_from_a_page_steers_the_terminal(form: logs.Form, capsys: pytest.CaptureFixture[str]) -> None:
    logs.use(form)
    logs.write(HOSTILE, "info", {"title": HOSTILE, "rows": [HOSTILE], HOSTILE: 1} if form == "json" else None)
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert said.rstrip("\n") == clean(said.rstrip("\n"))
    assert not {"\x1b", "\u202e", "\u2066", "\u200b", "\x00", "\x9b", "\x07"} & set(said)


@given(st.text(alphabet=st.characters()), st.sampled_from(["text", "json"]))
def test_every_text_is_one_line(text: str, form: logs.Form) -> None:
    assert "\n" not in logs._plain(None, "", {"event": text})
    dumped = logs._dumped(None, "", logs._for_programs(None, "", {"event": text, "level": "info"}))
    assert "\n" not in dumped and dumped.encode()
    assert json.loads(dumped)["event"] == clean(text.removeprefix("zonewatch: "))


def test_an_error_is_a_line_of_the_log_too(capsys: pytest.CaptureFixture[str]) -> None:
    logs.use("json")
    ZonewatchError("the lease\nis lost").show()
    line = json.loads(capsys.readouterr().err)
    assert (line["level"], line["event"]) == ("error", "the lease is lost")


def test_what_libraries_warn_of_and_a_thread_that_dies_are_heard(capsys: pytest.CaptureFixture[str]) -> None:
    with logs.hearing_libraries():
        logging.getLogger("apscheduler.x").warning("missed %s\nby an hour", "a run")
        thread = threading.Thread(target=lambda: 1 / 0, name="renewal")
        thread.start()
        thread.join()
    logging.getLogger("apscheduler.x").info("nothing")
    said = capsys.readouterr().err
    assert "zonewatch: apscheduler.x: missed a run by an hour\n" in said
    assert "zonewatch: renewal ended: ZeroDivisionError: division by zero\n" in said
    assert "Traceback" not in said


def test_the_setting_decides_for_the_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZONEWATCH_LOG", "json")
    with pytest.raises(ZonewatchError) as stopped:
        CliRunner().invoke(
            cli,
            ["--db", str(tmp_path / "z.db"), "check", "--source", "nope/x"],
            standalone_mode=False,
            catch_exceptions=False,
        )
    assert "nope" in stopped.value.message
    assert logs._form == "json"


def test_a_form_that_is_none_is_refused_with_those_that_are() -> None:
    with pytest.raises(ZonewatchError, match="did you mean `json`"):
        load(environment={"ZONEWATCH_LOG": "jsom"})

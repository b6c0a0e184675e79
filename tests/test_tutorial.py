"""The analyst's tutorial: its pictures are there and small, and what it says to type exists."""

import re
import shlex
from pathlib import Path

import click
import pytest

from tests.browser.pictures import PICTURES, PLACES
from zonewatch.cli import cli

DOCS = Path(__file__).parents[1] / "docs"
TUTORIAL = (DOCS / "tutorial.md").read_text("utf-8")
SHOWN = re.findall(r"!\[([^\]]+)\]\(([^)]+)\)", TUTORIAL)
TYPED = re.findall(r"^\.venv/bin/zonewatch (.+)$", TUTORIAL, re.MULTILINE)
MOST = 150 * 1024
"""Bytes of a picture."""


@pytest.mark.parametrize(("says", "place"), SHOWN, ids=[place for _, place in SHOWN])
def test_every_picture_is_there_and_says_what_it_shows(says: str, place: str) -> None:
    assert (DOCS / place).is_file()
    assert len(says) > 15


def test_every_picture_is_small_and_one_that_can_be_taken_again() -> None:
    pictures = sorted((DOCS / "pictures").iterdir())
    assert {one.stem for one in pictures} == {*PICTURES, *PLACES, "phone", "dark"}
    for one in pictures:
        assert one.read_bytes().startswith(b"\x89PNG")
        assert one.stat().st_size < MOST, one.name


@pytest.mark.parametrize("line", TYPED)
def test_every_command_of_the_tutorial_has_the_options_that_it_names(line: str) -> None:
    command: click.Command = cli
    known: set[str] = set()
    for word in shlex.split(line):
        if isinstance(command, click.Group) and (found := command.get_command(click.Context(command), word)):
            command = found
        known |= {name for one in command.params for name in one.opts}
    assert not isinstance(command, click.Group)
    assert {word for word in shlex.split(line) if word.startswith("-")} <= known


def test_the_readme_leads_to_the_tutorial() -> None:
    assert "docs/tutorial.md" in (DOCS.parent / "README.md").read_text("utf-8")

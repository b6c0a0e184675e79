"""What a daemon runs by: read again when it changes, kept while it is broken, and each said once."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from tests.site import HEFEI, QTWJ, dossier_text
from zonewatch.app import App, Options
from zonewatch.configuration import Configuration
from zonewatch.errors import ZonewatchError

Said = Callable[[], Sequence[str]]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("PAUSE", "DOSSIERS", "DB", "CONTACT"):
        monkeypatch.delenv(f"ZONEWATCH_{name}", raising=False)
    (tmp_path / "dossiers").mkdir()
    (tmp_path / "dossiers" / "d.toml").write_text(dossier_text(zones=(HEFEI,)), "utf-8")
    (tmp_path / "z.toml").write_text('dossiers = "dossiers"\npause = 3\n', "utf-8")
    return tmp_path


@pytest.fixture
def made(folder: Path) -> Configuration:
    return Configuration(App(Options(config=folder / "z.toml", db=str(folder / "z.db"))), ("d",))


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str]) -> Said:
    def lines() -> Sequence[str]:
        return capsys.readouterr().err.splitlines()

    return lines


def settled(made: Configuration) -> list[bool]:
    return [made.glance(False) for _ in range(3)]


def test_nothing_is_read_again_while_nothing_changes(made: Configuration, said: Said) -> None:
    app = made.app
    assert settled(made) == [False] * 3
    assert made.app is app and said() == []


def test_a_changed_settings_file_is_in_force_once_it_lies_still(
    made: Configuration, folder: Path, said: Said
) -> None:
    (folder / "z.toml").write_text('dossiers = "dossiers"\npause = 5\n', "utf-8")
    assert settled(made) == [False, True, False]
    assert made.app.settings.pause == 5
    assert said() == ["zonewatch: settings and dossiers were read again"]


def test_a_changed_dossier_is_in_force(made: Configuration, folder: Path) -> None:
    lists = [{"name": "list", "url": QTWJ, "interval": "6h"}]
    (folder / "dossiers" / "d.toml").write_text(dossier_text(zones=(HEFEI,), lists=lists), "utf-8")
    assert settled(made) == [False, True, False]
    assert [one.interval for one in made.dossiers[0].lists] == [timedelta(hours=6)]


def test_a_new_dossier_joins_where_all_are_watched(folder: Path) -> None:
    made = Configuration(App(Options(config=folder / "z.toml", db=str(folder / "z.db"))), ())
    before = {dossier.id for dossier in made.dossiers}
    (folder / "dossiers" / "e.toml").write_text(dossier_text(zones=(HEFEI,)), "utf-8")
    assert any(settled(made))
    assert {dossier.id for dossier in made.dossiers} == before | {"e"}


@pytest.mark.parametrize(
    ("name", "text", "word"),
    [
        ("z.toml", "puase = 5\n", "pause"),
        ("z.toml", "pause = \n", "TOML"),
        ("z.toml", 'dossiers = "nowhere"\n', "nowhere"),
        ("dossiers/d.toml", "title = 1\n", "d.toml"),
        ("dossiers/d.toml", "\x00", "d.toml"),
    ],
)
def test_a_broken_file_is_said_once_and_what_was_before_stays(
    made: Configuration, folder: Path, said: Said, name: str, text: str, word: str
) -> None:
    app, dossiers = made.app, made.dossiers
    (folder / name).write_text(text, "utf-8")
    assert [made.glance(False) for _ in range(6)] == [False] * 6
    assert made.app is app and made.dossiers == dossiers
    (line,) = said()
    assert word in line and "stays in force" in line


def test_a_file_that_is_mended_is_in_force_again(made: Configuration, folder: Path, said: Said) -> None:
    path = folder / "dossiers" / "d.toml"
    whole = path.read_text("utf-8")
    path.write_text("broken", "utf-8")
    settled(made)
    path.write_text(whole + "\n# mended\n", "utf-8")
    assert settled(made) == [False, True, False]
    assert len(said()) == 2


def test_a_dossier_that_is_taken_away_leaves_what_is_in_force(
    made: Configuration, folder: Path, said: Said
) -> None:
    (folder / "dossiers" / "d.toml").unlink()
    assert not any(settled(made))
    assert [dossier.id for dossier in made.dossiers] == ["d"]
    assert "there is no dossier `d`" in said()[0]


def test_a_hang_up_reads_at_once_even_what_has_not_changed(made: Configuration, said: Said) -> None:
    assert made.glance(True)
    assert len(said()) == 1


def test_a_hang_up_says_again_what_is_broken(made: Configuration, folder: Path, said: Said) -> None:
    (folder / "z.toml").write_text("broken", "utf-8")
    assert not made.glance(True) and not made.glance(True)
    assert len(said()) == 2


def test_another_database_waits_for_the_next_start(folder: Path, said: Said) -> None:
    (folder / "z.toml").write_text(f'dossiers = "dossiers"\ndb = "{folder}/a.db"\n', "utf-8")
    made = Configuration(App(Options(config=folder / "z.toml")), ("d",))
    (folder / "z.toml").write_text(f'dossiers = "dossiers"\ndb = "{folder}/b.db"\n', "utf-8")
    settled(made)
    assert "next start" in said()[0]


def test_a_file_that_is_broken_at_the_start_is_refused(folder: Path) -> None:
    (folder / "z.toml").write_text("puase = 1\n", "utf-8")
    with pytest.raises(ZonewatchError, match="pause"):
        Configuration(App(Options(config=folder / "z.toml")), ("d",))

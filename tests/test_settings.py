"""Settings: defaults < file < environment < options, and clear refusals."""

import tomllib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from zonewatch.commands.setup import commented
from zonewatch.errors import ZonewatchError
from zonewatch.settings import Settings, load


def settings_file(folder: Path, text: str) -> Path:
    path = folder / "zonewatch.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_later_layers_win_and_each_value_says_where_it_comes_from(tmp_path: Path) -> None:
    path = settings_file(tmp_path, 'pause = 3\ndeadline = 30\ncontact = "file"\n')
    settings, origins = load(
        path,
        environment={"ZONEWATCH_DEADLINE": "20", "ZONEWATCH_CONTACT": "environment"},
        options={"db": "x.db", "now": None},
    )
    assert (settings.pause, settings.deadline, settings.contact, settings.db) == (
        3,
        20,
        "environment",
        "x.db",
    )
    assert origins["pause"] == str(path)
    assert (origins["deadline"], origins["db"], origins["workers"]) == ("environment", "options", "default")


def test_a_wrong_key_is_refused_with_the_nearest_right_one(tmp_path: Path) -> None:
    path = settings_file(tmp_path, "pauze = 3\n")
    with pytest.raises(
        ZonewatchError, match=r"zonewatch\.toml: there is no setting `pauze`; did you mean `pause`"
    ):
        load(path, environment={})


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("ZONEWATCH_PAUSE", "soon", "environment: pause: .*not 'soon'"),
        ("ZONEWATCH_PAUSE", "-1", "environment: pause: .*greater than or equal to 0"),
        ("ZONEWATCH_NOW", "yesterday", "environment: now"),
        ("ZONEWATCH_ALLOW_PRIVATE", "perhaps", "environment: allow_private"),
    ],
)
def test_a_wrong_value_is_refused_by_name(variable: str, value: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(ZonewatchError, match=said):
        load(settings_file(tmp_path, ""), environment={variable: value})


def test_lists_come_from_the_environment_by_commas(tmp_path: Path) -> None:
    settings, _ = load(
        settings_file(tmp_path, ""), environment={"ZONEWATCH_CANARIES": "https://a.cn/, https://b.cn/"}
    )
    assert settings.canaries == ("https://a.cn/", "https://b.cn/")


def test_a_named_file_that_is_absent_or_broken_is_named(tmp_path: Path) -> None:
    with pytest.raises(ZonewatchError, match=r"absent\.toml: the settings cannot be read"):
        load(tmp_path / "absent.toml", environment={})
    with pytest.raises(ZonewatchError, match=r"zonewatch\.toml: not valid TOML"):
        load(settings_file(tmp_path, "pause ="), environment={})


def test_a_folder_of_dossiers_is_meant_relative_to_the_settings_file(tmp_path: Path) -> None:
    settings, _ = load(settings_file(tmp_path, 'dossiers = "mine"\n'), environment={})
    assert settings.dossiers == tmp_path / "mine"


def test_the_written_file_explains_every_setting_and_sets_none() -> None:
    text = commented()
    assert tomllib.loads(text) == {}
    for name, field in Settings.model_fields.items():
        assert f"\n# {name} = " in text
        assert field.description and field.description in text


def test_every_line_of_the_written_file_can_be_switched_on(tmp_path: Path) -> None:
    heads = tuple(f"# {name} = " for name in Settings.model_fields if name != "now")
    wanted = [line[2:] for line in commented().splitlines() if line.startswith(heads)]
    assert len(wanted) == len(heads)
    settings, _ = load(settings_file(tmp_path, "\n".join(wanted)), environment={})
    assert settings.pause == 2.0


@pytest.mark.parametrize("said", ["2020-09-04", "2020-09-04T00:00:00", "2020-09-04T08:00:00+08:00"])
def test_an_hour_without_an_offset_is_in_utc(said: str, tmp_path: Path) -> None:
    settings, _ = load(settings_file(tmp_path, ""), environment={"ZONEWATCH_NOW": said})
    assert settings.now == datetime(2020, 9, 4, tzinfo=UTC)

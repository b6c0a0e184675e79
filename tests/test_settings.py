"""Settings: defaults < file < environment < options, and clear refusals."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from zonewatch.errors import ZonewatchError
from zonewatch.settings import load


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


@pytest.mark.parametrize("said", ["2020-09-04", "2020-09-04T00:00:00", "2020-09-04T08:00:00+08:00"])
def test_an_hour_without_an_offset_is_in_utc(said: str, tmp_path: Path) -> None:
    settings, _ = load(settings_file(tmp_path, ""), environment={"ZONEWATCH_NOW": said})
    assert settings.now == datetime(2020, 9, 4, tzinfo=UTC)


def route(*lines: str) -> str:
    """A settings file of one route with these lines more."""
    return "\n".join(("[[notify]]", 'name = "a"', *lines))


WRONG = [
    ('canaries = ["https://a.cn/", "b.cn"]', r"canaries\[2\]: expected an address .* not 'b.cn'"),
    ('archive_base = "web.archive.org"', r"archive_base: expected an address that begins with http"),
    ('archive_timegates = ["ftp://a.org/"]', r"archive_timegates\[1\]: expected an address"),
    ("workers = 0", r"workers: .*greater than or equal to 1, not 0"),
    ('[[notify]]\nurl = "json://a"', r"notify\[1\].name is missing"),
    (route(), r"notify\[1\]: route `a` needs one of url, .*has none of them"),
    (route('url = "x://y"', 'url_env = "Z"'), r"and has url and url_env"),
    ('[[notify]]\nname = "A b"\nurl_env = "Z"\n', r"notify\[1\].name: .*not 'A b'"),
    (route('url_env = "Z"', "kindz = []"), r"no setting `notify\[1\].kindz`; did you mean `kinds`"),
    (route('url_env = "Z"', 'kinds = ["new_zones"]'), r"no `new_zones`; did you mean `new_zone`"),
    (route('url_env = "Z"', 'severities = ["heavy"]'), r"no `heavy`; known are high, normal, low"),
    (route('url_env = "Z"', 'when = "hourly"'), r"when: expected `at once`, .*not 'hourly'"),
    (route('url_env = "Z"', 'zone = "Asia/Shangai"'), r"did you mean `Asia/Shanghai`"),
    (route('url_env = "Z"', 'zone = "../../etc/passwd"'), r"there is no time zone"),
    (route('url_env = "Z"', 'language = "cn"'), r"language: .*not 'cn'; known are en, zh"),
    (route('url_env = "Z"', "", route('url_env = "Y"')), r"two routes are named `a`"),
    ('notify = "mail"', r"notify"),
]


@pytest.mark.parametrize(("text", "said"), WRONG)
def test_whatever_is_wrong_is_named_with_its_place_and_what_was_expected(
    text: str, said: str, tmp_path: Path
) -> None:
    with pytest.raises(ZonewatchError, match=said) as caught:
        load(settings_file(tmp_path, text), environment={})
    assert "zonewatch.toml: " in str(caught.value)


def test_a_mistyped_variable_is_refused_and_one_of_another_purpose_is_not(tmp_path: Path) -> None:
    path = settings_file(tmp_path, "")
    with pytest.raises(ZonewatchError, match=r"no ZONEWATCH_PAUZE; did you mean ZONEWATCH_PAUSE"):
        load(path, environment={"ZONEWATCH_PAUZE": "1"})
    load(path, environment={"ZONEWATCH_TEST_POSTGRES": "x", "ZONEWATCH_MAIL_URL": "y", "PAUZE": "z"})


@pytest.mark.parametrize("value", ['["s3cret"]', '{a = "s3cret"}'])
@pytest.mark.parametrize("key", ["token", "archive_secret", "archive_key"])
def test_a_refusal_does_not_repeat_what_may_be_a_secret(key: str, value: str, tmp_path: Path) -> None:
    with pytest.raises(ZonewatchError, match=key) as caught:
        load(settings_file(tmp_path, f"{key} = {value}\n"), environment={})
    assert "s3cret" not in str(caught.value)


def test_paths_of_the_file_are_relative_to_it_and_a_tilde_is_the_home_folder(tmp_path: Path) -> None:
    text = 'feed_file = "out/feed.xml"\n[[notify]]\nname = "a"\nurl_file = "a.url"\n'
    settings, _ = load(settings_file(tmp_path, text), environment={"ZONEWATCH_DOSSIERS": "~/mine"})
    assert settings.feed_file == tmp_path / "out" / "feed.xml"
    assert settings.notify[0].url_file == tmp_path / "a.url"
    assert settings.dossiers == Path.home() / "mine"


def test_tables_come_from_the_environment_as_json(tmp_path: Path) -> None:
    given = {
        "ZONEWATCH_NOTIFY": '[{"name": "a", "url_env": "A"}]',
        "ZONEWATCH_PROXIES": '{"a.cn": "http://b.cn:3128"}',
    }
    settings, origins = load(settings_file(tmp_path, ""), environment=given)
    assert settings.notify[0].url_env == "A" and settings.proxies == {"a.cn": "http://b.cn:3128"}
    assert origins["notify"] == "environment"
    with pytest.raises(ZonewatchError, match="environment: notify"):
        load(settings_file(tmp_path, ""), environment={"ZONEWATCH_NOTIFY": "[{"})


def test_an_empty_text_leaves_what_has_no_default_unset(tmp_path: Path) -> None:
    settings, _ = load(settings_file(tmp_path, 'contact = ""\nnow = ""\ndossiers = ""\n'), environment={})
    assert (settings.contact, settings.now, settings.dossiers) == (None, None, None)

"""The settings' two documents: every setting is in both, and the written file loads as it is explained."""

import os
import re
import stat
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from monitor.model import FindingKind
from zonewatch.cli import cli
from zonewatch.notify_settings import Notify
from zonewatch.reference import EXAMPLE, settings_file, settings_page
from zonewatch.settings import PREFIX, Settings, load

PAGE = Path(__file__).parents[1] / "docs" / "configuration.md"


def run(*words: object, **environment: str) -> Result:
    return CliRunner().invoke(cli, [str(word) for word in words], env=environment)


@pytest.fixture(autouse=True)
def plain_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith(PREFIX):
            monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))


def switched_on(text: str) -> str:
    """The written file with every # taken away that stands before a name or a table."""
    return re.sub(r"^#(?=[a-z\[])", "", text, flags=re.MULTILINE)


def test_the_written_file_explains_every_setting_and_sets_none() -> None:
    text = settings_file()
    assert tomllib.loads(text) == {}
    flat = re.sub(r"\n# ", " ", text)
    for name, field in Settings.model_fields.items():
        assert f"\n#{name} = " in text or f"\n#[[{name}]]" in text
        assert field.description and f"{field.description} (" in flat
        assert PREFIX + name.upper() in flat
    for name in Notify.model_fields:
        assert name in EXAMPLE or f"{name} = " in text


def test_every_line_can_be_switched_on_and_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "zonewatch.toml"
    path.write_text(switched_on(settings_file()), "utf-8")
    settings, origins = load(path, environment={})
    plain, _ = load(None, environment={})
    assert settings.model_copy(update={"notify": ()}) == plain
    assert set(origins.values()) == {str(path)}
    assert settings.notify == (Notify(name="mail", url_env="MAIL_URL"),)


def test_lines_fit_a_terminal() -> None:
    assert max(map(len, settings_file().splitlines())) <= 100


def test_the_page_is_made_from_the_same_table() -> None:
    assert PAGE.read_text("utf-8") == settings_page(), "run `make docs`"
    for name in (*Settings.model_fields, *Notify.model_fields, *FindingKind):
        assert f"`{name}`" in settings_page()


def test_init_writes_a_file_that_only_its_owner_may_read_and_never_over_one(tmp_path: Path) -> None:
    path = tmp_path / "new" / "zonewatch.toml"
    assert run("--config", path, "init").stdout == f"{path}\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.read_text("utf-8") == settings_file()
    path.write_text("pause = 3\n", "utf-8")
    again = run("--config", path, "init")
    assert (again.exit_code, "--force" in again.stderr) == (1, True)
    assert path.read_text("utf-8") == "pause = 3\n"
    assert run("--config", path, "init", "--force").exit_code == 0
    assert path.read_text("utf-8") == settings_file()


def test_init_that_cannot_write_says_so_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    done = run("--config", tmp_path / "file" / "zonewatch.toml", "init")
    assert done.exit_code == 1 and "zonewatch.toml" in done.stderr and len(done.stderr.splitlines()) == 1


def test_config_prints_what_is_in_force_and_where_it_comes_from(tmp_path: Path) -> None:
    path = tmp_path / "zonewatch.toml"
    path.write_text('pause = 3\n[[notify]]\nname = "a"\nurl_env = "A"\nkinds = ["moved"]\n', "utf-8")
    done = run("--config", path, "--db", "x.db", "config", ZONEWATCH_WORKERS="4")
    lines = {line.split()[0]: line for line in done.stdout.splitlines()}
    assert set(lines) == set(Settings.model_fields)
    assert lines["pause"].split()[1:] == ["3.0", f"({path})"]
    assert lines["workers"].endswith("4  (environment)")
    assert lines["db"].endswith('"x.db"  (options)')
    assert lines["deadline"].endswith("60.0  (default)")
    assert '"url_env": "A"' in lines["notify"] and '"kinds": ["moved"]' in lines["notify"]


@pytest.mark.parametrize("form", [(), ("--json",)])
def test_config_never_prints_a_secret(tmp_path: Path, form: tuple[str, ...]) -> None:
    path = tmp_path / "zonewatch.toml"
    secrets = [name for name, field in Settings.model_fields.items() if is_secret(field)]
    assert {"token", "archive_key", "archive_secret"} <= set(secrets)
    text = "".join(f'{name} = "https://s3cret.example/s3cret"\n' for name in secrets)
    text += 'db = "postgresql://me:s3cret@db.example/zw"\n'
    text += '[proxies]\n"www.gov.cn" = "http://me:s3cret@proxy.example:3128"\n'
    text += '[[notify]]\nname = "a"\nurl = "mailto://me:s3cret@mail.example"\n'
    path.write_text(text, "utf-8")
    done = run("--config", path, "config", *form)
    assert done.exit_code == 0
    assert "s3cret" not in done.output
    assert "proxy.example:3128" in done.stdout and "db.example" in done.stdout
    assert done.stdout.count('"set"') == len(secrets) + 1


def is_secret(field: object) -> bool:
    extra = getattr(field, "json_schema_extra", None)
    return isinstance(extra, dict) and bool(extra.get("secret"))

"""`verify` as it is typed: what it says, its exit codes, and the stamps that it checks without a network."""

import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import create_engine, text

from storage.store import Store
from tests.authority import Authority, served
from tests.site import HEFEI, START, Monitor, Pages, dossier_text, page, serve
from zonewatch.cli import cli

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def plain_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database of three days: a letter that stays, changes, and is gone."""
    pages, folder = Pages(), tmp_path_factory.mktemp("watched")
    pages.put(HEFEI.url, page(HEFEI))
    with Monitor(folder, pages, dossier_text()) as monitor:
        monitor.at(START)
        pages.put(HEFEI.url, page(HEFEI, extra="四、本函自印发之日起施行。"))
        monitor.at(START + DAY)
        pages.put(HEFEI.url, b"", 404)
        monitor.at(START + 2 * DAY)
    return folder / "zonewatch.db"


@pytest.fixture
def db(watched: Path, tmp_path: Path) -> Path:
    """A copy of it, to be harmed."""
    return Path(shutil.copy(watched, tmp_path / "zonewatch.db"))


def zonewatch(db: Path, *words: object, now: datetime = START + 3 * DAY) -> Result:
    return CliRunner().invoke(cli, [str(word) for word in ("--db", db, "--now", now.isoformat(), *words)])


def harm(db: Path, *statements: str) -> None:
    engine = create_engine(f"sqlite:///{db}")
    with engine.begin() as connection:
        for one in statements:
            connection.execute(text(one))
    engine.dispose()


def test_a_whole_database_is_said_to_be_whole(db: Path) -> None:
    done = zonewatch(db, "verify")
    assert done.exit_code == 0 and done.stdout.rstrip().endswith("2 sealed days, 0 stamps: whole")
    said = json.loads(zonewatch(db, "verify", "--json").stdout)
    assert (said["whole"], said["damage"], said["set_aside"]) == (True, [], [])
    assert said["checked"]["days"] == 2 and said["checked"]["unsealed"] > 0


def test_damage_is_named_with_visit_source_and_hour_and_exits_with_1(db: Path) -> None:
    harm(db, "UPDATE body SET data = zeroblob(9) WHERE id = 1")
    done = zonewatch(db, "verify")
    assert done.exit_code == 1
    first, *_, last = done.stdout.splitlines()
    assert first.startswith("V1 d/fn01 2022-03-01T04:00:00Z: ") and "damaged" in first
    assert " damaged" in last
    said = json.loads(zonewatch(db, "verify", "--json").stdout)
    assert said["whole"] is False and said["damage"][0]["kind"] == "body"
    assert said["damage"][0] | {"what": ""} == {
        "kind": "body",
        "what": "",
        "visit": "V1",
        "source": "d/fn01",
        "at": "2022-03-01T04:00:00Z",
        "visits": 1,
        "done": None,
    }


def test_a_repair_from_an_export_leaves_nothing_damaged(db: Path, tmp_path: Path) -> None:
    out = tmp_path / "a.warc.gz"
    assert zonewatch(db, "export", "warc", "-o", out).exit_code == 0
    harm(db, "UPDATE body SET data = zeroblob(9)", "UPDATE head SET data = zeroblob(9)")
    assert zonewatch(db, "verify").exit_code == 1
    done = zonewatch(db, "verify", "--repair", "--from", out)
    assert done.exit_code == 0, done.stdout
    assert "(restored)" in done.stdout and "set aside" not in done.stdout
    assert zonewatch(db, "verify").stdout.rstrip().endswith("whole")


def test_a_repair_without_a_file_sets_aside_and_says_so_ever_after(db: Path, tmp_path: Path) -> None:
    out = tmp_path / "a.warc.gz"
    zonewatch(db, "export", "warc", "-o", out)
    harm(db, "UPDATE body SET data = zeroblob(9) WHERE id = 1")
    done = zonewatch(db, "verify", "--repair")
    assert done.exit_code == 1 and "(set aside)" in done.stdout
    later = zonewatch(db, "verify")
    assert later.exit_code == 0 and "body 1: set aside on 2022-03-04: " in later.stdout
    assert later.stdout.rstrip().endswith(": whole but for what is set aside")
    for words in (
        ("report",),
        ("history", "d/fn01"),
        ("explain", "V1"),
        ("export", "warc", "-o", out.with_suffix(".2")),
    ):
        assert zonewatch(db, *words).exit_code == 0, words
    mended = zonewatch(db, "verify", "--repair", "--from", out)
    assert mended.exit_code == 0 and "4 restored" in mended.stdout.splitlines()[-1]
    assert "set aside" not in zonewatch(db, "verify").stdout


def test_what_can_be_done_is_said_beside_the_result(db: Path) -> None:
    harm(db, "UPDATE visit SET seconds = seconds + 1 WHERE id = 1")
    assert "`verify --repair --from FILE.warc.gz` restores" in zonewatch(db, "verify").stderr
    assert "nothing says what stood there before" in zonewatch(db, "verify", "--repair").stderr
    harm(db, "UPDATE standing SET state = 'fine'")
    assert "`--db NEW import warc FILE`" in zonewatch(db, "verify", "--repair").stderr
    said = zonewatch(db, "export", "warc", "-o", db.with_suffix(".warc.gz"))
    assert said.exit_code == 1 and len(said.stderr.splitlines()) == 1 and "is damaged" in said.stderr


def test_a_repair_of_what_is_whole_changes_nothing(db: Path) -> None:
    before = db.read_bytes()
    done = zonewatch(db, "verify", "--repair")
    assert done.exit_code == 0 and "whole" in done.stdout
    with Store.open(str(db)) as store:
        assert store.missing() == ()
    assert len(before) == len(db.read_bytes())


def test_wrong_usage_and_wrong_files_are_refused(db: Path, tmp_path: Path) -> None:
    assert zonewatch(db, "verify", "--from", tmp_path / "a").exit_code == 2
    harm(db, "UPDATE body SET data = zeroblob(9) WHERE id = 1")
    for name, data in (("nowhere", None), ("noise", b"noise\n" * 9)):
        if data:
            (tmp_path / name).write_bytes(data)
        done = zonewatch(db, "verify", "--repair", "--from", tmp_path / name)
        assert done.exit_code == 1 and name in done.stderr and len(done.stderr.splitlines()) == 1
    with Store.open(str(db)) as store:
        assert store.missing() == ()  # nothing is set aside where the way to restore it was mistyped
    absent = zonewatch(tmp_path / "none.db", "verify")
    assert absent.exit_code == 1 and "none.db" in absent.stderr and not (tmp_path / "none.db").exists()


# --- stamps ------------------------------------------------------------------------------------------------


def stamped(folder: Path, authority: Authority, *, days: int = 3) -> tuple[Path, Path]:
    """Watch a page for days with an authority in the settings; gives the database and the settings."""
    pages, settings, db = Pages(), folder / "settings.toml", folder / "zonewatch.db"
    (folder / "trusted.pem").write_bytes(authority.pem)
    (folder / "mine").mkdir()
    with serve(pages) as base, served(authority) as address:
        url = pages.put(f"{base}/t20191018_149420.html", page(HEFEI))
        text = dossier_text(citations=[{"footnote": 1, "url": url, "for": "合肥"}], hosts=["127.0.0.1"])
        (folder / "mine" / "d.toml").write_text(text, "utf-8")
        settings.write_text(
            f'dossiers = "mine"\nallow_private = true\npause = 0\ntimestamp_authority = "{address}"\n'
            'timestamp_certificate = "trusted.pem"\n',
            "utf-8",
        )
        for day in range(days):
            done = zonewatch(
                db, "--config", settings, "check", "--dossier", "d", "--all", now=START + day * DAY
            )
            assert done.exit_code == 0, done.output
    return db, settings


def test_each_day_is_stamped_after_the_first_pass_of_the_next(tmp_path: Path, authority: Authority) -> None:
    db, settings = stamped(tmp_path, authority)
    with Store.open(str(db)) as store:
        kept = tuple(store.seals())
        assert [one.seal.day.isoformat() for one in kept] == ["2022-03-01", "2022-03-02"]
        assert all(one.stamp and one.authority for one in kept)
    done = zonewatch(db, "--config", settings, "verify")  # the authority is gone by now: nothing is asked
    assert done.exit_code == 0 and "2 sealed days, 2 stamps: whole" in done.stdout


def test_nobody_is_asked_unless_the_settings_name_somebody(db: Path, authority: Authority) -> None:
    asked = len(authority.asked)
    with Store.open(str(db)) as store:
        assert len(store.unstamped()) == 2
    assert len(authority.asked) == asked


def test_a_stamp_that_does_not_hold_is_damage(tmp_path: Path, authority: Authority) -> None:
    db, settings = stamped(tmp_path, authority, days=2)
    (tmp_path / "trusted.pem").write_bytes(Authority().pem)
    done = zonewatch(db, "--config", settings, "verify")
    assert done.exit_code == 1 and "2022-03-01: the stamp does not hold" in done.stdout
    settings.write_text(settings.read_text("utf-8").replace("trusted.pem", "nowhere.pem"), "utf-8")
    missing = zonewatch(db, "--config", settings, "verify")
    assert missing.exit_code == 1 and "nowhere.pem: cannot be read" in missing.stderr
    settings.write_text("\n".join(settings.read_text("utf-8").splitlines()[:-1]) + "\n", "utf-8")
    unproved = zonewatch(db, "--config", settings, "verify")
    assert unproved.exit_code == 0 and "1 stamps not checked" in unproved.stdout


def test_an_authority_that_refuses_costs_a_line_and_is_asked_again(tmp_path: Path) -> None:
    refusing = Authority(refuses=True)
    db, settings = stamped(tmp_path, refusing, days=2)
    with Store.open(str(db)) as store:
        assert len(store.unstamped()) == 1
    refusing.refuses = False
    with served(refusing) as address:
        lines = settings.read_text("utf-8").splitlines()
        again = [line if "authority" not in line else f'timestamp_authority = "{address}"' for line in lines]
        settings.write_text("\n".join(again) + "\n", "utf-8")
        from zonewatch.app import App, Options
        from zonewatch.stamping import stamp_days

        app = App(Options(db=str(db), config=settings, now=datetime(2022, 3, 5, tzinfo=UTC)))
        with app.store() as store:
            assert stamp_days(app, store) == 1 and store.unstamped() == ()


def test_a_silent_authority_stops_no_pass(tmp_path: Path, authority: Authority) -> None:
    db, settings = stamped(tmp_path, authority, days=2)
    with Store.open(str(db)) as store:
        store.seal(START + 2 * DAY)
        assert len(store.unstamped()) == 1
    from zonewatch.app import App, Options
    from zonewatch.stamping import stamp_days

    app = App(Options(db=str(db), config=settings, now=START + 3 * DAY))
    with app.store() as store:
        assert stamp_days(app, store) == 0  # its server is gone: refused, told in a line

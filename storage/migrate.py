"""Bringing a database to the newest schema, and telling which one it has.

Revisions are numbered, so that older and newer can be told without loading Alembic (0.1 s).
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.resources import files
from typing import Any, Final, TypeAlias

from sqlalchemy import Connection, Engine, inspect
from sqlalchemy.exc import SQLAlchemyError

from storage.engine import WRITER, connect, first_line, parse_address, prepare_place, shown
from storage.errors import StoreError

NEWEST: Final = "0013"
VERSION_TABLE: Final = "zonewatch_version"
UNFINISHED: Final = "copying "
"""what stands before the schema's number while a copy is not whole; see `storage.copying`"""
Tell: TypeAlias = Callable[[int, int], None]
"""told how much is done, and how much there is"""


def silent(done: int, known: int) -> None:
    """Tell nobody."""


def schema_status(url: str) -> tuple[str | None, str]:
    """Return the schema that a database has (None: none yet) and the newest one of this program.

    Raises StoreError if the database is absent, is none, or is another program's.
    """
    address = parse_address(url)
    prepare_place(address, create=False)
    engine = connect(address)
    try:
        return current(engine), NEWEST
    finally:
        engine.dispose()


def upgrade(url: str, progress: Tell = silent) -> None:
    """Bring a database to the newest schema, in one transaction; an absent one is made.

    `progress` is told of the revisions that are done, and then of the notices that search finds.
    Raises StoreError if it cannot be, or if its schema is newer than this program.
    """
    address = parse_address(url)
    prepare_place(address, create=True)
    engine = connect(address)
    try:
        refuse_newer(engine, current(engine))
        bring_to_newest(engine, progress=progress)
    finally:
        engine.dispose()


def current(engine: Engine) -> str | None:
    """Return the schema's number, None for an empty database; raises StoreError as `schema_status`.

    So it does for a copy that is not whole.
    """
    found = version_in(engine)
    if found and found.startswith(UNFINISHED):
        raise StoreError(
            f"{shown(engine.url)}: is a copy that is not whole yet; run `zonewatch db copy` again"
        )
    return found


def version_in(engine: Engine) -> str | None:
    """Return what stands for the schema's number, None in an empty database; StoreError as `current`."""
    place = shown(engine.url)
    try:
        with engine.connect() as connection:
            tables = inspect(connection).get_table_names()
            found = _version(connection) if VERSION_TABLE in tables else None
    except SQLAlchemyError as error:
        way = "a copy of it, or `--db NEW import warc FILE`, goes on" if is_torn(error) else "see --db"
        raise StoreError(f"{place}: cannot be used as a database ({first_line(error)}); {way}") from None
    if tables and VERSION_TABLE not in tables:
        raise StoreError(f"{place}: is the database of another program; choose another with --db")
    return found


def is_torn(error: SQLAlchemyError) -> bool:
    """Tell whether SQLite says that its file is damaged: cut off, or overwritten."""
    return "malformed" in str(error)


def _version(connection: Connection) -> str | None:
    found: str | None = connection.exec_driver_sql(f"SELECT version_num FROM {VERSION_TABLE}").scalar()  # noqa: S608
    return found


def refuse_newer(engine: Engine, found: str | None) -> None:
    """Raise StoreError if a schema is newer than this program."""
    if found is not None and found > NEWEST:
        raise StoreError(
            f"{shown(engine.url)}: was written by a newer zonewatch (schema {found}, this one knows {NEWEST})"
            "; install that one"
        )


def refuse_older(engine: Engine, found: str | None) -> None:
    """Raise StoreError if a schema has to be upgraded first."""
    if found is not None and found < NEWEST:
        raise StoreError(
            f"{shown(engine.url)}: has an older schema ({found}, newest {NEWEST}); run `zonewatch db upgrade`"
        )


def bring_to_newest(engine: Engine, *, to: str = "head", progress: Tell = silent) -> None:
    """Run the revisions that are missing up to `to`, all or none; two processes at once do it once."""
    from alembic import command  # noqa: PLC0415 - a tenth of a second that only this needs
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(files("storage") / "migrations").replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    try:
        writing = engine.execution_options(**{WRITER: True})
        with writing.connect() as connection, _keys_at_rest(connection), connection.begin():
            config.attributes.update(connection=connection, applied=_counted(progress))
            command.upgrade(config, to)
            if to == "head":
                _index(connection, progress)
            refuse_loose_ends(connection)
    except SQLAlchemyError as error:
        raise StoreError(f"{shown(engine.url)}: no schema could be made ({first_line(error)})") from None


def _counted(progress: Tell) -> Callable[..., None]:
    """Return what Alembic calls after a revision."""

    def applied(*, step: Any, **_: Any) -> None:
        progress(int(step.up_revision_id), int(NEWEST))

    return applied


def _index(connection: Connection, progress: Tell) -> None:
    """Make findable what an older schema kept; with the code of today, whatever revision has just run."""
    from sqlalchemy.orm import Session  # noqa: PLC0415

    from storage.search_index import index_missing  # noqa: PLC0415

    with Session(connection) as session:
        index_missing(session, progress)
        session.flush()


@contextmanager
def _keys_at_rest(connection: Connection) -> Iterator[None]:
    """Let SQLite make tables anew (https://www.sqlite.org/lang_altertable.html#otheralter) meanwhile."""
    if connection.dialect.name != "sqlite":
        yield
        return
    driver: Any = connection.connection.driver_connection
    driver.execute("PRAGMA foreign_keys = OFF")
    try:
        yield
    finally:
        driver.execute("PRAGMA foreign_keys = ON")


def refuse_loose_ends(connection: Connection) -> None:
    """Raise StoreError if a row of a SQLite database points nowhere after its tables were made anew."""
    if connection.dialect.name == "sqlite":
        loose = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
        if loose is not None:
            raise StoreError(f"{shown(connection.engine.url)}: a row of {loose[0]} points at no {loose[2]}")

"""A new database without the wait: each process makes one with the newest schema, and tests take copies."""

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from storage.store import Store


def new_store(path: Path) -> Store:
    """Open the store at a path; one that is not there begins as a copy of an empty one.

    That is a fiftieth of the work of all migrations, which `tests/store` runs anew.
    """
    if not path.exists():
        path.write_bytes(_empty())
    return Store.open(str(path))


@cache
def _empty() -> bytes:
    with TemporaryDirectory(prefix="zw-empty-") as folder:
        path = Path(folder) / "zonewatch.db"
        Store.open(str(path)).close()
        return path.read_bytes()

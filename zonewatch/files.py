"""Files that are there whole or not at all, however large, whatever happens while they are written."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from glob import escape
from pathlib import Path
from typing import IO, Final

from zonewatch.errors import ZonewatchError

OLD: Final = 60
"""seconds after which a file that nobody holds was left behind: one just made is not held yet"""


@contextmanager
def whole_file(path: Path, mode: int | None = None) -> Iterator[IO[bytes]]:
    """Open a file for writing under a name of its own; it gets its true one when it is whole and on the disk.

    What stood there before stays until then, and stays where anything goes wrong. `mode` is the file's
    (None: that of the file before, or what is usual). Raises ZonewatchError where it cannot be written.
    """
    beside: Path | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with _beside(path, mode) as file:
            beside = Path(file.name)
            yield file
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
        beside = None
        _settle(path.parent)
    except OSError as error:
        raise ZonewatchError(f"{path}: cannot be written: {error.strerror or error}") from error
    finally:
        if beside is not None:
            with suppress(OSError):
                beside.unlink(missing_ok=True)


def _beside(path: Path, mode: int | None) -> IO[bytes]:
    """Open a file in the same folder, so that a rename is all that is left to do."""
    made = tempfile.NamedTemporaryFile(  # noqa: SIM115 - closed by the caller
        "w+b", prefix=f".{path.name}.", suffix=".part", dir=path.parent, delete=False
    )
    _lock(made)
    _sweep(path, made)
    with suppress(OSError):
        usual = path.stat().st_mode if path.exists() else 0o666 & ~_umask()
        Path(made.name).chmod(usual if mode is None else mode)
    return made


def _lock(file: IO[bytes]) -> bool:
    """Hold a file as long as it is open; tell whether nobody else does. Without locks, everybody may."""
    try:
        import fcntl  # Windows has none
    except ImportError:
        return False
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _sweep(path: Path, made: IO[bytes]) -> None:
    """Remove what a program that was killed left beside a file: what is older, and held by nobody."""
    now = os.fstat(made.fileno()).st_mtime
    for left in path.parent.glob(f".{escape(path.name)}.*.part"):
        with suppress(OSError):
            if now - left.stat().st_mtime > OLD:
                with left.open("r+b") as file:
                    if _lock(file):
                        left.unlink()


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _settle(folder: Path) -> None:
    """Have the folder's own entry on the disk, where the system can do that."""
    with suppress(OSError):
        number = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)

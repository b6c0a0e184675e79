"""A page saved by hand becomes a visit: the desk's form for what `import page` does."""

import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from zonewatch.desk.base import Base
from zonewatch.errors import ZonewatchError

_UNSAFE = re.compile(r"[^\w.() -]+")
LONGEST_NAME = 80


class Bringing(Base):
    """What people hand in."""

    def bring(self, name: str, data: bytes, url: str | None, at: datetime | None) -> int:
        """Take a saved page as a visit; return how many visits it became.

        In: the file's name and content, the page's address unless the file names it, when it was seen
        (None: now). Raises ZonewatchError as `import page` does, BusyError while a pass holds the lease.
        """
        from zonewatch.importing import import_page

        with TemporaryDirectory(prefix="zonewatch-") as folder:
            file = Path(folder) / (_UNSAFE.sub("_", Path(name).name)[-LONGEST_NAME:].lstrip(".") or "page")
            file.write_bytes(data)
            return len(_plainly(folder, lambda: import_page(self.app, file, url=url, at=at, dossier_ids=())))


def _plainly(folder: str, imported: Callable[[], tuple[object, ...]]) -> tuple[object, ...]:
    """Name the file in a refusal as its sender knows it, without the folder where it lay meanwhile."""
    try:
        return imported()
    except ZonewatchError as error:
        raise type(error)(error.message.replace(f"{folder}/", "")) from error

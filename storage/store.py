"""The store: everything that zonewatch remembers, behind one object.

    with Store.open("zonewatch.db") as store:
        store.keep(record, now=now)

The parts stand in modules of their own: `keeping` (in), `visits`, `standings`, `agenda`, `links`, `findings`,
`memory`, `leases`, `outbox`, `search`, `telling`, `spans`, `wellbeing` and `judgements` (out). Whoever asks
gets values of `monitor`, never a row.
"""

from typing import Self

from storage.agenda import Agenda
from storage.chains import Chains
from storage.crew import Crew
from storage.engine import connect, parse_address, prepare_place, shown
from storage.errors import LeaseLost, StoreError
from storage.findings import Findings
from storage.imports import Imports
from storage.judgements import Judgements
from storage.keeping import Keeping
from storage.leases import Leases, Tenure, holder_name
from storage.links import Copy, Links
from storage.memory import Memory, Pass
from storage.migrate import bring_to_newest, current, refuse_newer, refuse_older, schema_status, upgrade
from storage.outbox import Outbox
from storage.readings import Readings
from storage.recollections import Recollections
from storage.repairing import Repairing
from storage.retention import Retaining
from storage.reviewing import Reviewing
from storage.rounds import Rounds
from storage.seals import Seals
from storage.search import Search
from storage.snapshots import Snapshots
from storage.spans import Spans
from storage.standings import Standings
from storage.tallies import Tallies
from storage.telling import Telling
from storage.verifying import Verifying
from storage.visits import Visits
from storage.wellbeing import Wellbeing

__all__ = [
    "Copy",
    "LeaseLost",
    "Pass",
    "Store",
    "StoreError",
    "Tenure",
    "holder_name",
    "schema_status",
    "upgrade",
]


class Store(
    Keeping,
    Visits,
    Recollections,
    Snapshots,
    Chains,
    Standings,
    Agenda,
    Imports,
    Tallies,
    Links,
    Findings,
    Reviewing,
    Memory,
    Leases,
    Rounds,
    Crew,
    Outbox,
    Search,
    Telling,
    Spans,
    Judgements,
    Readings,
    Retaining,
    Wellbeing,
    Seals,
    Verifying,
    Repairing,
):
    """An open database; close it, or use it as a context manager.

    Any method raises StoreError when the database cannot do what is asked.
    """

    @classmethod
    def open(cls, url: str, *, create: bool = True) -> Self:
        """Open a database by its SQLAlchemy address or a SQLite file's path.

        An absent one is made with its folder and the newest schema if `create`. Raises StoreError if
        it is absent otherwise, is no database of ours, cannot be read and written, or has an older
        (`zonewatch db upgrade`) or newer schema.
        """
        address = parse_address(url)
        prepare_place(address, create=create)
        engine = connect(address)
        try:
            found = current(engine)
            refuse_newer(engine, found)
            refuse_older(engine, found)
            if found is None and not create:
                raise StoreError(f"{shown(address)}: is empty (zonewatch check fills it)")
            if found is None:
                bring_to_newest(engine)
        except BaseException:
            engine.dispose()
            raise
        return cls(engine)

    @property
    def address(self) -> str:
        """Where the store is, as a person should see it: a path, or an address without its password."""
        return shown(self._engine.url)

    def close(self) -> None:
        """Let go of the database; nothing is lost by not calling it."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

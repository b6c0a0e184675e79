"""Who works together on a database: workers that say that they live, and the lanes that they share.

Lanes reckon by the database's own clock, and without the pen that writers share: a lane is one row.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import Connection, delete, func, select, text, update
from sqlalchemy.exc import SQLAlchemyError

from storage.desk import Desk, upsert
from storage.engine import first_line, is_sqlite, shown
from storage.errors import StoreError
from storage.leases import NOBODY, PASS, Tenure, is_gone
from storage.memory_schema import Lease
from storage.migrate import NEWEST, version_in
from storage.round_schema import Worker

TOGETHER: Final = "workers"
"""The name under which all workers hold the lease over the sources, so that cron and daemon keep out."""
HOST: Final = "host "
"""How the names of leases over single hosts begin."""

POLL: Final = 0.2
"""Seconds after which a lane that another worker holds is asked for again."""

_TAKE = text(
    """
    INSERT INTO crossing AS lane (server, holder, until, ended)
    VALUES (:server, :holder, clock_timestamp() + :most * interval '1 second', to_timestamp(0))
    ON CONFLICT (server) DO UPDATE SET holder = excluded.holder, until = excluded.until
    WHERE (lane.holder = '' OR lane.until <= clock_timestamp())
    AND greatest(lane.ended, CASE WHEN lane.holder = '' THEN lane.ended ELSE lane.until END)
        + :pause * interval '1 second' <= clock_timestamp()
    RETURNING true
    """
)
_LEFT = text(
    """
    SELECT holder, extract(epoch FROM CASE WHEN holder = ''
        THEN ended + :pause * interval '1 second' ELSE until END - clock_timestamp())::float AS seconds
    FROM crossing WHERE server = :server
    """
)
_LEAVE = text(
    """
    UPDATE crossing SET holder = '', ended = CASE WHEN :heard THEN clock_timestamp() ELSE ended END
    WHERE server = :server AND holder = :holder
    """
)


@dataclass(frozen=True, slots=True)
class CrewMember:
    """A worker: on which machine, of which version, since when, when it was last heard; `busy` at hosts."""

    name: str
    machine: str
    version: str
    began: datetime
    seen: datetime
    busy: int = 0
    draining: bool = False


class Crew(Desk):
    """What workers tell each other."""

    @property
    def is_shared(self) -> bool:
        """Whether several machines can work on this database: SQLite is one machine's."""
        return not is_sqlite(self._engine.url)

    @property
    def server_address(self) -> str:
        """The database's address as PostgreSQL's own library takes it, password and all."""
        return self._engine.url.set(drivername="postgresql").render_as_string(hide_password=False)

    def refuse_moved_schema(self) -> None:
        """Raise StoreError if the schema was changed since this program opened the database."""
        found = version_in(self._engine)
        if found != NEWEST:
            raise StoreError(
                f"{shown(self._engine.url)}: was upgraded meanwhile (schema {found}, this program knows"
                f" {NEWEST}); what is in hand ends, install that version here, too"
            )

    def server_time(self) -> datetime:
        """Return the database's own hour, by which leases of several machines are reckoned."""
        with self._at_once() as connection:
            said: datetime = connection.execute(select(func.clock_timestamp())).scalar_one()
            return said.astimezone(UTC)

    def beat(self, member: CrewMember, tenures: Iterable[Tenure], expires: datetime) -> None:
        """Say that a worker lives, and hold its leases until `expires`, those still in its hands."""
        with self._at_once() as connection:
            for tenure in tenures:
                same = (Lease.name == tenure.name, Lease.holder == tenure.holder, Lease.token == tenure.token)
                connection.execute(update(Lease).where(*same).values(expires=expires))
        with self._write() as session:
            row = {name: getattr(member, name) for name in CrewMember.__dataclass_fields__}
            upsert(session, Worker, ("name",), row, once=("began",))

    def sign_off(self, name: str, now: datetime, grace: timedelta) -> None:
        """Strike a worker off; the last one gives up the lease that all of them hold.

        Those not heard of for `grace` are struck off, too.
        """
        with self._write() as session:
            session.execute(delete(Worker).where((Worker.name == name) | (Worker.seen < now - grace)))
            if not session.scalar(select(func.count()).select_from(Worker)):
                same = (Lease.name == PASS, Lease.holder == TOGETHER)
                session.execute(update(Lease).where(*same).values(holder=NOBODY, expires=now))

    def crew(self) -> tuple[CrewMember, ...]:
        """Return the workers that signed on and not off, the longest there first."""
        with self._read() as session:
            rows = session.scalars(select(Worker).order_by(Worker.began, Worker.name))
            return tuple(
                CrewMember(*(getattr(row, name) for name in CrewMember.__dataclass_fields__)) for row in rows
            )

    def hosts_at_work(self, now: datetime) -> dict[str, str]:
        """Return the hosts that a worker is at, and its name."""
        wish = select(Lease.name, Lease.holder).where(
            Lease.name.startswith(HOST), Lease.holder != NOBODY, Lease.expires > now
        )
        with self._read() as session:
            return {name.removeprefix(HOST): holder for name, holder in session.execute(wish)}

    def lane_take(self, server: str, holder: str, pause: float, most: float) -> float:
        """Take a server's lane for `most` seconds; 0 if it is taken, else the seconds to wait at least.

        It is free `pause` seconds after the last request ended. A holder that was killed on this very
        machine is taken to have ended just now, any other when its time is over.
        """
        words = {"server": server, "holder": holder, "pause": pause, "most": most}
        with self._at_once() as connection:
            if connection.execute(_TAKE, words).scalar():
                return 0.0
            found = connection.execute(_LEFT, {"server": server, "pause": pause}).one_or_none()
            if found is not None and found.holder and is_gone(found.holder):
                connection.execute(_LEAVE, {"server": server, "holder": found.holder, "heard": True})
                return pause
            left = 0.001 if found is None else max(float(found.seconds), 0.001)
            return min(left, POLL) if found is not None and found.holder else left

    def lane_leave(self, server: str, holder: str, *, heard: bool) -> None:
        """Leave a lane; `heard`: the server was asked, and wants its pause."""
        with self._at_once() as connection:
            connection.execute(_LEAVE, {"server": server, "holder": holder, "heard": heard})

    @contextmanager
    def _at_once(self) -> Iterator[Connection]:
        """Open a connection each of whose statements stands for itself."""
        try:
            with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                yield connection
        except SQLAlchemyError as error:
            raise StoreError(f"{shown(self._engine.url)}: {first_line(error)}") from error

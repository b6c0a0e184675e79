"""Small things remembered: robots.txt, lanes, probes, the log of passes, settings."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from monitor.model import Probe
from scraper.rests import Rest
from storage import memory_schema as schema
from storage.desk import Desk, upsert
from storage.errors import StoreError
from storage.names import fingerprint

LAST_REPORT: Final = "last_report"


@dataclass(frozen=True, slots=True)
class Pass:
    """One pass; `finished` is None while it runs, and for ever if it was killed.

    `outcomes` counts its visits by what they came to.
    """

    id: int
    started: datetime
    finished: datetime | None
    checked: int
    own_outage: bool
    outcomes: Mapping[str, int]


def put_probe(session: Session, probe: Probe | None) -> None:
    """Remember how a site answered for a page that cannot exist; the newest answer counts."""
    if probe is not None:
        row = {
            "digest": fingerprint(probe.directory),
            "directory": probe.directory,
            "at": probe.at,
            "url": probe.url,
            "final_url": probe.final_url,
            "status": probe.status,
            "text": probe.text,
            "canonical": probe.canonical,
        }
        upsert(session, schema.Probe, ("digest",), row)


class Memory(Desk):
    """What a pass remembers of sites and of itself."""

    def probe(self, directory: str) -> Probe | None:
        """Return the last answer for a page that cannot exist in a directory, None if none was kept."""
        with self._read() as session:
            row = session.get(schema.Probe, fingerprint(directory))
            return (
                None
                if row is None
                else Probe(row.directory, row.at, row.url, row.final_url, row.status, row.text, row.canonical)
            )

    def robots_get(self, origin: str) -> tuple[datetime, int | None, str] | None:
        """Return when an origin's robots.txt was fetched, its status and its text; safe from any thread."""
        with self._read() as session:
            row = session.get(schema.Robots, fingerprint(origin))
            return None if row is None else (row.fetched, row.status, row.text)

    def robots_put(self, origin: str, fetched: datetime, status: int | None, text: str) -> None:
        """Remember an origin's robots.txt; safe from any thread."""
        key = fingerprint(origin)
        row = {"digest": key, "origin": origin, "fetched": fetched, "status": status, "text": text}
        with self._write() as session:
            upsert(session, schema.Robots, ("digest",), row)

    def rests(self) -> dict[str, Rest]:
        """Return the origins that asked to be left alone and gave no other answer since, soonest first."""
        wish = select(schema.Lane).order_by(schema.Lane.not_before)
        with self._read() as session:
            return {row.origin: _rest(row) for row in session.scalars(wish)}

    def lane_get(self, origin: str) -> Rest | None:
        """Return until when an origin is or was to be left alone, None if it never asked for it."""
        with self._read() as session:
            row = session.get(schema.Lane, fingerprint(origin))
            return None if row is None else _rest(row)

    def lane_put(self, origin: str, rest: Rest | None) -> None:
        """Remember until when an origin is to be left alone; None forgets it. Safe from any thread."""
        key = fingerprint(origin)
        with self._write() as session:
            if rest is None:
                session.execute(delete(schema.Lane).where(schema.Lane.digest == key))
            else:
                row = {
                    "digest": key,
                    "origin": origin,
                    "not_before": rest.until,
                    "strikes": rest.strikes,
                    "because": rest.because,
                }
                upsert(session, schema.Lane, ("digest",), row)

    def begin_pass(self, started: datetime) -> int:
        """Put down that a pass began; return its number, for `end_pass`."""
        row = schema.Pass(started=started, finished=None, checked=0, own_outage=False, outcomes={})
        with self._write() as session:
            session.add(row)
            session.flush()
            return row.id

    def end_pass(
        self, number: int, *, finished: datetime, checked: int, own_outage: bool, outcomes: Mapping[str, int]
    ) -> None:
        """Put down how a pass ended; raises StoreError if it never began."""
        with self._write() as session:
            row = session.get(schema.Pass, number)
            if row is None:
                raise StoreError(f"there is no pass {number}")
            row.finished, row.checked, row.own_outage, row.outcomes = (
                finished,
                checked,
                own_outage,
                dict(outcomes),
            )

    def passes(self, limit: int | None = None) -> tuple[Pass, ...]:
        """Return the passes, the newest first."""
        wish = select(schema.Pass).order_by(schema.Pass.id.desc()).limit(limit)
        with self._read() as session:
            return tuple(_pass(row) for row in session.scalars(wish))

    def meta_get(self, key: str) -> str | None:
        """Return a small setting, None if it was never put."""
        with self._read() as session:
            row = session.get(schema.Setting, key)
            return None if row is None else row.value

    def meta_put(self, key: str, value: str) -> None:
        """Remember a small setting under a name of at most a few hundred characters."""
        with self._write() as session:
            upsert(session, schema.Setting, ("key",), {"key": key, "value": value})

    def last_report(self) -> datetime | None:
        """Return when a report was last sent, None if never."""
        said = self.meta_get(LAST_REPORT)
        return None if said is None else datetime.fromisoformat(said)

    def report_sent(self, at: datetime) -> None:
        """Remember when a report was sent."""
        self.meta_put(LAST_REPORT, at.isoformat())


def _rest(row: schema.Lane) -> Rest:
    return Rest(row.not_before, row.strikes, row.because)


def _pass(row: schema.Pass) -> Pass:
    return Pass(row.id, row.started, row.finished, row.checked, row.own_outage, row.outcomes)

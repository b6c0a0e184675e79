"""Rounds: a pass that several workers share, host by host; what each saw, for the one who ends it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from monitor.model import Finding, Role
from scraper.model import Fetch
from storage import memory_schema, schema
from storage.agenda import Due
from storage.desk import Desk, portions, upsert
from storage.findings import findings_in
from storage.leases import Tenure, check_lease
from storage.round_schema import Asked, Held, Round, Silence, Turn


@dataclass(frozen=True, slots=True)
class Shared:
    """A round as it was opened; `before` is the number of the last visit before it."""

    id: int
    pass_id: int
    began: datetime
    before: int
    dossiers: tuple[str, ...]
    lists: tuple[str, ...]
    put_off: Mapping[str, datetime] = field(default_factory=dict)
    behind: Mapping[str, datetime] = field(default_factory=dict)
    faults: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HostTurn:
    """A host's turn: the sources to look at there; `attempts` counts those who took it on before."""

    host: str
    sources: tuple[str, ...]
    attempts: int


@dataclass(frozen=True, slots=True)
class HeldAt:
    """A course that goes on when all hosts were asked: where it held, and the silence that it met."""

    source: str
    at: str
    silence: Fetch | None = None


@dataclass(frozen=True, slots=True)
class AskedHost:
    """A host that was asked: the address at which it answered, the registered domain that was resolved."""

    host: str
    answered: str | None
    resolved: str | None


@dataclass(frozen=True, slots=True)
class TurnReport:
    """What a turn leaves for the end of the round."""

    asked: tuple[AskedHost, ...] = ()
    held: tuple[HeldAt, ...] = ()
    put_off: Mapping[str, datetime] = field(default_factory=dict)
    behind: Mapping[str, datetime] = field(default_factory=dict)
    faults: tuple[str, ...] = ()


class Rounds(Desk):
    """What workers know of each other's work."""

    def begin_round(
        self,
        now: datetime,
        *,
        dossiers: Sequence[str],
        lists: Sequence[str],
        turns: Mapping[str, Sequence[str]],
        report: TurnReport,
        lease: Tenure,
    ) -> Shared | None:
        """Open a round, its turns with it; None where one is open. `report` says what still waits.

        Raises LeaseLost if the lease is in other hands by now.
        """
        with self._write() as session:
            check_lease(session, lease)
            if session.scalar(select(Round.id).where(Round.finished.is_(None))) is not None:
                return None
            row = memory_schema.Pass(started=now, finished=None, checked=0, own_outage=False, outcomes={})
            session.add(row)
            session.flush()
            opened = Round(
                pass_id=row.id,
                began=now,
                finished=None,
                before=session.scalar(select(func.max(schema.Visit.id))) or 0,
                dossiers=tuple(dossiers),
                lists=tuple(lists),
                put_off=dict(report.put_off),
                behind=dict(report.behind),
                faults=(),
            )
            session.add(opened)
            session.flush()
            session.add_all(
                Turn(round_id=opened.id, host=host, sources=tuple(sources), attempts=0, done=False)
                for host, sources in turns.items()
            )
            return _shared(opened)

    def open_round(self) -> Shared | None:
        """Return the round that is open, None if there is none."""
        with self._read() as session:
            row = session.scalar(select(Round).where(Round.finished.is_(None)).limit(1))
            return None if row is None else _shared(row)

    def last_round(self) -> Shared | None:
        """Return the round that was opened last, over or not."""
        with self._read() as session:
            row = session.scalar(select(Round).order_by(Round.id.desc()).limit(1))
            return None if row is None else _shared(row)

    def turns_left(self, round_: int) -> tuple[HostTurn, ...]:
        """Return the turns of a round that are not done."""
        wish = select(Turn).where(Turn.round_id == round_, Turn.done.is_(False)).order_by(Turn.host)
        with self._read() as session:
            return tuple(HostTurn(row.host, row.sources, row.attempts) for row in session.scalars(wish))

    def take_turn(self, round_: int, host: str, lease: Tenure) -> HostTurn | None:
        """Count one more attempt at a turn and return it as it was before; None if it is done."""
        with self._write() as session:
            check_lease(session, lease)
            row = session.get(Turn, (round_, host))
            if row is None or row.done:
                return None
            taken = HostTurn(row.host, row.sources, row.attempts)
            row.attempts += 1
            return taken

    def end_turn(self, round_: int, host: str, report: TurnReport, lease: Tenure, *, done: bool) -> bool:
        """Keep what a turn saw, `done` or broken off; tell whether it was the last of its round."""
        with self._write() as session:
            check_lease(session, lease)
            _report(session, round_, report)
            turn = session.get_one(Turn, (round_, host))
            turn.done = done
            session.flush()
            left = select(func.count()).where(Turn.round_id == round_, Turn.done.is_(False))
            return done and not session.scalar(left)

    def seen_in_round(self, shared: Shared, sources: Sequence[str]) -> Due:
        """Return those of these sources that were visited in a round: when each is due, and its state."""
        found = Due()
        standing, name, visit = schema.Standing, schema.SourceName, schema.Visit
        seen = select(visit.source_id).where(visit.id > shared.before, visit.role != Role.PROBE)
        wish = select(name.name, standing.next_due, standing.state).join(
            standing, standing.source_id == name.id
        )
        with self._read() as session:
            for some in portions(sources):
                rows = session.execute(wish.where(name.name.in_(some), name.id.in_(seen)))
                found |= {row.name: (row.next_due, row.state) for row in rows}
        return found

    def held_in(self, round_: int) -> tuple[HeldAt, ...]:
        """Return the courses of a round that go on at its end, in the order of their sources."""
        wish = select(Held).where(Held.round_id == round_).order_by(Held.source)
        with self._read() as session:
            return tuple(HeldAt(row.source, row.at, _fetch(row.silence)) for row in session.scalars(wish))

    def asked_in(self, round_: int) -> tuple[AskedHost, ...]:
        """Return the hosts that were asked in a round."""
        wish = select(Asked).where(Asked.round_id == round_).order_by(Asked.host)
        with self._read() as session:
            return tuple(AskedHost(row.host, row.answered, row.resolved) for row in session.scalars(wish))

    def outcomes_since(self, before: int) -> dict[str, int]:
        """Count the visits after a number by what they came to, probes left out."""
        visit, common = schema.Visit, schema.Circumstance
        wish = (
            select(common.outcome, func.count())
            .join(visit, visit.circumstance_id == common.id)
            .where(visit.id > before, common.role != Role.PROBE)
            .group_by(common.outcome)
        )
        with self._read() as session:
            return {kind.value: count for kind, count in session.execute(wish)}

    def findings_since(self, before: int) -> tuple[Finding, ...]:
        """Return the findings that visits after a number raised, in the order of their coming."""
        with self._read() as session:
            return findings_in(session, schema.Finding.visit_id > before)

    def end_round(self, shared: Shared, now: datetime, report: TurnReport, lease: Tenure) -> None:
        """Close a round; what still waits and what failed is kept with it."""
        with self._write() as session:
            check_lease(session, lease)
            _report(session, shared.id, report)
            session.execute(update(Round).where(Round.id == shared.id).values(finished=now))


def _report(session: Session, round_: int, report: TurnReport) -> None:
    for host in report.asked:
        before = session.get(Asked, (round_, host.host))
        row = {
            "round_id": round_,
            "host": host.host,
            "answered": host.answered or (before and before.answered),
            "resolved": host.resolved or (before and before.resolved),
        }
        upsert(session, Asked, ("round_id", "host"), row)
    for held in report.held:
        silence = held.silence and Silence(*(getattr(held.silence, name) for name in _OF_SILENCE))
        place = {"round_id": round_, "source": held.source, "at": held.at, "silence": silence}
        upsert(session, Held, ("round_id", "source"), place)
    opened = session.get_one(Round, round_)
    opened.put_off = {**opened.put_off, **report.put_off}
    opened.behind = {**opened.behind, **report.behind}
    opened.faults = (*opened.faults, *report.faults)


_OF_SILENCE = tuple(field.name for field in fields(Silence))


def _fetch(silence: Silence | None) -> Fetch | None:
    return (
        None
        if silence is None
        else Fetch(
            silence.requested,
            silence.started,
            silence.seconds,
            trouble=silence.trouble,
            detail=silence.detail,
        )
    )


def _shared(row: Round) -> Shared:
    return Shared(
        row.id,
        row.pass_id,
        row.began,
        row.before,
        row.dossiers,
        row.lists,
        row.put_off,
        row.behind,
        row.faults,
    )

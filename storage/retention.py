"""Retention: bodies that nothing rests on any more go; what was seen, and the proof of it, stays.

Of a pruned body its row stays, with its sha256 and its size, and a mark that says when it went: every visit
keeps its digest, its hops and its reading, and the chain can be reckoned as before. A reading that leant on
the page stands alone from then on.
"""

import sqlite3
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, TypeAlias

from sqlalchemy import CompoundSelect, Select, Subquery, func, or_, select, union, union_all
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from scraper.model import GOOD_KINDS
from storage import schema
from storage.desk import Desk
from storage.dictionaries import Renewed, rebase, renew
from storage.engine import first_line, shown
from storage.errors import StoreError
from storage.link_schema import LinkTransition
from storage.proof_schema import PRUNED, Gone
from storage.snapshots import leaning_frame, open_reading

CHUNK: Final = 100
"""Bodies that one transaction takes away."""
Uses: TypeAlias = Select[*tuple[Any, ...]] | CompoundSelect[Any]


@dataclass(frozen=True, slots=True)
class Retention:
    """What stays: visits begun at `since` or later, and the newest `visits` of each source.

    None is no such rule; what one of both keeps is kept. `claimed` are visits that must
    stay for another reason.
    """

    since: datetime | None = None
    visits: int | None = None
    claimed: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Prunable:
    """What can go: bodies by their rows, of visits from `first` to `last`.

    `needed` says why others stay that are old enough: the reason, and how many bodies it keeps.
    """

    bodies: tuple[int, ...]
    first: datetime | None = None
    last: datetime | None = None
    needed: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Freed:
    """What went, or would: `bytes` of the database, `size` bytes of bodies as received.

    `damaged` bodies stay, because a reading that leans on them cannot be read.
    """

    bodies: int = 0
    bytes: int = 0
    size: int = 0
    damaged: int = 0

    def __add__(self, other: "Freed") -> "Freed":
        return Freed(
            self.bodies + other.bodies,
            self.bytes + other.bytes,
            self.size + other.size,
            self.damaged + other.damaged,
        )


class Retaining(Desk):
    """The way out for good."""

    def prunable(self, rule: Retention) -> Prunable:
        """Return which bodies a rule lets go."""
        with self._read() as session:
            old = _only_old(rule)
            reasons = {why: _used(wish) for why, wish in _reasons(rule).items()}
            needed = union(*reasons.values())
            free = old.where(schema.Body.id.not_in(needed))
            bodies = tuple(session.scalars(free.order_by(schema.Body.id)))
            kept = {
                why: _count(session, old.where(schema.Body.id.in_(wish))) for why, wish in reasons.items()
            }
            uses = _uses()
            span = select(func.min(uses.c.at), func.max(uses.c.at)).where(uses.c.body.in_(free))
            first, last = session.execute(span).one()
        return Prunable(bodies, first, last, {why: many for why, many in kept.items() if many})

    def forecast(self, bodies: Sequence[int]) -> Freed:
        """Return what would be freed by pruning these bodies, and change nothing."""
        with self._read() as session:
            return _pruned(session, bodies)

    def prune(self, bodies: Sequence[int], now: datetime) -> Freed:
        """Take bodies away, all of them or none; call it with some at a time (`CHUNK`)."""
        with self._write() as session:
            return _pruned(session, bodies, now)

    def renew_dictionaries(self) -> Renewed:
        """Give sites whose pages have changed a newer dictionary, and drop those that nothing leans on."""
        with self._write() as session:
            return renew(session)

    def how_large(self) -> int:
        """Return the bytes that the database takes on disk."""
        with self._read() as session:
            if session.get_bind().dialect.name != "sqlite":
                return int(session.scalar(select(func.pg_database_size(func.current_database()))) or 0)
            pages, page = (
                session.connection().exec_driver_sql(f"PRAGMA {name}").scalar_one()
                for name in ("page_count", "page_size")
            )
            return int(pages * page)

    def has_free_room(self) -> bool:
        """Tell whether a SQLite file holds pages that nothing uses: an earlier `shrink` had no room."""
        with self._read() as session:
            if session.get_bind().dialect.name != "sqlite":
                return False
            return bool(session.connection().exec_driver_sql("PRAGMA freelist_count").scalar())

    def shrink(self) -> None:
        """Give the room that became free back: to the disk (SQLite), to what comes next (PostgreSQL).

        SQLite writes the database anew for that, and needs the room for it. Raises StoreError if it cannot.
        """
        try:
            with self._engine.connect() as connection:
                driver: Any = connection.connection.driver_connection
                if self._engine.dialect.name == "sqlite":
                    driver.execute("VACUUM")
                    driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
                else:
                    driver.autocommit = True
                    driver.execute("VACUUM")
                    driver.autocommit = False
        except (sqlite3.Error, DBAPIError) as error:
            raise StoreError(f"{shown(self._engine.url)}: not made smaller ({first_line(error)})") from error


def _uses() -> Subquery:
    """Select every use of a body by a visit."""
    visit = schema.Visit
    columns = (visit.id.label("visit"), visit.source_id.label("source"), visit.at.label("at"))
    direct = select(visit.body_id.label("body"), *columns).where(visit.body_id.is_not(None))
    inflated = select(visit.content_id.label("body"), *columns).where(visit.content_id.is_not(None))
    return union_all(direct, inflated).subquery()


def _only_old(rule: Retention) -> Select[int]:
    """Select the bodies that are here and whose visits are all too old for the rule."""
    visit, body, uses = schema.Visit, schema.Body, _uses()
    young: list[Any] = []
    if rule.since is not None:
        young.append(uses.c.at >= rule.since)
    if rule.visits is not None:
        order = (visit.at.desc(), visit.id.desc())
        rank = func.row_number().over(partition_by=visit.source_id, order_by=order)
        ranked = select(visit.id.label("visit"), rank.label("rank")).subquery()
        young.append(uses.c.visit.in_(select(ranked.c.visit).where(ranked.c.rank <= rule.visits)))
    if not young:
        raise ValueError("a rule keeps something by age or by count")
    return select(body.id).where(
        func.length(body.data) > 0,
        body.id.not_in(select(uses.c.body).where(or_(*young))),
    )


def _reasons(rule: Retention) -> dict[str, Uses]:
    """Select the visits whose bodies stay whatever their age, by reason."""
    visit, snapshot = schema.Visit, schema.Snapshot
    good = select(func.max(visit.id)).where(visit.outcome.in_(tuple(GOOD_KINDS)), visit.body_id.is_not(None))
    standing = select(snapshot.visit_id).join(schema.Standing, schema.Standing.snapshot_id == snapshot.id)
    newest = select(visit.id).join(schema.Body, visit.body_id == schema.Body.id)
    newest = newest.join(schema.Standing, schema.Standing.body == schema.Body.digest)
    return {
        "findings": union(select(schema.Finding.visit_id), select(schema.Evidence.visit_id)),
        "claims": select(visit.id).where(visit.id.in_(rule.claimed)),
        "good states": union(good.group_by(visit.source_id), standing, newest),
        "links": select(LinkTransition.visit_id).where(LinkTransition.visit_id.is_not(None)),
        "followed sources": select(schema.Followed.visit_id),
    }


def _used(visits: Uses) -> Select[int]:
    """Select the bodies that visits use."""
    uses = _uses()
    return select(uses.c.body).where(uses.c.visit.in_(visits))


def _count(session: Session, wish: Select[int]) -> int:
    return session.scalar(select(func.count()).select_from(wish.subquery())) or 0


def _pruned(session: Session, bodies: Sequence[int], now: datetime | None = None) -> Freed:
    """Count what bodies take; with `now`, take them away."""
    leaning = _leaning(session, bodies)
    freed = Freed(bytes=-rebase(session, bodies, do_it=now is not None))
    for number in sorted(bodies, reverse=True):  # what leans on another came after it
        row = session.get_one(schema.Body, number)
        try:
            alone = [(kept, leaning_frame(open_reading(session, kept), b"")) for kept in leaning[number]]
        except StoreError:
            freed += Freed(damaged=1)
            continue
        grown = sum(len(frame) - len(kept.reading) for kept, (frame, _, _) in alone)
        freed += Freed(1, len(row.data) - grown, row.size)
        if now is not None:
            for kept, frame in alone:
                kept.reading, kept.leaning, kept.shape = frame
            row.data, row.dictionary_id, row.base_id = b"", None, None
            session.add(Gone(kind="body", number=number, at=now, why=PRUNED, data=None))
    return freed


def _leaning(session: Session, bodies: Sequence[int]) -> dict[int, list[schema.Snapshot]]:
    """Return the snapshots whose readings lean on bodies, by body."""
    visit, snapshot = schema.Visit, schema.Snapshot
    wish = select(snapshot, visit.body_id, visit.content_id).join(visit, snapshot.visit_id == visit.id)
    wish = wish.where(snapshot.leaning, visit.body_id.in_(bodies) | visit.content_id.in_(bodies))
    found: dict[int, list[schema.Snapshot]] = defaultdict(list)
    for kept, *leant_on in session.execute(wish).unique():
        for body in {*leant_on} & {*bodies}:
            found[body or 0].append(kept)
    return found

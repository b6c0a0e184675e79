"""The outbox: what is to be told, kept with the findings that it tells, so that nothing is lost.

A route's messages are written in the transaction that remembers up to which finding it was served;
whatever is killed, each finding gets into one message of a route. A message is *claimed* before it is
given to a channel and marked afterwards. A process killed between the two leaves it claimed; nobody
can know then whether it went out, and it is sent once more with the same token, because a message
told twice is the smaller harm.
"""

import secrets
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final, TypeAlias

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

from monitor.messages import Message, MessageState, Text
from monitor.model import Finding, ReviewState
from storage import outbox_schema as schema
from storage.desk import Desk
from storage.findings import findings_in
from storage.leases import is_alive, is_gone
from storage.schema import Finding as FindingRow

Compose: TypeAlias = Callable[[tuple[Finding, ...]], Iterable[Text]]

UNDONE: Final = (MessageState.WAITING, MessageState.SENDING)
ABANDONED: Final = timedelta(minutes=15)
"""after this a claim counts as given up whose holder runs on another machine; no attempt lasts so long"""


class Outbox(Desk):
    """What waits to be told, and what was."""

    def begin_route(self, route: str, first: int | None = None, *, digest_at: datetime | None = None) -> None:
        """Have a route begin with the finding `first` (None: with those still to be raised), if it is new.

        What was raised before a route was set up is known to whoever set it up. `digest_at` is the
        hour up to which its digests count as made.
        """
        with self._write() as session:
            if session.get(schema.Route, route) is None:
                last = session.scalar(select(func.max(FindingRow.id))) or 0
                begins = last if first is None else first - 1
                session.add(schema.Route(name=route, told_to=begins, digest_at=digest_at))

    def last_digest(self, route: str) -> datetime | None:
        """Return the hour up to which a route's digests were made, None for none."""
        with self._read() as session:
            row = session.get(schema.Route, route)
            return row.digest_at if row else None

    def queue(
        self, route: str, compose: Compose, *, now: datetime, digest_at: datetime | None = None
    ) -> tuple[Message, ...]:
        """Write what is new for a route since it was last served; return the messages.

        `compose` makes messages of the open findings that were not looked at before, in their order;
        what it leaves out is not offered again. `digest_at` is remembered as the route's last digest.
        """
        with self._write() as session:
            row = session.get_one(schema.Route, route)
            raised = findings_in(session, FindingRow.id > row.told_to)
            waiting = tuple(finding for finding in raised if finding.state is ReviewState.OPEN)
            row.told_to = max((finding.id for finding in raised), default=row.told_to)
            row.digest_at = digest_at or row.digest_at
            return _put(session, route, compose(waiting) if waiting else (), now)

    def queue_open(self, route: str, compose: Compose, *, now: datetime) -> tuple[Message, ...]:
        """Write every open finding that no message of a route tells, whenever it was raised."""
        with self._write() as session:
            asked = select(schema.Message.findings).where(schema.Message.route == route)
            told = {number for numbers in session.scalars(asked) for number in numbers}
            waiting = findings_in(session, FindingRow.state == ReviewState.OPEN)
            missed = tuple(finding for finding in waiting if finding.id not in told)
            return _put(session, route, compose(missed) if missed else (), now)

    def claim(
        self, route: str, holder: str, now: datetime, *, early: bool = False, but: Collection[int] = ()
    ) -> Message | None:
        """Take the oldest message of a route whose time has come, to send it; None if there is none.

        `early` takes those too that wait for a later try, `but` leaves messages out. A message that
        another process claimed and left behind is taken over.
        """
        message = schema.Message
        asked = select(message).where(message.route == route, message.state.in_(UNDONE))
        with self._write() as session:
            rows = session.scalars(asked.where(message.id.not_in(but)).order_by(message.id))
            row = next((row for row in rows if _is_free(row, now, early)), None)
            if row is None:
                return None
            row.state, row.holder, row.claimed = MessageState.SENDING, holder, now
            row.attempts += 1
            return _message(row)

    def sent(self, number: int, now: datetime) -> None:
        """Mark a message as sent."""
        self._mark(number, state=MessageState.SENT, sent=now, error=None)

    def put_back(self, number: int, next_try: datetime, error: str) -> None:
        """Put a message back to be tried again."""
        self._mark(number, state=MessageState.WAITING, next_try=next_try, error=error)

    def give_up(self, number: int, error: str) -> None:
        """Mark a message as failed for good, unless a person says otherwise."""
        self._mark(number, state=MessageState.FAILED, error=error)

    def retry(self, now: datetime) -> int:
        """Have everything that failed or waits tried at once; return how many."""
        wanted = schema.Message.state.in_((MessageState.FAILED, MessageState.WAITING))
        fresh = {"state": MessageState.WAITING, "next_try": now, "attempts": 0}
        return self._change((wanted,), fresh)

    def drop(self, route: str) -> int:
        """Give up what a route has not sent; return how many."""
        wanted = (schema.Message.route == route, schema.Message.state.in_((*UNDONE, MessageState.FAILED)))
        return self._change(wanted, {"state": MessageState.DROPPED})

    def messages(self, *states: MessageState, limit: int | None = None) -> tuple[Message, ...]:
        """Return the messages in these states (none: in any), the newest first."""
        asked = select(schema.Message).order_by(schema.Message.id.desc()).limit(limit)
        if states:
            asked = asked.where(schema.Message.state.in_(states))
        with self._read() as session:
            return tuple(map(_message, session.scalars(asked)))

    def messages_by_state(self) -> Mapping[tuple[str, MessageState], int]:
        """Count the messages by route and state."""
        message = schema.Message
        asked = select(message.route, message.state, func.count()).group_by(message.route, message.state)
        with self._read() as session:
            return {(route, state): count for route, state, count in session.execute(asked)}

    def next_message(self, routes: Collection[str]) -> datetime | None:
        """Return when the next message of these routes may be tried, None if none waits."""
        waits = (schema.Message.state == MessageState.WAITING, schema.Message.route.in_(routes))
        with self._read() as session:
            return session.scalar(select(func.min(schema.Message.next_try)).where(*waits))

    def _mark(self, number: int, **fresh: object) -> None:
        self._change((schema.Message.id == number,), fresh | {"holder": None, "claimed": None})

    def _change(self, where: Iterable[ColumnElement[bool]], fresh: Mapping[str, object]) -> int:
        with self._write() as session:
            changed = session.execute(
                update(schema.Message).where(*where).values(dict(fresh)).returning(schema.Message.id)
            )
            return len(changed.all())


def _put(session: Session, route: str, texts: Iterable[Text], now: datetime) -> tuple[Message, ...]:
    rows = [
        schema.Message(
            route=route,
            token=secrets.token_hex(16),
            title=text.title,
            body=text.body,
            findings=text.findings,
            created=now,
            state=MessageState.WAITING,
            attempts=0,
            next_try=now,
        )
        for text in texts
    ]
    session.add_all(rows)
    session.flush()
    return tuple(map(_message, rows))


def _is_free(row: schema.Message, now: datetime, early: bool) -> bool:
    if row.state is MessageState.WAITING:
        return early or row.next_try <= now
    left = row.holder is None or row.claimed is None or is_gone(row.holder)
    return left or (not is_alive(row.holder or "") and now - (row.claimed or now) >= ABANDONED)


def _message(row: schema.Message) -> Message:
    return Message(
        id=row.id,
        route=row.route,
        token=row.token,
        text=Text(row.title, row.body, row.findings),
        created=row.created,
        state=row.state,
        attempts=row.attempts,
        next_try=row.next_try,
        sent=row.sent,
        error=row.error,
    )

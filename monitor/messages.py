"""What is told to people outside, as values: the text of a message, and how far it has come."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Text:
    """One message in words: a title of one line, a body, and the numbers of the findings that it tells."""

    title: str
    body: str
    findings: tuple[int, ...] = ()


class MessageState(StrEnum):
    """How far a message has come."""

    WAITING = "waiting"
    SENDING = "sending"
    """given to a channel; for ever, if the process was killed before it knew what came of it"""
    SENT = "sent"
    FAILED = "failed"
    """given up after days of trying; a person may have it tried again"""
    DROPPED = "dropped"
    """a person gave it up"""


@dataclass(frozen=True, slots=True)
class Message:
    """A message of the outbox, the 12 of M12.

    `token` is the same at every attempt and no other message's, so that a receiver may know a repeat.
    `attempts` counts the tries, the running one included; `next_try` is the earliest hour of the next;
    `error` is what the last one ran into, without secrets.
    """

    id: int
    route: str
    token: str
    text: Text
    created: datetime
    state: MessageState
    attempts: int
    next_try: datetime
    sent: datetime | None = None
    error: str | None = None

    @property
    def label(self) -> str:
        """The message's id, `M12`."""
        return f"M{self.id}"

"""The outbox and its channels: down for a while and up again, each message once; killed, at least once."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from pathlib import Path

import pytest
from postbox import Mailbox, Webhook
from store.samples import NOW, draft, record

from monitor.messages import Message, MessageState
from monitor.model import FindingKind, Severity
from scheduler.channels import MAIL_HEADER, WEB_HEADER, Service
from scheduler.clock import fixed
from scheduler.outbox import (
    IN_A_ROW,
    MOST_TRIES,
    Attempt,
    Channel,
    Line,
    NotSent,
    deliver,
    next_wake,
    pause_after,
    queue,
)
from scheduler.routes import Hours, Route
from storage.store import Store
from tests.ready import new_store

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with new_store(tmp_path / "zonewatch.db") as opened:
        yield opened


@dataclass
class Chat:
    """A channel in the tests' hands: it takes messages, or refuses those of which `bad` is a part."""

    took: list[Message] = field(default_factory=list)
    limit: int = 30_000
    bad: str | None = None
    asked: int = 0

    def send(self, message: Message) -> None:
        self.asked += 1
        if self.bad is not None and self.bad in message.text.body:
            raise NotSent("nobody answers")
        self.took.append(message)

    def titles(self) -> list[str]:
        return [message.text.title for message in self.took]


def line(chat: Chat, name: str = "chat", **more: object) -> Line:
    return Line(Route(name, **more), lambda: chat)  # type: ignore[arg-type]


def raise_finding(store: Store, key: str, **more: object) -> int:
    kept = store.keep(record(drafts=(draft(key, title=f"title of {key}", zone=None, **more),)), now=NOW)
    return kept.findings[0].id


def sent(store: Store, lines: list[Line], now: datetime = NOW) -> list[Attempt]:
    assert queue(store, lines, now) == ()
    return [*deliver(store, lines, fixed(now))]


def tried(store: Store, lines: list[Line], end: datetime) -> Iterator[tuple[Attempt, datetime]]:
    """Wake when there is something to do, as the daemon does, and a minute before, when there is not."""
    now: datetime | None = NOW
    while now is not None and now < end:
        (attempt,) = sent(store, lines, now)
        yield attempt, now
        now = next_wake(store, lines, now)
        if now is not None:
            assert sent(store, lines, now - MINUTE / 2) == []


def test_what_is_raised_is_sent_once(store: Store) -> None:
    chat = Chat()
    lines = [line(chat)]
    queue(store, lines, NOW)
    number = raise_finding(store, "a")
    (attempt,) = sent(store, lines)
    assert (attempt.error, attempt.message and attempt.message.text.findings) == (None, (number,))
    assert "title of a" in chat.took[0].text.body
    assert sent(store, lines) == []
    assert chat.asked == 1


def test_a_pass_that_raises_nothing_opens_no_channel(store: Store) -> None:
    def forbidden() -> Channel:
        raise AssertionError("a channel was opened for nothing")

    lines = [Line(Route("chat"), forbidden)]
    assert sent(store, lines) == []
    raise_finding(store, "a", kind=FindingKind.MOVED)
    quiet = [Line(Route("chat", kinds=frozenset({FindingKind.NEW_ZONE})), forbidden)]
    assert sent(store, quiet) == []


def test_a_new_route_begins_with_the_pass_that_has_just_run(store: Store) -> None:
    chat = Chat()
    raise_finding(store, "before")
    first = raise_finding(store, "in this pass")
    assert queue(store, [line(chat)], NOW, first) == ()
    assert [one.message.text.findings for one in deliver(store, [line(chat)], fixed(NOW)) if one.message] == [
        (first,)
    ]


def test_routes_get_what_they_ask_for(store: Store) -> None:
    heavy, all_of_it = Chat(), Chat()
    lines = [
        line(heavy, "heavy", severities=frozenset({Severity.HIGH})),
        line(all_of_it, "all", language="zh"),
    ]
    queue(store, lines, NOW)
    raise_finding(store, "a", severity=Severity.LOW)
    raise_finding(store, "b", severity=Severity.HIGH)
    sent(store, lines)
    assert [message.text.findings for message in heavy.took] == [(2,)]
    assert [message.text.findings for message in all_of_it.took] == [(1, 2)]
    assert all_of_it.titles() == ["zonewatch：新试验区 2"]


def test_a_message_that_was_refused_is_tried_again_later_and_later(store: Store) -> None:
    chat = Chat(bad="")
    lines = [line(chat)]
    queue(store, lines, NOW)
    raise_finding(store, "a")
    tries = []
    for _, now in tried(store, lines, NOW + DAY):
        tries.append((now - NOW) / MINUTE)
    assert tries == [0, 1, 6, 21, 51, 111, 231, 471, 831, 1191]
    chat.bad = None
    (attempt,) = sent(store, lines, NOW + 2 * DAY)
    assert attempt.error is None and len(chat.took) == 1


def test_a_message_is_given_up_after_more_than_five_days_and_only_a_person_takes_it_up(store: Store) -> None:
    chat = Chat(bad="")
    lines = [line(chat)]
    queue(store, lines, NOW)
    raise_finding(store, "a")
    *before, (last, now) = tried(store, lines, NOW + 30 * DAY)
    assert [attempt.final for attempt, _ in before] == [False] * len(before)
    assert last.final and now > NOW + 5 * DAY
    assert chat.asked == MOST_TRIES
    assert sent(store, lines, NOW + 60 * DAY) == []
    (failed,) = store.messages(MessageState.FAILED)
    assert failed.error == "nobody answers"
    chat.bad = None
    store.retry(NOW + 60 * DAY)
    assert len(sent(store, lines, NOW + 60 * DAY)) == 1


def test_the_pauses_grow_and_end_at_six_hours() -> None:
    pauses = [pause_after(tries) for tries in range(1, MOST_TRIES)]
    assert pauses == sorted(pauses) and pauses[0] == MINUTE and pauses[-1] == 6 * 60 * MINUTE
    assert sum(pauses, timedelta()) > 5 * DAY


def test_a_channel_that_is_down_is_not_knocked_at_for_every_message(store: Store) -> None:
    chat = Chat(bad="")
    lines = [line(chat)]
    queue(store, lines, NOW)
    for number in range(6):
        raise_finding(store, str(number))
        queue(store, lines, NOW)
    [*deliver(store, lines, fixed(NOW))]
    assert chat.asked == IN_A_ROW


def test_one_message_that_is_never_taken_holds_up_no_other(store: Store) -> None:
    chat = Chat(bad="poison")
    lines = [line(chat)]
    queue(store, lines, NOW)
    raise_finding(store, "poison")
    queue(store, lines, NOW)
    for number in range(3):
        raise_finding(store, str(number))
        queue(store, lines, NOW)
    [*deliver(store, lines, fixed(NOW))]
    assert [message.text.findings for message in chat.took] == [(2,), (3,), (4,)]


def test_after_a_success_what_waited_for_a_later_try_goes_out_too(store: Store) -> None:
    chat = Chat(bad="")
    lines = [line(chat)]
    queue(store, lines, NOW)
    for number in range(4):
        raise_finding(store, str(number))
        queue(store, lines, NOW)
    [*deliver(store, lines, fixed(NOW))]
    chat.bad = None
    [*deliver(store, lines, fixed(NOW))]
    assert sorted(number for message in chat.took for number in message.text.findings) == [1, 2, 3, 4]


def test_a_route_without_a_channel_loses_nothing_and_says_why(store: Store) -> None:
    def closed() -> Channel:
        raise NotSent("the environment has no MAIL_URL")

    chat = Chat()
    shut, open_ = Line(Route("chat"), closed), line(chat)
    queue(store, [shut], NOW)
    raise_finding(store, "a")
    (trouble,) = queue(store, [shut], NOW)
    assert (trouble.route, trouble.error) == ("chat", "the environment has no MAIL_URL")
    sent(store, [open_])
    assert len(chat.took) == 1
    raise_finding(store, "b")
    queue(store, [open_], NOW)
    assert [one.error for one in deliver(store, [shut], fixed(NOW))] == ["the environment has no MAIL_URL"]
    assert store.messages(MessageState.WAITING)[0].attempts == 0


def test_a_digest_gathers_what_was_raised_since_the_last_one(store: Store) -> None:
    chat = Chat()
    lines = [line(chat, hours=Hours(time(8)))]
    morning = datetime.fromisoformat("2026-12-02T08:00:00+08:00")
    assert sent(store, lines, NOW) == []
    for key in ("a", "b"):
        raise_finding(store, key)
        assert sent(store, lines, morning - MINUTE) == []
    sent(store, lines, morning + MINUTE)
    assert [message.text.findings for message in chat.took] == [(1, 2)]
    raise_finding(store, "c")
    assert sent(store, lines, morning + 2 * MINUTE) == []
    sent(store, lines, morning + 3 * DAY)
    assert [message.text.findings for message in chat.took] == [(1, 2), (3,)]


def test_an_empty_digest_is_not_sent(store: Store) -> None:
    chat = Chat()
    lines = [line(chat, hours=Hours(time(8)))]
    for days in range(5):
        assert sent(store, lines, NOW + days * DAY) == []
    assert chat.asked == 0


def test_delivery_ends_between_two_messages_when_it_is_told_to_stop(store: Store) -> None:
    chat = Chat()
    lines = [line(chat)]
    queue(store, lines, NOW)
    for number in range(3):
        raise_finding(store, str(number))
        queue(store, lines, NOW)
    [*deliver(store, lines, fixed(NOW), stopped=lambda: len(chat.took) == 2)]
    assert len(chat.took) == 2
    assert [message.state for message in store.messages(MessageState.WAITING)] == [MessageState.WAITING]


def test_killed_before_the_mark_a_message_is_sent_once_more_under_its_token(store: Store) -> None:
    class Killed(BaseException):
        pass

    class Deadly(Chat):
        def send(self, message: Message) -> None:
            super().send(message)
            raise Killed

    chat = Deadly()
    queue(store, [line(chat)], NOW)
    raise_finding(store, "a")
    queue(store, [line(chat)], NOW)
    with pytest.raises(Killed):
        [*deliver(store, [line(chat)], fixed(NOW))]
    (left,) = store.messages(MessageState.SENDING)
    again = Chat()
    [*deliver(store, [line(again)], fixed(NOW + DAY))]
    assert [message.token for message in again.took] == [chat.took[0].token] == [left.token]


def test_the_next_wake_is_a_retry_or_a_digest(store: Store) -> None:
    chat = Chat(bad="")
    at_once, digest = line(chat), line(Chat(), "digest", hours=Hours(time(8)))
    assert next_wake(store, [at_once], NOW) is None
    assert next_wake(store, [digest], NOW) == datetime.fromisoformat("2026-12-02T08:00:00+08:00")
    queue(store, [at_once], NOW)
    raise_finding(store, "a")
    sent(store, [at_once])
    assert next_wake(store, [at_once, digest], NOW) == NOW + MINUTE


def real_lines(box: Mailbox, hook: Webhook) -> list[Line]:
    return [
        Line(Route("mail"), lambda: Service(box.address)),
        Line(Route("hook", language="zh"), lambda: Service(hook.address)),
    ]


def test_down_for_a_while_and_up_again_each_message_arrives_once(store: Store) -> None:
    """A pass an hour: no mail server from 3 to 6, a full one to 8; no webhook from 4 to 7, errors to 9."""
    box, hook = Mailbox(), Webhook()
    lines = real_lines(box, hook)
    queue(store, lines, NOW)
    for hour in range(12):
        now = NOW + timedelta(hours=hour)
        raise_finding(store, f"hour {hour}")
        queue(store, lines, now)
        box.refuse = "451 4.7.1 try again later" if 6 <= hour < 8 else ""
        hook.status = 503 if 7 <= hour < 9 else 200
        served = [one.up() for one, up in ((box, not 3 <= hour < 6), (hook, not 4 <= hour < 7)) if up]
        for one in served:
            one.__enter__()
        try:
            [*deliver(store, lines, fixed(now))]
        finally:
            for one in served:
                one.__exit__(None, None, None)
    assert {state for _, state in store.messages_by_state()} == {MessageState.SENT}
    mails = [mail.get_content() for mail in box.post]
    posts = [body["message"] for _, body in hook.posted]
    for hour in range(12):
        for arrived in (mails, posts):
            assert (
                sum(line.endswith(f" title of hour {hour}") for text in arrived for line in text.splitlines())
                == 1
            )
    tokens = [mail[MAIL_HEADER] for mail in box.post] + [headers[WEB_HEADER] for headers, _ in hook.posted]
    assert len(set(tokens)) == len(tokens) == 24

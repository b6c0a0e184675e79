"""The outbox: each finding gets into one message of a route, each message out once, whoever is killed."""

import os
import socket
from collections.abc import Iterable
from datetime import timedelta

import pytest
from samples import HOUR, NOW, draft, record

from monitor.messages import MessageState, Text
from monitor.model import Finding, ReviewState
from storage.outbox import ABANDONED
from storage.store import Store, holder_name

MINE = "far.example:1:1-aa"
OTHER = "away.example:1:1-bb"
KILLED = f"{socket.gethostname()}:{2**22 + 1}:1-cc"
"""A process of this host whose number no process has."""


def each_alone(findings: tuple[Finding, ...]) -> Iterable[Text]:
    return [Text(finding.draft.title, finding.draft.url, (finding.id,)) for finding in findings]


def all_in_one(findings: tuple[Finding, ...]) -> Iterable[Text]:
    return [Text("several", "\n".join(one.draft.url for one in findings), tuple(one.id for one in findings))]


def raise_findings(store: Store, *keys: str) -> list[int]:
    kept = store.keep(record(drafts=tuple(draft(key) for key in keys)), now=NOW)
    return [finding.id for finding in kept.findings]


def told(store: Store, *states: MessageState) -> list[tuple[int, ...]]:
    return [message.text.findings for message in reversed(store.messages(*states))]


def test_a_finding_gets_into_one_message_of_a_route(store: Store) -> None:
    store.begin_route("mail")
    one, two = raise_findings(store, "a", "b")
    assert [message.text.findings for message in store.queue("mail", each_alone, now=NOW)] == [(one,), (two,)]
    assert store.queue("mail", each_alone, now=NOW) == ()
    (three,) = raise_findings(store, "c")
    store.queue("mail", each_alone, now=NOW)
    assert told(store) == [(one,), (two,), (three,)]


def test_two_routes_are_served_apart(store: Store) -> None:
    store.begin_route("mail")
    store.begin_route("chat")
    raised = raise_findings(store, "a", "b")
    store.queue("mail", all_in_one, now=NOW)
    store.queue("chat", all_in_one, now=NOW)
    assert sorted((one.route, one.text.findings) for one in store.messages()) == [
        ("chat", tuple(raised)),
        ("mail", tuple(raised)),
    ]


def test_what_was_raised_before_a_route_was_set_up_is_not_told(store: Store) -> None:
    raise_findings(store, "before")
    store.begin_route("mail")
    (new,) = raise_findings(store, "after")
    store.begin_route("mail")
    store.queue("mail", each_alone, now=NOW)
    assert told(store) == [(new,)]


def test_a_route_may_begin_with_the_findings_of_the_pass_that_has_just_run(store: Store) -> None:
    raise_findings(store, "before")
    first, second = raise_findings(store, "x", "y")
    store.begin_route("mail", first)
    store.queue("mail", all_in_one, now=NOW)
    assert told(store) == [(first, second)]


def test_what_a_person_has_decided_is_not_told(store: Store) -> None:
    store.begin_route("mail")
    one, two = raise_findings(store, "a", "b")
    store.decide(one, ReviewState.DISMISSED, "nothing of ours", NOW)
    store.queue("mail", each_alone, now=NOW)
    assert told(store) == [(two,)]


def test_what_a_route_leaves_out_is_not_offered_again(store: Store) -> None:
    store.begin_route("mail")
    raise_findings(store, "a")
    assert store.queue("mail", lambda findings: [], now=NOW) == ()
    assert store.queue("mail", each_alone, now=NOW) == ()


def test_messages_that_cannot_be_composed_leave_their_findings_to_the_next_time(store: Store) -> None:
    def fails(findings: tuple[Finding, ...]) -> Iterable[Text]:
        yield Text("half", "", ())
        raise RuntimeError("a bug")

    store.begin_route("mail")
    raised = raise_findings(store, "a")
    with pytest.raises(RuntimeError):
        store.queue("mail", fails, now=NOW)
    assert told(store) == []
    store.queue("mail", all_in_one, now=NOW)
    assert told(store) == [tuple(raised)]


def test_open_findings_are_told_on_demand_but_never_twice(store: Store) -> None:
    one, two = raise_findings(store, "a", "b")
    store.begin_route("mail")
    (three,) = raise_findings(store, "c")
    store.queue("mail", each_alone, now=NOW)
    store.decide(two, ReviewState.ACCEPTED, None, NOW)
    store.queue_open("mail", each_alone, now=NOW)
    assert told(store) == [(three,), (one,)]
    assert store.queue_open("mail", each_alone, now=NOW) == ()


def test_a_digest_remembers_its_hour(store: Store) -> None:
    store.begin_route("mail")
    assert store.last_digest("mail") is None
    store.queue("mail", all_in_one, now=NOW, digest_at=NOW - HOUR)
    assert store.last_digest("mail") == NOW - HOUR
    store.queue("mail", all_in_one, now=NOW)
    assert store.last_digest("mail") == NOW - HOUR
    store.begin_route("chat", digest_at=NOW)
    store.begin_route("chat", digest_at=NOW + HOUR)
    assert store.last_digest("chat") == NOW


def test_a_message_is_claimed_by_one_only_and_is_the_same_as_queued(store: Store) -> None:
    store.begin_route("mail")
    raise_findings(store, "a")
    (queued,) = store.queue("mail", each_alone, now=NOW)
    claimed = store.claim("mail", MINE, NOW)
    assert claimed is not None
    assert (claimed.id, claimed.token, claimed.text) == (queued.id, queued.token, queued.text)
    assert (claimed.state, claimed.attempts) == (MessageState.SENDING, 1)
    assert store.claim("mail", OTHER, NOW) is None
    store.sent(claimed.id, NOW)
    assert store.claim("mail", OTHER, NOW + timedelta(days=400)) is None
    (sent,) = store.messages(MessageState.SENT)
    assert (sent.sent, sent.error) == (NOW, None)


def test_messages_go_out_in_the_order_in_which_they_were_written(store: Store) -> None:
    store.begin_route("mail")
    raised = raise_findings(store, "a", "b", "c")
    store.queue("mail", each_alone, now=NOW)
    order = []
    while (message := store.claim("mail", MINE, NOW)) is not None:
        order += message.text.findings
        store.sent(message.id, NOW)
    assert order == raised


def test_a_message_put_back_waits_for_its_hour_and_keeps_its_token(store: Store) -> None:
    store.begin_route("mail")
    raise_findings(store, "a")
    store.queue("mail", each_alone, now=NOW)
    first = store.claim("mail", MINE, NOW)
    assert first
    store.put_back(first.id, NOW + HOUR, "nobody answers")
    assert store.claim("mail", MINE, NOW) is None
    assert store.next_message(("mail",)) == NOW + HOUR
    assert store.messages()[0].error == "nobody answers"
    again = store.claim("mail", MINE, NOW + HOUR)
    assert again and (again.token, again.attempts) == (first.token, 2)


def test_messages_that_wait_may_be_taken_early_and_left_out(store: Store) -> None:
    store.begin_route("mail")
    raise_findings(store, "a", "b")
    one, two = store.queue("mail", each_alone, now=NOW)
    for message in (one, two):
        store.put_back(message.id, NOW + HOUR, "no")
    early = store.claim("mail", MINE, NOW, early=True, but=(one.id,))
    assert early and early.id == two.id
    assert store.claim("mail", MINE, NOW, early=True, but=(one.id, two.id)) is None


@pytest.mark.parametrize(
    ("holder", "after", "free"),
    [
        (KILLED, timedelta(), True),
        (OTHER, ABANDONED - timedelta(seconds=1), False),
        (OTHER, ABANDONED, True),
    ],
)
def test_a_message_left_behind_by_a_killed_process_is_sent_once_more(
    store: Store, holder: str, after: timedelta, free: bool
) -> None:
    store.begin_route("mail")
    raise_findings(store, "a")
    store.queue("mail", each_alone, now=NOW)
    before = store.claim("mail", holder, NOW)
    taken = store.claim("mail", MINE, NOW + after)
    assert before and (taken is not None) is free
    if taken:
        assert (taken.token, taken.attempts) == (before.token, 2)


def test_a_message_being_sent_by_a_process_that_lives_is_never_taken_over(store: Store) -> None:
    host, _, _ = holder_name().split(":")
    alive = f"{host}:{os.getppid()}:0-dd"
    store.begin_route("mail")
    raise_findings(store, "a")
    store.queue("mail", each_alone, now=NOW)
    assert store.claim("mail", alive, NOW)
    assert store.claim("mail", MINE, NOW + 100 * ABANDONED) is None


def test_what_was_given_up_is_tried_again_when_a_person_says_so(store: Store) -> None:
    store.begin_route("mail")
    raise_findings(store, "a")
    (message,) = store.queue("mail", each_alone, now=NOW)
    store.claim("mail", MINE, NOW)
    store.give_up(message.id, "no such mailbox")
    assert store.claim("mail", MINE, NOW + timedelta(days=9), early=True) is None
    assert store.next_message(("mail",)) is None
    assert store.retry(NOW + HOUR) == 1
    again = store.claim("mail", MINE, NOW + HOUR)
    assert again and (again.token, again.attempts) == (message.token, 1)


def test_what_a_person_drops_is_kept_but_not_sent(store: Store) -> None:
    store.begin_route("mail")
    store.begin_route("chat")
    raise_findings(store, "a", "b")
    store.queue("mail", each_alone, now=NOW)
    store.queue("chat", all_in_one, now=NOW)
    claimed = store.claim("mail", MINE, NOW)
    assert claimed
    store.sent(claimed.id, NOW)
    assert store.drop("mail") == 1
    assert store.claim("mail", MINE, NOW) is None
    assert store.messages_by_state() == {
        ("mail", MessageState.SENT): 1,
        ("mail", MessageState.DROPPED): 1,
        ("chat", MessageState.WAITING): 1,
    }
    assert store.retry(NOW) == 1


def test_the_next_message_is_that_of_the_routes_asked_for(store: Store) -> None:
    for route in ("mail", "chat"):
        store.begin_route(route)
    raise_findings(store, "a")
    store.queue("mail", each_alone, now=NOW + HOUR)
    assert store.next_message(("mail", "chat")) == NOW + HOUR
    assert store.next_message(("chat",)) is None
    assert store.next_message(()) is None


def test_text_from_pages_is_kept_whatever_it_holds(store: Store) -> None:
    store.begin_route("mail")
    raise_findings(store, "a")
    store.queue("mail", lambda findings: [Text("札\0", "\ud800 x", (1,))], now=NOW)
    assert store.messages()[0].text == Text("札\ufffd", "\ufffd x", (1,))

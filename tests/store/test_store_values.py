"""What is kept as JSON comes back without loss."""

import json
from datetime import UTC, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import NOW, followed, link, notice

from monitor.model import Change, ChangeKind, LinkState, Place, Role, Source, State
from scraper.model import (
    Attachment,
    Candidate,
    Entry,
    FieldReading,
    Listing,
    Notice,
    Reading,
    Refused,
    Unreadable,
)
from storage import values
from storage.errors import StoreError
from storage.frames import squeeze, unsqueeze

TEXT = st.text(st.characters(exclude_categories=[]), max_size=20)  # lone surrogates too
MAYBE = st.none() | TEXT
DAY = st.none() | st.dates()
TIMES = st.datetimes(timezones=st.just(UTC))


def many(of: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(of, max_size=3).map(tuple)


FIELDS = st.builds(FieldReading, TEXT, MAYBE, many(st.builds(Candidate, TEXT, TEXT)))
NOTICES = st.builds(
    Notice,
    url=MAYBE,
    reader=TEXT,
    layout=TEXT,
    title=MAYBE,
    published=DAY,
    signed=DAY,
    document_number=MAYBE,
    issuer=MAYBE,
    addressee=MAYBE,
    index_number=MAYBE,
    source=MAYBE,
    text=TEXT,
    attachments=many(st.builds(Attachment, TEXT, TEXT)),
    official=st.none() | st.booleans(),
    fields=many(FIELDS),
    warnings=many(TEXT),
)
LISTINGS = st.builds(
    Listing, MAYBE, TEXT, TEXT, many(st.builds(Entry, TEXT, TEXT, DAY, MAYBE)), MAYBE, many(TEXT)
)
READINGS = st.one_of(NOTICES, LISTINGS, st.builds(Refused, TEXT, TEXT), st.builds(Unreadable, TEXT))


@given(READINGS)
def test_every_reading_comes_back_equal_and_of_its_kind(reading: Reading) -> None:
    again = values.reading_from_bytes(values.reading_to_bytes(reading))
    assert again == reading
    assert type(again) is type(reading)


def test_every_kind_of_reading_has_a_word() -> None:
    assert set(values.KINDS.values()) == set(Reading.__args__)


def test_a_reading_is_plain_json_that_says_its_kind() -> None:
    plain = json.loads(values.reading_to_bytes(notice()))
    assert plain["kind"] == "notice"
    assert (plain["published"], plain["issuer"]) == ("2020-09-04", None)
    assert "广州" in plain["title"]


def test_a_field_of_a_later_program_is_passed_over() -> None:
    data = b'{"kind":"unreadable","because":"no layout fits","since":2031}'
    assert values.reading_from_bytes(data) == Unreadable("no layout fits")


def test_a_refusal_and_an_unreadable_page_are_told_apart() -> None:
    refused, unreadable = Refused("x"), Unreadable("x")
    assert values.reading_from_bytes(values.reading_to_bytes(refused)) == refused
    assert values.reading_from_bytes(values.reading_to_bytes(unreadable)) == unreadable


TALLY = many(TIMES)
LINKS = st.builds(
    LinkState,
    state=st.sampled_from(State),
    since=st.none() | TIMES,
    last_good=st.none() | TIMES,
    last_visit=st.none() | TIMES,
    hard=TALLY,
    slow=TALLY,
    unseen=TALLY,
    episode=st.integers(0, 1000),
    rule=TEXT,
)
SOURCES = st.builds(
    Source,
    id=TEXT,
    dossier=TEXT,
    role=st.sampled_from(Role),
    url=TEXT,
    interval=st.timedeltas(),
    alternatives=many(TEXT),
    zone=MAYBE,
    footnote=st.none() | st.integers(1, 12),
    back_to=DAY,
    enabled=st.booleans(),
)


@pytest.mark.parametrize(
    ("kind", "strategy"),
    [
        (LinkState, LINKS),
        (Source, SOURCES),
        (tuple[Change, ...], many(st.builds(Change, st.sampled_from(ChangeKind), TEXT, MAYBE, MAYBE))),
        (Place, st.builds(Place, TEXT, TEXT, MAYBE)),
        (tuple[str, ...], many(TEXT)),
        (dict[str, int], st.dictionaries(st.text(), st.integers(0))),
    ],
    ids=["link", "source", "changes", "place", "words", "counts"],
)
def test_every_packed_value_comes_back_from_its_text(kind: Any, strategy: st.SearchStrategy[Any]) -> None:
    @given(strategy)
    def holds(value: Any) -> None:
        text = values.to_text(values.document(kind, value))
        assert values.value_of(kind, values.from_bytes(text.encode())) == value

    holds()


@given(TEXT)
def test_the_text_of_a_value_is_one_that_any_database_takes(words: str) -> None:
    text = values.to_text([words])
    assert "\0" not in text
    assert text.encode().decode() == text


def test_chinese_stands_readable_in_the_database() -> None:
    assert values.to_text(values.document(Place, Place("广州", "Guangzhou"))) == (
        '{"zh":"广州","en":"Guangzhou","province":null}'
    )


def test_times_and_durations_keep_their_microseconds() -> None:
    state = link(State.DEAD, NOW + timedelta(microseconds=1))
    assert values.value_of(LinkState, values.document(LinkState, state)) == state
    assert values.value_of(Source, values.document(Source, followed())).interval == followed().interval


@given(st.binary(max_size=200), st.binary(max_size=200))
def test_a_frame_that_leans_on_another_needs_it_and_no_more(data: bytes, like: bytes) -> None:
    assert unsqueeze(squeeze(data, like), like) == data
    assert unsqueeze(squeeze(data)) == data


def test_a_damaged_frame_is_an_error_of_the_store() -> None:
    with pytest.raises(StoreError, match="damaged"):
        unsqueeze(squeeze(b"a" * 100)[:-3])
    with pytest.raises(StoreError, match="damaged"):
        unsqueeze(b"never a frame")

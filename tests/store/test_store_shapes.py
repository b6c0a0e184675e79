"""What frames lean on in files never changes: a database of today is read by it for ever."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import NOW, SOURCE, link, record, standing
from sqlalchemy import text

from monitor.model import State
from storage.frames import squeeze, squeeze_shaped, unsqueeze_shaped
from storage.shapes import HOPS, LINK, READING, WHOLE_PAGE, shape, with_page, words_of
from storage.store import Store, StoreError

PUBLISHED = {
    WHOLE_PAGE: "e2a6e88c1fd68f03a36ed5d99e718d3ac4d234a55d650d50e1615873f56cf08c",
    READING: "b7e649eba866dd207d4801eda4b7b912042488277598b85c2072f7ab2328e93d",
    LINK: "0a0597d94202a08a33ad7e2beee4fae0d65f848ab280d1caf89fd9f6edec8c6b",
    HOPS: "19f935be904f4dc7e889ec51c728601a9c00427a71987bf0ccfba24f8dbea261",
}
"""The sha256 of each shape that databases lean on. A better shape is a new file with the next number."""
PLAIN = '{"state":"alive","rule":"good"}'


@pytest.mark.parametrize("number", PUBLISHED)
def test_a_published_shape_is_what_it_was(number: int) -> None:
    assert sha256(shape(number)).hexdigest() == PUBLISHED[number]


def test_a_shape_that_is_not_known_is_named() -> None:
    with pytest.raises(StoreError, match="no shape 39"):
        unsqueeze_shaped(bytes([39]) + squeeze(b"abc"))
    with pytest.raises(StoreError):
        unsqueeze_shaped(b"")


@given(data=st.binary(max_size=200), like=st.binary(max_size=100))
def test_what_leans_on_a_shape_comes_back_and_so_does_what_leans_on_none(data: bytes, like: bytes) -> None:
    assert unsqueeze_shaped(squeeze_shaped(data, HOPS, like), like) == data
    assert unsqueeze_shaped(squeeze(data, like), like) == data


@pytest.mark.parametrize(
    ("page", "words"),
    [
        ("<p>　　甲 <b>乙</b>\n</p>\n<p>丙</p>", "甲\\n乙\\n丙"),
        ("no tags", ""),
        ("<p>open", "open"),
        ("a>b<c", "b"),
        ("", ""),
    ],
)
def test_the_words_of_a_page_stand_between_its_tags(page: str, words: str) -> None:
    assert words_of(page.encode()) == words.encode()
    assert with_page(READING, page.encode()) == shape(READING) + words.encode()
    assert with_page(WHOLE_PAGE, page.encode()) == shape(WHOLE_PAGE) + page.encode()
    assert with_page(None, page.encode()) == page.encode()


def test_a_link_kept_before_there_was_a_shape_is_read(store: Store) -> None:
    store.keep(record(standing=standing(link=link(State.ALIVE))), now=NOW)
    with store._write() as session:
        session.execute(text("UPDATE standing SET link = :link"), {"link": PLAIN.encode()})
    found = store.standing(SOURCE)
    assert found is not None
    assert (found.link.state, found.link.rule) == (State.ALIVE, "good")


@pytest.mark.parametrize("damaged", [b"", b"\x03", b"\x03not a frame", b"{", b"\x27" * 9])
def test_a_damaged_link_is_said_to_be_damaged(store: Store, damaged: bytes) -> None:
    store.keep(record(standing=standing()), now=NOW)
    with store._write() as session:
        session.execute(text("UPDATE standing SET link = :link"), {"link": damaged})
    with pytest.raises(StoreError, match="damaged"):
        store.standing(SOURCE)

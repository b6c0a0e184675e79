"""Pages of a site become a family on which the next ones lean, and all of it comes back byte for byte."""

import os
import random
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from samples import NOW
from sqlalchemy import select, update
from test_store_dictionaries import kept, page, rows, seen_page, text

from storage import dictionaries as dictionaries_
from storage import families, schema
from storage.dictionaries import bytes_of, renew
from storage.families import MARK, PAGES, gathered, is_family, squeeze_in
from storage.frames import squeeze
from storage.store import Store

GATHERED = PAGES + 2
"""visits after which there is a family: its first page, those gathered, and the one that found them enough"""


@pytest.fixture(autouse=True)
def nothing_at_hand() -> Iterator[None]:
    families._wanted.clear()
    yield
    families._wanted.clear()


def dictionaries(store: Store) -> list[schema.Dictionary]:
    with store._read() as session:
        found = list(session.scalars(select(schema.Dictionary).order_by(schema.Dictionary.id)))
        session.expunge_all()
    return found


def test_pages_that_lean_on_one_become_a_family_and_what_they_said_is_kept_once(store: Store) -> None:
    pages = [page(number) for number in range(GATHERED + 3)]
    for number, data in enumerate(pages[: GATHERED - 1]):
        kept(store, number, data)
    before = rows(store)
    for number, data in enumerate(pages[GATHERED - 1 :], GATHERED - 1):
        kept(store, number, data)
    found = rows(store)
    assert {row.dictionary_id for row in before} == {1}
    assert [row.dictionary_id for row in found[:GATHERED]] == [1] + [2] * (GATHERED - 1)
    assert found[-1].dictionary_id == 2, "wanted a second time, it is ready"
    assert all(len(now.data) * 3 < len(then.data) for now, then in zip(found[1:], before[1:], strict=False))
    assert [(one.base_id, one.size > len(pages[0])) for one in dictionaries(store)] == [
        (None, False),
        (1, True),
    ]
    assert [store.fetch_of(number + 1).body for number in range(len(pages))] == pages


def test_pages_that_are_kept_together_are_squeezed_side_by_side_into_the_same_frames(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(GATHERED + 1):
        kept(store, number, page(number))
    family = bytes_in(store, 2)
    pages = [page(number) for number in range(GATHERED + 1, GATHERED + 30)]
    expected = [squeeze_in(data, family) for data in pages]
    monkeypatch.setattr(dictionaries_, "squeeze_in", lambda data, family: pytest.fail("one by one"))
    together = [seen_page(number, data) for number, data in enumerate(pages, GATHERED + 1)]
    visits = store.keep_all(together, now=NOW)
    found = rows(store)[-len(pages) :]
    assert [row.data for row in found] == expected
    assert {row.dictionary_id for row in found} == {2}
    assert [store.fetch_of(one.visit.id).body for one in visits] == pages


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
def test_a_process_that_forks_after_it_has_kept_pages_leaves_a_child_that_can(tmp_path: Path) -> None:
    """Threads do not live on in a child: one that waited for those of its parent would wait for ever."""
    with Store.open(str(tmp_path / "parent.db")) as parent:
        for number in range(GATHERED + 1):
            kept(parent, number, page(number))
        parent.keep_all([seen_page(number, page(number)) for number in range(90, 94)], now=NOW)
    child = os.fork()
    if child == 0:
        with Store.open(str(tmp_path / "parent.db")) as own:
            own.keep_all([seen_page(number, page(number)) for number in range(94, 98)], now=NOW)
        os._exit(0)
    ends = time.monotonic() + 30
    while (done := os.waitpid(child, os.WNOHANG)) == (0, 0) and time.monotonic() < ends:
        time.sleep(0.05)
    if done == (0, 0):
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    assert done == (child, 0)


def test_pages_that_come_packed_or_again_are_not_squeezed_ahead(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(GATHERED + 1):
        kept(store, number, page(number))
    begun: list[bytes] = []
    monkeypatch.setattr("storage.ahead.squeeze_in", lambda data, family: begun.append(data))
    fresh = page(GATHERED + 1)
    again = [seen_page(3, page(3), at=1), seen_page(4, page(4, counter=1), at=1)]
    store.keep_all([*again, seen_page(GATHERED + 1, fresh)], now=NOW)
    assert begun == [fresh]
    assert store.fetch_of(GATHERED + 4).body == fresh


def test_a_family_is_made_once(store: Store) -> None:
    for number in range(3 * GATHERED):
        kept(store, number, page(number))
    assert len(dictionaries(store)) == 2


def test_where_pages_of_many_sites_alternate_they_lean_on_their_first_pages(store: Store) -> None:
    for number in range(GATHERED):
        kept(store, number, page(number))
    families._wanted.extend(bytes([at]) for at in range(families.AT_HAND))
    kept(store, GATHERED, page(GATHERED))
    assert rows(store)[-1].dictionary_id == 1
    assert len(dictionaries(store)) == 2


def test_a_damaged_page_is_not_gathered(store: Store) -> None:
    for number in range(GATHERED - 1):
        kept(store, number, page(number))
    with store._write() as session:
        session.execute(update(schema.Body).where(schema.Body.id == 3).values(data=b"not a frame"))
    kept(store, GATHERED, page(GATHERED))
    assert len(dictionaries(store)) == 1
    assert rows(store)[2].data == b"not a frame"
    kept(store, GATHERED + 1, page(GATHERED + 1))
    assert [len(dictionaries(store)), store.fetch_of(GATHERED + 1).body] == [1, page(GATHERED + 1)]


def test_an_older_version_and_a_family_do_not_stand_in_each_others_way(store: Store) -> None:
    for number in range(GATHERED):
        kept(store, number, page(number))
    for number in range(GATHERED):
        kept(store, number, page(number, counter=1), at=1)
    assert [row.base_id for row in rows(store)[GATHERED:]] == list(range(1, GATHERED + 1))
    assert store.fetch_of(GATHERED + 2).body == page(1, counter=1)


def test_a_site_that_has_a_family_is_not_given_the_same_again(store: Store) -> None:
    for number in range(GATHERED + 2):
        kept(store, number, page(number))
    with store._write() as session:
        done = renew(session)
    assert (done.made, done.dropped) == (0, 0)


def test_a_family_has_its_first_page_whole_and_every_other_piece_once() -> None:
    found = gathered(b"<p>a<p>b", [b"<p>c<p>b", b"<p>c<p>d"])
    assert found == MARK + b"<p>a<p>b" + b"<p>c" + b"<p>d"
    assert (is_family(found), is_family(b"<p>a")) == (True, False)
    long = [b"<p>" + bytes([65 + at]) * 40_000 for at in range(4)]
    assert len(gathered(b"<p>a", long)) <= families.MOST_BYTES + len(MARK) + 4


def test_a_family_is_ready_when_it_is_wanted_a_second_time() -> None:
    family = gathered(page(0), (page(1), page(2)))
    assert squeeze_in(page(3), family) is None
    assert squeeze_in(page(3), family) is not None


def test_a_second_template_gets_a_family_of_its_own(store: Store) -> None:
    frames = [random.Random(seed).randbytes(3000).hex().encode() for seed in range(2)]
    pages = [b"<ul>%s</ul>" % frames[at % 2] + text(at, 120).encode() for at in range(2 * GATHERED + 4)]
    for number, data in enumerate(pages):
        kept(store, number, data)
    assert [is_family(bytes_in(store, one)) for one in range(1, 5)] == [False, False, True, True]
    assert [row.dictionary_id for row in rows(store)[-4:]] == [3, 4, 3, 4]
    assert len(dictionaries(store)) == 4
    assert [store.fetch_of(number + 1).body for number in range(len(pages))] == pages


def test_a_page_that_leans_on_its_site_s_first_can_begin_a_family(store: Store) -> None:
    half = page(0)[: len(page(0)) // 2]
    rest = "".join(f"<b>{text(7000 + k, 5)}</b>" for k in range(90)).encode()
    pages = [page(0), *(half + rest + text(number, 50).encode() for number in range(1, 2 * GATHERED))]
    kept(store, 0, pages[0])
    kept(store, 1, pages[1])
    with store._write() as session:
        session.add(
            schema.Dictionary(site_id=1, base_id=1, size=len(pages[1]), data=squeeze(pages[1], pages[0]))
        )
    for number, data in enumerate(pages[2:], 2):
        kept(store, number, data)
    assert [is_family(bytes_in(store, one)) for one in range(1, 4)] == [False, False, True]
    assert rows(store)[-1].dictionary_id == 3
    assert [store.fetch_of(number + 1).body for number in range(len(pages))] == pages


def bytes_in(store: Store, number: int) -> bytes:
    with store._read() as session:
        return bytes_of(session.get_one(schema.Dictionary, number))

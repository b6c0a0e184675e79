"""What bodies, heads and readings lean on, and that all of it comes back byte for byte."""

import random
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from samples import NOW, fetch, hop, record
from sqlalchemy import func, select, update

from monitor.model import Kept, Record
from storage import dictionaries, schema
from storage.dictionaries import MOST, SMALLEST, renew
from storage.errors import StoreError
from storage.store import Store
from tests.ready import new_store

WORDS = (
    *("试验区", "建设", "通知", "人工智能", "创新", "发展", "支持", "城市", "科技部", "规划", "示范", "应用"),
    *("数据", "安全", "标准", "审查", "公示", "反馈"),
)


def text(seed: int, words: int) -> str:
    """Return invented words, the same for the same seed."""
    chance = random.Random(seed)
    return "".join(chance.choice(WORDS) for _ in range(words))


def page(number: int, *, frame: int = 0, counter: int = 0) -> bytes:
    """Return a page of a site: a frame as all of its pages have, a text of its own, a counter."""
    around = "".join(f'<li class="c{k}">{text(1000 * frame + k, 6)}</li>' for k in range(120))
    return f"<html><ul>{around}</ul><p>{text(number, 120)}</p><i>{counter}</i></html>".encode()


def kept(store: Store, number: int, data: bytes, *, at: int = 0, host: str = "www.most.gov.cn") -> Kept:
    """Keep a visit to a page of its own source, `at` hours after the first."""
    return store.keep(seen_page(number, data, at=at, host=host), now=NOW)


def seen_page(number: int, data: bytes, *, at: int = 0, host: str = "www.most.gov.cn") -> Record:
    """Return the record of such a visit."""
    url = f"https://{host}/{number}.html"
    seen = fetch(
        NOW + timedelta(hours=at), data, hops=(hop(url, at=NOW + timedelta(hours=at)),), requested=url
    )
    made = record(source=f"ai-pilot-zones/p{number}", got=seen)
    look = replace(made.seen.look, url=url)
    return replace(made, seen=replace(made.seen, look=look), standing=None)


def rows(store: Store) -> list[schema.Body]:
    with store._read() as session:
        found = list(session.scalars(select(schema.Body).order_by(schema.Body.id)))
        session.expunge_all()
    return found


def test_a_site_s_first_page_is_what_its_others_lean_on(store: Store) -> None:
    pages = [page(number) for number in range(6)]
    for number, data in enumerate(pages):
        kept(store, number, data)
    found = rows(store)
    assert {row.dictionary_id for row in found} == {1} and {row.base_id for row in found} == {None}
    assert max(len(row.data) for row in found[1:]) * 5 < len(pages[0])
    assert [store.fetch_of(number + 1).body for number in range(6)] == pages


def test_a_page_with_another_counter_leans_on_its_first_version(store: Store) -> None:
    versions = [page(1, counter=number) for number in range(5)]
    for at, data in enumerate(versions):
        kept(store, 1, data, at=at)
    found = rows(store)
    assert [row.base_id for row in found] == [None, 1, 1, 1, 1]
    assert max(len(row.data) for row in found[1:]) < 100
    assert [store.fetch_of(number + 1).body for number in range(5)] == versions


def test_a_page_that_became_another_leans_on_no_version(store: Store) -> None:
    kept(store, 1, page(1))
    kept(store, 1, page(2, frame=9), at=1)
    assert [row.base_id for row in rows(store)] == [None, None]


def test_a_second_template_becomes_a_second_dictionary_and_both_are_used(store: Store) -> None:
    for number in range(8):
        kept(store, number, page(number, frame=number % 2))
    assert [row.dictionary_id for row in rows(store)] == [1, 2] * 4


def test_sites_do_not_share(store: Store) -> None:
    kept(store, 1, page(1), host="a.gov.cn")
    kept(store, 2, page(2), host="b.gov.cn")
    assert [row.dictionary_id for row in rows(store)] == [1, 2]


def test_what_resembles_nothing_makes_no_more_than_so_many_dictionaries(store: Store) -> None:
    for number in range(MOST + 3):
        kept(store, number, random.Random(number).randbytes(SMALLEST).hex().encode())
    assert sum(row.dictionary_id is not None for row in rows(store)) == MOST
    assert all(store.fetch_of(row.id).body for row in rows(store))


def test_a_packed_body_leans_on_nothing(store: Store) -> None:
    for number in range(3):
        data = b"%PDF-1.4 " + random.Random(number % 2).randbytes(SMALLEST * 2)
        kept(store, number, data)
    assert {(row.dictionary_id, row.base_id) for row in rows(store)} == {(None, None)}


def test_nothing_leans_on_a_damaged_dictionary_or_version(store: Store) -> None:
    kept(store, 1, page(1))
    with store._write() as session:
        session.execute(update(schema.Dictionary).values(data=b"not a frame"))
    with pytest.raises(StoreError):
        store.fetch_of(1)
    kept(store, 1, page(1, counter=1), at=1)
    kept(store, 2, page(2), at=2)
    assert [store.fetch_of(number).body for number in (2, 3)] == [page(1, counter=1), page(2)]


def test_heads_of_a_site_lean_on_its_first(store: Store) -> None:
    for number in range(4):
        kept(store, number, page(number))
    with store._read() as session:
        heads = session.execute(select(schema.Head.base_id, func.length(schema.Head.data))).all()
    assert [base for base, _ in heads] == [None, 1, 1, 1]
    assert max(size for _, size in heads[1:]) * 3 < heads[0][1]
    assert [store.hops(number + 1)[0].url for number in range(4)] == [
        f"https://www.most.gov.cn/{number}.html" for number in range(4)
    ]


def test_renewal_gives_a_redesigned_site_a_newer_dictionary(store: Store) -> None:
    kept(store, 0, page(0))
    half = page(0)[: len(page(0)) // 2]
    for number in range(1, 8):
        rest = "".join(f"<b>{text(7000 + k, 5)}</b>" for k in range(90)).encode()
        kept(store, number, half + rest + text(number, 50).encode())
    with store._write() as session:
        before = session.scalar(select(func.count()).select_from(schema.Dictionary))
        done = renew(session)
        assert (done.made, done.dropped) == (1, 0)
        assert renew(session) == dictionaries.Renewed(0, 0)
    kept(store, 9, half + rest + text(99, 50).encode())
    assert before is not None and rows(store)[-1].dictionary_id == before + 1
    assert all(store.fetch_of(number).body for number in range(1, 10))


def test_renewal_drops_what_nothing_leans_on_but_the_newest(store: Store) -> None:
    kept(store, 0, page(0))
    with store._write() as session:
        for _ in range(2):
            session.add(schema.Dictionary(site_id=1, size=3, data=b"abc", base_id=None))
            session.flush()
        assert renew(session).dropped == 1
        assert session.scalars(select(schema.Dictionary.id).order_by(schema.Dictionary.id)).all() == [1, 3]


@settings(max_examples=12, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 2), st.text(max_size=40), st.integers(0, 90)), min_size=1, max_size=6)
)
def test_whatever_comes_is_given_back(written: list[tuple[int, str, int]]) -> None:
    with TemporaryDirectory() as folder, new_store(Path(folder) / "zonewatch.db") as store:
        bodies = [(said * times).encode() for _, said, times in written]
        for at, ((number, _, _), data) in enumerate(zip(written, bodies, strict=True)):
            kept(store, number, data, at=at)
        assert [store.fetch_of(at + 1).body for at in range(len(bodies))] == bodies


def test_a_body_too_large_to_lean_stands_alone(store: Store) -> None:
    large = ("<p>" + text(3, 400) + "</p>").encode() * 400
    assert len(large) > dictionaries.LARGEST
    for at in range(2):
        kept(store, 1, large + b"x" * at, at=at)
    assert {(row.dictionary_id, row.base_id) for row in rows(store)} == {(None, None)}

"""Imported sources, the same on both databases."""

from dataclasses import replace
from datetime import timedelta

from samples import NOW

from monitor.model import Role, Source
from storage.store import Store

ONE = Source(
    "d/one",
    "d",
    Role.NOTICE,
    "http://a.cn/1.html",
    interval=timedelta(hours=6),
    zone="广州",
    footnote=3,
    title="一份函",
    document_number="国科函规〔2020〕1号",
    because="footnote 3 of a.txt",
)


def test_what_is_imported_comes_back_as_it_was(store: Store) -> None:
    other = Source("d/list", "d", Role.LISTING, "http://a.cn/", because="imported")
    elsewhere = replace(ONE, id="e/one", dossier="e")
    assert store.add_imported((ONE, other, elsewhere), NOW) == 3
    assert store.imported("d") == (ONE, other)
    assert store.imported("e") == (elsewhere,)


def test_a_page_is_imported_once_into_a_dossier(store: Store) -> None:
    assert store.add_imported((ONE,), NOW) == 1
    again = replace(ONE, title="another title")
    spelt = replace(ONE, id="d/two", url="https://www.a.cn/1.htm")
    assert store.add_imported((again, spelt), NOW) == 0
    assert store.imported("d") == (ONE,)


def test_more_than_a_statement_takes_goes_in_and_out(store: Store) -> None:
    many = tuple(replace(ONE, id=f"d/{n}", url=f"http://a.cn/{n}.html") for n in range(1201))
    told: list[tuple[int, int]] = []
    assert store.add_imported(many, NOW, lambda done, known: told.append((done, known))) == 1201
    assert told == [(500, 1201), (1000, 1201), (1201, 1201)]
    assert len(store.imported("d")) == 1201
    assert set(store.remove_imported([*(one.id for one in many[:1200]), "d/nobody"])) == {
        one.id for one in many[:1200]
    }
    assert [one.id for one in store.imported("d")] == ["d/1200"]

"""Templates of re-filed addresses: what they match, what they make, what is refused."""

import string
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.dossier_model import Refiling
from monitor.refilings import names, problem, refiled

LETTERS = Refiling(
    "http://{www}old.example/gfxwj{year}/{month}/t{day}_{id}.htm",
    (
        "https://www.new.example/qtwj/qtwj{year}/{month}/t{day}_{id}.html",
        "https://www.new.example/fgzc/gfxwj{year}/{month}/t{day}_{id}.html",
    ),
)
PIECE = st.text(string.ascii_letters + string.digits, min_size=1, max_size=12)


@pytest.mark.parametrize("www", ["", "www."])
def test_an_old_address_has_a_candidate_for_each_template_in_the_files_order(www: str) -> None:
    assert refiled(f"http://{www}old.example/gfxwj2019/201910/t20191018_149420.htm", [LETTERS]) == (
        "https://www.new.example/qtwj/qtwj2019/201910/t20191018_149420.html",
        "https://www.new.example/fgzc/gfxwj2019/201910/t20191018_149420.html",
    )


@pytest.mark.parametrize(
    "url",
    [
        "https://www.old.example/gfxwj2019/201910/t20191018_149420.htm",
        "http://evil-old.example/gfxwj2019/201910/t20191018_149420.htm",
        "http://www.old.example/gfxwj2019/2019/10/t20191018_149420.htm",
        "http://www.old.example/gfxwj2019/201910/t20191018_149420.html",
        "http://www.old.example/gfxwj2019/201910/t20191018_.htm",
        "http://www.old.example/gfxwj2019/201910/t20191018_1?x.htm",
        "http://www.old.example/gfxwj2019/201910/t20191018_149420.htm#top",
        "http://wwwXold.example/gfxwj2019/201910/t20191018_149420.htm",
        "",
    ],
)
def test_an_address_that_the_template_does_not_fit_has_no_candidates(url: str) -> None:
    assert refiled(url, [LETTERS]) == ()


def test_a_dot_in_a_template_is_a_dot() -> None:
    assert refiled("http://aXb/1", [Refiling("http://a.b/{id}", ("http://c/{id}",))]) == ()


def test_a_name_used_twice_must_stand_for_the_same_characters() -> None:
    twice = Refiling("http://a/{year}/{year}_{id}.htm", ("http://b/{year}/{id}",))
    assert refiled("http://a/2019/2019_7.htm", [twice]) == ("http://b/2019/7",)
    assert refiled("http://a/2019/2020_7.htm", [twice]) == ()


def test_an_address_is_never_its_own_candidate_and_none_comes_twice() -> None:
    same = Refiling("http://a/{id}", ("http://a/{id}", "http://b/{id}", "http://b/{id}"))
    again = Refiling("http://a/{name}", ("http://b/{name}", "http://c/{name}"))
    assert refiled("http://a/1", [same, again]) == ("http://b/1", "http://c/1")


def test_without_refilings_there_are_no_candidates() -> None:
    assert refiled("http://a/1", []) == ()


@given(PIECE, PIECE)
def test_what_a_name_stands_for_comes_out_as_it_went_in(first: str, second: str) -> None:
    rule = Refiling("http://a/{one}/{two}.htm", ("https://b/{two}/{one}",))
    assert refiled(f"http://a/{first}/{second}.htm", [rule]) == (f"https://b/{second}/{first}",)


@given(st.text(max_size=60))
def test_any_text_at_all_is_answered(url: str) -> None:
    assert isinstance(refiled(url, [LETTERS]), tuple)


@given(st.text(max_size=40))
def test_what_people_write_in_a_template_is_never_a_pattern(literal: str) -> None:
    rule = Refiling(f"http://a/{literal}/{{id}}", ("http://b/{id}",))
    if problem(rule) is None and names(rule.old) == ("id",):
        assert refiled(f"http://a/{literal}/7", [rule]) == ("http://b/7",)


def test_names_are_listed_in_order() -> None:
    assert names(LETTERS.old) == ("www", "year", "month", "day", "id")


@pytest.mark.parametrize(
    ("refiling", "expected"),
    [
        (Refiling("http://a/{id}", ("http://b/{nr}",)), "only names that the old address has, not {nr}"),
        (Refiling("http://a/{id}{nr}", ("http://b/{id}",)), "something between two names"),
        (Refiling("http://a/{Id}", ("http://b/1",)), "names in lower case"),
        (Refiling("http://a/{id", ("http://b/1",)), "names in lower case"),
        (Refiling("http://a/id", ("http://b/{}",)), "names in lower case"),
    ],
)
def test_a_template_that_could_not_work_is_refused(refiling: Refiling, expected: str) -> None:
    assert (problem(refiling) or "").startswith(expected)


def test_a_template_that_works_is_not_refused() -> None:
    assert problem(LETTERS) is None


def test_no_address_of_a_page_makes_matching_slow() -> None:
    crowded = Refiling("http://a.cn/{a}-{b}-{c}.html", ("http://b.cn/{a}/{b}/{c}.html",))
    assert problem(crowded) is None
    began = time.process_time()
    assert refiled("http://a.cn/" + "x-" * 240 + ".htm", [crowded]) == ()
    assert refiled("http://a.cn/" + "x-" * 5_000_000 + ".htm", [crowded]) == ()
    assert time.process_time() - began < 3
    more = Refiling("http://a.cn/{a}-{b}/{c}-{d}.html", ("http://b.cn/{a}.html",))
    assert "at most 3 names" in (problem(more) or "")

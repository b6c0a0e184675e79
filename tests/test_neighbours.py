"""A batch's letters are neighbours, by page id and by document number."""

import re
from itertools import groupby

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.neighbours import REACH, neighbour_numbers, neighbours
from scraper.addresses import directory, page_id
from tests.letters import LETTERS

URL = "https://www.most.gov.cn/xxgk/xinxifenlei/fdzdgknr/qtwj/qtwj2021/202112/t20211207_178439.html"


def test_neighbours_stand_in_the_same_folder_nearest_first() -> None:
    found = neighbours(URL)
    assert [page_id(url) for url in found] == ["178440", "178438", "178441", "178437", "178442", "178436"]
    assert {directory(url) for url in found} == {directory(URL)}
    assert all(url.endswith(".html") and "/t20211207_" in url for url in found)


@pytest.mark.parametrize("day", sorted({letter.day for letter in LETTERS}))
def test_every_letter_of_a_batch_leads_to_all_the_others(day: str) -> None:
    batch = {letter.url for letter in LETTERS if letter.day == day}
    for url in batch:
        assert batch - {url} <= set(neighbours(url))


def test_numbers_of_a_batch_lead_to_each_other() -> None:
    for _, batch in groupby(LETTERS, key=lambda letter: letter.day):
        numbers = {letter.number for letter in batch}
        for number in numbers:
            assert numbers - {number} <= set(neighbour_numbers(number))


def test_a_page_without_an_id_has_no_neighbours() -> None:
    assert neighbours("https://www.most.gov.cn/tztg/index.html") == ()
    assert neighbours("https://www.most.gov.cn/tztg/t20200309.htm") == ()
    assert neighbours("") == ()


def test_a_number_in_the_query_is_no_page_id() -> None:
    found = neighbours("https://www.gov.cn/zhengce/content_5595552.htm?from=5595552")
    assert found[0] == "https://www.gov.cn/zhengce/content_5595553.htm?from=5595552"


def test_the_day_in_the_name_stays_where_the_id_looks_like_it() -> None:
    assert neighbours("https://www.most.gov.cn/a/t17843_17843.html", 1) == (
        "https://www.most.gov.cn/a/t17843_17844.html",
        "https://www.most.gov.cn/a/t17843_17842.html",
    )


def test_what_is_no_document_number_has_no_neighbours() -> None:
    assert neighbour_numbers("国科函规") == ()
    assert neighbour_numbers("") == ()
    assert neighbour_numbers("国科函规〔2020〕第一号") == ()


def test_brackets_stay_as_printed() -> None:
    assert neighbour_numbers("国科函规[2020]171号", 1) == ("国科函规[2020]172号", "国科函规[2020]170号")


def test_the_first_number_of_a_year_has_neighbours_on_one_side_only() -> None:
    assert neighbour_numbers("国科函规〔2021〕1号", 2) == ("国科函规〔2021〕2号", "国科函规〔2021〕3号")


@given(st.integers(1000, 9_999_999), st.integers(1, 9))
def test_neighbours_are_never_the_page_itself_and_come_in_pairs(number: int, reach: int) -> None:
    url = f"https://www.most.gov.cn/a/content_{number}.html"
    found = neighbours(url, reach)
    assert url not in found
    assert len(set(found)) == 2 * reach
    assert {abs(int(re.findall(r"\d+", near)[-1]) - number) for near in found} == set(range(1, reach + 1))


@given(st.integers(1, 9999))
def test_who_is_a_neighbour_has_this_one_for_a_neighbour(number: int) -> None:
    own = f"国科函规〔2020〕{number}号"
    assert all(own in neighbour_numbers(near) for near in neighbour_numbers(own))
    assert len(neighbour_numbers(own)) == REACH + min(REACH, number - 1)

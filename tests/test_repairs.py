"""Repairs of printed addresses: what siblings show is put back, what they do not stays unresolved."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.repairs import Address, footnotes, repair, shape

FOLDER = "http://www.most.gov.cn/gfxwj2019/201910/"


def mended(*printed: str) -> tuple[Address, ...]:
    return repair([Address(number, text, text) for number, text in enumerate(printed, 1)])


def urls(*printed: str) -> list[str | None]:
    return [address.url for address in mended(*printed)]


def test_an_intact_address_is_left_alone() -> None:
    (address,) = mended(FOLDER + "t20191018_149418.htm")
    assert (address.url, address.repairs, address.because) == (FOLDER + "t20191018_149418.htm", (), None)


# --- blanks


def test_a_blank_is_an_underscore_that_sank_into_the_underline() -> None:
    (address,) = mended("http://www.gov.cn/content 5427767.htm")
    assert address.url == "http://www.gov.cn/content_5427767.htm"
    assert address.repairs == ("blank for underscore: “content 5427767.htm” is “content_5427767.htm”",)


def test_a_blank_is_a_hyphen_where_the_siblings_have_one() -> None:
    printed = ("http://a.cn/2020/c-101.htm", "http://a.cn/2021/c 102.htm")
    assert urls(*printed) == [printed[0], "http://a.cn/2021/c-102.htm"]


def test_every_blank_of_an_address_is_filled() -> None:
    assert urls("http://a.cn/art 120 33.html") == ["http://a.cn/art_120_33.html"]


def test_a_line_break_within_an_address_is_taken_out_and_said() -> None:
    (address,) = mended("http://a.cn/2019/\nt1.htm")
    assert (address.url, address.repairs) == (
        "http://a.cn/2019/t1.htm",
        ("line break taken out: “2019/ t1.htm” is “2019/t1.htm”",),
    )


def test_a_line_break_stands_for_the_mark_that_siblings_show_there() -> None:
    assert urls("http://a.cn/t20191018_149418.htm", "http://a.cn/t20191018\n149419.htm")[1] == (
        "http://a.cn/t20191018_149419.htm"
    )


# --- hosts


def test_a_host_without_www_gets_it_where_a_sibling_shows_it() -> None:
    first, second = mended("http://most.gov.cn/a/1.htm", "http://www.most.gov.cn/b/2.htm")
    assert first.url == "http://www.most.gov.cn/a/1.htm"
    assert first.repairs == ("host without www: “most.gov.cn” is “www.most.gov.cn” as in footnote 2",)
    assert second.repairs == ()


@pytest.mark.parametrize(
    "other", ["http://www.gov.cn/b/2.htm", "http://most.gov.cn/b/2.htm", "http://www.xmost.gov.cn/2.htm"]
)
def test_a_host_without_www_stays_where_no_sibling_shows_it(other: str) -> None:
    assert urls("http://most.gov.cn/a/1.htm", other)[0] == "http://most.gov.cn/a/1.htm"


def test_capitals_and_ports_in_hosts_do_not_confuse_www() -> None:
    assert (
        urls("HTTPS://Most.gov.cn/1.htm", "http://WWW.most.gov.cn/2.htm")[0]
        == "HTTPS://www.Most.gov.cn/1.htm"
    )
    assert (
        urls("http://most.gov.cn:8080/1.htm", "http://www.most.gov.cn/2.htm")[0]
        == "http://most.gov.cn:8080/1.htm"
    )


# --- cut ends


def test_an_address_cut_after_the_date_is_unresolved() -> None:
    _, cut = mended(FOLDER + "t20191018_149418.htm", FOLDER + "t20191019")
    assert cut.url is None and cut.repairs == ()
    assert cut.because == "cut off after the date (“t20191019”): the page's id is not printed"


@pytest.mark.parametrize("tail", ["t20191018", "t20191018_", "t20191018_14", "t2019", "t"])
def test_an_address_is_cut_wherever_its_siblings_names_go_on(tail: str) -> None:
    assert urls(FOLDER + "t20191018_149418.htm", FOLDER + tail)[1] is None


def test_an_address_cut_within_a_folder_is_unresolved() -> None:
    assert urls(FOLDER + "t20191018_149418.htm", "http://www.most.gov.cn/gfxwj2019/2019")[1] is None


@pytest.mark.parametrize(
    "path", ["gfxwj2019", "gfxwj2019/", "gfxwj2019/201911", "other", "", "gfxwj2019/201911/"]
)
def test_a_folders_address_is_whole(path: str) -> None:
    url = f"http://www.most.gov.cn/{path}"
    assert urls(FOLDER + "t20191018_149418.htm", url)[1] == url


def test_a_name_that_is_only_a_date_is_cut_even_without_siblings() -> None:
    assert urls("http://www.most.gov.cn/202003/t20200309") == [None]


def test_a_cut_address_never_borrows_a_siblings_id() -> None:
    assert urls(FOLDER + "t20191018_149418.htm", FOLDER + "t20191018") == [
        FOLDER + "t20191018_149418.htm",
        None,
    ]


def test_a_cut_address_of_another_host_proves_nothing() -> None:
    assert urls(FOLDER + "t20191018_149418.htm", "http://a.cn/gfxwj2019/201910/t2019")[1] is not None


def test_a_doubt_about_whose_address_it_is_leaves_it_unresolved() -> None:
    (address,) = repair(
        [Address(5, "http://a.cn/1.htm", "http://a.cn/1.htm", (), "two lines for three footnotes")]
    )
    assert (address.url, address.because) == (None, "two lines for three footnotes")


def test_what_has_no_address_stays_so() -> None:
    (address,) = repair([Address(5, "", None, (), "no address")])
    assert (address.url, address.because) == (None, "no address")


# --- lost parts


def test_a_lost_part_is_put_back_where_its_digits_stand_again() -> None:
    _, other, broken = mended(
        "http://a.cn/x2019/201906/t20190611_147034.htm",
        "http://a.cn/x2019/201910/t20191018_149419.htm",
        "http://a.cn/x2019/20191018_149420.htm",
    )
    assert other.repairs == ()
    assert broken.url == "http://a.cn/x2019/201910/t20191018_149420.htm"
    assert broken.repairs == ("lost path part “201910/t” restored as in footnote 2",)


def test_a_lost_part_is_looked_for_after_blank_and_host_are_put_right() -> None:
    fixed = mended(FOLDER + "t20191018_149419.htm", "http://most.gov.cn/gfxwj2019/20191018 149420.htm")[1]
    assert fixed.url == FOLDER + "t20191018_149420.htm"
    assert [how.partition(":")[0].partition(" “")[0] for how in fixed.repairs] == [
        "blank for underscore",
        "host without www",
        "lost path part",
    ]


def test_a_lost_part_without_digits_needs_siblings_that_agree() -> None:
    siblings = ("http://a.cn/x/art_1.htm", "http://a.cn/x/art_2.htm")
    assert urls(*siblings, "http://a.cn/x/3.htm")[2] == "http://a.cn/x/art_3.htm"
    assert urls(siblings[0], "http://a.cn/x/3.htm")[1] == "http://a.cn/x/3.htm"


def test_siblings_that_disagree_restore_nothing() -> None:
    printed = (
        "http://a.cn/x/art_1.htm",
        "http://a.cn/x/doc_2.htm",
        "http://a.cn/x/art_4.htm",
        "http://a.cn/x/3.htm",
    )
    assert urls(*printed)[3] == "http://a.cn/x/3.htm"


def test_a_folder_more_or_less_is_no_damage() -> None:
    printed = ("http://a.cn/z/2019/c_2.htm", "http://a.cn/z/2019/c_3.htm", "http://a.cn/z/c_1.htm")
    assert urls(*printed) == list(printed)


def test_a_lost_folder_is_put_back_where_the_name_says_it_again() -> None:
    assert urls(FOLDER + "t20191018_149419.htm", "http://www.most.gov.cn/gfxwj2019/t20191018_149420.htm")[
        1
    ] == (FOLDER + "t20191018_149420.htm")


def test_a_part_that_is_the_rule_is_not_damage_in_the_rest() -> None:
    names = ("1", "2", "3", "art_4", "art_5")
    printed = [f"http://a.cn/x/{name}.htm" for name in names]
    assert urls(*printed) == printed


# --- small things


def test_neighbours_of_one_folder_have_one_shape() -> None:
    assert shape("/201910/t20191018_149418.htm") == shape("/201911/t20191105_149777.htm")
    assert shape("/a1") != shape("/a10")


@pytest.mark.parametrize(
    ("numbers", "words"),
    [([3], "footnote 3"), ([7, 4], "footnotes 4 and 7"), ([4, 6, 7, 4], "footnotes 4, 6 and 7")],
)
def test_footnotes_are_named_as_in_a_sentence(numbers: list[int], words: str) -> None:
    assert footnotes(numbers) == words


@given(st.lists(st.text(alphabet="htp:/w.ac_ \n0129-t", max_size=40).map("http://".__add__), max_size=6))
def test_any_addresses_are_answered_one_for_one(printed: list[str]) -> None:
    fixed = mended(*printed)
    assert [one.printed for one in fixed] == printed
    assert all((one.url is None) == (one.because is not None) for one in fixed)
    assert all(one.repairs or one.url in (None, one.printed) for one in fixed)


@given(st.lists(st.integers(100_000, 999_999), min_size=1, max_size=8, unique=True))
def test_repairing_twice_changes_nothing_more(ids: list[int]) -> None:
    once = mended(*(f"http://a.cn/201910/t20191018 {number}.htm" for number in ids))
    assert [one.url for one in mended(*(one.url or "" for one in once))] == [one.url for one in once]

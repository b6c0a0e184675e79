"""The others of a batch tell where one of them may stand: by their move, their folder, their neighbours."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.batch import Member, beside, is_of_batch, moved_alike

OLD = "http://www.most.gov.cn/mostinfo/xinxifenlei/fgzc/gfxwj/gfxwj2019/201910"
NEW = "https://www.most.gov.cn/xxgk/xinxifenlei/fdzdgknr/qtwj/qtwj2019/201910"
HEFEI = Member(f"{OLD}/t20191018_149420.htm", signed=date(2019, 10, 17), number="国科函规〔2019〕185号")


def member(name: str, stands: str | None, **more: object) -> Member:
    return Member(f"{OLD}/{name}.htm", stands, **more)  # type: ignore[arg-type]


def test_what_moved_by_the_same_rule_stands_by_it() -> None:
    old, new = f"{OLD}/t20191018_149417.htm", f"{NEW}/t20191018_149417.html"
    assert moved_alike(HEFEI.cited, old, new) == f"{NEW}/t20191018_149420.html"


def test_every_number_of_a_move_has_its_counterpart() -> None:
    old = "http://a.gov.cn/gfxwj2019/201910/t20191018_149417.htm"
    new = "https://a.gov.cn/qtwj2019/201910/t20191018_149417.html"
    lost = "http://a.gov.cn/gfxwj2020/202003/t20200309_152222.htm"
    assert moved_alike(lost, old, new) == "https://a.gov.cn/qtwj2020/202003/t20200309_152222.html"


def test_a_page_number_given_anew_is_moved_by_as_much_as_the_old_ones_lie_apart() -> None:
    old, new = f"{OLD}/t20191018_149417.htm", "https://www.most.gov.cn/kjbgz/201910/t20191018_000520.html"
    moved = "https://www.most.gov.cn/kjbgz/201910/t20191018_000523.html"
    assert moved_alike(HEFEI.cited, old, new) == moved


@pytest.mark.parametrize(
    ("url", "old"),
    [
        (HEFEI.cited, "http://www.gov.cn/zhengce/2019-10/18/content_5441182.htm"),
        (HEFEI.cited, f"{OLD}/t20191018_149420.htm"),
        ("http://a.cn/1/2.htm", "http://a.cn/1/1.htm"),
    ],
    ids=["another kind of address", "the same", "a number with two counterparts"],
)
def test_without_a_rule_nothing_is_proposed(url: str, old: str) -> None:
    assert moved_alike(url, old, "https://b.cn/1/1.html") is None


@pytest.mark.parametrize(
    ("other", "same"),
    [
        (member("t20191018_149423", None), True),
        (member("t20191018_149424", None), False),
        (Member("http://www.gov.cn/a.htm", signed=date(2019, 10, 17)), True),
        (Member("http://www.gov.cn/a.htm", signed=date(2019, 10, 18)), False),
        (Member("http://www.gov.cn/a.htm", number="国科函规[2019]188号"), True),
        (Member("http://www.gov.cn/a.htm", number="国科函规〔2020〕185号"), False),
    ],
)
def test_a_batch_is_signed_on_one_day_or_numbered_or_filed_side_by_side(other: Member, same: bool) -> None:
    assert is_of_batch(HEFEI, other) is is_of_batch(other, HEFEI) is same


def test_the_rule_comes_first_then_the_folder_of_its_batch_and_the_pages_beside() -> None:
    far = "https://www.most.gov.cn/elsewhere/t20191019_700100.html"
    wanted = beside(
        HEFEI,
        [
            member("t20191018_149417", f"{NEW}/t20191018_149417.html"),
            Member("http://www.gov.cn/a.htm", far, signed=date(2019, 10, 17)),
        ],
    )
    assert wanted[:3] == (
        f"{NEW}/t20191018_149420.html",
        "https://www.most.gov.cn/elsewhere/t20191018_149420.html",
        f"{NEW}/t20191018_149418.html",
    )
    assert far.replace("700100", "700101") in wanted and far not in wanted
    assert len(wanted) == len(set(wanted))


def test_others_of_no_batch_that_did_not_move_tell_nothing() -> None:
    stays = "http://www.gov.cn/zhengce/2020-01/01/content_5441182.htm"
    assert beside(HEFEI, [Member(stays, stays), member("t20191018_149417", None)]) == ()


def test_where_another_was_cited_that_is_lost_too_is_not_asked() -> None:
    others = [member("t20191018_149419", f"{NEW}/t20191018_149419.html"), member("t20191018_149418", None)]
    there = Member(f"{NEW}/t20191018_149418.html")
    wanted = beside(HEFEI, [*others, there])
    assert f"{NEW}/t20191018_149417.html" in wanted and there.cited not in wanted


@given(st.integers(1000, 999999), st.integers(1000, 999999), st.integers(1000, 999999))
def test_no_address_at_which_another_stands_is_proposed(one: int, other: int, new: int) -> None:
    others = [member(f"t20191018_{other}", f"{NEW}/t20191018_{new}.html")]
    wanted = beside(member(f"t20191018_{one}", None), others)
    assert f"{NEW}/t20191018_{new}.html" not in wanted
    assert f"{OLD}/t20191018_{one}.htm" not in wanted

"""Days, numerals and document numbers survive a round trip through every form they are printed in."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.chinese import (
    FORMS,
    LIMIT,
    find_dates,
    find_numbers,
    fold,
    format_date,
    format_number,
    normalise_number,
    parse_date,
    parse_number,
)

DAYS = st.dates(min_value=date(1900, 1, 1), max_value=date(2999, 12, 31))
NUMBER = "国科函规〔2020〕171号"


@pytest.mark.parametrize(
    "printed",
    [
        "2020-01-23",
        "2020-1-23",
        "2020/01/23 09:00",
        "2020.1.23",
        "2020．1．23",
        "2020年1月23日",
        "2020年01月23日",
        "2020年1月23日　08:28",
        "2020 年 1 月 23 日",
        "２０２０年１月２３日",
        "2020-01-23-10:01:00",
        "2020-01-23T10:01:00+08:00",
        "2020-01-23 00:00:00.0",
        "20200123",
        "二〇二〇年一月二十三日",
        "二○二○年一月二十三日",
        "二ＯＯ".replace("ＯＯ", "Ｏ二Ｏ") + "年一月二十三日",
        "二0二0年元月廿三日",
        "二零二零年一月二十三日",
        "发布时间：2020-01-23 来源：科技部",
        "（2020年1月23日）",
        "1579708800000",
        "2020年1月23号",
        "2020\u3000年\u30001\u3000月\u300023\u3000日",
    ],
)
def test_every_form_of_a_day_is_read(printed: str) -> None:
    assert parse_date(printed) == date(2020, 1, 23)


@pytest.mark.parametrize(
    "printed",
    [
        "",
        "2018年",
        "2020年1月",
        "2020年2月30日",
        "2020-13-01",
        "2020-00-10",
        "120200123",
        "010-58881411",
        "10:12:00",
        "国科函规〔2020〕171号",
        "2020-01/23",
        "20201301",
        "0123-01-01",
        "一月二十三日",
        "192.168.0.1",
        "2020-1-234",
        "二〇二〇年十三月一日",
        "二〇二〇年一月三十二日",
        "10000000000000",
        "三千年",
    ],
)
def test_what_is_no_day_is_none(printed: str) -> None:
    assert parse_date(printed) is None


def test_milliseconds_are_days_in_beijing() -> None:
    assert parse_date("1640135712000") == date(2021, 12, 22)
    assert parse_date("1640102400000") == date(2021, 12, 22)
    assert parse_date("1640102399999") == date(2021, 12, 21)


def test_all_days_are_found_in_order_with_their_places() -> None:
    text = "自2019年10月30日至2019-11-05，二〇二〇年元月一日起"
    found = list(find_dates(text))
    assert [each.day for each in found] == [date(2019, 10, 30), date(2019, 11, 5), date(2020, 1, 1)]
    assert [text[each.start : each.end] for each in found] == [
        "2019年10月30日",
        "2019-11-05",
        "二〇二〇年元月一日",
    ]


def test_a_month_that_does_not_exist_is_passed_over() -> None:
    assert [each.day for each in find_dates("2020-99-01，2020-09-01")] == [date(2020, 9, 1)]


@given(DAYS, st.sampled_from(FORMS))
def test_a_day_survives_every_form(day: date, form: str) -> None:
    assert parse_date(format_date(day, form)) == day


@given(DAYS, st.sampled_from(FORMS), st.text(alphabet="的函 （）《》、。关于印发\n", max_size=20))
def test_a_day_is_found_in_any_sentence(day: date, form: str, around: str) -> None:
    assert [found.day for found in find_dates(around + format_date(day, form) + around)] == [day]


@given(DAYS)
def test_full_width_digits_are_digits(day: date) -> None:
    wide = str.maketrans("0123456789", "０１２３４５６７８９")
    assert parse_date(format_date(day, "chinese").translate(wide)) == day


@given(st.text(max_size=60))
def test_any_text_can_be_asked_for_a_day(text: str) -> None:
    days = [found.day for found in find_dates(text)]
    assert parse_date(text) in {*days[:1], None} or text.strip().isdigit()


def test_forms_are_printed_as_documented() -> None:
    printed = [format_date(date(2020, 1, 3), form) for form in FORMS]
    assert printed == [
        "2020-01-03",
        "2020/1/3",
        "2020.1.3",
        "2020年1月3日",
        "2020年01月03日",
        "二〇二〇年一月三日",
        "二○二○年一月三日",
    ]


def test_an_unknown_form_is_an_error() -> None:
    with pytest.raises(KeyError):
        format_date(date(2020, 1, 3), "roman")


@pytest.mark.parametrize(
    ("printed", "value"),
    [
        ("〇", 0),
        ("零", 0),
        ("十", 10),
        ("十二", 12),
        ("二十", 20),
        ("二十三", 23),
        ("廿三", 23),
        ("卅", 30),
        ("一百", 100),
        ("一百零八", 108),
        ("一百一十", 110),
        ("两千零八", 2008),
        ("二〇二〇", 2020),
        ("二千〇八", 2008),
        ("三万", 30_000),
        ("一万〇五", 10_005),
        ("十万", 100_000),
        ("一千二百万", 12_000_000),
        ("一亿二千万", 120_000_000),
        ("18", 18),
        ("１８", 18),
    ],
)
def test_numerals_are_read(printed: str, value: int) -> None:
    assert parse_number(printed) == value


@pytest.mark.parametrize(
    "printed", ["", "abc", "第一", "十百", "一千千", "万", "OO", "二十三个", "1.5", "-3", "一" * 40, "9" * 13]
)
def test_what_is_no_numeral_is_none(printed: str) -> None:
    assert parse_number(printed) is None


@given(st.integers(min_value=0, max_value=LIMIT - 1))
def test_a_number_survives_its_numeral(value: int) -> None:
    assert parse_number(format_number(value)) == value


@pytest.mark.parametrize("value", [-1, LIMIT])
def test_numbers_out_of_range_are_refused(value: int) -> None:
    with pytest.raises(ValueError, match="was expected"):
        format_number(value)


@given(st.text(max_size=30))
def test_any_text_can_be_asked_for_a_number(text: str) -> None:
    value = parse_number(text)
    assert value is None or 0 <= value < LIMIT


@pytest.mark.parametrize(
    "printed",
    [
        "国科函规〔2020〕171号",
        "国科函规[2020]171号",
        "国科函规［2020］171号",
        "国科函规【2020】171号",
        "国科函规（2020）171号",
        "国科函规(2020)171号",
        "国科函规﹝2020﹞171号",
        "国科函规〈2020〉171号",
        "国科函规〔２０２０〕１７１号",
        " 国科函规 〔2020〕 171 号 ",
        "国科函规\u3000〔2020〕\xa0171号",
        "国科函规〔2020年〕171号",
        "国科函规〔二〇二〇〕171号",
        "国科\u200b函规〔2020〕171号",
    ],
)
def test_a_document_number_has_one_form(printed: str) -> None:
    assert normalise_number(printed) == NUMBER


@pytest.mark.parametrize(
    ("printed", "kept"),
    [
        ("农科(产业)函[2017]第68号", "农科（产业）函〔2017〕第68号"),
        ("公告 2018年第12号", "公告2018年第12号"),
        ("", ""),
        ("无", "无"),
    ],
)
def test_what_else_a_number_holds_stays(printed: str, kept: str) -> None:
    assert normalise_number(printed) == kept


@given(st.text(alphabet="国科函规〔〕[]（）(2020)１７ 号第年", max_size=30))
def test_normalising_twice_changes_nothing(text: str) -> None:
    assert normalise_number(normalise_number(text)) == normalise_number(text)


@given(
    st.sampled_from(["国科发规", "国科函规", "国办发", "农科(产业)函"]),
    st.integers(1949, 2999),
    st.integers(1, 99_999),
)
def test_numbers_are_found_in_a_sentence(body: str, year: int, number: int) -> None:
    for brackets in ("〔〕", "[]", "（）"):
        printed = f"{body}{brackets[0]}{year}{brackets[1]}{number}号"
        assert find_numbers(f"《通知》，{printed}。") == [normalise_number(printed)]


def test_folding_leaves_one_blank_and_no_invisible_signs() -> None:
    assert fold(" 标\u3000\u3000题\xa0：\r\n\t\u200b科\ufeff技\u00ad部 ") == "标 题 ： 科技部"


@given(st.text(max_size=60))
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)

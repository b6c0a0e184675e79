"""Chinese days, numerals and document numbers, as ministries print them.

Days are years from 1900 to 2999 in the forms of `FORMS`; whoever prints other calendars is not read.
The form of document numbers is GB/T 9704-2012, section 7.2.5: 机关代字〔年份〕序号号.
"""

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone
from typing import NamedTuple

BEIJING = timezone(timedelta(hours=8), "Asia/Shanghai")
"""China has had one time without summer time since 1991; the pages print its days."""

DIGITS = "〇一二三四五六七八九"
ZEROS = "零○◯ＯOoОо０0"
"""What is typed for 〇: the circles of three character sets, Latin and Cyrillic O, the digit."""
UNITS = {"十": 10, "百": 100, "千": 1000}
MYRIADS = {"万": 10**4, "亿": 10**8}
LIMIT = 10**12

UNSEEN = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
"""Characters without width: soft hyphen, joiners, marks of direction, byte order marks."""

_VALUES = {digit: value for value, digit in enumerate(DIGITS)} | dict.fromkeys(ZEROS, 0) | {"两": 2}
_TENS = str.maketrans({"廿": "二十", "卅": "三十"})
_WIDE = str.maketrans("０１２３４５６７８９", "0123456789")
_CIRCLES = str.maketrans(dict.fromkeys(ZEROS, "〇"))

_B = r"\s{0,4}"
_YEAR = r"(?:19|2\d)\d\d"
_ARABIC = (
    rf"(?<!\d)(?P<y>{_YEAR}){_B}"
    rf"(?:年{_B}(?P<m1>\d{{1,2}}){_B}月{_B}(?P<d1>\d{{1,2}})(?:{_B}[日号]|(?!\d))"
    rf"|(?P<sep>[-/.．－—–]){_B}(?P<m2>\d{{1,2}}){_B}(?P=sep){_B}(?P<d2>\d{{1,2}})(?!\d))"
)
_NUMERALS = (
    rf"(?P<cy>[一二][{DIGITS}{ZEROS}]{{3}}){_B}年"
    rf"{_B}(?P<cm>[元正一二三四五六七八九十]{{1,2}}){_B}月{_B}(?P<cd>初?[一二三四五六七八九十廿卅]{{1,3}}){_B}日"
)
_DAY = re.compile(f"{_ARABIC}|{_NUMERALS}")
_MILLISECONDS = re.compile(r"1\d{12}", re.ASCII)
_EPOCH = datetime(1970, 1, 1, 8, tzinfo=BEIJING)
_COMPACT = re.compile(rf"({_YEAR})(\d\d)(\d\d)")

_OPEN, _CLOSE = "〔［\\[（(【﹝〈<{｛", "〕］\\]）)】﹞〉>}｝"
_BRACKETED_YEAR = re.compile(rf"[{_OPEN}]({_YEAR}|[一二][{DIGITS}{ZEROS}]{{3}})年?[{_CLOSE}]")
_ROUND = str.maketrans("()", "（）")
NUMBER = re.compile(
    rf"[\u4e00-\u9fff](?:[\u4e00-\u9fff]|[（(][\u4e00-\u9fff]{{1,6}}[)）]){{0,19}} ?"
    rf"[{_OPEN}] ?{_YEAR} ?年?[{_CLOSE}] ?第? ?\d{{1,5}} ?号"
)
"""A document number in running text whose blanks are folded and whose digits are ASCII."""

FORMS = ("iso", "slash", "dot", "chinese", "padded", "numerals", "circles")
"""The ways to print a day; see `format_date`."""


def fold(text: str) -> str:
    """Return a text as one line: blanks collapsed, characters without width gone.

    U+3000 and the no-break blank are blanks.
    """
    return " ".join(UNSEEN.sub("", text).split())


def plain_digits(text: str) -> str:
    """Return a text with its full-width digits as ASCII: `［２０２０］１２号` is `［2020］12号`."""
    return text.translate(_WIDE)


class PrintedDay(NamedTuple):
    """A day and the part of the text that prints it."""

    day: date
    start: int
    end: int


def find_dates(text: str) -> Iterator[PrintedDay]:
    """Yield every day that a text prints, in order; what is no day of the calendar is passed over."""
    for found in _DAY.finditer(text.translate(_WIDE)):
        day = _calendar(*_parts(found))
        if day is not None:
            yield PrintedDay(day, found.start(), found.end())


def parse_date(text: str) -> date | None:
    """Return the first day that a text prints, whatever stands around it (times, 来源); None without one.

    `20200123` alone is a day, too, and so are the 13 digits of milliseconds since 1970 that scripts turn
    into Beijing's day (国家税务总局 prints them); a year or a month (`2018年`) is none.
    """
    if _MILLISECONDS.fullmatch(text.strip()):
        return (_EPOCH + timedelta(milliseconds=int(text))).date()
    compact = _COMPACT.fullmatch(text.translate(_WIDE).strip())
    if compact:
        return _calendar(*map(int, compact.groups()))
    return next((found.day for found in find_dates(text)), None)


def format_date(day: date, form: str = "iso") -> str:
    """Print a day: 2020-01-23, 2020/1/23, 2020.1.23, 2020年1月23日, 2020年01月23日, 二〇二〇年一月二十三日.

    `form` is one of FORMS in that order; `circles` is `numerals` with ○ for 〇. KeyError for others.
    """
    year = "".join(DIGITS[int(digit)] for digit in f"{day.year:04}")
    numerals = f"{year}年{format_number(day.month)}月{format_number(day.day)}日"
    return {
        "iso": day.isoformat(),
        "slash": f"{day.year}/{day.month}/{day.day}",
        "dot": f"{day.year}.{day.month}.{day.day}",
        "chinese": f"{day.year}年{day.month}月{day.day}日",
        "padded": f"{day.year}年{day.month:02}月{day.day:02}日",
        "numerals": numerals,
        "circles": numerals.replace("〇", "○"),
    }[form]


def parse_number(text: str) -> int | None:
    """Return the value of a Chinese or Arabic numeral (二十三, 两千零八, 二〇二〇, ２３), else None.

    Numerals are read below 10¹²; without 十百千万亿 each digit is a place.
    """
    plain = fold(text).translate(_WIDE)
    if plain.isascii() and plain.isdecimal():
        return int(plain) if len(plain) <= 12 else None
    plain = plain.translate(_TENS)
    if plain.isascii() or len(plain) > 30:
        return None
    if all(sign in _VALUES for sign in plain):
        value = int("".join(str(_VALUES[sign]) for sign in plain))
        return value if value < LIMIT else None
    return _grouped(plain)


def format_number(value: int) -> str:
    """Print a number from 0 below 10¹² in Chinese: 十, 一百一十, 二千〇八. ValueError beyond."""
    if not 0 <= value < LIMIT:
        raise ValueError(f"a number from 0 below {LIMIT} was expected, not {value}")
    groups = (value // MYRIADS["亿"], value // MYRIADS["万"] % 10**4, value % 10**4)
    printed = "".join(_four_places(*group) for group in zip(groups, ("亿", "万", ""), strict=True))
    printed = re.sub("〇+", "〇", printed).strip("〇") or "〇"
    return printed.removeprefix("一") if printed.startswith("一十") else printed


def normalise_number(text: str) -> str:
    """Return a document number in its one form: `国科函规 [2020] 171 号` is `国科函规〔2020〕171号`.

    The year stands in 〔〕, other brackets are full-width, digits ASCII, blanks go; the rest stays as
    printed (第, 公告2018年第12号). Idempotent.
    """
    plain = "".join(fold(text).translate(_WIDE).split()).translate(_ROUND)
    return _BRACKETED_YEAR.sub(lambda found: f"〔{parse_number(found[1])}〕", plain)


def find_numbers(text: str) -> list[str]:
    """Return the document numbers printed in a text, normalised, in order."""
    return [normalise_number(found) for found in NUMBER.findall(fold(text).translate(_WIDE))]


def _parts(found: re.Match[str]) -> tuple[int | None, int | None, int | None]:
    """Return year, month and day of a match of `_DAY`."""
    if found["y"]:
        return int(found["y"]), int(found["m1"] or found["m2"]), int(found["d1"] or found["d2"])
    month = found["cm"].replace("元", "一").replace("正", "一")
    return parse_number(found["cy"]), parse_number(month), parse_number(found["cd"].removeprefix("初"))


def _calendar(year: int | None, month: int | None, day: int | None) -> date | None:
    """Return the day if the calendar has it."""
    try:
        return date(year or 0, month or 0, day or 0)
    except ValueError:
        return None


def _grouped(text: str) -> int | None:
    """Return the value of a numeral with units, whose units must fall within each group of four places."""
    total = group = digit = 0
    ceiling, myriad = LIMIT, LIMIT
    for sign in text:
        if sign in UNITS and UNITS[sign] < ceiling:
            group, digit, ceiling = group + (digit or 1) * UNITS[sign], 0, UNITS[sign]
        elif sign in MYRIADS and MYRIADS[sign] < myriad and group + digit:
            total, group, digit = total + (group + digit) * MYRIADS[sign], 0, 0
            ceiling, myriad = LIMIT, MYRIADS[sign]
        elif sign in _VALUES and not digit:
            digit = _VALUES[sign]
        else:
            return None
    return total + group + digit


def _four_places(value: int, name: str) -> str:
    """Print a group of four places with all its zeros, and its name where it counts anything."""
    places = zip(f"{value:04}", ("千", "百", "十", ""), strict=True)
    printed = "".join(DIGITS[int(digit)] + (unit if digit != "0" else "") for digit, unit in places)
    return printed.rstrip("〇") + name if value and name else printed

"""Decoding: right by the bytes whatever is declared, and no loss that is not reported."""

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.decode import declared_charset, decode
from scraper.readers import read_body

TITLE = "科技部关于支持广州市建设国家新一代人工智能创新发展试验区的函"
CHINESE = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=20, max_size=200)


def page(head: str, body: str = TITLE) -> str:
    return f"<html><head><title>{TITLE}</title>{head}</head><body><p>{body}</p></body></html>"


@pytest.mark.parametrize(
    ("charset", "declared"),
    [
        ("utf-8", None),
        ("utf-8", "gb2312"),
        ("utf-8", "iso-8859-1"),
        ("gb18030", None),
        ("gbk", "utf-8"),
        ("gbk", "gb2312"),
        ("gbk", "iso-8859-1"),
        ("gb2312", "nonsense"),
    ],
)
def test_bytes_tell_and_declarations_do_not(charset: str, declared: str | None) -> None:
    header = f"text/html; charset={declared}" if declared else None
    decoded = decode(page("").encode(charset), header)
    assert decoded.text == page("")
    assert decoded.replaced == 0
    assert decoded.charset == ("utf-8" if charset == "utf-8" else "gb18030")


@pytest.mark.parametrize("sign", ["镕", "䲠", "𠮷", "€"])
def test_one_character_outside_gb2312_costs_nothing(sign: str) -> None:
    text = page('<meta http-equiv="Content-Type" content="text/html; charset=gb2312">', f"朱{sign}基")
    decoded = decode(text.encode("gb18030"), None)
    assert (decoded.text, decoded.declared, decoded.replaced, decoded.warnings) == (text, "gb2312", 0, ())


@pytest.mark.parametrize(
    "meta",
    [
        "<META http-equiv=Content-Type content='text/html; charset=GBK'>",
        '<meta charset="GBK">',
        "<meta charset=gbk/>",
        '<meta name="a" content="b"><MeTa CHARSET = "gBk" >',
        "<!--" + "x" * 50_000 + "--><meta charset=gbk>",
    ],
)
def test_a_meta_is_found_late_and_in_capitals(meta: str) -> None:
    assert declared_charset(page(meta).encode("gbk"), None) == "gbk"


def test_the_header_is_believed_before_the_page() -> None:
    assert declared_charset(b'<meta charset="gbk">', 'text/html; charset="UTF-8"') == "utf-8"


def test_an_xml_declaration_declares() -> None:
    assert declared_charset(b'<?xml version="1.0" encoding="GB2312"?><html>', None) == "gb2312"


def test_nothing_declared_is_none() -> None:
    assert declared_charset(b"<html>", "text/html") is None


@pytest.mark.parametrize(
    ("bom", "charset"),
    [
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
        (codecs.BOM_UTF32_BE, "utf-32-be"),
    ],
)
def test_a_byte_order_mark_decides_and_goes(bom: bytes, charset: str) -> None:
    decoded = decode(bom + TITLE.encode(charset), "text/html; charset=gbk")
    assert (decoded.text, decoded.charset, decoded.replaced) == (TITLE, charset, 0)


@pytest.mark.parametrize("name", ["Big5", "big5-hkscs", "x-x-big5"])
def test_big5_counts_where_it_is_declared(name: str) -> None:
    text = page(f'<meta charset="{name}">', "關於支持廣州建設新一代人工智能創新發展試驗區的函")
    decoded = decode(text.replace(TITLE, "試驗區").encode("big5"), None)
    assert decoded.charset == "big5hkscs"
    assert "關於支持廣州" in decoded.text


@pytest.mark.parametrize(
    ("codec", "name"),
    [("cp932", "Shift_JIS"), ("euc-jp", "euc-jp"), ("cp949", "euc-kr"), ("iso-2022-jp", "iso-2022-jp")],
)
def test_other_double_byte_sets_count_where_they_are_declared(codec: str, name: str) -> None:
    decoded = decode("東京都".encode(codec), f"text/html; charset={name}")
    assert (decoded.text, decoded.replaced) == ("東京都", 0)


def test_utf16_without_a_mark_counts_where_it_is_declared() -> None:
    assert decode("<p>科技部".encode("utf-16-le"), "text/html; charset=utf-16le").text == "<p>科技部"


def test_a_big5_declaration_over_utf8_bytes_is_a_lie() -> None:
    decoded = decode(TITLE.encode(), "text/html; charset=big5")
    assert (decoded.text, decoded.warnings) == (TITLE, ("declared big5, read as utf-8",))


def test_a_lie_is_said_and_a_superset_is_none() -> None:
    assert decode(TITLE.encode("gbk"), "text/html; charset=utf-8").warnings == (
        "declared utf-8, read as gb18030",
    )
    assert decode(TITLE.encode("gbk"), "text/html; charset=gb2312").warnings == ()
    assert decode(TITLE.encode(), "text/html; charset=utf8").warnings == ()


@pytest.mark.parametrize("cut", [1, 2])
def test_a_cut_last_character_is_one_loss(cut: int) -> None:
    decoded = decode(TITLE.encode()[:-cut], None)
    assert decoded.charset == "utf-8"
    assert decoded.text == TITLE[:-1] + "\ufffd"
    assert decoded.replaced == 1
    assert decoded.warnings[0] == "1 places are no utf-8 and stand as U+FFFD"


def test_a_damaged_byte_in_utf8_does_not_make_it_gb18030() -> None:
    content = (TITLE * 3).encode()
    decoded = decode(content[:45] + b"\xff" + content[46:], None)
    assert decoded.charset == "utf-8"
    assert decoded.text.startswith(TITLE[:15])
    assert decoded.replaced > 0


def test_a_damaged_byte_in_gbk_leaves_the_rest() -> None:
    content = TITLE.encode("gbk") + b"\xff" + TITLE.encode("gbk")
    decoded = decode(content, "text/html; charset=gbk")
    assert decoded.charset == "gb18030"
    assert decoded.text.startswith(TITLE)
    assert decoded.replaced >= 1


def test_a_genuine_replacement_character_is_no_loss() -> None:
    decoded = decode("问号\ufffd问号".encode(), None)
    assert (decoded.text, decoded.replaced) == ("问号\ufffd问号", 0)


def test_an_empty_body_is_an_empty_text() -> None:
    assert decode(b"", None).text == ""


@given(st.binary(max_size=400), st.none() | st.text(max_size=40))
def test_any_bytes_decode(content: bytes, content_type: str | None) -> None:
    decoded = decode(content, content_type)
    assert (decoded.replaced > 0) == any("U+FFFD" in warning for warning in decoded.warnings)


@given(st.binary(max_size=400), st.sampled_from(["gbk", "utf-8", "big5", "utf-16", "euc-jp", "hz", "x"]))
def test_decoding_loses_nothing_that_it_does_not_report(content: bytes, declared: str) -> None:
    decoded = decode(content, f"text/html; charset={declared}")
    if (
        decoded.replaced == 0
        and content[:2] not in {b"\xff\xfe", b"\xfe\xff"}
        and declared not in {"big5", "euc-jp"}
    ):
        again = decoded.text.encode(decoded.charset, "surrogatepass")
        assert again == content.removeprefix(codecs.BOM_UTF8) or again.decode(decoded.charset) == decoded.text


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=200))
def test_utf8_comes_back_whole(text: str) -> None:
    decoded = decode(text.encode(), None)
    assert decoded.text == text.removeprefix("\ufeff")
    assert decoded.replaced == 0


@given(CHINESE)
def test_gb18030_comes_back_whole(text: str) -> None:
    decoded = decode(f"<p>{text}</p><p>的</p>".encode("gb18030"), None)
    assert (decoded.text, decoded.replaced) == (f"<p>{text}</p><p>的</p>", 0)


@given(st.binary(max_size=300), st.none() | st.sampled_from(["text/html", "image/png", "application/json"]))
def test_any_body_has_a_reading(content: bytes, content_type: str | None) -> None:
    decoded, reading = read_body(content, content_type, None)
    assert read_body(content, content_type, None) == (decoded, reading)

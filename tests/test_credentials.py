"""What speaks for and against a letter, fact by fact."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from letters import AI_ZONES, LETTERS, PILOT_AREAS

from monitor.credentials import Weight, address, is_government, issuer, number, official_host

UNHURRIED = settings(deadline=None)  # the first example loads the list of characters


# Addresses


@pytest.mark.parametrize("letter", LETTERS, ids=[letter.place.en for letter in LETTERS])
def test_the_letters_own_addresses_are_official(letter) -> None:  # type: ignore[no-untyped-def]
    assert address(letter.url, AI_ZONES).weight is Weight.FOR
    assert address(letter.url, PILOT_AREAS).weight is Weight.FATAL


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://www.most.gov.cn/tztg/", "www.most.gov.cn"),
        ("https://WWW.MOST.GOV.CN:443/tztg/", "www.most.gov.cn"),
        ("https://www.most.gov.cn./tztg/", "www.most.gov.cn"),
        ("www.most.gov.cn/tztg/", "www.most.gov.cn"),
        (" https://www.gov.cn/x\n", "www.gov.cn"),
        ("http://big5.www.gov.cn/gate/big5/www.gov.cn/zhengce/x.htm", "www.gov.cn"),
        ("http://big5.www.gov.cn/gate/big5/WWW.GOV.CN/zhengce/x.htm", "www.gov.cn"),
        ("http://big5.www.gov.cn/zhengce/x.htm", "big5.www.gov.cn"),
        ("javascript:alert(1)", ""),
        ("mailto:a@most.gov.cn", ""),
        ("https://www.most.gov.cn\\.example.com/", ""),
        ("https://user@www.most.gov.cn/", ""),
        ("http://[::1", ""),
        ("", ""),
    ],
)
def test_an_address_has_the_host_that_every_reader_of_it_sees(url: str, host: str) -> None:
    assert official_host(url) == host


@pytest.mark.parametrize("mirrored", ["example.com", "www.most.gov.cn", "www.gov.cn.example.com"])
def test_a_gate_to_another_site_is_not_the_mirror(mirrored: str) -> None:
    ground = address(f"http://big5.www.gov.cn/gate/big5/{mirrored}/x.htm", AI_ZONES)
    assert ground.weight is Weight.FATAL
    assert mirrored in ground.because


@pytest.mark.parametrize(
    ("path", "weight"),
    [
        ("/tztg/202408/t20240815_191234.html", Weight.FOR),
        ("/tztg/202408/t20240815_000000.html", Weight.FATAL),
        ("/zhengce/content_0000000.htm", Weight.FATAL),
        ("/zhengce/zhengceku/2021-03/25/content_5595549.htm", Weight.FOR),
        ("/tztg/202402/t20240230_191234.html", Weight.FATAL),
        ("/tztg/t00010101_191234.html", Weight.FATAL),
        ("/tztg/index_1.html", Weight.FOR),
        ("/", Weight.FOR),
    ],
)
def test_an_address_that_no_cms_makes_is_invented(path: str, weight: Weight) -> None:
    assert address("https://www.most.gov.cn" + path, AI_ZONES).weight is weight


def test_only_what_stands_under_gov_cn_is_a_government() -> None:
    assert is_government("http://www.tj.gov.cn/x") and is_government("https://gov.cn/")
    assert not is_government("http://gov.cn.example.com/") and not is_government("http://mygov.cn/")


@given(st.text(max_size=60))
def test_no_address_breaks_the_weighing(url: str) -> None:
    assert address(url, AI_ZONES).because
    assert address("https://www.most.gov.cn/" + url, AI_ZONES).weight in Weight


# Numbers


@pytest.mark.parametrize("letter", LETTERS, ids=[letter.place.en for letter in LETTERS])
def test_the_letters_own_numbers_speak_for_them(letter) -> None:  # type: ignore[no-untyped-def]
    assert number(letter.number, AI_ZONES).weight is Weight.FOR


@UNHURRIED
@given(
    st.integers(1949, 2100),
    st.integers(1, 9999),
    st.sampled_from(["〔〕", "[]", "［］", "（）", "()", "【】"]),
    st.sampled_from(["", " ", "\u3000", "\n"]),
)
def test_a_number_is_read_in_every_writing(year: int, serial: int, brackets: str, blank: str) -> None:
    left, right = brackets
    printed = blank.join(["国科函规", left, str(year), right, str(serial), "号"])
    assert number(printed, AI_ZONES).weight is Weight.FOR
    assert number(printed.replace("函", "发"), AI_ZONES).weight is Weight.AGAINST


@pytest.mark.parametrize("printed", ["国科函规〔2020〕号", "国科函规2020171号", "〔2020〕171号", "号", "无"])
def test_what_is_no_number_speaks_against(printed: str) -> None:
    assert number(printed, AI_ZONES).weight is Weight.AGAINST


@pytest.mark.parametrize("printed", [None, "", " \u3000"])
def test_what_is_not_printed_is_not_known(printed: str | None) -> None:
    assert number(printed, AI_ZONES).weight is Weight.UNKNOWN
    assert issuer(printed, AI_ZONES).weight is Weight.UNKNOWN


def test_a_dossier_that_names_no_prefix_takes_any_number() -> None:
    anything = replace(AI_ZONES, numbers=())
    assert number("工信部科〔2021〕1号", anything).weight is Weight.UNKNOWN


# Issuers


@pytest.mark.parametrize(
    ("printed", "weight"),
    [
        ("科技部", Weight.FOR),
        ("科学技术部", Weight.FOR),
        ("中华人民共和国科学技术部", Weight.FOR),
        ("中華人民共和國科學技術部", Weight.FOR),
        ("教育部 科技部", Weight.FOR),
        ("教育部、科技部", Weight.FOR),
        ("科技部办公厅", Weight.AGAINST),
        ("科技部农村司", Weight.AGAINST),
        ("术部", Weight.AGAINST),
        ("国务院", Weight.AGAINST),
    ],
)
def test_a_department_of_the_ministry_is_not_the_ministry(printed: str, weight: Weight) -> None:
    assert issuer(printed, AI_ZONES).weight is weight

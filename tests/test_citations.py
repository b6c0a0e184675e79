"""Citations from a document: a translation as users have it, and documents damaged on purpose."""

import csv
import json
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.citations import Document, as_document, cite
from monitor.footnotes import address_in
from monitor.model import Place
from monitor.places import find, lookup

SHARED = Path(__file__).parents[1].parent / "shared"
RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
PLAIN = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
CITIES = ["Beijing", "Shanghai", "Xi'an", "Guangzhou", "Wuhan", "Suzhou", "Harbin", "Deqing County"]


def raised(number: int) -> str:
    return str(number).translate(RAISED)


def urls(text: str) -> dict[int, str | None]:
    return {cited.footnote: cited.url for cited in cite(text).citations}


def table(marks: list[int]) -> str:
    head = "Location\tDate Created\tDate Announced\tStrengths"
    cities = (f"{CITIES[at % 8]} {raised(mark)}" for at, mark in enumerate(marks))
    return "\n".join([head, *(f"{city}\tMay 22, 2019\tJune 11, 2019\tData" for city in cities)]) + "\n\n"


# --- numbers


@pytest.mark.parametrize("mark", ["²", "2", "2.", "2)", "[2]", "(2)", "  ²", "² ", "2:"])
def test_a_footnote_is_numbered_in_any_way(mark: str) -> None:
    assert urls(f"1 http://a.cn/1.htm\n\n{mark} http://a.cn/2.htm\n") == {
        1: "http://a.cn/1.htm",
        2: "http://a.cn/2.htm",
    }


def test_a_raised_number_may_touch_its_address() -> None:
    assert urls("¹http://a.cn/1.htm\n²http://a.cn/2.htm") == {1: "http://a.cn/1.htm", 2: "http://a.cn/2.htm"}


def test_words_may_stand_before_an_address() -> None:
    (cited,) = cite("¹ For the Chinese text of the notice, see: http://a.cn/1.htm.").citations
    assert (cited.url, cited.what, cited.status) == ("http://a.cn/1.htm", "notice", "intact")


def test_words_may_run_on_over_lines() -> None:
    (cited,) = cite(
        "¹ A translation is forthcoming. For the\nChinese text of the guideline,\nsee:\nhttp://a.cn/1.htm"
    ).citations
    assert (cited.url, cited.what) == ("http://a.cn/1.htm", "guideline")


def test_a_year_at_the_head_of_a_line_is_no_footnote() -> None:
    assert cite("2019 http://a.cn/1.htm\n\n1 http://a.cn/2.htm").citations[0].url == "http://a.cn/2.htm"


def test_a_lost_number_is_restored_between_its_neighbours_and_said() -> None:
    _, second, _ = cite("¹ http://a.cn/1.htm\n\nhttp://a.cn/2.htm\n\n³ http://a.cn/3.htm").citations
    assert (second.footnote, second.url, second.status) == (2, "http://a.cn/2.htm", "repaired")
    assert second.repairs == ("lost footnote number 2 restored: it stands between footnotes 1 and 3",)


def test_a_lost_number_at_either_end_is_known_from_the_table() -> None:
    text = table([1, 2, 3]) + "http://a.cn/1.htm\n\n² http://a.cn/2.htm\n\nhttp://a.cn/3.htm"
    assert urls(text) == {number: f"http://a.cn/{number}.htm" for number in (1, 2, 3)}


def test_without_any_number_the_order_counts() -> None:
    document = cite("http://a.cn/1.htm\nhttp://a.cn/2.htm")
    assert [cited.footnote for cited in document.citations] == [1, 2]
    assert all("in the order of the text" in cited.repairs[0] for cited in document.citations)


def test_a_footnote_with_words_whose_number_is_lost_fills_its_gap() -> None:
    text = "¹ http://a.cn/1.htm\n\nFor the Chinese text, see: http://a.cn/2.htm\n\n³ http://a.cn/3.htm"
    assert urls(text)[2] == "http://a.cn/2.htm"


def test_an_address_in_the_running_text_is_no_footnote() -> None:
    assert list(urls("¹ http://a.cn/1.htm\n\nThe site http://b.cn/ says so.\n\n² http://a.cn/2.htm")) == [
        1,
        2,
    ]


def test_which_of_several_lines_is_the_lost_one_is_not_guessed() -> None:
    text = "¹ http://a.cn/1.htm\n\nhttp://a.cn/x.htm\n\nhttp://a.cn/y.htm\n\n³ http://a.cn/3.htm"
    document = cite(text)
    assert (document.citations[1].url, document.citations[1].status) == (None, "unresolved")
    assert document.citations[1].because == "no address stands for it in the text"
    assert [line.partition("” ")[0] for line in document.warnings] == [
        "“http://a.cn/x.htm",
        "“http://a.cn/y.htm",
    ]


def test_a_note_without_an_address_is_no_citation_and_frees_no_number() -> None:
    assert list(urls("¹ http://a.cn/1.htm\n\n² Ibid.\n\n³ http://a.cn/3.htm")) == [1, 3]


def test_a_zone_whose_footnote_has_no_line_stays_unresolved() -> None:
    document = cite(table([1, 2]) + "¹ http://a.cn/1.htm")
    assert [(one.footnote, one.printed, one.status) for one in document.citations][1] == (
        2,
        None,
        "unresolved",
    )


def test_a_running_footer_takes_no_footnotes_place() -> None:
    footer = "http://publisher.org\n\n"
    text = f"¹ http://a.cn/1.htm\n\n{footer}{footer}http://a.cn/2.htm\n\n³ http://a.cn/3.htm\n\n{footer}"
    document = cite(text)
    assert {one.footnote: one.url for one in document.citations}[2] == "http://a.cn/2.htm"
    assert document.warnings[0] == (
        "“http://publisher.org” stands 2 times without a footnote number, and no number is free for it"
    )


def test_a_number_given_twice_counts_once_and_is_said() -> None:
    document = cite("¹ http://a.cn/1.htm\n\n¹ http://a.cn/other.htm")
    assert [one.url for one in document.citations] == ["http://a.cn/1.htm"]
    assert document.warnings == ("footnote 1 is printed with 2 addresses; the first counts",)


@pytest.mark.parametrize("power", ["10⁶ cubic", "5 m² of", "20 km² of"])
def test_a_power_is_no_footnote(power: str) -> None:
    assert list(urls(f"There are {power} it.\n\n¹ http://a.cn/1.htm")) == [1]


def test_equal_cut_lines_stand_for_all_footnotes_without_a_line_and_are_reported_once() -> None:
    cut = "http://a.cn/202003/t20200309\n"
    document = cite(table([1, 2, 3]) + "¹ http://a.cn/202003/t20200309_152220.htm\n\n" + cut * 8)
    assert [(one.footnote, one.url, one.printed) for one in document.citations[1:]] == [
        (2, None, cut.strip()),
        (3, None, cut.strip()),
    ]
    assert "8 equal lines" in (document.citations[1].because or "")
    assert len(document.warnings) == 1 and "8 times" in document.warnings[0]


def test_lines_before_the_equal_ones_take_the_first_free_numbers() -> None:
    whole = [f"http://a.cn/202003/t20200309_15222{n}.htm\n" for n in (1, 2)]
    document = cite(table([1, 2, 3, 4]) + "".join(whole) + "http://a.cn/202003/t20200309\n" * 5)
    assert [one.url for one in document.citations] == [whole[0].strip(), whole[1].strip(), None, None]
    assert "stand for footnotes 3 and 4" in (document.citations[2].because or "")


def test_fewer_equal_lines_than_free_numbers_settle_nothing() -> None:
    document = cite(table([1, 2, 3, 4]) + "http://a.cn/1.htm\n" + "http://a.cn/202003/t20200309\n" * 2)
    assert {one.because for one in document.citations} == {"no address stands for it in the text"}


def test_equal_whole_lines_too_many_for_their_footnotes_settle_nothing() -> None:
    document = cite(table([1, 2, 3]) + "¹ http://a.cn/1.htm\n\n" + "http://a.cn/2.htm\n" * 3)
    assert [one.status for one in document.citations] == ["intact", "unresolved", "unresolved"]


def test_words_that_lead_to_an_address_make_a_footnote_where_nothing_is_numbered() -> None:
    text = "For the Chinese text of the notice, see: http://a.cn/1.htm\n\nhttp://a.cn/2.htm"
    assert [(one.footnote, one.what) for one in cite(text).citations] == [(1, "notice"), (2, None)]


def test_a_footnote_before_the_tables_first_is_known_from_counting() -> None:
    text = table([2, 3]) + "http://a.cn/1.htm\n\n² http://a.cn/2.htm\n\n³ http://a.cn/3.htm"
    assert urls(text) == {number: f"http://a.cn/{number}.htm" for number in (1, 2, 3)}


def test_a_number_far_from_all_others_proves_no_footnotes_between() -> None:
    assert list(urls("¹ http://a.cn/1.htm\n\n[410] http://a.cn/2.htm")) == [1, 410]


# --- addresses in lines


@pytest.mark.parametrize(
    ("line", "address"),
    [
        ("see http://a.cn/content 5427767.htm", "http://a.cn/content 5427767.htm"),
        ("see http://a.cn/1.htm 2019 and more.htm", "http://a.cn/1.htm"),
        ("(http://a.cn/1.htm).", "http://a.cn/1.htm"),
        ("见 http://a.cn/1.htm。", "http://a.cn/1.htm"),
        ("“http://a.cn/1.htm”", "http://a.cn/1.htm"),
        ("http://a.cn/list of 12 zones", "http://a.cn/list"),
        ("HTTPS://A.CN/1.HTM", "HTTPS://A.CN/1.HTM"),
        ("http:// then http://a.cn/1", "http://a.cn/1"),
    ],
)
def test_an_address_ends_where_it_ends(line: str, address: str) -> None:
    found = address_in(line)
    assert found and found[1] == address


@pytest.mark.parametrize("line", ["", "no address", "http://", "http://[::1", "ftp://a.cn/1.htm"])
def test_a_line_without_an_address_has_none(line: str) -> None:
    assert address_in(line) is None


def test_an_address_broken_over_two_lines_is_joined_and_said() -> None:
    (cited,) = cite("¹ http://a.cn/2019/\n201910/t20191018_149420.htm").citations
    assert cited.url == "http://a.cn/2019/201910/t20191018_149420.htm"
    assert cited.repairs[0].startswith("line break taken out")


def test_invisible_characters_do_not_matter() -> None:
    assert urls("\ufeff¹ http://a.cn/con\u200btent\u00ad_1.htm") == {1: "http://a.cn/content_1.htm"}


# --- places


def test_the_chinese_name_comes_from_the_text_first() -> None:
    text = "Deqing County (德清县) is near.\n\n" + "Deqing County ¹\tMay 1, 2019\tMay 2, 2019\tData"
    asked: list[str] = []

    def place(name: str) -> Place | None:
        asked.append(name)
        return Place("德清县", "Deqing County", "浙江省") if name == "德清县" else None

    (zone,) = cite(text, place).zones
    assert (zone.zh, zone.province, asked) == ("德清县", "浙江省", ["德清县"])


def test_a_look_up_that_means_another_place_is_not_believed() -> None:
    text = "Deqing County (德清县) ¹\tMay 1, 2019\tMay 2, 2019\tData"
    (zone,) = cite(text, lambda _: Place("德庆县", "Deqing County", "广东省")).zones
    assert (zone.zh, zone.province) == ("德清县", None)


def test_a_place_that_nobody_knows_keeps_its_english_name() -> None:
    (zone,) = cite("Erewhon ¹\tMay 1, 2019\tMay 2, 2019\tData").zones
    assert (zone.en, zone.zh, zone.province) == ("Erewhon", None, None)


# --- a clean document, disturbed


def clean(count: int) -> list[str]:
    return [
        f"http://www.most.gov.cn/gfxwj2019/2019{10 + n % 3}/t2019{10 + n % 3}18_{149400 + n}.htm"
        for n in range(count)
    ]


def disturbed(address: str, damage: str) -> str:
    if "blank" in damage:
        address = address.replace("_", " ")
    if "www" in damage:
        address = address.replace("www.", "")
    if "part" in damage:
        folder = address.split("/")[4]
        address = address.replace(f"{folder}/t", "")
    return address


DAMAGE = st.lists(
    st.sampled_from(["", "blank", "www", "blank www", "part", "blank www part"]), min_size=12, max_size=12
)
MARKS = st.lists(
    st.sampled_from(["{raised}", "{plain}", "[{plain}]", "{plain}.", ""]), min_size=12, max_size=12
)


@given(DAMAGE, MARKS, st.integers(3, 12), st.sampled_from(["\n", "\n\n", "\r\n"]))
def test_a_disturbed_document_gives_the_clean_one_back(
    damage: list[str], marks: list[str], count: int, end: str
) -> None:
    whole = clean(count)
    kept = {n for n in range(count) if n < 3}
    numbers = [marks[n].format(raised=raised(n + 1), plain=n + 1) for n in range(count)]
    printed = [url if n in kept else disturbed(url, damage[n]) for n, url in enumerate(whole)]
    lines = [f"{number} {address}".strip() for number, address in zip(numbers, printed, strict=True)]
    document = cite(table(list(range(1, count + 1))) + end.join(lines))
    assert [one.url for one in document.citations] == whole
    for n, cited in enumerate(document.citations):
        hurt = (damage[n] != "" and n not in kept) or not marks[n]
        assert cited.status == ("repaired" if hurt else "intact")
        assert len(cited.repairs) == (0 if n in kept else len(damage[n].split())) + (not marks[n])
    assert document.warnings == ()


@given(st.text(max_size=300))
def test_any_text_at_all_is_answered(text: str) -> None:
    json.dumps(as_document(cite(text)))


LINE = st.text(alphabet="¹²³12[] \thtp:/a.cn_0.m,(德清)March92020", max_size=50) | st.sampled_from(
    ["http://a.cn/1.htm", "² http://a.cn/t20200309", "Xi'an ³\tMay 1, 2019\tMay 2, 2019\tA", ""]
)


@given(st.lists(LINE, max_size=12))
def test_every_footnote_has_exactly_one_object_in_order(lines: list[str]) -> None:
    numbers = [one.footnote for one in cite("\n".join(lines)).citations]
    assert numbers == sorted(set(numbers))


@given(st.lists(LINE, max_size=12))
def test_status_address_and_reason_always_agree(lines: list[str]) -> None:
    for one in cite("\n".join(lines)).citations:
        assert (one.status == "unresolved") == (one.url is None) == (one.because is not None)
        assert (one.status == "repaired") == bool(one.repairs)
        assert one.status != "intact" or one.printed == one.url


@pytest.mark.parametrize(
    "text",
    [
        "¹ " + "word " * 200_000,
        "http://a.cn/" + "1 2 " * 100_000,
        "¹ a\n" + "b b b b\n" * 50_000,
        "Xi'an ¹\tMay 1, 2019\tMay 2, 2019\t" + "(,（" * 50_000,
        "Xi'an" + " " * 100_000 + "¹\tMay 1, 2019\tMay 2, 2019\tData",
        "⁹" * 100_000,
        "\n".join(f"{n} http://a.cn/{n} {n}.htm" for n in range(1, 1000)),
        "http://" * 50_000,
    ],
    ids=["words", "blanks", "lines", "brackets", "gap", "raised", "thousand", "schemes"],
)
def test_no_text_takes_long(text: str) -> None:
    began = time.process_time()
    cite(text)
    assert time.process_time() - began < 5


# --- the contract, and the translation


def test_the_object_has_the_contracts_keys() -> None:
    told: Any = as_document(cite(table([1]) + "¹ http://a.cn/1 1.htm"))
    assert list(told) == ["citations", "zones", "warnings"]
    assert told["citations"] == [
        {
            "footnote": 1,
            "printed": "http://a.cn/1 1.htm",
            "url": "http://a.cn/1_1.htm",
            "repairs": ["blank for underscore: “1 1.htm” is “1_1.htm”"],
            "status": "repaired",
            "because": None,
            "for": "Beijing",
        }
    ]
    assert told["zones"] == [
        {
            "zone": {"zh": None, "en": "Beijing", "province": None},
            "created": "2019-05-22",
            "announced": "2019-06-11",
            "strengths": [{"en": "Data", "zh": None}],
            "footnote": 1,
        }
    ]


@pytest.fixture(scope="module")
def translation() -> Document:
    path = SHARED / "report" / "cset-ai-pilot-zones.txt"
    if not path.exists():
        pytest.skip("the translation's text is not beside this checkout")
    return cite(path.read_text(encoding="utf-8"), lambda name: lookup(name) or find(name))


def facts(name: str) -> list[dict[str, str]]:
    path = SHARED / "facts" / f"{name}.csv"
    if not path.exists():
        pytest.skip(f"facts/{name}.csv is not beside this checkout")
    return list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))


def test_the_translation_has_twelve_footnotes_as_people_repaired_them(translation: Document) -> None:
    for cited, row in zip(translation.citations, facts("url_repair"), strict=True):
        knowable = row["knowable_from_report"].startswith("yes")
        assert cited.footnote == int(row["footnote"])
        assert cited.url == (row["repaired_url_2020_form"] if knowable else None)
        assert (cited.status == "intact") == ("none" in row["defects"])


def test_the_translations_every_defect_is_named(translation: Document) -> None:
    words = {
        "blank for _": "blank for underscore",
        "host without www": "host without www",
        '"201910/t" lost': "lost path part “201910/t”",
        "footnote number lost": "lost footnote number 5",
    }
    for cited, row in zip(translation.citations[:10], facts("url_repair"), strict=False):
        defects = [defect.partition(" (")[0] for defect in row["defects"].split("; ")]
        named = [words[defect] for defect in defects if defect in words]
        assert len(cited.repairs) == len(named)
        assert all(any(how.startswith(word) for how in cited.repairs) for word in named)


def test_the_translations_two_cut_addresses_stay_unresolved(translation: Document) -> None:
    for cited, zone in zip(translation.citations[10:], ["Jinan", "Xi'an"], strict=True):
        assert (cited.url, cited.status, cited.what) == (None, "unresolved", zone)
        assert cited.because == (
            "cut off after the date (“t20200309”): the page's id is not printed; "
            "8 equal lines without a footnote number stand for footnotes 11 and 12"
        )
    assert len(translation.warnings) == 1


def test_the_translations_zones_are_the_eleven_of_the_facts(translation: Document) -> None:
    known = {row["zone_en"]: row for row in facts("zones") if row["in_report"] == "yes"}
    assert {zone.en for zone in translation.zones} == set(known)
    for zone in translation.zones:
        row = known[zone.en]
        assert zone.zh == row["zone_in_title"]
        assert (zone.created or "") and zone.created.isoformat() == row["date_signed"]  # type: ignore[union-attr]
        if zone.en != "Beijing":
            assert zone.announced and zone.announced.isoformat() == row["date_published"]


def in_columns(text: str) -> str:
    rows = [line.split("\t") if "\t" in line else [line] for line in text.split("\n")]
    widths = (20, 22, 22, 0)
    columns = [[cell.ljust(width) for cell, width in zip(row, widths, strict=False)] for row in rows]
    return "\n".join("".join(row).rstrip() if len(row) > 1 else row[0].rstrip() for row in columns)


@pytest.mark.parametrize(
    "otherwise",
    [
        lambda text: text.translate(PLAIN),
        lambda text: text.replace("\n", "\r\n"),
        lambda text: re.sub(r"\n\n+", "\n", text),
        lambda text: text.replace("\t", "    "),
        lambda text: re.sub("[⁰¹²³⁴-⁹]+", lambda mark: "[" + mark[0].translate(PLAIN) + "]", text),
        lambda text: text.replace("\n\n²", "\n\f²"),
        lambda text: text.replace("content 5", "content\u00a05"),
        in_columns,
    ],
    ids=["plain", "crlf", "dense", "blanks", "boxed", "pages", "hard-blanks", "columns"],
)
def test_the_translation_reads_the_same_from_any_text_of_its_pdf(
    translation: Document, otherwise: Callable[[str], str]
) -> None:
    text = (SHARED / "report" / "cset-ai-pilot-zones.txt").read_text(encoding="utf-8")
    other = cite(otherwise(text), lambda name: lookup(name) or find(name))
    assert other.zones == translation.zones
    assert [(one.footnote, one.url, one.what) for one in other.citations] == [
        (one.footnote, one.url, one.what) for one in translation.citations
    ]


def test_the_translation_without_numbers_before_its_addresses_loses_only_what_is_cut(
    translation: Document,
) -> None:
    text = (SHARED / "report" / "cset-ai-pilot-zones.txt").read_text(encoding="utf-8")
    other = cite(re.sub("(?m)^[⁰¹²³⁴-⁹]+ ", "", text))
    assert [one.url for one in other.citations] == [one.url for one in translation.citations]


def test_the_translations_row_over_the_page_break_is_whole(translation: Document) -> None:
    (row,) = [zone for zone in translation.zones if zone.en == "Chongqing"]
    assert [one.en for one in row.strengths][2:] == [
        "robust infrastructure",
        "smart manufacturing",
        "smart city",
        "AI software",
        "robotics",
    ]


def test_the_translations_county_is_named_in_both_languages(translation: Document) -> None:
    (county,) = [zone for zone in translation.zones if zone.en == "Deqing County"]
    assert (county.zh, county.province) == ("德清县", "浙江省")
    assert [(one.en, one.zh) for one in county.strengths] == [
        ("Autonomous driving", None),
        ("smart agriculture", None),
        ("county-level intelligent governance", "县域智能治理"),
    ]

"""Places read out of titles and sentences."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from letters import ALL, LETTERS, PHRASE

from monitor.frames import CutFit, compile_frame
from monitor.mentions import could_begin_place, leading_place, places_by, read_places
from monitor.places import Level, lookup, units
from monitor.titles import normalise

UNHURRIED = settings(deadline=None)  # the first example loads the lists of places and characters
UNITS = st.sampled_from(units())
CITIES = st.sampled_from([unit for unit in units() if unit.level is Level.PREFECTURE])


def names(text: str) -> list[str]:
    return [place.zh for place in places_by(normalise(text), PHRASE)]


# A row of places


@UNHURRIED
@given(UNITS)
@example(next(unit for unit in units() if unit.name == "于洪区"))
@example(next(unit for unit in units() if unit.name == "天等县"))
def test_every_place_of_the_list_is_read_as_one_place(unit) -> None:  # type: ignore[no-untyped-def]
    named = read_places(normalise(unit.name), unit.province)
    assert named.places == (lookup(unit.name, unit.province),)
    assert not named.strangers and not named.refused


@UNHURRIED
@given(
    st.lists(CITIES, min_size=1, max_size=4, unique=True),
    st.sampled_from(["、", ",", "和", "与", "及", "以及", "-"]),
)
def test_a_row_of_cities_is_read_whatever_joins_it(row, joint) -> None:  # type: ignore[no-untyped-def]
    named = read_places(joint.join(unit.name for unit in row))
    assert list(named.places) == [lookup(unit.name) for unit in row]


@pytest.mark.parametrize(
    "name", ["和田市", "和平区", "和县", "泰和县", "平和县", "呼和浩特市", "和龙市", "政和县", "和政县"]
)
def test_he_inside_a_name_parts_nothing(name: str) -> None:
    assert [place.zh for place in read_places(name).places] == [lookup(name).zh]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("printed", "zh"),
    [
        ("沈阳、哈尔滨等城市", ["沈阳", "哈尔滨"]),
        ("沈阳等三市", ["沈阳"]),
        ("在成都", ["成都"]),
        ("广州市人民政府", ["广州"]),
        ("广州、广州市", ["广州"]),
        ("天津(滨海新区)", ["滨海新区"]),
        ("上海(浦东新区)、浙江(德清)", ["浦东新区", "德清县"]),
        ("", []),
        ("、", []),
    ],
)
def test_what_surrounds_a_name_is_not_the_name(printed: str, zh: list[str]) -> None:
    assert [place.zh for place in read_places(printed).places] == zh


@pytest.mark.parametrize("words", ["有关城市", "清华大学", "某中心", "abc", "12", "市", "人工智能产业"])
def test_words_that_are_no_name_are_refused_and_said(words: str) -> None:
    assert read_places(words).refused == (words,)
    assert not read_places(words).are_credible


@given(st.text(max_size=260))
def test_no_words_break_the_reading(words: str) -> None:
    named = read_places(normalise(words))
    assert set(named.strangers) <= {place.zh for place in named.places}


@pytest.mark.parametrize(
    ("words", "could"), [("", True), ("哈", True), ("雄安新", True), ("有关", False), ("举" * 13, False)]
)
def test_a_cut_name_may_be_anything_short_that_is_not_said_otherwise(words: str, could: bool) -> None:
    assert could_begin_place(words) is could


# Places by the phrase


@UNHURRIED
@given(CITIES, st.sampled_from(["建设", "创建", "获批", "", "启动建设", "等地建设", "市等3个城市建设"]))
def test_the_city_before_the_phrase_is_read(unit, verb) -> None:  # type: ignore[no-untyped-def]
    place = lookup(unit.name)
    assert place is not None
    assert place.zh in names(f"关于{unit.name}{verb.removeprefix('市')}{PHRASE}的报道")


@pytest.mark.parametrize("letter", LETTERS, ids=[letter.place.en for letter in LETTERS])
def test_a_letter_quoted_in_a_text_names_its_place(letter) -> None:  # type: ignore[no-untyped-def]
    assert names(f"收到《{letter.title}》（{letter.number}）。") == [letter.place.zh]


@pytest.mark.parametrize(
    ("text", "zh"),
    [
        (f"北京、上海、天津建设{PHRASE}", ["北京", "上海", "天津"]),
        (f"杭州市和德清县{PHRASE}", ["杭州", "德清县"]),
        (f"{PHRASE}正式落户苏州市。", ["苏州"]),
        (f"苏州{PHRASE}和长沙{PHRASE}", ["苏州", "长沙"]),
        (f"苏州{PHRASE}，苏州市{PHRASE}", ["苏州"]),
        (f"苏州经济很好。建设{PHRASE}", []),
        (f"祝大家平平安安建设{PHRASE}", []),
        (f"{PHRASE}已增至9个", []),
        (f"浙江省湖州市德清县{PHRASE}", ["德清县"]),
        ("苏州", []),
    ],
)
def test_only_places_that_the_phrase_is_said_of_are_read(text: str, zh: list[str]) -> None:
    assert names(text) == zh


@pytest.mark.parametrize(
    ("title", "zh"),
    [
        ("天津市人民政府关于", "天津"),
        ("德清县政府", "德清县"),
        ("湖北省人民政府", None),
        ("科技部关于", None),
        ("", None),
    ],
)
def test_a_title_may_begin_with_a_place_but_a_province_is_no_zone(title: str, zh: str | None) -> None:
    place = leading_place(title)
    assert (place and place.zh) == zh


# Beginnings of a frame

FRAME = compile_frame("关于支持{place}建设{phrase}的函", PHRASE)


@given(st.sampled_from(ALL), st.integers(0, 30))
def test_every_beginning_of_a_title_fits_the_frame_with_its_place(place, length) -> None:  # type: ignore[no-untyped-def]
    title = f"关于支持{place.zh}建设{PHRASE}的函"[: 4 + len(place.zh) + length]
    assert any(fit.place == place.zh for fit in FRAME.cut_fits(title))


def test_the_surest_beginning_comes_first() -> None:
    assert FRAME.cut_fits("关于支持福建") == (CutFit("福", 1), CutFit("福建", 0))
    assert FRAME.cut_fits("关于支持广州建设国家")[0] == CutFit("广州", 4)
    assert FRAME.cut_fits("关于") == (CutFit("", 0),)
    assert FRAME.cut_fits("批复") == ()
    assert FRAME.cut_fits("") == ()

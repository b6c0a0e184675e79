"""Strengths are found in a letter's text: few and right."""

from hypothesis import given
from hypothesis import strategies as st

from monitor.dossier_model import Strength
from monitor.strengths import LONGEST, QUALITIES, strengths
from tests.accepted import dossier

GLOSSARY = dossier().glossary
GUANGZHOU = (
    "一、支持广州市建设国家新一代人工智能创新发展试验区。试验区建设要贯彻新发展理念。\n"
    "二、广州商贸发达、科教资源集中、制造业门类齐全，智能网联汽车、智慧医疗和智能终端发展较快。"
    "试验区要以应用牵引技术创新，推动更多应用场景开放。\n"
    "三、要与深圳试验区相互配合，发挥产业链完整的优势。"
)


def terms(text: str, place: str = "广州") -> list[str | None]:
    return [one.zh for one in strengths(text, place, GLOSSARY)]


def test_a_letter_s_strengths_come_in_its_order_with_the_glossary_s_english() -> None:
    assert strengths(GUANGZHOU, "广州", GLOSSARY) == (
        Strength("商贸发达", "商贸发达"),
        Strength("science education resources", "科教资源"),
        Strength("制造业门类齐全", "制造业门类齐全"),
    )


def test_a_task_in_the_same_words_is_no_strength() -> None:
    assert terms("二、试验区要推动应用场景和算力开放，科教资源丰富的单位可以参加。") == []
    assert "应用场景" not in terms(GUANGZHOU)
    assert "产业链完整" not in terms(GUANGZHOU)


def test_the_advantages_that_a_zone_is_to_play_out_are_its_strengths() -> None:
    text = "充分发挥济南市应用场景丰富、算力基础良好、数据资源优势，在制造、农业、交通等行业推广。"
    assert terms(text, "济南") == ["应用场景", "算力基础", "数据资源"]


def test_the_way_shanghai_s_are_listed_gives_the_translation_s_four_terms() -> None:
    text = "二、上海科教资源、应用场景、海量数据、开放等方面条件突出。试验区要以这四项条件为依托。"
    zone = next(zone for zone in dossier().zones if zone.en == "Shanghai")
    assert terms(text, "上海") == [one.zh for one in zone.strengths]


def test_the_longer_term_of_the_glossary_is_meant() -> None:
    assert terms("济南算力基础良好。", "济南") == ["算力基础"]
    assert terms("天津在算力、数据资源和先进制造方面积累较厚。", "天津") == ["算力"]


def test_a_term_inside_another_word_is_not_found() -> None:
    assert terms("德清县全域开放测试道路，自动驾驶、县域智能治理等应用已有起步。", "德清县") == [
        "县域智能治理"
    ]


def test_a_quality_said_of_a_whole_series_is_not_cut_off_with_its_last_part() -> None:
    assert terms("沈阳机器人、数控机床和航空产业底蕴深厚。", "沈阳") == []


def test_a_clause_without_a_quality_is_no_strength_where_the_place_is_only_the_subject() -> None:
    text = "郑州地处铁路、公路与航空枢纽，客车制造、物流和食品工业规模可观，超级计算能力不断增强。"
    assert terms(text, "郑州") == []


def test_sentences_about_another_place_say_nothing_of_this_one() -> None:
    assert terms("二、武汉高校众多、交通区位优越。") == []


def test_blanks_and_breaks_within_a_line_change_nothing() -> None:
    assert terms(GUANGZHOU.replace("、科", "、 科").replace("集中", "集　中")) == terms(GUANGZHOU)


def test_a_name_with_its_kind_is_the_same_place() -> None:
    assert terms("二、广州市商贸发达、科教资源丰富。") == ["商贸发达", "科教资源"]


def test_nothing_is_named_twice() -> None:
    assert terms("广州科教资源集中。广州科教资源丰富。") == ["科教资源"]


def test_without_a_glossary_all_stays_chinese() -> None:
    assert strengths("广州科教资源集中。", "广州", ()) == (Strength("科教资源集中", "科教资源集中"),)


@given(st.text(alphabet="广州商贸发达科教资源集中、，。和的等发挥优势在\n 一二", max_size=60))
def test_whatever_the_text_a_term_stands_in_it_and_is_short(text: str) -> None:
    bare = "".join(text.split())
    for one in strengths(text, "广州", GLOSSARY):
        assert one.zh is not None
        assert one.zh in bare
        assert one.zh in dict(GLOSSARY) or 4 <= len(one.zh) <= LONGEST


@given(st.sampled_from(QUALITIES), st.sampled_from(("产业", "人才队伍", "基础设施")))
def test_every_quality_makes_a_strength_of_what_it_is_said_of(quality: str, what: str) -> None:
    assert terms(f"二、广州{what}{quality}。") == [f"{what}{quality}"]

"""Places: every division of China by its names, in both languages."""

import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from opencc import OpenCC

from monitor.model import Place
from monitor.naming import established, take_apart
from monitor.places import Level, english, find, is_full, level, lookup, resolve, same_place, units, unknown

UNHURRIED = settings(deadline=None)  # the first example loads the lists of places and characters

UNITS = st.sampled_from(units())
TO_TRADITIONAL = OpenCC("s2t")


# The list


def test_the_list_holds_every_level() -> None:
    count = Counter(unit.level for unit in units())
    assert count[Level.PROVINCE] == 34
    assert count[Level.PREFECTURE] == 333
    assert 2800 < count[Level.COUNTY] < 2900


def test_no_heading_and_no_development_zone_is_a_place() -> None:
    names = {unit.name for unit in units()}
    assert not names & {"市辖区", "县", "-", "省直辖县级行政区划", "苏州工业园区", "石家庄高新技术产业开发区"}
    assert {"下花园区", "东港区", "沈北新区", "浦东新区", "滨海新区", "五家渠市", "神农架林区"} <= names


def test_no_county_is_listed_twice_in_one_city() -> None:
    assert max(Counter((u.name, u.province, u.prefecture, u.level) for u in units()).values()) == 1


@UNHURRIED
@given(UNITS)
def test_every_full_name_is_found_in_its_province(unit) -> None:  # type: ignore[no-untyped-def]
    assert unit in resolve(unit.name)
    place = lookup(unit.name, unit.province)
    assert place is not None
    assert place.zh in {unit.name, unit.name.removesuffix("市")}


@UNHURRIED
@given(UNITS)
def test_the_usual_name_of_a_place_leads_back_to_it(unit) -> None:  # type: ignore[no-untyped-def]
    place = lookup(unit.name, unit.province)
    assert place is not None
    assert lookup(place.zh, unit.province) == place


@UNHURRIED
@given(UNITS)
def test_every_place_has_an_english_name_in_latin_letters(unit) -> None:  # type: ignore[no-untyped-def]
    assert re.fullmatch(r"[A-Z][A-Za-zü' ,-]+", english(unit.name))


@UNHURRIED
@given(UNITS)
def test_traditional_characters_name_the_same_place(unit) -> None:  # type: ignore[no-untyped-def]
    assert set(resolve(unit.name)) & set(resolve(TO_TRADITIONAL.convert(unit.name)))


# Looking up by the Chinese name


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("广州", Place("广州", "Guangzhou", "广东省")),
        ("广州市", Place("广州", "Guangzhou", "广东省")),
        (" 廣 州 市 ", Place("广州", "Guangzhou", "广东省")),
        ("广东省广州市", Place("广州", "Guangzhou", "广东省")),
        ("北京", Place("北京", "Beijing", "北京市")),
        ("德清", Place("德清县", "Deqing County", "浙江省")),
        ("浙江省湖州市德清县", Place("德清县", "Deqing County", "浙江省")),
        ("海淀", Place("海淀区", "Haidian District", "北京市")),
        ("吉林", Place("吉林省", "Jilin Province", None)),
        ("吉林市", Place("吉林市", "Jilin City", "吉林省")),
        ("朝阳", Place("朝阳", "Chaoyang", "辽宁省")),
        ("恩施", Place("恩施土家族苗族自治州", "Enshi Tujia and Miao Autonomous Prefecture", "湖北省")),
        ("恩施州", Place("恩施土家族苗族自治州", "Enshi Tujia and Miao Autonomous Prefecture", "湖北省")),
        ("恩施市", Place("恩施市", "Enshi City", "湖北省")),
        ("内蒙古", Place("内蒙古自治区", "Inner Mongolia Autonomous Region", None)),
        ("南京鼓楼区", Place("鼓楼区", "Gulou District", "江苏省")),
        ("乾县", Place("乾县", "Qian County", "陕西省")),
        ("香港", Place("香港特别行政区", "Hong Kong", None)),
    ],
)
def test_a_name_is_known_with_and_without_what_it_lies_in(name: str, place: Place) -> None:
    assert lookup(name) == place


@pytest.mark.parametrize("name", ["", "市", "雄安新区", "试验区", "科技部", "国家", "滨海", "人" * 400])
def test_what_is_no_known_place_or_may_be_several_is_not_guessed(name: str) -> None:
    assert lookup(name) is None
    assert level(name) is None


def test_a_name_that_several_share_keeps_its_province_open_until_it_is_said() -> None:
    assert lookup("鼓楼区") == Place("鼓楼区", "Gulou District", None)
    assert lookup("鼓楼区", "福建省") == Place("鼓楼区", "Gulou District", "福建省")
    assert lookup("滨海", "江苏省") == Place("滨海县", "Binhai County", "江苏省")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("广东省", Level.PROVINCE),
        ("北京", Level.PROVINCE),
        ("延边州", Level.PREFECTURE),
        ("德清县", Level.COUNTY),
    ],
)
def test_every_place_has_its_level(name: str, expected: Level) -> None:
    assert level(name) is expected


def test_only_names_with_their_suffix_are_full() -> None:
    assert is_full("安康市") and not is_full("安康")


# One place or two


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("广州市", "广州"),
        ("德清", "德清县"),
        ("湖州市德清县", "德清县"),
        ("延边州", "延边朝鲜族自治州"),
        ("雄安", "雄安新区"),
        ("瀋陽", "沈阳市"),
    ],
)
def test_one_place_under_two_names(a: str, b: str) -> None:
    assert same_place(a, b) and same_place(b, a)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("德清县", "湖州"),
        ("德清县", "杭州"),
        ("德清县", "德庆县"),
        ("吉林省", "吉林市"),
        ("吉林", "吉林市"),
        ("恩施市", "恩施州"),
        ("朝阳区", "朝阳市"),
        ("苏州", "宿州"),
        ("雄安新区", "雄安县"),
        ("西安", "西安区"),
        ("", "市"),
    ],
)
def test_two_places_however_alike(a: str, b: str) -> None:
    assert not same_place(a, b) and not same_place(b, a)


@UNHURRIED
@given(UNITS, UNITS)
def test_sameness_has_no_direction(a, b) -> None:  # type: ignore[no-untyped-def]
    assert same_place(a.name, a.name)
    assert same_place(a.name, b.name) == same_place(b.name, a.name)


# English names


@pytest.mark.parametrize(
    ("zh", "en"),
    [
        ("西安", "Xi'an"),
        ("哈尔滨", "Harbin"),
        ("乌鲁木齐市", "Urumqi"),
        ("呼和浩特", "Hohhot"),
        ("拉萨市", "Lhasa"),
        ("陕西省", "Shaanxi Province"),
        ("山西省", "Shanxi Province"),
        ("内蒙古自治区", "Inner Mongolia Autonomous Region"),
        ("延边朝鲜族自治州", "Yanbian Korean Autonomous Prefecture"),
        ("黔西南布依族苗族自治州", "Qianxinan Buyei and Miao Autonomous Prefecture"),
        ("双江拉祜族佤族布朗族傣族自治县", "Shuangjiang Lahu, Va, Blang and Dai Autonomous County"),
        ("伊犁哈萨克自治州", "Ili Kazakh Autonomous Prefecture"),
        ("东乡族自治县", "Dongxiang Autonomous County"),
        ("鄂伦春自治旗", "Oroqen Autonomous Banner"),
        ("管城回族区", "Guancheng Hui District"),
        ("德清县", "Deqing County"),
        ("浦东新区", "Pudong New Area"),
        ("雄安新区", "Xiong'an New Area"),
        ("神农架林区", "Shennongjia Forestry District"),
        ("苏州工业园区", "Suzhou Industrial Park"),
        ("长治市", "Changzhi"),
        ("长子县", "Zhangzi County"),
        ("驻马店市", "Zhumadian"),
        ("漯河市", "Luohe"),
        ("乐清市", "Yueqing"),
        ("吕梁市", "Lüliang"),
        ("东阿县", "Dong'e County"),
        ("津市市", "Jinshi"),
        ("佛冈县", "Fogang County"),
        ("都江堰市", "Dujiangyan"),
    ],
)
def test_english_is_what_translators_write(zh: str, en: str) -> None:
    assert english(zh) == en


@UNHURRIED
@given(st.text(alphabet=st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1, max_size=8))
def test_any_ideographs_at_all_get_an_english_name(name: str) -> None:
    assert unknown(name).zh == name
    assert unknown(name, "河南省").en.strip()


@UNHURRIED
@given(st.text(max_size=20))
def test_no_text_breaks_the_looking_up(name: str) -> None:
    assert isinstance(english(name), str)
    assert (lookup(name) is None) or resolve(name)


def test_names_are_taken_apart_once() -> None:
    assert take_apart("津市市").stem == "津市"
    assert take_apart("内蒙古自治区").stem == "内蒙古"
    assert take_apart("阜新蒙古族自治县").peoples == ("蒙古",)


def test_hand_kept_names_are_of_places_or_their_stems() -> None:
    stems = {take_apart(unit.name).stem for unit in units()}
    names = {unit.name for unit in units()}
    assert set(established()) - stems - names == set()


# Looking up by the English name


@pytest.mark.parametrize(
    ("en", "zh"),
    [
        ("Xi'an", "西安"),
        ("Xi’an", "西安"),
        ("xian", "西安"),
        ("Deqing County", "德清县"),
        ("Deqing", "德清县"),
        ("Harbin", "哈尔滨"),
        ("Beijing Municipality", "北京"),
        ("Guangdong", "广东省"),
        ("Inner Mongolia", "内蒙古自治区"),
        ("Yanbian", "延边朝鲜族自治州"),
        ("Jilin", "吉林省"),
        ("Jilin City", "吉林市"),
        ("Suzhou", "苏州"),
        ("Jinan", "济南"),
        ("Lüliang", "吕梁"),
        ("Luliang", "吕梁"),
        ("Pudong New Area", "浦东新区"),
    ],
)
def test_a_translators_name_finds_the_place(en: str, zh: str) -> None:
    place = find(en)
    assert place is not None and place.zh == zh


@pytest.mark.parametrize("en", ["", "Atlantis", "Taizhou", "Yichun", "Chaoyang District", "County"])
def test_a_name_of_none_or_of_several_finds_nothing(en: str) -> None:
    assert find(en) is None


def test_the_province_tells_places_of_one_spelling_apart() -> None:
    assert find("Taizhou", "浙江省") == Place("台州", "Taizhou", "浙江省")
    assert find("Taizhou", "江苏省") == Place("泰州", "Taizhou", "江苏省")


@UNHURRIED
@given(UNITS)
def test_english_and_chinese_lead_to_each_other_inside_a_province(unit) -> None:  # type: ignore[no-untyped-def]
    place = lookup(unit.name, unit.province)
    assert place is not None
    found = find(place.en, unit.province)
    assert found is None or found.en == place.en


def test_recognising_a_name_does_not_pay_for_pinyin() -> None:
    code = "import sys, monitor.places as p; assert p.resolve('广州'); sys.exit('pypinyin' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_what_the_readme_says_of_the_list_is_so() -> None:
    readme = (Path(__file__).parents[1] / "monitor" / "data" / "README.md").read_text(encoding="utf-8")
    count = Counter(unit.level for unit in units())
    provinces, prefectures, counties = (count[step] for step in Level)
    assert f"{provinces}, {prefectures} and {counties:,} names" in readme
    assert "licence" in readme


def test_the_data_stays_small() -> None:
    folder = Path(__file__).parents[1] / "monitor" / "data"
    assert sum(file.stat().st_size for file in folder.glob("*.txt")) < 150_000

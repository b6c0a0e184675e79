"""New zones told apart: the letters themselves, in every disguise that real pages have brought."""

import random
import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from letters import AI_ZONES, ALL, KNOWN, LETTERS, PHRASE, PILOT_AREAS, Letter
from opencc import OpenCC

from monitor.frames import FrameError, compile_frame
from monitor.mentions import places_by, read_places
from monitor.model import Place, Recognition
from monitor.titles import normalise, tidy
from monitor.zones import Evidence, Verdict, VerdictKind, as_document, classify

UNHURRIED = settings(deadline=None)  # the first example loads the lists of places and characters

GUANGZHOU = LETTERS[11]
NEW, KNOWN_ZONE, MENTION, NONE = VerdictKind


def judge(title: str | None, baseline: tuple[Place, ...] = KNOWN, **more: str | None) -> Verdict:
    return classify(Evidence(title, **more), AI_ZONES, baseline)


def letter_to(printed: str, **more: str | None) -> Verdict:
    return judge(f"科技部关于支持{printed}建设{PHRASE}的函", **more)


def whole(letter: Letter) -> Evidence:
    return Evidence(letter.title, letter.url, letter.number, "科技部", None, letter.addressee)


# The letters


@pytest.mark.parametrize("letter", LETTERS, ids=[letter.place.en for letter in LETTERS])
@pytest.mark.parametrize("baseline", [(), KNOWN, ALL], ids=["no zone known", "11 known", "18 known"])
def test_a_letter_is_a_new_zone_until_its_place_is_known(letter: Letter, baseline: tuple[Place, ...]) -> None:
    verdict = classify(whole(letter), AI_ZONES, baseline)
    assert verdict.verdict is (KNOWN_ZONE if letter.place in baseline else NEW)
    assert verdict.places == (letter.place,)


@pytest.mark.parametrize("letter", LETTERS, ids=[letter.place.en for letter in LETTERS])
def test_a_title_alone_is_enough_and_says_what_is_not_known(letter: Letter) -> None:
    verdict = judge(letter.title, baseline=())
    assert (verdict.verdict, verdict.zone) == (NEW, letter.place)
    assert {"the address is not known", "the document number is not known"} <= set(verdict.because)


def test_a_baseline_that_writes_shi_knows_the_place_without_it() -> None:
    assert judge(GUANGZHOU.title, (Place("广州市", "Guangzhou"),)).verdict is KNOWN_ZONE
    assert letter_to("广州", baseline=(Place("广州市", "Guangzhou"),)).verdict is KNOWN_ZONE


@pytest.mark.parametrize("other", ["湖州", "湖州市", "杭州", "浙江省"])
def test_deqing_county_is_never_folded_into_a_city(other: str) -> None:
    assert letter_to("德清县", baseline=(Place(other, "x"),)).verdict is NEW
    assert letter_to(other, baseline=(Place("德清县", "Deqing County", "浙江省"),)).verdict is NEW


def test_a_county_named_with_its_city_is_the_county() -> None:
    assert letter_to("湖州市德清县").zone == Place("德清县", "Deqing County", "浙江省")
    assert letter_to("湖州市德清县").verdict is KNOWN_ZONE


def test_a_place_of_the_same_name_in_another_province_is_new() -> None:
    beijings = (Place("朝阳区", "Chaoyang District", "北京市"),)
    verdict = letter_to("朝阳区", baseline=beijings, addressee="吉林省人民政府")
    assert (verdict.verdict, verdict.zone and verdict.zone.province) == (NEW, "吉林省")


# Several places


@pytest.mark.parametrize(
    ("printed", "places"),
    [
        ("沈阳、哈尔滨", ["沈阳", "哈尔滨"]),
        ("沈阳,哈尔滨和郑州", ["沈阳", "哈尔滨", "郑州"]),
        ("杭州市和德清县", ["杭州", "德清县"]),
        ("济南—青岛", ["济南", "青岛"]),
        ("沈阳、哈尔滨等2个城市", ["沈阳", "哈尔滨"]),
        ("和田市和呼和浩特市", ["和田市", "呼和浩特"]),
        ("和平区", ["和平区"]),
        ("雄安新区和西咸新区", ["雄安新区", "西咸新区"]),
    ],
)
def test_several_places_in_one_title_are_several(printed: str, places: list[str]) -> None:
    assert [place.zh for place in read_places(normalise(printed)).places] == places


def test_of_several_places_the_new_ones_are_the_news() -> None:
    verdict = letter_to("杭州市和苏州市")
    assert (verdict.verdict, [place.zh for place in verdict.places]) == (NEW, ["苏州"])
    assert "杭州 is in the baseline" in verdict.because


def test_several_known_places_are_known() -> None:
    document = as_document(letter_to("杭州市和德清县"))
    assert document["verdict"] == "known_zone"
    assert [zone["zh"] for zone in document["zones"]] == ["杭州", "德清县"]  # type: ignore[attr-defined]


# Invented places

INVENTED = [
    ("宁波市", "宁波", "Ningbo", "浙江省"),
    ("厦门", "厦门", "Xiamen", "福建省"),
    ("乌鲁木齐市", "乌鲁木齐", "Urumqi", "新疆维吾尔自治区"),
    ("呼和浩特市", "呼和浩特", "Hohhot", "内蒙古自治区"),
    ("拉萨", "拉萨", "Lhasa", "西藏自治区"),
    ("鄂尔多斯市", "鄂尔多斯", "Ordos", "内蒙古自治区"),
    ("漯河市", "漯河", "Luohe", "河南省"),
    ("六安市", "六安", "Lu'an", "安徽省"),
    ("吉林市", "吉林市", "Jilin City", "吉林省"),
    ("蔚县", "蔚县", "Yu County", "河北省"),
    ("安吉县", "安吉县", "Anji County", "浙江省"),
    ("东阿县", "东阿县", "Dong'e County", "山东省"),
    ("昆山市", "昆山", "Kunshan", "江苏省"),
    ("浦东新区", "浦东新区", "Pudong New Area", "上海市"),
    ("北京市海淀区", "海淀区", "Haidian District", "北京市"),
    ("深圳市南山区", "南山区", "Nanshan District", "广东省"),
    ("延边朝鲜族自治州", "延边朝鲜族自治州", "Yanbian Korean Autonomous Prefecture", "吉林省"),
    ("恩施土家族苗族自治州", "恩施土家族苗族自治州", "Enshi Tujia and Miao Autonomous Prefecture", "湖北省"),
    ("景宁畲族自治县", "景宁畲族自治县", "Jingning She Autonomous County", "浙江省"),
    ("西双版纳傣族自治州", "西双版纳傣族自治州", "Xishuangbanna Dai Autonomous Prefecture", "云南省"),
    ("阿拉善盟", "阿拉善盟", "Alxa League", "内蒙古自治区"),
    ("喀什地区", "喀什地区", "Kashgar Prefecture", "新疆维吾尔自治区"),
    ("准格尔旗", "准格尔旗", "Jungar Banner", "内蒙古自治区"),
    ("雄安新区", "雄安新区", "Xiong'an New Area", None),
]


@pytest.mark.parametrize(("printed", "zh", "en", "province"), INVENTED, ids=[row[2] for row in INVENTED])
def test_a_place_in_no_dossier_is_named_in_both_languages(
    printed: str, zh: str, en: str, province: str | None
) -> None:
    verdict = letter_to(printed)
    assert (verdict.verdict, verdict.zone) == (NEW, Place(zh, en, province))


def test_a_place_in_no_list_is_taken_as_printed_and_said_so() -> None:
    verdict = letter_to("临空市", addressee="河南省人民政府")
    assert (verdict.verdict, verdict.zone) == (NEW, Place("临空市", "Linkong", "河南省"))
    assert any("in no list of places" in reason for reason in verdict.because)


@pytest.mark.parametrize("stranger", ["清华大学", "有关城市", "某某集团", "若干地方", "建设"])
def test_what_is_no_place_makes_no_zone(stranger: str) -> None:
    verdict = letter_to(stranger)
    assert (verdict.verdict, verdict.places) == (MENTION, ())
    assert any("no name of a place" in reason for reason in verdict.because)


def test_nonsense_beside_a_known_place_hides_no_zone_and_beside_a_stranger_makes_none() -> None:
    assert letter_to("广州市、有关单位").places == (GUANGZHOU.place,)
    assert letter_to("广州市、有关单位").verdict is NEW
    assert letter_to("临空市、有关单位").verdict is MENTION


@pytest.mark.parametrize("row", ["和" * 5000, "北京和" * 3000, "市和" * 90, "、" * 500])
def test_a_row_that_no_letter_has_is_read_in_no_time_and_is_no_zone(row: str) -> None:
    assert letter_to(row).verdict in {MENTION, NONE}


# Disguises

BLANKS = (" ", "\u3000", "\u00a0", "\t", "\n", "\r\n", "\u200b", "\ufeff", "\u00ad", "<br/>", "<BR>")
TRADITIONAL = OpenCC("s2t")
WRAPPINGS = (
    "《{}》",
    "【{}】",
    "“{}”",
    "「{}」",
    "{}（国科函规〔2020〕171号）",
    "{} (2020-09-04)",
    "1. {}",
    "· {}",
)
SITES = (
    "{}-中华人民共和国科学技术部",
    "{}_部门政务_中国政府网",
    "{} - 中华人民共和国科学技术部",
    "{}_其他_中国政府网",
)


def disturbed(title: str, random_: random.Random) -> str:
    """Put blanks and breaks anywhere, widen, turn traditional, wrap: one to four of them."""
    changes = [
        lambda t: "".join(c + (random_.choice(BLANKS) if random_.random() < 0.3 else "") for c in t),
        TRADITIONAL.convert,
        lambda t: random_.choice(WRAPPINGS).format(t),
        lambda t: random_.choice(SITES).format(t),
    ]
    for change in random_.sample(changes, random_.randint(1, len(changes))):
        title = change(title)
    return title


@pytest.mark.parametrize("letter", LETTERS, ids=[letter.place.en for letter in LETTERS])
def test_thirty_disguises_of_a_title_are_no_miss(letter: Letter) -> None:
    random_ = random.Random(letter.page)
    for _ in range(30):
        title = disturbed(letter.title, random_)
        verdict = judge(title, baseline=(), url=letter.url)
        assert (verdict.verdict, verdict.zone) == (NEW, letter.place), title


@pytest.mark.parametrize("letter", LETTERS, ids=[letter.place.en for letter in LETTERS])
@pytest.mark.parametrize("mark", ["…", "...", "……", "。。。", "⋯", ""])
def test_a_title_cut_after_its_place_is_a_mention_of_the_place(letter: Letter, mark: str) -> None:
    place_ends = letter.title.index("建设")
    for length in range(place_ends, len(letter.title) - 1):
        verdict = judge(letter.title[:length] + mark, baseline=())
        assert (verdict.verdict, verdict.zone) == (MENTION, letter.place), letter.title[:length] + mark


@UNHURRIED
@given(st.integers(4, 8), st.sampled_from(LETTERS))
def test_a_title_cut_before_its_place_ended_is_still_to_be_read(length: int, letter: Letter) -> None:
    assert judge(letter.title[:length] + "…", baseline=()).verdict is MENTION


@pytest.mark.parametrize(
    "title",
    [
        "科技部关于支持成都建设国家技术创新…",
        "科技部关于印发…",
        "国务院关于同意…",
        "…",
    ],
)
def test_a_cut_title_that_has_left_the_frame_is_not_ours(title: str) -> None:
    assert judge(title).verdict is NONE


@pytest.mark.parametrize("end", ["函", "复函", "批复"])
@pytest.mark.parametrize("verb", ["建设", "创建"])
@pytest.mark.parametrize("grants", ["支持", "同意"])
def test_every_wording_of_the_frame_is_the_frame(grants: str, verb: str, end: str) -> None:
    verdict = judge(f"科技部关于{grants}广州市{verb}{PHRASE}的{end}")
    assert (verdict.verdict, verdict.zone) == (NEW, GUANGZHOU.place)


def test_the_big5_mirror_is_the_site_that_it_mirrors() -> None:
    url = "http://big5.www.gov.cn/gate/big5/www.gov.cn/zhengce/zhengceku/2021-03/25/content_5595549.htm"
    assert judge(TRADITIONAL.convert(LETTERS[13].title), url=url).zone == LETTERS[13].place


# Contradictions


def suspect(**more: str | None) -> Verdict:
    facts: dict[str, str | None] = {
        "url": GUANGZHOU.url,
        "document_number": GUANGZHOU.number,
        "issuer": "科技部",
    }
    return judge(GUANGZHOU.title, **(facts | more))


@pytest.mark.parametrize(
    "number",
    [
        "国科函规〔2020〕171号",
        "国科函规[2020]171号",
        "国科函规（２０２０）１７１号",
        " 国科函规 【2020】 171 号 ",
    ],
)
def test_a_number_counts_in_any_brackets(number: str) -> None:
    assert suspect(document_number=number).verdict is NEW


@pytest.mark.parametrize(
    "number", ["国科发〔2026〕15号", "国科发规〔2020〕254号", "工信厅规函〔2026〕101号", "306-32-2020-650"]
)
def test_another_kind_of_number_makes_it_a_mention(number: str) -> None:
    verdict = suspect(document_number=number)
    assert (verdict.verdict, verdict.zone) == (MENTION, GUANGZHOU.place)


@pytest.mark.parametrize(
    "issuer", ["科技部", "科 技 部", "中华人民共和国科学技术部", "科学技术部", "科技部 财政部"]
)
def test_the_ministry_may_be_named_in_any_of_its_names(issuer: str) -> None:
    assert suspect(issuer=issuer).verdict is NEW


@pytest.mark.parametrize("issuer", ["工业和信息化部", "科技部办公厅", "mock data", "部"])
def test_another_issuer_makes_it_a_mention(issuer: str) -> None:
    assert suspect(issuer=issuer).verdict is MENTION


@pytest.mark.parametrize(
    "url",
    [
        "https://www.wdsk.net/zcxx/xq/412.html",
        "https://www.most.gov.cn.example.com/t20200904_158650.html",
        "https://example.com/https://www.most.gov.cn/t20200904_158650.html",
        "https://www.most.gov.cn@example.com/t20200904_158650.html",
        "https://example.com\\@www.most.gov.cn/t20200904_158650.html",
        "https://big5.www.gov.cn/gate/big5/example.com/content_5595549.htm",
        "https://kjt.zj.gov.cn/art/2020/9/4/art_1.html",
        "ftp://www.most.gov.cn/t20200904_158650.html",
        "https://www.most.gov.cn/tztg/202408/t20240815_000000.html",
        "https://www.most.gov.cn/tztg/202413/t20241345_197283.html",
        "https://[broken/t20200904_158650.html",
        "",
    ],
)
def test_copies_and_invented_addresses_raise_nothing(url: str) -> None:
    verdict = suspect(url=url)
    assert (verdict.verdict, verdict.places) == (NONE, ())
    assert len(verdict.because) > 1


@pytest.mark.parametrize(
    "url",
    [GUANGZHOU.url.replace("https", "http"), GUANGZHOU.url.upper().replace("HTML", "html"), "most.gov.cn"],
)
def test_the_ministrys_host_counts_however_it_is_written(url: str) -> None:
    assert suspect(url=url).verdict is NEW


# Mentions


@pytest.mark.parametrize(
    ("title", "place"),
    [
        (f"天津市人民政府办公厅关于印发天津市建设{PHRASE}行动计划的通知", "天津"),
        (f"天津市人民政府办公厅关于印发《{PHRASE}行动计划》的通知", "天津"),
        (f"合肥{PHRASE}“十四五”规划（征求意见稿）", "合肥"),
        (f"成都建设{PHRASE}实施方案", "成都"),
        (f"北京启动建设{PHRASE}", "北京"),
        (f"{PHRASE}落户苏州", "苏州"),
        (f"德清{PHRASE}建设三周年", "德清县"),
        (f"关于转发《科技部关于支持广州市建设{PHRASE}的函》的通知", "广州"),
        (f"科技部关于支持广州市建设{PHRASE}的函（征求意见稿）", "广州"),
        (f"科技部关于印发《{PHRASE}建设工作指引》的通知", None),
        (f"…{PHRASE}已增至9个", None),
        (f"我国将布局建设20个左右{PHRASE}", None),
        (f"2026年{PHRASE}建设方案", None),
        (f"科技部关于支持建设{PHRASE}的函", None),
    ],
)
def test_the_phrase_outside_the_frame_is_a_mention(title: str, place: str | None) -> None:
    verdict = judge(title)
    assert verdict.verdict is MENTION
    assert (verdict.zone and verdict.zone.zh) == place


def test_the_phrase_in_the_text_is_a_mention_of_its_places() -> None:
    text = f"答复如下：\n科技部支持北京、上海和德清县等地建设{PHRASE}，\n在苏州市布局 {PHRASE}。"
    verdict = judge("关于政协提案答复的函", text=text)
    assert verdict.verdict is MENTION
    assert [place.zh for place in verdict.places] == ["北京", "上海", "德清县", "苏州"]


def test_a_local_governments_plan_is_a_mention_and_a_repost_is_nothing() -> None:
    title = f"天津市建设{PHRASE}行动计划"
    assert judge(title, url="http://www.tj.gov.cn/zwgk/t20200827_3571260.html").verdict is MENTION
    assert judge(title, url="http://www.wdsk.net/zcxx/xq/412.html").verdict is NONE


@UNHURRIED
@given(st.text(max_size=60))
def test_any_text_before_the_phrase_is_read_without_fail(before: str) -> None:
    assert judge(before + PHRASE).verdict in {MENTION, KNOWN_ZONE, NEW}
    assert all(place.en for place in places_by(normalise(before + PHRASE), PHRASE))


@UNHURRIED
@given(st.text(max_size=80))
def test_a_title_without_our_words_is_never_a_zone(title: str) -> None:
    assert judge(title).verdict in {NONE, MENTION}


def test_nothing_known_is_nothing() -> None:
    assert judge(None) == judge("") == Verdict(NONE, (), (f"neither the frame nor {PHRASE}",))


# The engine knows no programme by name


def test_another_dossier_sees_its_own_letters_and_not_these() -> None:
    title = "工业和信息化部关于支持南京市创建国家人工智能创新应用先导区的函"
    assert classify(Evidence(title), PILOT_AREAS, ()).zone == Place("南京", "Nanjing", "江苏省")
    assert classify(Evidence(title), AI_ZONES, ()).verdict is NONE
    assert classify(Evidence(GUANGZHOU.title), PILOT_AREAS, ()).verdict is NONE


@pytest.mark.parametrize("file", ["ai_pilot_zones", "miit_pilot_areas"])
def test_the_frames_of_the_shipped_dossiers_find_an_invented_letter(file: str) -> None:
    path = Path(__file__).parents[1] / "dossiers" / f"{file}.toml"
    facts = tomllib.loads(path.read_text(encoding="utf-8"))["recognition"]
    recognition = Recognition(**{k: tuple(v) if isinstance(v, list) else v for k, v in facts.items()})
    head, tail = compile_frame(recognition.frame, recognition.phrase).forms[0]
    host, issuer = recognition.hosts[0], recognition.issuers[0]
    verdict = classify(
        Evidence(f"{head}宁波市{tail}", f"https://{host}/x.html", None, issuer), recognition, KNOWN
    )
    assert (verdict.verdict, verdict.zone) == (NEW, Place("宁波", "Ningbo", "浙江省"))


def test_a_look_alike_is_named_in_the_reason() -> None:
    assert judge("北京启动建设国家人工智能创新应用先导区").because == (
        "国家人工智能创新应用先导区 is another programme",
    )


# The grammar of frames


@pytest.mark.parametrize(
    "frame",
    [
        "关于{phrase}的函",
        "{place}和{place}",
        "{place}(a|(b|c))",
        "{place}(a|b",
        "{place}a)",
        "{place}{zone}",
        "{place}|x",
        "{",
    ],
)
def test_a_frame_outside_the_grammar_is_refused(frame: str) -> None:
    with pytest.raises(FrameError):
        compile_frame(frame, PHRASE)


def test_a_frame_that_explodes_is_refused() -> None:
    with pytest.raises(FrameError, match="256"):
        compile_frame("(a|b|c)" * 6 + "{place}", PHRASE)


def test_alternatives_may_be_empty_and_literals_are_no_patterns() -> None:
    frame = compile_frame("(关于|)支持.*{place}建设{phrase}", "区+")
    assert frame.fit("支持.*广州建设区+") == "广州"
    assert frame.fit("支持XY广州建设区+") is None


@UNHURRIED
@given(
    st.text(min_size=1, max_size=12).map(normalise).filter(bool),
    st.sampled_from(["支持{place}建设{phrase}", "{place}的{phrase}"]),
)
def test_what_fills_a_frame_is_read_back(place: str, frame: str) -> None:
    title = normalise(frame.replace("{place}", place).replace("{phrase}", PHRASE))
    assert compile_frame(frame, PHRASE).fit(title)


def test_an_empty_place_fills_no_frame() -> None:
    recognition = Recognition(PHRASE, "{place}{phrase}", (), (), ())
    assert classify(Evidence(PHRASE), recognition, ()).verdict is MENTION


# One form for comparing


@pytest.mark.parametrize(
    ("printed", "words"),
    [
        ("科技部\u3000关于\n支持<br/>広", "科技部关于支持広"),
        ("〔２０２０〕［１］（２）", "(2020)(1)(2)"),
        ("國家新一代人工智能創新發展試驗區", PHRASE),
        ("“十四五”—规划", "十四五-规划"),
    ],
)
def test_texts_are_compared_by_their_words(printed: str, words: str) -> None:
    assert normalise(printed) == words


@UNHURRIED
@given(st.text())
def test_normalising_twice_changes_nothing_more(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


@pytest.mark.parametrize(
    ("printed", "bare"),
    [
        (GUANGZHOU.title + "-中华人民共和国科学技术部", (GUANGZHOU.title, False)),
        ("《" + GUANGZHOU.title + "》", (GUANGZHOU.title, False)),
        ("（二）" + GUANGZHOU.title + " 2020年9月4日", (GUANGZHOU.title, False)),
        ("科技部关于支持广州市……", ("科技部关于支持广州市", True)),
        ("《甲》和《乙》", ("《甲》和《乙》", False)),
        ("-", ("-", False)),
    ],
)
def test_what_stands_around_a_title_is_not_the_title(printed: str, bare: tuple[str, bool]) -> None:
    assert tidy(printed) == bare


def test_the_document_is_what_classify_prints() -> None:
    document = as_document(judge(GUANGZHOU.title))
    assert list(document) == ["verdict", "zone", "because"]
    assert document["zone"] == {"zh": "广州", "en": "Guangzhou", "province": "广东省"}
    assert as_document(judge("x"))["zone"] is None

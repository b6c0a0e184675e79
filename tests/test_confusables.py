"""Everything that looks like a new zone and is not: none of it may cry wolf."""

import csv
import random
from pathlib import Path

import pytest
from letters import AI_ZONES, KNOWN, PHRASE

from monitor.zones import Evidence, VerdictKind, classify

LOUD = VerdictKind.NEW_ZONE, VerdictKind.KNOWN_ZONE

TITLES = (
    "科技部关于印发《国家新一代人工智能创新发展试验区建设工作指引》的通知",
    "科技部关于印发《国家新一代人工智能创新发展试验区建设工作指引（修订版）》的通知",
    "关于政协第十四届全国委员会第二次会议第02025号提案答复的函",
    "科技部关于印发《国家新一代人工智能开放创新平台建设工作指引》的通知",
    "科技部关于支持建设新一代人工智能示范应用场景的通知",
    "北京启动建设国家人工智能创新应用先导区",
    "国务院关于同意沈大国家高新区建设国家自主创新示范区的批复",
    "交通运输部科技司关于做好科技创新2030—“新一代人工智能”重大项目2021年度项目申报工作的通知",
    "天津市人民政府办公厅关于印发天津市建设国家新一代人工智能创新发展试验区行动计划的通知",
    "成都建设国家新一代人工智能创新发展试验区实施方案",
    "杭州国家新一代人工智能创新发展试验区建设行动方案（征求意见稿）",
    "苏州市建设国家新一代人工智能创新发展试验区实施方案",
    "合肥国家新一代人工智能创新发展试验区“十四五”规划（征求意见稿）",
    "省人民政府关于印发湖北省新一代人工智能发展总体规划(2020—2030年)的通知",
    "2026年国家新一代人工智能创新发展试验区建设方案",
    "关于组织开展2026年人工智能创新应用先导区建设工作的通知",
    "国家数据局函复支持7个地区建设国家数字经济创新发展试验区",
    "科技部关于支持成都建设国家新一代人工智能公共算力开放创新平台的函",
)

PLACES = ("广州市", "南京", "苏州市", "青岛", "宁波市", "襄阳", "浦东新区", "柳州市", "昆山市", "延边州")
ISSUERS = (
    "科技部",
    "工业和信息化部",
    "国家发展改革委",
    "国家数据局",
    "国务院",
    "科技部办公厅",
    "江苏省人民政府",
)
OTHER_PHRASES = (
    "国家人工智能创新应用先导区",
    "国家数字经济创新发展试验区",
    "国家新一代人工智能开放创新平台",
    "国家新一代人工智能创新发展示范区",
    "新一代人工智能创新发展试验区",
    "省级新一代人工智能创新发展试验区",
    "国家人工智能创新发展试验区",
    "国家科技成果转移转化示范区",
    "国家自主创新示范区",
    "国家可持续发展议程创新示范区",
    "国家新一代人工智能创新发展试验区联盟",
    "国家新一代人工智能创新发展试验区核心区",
)
AROUND = (
    "{issuer}关于支持{place}建设{other}的函",
    "{issuer}关于同意{place}创建{other}的批复",
    "{issuer}关于印发《{place}{phrase}建设方案》的通知",
    "{issuer}关于支持{place}申报{phrase}的函",
    "{issuer}关于征求支持{place}建设{phrase}意见的函",
    "{place}人民政府关于支持建设{phrase}的函",
    "{place}获批建设{phrase}",
    "关于支持{place}建设{phrase}的函",
    "{issuer}关于{place}建设{phrase}进展情况的函",
    "{issuer}关于支持{place}建设{phrase}的函的说明",
)


def generated() -> list[str]:
    random_ = random.Random(20200311)
    titles: dict[str, None] = {}
    while len(titles) < 200:
        words = {
            "issuer": random_.choice(ISSUERS),
            "place": random_.choice(PLACES),
            "other": random_.choice(OTHER_PHRASES),
            "phrase": PHRASE,
        }
        titles[random_.choice(AROUND).format(**words)] = None
    return list(titles)


@pytest.mark.parametrize("title", TITLES)
def test_a_look_alike_that_was_seen_is_no_zone(title: str) -> None:
    assert classify(Evidence(title), AI_ZONES, KNOWN).verdict not in LOUD
    assert classify(Evidence(title, text=f"支持广州市建设{PHRASE}"), AI_ZONES, KNOWN).verdict not in LOUD


def test_none_of_two_hundred_generated_look_alikes_is_a_zone() -> None:
    loud = [title for title in generated() if classify(Evidence(title), AI_ZONES, KNOWN).verdict in LOUD]
    assert loud == []


def test_no_look_alike_is_a_zone_with_the_ministrys_own_address_and_number() -> None:
    url = "https://www.most.gov.cn/xxgk/xinxifenlei/fdzdgknr/qtwj/qtwj2020/202009/t20200904_158650.html"
    for title in (*TITLES, *generated()):
        evidence = Evidence(title, url, "国科函规〔2020〕171号", "科技部", addressee="广东省人民政府")
        assert classify(evidence, AI_ZONES, KNOWN).verdict not in LOUD, title


def test_a_real_letter_among_them_would_have_been_heard() -> None:
    title = AROUND[0].format(issuer="科技部", place="广州市", other=PHRASE)
    assert classify(Evidence(title), AI_ZONES, KNOWN).verdict is VerdictKind.NEW_ZONE


def test_the_rows_of_the_list_of_confusables_are_no_zones(shared_folder: Path) -> None:
    with (shared_folder / "facts" / "confusables.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert sum(row["verbatim"] == "yes" for row in rows) == 24
    for row in rows:
        title, url = row["title"], row["url"].split(" ; ")[0]
        full = Evidence(title, url if url.startswith("http") else None, row["doc_no"] or None, row["issuer"])
        for evidence in (Evidence(title), full):
            assert classify(evidence, AI_ZONES, KNOWN).verdict not in LOUD, row

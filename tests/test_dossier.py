"""Dossiers: what is read, what is refused and in which words, and the two that ship."""

import csv
import dataclasses
import json
import tomllib
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import tomlkit
from hypothesis import given
from hypothesis import strategies as st

from monitor.citations import cite
from monitor.dossier import (
    Dossier,
    DossierError,
    Goal,
    Strength,
    baseline,
    json_schema,
    load,
    load_all,
    loads,
    refiled,
    schema_text,
    sources,
)
from monitor.dossier_schema import TABLES
from monitor.model import Place, Role
from monitor.places import lookup

ROOT = Path(__file__).parents[1]
SHIPPED = ROOT / "dossiers"
SHARED = ROOT.parent / "shared"
PHRASE = "国家新一代人工智能创新发展试验区"

SMALL = """
title = "Zones"
publisher = "Somebody"
published = 2020-03-11

[recognition]
phrase = "试验区"
frame = "某部关于支持{place}(建设|创建){phrase}的函"
issuers = ["某部"]
hosts = ["www.example.cn"]

[[zones]]
zh = "广州"
en = "Guangzhou"
announced = 2020-09-04
footnote = 1

[[zones]]
zh = "武汉"
en = "Wuhan"
announced = 2020-09-04
footnote = 2
strengths = [{ en = "optics", zh = "光电子" }]

[[citations]]
footnote = 1
url = "http://www.example.cn/1.htm"

[[citations]]
footnote = 2
printed = "http://www.example.cn/2 1.htm"
url = "http://www.example.cn/2_1.htm"
repairs = ["blank for underscore"]

[[citations]]
footnote = 3
printed = "http://www.example.cn/t2020"
because = "cut off"

[[lists]]
name = "letters"
url = "https://www.example.cn/list/"
interval = "6h"
"""


def small(old: str = "", new: str = "") -> Dossier:
    assert old in SMALL
    return loads(SMALL.replace(old, new, 1) if old else SMALL + new, Path("own/my_zones.toml"))


def refusal(old: str, new: str) -> str:
    with pytest.raises(DossierError) as caught:
        small(old, new)
    return str(caught.value)


# --- what is read


def test_the_id_is_the_files_name_with_hyphens() -> None:
    assert small().id == "my-zones"


def test_a_dossier_is_frozen() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        small().title = "another"  # type: ignore[misc]


def test_a_byte_order_mark_is_no_matter(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text("\ufeff" + SMALL, encoding="utf-8")
    assert load(tmp_path / "a.toml").title == "Zones"


def test_what_a_file_leaves_out_has_its_default() -> None:
    dossier = small()
    assert (dossier.language, dossier.enabled, dossier.goal, dossier.glossary) == ("en", True, None, ())
    assert dossier.zones[0].created is None and dossier.zones[0].strengths == ()
    assert dossier.citations[0].interval == timedelta(days=1)
    assert dossier.lists[0].report == "matching" and dossier.lists[0].back_to is None


def test_a_citation_that_prints_no_address_was_printed_as_its_url() -> None:
    assert small().citations[0].printed == "http://www.example.cn/1.htm"


def test_the_status_follows_from_address_and_repairs() -> None:
    assert [one.status for one in small().citations] == ["intact", "repaired", "unresolved"]


def test_a_citation_is_for_the_one_zone_that_rests_on_it() -> None:
    assert [one.zone for one in small().citations] == ["广州", "武汉", None]


def test_a_citation_on_which_several_zones_rest_is_for_none_of_them_alone() -> None:
    assert small("footnote = 2", "footnote = 1").citations[0].zone is None


def test_a_strength_without_an_english_gloss_stays_chinese() -> None:
    zone = small('{ en = "optics", zh = "光电子" }', '{ zh = "光电子" }').zones[1]
    assert zone.strengths == (Strength("光电子", "光电子"),)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("30m", timedelta(minutes=30)),
        ("6h", timedelta(hours=6)),
        ("1d", timedelta(days=1)),
        ("2w", timedelta(days=14)),
        ("99999w", timedelta(weeks=99999)),
    ],
)
def test_an_interval_is_a_number_with_its_unit(written: str, meant: timedelta) -> None:
    assert small('"6h"', f'"{written}"').lists[0].interval == meant


def test_the_baseline_is_the_zones_places_in_the_files_order() -> None:
    dossier = small('en = "Wuhan"', 'en = "Wuhan"\nprovince = "湖北省"')
    assert baseline(dossier) == (Place("广州", "Guangzhou"), Place("武汉", "Wuhan", "湖北省"))


def test_the_glossary_keeps_its_order() -> None:
    assert small("", '\n[glossary]\n"算力" = "computing"\n"开放" = "openness"\n').glossary == (
        ("算力", "computing"),
        ("开放", "openness"),
    )


# --- sources


def test_an_unresolved_citation_is_no_source_until_it_is_resolved() -> None:
    assert [source.id for source in sources(small())] == [
        "my-zones/fn01",
        "my-zones/fn02",
        "my-zones/letters",
    ]


def test_a_citation_is_followed_as_a_notice_with_what_is_known_of_it() -> None:
    dossier = small(
        'url = "http://www.example.cn/1.htm"', 'url = "http://www.example.cn/1.htm"\nnumber = "某〔2020〕1号"'
    )
    source = sources(dossier)[0]
    assert (source.role, source.zone, source.footnote) == (Role.NOTICE, "广州", 1)
    assert (source.dossier, source.document_number) == ("my-zones", "某〔2020〕1号")


def test_a_list_is_followed_with_its_former_addresses_and_how_far_back() -> None:
    more = 'interval = "6h"\nformerly = ["http://old.example/"]\nreport = "all"\nback_to = 2020-03-01'
    source = sources(small('interval = "6h"', more))[-1]
    assert (source.role, source.alternatives, source.report_all) == (
        Role.LISTING,
        ("http://old.example/",),
        True,
    )
    assert (source.interval, source.back_to) == (timedelta(hours=6), date(2020, 3, 1))


def test_a_list_that_is_off_says_why() -> None:
    source = sources(small('interval = "6h"', 'enabled = false\nbecause = "robots"'))[-1]
    assert (source.enabled, source.because) == (False, "robots")


def test_a_new_host_may_be_read_as_a_known_family() -> None:
    dossier = small("", '\n[readers]\n"www.example.cn" = "ministry"\n')
    assert {source.reader for source in sources(dossier)} == {"ministry"}
    assert {source.reader for source in sources(small())} == {None}


# --- what is refused, and in which words


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('title = "Zones"', 'titel = "Zones"', 'titel: unknown key, expected "title"'),
        (
            "announced = 2020-09-04",
            "anounced = 2020-09-04",
            'zones[Guangzhou].anounced: unknown key, expected "announced"',
        ),
        (
            "footnote = 1\n",
            "footnote = 1\nstrenghts = []\n",
            'zones[Guangzhou].strenghts: unknown key, expected "strengths"',
        ),
        (
            'zh = "光电子"',
            'cn = "光电子"',
            "zones[Wuhan].strengths[optics].cn: unknown key, expected one of en, zh",
        ),
        ('interval = "6h"', 'intervall = "6h"', 'lists[letters].intervall: unknown key, expected "interval"'),
        ('because = "cut off"', 'becaus = "cut off"', 'citations[3].becaus: unknown key, expected "because"'),
        (
            'hosts = ["www',
            'host = ["www',
            'recognition.host: unknown key, expected "hosts"',
        ),
        (
            "",
            '\n[[refilings]]\nform = "http://a/{id}"\nto = ["http://b/{id}"]\n',
            'refilings[#1].form: unknown key, expected "from" (and 1 more)',
        ),
        (
            "",
            "\n[goal]\ncount = 20\nbuy = 2023\n",
            'goal.buy: unknown key, expected "by" (and 1 more)',
        ),
        ("", "\n[zonez]\n", 'zonez: unknown key, expected "zones"'),
        ("", "\n[qqqqqqq]\n", "qqqqqqq: unknown key, expected one of because, citations"),
    ],
)
def test_an_unknown_key_is_refused_with_the_nearest_right_one(old: str, new: str, message: str) -> None:
    assert refusal(old, new).startswith(f"own/my_zones.toml: {message}")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "footnote = 2\nstr",
            "footnote = 9\nstr",
            "zones[Wuhan].footnote: expected the footnote of a citation in this file, found 9",
        ),
        (
            'because = "cut off"',
            'because = "cut off"\nfor = "长沙"',
            "citations[3].for: expected the Chinese name of a zone",
        ),
        ('zh = "武汉"', 'zh = "广州"', 'zones[广州].zh: expected each zh once, found "广州" 2 times'),
        (
            'en = "Wuhan"',
            'en = "Guangzhou"',
            'zones[Guangzhou].en: expected each en once, found "Guangzhou" 2 times',
        ),
        (
            "footnote = 3",
            "footnote = 2",
            "citations[2].footnote: expected each footnote once, found 2 2 times",
        ),
        (
            "",
            '\n[[lists]]\nname = "letters"\nurl = "http://b.cn/"\n',
            'lists[letters].name: expected each name once, found "letters" 2 times',
        ),
        (
            'url = "http://www.example.cn/1.htm"',
            'url = "http://www.example.cn/1.htm"\nfor = "武汉"',
            "zones[Guangzhou].footnote: expected a citation for 广州, found 1, which is for 武汉",
        ),
        (
            '{ en = "optics", zh = "光电子" }',
            "{}",
            "zones[Wuhan].strengths[#1]: expected en or zh or both, found neither",
        ),
        (
            'interval = "6h"',
            "enabled = false",
            "lists[letters].because: expected why the list is off, found nothing",
        ),
        (
            'title = "Zones"',
            'title = "Zones"\nenabled = false',
            "because: expected why the dossier is off, found nothing",
        ),
        ('because = "cut off"', "", "citations[3].because: expected why it is unresolved, found nothing"),
        (
            'printed = "http://www.example.cn/t2020"',
            "",
            "citations[3].printed: expected the address as printed, or a url, found neither",
        ),
        (
            'repairs = ["blank for underscore"]',
            "",
            "citations[2].repairs: expected how the printed address became the url, found nothing",
        ),
        (
            'because = "cut off"',
            'because = "cut off"\nstatus = "intact"',
            'citations[3].status: expected "unresolved" (it has no url), found "intact"',
        ),
        (
            "",
            '\n[[refilings]]\nfrom = "http://a/{id}"\nto = ["http://b/{nr}"]\n',
            "refilings[http://a/{id}]: expected only names that the old address has, not {nr}",
        ),
    ],
)
def test_what_contradicts_itself_is_refused(old: str, new: str, message: str) -> None:
    assert refusal(old, new).startswith(f"own/my_zones.toml: {message}")


@pytest.mark.parametrize(
    "day", ['"2020-09-04"', "20200904", "true", "2020-09-04T10:00:00", '"soon"', "[2020]"]
)
def test_what_is_no_day_is_refused(day: str) -> None:
    message = refusal("announced = 2020-09-04", f"announced = {day}")
    assert "zones[Guangzhou].announced: expected a day without quotes, such as 2019-10-18, found" in message


def test_a_day_that_no_calendar_has_is_refused_with_its_line() -> None:
    line = SMALL[: SMALL.index("announced")].count("\n") + 1
    assert f"line {line}: expected TOML: " in refusal("announced = 2020-09-04", "announced = 2020-02-30")


@pytest.mark.parametrize(
    "address",
    [
        "ftp://www.example.cn/1.htm",
        "www.example.cn/1.htm",
        "http:///1.htm",
        "http://",
        "https://:443/",
        "http://www.example.cn/a b.htm",
        "http://www.example.cn/a\\tb.htm",
        "http://www.example.cn:port/",
        "http://www.example.cn:99999/",
        "http://[::1/",
        "javascript:alert(1)",
        "/1.htm",
        "",
    ],
)
def test_what_is_no_address_is_refused(address: str) -> None:
    message = refusal("http://www.example.cn/1.htm", address)
    assert "citations[1].url: expected an address that begins with http:// or https://" in message


def test_a_former_address_is_an_address_too() -> None:
    message = refusal('interval = "6h"', 'formerly = ["http://a.cn/", "index.htm"]')
    assert "lists[letters].formerly[#2]: expected an address" in message and 'found "index.htm"' in message


@pytest.mark.parametrize(
    "interval", ['"-6h"', '"0h"', '"6"', '"h"', '"6 h"', '"6y"', "6", "-1", '"1.5d"', '"999999d"', '""']
)
def test_an_interval_that_is_none_or_negative_is_refused(interval: str) -> None:
    message = refusal('interval = "6h"', f"interval = {interval}")
    assert 'lists[letters].interval: expected a time such as "30m", "6h", "1d" or "2w"' in message


@pytest.mark.parametrize("name", ["fn05", "Most", "most qtwj", "most/qtwj", "-most", "most-", ""])
def test_a_lists_name_is_fit_for_an_id(name: str) -> None:
    assert "].name: expected small letters and digits" in refusal('name = "letters"', f'name = "{name}"')


@pytest.mark.parametrize(
    "frame",
    ["", "某部关于{place}的函", "{place}{place}{phrase}", "{place}{phrase}(", "{place}{phrase}{number}"],
)
def test_a_frame_names_place_and_phrase_once_each(frame: str) -> None:
    message = refusal('"某部关于支持{place}(建设|创建){phrase}的函"', f'"{frame}"')
    assert "recognition.frame: expected a title with {place} and {phrase} once each" in message


@pytest.mark.parametrize("key", ["issuers", "hosts"])
def test_issuers_and_hosts_are_never_empty(key: str) -> None:
    value = {"issuers": '["某部"]', "hosts": '["www.example.cn"]'}[key]
    assert f"recognition.{key}: expected a list of" in refusal(f"{key} = {value}", f"{key} = []")


@pytest.mark.parametrize(
    "host", ["http://www.example.cn", "www.example.cn/", "www.example.cn:80", "www example", ""]
)
def test_a_host_is_a_name_and_nothing_more(host: str) -> None:
    assert "recognition.hosts" in refusal('hosts = ["www.example.cn"]', f'hosts = ["{host}"]')


@pytest.mark.parametrize("value", ["1", "true", '"  "', '""', "[]", "2020-01-01"])
def test_a_name_is_text_and_not_blank(value: str) -> None:
    assert "en: expected" in refusal('en = "Guangzhou"', f"en = {value}")


def test_tables_are_not_lists_and_lists_are_not_tables() -> None:
    assert "zones: expected tables [[zones]]" in refusal(
        SMALL[SMALL.index("[[zones]]") :], '[zones]\nzh = "广州"\n'
    )


def test_a_text_that_is_no_toml_is_refused_with_its_line() -> None:
    assert refusal('publisher = "Somebody"', "publisher = = 2") == (
        "own/my_zones.toml: line 3: expected TOML: Invalid value"
    )


def test_a_key_given_twice_is_refused_with_its_line() -> None:
    message = refusal('publisher = "Somebody"', 'title = "Another"')
    assert "line 3: expected TOML: Cannot overwrite a value" in message


def test_brackets_without_end_are_refused_like_any_other_text() -> None:
    assert "expected TOML" in refusal("", "\na = " + "[" * 100_000)


def test_a_number_of_ten_thousand_digits_is_refused_like_any_other_text() -> None:
    assert "expected TOML" in refusal("", "\na = " + "9" * 10_000)


def test_the_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(DossierError, match=r"absent\.toml: cannot be read \(No such file or directory\)"):
        load(tmp_path / "absent.toml")


def test_a_folder_is_no_dossier(tmp_path: Path) -> None:
    with pytest.raises(DossierError, match=r"cannot be read"):
        load(tmp_path)


def test_bytes_that_are_not_utf8_are_refused(tmp_path: Path) -> None:
    (tmp_path / "gbk.toml").write_bytes('title = "试验区"'.encode("gb18030"))
    with pytest.raises(DossierError, match=r"gbk\.toml: expected UTF-8 text, found other bytes at 9"):
        load(tmp_path / "gbk.toml")


def test_an_empty_file_says_what_is_missing_first() -> None:
    with pytest.raises(DossierError) as caught:
        loads("", Path("empty.toml"))
    assert str(caught.value) == (
        "empty.toml: title: expected the translation's title, found nothing (and 3 more)"
    )


def taken_or_refused_in_one_line(text: str) -> bool:
    try:
        return bool(loads(text, Path("any.toml")).id)
    except DossierError as error:
        return str(error).startswith("any.toml: ") and len(str(error).splitlines()) == 1


@given(st.text(max_size=200))
def test_any_text_is_a_dossier_or_is_refused_in_one_line(text: str) -> None:
    assert taken_or_refused_in_one_line(text)


VALUES = st.recursive(
    st.one_of(st.integers(), st.booleans(), st.text(max_size=8), st.dates(), st.floats(allow_nan=False)),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["zh", "en", "url", "to"]), inner)
    ),
    max_leaves=4,
)
KEYS = st.sampled_from(
    sorted({name for table in TABLES.values() for name in table.model_fields} | {"from", "qq"})
)


@given(st.sampled_from(["", "recognition", "zones", "citations", "lists"]), KEYS, VALUES)
def test_any_value_under_any_key_is_taken_or_refused_in_one_line(where: str, key: str, value: Any) -> None:
    data = tomlkit.parse(SMALL).unwrap()
    table: Any = data[where] if where else data
    (table[0] if isinstance(table, list) else table)[key] = value
    assert taken_or_refused_in_one_line(tomlkit.dumps(data))


# --- folders of dossiers


def write(folder: Path, name: str, title: str = "Zones") -> None:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(SMALL.replace("Zones", title), encoding="utf-8")


def test_all_dossiers_of_all_folders_come_sorted_by_id(tmp_path: Path) -> None:
    write(tmp_path / "a", "zz.toml")
    write(tmp_path / "b", "aa.toml")
    (tmp_path / "b" / "notes.txt").write_text("no dossier")
    assert [one.id for one in load_all([tmp_path / "a", tmp_path / "b"])] == ["aa", "zz"]


def test_an_own_dossier_takes_the_place_of_the_shipped_one(tmp_path: Path) -> None:
    write(tmp_path / "shipped", "my_zones.toml")
    write(tmp_path / "own", "my-zones.toml", "Mine")
    (only,) = load_all([tmp_path / "shipped", tmp_path / "own"])
    assert only.title == "Mine"


def test_two_files_of_one_folder_with_one_id_are_refused(tmp_path: Path) -> None:
    write(tmp_path, "my_zones.toml")
    write(tmp_path, "my-zones.toml")
    with pytest.raises(DossierError, match="expected each id once in a folder, found my-zones"):
        load_all([tmp_path])


def test_an_absent_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DossierError, match="expected a folder of dossiers, found none"):
        load_all([tmp_path / "absent"])


def test_a_broken_dossier_beside_good_ones_is_named(tmp_path: Path) -> None:
    write(tmp_path, "a.toml")
    (tmp_path / "b.toml").write_text("title = 1", encoding="utf-8")
    with pytest.raises(DossierError, match=r"b\.toml: title: expected the translation's title, found 1"):
        load_all([tmp_path])


# --- the JSON schema


def test_the_shipped_schema_is_current() -> None:
    made = "from monitor.dossier import schema_text; print(schema_text(), end='')"
    shipped = (SHIPPED / "dossier.schema.json").read_text(encoding="utf-8")
    assert shipped == schema_text(), f"write it again: python -c {made!r} > dossiers/dossier.schema.json"


@pytest.mark.parametrize("name", ["ai_pilot_zones.toml", "miit_pilot_areas.toml"])
def test_the_shipped_dossiers_are_valid_by_the_schema(name: str) -> None:
    data = tomllib.loads((SHIPPED / name).read_text(encoding="utf-8"))
    jsonschema.validate(json.loads(json.dumps(data, default=str)), json_schema())


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"6h"', '"-6h"'),
        ('"http://www.example.cn/1.htm"', '"ftp://a"'),
        ('title = "Zones"', 'titel = "Zones"'),
        ('name = "letters"', 'name = "fn01"'),
        ('en = "Wuhan"', 'en = ""'),
    ],
)
def test_the_schema_refuses_what_loading_refuses(old: str, new: str) -> None:
    assert refusal(old, new)
    data = tomllib.loads(SMALL.replace(old, new, 1))
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(json.loads(json.dumps(data, default=str)), json_schema())


def test_every_key_is_explained_to_editors() -> None:
    definitions: Any = json_schema()["$defs"]
    assert len(definitions) == len(TABLES) - 1
    for table in (json_schema(), *definitions.values()):
        assert table["description"] and table["additionalProperties"] is False
        assert all(key.get("description") for key in table["properties"].values())


# --- the dossiers that ship


@pytest.fixture(scope="module")
def zones() -> Dossier:
    return load(SHIPPED / "ai_pilot_zones.toml")


def facts(name: str) -> list[dict[str, str]]:
    path = SHARED / "facts" / f"{name}.csv"
    if not path.exists():
        pytest.skip(f"facts/{name}.csv is not beside this checkout")
    return list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))


def report() -> str:
    path = SHARED / "report" / "cset-ai-pilot-zones.txt"
    if not path.exists():
        pytest.skip("the translation's text is not beside this checkout")
    return path.read_text(encoding="utf-8")


def test_the_first_dossier_knows_eleven_zones_twelve_citations_and_the_goal(zones: Dossier) -> None:
    assert (zones.id, zones.published) == ("ai-pilot-zones", date(2020, 3, 11))
    assert (len(zones.zones), [one.footnote for one in zones.citations]) == (11, list(range(1, 13)))
    assert zones.goal == Goal(count=20, by=2023, about=True)


def test_the_first_dossier_invents_no_id(zones: Dossier) -> None:
    unresolved = [one for one in zones.citations if one.status == "unresolved"]
    assert [(one.footnote, one.zone, one.url) for one in unresolved] == [
        (11, "济南", None),
        (12, "西安", None),
    ]
    assert "15222" not in (SHIPPED / "ai_pilot_zones.toml").read_text(encoding="utf-8").replace("152220", "")


def test_the_first_dossier_says_of_its_citations_what_the_translation_says(zones: Dossier) -> None:
    english = {zone.zh: zone.en for zone in zones.zones}
    said = [
        (
            one.footnote,
            one.printed,
            one.url,
            one.repairs,
            one.status,
            one.because,
            english.get(one.zone or ""),
        )
        for one in zones.citations
    ]
    read = [
        (one.footnote, one.printed, one.url, one.repairs, one.status, one.because, one.what)
        for one in cite(report()).citations
    ]
    assert said[1:] == read[1:]
    assert said[0][:6] == read[0][:6] and zones.citations[0].what == "guideline"


def test_the_first_dossier_says_of_its_zones_what_the_translation_says(zones: Dossier) -> None:
    said = [(one.en, one.created, one.announced, one.strengths, one.footnote) for one in zones.zones]
    assert said == [
        (one.en, one.created, one.announced, one.strengths, one.footnote) for one in cite(report()).zones
    ]


def test_the_first_dossiers_glossary_is_what_the_translation_glosses(zones: Dossier) -> None:
    text = " ".join(report().split()).lower()
    chinese = {strength.zh for zone in zones.zones for strength in zone.strengths if strength.zh}
    assert chinese | {PHRASE, "德清县", "科技部"} <= dict(zones.glossary).keys()
    for zh, en in zones.glossary:
        assert zh in text and en.lower().removesuffix(" (most)").removeprefix("prc ") in text


def test_the_first_dossier_repairs_what_people_repaired(zones: Dossier) -> None:
    table = facts("url_repair")
    knowable = {
        int(row["footnote"]): row["repaired_url_2020_form"]
        for row in table
        if row["knowable_from_report"][0] == "y"
    }
    assert {one.footnote: one.url for one in zones.citations if one.url} == knowable


def test_the_first_dossier_refiles_old_letters_to_where_they_stand_now(zones: Dossier) -> None:
    table = facts("url_repair")
    letters = [row for row in table if "most.gov.cn" in row["current_url"]]
    assert len(letters) == 10
    for row in letters:
        candidates = refiled(row["repaired_url_2020_form"], zones.refilings)
        assert candidates[0] == row["current_url"] and len(candidates) == 2


def test_the_first_dossier_watches_the_lists_and_leaves_the_search_off(zones: Dossier) -> None:
    lists = {source.id.partition("/")[2]: source for source in sources(zones) if source.role is Role.LISTING}
    assert list(lists) == ["most-qtwj", "most-gfxwj", "most-tztg", "gov-zuixin", "gov-search"]
    assert [name for name, source in lists.items() if not source.enabled] == ["gov-search"]
    assert "robots" in (lists["gov-search"].because or "")
    assert all(source.back_to == date(2020, 3, 1) and source.interval for source in lists.values())


def test_the_first_dossier_tells_its_own_phrase_from_look_alikes(zones: Dossier) -> None:
    assert zones.recognition.phrase == PHRASE
    assert all(PHRASE not in other for other in zones.recognition.look_alikes)


@pytest.mark.parametrize("name", ["ai_pilot_zones.toml", "miit_pilot_areas.toml"])
def test_the_places_of_the_shipped_dossiers_are_named_as_everywhere(name: str) -> None:
    assert [lookup(place.zh) for place in baseline(load(SHIPPED / name))] == list(
        baseline(load(SHIPPED / name))
    )


def test_a_second_dossier_is_only_a_second_file() -> None:
    first, second = load_all([SHIPPED])
    assert (first.id, second.id) == ("ai-pilot-zones", "miit-pilot-areas")
    assert second.recognition.phrase == "国家人工智能创新应用先导区"
    assert not second.enabled and second.because
    shared = {zone.zh for zone in first.zones} & {zone.zh for zone in second.zones}
    assert shared == {"北京", "杭州", "深圳", "成都", "济南"}


def test_the_second_dossiers_days_and_addresses_are_those_of_the_facts() -> None:
    table = facts("confusables")
    rows = [row for row in table if row["n"] in {"10", "11", "12", "13"}]
    second = load(SHIPPED / "miit_pilot_areas.toml")
    cited = {one.footnote: one.url for one in second.citations}
    assert {(cited[zone.footnote], zone.announced.isoformat()) for zone in second.zones} == {
        (row["url"], row["date"]) for row in rows
    }


def test_no_zone_is_named_in_the_code_that_reads_dossiers(zones: Dossier) -> None:
    names = [name for zone in zones.zones for name in (zone.zh, zone.en)] + [PHRASE]
    modules = (
        "dossier dossier_model dossier_rules dossier_schema refilings citations footnotes repairs zone_table"
    )
    for module in modules.split():
        code = (ROOT / "monitor" / f"{module}.py").read_text(encoding="utf-8")
        assert [name for name in names if name in code] == []

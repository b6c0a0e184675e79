"""Zones, links, search, differences, and what is taken along."""

import csv
import io
from urllib.parse import parse_qs, urlsplit

import pytest
from lxml import html
from openpyxl import load_workbook

from tests.desk.house import House
from tests.desk.test_desk_pages import names, text_of

FN05 = "/diff/ai-pilot-zones/fn05"


def rows(page: str, kind: str) -> list[str]:
    found = html.fromstring(page).xpath(f"//table[contains(@class, '{kind}')]/tbody/tr")
    return [" ".join(" ".join(row.itertext()).split()) for row in found]


def test_the_table_shows_the_dossiers_zones_and_those_that_wait(desk: House) -> None:
    found = rows(desk.page("/zones"), "zones")
    assert len(found) == 18
    assert found[1].startswith("Shanghai 上海 2019-05-22 confirmed 2019-06-11 confirmed 20 days")
    assert "F4 waits" in found[11]
    assert "7 more wait for review" in desk.page("/zones")


def test_a_cell_says_what_the_pages_say_of_it(desk: House) -> None:
    beijing = rows(desk.page("/zones"), "zones")[0]
    assert "2019-02-20 confirmed 2019-02-25 contradicted" in beijing
    checks = text_of(desk.page("/zones"), "//details[@class='checks']")
    assert "Beijing announced 2019-02-25 letter" in checks
    assert "says 2019-02-21" in checks
    assert "cannot be checked" in checks


def test_an_accepted_zone_stands_in_the_table_on_the_desk_and_in_what_is_taken_along(own_desk: House) -> None:
    own_desk.post("/findings/F4/accept", {})
    (wuhan,) = [row for row in rows(own_desk.page("/zones"), "zones") if "武汉" in row]
    assert "2020-09-03 confirmed 2020-09-04 confirmed 1 day" in wuhan
    assert "footnote 13, joined since" in wuhan
    taken = csv.DictReader(io.StringIO(own_desk.get("/export/table/ai-pilot-zones.csv").text))
    last = list(taken)[-1]
    assert (last["Location"], last["Date Announced"]) == ("Wuhan", "September 4, 2020")
    sheet = load_workbook(io.BytesIO(own_desk.get("/export/table/ai-pilot-zones.xlsx").content))["zones"]
    assert [row[0].value for row in sheet.iter_rows()][-1] == "Wuhan"
    assert 'zh = "武汉"' in own_desk.get("/export/dossier/ai-pilot-zones.toml").text


def charts_of(page: str) -> dict[str, tuple[str, int]]:
    """The charts of a page by title: what is said of each, and how many rows its table has."""
    found = html.fromstring(page).xpath("//figure")
    return {
        one.findtext("h3"): (one.findtext("figcaption"), len(one.xpath(".//table/tbody/tr"))) for one in found
    }


def test_the_zones_are_drawn_against_the_goal_with_a_table_that_says_the_same(desk: House) -> None:
    found = charts_of(desk.page("/zones"))
    said, steps = found["Zones announced over time"]
    assert said.startswith("18 zones announced from 2019-02-25 to 2021-12-07")
    assert "the goal is about 20 by the end of 2023" in said
    assert steps > 5
    assert found["Days from signing to publication"][1] == 18


def test_a_dismissed_zone_is_drawn_no_more(own_desk: House) -> None:
    own_desk.post("/findings/F4/dismiss", {"why": "a copy"})
    assert "17 zones" in charts_of(own_desk.page("/zones"))["Zones announced over time"][0]


def test_the_health_of_every_citation_is_drawn_as_a_strip(desk: House) -> None:
    said, stretches = charts_of(desk.page("/links"))["Health of the links"]
    assert said.startswith("12 sources from ")
    assert stretches >= 12


def test_every_citation_is_listed_with_its_state_its_print_and_where_it_works(desk: House) -> None:
    found = rows(desk.page("/links"), "links")
    assert len(found) == 12
    fifth = found[4]
    for told in ("Hefei", "works at a new address", "2021-03-10", "2022-01-05", "printed"):
        assert told in fifth
    assert "lost footnote number 5 restored" in fifth


@pytest.mark.parametrize("form", ["markdown", "csv", "bibtex"])
def test_footnotes_are_taken_along_in_every_form(desk: House, form: str) -> None:
    answer = desk.get(f"/export/footnotes/ai-pilot-zones.{form}")
    assert answer.headers["content-disposition"].startswith("attachment; filename=")
    assert "t20191018_149420.html" in answer.text.replace("\\_", "_")


@pytest.mark.parametrize(
    "place", ["/export/table/ai-pilot-zones.exe", "/export/table/nothing.csv", "/export/footnotes/x.toml"]
)
def test_there_is_nothing_else_to_take_along(desk: House, place: str) -> None:
    desk.page(place, 404)
    desk.page("/export/secrets/ai-pilot-zones.csv", 422)


def test_a_search_finds_two_characters_in_title_and_text(desk: House) -> None:
    page = desk.page("/search?q=德清")
    assert any("德清县" in name.replace(" ", "") for name in names(page))
    marked = html.fromstring(page).xpath("//mark")
    assert marked and all(one.text_content() == "德清" for one in marked)
    assert names(desk.page("/search?q=德清&host=nowhere.example")) == []


def test_a_search_is_narrowed_by_day_and_role(desk: House) -> None:
    everything = names(desk.page("/search?q=试验区"))
    late = names(desk.page("/search?q=试验区&since=2021-01-01"))
    assert 0 < len(late) < len(everything)
    assert names(desk.page("/search?q=试验区&since=2021-01-01&until=2020-01-01")) == []
    assert names(desk.page("/search?q=试验区&role=candidate&dossier=ai-pilot-zones"))
    desk.page("/search?q=x&since=tomorrow", 422)


def test_every_page_of_hits_has_an_address_of_its_own(desk: House) -> None:
    seen: list[str] = []
    place = "/search?q=试验区&earlier=true"
    while place:
        page = desk.page(place)
        seen += html.fromstring(page).xpath("//*[@class='name']/a/@href")
        further = html.fromstring(page).xpath("//nav[@class='pages']/a[@rel='next']/@href")
        place = f"/search{further[0]}" if further else ""
        assert not place or parse_qs(urlsplit(place).query)["q"] == ["试验区"]
    assert len(seen) == len(set(seen)) > 20


def test_nothing_found_says_so_and_nothing_asked_says_nothing(desk: House) -> None:
    assert "Nothing that was kept says this" in desk.page("/search?q=火星")
    assert "At most" not in text_of(desk.page("/search"))
    desk.page("/search?q=x&after=nonsense", 404)


def test_a_difference_is_shown_as_one_text_and_side_by_side(desk: House) -> None:
    for view in ("unified", "side"):
        page = html.fromstring(desk.page(f"{FN05}?view={view}"))
        (gone,), (come,) = page.xpath("//del"), page.xpath("//ins")
        assert (gone.text_content(), come.text_content()) == ("优式", "优势")
        assert page.xpath("//*[contains(@class, 'edited')]")


def test_unchanged_paragraphs_are_counted_or_shown(desk: House) -> None:
    assert "unchanged paragraph" in text_of(desk.page(FN05))
    whole = text_of(desk.page(f"{FN05}?whole=true"), "//*[contains(@class, 'difftext')]")
    assert "unchanged paragraph" not in whole and "安徽省人民政府" in whole


def test_header_fields_stand_before_and_after(desk: House) -> None:
    first = desk.store.snapshot_heads("ai-pilot-zones/fn05", 10)[-1].id
    fields = rows(desk.page(f"{FN05}?from={first}"), "difftable")
    assert any(row.startswith("document number 国科函规") for row in fields)


@pytest.mark.parametrize(
    "place",
    [
        f"{FN05}?from=1&to=99999",
        f"{FN05}?from=x",
        "/diff/ai-pilot-zones/fn01",
        "/diff/nothing",
        f"{FN05}?from=2",
    ],
)
def test_what_cannot_be_compared_is_a_page_that_says_so(desk: House, place: str) -> None:
    assert "This cannot be shown" in desk.page(place, 404)


def test_two_readings_of_a_list_are_compared_by_their_rows(desk: House) -> None:
    page = desk.page("/diff/ai-pilot-zones/most-qtwj")
    assert "new" in text_of(page, "//*[contains(@class, 'come')]")

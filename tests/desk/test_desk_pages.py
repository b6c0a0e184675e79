"""The pages: what waits and why, what was decided, and evidence that can do nothing."""

import re
from hashlib import sha256

import pytest
from lxml import html

from monitor.model import FindingKind, ReviewState
from storage.reviewing import Wanted
from tests.desk.house import House

ZONES = ("Wuhan", "Guangzhou", "Changsha", "Suzhou", "Harbin", "Shenyang", "Zhengzhou")


def text_of(page: str, selector: str = "//main") -> str:
    return " ".join(
        " ".join(" ".join(part.itertext()).split()) for part in html.fromstring(page).xpath(selector)
    )


def names(page: str) -> list[str]:
    found = html.fromstring(page).xpath("//*[@class='name']/a")
    return [" ".join(one.text_content().split()) for one in found]


def test_today_says_in_a_sentence_what_waits_and_shows_new_zones_first(desk: House) -> None:
    page = desk.page("/")
    assert (
        text_of(page, "//h1") == "Seven new zones and 17 other findings wait for you. All 12 citations work."
    )
    assert [name.split()[0] for name in names(page)[:7]] == list(ZONES)
    assert len(names(page)) == 24


def test_today_says_how_the_monitor_does(desk: House) -> None:
    health = text_of(desk.page("/"), "//section[@aria-labelledby='health']")
    assert "2022-01-05 12:00 Beijing" in health
    assert "38 sources" in health
    assert "Lists read 4 of 4" in health


def test_a_dossier_has_a_desk_of_its_own(desk: House) -> None:
    assert "24 findings wait" in text_of(desk.page("/dossiers"))
    assert len(names(desk.page("/dossiers/ai-pilot-zones"))) == 24
    desk.page("/dossiers/nothing", 404)


def test_findings_are_listed_by_state_and_kind(desk: House) -> None:
    assert len(names(desk.page("/findings?kind=moved"))) == 12
    assert names(desk.page("/findings?state=dismissed")) == []
    assert len(names(desk.page("/findings?state=all&dossier=ai-pilot-zones"))) == 24
    desk.page("/findings?kind=nonsense", 404)
    desk.page("/findings?state=nonsense", 404)
    desk.page("/findings?dossier=nonsense", 404)
    desk.page("/findings?offset=-1", 422)


def test_a_long_list_is_told_page_by_page(desk: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("zonewatch.desk.pages.today.PAGE", 10)
    seen: list[str] = []
    place = "/findings?state=all"
    while place:
        page = desk.page(place)
        seen += names(page)
        found = html.fromstring(page).xpath("//nav[@class='pages']/a[@rel='next']/@href")
        place = f"/findings{found[0]}" if found else ""
    assert len(seen) == 24
    assert sorted(seen) == sorted(names(desk.page("/")))


def test_a_finding_stands_beside_its_reasons_with_both_days_and_the_lag(desk: House) -> None:
    page = desk.page("/findings/F4")
    why = text_of(page, "//section[@aria-labelledby='why']")
    assert "武汉 Wuhan is not in the baseline of 11" in why
    for fact in ("Signed 2020-09-03", "Published 2020-09-04", "1 day", "国科函规〔2020〕172号", "湖北省"):
        assert fact in why
    notice = text_of(page, "//section[@aria-labelledby='notice']")
    assert "湖北省人民政府" in notice
    addresses = text_of(page, "//section[@aria-labelledby='addresses']")
    assert "158651.htm" in addresses and "works at a new address" in addresses


def test_known_terms_are_glossed_and_chinese_is_marked_as_such(desk: House) -> None:
    page = html.fromstring(desk.page("/findings/F4"))
    terms = {one.text: one.findtext("span") for one in page.xpath("//span[@class='term']")}
    assert terms["科技部"] == "Ministry of Science and Technology (MOST)"
    assert terms["武汉"] == "Wuhan"
    assert all(one.get("lang") == "zh-Hans" for one in page.xpath("//span[@class='term']"))
    for one in page.xpath("//main//*[text()]"):
        if re.search("[\u4e00-\u9fff]", one.text or ""):
            assert one.xpath("ancestor-or-self::*[@lang][1]")[0].get("lang") == "zh-Hans", one.text


def test_a_finding_names_every_snapshot_with_its_digest(desk: House) -> None:
    page = desk.page("/findings/F21")
    heads = desk.store.snapshot_heads("ai-pilot-zones/fn05", 10)
    assert len(heads) == 3
    for head in heads:
        assert head.digest in page
        assert f'href="/snapshots/{head.id}"' in page


def test_an_edit_shows_what_went_out_and_what_came_in(desk: House) -> None:
    changed = html.fromstring(desk.page("/findings/F21")).xpath("//section[@aria-labelledby='changed']")[0]
    (gone,), (come,) = changed.xpath(".//del"), changed.xpath(".//ins")
    assert (gone.text_content()[-1], come.text_content()[-1]) == ("式", "势")


def test_what_is_accepted_joins_and_the_next_one_follows(own_desk: House) -> None:
    answer = own_desk.post("/findings/F4/accept", {"note": " read it "})
    assert (answer.status_code, answer.headers["location"]) == (303, "/findings/F5?done=F4")
    finding = own_desk.service.finding(4)
    assert (finding.state, finding.note) == (ReviewState.ACCEPTED, "read it")
    assert [
        one.draft.zone.zh for one in own_desk.store.accepted_zones("ai-pilot-zones") if one.draft.zone
    ] == ["武汉"]
    page = own_desk.page("/findings/F5?done=F4")
    assert "F4 accepted: Wuhan." in text_of(page, "//*[@role='status']")


def test_a_dismissal_needs_its_reason(own_desk: House) -> None:
    answer = own_desk.post("/findings/F6/dismiss", {"why": "  "})
    assert answer.status_code == 422
    assert "A dismissal needs its reason" in text_of(answer.text, "//*[@role='alert']")
    assert own_desk.service.finding(6).state is ReviewState.OPEN
    assert own_desk.post("/findings/F6/dismiss", {"why": "a draft only"}).status_code == 303
    page = own_desk.page("/findings/F6")
    assert "dismissed" in page and "a draft only" in page


def test_a_decision_can_be_taken_back(own_desk: House) -> None:
    own_desk.post("/findings/F4/accept", {})
    answer = own_desk.http.post("/findings/F4/reopen", data={"csrf": own_desk.csrf("/findings/F5")})
    assert answer.headers["location"] == "/findings/F4?done=F4"
    finding = own_desk.service.finding(4)
    assert (finding.state, finding.note, finding.decided) == (ReviewState.OPEN, None, None)


def test_what_was_decided_lately_stands_on_the_first_page(own_desk: House) -> None:
    for number in (4, 5):
        own_desk.post(f"/findings/F{number}/accept", {"note": f"note {number}"})
    lately = text_of(own_desk.page("/"), "//section[@aria-labelledby='lately']")
    assert "Wuhan" in lately and "note 5" in lately
    assert len(names(own_desk.page("/"))) == 22


def test_the_last_finding_leads_back_to_today(own_desk: House) -> None:
    wanted = Wanted(("ai-pilot-zones",))
    for number in own_desk.store.review_queue(wanted, tuple(FindingKind)):
        answer = own_desk.post(f"/findings/F{number}/accept", {})
    assert answer.headers["location"].startswith("/?done=F")
    page = own_desk.page(answer.headers["location"])
    assert text_of(page, "//h1").startswith("Nothing waits for you.")


@pytest.mark.parametrize("name", ["F0", "F99999", "F" + "9" * 40, "x", "F4x", "F-1", "%00", "V4"])
def test_what_is_no_finding_is_a_page_that_says_so(desk: House, name: str) -> None:
    assert "This cannot be shown" in desk.page(f"/findings/{name}", 404)


def test_a_source_shows_every_visit_its_story_and_its_snapshots(desk: House) -> None:
    page = desk.page("/sources/ai-pilot-zones/fn05")
    visits = desk.store.visits("ai-pilot-zones/fn05")
    assert all(f'href="/visits/V{visit.id}"' in page for visit in visits)
    timeline = text_of(page, "//*[@class='timeline']")
    assert "gone then: failing" in timeline
    assert "3 visits" in timeline
    assert "verified at another address" in text_of(page, "//section[@aria-labelledby='story']")
    assert "F21 Notice edited" in text_of(page, "//section[@aria-labelledby='about']")


def test_the_runs_of_a_timeline_add_up_to_all_visits(desk: House) -> None:
    for name in ("ai-pilot-zones/fn05", "ai-pilot-zones/most-qtwj"):
        page = desk.service.source_page(name)
        assert sum(run.count for run in page.runs) == page.count == len(desk.store.visits(name))


def test_many_visits_are_told_page_by_page(desk: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("zonewatch.desk.looking.VISITS", 4)
    seen: list[int] = []
    before = None
    while True:
        page = desk.service.source_page("ai-pilot-zones/fn05", before)
        seen += [visit.id for visit in page.visits]
        before = page.older
        if before is None:
            break
    assert seen == [visit.id for visit in desk.store.visits("ai-pilot-zones/fn05")]


def test_a_source_that_nobody_knows_is_a_page_that_says_so(desk: House) -> None:
    assert "there is no source" in desk.page("/sources/ai-pilot-zones/fn99", 404)


def test_a_visit_shows_every_answer_on_the_way_and_its_neighbours(desk: House) -> None:
    visits = desk.store.visits("ai-pilot-zones/fn05", newest_first=False)
    at = next(place for place, visit in enumerate(visits) if place and visit.snapshot)
    page = desk.page(f"/visits/V{visits[at].id}")
    assert f"Visit V{visits[at].id}" in text_of(page, "//h1")
    assert "200 HTTP/1.1" in page
    links = html.fromstring(page).xpath("//nav[@class='steps']/a/@href")
    assert links == [f"/visits/V{visits[at - 1].id}", f"/visits/V{visits[at + 1].id}"]


def test_a_body_is_given_as_received_and_only_to_be_saved(desk: House) -> None:
    visit = next(one for one in desk.store.visits("ai-pilot-zones/fn05") if one.body)
    answer = desk.get(f"/visits/V{visit.id}/body")
    assert sha256(answer.content).hexdigest() == visit.body
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"] == f'attachment; filename="V{visit.id}.html"'
    assert "sandbox" in answer.headers["content-security-policy"]


def test_a_visit_without_a_body_has_none_to_give(desk: House) -> None:
    (unmodified, *_) = [visit for visit in desk.store.visits("ai-pilot-zones/fn05") if visit.status == 304]
    desk.page(f"/visits/V{unmodified.id}/body", 404)


def test_a_snapshot_is_shown_as_text_and_its_page_stands_in_a_frame_that_can_run_nothing(desk: House) -> None:
    page = html.fromstring(desk.page("/snapshots/5"))
    (frame,) = page.xpath("//iframe")
    assert frame.get("sandbox") == ""
    answer = desk.get(frame.get("src"))
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("sandbox; default-src 'none'")
    assert "frame-ancestors 'self'" in policy
    assert answer.headers["x-frame-options"] == "SAMEORIGIN"
    inside = html.fromstring(answer.text)
    assert inside.xpath("//script|//a[@href]|//img|//form|//iframe|//@onclick|//@style|//@src") == []
    assert "合肥" in inside.text_content()


def test_a_list_is_shown_by_its_rows(desk: House) -> None:
    head = next(one for one in desk.store.snapshot_heads("ai-pilot-zones/most-qtwj", 1))
    assert "t20211207_178439" in desk.page(f"/snapshots/{head.id}")


def test_every_link_of_the_pages_leads_somewhere(desk: House) -> None:
    seen: set[str] = set()
    waiting = ["/"]
    while waiting and len(seen) < 150:
        place = waiting.pop(0)
        if place in seen:
            continue
        seen.add(place)
        answer = desk.get(place)
        if answer.headers["content-type"].startswith("text/html"):
            found = html.fromstring(answer.text).xpath("//*[not(self::form)]/@href | //*/@src")
            waiting += [link.partition("#")[0] for link in found if link.startswith("/")]
    assert len(seen) > 100

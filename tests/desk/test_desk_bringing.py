"""A page that lets no program in is saved by hand and handed in on the finding's page."""

from dataclasses import replace

import pytest

from monitor.drafts import draft
from monitor.model import FindingKind, Look, Record, Role, Seen, Source
from scraper.model import Fetch, Outcome, OutcomeKind
from tests.desk.house import NOW, House

FN05 = "ai-pilot-zones/fn05"


def unseen(house: House) -> int:
    """Raise what a week behind a wall raises for footnote 5."""
    source = house.service.source(FN05)
    assert isinstance(source, Source)
    made = draft(FindingKind.CANNOT_SEE, source, "wall", url=source.url, because=("a wall for 7 days",))
    look = Look(source.id, source.dossier, Role.NOTICE, source.url)
    seen = Seen(look, Fetch(source.url, NOW, 1.0), Outcome(OutcomeKind.WALL, "made for a test"))
    raised = house.store.keep(
        Record(seen, None, drafts=(replace(made, title="footnote 5"),)), now=NOW
    ).findings
    return raised[0].id


def saved(house: House) -> bytes:
    """What a browser saves of the page: here the body of its last good visit."""
    visit = next(one for one in house.store.visits(FN05) if one.body and one.snapshot)
    return house.store.fetch_of(visit.id).content


def hand_in(house: House, number: int, name: str, data: bytes, **more: str) -> tuple[int, str]:
    place = f"/findings/F{number}"
    form = {"csrf": house.csrf(place), **more}
    answer = house.http.post(f"{place}/page", data=form, files={"file": (name, data, "text/html")})
    return answer.status_code, answer.headers.get("location") or answer.text


def test_a_saved_page_becomes_a_visit_marked_as_brought(own_desk: House) -> None:
    number, before = unseen(own_desk), own_desk.store.count_visits(FN05)
    standing = own_desk.store.standing(FN05)
    assert standing and standing.url
    came = hand_in(own_desk, number, "page.html", saved(own_desk), url=standing.url)
    assert came == (303, f"/findings/F{number}?brought=1")
    assert own_desk.store.count_visits(FN05) > before
    newest = own_desk.store.visits(FN05, limit=1)[0]
    assert newest.outcome.is_good
    assert "hand" in newest.origin
    assert 'role="status"' in own_desk.page(f"/findings/F{number}?brought=1")


def test_a_page_of_another_document_is_refused_and_keeps_the_finding_open(own_desk: House) -> None:
    number, before = unseen(own_desk), own_desk.store.count_visits(FN05)
    other = b"<html><title>x</title><body>" + b"<p>another page altogether</p>" * 40
    status, page = hand_in(own_desk, number, "page.html", other, url="https://www.most.gov.cn/other.html")
    assert status == 422
    assert 'role="alert"' in page
    assert own_desk.store.count_visits(FN05) == before
    assert own_desk.service.finding(number).state.value == "open"


@pytest.mark.parametrize(
    ("name", "data", "more"),
    [
        ("", b"", {}),
        ("page.html", b"", {}),
        ("page.html", b"<p>x</p>", {"at": "yesterday"}),
        ("../x", b"\0" * 9, {}),
    ],
)
def test_what_is_no_page_is_refused_in_a_sentence(
    own_desk: House, name: str, data: bytes, more: dict[str, str]
) -> None:
    number = unseen(own_desk)
    status, page = hand_in(own_desk, number, name, data, **more)
    assert status == 422
    assert 'role="alert"' in page
    assert "/tmp" not in page


def test_only_a_page_that_cannot_be_seen_is_asked_for(own_desk: House) -> None:
    assert 'type="file"' not in own_desk.page("/findings/F4")
    assert 'type="file"' in own_desk.page(f"/findings/F{unseen(own_desk)}")

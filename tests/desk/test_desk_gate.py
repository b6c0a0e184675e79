"""The gate: foreign hosts, unknown visitors, forms of others, and the headers of every answer."""

import socket
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from fastapi.routing import APIRoute

from tests.desk.house import NOW, TOKEN, House, copied, served
from zonewatch.desk.app import make_app
from zonewatch.desk.security import Access, Guard
from zonewatch.desk.tokens import Keys, Visitor, digest_of, keys_of
from zonewatch.serving import is_loopback, listening

HOSTS_OF_OTHERS = (
    "evil.example",
    "127.0.0.1.evil.example",
    "localhost.evil.example",
    "evil.example:80",
    "127.0.0.1@evil.example",
    "10.0.0.1",
    "[::2]",
    "localhost,evil.example",
    "localhost evil",
    "",
)
EVERY_PAGE = (
    "/",
    "/findings",
    "/findings/F4",
    "/sources",
    "/sources/ai-pilot-zones/fn05",
    "/visits/V5",
    "/snapshots/5",
    "/dossiers",
    "/dossiers/ai-pilot-zones",
)


@pytest.fixture(scope="module")
def closed(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A desk that believes to listen where others can reach it."""
    with served(copied(demo, tmp_path_factory.mktemp("closed")), host="0.0.0.0") as house:
        yield house


def routes(house: House, method: str) -> list[str]:
    access = Access(keys_of(house.store, TOKEN)[0], frozenset(), False, 1, lambda: NOW)
    app = make_app(house.service, access)
    assert isinstance(app, Guard)
    found = app._app.routes  # type: ignore[attr-defined]
    flat = [
        one for route in found for one in getattr(getattr(route, "original_router", route), "routes", [route])
    ]
    return [one.path for one in flat if isinstance(one, APIRoute) and method in one.methods]


@pytest.mark.parametrize("host", HOSTS_OF_OTHERS)
def test_a_foreign_host_is_refused(desk: House, host: str) -> None:
    answer = desk.http.get("/", headers={"Host": host})
    assert answer.status_code in (400, 421), answer.text


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "LOCALHOST:9999", "[::1]:8765"])
def test_our_own_names_are_answered_at_any_port(desk: House, host: str) -> None:
    desk.get("/", headers={"Host": host})


def test_a_desk_for_others_answers_to_addresses_in_digits_and_to_no_unknown_name(closed: House) -> None:
    assert closed.http.get("/healthz", headers={"Host": "192.168.7.9:8765"}).status_code == 200
    assert closed.http.get("/healthz", headers={"Host": "rebound.example"}).status_code == 421


def test_every_form_is_refused_without_its_token(desk: House) -> None:
    places = [place for place in routes(desk, "POST") if not place.startswith("/api/")]
    assert len(places) >= 6
    for place in places:
        answer = desk.http.post(place.replace("{name}", "F4"), data={"why": "x", "note": "x"})
        assert answer.status_code == 403, place
    assert desk.service.finding(4).state.value == "open"


@pytest.mark.parametrize("given", ["", "0" * 64, "ü", "a" * 5000])
def test_a_wrong_form_token_is_refused(desk: House, given: str) -> None:
    assert desk.http.post("/findings/F4/accept", data={"csrf": given}).status_code == 403


def test_a_form_token_is_worth_nothing_to_another_visitor(desk: House) -> None:
    token = desk.csrf()
    with httpx.Client(base_url=desk.url, trust_env=False) as other:
        assert other.post("/findings/F4/accept", data={"csrf": token}).status_code == 403


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_form_sent_from_another_site_is_refused_though_its_token_be_right(desk: House, site: str) -> None:
    answer = desk.post("/findings/F4/accept", {}, headers={"Sec-Fetch-Site": site})
    assert answer.status_code == 403


def test_no_reading_request_writes(own_desk: House) -> None:
    before = own_desk.store.findings(open_only=False)
    for place in routes(own_desk, "POST"):
        for method in ("GET", "HEAD"):
            answer = own_desk.http.request(method, place.replace("{name}", "F4").replace("{id}", "F4"))
            assert answer.status_code in (200, 404, 405), (method, place)
    assert own_desk.store.findings(open_only=False) == before


@pytest.mark.parametrize("deed", ["accept", "dismiss", "reopen"])
@pytest.mark.parametrize("token", [None, "wrong", f"{TOKEN}x", TOKEN.upper()])
def test_writing_by_the_api_needs_the_token(desk: House, deed: str, token: str | None) -> None:
    answer = desk.api(f"/api/findings/F4/{deed}", {"why": "x"}, token=token)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert desk.service.finding(4).state.value == "open"


@pytest.mark.parametrize("password", [TOKEN])
def test_a_password_that_browsers_send_by_themselves_writes_nothing(desk: House, password: str) -> None:
    answer = desk.http.post("/api/findings/F4/accept", auth=("analyst", password))
    assert answer.status_code == 401


@pytest.mark.parametrize("place", [*EVERY_PAGE, "/healthz", "/nowhere", "/static/nothing", "/api/findings"])
def test_every_answer_has_the_headers_that_keep_it_in(desk: House, place: str) -> None:
    headers = desk.http.get(place).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "same-origin"
    assert "server" not in headers


@pytest.mark.parametrize("place", EVERY_PAGE)
def test_no_page_has_a_script_or_a_style_of_its_own_or_anything_from_elsewhere(
    desk: House, place: str
) -> None:
    page = desk.page(place)
    assert "<style" not in page
    assert " style=" not in page
    assert " onclick=" not in page
    for tag in ("<script", "<link", "<img", "<iframe"):
        for part in page.split(tag)[1:]:
            opening = part.partition(">")[0]
            assert 'src="/' in opening or 'href="/' in opening, opening


def test_the_cookie_is_for_this_site_alone_and_no_script_reads_it(desk: House) -> None:
    with httpx.Client(base_url=desk.url, trust_env=False) as fresh:
        cookie = fresh.get("/").headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert "Domain" not in cookie


@pytest.mark.parametrize("place", EVERY_PAGE)
def test_a_desk_for_others_shows_no_page_before_the_token(closed: House, place: str) -> None:
    answer = closed.http.get(place)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/login?next=")


@pytest.mark.parametrize(
    "place", ["/api/findings", "/feed.atom", "/metrics", "/dossiers/ai-pilot-zones/feed.atom"]
)
def test_a_desk_for_others_gives_programs_nothing_before_the_token(closed: House, place: str) -> None:
    answer = closed.http.get(place)
    assert answer.status_code == 401
    assert "ai-pilot" not in answer.text
    closed.get(place, headers={"Authorization": f"Bearer {TOKEN}"})
    closed.get(place, auth=("anybody", TOKEN))


def test_whoever_knows_the_token_gets_in_where_they_wanted_to_go_and_out_again(closed: House) -> None:
    with httpx.Client(base_url=closed.url, trust_env=False) as browser:
        desk = House(closed.url, closed.service, browser)
        form = {"csrf": desk.csrf("/login"), "token": TOKEN, "next": "/findings/F4?x=1"}
        answer = browser.post("/login", data=form)
        assert (answer.status_code, answer.headers["location"]) == (303, "/findings/F4?x=1")
        assert "武汉" in desk.page("/findings/F4")
        browser.post("/logout", data={"csrf": desk.csrf()})
        assert browser.get("/findings/F4").status_code == 303


@pytest.mark.parametrize(
    "place",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "evil", "/a\r\nX: y", "javascript:1"],
)
def test_signing_in_leads_nowhere_else(closed: House, place: str) -> None:
    with httpx.Client(base_url=closed.url, trust_env=False) as browser:
        desk = House(closed.url, closed.service, browser)
        answer = browser.post("/login", data={"csrf": desk.csrf("/login"), "token": TOKEN, "next": place})
        assert answer.headers["location"] == "/"


def test_guessing_the_token_is_slowed_down(demo: Path, tmp_path: Path) -> None:
    with served(copied(demo, tmp_path), host="0.0.0.0") as house:
        form = {"csrf": house.csrf("/login"), "token": "guess"}
        assert [house.http.post("/login", data=form).status_code for _ in range(12)] == [401] * 10 + [429] * 2
        assert house.http.post("/login", data={**form, "token": TOKEN}).status_code == 429


def test_more_than_is_taken_is_refused_whether_it_says_its_length_or_not(demo: Path, tmp_path: Path) -> None:
    with served(copied(demo, tmp_path), max_bytes=4096) as house:
        big = b"x" * (300 * 1024)
        assert house.http.post("/findings/F4/page", content=big).status_code == 413
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        drip = house.http.post("/findings/F4/accept", content=iter([big[:1000]] * 400), headers=kind)
        assert drip.status_code in (400, 413)


def keys(token: str = "one") -> Keys:
    return Keys(digest_of(token), b"secret")


def test_a_session_ends_after_its_time_and_with_its_token() -> None:
    visitor = Visitor("someone", int((NOW + timedelta(days=1)).timestamp()))
    cookie = keys().cookie(visitor)
    assert keys().visitor(cookie) == visitor
    assert visitor.signed_in(NOW)
    assert not visitor.signed_in(NOW + timedelta(days=2))
    assert keys("another").visitor(cookie) is None


@pytest.mark.parametrize("change", [0, 5, -1])
def test_a_cookie_that_was_touched_is_nobodys(change: int) -> None:
    cookie = list(keys().cookie(Visitor("someone", 99)))
    cookie[change] = "x" if cookie[change] != "x" else "y"
    assert keys().visitor("".join(cookie)) is None


@pytest.mark.parametrize(
    "cookie", [None, "", ".", "..", "a.b.c", "a.-1.x", "a.99999999999999999999.x", "é.1.é"]
)
def test_nonsense_is_nobodys_cookie(cookie: str | None) -> None:
    assert keys().visitor(cookie) is None


def test_a_made_token_is_shown_once_and_kept_as_its_digest_only(demo: Path, tmp_path: Path) -> None:
    with served(copied(demo, tmp_path)) as house:
        first, shown = keys_of(house.store, None)
        assert shown and first.is_token(shown)
        assert keys_of(house.store, None) == (first, None)
        second, other = keys_of(house.store, None, renew=True)
        assert other and other != shown and not second.is_token(shown)
        assert keys_of(house.store, "the setting")[0].is_token("the setting")
    kept = (tmp_path / "zonewatch.db").read_bytes()
    assert shown.encode() not in kept and other.encode() not in kept


@pytest.mark.parametrize(
    ("host", "loopback"),
    [("127.0.0.1", True), ("127.9.9.9", True), ("::1", True), ("localhost", True), ("0.0.0.0", False),
     ("::", False), ("192.168.1.1", False), ("desk.example", False)],
)  # fmt: skip
def test_only_this_machine_itself_is_trusted_without_a_token(host: str, loopback: bool) -> None:
    assert is_loopback(host) is loopback


def test_who_comes_before_the_server_is_at_work_waits_and_is_not_refused() -> None:
    with listening("127.0.0.1", 0) as opened, socket.create_connection(opened.getsockname(), timeout=2):
        pass

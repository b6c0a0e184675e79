"""The walk of a visit, over a scripted world: no socket, no clock, every rule of the road."""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.addresses import origin
from scraper.guard import check_url
from scraper.lanes import Lanes
from scraper.model import Completeness, Fetch, Headers, Trouble
from scraper.policy import Policy, Validators
from scraper.robots import RememberedHere
from scraper.troubles import Broken, CutShort
from scraper.visit import House, Reply, Visit
from scraper.watch import Watch

NOW = datetime(2026, 12, 1, tzinfo=UTC)
HOME = "http://a.gov.cn/"
Told = tuple[int, Headers, tuple[bytes | Exception, ...]]


class World:
    """Addresses and what each answers; it writes down who asked and that every reply was closed."""

    def __init__(self, told: dict[str, Told | Broken]) -> None:
        self.told = told
        self.asked: list[tuple[str, Headers]] = []
        self.open = 0

    def __call__(self, address: str, extra: Headers) -> Reply:
        self.asked.append((address, extra))
        told = self.told.get(address, (404, (), ()))
        if isinstance(told, Broken):
            raise told
        status, headers, parts = told
        self.open += 1
        location = dict(headers).get("Location")
        return Reply(status, headers, extra, self._parts(parts), self._close, location)

    def _parts(self, parts: tuple[bytes | Exception, ...]) -> Iterator[bytes]:
        for part in parts:
            if isinstance(part, Exception):
                raise part
            yield part

    def _close(self) -> None:
        self.open -= 1

    @property
    def pages(self) -> list[str]:
        return [address for address, _ in self.asked if not address.endswith("/robots.txt")]


def walk(world: World, url: str = HOME, validators: Validators | None = None, **policy: object) -> Fetch:
    rules = Policy(**{"pause": 0.0, **policy})  # type: ignore[arg-type]
    house = House(rules, lambda: NOW, RememberedHere(), lambda: False, lanes=Lanes())
    got = Visit(house, world, Watch(60, lambda: False)).page(url, validators or Validators())
    assert world.open == 0
    return got


def moved(to: str, status: int = 302) -> Told:
    return status, (("Location", to),), ()


def page(*parts: bytes | Exception, **headers: str) -> Told:
    return 200, tuple((name.replace("_", "-"), value) for name, value in headers.items()), parts


NAMES = [f"http://{name}.gov.cn/{path}" for name in "ab" for path in ("", "1", "2")]
ODD = ["file:///x", "http://127.0.0.1/", "//b.gov.cn/2", "../1", "?", "http://[", "http://a.gov.cn:81/"]
ANSWERS = st.one_of(
    st.builds(moved, st.sampled_from(NAMES + ODD), st.sampled_from([301, 302, 303, 307, 308, 300, 304])),
    st.builds(page, st.binary(max_size=30)),
    st.just(page(b"some", CutShort("hung up"))),
    st.just(page(Broken(Trouble.RESET, "body: reset"))),
    st.builds(
        Broken, st.sampled_from([Trouble.REFUSED, Trouble.TLS, Trouble.NAME_FAILS]), st.just("as told")
    ),
    st.just((503, (), ())),
)
ROBOTS = st.dictionaries(
    st.sampled_from(["http://a.gov.cn/robots.txt", "http://b.gov.cn/robots.txt"]), ANSWERS
)


@given(st.dictionaries(st.sampled_from(NAMES), ANSWERS), ROBOTS)
def test_a_walk_ends_and_never_leaves_the_allowed_addresses(told, robots) -> None:
    world = World({**told, **robots})
    got = walk(world)
    assert len(got.hops) <= 11
    assert all(check_url(address) is None for address, _ in world.asked)
    assert all(earlier.location == later.url for earlier, later in pairwise(got.hops))
    assert (got.trouble is None) <= bool(got.hops and got.hops[-1].location is None)


@given(st.dictionaries(st.sampled_from(NAMES), ANSWERS), ROBOTS)
def test_each_site_is_asked_for_its_wishes_before_its_pages(told, robots) -> None:
    world = World({**told, **robots})
    got = walk(world)
    asked = [address for address, _ in world.asked]
    for hop in got.hops:
        last = len(asked) - 1 - asked[::-1].index(hop.url)
        assert asked.index(f"{origin(hop.url)}/robots.txt") < last


@given(st.lists(st.binary(max_size=40), max_size=6), st.integers(1, 100))
def test_a_body_is_never_longer_than_the_limit(parts: list[bytes], limit: int) -> None:
    got = walk(World({HOME: page(*parts)}), max_bytes=limit)
    whole = b"".join(parts)
    assert got.body == whole[:limit]
    too_large = len(whole) > limit
    assert (got.trouble is Trouble.TOO_LARGE) == too_large
    assert got.completeness is (Completeness.TOO_LARGE if too_large else Completeness.WHOLE)


def test_the_validators_go_with_the_first_request_only() -> None:
    world = World({HOME: moved("/1"), HOME + "1": page(b"x")})
    walk(world, validators=Validators('"e"', None))
    assert world.asked == [
        (HOME + "robots.txt", ()),
        (HOME, (("If-None-Match", '"e"'),)),
        (HOME + "1", ()),
    ]


def test_a_trouble_at_a_later_hop_stands_beside_the_hops() -> None:
    got = walk(World({HOME: moved("/1"), HOME + "1": Broken(Trouble.REFUSED, "connect: no")}))
    assert (got.trouble, got.detail, len(got.hops), got.status) == (Trouble.REFUSED, "connect: no", 1, 302)
    assert got.completeness is Completeness.NONE


def test_a_body_that_breaks_keeps_what_came_and_says_why() -> None:
    got = walk(World({HOME: page(b"be", b"gun", Broken(Trouble.RESET, "body: reset"))}))
    assert (got.body, got.trouble, got.completeness) == (b"begun", Trouble.RESET, Completeness.SHORT)
    hung_up = walk(World({HOME: page(b"begun", CutShort("9 missing"))}))
    assert (hung_up.body, hung_up.trouble, hung_up.completeness) == (b"begun", None, Completeness.SHORT)
    assert hung_up.detail == "body: 9 missing"


@pytest.mark.parametrize("trouble", [Trouble.REFUSED, Trouble.TLS, Trouble.NO_SUCH_NAME, Trouble.RESET])
def test_a_robots_without_an_answer_is_the_visits_own_trouble(trouble: Trouble) -> None:
    world = World({HOME + "robots.txt": Broken(trouble, "as told"), HOME: page(b"x")})
    got = walk(world)
    assert (got.trouble, got.detail, got.hops, world.pages) == (trouble, "as told", (), [])


def test_a_robots_that_is_moved_to_a_dead_place_is_the_visits_own_trouble() -> None:
    world = World(
        {HOME + "robots.txt": moved("http://b.gov.cn/r"), "http://b.gov.cn/r": Broken(Trouble.TLS, "x")}
    )
    assert walk(world).trouble is Trouble.TLS


def test_a_huge_robots_is_read_as_far_as_it_goes() -> None:
    rules = b"User-agent: *\nDisallow: /secret\n" + b"# padding\n" * 60_000
    world = World({HOME + "robots.txt": page(rules), HOME: page(b"x")})
    assert walk(world, HOME + "secret").trouble is Trouble.ROBOTS
    assert walk(world).body == b"x"


def test_a_robots_cut_short_is_read_as_far_as_it_goes() -> None:
    rules = page(b"User-agent: *\nDisallow: /secret\n", CutShort("hung up"))
    assert walk(World({HOME + "robots.txt": rules}), HOME + "secret").trouble is Trouble.ROBOTS


def test_a_robots_follows_five_redirects_and_no_more() -> None:
    chain = {f"{HOME}r{number}": moved(f"/r{number + 1}") for number in range(9)}
    rules = page(b"User-agent: *\nDisallow: /\n")
    near = World({HOME + "robots.txt": moved("/r0"), **chain, f"{HOME}r4": rules})
    far = World({HOME + "robots.txt": moved("/r0"), **chain, f"{HOME}r5": rules})
    assert walk(near).trouble is Trouble.ROBOTS
    assert walk(far).trouble is None


def test_the_fragment_is_not_asked_for_but_the_request_is_remembered_whole() -> None:
    world = World({HOME + "1": page(b"x")})
    got = walk(world, f" {HOME}1#Zoom ")
    assert (got.requested, got.url, world.pages) == (f" {HOME}1#Zoom ", HOME + "1", [HOME + "1"])


@pytest.mark.parametrize(
    ("headers", "completeness"),
    [
        ({"Content_Length": "5"}, Completeness.WHOLE),
        ({"Content_Length": "6"}, Completeness.SHORT),
        ({"Content_Length": "4"}, Completeness.WHOLE),
        ({"Content_Length": "many"}, Completeness.WHOLE),
        ({"Content_Length": "9" * 400}, Completeness.SHORT),
        ({"Content_Length": "6", "Transfer_Encoding": "chunked"}, Completeness.WHOLE),
        ({"content_length": "6"}, Completeness.SHORT),
    ],
)
def test_a_recorded_body_is_held_against_its_length(
    headers: dict[str, str], completeness: Completeness
) -> None:
    assert walk(World({HOME: page(b"12345", **headers)})).completeness is completeness

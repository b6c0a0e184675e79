"""One visit: hop by hop to an answer, each hop admitted by the guard and by its site's robots.txt.

What is below (httpx over the network, or a history) is an `Exchange`: one request, one reply. All
failures arrive as `Broken` and leave as the trouble of a `Fetch`.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeAlias
from urllib.parse import urljoin

from scraper.addresses import host, origin, server
from scraper.guard import check_url
from scraper.inflate import Inflated, inflate
from scraper.lanes import Lanes
from scraper.model import Completeness, Fetch, Headers, Hop, Tls, Trouble
from scraper.policy import Policy, Validators
from scraper.rests import Rest, RestedHere, RestMemory, asked_rest
from scraper.robots import MAX_REDIRECTS, MAX_TEXT, RobotsAnswer, RobotsMemory, objection, pace
from scraper.troubles import Broken, CutShort
from scraper.watch import Watch

LONGEST_WAIT = 60.0
"""Seconds that a visit waits for a site's rest to end; for a longer one it comes again another time."""
REDIRECTS = frozenset({301, 302, 303, 307, 308})
_BODILESS = frozenset({101, 204, 304})


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer: its head, and its body still to be read from `parts`; `close` ends it early.

    `parts` raises `CutShort` or `Broken`. `location` is the header in ASCII, not yet absolute.
    """

    status: int
    headers: Headers
    request_headers: Headers
    parts: Iterator[bytes]
    close: Callable[[], None]
    location: str | None = None
    http_version: str = "HTTP/1.1"
    peer: str | None = None
    tls: Tls | None = None


Exchange: TypeAlias = Callable[[str, Headers], Reply]
"""An address and further header lines to a reply; raises `Broken` where none comes."""


@dataclass(frozen=True, slots=True)
class House:
    """What all visits of a program share. `replayed`: answers come from a history, nobody need be spared."""

    policy: Policy
    now: Callable[[], datetime]
    memory: RobotsMemory
    halted: Callable[[], bool]
    replayed: bool = False
    lanes: Lanes = field(default_factory=Lanes)
    rests: RestMemory = field(default_factory=RestedHere)

    def turn(self, name: str, pause: float, wait: float = 0.0) -> AbstractContextManager[None]:
        """Hold a lane for one request."""
        return nullcontext() if self.replayed else self.lanes.turn(name, pause, self.halted, wait)

    def rest_of(self, address: str) -> Rest | None:
        """Give the rest that an address's origin is to have from now on, if any."""
        if self.replayed:
            return None
        now, asleep = self.now(), self.policy.quiet.get(host(address))
        if asleep and asleep.cover(now):
            return Rest(asleep.until(now), 0, f"{host(address)} is not asked at this hour")
        rest = self.rests.get(origin(address))
        return rest if rest and rest.until > now else None

    def heard(self, lane: str, reply: "Reply") -> None:
        """Take in whether an answer asks for a rest, or ends one."""
        if self.replayed:
            return
        before = self.rests.get(lane)
        rest = asked_rest(reply.status, reply.headers, self.now(), before)
        if rest != before:
            self.rests.put(lane, rest)


@dataclass(frozen=True, slots=True)
class Bounds:
    """How far a chain of requests may go: redirects, bytes of body, and the leave for each address.

    `admit` gives the pause before an address is asked, or raises `Broken`.
    """

    redirects: int
    size: int
    admit: Callable[[str], float]


@dataclass(slots=True)
class Trail:
    """What a chain of requests has brought so far."""

    hops: list[Hop] = field(default_factory=list)
    body: bytearray = field(default_factory=bytearray)
    completeness: Completeness = Completeness.NONE
    detail: str = ""

    def content(self, limit: int) -> Inflated:
        """Undo the content coding of the body, `limit` bytes of content at most."""
        named = (value for name, value in self.hops[-1].headers if name.lower() == "content-encoding")
        return inflate(bytes(self.body), ",".join(named), limit)


class Visit:
    """One visit of a `Fetcher`; made anew for each, so that cookies and looked-up names end with it."""

    def __init__(self, house: House, exchange: Exchange, watch: Watch) -> None:
        self._house = house
        self._policy = house.policy
        self._exchange = exchange
        self._watch = watch

    def page(self, url: str, validators: Validators, headers: Headers = ()) -> Fetch:
        """Fetch a page as a value; validators and headers are sent with the first request only."""
        started = self._house.now()
        trail, trouble = Trail(), None
        limit = self._policy.max_bytes
        bounds = Bounds(self._policy.max_redirects, limit, self._admit)
        try:
            self._follow(trail, url.strip().partition("#")[0], (*validators.lines, *headers), bounds)
        except Broken as broken:
            trouble, trail.detail = broken.trouble, broken.detail
        made = trail.content(limit) if trail.body else Inflated(b"")
        cut = made.completeness if trail.completeness is Completeness.WHOLE else trail.completeness
        return Fetch(
            requested=url,
            started=started,
            seconds=self._spent,
            hops=tuple(trail.hops),
            body=bytes(trail.body),
            content=made.content,
            completeness=cut,
            trouble=trouble,
            detail=trail.detail or made.detail,
        )

    def _follow(self, trail: Trail, address: str, extra: Headers, bounds: Bounds) -> None:
        """Ask, and go where the answer sends on to, within the bounds; raises `Broken`.

        The same address with other cookies is another request: some sites set one and send back.
        """
        asked: set[tuple[str, str | None]] = set()
        for _ in range(bounds.redirects + 1):
            hop = self._hop(trail, address, extra, bounds)
            if hop.location is None:
                return
            cookies = next((value for name, value in hop.request_headers if name == "Cookie"), None)
            if (address, cookies) in asked:
                raise Broken(Trouble.REDIRECTS, f"a loop of redirects at {address}")
            asked.add((address, cookies))
            address, extra = hop.location, ()
        raise Broken(Trouble.REDIRECTS, f"more than {bounds.redirects} redirects")

    def _hop(self, trail: Trail, address: str, extra: Headers, bounds: Bounds) -> Hop:
        """Make one request in its lane; the body is read where the answer sends nowhere."""
        pause = bounds.admit(address)
        wait = self._patience(address)
        with self._house.turn(server(address), pause, wait), self._watch.running():
            began = self._spent
            reply = self._exchange(address, extra)
            self._house.heard(origin(address), reply)
            try:
                trail.hops.append(_hop(address, reply, self._spent - began))
                if trail.hops[-1].location is None and reply.status not in _BODILESS:
                    _read(trail, reply, bounds.size)
            finally:
                reply.close()
        return trail.hops[-1]

    @property
    def _spent(self) -> float:
        return 0.0 if self._house.replayed else self._watch.spent

    def _admit(self, address: str) -> float:
        """Let an address pass the guard and its site's wishes; give the pause before it is asked."""
        least = self._admit_by_guard(address)
        self._patience(address)
        if not self._policy.robots:
            return least
        answer = self._robots(origin(address))
        refusal = objection(answer, address)
        if refusal:
            raise Broken(Trouble.ROBOTS, f"{refusal} ({address})")
        return max(least, pace(answer))

    def _patience(self, address: str) -> float:
        """Give the seconds that an address's site still rests; raises `Broken` (RESTING) if they are many."""
        rest = self._house.rest_of(address)
        left = (rest.until - self._house.now()).total_seconds() if rest else 0.0
        if rest and left > LONGEST_WAIT:
            raise Broken(Trouble.RESTING, f"left alone until {rest.until:%Y-%m-%dT%H:%M:%SZ}: {rest.because}")
        return left

    def _admit_by_guard(self, address: str) -> float:
        refusal = check_url(address, allow_private=self._policy.allow_private, ports=self._policy.ports)
        if refusal:
            raise Broken(Trouble.POLICY, refusal)
        return self._policy.pause

    def _robots(self, lane: str) -> RobotsAnswer:
        """Give what a lane's robots.txt says, asked once a day, by one thread at a time.

        A site that answers "too many requests" has not changed its wishes: those known before hold on.
        """
        with self._house.turn(f"robots of {lane}", 0.0):
            known = self._house.memory.get(lane)
            if known is None or not known.fresh(self._house.now()):
                found = self._ask_robots(lane, pace(known) if known else 0.0)
                known = replace(known, fetched=found.fetched) if known and found.is_busy else found
                self._house.memory.put(lane, known)
        return known

    def _ask_robots(self, lane: str, asked_for: float) -> RobotsAnswer:
        """Fetch robots.txt at the pace that it `asked_for` when it was last read.

        Raises `Broken` where no answer comes: that is the visit's own trouble.
        """
        trail = Trail()
        bounds = Bounds(MAX_REDIRECTS, MAX_TEXT, lambda url: max(self._admit_by_guard(url), asked_for))
        try:
            self._follow(trail, f"{lane}/robots.txt", (), bounds)
        except Broken as broken:
            if self._house.replayed and broken.trouble is Trouble.NAME_FAILS:
                return RobotsAnswer(self._house.now(), 404, "")
            led_nowhere = broken.trouble in (Trouble.REDIRECTS, Trouble.POLICY) and trail.hops
            if not led_nowhere and broken.trouble is not Trouble.TOO_LARGE:
                raise
        content = trail.content(MAX_TEXT).content
        return RobotsAnswer(self._house.now(), trail.hops[-1].status, content.decode("utf-8-sig", "replace"))


def _hop(address: str, reply: Reply, seconds: float) -> Hop:
    onward = reply.status in REDIRECTS and reply.location
    return Hop(
        url=address,
        status=reply.status,
        headers=reply.headers,
        request_headers=reply.request_headers,
        peer=reply.peer,
        tls=reply.tls,
        http_version=reply.http_version,
        seconds=seconds,
        location=_absolute(address, onward) if onward else None,
    )


def _absolute(address: str, location: str) -> str:
    """Resolve a Location; one that follows no grammar stays as it is, for the guard to refuse."""
    try:
        return urljoin(address, location).partition("#")[0]
    except ValueError:
        return location


def _read(trail: Trail, reply: Reply, limit: int) -> None:
    """Read a body up to `limit` bytes; what did arrive is kept, however it ends. Raises `Broken`."""
    trail.completeness = Completeness.SHORT
    try:
        for part in reply.parts:
            trail.body += part[: limit - len(trail.body) + 1]
            if len(trail.body) > limit:
                del trail.body[limit:]
                trail.completeness = Completeness.TOO_LARGE
                raise Broken(Trouble.TOO_LARGE, f"body: more than {limit} bytes")
    except CutShort as short:
        trail.detail = f"body: {short}"
        return
    trail.completeness, trail.detail = _measured(len(trail.body), reply.headers)


def _measured(length: int, headers: Headers) -> tuple[Completeness, str]:
    """Hold a body that ended by itself against its Content-Length, which a recorded one may belie."""
    fields = {name.lower(): value for name, value in headers}
    declared = fields.get("content-length", "")
    if "transfer-encoding" in fields or not declared.isdecimal() or int(declared[:18]) <= length:
        return Completeness.WHOLE, ""
    return Completeness.SHORT, f"body: {length} of {declared} bytes"

"""A visit becomes a `Fetch`, whatever happens: the network behind a policy's manners.

Redirects and robots.txt are ours (`scraper.visit`); each request goes through `scraper.door`.
"""

import threading
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from types import TracebackType
from urllib.parse import urlencode

from scraper.addresses import host, port
from scraper.lanes import Lanes
from scraper.model import Fetch, Headers
from scraper.policy import Policy, Validators
from scraper.proxies import Proxies
from scraper.replay import Archive
from scraper.rests import RestedHere, RestMemory
from scraper.robots import RememberedHere, RobotsMemory
from scraper.sockets import Resolve, system_resolve
from scraper.tls import Contexts
from scraper.troubles import STOPPED
from scraper.visit import Exchange, House, Visit
from scraper.watch import Watch

__all__ = ["STOPPED", "Fetcher", "Policy", "Validators"]

NO_VALIDATORS = Validators()
FORM = ("Content-Type", "application/x-www-form-urlencoded")


class Fetcher(AbstractContextManager["Fetcher"]):
    """Visits pages by the rules of a policy; safe to use from many threads.

    `now` is the clock of a pass (aware, UTC), asked for `Fetch.started` and the age of a robots.txt,
    which `robots` remembers, as `rests` does whom to leave alone and `lanes` when each server was asked
    last. With an `archive` nothing touches the network and nothing waits. Once
    `stop` is set, or the context is left, visits under way end at once, with `STOPPED` as detail.
    `resolve` looks names up. A `door` stands in the network's place: it is opened for each visit.
    """

    def __init__(
        self,
        policy: Policy,
        *,
        now: Callable[[], datetime],
        robots: RobotsMemory | None = None,
        archive: Archive | None = None,
        rests: RestMemory | None = None,
        lanes: Lanes | None = None,
        stop: threading.Event | None = None,
        resolve: Resolve = system_resolve,
        door: Callable[[Watch], Exchange] | None = None,
    ) -> None:
        self._closed = threading.Event()
        self._stop = stop or self._closed
        self.policy = policy
        self._archive = archive
        self._resolve = resolve
        self._own_door = door
        self._contexts = Contexts(policy.legacy_tls_hosts)
        self._proxies = Proxies(policy.proxies)
        memory = robots if robots is not None else RememberedHere()
        self._house = House(
            policy,
            now,
            memory,
            self._halted,
            replayed=archive is not None,
            lanes=lanes if lanes is not None else Lanes(),
            rests=rests if rests is not None else RestedHere(),
        )

    def fetch(self, url: str, validators: Validators = NO_VALIDATORS, *, headers: Headers = ()) -> Fetch:
        """Visit an address and give all that came of it; what the network does never raises.

        `validators` are the server's own, sent verbatim with the first request, and so are further
        `headers`: what is secret in them goes to nobody else. `Fetch.seconds` is time on the network,
        waits for the lane not counted (0 in a replay).
        """
        watch = Watch(self.policy.deadline, self._halted)
        return Visit(self._house, self._exchange(watch), watch).page(url, validators, headers)

    def post(self, url: str, form: Mapping[str, str], *, headers: Headers = ()) -> Fetch:
        """Send a form to an address, once, under the guard, the deadline and the limits of a visit.

        Where the answer sends on, a GET without form and headers follows (RFC 9110, section 15.4.4).
        """
        return self.send(url, urlencode(form).encode(), (*headers, FORM))

    def send(self, url: str, content: bytes, headers: Headers) -> Fetch:
        """Send content of any kind to an address as `post` sends a form; `headers` name its type."""
        watch = Watch(self.policy.deadline, self._halted)
        door = self._exchange(watch, content, url.strip().partition("#")[0])
        return Visit(self._house, door, watch).page(url, NO_VALIDATORS, headers)

    def rest_of(self, fetch: Fetch) -> datetime | None:
        """Tell until when the site is left alone for whose sake a fetch was not made (RESTING)."""
        onward = fetch.hops[-1].location if fetch.hops else None
        rest = self._house.rest_of(onward or fetch.requested)
        return rest.until if rest else None

    def proxy_of(self, url: str) -> str | None:
        """Name the proxy that an address is asked through, `host:port`; None: directly, or not at all."""
        proxy = self._proxies.of(url) if self._archive is None else None
        return f"{host(proxy)}:{port(proxy)}" if proxy else None

    def close(self) -> None:
        """End the visits under way."""
        self._closed.set()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def halted(self) -> bool:
        """Whether visits are to end."""
        return self._stop.is_set() or self._closed.is_set()

    @property
    def is_portable(self) -> bool:
        """Whether another process can make its visits: over the network, by the system's names."""
        return self._archive is None and self._own_door is None and self._resolve is system_resolve

    def now(self) -> datetime:
        """Give the hour, by the clock of the pass."""
        return self._house.now()

    @property
    def robots(self) -> RobotsMemory:
        """What it remembers of robots.txt."""
        return self._house.memory

    @property
    def rests(self) -> RestMemory:
        """What it remembers of rests."""
        return self._house.rests

    @property
    def lanes(self) -> Lanes:
        """When it asked each server."""
        return self._house.lanes

    def _halted(self) -> bool:
        return self.halted

    def _exchange(self, watch: Watch, form: bytes = b"", to: str | None = None) -> Exchange:
        """Open the door for one visit, in which a form is sent `to` an address, if any."""
        if self._own_door is not None:
            return self._own_door(watch)
        from scraper import door  # noqa: PLC0415 - with httpx, a tenth of a second and more

        if self._archive is not None:
            return door.to_history(self._archive, self.policy, form, to)
        ways = (self._resolve, self._contexts, self._proxies)
        return door.to_network(self.policy, watch, *ways, form, to)

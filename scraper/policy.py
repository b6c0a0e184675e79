"""How the program behaves towards the sites that it visits, and towards what they send it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from scraper.guard import WEB_PORTS
from scraper.hours import Hours

TOKEN = "zonewatch"  # noqa: S105 - a product token (RFC 9110, section 10.1.5), no secret
"""The name that the program goes by, in its User-Agent and in a site's robots.txt."""


@dataclass(frozen=True, slots=True)
class Policy:
    """The manners and the limits of a `Fetcher`; times in seconds, sizes in bytes.

    `pause` is the least time between two requests of a lane. `deadline` bounds one visit over name,
    connection, TLS, headers and body together, robots.txt and redirects included, waits for the lane
    not; `connect` is its part for one host's connection. `max_bytes` bounds the body on the wire and
    inflated; `max_header_bytes` (interim answers included) and `max_header_lines` its head.
    `contact` goes into the User-Agent. `allow_private` opens private hosts and every port, `ports`
    are those open otherwise. `legacy_tls_hosts` get the weaker, still verifying TLS context (FACTS
    section 5, trap 5). `proxies` maps a host to its proxy's address, "" to none at all, and goes
    before the environment's. `quiet` maps a host to the hours at which it is not asked.
    """

    pause: float = 2.0
    deadline: float = 60.0
    connect: float = 20.0
    max_bytes: int = 10 * 1024 * 1024
    max_redirects: int = 10
    max_header_bytes: int = 64 * 1024
    max_header_lines: int = 200
    contact: str | None = None
    version: str = "0.1"
    allow_private: bool = False
    ports: frozenset[int] = WEB_PORTS
    legacy_tls_hosts: frozenset[str] = frozenset()
    proxies: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    robots: bool = True
    quiet: Mapping[str, Hours] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def user_agent(self) -> str:
        """The honest name: `zonewatch/0.1 (+contact)`, or without brackets where no contact is set."""
        contact = "".join(character for character in self.contact or "" if " " <= character <= "~")
        return f"{TOKEN}/{self.version}" + (f" (+{contact})" if contact else "")


@dataclass(frozen=True, slots=True)
class Validators:
    """The server's own words for what it sent last, to be sent back verbatim (RFC 9110, section 13)."""

    etag: str | None = None
    last_modified: str | None = None

    @property
    def lines(self) -> tuple[tuple[str, str], ...]:
        """The header lines that ask whether the page has changed."""
        asked = (("If-None-Match", self.etag), ("If-Modified-Since", self.last_modified))
        return tuple((name, value) for name, value in asked if value)

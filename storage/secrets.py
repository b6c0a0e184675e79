"""What must never be kept: secrets that a request carried are struck out before anything is written."""

import re
from dataclasses import replace
from typing import Final
from urllib.parse import urlsplit, urlunsplit

from scraper.model import Fetch, Headers, Hop

STRUCK: Final = "(struck out)"
SECRET_HEADERS: Final = frozenset(
    {"authorization", "cookie", "proxy-authorization", "x-api-key", "x-auth-token"}
)
"""Request headers that prove who asks; what a site itself says (Set-Cookie) is evidence and stays."""
SECRET_PARAMETERS: Final = re.compile(
    r"(?<=[?&;])((?:access_?key|api_?key|client_secret|access_token|secret|password|passwd)=)[^&;#]*",
    re.IGNORECASE,
)
"""Parameters of an address under which services take a key of their user."""


def struck_fetch(fetch: Fetch) -> Fetch:
    """Return a fetch without what would let others act in our name; the same one if it holds none."""
    hops = tuple(struck_hop(hop) for hop in fetch.hops)
    requested = struck_address(fetch.requested)
    if hops == fetch.hops and requested == fetch.requested:
        return fetch
    return replace(fetch, requested=requested, hops=hops)


def struck_hop(hop: Hop) -> Hop:
    """Return a hop without secrets in its addresses and request headers; the same one if it holds none."""
    asked = _struck_headers(hop.request_headers)
    url, location = struck_address(hop.url), hop.location and struck_address(hop.location)
    if (asked, url, location) == (hop.request_headers, hop.url, hop.location):
        return hop
    return replace(hop, url=url, request_headers=asked, location=location)


def _struck_headers(headers: Headers) -> Headers:
    return tuple(
        (name, STRUCK if name.lower() in SECRET_HEADERS else struck_address(value)) for name, value in headers
    )


def struck_address(address: str) -> str:
    """Return an address without the password of a user in it and without keys among its parameters."""
    struck = SECRET_PARAMETERS.sub(rf"\1{STRUCK}", address) if "=" in address else address
    return _without_user(struck) if "@" in struck else struck


def _without_user(address: str) -> str:
    try:
        parts = urlsplit(address)
    except ValueError:
        return address
    user, at, host = parts.netloc.rpartition("@")
    return urlunsplit(parts._replace(netloc=f"{STRUCK}@{host}")) if at and user else address

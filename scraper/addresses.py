"""Addresses as values: one strict form to ask by, one loose form to tell pages by.

Everything here is pure and total: an address that follows no grammar comes back as it is, since
what a document prints may be anything (RFC 3986; its appendix B splits every string).
"""

import hashlib
import re
from datetime import date
from functools import lru_cache
from ipaddress import ip_address
from typing import NamedTuple
from urllib.parse import quote

import idna

DEFAULT_PORTS = {"http": "80", "https": "443"}
_SPLIT = re.compile(
    r"^(?:([A-Za-z][A-Za-z0-9+.-]*):)?(?://([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$", re.S
)
_HOST_PORT = re.compile(r"^(\[[^\]]*\]|[^:\[\]]*)(?::([0-9]*))?$")
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
_INDEX = re.compile(r"/(?:index|default)\.(?:[sdx]?html?|jsp|aspx?|php)$", re.I)
_PAGE = re.compile(r"\.[sdx]?html?$", re.I)
_ID = re.compile(r"(?:^|[^0-9A-Za-z])[A-Za-z]*([0-9]{4,})$")
_UNRESERVED = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~")
_PATH_SAFE = "/%:@!$&'()*+,;=-._~"
_QUERY_SAFE = _PATH_SAFE + "?"

PROVINCES_CN = re.compile(
    "ah|bj|cq|fj|gd|gs|gx|gz|ha|hb|he|hi|hk|hl|hn|jl|js|jx|ln|mo|nm|nx|qh|sc|sd|sh|sn|sx|tj|tw|xj|xz|yn|zj"
)
"""The second-level domains under .cn that stand for a province (CNNIC's list)."""
_CATEGORIES = re.compile("ac|co|com|edu|go|gob|gov|govt|idv|mil|ne|net|or|org")


class Parts(NamedTuple):
    """An address split by RFC 3986, appendix B; absent parts are None, `path` may be empty."""

    scheme: str | None
    authority: str | None
    path: str
    query: str | None
    fragment: str | None


def split(url: str) -> Parts:
    """Split an address into its five parts as printed; any string has them. Blanks around it go."""
    matched = _SPLIT.match(url.strip())
    if matched is None:
        return Parts(None, None, url.strip(), None, None)
    scheme, authority, path, query, fragment = matched.groups()
    return Parts(scheme.lower() if scheme else None, authority, path, query, fragment)


def canonical(url: str) -> str:
    """Write an address in the one form that asks for the same thing (RFC 3986, section 6.2.2).

    Host in lower case and as its ASCII form, default port and fragment gone, dot segments resolved,
    percent-encoding normalised; the scheme stays. Idempotent. What is no http address only loses
    its fragment.
    """
    parts = split(url)
    if parts.scheme not in DEFAULT_PORTS or parts.authority is None:
        return url.strip().partition("#")[0].strip()
    path = _without_dots(_escape(parts.path, _PATH_SAFE)) or "/"
    query = f"?{_escape(parts.query, _QUERY_SAFE)}" if parts.query else ""
    return f"{parts.scheme}://{_authority(parts.scheme, parts.authority)}{path}{query}"


@lru_cache(maxsize=4096)
def match_key(url: str) -> str:
    """Give the loose form by which two printed addresses may be one page.

    Beyond `canonical`: scheme, `www.`, the ports 80 and 443, an index file's name, `.htm` against
    `.html`, and the fragment do not count.
    """
    parts = split(canonical(url))
    if parts.scheme not in DEFAULT_PORTS or parts.authority is None:
        return canonical(url)
    name = re.sub(r":(?:80|443)$", "", parts.authority.rpartition("@")[2]).removeprefix("www.")
    path = _PAGE.sub(".htm", _INDEX.sub("/", parts.path))
    return f"{name}{path}" + (f"?{parts.query}" if parts.query else "")


def same_page(one: str, other: str) -> bool:
    """Tell whether two addresses may be one page, as `match_key` compares them."""
    return match_key(one) == match_key(other)


@lru_cache(maxsize=4096)
def origin(url: str) -> str:
    """Name the lane of an address: scheme, host and a port that is not the default (RFC 6454)."""
    parts = split(canonical(url))
    return f"{parts.scheme or ''}://{(parts.authority or '').rpartition('@')[2]}"


@lru_cache(maxsize=4096)
def server(url: str) -> str:
    """Name who answers at an address: the host, and a port that is neither 80 nor 443.

    A site's http and https are one server, though two origins.
    """
    place, _, number = origin(url).partition("://")[2].rpartition(":")
    return place if place and number in DEFAULT_PORTS.values() else origin(url).partition("://")[2]


def host(url: str) -> str:
    """Give the host of an address in lower case and ASCII, without port; "" if it has none."""
    authority = (split(url).authority or "").rpartition("@")[2]
    matched = _HOST_PORT.match(authority)
    return ascii_host(matched[1] if matched else authority)


def port(url: str) -> int | None:
    """Give the port that an address means, its scheme's own where none is written; None: no such number."""
    parts = split(url)
    matched = _HOST_PORT.match((parts.authority or "").rpartition("@")[2])
    written = (matched[2] if matched else None) or DEFAULT_PORTS.get(parts.scheme or "", "")
    return int(written) if written.isdecimal() and len(written) < 6 else None


def ascii_host(name: str) -> str:
    """Write a host's name in lower case and ASCII (IDNA 2008); a name that has no such form stays."""
    lowered = name.lower()
    if lowered.isascii():
        return lowered
    try:
        return idna.encode(lowered, uts46=True).decode("ascii")
    except (idna.IDNAError, UnicodeError):
        return lowered


def is_literal(name: str) -> bool:
    """Tell whether a host is an IP address in plain form, with or without brackets, and no name."""
    try:
        ip_address(name.strip("[]"))
    except ValueError:
        return False
    return True


def registered_domain(url: str) -> str:
    """Give the domain that somebody registered: the host's last label under a public suffix.

    `www.most.gov.cn` and `most.gov.cn` give `most.gov.cn`. Known suffixes: one label, and two labels
    where the country's second level is a category (`gov.cn`, `com.hk`) or a province of China
    (`bj.cn`). A literal IP address is its own domain.
    """
    name = host(url).rstrip(".")
    labels = name.split(".")
    if name.startswith("[") or is_literal(name) or len(labels) < 2:
        return name
    return ".".join(labels[-1 - _suffix_length(labels) :])


def directory(url: str) -> str:
    """Give the address of the folder that a page stands in, with its closing slash, without query."""
    return canonical(url).partition("?")[0].rpartition("/")[0] + "/"


def page_id(url: str) -> str | None:
    """Give the number of a page as its file's name ends: `t20191018_149420.htm` has `149420`.

    Four digits or more at the end of the name; a bare date (`t20191018`) is none. FACTS section 1:
    the number outlives the address.
    """
    stem = split(url).path.rpartition("/")[2].partition(".")[0]
    matched = _ID.search(stem)
    return matched[1] if matched and not _is_day(matched[1]) else None


def is_root(url: str) -> bool:
    """Tell whether an address is a host's home page: no path, `/`, or an index file in it."""
    return _INDEX.sub("/", split(canonical(url)).path) == "/"


def random_sibling(url: str, seed: str) -> str:
    """Make an address in the same folder with a name that cannot exist, of the same kind of file.

    The same `url` and `seed` give the same address.
    """
    name = split(canonical(url)).path.rpartition("/")[2]
    extension = name.rpartition(".")[2] if "." in name else "html"
    digest = hashlib.sha256(f"{seed}\n{canonical(url)}".encode("utf-8", "surrogatepass")).hexdigest()
    return f"{directory(url)}zw{digest[:16]}.{extension}"


def _authority(scheme: str, authority: str) -> str:
    user, at, rest = authority.rpartition("@")
    matched = _HOST_PORT.match(rest)
    if matched is None:
        return authority.lower()
    number = (matched[2] or "").lstrip("0") or ("0" if matched[2] else "")
    shown = "" if number in ("", DEFAULT_PORTS[scheme]) else f":{number}"
    return f"{user}{at}{ascii_host(matched[1])}{shown}"


def _escape(text: str, safe: str) -> str:
    """Encode what may not stand in an address and decode what need not be encoded."""
    lone = re.sub(r"%(?![0-9A-Fa-f]{2})", "%25", text)
    return _ESCAPE.sub(_normal_escape, quote(lone, safe=safe, errors="surrogatepass"))


def _normal_escape(matched: re.Match[str]) -> str:
    character = chr(int(matched[1], 16))
    return character if character in _UNRESERVED else matched[0].upper()


def _without_dots(path: str) -> str:
    """Resolve `.` and `..` (RFC 3986, section 5.2.4)."""
    kept: list[str] = []
    segments = path.split("/")
    for segment in segments:
        if segment == ".." and len(kept) > 1:
            kept.pop()
        elif segment not in (".", ".."):
            kept.append(segment)
    return "/".join(kept) + ("/" if segments[-1] in (".", "..") and kept and kept[-1] else "")


def _suffix_length(labels: list[str]) -> int:
    country = len(labels[-1]) == 2
    province = labels[-1] == "cn" and PROVINCES_CN.fullmatch(labels[-2])
    second = province or _CATEGORIES.fullmatch(labels[-2])
    return 2 if country and second and len(labels) > 2 else 1


def _is_day(digits: str) -> bool:
    try:
        return len(digits) == 8 and 1990 <= date.fromisoformat(digits).year <= 2100
    except ValueError:
        return False

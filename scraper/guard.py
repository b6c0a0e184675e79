"""Which addresses are never asked: pure refusals, each with its reason.

A page may send the program anywhere, so an address is judged twice: as it is written, before a name
is looked up (`check_url`), and as what its name resolves to, before a connection (`check_address`).
The address blocks are IANA's special-purpose registries for IPv4 and IPv6 (RFC 6890).
"""

import re
import unicodedata
from collections.abc import Iterator, Set
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from scraper.addresses import ascii_host, port, split

WEB_PORTS = frozenset({80, 443})
_PRIVATE = {
    "loopback": ("127.0.0.0/8", "::1/128"),
    "private": ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7", "fec0::/10"),
    "shared by a carrier's NAT": ("100.64.0.0/10",),
}
_NEVER = {
    "unspecified": ("0.0.0.0/8", "::/128"),
    "link-local": ("169.254.0.0/16", "fe80::/10"),
    "multicast": ("224.0.0.0/4", "ff00::/8"),
    "for documentation": ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32", "3fff::/20"),
    "for benchmarks": ("198.18.0.0/15", "2001:2::/48"),
    "for protocols": (
        "192.0.0.0/24",
        "192.31.196.0/24",
        "192.52.193.0/24",
        "192.175.48.0/24",
        "2001:20::/27",
    ),
    "6to4": ("192.88.99.0/24", "2002::/16"),
    "Teredo": ("2001::/32",),
    "a local translation (NAT64)": ("64:ff9b:1::/48",),
    "discarded": ("100::/64",),
    "for segment routing": ("5f00::/16",),
    "reserved": ("240.0.0.0/4",),
}
_EMBEDDED = tuple(
    IPv6Network(block) for block in ("::ffff:0:0/96", "::ffff:0:0:0/96", "64:ff9b::/96", "::/96")
)
"""IPv4 in IPv6: mapped, translated (SIIT), NAT64's well-known prefix, and the old compatible form."""
_GLOBAL = IPv6Network("2000::/3")
_LOCAL_NAMES = re.compile(
    r"(?:^|\.)(?:localhost|localdomain|local|internal|intranet|lan|home|corp|private|home\.arpa)$|^ip6-"
)
_HOST = re.compile(r"^(?!-)[a-z0-9_-]{1,63}(?<!-)(?:\.(?!-)[a-z0-9_-]{1,63}(?<!-))*$")
_DOTTED = re.compile(r"^(?:0|[1-9][0-9]{0,2})(?:\.(?:0|[1-9][0-9]{0,2})){3}$")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
_NUMBER = re.compile(r"^(?:[0-9]+|0x[0-9a-f]*)$")

Ip = IPv4Address | IPv6Address
Block = IPv4Network | IPv6Network


def check_url(url: str, *, allow_private: bool = False, ports: Set[int] = WEB_PORTS) -> str | None:
    """Say why an address must not be asked, from its spelling alone; None if nothing speaks against it.

    `allow_private` lets loopback, private addresses, local names and any port through; `ports` are
    those allowed otherwise. Spellings that two parsers could read differently are refused outright.
    """
    return next(_objections(url, allow_private, ports), None)


def check_address(address: str | Ip, *, allow_private: bool = False) -> str | None:
    """Say why an IP address must not be connected to; None if it is a public one.

    IPv4 inside IPv6 is judged as the IPv4 address that it carries. `allow_private` lets loopback,
    private and carrier-shared addresses through, never link-local (a cloud's metadata) or the rest.
    """
    try:
        ip = ip_address(address)
    except ValueError:
        return f"{address} is no IP address"
    if isinstance(ip, IPv6Address) and ip.scope_id:
        return f"{ip} is link-local"
    ip = _unwrapped(ip)
    private = _block_of(ip, _PRIVATE_BLOCKS)
    if private:
        return None if allow_private else f"{ip} is {private}"
    refused = _block_of(ip, _NEVER_BLOCKS)
    if refused is None and isinstance(ip, IPv6Address) and ip not in _GLOBAL:
        refused = "reserved"
    return f"{ip} is {refused}" if refused else None


def _objections(url: str, allow_private: bool, ports: Set[int]) -> Iterator[str]:
    """Yield the objections to an address, the first of them decides; later ones rely on earlier ones."""
    if _CONTROL.search(url):
        yield "a control character in the address"
    parts = split(url)
    if parts.scheme not in ("http", "https"):
        yield f"scheme {parts.scheme or 'missing'} (only http and https)"
    authority = parts.authority or ""
    if not authority:
        yield "no host"
    if "@" in authority or "@" in unicodedata.normalize("NFKC", authority):
        yield "user information in the address"
    if "\\" in authority or any(character.isspace() for character in authority):
        yield "a backslash or a blank in the host"
    number = port(url)
    if number is None or number == 0 or (not allow_private and number not in ports):
        yield f"port {number if number is not None else 'unreadable'}"
    yield from _host_objections(re.sub(r":[0-9]*$", "", authority), allow_private)


def _host_objections(name: str, allow_private: bool) -> Iterator[str]:
    if name.startswith("["):
        yield from filter(None, [_literal_objection(name, allow_private)])
        return
    plain = unicodedata.normalize("NFKC", name).translate(_DOTS).lower().rstrip(".")
    if _NUMBER.match(plain.rpartition(".")[2]):
        yield from filter(None, [_numeric_objection(name, plain, allow_private)])
        return
    written = ascii_host(plain)
    if not _HOST.match(written) or len(written) > 253:
        yield f"{name!r} is no host name"
    if not allow_private and (_LOCAL_NAMES.search(written) or "." not in written):
        yield f"{written} is a local name"


def _literal_objection(name: str, allow_private: bool) -> str | None:
    if not name.endswith("]") or "%" in name:
        return f"{name!r} is no IPv6 address"
    inner = name[1:-1]
    return (
        check_address(inner, allow_private=allow_private) if ":" in inner else f"{name!r} is no IPv6 address"
    )


def _numeric_objection(name: str, plain: str, allow_private: bool) -> str | None:
    """Judge a host that ends in a number: a dotted quad in plain digits, or else a disguise."""
    if name != plain or not _DOTTED.match(plain):
        return f"{name!r} is an IP address in disguise"
    return check_address(plain, allow_private=allow_private)


def _unwrapped(ip: Ip) -> Ip:
    """Give the IPv4 address that an IPv6 address carries; `::` and `::1` are their own."""
    if isinstance(ip, IPv6Address) and int(ip) > 1 and any(ip in block for block in _EMBEDDED):
        return IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip


def _blocks(table: dict[str, tuple[str, ...]]) -> tuple[tuple[Block, str], ...]:
    return tuple((ip_network(block), reason) for reason, blocks in table.items() for block in blocks)


def _block_of(ip: Ip, blocks: tuple[tuple[Block, str], ...]) -> str | None:
    return next((reason for block, reason in blocks if ip.version == block.version and ip in block), None)


_PRIVATE_BLOCKS = _blocks(_PRIVATE)
_NEVER_BLOCKS = _blocks(_NEVER)
_DOTS = {0x3002: ".", 0xFF0E: ".", 0xFF61: "."}
"""The full stops that IDNA takes for a dot (UTS 46)."""

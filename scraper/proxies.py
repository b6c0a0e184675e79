"""Which proxy an address goes through: the settings' for its host, else the usual variables'."""

from collections.abc import Mapping
from ipaddress import ip_address, ip_network
from urllib.request import getproxies_environment

from scraper.addresses import host, split


class Proxies:
    """The proxies of a program, read from the environment once (HTTP_PROXY and its kin, any case).

    `per_host` maps hosts to a proxy's address and goes first; "" there means no proxy.
    """

    def __init__(self, per_host: Mapping[str, str]) -> None:
        self._per_host = {name.lower(): proxy for name, proxy in per_host.items()}
        self._environment = getproxies_environment()

    def of(self, url: str) -> str | None:
        """Give the address of the proxy for `url`, with its scheme; None: connect directly."""
        name = host(url)
        if name in self._per_host:
            return _with_scheme(self._per_host[name])
        if self._bypassed(name.strip("[]")):
            return None
        chosen = self._environment.get(split(url).scheme or "") or self._environment.get("all")
        return _with_scheme(chosen or "")

    def _bypassed(self, name: str) -> bool:
        exempt = self._environment.get("no", "").lower().split(",")
        return any(_exempts(entry.strip(), name) for entry in exempt)


def _with_scheme(proxy: str) -> str | None:
    if not proxy:
        return None
    return proxy if "://" in proxy else f"http://{proxy}"


def _exempts(entry: str, name: str) -> bool:
    """Tell whether an entry of NO_PROXY means a host: `*`, its name, a domain over it, or a block."""
    domain = entry.removeprefix("*").removeprefix(".")
    return (
        entry == "*"
        or (bool(domain) and (name == domain or name.endswith(f".{domain}")))
        or _in_block(name, entry)
    )


def _in_block(name: str, block: str) -> bool:
    """Tell whether a literal address lies in a block of NO_PROXY such as `10.0.0.0/8`."""
    try:
        return "/" in block and ip_address(name) in ip_network(block, strict=False)
    except ValueError:
        return False

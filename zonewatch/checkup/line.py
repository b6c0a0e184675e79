"""The line: whether names resolve, canaries answer, and the proxies that are set take a connection."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from reports.clean import clean
from scraper.addresses import host, is_literal, port
from scraper.policy import Policy
from scraper.proxies import Proxies
from scraper.sockets import dial, look_up, system_resolve
from scraper.troubles import Broken
from scraper.watch import Watch
from zonewatch.checkup.model import Check, stops, warns, well

if TYPE_CHECKING:
    from scraper.fetch import Fetcher

PATIENCE = 5.0
"""Seconds that a name or a proxy is given."""
MOST_NAMES = 5


def network(urls: Sequence[str], canaries: Sequence[str], policy: Policy, fetcher: "Fetcher") -> Check:
    """Ask the canaries if there are any, else look a few of the sources' names up; no source is asked."""
    if canaries:
        silent = [url for url in canaries if not fetcher.fetch(url).answered]
        says = f"{len(canaries) - len(silent)} of {len(canaries)} canaries answer"
        if len(silent) == len(canaries):
            return stops("network", says, "mend this machine's network; no source is blamed meanwhile")
        return warns("network", says, f"not: {', '.join(silent)}") if silent else well("network", says)
    proxies = Proxies(policy.proxies)
    names = dict.fromkeys(host(url) for url in urls if not proxies.of(url))
    asked = [name for name in names if not is_literal(name)][:MOST_NAMES]
    return _names({name: unresolved(name) for name in asked})


def _names(found: Mapping[str, str | None]) -> Check:
    bad = {name: why for name, why in found.items() if why}
    if not found:
        return well("network", "no name is looked up here: literal addresses, or a proxy does it")
    says = f"{len(found) - len(bad)} of {len(found)} names of sources resolve"
    why = clean("; ".join(f"{name}: {said}" for name, said in bad.items()))
    if len(bad) == len(found):
        return stops("network", f"{says} ({why})", "mend this machine's network or its resolver")
    return warns("network", f"{says} ({why})", "see `zonewatch sources`") if bad else well("network", says)


def unresolved(name: str) -> str | None:
    """Say why a name does not resolve, None where it does."""
    try:
        with (watch := Watch(PATIENCE, lambda: False)).running():
            look_up(name.strip("[]"), 80, system_resolve, watch)
    except Broken as broken:
        return broken.detail
    return None


def proxies(urls: Sequence[str], policy: Policy) -> Iterator[Check]:
    """Connect to each proxy that the sources are asked through, and say nothing to it."""
    chosen = Proxies(policy.proxies)
    through: dict[str, int] = {}
    for url in urls:
        proxy = chosen.of(url)
        if proxy:
            through[proxy] = through.get(proxy, 0) + 1
    for proxy, count in through.items():
        name = f"{host(proxy)}:{port(proxy)}"
        why = closed(host(proxy), port(proxy))
        if why:
            yield stops(
                "proxy",
                clean(f"{name}, through which {count} sources are asked, cannot be reached: {why}"),
                "mend it, or take it out of `proxies` or HTTP_PROXY and HTTPS_PROXY",
            )
        else:
            yield well("proxy", clean(f"{name} takes connections ({count} sources)"))


def closed(name: str, number: int | None) -> str | None:
    """Say why no connection can be had, None where one can."""
    try:
        with (watch := Watch(PATIENCE, lambda: False)).running():
            addresses = look_up(name.strip("[]"), number or 80, system_resolve, watch)
            dial(addresses, number or 80, PATIENCE, watch).close()
    except Broken as broken:
        return broken.detail
    except OSError as error:
        return str(error)
    return None

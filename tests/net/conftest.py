"""What the network tests share: sites on loopback, and fetchers that may visit them."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import Any

import pytest
from serving import Action, Site, serving

from scraper.fetch import Fetcher, Policy

NOW = datetime(2026, 12, 1, 4, tzinfo=UTC)
KINDS = ("robots", "archive", "rests", "lanes", "stop", "resolve", "now")
PROXY_VARIABLES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")


@pytest.fixture(autouse=True)
def _no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in PROXY_VARIABLES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as held:
        yield held


@pytest.fixture
def site(stack: ExitStack) -> Callable[..., Site]:
    """Make sites: `site({path: answer}, context=…, name=…)`."""

    def make(answers: Mapping[str, bytes | Action], **told: Any) -> Site:
        return stack.enter_context(serving(answers, **told))

    return make


@pytest.fixture
def fetcher(stack: ExitStack) -> Callable[..., Fetcher]:
    """Make fetchers that hurry and may visit loopback: `fetcher(deadline=…, stop=…)`."""

    def make(**told: Any) -> Fetcher:
        own = {name: told.pop(name) for name in KINDS if name in told}
        robots = own.pop("robots", None)
        if isinstance(robots, bool):
            told["robots"] = robots
        elif robots is not None:
            own["robots"] = robots
        policy = Policy(**{"pause": 0.0, "deadline": 10.0, "allow_private": True, **told})
        return stack.enter_context(Fetcher(policy, **{"now": lambda: NOW, **own}))

    return make

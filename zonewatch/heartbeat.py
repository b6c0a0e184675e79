"""The heartbeat: an address that is asked around each pass, so that a silence is noticed elsewhere.

In the way of healthchecks (https://healthchecks.io/docs/http_api/): ADDRESS/start before a pass, ADDRESS
after it, ADDRESS/fail where it failed.
"""

from collections.abc import Callable
from urllib.parse import urlsplit, urlunsplit

from scraper.fetch import Fetcher, Policy
from zonewatch.app import App, say

SECONDS = 5.0
"""What one ping may take: a pass must not hang on who watches it."""
MOST_BYTES = 64 * 1024


def ping(app: App, step: str = "", stopped: Callable[[], bool] = lambda: False) -> None:
    """Ask the heartbeat's address, with `/start` or `/fail` added; what goes wrong is a line for the log.

    The address is a secret (who knows it can feign life), so no line shows it. The operator wrote it into the
    settings, so it may be a private one; redirects are not followed.
    """
    address = app.settings.heartbeat
    if not address or stopped():
        return
    policy = Policy(
        pause=0,
        deadline=SECONDS,
        max_bytes=MOST_BYTES,
        max_redirects=0,
        allow_private=True,
        contact=app.settings.contact,
        proxies=app.settings.proxies,
        robots=False,
    )
    with Fetcher(policy, now=app.clock) as fetcher:
        answer = fetcher.fetch(added(address, step))
    if answer.status is None:
        say(f"zonewatch: heartbeat: no answer ({answer.trouble})", "warning")
    elif not 200 <= answer.status < 300:
        say(f"zonewatch: heartbeat: was answered with {answer.status}", "warning")


def added(address: str, step: str) -> str:
    """Add a step to an address's path, before its query."""
    parts = urlsplit(address)
    return urlunsplit(parts._replace(path=f"{parts.path.rstrip('/')}/{step}")) if step else address

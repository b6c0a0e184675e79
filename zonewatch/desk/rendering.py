"""Templates to pages: escaping by default, the words, the marks of Chinese, times and addresses."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from importlib.resources import files
from itertools import groupby

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse

from monitor.model import FindingKind, Role, State
from reports import told
from reports import words as report_words
from reports.clean import clean
from reports.html import address, tongue
from reports.json_ import instant
from reports.model import Item
from scraper.chinese import BEIJING
from scraper.model import GOOD_KINDS
from storage.reviewing import Mark
from zonewatch.desk.language import words
from zonewatch.desk.terms import glossed, terms_in

GOOD = frozenset({State.ALIVE, State.MOVED})
BAD = frozenset({State.DEAD, State.SUSPECTED})
ELSEWHERE = frozenset({Role.SUCCESSOR, Role.PROBE})
"""Looks at other addresses than the source's own: that nothing is there says nothing of the source."""
NAVIGATION = ("today", "findings", "zones", "links", "sources", "sheet", "search", "dossiers")
"""The pages that every page leads to, by the key of their words; `today` is the root."""


def render(request: Request, template: str, status: int = 200, /, **values: object) -> HTMLResponse:
    """Render a template as the answer to a request."""
    state = request.state
    shared = {
        "request": request,
        "here": request.url.path,
        "csrf": state.access.keys.form_token(state.visitor),
        "signed_in": state.access.closed and state.visitor.signed_in(state.access.now()),
        "navigation": NAVIGATION,
    }
    return HTMLResponse(environment().get_template(template).render({**shared, **values}), status)


def time(at: datetime | None) -> Markup:
    """Write a time in Beijing's hours; a script adds the reader's own."""
    if at is None:
        return Markup("–")
    shown = f"{at.astimezone(BEIJING):%Y-%m-%d %H:%M}"
    return Markup('<time datetime="{}">{} <span class="zone">{}</span></time>').format(
        instant(at), shown, words()("time.beijing")
    )


def ago(at: datetime, now: datetime) -> str:
    """Say how long ago a moment was, in the largest unit that fills."""
    seconds = max(0, int((now - at).total_seconds()))
    for unit, length in (("day", 86400), ("hour", 3600), ("minute", 60)):
        if seconds >= length:
            return words()(f"time.{unit}s_ago", n=seconds // length)
    return words()("time.just_now")


def light(state: State | None) -> str:
    """Name the class that colours a state; its word and its sign say the same without colour."""
    if state is None or state is State.UNKNOWN:
        return "off"
    return "good" if state in GOOD else "bad" if state in BAD else "wary"


def seen(mark: Mark) -> str:
    """Name the class that colours a visit: by what it saw, and one that looked elsewhere by nothing."""
    if mark.outcome in GOOD_KINDS:
        return "good"
    if mark.role in ELSEWHERE:
        return "off"
    return "bad" if mark.state in BAD else "wary"


def by_kind(items: Iterable[Item]) -> Iterator[tuple[FindingKind, list[Item]]]:
    """Take findings running that are of one kind together."""
    for kind, group in groupby(items, key=lambda item: item.finding.draft.kind):
        yield kind, list(group)


def kind(of: FindingKind) -> str:
    """Name a finding's kind, for one of them."""
    return words()(f"kind.{of.value}")


@cache
def asset(name: str) -> str:
    """Return the address of a static file, with its digest, so that browsers keep it till it changes."""
    data = files("zonewatch.desk").joinpath("static", name).read_bytes()
    return f"/static/{name}?{sha256(data).hexdigest()[:12]}"


def shown(value: object) -> object:
    """Make what stands in a template fit to be shown, wherever it came from; what is markup was made so."""
    return clean(value) if type(value) is str else value


@cache
def environment() -> Environment:
    """Return the templates' environment."""
    made = Environment(
        loader=PackageLoader("zonewatch.desk"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {
        "tongue": tongue,
        "address": address,
        "glossed": glossed,
        "time": time,
        "light": light,
        "seen": seen,
        "state": report_words.state,
        "outcome": report_words.outcome,
        "day": report_words.day,
        "day_of": report_words.day_of,
        "lag": report_words.lag,
        "kind": kind,
        "kinds": report_words.HEADINGS.__getitem__,
        "groupby_kind": by_kind,
    }
    made.globals |= {
        "t": words(),
        "told": told,
        "ago": ago,
        "asset": asset,
        "terms_in": terms_in,
        "version": version("zonewatch"),
        "utc": UTC,
    }
    return made

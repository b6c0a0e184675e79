"""The sites: whether sources were seen, whether what came could be read, what their clocks say of ours."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from statistics import median

from monitor.model import Role, Source, Standing, State
from reports.clean import clean
from scheduler.pace import furthest
from storage.wellbeing import ReadRate
from zonewatch.checkup.house import ago
from zonewatch.checkup.model import Check, stops, warns, well

KNOWN = frozenset({State.DEAD, State.SUSPECTED, State.FAILING})
"""Links whose trouble is known and told as a finding: that is seeing, too."""
BLIND = timedelta(days=7)
"""After so long a source that cannot be seen is a finding (DESIGN section 5)."""
OFF, WRONG = timedelta(minutes=2), timedelta(hours=1)
"""What our clock may differ by before it is worth a word, and before ladders are miscounted."""
MOST_NAMED = 5
"""Sources of a dossier that get a line each: where more are unseen, it is not theirs."""
LEAST_ANSWERS = 5
LEAST_RATE, FALL = 0.9, 0.15
"""The share that must be readable, and the fall within a month that means another layout."""


def clock(dates: Iterable[tuple[str, str, datetime]]) -> Check:
    """Hold our clock against the servers' (host, Date header, our own hour).

    A copy out of a cache carries an older date, so each host's latest counts; the middle host decides.
    """
    ahead: dict[str, timedelta] = {}
    for name, said, ours in dates:
        theirs = _date(said)
        if theirs is not None:
            ahead[name] = max(theirs - ours, ahead.get(name, theirs - ours))
    if not ahead:
        return well("clock", "no server's Date header of the last days to hold it against")
    seconds = median(span.total_seconds() for span in ahead.values())
    off = timedelta(seconds=abs(seconds))
    way = "behind" if seconds > 0 else "ahead of"
    says = f"{ago(off)} {way} the Date headers of {len(ahead)} hosts"
    set_it = "have the clock set (systemd-timesyncd, chrony): days and ladders are counted by it"
    if off >= WRONG:
        return stops("clock", says, set_it)
    if off >= OFF:
        return warns("clock", says, set_it)
    return well("clock", f"as the Date headers of {len(ahead)} hosts")


def _date(said: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(said)
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def sources(known: Sequence[Source], standings: Mapping[str, Standing], now: datetime) -> Iterator[Check]:
    """Name the sources that were not seen for too long; stop where most are, or every list of a dossier."""
    enabled = [source for source in known if source.enabled]
    if not enabled:
        yield stops("sources", "none is enabled", "enable a dossier or a source of it")
        return
    blind = {source.id: source for source in enabled if _is_blind(source, standings.get(source.id), now)}
    for name in sorted({source.dossier for source in enabled}):
        ours = [source for source in enabled if source.dossier == name]
        unseen = [source for source in ours if source.id in blind]
        yield from (_blind(one, standings.get(one.id), now) for one in unseen[:MOST_NAMED])
        yield _of_dossier(name, ours, unseen, _longest(ours, standings, now))


def _of_dossier(name: str, enabled: Sequence[Source], unseen: Sequence[Source], longest: str) -> Check:
    lists = [source for source in enabled if source.role is Role.LISTING]
    what = f"sources {name}"
    if lists and all(source in unseen for source in lists):
        return stops(what, f"none of its {len(lists)} lists can be seen: news passes by", SEE)
    seen = f"{len(enabled) - len(unseen)} of {len(enabled)} sources seen in their time"
    return stops(what, seen, SEE) if 2 * len(unseen) >= len(enabled) else well(what, f"{seen}{longest}")


def _longest(enabled: Sequence[Source], standings: Mapping[str, Standing], now: datetime) -> str:
    """Name the source whose last good visit is the longest ago."""
    found = [
        (standing.link.last_good, source.id) for source in enabled if (standing := standings.get(source.id))
    ]
    seen = min(((good, name) for good, name in found if good), default=None)
    return clean(f"; the longest ago {seen[1]}, {ago(now - seen[0])}") if seen else ""


SEE = "see `network`, or ask through a proxy nearer to the site (`proxies`), or `zonewatch import page`"


def _is_blind(source: Source, standing: Standing | None, now: datetime) -> bool:
    """Tell whether a source was not seen for longer than its pace explains; a dead link is no blindness."""
    if standing is None or standing.link.last_visit is None:
        return True
    if standing.layout_failures > 1:
        return True
    if standing.link.state in KNOWN:
        return False
    seen = standing.link.last_good
    return seen is None or now - seen > max(BLIND, 2 * furthest(source, standing.link.state))


def _blind(source: Source, standing: Standing | None, now: datetime) -> Check:
    name = clean(source.id)
    if standing is None or standing.link.last_visit is None:
        return warns(name, "never looked at", f"zonewatch check --source {name}")
    more = f"zonewatch explain {name}"
    if standing.layout_failures > 1:
        return warns(name, f"its page fits no layout at {standing.layout_failures} visits running", more)
    seen = standing.link.last_good
    last = f"last seen {ago(now - seen)} ago" if seen else "never seen"
    return warns(name, clean(f"{last}: {standing.link.rule or standing.link.state.value}"), more)


def readers(now_: Mapping[str, ReadRate], before: Mapping[str, ReadRate]) -> Iterator[Check]:
    """Hold by host the share of good answers that could be read against the month before."""
    low = 0
    for name in sorted(now_):
        found, earlier = now_[name], before.get(name, ReadRate(0, 0))
        if found.answers < LEAST_ANSWERS:
            continue
        rate = found.read / found.answers
        usual = earlier.read / earlier.answers if earlier.answers >= LEAST_ANSWERS else 1.0
        says = f"{found.read} of {found.answers} good pages of 30 days could be read"
        if rate < LEAST_RATE or usual - rate > FALL:
            low += 1
            fell = f" (the month before {usual:.0%})" if earlier.answers >= LEAST_ANSWERS else ""
            check = stops if not found.read else warns
            yield check(
                f"reader {clean(name)}",
                f"{says}{fell}: the site may have a new layout",
                "save a page as a case (`zonewatch fixture add`) and mend its reader (CONTRIBUTING.md)",
            )
    answers, read = (sum(getattr(one, part) for one in now_.values()) for part in ("answers", "read"))
    if not low:
        yield well("readers", f"{read} of {answers} good pages of 30 days could be read")

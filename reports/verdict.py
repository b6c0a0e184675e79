"""The verdict of a report: what a person should know, claiming no more than was seen."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import groupby

from monitor.model import FindingKind, State
from reports.model import Item, LinkHealth, PassView, Section
from reports.words import NEWS, UNRESOLVED, capital, counted, day, joined, moment, number
from scraper.model import GOOD_KINDS

_FOOTNOTE = re.compile(r"/fn\d+\Z")
_GOOD = frozenset(kind.value for kind in GOOD_KINDS)
_WITHOUT_VERB = frozenset({"cannot be seen"})
_TROUBLES = {
    State.DEAD: "dead",
    State.SUSPECTED: "suspected dead",
    State.FAILING: "failing",
    State.UNSTABLE: "unstable",
    State.UNSEEN: "cannot be seen",
    State.UNKNOWN: "not looked at yet",
    None: UNRESOLVED,
}
"""Why a citation does not work, the worst first."""


def verdict(sections: Sequence[Section], passes: Sequence[PassView], since: datetime | None) -> str:
    """Say what is new, or prove that nothing is; say it too where nothing could be seen.

    Counts what was raised in the period and not dismissed; what waits from before is named at the end.
    """
    shown = [item for section in sections for item in (*section.new_zones, *_others(section))]
    fresh = [item for item in shown if item.is_new]
    sentences = [*news(fresh), *_seeing(sections, passes, since, news=bool(fresh))]
    if waiting := len(shown) - len(fresh):
        finding = "finding waits" if waiting == 1 else "findings wait"
        sentences.append(f"{number(waiting)} {finding} from before")
    return " ".join(f"{capital(sentence)}." for sentence in sentences)


def _others(section: Section) -> Iterator[Item]:
    return (item for group in section.groups for item in group.items)


def news(fresh: Sequence[Item]) -> Iterator[str]:
    """Say in a sentence or two how many findings of each kind there are, and which zones are new."""
    zones = [item for item in fresh if item.finding.draft.kind is FindingKind.NEW_ZONE]
    if zones:
        were = "new zone was" if len(zones) == 1 else "new zones were"
        yield f"{number(len(zones))} {were} announced: {_places(zones)}"
    kinds: dict[FindingKind, list[str]] = {}
    for item in fresh:
        kinds.setdefault(item.finding.draft.kind, []).append(item.finding.draft.subject)
    told = [_told(NEWS[kind], kinds[kind]) for kind in NEWS if kind in kinds]
    if told:
        yield joined(told)


def _told(phrases: tuple[str, str], subjects: Sequence[str]) -> str:
    page = "citation" if all(map(_FOOTNOTE.search, subjects)) else "page"
    phrase = phrases[len(subjects) > 1].format(page=page)
    return f"{number(len(subjects))} {phrase}"


def _places(zones: Sequence[Item]) -> str:
    in_order = sorted(zones, key=lambda item: item.finding.draft.published or date.max)
    days = groupby(in_order, key=lambda item: item.finding.draft.published)
    return "; ".join(f"{joined([_name(one) for one in several])}{_on(on)}" for on, several in days)


def _name(item: Item) -> str:
    zone = item.finding.draft.zone
    return zone.en if zone else item.finding.draft.title


def _on(published: date | None) -> str:
    return f" ({day(published)})" if published else ""


def _seeing(
    sections: Sequence[Section], passes: Sequence[PassView], since: datetime | None, *, news: bool
) -> Iterator[str]:
    blind = sum(one.own_outage for one in passes)
    if not passes:
        when = f"since {moment(since)}" if since else "yet"
        yield f"no pass has run {when}: of the sources nothing can be said"
    elif blind == len(passes):
        yield f"nothing could be seen in {counted(blind, 'pass', 'passes')}, by a fault on this side"
    else:
        if not news:
            yield _silence(sections, passes)
        if blind:
            yield f"in {blind} of {len(passes)} passes nothing could be seen, by a fault on this side"


def _silence(sections: Sequence[Section], passes: Sequence[PassView]) -> str:
    looked = sum(section.coverage.looked for section in sections)
    ran = counted(len(passes), "pass", "passes")
    if not looked:
        return f"nothing new, but nothing was looked at either: no source was due in {ran}"
    seen = f"{counted(looked, 'source')} looked at in {ran}"
    outcomes = Counter(kind for one in passes for kind in one.outcomes if one.outcomes[kind])
    if outcomes and not _GOOD & outcomes.keys():
        told = [f"{seen}, and not one showed its page", *_links(sections)]
        return f"nothing could be seen: {'; '.join(told)}"
    told = [", ".join([seen, *_lists(sections)]), *_links(sections)]
    return f"nothing new: {'; '.join(told)}"


def _lists(sections: Sequence[Section]) -> Iterator[str]:
    lists = sum(section.coverage.lists for section in sections)
    read = sum(section.coverage.lists_read for section in sections)
    reaching = [section.coverage.back_to for section in sections if section.coverage.lists_read]
    bounds = [bound for bound in reaching if bound]
    back = f" back to {day(max(bounds))}" if bounds and len(bounds) == len(reaching) else ""
    if lists and not read:
        yield "no list read"
    elif lists:
        some = "lists" if read == lists else f"{read} of {counted(lists, 'list')}"
        yield f"{some} read{back}"


def _links(sections: Sequence[Section]) -> Iterator[str]:
    links = [link for section in sections for link in section.links]
    works = sum(link.works for link in links)
    if links and works == len(links):
        yield "the citation works" if works == 1 else f"all {works} citations work"
    elif links:
        have = "works" if works == 1 else "work"
        yield ", ".join([f"{works} of {counted(len(links), 'citation')} {have}", *_troubles(links)])


def _troubles(links: Iterable[LinkHealth]) -> Iterator[str]:
    counts = Counter(link.state for link in links if not link.works)
    for state, phrase in _TROUBLES.items():
        if count := counts[state]:
            verb = "" if phrase in _WITHOUT_VERB else "is " if count == 1 else "are "
            yield f"{count} {verb}{phrase}"

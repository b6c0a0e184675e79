"""The first page's sentence: what waits, how the citations stand, and whether anybody looks. Pure."""

from collections.abc import Iterator

from monitor.model import FindingKind
from reports.words import capital, number
from zonewatch.desk.language import Words
from zonewatch.desk.views import Health, Today

SILENT_DAYS = 2
"""Days without an ended pass after which the sentence says so: the lists are read daily."""


def verdict(today: Today, t: Words) -> str:
    """Say it in a sentence or few."""
    sentences = [_waiting(today, t), *_citations(today.health, t), *_silence(today.health, t)]
    return " ".join(map(capital, sentences))


def citations(health: Health, t: Words) -> str:
    """Say how many citations work."""
    if health.works == health.citations:
        return t("today.links_all", n=health.citations)
    return t("today.links_some", works=health.works, n=health.citations)


def _waiting(today: Today, t: Words) -> str:
    zones = today.counts.get(FindingKind.NEW_ZONE, 0)
    others = today.total - zones
    told_zones = t("today.zones", n=zones, word=number(zones))
    if zones and others:
        besides = t("today.others_besides", n=others, word=number(others))
        return t("today.zones_and_others", zones=told_zones, others=besides)
    if zones:
        return t("today.zone_only" if zones == 1 else "today.zones_only", zones=told_zones)
    if others:
        told = t("today.others", n=others, word=number(others))
        return t("today.other_only" if others == 1 else "today.others_only", others=told)
    return t("today.nothing")


def _citations(health: Health, t: Words) -> Iterator[str]:
    if health.citations and health.last:
        yield citations(health, t)


def _silence(health: Health, t: Words) -> Iterator[str]:
    if health.last is None:
        yield t("today.never")
    elif health.silent_for and health.silent_for.days >= SILENT_DAYS:
        yield t("today.silent", n=health.silent_for.days)

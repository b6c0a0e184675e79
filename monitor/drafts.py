"""Findings in the making, each with its key, so that a finding is raised once.

Keys are the contract's: kind + dossier + (zone | source and target | source and text digest | source
and episode).
"""

from collections.abc import Iterable

from monitor.model import Change, Draft, FindingKind, Place, Row, Severity, Source
from scraper.model import Notice

SEVERITY = {
    FindingKind.NEW_ZONE: Severity.HIGH,
    FindingKind.SUPERSEDED: Severity.HIGH,
    FindingKind.LINK_DEAD: Severity.HIGH,
    FindingKind.LAYOUT_BROKE: Severity.HIGH,
    FindingKind.COVERAGE_GAP: Severity.HIGH,
    FindingKind.LINK_RECOVERED: Severity.LOW,
}
"""What most needs a person's eye; a kind not named is of normal weight."""


def key(kind: FindingKind, dossier: str, *parts: object) -> str:
    """Join what makes a finding the one it is."""
    return "|".join((kind.value, dossier, *map(str, parts)))


def draft(
    kind: FindingKind,
    source: Source,
    *parts: object,
    url: str,
    because: Iterable[str],
    notice: Notice | None = None,
    title: str | None = None,
    zone: Place | None = None,
    changes: tuple[Change, ...] = (),
    visits: tuple[int, ...] = (),
    replaces: tuple[str, ...] = (),
) -> Draft:
    """Make a finding about a source; `parts` complete its key after kind and dossier.

    The title is the one given, else the notice's, else what is known of the source.
    """
    return Draft(
        key=key(kind, source.dossier, *parts),
        dossier=source.dossier,
        kind=kind,
        severity=SEVERITY.get(kind, Severity.NORMAL),
        subject=source.id,
        url=url,
        title=title or (notice.title if notice else None) or source.title or source.id,
        because=tuple(because),
        zone=zone,
        published=notice.published if notice else None,
        signed=notice.signed if notice else None,
        document_number=notice.document_number if notice else source.document_number,
        changes=changes,
        visits=visits,
        replaces=replaces,
    )


def new_zone(source: Source, url: str, notice: Notice, place: Place, because: Iterable[str]) -> Draft:
    """Raise a letter that names a place outside the baseline; it takes the place of mere mentions."""
    return draft(
        FindingKind.NEW_ZONE,
        source,
        place.zh,
        url=url,
        because=because,
        notice=notice,
        zone=place,
        replaces=(key(FindingKind.ZONE_MENTIONED, source.dossier, place.zh),),
    )


def zone_mentioned(
    source: Source,
    url: str,
    place: Place,
    because: Iterable[str],
    *,
    notice: Notice | None = None,
    title: str | None = None,
) -> Draft:
    """Raise the phrase beside a place outside the baseline, in something weaker than the letter."""
    return draft(
        FindingKind.ZONE_MENTIONED,
        source,
        place.zh,
        url=url,
        because=because,
        notice=notice,
        title=title,
        zone=place,
    )


def new_notice(source: Source, row: Row) -> Draft:
    """Raise a new row of a list whose every row is wanted; one without an address is shown by the list."""
    because = (f"a row of {source.id} that no earlier visit saw; the list reports every new row",)
    url = row.url or source.url
    return draft(
        FindingKind.NEW_NOTICE, source, source.id, row.key, url=url, because=because, title=row.title
    )

"""Every claim of a dossier with what the pages seen so far say of it: the whole table at once."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from monitor.claims import Check, Claim, Page, Result, check, claims_of
from monitor.dossier import Citation, Dossier, Zone, baseline, citation_source
from monitor.model import Snapshot
from monitor.zones import Evidence, VerdictKind, classify, same_place
from scraper.model import Notice, Reading


def checks(
    dossier: Dossier, snapshots: Mapping[str, Snapshot], letters: Mapping[str, Snapshot]
) -> tuple[Check, ...]:
    """Check every claim against its zone's cited page, and against the letter where that is another page.

    In: the dossier, the last good snapshots by source id, the zones' letters by Chinese name (see
    `letters_among`). Out: the checks in the dossier's order, the cited page's before the letter's; where
    the cited page was never seen, `cannot_be_seen`. A page behind a wall today counts as it was last seen:
    the check names that snapshot.
    """
    return tuple(
        one
        for zone in dossier.zones
        for claim in claims_of(zone, dossier.glossary)
        for one in _checks(claim, cited_id(dossier, zone), letters.get(zone.zh), dossier, snapshots)
    )


def _checks(
    claim: Claim, name: str, letter: Snapshot | None, dossier: Dossier, snapshots: Mapping[str, Snapshot]
) -> Iterator[Check]:
    cited = snapshots.get(name)
    if cited is None:
        yield Check(claim, Page.CITED, Result.CANNOT_BE_SEEN, source=name)
    else:
        yield check_snapshot(claim, cited, Page.CITED, dossier)
    if letter and not (cited and same_document(cited.reading, letter.reading)):
        yield check_snapshot(claim, letter, Page.LETTER, dossier)


def check_snapshot(claim: Claim, snapshot: Snapshot, page: Page, dossier: Dossier) -> Check:
    """Check one claim against a snapshot, and say which it was."""
    notice = snapshot.reading
    if isinstance(notice, Notice):
        found = check(claim, notice, page, is_letter=bool(zones_of_letter(notice, snapshot.url, dossier)))
    else:
        found = Check(claim, page, Result.NOT_CHECKABLE)
    return replace(
        found, source=snapshot.source, url=snapshot.url, snapshot=snapshot.id, visit=snapshot.visit
    )


def confirming(dossier: Dossier, snapshots: Mapping[str, Sequence[Snapshot]]) -> frozenset[int]:
    """Choose the visits whose page confirmed a claim last, each claim's on its zone's cited page.

    In: the dossier, all snapshots by source id, the oldest first. Out: numbers of visits.
    """
    return frozenset(
        last.visit
        for zone in dossier.zones
        for claim in claims_of(zone, dossier.glossary)
        if (last := _last_confirming(claim, snapshots.get(cited_id(dossier, zone), ()), dossier))
    )


def _last_confirming(claim: Claim, snapshots: Sequence[Snapshot], dossier: Dossier) -> Snapshot | None:
    checked = ((one, check_snapshot(claim, one, Page.CITED, dossier)) for one in reversed(snapshots))
    return next((one for one, found in checked if found.result is Result.CONFIRMED), None)


def letters_among(dossier: Dossier, snapshots: Iterable[Snapshot]) -> dict[str, Snapshot]:
    """Choose each known zone's letter among snapshots: the one published first, as copies come later."""
    found: dict[str, Snapshot] = {}
    for snapshot in sorted(snapshots, key=_published):
        if isinstance(snapshot.reading, Notice):
            for zone in zones_of_letter(snapshot.reading, snapshot.url, dossier):
                found.setdefault(zone.zh, snapshot)
    return found


def _published(snapshot: Snapshot) -> tuple[bool, str, int]:
    day = snapshot.reading.published if isinstance(snapshot.reading, Notice) else None
    return day is None, day.isoformat() if day else "", snapshot.id


def zones_of_letter(notice: Notice, url: str, dossier: Dossier) -> tuple[Zone, ...]:
    """Give the dossier's zones whose own letter a page is; none where it is anything else.

    A letter is known by its title, number, issuer and address; its text could make a mention only.
    """
    evidence = Evidence(notice.title, url, notice.document_number, notice.issuer, addressee=notice.addressee)
    verdict = classify(evidence, dossier.recognition, baseline(dossier))
    if verdict.verdict is not VerdictKind.KNOWN_ZONE:
        return ()
    named = (zone for zone in dossier.zones if any(same_place(zone.zh, one.zh) for one in verdict.places))
    return tuple(named)


def same_document(one: Reading, other: Reading) -> bool:
    """Tell whether two pages show one document, by its number: a copy, or the page where it stands now."""
    if not (isinstance(one, Notice) and isinstance(other, Notice)):
        return False
    return one.document_number is not None and one.document_number == other.document_number


def cited_id(dossier: Dossier, zone: Zone) -> str:
    """Name the source that a zone's footnote is: `ai-pilot-zones/fn02`."""
    found = (one for one in dossier.citations if one.footnote == zone.footnote)
    citation = next(found, Citation(zone.footnote, "", None))
    return citation_source(dossier, citation, citation.url or citation.printed).id

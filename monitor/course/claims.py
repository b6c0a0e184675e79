"""What a visit makes true of the dossier's claims: contradicted by a page, or gone from one."""

from collections.abc import Iterator

from monitor.claim_table import check_snapshot, cited_id, same_document, zones_of_letter
from monitor.claims import Check, Claim, Page, Result, check, claims_of, was_lost
from monitor.course.context import Context
from monitor.dossier import Zone
from monitor.drafts import draft
from monitor.model import Draft, FindingKind, Snapshot, Source
from scraper.model import Notice

PAGES = {Page.CITED: "the cited page", Page.LETTER: "the letter"}


def claim_drafts(notice: Notice, url: str, source: Source, context: Context) -> Iterator[Draft]:
    """Raise each claim that a page contradicts, or no longer confirms, with what every page says of it.

    In: a document as read, its address, the source that it is of. A footnote's page is held against the
    claims of the zones that cite it; any other only where it is a known zone's letter, and not the one
    that is cited already. Lost is what an earlier snapshot of the same source confirmed.
    """
    about = zones_of_letter(notice, url, context.dossier)
    for zone, page in _zones(notice, about, source, context):
        for claim in claims_of(zone, context.dossier.glossary):
            found = check(claim, notice, page, is_letter=zone in about)
            if found.result is Result.CONTRADICTED:
                yield _contradicted(found, notice, url, zone, source, context)
            elif found.result is Result.NOT_FOUND and (last := _lost(claim, notice, source, context)):
                yield _gone(claim, last, notice, url, source, context)


def _zones(
    notice: Notice, about: tuple[Zone, ...], source: Source, context: Context
) -> Iterator[tuple[Zone, Page]]:
    for zone in context.dossier.zones:
        if source.footnote is not None and zone.footnote == source.footnote:
            yield zone, Page.CITED
        elif zone in about:
            cited = _cited(zone, context)
            if not (cited and same_document(cited.reading, notice)):
                yield zone, Page.LETTER


def _cited(zone: Zone, context: Context) -> Snapshot | None:
    return context.snapshot(cited_id(context.dossier, zone))


def _lost(claim: Claim, notice: Notice, source: Source, context: Context) -> Snapshot | None:
    """Find the newest earlier snapshot of the source that confirmed a claim which is gone now."""
    for snapshot in reversed(context.memory.snapshots(source.id)):
        if isinstance(snapshot.reading, Notice) and was_lost(claim, snapshot.reading, notice):
            return snapshot
    return None


def _gone(claim: Claim, last: Snapshot, notice: Notice, url: str, source: Source, context: Context) -> Draft:
    what = claim.zh or claim.value
    return draft(
        FindingKind.CLAIM_LOST,
        source,
        source.id,
        claim.name,
        last.id,
        url=url,
        because=(
            f"the dossier says of {claim.zone}: {claim.what.value} {claim.value}",
            f"the page said so in the snapshot of {last.taken:%Y-%m-%d}; {what} is not found on it any more",
        ),
        notice=notice,
        zone=context.place_of(source),
        visits=(last.visit,),
    )


def _contradicted(
    found: Check, notice: Notice, url: str, zone: Zone, source: Source, context: Context
) -> Draft:
    """Show what this page says, what the cited page says if it is another, and what the dossier says."""
    claim = found.claim
    cited = _cited(zone, context) if found.page is Page.LETTER else None
    told = [_told(found, url)]
    if cited:
        told.append(_told(check_snapshot(claim, cited, Page.CITED, context.dossier), cited.url))
    told.append(f"the dossier says that {zone.zh} was {claim.what.value} {claim.value}")
    subject = next((one for one in context.sources if cited and one.id == cited.source), source)
    return draft(
        FindingKind.CLAIM_CONTRADICTED,
        subject,
        subject.id,
        claim.name,
        claim.value,
        url=url,
        because=told,
        notice=notice,
        zone=next((place for place in context.baseline if place.zh == zone.zh), None),
        visits=(cited.visit,) if cited else (),
    )


def _told(found: Check, url: str) -> str:
    return f"{PAGES[found.page]} {url} says {found.said or 'nothing of it'}"

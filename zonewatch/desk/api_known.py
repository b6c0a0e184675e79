"""The API's reading part: what is known today."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query

from monitor.model import Role
from monitor.searching import Wish
from zonewatch.desk import contract_known as known
from zonewatch.desk.api import UNANSWERED
from zonewatch.desk.asking import Asked, numbered

router = APIRouter(prefix="/api", responses=UNANSWERED)
Dossier = Annotated[str | None, Query(description="only this dossier", max_length=200)]
SourceId = Annotated[
    str, Query(description="a source's id", examples=["ai-pilot-zones/fn05"], max_length=500)
]


@router.get("/dossiers")
def dossiers(service: Asked) -> known.Dossiers:
    """List the enabled dossiers."""
    return known.Dossiers.model_validate(service.dossiers_document())


@router.get("/sources")
def sources(service: Asked, dossier: Dossier = None) -> known.Sources:
    """List the sources and how each stands."""
    return known.Sources.model_validate(service.sources_document(service.scope(dossier)))


@router.get("/zones")
def zones(service: Asked, dossier: Dossier = None) -> known.Zones:
    """List the zones: the dossier's own, accepted ones, and those that wait."""
    return known.Zones.model_validate(service.zones_document(service.scope(dossier)))


@router.get("/footnotes")
def footnotes(service: Asked, dossier: Annotated[str, Query(max_length=200)]) -> known.Footnotes:
    """List a dossier's citations as they stand."""
    return known.Footnotes.model_validate(service.footnotes_document(dossier))


@router.get("/visits")
def visits(
    service: Asked,
    source: SourceId,
    before: Annotated[str | None, Query(description="a visit: those before it", examples=["V1234"])] = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> known.Visits:
    """List the visits to a source, the newest first."""
    start = numbered("V", before) if before else None
    return known.Visits.model_validate(service.visits_document(source, start, limit))


@router.get("/diff")
def diff(
    service: Asked,
    source: SourceId,
    older: Annotated[int | None, Query(alias="from", ge=1, le=2**53)] = None,
    newer: Annotated[int | None, Query(alias="to", ge=1, le=2**53)] = None,
) -> known.Differences:
    """Tell what changed between two snapshots of a source; without numbers, between the last two."""
    return known.Differences.model_validate(service.diff_document(source, older, newer))


@router.get("/explain")
def explain(service: Asked, source: SourceId) -> known.Story:
    """Tell the story of a source in sentences."""
    page = service.source_page(source)
    return known.Story(source=page.id, story=list(page.story))


@router.get("/report")
def report(service: Asked, dossier: Dossier = None) -> known.Report:
    """Give the report since the last one that was sent; asking for it does not send it."""
    return service.report_document(service.scope(dossier))


@router.get("/search")
def search(
    service: Asked,
    q: Annotated[str, Query(description="words, blanks between them", max_length=400)] = "",
    dossier: Dossier = None,
    host: Annotated[str | None, Query(max_length=253)] = None,
    since: date | None = None,
    until: date | None = None,
    role: Role | None = None,
    earlier: Annotated[bool, Query(description="earlier readings of a page too")] = False,
    after: Annotated[str | None, Query(description="the `next` of the page before", max_length=40)] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> known.Hits:
    """Find notices by what their title and text say."""
    wish = Wish(q, dossier, host, since, until, role, earlier, after, limit)
    return known.Hits.model_validate(service.search_document(wish))

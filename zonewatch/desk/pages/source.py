"""Sources, visits and snapshots: what was seen, shown so that nothing of it can run."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from scraper.model import Listing, Notice
from zonewatch.desk.asking import Asked, numbered
from zonewatch.desk.harmless import sanitised
from zonewatch.desk.rendering import environment, render
from zonewatch.desk.security import INERT

router = APIRouter()


@router.get("/sources")
def sources(request: Request, service: Asked) -> Response:
    """List every source and how it stands."""
    scope = service.scope()
    rows = service.sources(scope)
    groups = [
        (dossier, [row for row in rows if row.source.dossier == dossier.id]) for dossier in scope.dossiers
    ]
    return render(request, "sources.html.j2", groups=groups)


@router.get("/sources/{name:path}")
def source(request: Request, service: Asked, name: str, before: str = "") -> Response:
    """Show a source: its timeline, story, snapshots and visits."""
    page = service.source_page(name, numbered("V", before) if before else None)
    return render(request, "source.html.j2", page=page, before=before)


@router.get("/visits/{name}")
def visit(request: Request, service: Asked, name: str) -> Response:
    """Show one visit, answer by answer."""
    return render(request, "visit.html.j2", page=service.visit_page(numbered("V", name)))


@router.get("/visits/{name}/body")
def body(service: Asked, name: str) -> Response:
    """Give a body as received, only ever to be saved: no browser shows it."""
    visit, data, ending = service.raw_body(numbered("V", name))
    return Response(
        data,
        media_type="application/octet-stream",
        headers={
            "content-disposition": f'attachment; filename="V{visit.id}.{ending}"',
            "content-security-policy": INERT,
        },
    )


@router.get("/snapshots/{number}")
def snapshot(request: Request, service: Asked, number: str) -> Response:
    """Show what a good visit read, as text; the page itself stands in a frame that can run nothing."""
    taken = service.snapshot(numbered("S", number))
    reading = taken.reading
    return render(
        request,
        "snapshot.html.j2",
        taken=taken,
        notice=reading if isinstance(reading, Notice) else None,
        listing=reading if isinstance(reading, Listing) else None,
        terms=service.terms(taken.source.partition("/")[0]),
    )


@router.get("/snapshots/{number}/page")
def page(service: Asked, number: str) -> Response:
    """Give the page of a snapshot sanitised, for the frame."""
    taken = service.snapshot(numbered("S", number))
    shown = sanitised(service.page_text(taken))
    made = environment().get_template("inert.html.j2").render(title=taken.url, body=shown)
    framed = {"content-security-policy": f"{INERT}; frame-ancestors 'self'", "x-frame-options": "SAMEORIGIN"}
    return Response(made, media_type="text/html", headers=framed)

"""Zones, links, a search, two snapshots side by side; and what an analyst takes along."""

from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from monitor.model import Role
from monitor.searching import Wish
from reports import footnotes, table
from zonewatch.desk.asking import Asked, numbered
from zonewatch.desk.rendering import render
from zonewatch.exporting import dossier_text

router = APIRouter()
Ending = Annotated[str, Query(max_length=40)]
MEDIA = {
    "csv": "text/csv; charset=utf-8",
    "markdown": "text/markdown; charset=utf-8",
    "html": "text/html; charset=utf-8",
    "bibtex": "application/x-bibtex; charset=utf-8",
    "toml": "application/toml; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
ENDINGS = {"markdown": "md", "bibtex": "bib"}


@router.get("/zones")
def zones(request: Request, service: Asked, dossier: str = "") -> Response:
    """Show the table as it stands, every cell with what the pages say of it."""
    scope = service.scope(dossier or None)
    return render(request, "zones.html.j2", pages=service.zones_pages(scope), forms=table.FORMATS)


@router.get("/links")
def links(request: Request, service: Asked, dossier: str = "") -> Response:
    """Show every citation with its state."""
    scope = service.scope(dossier or None)
    return render(request, "links.html.j2", pages=service.links_pages(scope), forms=footnotes.FORMATS)


@router.get("/export/{what}/{dossier}.{form}")
def export(
    service: Asked, what: Literal["table", "footnotes", "dossier"], dossier: str, form: str
) -> Response:
    """Give the table, the footnotes or the dossier's file, to be saved."""
    found, taken = service.taken(dossier)
    forms = {"table": table.FORMATS, "footnotes": footnotes.FORMATS, "dossier": ("toml",)}[what]
    if form not in forms:
        return Response(f"expected one of {', '.join(forms)}\n", 404, media_type="text/plain")
    made: str | bytes
    if what == "table":
        made = table.render(table.table(taken.updated, taken.footnotes), form)
    elif what == "footnotes":
        made = footnotes.render(taken.footnotes, form, dossier=dossier, title=found.title)
    else:
        made = dossier_text(found, taken.updated)
    name = f"{dossier}-{what}.{ENDINGS.get(form, form)}"
    saved = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(made, media_type=MEDIA[form], headers=saved)


@router.get("/search")
def search(
    request: Request,
    service: Asked,
    q: Annotated[str, Query(max_length=400)] = "",
    dossier: str = "",
    host: Annotated[str, Query(max_length=253)] = "",
    since: date | Literal[""] = "",
    until: date | Literal[""] = "",
    role: Role | Literal[""] = "",
    earlier: bool = False,
    after: str = "",
) -> Response:
    """Find notices by what their title and text say; every page of hits has an address of its own."""
    wish = Wish(
        text=q,
        dossier=dossier or None,
        host=host.strip() or None,
        since=since or None,
        until=until or None,
        role=role or None,
        earlier=earlier,
        after=after or None,
    )
    asked = bool(q.strip() or host or since or until or role or dossier)
    found = service.search(wish) if asked else None
    further = request.url.include_query_params(after=found.next).query if found and found.next else None
    return render(
        request,
        "search.html.j2",
        wish=wish,
        found=found,
        further=further,
        first=request.url.remove_query_params("after").query if after else None,
        dossiers=service.dossiers,
        roles=(Role.NOTICE, Role.CANDIDATE, Role.SUCCESSOR),
    )


@router.get("/diff/{name:path}")
def diff(
    request: Request,
    service: Asked,
    name: str,
    before: Annotated[str, Query(alias="from")] = "",
    after: Annotated[str, Query(alias="to")] = "",
    view: Literal["unified", "side"] = "unified",
    whole: bool = False,
) -> Response:
    """Show two snapshots of a source, one text or side by side, by word and by character."""
    page = service.diff_page(
        name, numbered("S", before) if before else None, numbered("S", after) if after else None
    )
    rows = page.found.rows if whole else page.found.shortened()
    return render(request, "diff.html.j2", page=page, rows=rows, view=view, whole=whole)

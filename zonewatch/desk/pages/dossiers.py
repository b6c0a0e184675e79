"""The dossiers, each a desk of its own."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from zonewatch.desk.asking import Asked
from zonewatch.desk.pages.today import desk_page
from zonewatch.desk.rendering import render

router = APIRouter()


@router.get("/dossiers")
def dossiers(request: Request, service: Asked) -> Response:
    """List every dossier and what waits on its desk."""
    return render(request, "dossiers.html.j2", rows=service.dossier_rows())


@router.get("/dossiers/{name}")
def dossier(request: Request, service: Asked, name: str, done: str = "") -> Response:
    """Show the desk of one dossier."""
    return desk_page(request, service, name, done)

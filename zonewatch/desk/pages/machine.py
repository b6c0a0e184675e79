"""What programs read: whether the desk lives, and the feeds."""

from datetime import timedelta

from fastapi import APIRouter
from starlette.responses import JSONResponse, Response

from reports import render
from reports.json_ import instant
from storage.errors import StoreError
from zonewatch.desk.asking import Asked
from zonewatch.desk.service import Service
from zonewatch.reporting import report_of

router = APIRouter()
BACK = timedelta(days=90)
"""How far back a feed reaches for what is decided; what waits stands in it however old."""


@router.get("/healthz")
def healthz(service: Asked) -> Response:
    """Answer 200 while the database can be read, else 503; say when a pass last ended."""
    try:
        passes = service.store.passes(5)
    except StoreError:
        return JSONResponse({"status": "failing", "last_pass": None}, 503)
    last = next((one.finished for one in passes if one.finished), None)
    return JSONResponse({"status": "ok", "last_pass": instant(last)})


@router.get("/metrics")
def metrics(service: Asked) -> Response:
    """Give what Prometheus asks for."""
    from zonewatch import metrics as made

    found = made.families(service.store, service.scope(None).dossiers, service.now())
    return Response(made.text_of(found), headers={"content-type": made.CONTENT_TYPE})


@router.get("/feed.atom")
def feed(service: Asked) -> Response:
    """Give the findings of all dossiers as a feed."""
    return _feed(service, None)


@router.get("/dossiers/{name}/feed.atom")
def dossier_feed(service: Asked, name: str) -> Response:
    """Give the findings of one dossier as a feed."""
    return _feed(service, name)


def _feed(service: Service, dossier: str | None) -> Response:
    now = service.now()
    made = report_of(
        service.scope(dossier).dossiers, service.store, now=now, since=now - BACK, strips=False, rows=False
    )
    return Response(render(made, "atom"), media_type="application/atom+xml")

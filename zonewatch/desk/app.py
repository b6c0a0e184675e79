"""The application: pages and API behind one gate."""

from collections import deque
from importlib.resources import as_file, files

from fastapi import FastAPI, HTTPException, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException as HttpError
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

from storage.errors import StoreError
from zonewatch.desk import api, api_known
from zonewatch.desk.base import NotFoundError
from zonewatch.desk.language import words
from zonewatch.desk.pages import bringing, dossiers, entry, finding, knowledge, machine, source, today, week
from zonewatch.desk.rendering import render
from zonewatch.desk.security import Access, Guard, TooMuchError
from zonewatch.desk.service import Service
from zonewatch.errors import BusyError, ZonewatchError

PAGES = (today, finding, bringing, source, week, knowledge, dossiers, entry, machine)


def make_app(service: Service, access: Access) -> ASGIApp:
    """Put the desk together: nothing reaches it but through the gate of `zonewatch.desk.security`."""
    app = FastAPI(title="zonewatch", openapi_url=None, docs_url=None, redoc_url=None)
    app.state.service = service
    app.state.failures = deque(maxlen=1000)
    app.include_router(api.router)
    app.include_router(api_known.router)
    for module in PAGES:
        app.include_router(module.router, include_in_schema=False)
    with as_file(files("zonewatch.desk").joinpath("static")) as folder:
        app.mount("/static", StaticFiles(directory=folder))
    for kind, answer in HANDLERS.items():
        app.add_exception_handler(kind, answer)
    return Guard(app, access)


def _told(request: Request, status: int, what: str) -> Response:
    path = request.url.path
    if path == "/api" or path.startswith("/api/"):
        return JSONResponse({"detail": what}, status)
    if path.startswith("/static/"):
        return PlainTextResponse(what, status)
    return render(request, "error.html.j2", status, status=status, what=what)


async def _http(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HttpError) else 500
    detail = error.detail if isinstance(error, HttpError) else ""
    return _told(request, status, words()("error.not_found") if status == 404 else detail)


async def _absent(request: Request, error: Exception) -> Response:
    return _told(request, 404, getattr(error, "message", str(error)))


async def _refused(request: Request, error: Exception) -> Response:
    return _told(request, 422, getattr(error, "message", str(error)))


async def _busy(request: Request, error: Exception) -> Response:
    return _told(request, 503, getattr(error, "message", str(error)))


async def _invalid(request: Request, error: Exception) -> Response:
    found = error.errors() if isinstance(error, RequestValidationError) else []
    told = "; ".join(f"{'.'.join(map(str, one['loc'][1:])) or 'body'}: {one['msg']}" for one in found)
    return _told(request, 422, told)


async def _too_much(request: Request, error: Exception) -> Response:  # noqa: ARG001
    return _told(request, 413, words()("error.too_much"))


HANDLERS = {
    HttpError: _http,
    HTTPException: _http,
    NotFoundError: _absent,
    BusyError: _busy,
    StoreError: _busy,
    ZonewatchError: _refused,
    RequestValidationError: _invalid,
    TooMuchError: _too_much,
}
"""How each error is told: as a page, or to programs as JSON."""

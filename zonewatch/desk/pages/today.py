"""Today, and the lists of findings."""

from typing import Annotated, TypeVar

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from monitor.model import Finding, FindingKind, ReviewState
from reports.words import HEADINGS
from storage.reviewing import Wanted
from zonewatch.desk.asking import Asked, numbered
from zonewatch.desk.base import NotFoundError
from zonewatch.desk.language import words
from zonewatch.desk.rendering import render
from zonewatch.desk.service import Service
from zonewatch.desk.verdict import citations, verdict

router = APIRouter()
Name = TypeVar("Name", ReviewState, FindingKind)
PAGE = 50
"""Findings on one page of the list."""


@router.get("/")
def today(request: Request, service: Asked, done: str = "") -> Response:
    """Show what waits, what was done lately, and how the monitor does."""
    return desk_page(request, service, None, done)


def desk_page(request: Request, service: Service, dossier: str | None, done: str) -> Response:
    """Render the first page of one dossier's desk, or of all."""
    made = service.today(service.scope(dossier))
    return render(
        request,
        "today.html.j2",
        today=made,
        verdict=verdict(made, words()),
        citations=citations(made.health, words()),
        done=decided(service, done),
    )


@router.get("/findings")
def findings(
    request: Request,
    service: Asked,
    state: str = "open",
    kind: str = "",
    dossier: str = "",
    offset: Annotated[int, Query(ge=0, le=10**9)] = 0,
    done: str = "",
) -> Response:
    """List findings by state, kind and dossier, page by page."""
    chosen = {"state": state, "kind": kind, "dossier": dossier}
    wanted = Wanted(
        service.scope(dossier or None).ids,
        tuple(ReviewState) if state == "all" else _one(ReviewState, state),
        _one(FindingKind, kind) if kind else (),
    )
    items, total = service.findings(wanted, offset=offset, limit=PAGE)
    return render(
        request,
        "findings.html.j2",
        items=items,
        total=total,
        chosen=chosen,
        kinds=tuple(HEADINGS),
        dossiers=service.dossiers,
        newer=_at(request, max(0, offset - PAGE)) if offset else None,
        older=_at(request, offset + PAGE) if offset + PAGE < total else None,
        done=decided(service, done),
    )


def decided(service: Service, name: str) -> Finding | None:
    """Return the finding that was just decided, to be named above the page; None for no such."""
    if not name:
        return None
    try:
        return service.finding(numbered("F", name))
    except NotFoundError:
        return None


def _one(names: type[Name], value: str) -> tuple[Name, ...]:
    try:
        return (names(value),)
    except ValueError:
        raise NotFoundError(f"there is no `{value[:40]}`; known are {', '.join(names)}") from None


def _at(request: Request, offset: int) -> str:
    return f"?{request.url.include_query_params(offset=offset).query}"

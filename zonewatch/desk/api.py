"""The JSON API: the documents of `--json` over HTTP; writing needs the token."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from fastapi.openapi.utils import get_openapi
from fastapi.security import HTTPBearer
from starlette.requests import Request

from monitor.model import ReviewState
from reports.json_ import as_finding
from zonewatch.desk import contract
from zonewatch.desk.asking import Asked, numbered
from zonewatch.desk.service import Service

BEARER = HTTPBearer(auto_error=False, description="The desk's token; the gate before the API checks it.")
UNANSWERED: dict[int | str, dict[str, Any]] = {
    404: {"model": contract.Problem},
    422: {"model": contract.Problem},
    503: {"model": contract.Problem, "description": "The database is busy; ask again."},
}
router = APIRouter(prefix="/api", responses=UNANSWERED)


@router.get("/openapi.json", include_in_schema=False)
def openapi(request: Request) -> dict[str, Any]:
    """Describe the API."""
    return get_openapi(
        title="zonewatch",
        version=request.app.version,
        summary="What a review desk knows and takes",
        routes=request.app.routes,
    )


@router.get("/findings", response_model_exclude_unset=True)
def findings(
    service: Asked,
    dossier: Annotated[list[str], Query(description="only these dossiers")] = [],  # noqa: B006
    all: Annotated[bool, Query(description="decided ones too")] = False,
) -> contract.Findings:
    """List the findings that wait, or all of them."""
    scopes = [service.scope(one) for one in dossier] or [service.scope()]
    ids = tuple(one for scope in scopes for one in scope.ids)
    found = service.listed(ids, everything=all)
    return contract.Findings(findings=[_finding(as_finding(one)) for one in found])


@router.get("/findings/{id}", response_model_exclude_unset=True)
def finding(service: Asked, id: contract.AnyFindingId) -> contract.Finding:
    """Give one finding."""
    return _finding(as_finding(service.finding(numbered("F", id))))


WRITING: dict[str, Any] = {
    "responses": {401: {"model": contract.Problem}},
    "dependencies": [Depends(BEARER)],
    "response_model_exclude_unset": True,
}


@router.post("/findings/{id}/accept", **WRITING)
def accept(
    service: Asked, id: contract.AnyFindingId, said: contract.Acceptance | None = None
) -> contract.Finding:
    """Accept a finding; a new zone joins the baseline."""
    return _decided(service, id, ReviewState.ACCEPTED, said.note if said else None)


@router.post("/findings/{id}/dismiss", **WRITING)
def dismiss(service: Asked, id: contract.AnyFindingId, said: contract.Dismissal) -> contract.Finding:
    """Dismiss a finding, with the reason."""
    return _decided(service, id, ReviewState.DISMISSED, said.why)


@router.post("/findings/{id}/reopen", **WRITING)
def reopen(service: Asked, id: contract.AnyFindingId) -> contract.Finding:
    """Take a decision back."""
    return _decided(service, id, ReviewState.OPEN, None)


def _decided(service: Service, id: str, state: ReviewState, note: str | None) -> contract.Finding:
    return _finding(as_finding(service.decide(numbered("F", id), state, note)))


def _finding(document: dict[str, Any]) -> contract.Finding:
    return contract.Finding.model_validate(document)

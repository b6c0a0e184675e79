"""The JSON API: the documents of `--json` over HTTP; writing needs the token."""

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Query
from fastapi.openapi.utils import get_openapi
from fastapi.security import HTTPBearer
from starlette.requests import Request

from monitor.model import ReviewState
from reports.json_ import as_finding
from zonewatch.desk import contract
from zonewatch.desk.asking import Asked, numbered
from zonewatch.desk.service import Service

BEARER = HTTPBearer(auto_error=False, description="The desk's token; the gate before the API checks it.")
ABSENT: dict[int | str, dict[str, Any]] = {404: {"model": contract.Problem}}
REFUSED: dict[int | str, dict[str, Any]] = {
    **ABSENT,
    401: {"model": contract.Problem},
    422: {"model": contract.Problem},
}
router = APIRouter(prefix="/api")


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


@router.get("/findings/{id}", responses=ABSENT, response_model_exclude_unset=True)
def finding(service: Asked, id: contract.AnyFindingId) -> contract.Finding:
    """Give one finding."""
    return _finding(as_finding(service.finding(numbered("F", id))))


WRITING: dict[str, Any] = {
    "responses": REFUSED,
    "dependencies": [Depends(BEARER)],
    "response_model_exclude_unset": True,
}


@router.post("/findings/{id}/accept", **WRITING)
def accept(
    service: Asked, id: contract.AnyFindingId, said: contract.Decision | None = None
) -> contract.Finding:
    """Accept a finding; a new zone joins the baseline."""
    return _decided(service, id, ReviewState.ACCEPTED, said)


@router.post("/findings/{id}/dismiss", **WRITING)
def dismiss(
    service: Asked, id: contract.AnyFindingId, said: contract.Decision | None = None
) -> contract.Finding:
    """Dismiss a finding, with the reason."""
    return _decided(service, id, ReviewState.DISMISSED, said)


@router.post("/findings/{id}/reopen", **WRITING)
def reopen(service: Asked, id: contract.AnyFindingId) -> contract.Finding:
    """Take a decision back."""
    return _decided(service, id, ReviewState.OPEN, None)


def _decided(
    service: Service, id: str, state: ReviewState, said: contract.Decision | None
) -> contract.Finding:
    note = said.said if said else None
    if state is ReviewState.DISMISSED and not (note or "").strip():
        raise HTTPException(422, 'a dismissal needs its reason: send {"why": "…"}')
    return _finding(as_finding(service.decide(numbered("F", id), state, note)))


def _finding(document: dict[str, Any]) -> contract.Finding:
    return contract.Finding.model_validate(document)


__all__: Sequence[str] = ("router",)

"""A finding: read, decided, taken back."""

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from monitor.model import FindingKind, ReviewState
from zonewatch.desk.asking import Asked, Form, numbered, said
from zonewatch.desk.language import words
from zonewatch.desk.pages.today import decided
from zonewatch.desk.rendering import render
from zonewatch.desk.service import Service
from zonewatch.desk.views import FindingPage

router = APIRouter()


@router.get("/findings/{name}")
def finding(request: Request, service: Asked, name: str, done: str = "", brought: str = "") -> Response:
    """Show a finding: the notice beside the reason, and what can be decided."""
    return finding_page(request, service, name, done=done, brought=bool(brought))


def finding_page(
    request: Request,
    service: Service,
    name: str,
    *,
    done: str = "",
    trouble: str = "",
    page_trouble: str = "",
    brought: bool = False,
    status: int = 200,
) -> Response:
    """Render a finding, with what was wrong in a form that was just sent."""
    page = service.finding_page(numbered("F", name))
    return render(
        request,
        "finding.html.j2",
        status,
        page=page,
        bring=page.item.finding.draft.kind is FindingKind.CANNOT_SEE,
        done=decided(service, done),
        trouble=trouble,
        page_trouble=page_trouble,
        brought=brought,
        compared=_compared(page),
    )


def _compared(page: FindingPage) -> tuple[int, int] | None:
    """Name the two snapshots that an edit was found between."""
    shown = [visit.snapshot for visit in page.visits if visit.snapshot]
    return (shown[0], shown[-1]) if len(shown) > 1 and page.item.edits else None


@router.post("/findings/{name}/accept")
def accept(service: Asked, form: Form, name: str) -> Response:
    """Accept a finding, and go on to the next."""
    return _decide(service, name, ReviewState.ACCEPTED, said(form, "note"))


@router.post("/findings/{name}/dismiss")
def dismiss(request: Request, service: Asked, form: Form, name: str) -> Response:
    """Dismiss a finding for a reason, and go on to the next."""
    why = said(form, "why")
    if not why:
        needed = words()("finding.reason_needed")
        return finding_page(request, service, name, trouble=needed, status=422)
    return _decide(service, name, ReviewState.DISMISSED, why)


@router.post("/findings/{name}/reopen")
def reopen(service: Asked, form: Form, name: str) -> Response:  # noqa: ARG001 - the form's token was checked
    """Take a decision back: the finding waits again, and is shown."""
    finding = service.decide(numbered("F", name), ReviewState.OPEN, None)
    return RedirectResponse(f"/findings/F{finding.id}?done=F{finding.id}", 303)


def _decide(service: Service, name: str, state: ReviewState, note: str) -> Response:
    before = service.finding(numbered("F", name))
    after = service.after(before)
    service.decide(before.id, state, note or None)
    place = f"/findings/F{after}" if after and after != before.id else "/"
    return RedirectResponse(f"{place}?done=F{before.id}", 303)

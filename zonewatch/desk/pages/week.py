"""The week's sheet: what changed most first, a person's word beside the machine's number."""

from datetime import date
from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.responses import RedirectResponse, Response

from monitor.spans import Importance, Judgement, Verdict
from reports import sheet_files
from reports.differences_text import weighed
from zonewatch.desk.asking import Asked, Form, said
from zonewatch.desk.base import NotFoundError
from zonewatch.desk.language import words
from zonewatch.desk.pages.knowledge import MEDIA
from zonewatch.desk.rendering import render
from zonewatch.desk.service import Service
from zonewatch.desk.triaging import Period, judged_at
from zonewatch.errors import ZonewatchError
from zonewatch.sheets import Back

router = APIRouter()
Day = Annotated[date | Literal[""], Query()]
FORMS = ("csv", "xlsx")
LONGEST = 2000
"""Characters of a note."""


@router.get("/sheet")
def sheet(
    request: Request, service: Asked, dossier: str = "", since: Day = "", until: Day = "", kept: str = ""
) -> Response:
    """Show the sheet of a period, this week's unless another is asked for."""
    return sheet_page(request, service, dossier, service.period(since or None, until or None), kept=kept)


def sheet_page(
    request: Request,
    service: Service,
    dossier: str,
    period: Period,
    *,
    kept: str = "",
    back: Back | None = None,
    trouble: str = "",
    status: int = 200,
) -> Response:
    """Render a sheet, with what became of a form that was just sent."""
    scope = service.scope(dossier or None)
    try:
        sheets = service.sheets(scope, period)
    except ZonewatchError as error:
        sheets, trouble, status = (), error.message, 422
    return render(
        request,
        "sheet.html.j2",
        status,
        sheets=sheets,
        period=period,
        dossier=dossier,
        dossiers=service.dossiers,
        place=_place(dossier, period),
        forms=FORMS,
        verdicts=tuple(Verdict),
        importances=tuple(Importance),
        weighed=weighed,
        judged_at=judged_at,
        kept=kept,
        back=back,
        trouble=trouble,
    )


@router.get("/export/sheet/{dossier}.{form}")
def export(service: Asked, dossier: str, form: str, since: Day = "", until: Day = "") -> Response:
    """Give the sheet of a dossier and a period, to be filled in."""
    if form not in FORMS:
        raise NotFoundError(f"expected one of {', '.join(FORMS)}, found {form}")
    (found,) = service.scope(dossier).dossiers
    made = service.sheet(found, service.period(since or None, until or None))
    saved = {"content-disposition": f'attachment; filename="{dossier}-sheet.{form}"'}
    return Response(sheet_files.render(made, form), media_type=MEDIA[form], headers=saved)


@router.post("/sheet/rows/{row}")
def judge(request: Request, service: Asked, form: Form, row: str) -> Response:
    """Keep what a person says of a row, and come back to it."""
    dossier, period = _asked(service, form)
    try:
        judgement = Judgement(
            Verdict(said(form, "verdict")) if said(form, "verdict") else None,
            Importance(said(form, "importance")) if said(form, "importance") else None,
            said(form, "note")[:LONGEST] or None,
        )
    except ValueError as error:
        return sheet_page(request, service, dossier, period, trouble=str(error), status=422)
    back = service.judge(row, judgement, said(form, "judged"))
    if back.conflicts:
        return sheet_page(request, service, dossier, period, back=back, status=409)
    return RedirectResponse(f"/sheet?{_place(dossier, period)}&kept={row}#{row}", 303)


@router.post("/sheet/back")
async def bring(request: Request, service: Asked, form: Form) -> Response:
    """Take a filled-in sheet back, and say what came of it."""
    dossier, period = _asked(service, form)
    file = form.get("file")
    try:
        if not isinstance(file, UploadFile) or not file.filename:
            raise ZonewatchError(words()("sheet.no_file"))
        back = await run_in_threadpool(service.bring_sheet, await file.read())
    except ZonewatchError as error:
        trouble = error.message
        return await run_in_threadpool(
            sheet_page, request, service, dossier, period, trouble=trouble, status=422
        )
    return await run_in_threadpool(sheet_page, request, service, dossier, period, back=back)


def _asked(service: Service, form: Form) -> tuple[str, Period]:
    """Read the dossier and the period that a form stands under."""
    return said(form, "dossier"), service.period(_day(said(form, "since")), _day(said(form, "until")))


def _day(written: str) -> date | None:
    try:
        return date.fromisoformat(written) if written else None
    except ValueError:
        raise NotFoundError(f"`{written[:40]}` is no day") from None


def _place(dossier: str, period: Period) -> str:
    asked = {"dossier": dossier, "since": period.since, "until": period.until or ""}
    return urlencode({name: value for name, value in asked.items() if value})

"""A page saved by hand, handed in where a site lets no program in."""

from datetime import datetime

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.responses import RedirectResponse, Response

from scraper.chinese import BEIJING
from zonewatch.desk.asking import Asked, Form, said
from zonewatch.desk.language import words
from zonewatch.desk.pages.finding import finding_page
from zonewatch.errors import BusyError, ZonewatchError

router = APIRouter()


@router.post("/findings/{name}/page")
async def bring(request: Request, service: Asked, form: Form, name: str) -> Response:
    """Take the page that a person saved as a visit, and show the finding again."""
    file = form.get("file")
    try:
        at = _hour(said(form, "at"))
        if not isinstance(file, UploadFile) or not file.filename:
            raise ZonewatchError(words()("page.none"))
        data = await file.read()
        await run_in_threadpool(service.bring, file.filename, data, said(form, "url") or None, at)
    except ZonewatchError as error:
        status = 503 if isinstance(error, BusyError) else 422
        return await run_in_threadpool(
            finding_page, request, service, name, page_trouble=error.message, status=status
        )
    return RedirectResponse(f"/findings/{name}?brought=1", 303)


def _hour(written: str) -> datetime | None:
    """Read what a browser's field of day and hour sends: Beijing's clock, no zone."""
    if not written:
        return None
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        raise ZonewatchError(words()("page.hour")) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=BEIJING)

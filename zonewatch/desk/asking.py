"""What every page needs of a request: the service, a checked form, an id out of a path."""

from collections.abc import AsyncIterator, Mapping
from typing import Annotated

from fastapi import Depends, HTTPException, Request
from starlette.datastructures import UploadFile

from zonewatch.desk.base import NotFoundError
from zonewatch.desk.language import words
from zonewatch.desk.service import Service
from zonewatch.ids import number_in


def _service(request: Request) -> Service:
    found: Service = request.app.state.service
    return found


Asked = Annotated[Service, Depends(_service)]
"""The service, as an argument of a page."""


async def checked_form(request: Request) -> AsyncIterator[Mapping[str, str | UploadFile]]:
    """Read a form and refuse one that this visitor was not given (403); its file is closed in the end."""
    async with request.form(max_files=1, max_fields=20) as form:
        given = form.get("csrf")
        access, visitor = request.state.access, request.state.visitor
        if not isinstance(given, str) or not access.keys.is_form_token(visitor, given):
            raise HTTPException(403, words()("error.csrf"))
        yield {name: value for name, value in form.items() if name != "csrf"}


Form = Annotated[Mapping[str, str | UploadFile], Depends(checked_form)]
"""A form whose token was checked, as an argument of a page."""


def said(form: Mapping[str, str | UploadFile], name: str) -> str:
    """Return what was written into a field of a form; nothing where it is absent."""
    value = form.get(name)
    return value.strip() if isinstance(value, str) else ""


def numbered(letter: str, name: str) -> int:
    """Read an id like `F17` or plain `17`. Raises `NotFoundError` for what can be none."""
    number = number_in(name if name[:1].upper() == letter else f"{letter}{name}", letter)
    if not number:
        raise NotFoundError(f"there is no `{name[:40]}`")
    return number

"""Signing in and out, where the desk asks for its token."""

from collections import deque
from datetime import timedelta

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from zonewatch.desk.asking import Form, said
from zonewatch.desk.language import words
from zonewatch.desk.rendering import render
from zonewatch.desk.security import COOKIE
from zonewatch.desk.tokens import SIGNED_IN, entered

router = APIRouter()
TRIES = 10
"""Wrong tokens that are heard within a minute, from everybody together."""


@router.get("/login")
def form(request: Request, next: str = "/") -> Response:
    """Ask for the token."""
    return render(request, "login.html.j2", next=_inside(next), trouble="")


@router.post("/login")
def enter(request: Request, form: Form) -> Response:
    """Let in whoever knows the token, to where they wanted to go."""
    access, place = request.state.access, _inside(said(form, "next"))
    failures: deque[float] = request.app.state.failures
    now = access.now()
    while failures and failures[0] < (now - timedelta(minutes=1)).timestamp():
        failures.popleft()
    if len(failures) >= TRIES:
        return _again(request, place, "login.slow", 429)
    if not access.keys.is_token(said(form, "token")):
        failures.append(now.timestamp())
        return _again(request, place, "login.wrong", 401)
    answer = RedirectResponse(place, 303)
    answer.set_cookie(
        COOKIE,
        access.keys.cookie(entered(now)),
        max_age=int(SIGNED_IN.total_seconds()),
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
    )
    return answer


@router.post("/logout")
def leave(form: Form) -> Response:  # noqa: ARG001 - the form's token was checked
    """Forget the visitor."""
    answer = RedirectResponse("/login", 303)
    answer.delete_cookie(COOKIE, httponly=True, samesite="strict")
    return answer


def _again(request: Request, place: str, why: str, status: int) -> Response:
    return render(request, "login.html.j2", status, next=place, trouble=words()(why))


def _inside(place: str) -> str:
    """Return a place of this desk: anything else, as another site's address, becomes the first page."""
    inside = place.startswith("/") and not place.startswith(("//", "/\\")) and place.isprintable()
    return place if inside else "/"

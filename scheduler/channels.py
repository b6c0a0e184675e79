"""The one door to the world's mailboxes and chats, and the only import of apprise.

An address of apprise's (mailto://, wecombot://, feishu://, dingtalk://, slack://, ntfy://, json://…)
becomes a channel. Such an address is a secret: it never leaves this module, neither in a log nor in
the reason why a message could not be sent.
"""

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final
from urllib.parse import unquote

import apprise
import requests

from monitor.messages import Message
from reports.clean import clean
from scheduler.outbox import NotSent

SECONDS: Final = 20.0
"""how long a channel may take to connect, and to answer, unless its address says `cto` and `rto`"""
DEADLINE: Final = 45.0
"""seconds of one attempt in all"""
LARGEST: Final = 30_000
"""bytes of a message where a channel allows more: what a person reads in one sitting"""
LONGEST_REASON: Final = 300
MAIL_HEADER: Final = "X-Zonewatch-Message"
"""the same at every attempt; a mail server's `duplicate :header` (RFC 7352) drops a repeat by it"""
WEB_HEADER: Final = "Idempotency-Key"
"""its counterpart for webhooks (draft-ietf-httpapi-idempotency-key-header)"""
_ROBOTS: Final = frozenset({"NotifyWeComBot", "NotifyDingTalk", "NotifyFeishu"})

ROBOTS: Final = ("errcode", "code", "StatusCode")
"""where the robots of WeCom, DingTalk and Feishu say that a message was refused, under an HTTP 200 that
apprise takes for delivery; 0 is well"""
_NATIVE: Final = (
    (re.compile(r"https://open\.feishu\.cn/open-apis/bot/v2/hook/([\w-]+)/?", re.ASCII), "feishu://{}"),
    (re.compile(r"https://oapi\.dingtalk\.com/robot/send\?access_token=(\w+)", re.ASCII), "dingtalk://{}"),
)
"""what Feishu and DingTalk give to copy for a robot, and how apprise writes it; WeCom's it knows"""
_MARK: Final = re.compile(r"[/:@?&=,+;#]+")
_ERRNO: Final = re.compile(r"\[Errno -?\d+\] ([\w ,.-]+)")
_BENEATH: Final = "Socket Exception: "
_LOGGERS: Final = tuple(map(logging.getLogger, ("apprise", "urllib3")))
_ASSET: Final[dict[str, Any]] = {
    "app_id": "zonewatch",
    "app_desc": "zonewatch",
    "app_url": "",
    "image_url_mask": None,
    "image_url_logo": None,
    "storage_mode": "memory",
    "http_redirects": False,
    "service_timeout": DEADLINE,
}


class Service:
    """A channel of the outbox over apprise; raises `NotSent` for an address that apprise does not know."""

    def __init__(self, address: str) -> None:
        self._secrets: tuple[str, ...] = _pieces(address)
        with _quiet() as said:
            service = apprise.Apprise.instantiate(_as_apprise(address), asset=apprise.AppriseAsset(**_ASSET))
        if service is None:
            scheme = address.partition("://")[0] if "://" in address else "an address without ://"
            said = [line for line in said if "://" not in line]
            raise NotSent(self._told(said) or f"no channel can be made of {clean(scheme)[:20]}")
        self._secrets = tuple(one for one in self._secrets if not _is_shown(one, service))
        self._service: Any = service
        _be_patient(service, address)

    @property
    def limit(self) -> int:
        """Return how many bytes of UTF-8 a message may have, its title included."""
        return min(int(self._service.body_maxlen), LARGEST)

    @property
    def kind(self) -> str:
        """Return the name of the service, such as `Email`."""
        return str(self._service.service_name)

    def send(self, message: Message) -> None:
        """Send a message; raises `NotSent` where the service does not say that it took it."""
        self.put(message.text.title, f"{message.text.body}\n\nzonewatch {message.label}\n", message.token)

    def put(self, title: str, body: str, token: str) -> None:
        """Send a text under a token that names it; raises `NotSent` as `send`."""
        headers = getattr(self._service, "headers", None)
        if isinstance(headers, dict):
            headers[MAIL_HEADER if _is_mail(self._service) else WEB_HEADER] = token
        with _quiet() as said, _answers() as answers:
            house = apprise.Apprise()
            house.add(self._service)
            try:
                taken = bool(house.notify(title=title, body=body, body_format=apprise.NotifyFormat.TEXT))
            except Exception as error:
                said.append(f"{type(error).__name__}: {error}")
                taken = False
        robot = type(self._service).__name__ in _ROBOTS
        refused = [*filter(None, map(_refusal, answers))] if robot else []
        if not taken or refused:
            raise NotSent(self._told(said + refused) or "it was not taken, no reason was given")

    def _told(self, said: list[str]) -> str:
        text = clean("; ".join(dict.fromkeys(said)))
        for secret in sorted(self._secrets, key=len, reverse=True):
            text = text.replace(secret, "***")
        return text[:LONGEST_REASON]


def _as_apprise(address: str) -> str:
    for native, ours in _NATIVE:
        if found := native.fullmatch(address.strip()):
            return ours.format(found[1])
    return address


def _pieces(address: str) -> tuple[str, ...]:
    """Return all parts of an address that could be a secret, as written and as meant."""
    rest = address.partition("://")[2] or address
    found = (*_MARK.split(rest), *_MARK.split(unquote(rest)))
    whole = (rest, unquote(rest))
    return tuple({*filter(None, whole), *(piece for piece in found if len(piece) >= 4)})


def _is_shown(piece: str, service: Any) -> bool:
    """Tell whether a part of an address is its host, which apprise itself shows."""
    return piece == service.host and piece in service.url(privacy=True)


def _is_mail(service: Any) -> bool:
    return "mail" in type(service).__name__.lower()


def _be_patient(service: Any, address: str) -> None:
    if _is_mail(service):
        service.request_rate_per_sec = 0  # a mail server queues by itself; apprise would wait 5.5 s
    if "rto=" not in address:
        service.socket_read_timeout = SECONDS
    if "cto=" not in address:
        service.socket_connect_timeout = SECONDS
    if "format=" not in address and apprise.NotifyFormat.TEXT in service.notify_format:
        service.notify_format = (apprise.NotifyFormat.TEXT,)


class _Listener(logging.Handler):
    """Hears what apprise says of a failure: its warnings, and the reasons that it gives beneath them."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        text = record.getMessage()
        if record.levelno >= logging.WARNING:
            self.said.append(text.rstrip("."))
        elif text.startswith(_BENEATH):
            why = _ERRNO.search(text)
            self.said.append(why[1] if why else text.removeprefix(_BENEATH))


@contextmanager
def _quiet() -> Iterator[list[str]]:
    """Keep the logs that name addresses from everybody else; give what apprise says of failures."""
    listener = _Listener()
    before = [(one, one.level, one.propagate, one.handlers[:]) for one in _LOGGERS]
    for one in _LOGGERS:
        one.propagate, one.handlers[:] = False, [listener]
        one.setLevel(logging.DEBUG if one is _LOGGERS[0] else logging.CRITICAL)
    try:
        yield listener.said
    finally:
        for one, level, propagate, handlers in before:
            one.propagate, one.handlers[:] = propagate, handlers
            one.setLevel(level)


@contextmanager
def _answers() -> Iterator[list[requests.Response]]:
    """Give the answers that apprise gets over HTTP, of which it looks at the status alone."""
    heard: list[requests.Response] = []
    plain = requests.Session.send

    def heeded(*args: Any, **kwargs: Any) -> requests.Response:
        answer = plain(*args, **kwargs)
        heard.append(answer)
        return answer

    setattr(requests.Session, "send", heeded)  # noqa: B010 - there is no hook for all sessions
    try:
        yield heard
    finally:
        setattr(requests.Session, "send", plain)  # noqa: B010


def _refusal(answer: requests.Response) -> str | None:
    """Say what a robot refused in the body of its answer, None where it did not."""
    try:
        said = answer.json()
    except requests.JSONDecodeError:
        return None
    code = next((said[name] for name in ROBOTS if said.get(name)), 0) if isinstance(said, dict) else 0
    return f"refused with code {code}: {said.get('errmsg') or said.get('msg') or ''}" if code else None

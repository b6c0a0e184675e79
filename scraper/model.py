"""The values that leave the scraper: what was asked, what came back, what was read.

Everything here is frozen: a later stage makes a new value, it never changes one.
All times are aware and in UTC; all durations are seconds.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from hashlib import sha256
from typing import TypeAlias

Headers: TypeAlias = tuple[tuple[str, str], ...]
"""Header lines in the order received, duplicates kept, names as sent."""


class Trouble(StrEnum):
    """Why an exchange ended without a whole answer; the closed list that `Fetch.trouble` takes."""

    NO_SUCH_NAME = "no_such_name"
    NAME_FAILS = "name_fails"
    REFUSED = "refused"
    RESET = "reset"
    TIMED_OUT = "timed_out"
    DEADLINE = "deadline"
    TLS = "tls"
    PROTOCOL = "protocol"
    PROXY = "proxy"
    TOO_LARGE = "too_large"
    REDIRECTS = "redirects"
    ROBOTS = "robots"
    POLICY = "policy"
    RESTING = "resting"
    """the site asked to be left alone, or sleeps at this hour: nothing was asked, nothing is known"""


class Completeness(StrEnum):
    """How much of the body arrived."""

    WHOLE = "whole"
    SHORT = "short"
    """fewer bytes than Content-Length said, or a chunked body without its last chunk"""
    CUT_CODING = "cut_coding"
    """gzip or deflate that ends before its trailer"""
    TOO_LARGE = "too_large"
    """more than the settings' `max_bytes`, on the wire or inflated"""
    NONE = "none"
    """no answer, or an answer that has no body (304, 204)"""


@dataclass(frozen=True, slots=True)
class Tls:
    """What the TLS handshake of a hop showed."""

    version: str
    certificate_sha256: str
    legacy: bool = False


@dataclass(frozen=True, slots=True)
class Hop:
    """One request and its answer's head; a redirect makes several.

    `location` is the absolute address that the answer sends on to, if it does.
    """

    url: str
    status: int
    headers: Headers
    request_headers: Headers = ()
    peer: str | None = None
    tls: Tls | None = None
    http_version: str = "HTTP/1.1"
    seconds: float = 0.0
    location: str | None = None


@dataclass(frozen=True, slots=True)
class Fetch:
    """All that one visit got from the network, as a value, whatever happened.

    `body` is the payload as received (transfer coding undone, content coding kept); `content` is
    the same inflated. `trouble` is None if a whole exchange ended with an answer; a trouble beside
    hops means that it struck at a later hop or in the body.
    """

    requested: str
    started: datetime
    seconds: float
    hops: tuple[Hop, ...] = ()
    body: bytes = b""
    content: bytes = b""
    completeness: Completeness = Completeness.NONE
    trouble: Trouble | None = None
    detail: str = ""
    """for trouble: the phase and the root cause in words, e.g. `connect`, `certificate has expired`"""
    ahead: "ReadAhead | None" = field(default=None, compare=False, repr=False)
    """what was read in the page already, where it was fetched"""
    _digest: bytes | None = field(default=None, init=False, compare=False, repr=False)

    @property
    def digest(self) -> bytes:
        """The sha256 of the body, reckoned once."""
        if self._digest is None:
            object.__setattr__(self, "_digest", sha256(self.body).digest())
        return self._digest or b""

    @property
    def answered(self) -> bool:
        """Whether any HTTP answer arrived from the network."""
        return bool(self.hops)

    @property
    def status(self) -> int | None:
        """The status of the last answer."""
        return self.hops[-1].status if self.hops else None

    @property
    def url(self) -> str:
        """The address that the last answer came from; the one requested if none came."""
        return self.hops[-1].url if self.hops else self.requested

    @property
    def headers(self) -> Headers:
        """The headers of the last answer."""
        return self.hops[-1].headers if self.hops else ()

    def header(self, name: str) -> str | None:
        """Return the first header of that name (any case) in the last answer."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), None)


class OutcomeKind(StrEnum):
    """The closed list of what a visit can come to (a contract with other programs)."""

    GOOD = "good"
    NOT_MODIFIED = "not_modified"
    REDIRECTED = "redirected"
    GONE = "gone"
    NO_SUCH_NAME = "no_such_name"
    NAME_FAILS = "name_fails"
    REFUSED = "refused"
    RESET = "reset"
    TIMED_OUT = "timed_out"
    DEADLINE = "deadline"
    TLS = "tls"
    SERVER_ERROR = "server_error"
    RATE_LIMITED = "rate_limited"
    WALL = "wall"
    FORBIDDEN = "forbidden"
    SOFT_404 = "soft_404"
    ROOT_REDIRECT = "root_redirect"
    INCOMPLETE = "incomplete"
    EMPTY = "empty"
    UNEXPECTED_TYPE = "unexpected_type"
    ROBOTS = "robots"
    BLOCKED_BY_POLICY = "blocked_by_policy"
    OWN_OUTAGE = "own_outage"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a visit came to: the kind, the rule that decided, and a detail for people."""

    kind: OutcomeKind
    rule: str
    detail: str = ""

    @property
    def is_good(self) -> bool:
        """Whether the page itself was seen, or proved unchanged."""
        return self.kind in GOOD_KINDS


GOOD_KINDS = frozenset({OutcomeKind.GOOD, OutcomeKind.NOT_MODIFIED, OutcomeKind.REDIRECTED})


@dataclass(frozen=True, slots=True)
class Decoded:
    """A body as text, and what had to be done for it.

    `charset` decoded it; `declared` is what header or page said, if anything; `replaced` counts
    characters that no charset explained and that stand as U+FFFD.
    """

    text: str
    charset: str
    declared: str | None = None
    replaced: int = 0
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Candidate:
    """A value that a field might have, and where it stands on the page."""

    value: str
    where: str


@dataclass(frozen=True, slots=True)
class FieldReading:
    """Where a field was read, and what else might have been it."""

    name: str
    where: str | None
    candidates: tuple[Candidate, ...] = ()


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file linked from a notice; `url` is absolute where the page's address is known."""

    url: str
    text: str


@dataclass(frozen=True, slots=True)
class Notice:
    """One published document as its page shows it. A field that the page does not state is None.

    `official` says whether the address stands on a government host (None: no address known).
    `issuer` may name several bodies, blanks between them, as printed.
    """

    url: str | None
    reader: str
    layout: str
    title: str | None
    published: date | None = None
    signed: date | None = None
    document_number: str | None = None
    issuer: str | None = None
    addressee: str | None = None
    index_number: str | None = None
    source: str | None = None
    text: str = ""
    attachments: tuple[Attachment, ...] = ()
    official: bool | None = None
    fields: tuple[FieldReading, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of a list."""

    url: str
    title: str
    published: date | None = None
    document_number: str | None = None


@dataclass(frozen=True, slots=True)
class Listing:
    """A list of notices, in the order of the page; `next` is the address of the following page."""

    url: str | None
    reader: str
    layout: str
    entries: tuple[Entry, ...]
    next: str | None = None
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Refused:
    """The site answered with something that stands in the page's place (a challenge, an error page)."""

    because: str
    what: str = "wall"
    """`wall` (a challenge), `soft_404`, `home` (a front page) or `empty` (nothing, or a shell for scripts)"""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A page that no layout fits, or that is no page: the reason names what was expected."""

    because: str


Reading: TypeAlias = Notice | Listing | Refused | Unreadable


@dataclass(frozen=True, slots=True)
class ReadAhead:
    """A page's reading, by the family of readers that was named for it (None: by whichever fits)."""

    reader: str | None
    reading: Reading

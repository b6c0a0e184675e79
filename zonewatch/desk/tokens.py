"""Secrets of the desk: the token that people show, the cookie that stands for it, the forms' tokens.

Of a token that the desk made only the sha256 is kept, so that a copy of the database opens no desk.
Cookie and form tokens are HMACs (RFC 2104) under a secret of the database and the token's digest: another
token ends every session.
"""

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from storage.store import Store

SIGNED_IN: Final = timedelta(days=7)
KEPT_DIGEST: Final = "desk_token_sha256"
KEPT_SEAL: Final = "desk_secret"


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who a cookie says is there: `id` binds the forms' tokens, `until` (epoch seconds) ends the session.

    A visitor that is not signed in has `until` 0: the cookie then carries the forms' tokens only.
    """

    id: str
    until: int = 0

    def signed_in(self, now: datetime) -> bool:
        """Tell whether the session lasts still."""
        return self.until > now.timestamp()


@dataclass(frozen=True, slots=True)
class Keys:
    """What is checked against: the digest of the token and the secret behind cookies and forms."""

    token_digest: bytes
    secret: bytes

    def is_token(self, given: str) -> bool:
        """Tell whether this is the token, in a time that tells nothing of it."""
        return hmac.compare_digest(digest_of(given), self.token_digest)

    def visitor(self, cookie: str | None) -> Visitor | None:
        """Read a cookie of ours; None for none, or one that we did not sign."""
        name, _, rest = (cookie or "").partition(".")
        until, _, seal = rest.partition(".")
        if not until.isdecimal() or len(until) > 12:
            return None
        whole = hmac.compare_digest(seal.encode(), self._seal("visitor", name, until).encode())
        return Visitor(name, int(until)) if whole else None

    def cookie(self, visitor: Visitor) -> str:
        """Write a visitor as a cookie."""
        seal = self._seal("visitor", visitor.id, str(visitor.until))
        return f"{visitor.id}.{visitor.until}.{seal}"

    def form_token(self, visitor: Visitor) -> str:
        """Return what a form of this visitor has to bring along."""
        return self._seal("form", visitor.id)

    def is_form_token(self, visitor: Visitor, given: str) -> bool:
        """Tell whether a form is one that this visitor was given."""
        return hmac.compare_digest(given.encode(), self.form_token(visitor).encode())

    def _seal(self, *parts: str) -> str:
        key = sha256(self.secret + self.token_digest).digest()
        return hmac.new(key, "\0".join(parts).encode(), sha256).hexdigest()


def newcomer() -> Visitor:
    """Make a visitor that nobody knows yet."""
    return Visitor(secrets.token_hex(16))


def entered(now: datetime) -> Visitor:
    """Make the visitor that has just shown the token; its id is new, so that no older one is worth more."""
    return Visitor(secrets.token_hex(16), int((now + SIGNED_IN).timestamp()))


def digest_of(token: str) -> bytes:
    """Return what is kept of a token."""
    return sha256(token.encode("utf-8", "surrogatepass")).digest()


def keys_of(store: "Store", setting: str | None, *, renew: bool = False) -> tuple[Keys, str | None]:
    """Return the keys of a desk, and the token where it has just been made: it is shown once.

    In: the store, the setting `token` (it decides where it is given), whether to make another token.
    """
    secret = store.meta_get(KEPT_SEAL)
    if secret is None:
        secret = secrets.token_hex(32)
        store.meta_put(KEPT_SEAL, secret)
    if setting:
        return Keys(digest_of(setting), bytes.fromhex(secret)), None
    kept = store.meta_get(KEPT_DIGEST)
    made = None
    if kept is None or renew:
        made = secrets.token_urlsafe(24)
        kept = digest_of(made).hex()
        store.meta_put(KEPT_DIGEST, kept)
    return Keys(bytes.fromhex(kept), bytes.fromhex(secret)), made

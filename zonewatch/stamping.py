"""Days stamped by an authority, and its certificates: only where the settings name one."""

import threading
from dataclasses import replace
from typing import TYPE_CHECKING

from scraper import timestamps
from scraper.fetch import Fetcher
from scraper.timestamps import StampError
from storage.store import Store
from zonewatch.app import App, say
from zonewatch.errors import ZonewatchError
from zonewatch.network import policy

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

AT_ONCE = 30
"""Days that are stamped after one pass at most: a month that the authority was away is made good at once."""


def stamp_days(app: App, store: Store, stop: threading.Event | None = None) -> int:
    """Have the sealed days stamped that are not; return how many were.

    An authority that does not answer, or answers wrongly, costs one line; it is asked again after the next
    pass. Nothing leaves this machine unless the setting `timestamp_authority` names somebody.
    """
    authority = app.settings.timestamp_authority
    if not authority:
        return 0
    done = 0
    with Fetcher(replace(policy(app), robots=False, pause=0.0), now=app.clock, stop=stop) as web:
        for kept in store.unstamped()[:AT_ONCE]:
            try:
                asked = timestamps.question(kept.seal.canonical)
                answer = web.send(authority, asked.request, (("Content-Type", timestamps.QUERY),))
                store.put_stamp(kept.id, authority, timestamps.granted(answer, kept.seal.canonical, asked))
            except StampError as error:
                say(f"zonewatch: {kept.seal.day} is not stamped yet: {error}")
                break
            done += 1
    return done


def certificates(app: App) -> "tuple[Certificate, ...]":
    """Read the certificates that the setting `timestamp_certificate` names; none where it names no file.

    Raises ZonewatchError for a file that cannot be read, or that holds no root certificate.
    """
    path = app.settings.timestamp_certificate
    if path is None:
        return ()
    try:
        return timestamps.certificates_of(path.read_bytes())
    except OSError as error:
        raise ZonewatchError(f"{path}: cannot be read: {error.strerror or error}") from error
    except StampError as error:
        raise ZonewatchError(f"{path}: {error}") from error

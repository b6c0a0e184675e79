"""Visits out of WARC files of ours: each metadata record with the records that it names, and its body.

A file may hold sections of several writers, each behind its warcinfo record (`cat` makes such files); what
others wrote is passed over here, see `scraper.captures`.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from scraper.exchanges import ORIGINAL, exchanged
from scraper.model import Fetch, Headers
from scraper.warcs import SOFTWARE, WarcError, WarcFile, WarcRecord, payload_sha256
from storage.warc_forms import MEDIA_TYPE, FormError, VisitForm, fetch_of, from_bytes

MOST_RECORDS: Final = 1_000
"""of one visit; more without a metadata record are no visit of ours"""


@dataclass(frozen=True, slots=True)
class Carried:
    """A visit as a file of ours carries it: its metadata, and what it got from the network."""

    form: VisitForm
    fetch: Fetch


def is_ours(record: WarcRecord) -> bool:
    """Tell whether what follows a warcinfo record was written by this program."""
    return record.kind == "warcinfo" and SOFTWARE.strip() in record.block


def carried(file: WarcFile, others: Callable[[WarcRecord], None] = lambda record: None) -> Iterator[Carried]:
    """Yield the visits that sections of ours carry, in their order; memory for one at a time.

    `others` is called with the records of other sections. Raises WarcError at a damaged record, where
    records do not belong together, and for a file without any.
    """
    held: dict[str, WarcRecord] = {}
    payloads: dict[bytes, int] = {}
    ours, record = False, None
    for record in file:
        if record.kind == "warcinfo":
            ours = is_ours(record)
            held.clear()
        elif ours and record.kind == "metadata" and record.field("Content-Type") == MEDIA_TYPE:
            yield _carried(record, held, payloads, file)
            held.clear()
        elif ours:
            held[record.id] = record
            digest = payload_sha256(record)
            if digest and record.kind in ("response", "resource"):
                payloads.setdefault(digest, record.offset)
            if len(held) > MOST_RECORDS:
                raise record.trouble("its visit has no metadata record")
        else:
            others(record)
    if record is None:
        raise WarcError("no WARC records in it")
    if held:
        raise record.trouble("its visit has no metadata record")


def _carried(
    record: WarcRecord, held: dict[str, WarcRecord], payloads: dict[bytes, int], file: WarcFile
) -> Carried:
    try:
        form = from_bytes(record.block)
        named = {form.conversion, *(one for hop in form.hops for one in (hop.response, hop.request))}
        if held.keys() - named:
            raise FormError("a record before it belongs to no visit")
        headers = {number: _headers(one) for number, one in held.items()}
        last = held.get(form.hops[-1].response) if form.hops and form.body and not form.gone else None
        body = _body(last, payloads, file) if last else b""
        conversion = held[form.conversion].block if form.conversion in held else None
        return Carried(form, fetch_of(form, headers, body, conversion))
    except FormError as error:
        raise record.trouble(str(error)) from error


def _headers(record: WarcRecord) -> Headers:
    """Return the headers of a record's message, those under their own names again that were set aside."""
    if record.kind == "resource":
        return (("Content-Type", record.field("Content-Type") or ""),)
    said = exchanged(record)
    return tuple((name.removeprefix(ORIGINAL), value) for name, value in said.headers) if said else ()


def _body(record: WarcRecord, payloads: dict[bytes, int], file: WarcFile) -> bytes:
    """Return the payload of a record; a revisit's is that of the record in this file that it names."""
    if record.kind == "revisit":
        offset = payloads.get(payload_sha256(record) or b"")
        if offset is None:
            raise FormError("what it revisits is not in this file")
        record = file.at(offset)
    if record.kind == "resource":
        return record.block
    said = exchanged(record)
    return said.payload if said else b""

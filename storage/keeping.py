"""Keeping: a record goes in whole or not at all, and what the store made of it comes out."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256

from sqlalchemy.orm import Session

from monitor.model import Finding, Kept, Record
from scraper.addresses import server
from scraper.decode import decode
from scraper.model import Fetch
from scraper.readers import is_text
from storage import chain, schema
from storage.bodies import Page, is_coded, put_body, put_content
from storage.circumstances import Common, circumstance_number, common_of
from storage.desk import Desk
from storage.errors import StoreError
from storage.findings import put_findings
from storage.heads import put_hops
from storage.leases import Tenure, check_lease
from storage.links import put_transition
from storage.memory import put_probe
from storage.names import address_number, source_number
from storage.search_index import put_searchable
from storage.secrets import struck_address, struck_fetch
from storage.snapshots import put_snapshot, snapshot_in
from storage.standings import put_followed, put_rows, put_standing
from storage.values import kind_of, reading_to_bytes
from storage.visits import visit_in


@dataclass(frozen=True, slots=True)
class Material:
    """A record made ready: secrets struck out, text and reading as bytes for their digests."""

    record: Record
    fetch: Fetch
    url: str
    common: Common
    text: str | None
    reading: bytes | None


def _ready(record: Record) -> Material:
    if record.new_reading is not None and record.digest is None:
        raise ValueError("a new reading is kept with the digest of what is compared")
    fetch = _timed(struck_fetch(record.seen.fetch))
    reading = None if record.new_reading is None else reading_to_bytes(record.new_reading)
    url = struck_address(record.seen.look.url)
    return Material(record, fetch, url, common_of(record), text_digest(fetch), reading)


def _timed(fetch: Fetch) -> Fetch:
    """Return a fetch with durations of whole microseconds: finer ones are noise that takes room."""
    hops = tuple(replace(hop, seconds=round(hop.seconds, 6)) for hop in fetch.hops)
    return replace(fetch, seconds=round(fetch.seconds, 6), hops=hops)


def text_digest(fetch: Fetch) -> str | None:
    """Return the sha256 of the text that an answer is read as, None for what is no text."""
    if not fetch.content or not is_text(fetch.content):
        return None
    text = decode(fetch.content, fetch.header("Content-Type")).text
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def put_visit(session: Session, ready: Material) -> schema.Visit:
    """Write the row of a visit with its body and hops, chained to its source's last; return it."""
    look, fetch, url = ready.record.seen.look, ready.fetch, ready.url
    source_id = source_number(session, look.source, look.dossier)
    site = server(fetch.url)
    head_id, hops = put_hops(session, source_id, site, fetch.hops)
    is_text = ready.text is not None
    body = put_body(session, fetch.body, Page(source_id, site, is_text and not is_coded(fetch)), ready.text)
    size, content = put_content(session, fetch, Page(source_id, site, is_text))
    row = schema.Visit(
        source_id=source_id,
        circumstance_id=circumstance_number(session, ready.common, ready.record.settings),
        at=fetch.started,
        seconds=fetch.seconds,
        url_id=address_number(session, url),
        via_id=None if look.via is None else source_number(session, look.via, look.dossier),
        requested_id=None if fetch.requested == url else address_number(session, fetch.requested),
        final_id=None if fetch.url == url else address_number(session, fetch.url),
        head_id=head_id,
        hops=hops,
        body_id=body and body.id,
        content_size=size,
        content_id=content and content.id,
        text=None if body and body.text == ready.text else ready.text,
    )
    _chain(session, ready, row, body, content)
    session.add(row)
    session.flush()
    return row


def _chain(
    session: Session,
    ready: Material,
    row: schema.Visit,
    body: schema.Body | None,
    content: schema.Body | None,
) -> None:
    """Hang a visit on the last one of its source."""
    source = session.get_one(schema.SourceName, row.source_id)
    link = replace(
        _link(ready),
        body=body.digest.hex() if body else None,
        content=content.digest.hex() if content else None,
        content_size=row.content_size,
        text=row.text or (body.text if body else None),
        previous=source.tip,
    )
    source.tip = row.digest = chain.digest(link)


def _link(ready: Material) -> chain.Link:
    record, fetch, common = ready.record, ready.fetch, ready.common
    return chain.Link(
        source=record.seen.look.source,
        role=common.role,
        via=record.seen.look.via,
        url=ready.url,
        requested=fetch.requested,
        final=fetch.url,
        started=fetch.started,
        seconds=fetch.seconds,
        hops=fetch.hops,
        completeness=common.completeness,
        trouble=common.trouble,
        trouble_detail=common.trouble_detail,
        outcome=record.seen.outcome,
        state=common.state,
        origin=common.origin,
        reader=common.reader,
        layout=common.layout,
        readers=common.readers,
        settings=common.settings,
        snapshot=record.digest if ready.reading else None,
        reading=sha256(ready.reading).hexdigest() if ready.reading else None,
    )


def _keep(session: Session, record: Record, now: datetime) -> Kept:
    ready = _ready(record)
    row = put_visit(session, ready)
    taken = _take_snapshot(session, ready, row)
    put_transition(session, record, row)
    put_standing(session, record, taken)
    put_rows(session, record, row.id)
    put_followed(session, record, row.id)
    put_probe(session, record.probe)
    raised = put_findings(session, record.drafts, row.id, now)
    kept = _as_kept(session, row.id, taken, raised)
    if kept.snapshot:
        put_searchable(session, kept.snapshot.id, kept.snapshot)
    return kept


def _take_snapshot(session: Session, ready: Material, row: schema.Visit) -> int | None:
    reading, digest = ready.record.new_reading, ready.record.digest
    if reading is None or digest is None or ready.reading is None:
        return None
    return put_snapshot(session, row, kind_of(reading), digest, ready.reading, ready.fetch.content)


def _as_kept(session: Session, visit: int, taken: int | None, raised: tuple[Finding, ...]) -> Kept:
    session.expunge_all()  # what is returned is what the database says, not what it was given
    kept = visit_in(session, visit)
    if kept is None:
        raise StoreError(f"visit V{visit} cannot be read again")
    return Kept(kept, snapshot_in(session, taken) if taken else None, raised)


class Keeping(Desk):
    """The one way in."""

    def keep(self, record: Record, *, now: datetime, lease: Tenure | None = None) -> Kept:
        """Keep all that one visit leaves behind, in one transaction.

        `now` dates the findings; `lease` is the tenure under which this is done. Raises
        LeaseLost if another holds it by now, StoreError if the database refuses; nothing is kept then.
        """
        return self.keep_all((record,), now=now, lease=lease)[0]

    def keep_all(
        self, records: Iterable[Record], *, now: datetime, lease: Tenure | None = None
    ) -> tuple[Kept, ...]:
        """Keep several visits in one transaction, all or none; otherwise as `keep`."""
        with self._write() as session:
            if lease is not None:
                check_lease(session, lease)
            return tuple(_keep(session, record, now) for record in records)

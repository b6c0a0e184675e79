"""Keeping: a record goes in whole or not at all, and what the store made of it comes out."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import Final, cast

from sqlalchemy import Table, bindparam, select, update
from sqlalchemy.orm import Session

from monitor.model import Kept, Record, Snapshot, Visit
from scraper.addresses import server
from scraper.decode import decode, is_surely_utf8
from scraper.model import Fetch, Outcome
from scraper.readers import is_text
from storage import chain, schema
from storage.ahead import squeeze_ahead
from storage.bodies import Page, is_coded, put_body, put_content
from storage.circumstances import Common, circumstance_number, common_of
from storage.desk import Desk, upsert
from storage.findings import put_findings
from storage.foresight import foresee
from storage.heads import put_hops
from storage.leases import Tenure, check_lease
from storage.links import put_transition
from storage.memory import put_probe
from storage.names import address_number, fingerprint, source_number
from storage.pen import KnownBody, add, pen
from storage.search_index import put_searchable
from storage.secrets import struck_address, struck_fetch
from storage.snapshots import put_snapshot
from storage.standings import put_followed, put_rows, put_standing
from storage.values import kind_of, reading_from_bytes, reading_to_bytes, words

_SOURCE: Final = cast(Table, schema.SourceName.__table__)
_TIP: Final = update(_SOURCE).where(_SOURCE.c.id == bindparam("number")).values(tip=bindparam("digest"))


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
    return Material(record, fetch, url, common_of(record), text_digest(record.seen.fetch), reading)


def _timed(fetch: Fetch) -> Fetch:
    """Return a fetch with durations of whole microseconds: finer ones are noise that takes room."""
    hops = tuple(replace(hop, seconds=round(hop.seconds, 6)) for hop in fetch.hops)
    return replace(fetch, seconds=round(fetch.seconds, 6), hops=hops)


def text_digest(fetch: Fetch) -> str | None:
    """Return the sha256 of the text that an answer is read as, None for what is no text."""
    if not fetch.content or not is_text(fetch.content):
        return None
    if fetch.content == fetch.body and is_surely_utf8(fetch.content):
        return fetch.digest.hex()
    text = decode(fetch.content, fetch.header("Content-Type")).text
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _put_visit(session: Session, ready: Material) -> Visit:
    """Write the row of a visit with its body and hops, chained to its source's last; return the visit."""
    look, fetch, url = ready.record.seen.look, ready.fetch, ready.url
    source_id = source_number(session, look.source, look.dossier)
    site = server(fetch.url)
    head_id, hops = put_hops(session, source_id, site, fetch.hops)
    is_text = ready.text is not None
    page = Page(source_id, site, is_text and not is_coded(fetch))
    body = put_body(session, fetch.body, page, ready.text, ready.record.seen.fetch.digest)
    size, content = put_content(session, fetch, Page(source_id, site, is_text))
    text = None if body and body.text == ready.text else ready.text
    digest = _chained(session, ready, source_id, body, content, size, text)
    number = add(
        session,
        schema.Visit,
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
        text=text,
        digest=digest,
    )
    return _as_visit(ready, number, body, digest)


def _as_visit(ready: Material, number: int, body: KnownBody | None, digest: str) -> Visit:
    """Return a visit as the database will give it from now on."""
    look, fetch, common = ready.record.seen.look, ready.fetch, ready.common
    return Visit(
        id=number,
        source=look.source,
        role=common.role,
        via=look.via,
        url=words(ready.url),
        final_url=words(fetch.url),
        at=fetch.started.astimezone(UTC),
        seconds=fetch.seconds,
        status=common.status,
        outcome=Outcome(common.outcome, common.rule, common.detail),
        state=common.state,
        body=body.digest.hex() if body else None,
        origin=common.origin,
        completeness=common.completeness,
        text=ready.text or (body.text if body else None),
        reader=common.reader,
        layout=common.layout,
        readers=common.readers,
        settings=common.settings,
        digest=digest,
    )


def _chained(
    session: Session,
    ready: Material,
    source: int,
    body: KnownBody | None,
    content: KnownBody | None,
    size: int | None,
    text: str | None,
) -> str:
    """Hang a visit on the last one of its source; return its digest, the source's tip from now on."""
    known = pen(session)
    if source not in known.tips:
        known.tips[source] = session.scalar(
            select(schema.SourceName.tip).where(schema.SourceName.id == source)
        )
    link = replace(
        _link(ready),
        body=body.digest.hex() if body else None,
        content=content.digest.hex() if content else None,
        content_size=size,
        text=text or (body.text if body else None),
        previous=known.tips[source],
    )
    known.tips[source] = digest = chain.digest(link)
    known.moved.add(source)
    return digest


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


def _keep(session: Session, ready: Material, now: datetime) -> Kept:
    record = ready.record
    visit = _put_visit(session, ready)
    snapshot = _take_snapshot(session, ready, visit)
    put_transition(session, record, visit)
    taken = snapshot.id if snapshot else None
    put_standing(session, record, taken)
    put_rows(session, record, visit.id)
    put_followed(session, record, visit.id)
    put_probe(session, record.probe)
    raised = put_findings(session, record.drafts, visit.id, now)
    return Kept(replace(visit, snapshot=taken), snapshot, raised)


def _take_snapshot(session: Session, ready: Material, visit: Visit) -> Snapshot | None:
    reading, digest = ready.record.new_reading, ready.record.digest
    if reading is None or digest is None or ready.reading is None:
        return None
    number = put_snapshot(session, visit, kind_of(reading), digest, ready.reading, ready.fetch.content)
    again = reading_from_bytes(ready.reading)  # what is returned is what the database says from now on
    snapshot = Snapshot(number, visit.source, visit.id, visit.at, visit.final_url, again, digest)
    put_searchable(session, number, snapshot)
    return snapshot


def _foresee(session: Session, every: Sequence[Material]) -> None:
    """Ask at once for what the visits are going to point at."""
    looks = [ready.record.seen.look for ready in every]
    names = {name for look in looks for name in (look.source, look.via) if name}
    names |= {ready.record.standing.source for ready in every if ready.record.standing}
    urls = {url for ready in every for url in (ready.url, ready.fetch.requested, ready.fetch.url)}
    bodies = {ready.record.seen.fetch.digest for ready in every if ready.fetch.body}
    foresee(session, sources=names, addresses=map(fingerprint, urls), bodies=bodies)
    squeeze_ahead(session, _new_pages(session, every))


def _new_pages(session: Session, every: Sequence[Material]) -> Iterator[tuple[bytes, str]]:
    """Yield what is going to be kept as the first body of a source, and the site that it is from."""
    known = pen(session)
    for ready in every:
        number = known.sources.get(ready.record.seen.look.source)
        first = number is None or known.tips.get(number) is None
        new = ready.fetch.body and known.bodies.get(ready.record.seen.fetch.digest) is None
        if first and new and ready.text is not None and not is_coded(ready.fetch):
            yield ready.fetch.body, server(ready.fetch.url)


def _write_down(session: Session) -> None:
    """Write what was put off to the transaction's end: where sources stand, and the tips of their chains."""
    known = pen(session)
    upsert(session, schema.Standing, ("source_id",), *known.standings.values())
    tips = [{"number": number, "digest": known.tips[number]} for number in sorted(known.moved)]
    if tips:
        session.connection().execute(_TIP, tips)


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
        every = tuple(map(_ready, records))
        with self._write() as session:
            if lease is not None:
                check_lease(session, lease)
            _foresee(session, every)
            kept = tuple(_keep(session, ready, now) for ready in every)
            _write_down(session)
        return kept

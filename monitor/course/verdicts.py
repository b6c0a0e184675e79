"""What a notice means for the dossier: a zone, a mention, a repeal, a footnote resolved."""

from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from monitor import drafts
from monitor.course.context import Context
from monitor.course.names import source_of
from monitor.dossier import Citation
from monitor.drafts import draft
from monitor.model import Draft, FindingKind, Place, Row, Source
from monitor.supersession import repealed, repealing
from monitor.zones import Evidence, Verdict, VerdictKind, classify, same_place
from scraper.addresses import match_key, registered_domain
from scraper.model import Notice


def verdict_on(notice: Notice, url: str, context: Context) -> Verdict:
    """Classify a notice by all that its page says."""
    evidence = Evidence(
        title=notice.title,
        url=url,
        document_number=notice.document_number,
        issuer=notice.issuer,
        text=notice.text,
        addressee=notice.addressee,
    )
    return classify(evidence, context.dossier.recognition, context.baseline)


def zone_drafts(
    verdict: Verdict, notice: Notice, url: str, source: Source, context: Context
) -> Iterator[Draft]:
    """Raise the zones that a page brings: new ones, and mentions of places not heard of before."""
    for place in verdict.places:
        if verdict.verdict is VerdictKind.NEW_ZONE and not _among(place, context.baseline):
            yield drafts.new_zone(source, url, notice, place, verdict.because)
        elif verdict.verdict is VerdictKind.MENTION and _unheard(place, source, context):
            yield drafts.zone_mentioned(source, url, place, verdict.because, notice=notice)


def mentions_of_row(row: Row, source: Source, because: tuple[str, ...], context: Context) -> Iterator[Draft]:
    """Raise what a list's row says of places not heard of before, for want of its page."""
    evidence = Evidence(title=row.title, url=row.url, document_number=row.document_number)
    for place in classify(evidence, context.dossier.recognition, context.baseline).places:
        if _unheard(place, source, context):
            yield drafts.zone_mentioned(source, row.url, place, because, title=row.title)


def _among(place: Place, places: Iterable[Place]) -> bool:
    return any(same_place(place.zh, other.zh) for other in places)


def _unheard(place: Place, source: Source, context: Context) -> bool:
    return not _among(place, (*context.baseline, *context.memory.zones_raised(source.dossier)))


def superseded(notice: Notice, url: str, source: Source, context: Context) -> Iterator[Draft]:
    """Raise each cited document that a notice repeals, with the sentence that does it."""
    title = notice.title or ""
    if not repealing(title, notice.text):
        return
    cited = {one.id: one for one in context.notices() if one.id != source.id and (one.footnote or one.zone)}
    known = [(name, *_title_and_number(one, context)) for name, one in cited.items()]
    for name, sentence in repealed(title, notice.text, known):
        snapshot = context.snapshot(name)
        yield _repeal(notice, url, cited[name], sentence, (snapshot.visit,) if snapshot else ())


def superseded_before(notice: Notice, source: Source, context: Context) -> Iterator[Draft]:
    """Raise what repeals a document that is seen for the first time, out of the pages read so far."""
    known = [(source.id, notice.title, notice.document_number)]
    for listing in context.listings():
        for row in context.memory.rows(listing.id).values():
            if row.verdict != VerdictKind.MENTION:
                continue
            snapshot = context.snapshot(source_of(row, listing).id)
            if snapshot and isinstance(snapshot.reading, Notice):
                read = snapshot.reading
                for _, sentence in repealed(read.title or "", read.text, known):
                    yield _repeal(read, snapshot.url, source, sentence, (snapshot.visit,))


def _title_and_number(source: Source, context: Context) -> tuple[str | None, str | None]:
    notice = context.known_notice(source.id)
    return (notice.title, notice.document_number) if notice else (source.title, source.document_number)


def _repeal(notice: Notice, url: str, cited: Source, sentence: str, visits: tuple[int, ...]) -> Draft:
    title = notice.title or ""
    return draft(
        FindingKind.SUPERSEDED,
        cited,
        cited.id,
        notice.document_number or title,
        url=url,
        because=(f"{title} says: {sentence}",),
        notice=notice,
        visits=visits,
    )


def citation_for(url: str, verdict: Verdict, context: Context) -> Citation | None:
    """Find the unresolved footnote that a page resolves: it fits what is printed and names the zone."""
    followed = {source.footnote for source in context.notices()}
    for citation in context.dossier.citations:
        if citation.url is not None or citation.footnote in followed or not citation.zone:
            continue
        if any(same_place(citation.zone, place.zh) for place in verdict.places) and fits_printed(
            citation.printed, url
        ):
            return citation
    return None


def fits_printed(printed: str, url: str) -> bool:
    """Tell whether an address may be the one of which a footnote prints only the beginning.

    The site may have re-filed the page since, so the registered domain and the last two path segments
    count: `202003/t20200309` is how `202003/t20200309_152222.html` begins.
    """
    if match_key(url).startswith(match_key(printed)):
        return True
    begun, whole = (PurePosixPath(urlsplit(address).path).parts[-2:] for address in (printed, url))
    return (
        registered_domain(printed) == registered_domain(url)
        and len(begun) == len(whole) == 2
        and begun[0] == whole[0]
        and whole[1].startswith(begun[1])
    )

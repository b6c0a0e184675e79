"""The courses of a page that a person brings: whose page it is, and what is asked of it.

What a wall hides from programs a browser may see. The page goes through the same gate, readers and courses
as one from the network; only a probe cannot be asked for, so that a doubt is left to what the page says.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from monitor.course import candidate, listing, moving, notice
from monitor.course.context import Context
from monitor.course.names import source_of
from monitor.course.seeing import see
from monitor.course.steps import Steps, keep
from monitor.course.verdicts import fits_printed
from monitor.dossier import refiled
from monitor.model import Look, Record, Role, Row, Seen, Source
from monitor.neighbours import neighbours
from monitor.zones import VerdictKind
from scraper.addresses import directory, match_key, same_page

As: TypeAlias = Literal["source", "successor", "row", "citation"]


@dataclass(frozen=True, slots=True)
class Target:
    """Whose page an address is: `source` is what a visit would be kept for, `steps` its course.

    `as_` is `source` (one of its own addresses), `successor` (where the dossier's rule of re-filing puts
    it), `row` (the page behind a row of a list), or `citation` (it goes on as a cut-off footnote begins).
    """

    source: Source
    as_: As
    steps: Steps[None]


def unprobed(context: Context) -> Context:
    """Give a context in which no course asks for a probe, since nobody can be asked."""
    return replace(context, asks_probes=False)


def targets(url: str, context: Context) -> tuple[Target, ...]:
    """Tell whose page an address is; the surest way counts, and none may be found."""
    ways = (_sources, _successors, _rows, _citations)
    return next((found for way in ways if (found := tuple(way(url, context)))), ())


def addresses(source: Source, context: Context) -> tuple[str, ...]:
    """List the addresses at which a source stands or is known to have stood."""
    followed = context.standing(source.id).url
    return (*((followed,) if followed else ()), source.url, *source.alternatives)


def _sources(url: str, context: Context) -> Iterator[Target]:
    for source in context.sources:
        if any(same_page(url, known) for known in addresses(source, context)):
            course = listing.course if source.role is Role.LISTING else notice.course
            yield Target(source, "source", course(source, context))


def _successors(url: str, context: Context) -> Iterator[Target]:
    for source in context.notices():
        if any(same_page(url, new) for new in refiled(source.url, context.dossier.refilings)):
            yield Target(source, "successor", successor(url, source, context))


def _rows(url: str, context: Context) -> Iterator[Target]:
    """Find the page behind a row, once however many lists show it."""
    for source in context.listings():
        row = next((row for row in context.memory.rows(source.id).values() if same_page(url, row.url)), None)
        if row:
            yield Target(source_of(row, source), "row", _alone(row, source, context))
            return


def _alone(row: Row, shelf: Source, context: Context) -> Steps[None]:
    """Judge the page behind a row without its neighbours: the one page at hand is none of theirs."""
    context.claimed.update(map(match_key, neighbours(row.url)))
    yield from candidate.course(row, shelf, context)


def _citations(url: str, context: Context) -> Iterator[Target]:
    """Take an address that fits a cut-off footnote as a row that nobody has listed."""
    followed = {source.footnote for source in context.notices()}
    for citation in context.dossier.citations:
        unresolved = citation.url is None and citation.footnote not in followed
        if unresolved and fits_printed(citation.printed, url):
            row = Row(match_key(url), url, "", None, None, VerdictKind.MENTION.value, False)
            shelf = Source(f"{context.dossier.id}/by-hand", context.dossier.id, Role.LISTING, directory(url))
            yield Target(source_of(row, shelf), "citation", _alone(row, shelf, context))
            return


def successor(url: str, source: Source, context: Context) -> Steps[None]:
    """Look at one address where a notice may stand now; it is followed there if the page proves it."""
    expected = moving.expectation(source, context)
    look = Look(source.id, source.dossier, Role.SUCCESSOR, url, via=source.id, reader=source.reader)
    seen = yield from see(look, source, context)
    evidence = moving.verified(seen, expected)
    record = moving.moved_record(seen, source, context, evidence) if evidence else Record(seen, standing=None)
    yield from keep(record)


def is_proved(seen: Seen, target: Target, context: Context) -> bool:
    """Tell whether a page is the one that it was brought as, by what is known of that one.

    The gate compares texts, and letters of one kind are much alike: a wrong file must not pass for an edit.
    The title or the document number has to be the known one, or the address's page number with the zone.
    Where nothing is known yet, and for a list, the gate's word stands.
    """
    expected = moving.expectation(target.source, context)
    if target.source.role is Role.LISTING or not (expected.title or expected.document_number):
        return True
    renumbered = replace(expected, document_number=None)
    return any(moving.verified(seen, one) for one in (expected, renumbered))

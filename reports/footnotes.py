"""The footnotes again: each as printed, its state, the address that works today, an archived copy.

As Markdown and CSV for people, as BibTeX for reference managers (`@misc` with `url` and `urldate`, which
BibTeX's styles and biblatex both take).
"""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime

from monitor.dossier import Citation
from monitor.dossier_model import Status
from monitor.model import LinkState, Source, Standing, State
from monitor.updates import Updated
from reports import words
from reports.clean import clean
from reports.csv_ import cell
from reports.health import WORKING
from reports.json_ import instant
from reports.markdown import address, escaped
from scraper.model import Notice

FORMATS = ("markdown", "csv", "bibtex")
COLUMNS = (
    "footnote", "for", "title", "document_number", "printed", "status", "state", "works_today", "last_seen",
    "archived", "why_not_archived", "note",
)  # fmt: skip
NOT_ARCHIVED = "no archived copy was looked for"


@dataclass(frozen=True, slots=True)
class Footnote:
    """A footnote today.

    `status` says what became of the print, `state` what is known of the link (None: no address is
    known). `works` is the address at which it was last seen good, None while it is not; `followed`
    is looked at, whether it works or not. `last_seen` is when it was last seen good.
    """

    footnote: int
    what: str
    printed: str
    status: Status
    state: State | None
    followed: str | None
    works: str | None
    last_seen: datetime | None
    title: str | None = None
    document_number: str | None = None
    published: date | None = None
    issuer: str | None = None
    archived: str | None = None
    note: str = ""


def footnotes(
    updated: Updated,
    sources: Mapping[str, Source],
    standings: Mapping[str, Standing],
    archived: Mapping[int, str] | None = None,
) -> tuple[Footnote, ...]:
    """Tell of every footnote of a dossier how it stands.

    In: the dossier with what was accepted, the sources followed and their standings by id, addresses of
    archived copies by footnote.
    """
    copies = archived or {}
    return tuple(
        _footnote(one, updated, sources.get(name), standings.get(name), copies.get(one.footnote))
        for one in sorted(updated.dossier.citations, key=lambda one: one.footnote)
        for name in [updated.sources[one.footnote]]
    )


def _footnote(
    citation: Citation,
    updated: Updated,
    source: Source | None,
    standing: Standing | None,
    archived: str | None,
) -> Footnote:
    link = standing.link if standing else LinkState()
    followed = (standing.url if standing else None) or (source.url if source else None) or citation.url
    read = standing.snapshot.reading if standing and standing.snapshot else None
    notice = read if isinstance(read, Notice) else None
    return Footnote(
        footnote=citation.footnote,
        what=_what(citation, updated),
        printed=citation.printed,
        status=citation.status,
        state=link.state if followed else None,
        followed=followed,
        works=followed if link.state in WORKING else None,
        last_seen=link.last_good,
        title=(notice.title if notice else None) or citation.title,
        document_number=(notice.document_number if notice else None) or citation.number,
        published=notice.published if notice else None,
        issuer=notice.issuer if notice else None,
        archived=archived,
        note="; ".join(_notes(citation, updated, followed, link)),
    )


def _what(citation: Citation, updated: Updated) -> str:
    zones = [zone for zone in updated.dossier.zones if zone.footnote == citation.footnote]
    named = [f"{zone.en} ({zone.zh})" for zone in zones if citation.zone in (None, zone.zh)]
    return words.joined(named) or citation.what or citation.title or ""


def _notes(citation: Citation, updated: Updated, followed: str | None, link: LinkState) -> Iterator[str]:
    """Say how the print was repaired or why not, what repeals the document, and where it was last."""
    yield from citation.repairs
    if citation.because:
        yield citation.because
    if citation.url is None and followed:
        yield f"a page was found for it that waits for review: {followed}"
    if citation.footnote in updated.superseded:
        yield updated.superseded[citation.footnote]
    if followed and link.state not in WORKING:
        yield f"last known address: {followed}"


def render(found: Sequence[Footnote], form: str, *, dossier: str, title: str) -> str:
    """Write footnotes in one of `FORMATS`; `dossier` and `title` are the dossier's.

    Raises ValueError for another form.
    """
    if form == "markdown":
        return "\n".join(_markdown(found, title)) + "\n"
    if form == "csv":
        return _csv(found)
    if form == "bibtex":
        return "\n".join(_bibtex(one, dossier) for one in found)
    raise ValueError(f"expected one of {', '.join(FORMATS)}, found {form}")


def as_document(one: Footnote) -> dict[str, object]:
    """Give a footnote for JSON: days and times as ISO, what is not known as null."""
    return asdict(one) | {
        "published": one.published.isoformat() if one.published else None,
        "last_seen": instant(one.last_seen),
        "why_not_archived": None if one.archived else NOT_ARCHIVED,
    }


def state(one: Footnote) -> str:
    """Name a footnote's state for people."""
    return words.state(one.state)


def _markdown(found: Sequence[Footnote], title: str) -> Iterator[str]:
    yield f"# Footnotes: {escaped(title)}"
    for one in found:
        facts = [part for part in (one.what, one.title, one.document_number) if part]
        yield from ("", f"## {one.footnote}. {escaped(' · '.join(dict.fromkeys(facts)) or '–')}", "")
        yield f"- printed: {escaped(one.printed)}"
        yield f"- state: {one.status}, {state(one)}"
        yield f"- works today: {address(one.works) if one.works else 'no'}"
        yield f"- last seen: {words.moment(one.last_seen)}"
        yield f"- archived: {address(one.archived) if one.archived else NOT_ARCHIVED}"
        if one.note:
            yield f"- note: {escaped(one.note)}"


def _csv(found: Sequence[Footnote]) -> str:
    sheet = io.StringIO()
    writer = csv.writer(sheet)
    writer.writerow(COLUMNS)
    writer.writerows([cell(text) for text in _cells(one)] for one in found)
    return sheet.getvalue()


def _cells(one: Footnote) -> Sequence[str]:
    return (
        str(one.footnote),
        one.what,
        one.title or "",
        one.document_number or "",
        one.printed,
        one.status,
        state(one),
        one.works or "",
        instant(one.last_seen) or "",
        one.archived or "",
        "" if one.archived else NOT_ARCHIVED,
        one.note,
    )


_TEX = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#",
    "_": r"\_", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
}  # fmt: skip


def tex(text: str) -> str:
    """Return a text that TeX prints as it is, on one line, braces paired."""
    return "".join(_TEX.get(character, character) for character in clean(text))


def _verbatim(url: str) -> str:
    """Return an address that may stand in a field of BibTeX, which reads braces even there."""
    return re.sub(r"[{}\\\s]", lambda found: f"%{ord(found[0]):02X}", clean(url))


def _bibtex(one: Footnote, dossier: str) -> str:
    """Write an entry; `note` gives the print and the state, since the address may be another by now."""
    fields = {
        "title": f"{{{tex(one.title or one.what or one.printed)}}}",
        "author": f"{{{tex(one.issuer)}}}" if one.issuer else "",
        "number": tex(one.document_number or ""),
        "year": f"{one.published:%Y}" if one.published else "",
        "date": one.published.isoformat() if one.published else "",
        "url": _verbatim(one.works or one.followed or ""),
        "urldate": words.day_of(one.last_seen) if one.last_seen else "",
        "archiveurl": _verbatim(one.archived or ""),
        "note": tex(f"Footnote {one.footnote}, printed as {one.printed}; {state(one)}"),
    }
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join([f"@misc{{{dossier}-fn{one.footnote:02},", *lines, "}", ""])

"""What people accepted, laid over a dossier: zones with their letters, addresses of footnotes.

The shipped dossier stays as it is (DESIGN section 3, rule 10); what is made here is printed by the
exports, and read again it is the baseline.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from monitor.dossier import Citation, Dossier, Zone, citation_source
from monitor.model import Finding, FindingKind, Place, ReviewState
from monitor.places import Level, english, level
from monitor.strengths import strengths
from monitor.zones import same_place
from scraper.addresses import canonical
from scraper.chinese import BEIJING

_ADDRESSES = frozenset({FindingKind.CITATION_RESOLVED, FindingKind.MOVED})
UPDATING = _ADDRESSES | {FindingKind.NEW_ZONE, FindingKind.SUPERSEDED}
"""The kinds of findings that change a dossier when they are accepted."""


@dataclass(frozen=True, slots=True)
class Updated:
    """A dossier with all that was accepted.

    `new` are the zones that joined it. `sources` names the source behind each footnote, `superseded`
    says of a footnote what repeals the document that it cites.
    """

    dossier: Dossier
    new: tuple[Zone, ...]
    sources: Mapping[int, str]
    superseded: Mapping[int, str]


def update(dossier: Dossier, findings: Iterable[Finding], letters: Mapping[str, str]) -> Updated:
    """Lay the accepted findings over a dossier: zones in the order of their letters, then addresses.

    In: the dossier as its file has it, findings of any kind and state, the text of each letter by the id of
    its source. Others' findings, open and dismissed ones count for nothing; a zone that the file holds
    by now joins once only, and an address that it has already is left as it is.
    """
    accepted = sorted(
        (one for one in findings if one.draft.dossier == dossier.id and one.state is ReviewState.ACCEPTED),
        key=lambda one: one.id,
    )
    whole, footnotes = _with_zones(dossier, accepted, letters)
    told: dict[int, list[Finding]] = {}
    for finding in accepted:
        told.setdefault(footnotes.get(finding.draft.subject, 0), []).append(finding)
    settled = tuple(_settled(one, told.get(one.footnote, ())) for one in whole.citations)
    superseded = {
        footnote: f"superseded by {_document(finding)}"
        for footnote, about in told.items()
        for finding in about
        if footnote and finding.draft.kind is FindingKind.SUPERSEDED
    }
    sources = {footnote: source for source, footnote in reversed(footnotes.items())}
    return Updated(replace(whole, citations=settled), whole.zones[len(dossier.zones) :], sources, superseded)


def _with_zones(
    dossier: Dossier, accepted: Iterable[Finding], letters: Mapping[str, str]
) -> tuple[Dossier, dict[str, int]]:
    """Add the zones, each with a footnote; give the footnote behind each source too, the file's own first."""
    footnotes = {citation_source(dossier, one, "").id: one.footnote for one in dossier.citations}
    joined: dict[str, int] = {}
    for finding in sorted(accepted, key=_place_in_batch):
        place, subject = finding.draft.zone, finding.draft.subject
        if finding.draft.kind is not FindingKind.NEW_ZONE or not place:
            continue
        if known := _known(dossier, place):
            footnotes.setdefault(subject, known.footnote)
        else:
            dossier = _joined(dossier, finding, place, joined.get(subject), letters)
            joined[subject] = dossier.zones[-1].footnote
    return dossier, footnotes | joined


def _place_in_batch(finding: Finding) -> tuple[date, list[int]]:
    """Order letters by day and document number: 国科函规〔2020〕171号 before 172号."""
    return _announced(finding), [
        int(digits) for digits in re.findall(r"\d+", finding.draft.document_number or "")
    ]


def _announced(finding: Finding) -> date:
    """Give the day of announcement; a letter whose page dates it nowhere, the day on which it was found."""
    return finding.draft.published or finding.raised.astimezone(BEIJING).date()


def _document(finding: Finding) -> str:
    draft = finding.draft
    return " ".join(part for part in (draft.document_number, draft.title, draft.url) if part)


def _known(dossier: Dossier, place: Place) -> Zone | None:
    return next(
        (
            zone
            for zone in dossier.zones
            if same_place(zone.zh, place.zh) and len({zone.province, place.province} - {None}) < 2
        ),
        None,
    )


def _joined(
    dossier: Dossier, finding: Finding, place: Place, letter: int | None, letters: Mapping[str, str]
) -> Dossier:
    """Add a zone and the footnote of its letter; a letter that names several places has one for all."""
    draft = finding.draft
    cited = {one.footnote: one for one in dossier.citations}
    footnote = letter or max(cited, default=0) + 1
    zone = _zone(dossier, finding, place, footnote, letters)
    if letter:
        cited[footnote] = replace(cited[footnote], zone=None)
    else:
        cited[footnote] = Citation(
            footnote, draft.url, draft.url, zone=zone.zh, title=draft.title, number=draft.document_number
        )
    return replace(dossier, zones=(*dossier.zones, zone), citations=tuple(cited.values()))


def _zone(
    dossier: Dossier, finding: Finding, place: Place, footnote: int, letters: Mapping[str, str]
) -> Zone:
    draft = finding.draft
    county = level(place.zh) is Level.COUNTY
    province = place.province or ""
    return Zone(
        zh=_only(place.zh, [one.zh for one in dossier.zones], f"{province}{place.zh}"),
        en=_only(place.en, [one.en for one in dossier.zones], f"{place.en} ({english(province)})"),
        province=place.province,
        level="county" if county else None,
        created=draft.signed,
        announced=_announced(finding),
        footnote=footnote,
        strengths=strengths(letters.get(draft.subject, ""), place.zh, dossier.glossary),
    )


def _only(name: str, taken: Iterable[str], longer: str) -> str:
    """Return a name, the longer one where two places would share it: 苏州 and 宿州 are both Suzhou."""
    return longer if name in taken else name


def _settled(citation: Citation, told: Sequence[Finding]) -> Citation:
    """Give a footnote the last address that was found for it, and say how it came to be known."""
    found = [one.draft for one in told if one.draft.kind in _ADDRESSES]
    if not found or (citation.url and canonical(citation.url) == canonical(found[-1].url)):
        return citation
    how = (f"{draft.kind.value.replace('_', ' ')}: {'; '.join(draft.because)}" for draft in found)
    return replace(
        citation,
        url=found[-1].url,
        status="repaired",
        because=None,
        repairs=tuple(dict.fromkeys((*citation.repairs, *how))),
    )

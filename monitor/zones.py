"""New zones told apart from everything that looks like one: a pure function of what is known of a notice.

It knows no programme by name: phrase, frame, issuers, numbers, hosts and look-alikes come from the
dossier (`monitor.model.Recognition`). Only the issuer's own letter makes a new zone; whatever else
holds the phrase is a mention; copies on other hosts and inventions are nothing.
"""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from monitor import credentials
from monitor.credentials import Ground, Weight
from monitor.frames import Frame, FrameError, compile_frame
from monitor.mentions import Named, could_begin_place, leading_place, places_by, read_places
from monitor.model import Place, Recognition
from monitor.places import resolve, same_place
from monitor.titles import normalise, tidy

LONGEST_TITLE = 1000
"""characters of a title that are read: the longest of real ones has about 120"""

__all__ = ["Evidence", "FrameError", "Verdict", "VerdictKind", "as_document", "classify", "same_place"]


class VerdictKind(StrEnum):
    """What a notice is to a dossier (a contract with other programs)."""

    NEW_ZONE = "new_zone"
    KNOWN_ZONE = "known_zone"
    MENTION = "mention"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of a notice; a row of a list has a title, maybe cut short, and an address."""

    title: str | None
    url: str | None = None
    document_number: str | None = None
    issuer: str | None = None
    text: str | None = None
    addressee: str | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a notice is, the places it is about, and every reason for and against.

    `places` of a new zone are those that the baseline lacks; a mention may have none.
    """

    verdict: VerdictKind
    places: tuple[Place, ...] = ()
    because: tuple[str, ...] = ()

    @property
    def zone(self) -> Place | None:
        """The first place, the only one but for letters that name several."""
        return self.places[0] if self.places else None


def classify(evidence: Evidence, recognition: Recognition, baseline: Collection[Place]) -> Verdict:
    """Judge a notice: new zone, known zone, mention, or nothing of ours, with the reasons.

    In: what is known of it, what the dossier says of such letters, the places known to be zones. A
    letter whose number and issuer are not known is judged by its title, one whose address is not
    known likewise. Raises FrameError for a dossier's frame that is none.
    """
    frame = compile_frame(recognition.frame, recognition.phrase)
    printed_title = (evidence.title or "")[:LONGEST_TITLE]
    title, cut = tidy(printed_title)
    printed = None if cut else frame.fit(title)
    if printed is not None:
        return _letter(evidence, recognition, baseline, read_places(printed, _province(evidence)))
    beginning = _beginning(frame, title, cut)
    if beginning is not None:
        return _cut_short(evidence, recognition, beginning)
    return _mention(evidence, recognition, normalise(printed_title))


def as_document(verdict: Verdict) -> dict[str, object]:
    """Return a verdict as `classify --json` prints it; `zones` is there only if there are several."""
    zones = [{"zh": place.zh, "en": place.en, "province": place.province} for place in verdict.places]
    document: dict[str, object] = {"verdict": verdict.verdict.value, "zone": zones[0] if zones else None}
    if len(zones) > 1:
        document["zones"] = zones
    return document | {"because": list(verdict.because)}


def _letter(
    evidence: Evidence, recognition: Recognition, baseline: Collection[Place], named: Named
) -> Verdict:
    grounds = (Ground(Weight.FOR, "the title is in the frame"), *_grounds(evidence, recognition))
    weights, because = {ground.weight for ground in grounds}, _words(grounds, named)
    if Weight.FATAL in weights:
        return Verdict(VerdictKind.NONE, (), because)
    if not named.are_credible or Weight.AGAINST in weights:
        return Verdict(VerdictKind.MENTION, named.places, because)
    new = tuple(place for place in named.places if not _is_known(place, baseline))
    known = tuple(place for place in named.places if place not in new)
    because += tuple(f"{place.zh} is in the baseline" for place in known)
    because += tuple(f"{place.zh} is not in the baseline of {len(baseline)}" for place in new)
    return Verdict(VerdictKind.NEW_ZONE if new else VerdictKind.KNOWN_ZONE, new or known, because)


def _cut_short(evidence: Evidence, recognition: Recognition, named: Named) -> Verdict:
    ground = credentials.address(evidence.url, recognition)
    reason = Ground(Weight.UNKNOWN, "the title is cut short and could be in the frame: its page must be read")
    because = _words((reason, ground), named)
    if ground.weight is Weight.FATAL:
        return Verdict(VerdictKind.NONE, (), because)
    return Verdict(VerdictKind.MENTION, named.places, because)


def _mention(evidence: Evidence, recognition: Recognition, title: str) -> Verdict:
    phrase = normalise(recognition.phrase)
    text = normalise(evidence.text or "")
    where = "title" if phrase in title else "text" if phrase in text else None
    if where is None:
        return Verdict(VerdictKind.NONE, (), (_nothing(title, recognition),))
    because = f"the {where} holds {recognition.phrase}, the title is not in the frame"
    address = credentials.address(evidence.url, recognition)
    if address.weight is Weight.FATAL and not _is_local(evidence.url, recognition):
        return Verdict(VerdictKind.NONE, (), (because, address.because))
    places = places_by(title, phrase) or (places_by(text, phrase) if where == "text" else ())
    leading = None if places or where == "text" else leading_place(title)
    return Verdict(VerdictKind.MENTION, places or ((leading,) if leading else ()), (because, address.because))


def _nothing(title: str, recognition: Recognition) -> str:
    alike = next((name for name in recognition.look_alikes if normalise(name) in title), None)
    if alike:
        return f"{alike} is another programme"
    return f"neither the frame nor {recognition.phrase}"


def _beginning(frame: Frame, title: str, cut: bool) -> Named | None:
    """Read the places of a title that stops before the frame ends, None if it cannot be its beginning.

    Without an ellipsis only a known place, or one with the words that follow it, counts as a beginning.
    """
    fits = frame.cut_fits(title)
    for fit in fits:
        named = read_places(fit.place)
        if named.are_credible and not named.refused and (fit.seen > 1 or not named.strangers):
            return named
    return Named(()) if cut and any(could_begin_place(fit.place) for fit in fits) else None


def _grounds(evidence: Evidence, recognition: Recognition) -> tuple[Ground, ...]:
    return (
        credentials.address(evidence.url, recognition),
        credentials.number(evidence.document_number, recognition),
        credentials.issuer(evidence.issuer, recognition),
    )


def _words(grounds: tuple[Ground, ...], named: Named) -> tuple[str, ...]:
    order = (Weight.FOR, Weight.UNKNOWN, Weight.AGAINST, Weight.FATAL)
    reasons = [ground.because for weight in order for ground in grounds if ground.weight is weight]
    reasons += [f"{name} is in no list of places: its English name is pinyin" for name in named.strangers]
    reasons += [f"{name} is no name of a place" for name in named.refused]
    return tuple(reasons)


def _province(evidence: Evidence) -> str | None:
    """Read the province that a letter is addressed to: 广东省人民政府 lies in 广东省."""
    addressee = normalise(evidence.addressee or "").rstrip(":,").removesuffix("人民政府")
    return next((unit.province for unit in resolve(addressee)), None)


def _is_known(place: Place, baseline: Collection[Place]) -> bool:
    return any(
        same_place(place.zh, known.zh) and len({place.province, known.province} - {None}) < 2
        for known in baseline
    )


def _is_local(url: str | None, recognition: Recognition) -> bool:
    """Tell a page of another government, whose mention counts, from a copy or an invented address."""
    return (
        url is not None
        and credentials.is_government(url)
        and credentials.official_host(url) not in recognition.hosts
    )

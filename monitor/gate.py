"""The content gate: whether an answer that came whole is the page, before anything is compared with it.

A bad 200 never touches the baseline (DESIGN section 3, rule 4; section 5). Where the page alone cannot
tell, the gate asks for a probe: the site's answer for a random name in the same folder shows how it
answers for pages that do not exist. Pure; who fetches the probe is not its business.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from rapidfuzz import fuzz

from monitor.model import Probe, Role
from monitor.paragraphs import folded
from monitor.successors import names_zone
from monitor.titles import normalise, tidy
from scraper.addresses import canonical, is_root, same_page, split
from scraper.chinese import normalise_number
from scraper.model import Fetch, Listing, Notice, Outcome, OutcomeKind, Reading, Refused
from scraper.outcome import deep_to_root, redirect_kind, to_error_page
from scraper.readers import feeds
from scraper.sanity import SITE_NAME
from scraper.walls import face_of, weight

SHARE_OF_LAST = 0.30
"""Of the last good text's characters a page has at least this share."""
FIRST_TEXT = 200
"""Characters that a page without title and date has at the first visit, blanks not counted."""
LIKE_NO_PAGE = 0.90
"""Over 1,009 pairs of different real documents of one site the highest agreement was 0.71 (DESIGN)."""
SAME_TEXT = 0.50
ALIKE_TITLE = 85.0
"""Titles this alike, in rapidfuzz's percent, are one title: a row cuts it, a page adds a subtitle."""
GRAM = 5

_SELF_EVIDENT = frozenset({Role.CANDIDATE, Role.SUCCESSOR, Role.PROBE})
"""Looks whose page is judged by what it says later, so that it need not agree with anything here."""
_TELLS = frozenset({200, 203, 404, 410})
"""Statuses with which a probe shows how a missing page looks."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a page before it is looked at; `text` is that of the last good visit, else empty."""

    title: str | None = None
    document_number: str | None = None
    text: str = ""
    zones: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NeedsProbe:
    """A doubt that only a probe settles: its short name, and the outcome where the probe shows nothing."""

    because: str
    unless: Outcome


def gate(fetch: Fetch, reading: Reading, known: Known, role: Role) -> Outcome | NeedsProbe:
    """Judge a whole answer by its content.

    In: the fetch, what was read from it, what is known of the page, why it was looked at. Out: a good
    outcome, one that says what stands in the page's place, or a doubt. A page that passes and could not be
    read is good all the same: its layout broke (the pass counts two running).
    """
    sent_home = deep_to_root(fetch)
    if isinstance(reading, Refused) and not (sent_home and reading.what == "home"):
        return _refused(reading)
    document = role is not Role.LISTING
    if document and _agrees(reading, _text(fetch, reading), known):
        return _enough(fetch, reading, known)
    if sent_home:
        alone = Outcome(
            OutcomeKind.ROOT_REDIRECT, "sent_home", f"sent to {fetch.url}, as other pages are not"
        )
        return NeedsProbe("sent_home", alone)
    if to_error_page(fetch):
        return NeedsProbe("error_page", Outcome(OutcomeKind.SOFT_404, "error_page", f"sent to {fetch.url}"))
    if isinstance(reading, Listing) and role in (Role.LISTING, Role.SUCCESSOR):
        return _listing(fetch, reading)
    return _unproved(fetch, reading, known, role)


def good(fetch: Fetch, rule: str) -> Outcome:
    """Make the good outcome of a visit: good, or redirected with the kind and every step."""
    kind = redirect_kind(fetch)
    if kind is None:
        return Outcome(OutcomeKind.GOOD, rule)
    return Outcome(OutcomeKind.REDIRECTED, rule, f"{kind}: {' → '.join(hop.url for hop in fetch.hops)}")


def judge_probe(
    fetch: Fetch, text: str, probe: Probe, doubt: NeedsProbe, own_canonical: str | None
) -> Outcome:
    """Settle a doubt by how the site answered for a page that cannot exist.

    In: the page's whole text (menus and all, as the probe's), the probe, and the address that the page
    names as its own (`<link rel="canonical">`), if any. The page is missing if both were sent to the same
    address, or if the texts' agreement is 0.90 or more. A page that names its own address as canonical is
    itself whatever its text, unless the site has the page that cannot exist do the same; so is one whose
    address the sibling names: the site gives it for any name in the folder. A probe that met 403, 429 or
    5xx shows nothing; where other missing pages get a plain 404, the page that alone is sent home was taken
    away on purpose.
    """
    if probe.status not in _TELLS:
        told = _instead("home_instead", f"sent to {fetch.url}; a probe met {probe.status}")
        return told if doubt.because == "sent_home" else doubt.unless
    sent_on = redirect_kind(fetch) is not None
    if sent_on and canonical(probe.final_url) == canonical(fetch.url):
        kind = OutcomeKind.ROOT_REDIRECT if is_root(fetch.url) else OutcomeKind.SOFT_404
        return Outcome(kind, "same_address", f"{probe.url} is sent to {fetch.url}, too")
    if _is_itself(fetch.requested, own_canonical, probe):
        return doubt.unless
    agreement = five_gram_agreement(_unaddressed(text, fetch.requested), _unaddressed(probe.text, probe.url))
    if agreement >= LIKE_NO_PAGE:
        return Outcome(
            OutcomeKind.SOFT_404, "like_no_page", f"{probe.url} gives the same text ({agreement:.2f})"
        )
    return doubt.unless


def _is_itself(url: str, own: str | None, probe: Probe) -> bool:
    """Whether canonical links say that a page is the one asked for, and not what any name would give."""
    if probe.canonical and same_page(probe.canonical, url):
        return True
    echoed = probe.canonical is not None and same_page(probe.canonical, probe.url)
    return own is not None and same_page(own, url) and not echoed


def five_gram_agreement(one: str, other: str) -> float:
    """Return the share of common character 5-grams among all of two texts (Jaccard), 0 to 1.

    Blanks and full-width forms do not count; texts shorter than a gram agree if they are the same.
    """
    first, second = _grams(folded(one)), _grams(folded(other))
    both = len(first & second)
    return both / (len(first) + len(second) - both) if first or second else 1.0


def share_within(part: bytes, whole: bytes) -> float:
    """Return the share of the 5-grams of one body that stand in another, 0 to 1; an empty one has none."""
    first, second = _grams(part.decode("latin-1")), _grams(whole.decode("latin-1"))
    return len(first & second) / len(first) if first else 0.0


def _grams(text: str) -> set[int]:
    if len(text) < GRAM:
        return {hash(text)} if text else set()
    return {hash(text[at : at + GRAM]) for at in range(len(text) - GRAM + 1)}


def _unaddressed(text: str, url: str) -> str:
    """Take out the address that error pages like to repeat, whole and in parts."""
    path = split(canonical(url)).path
    for part in (url, path, path.rpartition("/")[2]):
        text = text.replace(part, "") if len(part) > 3 else text
    return text


def _refused(reading: Refused) -> Outcome | NeedsProbe:
    if reading.what == "soft_404":
        return NeedsProbe("says_gone", Outcome(OutcomeKind.SOFT_404, "says_gone", reading.because))
    if reading.what == "home":
        return NeedsProbe("home_page", _instead("home_instead", reading.because))
    kind = OutcomeKind.EMPTY if reading.what == "empty" else OutcomeKind.WALL
    return Outcome(kind, f"reader_{reading.what}", reading.because)


def _instead(rule: str, detail: str) -> Outcome:
    """Say that something else stands in the page's place, so that the page itself cannot be seen."""
    return Outcome(OutcomeKind.EMPTY, rule, detail)


def _listing(fetch: Fetch, listing: Listing) -> Outcome:
    if listing.entries or listing.layout == feeds.SEARCH:
        return good(fetch, "rows" if listing.entries else "empty_answer")
    if weight(face_of(fetch).text) >= FIRST_TEXT:
        return good(fetch, "no_rows")
    return _instead("empty_list", f"{listing.layout}: a list without rows")


def _enough(fetch: Fetch, reading: Reading, known: Known) -> Outcome | NeedsProbe:
    """Ask that a page that agrees with what is known also says enough."""
    complaint = _too_little(reading, _text(fetch, reading), known)
    return NeedsProbe("little_text", complaint) if complaint else good(fetch, "agrees")


def _unproved(fetch: Fetch, reading: Reading, known: Known, role: Role) -> Outcome | NeedsProbe:
    """Judge a page that agrees with nothing that is known, perhaps because nothing is."""
    text = _text(fetch, reading)
    notice = reading if isinstance(reading, Notice) and role is not Role.LISTING else None
    if notice and SITE_NAME.fullmatch(normalise(notice.title or "")):
        return NeedsProbe(
            "site_name", _instead("home_instead", f"the title is the site's name: {notice.title}")
        )
    complaint = _too_little(reading, text, known)
    if complaint:
        return NeedsProbe("little_text", complaint)
    if (known.title or known.document_number or known.text or known.zones) and role not in _SELF_EVIDENT:
        said = f"neither title, number nor text is the known: {notice.title if notice else text[:40]}"
        return NeedsProbe("another_page", Outcome(OutcomeKind.UNEXPECTED_TYPE, "another_page", said))
    if notice is None or redirect_kind(fetch):
        return NeedsProbe("unproved", good(fetch, "unlike_no_page"))
    return good(fetch, "reads_well")


def _too_little(reading: Reading, text: str, known: Known) -> Outcome | None:
    size, before = weight(text), weight(known.text)
    if before:
        enough = size >= SHARE_OF_LAST * before
    else:
        dated = isinstance(reading, Notice) and reading.title and (reading.published or reading.signed)
        enough = bool(dated) or size >= FIRST_TEXT
    if enough:
        return None
    return _instead("little_text", f"{size} characters of text" + (f", {before} before" if before else ""))


def _text(fetch: Fetch, reading: Reading) -> str:
    """Return a notice's text; of a page that was not read as one, all that it shows."""
    return reading.text if isinstance(reading, Notice) else face_of(fetch).text


def _agrees(reading: Reading, text: str, known: Known) -> bool:
    """Whether title, number or text is the known one; the zone counts where nothing else is known."""
    return not _contradicts(reading, text, known) and any(_agreements(reading, text, known))


def _contradicts(reading: Reading, text: str, known: Known) -> bool:
    """Whether a page is a sibling: letters of one batch differ in place and number and in little else."""
    if not isinstance(reading, Notice):
        return False
    words = f"{reading.title or ''}{text}"
    if known.zones and not any(names_zone(zone, words) for zone in known.zones):
        return True
    numbers = [normalise_number(number or "") for number in (known.document_number, reading.document_number)]
    renumbered = all(numbers) and numbers[0] != numbers[1]
    return renumbered and tidy(known.title or "")[0] != tidy(reading.title or "")[0]


def _agreements(reading: Reading, text: str, known: Known) -> Iterator[bool]:
    notice = reading if isinstance(reading, Notice) else None
    title, _ = tidy(known.title or "")
    if title:
        shown, cut = tidy((notice.title if notice else "") or "")
        yield fuzz.ratio(title, shown) >= ALIKE_TITLE or (cut and title.startswith(shown))
        yield shown.startswith(title) or title in normalise(text)
    if known.document_number and notice:
        yield normalise_number(notice.document_number or "") == normalise_number(known.document_number)
    if known.text:
        yield five_gram_agreement(text, known.text) >= SAME_TEXT
    if not (title or known.document_number or known.text):
        yield any(names_zone(zone, f"{notice.title if notice else ''}{text}") for zone in known.zones)

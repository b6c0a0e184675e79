"""What a library's search is asked for a lost notice: its title, its number, or its zone. Pure."""

from urllib.parse import quote

from monitor.dossier_model import Search
from monitor.successors import Expected
from monitor.titles import tidy

MOST_QUESTIONS = 2
"""By title and by number; more would ask the same again."""


def questions(search: Search, expected: Expected) -> tuple[str, ...]:
    """Give the addresses at which a search answers for a notice, the surest first, two at most.

    Title and document number as known; where neither is, the programme's name with the zone's.
    """
    title, cut = tidy(expected.title or "")
    known = [expected.title if title and not cut else "", expected.document_number or ""]
    words = [text.strip() for text in known if text and text.strip()]
    if not words and expected.phrase:
        words = [f"{zone} {expected.phrase}" for zone in expected.zones]
    return tuple(search.url.replace("{words}", quote(text, safe="")) for text in words)[:MOST_QUESTIONS]

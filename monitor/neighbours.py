"""The neighbours of a letter: its batch has page ids and document numbers beside its own.

FACTS section 1: letters of one batch have neighbouring page ids (149417 to 149420), and numbers that
follow one another (国科函规〔2021〕256号 to 258号).
"""

import re
from collections.abc import Iterator

from scraper.addresses import page_id

REACH = 3
"""How far the ids of one batch lie apart at most: four letters of 18 October 2019, four of 9 March 2020."""

_NUMBER = re.compile(r"^(.*?[〔\[［(（]\s*\d{4}\s*[〕\]］)）]\s*)(\d+)(\s*号)$")


def neighbours(url: str, reach: int = REACH) -> tuple[str, ...]:
    """Return the addresses in the same folder whose page ids are at most `reach` from this one's.

    The nearest come first, the higher before the lower; a page without an id has none. They are
    guesses: what stands there, if anything, only the page says.
    """
    number = page_id(url)
    if number is None:
        return ()
    page, mark, query = url.partition("?")
    before, _, after = page.rpartition(number)
    return tuple(f"{before}{near}{after}{mark}{query}" for near in _beside(number, reach))


def neighbour_numbers(document_number: str, reach: int = REACH) -> tuple[str, ...]:
    """Return the document numbers at most `reach` from this one, of the same body and year, nearest first.

    For rows of lists, which print the number beside the title. What is no document number has none.
    """
    found = _NUMBER.match(document_number.strip())
    if found is None:
        return ()
    return tuple(f"{found[1]}{near}{found[3]}" for near in _beside(found[2], reach))


def _beside(number: str, reach: int) -> Iterator[str]:
    """Give the numbers beside one, as many digits wide where it begins with a nought."""
    for distance in range(1, reach + 1):
        for near in (int(number) + distance, int(number) - distance):
            if near > 0:
                yield str(near).zfill(len(number) if number.startswith("0") else 0)

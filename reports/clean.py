"""Foreign text made harmless for one line of a terminal, a feed or a page."""

import re
import unicodedata
from functools import lru_cache

_UNCERTAIN = re.compile(r"[^\x20-\x7e\u3000-\ud7ff\uff01-\uff5e]")
"""What may need a second look; letters of a Chinese page almost never do."""


def clean(text: str) -> str:
    """Return the text on one line, without characters that steer instead of being read.

    Breaks and tabs become a blank each. Control characters (an escape sequence loses its escape), bidi
    and zero-width marks, and code points that no text holds (Unicode 23.7, noncharacters) are dropped; half
    a surrogate pair becomes U+FFFD. Blanks stay as they are, so that what was aligned stays aligned.
    """
    return _UNCERTAIN.sub(lambda found: _safe(found[0]), text)


@lru_cache(maxsize=4096)
def _safe(character: str) -> str:
    if character.isspace() and unicodedata.category(character) != "Zs":
        return " "
    if unicodedata.category(character) == "Cs":
        return "�"
    steers = unicodedata.category(character) in ("Cc", "Cf")
    return "" if steers or _is_noncharacter(ord(character)) else character


def _is_noncharacter(code: int) -> bool:
    return code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF

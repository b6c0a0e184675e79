"""Bytes to text, before any parser sees them.

A page declared gb2312 that holds one character beyond it comes out of lxml and BeautifulSoup empty or
cut, without an error; strict UTF-8, then strict GB 18030 was right on every page tried, whatever was
declared (FACTS, section 5, trap 1). A declaration counts only where bytes cannot tell: Big5 and the
other double-byte sets of East Asia.
"""

import codecs
import re
from collections.abc import Iterator

from scraper.model import Decoded

BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
"""Longest first where one begins another."""

CHINESE = frozenset({"gb2312", "gbk", "gb18030", "cp936", "x-gbk", "gb_2312-80", "hz", "euc-cn"})
DECLARED_ONLY = {
    **dict.fromkeys(("big5", "big5-hkscs", "x-x-big5", "cp950"), "big5hkscs"),
    **dict.fromkeys(("shift_jis", "sjis", "x-sjis"), "cp932"),
    **dict.fromkeys(("euc-kr", "ks_c_5601-1987"), "cp949"),
    **{name: name for name in ("euc-jp", "iso-2022-jp", "utf-16", "utf-16le", "utf-16be")},
}
"""Sets that bytes alone do not betray, and the codec that reads the widest form of each."""

HEAD = 1 << 17
"""Bytes in which a page's own declaration is looked for; it may stand late, but in the head."""
_META = re.compile(rb"""<meta\b[^>]{0,300}?\bcharset\s*=\s*["']?\s*([\w.:-]{2,40})""", re.IGNORECASE)
_XML = re.compile(rb"""\A\s*<\?xml\b[^>]{0,200}?\bencoding\s*=\s*["']([\w.:-]{2,40})""", re.IGNORECASE)
_HEADER = re.compile(r"""\bcharset\s*=\s*["']?\s*([\w.:-]{2,40})""", re.IGNORECASE)


def decode(content: bytes, content_type: str | None) -> Decoded:
    """Turn a body into text; never raises.

    `content` is the body with its content coding undone, `content_type` the header's value, if any.
    What no charset explains stands as U+FFFD, is counted in `replaced` and said in `warnings`.
    `declared` is what the header says, else the page itself.
    """
    declared = declared_charset(content, content_type)
    for bom, charset in BOMS:
        if content.startswith(bom):
            rest = content[len(bom) :]
            return _strict(rest, charset, declared) or _lossy(rest, (charset,), declared)
    for charset in _guesses(content, declared):
        if decoded := _strict(content, charset, declared):
            return decoded
    return _lossy(content, ("utf-8",) if _nearly_utf8(content) else ("utf-8", "gb18030"), declared)


def is_surely_utf8(content: bytes) -> bool:
    """Tell whether `decode` takes a body for UTF-8 without a loss or a mark before it, whatever is declared.

    A NUL or an escape may be of a set that is tried first where it is declared (`_guesses`).
    """
    if b"\0" in content or b"\x1b" in content or content.startswith(codecs.BOM_UTF8):
        return False
    return _strict(content, "utf-8", None) is not None


def declared_charset(content: bytes, content_type: str | None) -> str | None:
    """Return the charset that header, meta (anywhere in the head, in any case) or XML declaration names."""
    header = _HEADER.search(content_type or "")
    if header:
        return header[1].lower()
    found = _XML.search(content[:HEAD]) or _META.search(content[:HEAD])
    return found[1].decode("ascii", "replace").lower() if found else None


def _guesses(content: bytes, declared: str | None) -> Iterator[str]:
    """Yield the charsets to try strictly, in order."""
    if declared == "iso-2022-jp" or ((declared or "").startswith("utf-16") and b"\0" in content):
        yield DECLARED_ONLY[declared or ""]
    yield "utf-8"
    if _nearly_utf8(content):
        return
    if declared in DECLARED_ONLY:
        yield DECLARED_ONLY[declared]
    yield "gb18030"


def _nearly_utf8(content: bytes) -> bool:
    """Whether a body is UTF-8 but for a cut end or a few damaged bytes (one in twenty characters).

    Short UTF-8 Chinese with a fault may pass as GB 18030, too; the other way round hardly ever.
    """
    sample = content[:HEAD].decode("utf-8", "replace").removesuffix("\ufffd")
    faults = sample.count("\ufffd")
    ascii_only = len(sample.encode("ascii", "ignore"))
    return faults * 20 <= len(sample) - ascii_only - faults


def _strict(content: bytes, charset: str, declared: str | None) -> Decoded | None:
    """Decode without a loss, or not at all."""
    try:
        text = content.decode(charset)
    except ValueError:
        return None
    return Decoded(text, charset, declared, warnings=_lies(declared, charset))


def _lossy(content: bytes, charsets: tuple[str, ...], declared: str | None) -> Decoded:
    """Decode with U+FFFD for what is at fault, by the charset that leaves the fewest."""
    texts = [(content.decode(charset, "replace"), charset) for charset in charsets]
    text, charset = min(texts, key=lambda found: found[0].count("\ufffd"))
    genuine = content.count("\ufffd".encode()) if charset == "utf-8" else 0
    replaced = text.count("\ufffd") - genuine
    warnings = (f"{replaced} places are no {charset} and stand as U+FFFD", *_lies(declared, charset))
    return Decoded(text, charset, declared, replaced, warnings)


def _lies(declared: str | None, charset: str) -> tuple[str, ...]:
    """Say where what was declared is not what the bytes are."""
    if declared is None or (charset == "utf-8" and declared in {"utf-8", "utf8"}):
        return ()
    if (charset == "gb18030" and declared in CHINESE) or DECLARED_ONLY.get(declared) == charset:
        return ()
    return (f"declared {declared}, read as {charset}",)

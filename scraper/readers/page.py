"""A page as a tree: parsed once, whole or with a word on what is missing.

Browsers forgive what parsers do not. gov.cn closes `</html>` before the article (FACTS, section 4); a
tag with 100 000 attributes costs libxml2 ten seconds, because it compares each with all before it;
10 MB of `<p>x` become 700 MB of nodes. So the text is made harmless first, and what was taken away is
said in `Page.warnings`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, cast

from lxml import etree

from scraper.chinese import fold

__all__ = ["Page", "fold", "parse_page", "text_of"]

SMALL = 1 << 16
"""Bytes of a page that nothing inside can make slow: 20 000 attributes take 0.3 s."""
LARGE = 1 << 21
"""Bytes from which on nodes are counted: a smaller page has no room for 300 MB of them."""
ATTRIBUTES = 256
"""Attributes of one tag that are kept; pages of the family have up to 20."""
TAGS = 200_000
"""Tags of one page that are kept; the largest saved page has 14 000."""
NODES = 500_000
"""Attributes of all the tags of one page that are kept, counted by blanks and `=`: about twice too high."""

SURROGATES = re.compile("[\ud800-\udfff]")
CONTROLS = [bytes([code]) for code in (*range(9), 11, *range(14, 32))]
"""Control characters that are no blanks in HTML."""
CONTROL = re.compile(b"[" + b"".join(CONTROLS) + b"]")
END = re.compile(rb"</[hHbB][tToO][mMdD][lLyY]\s*+>")
"""The ends of html and body, and of no other element."""
ENDS = re.compile(rf"(?:{END.pattern.decode()}\s*+)++".encode())
DECLARATION = re.compile(rb"\A\s*+<\?xml[^>]*+>")

_ATTRIBUTE = r"""[\s/]*+[^\s/>][^\s/>=]*+(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s>"'][^\s>]*+)?+)?+"""
_OPENING = r"[a-zA-Z][^\s/>]*+"
_COMMENT = "!--(?:[^-]++|-(?!->))*+"
_FEW_ATTRIBUTES = rf"(?:{_ATTRIBUTE}){{0,{ATTRIBUTES}}}+(?!{_ATTRIBUTE})"
_FEW = f"{_OPENING}{_FEW_ATTRIBUTES}"
_RAW = "script|style|textarea"
_FEW_RAW = "|".join(rf"{tag}(?=[\s/>]){_FEW_ATTRIBUTES}(?:[^<]++|<(?!/{tag}))*+" for tag in _RAW.split("|"))
_PLAIN = r"""(?![sStT])[a-zA-Z][a-zA-Z0-9]*+(?: [a-zA-Z]++="[^"<]*+"){0,20}+ ?/?>"""
ORDINARY = re.compile(
    rf"[^<]*+(?:<(?:/|{_PLAIN}|{_COMMENT}|(?i:{_FEW_RAW})|{_FEW}|(?![a-zA-Z]))[^<]*+)*+".encode()
)
"""A page without a tag of too many attributes; `_PLAIN` are some tags of `_FEW` that are told sooner."""
TOKEN = re.compile(
    rf"<(?:{_COMMENT}|(?:(?=(?P<raw>(?i:{_RAW}))[\s/>]))?(?P<opening>{_OPENING})(?P<attributes>(?:{_ATTRIBUTE})*+)"
    r"(?(raw)(?:[^<]++|<(?!/(?i:(?P=raw))))*+))"
)
ATTRIBUTE = re.compile(_ATTRIBUTE)

WORDS = etree.XPath("descendant-or-self::text()[not(parent::script or parent::style)]", smart_strings=False)

NAMES = etree.XPath("//@class | //@id | //meta/@name", smart_strings=False)


@dataclass(frozen=True, slots=True, eq=False)
class Page:
    """A page's text and its HTML tree.

    `text` is the page as decoded, `url` its address where known, `root` the `html` element (without
    comments and processing instructions; one is made up where there is nothing), `names` all its classes
    and ids and the names of its metas, `warnings` what the tree lacks of the text, and why.
    """

    text: str
    url: str | None
    root: Any = field(repr=False)
    names: frozenset[str] = frozenset()
    warnings: tuple[str, ...] = ()


def parse_page(text: str, url: str | None, encoded: bytes | None = None) -> Page:
    """Parse a page's text; any text has a tree.

    `encoded` is the text in UTF-8, where that is at hand (for a page of 1 MB it saves 0.9 ms). Every
    `</html>` and `</body>` goes that anything follows (HTML lets both be left out, and nothing may come to
    stand behind the root), control characters and lone surrogates become U+FFFD. 10 MB take less than a
    second.
    """
    warnings: list[str] = []
    content = utf8(text) if encoded is None else encoded
    content = DECLARATION.sub(b"", content, count=1)
    if any(map(content.__contains__, CONTROLS)):
        content = CONTROL.sub("\ufffd".encode(), content)
    if not is_ordinary(content):
        content = utf8("".join(bounded(content.decode(), warnings)))
    # A declared charset would be believed over the text's own, were it not given to the parser.
    parser = etree.HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True, collect_ids=False
    )
    try:
        root = etree.fromstring(without_ends(content), parser)
    except etree.LxmlError:
        root = None
    if root is None:
        root = etree.Element("html")
    warnings.extend(limits(parser))
    names = frozenset(" ".join(set(cast("list[str]", NAMES(root)))).split())
    return Page(text, url, root, names, tuple(warnings))


def without_ends(content: bytes) -> bytes:
    """Return a page without its `</html>` and `</body>`; those that nothing follows may stay."""
    first = END.search(content)
    return content if first is None or ENDS.fullmatch(content, first.start()) else END.sub(b"", content)


def is_ordinary(content: bytes) -> bool:
    """Whether a page is small, or neither large nor with a tag of too many attributes."""
    size = len(content)
    return size <= SMALL or (size <= LARGE and ORDINARY.fullmatch(content) is not None)


def utf8(text: str) -> bytes:
    """Encode a text; lone surrogates become U+FFFD."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        return SURROGATES.sub("\ufffd", text).encode()


def limits(parser: etree.HTMLParser) -> Iterator[str]:
    """Yield what libxml2 says of limits that it ran into (depth 2048, sizes); it stops reading there."""
    for error in parser.error_log.filter_from_fatals():
        if error.type_name in {"ERR_RESOURCE_LIMIT", "ERR_NO_MEMORY", "ERR_NAME_TOO_LONG"}:
            yield f"the page is not read behind line {error.line}: {error.message}"
            return


def bounded(text: str, warnings: list[str]) -> Iterator[str]:
    """Yield a page's text without the tags and attributes beyond the bounds, and say so once each."""
    tags = nodes = end = 0
    shortened = False
    for token in TOKEN.finditer(text):
        tags += 1
        if tags > TAGS:
            warnings.append(f"the page is read up to its tag {TAGS}, character {token.start()}")
            yield text[end : token.start()]
            return
        rest = token["attributes"]
        if not rest:
            continue
        if len(rest) <= 2 * ATTRIBUTES:
            nodes += rest.count("=") + len(rest.split())
            if nodes <= NODES:
                continue
        room = ATTRIBUTES if nodes <= NODES else 0
        kept = "".join(found[0] for found in islice(ATTRIBUTE.finditer(rest), room))
        nodes += room
        if len(kept) < len(rest):
            shortened = True
            yield text[end : token.end("opening")] + kept
            end = token.end("attributes")
    yield text[end:]
    if shortened:
        warnings.append(
            f"attributes are left out, of tags with more than {ATTRIBUTES} or of all behind {NODES}"
        )


def text_of(element: Any) -> str:
    """Return an element's text as one line, without what its scripts and styles say."""
    return fold("".join(cast("list[str]", WORDS(element))))

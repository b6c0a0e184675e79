"""The body of a notice as text: a line a paragraph, a line a table's row, no scripts.

Made by a transformation, since a walk over the nodes in Python costs four times as much. Until the end
noncharacters of Unicode stand for a line's end and for both ends of a cell: no page may hold them
(Unicode, section 23.7), and XML lets them stand in the transformation, as it does no control character.
"""

import re
from typing import Any

from lxml import etree

from scraper.chinese import UNSEEN

LONG = 300
"""Characters of a cell that holds more than a value: tables also laid pages out."""

LINE, OPEN, CLOSE = "\ufdd0", "\ufdd1", "\ufdd2"
_BLOCKS = "p|div|li|ul|ol|tr|table|h1|h2|h3|h4|h5|h6|dl|dt|dd|hr|br|blockquote|section|center|pre|caption"
_MARKED = etree.XSLT(
    etree.XML(f"""
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
  <xsl:output method="text"/>
  <xsl:template match="/*" priority="1"><xsl:apply-templates/></xsl:template>
  <xsl:template match="script|style|noscript|iframe"/>
  <xsl:template match="{_BLOCKS}">{LINE}<xsl:apply-templates/>{LINE}</xsl:template>
  <xsl:template match="td|th">{OPEN}<xsl:apply-templates/>{CLOSE}</xsl:template>
</xsl:stylesheet>""")
)
_CELL = re.compile(f"{OPEN}[^{OPEN}{CLOSE}]*")
_NEXT_CELL = re.compile(rf"{CLOSE}\s*{OPEN}")
_EMPTY_ROW = re.compile(r"^[| ]+\n?", re.MULTILINE)
_WIDTHLESS = (
    "\u00ad\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2061\u2062\u2063\u2064\ufeff"
)


def text_lines(element: Any) -> str:
    """Return an element's text, lines separated by line feeds, cells of a row by ` | `."""
    marked = str(_MARKED(element))
    if any(map(marked.__contains__, _WIDTHLESS)):
        marked = UNSEEN.sub("", marked)
    if OPEN in marked:
        marked = _NEXT_CELL.sub(" | ", _CELL.sub(_one_line, marked))
        marked = marked.replace(OPEN, LINE).replace(CLOSE, LINE)
    lines = " ".join(marked.split()).split(LINE)
    text = "\n".join(filter(None, map(str.strip, lines)))
    return _EMPTY_ROW.sub("", text).strip() if "|" in text else text


def _one_line(cell: re.Match[str]) -> str:
    """Return a cell's content, its paragraphs on one line; a cell with an article in it keeps its lines."""
    return cell[0] if len(cell[0]) > LONG else cell[0].replace(LINE, " ")

"""The body of a notice as text: a line a paragraph, a line a table's row, no scripts.

Made from the serialised element by a few substitutions, since a walk over its nodes in Python costs
five times as much; on bytes, because these are shorter. libxml2 escapes `<` and `>` wherever they are
no markup, so the substitutions are exact. Until the end U+0002 stands for a line's end, U+0003 and
U+0004 for those of a cell.
"""

import re
from typing import Any

from lxml import etree

from scraper.chinese import UNSEEN

LONG = 300
"""Characters of a cell that holds more than a value: tables also laid pages out."""

_HIDDEN = re.compile(
    rb"<(?:script|style|noscript|iframe)\b[^>]*+(?<=/)>|<(script|style|noscript|iframe)\b[^>]*>.*?</\1>",
    re.DOTALL,
)
_LINE = re.compile(
    rb"</?(?:p|div|li|ul|ol|tr|table|h[1-6]|dl|dt|dd|hr|br|blockquote|section|center|pre|caption)\b[^>]*>"
)
_OPEN_CELL = re.compile(rb"<t[dh]\b[^>]*>")
_VOID_CELL = re.compile(rb"<t[dh]\b[^>]*+(?<=/)>")
_CLOSE_CELL = re.compile(rb"</t[dh]>")
_TAG = re.compile(rb"<[^>]*>")
_CELL = re.compile("\x03[^\x03\x04]*")
_NEXT_CELL = re.compile(r"\x04\s*\x03")
_BLANKS = re.compile(r"[^\S\x02]+")
_LINES = re.compile(r"\s*[\x02\x03\x04][\s\x02-\x04]*")
_EMPTY_ROW = re.compile(r"^[| ]+\n?", re.MULTILINE)


def text_lines(element: Any) -> str:
    """Return an element's text, lines separated by line feeds, cells of a row by ` | `."""
    markup = etree.tostring(element, encoding="utf-8", with_tail=False)
    markup = markup[markup.index(b">") + 1 :]
    if any(tag in markup for tag in (b"<script", b"<style", b"<noscript", b"<iframe")):
        markup = _HIDDEN.sub(b"", markup)
    marked = _LINE.sub(b"\x02", markup)
    if b"<t" in marked:
        marked = _OPEN_CELL.sub(b"\x03", _VOID_CELL.sub(b"\x03\x04", marked))
        marked = _CLOSE_CELL.sub(b"\x04", marked)
    plain = UNSEEN.sub("", _unescaped(_TAG.sub(b"", marked).decode()))
    if "\x03" in plain:
        plain = _NEXT_CELL.sub(" | ", _CELL.sub(_one_line, plain))
    return _EMPTY_ROW.sub("", _LINES.sub("\n", _BLANKS.sub(" ", plain))).strip()


def _unescaped(text: str) -> str:
    """Undo what libxml2 escapes in a text; `html.unescape` takes 0.5 s for a million of these."""
    if "&" not in text:
        return text
    plain = text.replace("&lt;", "<").replace("&gt;", ">").replace("&#13;", " ")
    return plain.replace("&amp;", "&")


def _one_line(cell: re.Match[str]) -> str:
    """Return a cell's content, its paragraphs on one line; a cell with an article in it keeps its lines."""
    return cell[0] if len(cell[0]) > LONG else cell[0].replace("\x02", " ")

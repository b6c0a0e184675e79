"""A page from elsewhere, made harmless: structure and text stay, what could run, load or lead away goes."""

import nh3
from markupsafe import Markup

KEPT = frozenset(
    (
        *("article", "aside", "b", "big", "blockquote", "br", "caption", "center", "cite", "code", "col"),
        *("colgroup", "dd", "del", "div", "dl", "dt", "em", "figcaption", "figure", "font", "footer", "h1"),
        *("h2", "h3", "h4", "h5", "h6", "header", "hr", "i", "ins", "li", "main", "nav", "ol", "p", "pre"),
        *("q", "s", "section", "small", "span", "strike", "strong", "sub", "sup", "table", "tbody", "td"),
        *("tfoot", "th", "thead", "tr", "u", "ul"),
    )
)
EMPTIED = frozenset(
    (
        *("applet", "head", "iframe", "noscript", "object", "script", "style", "svg", "math", "template"),
        *("textarea", "title"),
    )
)
"""Elements whose content is no text of the page."""
ATTRIBUTES = {"td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"}, "ol": {"start"}}


def sanitised(text: str) -> Markup:
    """Return a page's HTML with nothing but the elements and attributes above: no link, image or style."""
    made = nh3.clean(
        text,
        tags=set(KEPT),
        clean_content_tags=set(EMPTIED),
        attributes={tag: set(names) for tag, names in ATTRIBUTES.items()},
        url_schemes=set(),
        link_rel=None,
    )
    return Markup(made)  # noqa: S704 - nh3 has just cleaned it

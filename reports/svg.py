"""A drawing made fit for any page: nothing in it runs, loads or styles, and it says what it shows."""

import re
from typing import Final

from lxml import etree

SVG: Final = "http://www.w3.org/2000/svg"
DRAWN: Final = frozenset(
    f"{{{SVG}}}{name}"
    for name in (
        "svg",
        "g",
        "path",
        "line",
        "rect",
        "circle",
        "text",
        "tspan",
        "title",
        "desc",
        "clipPath",
        "defs",
    )
)
"""The elements that a drawing may have."""
_HOW = (
    "viewBox width height x y x1 y1 x2 y2 cx cy r rx ry d transform fill fill-opacity stroke stroke-width"
    " stroke-dasharray stroke-opacity stroke-miterlimit stroke-linecap stroke-linejoin opacity text-anchor"
    " font-size font-weight clip-path id"
)
SHAPE: Final = frozenset(_HOW.split())
"""The attributes that say how something is drawn; all others go."""

_CHINESE = re.compile("[\u3400-\u9fff\uf900-\ufaff]")
_PAINT = re.compile(r"url\((?!#)", re.IGNORECASE)


def harmless(svg: str, name: str, title: str, description: str) -> str:
    """Return the SVG with only shapes and text left, scaled by its place, its title and description in it.

    `name` makes its ids unique on the page.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    root = etree.fromstring(svg.encode(), parser)
    for element in list(root.iter()):
        _keep_what_is_drawn(element, name)
    del root.attrib["height"]  # the page makes it as high as its width asks for
    root.set("overflow", "visible")  # a font may be wider than the one that was measured
    root.set("class", "chart")
    root.set("role", "img")
    root.set("aria-labelledby", f"{name}-title")
    root.set("aria-describedby", f"{name}-desc")
    root.set("font-family", "inherit")
    for tag, said in (("desc", description), ("title", title)):
        child = etree.Element(f"{{{SVG}}}{tag}", nsmap=None)
        child.set("id", f"{name}-{tag}")
        child.text = said
        root.insert(0, child)
    etree.cleanup_namespaces(root)
    return etree.tostring(root, encoding="unicode")


def _keep_what_is_drawn(element: etree._Element, name: str) -> None:
    parent = element.getparent()
    if element.tag not in DRAWN:
        if parent is not None:
            parent.remove(element)
        return
    for key, value in list(element.attrib.items()):
        if key not in SHAPE or _PAINT.search(str(value)):
            del element.attrib[key]
    if own := element.get("id"):
        element.set("id", f"{name}-{own}")
    if clip := element.get("clip-path"):
        element.set("clip-path", str(clip).replace("url(#", f"url(#{name}-"))
    if element.text and _CHINESE.search(element.text):
        element.set("lang", "zh-Hans")

"""Notices of other ministries and governments: the templates that they share.

Most sites run TRS WCM, whose editor leaves its class around every text, or JCMS; both come with the
standard metas ArticleTitle, PubDate and ContentSource. PubDate may be the time of building, and
ArticleTitle may hold markup, so both count only beside what the page shows (FACTS, section 5).
"""

from collections.abc import Iterator

from scraper.readers.layout import Layout, Selector, named

TRS = (
    ("2021", "trs_editor_view"),
    ("2021", "TRS_UEDITOR"),
    ("2010", "TRS_Editor"),
    ("2010", "TRS_PreAppend"),
    ("disclosure", "gsj_htmlcon_bot"),
    ("autoadd", "TRS_AUTOADD"),
    ("union", "Custom_UnionStyle"),
)
"""Generations of TRS, by the class or id around the text; the younger one may hold the older."""

NAMED = (
    *(
        "zoom",
        "Zoom",
        "fontzoom",
        "zoomcon",
        "mainText",
        "con_con",
        "UCAP-CONTENT",
        "artical",
        "articleContent",
    ),
    *(
        "article-content",
        "article_content",
        "article_con",
        "arc_body",
        "bt_content",
        "art_con",
        "pages_content",
    ),
    *(
        "xxgk_content",
        "xl_content",
        "content_body",
        "txt-content",
        "news_content",
        "TextContent",
        "js_content",
    ),
    *(
        "ivs_content",
        "xw_box",
        "BodyLabel",
        "vsb_content",
        "v_news_content",
        "wip_art_con",
        "zwxl-article",
        "detail_content",
        "articleCon",
    ),
)
"""Classes or ids around the text in JCMS and in templates of a site's own."""


def by_name(names: tuple[tuple[str, str], ...], marks: tuple[str, ...], prefix: str) -> Iterator[Layout]:
    """Yield a layout for each (name, class or id of the body), in order."""
    for layout, name in names:
        yield Layout(
            reader="ministry",
            name=f"{prefix}{layout}",
            marks=(name, *marks),
            body=Selector(f".{name}, #{name}", named(name), most=None),
            dateline=True,
        )


LAYOUTS = (
    *by_name(TRS, (), "ministry/trs-"),
    *by_name(tuple((f"metas-{name}", name) for name in NAMED), ("ArticleTitle",), "ministry/"),
)
"""In this order; the first that fits is recorded."""

"""Notices of the central government's site, www.gov.cn (FACTS, section 4).

The policy library of 2019 cuts its 发布日期 to the year, the one of 2023 has none at all: there the meta
`firstpublishedtime` tells (`2018-12-31-10:12:00`; in 2019 the minutes repeat the month). News show
`div.pages-date`. Since 2023 `</html>` is closed before the article, which `page.parse_page` mends.
"""

from scraper.readers.layout import Layout, MetaRule, Selector, has

META = "firstpublishedtime"
CONTENT = Selector("#UCAP-CONTENT", "//*[@id='UCAP-CONTENT']", most=2)
PAGES = f"//div[{has('pages_content')}]"
EITHER = Selector("#UCAP-CONTENT, div.pages_content", f"//*[@id='UCAP-CONTENT'] | {PAGES}", most=3)
LIBRARY = f"//div[{has('policyLibraryOverview_header')}]"

LAYOUTS = (
    Layout(
        reader="govcn",
        name="govcn/library-2023",
        marks=("policyLibraryOverview_header", "pcTable"),
        heads=Selector("table.pcTable", f"{LIBRARY}//table[{has('pcTable')}]"),
        body=EITHER,
        meta=META,
        rule=MetaRule.ALONE,
    ),
    Layout(
        reader="govcn",
        name="govcn/library-2019",
        marks=("policyLibraryOverview_header",),
        heads=Selector("div.policyLibraryOverview_header table", f"{LIBRARY}//table"),
        body=EITHER,
        meta=META,
        rule=MetaRule.YEAR,
    ),
    Layout(
        reader="govcn",
        name="govcn/content-2019",
        marks=("UCAP-CONTENT", "bd1"),
        heads=Selector("table.bd1", f"//table[{has('bd1')}]", most=4),
        body=CONTENT,
        meta=META,
        rule=MetaRule.YEAR,
    ),
    Layout(
        reader="govcn",
        name="govcn/news",
        marks=("pages-date",),
        title=Selector("div.article h1, h1#ti", f"//div[{has('article')}]//h1 | //h1[@id='ti']", most=2),
        heads=Selector("div.pages-date", f"//div[{has('pages-date')}]", most=2),
        body=EITHER,
        meta=META,
        dateline=True,
    ),
    Layout(
        reader="govcn",
        name="govcn/news-2014",
        marks=("pages-date", "pages-title"),
        title=Selector("div.pages-title", f"//div[{has('pages-title')}]"),
        heads=Selector("div.pages-date", f"//div[{has('pages-date')}]", most=2),
        body=EITHER,
        meta=META,
        dateline=True,
    ),
    Layout(
        reader="govcn",
        name="govcn/gazette",
        marks=("UCAP-CONTENT",),
        path="/gongbao/",
        body=CONTENT,
        meta=META,
        rule=MetaRule.YEAR,
        dateline=True,
    ),
    Layout(
        reader="govcn",
        name="govcn/page",
        marks=("UCAP-CONTENT",),
        body=CONTENT,
        meta=META,
        dateline=True,
    ),
)
"""In this order; the first that fits is recorded."""

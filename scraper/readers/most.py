"""Notices of the ministry of science and technology, www.most.gov.cn: three generations of its pages.

Until the redesign of 2021 pages were GBK, with `#Title`, a line 日期：… and `#Zoom`. Since then disclosures
(信息公开) have a header table, and 通知通告 a title, a line of notes and the text (FACTS, section 3).
"""

from scraper.readers.layout import Layout, Selector, has

ZOOM = Selector("#Zoom", "//*[@id='Zoom']")

LAYOUTS = (
    Layout(
        reader="most",
        name="most/disclosure-2021",
        marks=("xxgk_detail_head",),
        heads=Selector("div.xxgk_detail_head", f"//div[{has('xxgk_detail_head')}]"),
        title=Selector("div.xxgk_title", f"//div[{has('xxgk_title')}]", least=0),
        body=ZOOM,
    ),
    Layout(
        reader="most",
        name="most/tztg-2021",
        marks=("title_wide", "wide"),
        title=Selector("div.title_wide", f"//div[{has('title_wide')}]"),
        heads=Selector("div.notes", f"//div[{has('notes')}]", least=0),
        body=Selector("div.text.wide", f"//div[{has('text')} and {has('wide')}]"),
    ),
    Layout(
        reader="most",
        name="most/gbk-before-2021",
        marks=("Title", "Zoom"),
        title=Selector("#Title", "//*[@id='Title']"),
        body=ZOOM,
    ),
)
"""In this order; the first that fits is recorded."""

"""The document of `parse --json` is the contract's, for every kind of reading."""

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scraper.model import (
    Attachment,
    Candidate,
    Entry,
    FieldReading,
    Listing,
    Notice,
    Reading,
    Refused,
    Unreadable,
)
from scraper.readers import read
from scraper.readers.document import as_document

NOTICE = Notice(
    url="https://www.most.gov.cn/a.html",
    reader="most",
    layout="most/disclosure-2021",
    title="关于公布的通知",
    published=date(2021, 12, 21),
    document_number="国科办农〔2021〕150号",
    text="正文",
    attachments=(Attachment("https://www.most.gov.cn/a.doc", "名单"),),
    official=True,
    fields=(
        FieldReading("published", "label 发布日期", (Candidate("2021-12-20", "address"),)),
        FieldReading("signed", None),
    ),
    warnings=("published: label 发布日期 says 2021-12-21, address says 2021-12-20",),
)


def test_a_notice_has_the_contracts_keys_in_their_order() -> None:
    assert list(as_document(NOTICE)) == [
        *("kind", "title", "published", "signed", "document_number", "issuer", "addressee", "index_number"),
        *("source", "text", "attachments", "official", "layout", "reader", "fields", "warnings"),
    ]


def test_days_are_iso_and_absent_fields_are_null() -> None:
    document = as_document(NOTICE)
    assert (document["kind"], document["published"], document["signed"]) == ("notice", "2021-12-21", None)
    assert (document["issuer"], document["official"]) == (None, True)
    assert document["attachments"] == [{"url": "https://www.most.gov.cn/a.doc", "text": "名单"}]


def test_a_field_says_where_it_was_read_and_what_else_might_have_been_it() -> None:
    assert as_document(NOTICE)["fields"] == {
        "published": {"from": "label 发布日期", "candidates": [{"value": "2021-12-20", "where": "address"}]},
        "signed": {"from": None, "candidates": []},
    }


def test_official_is_null_without_an_address() -> None:
    text = "<h1>关于公布的通知</h1><div>发布时间：2020-01-02</div><div class='TRS_Editor'>正文</div>"
    assert as_document(read(text))["official"] is None


def test_a_listing_has_its_rows_and_the_next_page() -> None:
    rows = (Entry("https://a/1", "甲", date(2020, 1, 2), "甲〔2020〕1号"), Entry("https://a/2", "乙"))
    document = as_document(Listing("https://a/", "most", "most/list-2021", rows, "https://a/index_1.html"))
    assert (document["kind"], document["next"]) == ("listing", "https://a/index_1.html")
    assert document["entries"] == [
        {"url": "https://a/1", "title": "甲", "published": "2020-01-02", "document_number": "甲〔2020〕1号"},
        {"url": "https://a/2", "title": "乙", "published": None, "document_number": None},
    ]


@pytest.mark.parametrize(
    ("reading", "kind"),
    [(Refused("a challenge", "wall"), "refused"), (Unreadable("a challenge"), "unreadable")],
)
def test_what_is_no_page_has_a_kind_and_a_reason(reading: Reading, kind: str) -> None:
    assert as_document(reading) == {"kind": kind, "because": "a challenge"}


@given(st.text(max_size=200))
def test_every_reading_is_a_document(text: str) -> None:
    document = as_document(read(text))
    assert document["kind"] in {"notice", "listing", "refused", "unreadable"}
    assert json.loads(json.dumps(document)) == document

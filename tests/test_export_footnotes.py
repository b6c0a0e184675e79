"""Every footnote again: as printed, its state, the address that works today, why one is missing."""

import csv
import io
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.model import Finding, FindingKind, LinkState, Role, Snapshot, Source, Standing, State
from monitor.updates import update
from reports import footnotes
from reports.footnotes import COLUMNS, NOT_ARCHIVED, Footnote
from scraper.model import Notice
from tests.accepted import NEW, dossier, finding, guangzhou

AT = datetime(2021, 3, 10, 4, tzinfo=UTC)
FN09 = "https://www.most.gov.cn/xxgk/xinxifenlei/fdzdgknr/qtwj/qtwj2020/202003/t20200309_152220.html"
JINAN = "http://www.most.gov.cn/mostinfo/xinxifenlei/fgzc/gfxwj/gfxwj2020/202003/t20200309_152222.htm"


def found(
    *findings: Finding,
    sources: tuple[Source, ...] = (),
    standings: tuple[Standing, ...] = (),
    archived: dict[int, str] | None = None,
) -> tuple[Footnote, ...]:
    known = {one.id: one for one in sources}
    updated = update(dossier(), findings, {})
    return footnotes.footnotes(updated, known, {one.source: one for one in standings}, archived)


def standing(footnote: int, state: State, url: str | None = None) -> Standing:
    name = f"ai-pilot-zones/fn{footnote:02}"
    notice = Notice(
        url, "most", "disclosure", "科技部关于支持成都建设试验区的函", date(2020, 3, 9),
        document_number="国科函规〔2020〕13号", issuer="科技部",
    )  # fmt: skip
    seen = Snapshot(1, name, 1, AT, url or "", notice, "x")
    return Standing(name, LinkState(state=state, last_good=AT), url=url, snapshot=seen)


def render(form: str, *notes: Footnote) -> str:
    return footnotes.render(notes or found(), form, dossier="ai-pilot-zones", title="Zones & more")


def csv_rows(*notes: Footnote) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(render("csv", *notes))))


def test_every_footnote_is_there_once_in_order() -> None:
    assert [one.footnote for one in found()] == list(range(1, 13))
    assert [one.footnote for one in found(guangzhou())] == list(range(1, 14))


def test_each_is_given_as_printed_with_its_repair_in_the_note() -> None:
    row = csv_rows()[2]
    assert row["printed"].endswith("/201906/t20190611 147034.htm")
    assert row["status"] == "repaired"
    assert row["note"].startswith("blank for underscore")


def test_a_page_that_moved_works_at_its_new_address() -> None:
    one = found(standings=(standing(9, State.MOVED, FN09),))[8]
    assert (one.works, one.state) == (FN09, State.MOVED)
    row = csv_rows(one)[0]
    assert (row["works_today"], row["state"]) == (FN09, "works at a new address")
    assert row["last_seen"] == "2021-03-10T04:00:00Z"


@pytest.mark.parametrize("state", [State.DEAD, State.SUSPECTED, State.FAILING, State.UNSTABLE, State.UNSEEN])
def test_an_address_that_cannot_be_had_is_not_given_as_one_that_works(state: State) -> None:
    one = found(standings=(standing(9, state),))[8]
    assert one.works is None
    assert one.followed is not None and f"last known address: {one.followed}" in one.note


def test_an_address_never_looked_at_is_not_said_to_work() -> None:
    row = csv_rows()[8]
    assert (row["works_today"], row["state"]) == ("", "not looked at yet")
    assert "last known address: http://www.most.gov.cn/" in row["note"]


def test_a_footnote_cut_off_is_unresolved_and_says_why() -> None:
    row = csv_rows()[10]
    assert (row["state"], row["works_today"]) == ("unresolved", "")
    assert row["note"].startswith("cut off after the date")


def test_a_page_found_for_a_cut_off_footnote_is_given_while_it_waits_for_review() -> None:
    source = Source("ai-pilot-zones/fn11", "ai-pilot-zones", Role.NOTICE, JINAN, footnote=11)
    one = found(sources=(source,), standings=(standing(11, State.ALIVE),))[10]
    assert (one.works, one.status) == (JINAN, "unresolved")
    assert f"waits for review: {JINAN}" in one.note


def test_an_accepted_resolution_is_the_footnote_s_address() -> None:
    accepted = finding(1, FindingKind.CITATION_RESOLVED, subject="ai-pilot-zones/fn11", url=JINAN)
    one = found(accepted)[10]
    assert (one.followed, one.status) == (JINAN, "repaired")
    assert "waits for review" not in one.note


def test_a_superseded_document_is_marked() -> None:
    repeal = finding(
        1, FindingKind.SUPERSEDED, subject="ai-pilot-zones/fn01", document_number="国科发规〔2020〕254号"
    )
    assert "superseded by 国科发规〔2020〕254号" in found(repeal)[0].note


def test_a_new_zone_s_letter_is_followed_under_its_own_source() -> None:
    name = "ai-pilot-zones/t20200904_158650"
    moved = Standing(name, LinkState(state=State.MOVED, last_good=AT), url=f"{NEW}158650.html")
    one = found(guangzhou(), standings=(moved,))[-1]
    assert (one.what, one.works) == ("Guangzhou (广州)", f"{NEW}158650.html")


def test_an_archived_copy_is_given_or_the_reason_why_there_is_none() -> None:
    copy = "https://web.archive.org/web/2020/http://www.most.gov.cn/"
    rows = csv_rows(*found(archived={9: copy}))
    assert (rows[8]["archived"], rows[8]["why_not_archived"]) == (copy, "")
    assert (rows[7]["archived"], rows[7]["why_not_archived"]) == ("", NOT_ARCHIVED)


def test_markdown_has_a_heading_a_footnote() -> None:
    lines = render("markdown").splitlines()
    assert lines[0] == r"# Footnotes: Zones \& more"
    headings = [line for line in lines if line.startswith("## ")]
    assert len(headings) == 12
    assert headings[1] == "## 2. Beijing (北京)"


def test_csv_has_the_columns_that_it_names() -> None:
    rows = list(csv.reader(io.StringIO(render("csv"))))
    assert tuple(rows[0]) == COLUMNS
    assert {len(row) for row in rows} == {len(COLUMNS)}


ENTRY = re.compile(r"@misc\{(?P<key>[^,]+),\n(?P<fields>(?:  \w+ = \{.*\},\n)+)\}\n")
FIELD = re.compile(r"  (\w+) = \{(.*)\},")


def entries(text: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Read BibTeX as a reader does that knows braces; nothing may be left over."""
    assert ENTRY.sub("", text).strip() == ""
    for entry in ENTRY.finditer(text):
        yield entry["key"], dict(FIELD.findall(entry["fields"]))


def test_bibtex_has_an_entry_a_footnote_with_what_is_known() -> None:
    read = dict(entries(render("bibtex", *found(standings=(standing(9, State.MOVED, FN09),)))))
    assert len(read) == 12
    entry = read["ai-pilot-zones-fn09"]
    assert entry["title"] == "{科技部关于支持成都建设试验区的函}"
    assert (entry["author"], entry["number"]) == ("{科技部}", "国科函规〔2020〕13号")
    assert (entry["date"], entry["year"], entry["urldate"]) == ("2020-03-09", "2020", "2021-03-10")
    assert entry["url"] == FN09
    assert entry["note"].startswith("Footnote 9, printed as http")


def test_an_entry_without_an_address_has_no_url() -> None:
    entry = dict(entries(render("bibtex")))["ai-pilot-zones-fn11"]
    assert "url" not in entry
    assert entry["note"].endswith("unresolved")


@given(st.text(st.characters(exclude_categories=("Cs",)), max_size=30))
def test_whatever_a_title_holds_braces_pair_and_an_entry_ends_where_it_should(title: str) -> None:
    one = Footnote(
        1, title, title, "intact", State.ALIVE, f"http://a/{title}", f"http://a/{title}", AT, title
    )
    text = render("bibtex", one)
    ((_, fields),) = entries(text)
    bare = re.sub(r"\\[{}]", "", text)
    assert bare.count("{") == bare.count("}")
    assert "title" in fields and re.search(r"[{}\s]", fields["url"]) is None


@given(st.text("ab{}\\&%$#_~^", max_size=20))
def test_what_tex_would_obey_is_escaped(text: str) -> None:
    told = footnotes.tex(text)
    escapes = r"\\textbackslash\{\}|\\textasciitilde\{\}|\\textasciicircum\{\}|\\[{}&%$#_]"
    assert re.fullmatch(rf"(?:[ab]|{escapes})*", told)


def test_another_form_is_refused() -> None:
    with pytest.raises(ValueError, match="markdown, csv, bibtex"):
        render("ris")


def test_a_footnote_for_programs_has_iso_times_and_nulls() -> None:
    document = footnotes.as_document(found(standings=(standing(9, State.ALIVE),))[8])
    assert document["last_seen"] == "2021-03-10T04:00:00Z"
    assert (document["archived"], document["why_not_archived"]) == (None, NOT_ARCHIVED)
    assert document["published"] == "2020-03-09"

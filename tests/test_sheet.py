"""The period's sheet: one row a source, what asks for eyes first, every point of it told."""

from dataclasses import replace
from datetime import date

import pytest

from monitor.model import Role
from monitor.spans import Importance, Judgement, Verdict
from reports.priority import BACK, EDITED, LONGEST, LOST, TEXT, UNLISTED
from reports.sheet import key_terms, unlisted
from scraper.addresses import match_key
from scraper.model import Attachment, Entry, OutcomeKind
from tests.reports_sample import finding, pilot_zones
from tests.sheet_sample import LISTING, NOTICE, ROWS, edited, line, made, source, span
from tests.sheet_sample import TEXT as WHOLE

LETTER = "北京市人民政府：来函收悉。" * 30


def whys(first: object, last: object = None, **more: object) -> list[str]:
    return [part.why for part in line(first, last, **more).parts]  # type: ignore[arg-type]


def test_a_row_is_named_by_its_source_and_both_snapshots() -> None:
    assert line(NOTICE, edited(title="另")).id == "R5-51-67"
    assert line(NOTICE).id == "R5-51-51"
    assert line(None).id == "R5-0-0"


def test_the_priority_is_the_sum_of_its_parts_the_heaviest_first() -> None:
    row = line(NOTICE, edited(text=LETTER, title="另一标题", document_number=None))
    assert row.priority == sum(part.points for part in row.parts) > 0
    assert [part.points for part in row.parts] == sorted((part.points for part in row.parts), reverse=True)
    assert all(part.why for part in row.parts)


def test_a_page_to_which_nothing_happened_has_no_parts() -> None:
    row = line(NOTICE)
    assert (row.parts, row.priority, row.found) == ((), 0, None)


def test_a_text_rewritten_from_end_to_end_has_the_most_points_a_text_can_have() -> None:
    row = line(edited(text="甲" * 400), edited(text="乙" * 400))
    told = {part.why: part.points for part in row.parts}
    assert told == {"100% of the text changed": TEXT, "the longest change has 400 characters": LONGEST}


def test_one_word_of_a_text_is_an_edit_all_the_same() -> None:
    row = line(edited(text=LETTER), edited(text=LETTER.replace("收悉", "收到", 1)))
    assert [(part.points, part.why) for part in row.parts] == [(EDITED, "less than 1% of the text changed")]


def test_header_fields_links_and_moves_are_told() -> None:
    files = (Attachment("https://www.most.gov.cn/qtwj/W2.doc", "附件2"),)
    paragraphs = WHOLE.split("\n")
    moved = "\n".join([paragraphs[3], *paragraphs[:3]])
    told = whys(NOTICE, edited(document_number="x", signed=None, attachments=files, text=moved))
    assert "changed in the header: document number, signed" in told
    assert "2 attachments changed" in told
    assert "1 paragraph moved" in told


def test_key_terms_are_counted_with_their_sign() -> None:
    row = line(
        NOTICE, edited(text=WHOLE.replace("合肥市", "武汉市", 2) + "\n国家新一代人工智能创新发展试验区")
    )
    assert [one.shown for one in row.terms] == ["合肥 −2", "国家新一代人工智能创新发展试验区 +1"]
    assert any(why == "key terms: 合肥 −2, 国家新一代人工智能创新发展试验区 +1" for why in whys_of(row))


def whys_of(row: object) -> list[str]:
    return [part.why for part in row.parts]  # type: ignore[attr-defined]


def test_key_terms_come_from_the_dossier() -> None:
    terms = key_terms(pilot_zones())
    assert terms[0] == pilot_zones().recognition.phrase
    assert {"合肥", "德清县"} <= set(terms) and len(terms) == len(set(terms))


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"last_outcome": OutcomeKind.WALL}, [(LOST, "was seen, and now: wall")]),
        (
            {"last_outcome": OutcomeKind.GONE, "seen_before": None, "good": 2},
            [(LOST, "was seen, and now: gone")],
        ),
        ({"last_outcome": OutcomeKind.GONE, "seen_before": None, "good": 0}, []),
        ({"last_outcome": OutcomeKind.WALL, "seen_before": False, "good": 0}, []),
        ({"seen_before": False}, [(BACK, "could not be seen, and can be again")]),
        ({"last_outcome": OutcomeKind.WALL, "visits": 0, "good": 0}, []),
        ({"last_outcome": OutcomeKind.REDIRECTED}, []),
    ],
)
def test_a_page_that_turned_from_seen_to_unseen_or_back_asks_for_eyes(
    more: dict[str, object], expected: list[tuple[int, str]]
) -> None:
    assert [(part.points, part.why) for part in line(NOTICE, **more).parts] == expected


def test_a_page_whose_link_is_gone_from_its_list_asks_for_eyes() -> None:
    listed = Entry(source().url, "合肥的函", date(2026, 10, 8))
    before = replace(LISTING, entries=(ROWS[0], listed, ROWS[2]))
    list_source = source("most-qtwj", Role.LISTING, url="https://www.most.gov.cn/qtwj/")
    sheet = made((source(), span(NOTICE)), (list_source, span(before, replace(LISTING, entries=ROWS[::2]))))
    page = next(row for row in sheet.lines if row.source.id.endswith("fn05"))
    assert page.unlisted and [(part.points, part.why) for part in page.parts] == [
        (UNLISTED, "its link is gone from its list")
    ]


def test_what_rolled_off_the_end_of_a_list_is_not_gone_from_it() -> None:
    new = Entry("https://www.most.gov.cn/qtwj/10.html", "新", date(2026, 10, 12))
    after = replace(LISTING, entries=(new, *ROWS[:2]))
    assert unlisted(LISTING, after) == frozenset()
    assert unlisted(LISTING, replace(LISTING, entries=(ROWS[0], ROWS[2]))) == {match_key(ROWS[1].url)}
    undated = replace(LISTING, entries=tuple(replace(row, published=None) for row in ROWS))
    assert unlisted(undated, replace(undated, entries=undated.entries[:2])) == {match_key(ROWS[2].url)}


def test_a_list_is_weighed_by_its_rows_not_by_its_text() -> None:
    row = line(LISTING, replace(LISTING, entries=(Entry("https://a.cn/1", "长" * 300), *ROWS[:2])))
    assert [part.why for part in row.parts] == ["rows of the list: 1 came, 1 went"]


def test_a_list_that_became_a_document_is_shown_without_a_difference() -> None:
    assert line(LISTING, NOTICE).found is None


def test_rows_stand_by_priority_then_by_name() -> None:
    sheet = made(
        (source("quiet-b"), span(NOTICE, number=2)),
        (source("quiet-a"), span(NOTICE, number=3)),
        (source("lost"), span(NOTICE, number=4, last_outcome=OutcomeKind.GONE)),
        (source("never"), span(None, number=6)),
    )
    assert [row.source.id.partition("/")[2] for row in sheet.lines] == ["lost", "never", "quiet-a", "quiet-b"]
    assert sheet.quiet == 3


def test_the_same_difference_on_many_pages_is_one_block() -> None:
    """A site that changes its footer changes all its pages: a person reads it once."""
    other = edited(title="科技部关于支持杭州的函", text="浙江省人民政府：来函收悉。\n页脚：主办单位 科技部")
    footer = "页脚：主办单位 科学技术部"
    sheet = made(
        (
            source("a"),
            span(edited(text=f"{WHOLE}\n页脚：主办单位 科技部"), edited(text=f"{WHOLE}\n{footer}"), number=1),
        ),
        (source("b"), span(other, replace(other, text=f"浙江省人民政府：来函收悉。\n{footer}"), number=2)),
        (source("c"), span(NOTICE, edited(title="另"), number=3)),
        (source("d"), span(NOTICE, number=4)),
        (source("e"), span(NOTICE, number=5)),
    )
    blocks = [[row.source.id.partition("/")[2] for row in block.lines] for block in sheet.blocks]
    assert sorted(map(sorted, blocks)) == [["a", "b"], ["c"], ["d"], ["e"]]
    assert [block.number for block in sheet.blocks] == [1, 2, 3, 4]
    assert [block.priority for block in sheet.blocks] == sorted(
        (block.priority for block in sheet.blocks), reverse=True
    )


def test_a_persons_judgement_changes_no_priority() -> None:
    said = Judgement(Verdict.INSIGNIFICANT, Importance.LOW, "a full stop")
    pair = (source(), span(NOTICE, edited(title="另")))
    judged = made(pair, judgements={"R5-51-67": said}).lines[0]
    assert judged.judgement == said and judged.priority == made(pair).lines[0].priority
    assert made(pair, judgements={"R5-51-66": said}).lines[0].judgement is None


def test_a_row_names_the_findings_of_its_source() -> None:
    raised = (finding(3, subject="ai-pilot-zones/fn05"), finding(4, subject="ai-pilot-zones/fn06"))
    assert made((source(), span(NOTICE)), findings=raised).lines[0].findings == (3,)


def test_a_source_never_looked_at_has_no_row() -> None:
    sheet = made((source(), span(NOTICE)))
    assert [row.source.id for row in sheet.lines] == ["ai-pilot-zones/fn05"]
